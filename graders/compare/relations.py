"""Relations between the student's numbers and the expected ones: the one that holds in every run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from graders.compare.bench import Bench
from graders.compare.tolerance import FLOOR, widened
from graders.messages.message import Message
from graders.spec import Inputs

__all__ = ["ROOM", "Candidate", "Facts", "Relation", "close", "relate"]

PLACE = "relation.only_"  # ids of relations that say where, not what
COINCIDENCE = 1e-4  # over all runs together; above this probability, a relation is not reported
FEW = 3  # fewer numbers than this make a common factor meaningless
ROOM = 10.0  # multiples of the tolerance: factors are estimated from the numbers themselves


@dataclass(frozen=True)
class Relation:
    """What was found, for a report; ``id`` is also the diagnosis, ``key`` is equal for equal relations."""

    id: str
    message: Message
    key: str = ""

    @property
    def exact(self) -> bool:
        """Whether it leaves nothing open, neither a number nor just a place."""
        return not _vague(self)


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
    run: object = None  # distinguishes this run from others as evidence
    bench: Bench | None = None
    before: tuple[np.ndarray, np.ndarray] | None = None  # the previous step, actual and expected, if this is a step
    step: int = 0  # from 1 on, if this is a step of a script

    @property
    def loose(self) -> bool:
        """A step whose predecessor is not known (the last of many)."""
        return self.before is None and self.step > 1

    def close(self, actual: Any, expected: Any) -> bool:
        if actual is self.actual and actual.shape == np.shape(expected):
            gap = float(np.abs(actual - expected).max(initial=0.0))
            if gap > self._near * (self._largest + max(gap, FLOOR)):  # no size of the other array can make up for it
                return False
        return close(actual, expected, self._near)

    @cached_property
    def right(self) -> bool:
        """Whether all of it is as expected, within the tolerance for relations."""
        return self.close(self.actual, self.expected)

    @cached_property
    def _near(self) -> float:
        return widened(self.tau, ROOM)

    @cached_property
    def _largest(self) -> float:
        return float(np.abs(self.actual).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A relation that holds on one output: the key on which runs must agree, and what may rule it out.

    ``number`` must be the same in all runs (None: need not); ``chance`` is how probable a coincidence is in this one.
    ``holds`` decides for a right output whether the relation holds there too, if finding it there does not decide;
    ``silent``, for a wrong and ``loose`` output, whether the relation says nothing about it. ``by``: who found it.
    """

    key: str
    relation: Relation
    number: float | None = None
    chance: float = 0.0
    holds: Callable[[Facts], bool] | None = None
    silent: Callable[[Facts], bool] | None = None
    by: Finder | None = None


Finder = Callable[[Facts], Iterator[Candidate]]


def relate(facts: Sequence[Facts], finders: Sequence[Finder], right: Sequence[Facts] = ()) -> Relation | None:
    """The first relation that holds on every one of these, on at least two different runs.

    ``right`` are right outputs of the same check: a relation about all entries must hold there too (a sign only if all
    are 0), one about a place need not. A factor that two axes could name gets no name; likely coincidences are dropped.
    """
    if len({one.run for one in facts}) < 2:
        return None
    with np.errstate(all="ignore"):
        found = _everywhere(facts, finders)
        for one in right:
            found = _left(found, one, finders) if found else found
    found = {key: candidate for key, candidate in found.items() if candidate.chance <= COINCIDENCE}
    named = [key for key in found if key.startswith("named ")]
    if len(named) > 1:
        found = {key: pair for key, pair in found.items() if key not in named}
    if not found:
        return None
    key = min(found, key=lambda one: _vague(found[one].relation))
    return replace(found[key].relation, key=key)


def _everywhere(facts: Sequence[Facts], finders: Sequence[Finder]) -> dict[str, Candidate]:
    """What holds on all of these. The largest output, which leaves least, decides which finders try the others."""
    largest = max((one for one in facts if not one.loose), key=lambda one: one.actual.size, default=facts[0])
    there = _wrong(largest, finders)
    found = there if facts[0] is largest else _wrong(facts[0], _askers(there, finders))
    for one in facts[1:]:
        if not found:
            break
        found = _shared(found, there if one is largest else _wrong(one, _askers(found, finders)), one)
    return found


def _askers(found: Mapping[str, Candidate], finders: Sequence[Finder]) -> list[Finder]:
    """The finders that found any of these."""
    mine = {id(one.by) for one in found.values()}
    return [finder for finder in finders if id(finder) in mine]


def _shared(found: dict[str, Candidate], other: dict[str, Candidate], facts: Facts) -> dict[str, Candidate]:
    """What also holds on one more output, or says nothing about it."""
    kept = {}
    for key, one in found.items():
        if key in other and _equal(one, other[key]):
            kept[key] = _both(one, other[key])
        elif one.silent is not None and one.silent(facts):
            kept[key] = one
    return kept


_OPEN = {
    f"relation.{sort}"
    for sort in (
        *("proportional", "row_factors", "column_factors", "row_offsets", "column_offsets"),
        *("step_length", "step_gradient", "plus_multiple"),
    )
}


def _place(one: Candidate) -> bool:
    return one.relation.id.startswith(PLACE)


def _vague(one: Relation) -> int:
    """Rank: complete relations first, then those with an open number, then places."""
    return 2 if one.id.startswith(PLACE) else int(one.id in _OPEN)


_ADDS = {"relation.offset", "relation.complement", "relation.exponential", "relation.ones", "relation.constant"}


def _left(found: dict[str, Candidate], right: Facts, finders: Sequence[Finder]) -> dict[str, Candidate]:
    """The candidates that a right output leaves; zeros contradict only relations that add something."""
    asked = right.expected.any() and any(it.holds is None and not _place(it) for it in found.values())
    there = _found(right, _askers(found, finders)) if asked else None

    def stays(key: str, one: Candidate) -> bool:
        if _place(one):
            return True
        if one.holds is not None:
            return one.holds(right)
        if one.relation.id in _OPEN and right.actual.size < FEW and isinstance(right.run, str):
            return True  # a worked example with only one or two numbers
        return one.relation.id not in _ADDS if there is None else key in there and _equal(one, there[key])

    return {key: one for key, one in found.items() if stays(key, one)}


def _wrong(facts: Facts, finders: Sequence[Finder]) -> dict[str, Candidate]:
    """What holds on a wrong output; if only a small block is wrong, at most its place."""
    found = _found(facts, finders)
    if not facts.right:
        return found
    return {key: one for key, one in found.items() if _place(one)}


def _found(facts: Facts, finders: Sequence[Finder]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for finder in finders:
        for candidate in finder(facts):
            found.setdefault(candidate.key, replace(candidate, by=finder))
    return found


def _equal(one: Candidate, other: Candidate) -> bool:
    return one.number is None or other.number is None or math.isclose(one.number, other.number, rel_tol=1e-6)


def _both(one: Candidate, other: Candidate) -> Candidate:
    return replace(one, chance=one.chance * other.chance)


def close(actual: Any, expected: Any, tau: float) -> bool:
    """Equal within τ of the larger of the two, finite, and of the same shape."""
    if np.shape(actual) != np.shape(expected):
        return False
    size = max(float(np.abs(actual).max(initial=0.0)), float(np.abs(expected).max(initial=0.0)), FLOOR)
    return size < math.inf and float(np.abs(np.subtract(actual, expected)).max(initial=0.0)) <= tau * size
