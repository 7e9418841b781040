"""Makes forbidden names raise when called: a stand-in takes their place while a student's code runs.

Together with reading the text (``graders.policy.forbids``), it catches honest shortcuts; it is not a security boundary.
"""

from __future__ import annotations

import builtins
import fnmatch
import functools
import os
import re
import sys
import types
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["ForbiddenCall", "Withheld"]

_PYTHON = os.path.dirname(os.__file__)
_WILD = re.compile(r"[*?\[]")


class ForbiddenCall(Exception):
    """The student called what the exercise asks them to write; the text is its name."""


class Withheld:
    """Stand-ins for what these patterns name in loaded libraries.

    A pattern such as ``torch.nn.Transformer*`` replaces what it names, for everybody who looks there. A whole
    library (``scipy.*``) stays as it is, because other libraries may be using it: only the student's own names and
    imports lead to stand-ins.

    They are in place between ``__enter__`` and ``__exit__`` and raise only while ``armed``: what a module does while
    it loads (a comparison with the library's own function) is not part of an answer.
    """

    def __init__(self, patterns: Sequence[str], *, armed: bool = False) -> None:
        roots = {root for root, _, rest in (pattern.partition(".") for pattern in patterns) if rest == "*"}
        self.libraries = frozenset(root for root in roots if root in sys.modules)
        self.patterns = tuple(pattern for pattern in patterns if pattern.partition(".")[0] not in roots)
        self.armed = armed
        self._replaced: list[tuple[dict[str, Any], str, Any]] = []
        self._made: dict[int, Any] = {}  # id of the withheld object → its stand-in
        self._import = builtins.__import__

    def __enter__(self) -> Withheld:
        for dotted, module, name in _found(self.patterns):
            value = module.__dict__[name]
            self._made.setdefault(id(value), self._stand_in(dotted, value))
            self._replace(module.__dict__, name, self._made[id(value)])
        if self.libraries:
            self._import = builtins.__import__
            self._replace(vars(builtins), "__import__", self._imported)
        return self

    def __exit__(self, *_: object) -> None:
        for names, name, value in reversed(self._replaced):
            names[name] = value
        self._replaced.clear()

    def among(self, symbols: Mapping[str, Any]) -> Mapping[str, Any]:
        """Replace what a notebook's cells have already imported; returns the symbols that a probe may see."""
        if not self._made and not self.libraries:
            return symbols
        replaced = {(id(names), name) for names, name, _ in self._replaced}
        for names in _globals_of(symbols.values()):
            for name, value in list(names.items()):
                instead = self.instead_of(value)
                if instead is not value and (id(names), name) not in replaced:
                    self._replace(names, name, instead)
        return {name: self.instead_of(value) for name, value in symbols.items()}

    def instead_of(self, value: Any) -> Any:
        """The stand-in for a withheld object, including one of a whole library; anything else stays itself."""
        if id(value) in self._made or not self.libraries:
            return self._made.get(id(value), value)
        if isinstance(value, types.ModuleType):
            if value.__name__.partition(".")[0] not in self.libraries:
                return value
            return self._made.setdefault(id(value), _Library(value, self))
        home = _home_of(value, self.libraries)
        return self._made.setdefault(id(value), self._stand_in(home, value)) if home else value

    def _imported(self, name: str, names: Mapping[str, Any] | None = None, *rest: Any, **options: Any) -> Any:
        """``__import__``: unchanged for libraries (which lie in a folder of libraries)."""
        found = self._import(name, names, *rest, **options)
        of_library = any(part in str((names or {}).get("__file__", "")) for part in ("site-packages", _PYTHON))
        return found if of_library else self.instead_of(found)

    def _replace(self, names: dict[str, Any], name: str, instead: Any) -> None:
        self._replaced.append((names, name, names[name]))
        names[name] = instead

    def _stand_in(self, dotted: str, value: Any) -> Any:
        def refuse() -> None:
            if self.armed:
                raise ForbiddenCall(dotted)

        return _guarded_class(value, refuse) if isinstance(value, type) else _guarded(value, refuse)


class _Library(types.ModuleType):
    """A library, or a module of one, in which everything callable is a stand-in."""

    def __init__(self, module: types.ModuleType, withheld: Withheld) -> None:
        super().__init__(module.__name__, module.__doc__)
        self.__dict__.update(_module=module, _withheld=withheld)

    def __getattr__(self, name: str) -> Any:
        return self._withheld.instead_of(getattr(self._module, name))


def _home_of(value: Any, libraries: Collection[str]) -> str:
    """The dotted name of a callable from one of these libraries; else ""."""
    if not callable(value) or isinstance(value, _Library):
        return ""
    try:
        module, name = getattr(value, "__module__", None), str(getattr(value, "__qualname__", type(value).__name__))
        if isinstance(module, str):
            return f"{module}.{name}" if module.partition(".")[0] in libraries else ""
    except Exception:  # an object that does not answer
        return ""
    name = str(getattr(value, "__name__", ""))  # a ufunc knows only its name
    loaded = ((place, one) for place, one in list(sys.modules.items()) if place.partition(".")[0] in libraries)
    places = [place for place, one in loaded if getattr(one, "__dict__", {}).get(name) is value]
    return f"{min(places, key=lambda place: ('._' in place, place))}.{name}" if places else ""


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
        return type(kind)(kind.__name__, (kind,), {"__init__": __init__, "__module__": kind.__module__})
    except Exception:  # it cannot be subclassed, or has its own rules for subclasses
        return kind


def _found(patterns: Sequence[str]) -> Iterator[tuple[str, types.ModuleType, str]]:
    """(dotted name, module, attribute) of what is loaded and matches."""
    for pattern in patterns:
        place, _, name = pattern.rpartition(".")
        if _WILD.search(pattern) is None:
            held = vars(sys.modules.get(place, object)).get(name)
            if callable(held):
                yield pattern, sys.modules[place], name
        else:
            yield from _matching(pattern)


def _matching(pattern: str) -> Iterator[tuple[str, types.ModuleType, str]]:
    """The matches of a pattern; its wildcards also match dots."""
    plain, matches = _WILD.split(pattern)[0], re.compile(fnmatch.translate(pattern)).match
    for place, module in list(sys.modules.items()):
        if f"{place}.".startswith(plain[: len(place) + 1]) and isinstance(module, types.ModuleType):
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
