"""Slopes: of a student's own forward (follow-through), and of the reference's (certification)."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.compare.forms import settled
from graders.compare.tolerance import precision_of
from graders.probe import Trace
from graders.spec import Exercise, Gradient, Inputs, family

__all__ = ["GRADIENT_ERROR", "Slope", "certify", "looks_numerical", "plan_slope"]

# Central differences in float64 with h = 1e-5 are off by 3e-11 … 7e-10 of the slope (h = 1e-4: 7e-8; h = 1e-8: 1e-7).
STEP = 1e-5
GRADIENT_ERROR = 1e-6

# float32 outputs carry 1e-7 of noise: larger steps, one of which must fit, to a thousandth of the slope.
STEPS_FLOAT32 = (3e-3, 1e-3)
GRADIENT_ERROR_FLOAT32 = 1e-3

STEP_COMPLEX = 1e-20
DIRECTIONS = 2  # random directions per certified gradient: a wrong entry shows in one of them, almost surely
LEAST_SLOPE = 1e-4  # relative to its natural size; below this, a slope is too small to prove anything


@dataclass(frozen=True)
class Slope:
    """The slope of a forward in one random direction of one input, as probe runs still to be made."""

    gradient: Gradient
    inputs: Inputs
    direction: np.ndarray
    steps: tuple[float, ...]
    error: float

    @property
    def batch(self) -> list[Inputs]:
        """The perturbed inputs: x + hv, x − hv for every step h."""
        x = np.asarray(self.inputs[self.gradient.wrt])
        moved = (x + sign * h * self.direction for h in self.steps for sign in (1.0, -1.0))
        return [{**self.inputs, self.gradient.wrt: other} for other in moved]

    def fits(self, traces: list[Trace], actual: Any) -> bool:
        """Whether ``actual`` is the slope of the forward that produced these traces, and that slope is not about 0."""
        given = _array(actual, self.direction.shape)
        if given is None or len(traces) != 2 * len(self.steps):
            return False
        claimed = float(np.sum(given * self.direction))
        size = float(np.abs(given).max(initial=0.0))
        for place, h in enumerate(self.steps):
            slope = _difference(self.gradient, self.inputs, traces[2 * place], traces[2 * place + 1], h)
            if slope is None or not math.isfinite(slope) or abs(slope) <= LEAST_SLOPE * size or size == 0.0:
                continue
            if abs(claimed - slope) <= self.error * abs(slope):
                return True
        return False

    def equals(self, traces: list[Trace], actual: Any) -> bool | None:
        """As ``fits``, for traces with the reference's precision; None if gradient and slope are both 0."""
        given = _array(actual, self.direction.shape)
        if given is None or not np.isfinite(given).all():
            return False
        size = float(np.linalg.norm(given))
        slope = _difference(self.gradient, self.inputs, traces[0], traces[1], self.steps[0])
        if slope is None or not math.isfinite(slope):
            return False
        if size == 0.0 and abs(slope) <= self.error:
            return None
        claimed = float(np.sum(given * self.direction))
        return abs(slope) > LEAST_SLOPE * size and abs(claimed - slope) <= self.error * size


def plan_slope(gradient: Gradient, inputs: Inputs, actual: Trace, rng: np.random.Generator) -> Slope | None:
    """The slope to measure for one gradient in one run; None if the input is not a float array."""
    x = inputs.get(gradient.wrt)
    if not (isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.size):
        return None
    if any(name not in actual.outputs for name, _ in gradient.pairs()):
        return None
    single = precision_of([actual.outputs[name] for name, _ in gradient.pairs()]) == "float32"
    steps, error = (STEPS_FLOAT32, GRADIENT_ERROR_FLOAT32) if single else ((STEP,), GRADIENT_ERROR)
    return Slope(gradient, inputs, _direction(x.shape, rng), steps, error)


