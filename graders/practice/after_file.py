"""After a check of a file: open what is said after the exercises that pass, with the same file's own answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from graders.compare.conventions import Relabelling
from graders.courses.course import Course
from graders.grading.running import Runner
from graders.host.trust import course_to_practise
from graders.messages.errors import DeepgradeError
from graders.messages.message import Message
from graders.practice.after import After, after_of
from graders.practice.expected import load_expected
from graders.practice.unit import find_expected
from graders.probe import Trace
from graders.reports.report import Report
from graders.sandbox.contract import Backend, Job, Limits
from graders.sealing.unlock import Runs, opened_by, prepared
from graders.submission import load_submission

__all__ = ["open_passed"]


def open_passed(
    backend: Backend, path: Path, report: Report, *, course: Path | None = None, tried: set[str] | None = None
) -> list[Message]:
    """What to tell: the exercises whose texts are open since this check, or why that cannot be seen.

    Costs nothing where none passes that was not opened before. Those in ``tried`` are left out, and those tried put in.
    """
    passed: dict[str, list[str]] = {}
    for one in report.exercises:
        if one.verdict == "pass":
            passed.setdefault(one.unit, []).append(one.name)
    told: list[Message] = []
    try:
        known = Course(course_to_practise(course, path))
        for unit, symbols in passed.items():
            folder = find_expected(path, unit, course)
            after = after_of(folder, known.spec(unit), path)
            new = [symbol for symbol in symbols if tried is None or f"{unit}.{symbol}" not in tried]
            closed = [symbol for symbol in new if after is not None and after.closed(symbol)]
            if tried is not None:
                tried |= {f"{unit}.{symbol}" for symbol in closed}
            if after is not None and closed:
                told += after.told(_opened(backend, path, known, folder, after, closed))
    except DeepgradeError as error:
        told.append(error.message)
    return told


def _opened(
    backend: Backend, path: Path, course: Course, folder: Path, after: After, symbols: Sequence[str]
) -> Iterable[str]:
    """The exercises whose texts are open now; all these symbols are run in one sandbox."""
    unit, spec = after.lock.unit, after.spec
    submission = load_submission(path, units=course.units, packages=course.compatibility.packages, unit=unit)
    runner = Runner(backend, submission, {unit: spec.source}, spec.about.needs, course.compatibility)
    first = {symbol: prepared(after.lock, spec.exercise(symbol)) for symbol in symbols}
    outcomes, _ = runner.run([_job(after, symbol, runs) for symbol, runs in first.items()])
    found: list[str] = []
    for symbol, outcome in zip(symbols, outcomes, strict=True):
        observed = _Observed(runner, after, symbol, outcome.traces)
        key = opened_by(after.lock, symbol, first[symbol], observed, partial(_relabellings, folder, after, symbol))
        found += after.unlock(symbol, key)
    return found


def _relabellings(folder: Path, after: After, symbol: str) -> Sequence[Relabelling]:
    return load_expected(folder, after.spec.exercises).relabellings.get(symbol, ())


def _job(after: After, symbol: str, runs: Runs) -> Job:
    exercise = after.spec.exercise(symbol)
    return Job(after.lock.unit, symbol, tuple(runs), (), Limits(exercise.wall_s, memory_mb=exercise.memory_mb))


@dataclass
class _Observed:
    """The traces of one exercise's runs: those already made first, then others when they are asked for."""

    runner: Runner
    after: After
    symbol: str
    first: Mapping[str, Trace]
    _asked: bool = field(default=False)

    def __call__(self, runs: Runs) -> Mapping[str, Trace]:
        if not self._asked:
            self._asked = True
            return self.first
        (outcome,), _ = self.runner.run([_job(self.after, self.symbol, runs)])
        return outcome.traces
