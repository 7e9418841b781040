"""What is wrong with steps: outputs that are updated from one to the next, in the right direction or another one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from graders.compare.factors import named_factors
from graders.compare.relations import ROOM, Candidate, Facts, Relation
from graders.compare.tolerance import widened
from graders.digits import show
from graders.message import Message

__all__ = ["step_of", "step_relations"]

TELLING = 3  # entries whose step has to be right but for one factor before that is no coincidence
STEADY = 1e-6


def step_relations(facts: Facts) -> Iterator[Candidate]:
    """How the last step differs from the expected one: by its sign, by a named factor, by its length alone."""
    if facts.before is None or facts.actual.shape != facts.expected.shape or not facts.actual.size:
        return
    mine, right = facts.actual - facts.before[0], facts.expected - facts.before[1]
    if not np.isfinite(mine).all() or not np.isfinite(right).all() or not mine.any() or not right.any():
        return
    near = _near(facts, mine, right)
    if near is None:
        return
    factor = float(np.sum(mine * right) / np.sum(right * right))
    if factor and np.abs(mine - factor * right).max() <= near:
        yield from _along(facts, mine, right, factor)
    else:
        yield from _gradient(facts, mine, near)


def _near(facts: Facts, mine: np.ndarray, right: np.ndarray) -> float | None:
    """How far a step may be off; None where rounding leaves too little of it."""
    values = max(float(np.abs(array).max()) for array in (facts.actual, facts.expected, *(facts.before or ())))
    near = widened(facts.tau, ROOM) * values
    return near if near < STEADY * min(float(np.abs(mine).max()), float(np.abs(right).max())) * 1e3 else None


def _along(facts: Facts, mine: np.ndarray, right: np.ndarray, factor: float) -> Iterator[Candidate]:
    chance = 1.0 if np.count_nonzero(right) < TELLING else 0.0
    if math.isclose(factor, -1, rel_tol=STEADY):
        yield _step(facts, "step_other_way", "step other way", 0.0)
    for key, _, size, said in named_factors(facts.dims, facts.inputs):
        if math.isclose(factor, size, rel_tol=STEADY) and "cause" in said:
            yield _step(facts, "step_factor", f"step {key}", 0.0, factor=said["factor"], cause=said["cause"])
    length = float(np.sqrt(np.sum(mine * mine)))
    for name, number in facts.inputs.items():
        if isinstance(number, float) and math.isclose(length, abs(number), rel_tol=STEADY):
            yield _step(facts, "step_unit", f"step unit {name}", chance, length=name)
    yield _step(facts, "step_length", "step length", chance, factor=show(factor, 5))


def _gradient(facts: Facts, mine: np.ndarray, near: float) -> Iterator[Candidate]:
    """A step along the gradient itself where every entry should have a length of its own."""
    for name, gradient in _gradients(facts):
        square = float(np.sum(gradient * gradient))
        factor = float(np.sum(mine * gradient)) / square if square else 0.0
        if factor and np.abs(mine - factor * gradient).max() <= near:
            chance = 1.0 if np.count_nonzero(gradient) < TELLING else 0.0
            yield _step(facts, "step_gradient", f"step gradient {name}", chance, input=name)


def _gradients(facts: Facts) -> Iterator[tuple[str, np.ndarray]]:
    """Inputs of the output's shape, and the one of this step of those that hold one for each step."""
    shape = facts.actual.shape
    for name, given in facts.inputs.items():
        if isinstance(given, np.ndarray) and given.dtype.kind == "f":
            if given.shape == shape and name != facts.name.partition("[")[0]:
                yield name, given
            elif facts.step and given.shape[1:] == shape and len(given):
                yield name, given[(facts.step - 1) % len(given)]


def _step(facts: Facts, sort: str, key: str, chance: float, **params: Any) -> Candidate:
    name = f"relation.{sort}"
    relation = Relation(name, Message(name, {"name": facts.name, **params}))
    return Candidate(key, relation, None, chance, lambda right: _as_it_should(right, sort), _no_step)


def _no_step(facts: Facts) -> bool:
    """What says nothing of a step: one whose forerunner is not known (the last of many)."""
    return facts.before is None and facts.step > 1


def _as_it_should(facts: Facts, sort: str) -> bool:
    """Whether a step that is right contradicts nothing: one of length 0; one may be right that others are too long of."""
    if facts.before is None:
        return facts.step > 1
    right = facts.expected - facts.before[1]
    if sort == "step_gradient":
        return any(key.startswith("step gradient") for key in map(_key, _gradient(facts, right, _room(facts))))
    return sort == "step_length" or not right.any()


def _key(one: Candidate) -> str:
    return one.key


def _room(facts: Facts) -> float:
    return widened(facts.tau, ROOM) * float(np.abs(facts.expected).max())


def step_of(output: str) -> int:
    """The number of a step, from 1 on: ``W[2]`` is the second; 0 for what is no step."""
    inside = output.partition("[")[2].rstrip("]")
    return int(inside) if inside.isdigit() else 0