def _direction(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Entries of size ½ … 1 and random sign: every entry counts, and none moves further than h (kinks)."""
    direction: np.ndarray = rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape)
    return direction


def _difference(gradient: Gradient, inputs: Inputs, above: Trace, below: Trace, h: float) -> float | None:
    """Σ upstream · (f(x + hv) − f(x − hv)) / 2h over the outputs that the gradient belongs to."""
    total = 0.0
    for name, upstream in gradient.pairs():
        weight = inputs[upstream] if upstream is not None else 1.0
        high, low = (_array(trace.outputs.get(name), np.shape(weight)) for trace in (above, below))
        if high is None or low is None:
            return None
        with np.errstate(all="ignore"):
            total += float(np.sum((high - low) * weight))
    return total / (2 * h)


def _array(value: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """The value as float64 if it is numeric and has this shape."""
    value = settled(value)
    if not isinstance(value, np.ndarray | np.generic | float | int) or np.shape(value) != shape:
        return None
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype.kind in "fiu" else None


# Differences of a float64 forward are off by 1e-13 … 3e-9 (2-point and 4th order, measured); right formulas by 1e-15.
NOISE = (5e-13, 1e-8)
EXACT = 1e-14


def looks_numerical(exercise: Exercise, pairs: Sequence[tuple[Trace, Trace]]) -> bool:
    """Whether every gradient of these (actual, expected) traces has an error like differences, and no forward does."""
    errors: dict[str, list[float]] = {}
    forwards = {family(name) for gradient in exercise.gradients.values() for name, _ in gradient.pairs()}
    for actual, expected in pairs:
        for name, wanted in expected.outputs.items():
            if family(name) in exercise.gradients or family(name) in forwards:
                value, other = settled(actual.outputs.get(name)), settled(wanted)
                if precision_of([value]) != "float64" or _shape(value) != np.shape(other) or not np.size(other):
                    return False
                given, right = (np.asarray(one, dtype=np.float64) for one in (value, other))
                error = float(np.abs(given - right).max() / max(float(np.abs(right).max()), 1e-6))
                errors.setdefault(family(name), []).append(error)
    found = {name: float(np.median(each)) for name, each in errors.items()}
    gradients = [error for name, error in found.items() if name in exercise.gradients]
    exact = all(error <= EXACT for name, error in found.items() if name in forwards)
    return bool(gradients) and exact and all(NOISE[0] <= error <= NOISE[1] for error in gradients)


def _shape(value: Any) -> tuple[int, ...] | None:
    """The shape of a student's value; None for a list with rows of different length."""
    try:
        return tuple(np.shape(value))
    except ValueError:
        return None


# --- certification ---------------------------------------------------------------------------------------------------


def certify(exercise: Exercise, inputs: Inputs, expect: Callable[[Inputs], Trace]) -> list[tuple[str, float]]:
    """Per gradient output, how far the reference is from the slope of its own forward; hold it to GRADIENT_ERROR.

    The error is relative to the gradient's norm. Complex steps are tried first, central differences if these do
    not work. For float32 outputs it is scaled so that the same bound holds.
    """
    base = expect(inputs)
    found = []
    for output, gradient in exercise.gradients.items():
        if output not in base.outputs or not isinstance(inputs.get(gradient.wrt), np.ndarray):
            continue
        errors = []
        for turn in range(DIRECTIONS):
            slope = plan_slope(gradient, inputs, base, np.random.default_rng([turn, *output.encode()]))
            if slope is not None:
                errors.append(_certify_one(slope, base, base.outputs[output], expect))
        if errors:
            found.append((output, max(errors)))
    return found


def _certify_one(slope: Slope, base: Trace, value: Any, expect: Callable[[Inputs], Trace]) -> float:
    given = _array(value, slope.direction.shape)
    if given is None:
        return math.inf
    claimed = float(np.sum(given * slope.direction))
    scale = max(float(np.linalg.norm(given)), 1e-4 * _size(slope, base), 1e-300)
    single = slope.error != GRADIENT_ERROR
    if not single:
        exact = _complex_step(slope, expect)
        if exact is not None and abs(exact - claimed) <= GRADIENT_ERROR * scale:
            return abs(exact - claimed) / scale
    traces = [expect(one) for one in slope.batch]
    best = math.inf
    for place, h in enumerate(slope.steps):
        measured = _difference(slope.gradient, slope.inputs, traces[2 * place], traces[2 * place + 1], h)
        if measured is not None and math.isfinite(measured):
            best = min(best, abs(measured - claimed) / scale)
    return best * GRADIENT_ERROR / slope.error


def _size(slope: Slope, base: Trace) -> float:
    """The natural size of the scalar whose slope is taken; differences cannot see below its rounding."""
    total = 0.0
    for name, upstream in slope.gradient.pairs():
        weight = slope.inputs[upstream] if upstream is not None else 1.0
        value = _array(base.outputs[name], np.shape(weight))
        total += float(np.sum(np.abs(value * weight))) if value is not None else 0.0
    return total


def _complex_step(slope: Slope, expect: Callable[[Inputs], Trace]) -> float | None:
    """The slope by one complex step (error 1e-16), or None if the forward does not accept complex numbers."""
    name = slope.gradient.wrt
    x = np.asarray(slope.inputs[name])
    total = 0.0
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error")
            trace = expect({**slope.inputs, name: x + 1j * STEP_COMPLEX * slope.direction})
        for output, upstream in slope.gradient.pairs():
            weight = slope.inputs[upstream] if upstream is not None else 1.0
            value = np.asarray(trace.outputs[output])
            if value.dtype.kind != "c" or value.shape != np.shape(weight):
                return None
            total += float(np.sum(value.imag * weight)) / STEP_COMPLEX
    except Exception:  # a right forward may fail on complex numbers; that is not its fault
        return None
    return total
