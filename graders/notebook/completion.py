"""What the Tab key offers after ``%check`` and similar magics: exercises, units, options and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from weakref import WeakSet

from graders.notebook.options import ANY, CHECK, OTHER, SUBMIT, Known

__all__ = ["Names", "install", "offers"]

_NAMED: dict[str, Known] = {
    "check": CHECK,
    "hint": OTHER,
    "explain": OTHER,
    "deepgrade": OTHER,
    "progress": OTHER,
    "submit": SUBMIT,
}
_OF_UNITS = ("deepgrade", "progress", "submit")
_INSTALLED: WeakSet[Any] = WeakSet()
_LINE = re.compile(r"\s*%?%(" + "|".join(_NAMED) + r")\s(.*)", re.DOTALL)


class Names(Protocol):
    """The names to complete."""

    def unit_names(self) -> list[str]:
        """The units of the course."""

    def exercise_names(self, unit: str) -> list[str]:
        """The exercises of a unit; for "", those of the notebook's own unit, or all if it is unknown."""


def install(shell: Any, names: Callable[[], Names]) -> None:
    """Offer the names in this shell, with or without Jedi; ``names`` is called at every Tab."""
    if shell in _INSTALLED:
        return
    _INSTALLED.add(shell)

    def found(line: str, token: str) -> list[str]:
        return offers(line, token, names())

    try:
        from IPython.core.completer import SimpleCompletion, context_matcher
    except ImportError:  # before 8.6 (Colab)
        hook = _hook(found)
        for name in _NAMED:
            shell.set_hook("complete_command", hook, str_key=f"%{name}")
            shell.set_hook("complete_command", hook, str_key=f"%%{name}")
        return

    def matcher(context: Any) -> dict[str, Any]:
        fitting = found(context.line_with_cursor[: context.cursor_position], context.token)
        completions = [SimpleCompletion(text=one, type="magic") for one in fitting]
        return {"completions": completions, "suppress": bool(fitting), "ordered": True}

    shell.Completer.custom_matchers.append(context_matcher(identifier="deepgrade", priority=1)(matcher))


def _hook(found: Callable[[str, str], list[str]]) -> Callable[[Any, Any], list[str]]:
    return lambda shell, event: found(event.text_until_cursor, event.symbol)


def offers(line: str, token: str, names: Names) -> list[str]:
    """Completions for ``token``, the last word of the line up to the cursor."""
    match = _LINE.match(line)
    if match is None:
        return []
    known = _NAMED[match[1]]
    words = match[2].replace("=", " ").split()
    done = words[:-1] if words and not line[-1:].isspace() and not line.endswith("=") else words
    option = done[-1] if done else ""
    if known.get(option):
        return [] if known[option] is ANY else [value for value in known[option] if value.startswith(token)]
    offered = [*_places(match[1], token, names), *(one for one in known if one not in done)]
    return [one for one in dict.fromkeys(offered) if one.startswith(token) and one not in done]


def _places(magic: str, token: str, names: Names) -> Iterator[str]:
    units = names.unit_names()
    unit, dot, _ = token.partition(".")
    if magic not in _OF_UNITS and dot and unit in units:
        yield from (f"{unit}.{symbol}" for symbol in names.exercise_names(unit))
    else:
        yield from names.exercise_names("") if magic not in _OF_UNITS else ()
        yield from units
