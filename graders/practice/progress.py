"""A student's progress (passed, in progress, not started) from their checks, stored beside their work."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from graders.courses.course import Course, UnitSpec
from graders.messages.errors import DeepgradeError
from graders.practice.after import after_of
from graders.practice.opened import Keyring, homework_of, own_folder
from graders.practice.unit import find_expected
from graders.reports.report import ExerciseReport
from graders.spec import LANGUAGES

__all__ = ["ExerciseProgress", "Progress", "State", "UnitProgress", "progress_of", "record_checks"]

State = Literal["untouched", "work", "passed"]
CHECKS = "checks.jsonl"  # a line per check that changed something, so that two kernels can write at once
LARGEST = 4 << 20  # bytes read from that file's end


@dataclass(frozen=True)
class ExerciseProgress:
    """One exercise: ``verdict`` is the last check's, None before the first; ``opened``: its explanation may be read."""

    name: str
    title: Mapping[str, str]
    state: State
    verdict: str | None
    points: float
    max_points: int
    opened: bool


@dataclass(frozen=True)
class UnitProgress:
    """One unit: the student's ``files``, as paths in their folder, and its exercises in order."""

    unit: str
    title: Mapping[str, str]
    minutes: int
    after: tuple[str, ...]
    files: tuple[str, ...]
    exercises: tuple[ExerciseProgress, ...]

    @property
    def points(self) -> float:
        return sum(one.points for one in self.exercises)

    @property
    def max_points(self) -> int:
        return sum(one.max_points for one in self.exercises)

    def count(self, state: State) -> int:
        """How many exercises are in this state."""
        return sum(one.state == state for one in self.exercises)


@dataclass(frozen=True)
class Progress:
    """A course as one student sees it; ``folder`` is None if no homework was started."""

    folder: Path | None
    language: str | None
    units: tuple[UnitProgress, ...]

    @property
    def points(self) -> float:
        return sum(one.points for one in self.units)

    @property
    def max_points(self) -> int:
        return sum(one.max_points for one in self.units)

    def count(self, state: State) -> int:
        """How many exercises are in this state."""
        return sum(unit.count(state) for unit in self.units)

    def to_dict(self) -> dict[str, Any]:
        """JSON for other programs; schema 1."""
        units = [{**asdict(one), "points": one.points, "max_points": one.max_points} for one in self.units]
        return {
            "schema": 1,
            "folder": None if self.folder is None else str(self.folder),
            "language": self.language,
            "points": self.points,
            "max_points": self.max_points,
            "units": units,
        }


def record_checks(start: Path, reports: Iterable[ExerciseReport], now: datetime | None = None) -> None:
    """Store these verdicts for the work at ``start``; unchanged ones add no line. Does nothing if that is not writable.

    What could not run on this machine says nothing about the student's work, and is not stored.
    """
    path = own_folder(start) / CHECKS
    known, at = _last_checks(path), (now or datetime.now(UTC)).isoformat(timespec="seconds")
    lines = []
    for report in reports:
        if report.score is None:
            continue
        check = {"verdict": str(report.verdict), "points": report.score}
        before = known.get((report.unit, report.name), {})
        if {key: before.get(key) for key in check} != check:
            lines.append(json.dumps({"unit": report.unit, "name": report.name, **check, "at": at}) + "\n")
    if lines:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(lines))  # one write in one block: lines of two processes do not mix


def progress_of(start: Path, course: Course) -> Progress:
    """The progress of the work at ``start`` in this course, as last checked."""
    folder = homework_of(start)
    checks, keys = _last_checks(own_folder(start) / CHECKS), Keyring.at(own_folder(start))
    units = []
    for unit in course.units:
        if folder is not None and not os.path.isdir(folder / unit):
            continue  # this homework was laid out without this unit
        spec, opened = course.spec(unit), _opened(start, course.spec(unit), keys)
        exercises = tuple(
            _exercise(name, one.title, one.max_points, checks.get((unit, name), {}), name in opened)
            for name, one in spec.exercises.items()
        )
        after = tuple(dict.fromkeys((*spec.about.after, *spec.about.uses)))
        files = () if folder is None else tuple(_files(folder, unit))
        units.append(UnitProgress(unit, dict(spec.about.title), spec.about.minutes, after, files, exercises))
    return Progress(folder, _language(units), tuple(units))


def _exercise(
    name: str, title: Mapping[str, str], max_points: int, check: Mapping[str, Any], opened: bool
) -> ExerciseProgress:
    verdict, points = check.get("verdict"), check.get("points", 0)
    state: State = "passed" if verdict == "pass" else "untouched" if verdict in (None, "missing") else "work"
    if state == "passed":
        points = max_points  # the course may have changed since
    elif state == "untouched" or not isinstance(points, int | float):
        points = 0
    points = min(max(0, points), max_points)  # in this order NaN becomes 0
    return ExerciseProgress(name, dict(title), state, verdict, points, max_points, opened)


def _opened(start: Path, spec: UnitSpec, keys: Keyring) -> frozenset[str]:
    """The exercises whose explanations this student may read."""
    if not keys.of(spec.unit):
        return frozenset()
    try:
        after = after_of(find_expected(start, spec.unit), spec, start)
    except DeepgradeError:
        return frozenset()
    return frozenset(after.open()) if after is not None else frozenset()


def _files(folder: Path, unit: str) -> Iterator[str]:
    """The unit's notebooks, then its module."""
    names = [*(f"{unit}.{lang}.ipynb" for lang in LANGUAGES), f"{unit}.py"]
    yield from (f"{unit}/{name}" for name in names if os.path.isfile(folder / unit / name))


def _language(units: Iterable[UnitProgress]) -> str | None:
    """The notebooks' language, if they all have the same one."""
    found = {name.split(".")[-2] for unit in units for name in unit.files if name.endswith(".ipynb")}
    return found.pop() if len(found) == 1 else None


def _last_checks(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """(unit, exercise) → its last check; invalid lines are skipped."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LARGEST))
            lines = file.read(LARGEST).split(b"\n")
    except OSError:
        return found
    for line in filter(None, lines):
        with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
            check = json.loads(line)
            found[str(check["unit"]), str(check["name"])] = check
    return found
