"""Windows of arrays: around the worst entry, with the indices a student would type."""

from __future__ import annotations

import numpy as np
import pytest

from graders.feedback.value_table import cells, grid, numeric, pair, pair_cells, python_text
from graders.reports.evidence import Evidence


def test_pair_when_large_then_the_window_holds_the_worst_entry() -> None:
    expected = np.zeros((2, 3, 50, 40))
    actual = expected.copy()
    actual[1, 2, 44, 7] = 5.0
    both = pair(Evidence({}, actual, expected), 8, 8)
    assert both is not None
    assert both.worst_at == (1, 2, 44, 7)
    assert both.worst is not None
    assert both.actual.values[both.worst] == 5.0
    assert both.actual.window == "[1, 2, 40:48, 3:11]"


def test_pair_when_only_one_is_nan_then_that_is_the_worst() -> None:
    both = pair(Evidence({}, np.array([1.0, np.nan, 9.0]), np.array([1.0, 2.0, 3.0])), 8, 8)
    assert both is not None
    assert both.worst_at == (1,)
    assert np.isnan(both.error[0, 1])
    assert both.wrong.tolist() == [[False, True, True]]


def test_nan_beside_rounding_is_all_that_is_marked() -> None:
    both = pair(Evidence({}, np.array([1.0 + 1e-12, np.nan]), np.array([1.0, 2.0])), 8, 8)
    assert both is not None
    assert both.wrong.tolist() == [[False, True]]


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.array([1.06785, 2.0]), np.array([1.06785 + 1e-9, 2.0])),
        (np.array([[1e7, 3.0]]), np.array([[1e7, 3.0 + 1e-7]])),
        (np.array([1e-9, 2e-9]), np.array([1e-9, 2.0000001e-9])),
        (np.array([np.float32(0.1)]), np.array([0.1])),
        (np.array([0.1 + 0.2, 1.0]), np.array([0.3, 1.0])),
        ([1.0, 1.0000001], (1.0, 1.0)),
    ],
)
def test_cells_of_a_pair_when_numbers_differ_then_their_texts_do(actual: object, expected: object) -> None:
    both = pair(Evidence({}, actual, expected), 8, 8)
    assert both is not None
    one, two = pair_cells(both)
    assert both.wrong.any()
    assert [(a != b) for a, b in zip(one[0], two[0], strict=True)] == both.wrong[0].tolist()


def test_pair_when_both_are_the_same_infinity_then_they_agree() -> None:
    both = pair(Evidence({}, np.array([np.inf, 1.0]), np.array([np.inf, 2.0])), 8, 8)
    assert both is not None
    assert both.error.tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.zeros((2, 3)), np.zeros((3, 2))),
        ("text", 1.0),
        (None, np.ones(3)),
        ([1, [2, 3]], [1]),
        (np.zeros(0), np.zeros(0)),
    ],
)
def test_pair_when_not_two_arrays_of_one_shape_then_none(actual: object, expected: object) -> None:
    assert pair(Evidence({}, actual, expected), 8, 8) is None


def test_pair_when_worst_at_is_outside_then_is_found_anew() -> None:
    both = pair(Evidence({}, np.array([0.0, 3.0]), np.zeros(2), worst_at=(7,)), 8, 8)
    assert both is not None
    assert both.worst_at == (1,)


@pytest.mark.parametrize("value", [3, 2.5, True, [1, 2], ((1.0, 2.0), (3.0, 4.0)), np.float32(1)])
def test_numeric_when_numbers_then_an_array(value: object) -> None:
    assert numeric(value) is not None


@pytest.mark.parametrize("value", [None, "a", {"a": 1}, ["a"], [1, [2]], 1j, np.array(["x"])])
def test_numeric_when_something_else_then_none(value: object) -> None:
    assert numeric(value) is None


def test_grid_when_a_scalar_then_one_cell() -> None:
    assert grid(np.array(3.0), 8, 8).values.tolist() == [[3.0]]


def test_cells_when_floats_then_one_number_of_decimals() -> None:
    assert cells(np.array([[1.0, -20.5, 0.0]])) == [["1.000", "-20.500", "0"]]
    assert cells(np.array([[1e-7, np.nan, -np.inf]])) == [["1e-07", "nan", "-inf"]]
    assert cells(np.array([[-1e-9, -0.0, 1.0]])) == [["0.0000", "0", "1.0000"]]
    assert cells(np.array([[True, False]])) == [["True", "False"]]
    assert cells(np.array([[3, -1]])) == [["3", "-1"]]


def test_cells_that_agree_read_alike_beside_a_larger_one() -> None:
    both = pair(Evidence({}, np.array([57.0, -1.249]), np.array([0.347, -1.249])), 8, 8)
    assert both is not None
    assert [rows[0][1] for rows in pair_cells(both)] == ["-1.2490", "-1.2490"]


@pytest.mark.parametrize(
    "value",
    [
        np.array([[0.1, np.nan], [np.inf, -np.inf]]),
        np.arange(6, dtype=np.int32).reshape(2, 3),
        np.array([True, False]),
        np.zeros((0, 3)),
        np.array(2.5),
        np.linspace(0, 1, 7, dtype=np.float32),
        [1, "a", None],
    ],
)
def test_python_text_when_run_then_gives_the_value_back(value: object) -> None:
    scope: dict[str, object] = {"np": np}
    exec(python_text("value", value), scope)
    if isinstance(value, np.ndarray):
        np.testing.assert_array_equal(scope["value"], value)
        assert scope["value"].dtype == value.dtype  # type: ignore[attr-defined]
        assert scope["value"].shape == value.shape  # type: ignore[attr-defined]
    else:
        assert scope["value"] == value


def test_python_text_when_very_large_then_describes_it() -> None:
    assert python_text("x", np.zeros((100, 100))) == "# x: float64, shape (100, 100)"
