"""Values that would be right for other inputs: an input left out, negated, read from 1, reversed, confused."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from graders.compare.arrays import compare
from graders.compare.checks import CheckKey, dims_of, runs_of
from graders.compare.context import Cause, Context
from graders.compare.forms import numbers, settled
from graders.compare.hints import ladder_of
from graders.compare.relations import ROOM
from graders.compare.run_results import Marked, own
from graders.compare.tolerance import widened
from graders.compare.weight import bits_of
from graders.messages.message import Message
from graders.probe import Trace
from graders.spec import Inputs

__all__ = ["as_if"]

MOST = 40  # changed inputs the reference is asked about, per exercise
LEAST_BITS = 20.0  # bits that the values of all runs must carry: many changes are tried
LARGEST = 20_000  # largest number of entries in a changed input


@dataclass(frozen=True)
class Change:
    """A changed input: ``sort`` and ``said`` make the sentence, ``make`` the inputs (None: not possible)."""

    sort: str
    said: Mapping[str, Any]
    make: Callable[[Inputs], Inputs | None]


def as_if(marked: Sequence[Marked], checks: Sequence[CheckKey], context: Context) -> dict[CheckKey, Cause]:
    """Checks whose values are right for other inputs, in every run that may be shown.

    The reference is asked about each change on one run first; only changes that fit there are tried on the others.
    """
    if context.expect is None:
        return {}
    shown = {check: _telling(marked, check) for check in checks}
    shown = {check: runs for check, runs in shown.items() if runs}
    found: dict[CheckKey, tuple[Change, ...]] = {}
    for group in dict.fromkeys(check[1] for check in shown):
        mine = [check for check in shown if check[1] == group]
        first = min(shown[mine[0]], key=_size)
        answers = _Answers(context)
        for change in itertools.islice(_changes(first.run.inputs), MOST):
            for check in mine:
                runs = sorted(shown[check], key=lambda one: one is not first)
                if runs[0] is first and all(answers.fit(one, check[0], change) for one in runs):
                    found[check] = (*found.get(check, ()), change)
    most = [change for changes in found.values() for change in changes]
    causes = {}
    for check, changes in found.items():
        change = max(changes, key=lambda one: sum(_key(one) == _key(other) for other in most))
        id = f"relation.as_if_{change.sort}"
        causes[check] = Cause(Message(id, {"name": check[0], **change.said}), id, ladder_of(id))
    return causes


def _key(change: Change) -> tuple[str, str]:
    return change.sort, repr(change.said)


def _telling(marked: Sequence[Marked], check: CheckKey) -> list[Marked]:
    """The runs of a check that may be shown, if they can be trusted: at least two fail, in telling numbers."""
    name, group = check
    runs = [one for one in runs_of(marked, check) if one.run.shown and one.run.actual is not None]
    wrong = [one for one in runs if one.verdict(name) == "fail"]
    if len({dims_of(one.run) for one in wrong}) < 2 or any(one.verdict(name) not in ("pass", "fail") for one in runs):
        return []
    if own(wrong[0].exercise.properties, name, group, None) is not None:
        return []
    differ = (one.marks[name].difference for one in wrong)
    plain = all(one is not None and one.kind in ("value", "finite", "shape") for one in differ)
    return runs if plain and sum(bits_of(one, name) for one in wrong) >= LEAST_BITS else []


class _Answers:
    """The reference's answers to changed inputs, each computed once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._kept: dict[tuple[int, tuple[str, str]], Trace | None] = {}

    def fit(self, one: Marked, name: str, change: Change) -> bool:
        """Whether the student's values of a family are right for the changed inputs."""
        trace = self._trace(one, change)
        if trace is None or one.run.actual is None:
            return False
        blocks = own(one.exercise.blocks, name, one.run.case.group, 1)
        for output in one.families[name]:
            mine, theirs = one.run.actual.outputs.get(output), trace.outputs.get(output)
            wanted = numbers(settled(theirs))
            if wanted is None or not np.isfinite(wanted).all():
                return False
            tau = widened(one.tolerance(output), ROOM)
            if compare(settled(mine), settled(theirs), tau, blocks=blocks, name=output) is not None:
                return False
        return True

    def _trace(self, one: Marked, change: Change) -> Trace | None:
        key = id(one), _key(change)
        if key not in self._kept:
            inputs = change.make(one.run.inputs)
            assert self.context.expect is not None
            trace = self.context.expect(inputs) if inputs is not None else None
            self._kept[key] = trace if trace is not None and trace.crash is None else None
        return self._kept[key]


def _size(one: Marked) -> int:
    return sum(int(np.size(value)) for value in one.run.inputs.values() if isinstance(value, np.ndarray))


# --- other inputs ----------------------------------------------------------------------------------------------------


def _changes(inputs: Inputs) -> Iterator[Change]:
    """Changed inputs that a mistake may amount to, simplest first."""
    arrays = {
        name: value for name, value in inputs.items() if isinstance(value, np.ndarray) and 0 < value.size <= LARGEST
    }
    for name, value in arrays.items():
        if value.dtype.kind == "b":
            yield _one("inverted", name, np.logical_not)
        elif value.dtype.kind in "iu":
            yield _one("lower", name, lambda v: v - 1)
            yield _one("higher", name, lambda v: v + 1)
        elif value.dtype.kind == "f" and value.any():
            yield _one("zero", name, np.zeros_like)
    for name, number in inputs.items():
        if type(number) in (int, float) and number not in (0, 1):
            yield _one("one", name, lambda v: type(v)(1))
            yield _one("zero", name, lambda v: type(v)(0))
    for one, two in itertools.combinations(arrays, 2):
        if arrays[one].shape == arrays[two].shape and arrays[one].dtype == arrays[two].dtype:
            yield Change("swapped", {"input": one, "other": two}, partial(_swapped, one=one, two=two))
    for name, value in arrays.items():
        if value.dtype.kind == "f" and value.any():
            yield _one("negated", name, np.negative)
            if value.ndim == 2:
                yield _one("reread", name, lambda v: v.reshape(v.shape[::-1]).T)
            if value.ndim >= 3:
                yield _one("late", name, _late, axis=1)
            for axis in range(value.ndim if value.ndim <= 3 else 0):
                yield _one("reversed", name, partial(np.flip, axis=axis), axis=axis)


def _swapped(inputs: Inputs, one: str, two: str) -> Inputs | None:
    return {**inputs, one: inputs[two], two: inputs[one]} if one in inputs and two in inputs else None


def _late(values: np.ndarray) -> np.ndarray:
    """Each index of the time axis holds what the previous one should, and the first holds 0."""
    return np.concatenate([np.zeros_like(values[:, :1]), values[:, :-1]], axis=1)


def _one(sort: str, name: str, function: Callable[[Any], Any], **said: Any) -> Change:
    def make(inputs: Inputs) -> Inputs | None:
        given = inputs.get(name)
        if not isinstance(given, np.ndarray | np.generic | int | float) or np.ndim(given) <= said.get("axis", -1):
            return None
        return {**inputs, name: function(given)}

    return Change(sort, {"input": name, **said}, make)
