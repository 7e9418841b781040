"""The words of an exercise: draws as promised, and a spec that cannot be graded fairly is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from graders.spec import (
    Case,
    Draw,
    Exercise,
    Gradient,
    Property,
    SpecError,
    at_least,
    at_most,
    choice,
    derived,
    distinct,
    drawn,
    family,
    fixed,
    integers,
    labels,
    literal,
    normal,
    one_hot,
    ones_and_zeros,
    probabilities,
    side,
    spaced,
    uniform,
)

TITLE = {"ko": "제곱", "en": "square"}
DIMS = ({"N": 7, "C": 3}, {"N": 5, "C": 11})
RANDOM = drawn("random", {"x": normal("N")}, DIMS)


def square(student: Any, x: Any) -> Iterator[tuple[str, Any]]:
    """x squared, and its slope."""
    yield "out", student.square(x)
    yield "dx", student.slope(x)


def exercise(**changes: Any) -> Exercise:
    words: dict[str, Any] = {"probe": square, "title": TITLE, "outputs": ("out", "dx"), "cases": (RANDOM,)}
    return Exercise(**words | changes)


def sample(draw: Draw, **dims: int) -> Any:
    return draw.sample(np.random.default_rng(3), dims or {"N": 7, "C": 3}, {"x": 2.0})


# --- draws ---


def test_normal_with_a_gap_has_nothing_nearer_to_zero() -> None:
    values = sample(normal(400, gap=0.01))
    assert np.abs(values).min() >= 0.01
    assert (values < 0).any()
    assert (values > 0).any()


def test_normal_when_scaled_and_shifted_then_its_numbers_are() -> None:
    assert np.allclose(sample(normal("N", 2, scale=3.0, shift=1.0)), 1.0 + 3.0 * sample(normal("N", 2)))


def test_uniform_when_bounded_then_it_stays_inside() -> None:
    values = sample(uniform(200, low=-1.0, high=2.0))
    assert values.min() >= -1.0
    assert values.max() < 2.0


def test_spaced_when_drawn_then_no_two_are_near_and_none_is_zero() -> None:
    values = np.sort(sample(spaced("N", "C", step=0.1)).ravel())
    assert np.allclose(np.diff(values), 0.1)
    assert np.abs(values).min() > 0.04


def test_integers_bounded_by_a_dimension_use_its_size() -> None:
    assert set(sample(integers(200, high="C")).tolist()) == {0, 1, 2}
    assert set(sample(labels(200, classes=2)).tolist()) == {0, 1}


def test_one_hot_when_drawn_then_each_row_has_one_one() -> None:
    rows = sample(one_hot("N", "C"))
    assert rows.shape == (7, 3)
    assert np.array_equal(rows.sum(axis=1), np.ones(7))


def test_rows_of_probabilities_sum_to_one_above_the_floor() -> None:
    rows = sample(probabilities("N", "C", floor=0.05))
    assert np.allclose(rows.sum(axis=-1), 1.0)
    assert rows.min() >= 0.05


def test_ones_and_zeros_when_drawn_then_both_occur_as_floats() -> None:
    values = sample(ones_and_zeros(100, p=0.3))
    assert values.dtype == np.float64
    assert set(values.tolist()) == {0.0, 1.0}


def test_distinct_when_drawn_then_no_integer_repeats() -> None:
    assert sorted(sample(distinct("N", low=2, high=9)).tolist()) == list(range(2, 9))


def test_choice_when_drawn_then_it_is_one_of_them() -> None:
    assert sample(choice("sum", "mean")) in ("sum", "mean")


def test_fixed_when_it_names_a_dimension_then_it_is_its_size() -> None:
    assert (sample(fixed("C")), sample(fixed("relu")), sample(fixed(0.5))) == (3, "relu", 0.5)


def test_derived_when_drawn_then_it_sees_what_came_before() -> None:
    assert sample(derived(lambda rng, dims, earlier: earlier["x"] * dims["C"])) == 6.0


# --- exercises ---


def test_symbol_is_the_probes_name_by_default() -> None:
    assert exercise().symbol == "square"
    assert exercise(symbol="Square.forward").symbol == "Square.forward"


def test_each_output_has_a_check_in_each_group() -> None:
    stable = drawn("large", {"x": normal("N")}, DIMS, group="stable")
    one = exercise(cases=(RANDOM, stable, side("note", {"x": 1})), points={"out": 2, "dx@stable": 0})
    assert [(check.name, check.points) for check in one.checks] == [
        ("out", 2),
        ("dx", 1),
        ("out@stable", 2),
        ("dx@stable", 0),
    ]
    assert one.max_points == 5


def test_family_when_a_name_has_an_index_then_it_is_left_out() -> None:
    assert (family("W[3]"), family("W"), family("h[2][1]")) == ("W", "W", "h[2]")


def test_each_of_several_outputs_has_its_upstream() -> None:
    gradient = Gradient(of=("h", "c"), wrt="x", upstream=("dh", "dc"))
    assert gradient.pairs() == (("h", "dh"), ("c", "dc"))
    assert Gradient(of="loss", wrt="x").pairs() == (("loss", None),)


def test_gradient_when_an_upstream_is_lacking_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Gradient(of=("h", "c"), wrt="x", upstream=("dh",)).pairs()


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        (at_most(1.0, TITLE), 0.5, True),
        (at_most(1.0, TITLE), 1.5, False),
        (at_least(1.0, TITLE), 1.5, True),
        (at_least(1.0, TITLE), 0.5, False),
        (at_most(1.0, TITLE), float("nan"), False),
        (at_least(1.0, TITLE), float("nan"), False),
    ],
)
def test_bound_when_asked_then_nan_never_holds(rule: Property, value: float, holds: bool) -> None:
    assert rule.holds(value, None, {}) is holds


# --- unfair specs ---

UNFAIR = {
    "title has languages ['fr'], expected those of the course": {"title": {"fr": "square"}},
    "start has languages ['fr'], expected those of the course": {"start": {"fr": "begin"}},
    "outputs is empty; list what the probe yields": {"outputs": ()},
    "it has no scored case": {"cases": (side("note", {"x": 1}),)},
    "case names repeat: ['random', 'random']": {"cases": (RANDOM, RANDOM)},
    "case 'one' draws ['x'] but is literal": {"cases": (literal("one", {"x": normal(3)}),)},
    "case 'one' would hide literal values": {"cases": (Case("one", {"x": 1}, DIMS, hidden=True),)},
    "case 'one' has 1 set of dims; give two": {"cases": (drawn("one", {"x": normal("N")}, DIMS[:1]),)},
    "case 'two' has 2 set of dims; give two": {
        "cases": (drawn("two", {"x": normal("N")}, ({"N": 7, "C": 3}, {"C": 3, "N": 7})),)
    },
    "'dy' is not one of its outputs": {"points": {"dy": 1}},
    "'dx@stabel' is not one of its outputs": {"points": {"dx@stabel": 2}},
    "'dz' is not one of its outputs": {"gradients": {"dz": Gradient(of="out", wrt="x")}},
    "'mask' is not one of its outputs": {"properties": {"mask": at_most(1.0, TITLE)}},
    "'gates' is not one of its outputs": {"blocks": {"gates": 4}},
    "'loss' is not one of its outputs": {"tolerance": {"loss": 1e-3}},
    "'sum' is not one of its outputs": {"scale": {"sum": lambda inputs: 1.0}},
    "'y' is not one of its outputs": {"curve": ("x", "y")},
    "device is 'gpu', expected cpu, any or cuda": {"device": "gpu"},
    "precision is 'half', expected one of": {"precision": "half"},
    "points for 'out' are -1, expected 0 or more": {"points": {"out": -1}},
}


@pytest.mark.parametrize("sentence", UNFAIR)
def test_exercise_when_it_would_be_unfair_then_it_is_refused(sentence: str) -> None:
    with pytest.raises(SpecError) as raised:
        exercise(**UNFAIR[sentence])
    assert f"Exercise square: {sentence}" in str(raised.value)


@pytest.mark.parametrize("fair", [{"points": {"out@core": 2}}, {"tolerance": {"dx": 1e-3}}, {"curve": ("x", "out")}])
def test_output_named_with_its_group_is_accepted(fair: dict[str, Any]) -> None:
    assert exercise(**fair).max_points >= 2
