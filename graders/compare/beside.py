"""Which other number of the run relates two arrays: a factor or a term too many or missing, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from graders.compare.bench import Quantity, placed, spots
from graders.compare.factors import counted
from graders.compare.relations import ROOM, Candidate, Facts, Relation
from graders.compare.tolerance import FLOOR, widened
from graders.messages.digits import show
from graders.messages.message import Message
from graders.spec import family

__all__ = ["beside_relations", "by_chance", "in_proportion"]

LIKELY = 0.05  # probability that one small fraction fits: 1/20 of all of them
FEW = 8  # entries checked before their values no longer count as small fractions
TRIED = 300.0  # factors and terms
PLAIN = 1e-6  # a factor nearer to 1 says nothing
LEAST = 3  # fewest numbers in a term that may occur any number of times
MOST = 12  # most arrays multiplied with each other in search of a term

Form = tuple[str, Callable[[Any], Any]]
_PLAIN: tuple[Form, ...] = (("{}", lambda v: v),)
_FORMS: tuple[Form, ...] = (
    *_PLAIN,
    ("(1 − {})", lambda v: 1 - v),
    ("{0}·(1 − {0})", lambda v: v * (1 - v)),
    ("(1 − {}²)", lambda v: 1 - v * v),
    ("{}²", lambda v: v * v),
)


def beside_relations(facts: Facts) -> Iterator[Candidate]:
    """Factors and terms that are another number of the run: an input or one of the student's own outputs."""
    a, r = facts.actual, facts.expected
    if facts.bench is None or a.shape != r.shape or not a.size or not np.isfinite(r).all() or not np.isfinite(a).all():
        return
    chance = by_chance(facts)
    yield from _others(facts, chance)
    yield from _factors(facts, chance)
    yield from _terms(facts, chance)
    yield from _multiples_of(facts, chance)


def by_chance(facts: Facts) -> float:
    """The probability that one of all the trials fits such values by chance: small fractions fit many."""
    a, r = np.ravel(facts.actual), np.ravel(facts.expected)
    gap = np.abs(a - r)
    near = widened(facts.tau, ROOM) * max(float(np.abs(a).max()), float(np.abs(r).max()), FLOOR)
    wrong = np.flatnonzero(gap > near)
    if not wrong.size:
        return 1.0
    chance = TRIED * float(2 * near / gap.max()) ** min(wrong.size, FEW)
    for place in wrong[:FEW]:
        if not (counted(a[place]) and counted(r[place])):
            return min(chance, 1.0)
    return min(max(chance, LIKELY ** len({(a[place], r[place]) for place in wrong[:FEW]})), 1.0)


def _pair(facts: Facts, sort: str, key: str, chance: float, holds: Callable[[Facts], bool], **params: Any) -> Candidate:
    name = f"relation.{sort}"
    return Candidate(key, Relation(name, Message(name, {"name": facts.name, **params})), None, chance, holds)


# --- another output --------------------------------------------------------------------------------------------------


def _others(facts: Facts, chance: float) -> Iterator[Candidate]:
    """The expected value of another output, with either sign, or added to the expected value here."""
    assert facts.bench is not None
    for other in facts.bench.wanted:
        if other.family == family(facts.name) or other.value.shape != facts.actual.shape:
            continue
        for sort, key in (("other_output", "is"), ("plus_other", "plus"), ("minus_other", "minus")):
            holds = partial(_is_other, text=other.text, sort=sort)
            if holds(facts) and not facts.close(facts.actual, facts.expected):
                yield _pair(facts, sort, f"{key} expected {other.text}", chance, holds, other=other.text)


def _is_other(facts: Facts, text: str, sort: str) -> bool:
    other = _named(facts.bench.wanted if facts.bench is not None else (), text)
    if other is None or other.shape != facts.actual.shape:
        return False
    here = {"other_output": 0.0, "plus_other": 1.0, "minus_other": 1.0}[sort]
    return facts.close(facts.actual, here * facts.expected + (-other if sort == "minus_other" else other))


def _named(quantities: tuple[Quantity, ...], text: str) -> np.ndarray | None:
    return next((one.value for one in quantities if one.text == text), None)


