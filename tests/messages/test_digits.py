"""Numbers as people read them: two that differ never read alike."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.messages.digits import show, show_beside, show_pair

NUMBERS = st.floats() | st.integers(-(2**60), 2**60)


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_pair_when_the_numbers_differ_then_the_texts_do(one: float, two: float) -> None:
    texts = show_pair(one, two)
    assert (texts[0] != texts[1]) == (one != two and not (one != one and two != two))


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_pair_when_one_is_the_next_float_then_the_texts_differ(one: float) -> None:
    two = math.nextafter(one, math.inf)
    assert (show_pair(one, two)[0] != show_pair(one, two)[1]) == (one != two)


def test_pair_when_far_apart_then_six_digits() -> None:
    assert show_pair(1.23456789, 2.0) == ("1.23457", "2")
    assert show_pair(np.float32(0.1), 0.1) == ("0.100000001", "0.1")


def test_factor_of_nearly_one_does_not_read_as_one() -> None:
    assert show_beside(1.0000002, 1.0, 5) == "1.0000002"
    assert show_beside(0.5, 1.0, 5) == "0.5"


def test_show_when_minus_zero_then_zero() -> None:
    assert show(-0.0) == "0"
    assert show(np.array(True)) == "True"
