"""Relations to other numbers of the run: what is named is true, and near misses are not named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graders.compare.bench import Bench
from graders.compare.related import FINDERS
from graders.compare.relations import Facts, Relation, relate
from graders.feedback.messages import render_message

DIMS = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 11, "M": 3})
Run = dict[str, Any]
Make = Callable[[np.random.Generator, dict[str, int]], tuple[Any, Any, Run, Run]]


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def facts_of(make: Make, name: str = "dx") -> list[Facts]:
    """``make`` gives (actual, expected, inputs, the student's other outputs) for one draw."""
    found = []
    for draw, dims in enumerate(DIMS):
        actual, expected, inputs, outputs = make(np.random.default_rng(draw), dims)
        actual, expected = np.asarray(actual), np.asarray(expected)
        wanted = outputs.pop("expected", {})
        bench = Bench(inputs, {**outputs, name: actual}, {**outputs, **wanted, name: expected})
        found.append(Facts(name, actual, expected, inputs, dims, 1e-9, 1, draw, bench))
    return found


def relation_of(make: Make, name: str = "dx") -> Relation | None:
    return relate(facts_of(make, name), FINDERS)


def layer(wrong: Callable[..., Any]) -> Make:
    """dx of a sigmoid: ``wrong(r, x, y, dout, dims)`` for the right r."""

    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, Run, Run]:
        x, dout = rng.standard_normal((2, dims["N"], dims["M"]))
        b = rng.standard_normal(dims["M"])
        y = 1 / (1 + np.exp(-x))
        right = dout * y * (1 - y)
        loss = float(np.sum(y * dout))
        got = wrong(right, x=x, y=y, dout=dout, b=b, loss=loss, d=dims)
        return got, right, {"x": x, "dout": dout, "b": b, "lr": 0.3}, {"out": y, "loss": loss}

    return make


@pytest.mark.parametrize(
    ("wrong", "sort", "said"),
    [
        (lambda r, y, **o: r * y, "times", "out"),
        (lambda r, x, **o: r * x, "times", "x"),
        (lambda r, loss, **o: r * loss, "times", "loss"),
        (lambda r, y, **o: r * (1 - y), "times", "(1 − out)"),
        (lambda r, y, **o: r / y, "divided", "out"),
        (lambda r, y, **o: r * (1 - y * y), "times", "(1 − out²)"),
        (lambda r, b, **o: r * b, "times", "b"),
        (lambda r, x, **o: r / np.linalg.norm(x), "divided", "norm(x)"),
        (lambda r, x, **o: r / np.linalg.norm(x, axis=1, keepdims=True), "divided", "norm(x, axis=-1)"),
        (lambda r, dout, **o: r + dout, "plus", "dout"),
        (lambda r, dout, **o: r - dout, "minus", "dout"),
        (lambda r, b, **o: r + 2 * b, "plus", "2·b"),
        (lambda r, x, **o: r + 0.3 * x, "plus", "lr·x"),
        (lambda r, d, b, **o: r + d["N"] * b, "plus", "N·b"),
        (lambda r, d, b, **o: r + (d["D"] - 1) * b, "plus", "(D − 1)·b"),
        (lambda r, x, dout, **o: r + x * dout, "plus", "x·dout"),
        (lambda r, x, **o: r + x.sum(axis=0), "plus", "sum(x, axis=0)"),
    ],
)
def test_beside_when_another_number_stands_between_then_it_is_named(wrong: Any, sort: str, said: str) -> None:
    relation = relation_of(layer(wrong))
    assert relation is not None
    assert relation.id == f"relation.{sort}"
    assert said == relation.message.params["factor" if sort in ("times", "divided") else "term"]
    assert said in render_message(relation.message, "ko")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda r, y, **o: r * y * (1 + 1e-5),
        lambda r, y, **o: r * np.sqrt(y),
        lambda r, x, **o: r * np.sin(x),
        lambda r, dout, **o: r + 0.37 * dout * dout,
        lambda r, x, y, **o: np.where(np.arange(r.size).reshape(r.shape) % 3 == 0, r, r * y),
        lambda r, x, **o: r + np.random.default_rng(5).standard_normal(r.shape),
        lambda r, x, **o: r + 1e-7 * x * np.abs(r).max() ** 2,
    ],
)
def test_beside_when_no_number_of_the_run_fits_then_none_is_named(wrong: Any) -> None:
    relation = relation_of(layer(wrong))
    assert relation is None or not relation.exact


