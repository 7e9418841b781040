"""The setup of a grading run, the same for all its submissions."""

from __future__ import annotations

from dataclasses import dataclass

from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.grading.secret import Secret
from graders.sandbox.contract import Backend

__all__ = ["Setup"]

UNIT_S = 60.0  # right answers to a whole unit take 0.1 to 0.5 s, ten that never end take 50 s


@dataclass(frozen=True)
class Setup:
    """The course and its answers, where students' code runs, the source of hidden inputs, and what to grade."""

    course: Course
    backend: Backend
    secret: Secret
    answers: Answers
    units: tuple[str, ...] = ()  # grade only these; empty: every unit handed in
    device: str = "cpu"
    exercises: tuple[str, ...] = ()  # ``unit.symbol``: grade only these; empty: all
    budget_s: float = UNIT_S  # for all runs of a unit together, reruns included

    def graded(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """The units of a submission to grade."""
        return tuple(unit for unit in units if not self.units or unit in self.units)

    def symbols(self, unit: str) -> tuple[str, ...]:
        """The exercises of a unit to grade."""
        every = self.course.spec(unit).exercises
        return tuple(one for one in every if not self.exercises or f"{unit}.{one}" in self.exercises)

    def imports(self, unit: str) -> set[str]:
        """The libraries that a unit's exercises may import."""
        spec = self.course.spec(unit)
        return {*spec.about.imports, *(name for one in spec.exercises.values() for name in one.imports)}
