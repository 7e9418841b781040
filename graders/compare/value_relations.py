"""Simple relations between two arrays that hold for every entry: a sign, a factor, an axis, an order."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from graders.compare.factors import counted, named_factors
from graders.compare.relations import ROOM, Candidate, Facts, Relation
from graders.compare.tolerance import widened
from graders.messages.digits import show, show_beside
from graders.messages.message import Message

__all__ = ["value_relations"]

MANY = 12  # numbers that make up for an axis with few indices
LEAST = 3  # fewer numbers than this make a common factor or offset meaningless


def value_relations(facts: Facts) -> Iterator[Candidate]:
    """All relations between two arrays that hold for every entry, the most telling first."""
    if facts.actual.shape != facts.expected.shape:
        yield from _shapes(facts)
    elif facts.actual.size and np.isfinite(facts.expected).all():
        for finder in _FINDERS:
            yield from finder(facts)


def _pair(facts: Facts, sort: str, *, key: str = "", number: float | None = None, **params: Any) -> Candidate:
    name = f"relation.{sort}"
    return Candidate(key or sort, Relation(name, Message(name, {"name": facts.name, **params})), number)


# --- other shapes ----------------------------------------------------------------------------------------------------


def _shapes(facts: Facts) -> Iterator[Candidate]:
    a, r = facts.actual, facts.expected
    shapes: dict[str, Any] = {"actual": str(a.shape), "expected": str(r.shape)}
    if not np.isfinite(a).all():
        return
    if a.ndim == r.ndim == 2 and facts.close(a.T, r):
        yield _pair(facts, "transposed", **shapes)
    if a.ndim == r.ndim and 3 <= a.ndim <= 4:
        yield from _permuted_axes(facts, shapes)
    if a.ndim != r.ndim and a.squeeze().shape == r.squeeze().shape and facts.close(a.squeeze(), r.squeeze()):
        yield _pair(facts, "extra_axis" if a.ndim > r.ndim else "lost_axis", **shapes)
    elif a.ndim == r.ndim + 1:
        for axis in range(a.ndim):
            if a.shape[axis] > 1 and facts.close(a.sum(axis=axis), r):
                yield _pair(facts, "not_summed", key=f"not_summed {axis}", axis=axis, **shapes)
            elif a.shape[axis] > 1 and facts.close(a.mean(axis=axis), r):
                yield _pair(facts, "not_averaged", key=f"not_averaged {axis}", axis=axis, **shapes)
    elif r.ndim == a.ndim + 1:
        for axis in range(r.ndim):
            if r.shape[axis] > 1 and facts.close(a, r.sum(axis=axis)):
                yield _pair(facts, "summed_away", key=f"summed_away {axis}", axis=axis, **shapes)
            elif r.shape[axis] > 1 and facts.close(a, r.mean(axis=axis)):
                yield _pair(facts, "averaged_away", key=f"averaged_away {axis}", axis=axis, **shapes)
    if a.size == r.size > 1:
        if facts.close(a.ravel(), r.ravel()):
            yield _pair(facts, "reshaped", **shapes)
        elif facts.close(a.ravel(), r.ravel(order="F")):
            yield _pair(facts, "other_order", **shapes)


def _permuted_axes(facts: Facts, shapes: Mapping[str, Any]) -> Iterator[Candidate]:
    for order in itertools.permutations(range(facts.actual.ndim)):
        if order != tuple(range(len(order))) and facts.close(facts.actual, facts.expected.transpose(order)):
            yield _pair(facts, "permuted_axes", key=f"permuted {order}", order=str(order), **shapes)


# --- nothing was computed --------------------------------------------------------------------------------------------


def _trivial(facts: Facts) -> Iterator[Candidate]:
    a = facts.actual
    if np.isnan(a).all():
        yield _pair(facts, "all_nan")
    elif not a.any():
        yield _pair(facts, "zeros")
    elif a.size >= LEAST and (a == a.flat[0]).all() and not (facts.expected == facts.expected.flat[0]).all():
        yield _pair(facts, "ones" if a.flat[0] == 1 else "constant", value=show_beside(a.flat[0], 1.0))


def _same_input(facts: Facts) -> Iterator[Candidate]:
    for name, given in _alike(facts):
        if facts.close(facts.actual, given):
            yield _pair(facts, "input", key=f"input {name}", input=name)


def _alike(facts: Facts) -> Iterator[tuple[str, np.ndarray]]:
    """Inputs of the output's shape."""
    if facts.actual.size >= LEAST:
        for name, given in facts.inputs.items():
            if isinstance(given, np.ndarray) and given.shape == facts.actual.shape and given.dtype.kind in "fiu":
                yield name, given


# --- factors ---------------------------------------------------------------------------------------------------------


def _sign(facts: Facts) -> Iterator[Candidate]:
    if facts.close(facts.actual, -facts.expected):
        yield _pair(facts, "sign")


