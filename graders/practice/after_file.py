"""After checking a file: opens the explanations of the exercises that pass, using the file's own answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from graders.practice.file import read_for_practice
from graders.practice.unit import find_expected
from graders.probe import Trace
from graders.reports.report import Report
from graders.sandbox.contract import Backend, Job, Limits
from graders.sealing.unlock import Runs, opened_by, prepared

__all__ = ["Opener"]


@dataclass
class Opener:
    """Opens the explanations of one file's exercises, check after check; ``unit`` and ``course`` as they were named.

    ``apart``: as in ``check_file``, for somebody else's file.
    """

    backend: Backend
    path: Path
    unit: str | None = None
    course: Path | None = None
    apart: bool = False
    _tried: set[tuple[str, str]] = field(default_factory=set)  # and passing ever since: not tried at every save

    def __call__(self, report: Report) -> list[Message]:
        """Messages: which explanations this check has opened, or why that is not possible.

        Costs nothing if no unopened exercise passes.
        """
        passed = {(one.unit, one.name) for one in report.exercises if one.verdict == "pass"}
        new = passed - self._tried
        self._tried &= passed
        told: list[Message] = []
        try:
            known = Course(course_to_practise(self.course, self.path))
            for unit in dict.fromkeys(one.unit for one in report.exercises):
                symbols = [symbol for symbol in known.spec(unit).exercises if (unit, symbol) in new]
                told += self._open(known, unit, symbols) if symbols else []
        except DeepgradeError as error:
            told.append(error.message)
        return told

    def _open(self, known: Course, unit: str, symbols: Sequence[str]) -> list[Message]:
        folder = find_expected(self.path, unit, self.course)
        after = after_of(folder, known.spec(unit), self.path)
        closed = [symbol for symbol in symbols if after is not None and after.closed(symbol)]
        self._tried |= {(unit, symbol) for symbol in closed}
        return after.told(self._opened(known, folder, after, closed)) if after is not None and closed else []

    def _opened(self, known: Course, folder: Path, after: After, symbols: Sequence[str]) -> list[str]:
        """The exercises whose explanations are open now; all these symbols are run in one sandbox."""
        spec = after.spec
        submission = read_for_practice(known, self.path, self.unit, self.apart)
        runner = Runner(self.backend, submission, {spec.unit: spec.source}, spec.about.needs, known.compatibility)
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
    """The traces of one exercise's runs: existing ones first, then others as they are requested."""

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
