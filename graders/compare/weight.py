"""How much evidence it is, in bits, that a counter-model and a student are wrong in the same way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from graders.compare.agreement import Agreement
from graders.compare.checks import CheckKey, dims_of, runs_of
from graders.compare.context import CounterModel
from graders.compare.factors import counted, denominator
from graders.compare.forms import numbers, settled
from graders.compare.run_results import Marked
from graders.compare.sketches import same

__all__ = ["bits_of", "borne_out", "weight"]


def weight(
    model: CounterModel, marked: Sequence[Marked], same: Agreement, explained: frozenset[CheckKey], hollow: bool = False
) -> float:
    """How much evidence it is, in bits, that a model and the student are wrong in the same way.

    0 unless the model is wrong on two runs of different dims, or only on literal cases (whose number is fixed).
    Real numbers are conclusive; a few flipped labels or counts may agree by chance. Zeros and NaN have a hundred
    causes and count only with ``hollow``.
    """
    seen: set[object] = set()
    literal, bits = True, 0.0
    for check in explained:
        for one in runs_of(marked, check):
            theirs = same.theirs(model, one)
            assert theirs is not None
            if same.agrees(one, one.expected, theirs, check[0]) or (_hollow(one, check[0]) and not hollow):
                continue
            seen.add(dims_of(one.run))
            bits += bits_of(one, check[0])
            literal = literal and not one.run.case.hidden
            if bits == math.inf and len(seen) >= 2:
                return math.inf  # it cannot grow further
    if literal and seen:
        return math.inf
    return bits if len(seen) >= 2 else 0.0


def _hollow(one: Marked, name: str) -> bool:
    """Whether a student's wrong values are all zeros or NaN."""
    pairs = [(one.actual.outputs.get(output), one.expected.outputs[output], output) for output in one.families[name]]
    wrong = [mine for mine, right, output in pairs if mine is None or not same(mine, right, one.tolerance(output))]
    return all(mine is not None and mine.hollow for mine in wrong) and bool(wrong)


def borne_out(model: CounterModel, marked: Sequence[Marked], same: Agreement, passing: Sequence[CheckKey]) -> float:
    """The evidence if a model spoils nothing but zeros or NaN: infinite if its other values are present and right.

    Nearly any other cause would have spoiled more.
    """
    for check in passing:
        for one in runs_of(marked, check):
            theirs = same.theirs(model, one)
            values = [one.actual.outputs.get(output) for output in one.families[check[0]]]
            telling = any(value is not None and not value.hollow and not value.exact for value in values)
            if theirs is not None and telling and same.agrees(one, one.actual, theirs, check[0]):
                return math.inf
    return 0.0


def bits_of(one: Marked, name: str) -> float:
    """How much evidence it is that another program has the same wrong values here: unlimited for real numbers."""
    total = 0.0
    for output in one.families[name]:
        given = one.run.actual.outputs.get(output) if one.run.actual is not None else None
        actual, expected = numbers(settled(given)), numbers(settled(one.run.expected.outputs[output]))
        if actual is None or expected is None or actual.shape != expected.shape:
            return math.inf
        if (actual.dtype.kind == "b") != (expected.dtype.kind == "b"):
            return math.inf
        wrong, count = int(np.count_nonzero(actual != expected)), actual.size
        if count == 1 and counted(actual.item()) and counted(expected.item()):
            unit = max(denominator(actual.item()), denominator(expected.item()))
            total += math.log2(1 + unit * abs(actual.item() - expected.item()))
        elif not (_whole(actual) and _whole(expected)):
            return math.inf
        elif wrong:
            values = np.union1d(actual, expected).size - 1
            total += math.log2(math.comb(count, wrong)) + wrong * math.log2(max(values, 1))
    return total


def _whole(array: np.ndarray) -> bool:
    return array.dtype.kind in "iub" or bool(np.all(array == np.round(array)))
