"""A function too many or missing, and right numbers in the wrong places: relations of the whole array."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from graders.compare.beside import by_chance, in_proportion
from graders.compare.relations import Candidate, Facts, Relation
from graders.messages.message import Message

__all__ = ["function_relations"]

LEAST = 3  # indices along an axis before its order can mean anything
MANY = 4  # most axes of an array that may have been read in another order

Function = Callable[[np.ndarray], np.ndarray]


def function_relations(facts: Facts) -> Iterator[Candidate]:
    """Functions of all entries or of a row, running sums, another order of rows or axes, entries set to 0."""
    a, r = facts.actual, facts.expected
    if a.shape != r.shape or not a.size or not np.isfinite(a).all() or not np.isfinite(r).all():
        return
    if (chance := by_chance(facts)) == 1.0:
        return
    for finder in (_zeroed, _applied, _normalised, _offsets, _running, _reread, _rows):
        for one in finder(facts, chance):
            yield replace(one, holds=partial(_holds, finder, one.key))


def _holds(finder: Callable[[Facts, float], Iterator[Candidate]], key: str, right: Facts) -> bool:
    return right.actual.shape == right.expected.shape and any(one.key == key for one in finder(right, 0.0))


def _pair(facts: Facts, sort: str, key: str, chance: float, **params: Any) -> Candidate:
    name = f"relation.{sort}"
    return Candidate(key, Relation(name, Message(name, {"name": facts.name, **params})), chance=chance)


# --- functions -------------------------------------------------------------------------------------------------------


def _softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


_FUNCTIONS: Mapping[str, Function] = {
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "tanh": np.tanh,
    "relu": lambda v: np.maximum(v, 0),
    "exp": np.exp,
    "log": np.log,
    "square": np.square,
    "softmax": _softmax,
}
_ONCE_MORE = {"sigmoid", "tanh", "relu", "softmax"}  # the others are relations of their own


def _applied(facts: Facts, chance: float) -> Iterator[Candidate]:
    """One function too many, or one missing."""
    at = int(np.argmax(np.abs(facts.expected)))
    mine, right = facts.actual.ravel()[at : at + 1], facts.expected.ravel()[at : at + 1]
    near = 1e-3 * (float(np.abs(facts.actual).max()) + abs(float(right[0])))
    for name, function in _FUNCTIONS.items():
        if name == "softmax":
            if not facts.actual.ndim or facts.actual.shape[-1] < LEAST - 1:
                continue
        elif abs(function(right) - mine)[0] > near and abs(function(mine) - right)[0] > near:
            continue  # one entry rules out nearly all
        if name in _ONCE_MORE and facts.close(facts.actual, function(facts.expected)):
            yield _pair(facts, "function", f"function {name}", chance, function=name)
        elif facts.close(function(facts.actual), facts.expected):
            yield _pair(facts, "function_missing", f"function missing {name}", chance, function=name)


_MEASURES: Mapping[str, Callable[..., Any]] = {
    "sum": np.sum,
    "norm": lambda v, axis, keepdims: np.sqrt(np.sum(v * v, axis=axis, keepdims=keepdims)),
    "max": np.max,
    "std": np.std,
}


def _normalised(facts: Facts, chance: float) -> Iterator[Candidate]:
    """Rows (columns, everything) divided by their own sum, length or largest entry, or not divided."""
    a, r = facts.actual, facts.expected
    if a.size < LEAST:
        return
    for axis in (None, -1, 0) if a.ndim > 1 else (None,):
        if not in_proportion(facts, axis):
            continue
        for name, measure in _MEASURES.items():
            said = f"{name}()" if axis is None else f"{name}(axis={axis})"
            for sort, one, other in (("normalised", a, r), ("not_normalised", r, a)):
                size = measure(other, axis=axis, keepdims=True)
                if size.all() and facts.close(one * size, other):
                    yield _pair(facts, sort, f"{sort} {said}", chance, by=said)


def _offsets(facts: Facts, chance: float) -> Iterator[Candidate]:
    """Each row (or column) is off by its own amount."""
    gap = facts.actual - facts.expected
    if gap.ndim < 2 or facts.right:
        return
    for axis, sort in ((-1, "row_offsets"), (0, "column_offsets")):
        if gap.shape[axis] >= LEAST and gap.size > gap.shape[axis]:
            mean = gap.mean(axis=axis, keepdims=True)
            if facts.close(facts.actual, facts.expected + mean):
                yield _pair(facts, sort, sort, chance)


# --- order -----------------------------------------------------------------------------------------------------------


def _running(facts: Facts, chance: float) -> Iterator[Candidate]:
    for axis in range(facts.actual.ndim):
        first = facts.actual.take(0, axis), facts.expected.take(0, axis)
        if facts.actual.shape[axis] < LEAST or not facts.close(*first):
            continue
        if facts.close(facts.actual, np.cumsum(facts.expected, axis=axis)):
            yield _pair(facts, "running_sum", f"running {axis}", chance, axis=axis)
        elif facts.close(np.cumsum(facts.actual, axis=axis), facts.expected):
            yield _pair(facts, "no_running_sum", f"not running {axis}", chance, axis=axis)


def _reread(facts: Facts, chance: float) -> Iterator[Candidate]:
    """The right numbers, given their shape by another axis order."""
    a, r = facts.actual, facts.expected
    total = np.abs(a).sum(), np.abs(r).sum()
    if not 2 <= a.ndim <= MANY or not facts.close(*total):
        return
    for order in itertools.permutations(range(a.ndim)):
        if order == tuple(range(a.ndim)):
            continue
        if facts.close(a.ravel(), r.transpose(order).ravel()) and r.transpose(order).shape != r.shape:
            yield _pair(facts, "reread", f"reread {order}", chance, order=str(order))
        else:
            shape = [r.shape[axis] for axis in order]
            if tuple(shape) != r.shape and facts.close(a, r.reshape(shape).transpose(np.argsort(order))):
                yield _pair(facts, "reread", f"unread {order}", chance, order=str(order))


def _rows(facts: Facts, chance: float) -> Iterator[Candidate]:
    """Whole rows (or columns) that are right but in other places."""
    a, r = facts.actual, facts.expected
    for axis, sort in ((0, "other_rows"), (-1, "other_columns")):
        if a.ndim < 2 or a.shape[axis] < LEAST or not facts.close(a.sum(axis=axis), r.sum(axis=axis)):
            continue
        mine, right = (np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1) for array in (a, r))
        mine, right = (rows[np.lexsort(np.round(rows, 9).T)] for rows in (mine, right))
        if len(np.unique(np.round(right, 9), axis=0)) == len(right) and facts.close(mine, right):
            yield _pair(facts, sort, sort, chance)


# --- set to 0 --------------------------------------------------------------------------------------------------------


def _zeroed(facts: Facts, chance: float) -> Iterator[Candidate]:
    """Right, except 0 wherever an input is negative (or positive)."""
    a, r = facts.actual, facts.expected
    for name, given in facts.inputs.items():
        if isinstance(given, np.ndarray) and given.shape == a.shape and given.dtype.kind in "fi":
            low = "zeroed_negative" if given.min() < 0 else "zeroed_zero"
            for sort, kept in ((low, given > 0), ("zeroed_positive", given <= 0)):
                if not kept.all() and kept.any() and facts.close(a, np.where(kept, r, 0)):
                    yield _pair(facts, sort, f"{sort} {name}", chance, input=name)
