"""Where a student's text defines a symbol: found by its lines alone, for the text is never parsed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["definition_line"]


def definition_line(text: str, names: Iterable[str], methods: Sequence[str] = ()) -> int | None:
    """The line (from 1) of the last ``class``, ``def`` or ``name =`` of one of these names.

    Where one of ``methods`` is defined in it, the line of the first of these.
    """
    lines = text.split("\n")
    known = f"(?:{'|'.join(map(re.escape, names))})"
    head = re.compile(rf"(?:class|(?:async\s+)?def)\s+{known}\b|{known}\s*=(?!=)")
    starts = [number for number, line in enumerate(lines) if head.match(line)]
    if not starts:
        return None
    start = starts[-1]
    body = lines[start + 1 : _end(lines, start)]
    for method in methods:
        inner = re.compile(rf"\s+(?:async\s+)?def\s+{re.escape(method)}\b")
        found = [number for number, line in enumerate(body) if inner.match(line)]
        if found:
            return start + 2 + found[-1]
    return start + 1


def _end(lines: Sequence[str], start: int) -> int:
    """The line after a block: the next at the margin that is neither blank, a remark nor a closing bracket."""
    after = range(start + 1, len(lines))
    return next((number for number in after if lines[number][:1] not in ("", " ", "\t", "#", ")", "]")), len(lines))
