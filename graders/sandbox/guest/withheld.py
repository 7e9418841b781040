"""What an exercise forbids raises when it is called: a stand-in takes its place while a student's code runs.

Together with the reading of the text (``graders.policy.forbids``) it meets honest shortcuts; it is no boundary.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["ForbiddenCall", "Withheld"]


class ForbiddenCall(Exception):
    """The student called what the exercise asks them to write; the text is its name."""


class Withheld:
    """Stand-ins for everything in loaded libraries that these patterns name (``torch.nn.Transformer*``).

    They are in place between ``__enter__`` and ``__exit__`` and raise only while ``armed``: what a module does while
    it is loaded (a comparison with the library's own function) is no part of an answer.
    """

    def __init__(self, patterns: Sequence[str], *, armed: bool = False) -> None:
        self.patterns, self.armed = patterns, armed
        self._replaced: list[tuple[dict[str, Any], str, Any]] = []
        self._made: dict[int, Any] = {}  # id of what is withheld → its stand-in

    def __enter__(self) -> Withheld:
        for dotted, module, name in _found(self.patterns):
            value = module.__dict__[name]
            self._made.setdefault(id(value), self._stand_in(dotted, value))
            self._replace(module.__dict__, name)
        return self

    def __exit__(self, *_: object) -> None:
        for names, name, value in reversed(self._replaced):
            names[name] = value
        self._replaced.clear()

    def among(self, symbols: Mapping[str, Any]) -> Mapping[str, Any]:
        """Replace what a notebook's cells have imported by name already; the symbols as a probe may see them."""
        if not self._made:
            return symbols
        for names in _globals_of(symbols.values()):
            for name, value in list(names.items()):
                if id(value) in self._made and not any(kept is value for _, _, kept in self._replaced if kept is names):
                    self._replace(names, name)
        return {name: self._made.get(id(value), value) for name, value in symbols.items()}

    def _replace(self, names: dict[str, Any], name: str) -> None:
        value = names[name]
        self._replaced.append((names, name, value))
        names[name] = self._made[id(value)]

    def _stand_in(self, dotted: str, value: Any) -> Any:
        def refuse() -> None:
            if self.armed:
                raise ForbiddenCall(dotted)

        return _guarded_class(value, refuse) if isinstance(value, type) else _guarded(value, refuse)


def _guarded(function: Callable[..., Any], refuse: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(function)
    def stand_in(*args: Any, **options: Any) -> Any:
        refuse()
        return function(*args, **options)

    return stand_in


def _guarded_class(kind: type, refuse: Callable[[], None]) -> type:
    def __init__(self: Any, *args: Any, **options: Any) -> None:  # noqa: N807
        refuse()
        kind.__init__(self, *args, **options)  # type: ignore[misc]

    try:
        return type(kind.__name__, (kind,), {"__init__": __init__, "__module__": kind.__module__})
    except TypeError:  # it cannot be derived from
        return kind


def _found(patterns: Sequence[str]) -> Iterator[tuple[str, types.ModuleType, str]]:
    """(dotted name, module, attribute) of what is loaded and matches."""
    roots = {pattern.split(".")[0] for pattern in patterns}
    matches = re.compile("|".join(f"(?:{fnmatch.translate(pattern)})" for pattern in patterns)).match
    for place, module in list(sys.modules.items()) if patterns else ():
        if place.split(".")[0] in roots and isinstance(module, types.ModuleType):
            for name, value in list(vars(module).items()):
                if callable(value) and not name.startswith("__") and matches(f"{place}.{name}"):
                    yield f"{place}.{name}", module, name


def _globals_of(values: Iterable[Any]) -> list[dict[str, Any]]:
    """The global names that these functions, and the methods of these classes, see."""
    found: dict[int, dict[str, Any]] = {}
    for value in values:
        for one in vars(value).values() if isinstance(value, type) else (value,):
            if isinstance(one, types.FunctionType):
                found[id(one.__globals__)] = one.__globals__
    return list(found.values())
