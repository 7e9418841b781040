"""Inputs from seeds: the values of a case are drawn by a key, and the same key draws the same values."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import numpy as np

from graders.grading.secret import SEPARATOR
from graders.messages.errors import CourseError
from graders.spec import Case, Draw

__all__ = ["draw_inputs"]


class _NoDimension(KeyError):
    """A draw names a dimension that its case does not have."""


class _Dims(dict[str, int]):
    def __missing__(self, axis: str) -> int:
        raise _NoDimension(axis)


def draw_inputs(case: Case, draw: int, key: bytes) -> dict[str, Any]:
    """The inputs of one draw of a case: literal values as they are, the rest from PCG64 seeded by ``key``."""
    seed = hmac.new(key, f"{case.name}{SEPARATOR}{draw}".encode(), hashlib.sha256).digest()
    rng = np.random.Generator(np.random.PCG64(int.from_bytes(seed, "big")))
    inputs: dict[str, Any] = {}
    for name, value in case.inputs.items():
        try:
            inputs[name] = value.sample(rng, _Dims(case.dims[draw]), inputs) if isinstance(value, Draw) else value
        except _NoDimension as error:
            dims = ", ".join(f"{axis}={size}" for axis, size in case.dims[draw].items())
            raise CourseError.in_english(
                f"Case {case.name!r} cannot draw {name!r}: there is no dimension {error.args[0]!r} in dims ({dims}).",
                "Fix the draw or the dims in the unit's file of graders/exercises/.",
            ) from None
        except Exception as error:
            dims = ", ".join(f"{axis}={size}" for axis, size in case.dims[draw].items())
            raise CourseError.in_english(
                f"Case {case.name!r} cannot draw {name!r} with the dims ({dims}): {type(error).__name__}: {error}.",
                "Fix the draw or the dims in the unit's file of graders/exercises/.",
            ) from error
    return inputs
