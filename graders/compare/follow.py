"""Follow-through: a gradient that is right for a wrong forward with a known cause keeps part of its points.

Grading reruns no student code: the cause says what the forward computes. The gradient is compared with the slope of the
counter-model (or of the reference under the relation), on hidden inputs, for which nobody could prepare, in
unpredictable directions. Practice has no reference, so it runs the student's own forward.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graders.compare.arrays import compare
from graders.compare.checks import CheckKey, dims_of
from graders.compare.context import Cause, Context
from graders.compare.forms import numbers, settled
from graders.compare.gradients import GRADIENT_ERROR, Slope, plan_slope
from graders.compare.hints import beside_others
from graders.compare.relations import ROOM
from graders.compare.run_results import Marked, family_of, own
from graders.compare.tolerance import widened
from graders.messages.message import Message
from graders.probe import Trace
from graders.spec import Exercise, Gradient, Inputs

__all__ = ["UNEARNED", "Trial", "follow_through", "follows", "plan_trials"]

HALF = 0.5  # of the points; this share has its own sentence
SLOPES = 2  # runs in practice for which the student's own slope is measured, if there are two
DIRECTIONS = 2  # per slope of a run: a wrong entry shows in one of them, almost surely

# A forward that computes nothing satisfies its own slope (identity with identity, zeros with zeros), so it earns none.
UNEARNED = {"relation.zeros", "relation.ones", "relation.constant", "relation.input", "relation.all_nan"}

# Relations that determine what the forward computes: (expected, inputs, message parameters) → its value. Those that
# only locate the error, or leave a number open in each run, fix no slope: any gradient could be made to fit.
Wrong = Callable[[Any, Mapping[str, Any], Mapping[str, Any]], Any]
_WRONG: Mapping[str, Wrong] = {
    "sign": lambda r, inputs, said: -r,
    "complement": lambda r, inputs, said: 1 - r,
    "other_way": lambda r, inputs, said: 2 * inputs[said["input"]] - r,
    "flipped": lambda r, inputs, said: np.flip(r, said["axis"]),
    "flipped_both": lambda r, inputs, said: np.flip(r, (-2, -1)),
    "permuted_axes": lambda r, inputs, said: r.transpose(ast.literal_eval(said["order"])),
    "squared": lambda r, inputs, said: np.square(r),
    "rooted": lambda r, inputs, said: np.sqrt(r),
    "inverse": lambda r, inputs, said: 1 / r,
    "absolute": lambda r, inputs, said: np.abs(r),
    "logarithm": lambda r, inputs, said: np.log(r),
    "exponential": lambda r, inputs, said: np.exp(r),
}
_SAME_NUMBER = {"relation.ratio", "relation.offset"}  # the same number in all runs; a named factor may differ per run
_NUMBER_OPEN = {"relation.proportional", "relation.row_factors", "relation.column_factors"}


@dataclass(frozen=True)
class Trial:
    """A failing gradient whose wrong forward is explained: the runs of its group and the slopes still to run."""

    check: CheckKey
    gradient: Gradient
    runs: tuple[Marked, ...]
    causes: Mapping[str, Cause | None]  # per forward
    slopes: tuple[tuple[Slope, Any], ...] = ()  # in practice: the student's own slope, and the claimed gradient

    @property
    def batch(self) -> list[Inputs]:
        return [inputs for slope, _ in self.slopes for inputs in slope.batch]


def plan_trials(
    exercise: Exercise, marked: Sequence[Marked], named: Mapping[CheckKey, Cause], context: Context
) -> list[Trial]:
    """The trials to decide: every wrong gradient of a wrong but explained forward."""
    planned = []
    for name, gradient in exercise.gradients.items():
        forwards = tuple(dict.fromkeys(family_of(output) for output, _ in gradient.pairs()))
        for group in exercise.groups:
            runs = [one for one in marked if one.run.case.group == group and name in one.families]
            if any(one.verdict(name) == "error" for one in runs):
                continue
            failing = [one for one in runs if one.verdict(name) == "fail"]
            wrong = [forward for forward in forwards if any(one.verdict(forward) == "fail" for one in failing)]
            causes = {forward: named.get((forward, group)) for forward in forwards}
            if not wrong or not all(_explained(causes[forward]) for forward in wrong):
                continue
            if any(_computes_nothing(one, forward) for one in failing for forward in forwards):
                continue
            trial = Trial((name, group), gradient, tuple(runs), causes)
            if context.expect is None:
                trial = replace(trial, slopes=tuple(_own_slopes(trial, name, context)) if context.rerun else ())
            planned.append(trial)
    return planned


def _explained(cause: Cause | None) -> bool:
    if cause is None or cause.diagnosis is None or cause.diagnosis in UNEARNED:
        return False
    return not cause.diagnosis.startswith("relation.") or not beside_others(cause.diagnosis)


def _computes_nothing(one: Marked, forward: str) -> bool:
    """Whether a forward's output is constant or a copy of an input."""
    for output in one.families.get(forward, ()):
        value = numbers(settled(one.run.actual.outputs.get(output))) if one.run.actual is not None else None
        if value is None or not value.size or (value.size > 1 and (value == value.flat[0]).all()):
            return True
        if any(np.size(given) > 1 and np.array_equal(value, given) for given in one.run.inputs.values()):
            return True
    return False


