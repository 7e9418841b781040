"""Where a student's text defines a symbol, found by its lines alone: the text is never parsed here."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["definition_line"]

_DEFINES = re.compile(r"^([ \t]*)(?:class|(?:async[ \t]+)?def)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)

Methods = Mapping[str, int]


def definition_line(text: str, names: Iterable[str], methods: Sequence[str] = ()) -> int | None:
    """The line (from 1) of the last ``class``, ``def`` or ``name =`` with one of these names.

    If one of ``methods`` is defined in it, the line of the first of these.
    """
    known = _definitions(text)
    found = [known[name] for name in names if name in known]
    if not found:
        return None
    line, inside = max(found, key=lambda one: one[0])
    return next((inside[method] for method in methods if method in inside), line)


@functools.lru_cache(maxsize=4)
def _definitions(text: str) -> Mapping[str, tuple[int, Methods]]:
    """Top-level definitions by name: the line, and the lines of what is defined inside; the last one counts.

    One pass: a text may have a hundred thousand lines, and each check of each exercise asks.
    """
    known: dict[str, tuple[int, Methods]] = {}
    inside: dict[str, int] = {}
    line, place = 1, 0
    for found in _DEFINES.finditer(text):
        line, place = line + text.count("\n", place, found.start()), found.start()
        indent, name, assigned = found.groups()
        if indent:
            inside[name] = line
        else:
            inside = {}
            known[name or assigned] = line, inside
    return known
