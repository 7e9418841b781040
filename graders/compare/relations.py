"""Relations between the student's numbers and the expected ones: the one that holds in every run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graders.compare.tolerance import FLOOR, widened
from graders.messages.message import Message
from graders.spec import Inputs

__all__ = ["ROOM", "Candidate", "Facts", "Relation", "close", "relate"]

PLACE = "relation.only_"  # ids of relations that say where, not what
COINCIDENCE = 1e-4  # chance, over all runs together, above which a place is not named
ROOM = 10.0  # tolerances within which a relation holds: factors are estimated from the numbers themselves


@dataclass(frozen=True)
class Relation:
    """What was found, as a report says it; ``id`` is also the diagnosis."""

    id: str
    message: Message


@dataclass(frozen=True)
class Facts:
    """One output of one run: two numeric arrays and what they were computed from."""

    name: str
    actual: np.ndarray
    expected: np.ndarray
    inputs: Inputs
    dims: Mapping[str, int]
    tau: float
    blocks: int = 1
    run: object = None  # what tells this run from another one as evidence

    def close(self, actual: Any, expected: Any) -> bool:
        return close(actual, expected, widened(self.tau, ROOM))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A relation that holds on one output: the key under which runs must agree, and what speaks against it.

    ``number`` must be the same in all runs (None: need not); ``chance`` is how probable a coincidence is in this one.
    """

    key: str
    relation: Relation
    number: float | None = None
    chance: float = 0.0


Finder = Callable[[Facts], Iterator[Candidate]]


def relate(facts: Sequence[Facts], finders: Sequence[Finder], right: Sequence[Facts] = ()) -> Relation | None:
    """The first relation that holds in every one of these, on at least two different runs.

    ``right`` are outputs of the same check that are as they should be: what is said of all entries must hold there too
    (a sign only where all is 0), what is said of a place need not. A factor named by two axes at once is named by none;
    what may well be a coincidence is not said.
    """
    if len({one.run for one in facts}) < 2:
        return None
    with np.errstate(all="ignore"):
        found = _wrong(facts[0], finders)
        for one in facts[1:]:
            if not found:
                return None
            other = _wrong(one, finders)
            shared = (key for key in found if key in other and _equal(found[key], other[key]))
            found = {key: _both(found[key], other[key]) for key in shared}
        for one in right:
            found = _left(found, one, finders) if found else found
    found = {key: candidate for key, candidate in found.items() if candidate.chance <= COINCIDENCE}
    named = [key for key in found if key.startswith("named ")]
    if len(named) > 1:
        found = {key: pair for key, pair in found.items() if key not in named}
    return next(iter(found.values())).relation if found else None


_ADDS = {"relation.offset", "relation.complement", "relation.exponential", "relation.ones", "relation.constant"}


def _left(found: dict[str, Candidate], right: Facts, finders: Sequence[Finder]) -> dict[str, Candidate]:
    """What an output that is right leaves of the candidates; zeros contradict only what adds something."""
    if not right.expected.any():
        return {key: one for key, one in found.items() if one.relation.id not in _ADDS}
    there = _found(right, finders)
    return {
        key: one
        for key, one in found.items()
        if one.relation.id.startswith(PLACE) or (key in there and _equal(one, there[key]))
    }


def _wrong(facts: Facts, finders: Sequence[Finder]) -> dict[str, Candidate]:
    """What holds on an output that is wrong; where only a small block is, no more than its place."""
    found = _found(facts, finders)
    if not facts.close(facts.actual, facts.expected):
        return found
    return {key: one for key, one in found.items() if one.relation.id.startswith(PLACE)}


def _found(facts: Facts, finders: Sequence[Finder]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for finder in finders:
        for candidate in finder(facts):
            found.setdefault(candidate.key, candidate)
    return found


def _equal(one: Candidate, other: Candidate) -> bool:
    return one.number is None or other.number is None or math.isclose(one.number, other.number, rel_tol=1e-6)


def _both(one: Candidate, other: Candidate) -> Candidate:
    return replace(one, chance=one.chance * other.chance)


def close(actual: Any, expected: Any, tau: float) -> bool:
    """Equal within τ of the larger of both, finite, and of the same shape."""
    if np.shape(actual) != np.shape(expected):
        return False
    size = max(float(np.abs(actual).max(initial=0.0)), float(np.abs(expected).max(initial=0.0)), FLOOR)
    return size < math.inf and float(np.abs(np.subtract(actual, expected)).max(initial=0.0)) <= tau * size
