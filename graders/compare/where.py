"""Where an array is wrong: a gate, a border, the last step, repeated ids, negative inputs; facts, not guesses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from graders.compare.arrays import natural_size
from graders.compare.relations import ROOM, Candidate, Facts, Relation
from graders.compare.tolerance import widened
from graders.messages.message import Message

__all__ = ["place_relations"]

SHARE = 0.5  # share of a place's entries that must be wrong before it is named
SINGLED_OUT = 0.01  # exactly the rows named twice: nothing else in the exercise singles these out
LEAST_LENGTH = 3  # least length of an axis whose first or last entry is singled out


def place_relations(facts: Facts) -> Iterator[Candidate]:
    """Every simple place that holds all wrong entries, while entries outside it are right."""
    a, r = facts.actual, facts.expected
    if a.shape != r.shape or a.size < LEAST_LENGTH or not np.isfinite(r).all():
        return
    wrong = ~(np.abs(a - r) <= widened(facts.tau, ROOM) * natural_size(r, 0.0, facts.blocks))
    if not wrong.any() or wrong.all():
        return
    for finder in (_block, _signs, _ids, _border, _diagonal, _ends, _zeros):
        yield from finder(facts, wrong)


def _only(wrong: np.ndarray, place: np.ndarray) -> bool:
    """Whether the wrong entries all lie in this place and fill most of it, and the place is not everything."""
    inside = int(np.count_nonzero(place))
    count = int(np.count_nonzero(wrong & place))
    return 0 < inside < wrong.size and count == int(np.count_nonzero(wrong)) and count >= SHARE * inside


def _chance(wrong: np.ndarray, place: np.ndarray) -> float:
    """The probability that this many wrong entries, spread at random, all fall into this place."""
    count, inside = int(np.count_nonzero(wrong)), int(np.count_nonzero(place))
    logarithm = (math.lgamma(a + 1) - math.lgamma(a - count + 1) for a in (inside, wrong.size))
    return math.exp(next(logarithm) - next(logarithm))


def _at(facts: Facts, sort: str, key: str, wrong: np.ndarray, place: np.ndarray, **params: Any) -> Candidate:
    name = f"relation.only_{sort}"
    relation = Relation(name, Message(name, {"name": facts.name, **params}))
    return Candidate(key, relation, chance=_chance(wrong, place))


def _block(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    if facts.blocks < 2 or wrong.ndim == 0 or wrong.shape[-1] % facts.blocks:
        return
    width = wrong.shape[-1] // facts.blocks
    bad = np.flatnonzero(wrong.reshape(-1, facts.blocks, width).any(axis=(0, 2))).tolist()
    if len(bad) == 1:
        place = np.zeros(wrong.shape, dtype=bool)
        place[..., bad[0] * width : (bad[0] + 1) * width] = True
        yield _at(facts, "block", f"block {bad[0]}", wrong, place, block=bad[0] + 1, blocks=facts.blocks)


def _signs(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    for name, given in facts.inputs.items():
        if isinstance(given, np.ndarray) and given.shape == wrong.shape and given.dtype.kind in "fi":
            for sort, place in (("zero", given == 0), ("negative", given < 0), ("positive", given > 0)):
                if _only(wrong, place):
                    yield _at(facts, sort, f"{sort} {name}", wrong, place, input=name)


def _ids(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    """Rows that an integer input names more than once."""
    rows = np.asarray(wrong.reshape(wrong.shape[0], -1).any(axis=1))
    for name, given in facts.inputs.items():
        if isinstance(given, np.ndarray) and given.dtype.kind in "iu" and given.size and wrong.ndim:
            if given.min() < 0 or given.max() >= len(rows):
                continue
            repeated = np.bincount(given.ravel(), minlength=len(rows)) > 1
            if repeated.any() and np.array_equal(rows, repeated):
                found = _at(facts, "repeated", f"repeated {name}", rows, repeated, input=name)
                yield replace(found, chance=found.chance * SINGLED_OUT)


def _ends(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    """The first or last index of the first axis or the time axis, or everything after (before) it."""
    for axis in range(wrong.ndim):
        length = wrong.shape[axis]
        if length < LEAST_LENGTH or (axis and length != facts.dims.get("T")):
            continue
        bad = np.asarray(np.moveaxis(wrong, axis, 0).reshape(length, -1).any(axis=1))
        back = axis - wrong.ndim
        for sort, index in (("first", 0), ("last", length - 1)):
            rest, place = np.delete(bad, index), np.zeros(wrong.shape, dtype=bool)
            np.moveaxis(place, axis, 0)[index] = True
            if bad[index] and not rest.any():
                yield _at(facts, sort, f"{sort} {back}", wrong, place, axis=axis, index=index)
            elif not bad[index] and rest.all():
                yield _at(facts, f"not_{sort}", f"not {sort} {back}", wrong, ~place, axis=axis, index=index)


def _border(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    if wrong.ndim < 2 or min(wrong.shape[-2:]) < LEAST_LENGTH:
        return
    ring = np.ones(wrong.shape, dtype=bool)
    ring[..., 1:-1, 1:-1] = False
    if _only(wrong, ring):
        yield _at(facts, "border", "border", wrong, ring)
    elif _only(wrong, ~ring):
        yield _at(facts, "inside", "inside", wrong, ~ring)


def _diagonal(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    if wrong.ndim < 2 or wrong.shape[-1] != wrong.shape[-2] or wrong.shape[-1] < LEAST_LENGTH:
        return
    diagonal = np.broadcast_to(np.eye(wrong.shape[-1], dtype=bool), wrong.shape)
    above = np.broadcast_to(np.triu(np.ones(wrong.shape[-2:], dtype=bool), 1), wrong.shape)
    for sort, place in (("diagonal", diagonal), ("above", above), ("off_diagonal", ~diagonal)):
        if _only(wrong, place):
            yield _at(facts, sort, sort, wrong, place)


def _zeros(facts: Facts, wrong: np.ndarray) -> Iterator[Candidate]:
    if _only(wrong, facts.expected == 0):
        yield _at(facts, "expected_zero", "expected_zero", wrong, facts.expected == 0)
