"""Pictures as SVG: marks where they belong, small, and finite coordinates whatever the numbers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from graders.feedback.pictures import curve_svg, heat_svg, histogram_svg, scale_svg
from graders.feedback.value_table import grid


def parts(svg: str, name: str) -> list[ElementTree.Element]:
    return [item for item in ElementTree.fromstring(svg).iter() if item.get("class") == name]


def test_heat_map_when_signed_then_two_hues_and_zero_is_bare() -> None:
    svg = heat_svg(grid(np.array([[1.0, -1.0, 0.0]]), 9, 9), 1.0, "x")
    assert len(parts(svg, "dg-pos")) == len(parts(svg, "dg-neg")) == 1
    assert [item.text for item in ElementTree.fromstring(svg).iter() if "dg-number" in item.get("class", "")] == [
        "1.000",
        "−1.000",
        "0",
    ]


def test_heat_map_when_not_finite_then_dark_and_said() -> None:
    svg = heat_svg(grid(np.array([[np.nan, 1.0]]), 9, 9), 1.0, "x")
    assert len(parts(svg, "dg-odd")) == 1
    assert ">NaN<" in svg
    assert not parts(svg, "dg-cross")


def test_heat_map_without_numbers_crosses_what_is_not_finite() -> None:
    values = np.zeros((20, 20))
    values[3, 4], values[5, 6] = np.nan, np.inf
    (crosses,) = parts(heat_svg(grid(values, 64, 64), 1.0, "x"), "dg-cross")
    assert str(crosses.get("d")).count("M") == 2


def test_value_beyond_the_scale_has_a_corner() -> None:
    (corners,) = parts(heat_svg(grid(np.array([[0.5, -1.0, 57.0, np.inf]]), 9, 9), 1.0, "x"), "dg-corner")
    assert str(corners.get("d")).count("M") == 1


def test_long_numbers_fit_in_a_heat_map_or_are_left_out() -> None:
    few = heat_svg(grid(np.ones((1, 2)), 9, 9), 1.0, "x", texts=[["1.0678500012"] * 2])
    many = heat_svg(grid(np.ones((1, 6)), 9, 9), 1.0, "x", texts=[["1.0678500012"] * 6])
    assert ">1.0678500012<" in few
    assert ">1.0678500012<" not in many


def test_heat_map_when_a_worst_entry_is_given_then_it_is_framed() -> None:
    (frame,) = parts(heat_svg(grid(np.zeros((3, 4)), 9, 9), 1.0, "x", worst=(2, 1)), "dg-worst")
    assert float(frame.get("y", "0")) > float(frame.get("height", "0"))


def test_heat_map_when_64_by_64_then_small() -> None:
    values = np.random.default_rng(0).normal(size=(64, 64))
    assert len(heat_svg(grid(values, 64, 64), 3.0, "x")) < 120_000


def test_window_of_a_heat_map_keeps_the_arrays_indices() -> None:
    svg = heat_svg(grid(np.zeros((100, 100)), 4, 4, (50, 60)), 1.0, "x")
    assert {"48", "58"} <= {item.text for item in parts(svg, "dg-tick")}


def test_curve_when_a_value_is_missing_then_the_line_breaks() -> None:
    y = np.array([0.0, 1.0, np.nan, 1.0, 0.0])
    (line,) = [
        p
        for p in parts(curve_svg(np.arange(5), y, np.zeros(5), ("a", "b"), "x"), "dg-actual")
        if "L" in str(p.get("d"))
    ]
    assert str(line.get("d")).count("M") == 2


def test_curve_when_names_hold_markup_then_it_is_escaped() -> None:
    assert "<b>" not in curve_svg(np.arange(3), np.ones(3), np.zeros(3), ("<b>", "&"), '"<b>')


def test_histogram_when_counts_are_given_then_bars_carry_them() -> None:
    svg = histogram_svg([0, 2, 5], "x")
    assert len(parts(svg, "dg-hist")) == 2
    assert {"2", "5"} <= {item.text for item in parts(svg, "dg-tick")}


def test_scale_when_unsigned_then_starts_at_zero() -> None:
    assert [item.text for item in parts(scale_svg(2.0, "x", signed=False), "dg-tick")] == ["0", "2"]


@pytest.mark.parametrize("seed", range(40))
def test_any_numbers_give_finite_coordinates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    odd = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.7e308, -1.7e308, 5e-324, 1.0, -3.5])
    values, x = rng.choice(odd, size=3 + seed % 9), rng.normal(size=3 + seed % 9)
    for svg in (curve_svg(x, values, x, ("a", "b"), "c"), heat_svg(grid(values, 9, 9), 1.0, "c")):
        ElementTree.fromstring(svg)
        for attribute in re.findall(r'(?:x|y|d|cx|cy|width|height|viewBox|fill-opacity)="([^"]*)"', svg):
            assert not re.search("nan|inf|e", attribute)


@pytest.mark.parametrize("shape", [(1, 1), (1, 64), (64, 1), (2, 6), (30, 3)])
def test_heat_map_when_any_shape_then_fits_beside_two_others(shape: tuple[int, int]) -> None:
    root = ElementTree.fromstring(heat_svg(grid(np.ones(shape), 64, 64), 1.0, "x"))
    assert float(root.get("width", "0")) <= 290