def test_beside_when_the_factor_fits_in_one_draw_only_then_it_is_not_named() -> None:
    relation = relation_of(layer(lambda r, x, y, d, **o: r * (y if d["N"] == 7 else x)))
    assert relation is None


def test_beside_when_an_output_that_is_right_contradicts_it_then_it_is_not_named() -> None:
    wrong = facts_of(layer(lambda r, y, **o: r * y))
    right = facts_of(layer(lambda r, **o: r))
    assert relate(wrong, FINDERS) is not None
    assert relate(wrong, FINDERS, right) is None


def test_beside_when_right_values_are_0_then_a_factor_is_not_contradicted() -> None:
    def zero(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, Run, Run]:
        nothing = np.zeros((dims["N"], dims["M"]))
        return nothing, nothing, {}, {"out": rng.standard_normal(nothing.shape)}

    relation = relate(facts_of(layer(lambda r, y, **o: r * y)), FINDERS, facts_of(zero))
    assert relation is not None
    assert relation.message.params["factor"] == "out"


def test_beside_when_only_small_whole_numbers_fit_then_that_is_chance() -> None:
    def counts(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, Run, Run]:
        return np.array([6.0]), np.array([2.0]), {"x": np.array([3.0])}, {}

    assert relation_of(counts) is None


def test_beside_when_two_axes_give_the_number_then_only_that_it_is_a_multiple_is_said() -> None:
    found = []
    for draw, (n, m) in enumerate(((5, 3), (3, 7))):
        rng = np.random.default_rng(draw)
        b, right = rng.standard_normal(m), rng.standard_normal((4, m))
        wrong = right + (n - 1) * b
        bench = Bench({"b": b}, {"out": wrong}, {"out": right})
        found.append(Facts("out", wrong, right, {"b": b}, {"C": n, "F": n, "M": m}, 1e-9, 1, draw, bench))
    relation = relate(found, FINDERS)
    assert relation is not None
    assert (relation.id, relation.message.params["term"]) == ("relation.plus_multiple", "b")


@pytest.mark.parametrize(
    ("wrong", "sort"),
    [
        (lambda dx, dy: dy, "other_output"),
        (lambda dx, dy: dx + dy, "plus_other"),
        (lambda dx, dy: dx - dy, "minus_other"),
        (lambda dx, dy: dx + 2.5 * dy * dy, None),
    ],
)
def test_others_when_another_output_is_in_it_then_it_is_named(wrong: Any, sort: str | None) -> None:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, Run, Run]:
        dx, dy = rng.standard_normal((2, dims["N"], dims["M"]))
        return wrong(dx, dy), dx, {}, {"expected": {"dy": dy}}

    relation = relation_of(make)
    assert (relation.id if relation else None) == (f"relation.{sort}" if sort else None)


def rows(wrong: Callable[[np.ndarray], Any], right: Callable[[np.ndarray], Any] = lambda x: x) -> Make:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, Run, Run]:
        x = rng.standard_normal((dims["N"], dims["M"]))
        return wrong(x), right(x), {"z": np.sign(rng.standard_normal(x.shape)) * 1.5}, {}

    return make


@pytest.mark.parametrize(
    ("make", "sort"),
    [
        (rows(np.tanh), "function"),
        (rows(lambda x: x, np.tanh), "function_missing"),
        (rows(lambda x: x, lambda x: np.maximum(x, 0)), "function_missing"),
        (rows(lambda x: x, softmax), "function_missing"),
        (rows(lambda x: softmax(softmax(x)), softmax), "function"),
        (rows(lambda x: np.exp(x), softmax), "not_normalised"),
        (rows(softmax, np.exp), "normalised"),
        (rows(lambda x: np.exp(x) / np.exp(x).max(axis=0), np.exp), "normalised"),
        (rows(lambda x: x / np.linalg.norm(x)), "normalised"),
        (rows(lambda x: x + np.arange(len(x))[:, None] ** 1.5), "row_offsets"),
        (rows(lambda x: x + np.arange(x.shape[1]) ** 1.5), "column_offsets"),
        (rows(lambda x: np.cumsum(x, axis=0)), "running_sum"),
        (rows(lambda x: x, lambda x: np.cumsum(x, axis=1)), "no_running_sum"),
        (rows(lambda x: x.T.reshape(x.shape)), "reread"),
        (rows(lambda x: x[np.random.default_rng(len(x)).permutation(len(x))]), "other_rows"),
        (rows(lambda x: x[:, [1, 2, 0, *range(3, x.shape[1])]]), "other_columns"),
        (rows(lambda x: np.arctan(x)), None),
        (rows(lambda x: softmax(x) ** 1.3, softmax), None),
        (rows(lambda x: np.cumsum(x, axis=0) + x[0]), None),
        (rows(lambda x: np.sort(x.ravel()).reshape(x.shape)), None),
    ],
)
def test_functions_when_one_stands_between_then_it_is_named(make: Make, sort: str | None) -> None:
    relation = relation_of(make)
    assert (relation.id if relation else None) == (f"relation.{sort}" if sort else None)


