"""Which exercises a name in a magic refers to; an unknown name is refused, with similar names."""

from __future__ import annotations

from collections.abc import Iterable

from graders.messages.errors import UsageError
from graders.messages.near import close

__all__ = ["exercises_named", "known_name"]


def exercises_named(name: str, symbols: Iterable[str]) -> list[str]:
    """The exercise of this name, or those of the class's methods; empty if there are none."""
    return [symbol for symbol in symbols if symbol == name or symbol.startswith(f"{name}.")]


def known_name(name: str, known: Iterable[str], id: str) -> str:
    """``name`` if it is known; else UsageError with similar names, or all of them."""
    names = list(dict.fromkeys(known))
    if name in names:
        return name
    found = close(name, names, 0.6)
    if found:
        raise UsageError("magic.near", name=name, near=", ".join(found))
    raise UsageError(id, name=name, known=", ".join(names))
