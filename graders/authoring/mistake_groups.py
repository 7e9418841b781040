"""A graded class, grouped by its unnamed failures: who computes the same wrong outputs, in whatever style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from graders.compare.tolerance import declared
from graders.courses.course import Course
from graders.grading.report_store import load_report
from graders.grading.unnamed import Seen, alike, failing, load_seen, right_in_public
from graders.messages.errors import UsageError
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.spec import Exercise

__all__ = ["Answer", "Group", "class_reports", "grouped", "nearness"]

NEAR = 1e-6  # relative: more than another summation order or float32 inside, less than between any two mistakes


@dataclass(frozen=True)
class Answer:
    """A student's unnamed failure in one exercise."""

    student: str
    report: ExerciseReport

    @cached_property
    def checks(self) -> tuple[CheckReport, ...]:
        """The checks that fail without a name."""
        return failing(self.report)

    @cached_property
    def runs(self) -> Mapping[str, Seen]:
        return load_seen(self.report.unnamed)

    @property
    def code(self) -> str:
        """The definition that the first of these checks tests."""
        return str(self.report.unnamed.get("code", ""))

    @property
    def hidden(self) -> bool:
        """Whether only hidden cases show it; these differ for every student."""
        return all(map(right_in_public, self.checks))


@dataclass(frozen=True, eq=False)
class Group:
    """Students whose failing outputs are the same; the first answer represents all."""

    unit: str
    symbol: str
    answers: tuple[Answer, ...] = field(repr=False)

    @property
    def students(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.student for one in self.answers))

    @property
    def first(self) -> Answer:
        """The shortest of those whose lines are known."""
        return min(self.answers, key=lambda one: (not one.code, len(one.code)))

    @property
    def wrong(self) -> tuple[CheckReport, ...]:
        return self.first.checks

    @property
    def right(self) -> tuple[CheckReport, ...]:
        """The checks that all of them pass."""
        passed = [{(c.name, c.group) for c in one.report.checks if c.verdict == "pass"} for one in self.answers]
        return tuple(c for c in self.first.report.checks if all((c.name, c.group) in names for names in passed))


def class_reports(out: Path, course: Course) -> tuple[list[Report], int]:
    """The reports below ``out`` made by this course in its present state, and how many others there are."""
    if not out.is_dir():
        raise UsageError("usage.absent_out", path=str(out))
    found = [load_report(path) for path in sorted((out / "reports").glob("*.json"))]
    if not found:
        raise UsageError("usage.no_reports", path=str(out))
    graded = [report for report in found if report.exercises]
    ours = [report for report in graded if report.course_version == course.version]
    if graded and not ours:
        then = ", ".join(sorted({report.course_version for report in graded}))
        raise UsageError("usage.other_course", path=str(out), then=then, course=str(course.root), now=course.version)
    asked = [one for report in ours for one in report.exercises if failing(one)]
    if asked and not any(load_seen(one.unnamed) for one in asked):
        raise UsageError("usage.no_sketches", path=str(out))
    return ours, len(graded) - len(ours)


def grouped(course: Course, reports: Iterable[Report], units: Sequence[str] = ()) -> list[Group]:
    """The groups of a class, largest first, then in course order. Answers without sketches are in no group."""
    found: dict[tuple[Any, ...], list[Answer]] = {}
    for report in reports:
        for exercise in report.exercises:
            one = Answer(report.student, exercise)
            if one.checks and one.runs and exercise.unit in (units or course.units):
                wrong = tuple((check.name, check.group) for check in one.checks)
                found.setdefault((exercise.unit, exercise.name, wrong), []).append(one)
    groups = [
        Group(unit, symbol, tuple(each))
        for (unit, symbol, _), answers in found.items()
        for each in _same(course.spec(unit).exercise(symbol), answers)
    ]
    order = {(unit, symbol): n for n, (unit, symbol) in enumerate(_exercises(course))}
    return sorted(groups, key=lambda group: (-len(group.students), order[group.unit, group.symbol]))


def nearness(exercise: Exercise, names: Iterable[str]) -> float:
    """How close two values of these outputs must be to count as the same."""
    known = [declared(NEAR, exercise, name, group) for name in names for group in exercise.groups]
    return max([NEAR, *known])


def _exercises(course: Course) -> Iterator[tuple[str, str]]:
    return ((unit, symbol) for unit in course.units for symbol in course.spec(unit).exercises)


def _same(exercise: Exercise, answers: Sequence[Answer]) -> list[list[Answer]]:
    """Answers that fail the same checks, grouped by what they compute there."""
    groups: list[list[Answer]] = []
    for one in answers:
        mine = next((group for group in groups if _agree(exercise, group[0], one)), None)
        if mine is None:
            groups.append([one])
        else:
            mine.append(one)
    return groups


def _agree(exercise: Exercise, one: Answer, other: Answer) -> bool:
    if one.hidden or other.hidden:
        return one.hidden == other.hidden
    tau = nearness(exercise, [check.name for check in one.checks])
    return one.runs.keys() == other.runs.keys() and all(
        alike(seen, other.runs[key], tau) for key, seen in one.runs.items()
    )
