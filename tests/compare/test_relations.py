"""The dictionary of relations: planted bugs with a simple signature are recognised, coincidences are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graders.compare.factors import dims_like
from graders.compare.hints import _BY_RELATION, LADDERS, ladder_of
from graders.compare.relations import Facts, Relation, relate
from graders.compare.value_relations import value_relations
from graders.compare.where import place_relations
from graders.feedback.messages import MESSAGES, render_message

DIMS = ({"N": 7, "D": 3, "M": 5, "T": 13}, {"N": 5, "D": 11, "M": 3, "T": 7})
Make = Callable[[np.random.Generator, dict[str, int]], tuple[Any, Any, dict[str, Any]]]


def relation_of(make: Make, blocks: int = 1, tau: float = 1e-9) -> Relation | None:
    """What is found when ``make`` gives (actual, expected, inputs) on two draws of different dims."""
    facts = []
    for draw, dims in enumerate(DIMS):
        actual, expected, inputs = make(np.random.default_rng(draw), dims)
        facts.append(Facts("y", np.asarray(actual), np.asarray(expected), inputs, dims, tau, blocks, draw))
    return relate(facts, (value_relations, place_relations))


def matrix(rng: np.random.Generator, dims: dict[str, int]) -> np.ndarray:
    return rng.standard_normal((dims["N"], dims["M"]))


def from_matrix(wrong: Callable[[np.ndarray, dict[str, int]], Any]) -> Make:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, dict[str, Any]]:
        expected = matrix(rng, dims)
        return wrong(expected, dims), expected, {}

    return make


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (lambda r, d: r * d["N"], "relation.too_large_batch"),
        (lambda r, d: r / d["N"], "relation.too_small_batch"),
        (lambda r, d: r * d["M"], "relation.too_large_axis"),
        (lambda r, d: r / d["T"], "relation.too_small_axis"),
        (lambda r, d: r * np.sqrt(d["D"]), "relation.ratio_named"),
        (lambda r, d: r / np.sqrt(d["D"]), "relation.ratio_named"),
        (lambda r, d: r / (d["N"] * d["M"]), "relation.ratio_named"),
        (lambda r, d: r * d["N"] / (d["N"] - 1), "relation.ratio_named"),
        (lambda r, d: -r * d["N"], "relation.ratio_named_sign"),
        (lambda r, d: r * 2, "relation.ratio"),
        (lambda r, d: r / 2, "relation.ratio"),
        (lambda r, d: r / np.log(2), "relation.ratio"),
        (lambda r, d: -2 * r, "relation.ratio"),
        (lambda r, d: r * 3.1622776, "relation.ratio"),
        (lambda r, d: r * (1 + d["N"] ** 0.3), "relation.proportional"),
        (lambda r, d: -r, "relation.sign"),
        (lambda r, d: r.T, "relation.transposed"),
        (lambda r, d: r[None], "relation.extra_axis"),
        (lambda r, d: r.reshape(d["M"], d["N"]), "relation.reshaped"),
        (lambda r, d: r.ravel(order="F").reshape(d["M"] * d["N"], 1), "relation.other_order"),
        (lambda r, d: r.sum(axis=0), "relation.summed_away"),
        (lambda r, d: r.mean(axis=1), "relation.averaged_away"),
        (lambda r, d: 1 - r, "relation.complement"),
        (lambda r, d: r + 0.25, "relation.offset"),
        (lambda r, d: np.flip(r, 0), "relation.flipped"),
        (lambda r, d: np.flip(r), "relation.flipped_both"),
        (lambda r, d: np.concatenate([np.zeros((1, d["M"])), r[:-1]]), "relation.late"),
        (lambda r, d: np.concatenate([r[1:], np.zeros((1, d["M"]))]), "relation.early"),
        (lambda r, d: np.zeros_like(r), "relation.zeros"),
        (lambda r, d: np.ones_like(r), "relation.ones"),
        (lambda r, d: np.full_like(r, 0.5), "relation.constant"),
        (lambda r, d: np.full_like(r, np.nan), "relation.all_nan"),
        (lambda r, d: r**2, "relation.squared"),
        (lambda r, d: np.abs(r), "relation.absolute"),
        (lambda r, d: np.exp(r), "relation.exponential"),
        (lambda r, d: 1 / r, "relation.inverse"),
        (lambda r, d: np.round(r), "relation.rounded"),
        (lambda r, d: r * np.arange(1, d["N"] + 1)[:, None], "relation.row_factors"),
        (lambda r, d: r * np.arange(1, d["M"] + 1), "relation.column_factors"),
        (lambda r, d: np.where(np.arange(d["N"])[:, None] == 0, r + r**2, r), "relation.only_first"),
        (lambda r, d: np.where(np.arange(d["N"])[:, None] == d["N"] - 1, 3.5, r), "relation.only_last"),
        (lambda r, d: np.where(np.arange(d["N"])[:, None] == 0, r, r + r**2), "relation.only_not_first"),
        (lambda r, d: r + np.random.default_rng(d["N"]).standard_normal(r.shape), None),
    ],
)
def test_relate_when_a_simple_thing_went_wrong_then_it_is_said(wrong: Any, expected: str | None) -> None:
    relation = relation_of(from_matrix(wrong))
    assert (relation.id if relation else None) == expected


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def bug_sigmoid_without_minus(rng: Any, d: Any) -> Any:
    x = rng.standard_normal((d["N"], d["D"]))
    return 1 / (1 + np.exp(x)), 1 / (1 + np.exp(-x)), {"x": x}


def bug_leaky_on_both_sides(rng: Any, d: Any) -> Any:
    x = rng.standard_normal((d["N"], d["D"]))
    return 0.1 * x, np.where(x > 0, x, 0.1 * x), {"x": x}


def bug_elu_without_minus_one(rng: Any, d: Any) -> Any:
    x = rng.standard_normal((d["N"], d["D"]))
    return np.where(x > 0, x, np.exp(x)), np.where(x > 0, x, np.exp(x) - 1), {"x": x}


def bug_softmax_no_normalisation(rng: Any, d: Any) -> Any:
    x = rng.standard_normal((d["N"], d["M"]))
    return np.exp(x), softmax(x), {"x": x}


def bug_row_maximum_but_global_sum(rng: Any, d: Any) -> Any:
    x = rng.standard_normal((d["N"], d["M"]))
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(), softmax(x), {"x": x}


def bug_cross_entropy_not_averaged(rng: Any, d: Any) -> Any:
    p = softmax(rng.standard_normal((d["N"], d["M"])))[:, 0]
    return -np.log(p).sum(), -np.log(p).mean(), {}


def bug_cross_entropy_log2(rng: Any, d: Any) -> Any:
    p = softmax(rng.standard_normal((d["N"], d["M"])))[:, 0]
    return -np.log2(p).mean(), -np.log(p).mean(), {}


def bug_dx_t_minus_y(rng: Any, d: Any) -> Any:
    y, t = softmax(rng.standard_normal((d["N"], d["M"]))), np.eye(d["M"])[rng.integers(0, d["M"], d["N"])]
    return (t - y) / d["N"], (y - t) / d["N"], {"t": t}


def bug_db_keepdims(rng: Any, d: Any) -> Any:
    dout = rng.standard_normal((d["N"], d["M"]))
    return dout.sum(axis=0, keepdims=True), dout.sum(axis=0), {"dout": dout}


def bug_db_not_summed(rng: Any, d: Any) -> Any:
    dout = rng.standard_normal((d["N"], d["M"]))
    return dout, dout.sum(axis=0), {"dout": dout}


def bug_backward_returns_dout(rng: Any, d: Any) -> Any:
    x, dout = rng.standard_normal((2, d["N"], d["M"]))
    return dout, dout * (x > 0), {"x": x, "dout": dout}


def bug_gradient_ascent(rng: Any, d: Any) -> Any:
    W, dW = rng.standard_normal((2, d["D"], d["M"]))
    return W + 0.01 * dW, W - 0.01 * dW, {"W": W, "dW": dW}


def bug_statement_without_assignment(rng: Any, d: Any) -> Any:
    W, dW = rng.standard_normal((2, d["D"], d["M"]))
    return W, W - 0.01 * dW, {"W": W, "dW": dW}


def bug_learning_rate_forgotten(rng: Any, d: Any) -> Any:
    dW, lr = rng.standard_normal((d["D"], d["M"])), 0.37
    return dW, lr * dW, {"lr": lr}


def bug_embedding_repeated_ids_overwrite(rng: Any, d: Any) -> Any:
    ids = np.array([0, 1, 1, 2])
    dout = rng.standard_normal((4, d["M"]))
    right, wrong = np.zeros((2, d["T"], d["M"]))
    np.add.at(right, ids, dout)
    wrong[ids] = dout
    return wrong, right, {"ids": ids}


def bug_attention_not_scaled(rng: Any, d: Any) -> Any:
    scores = rng.standard_normal((d["N"], d["T"], d["T"]))
    return scores * np.sqrt(d["D"]), scores, {}


def bug_mask_above_the_diagonal_only(rng: Any, d: Any) -> Any:
    scores = rng.standard_normal((d["T"], d["T"]))
    return scores, np.where(np.triu(np.ones((d["T"], d["T"])), 1) == 1, -1e9, scores), {}


def bug_confusion_transposed(rng: Any, d: Any) -> Any:
    counts = rng.integers(0, 40, (d["M"], d["M"]))
    return counts.T, counts, {}


def bug_time_first_step_only_right(rng: Any, d: Any) -> Any:
    hs = rng.standard_normal((d["N"], d["T"], d["M"]))
    wrong = hs + rng.standard_normal(hs.shape)
    wrong[:, 0] = hs[:, 0]
    return wrong, hs, {}


def bug_padding_forgotten_at_the_border(rng: Any, d: Any) -> Any:
    right = rng.standard_normal((d["N"], 7, 5))
    wrong = right.copy()
    ring = np.ones((7, 5), dtype=bool)
    ring[1:-1, 1:-1] = False
    wrong[:, ring] *= rng.uniform(0.2, 0.8, (d["N"], int(ring.sum())))
    return wrong, right, {}


def bug_jacobian_diagonal_only(rng: Any, d: Any) -> Any:
    right = rng.standard_normal((d["N"], 5, 5))
    return right * np.eye(5), right, {}


def bug_mape_not_percent(rng: Any, d: Any) -> Any:
    value = float(rng.uniform(0.1, 0.9))
    return value, 100 * value, {}


def bug_channels_last(rng: Any, d: Any) -> Any:
    right = rng.standard_normal((d["N"], d["D"], 7, 5))
    return right.transpose(0, 2, 3, 1), right, {}


def bug_vector_sum_returned(rng: Any, d: Any) -> Any:
    losses = rng.standard_normal(d["N"])
    return losses, losses.mean(), {}


PLANTED: dict[Any, str] = {
    bug_sigmoid_without_minus: "complement",
    bug_leaky_on_both_sides: "only_positive",
    bug_elu_without_minus_one: "only_negative",
    bug_softmax_no_normalisation: "row_factors",
    bug_row_maximum_but_global_sum: "row_factors",
    bug_cross_entropy_not_averaged: "too_large_batch",
    bug_cross_entropy_log2: "ratio",
    bug_dx_t_minus_y: "sign",
    bug_db_keepdims: "extra_axis",
    bug_db_not_summed: "not_summed",
    bug_backward_returns_dout: "input",
    bug_gradient_ascent: "other_way",
    bug_statement_without_assignment: "input",
    bug_learning_rate_forgotten: "ratio_named",
    bug_embedding_repeated_ids_overwrite: "only_repeated",
    bug_attention_not_scaled: "ratio_named",
    bug_mask_above_the_diagonal_only: "only_above",
    bug_confusion_transposed: "transposed",
    bug_time_first_step_only_right: "only_not_first",
    bug_padding_forgotten_at_the_border: "only_border",
    bug_jacobian_diagonal_only: "only_off_diagonal",
    bug_mape_not_percent: "ratio",
    bug_channels_last: "permuted_axes",
    bug_vector_sum_returned: "not_averaged",
}


@pytest.mark.parametrize(("bug", "expected"), PLANTED.items(), ids=lambda value: getattr(value, "__name__", None))
def test_planted_bugs_leave_their_signature(bug: Make, expected: str) -> None:
    relation = relation_of(bug)
    assert relation is not None
    assert relation.id == f"relation.{expected}"


@pytest.mark.parametrize(
    ("order", "expected"),
    [((0, 2, 1, 3), "relation.permuted_blocks"), ((1, 2, 3, 0), "relation.permuted_blocks")],
)
def test_gates_in_another_order_are_named_with_the_order(order: tuple[int, ...], expected: str) -> None:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, dict[str, Any]]:
        gates = rng.standard_normal((4, dims["N"], dims["M"]))
        return np.concatenate(gates[list(order)], axis=-1), np.concatenate(gates, axis=-1), {}

    relation = relation_of(make, blocks=4)
    assert relation is not None
    assert (relation.id, relation.message.params["order"]) == (expected, ", ".join(str(place + 1) for place in order))


def test_relate_when_one_gate_is_wrong_then_that_gate_is_said() -> None:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, dict[str, Any]]:
        gates = rng.standard_normal((4, dims["N"], dims["M"]))
        wrong = gates.copy()
        wrong[2] = np.tanh(wrong[2])
        return np.concatenate(wrong, axis=-1), np.concatenate(gates, axis=-1), {}

    relation = relation_of(make, blocks=4)
    assert relation is not None
    assert relation.message.params == {"name": "y", "block": 3, "blocks": 4}


def test_factor_of_the_batch_is_named() -> None:
    relation = relation_of(from_matrix(lambda r, d: r * d["N"]))
    assert relation is not None
    assert render_message(relation.message, "en") == "y is 7 times too large: 7 is the batch size N."
    assert "배치 크기 N" in render_message(relation.message, "ko")


def test_relate_when_only_one_run_shows_it_then_nothing_is_said() -> None:
    expected = np.random.default_rng(0).standard_normal((7, 5))
    facts = [Facts(name, -expected, expected, {}, DIMS[0], 1e-9, run=0) for name in ("y", "z")]
    assert relate(facts, (value_relations,)) is None


def test_relate_when_two_axes_give_the_factor_then_none_is_named() -> None:
    facts = []
    for draw, n in enumerate((7, 5)):
        expected = np.random.default_rng(draw).standard_normal((n, n))
        facts.append(Facts("y", n * expected, expected, {}, {"N": n, "M": n}, 1e-9, run=draw))
    relation = relate(facts, (value_relations,))
    assert relation is not None
    assert relation.id == "relation.proportional"


def test_ratio_of_counts_is_no_cause() -> None:
    values = ((5 / 35, 5 / 7), (6 / 30, 6 / 6))
    facts = [
        Facts("accuracy", np.asarray(a), np.asarray(r), {}, dims, 1e-9, run=draw)
        for draw, ((a, r), dims) in enumerate(zip(values, ({"D": 5}, {"D": 5}), strict=True))
    ]
    assert relate(facts, (value_relations, place_relations)) is None


def test_few_wrong_entries_in_a_place_by_chance_do_not_name_it() -> None:
    def make(rng: np.random.Generator, dims: dict[str, int]) -> tuple[Any, Any, dict[str, Any]]:
        x = np.where(np.arange(dims["N"]) < 2, -1.0, 1.0) * rng.uniform(0.1, 1, dims["N"])
        expected = rng.standard_normal(dims["N"])
        return np.where(np.arange(dims["N"]) == 1, expected + 1, expected), expected, {"x": x}

    assert relation_of(make) is None


def test_relate_when_float32_then_its_rounding_is_allowed() -> None:
    relation = relation_of(from_matrix(lambda r, d: (r * d["N"]).astype(np.float32)), tau=1e-5)
    assert relation is not None
    assert relation.id == "relation.too_large_batch"


def test_worked_example_with_the_same_inputs_has_its_axes_named() -> None:
    drawn = {"x": np.zeros((7, 3)), "b": np.zeros(5), "lr": 0.1}
    worked = {"x": np.zeros((2, 4)), "b": np.zeros(6), "t": np.zeros(2)}
    assert dims_like(worked, drawn, DIMS[0]) == {"N": 2, "D": 4, "M": 6}


def test_a_list_of_arrays_of_different_shapes_names_its_length_alone() -> None:
    drawn = {"x": np.zeros((7, 3)), "W": [np.zeros((2, 3))] * 5}
    worked = {"x": np.zeros((2, 4)), "W": [np.zeros((2, 3)), np.zeros(4), np.zeros(4), np.zeros(1)]}
    assert dims_like(worked, drawn, DIMS[0]) == {"N": 2, "D": 4, "M": 4}


def test_each_ladder_has_three_rungs_and_both_languages() -> None:
    for relation in _BY_RELATION:
        ladder = ladder_of(relation)
        assert ladder is not None
        assert {lang: len(rungs) for lang, rungs in ladder.items()} == {"en": 3, "ko": 3}
        assert relation in MESSAGES
    assert {id(ladder) for ladder in LADDERS.values()} == {id(ladder_of(relation)) for relation in _BY_RELATION}
