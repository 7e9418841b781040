"""The outline of a student's text, built in a separate process when something fails, and checked on return."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from graders.host.apart import call_apart
from graders.outline import Outline, outline_of
from graders.outline.plain import from_plain, to_plain

__all__ = ["outline_apart"]

_MALFORMED = (ValueError, TypeError, KeyError, AttributeError)


@functools.lru_cache(maxsize=16)
def outline_apart(text: str) -> Outline | None:
    """What a text defines; None if it is not Python or too large to read. Each failing exercise asks for it."""

    def outlines() -> Iterator[Any]:
        found = outline_of(text)
        if found is not None:
            yield to_plain(found)

    answer = call_apart(outlines)
    try:
        return from_plain(answer.values[0]) if answer.values else None
    except _MALFORMED:
        return None
