"""How close is close: the one table of tolerances, by the lowest float precision in play.

A tolerance bounds ``max|actual − expected| / max(max|expected|, scale)`` over a tensor or one of its blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from graders.spec import Exercise, family

__all__ = ["FLOOR", "FRAGILE", "TAU", "declared", "precision_of", "tolerance_for"]

# Noise of right answers, measured by this metric. float64: below 1e-12, with room for another order of summation.
# float32: matmul 5e-7, LSTM over 200 steps 3e-7, 50-layer MLP 1.8e-6 (an exercise that deep declares 3e-5).
# float16, bfloat16 and tf32 are estimates, to be measured on a GPU.
TAU: Final = {"float64": 1e-9, "float32": 1e-5, "tf32": 3e-3, "float16": 5e-3, "bfloat16": 4e-2}

# Up to this many tolerances a result passes, and the student is told that it is numerically fragile.
FRAGILE: Final = 100.0

# The least natural size of a tensor: a reference of exact zeros, or of cancellations near 1e-17, asks for no more than
# an absolute 1e-15 in float64. Optimizer steps at gradients of 1e-6 (1e-8 in size) keep seven digits.
FLOOR: Final = 1e-6

_BY_BYTES = {2: "float16", 4: "float32", 8: "float64"}


def precision_of(values: Iterable[Any]) -> str:
    """The lowest of float64 and float32 among these values (float16 is asked for by ``precision=`` only)."""
    for value in values:
        kind = type(value)
        if kind is np.ndarray or isinstance(value, np.generic):
            if value.dtype.char == "f":
                return "float32"
        elif kind is list or kind is tuple:
            if precision_of(value) == "float32":
                return "float32"
        elif kind is dict and precision_of(value.values()) == "float32":
            return "float32"
    return "float64"


def tolerance_for(actual_values: Iterable[Any], exercise: Exercise, output: str, group: str = "core") -> float:
    """τ for one output: the largest of the table's, the declared precision's and the declared tolerance.

    ``actual_values`` are all values of the run (the student's, and the reference's where it is at hand): a float32
    layer that feeds a float64 one leaves its rounding there.
    """
    return declared(TAU[precision_of(actual_values)], exercise, output, group)


def declared(tau: float, exercise: Exercise, output: str, group: str = "core") -> float:
    """``tau``, or what the exercise declares for this output where that is more."""
    if exercise.precision is not None:
        tau = max(tau, TAU[exercise.precision])
    if exercise.tolerance:
        name = family(output)
        own = [exercise.tolerance.get(key, 0.0) for key in (f"{name}@{group}", output, name)]
        tau = max(tau, *own)
    return tau