# --- factors ---------------------------------------------------------------------------------------------------------


def _factors(facts: Facts, chance: float) -> Iterator[Candidate]:
    assert facts.bench is not None
    a, r = facts.actual, facts.expected
    places = int(np.argmax(np.abs(r))), int(np.argmax(np.abs(a)))
    mine, right = a.ravel()[list(places)], r.ravel()[list(places)]
    near = widened(facts.tau, ROOM)
    axes = (None, -1, 0) if a.ndim > 1 else (None,)
    sums = facts.bench.sums if any(in_proportion(facts, axis) for axis in axes) else ()
    for quantities, forms in ((facts.bench.plain, _FORMS), (sums, _PLAIN)):
        seen = _seen(facts, quantities, places)
        if not seen.names:
            continue
        factors = np.stack([form(seen.values) for _, form in forms])
        telling = (np.abs(factors - 1) >= PLAIN).any(axis=2)
        times = telling & _near(mine, right * factors, near)
        divided = telling & _near(mine * factors, right, near)
        fitting = [(at, sort, row) for sort, fits in enumerate((times, divided)) for at, row in np.argwhere(fits)]
        for at, sort, row in sorted(fitting):
            (text, form), (one, place), named = forms[at], seen.names[row], ("times", "divided")[sort]
            holds = partial(_is_factor, text=one, place=place, form=form, sort=named)
            if holds(facts):
                said = text.format(one)
                yield _pair(facts, named, f"{named} {said} {place}", chance, holds, factor=said)


def _near(left: np.ndarray, right: np.ndarray, tau: float) -> np.ndarray:
    """Where the entries along the last axis agree within τ of the largest."""
    gap, size = np.abs(left - right), np.maximum(np.abs(left), np.abs(right))
    return np.asarray(gap.max(axis=-1) <= tau * size.max(axis=-1))


def in_proportion(facts: Facts, axis: int | None) -> bool:
    """Whether every row (column, everything) is as expected up to a factor of its own."""
    a, r = facts.actual, facts.expected
    square = np.sum(r * r, axis=axis, keepdims=True)
    return facts.close(a, np.sum(a * r, axis=axis, keepdims=True) / np.where(square == 0, 1, square) * r)


@dataclass(frozen=True)
class _Seen:
    """Names and places of quantities that broadcast over these facts, and their values at two entries."""

    names: list[tuple[str, str]]
    values: np.ndarray


def _seen(facts: Facts, quantities: tuple[Quantity, ...], places: tuple[int, int]) -> _Seen:
    shape, own = facts.actual.shape, family(facts.name)
    one, two = (tuple(int(at) for at in np.unravel_index(place, shape)) for place in places)
    step = facts.name.partition("[")[2]
    names, values = [], []
    for it in quantities:
        if it.family and (it.family == own or (step and it.text.partition("[")[2] != step)):
            continue
        for (place, first), (_, second) in zip(spots(it.value, shape, one), spots(it.value, shape, two), strict=True):
            names.append((it.text, place))
            values.append((first, second))
    return _Seen(names, np.array(values, dtype=np.float64).reshape(-1, 2))


def _is_factor(facts: Facts, text: str, place: str, form: Callable[[Any], Any], sort: str) -> bool:
    view = _view(facts, text, place)
    if view is None:
        return False
    factor = form(view)
    if sort == "times":
        return facts.close(facts.actual, facts.expected * factor)
    return bool((factor != 0).all()) and facts.close(facts.actual * factor, facts.expected)


def _view(facts: Facts, text: str, place: str) -> np.ndarray | None:
    if facts.bench is None:
        return None
    value = _named(facts.bench.plain, text)
    value = _named(facts.bench.sums, text) if value is None else value
    return dict(placed(value, facts.actual.shape)).get(place) if value is not None else None


# --- terms -----------------------------------------------------------------------------------------------------------


