"""A student's progress: for each exercise, what its latest check and latest submission say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graders.courses.course import Course
from graders.server.store.engine import Store
from graders.server.store.work import Attempt, attempt_counts, latest_results, staff_report
from graders.spec import Exercise

__all__ = ["ExerciseState", "UnitState", "progress_in"]


@dataclass(frozen=True)
class ExerciseState:
    """``state``: ``passed`` (in a submission), ``checked`` (on the public cases since), ``work`` or ``untouched``.

    ``last_check``: the newest check of this exercise alone that has a result.
    """

    name: str
    title: Mapping[str, str]
    state: str
    points: float
    max_points: int
    last_check: Attempt | None = None


@dataclass(frozen=True)
class UnitState:
    """Points are those of the latest submission with a result; ``after`` names the units that come before it."""

    unit: str
    title: Mapping[str, str]
    minutes: int
    after: tuple[str, ...]
    exercises: tuple[ExerciseState, ...]
    attempts: int

    @property
    def state(self) -> str:
        """``passed``, ``work`` or ``untouched``."""
        if self.passed == len(self.exercises):
            return "passed"
        return "untouched" if all(one.state == "untouched" for one in self.exercises) else "work"

    @property
    def points(self) -> float:
        return sum(one.points for one in self.exercises)

    @property
    def max_points(self) -> int:
        return sum(one.max_points for one in self.exercises)

    @property
    def passed(self) -> int:
        return sum(one.state == "passed" for one in self.exercises)

    @property
    def share(self) -> float:
        return self.points / self.max_points if self.max_points else 0.0


Found = dict[tuple[str, str], tuple[str, float]]


def progress_in(store: Store, course: Course, course_id: int, user_id: int) -> tuple[UnitState, ...]:
    """Every unit of the course, in order."""
    counts = attempt_counts(store, course_id, user_id)
    checks = latest_results(store, course_id, user_id, kind="check")
    last = {(one.unit, one.exercise): one for one in reversed(checks)}
    checked = _latest(store, checks)
    results = _latest(store, latest_results(store, course_id, user_id))
    found = []
    for unit in course.units:
        spec = course.spec(unit)
        exercises = tuple(
            _state(one, results.get((unit, name)), checked.get((unit, name)), last.get((unit, name)))
            for name, one in spec.exercises.items()
        )
        about = spec.about
        after = tuple(dict.fromkeys((*about.after, *about.uses)))
        found.append(UnitState(unit, dict(about.title), about.minutes, after, exercises, counts.get(unit, 0)))
    return tuple(found)


def _state(
    exercise: Exercise, graded: tuple[str, float] | None, checked: tuple[str, float] | None, last_check: Attempt | None
) -> ExerciseState:
    state, earned = "untouched", graded[1] if graded else 0.0
    if graded and graded[0] == "pass":
        state = "passed"
    elif checked and checked[0] == "pass":
        state = "checked"
    elif any(one is not None and one[0] != "missing" for one in (graded, checked)):
        state = "work"
    most = exercise.max_points
    points = min(max(0.0, earned), most)
    return ExerciseState(exercise.symbol, dict(exercise.title), state, points, most, last_check)


def _latest(store: Store, newest_first: Iterable[Attempt]) -> Found:
    found: Found = {}
    for one in newest_first:
        if not one.result_of:
            continue
        for unit, name, verdict, score in _summary(store, one.result_of):
            if one.exercise in (None, name):
                found.setdefault((unit, name), (verdict, score))
    return found


@lru_cache(maxsize=20_000)
def _summary(store: Store, public_id: str) -> tuple[tuple[str, str, str, float], ...]:
    """A result's summary, cached because a result is written only once."""
    report = staff_report(store, public_id)
    return tuple((one.unit, one.name, one.verdict, one.score or 0.0) for one in report.exercises) if report else ()
