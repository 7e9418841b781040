"""Comparison: the order of checks, the scaled error, and everything that only looks equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.compare.arrays import compare, form_difference
from graders.compare.forms import settled
from graders.compare.sorts import sort_of
from graders.compare.tolerance import TAU as TABLE
from graders.messages.digits import show_pair
from graders.messages.errors import BrokenError
from graders.probe.values import Unsupported

TAU = 1e-9
R = np.array([[1.0, -2.0, 3.0], [0.5, 0.25, -4.0]])


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (R.copy(), R),
        (R + 1e-10, R),
        (np.asfortranarray(R), R),
        (R.astype(np.float32), R.astype(np.float32)),
        (3, 3.0),
        (np.float64(3.0), 3),
        (np.array(3), 3),
        (3.0, np.array(3.0)),
        (True, True),
        (np.bool_(True), True),
        (1, True),
        (np.array([0, 1]), np.array([False, True])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        ("word", "word"),
        (None, None),
        ([1.0, 2.0], (1.0, 2.0)),
        ([R, R], (R, R + 1e-11)),
        ({"a": R, "b": 2}, {"b": 2.0, "a": R}),
        (["a", ["b", 1]], ["a", ("b", 1)]),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([np.inf, -np.inf, 1.0]), np.array([np.inf, -np.inf, 1.0])),
        (np.array([1e-16, -1e-16]), np.zeros(2)),
        (10**40, 10**40),
        ([10**40, 1], (10**40, 1)),
        ([], ()),
    ],
)
def test_compare_when_equal_then_none(actual: Any, expected: Any) -> None:
    assert compare(actual, expected, TAU) is None


@pytest.mark.parametrize(
    ("actual", "expected", "kind"),
    [
        (None, R, "type"),
        ([[1.0, -2.0, 3.0], [0.5, 0.25, -4.0]], R, "type"),
        (R, [1.0, 2.0], "type"),
        ("3", 3, "type"),
        (3, "3", "type"),
        (None, "word", "type"),
        (0, None, "type"),
        (Unsupported("numpy.ndarray", "dtype complex128"), R, "type"),
        (Unsupported("numpy.ndarray", "dtype object"), [R], "type"),
        ({"a": 1}, [1], "type"),
        ([1], {"a": 1}, "type"),
        (R.T, R, "shape"),
        (R[:, :1], R, "shape"),
        (R[:1], R, "shape"),
        (np.array([3.0]), 3.0, "shape"),
        (3.0, np.array([3.0]), "shape"),
        (np.array([[3.0]]), np.array([3.0]), "shape"),
        (np.zeros((0, 3)), np.zeros((3, 0)), "shape"),
        (True, 1, "kind"),
        (np.array([True, False]), np.array([1, 0]), "kind"),
        (np.array([True, False]), np.array([1.0, 0.0]), "kind"),
        (R.astype(np.float16), R, "kind"),
        ([1, 2], [1, 2, 3], "structure"),
        ({"a": 1}, {"a": 1, "b": 2}, "structure"),
        ({"a": 1, "b": 2}, {"a": 1}, "structure"),
        ([True], [1], "kind"),
        ([[R]], [[R.T]], "shape"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "finite"),
        (np.array([1.0, np.inf]), np.array([1.0, 2.0]), "finite"),
        (np.array([1.0, 2.0]), np.array([1.0, np.inf]), "finite"),
        (np.array([1.0, -np.inf]), np.array([1.0, np.inf]), "finite"),
        (float("nan"), 1.0, "finite"),
        ([1.0, float("nan")], [1.0, 2.0], "finite"),
        (R + 1e-3, R, "value"),
        (np.array([1, 2, 4]), np.array([1, 2, 3]), "value"),
        (4, 3, "value"),
        (np.array([0, 1]), np.array([True, True]), "value"),
        ([1.0, 2.1], [1.0, 2.0], "value"),
        ({"a": R + 1.0}, {"a": R}, "value"),
        ("word", "words", "text"),
        (10**40, 10**40 + 1, "text"),
    ],
)
def test_compare_when_different_then_says_how(actual: Any, expected: Any, kind: str) -> None:
    difference = compare(actual, expected, TAU)
    assert difference is not None
    assert (difference.kind, difference.fragile) == (kind, False)


@pytest.mark.parametrize(("size", "fragile"), [(0.5e-9, None), (5e-9, True), (90e-9, True), (200e-9, False)])
def test_just_off_is_fragile_up_to_a_hundred_tolerances(size: float, fragile: bool | None) -> None:
    difference = compare(R + size * 4.0, R, TAU)
    assert (difference.fragile if difference else None) is fragile


@pytest.mark.parametrize("precision", TABLE)
@pytest.mark.parametrize("wrong", [0 * R, 2 * R, -R, 1.1 * R, R[::-1], R + 1.0])
def test_compare_when_wrong_then_no_precision_lets_it_pass(precision: str, wrong: Any) -> None:
    difference = compare(wrong, R, TABLE[precision])
    assert difference is not None
    assert not difference.fragile


def test_small_entry_is_measured_by_the_tensor() -> None:
    expected = np.array([1000.0, 1e-9])
    assert compare(expected + np.array([0, 1e-9]), expected, TAU) is None
    assert compare(expected + np.array([0, 1e-3]), expected, TAU) is not None


def test_small_block_is_measured_by_itself() -> None:
    expected = np.array([[1000.0, 2000.0, 0.5, 1.0]])
    off = expected + np.array([[0, 0, 1e-6, 0]])
    assert compare(off, expected, TAU) is None
    assert compare(off, expected, TAU, blocks=2) is not None
    tiny = np.array([[1000.0, 2000.0, 0.0, 0.0]])
    assert compare(tiny + np.array([[0, 0, 1e-13, 0]]), tiny, TAU, blocks=2) is None


def test_cancellation_is_allowed_by_scale() -> None:
    expected = np.array([1e-16, -2e-16])
    assert compare(np.array([1e-11, 0.0]), expected, TAU) is not None
    assert compare(np.array([1e-11, 0.0]), expected, TAU, scale=10.0) is None


def test_compare_when_half_is_asked_for_then_float16_passes() -> None:
    assert compare(R.astype(np.float16), R, 5e-3, half=True) is None


@pytest.mark.parametrize("expected", [np.array([1.0, np.nan]), float("nan"), [1.0, float("nan")]])
def test_compare_when_the_reference_is_nan_then_it_is_our_fault(expected: Any) -> None:
    with pytest.raises(BrokenError, match="reference's dx contains NaN"):
        compare(expected, expected, TAU, name="dx")


def test_reference_without_a_value_is_our_fault() -> None:
    with pytest.raises(BrokenError, match="reference's out is an object of class A, which cannot be compared"):
        compare(Unsupported("A", ""), Unsupported("A", ""), TAU)


@pytest.mark.parametrize(
    ("actual", "expected", "message", "params"),
    [
        (R.T, R, "compare.shape", {"name": "dW", "actual": "(3, 2)", "expected": "(2, 3)"}),
        (None, R, "compare.none", {"name": "dW", "expected": sort_of(R)}),
        (R, 1.0, "compare.shape_number", {"name": "dW", "actual": "(2, 3)"}),
        (1.5, 2.0, "compare.scalar", {"name": "dW", "actual": "1.5", "expected": "2"}),
        ([1, 2], [1, 3], "compare.values", None),
        ({"a": R.T}, {"a": R}, "compare.shape", {"name": "dW['a']", "actual": "(3, 2)", "expected": "(2, 3)"}),
        (np.array([True]), np.array([1]), "compare.kind", {"name": "dW", "actual": "bool", "expected": "int64"}),
    ],
)
def test_difference_names_thing_value_and_expected(
    actual: Any, expected: Any, message: str, params: dict[str, Any] | None
) -> None:
    difference = compare(actual, expected, TAU, name="dW")
    assert difference is not None
    assert difference.message.id == message
    assert params is None or difference.message.params == params


def test_differing_values_are_counted_and_the_worst_shown() -> None:
    actual = R.copy()
    actual[1, 2], actual[0, 0] = -5.0, 1.5
    difference = compare(actual, R, TAU, name="dx")
    assert difference is not None
    assert difference.worst_at == (1, 2)
    params = {"name": "dx", "actual": "-5", "expected": "-4", "at": "[1, 2]", "count": 2, "total": 6}
    assert difference.message.params == params


def test_small_difference_is_shown_with_more_digits() -> None:
    assert show_pair(1.0, 2.0) == ("1", "2")
    assert show_pair(1.00000001, 1.0) == ("1.00000001", "1")
    assert show_pair(np.float64(1 + 1e-15), np.float64(1.0))[0] != "1"


def test_form_difference_when_numbers_differ_then_none() -> None:
    assert form_difference(R + 1, R) is None
    assert form_difference([1.0, R], [2.0, R + 1]) is None
    found = form_difference(np.full(3, np.nan), np.ones(3))
    assert found is not None
    assert found.kind == "finite"


class Duck(np.ndarray):
    pass


def test_settled_when_a_value_cannot_travel_then_unsupported() -> None:
    assert isinstance(settled(np.zeros(2, dtype=complex)), Unsupported)
    assert isinstance(settled(np.zeros(2).view(Duck)), Unsupported)
    assert isinstance(settled([1, [object()]])[1][0], Unsupported)
    assert settled([1.0, "a", None]) == [1.0, "a", None]
    np.testing.assert_array_equal(settled({"a": [R]})["a"][0], R)


def test_settled_when_a_tensor_comes_then_it_is_an_array() -> None:
    torch = pytest.importorskip("torch")
    value = settled(torch.ones(2, 3, requires_grad=True))
    assert type(value) is np.ndarray
    assert compare(value, np.ones((2, 3), dtype=np.float32), 1e-5) is None


def test_number_when_minus_zero_then_it_is_shown_as_zero() -> None:
    assert show_pair(-0.0, np.float64(1.5)) == ("0", "1.5")