def _ratio(facts: Facts) -> Iterator[Candidate]:
    a, r = facts.actual, facts.expected
    if a.size < LEAST and all(counted(value) for value in (*a.flat, *r.flat)):
        return
    ratio = float(np.sum(a * r) / np.sum(r * r)) if r.any() else math.nan
    if not math.isfinite(ratio) or not ratio or not facts.close(a, ratio * r):
        return
    for key, sort, size, params in named_factors(facts.dims, facts.inputs):
        if math.isclose(abs(ratio), size, rel_tol=widened(facts.tau, ROOM)):
            if ratio < 0 and "cause" in params:
                key, sort = f"{key} negative", "ratio_named_sign"
            elif ratio < 0:
                key, params = f"{key} negative", {"factor": f"−{params['factor']}"}
            yield _pair(facts, sort, key=key, **params)
    factor = show_beside(ratio, math.copysign(1, ratio), 5)
    yield _pair(facts, "ratio", number=ratio, factor=factor)
    if a.size >= LEAST:
        yield _pair(facts, "proportional", factor=factor)


# --- moved, shifted, element by element ------------------------------------------------------------------------------


def _reflected(facts: Facts) -> Iterator[Candidate]:
    a, r = facts.actual, facts.expected
    if a.size >= LEAST and facts.close(a, 1 - r):
        yield _pair(facts, "complement")
    for name, given in _alike(facts):
        if facts.close(a - given, given - r) and not facts.close(given, r):
            yield _pair(facts, "other_way", key=f"other_way {name}", input=name)


def _moved(facts: Facts) -> Iterator[Candidate]:
    a, r = facts.actual, facts.expected
    if a.size < LEAST:
        return
    if a.ndim == 2 and facts.close(a, r.T):
        yield _pair(facts, "transposed", actual=str(a.shape), expected=str(r.shape))
    for axis in range(a.ndim):
        if a.shape[axis] > 1 and facts.close(a, np.flip(r, axis)):
            yield _pair(facts, "flipped", key=f"flipped {axis - a.ndim}", axis=axis)
    if a.ndim >= 2 and facts.close(a, np.flip(r, (-2, -1))):
        yield _pair(facts, "flipped_both")
    if 3 <= a.ndim <= 4:
        yield from _permuted_axes(facts, {"actual": str(a.shape), "expected": str(r.shape)})
    for axis in range(a.ndim):
        if a.shape[axis] > LEAST or (a.shape[axis] == LEAST and a.size > MANY):
            moved, fixed = np.moveaxis(a, axis, 0), np.moveaxis(r, axis, 0)
            if facts.close(moved[1:], fixed[:-1]):
                yield _pair(facts, "late", key=f"late {axis}", axis=axis)
            elif facts.close(moved[:-1], fixed[1:]):
                yield _pair(facts, "early", key=f"early {axis}", axis=axis)


def _offset(facts: Facts) -> Iterator[Candidate]:
    offset = facts.actual.astype(np.float64) - facts.expected
    value = float(offset.flat[0])
    if not np.isfinite(offset).all():
        return
    whole = value == round(value) and facts.expected.dtype.kind in "iu"
    if value and (facts.actual.size >= LEAST or whole) and facts.close(facts.actual, facts.expected + value):
        yield _pair(facts, "offset", number=value if whole else None, offset=show(value, 5))


_ELEMENT: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "squared": np.square,
    "rooted": lambda r: np.sqrt(r),
    "inverse": lambda r: 1 / r,
    "absolute": np.abs,
    "logarithm": lambda r: np.log(r),
    "exponential": np.exp,
    "rounded": np.round,
}


def _element(facts: Facts) -> Iterator[Candidate]:
    if facts.actual.size < LEAST and all(map(counted, (*facts.actual.flat, *facts.expected.flat))):
        return
    if np.isin(facts.expected, (-1, 0, 1)).all():
        return  # squares and absolute values of signs are the same
    for sort, function in _ELEMENT.items():
        other = function(facts.expected.astype(np.float64))
        if np.isfinite(other).all() and facts.close(facts.actual, other):
            yield _pair(facts, sort)


def _rows(facts: Facts) -> Iterator[Candidate]:
    """Each row (or column) is off by its own factor."""
    a, r = facts.actual, facts.expected
    if a.ndim < 2 or not np.isfinite(a).all():
        return
    for axis, sort in ((-1, "row_factors"), (0, "column_factors")):
        if a.shape[axis] >= LEAST:
            square = np.sum(r * r, axis=axis, keepdims=True)
            factors = np.sum(a * r, axis=axis, keepdims=True) / np.where(square == 0, 1, square)
            if factors.all() and facts.close(a, factors * r):
                yield _pair(facts, sort)


def _permuted_blocks(facts: Facts) -> Iterator[Candidate]:
    """The blocks of the last axis (gates) are right, but in another order."""
    if not 2 <= facts.blocks <= 6 or facts.actual.ndim == 0 or facts.actual.shape[-1] % facts.blocks:
        return
    parts, wanted = (np.split(array, facts.blocks, axis=-1) for array in (facts.actual, facts.expected))
    order = []
    for part in parts:
        places = [place for place, other in enumerate(wanted) if facts.close(part, other)]
        if len(places) != 1:
            return
        order.append(places[0] + 1)
    if sorted(order) == list(range(1, facts.blocks + 1)):
        yield _pair(facts, "permuted_blocks", key=f"blocks {order}", order=", ".join(map(str, order)))


_FINDERS = (_trivial, _same_input, _sign, _ratio, _reflected, _moved, _offset, _element, _rows, _permuted_blocks)
