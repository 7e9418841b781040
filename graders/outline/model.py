"""What an outline holds: plain data, so that it can pass between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Class", "Function", "Lines", "Outline"]

Lines = Mapping[str, int]  # a name → the line where that happens to it


@dataclass(frozen=True)
class Function:
    """A function or method.

    ``arguments``: the positional ones, ``name=`` if one has a default. ``open``: it accepts more than these.
    ``written``: it contains more than ``pass``, ``...`` or ``raise NotImplementedError``. ``prints``, ``itself``:
    the line where it prints or calls itself, or 0. ``local``: names bound in it. ``sets``, ``blank``, ``reads``:
    attributes of ``self`` (``blank``: set to None). ``shared``, ``touched``: module names, and arguments, that it
    changes.
    """

    name: str
    line: int
    last: int
    arguments: tuple[str, ...] = ()
    open: bool = False
    written: bool = True
    returns: bool = False
    prints: int = 0
    itself: int = 0
    local: Lines = field(default_factory=dict)
    sets: Lines = field(default_factory=dict)
    blank: Lines = field(default_factory=dict)
    reads: Lines = field(default_factory=dict)
    shared: Lines = field(default_factory=dict)
    touched: Lines = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.removesuffix("=") for one in self.arguments)


@dataclass(frozen=True)
class Class:
    """``based``: it inherits, so it may have more than is visible. ``shared``: class attributes that methods change,
    with the line of the change.
    """

    name: str
    line: int
    based: bool = False
    methods: Mapping[str, Function] = field(default_factory=dict)
    shared: Lines = field(default_factory=dict)

    def method_at(self, line: int | None) -> Function | None:
        found = (one for one in self.methods.values() if line is not None and one.line <= line <= one.last)
        return next(found, None)

    def setters(self, attribute: str) -> tuple[Function, ...]:
        return tuple(one for one in self.methods.values() if attribute in one.sets)


@dataclass(frozen=True)
class Outline:
    """The top-level classes and functions of a module; of several with one name, the last counts."""

    classes: Mapping[str, Class] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)

    def at(self, line: int | None) -> tuple[Class | None, Function | None]:
        """The class and method, or the function, that contains a line."""
        for one in self.classes.values():
            method = one.method_at(line)
            if method is not None:
                return one, method
        found = (one for one in self.functions.values() if line is not None and one.line <= line <= one.last)
        return None, next(found, None)