@pytest.mark.parametrize(
    ("kept", "sort"), [(lambda z: z > 0, "zeroed_negative"), (lambda z: z <= 0, "zeroed_positive")]
)
def test_zeroed_when_an_input_decides_then_it_is_named(kept: Any, sort: str) -> None:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, Run, Run]:
        x, z = rng.standard_normal((2, dims["N"], dims["M"]))
        return np.where(kept(z), x, 0), x, {"z": z}, {}

    relation = relation_of(make)
    assert relation is not None
    assert (relation.id, relation.message.params["input"]) == (f"relation.{sort}", "z")


# --- steps -----------------------------------------------------------------------------------------------------------


def script(rule: Callable[[np.ndarray, int], np.ndarray], right: Callable[[np.ndarray], np.ndarray]) -> list[Facts]:
    """Three steps along a fixed sequence of gradients in two draws: ``rule(g, step)`` for the right step of g."""
    found = []
    for draw, dims in enumerate(DIMS):
        rng = np.random.default_rng(draw)
        gW, W = rng.standard_normal((4, dims["N"], dims["M"])), rng.standard_normal((dims["N"], dims["M"]))
        inputs = {"W": W, "gW": gW, "lr": 0.3}
        before = (W, W)
        for step in range(1, 4):
            after = before[0] + rule(gW[step - 1], step), before[1] + right(gW[step - 1])
            found.append(Facts(f"W[{step}]", *after, inputs, dims, 1e-9, 1, draw, None, before, step))
            before = after
    return found


def descent(g: np.ndarray) -> np.ndarray:
    return -0.3 * g


def signs(g: np.ndarray) -> np.ndarray:
    return -0.3 * np.sign(g)


@pytest.mark.parametrize(
    ("rule", "right", "sort"),
    [
        (lambda g, n: 0.3 * g, descent, "other_way"),
        (lambda g, n: -0.3 * g / np.linalg.norm(g), descent, "step_unit"),
        (lambda g, n: -0.09 * g, descent, "step_factor"),
        (lambda g, n: -0.3 * g / (1 + n**0.3), descent, "step_length"),
        (lambda g, n: -0.17 * g, signs, "step_gradient"),
        (lambda g, n: -0.3 * g * np.abs(g), descent, None),
        (lambda g, n: -0.3 * np.tanh(g), signs, None),
        (lambda g, n: -0.3 * g if n == 1 else 0.2 * g * g, descent, None),
    ],
)
def test_steps_when_the_direction_is_right_then_what_is_wrong_is_named(rule: Any, right: Any, sort: str | None) -> None:
    facts = script(rule, right)
    wrong = [one for one in facts if not one.close(one.actual, one.expected)]
    rest = [one for one in facts if one.close(one.actual, one.expected)]
    relation = relate(wrong, FINDERS, rest)
    assert (relation.id if relation else None) == (f"relation.{sort}" if sort else None)


def test_steps_when_arrays_hold_one_number_then_a_length_is_no_evidence() -> None:
    found = []
    for draw in range(2):
        W, gW = np.array([1.0 + draw]), np.array([[0.7], [0.4]])
        after = W - 0.11 * gW[0] ** 2, W - 0.3 * gW[0]
        found.append(Facts("W[1]", *after, {"W": W, "gW": gW, "lr": 0.3}, {}, 1e-9, 1, draw, None, (W, W), 1))
    assert relate(found, FINDERS) is None
