"""The one table of tolerances, by the float precision of an output and of what it depends on.

A tolerance bounds ``max|actual − expected| / max(max|expected|, scale)`` over a tensor or one of its blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from graders.spec import Exercise, family

__all__ = ["BESIDE_FLOAT32", "FLOOR", "TAU", "declared", "fragile_up_to", "precision_of", "tolerance_for", "widened"]

# Three times the noise of right answers, measured by this metric with benchmarks/spread.py: the layers of the course,
# forward and backward, up to ten of them (or ten steps) in a row, 20 draws in three sizes. The worst was 2.4e-6 in
# float32, 1.6e-3 in TF32 (operands rounded as a tensor core does), 3.0e-3 in float16, 2.2e-2 in bfloat16. Rounding adds
# up: 200 steps of an LSTM stay within the table, 50 layers (3.5e-6, 9e-3, 2e-2, 7e-2) do not and declare their own.
# float64: below 1e-12, plus room for another order of summation. If rounding carries a sum across the kink of a ReLU,
# a whole gradient appears or vanishes (2 % in float32, 25 % in TF32): such an exercise keeps its inputs away from it.
TAU: Final = {"float64": 1e-9, "float32": 1e-5, "tf32": 5e-3, "float16": 1e-2, "bfloat16": 7e-2}

# If a run has a float32 output, its float64 outputs depend on rounded parameters or a rounded forward, and no more:
# right layers with a float32 forward and a float64 backward were off by 1.4e-6 at worst (300 draws each). So a
# forward that is only cast at its end gives its gradients no room beyond what rounding could have caused.
BESIDE_FLOAT32: Final = 5e-6

# A float64 result passes up to this many tolerances, and the student is told that it is numerically fragile (a hidden
# float32 buffer: 3e-8). A wider band would hide right variants, whose own notes explain why they are fine, and would
# admit mistakes: no result passes that is off by more than both its tolerance and FRAGILEST.
FRAGILE: Final = 100.0
FRAGILEST: Final = 1e-7

# Relations are searched in a wider band, but not wider than this: a mistake can be that close.
NEAREST_MISTAKE: Final = 1e-3

# The least natural size of a tensor: a reference of exact zeros, or of cancellations near 1e-17, requires no more than
# an absolute 1e-15 in float64. Optimizer steps at gradients of 1e-6 (1e-8 in size) keep seven digits.
FLOOR: Final = 1e-6


def precision_of(values: Iterable[Any]) -> str:
    """The lower of float64 and float32 among these values (float16 only through ``precision=``)."""
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


def tolerance_for(value: Any, beside: bool, exercise: Exercise, output: str, group: str = "core") -> float:
    """τ for one output of a run: by its own precision, and ``beside``: whether any output of the run is float32.

    The exercise's declarations apply if larger: ``precision`` and ``tolerance`` always, ``float32`` beside one.
    """
    own = precision_of([value])
    tau = BESIDE_FLOAT32 if beside and own == "float64" else TAU[own]
    if beside and exercise.float32:
        tau = max(tau, *_said(exercise.float32, output, group))
    return declared(tau, exercise, output, group)


def widened(tau: float, times: float) -> float:
    """``tau`` times this factor, as far as no mistake gets in."""
    return max(tau, min(times * tau, NEAREST_MISTAKE))


def fragile_up_to(tau: float) -> float:
    """The largest error that still passes, with a note; ``tau`` itself if that is wide enough."""
    return max(tau, min(FRAGILE * tau, FRAGILEST))


def declared(tau: float, exercise: Exercise, output: str, group: str = "core") -> float:
    """``tau``, or what the exercise declares for this output if that is larger."""
    if exercise.precision is not None:
        tau = max(tau, TAU[exercise.precision])
    if exercise.tolerance:
        tau = max(tau, *_said(exercise.tolerance, output, group))
    return tau


def _said(words: Mapping[str, float], output: str, group: str) -> list[float]:
    name = family(output)
    return [words.get(key, 0.0) for key in (f"{name}@{group}", output, name)]
