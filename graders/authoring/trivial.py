"""Answers that must not earn points: zeros, constants, NaN, copies of an input, memorized public values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from graders.authoring.harness import Bank, bytes_of
from graders.compare.run_results import own
from graders.probe import Trace
from graders.reports.report import CheckReport
from graders.spec import family

__all__ = ["TRIVIAL", "answered", "exposed", "gains"]

Make = Callable[[Any, Mapping[str, Any]], Any]  # (expected value, inputs) → a trivial answer of its form


def gains(bank: Bank) -> Iterator[tuple[str, CheckReport]]:
    """(the trivial answer given everywhere, the check that paid for it), unless the reference gives just that."""
    for kind, make in TRIVIAL.items():
        report = bank.judge_traces(partial(answered, make))
        for check in report.checks:
            if check.points and not _is_just_that(bank, check.name, check.group, make):
                yield kind, check


def exposed(bank: Bank) -> Iterator[str]:
    """Points for which nothing hidden is asked, or that the public answers give away; one sentence each."""
    exercise = bank.exercise
    excused = {(one.output, one.group) for one in exercise.checks if own(exercise.unhidden, one.output, one.group, "")}
    hidden = [
        (case.group, family(name)) for case, _, known, _, trace in bank.runs for name in trace.outputs if not known
    ]
    for check in exercise.checks:
        if check.points and (check.output, check.group) not in excused and (check.group, check.output) not in hidden:
            excused.add((check.output, check.group))
            what = f"{check.points} points for {check.output}@{check.group} without a hidden case"
            yield f"{what}: a constant can earn them; add drawn(…), or say in unhidden={{…}} why not"
    for kind, paid in _remembered(bank):
        if (paid.name, paid.group) not in excused:
            excused.add((paid.name, paid.group))
            what = f"memorizing the public answers, and answering {kind} on hidden inputs"
            yield f"{what}, earns {paid.points} points for {paid.name}@{paid.group}"


def _remembered(bank: Bank) -> Iterator[tuple[str, CheckReport]]:
    """(what it answers on hidden inputs, the check that paid) for a submission that has memorized every public run."""
    public = {(case.name, draw): expected for case, draw, known, _, expected in bank.runs if known}
    places = {id(inputs): (case.name, draw, known) for case, draw, known, inputs, _ in bank.runs}
    garbage: Mapping[str, Make] = {"zeros": TRIVIAL["zeros"], "NaN": TRIVIAL["NaN"]}

    def answer(make: Make | None, inputs: Mapping[str, Any], expected: Trace) -> Trace:
        name, draw, known = places[id(inputs)]
        return expected if known else answered(make, inputs, expected) if make else public[name, draw]

    for kind, make in {**garbage, "what the public run of that case expects": None}.items():
        report = bank.judge_traces(partial(answer, make))
        for check in report.checks:
            if check.points and not (make and _is_just_that(bank, check.name, check.group, make)):
                yield kind, check


def answered(make: Make, inputs: Mapping[str, Any], expected: Trace) -> Trace:
    """A trivial answer of the expected form."""
    return Trace({name: make(value, inputs) for name, value in expected.outputs.items()})


def _is_just_that(bank: Bank, output: str, group: str, make: Make) -> bool:
    """Whether the reference itself gives this trivial answer in every case of the group."""
    pairs = [
        (value, make(value, inputs))
        for case, _, _, inputs, expected in bank.runs
        if case.group == group and not case.note
        for name, value in expected.outputs.items()
        if family(name) == output
    ]
    return all(bytes_of(Trace({"": _unsigned(one)})) == bytes_of(Trace({"": _unsigned(two)})) for one, two in pairs)


def _unsigned(value: Any) -> Any:
    """The value with every −0 replaced by 0."""
    if isinstance(value, list | tuple):
        return type(value)(map(_unsigned, value))
    return value + 0.0 if isinstance(value, float | np.ndarray) and np.asarray(value).dtype.kind == "f" else value


def _constant(number: float) -> Make:
    def make(value: Any, inputs: Mapping[str, Any]) -> Any:
        if isinstance(value, np.ndarray):
            cast = value.dtype if not math.isnan(number) or value.dtype.kind == "f" else np.float64
            return np.full(value.shape, number, dtype=cast)
        if isinstance(value, bool | np.bool_):
            return bool(number)
        if isinstance(value, int | float | np.generic):
            return type(value)(number) if not math.isnan(number) else math.nan
        if isinstance(value, list | tuple):
            return type(value)(make(item, inputs) for item in value)
        return "" if isinstance(value, str) else None

    return make


def _copied(value: Any, inputs: Mapping[str, Any]) -> Any:
    """The first input of the same shape, else the first number, else zeros."""
    for given in inputs.values():
        if isinstance(value, np.ndarray) and isinstance(given, np.ndarray) and given.shape == value.shape:
            return given.astype(value.dtype)
        if isinstance(value, int | float) and isinstance(given, int | float):
            return type(value)(given)
    return _constant(0.0)(value, inputs)


TRIVIAL: Mapping[str, Make] = {
    "zeros": _constant(0.0),
    "ones": _constant(1.0),
    "one half": _constant(0.5),
    "NaN": _constant(math.nan),
    "a copy of the input": _copied,
}
