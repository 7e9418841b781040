"""A class graded together, once or several times: current results per unit, what counts, and earlier attempts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from graders.frames.moments import moment
from graders.grading.batch import common_units
from graders.reports.report import ExerciseReport, Report

__all__ = ["Attempt", "Round", "Standing", "attempts_of", "counted_units", "standings"]


@dataclass(frozen=True)
class Round:
    """Reports of one grading of a class; ``earlier`` are whole reports that partial ones have replaced."""

    reports: Sequence[Report]
    earlier: Sequence[Report] = ()
    folder: str | None = None

    @cached_property
    def by_student(self) -> dict[str, Report]:
        return {report.student: report for report in self.reports}

    @cached_property
    def earlier_by_student(self) -> dict[str, Report]:
        return {report.student: report for report in self.earlier}

    @cached_property
    def counted(self) -> frozenset[str]:
        return counted_units(self.reports)


@dataclass(frozen=True)
class Standing:
    """A student's current result in a unit; ``exercises`` is empty if nothing in it could be graded."""

    student: str
    unit: str | None
    counted: bool
    report: Report | None  # None: the student appears in no round that graded the unit
    folder: str | None
    exercises: tuple[ExerciseReport, ...]
    max_score: int | None


@dataclass(frozen=True)
class Attempt:
    """One grading of an exercise; if it left no report, only the points are known."""

    score: float | None
    folder: str | None
    exercise: ExerciseReport | None = None
    report: Report | None = None

    @property
    def submitted_at(self) -> str | None:
        return None if self.report is None else moment(str(self.report.handed_in.get("submitted_at", "")))

    def same_files(self, other: Attempt) -> bool:
        """Whether both graded the same submission, as far as is known."""
        digests = [one.report.sha256 for one in (self, other) if one.report is not None]
        return len(digests) == 2 and bool(digests[0]) and digests[0] == digests[1]


def counted_units(reports: Sequence[Report]) -> frozenset[str]:
    """The units that the totals of this class cover, as in ``class.csv``."""
    there = {exercise.unit for report in reports for exercise in report.exercises}
    beside = {unit for report in reports for unit in report.uncounted}
    lacking = {report.student: _not_submitted(report) for report in reports}
    of_absent = [set(lacking[report.student]) for report in reports if not report.exercises and lacking[report.student]]
    if of_absent:  # a student who handed in nothing lacks everything that counts
        return frozenset(set().union(*of_absent))
    if beside or any(lacking.values()):
        return frozenset(there.union(*lacking.values()) - beside)
    asked = {unit for report in reports for unit in report.run.get("units_asked", ())}
    return frozenset(asked & there) if asked & there else frozenset(common_units(reports))


def _not_submitted(report: Report) -> list[str]:
    return [str(note.params.get("unit")) for note in report.notes if note.id == "grade.not_submitted"]


def standings(rounds: Sequence[Round]) -> Iterator[Standing]:
    """By student and unit, from the last round that graded the unit; every student has all counted units."""
    known: dict[tuple[str, str], tuple[Report, Round, tuple[ExerciseReport, ...]]] = {}
    points: dict[str, int] = {}
    for one in rounds:
        for report in one.reports:
            for unit, exercises in _by_unit(report).items():
                known[report.student, unit] = (report, one, exercises)
                points[unit] = max(points.get(unit, 0), sum(exercise.max_score for exercise in exercises))
    counted = frozenset().union(*(one.counted for one in rounds))
    for student in sorted({report.student for one in rounds for report in one.reports}):
        units = sorted(counted | {unit for whose, unit in known if whose == student})
        if not units:
            yield _without(student, None, rounds, points)
        for unit in units:
            if (student, unit) in known:
                report, one, exercises = known[student, unit]
                yield Standing(student, unit, unit in counted, report, one.folder, exercises, points[unit])
            else:
                yield _without(student, unit, rounds, points)


def _by_unit(report: Report) -> dict[str, tuple[ExerciseReport, ...]]:
    found: dict[str, tuple[ExerciseReport, ...]] = {}
    for exercise in report.exercises:
        found[exercise.unit] = (*found.get(exercise.unit, ()), exercise)
    return found


def _without(student: str, unit: str | None, rounds: Sequence[Round], points: dict[str, int]) -> Standing:
    """A unit in which nothing of this student was graded."""
    told = [one for one in rounds if student in one.by_student and (unit is None or unit in one.counted)]
    report = told[-1].by_student[student] if told else None
    most = report.absent_points if unit is None and report is not None else points.get(unit or "")
    return Standing(student, unit, True, report, told[-1].folder if told else None, (), most)


def attempts_of(rounds: Sequence[Round]) -> dict[tuple[str, str, str], list[Attempt]]:
    """Every known grading of (student, unit, exercise), earliest first; the same files again are not a new attempt."""
    found: dict[tuple[str, str, str], list[Attempt]] = {}
    for one in rounds:
        for report in one.reports:
            before = one.earlier_by_student.get(report.student)
            for exercise in before.exercises if before is not None else ():
                _add(found, before, exercise, one.folder)
            for exercise in report.exercises:
                _add_before(found, report, exercise, one.folder)
                _add(found, report, exercise, one.folder)
    return found


def _add(
    found: dict[tuple[str, str, str], list[Attempt]],
    report: Report | None,
    exercise: ExerciseReport,
    folder: str | None,
) -> None:
    assert report is not None
    mine = found.setdefault((report.student, exercise.unit, exercise.name), [])
    attempt = Attempt(exercise.score, folder, exercise, report)
    if mine and mine[-1].same_files(attempt):
        mine[-1] = attempt  # graded again: the latest result holds
    else:
        mine.append(attempt)


def _add_before(
    found: dict[tuple[str, str, str], list[Attempt]], report: Report, exercise: ExerciseReport, folder: str | None
) -> None:
    """The points of an overwritten report, if they are neither the current ones nor already known."""
    mine = found.setdefault((report.student, exercise.unit, exercise.name), [])
    name = f"{exercise.unit}.{exercise.name}"
    if name not in report.before or report.before[name] == exercise.score:
        return
    if not mine or mine[-1].score != report.before[name]:
        mine.append(Attempt(report.before[name], folder))
