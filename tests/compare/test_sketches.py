"""Sketches: recognise equal values within τ, tell different ones apart, survive JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from graders.compare.sketches import Sketches, same, sketch, sketch_value
from graders.probe import Crash, Trace
from graders.probe.values import Unsupported

TAU = 1e-9
R = np.random.default_rng(0).standard_normal((7, 5))
BIG = np.random.default_rng(1).standard_normal((90, 100))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (R, R + 1e-11),
        (R, R.astype(np.float32).astype(np.float64) * 0 + R),
        (BIG, BIG * (1 + 1e-12)),
        (3, 3.0),
        (np.float64(0.5), 0.5),
        (np.arange(4), np.arange(4).astype(np.int8)),
        (np.arange(4), np.arange(4.0)),
        ([R, 1], (R, 1)),
        ({"a": R, "b": "x"}, {"b": "x", "a": R}),
        ("word", "word"),
        (None, None),
        (np.array([np.nan, 1.0, np.inf]), np.array([np.nan, 1.0, np.inf])),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        ([], ()),
    ],
)
def test_same_when_values_are_equal_then_true(left: Any, right: Any) -> None:
    assert same(sketch_value(left), sketch_value(right), TAU)


def swapped(array: np.ndarray) -> np.ndarray:
    other = array.copy()
    other.flat[0], other.flat[1] = array.flat[1], array.flat[0]
    return other


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (R, -R),
        (R, R.T),
        (R, R.ravel()),
        (R, swapped(R)),
        (BIG, swapped(BIG)),
        (R, R + 1e-6 * np.eye(7, 5)),
        (1, True),
        (1, np.array([1])),
        (10**6, 10**6 + 1),
        (np.array([2**53, 1]), np.array([2**53 + 1, 1])),
        (["a", 1.0], ["b", 1.0]),
        (["a", 1], ["b", 1]),
        ([1.0, 2.0], [2.0, 1.0]),
        ({"a": 1}, {"b": 1}),
        ("word", "words"),
        (None, "None"),
        (np.array([np.nan, 1.0]), np.array([1.0, np.nan])),
        (np.array([np.inf, 1.0]), np.array([-np.inf, 1.0])),
        (np.array([np.nan, 1.0]), np.array([0.0, 1.0])),
        (Unsupported("a"), Unsupported("b")),
        (R.astype(complex), R),
    ],
)
def test_same_when_values_differ_then_false(left: Any, right: Any) -> None:
    assert not same(sketch_value(left), sketch_value(right), TAU)


def test_same_when_float32_then_its_tolerance_holds() -> None:
    rounded = BIG.astype(np.float32)
    assert same(sketch_value(rounded), sketch_value(BIG), 1e-5)
    assert not same(sketch_value(rounded), sketch_value(BIG), 1e-12)


def test_sketch_when_written_as_json_then_it_comes_back_the_same() -> None:
    outputs = {"out": R, "n": 3, "words": ["a", None], "bad": np.array([np.nan, np.inf])}
    once = sketch(Trace(outputs, Crash("ValueError", "shapes (3,4) (5,)")))
    again = Sketches.from_dict(json.loads(json.dumps(once.to_dict())))
    assert again == once
    assert json.loads(json.dumps(once.to_dict(), allow_nan=False))


def crashed(kind: str, text: str, operation: str = "") -> Sketches:
    return sketch(Trace({"out": 1.0}, Crash(kind, text, 3, "…", operation=operation)))


SIZES = "matmul: Input operand 1 has a mismatch in its core dimension 0 (size 7 is different from 3)"
DOT = "shapes (5,3) and (7,4) not aligned: 3 (dim 1) != 7 (dim 0)"
CAST = "operands could not be broadcast together with shapes (7,3) (7,)"
OTHER_WAY = "operands could not be broadcast together with shapes (7,) (7,3)"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (("ValueError", "shapes (7,3) (5,4)"), ("ValueError", "shapes (7,3) (5,4)"), True),
        (("ValueError", "shapes (7,3) (5,4)"), ("ValueError", "shapes (7,3) (5,9)"), False),
        (("ValueError", "shapes (7,3) (5,4)"), ("TypeError", "shapes (7,3) (5,4)"), False),
        (("AttributeError", "'A' has no 'x'"), ("AttributeError", "'A' has no 'x'"), True),
        (("TypeError", "'NoneType' object is not iterable"), ("TypeError", "'NoneType' object is not iterable"), False),
        (("ZeroDivisionError", "division by zero"), ("ZeroDivisionError", "division by zero"), False),
        (("ValueError", SIZES, "matmul"), ("ValueError", DOT, "matmul"), True),
        (("ValueError", SIZES, "matmul"), ("ValueError", DOT, "matmul (5,3) (7,4)"), True),
        (("ValueError", SIZES, "matmul (5,3) (7,4)"), ("ValueError", DOT, "matmul (5,3) (7,4)"), True),
        (("ValueError", SIZES, "matmul (5,3) (7,9)"), ("ValueError", DOT, "matmul (5,3) (7,4)"), False),
        (("ValueError", CAST, "multiply"), ("ValueError", OTHER_WAY, "multiply"), True),
        (("ValueError", CAST, "multiply"), ("ValueError", CAST, "add"), False),
        (
            ("ValueError", "too many values to unpack", "unpack"),
            ("ValueError", "too many values to unpack", "unpack"),
            True,
        ),
        (("ValueError", "no line of theirs"), ("ValueError", "no line of theirs"), False),
        (("ValueError", "", "add"), ("ValueError", "", "add"), False),
    ],
)
def test_agrees_when_both_crash_then_by_what_was_done_to_what(left: Any, right: Any, expected: bool) -> None:
    assert crashed(*left).agrees(crashed(*right), "dx", TAU) is expected


def test_agrees_when_one_came_further_then_false() -> None:
    crash = Crash("ValueError", "shapes (7,3) (5,4)")
    short, long = sketch(Trace({}, crash)), sketch(Trace({"out": 1.0}, crash))
    assert not short.agrees(long, "dx", TAU)
    assert not short.agrees(long, "out", TAU)
