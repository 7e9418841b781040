"""What is wrong with steps: outputs updated from one step to the next, in the right direction or another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from graders.compare.factors import named_factors
from graders.compare.relations import ROOM, Candidate, Facts, Relation
from graders.compare.tolerance import widened
from graders.messages.digits import show
from graders.messages.message import Message

__all__ = ["step_of", "step_relations"]

STEADY = 1e-6
SMALL = 0.05  # of a step: if rounding or a declared tolerance leaves less of it, nothing is reported
EXACT = 1e-7  # a student's own numbers are as exact as their arithmetic, whatever tolerance is declared
TRIED = 10.0  # relations


def step_relations(facts: Facts) -> Iterator[Candidate]:
    """How the last step differs from the expected one: by a named factor, or only in length."""
    steps = _steps(facts)
    if steps is None or facts.actual.shape != facts.expected.shape:
        return
    mine, right = steps
    factor = float(np.sum(mine * right) / np.sum(right * right))
    near = _room(facts, widened(facts.tau, ROOM))
    if factor and near < SMALL * np.abs(right).max() and np.abs(mine - factor * right).max() <= near:
        yield from _along(facts, mine, right, factor, near)
    else:
        yield from _gradient(facts, mine)


def _steps(facts: Facts) -> tuple[np.ndarray, np.ndarray] | None:
    """The student's last step and the expected one; None if there is none."""
    if facts.before is None or not facts.actual.size:
        return None
    mine, right = facts.actual - facts.before[0], facts.expected - facts.before[1]
    sound = np.isfinite(mine).all() and np.isfinite(right).all() and mine.any() and right.any()
    return (mine, right) if sound else None


def _room(facts: Facts, tau: float) -> float:
    """How far off a step may be, being a difference of values that are no more exact themselves."""
    return tau * max(float(np.abs(array).max()) for array in (facts.actual, facts.expected, *(facts.before or ())))


def _chance(step: np.ndarray, near: float) -> float:
    """The probability that this many entries are in one proportion by chance."""
    least = near / float(np.abs(step).max())
    return float(min(1.0, TRIED * (2 * least) ** (np.count_nonzero(step) - 1)))


def _along(facts: Facts, mine: np.ndarray, right: np.ndarray, factor: float, near: float) -> Iterator[Candidate]:
    chance = _chance(right, near)
    for key, _, size, said in named_factors(facts.dims, facts.inputs):
        if math.isclose(factor, size, rel_tol=STEADY) and "cause" in said:
            yield _step(facts, "step_factor", f"named step {key}", 0.0, factor=said["factor"], cause=said["cause"])
    length = float(np.sqrt(np.sum(mine * mine)))
    for name, number in facts.inputs.items():
        if isinstance(number, float) and math.isclose(length, abs(number), rel_tol=STEADY):
            yield _step(facts, "step_unit", f"step unit {name}", chance, length=name)
    yield _step(facts, "step_length", "step length", chance, factor=show(factor, 5))


def _gradient(facts: Facts, mine: np.ndarray) -> Iterator[Candidate]:
    """A step along the gradient itself, where that is not the right direction."""
    near = _room(facts, min(widened(facts.tau, ROOM), EXACT))
    for name, gradient in _gradients(facts):
        square = float(np.sum(gradient * gradient))
        factor = float(np.sum(mine * gradient)) / square if square else 0.0
        if factor and np.abs(mine - factor * gradient).max() <= near:
            yield _step(facts, "step_gradient", f"step gradient {name}", _chance(mine, near), input=name)


def _gradients(facts: Facts) -> Iterator[tuple[str, np.ndarray]]:
    """Inputs of the output's shape, and this step's entry of inputs with one for each step."""
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
    return facts.loose


def _as_it_should(facts: Facts, sort: str) -> bool:
    """Whether a right step is compatible with what is said about the others; one of length 0 always is."""
    steps = _steps(facts)
    if steps is None or sort == "step_length":
        return facts.before is not None or facts.loose
    return sort == "step_gradient" and next(_gradient(facts, steps[1]), None) is not None


def step_of(output: str) -> int:
    """The number of a step, from 1: ``W[2]`` is the second; 0 for anything else."""
    inside = output.partition("[")[2].rstrip("]")
    return int(inside) if inside.isdigit() else 0