def _own_slopes(trial: Trial, name: str, context: Context) -> Iterator[tuple[Slope, Any]]:
    failing = {dims_of(one.run): one for one in trial.runs if one.run.shown and one.verdict(name) == "fail"}
    for one in list(failing.values())[:SLOPES]:
        assert one.run.actual is not None
        rng = context.rng(f"{one.run.case.name}/{one.run.draw}/{name}")
        slope = plan_slope(trial.gradient, one.run.inputs, one.run.actual, rng)
        if slope is not None:
            yield replace(slope, error=max(slope.error, _loose(trial, one))), one.run.actual.outputs[name]


def _loose(trial: Trial, one: Marked) -> float:
    """A forward with a looser tolerance (an ε inside a logarithm) has no more exact slope either."""
    group = one.run.case.group
    return max(float(own(one.exercise.tolerance, output, group, 0.0)) for output, _ in trial.gradient.pairs())


def follows(trial: Trial, traces: Sequence[Trace], context: Context) -> bool:
    """Whether the gradient is the slope of the wrong forward; ``traces`` belong to the trial's batch."""
    if context.expect is None:
        places = [place * len(slope.batch) for place, (slope, _) in enumerate(trial.slopes)]
        pairs = zip(places, trial.slopes, strict=True)
        return bool(trial.slopes) and all(
            slope.fits(list(traces[place : place + len(slope.batch)]), claimed) for place, (slope, claimed) in pairs
        )
    name = trial.check[0]
    model = _Model(trial, context)
    proven = False
    for one in trial.runs:
        if one.verdict(name) == "pass":
            continue
        fits = model.fits(one, name)
        if fits is False:
            return False
        proven = proven or (fits is True and not one.run.shown)
    return proven


