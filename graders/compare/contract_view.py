"""How contract faults are named: the student's definitions compared with how the course calls its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders.compare.contract_hints import contract_ladder
from graders.messages.message import Message
from graders.outline import Class, Function, Outline
from graders.outline.interface import Interface
from graders.spec import Exercise

__all__ = ["Fault", "View", "fault"]

BACKWARD = ("backward", "gradient")
FORWARD = ("forward", "update", "predict", "loss", "fit", "__call__")


@dataclass(frozen=True)
class Fault:
    """``firm``: it holds whatever the values agree with, so it takes precedence over the name of a mistake."""

    id: str
    message: Message
    firm: bool = False
    order: tuple[tuple[str, str], ...] = ()  # for swapped arguments: what the course passes → where it belongs

    @property
    def hint(self) -> Mapping[str, tuple[str, ...]]:
        return contract_ladder(self.id)


def fault(sort: str, *, form: str = "", firm: bool = False, **params: Any) -> Fault:
    """A fault whose sentence is the one for its id, or a form of it."""
    return Fault(f"contract.{sort}", Message(f"contract.{sort}{form}", params), firm)


@dataclass(frozen=True)
class View:
    exercise: Exercise
    outline: Outline
    interface: Interface

    @property
    def owner(self) -> str:
        """The name of the exercise's class or function in the student's code."""
        names = (self.exercise.symbol.partition(".")[0], *self.exercise.aliases)
        known = (*self.outline.classes, *self.outline.functions)
        return next((one for one in names if one in known), names[0])

    @property
    def theirs(self) -> Class | None:
        return self.outline.classes.get(self.owner)

    def course_name(self, name: str) -> str:
        """The course's name for one of the student's classes."""
        return self.exercise.symbol.partition(".")[0] if name == self.owner else name

    def expected(self, owner: str, method: str = "") -> tuple[str, ...] | None:
        """The arguments of a method or function of the course, by position; None if there is none of that name."""
        name = self.course_name(owner)
        return self.interface.get(f"{name}.{method}" if method else name)

    def asked(self, owner: str) -> tuple[str, ...]:
        """The methods of the course's own class."""
        start = f"{self.course_name(owner)}."
        return tuple(name.removeprefix(start) for name in self.interface if name.startswith(start))

    def is_slope(self, output: str) -> bool:
        return output in self.exercise.gradients or (output[:1] == "d" and len(output) > 1 and output not in _NO_SLOPE)

    def behind(self, output: str) -> Function | None:
        """The function or method that should return an output, as far as its name tells."""
        if self.owner in self.outline.functions:
            return self.outline.functions[self.owner]
        theirs = self.theirs
        if theirs is None:
            return None
        _, _, method = self.exercise.symbol.partition(".")
        names = (method,) if method else (output, *(BACKWARD if self.is_slope(output) else FORWARD))
        return next((theirs.methods[name] for name in names if name in theirs.methods), None)


_NO_SLOPE = frozenset({"decayed", "data", "distance", "dist"})
