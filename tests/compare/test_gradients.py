"""Slopes: the reference's are certified; wrong ones are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graders.compare.gradients import GRADIENT_ERROR, certify, plan_slope
from graders.probe import Trace, observe
from graders.spec import Exercise, Gradient, drawn, normal

DIMS = ({"N": 7, "D": 3}, {"N": 5, "D": 11})


def bent(forward: Callable[[Any], Any], backward: Callable[[Any], Any]) -> tuple[Exercise, Any, dict[str, Any]]:
    """An elementwise exercise, its expect, and inputs."""

    def probe(student: Any, x: Any, dout: Any) -> Any:
        yield "out", forward(x)
        yield "dx", dout * backward(x)

    exercise = Exercise(
        probe,
        {"ko": "가", "en": "a"},
        ("out", "dx"),
        (drawn("random", {"x": normal("N", "D", gap=0.1), "dout": normal("N", "D")}, DIMS),),
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
    )
    rng = np.random.default_rng(0)
    inputs = {"x": rng.standard_normal((7, 3)), "dout": rng.standard_normal((7, 3))}
    inputs["x"] += np.where(inputs["x"] < 0, -0.1, 0.1)
    return exercise, lambda given: observe(exercise, {}, given), inputs


@pytest.mark.parametrize(
    ("forward", "backward", "limit"),
    [
        (np.tanh, lambda x: 1 - np.tanh(x) ** 2, 1e-12),  # complex step
        (np.exp, np.exp, 1e-12),
        (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0, GRADIENT_ERROR),
        (lambda x: np.abs(x), np.sign, GRADIENT_ERROR),  # complex numbers would give a wrong slope here
        (lambda x: np.array([[float(v) ** 2 for v in row] for row in x]), lambda x: 2 * x, GRADIENT_ERROR),
        (lambda x: np.tanh(x).astype(np.float32), lambda x: (1 - np.tanh(x) ** 2).astype(np.float32), GRADIENT_ERROR),
    ],
)
def test_right_gradient_has_a_small_error(forward: Any, backward: Any, limit: float) -> None:
    exercise, expect, inputs = bent(forward, backward)
    ((output, error),) = certify(exercise, inputs, expect)
    assert output == "dx"
    assert error <= limit


@pytest.mark.parametrize(
    "backward",
    [
        lambda x: 1 + np.tanh(x) ** 2,
        lambda x: -(1 - np.tanh(x) ** 2),
        lambda x: (1 - np.tanh(x) ** 2) * (1 + 1e-4),
        lambda x: (1 - np.tanh(x) ** 2) * (np.arange(x.size).reshape(x.shape) != 4),
        lambda x: np.zeros_like(x),
    ],
)
def test_wrong_gradient_has_a_large_error(backward: Any) -> None:
    exercise, expect, inputs = bent(np.tanh, backward)
    ((_, error),) = certify(exercise, inputs, expect)
    assert error > GRADIENT_ERROR


def test_loss_and_two_outputs_are_certified_by_their_sum() -> None:
    def probe(student: Any, x: Any, dh: Any, dc: Any) -> Any:
        yield "h", np.tanh(x)
        yield "c", x**2
        yield "loss", float(np.sum(x**3))
        yield "dx", dh * (1 - np.tanh(x) ** 2) + dc * 2 * x
        yield "g", 3 * x**2

    normals = {name: normal("N", "D") for name in ("x", "dh", "dc")}
    exercise = Exercise(
        probe,
        {"ko": "가", "en": "a"},
        ("h", "c", "loss", "dx", "g"),
        (drawn("random", normals, DIMS),),
        gradients={
            "dx": Gradient(of=("h", "c"), wrt="x", upstream=("dh", "dc")),
            "g": Gradient(of="loss", wrt="x"),
        },
    )
    rng = np.random.default_rng(0)
    inputs = {name: rng.standard_normal((7, 3)) for name in normals}
    errors = dict(certify(exercise, inputs, lambda given: observe(exercise, {}, given)))
    assert errors.keys() == {"dx", "g"}
    assert max(errors.values()) <= GRADIENT_ERROR


def test_output_that_is_no_array_has_an_infinite_error() -> None:
    exercise, expect, inputs = bent(np.tanh, np.tanh)
    broken = lambda given: Trace({**expect(given).outputs, "dx": None})  # noqa: E731
    assert certify(exercise, inputs, broken) == [("dx", float("inf"))]


def test_slope_is_planned_in_the_same_direction_twice() -> None:
    exercise, expect, inputs = bent(np.tanh, np.tanh)
    trace = expect(inputs)
    one, two, other = (
        plan_slope(exercise.gradients["dx"], inputs, trace, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one is not None
    assert two is not None
    assert other is not None
    np.testing.assert_array_equal(one.direction, two.direction)
    assert not np.array_equal(one.direction, other.direction)
    assert np.abs(one.direction).min() >= 0.5
    assert np.abs(one.direction).max() <= 1.0


def test_plan_slope_when_there_is_nothing_to_perturb_then_none() -> None:
    exercise, expect, inputs = bent(np.tanh, np.tanh)
    gradient = exercise.gradients["dx"]
    assert plan_slope(gradient, {**inputs, "x": np.arange(3)}, expect(inputs), np.random.default_rng(1)) is None
    assert plan_slope(gradient, inputs, Trace({"dx": inputs["x"]}), np.random.default_rng(1)) is None


def test_slope_does_not_fit_missing_or_crashed_traces() -> None:
    exercise, expect, inputs = bent(np.tanh, lambda x: 1 - np.tanh(x) ** 2)
    slope = plan_slope(exercise.gradients["dx"], inputs, expect(inputs), np.random.default_rng(1))
    assert slope is not None
    right = expect(inputs).outputs["dx"]
    assert slope.fits([expect(one) for one in slope.batch], right)
    assert not slope.fits([expect(one) for one in slope.batch], right * 1.001)
    assert not slope.fits([expect(one) for one in slope.batch], right[:1])
    assert not slope.fits([expect(one) for one in slope.batch], None)
    assert not slope.fits([], right)
    assert not slope.fits([Trace(), Trace()], right)
    flat = [Trace({"out": np.zeros((7, 3))})] * 2
    assert not slope.fits(flat, np.zeros((7, 3)))
