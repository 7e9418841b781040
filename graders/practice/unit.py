"""Practice: verdicts from the expected file alone, without the reference, on the student's machine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from graders.compare.context import Context, Ending, Run
from graders.compare.conventions import Relabelling
from graders.compare.judge import judge
from graders.courses.course import Course, UnitSpec
from graders.grading.annotate import titled
from graders.grading.forbidden import forbidden
from graders.grading.numerical import to_weigh, weighed
from graders.grading.oracle import PublicRun, run_key
from graders.host.trust import course_to_practise, named_course
from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.outline import Outline, outline_of
from graders.practice.after import After, after_of
from graders.practice.expected import Expected, load_expected
from graders.practice.outlines import outline_of_names
from graders.probe import Trace, observe
from graders.reports.report import ExerciseReport
from graders.sandbox.guest.old_names import OldNumpy
from graders.sandbox.guest.watched import numerical, worth_watching
from graders.sandbox.guest.withheld import Withheld
from graders.sealing.unlock import Runs, opened_by, prepared
from graders.spec import Exercise
from graders.spec.profile import Compatibility

__all__ = ["Practice", "find_expected"]


@dataclass(frozen=True)
class Practice:
    """One unit's exercises with their expected values; the same verdicts as grading, on the public cases."""

    spec: UnitSpec
    expected: Expected
    folder: Path | None = None  # where the expected file is

    @staticmethod
    def find(start: Path, unit: str, named: Path | None = None) -> Practice:
        """The practice of ``unit`` whose expected file is nearest to ``start`` (a file or a folder).

        That file is data. The spec is code, so it comes from the course that was named, started from or installed,
        never from beside the file, which may be somebody else's.
        """
        folder = find_expected(start, unit, named)
        spec = Course(course_to_practise(named, start)).spec(unit)
        return Practice(spec, load_expected(folder, spec.exercises), folder)

    @property
    def unit(self) -> str:
        return self.spec.unit

    @property
    def compatibility(self) -> Compatibility:
        """What older code may rely on in this course."""
        return self.spec.profile.compatibility

    @property
    def symbols(self) -> tuple[str, ...]:
        return tuple(self.spec.exercises)

    def runs(self, symbol: str) -> tuple[PublicRun, ...]:
        self.spec.exercise(symbol)
        return self.expected.runs[symbol]

    def check(self, symbol: str, namespace: Mapping[str, Any]) -> ExerciseReport:
        """Judge what ``namespace`` defines, in this process (a notebook's kernel)."""
        exercise, old = self.spec.exercise(symbol), list[str]()
        with OldNumpy(self.compatibility.numpy_names, old.append), Withheld(exercise.forbids, armed=True) as withheld:
            symbols = withheld.among(namespace)
            traces, took = dict[str, Trace](), dict[str, float]()
            for one in self.runs(symbol):
                key, start = run_key(one.case, one.draw), time.perf_counter()
                traces[key] = observe(exercise, symbols, one.inputs)
                took[key] = time.perf_counter() - start
            for trace in traces.values():
                trace.notes += tuple(dict.fromkeys(old))

            def rerun(batch: list[Mapping[str, Any]]) -> Iterator[Trace]:
                return (observe(exercise, symbols, inputs) for inputs in batch)

            watch = partial(self._watch, exercise, symbols, traces, took)
            outline = partial(outline_of_names, namespace)
            return self.judge(symbol, traces, Ending(), rerun, outline=outline, watch=watch)

    def after(self, start: Path) -> After | None:
        """The explanations of its exercises, for whoever works at ``start``."""
        return after_of(self.folder, self.spec, start) if self.folder is not None else None

    def open_passed(self, symbol: str, namespace: Mapping[str, Any], start: Path) -> list[Message]:
        """Open the explanation of a passing exercise, with what ``namespace`` defines; returns messages about it."""
        after = self.after(start)
        if after is None or not after.closed(symbol):
            return []
        exercise = self.spec.exercise(symbol)

        def observed(runs: Runs) -> dict[str, Trace]:
            with OldNumpy(self.compatibility.numpy_names, list[str]().append), np.errstate(all="ignore"):
                return {key: observe(exercise, namespace, inputs) for key, inputs in runs}

        def relabellings() -> Sequence[Relabelling]:
            return self.expected.relabellings.get(symbol, ())

        key = opened_by(after.lock, symbol, prepared(after.lock, exercise), observed, relabellings)
        return after.told(after.unlock(symbol, key), "after.opened_here")

    def _watch(
        self, exercise: Exercise, symbols: Mapping[str, Any], traces: Mapping[str, Trace], took: Mapping[str, float]
    ) -> None:
        """Record on the fastest run how its gradients are computed, as the guest does."""
        found = {
            run_key(one.case, one.draw): one.inputs
            for one in self.runs(exercise.symbol)
            if worth_watching(exercise, one.inputs)
        }
        key = min((key for key in found if traces[key].crash is None), key=took.__getitem__, default=None)
        if key is not None and (how := numerical(exercise, symbols, found[key])):
            traces[key].notes += (f"numeric:{how}",)

    def judge(
        self,
        symbol: str,
        traces: Mapping[str, Trace],
        ending: Ending,
        rerun: Any = None,
        texts: Mapping[str, str] | None = None,
        outline: Callable[[], Outline | None] | None = None,
        watch: Callable[[], None] | None = None,
    ) -> ExerciseReport:
        """Judge traces that come from elsewhere (``deepgrade check`` makes them in a separate process).

        ``outline``: of what the student defines; by default, that of the unit's own text. ``watch`` records on the
        traces how gradients are computed, if that matters and is not done yet.
        """
        called = forbidden(self.unit, self.spec.exercise(symbol), traces.values())
        if called is not None:
            return titled(called, self.spec.about)
        known = {run_key(one.case, one.draw): one for one in self.runs(symbol)}
        runs = [
            Run(one.case, one.draw, True, one.inputs, one.trace, traces.get(run_key(one.case, one.draw)))
            for one in self.runs(symbol)
        ]
        context = Context(
            models=lambda run: known[run_key(run.case, run.draw)].sketches,
            rerun=rerun,
            relabellings=self.expected.relabellings.get(symbol, ()),
            variant=lambda name, run: known[run_key(run.case, run.draw)].variants.get(name),
            outline=outline or partial(outline_of, (texts or {}).get(self.unit, "")),
            interface=self.expected.interface,
            seed=b"practice",  # no secret here: the same code gets the same feedback every time
        )
        exercise = self.spec.exercise(symbol)
        report = judge(self.unit, exercise, runs, self.expected.models[symbol], context, ending)
        if watch is not None and to_weigh(report, exercise):
            watch()
        report = weighed(report, exercise, runs, texts)
        return titled(report, self.spec.about)


def find_expected(start: Path, unit: str, named: Path | None = None) -> Path:
    """The folder with the unit's expected file: in the course ``named``, else beside ``start`` or above it.

    Beside the file, a folder of any name counts; the course of ``DEEPGRADE_COURSE`` comes last.
    """
    root = named_course(named)
    looked = list(_candidates(start.resolve(), unit)) if named is None else []
    if root is not None:
        looked += [root / "assignments" / unit, root / unit]
    for folder in looked:
        if (folder / "expected.json").is_file():
            return folder
    raise UsageError(
        "usage.no_expected" if named is None else "usage.no_expected_in", unit=unit, path=str(named or start)
    )


def _candidates(start: Path, unit: str) -> Iterator[Path]:
    here = start if start.is_dir() else start.parent
    if here.name == unit or _is_of(here, unit):
        yield here
    for folder in (here, *here.parents):
        yield folder / unit
        yield folder / "assignments" / unit


def _is_of(folder: Path, unit: str) -> bool:
    """Whether the expected file in a folder of any name is this unit's."""
    try:
        data = json.loads((folder / "expected.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("unit") == unit
