"""Rounding for keys: right answers give one text of bytes, whatever their precision, form or order of summation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.probe import Trace
from graders.sealing.quantise import Grid, flattened, grid_of, material, rounded

RIGHT = np.random.default_rng(3).standard_normal((13, 5))


def same(grid: Grid, *values: Any) -> bool:
    found = [material([grid], {"r": Trace({"y": value})}) for value in values]
    return None not in found and len({*found}) == 1


def the_grid(value: Any, fineness: int = 5, noise: float = 1e-5) -> Grid:
    grid = grid_of("r", "y", value, fineness, noise)
    assert grid is not None
    return grid


@pytest.mark.parametrize("fineness", [5, 8, 11])
def test_float32_and_last_bits_move_nothing(fineness: int) -> None:
    near = RIGHT * (1 + 1e-6 * np.random.default_rng(5).standard_normal(RIGHT.shape))
    assert same(the_grid(RIGHT, fineness), RIGHT, RIGHT.astype(np.float32), near)


def test_form_of_numbers_counts_and_container_does_not() -> None:
    grid = the_grid(RIGHT)
    assert same(grid, RIGHT, RIGHT.tolist(), list(RIGHT), tuple(map(tuple, RIGHT)), np.asfortranarray(RIGHT))
    assert not same(grid, RIGHT, RIGHT.ravel())
    assert not same(grid, RIGHT, RIGHT[:, None])


@pytest.mark.parametrize("factor", [2.0, 0.5, -1.0, 1.1, 1 / 13])
def test_another_scale_gives_other_bytes(factor: float) -> None:
    assert not same(the_grid(RIGHT), RIGHT, factor * RIGHT)


def test_entries_near_an_edge_are_left_out() -> None:
    value = np.array([1.0, 0.5 + 1 / 64, 0.25])  # the second lies on an edge of steps of 1/32
    grid = the_grid(value)
    assert grid.exponent == -5
    assert np.unpackbits(np.frombuffer(grid.mask, np.uint8), count=3).tolist() == [1, 0, 1]
    assert same(grid, value, value + np.array([0, 1e-6, 0]))


def test_whole_numbers_are_exact_and_a_half_is_none() -> None:
    value = np.array([0, 1, 1, 0])
    grid = the_grid(value)
    assert same(grid, value, value.astype(float), value.tolist())
    assert not same(grid, value, np.array([0.2, 0.8, 0.9, 0.1]))
    assert not same(grid, value, value > 0)  # True is no 1 where a number is asked for


def test_texts_and_nested_values_count_as_they_are() -> None:
    grid = the_grid({"a": [1, "cat"], "b": np.eye(2)})
    assert same(grid, {"b": np.eye(2), "a": [1, "cat"]}, {"a": [1.0, "cat"], "b": np.eye(2).tolist()})
    assert not same(grid, {"a": [1, "cat"], "b": np.eye(2)}, {"a": [1, "dog"], "b": np.eye(2)})


@pytest.mark.parametrize("value", [np.zeros(3), np.full(3, np.nan), np.full(2, 1e-9)])
def test_what_is_no_more_than_noise_has_no_grid(value: np.ndarray) -> None:
    assert grid_of("r", "y", value, 5, 1e-9) is None


STRANGE = [
    *(None, "text", [[]], object(), {"y": 1}, 10**40, [[1.0], [2.0, 3.0]]),
    *(np.zeros(3), np.zeros((13, 5), complex), np.zeros((13, 5))),
    *(np.full((13, 5), number) for number in (np.nan, np.inf, 1e300)),
]


@pytest.mark.parametrize("value", STRANGE)
def test_anything_else_gives_other_bytes_or_none_and_never_raises(value: Any) -> None:
    found = material([the_grid(RIGHT)], {"r": Trace({"y": value})})
    assert found is None or found != material([the_grid(RIGHT)], {"r": Trace({"y": RIGHT})})


def test_absent_output_and_absent_run_give_nothing() -> None:
    assert material([the_grid(RIGHT)], {"r": Trace({"z": RIGHT})}) is None
    assert material([the_grid(RIGHT)], {}) is None


def test_a_grid_of_another_size_fits_nothing() -> None:
    assert rounded(Grid("r", "y", 0, b"\xff"), RIGHT) is None
    assert flattened(RIGHT) is not None
