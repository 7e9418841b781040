"""Tolerance: one table, by the lowest precision in play."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from graders.compare.tolerance import FLOOR, TAU, fragile_up_to, precision_of, tolerance_for, widened
from graders.spec import PRECISIONS, Exercise, literal


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
        ({"precision": "float16"}, 1.0, 1e-2),
        ({"tolerance": {"h": 1e-8}}, 1.0, 1e-8),
        ({"tolerance": {"h": 1e-8}}, np.float32(1), 1e-5),
        ({"tolerance": {"h@core": 1e-7}}, 1.0, 1e-7),
        ({"float32": {"h": 1e-4}}, 1.0, 1e-9),
        ({"float32": {"h": 1e-4}}, np.float32(1), 1e-4),
    ],
)
def test_tolerance_for_when_declared_then_the_larger_holds(words: dict[str, Any], value: Any, expected: float) -> None:
    beside = isinstance(value, np.float32)
    assert tolerance_for(value, beside, exercise(**words), "h") == expected
    assert tolerance_for(value, beside, exercise(**words), "h[3]") == expected


def test_float32_output_allows_no_more_than_rounding_can_cause() -> None:
    assert tolerance_for(1.0, True, exercise(), "h") == 5e-6
    assert tolerance_for(1.0, True, exercise(float32={"h": 1e-4}), "h") == 1e-4


@pytest.mark.parametrize("tau", [1e-9, 1e-8, 1e-5, 1e-2])
def test_fragile_band_ends_at_1e_7(tau: float) -> None:
    assert fragile_up_to(tau) == max(tau, 1e-7)


def test_table_has_every_precision_an_exercise_names() -> None:
    assert tuple(TAU) == PRECISIONS


def test_rounding_passes_beside_a_zero_reference() -> None:
    assert TAU["float64"] * FLOOR == pytest.approx(1e-15)


@pytest.mark.parametrize(
    ("tau", "expected"),
    [(1e-9, 1e-7), (1e-5, 1e-3), (5e-5, 1e-3), (1e-2, 1e-2)],
    ids=["float64", "float32", "capped", "half"],
)
def test_widened_when_a_mistake_could_be_as_near_then_no_wider(tau: float, expected: float) -> None:
    assert widened(tau, 100.0) == pytest.approx(expected)


@pytest.fixture(scope="module")
def spread() -> ModuleType:
    """What the table was measured with."""
    path = Path(__file__).parents[2] / "benchmarks" / "spread.py"
    spec = importlib.util.spec_from_file_location("spread", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "tf32", "float16", "bfloat16"])
def test_table_holds_and_is_not_loose_when_measured_again(spread: ModuleType, precision: str) -> None:
    found = spread.spreads(precision, "cpu", draws=2, size=8)
    worst = max(max(each) for name, each in found.items() if "ReLU" not in name and "50" not in name)
    assert worst < TAU[precision] < 40 * worst


def test_tf32_keeps_ten_bits_rounded_to_the_nearest(spread: ModuleType) -> None:
    import torch

    given = np.float32([1.0, 1 + 2**-10, 1 + 2**-11, 1 + 3 * 2**-11, -(1 + 2**-12), 1 / 3, 3.0e38, 0.0])
    mantissa, exponent = np.frexp(given)
    expected = np.ldexp(np.round(mantissa * 2**11) / 2**11, exponent)
    assert spread.rounded(torch.tensor(given)).tolist() == expected.tolist()
