"""Runs of one exercise with the reference's traces, ready to judge any module in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from graders.compare.context import Context, Ending, Run
from graders.compare.conventions import Convention
from graders.compare.judge import judge
from graders.grading.inputs import draw_inputs
from graders.grading.oracle import Answers, run_key
from graders.grading.secret import Secret, hidden_key, public_key
from graders.probe import Trace, observe
from graders.reports.report import ExerciseReport
from graders.spec import Case, Exercise

__all__ = ["Bank", "bytes_of"]

SECRET = Secret(b"deepgrade verify: no secret at all")  # the same hidden inputs in every run of verify


@dataclass
class Bank:
    """Runs of one exercise with the reference's traces, ready to judge any module."""

    answers: Answers
    unit: str
    exercise: Exercise
    runs: tuple[tuple[Case, int, bool, Mapping[str, Any], Trace], ...] = ()
    _sketches: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @staticmethod
    def build(answers: Answers, unit: str, exercise: Exercise) -> Bank:
        symbol, found = exercise.symbol, []
        for one in answers.public(unit, symbol):
            found.append((one.case, one.draw, True, one.inputs, one.trace))
        key = hidden_key(SECRET, answers.course.name, "verify", "", unit, symbol)
        for case in exercise.cases:
            for draw in range(len(case.dims) if case.hidden and not case.note else 0):
                inputs = draw_inputs(case, draw, key)
                found.append((case, draw, False, inputs, answers.trace(unit, symbol, inputs)))
        return Bank(answers, unit, exercise, tuple(found))

    def judge(self, symbols: Mapping[str, Any], convention: Convention | None = None) -> ExerciseReport:
        """Judge what a module defines, as grading would; a wrong model may well divide by zero.

        With a ``convention``, the module is assumed to keep its weights in it.
        """
        with np.errstate(all="ignore"):
            return self.judge_traces(lambda inputs, _: self._observed(symbols, inputs, convention), rerun=True)

    def _observed(self, symbols: Mapping[str, Any], inputs: Mapping[str, Any], convention: Convention | None) -> Trace:
        if convention is None:
            return observe(self.exercise, symbols, inputs)
        trace = observe(self.exercise, symbols, convention.inputs_to_ours(inputs))
        return convention.trace_to_theirs(trace)

    def judge_traces(
        self, answer: Callable[[Mapping[str, Any], Trace], Trace], *, rerun: bool = False
    ) -> ExerciseReport:
        """Judge answers made from inputs and the expected trace; ``rerun``: from inputs alone, as often as asked."""
        unit, symbol = self.unit, self.exercise.symbol
        runs = [
            Run(case, draw, public, inputs, expected, answer(inputs, expected))
            for case, draw, public, inputs, expected in self.runs
        ]

        def models(run: Run) -> Mapping[str, Any]:
            key = f"{run.public}{run_key(run.case, run.draw)}"
            if run.counterexample or run.convention is not None:
                return self.answers.sketches(unit, symbol, run.our_inputs)
            if key not in self._sketches:
                self._sketches[key] = self.answers.sketches(unit, symbol, run.inputs)
            return self._sketches[key]

        def again(batch: list[Mapping[str, Any]]) -> list[Trace]:
            return [answer(inputs, Trace()) for inputs in batch]

        def fresh(case: Case, draw: int, attempt: int) -> Mapping[str, Any]:
            return draw_inputs(case, draw, public_key(unit, symbol, str(attempt)))

        context = Context(
            models,
            again if rerun else None,
            partial(self.answers.trace, unit, symbol),
            fresh,
            self.answers.relabellings(unit, symbol),
            lambda name, run: self.answers.variant(unit, symbol, name, run.our_inputs),
            partial(self.answers.wrong, unit, symbol),
            b"the same on every run of verify",
        )
        return judge(unit, self.exercise, runs, self.answers.models(unit, symbol), context, Ending())


def bytes_of(trace: Trace) -> list[tuple[str, bytes]]:
    def raw(value: Any) -> bytes:
        if isinstance(value, np.ndarray | np.generic):
            return np.asarray(value).tobytes()
        if isinstance(value, list | tuple):
            return b"[" + b",".join(map(raw, value)) + b"]"
        return repr(value).encode()

    return [(name, raw(value)) for name, value in trace.outputs.items()]
