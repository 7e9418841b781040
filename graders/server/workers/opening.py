"""The keys of explanations that an answer opens, at no sandbox of their own.

A submission that passes was right on hidden inputs: it opens what the reference opens, which is made out once. A check
knows the public cases only, whose values everybody has: it must give right answers on the sealing inputs as well, and
these runs are made in the same sandbox, where a grading has its hidden ones.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.messages.errors import CourseError
from graders.messages.message import Message
from graders.probe import Trace
from graders.sandbox.contract import Backend, Batch, Outcome, Result, Sandbox
from graders.sealing.lock import Lock, read_lock
from graders.sealing.unlock import Runs, opened_by, prepared

__all__ = ["AlsoSealed", "Keys"]

HIDDEN_END = Message("ending.detail_hidden")  # what an outcome says whose public runs came to their end


@dataclass
class Keys:
    """The locks of one course, and what its reference opens; each made out once."""

    course: Course
    answers: Answers
    _locks: dict[str, Lock | None] = field(default_factory=dict)
    _found: dict[tuple[str, str], bytes | None] = field(default_factory=dict)

    def lock(self, unit: str) -> Lock | None:
        """None where nothing is locked, or where it cannot be read, which costs nobody a result."""
        if unit not in self._locks:
            self._locks[unit] = None
            with contextlib.suppress(CourseError):
                lock = read_lock(self.course.assignments / unit)
                self._locks[unit] = lock if lock is not None and lock.unit == unit else None
        return self._locks[unit]

    def fitting(self, unit: str, kept: Mapping[str, bytes]) -> dict[str, bytes]:
        """Of the keys that a student has those that still open something: an exercise may have been sealed anew."""
        lock = self.lock(unit)
        return {name: key for name, key in kept.items() if lock is not None and lock.fits(name, key)}

    def of_reference(self, unit: str, symbol: str) -> bytes | None:
        """The key that the reference's answers open; None where nothing is locked."""
        lock, name = self.lock(unit), (unit, symbol)
        if lock is None or symbol not in lock.seals:
            return None
        if name not in self._found:

            def observe(runs: Runs) -> Mapping[str, Trace]:
                return {key: self.answers.trace(unit, symbol, inputs) for key, inputs in runs}

            runs = prepared(lock, self.course.spec(unit).exercise(symbol))
            self._found[name] = opened_by(lock, symbol, runs, observe)
        return self._found[name]

    def of_traces(self, unit: str, symbol: str, traces: Mapping[str, Trace]) -> bytes | None:
        """The key that these answers on the sealing inputs open."""
        lock = self.lock(unit)
        return lock.key_of(symbol, traces) if lock is not None and symbol in lock.seals else None


@dataclass
class AlsoSealed:
    """A backend for one check: its first sandbox makes the sealing runs, too, of exercises that are not open yet.

    They run where hidden ones do, after all public runs and only where those came to their end; how they end is no
    part of the outcome. ``caught`` has what they gave, by exercise.
    """

    backend: Backend
    keys: Keys
    unit: str
    known: Collection[str]
    caught: dict[str, Mapping[str, Trace]] = field(default_factory=dict)
    _used: bool = False

    def __post_init__(self) -> None:
        self.name = self.backend.name
        self.required, self.best_effort = self.backend.required, self.backend.best_effort

    def check(self) -> None:
        self.backend.check()

    def open(self, needs: tuple[str, ...] = ()) -> Sandbox:
        sandbox = self.backend.open(needs)
        if self._used:
            return sandbox
        self._used = True
        return _Sandbox(sandbox, self)

    def extended(self, batch: Batch) -> Batch:
        lock, jobs = self.keys.lock(self.unit), list(batch.jobs)
        if lock is None:
            return batch
        for place, job in enumerate(jobs):
            if job.unit == self.unit and not job.hidden and job.exercise in {*lock.seals} - {*self.known}:
                exercise = self.keys.course.spec(self.unit).exercise(job.exercise)
                jobs[place] = replace(job, hidden=tuple(prepared(lock, exercise)))
        return replace(batch, jobs=tuple(jobs))

    def kept(self, batch: Batch, result: Result) -> Result:
        """The outcomes as they were without those runs."""
        return replace(result, outcomes=tuple(self._plain(batch, result)))

    def _plain(self, batch: Batch, result: Result) -> Iterator[Outcome]:
        for job, outcome in zip(batch.jobs, result.outcomes, strict=True):
            if outcome.ending == "done" and job.hidden:
                self.caught[job.exercise] = outcome.hidden
            ran = outcome.detail == HIDDEN_END  # so the public runs came to their end
            shown = replace(outcome, ending="done", detail="") if ran else outcome
            left = tuple(one for one in shown.unfinished if not one.startswith("hidden:"))
            yield replace(shown, hidden={}, unfinished=left)


@dataclass
class _Sandbox:
    """A sandbox whose batch is extended, and its outcomes cut again."""

    sandbox: Sandbox
    owner: AlsoSealed

    def run(self, batch: Batch) -> Result:
        longer = self.owner.extended(batch)
        return self.owner.kept(longer, self.sandbox.run(longer))

    def close(self) -> None:
        self.sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