class _Model:
    """What the student's forward computes according to its causes; derived outside the sandbox, from the reference."""

    def __init__(self, trial: Trial, context: Context) -> None:
        self.trial, self.context = trial, context
        self.numbers: dict[str, float] = {}  # output → the number in its relation, the same in all runs

    def fits(self, one: Marked, name: str) -> bool | None:
        """Whether this run matches the model, forward and gradient; None if there is no slope, or it is 0."""
        actual = one.run.actual
        assert actual is not None
        forwards = self._values(one, one.run.inputs)
        for output, _ in self.trial.gradient.pairs():
            if forwards is None or output not in actual.outputs or not np.isfinite(np.asarray(forwards[output])).all():
                return False
            tau, blocks = (
                widened(one.tolerance(output), ROOM),
                own(one.exercise.blocks, family_of(output), one.run.case.group, 1),
            )
            difference = compare(settled(actual.outputs[output]), forwards[output], tau, blocks=blocks)
            if difference is not None:
                return False
        found: list[bool | None] = []
        for turn in range(DIRECTIONS):
            rng = self.context.rng(f"{one.run.case.name}/{one.run.draw}/{one.run.public}/{name}/{turn}")
            slope = plan_slope(self.trial.gradient, one.run.inputs, Trace(dict(forwards or {})), rng)
            if slope is None:
                return None
            error = max(GRADIENT_ERROR, widened(one.tolerance(name), ROOM), _loose(self.trial, one))
            slope = replace(slope, error=error)
            traces = [Trace(dict(self._values(one, inputs) or {})) for inputs in slope.batch]
            found.append(slope.equals(traces, actual.outputs.get(name)))
        return False if False in found else None if None in found else True

    def _values(self, one: Marked, inputs: Inputs) -> Mapping[str, Any] | None:
        """The forward's outputs on these inputs."""
        assert self.context.expect is not None
        reference = self.context.expect(inputs).outputs
        found: dict[str, Any] = {}
        for output, _ in self.trial.gradient.pairs():
            cause = self.trial.causes[family_of(output)]
            if cause is None:
                value = reference.get(output)
            elif str(cause.diagnosis).startswith("relation."):
                value = self._related(one, output, cause, reference.get(output), inputs)
            else:
                trace = self.context.wrong(cause.model, inputs)
                value = trace.outputs.get(output) if trace is not None else None
            if value is None:
                return None
            found[output] = value
        return found

    def _related(self, one: Marked, output: str, cause: Cause, wanted: Any, inputs: Inputs) -> Any:
        """The reference's output under the relation; None if the relation leaves its value open."""
        expected = numbers(settled(wanted))
        said = cause.message.params if cause.message is not None else {}
        relation = str(cause.diagnosis)
        if expected is None or relation.startswith("relation.only_") or relation in _NUMBER_OPEN:
            return None
        expected = expected.astype(np.float64)
        make = _WRONG.get(relation.removeprefix("relation."))
        if make is not None:
            return make(expected, inputs, said)
        number = self._number(one, output, relation)
        if number is None:
            return None
        return expected + number if relation == "relation.offset" else expected * number

    def _number(self, one: Marked, output: str, relation: str) -> float | None:
        """The factor or offset of this run, or of the first run if it must be the same in all."""
        key = output if relation in _SAME_NUMBER else f"{output} {id(one)}"
        if key not in self.numbers:
            assert one.run.actual is not None
            actual = numbers(settled(one.run.actual.outputs.get(output)))
            expected = numbers(settled(one.run.expected.outputs.get(output)))
            if actual is None or expected is None or actual.shape != expected.shape or not expected.any():
                return None
            if relation == "relation.offset":
                self.numbers[key] = float(actual.flat[0] - expected.flat[0])
            else:
                self.numbers[key] = float(np.sum(actual * expected) / np.sum(expected * expected))
        return self.numbers[key]


def follow_through(exercise: Exercise, check: CheckKey, named: Mapping[CheckKey, Cause]) -> Cause:
    """The gradient is the slope of the student's own forward, whose cause it gets; part of the points stays."""
    name, group = check
    forwards = [family_of(output) for output, _ in exercise.gradients[name].pairs()]
    first = next(forward for forward in forwards if (forward, group) in named)
    cause = named[first, group]
    params, kept = {"name": name, "of": first}, exercise.profile.follow_through
    if kept == HALF:
        message = Message("compare.follow_through", params)
    elif kept:
        message = Message("compare.follow_through_part", {**params, "share": f"{100 * kept:.3g}%"})
    else:
        message = Message("compare.follow_through_none", params)
    return Cause(message, cause.diagnosis, cause.hint, cause.title, True)
