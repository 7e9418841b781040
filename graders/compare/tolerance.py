"""How close is close: the one table of tolerances, by the float precision of an output and of what it rests on.

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
# float64: below 1e-12, and room for another order of summation. Where rounding carries a sum across the kink of a ReLU,
# a whole gradient comes or goes (2 % in float32, 25 % in TF32): such an exercise keeps its inputs away from it.
TAU: Final = {"float64": 1e-9, "float32": 1e-5, "tf32": 5e-3, "float16": 1e-2, "bfloat16": 7e-2}

# A float64 output of a run in which another output is float32 rests on rounded parameters or a rounded forward, and on
# no more: right layers with a float32 forward and a float64 backward missed by 1.4e-6 at worst (300 draws each). So a
# forward that is only cast at its end buys its gradients nothing that rounding could not have caused.
BESIDE_FLOAT32: Final = 5e-6

# Up to this many tolerances a float64 result passes, and the student is told that it is numerically fragile (a float32
# buffer inside, which no output shows: 3e-8). A wider band would hide right variants, whose own notes say why they are
# fine, and let mistakes in: no result passes that is further off than its tolerance and than FRAGILEST.
FRAGILE: Final = 100.0
FRAGILEST: Final = 1e-7

# Relations are looked for in a wider band, but no wider than this: a mistake can be as near.
NEAREST_MISTAKE: Final = 1e-3

# The least natural size of a tensor: a reference of exact zeros, or of cancellations near 1e-17, asks for no more than
# an absolute 1e-15 in float64. Optimizer steps at gradients of 1e-6 (1e-8 in size) keep seven digits.
FLOOR: Final = 1e-6


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


def tolerance_for(value: Any, beside: bool, exercise: Exercise, output: str, group: str = "core") -> float:
    """τ for one output of a run: by its own precision, ``beside`` whether any output of the run is float32.

    What the exercise declares holds where it is more: ``precision`` and ``tolerance`` always, ``float32`` beside one.
    """
    own = precision_of([value])
    tau = BESIDE_FLOAT32 if beside and own == "float64" else TAU[own]
    if beside and exercise.float32:
        tau = max(tau, *_said(exercise.float32, output, group))
    return declared(tau, exercise, output, group)


def widened(tau: float, times: float) -> float:
    """``tau`` so many times over, as far as no mistake is let in."""
    return max(tau, min(times * tau, NEAREST_MISTAKE))


def fragile_up_to(tau: float) -> float:
    """The largest error that still passes, with a note; ``tau`` itself where that is wide enough."""
    return max(tau, min(FRAGILE * tau, FRAGILEST))


def declared(tau: float, exercise: Exercise, output: str, group: str = "core") -> float:
    """``tau``, or what the exercise declares for this output where that is more."""
    if exercise.precision is not None:
        tau = max(tau, TAU[exercise.precision])
    if exercise.tolerance:
        tau = max(tau, *_said(exercise.tolerance, output, group))
    return tau


def _said(words: Mapping[str, float], output: str, group: str) -> list[float]:
    name = family(output)
    return [words.get(key, 0.0) for key in (f"{name}@{group}", output, name)]
