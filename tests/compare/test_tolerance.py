"""Tolerance: one table, by the lowest precision in play."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.compare.tolerance import FLOOR, TAU, precision_of, tolerance_for
from graders.spec import Exercise, literal


def exercise(**words: Any) -> Exercise:
    def probe(student: Any) -> Any:
        yield "h", 0.0

    return Exercise(probe, {"ko": "가", "en": "a"}, ("h",), (literal("one", {}),), **words)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, np.ones(2)], "float64"),
        ([1.0, np.ones(2, dtype=np.float32)], "float32"),
        ([[1.0, [np.float32(1)]]], "float32"),
        ([{"a": (np.ones(1, dtype=np.float32),)}], "float32"),
        ([np.ones(2, dtype=np.float16)], "float64"),  # refused elsewhere unless asked for
        ([None, "text", 3], "float64"),
    ],
)
def test_precision_of_when_float32_is_anywhere_then_float32(values: list[Any], expected: str) -> None:
    assert precision_of(values) == expected


@pytest.mark.parametrize(
    ("words", "value", "expected"),
    [
        ({}, 1.0, 1e-9),
        ({}, np.float32(1), 1e-5),
        ({"precision": "float32"}, 1.0, 1e-5),
        ({"precision": "float16"}, 1.0, 5e-3),
        ({"tolerance": {"h": 1e-8}}, 1.0, 1e-8),
        ({"tolerance": {"h": 1e-8}}, np.float32(1), 1e-5),
        ({"tolerance": {"h@core": 1e-7}}, 1.0, 1e-7),
    ],
)
def test_tolerance_for_when_declared_then_the_larger_holds(words: dict[str, Any], value: Any, expected: float) -> None:
    assert tolerance_for([value], exercise(**words), "h") == expected
    assert tolerance_for([value], exercise(**words), "h[3]") == expected


def test_tolerance_when_the_reference_is_zero_then_rounding_passes() -> None:
    assert TAU["float64"] * FLOOR == pytest.approx(1e-15)