def _terms(facts: Facts, chance: float) -> Iterator[Candidate]:
    assert facts.bench is not None
    gap = facts.actual - facts.expected
    places = int(np.argmax(np.abs(gap))), int(np.argmax(np.abs(facts.expected)))
    mine = gap.ravel()[list(places)]
    multiples = [*_multiples(facts)]
    factors = np.array([factor for _, factor in multiples])[:, None, None]
    near = widened(facts.tau, ROOM) * max(float(np.abs(facts.actual).max()), float(np.abs(facts.expected).max()), FLOOR)
    plain = _seen(facts, facts.bench.plain, places)
    axes = (None, -1, 0) if gap.ndim > 1 else (None,)
    even = any((np.ptp(gap, axis=axis) <= 2 * near).all() for axis in axes)
    for seen in (plain, _seen(facts, facts.bench.sums, places)) if even else (plain,):
        terms = factors * seen.values
        for sign, before in ((1, ""), (-1, "-")):
            for times, row in np.argwhere((np.abs(mine - sign * terms) <= near).all(axis=2)):
                yield from _term(facts, chance, before + multiples[times][0], (seen.names[row],))
    few = plain.values[:MOST]
    products = few[:, None] * few[None]
    for sign, times in ((1, ""), (-1, "-")):
        for left, right in np.argwhere((np.abs(mine - sign * products) <= near).all(axis=2)):
            if left < right:
                yield from _term(facts, chance, times, (plain.names[left], plain.names[right]))


def _multiples(facts: Facts) -> Iterator[tuple[str, float]]:
    """How often a term may occur: once, twice, a multiple from an axis length, or a number among the inputs."""
    yield "", 1.0
    yield "2·", 2.0
    for axis, length in facts.dims.items():
        if isinstance(length, int) and length > 0:
            yield f"{axis}·", float(length)
            yield f"({axis} − 1)·", length - 1.0
            yield f"1/{axis}·", 1 / length
    for name, number in facts.inputs.items():
        if isinstance(number, float) and number not in (0.0, 1.0):
            yield f"{name}·", number


def _term(facts: Facts, chance: float, times: str, parts: tuple[tuple[str, str], ...]) -> Iterator[Candidate]:
    holds = partial(_is_term, times=times, parts=parts)
    if holds(facts):
        sort = "minus" if times.startswith("-") else "plus"
        said = times.removeprefix("-") + "·".join(text for text, _ in parts)
        places = " ".join(place for _, place in parts)
        named = "named " if any(axis in times for axis in facts.dims) else ""
        yield _pair(facts, sort, f"{named}{sort} {said} {places}", chance, holds, term=said)


def _is_term(facts: Facts, times: str, parts: tuple[tuple[str, str], ...]) -> bool:
    factor = dict(_multiples(facts)).get(times.removeprefix("-"))
    if factor is None or facts.actual.shape != facts.expected.shape:
        return False
    term = np.full(facts.actual.shape, -factor if times.startswith("-") else factor)
    for text, place in parts:
        view = _view(facts, text, place)
        if view is None:
            return False
        term = term * view
    return facts.close(facts.actual, facts.expected + term)


def _multiples_of(facts: Facts, chance: float) -> Iterator[Candidate]:
    """A term that occurs another number of times; the axes do not say how often."""
    assert facts.bench is not None
    for one in facts.bench.plain:
        if one.value.size < LEAST or one.family == family(facts.name):
            continue
        for place, view in placed(one.value, facts.actual.shape):
            holds = partial(_is_multiple, text=one.text, place=place)
            if holds(facts):
                factor = _times(facts, view)
                key = f"multiple {one.text} {place}"
                yield _pair(facts, "plus_multiple", key, chance, holds, term=one.text, factor=show(factor, 5))


def _times(facts: Facts, view: np.ndarray) -> float:
    return float(np.sum((facts.actual - facts.expected) * view) / np.sum(view * view))


def _is_multiple(facts: Facts, text: str, place: str) -> bool:
    if facts.right:
        return isinstance(facts.run, str)  # a worked example may be too small to show it; drawn inputs are not
    view = _view(facts, text, place)
    if view is None or facts.actual.shape != facts.expected.shape:
        return False
    return facts.close(facts.actual, facts.expected + _times(facts, view) * view)
