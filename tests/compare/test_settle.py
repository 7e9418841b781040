"""Conventions: what is right in one is judged in it, and a mistake keeps its name there."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graders.compare.conventions import Convention, Relabelling, conventions_of
from graders.probe import Trace
from graders.reports.report import CheckReport, ExerciseReport
from graders.spec import Gradient, drawn, fixed, normal

Lab = Any
Check = Callable[..., CheckReport]

GATED = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class Gated:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        a, c, d = np.split(x @ self.W + self.b, 3, axis=1)
        self.x, self.a, self.c, self.d = x, sigmoid(a), np.tanh(c), np.sin(d)
        return self.a * self.c + self.d

    def backward(self, dout):
        da = dout * self.c * self.a * (1 - self.a)
        dc = dout * self.a * (1 - self.c**2)
        dd = dout * np.sqrt(1 - self.d**2)
        whole = np.hstack([da, dc, dd])
        self.dW = self.x.T @ whole
        self.db = whole.sum(axis=0)
        return whole @ self.W.T
"""
DIMS = ({"N": 7, "D": 3, "3H": 15, "H": 5}, {"N": 5, "D": 11, "3H": 9, "H": 3})
SMALL = {"scale": 0.2}
INPUTS = {
    "x": normal("N", "D", **SMALL),
    "W": normal("D", "3H", **SMALL),
    "b": normal("3H", **SMALL),
    "dout": normal("N", "H"),
}
BLOCKS = ("W", "b"), ("dW", "db")
CUT, JOIN = "a, c, d = np.split", "np.hstack([da, dc, dd])"
MEAN = ("whole.sum(axis=0)", "whole.mean(axis=0)")
NO_SIGMOID = ("sigmoid(a), np.tanh(c)", "np.tanh(a), np.tanh(c)")


def in_order(text: str) -> tuple[tuple[str, str], ...]:
    """The edits by which a student packs its blocks otherwise."""
    names = text.split()
    joined = ", ".join(f"d{name}" for name in names)
    return (CUT, f"{', '.join(names)} = np.split"), (JOIN, f"np.hstack([{joined}])")


def gated(student: Any, x: Any, W: Any, b: Any, dout: Any) -> Any:
    layer = student.Gated(W, b)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)
    yield "dW", layer.dW
    yield "db", layer.db


@pytest.fixture
def cell(make_lab: Any) -> Lab:
    gradients = {name: Gradient(of="out", wrt=name[1:], upstream="dout") for name in ("dx", "dW", "db")}
    outputs = ("out", "dx", "dW", "db")
    lab = make_lab(gated, GATED, outputs, (drawn("random", INPUTS, DIMS),), gradients=gradients, symbol="Gated")
    orders = [order for order in itertools.permutations(range(3)) if order != (0, 1, 2)]
    said = {order: ", ".join("acd"[place] for place in order) for order in orders}
    lab.relabellings = tuple(
        Relabelling("order", order, (1, 1, 1), *BLOCKS, {"en": said[order], "ko": said[order]}) for order in orders
    )
    lab.know("db_mean", MEAN)
    lab.know("no_sigmoid", NO_SIGMOID)
    return lab


def notes(report: ExerciseReport) -> list[str]:
    return [note.params["en"] for note in report.notes if note.id == "note.variant"]


def named(report: ExerciseReport) -> dict[str, str | None]:
    failing = [check for check in report.checks if check.verdict != "pass"]
    return {check.name: check.diagnosis and check.diagnosis.rpartition(".")[2] for check in failing}


# --- relabelled weights ---


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("order", ["a d c", "c a d", "d a c", "c d a", "d c a"])
def test_weights_packed_otherwise_pass_with_the_order(cell: Lab, order: str, practice: bool) -> None:
    report = cell.judge(cell.edited(*in_order(order)), practice=practice, hidden=not practice)
    assert (report.verdict, report.score, notes(report)) == ("pass", 4, [order.replace(" ", ", ")])


@pytest.mark.parametrize("practice", [False, True])
def test_mistake_in_another_order_has_its_name_and_values(cell: Lab, check: Check, practice: bool) -> None:
    report = cell.judge(cell.edited(*in_order("c d a"), MEAN), practice=practice, hidden=not practice)
    assert named(report) == {"db": "db_mean"}
    assert notes(report) == ["c, d, a"]
    evidence = check(report, "db").cases[0].evidence
    assert evidence is not None
    assert np.allclose(7 * evidence.actual, evidence.expected)


@pytest.mark.parametrize("practice", [False, True])
def test_mistake_is_named_when_no_order_is_right(cell: Lab, practice: bool) -> None:
    report = cell.judge(cell.edited(*in_order("c d a"), NO_SIGMOID), practice=practice, hidden=not practice)
    assert set(named(report).values()) == {"no_sigmoid"}
    assert notes(report) == []


def test_differently_packed_backward_leaves_forward_its_points(cell: Lab) -> None:
    report = cell.judge(cell.edited(in_order("c d a")[0]))
    assert set(named(report)) == {"dx", "dW", "db"}
    report = cell.judge(cell.edited(in_order("c d a")[1]))
    assert set(named(report)) == {"dx", "dW", "db"}
    assert notes(report) == []


def test_order_that_changes_with_the_inputs_fails_hidden_runs(cell: Lab) -> None:
    public = [run.inputs["x"] for run in cell.runs(cell.expect, hidden=False)]
    right, other = cell.reference, cell.edited(*in_order("c d a"))
    from graders.probe import observe
    from tests.compare.conftest import load

    def answer(given: Any) -> Trace:
        known = any(np.array_equal(given["x"], x) for x in public)
        return observe(cell.exercise, load(other if known else right), given)

    report = cell.judge_answers(answer)
    assert report.verdict == "fail"
    assert report.score == 0


def test_right_student_has_no_convention_tried(cell: Lab) -> None:
    assert cell.judge(cell.reference).verdict == "pass"
    assert cell.judge(cell.edited(MEAN), practice=True, hidden=False).verdict == "fail"
    assert cell.reruns == []


def test_judge_when_a_gate_is_read_negated_then_it_passes(cell: Lab) -> None:
    note = {"en": "negated", "ko": "반대"}
    cell.relabellings += (Relabelling("sign", (0, 1, 2), (-1, 1, 1), *BLOCKS, note),)
    negated = (("sigmoid(a)", "1 - sigmoid(a)"), ("self.a * (1 - self.a)", "-self.a * (1 - self.a)"))
    report = cell.judge(cell.edited(*negated))
    assert (report.verdict, notes(report)) == ("pass", ["negated"])
    both = cell.judge(cell.edited(*negated, *in_order("d a c")))
    assert (both.verdict, notes(both)) == ("pass", ["d, a, c", "negated"])


def test_convention_mapped_there_and_back_changes_nothing() -> None:
    note = {"en": "", "ko": ""}
    kinds = (
        Relabelling("order", (2, 0, 1), (1, 1, 1), ("W",), ("dW",), note),
        Relabelling("sign", (0, 1, 2), (1, -1, 1), ("W",), ("dW",), note),
    )
    rng = np.random.default_rng(0)
    inputs, trace = {"W": rng.normal(size=(4, 6)), "n": 3}, Trace({"dW[1]": rng.normal(size=6), "out": 1.0})
    found = list(conventions_of(kinds))
    assert [len(one.relabellings) for one in found] == [1, 1, 2]
    for convention in found:
        again = convention.inputs_to_theirs(convention.inputs_to_ours(inputs))
        assert np.array_equal(again["W"], inputs["W"])
        assert again["n"] == 3
        back = convention.trace_to_theirs(convention.trace_to_ours(trace))
        assert np.array_equal(back.outputs["dW[1]"], trace.outputs["dW[1]"])
        assert back.outputs["out"] == 1.0


@pytest.mark.parametrize("value", [None, "W", np.zeros((2, 7)), np.zeros(()), np.arange(6), [1.0] * 6])
def test_relabelling_leaves_outputs_without_blocks_alone(value: Any) -> None:
    one = Relabelling("order", (2, 0, 1), (1, -1, 1), ("W",), ("dW",), {})
    trace = Convention((one,)).trace_to_ours(Trace({"dW": value}))
    assert trace.outputs["dW"] is value


# --- right variants ---

SINE = ("np.sin(d)", "np.cos(d)"), ("np.sqrt(1 - self.d**2)", "-np.sqrt(1 - self.d**2)")


def test_mistake_in_a_variant_is_told_with_the_variant(cell: Lab, check: Check) -> None:
    cell.relabellings = ()
    cell.know("sine", *SINE, kind="variant")
    cell.know("sine+db_mean", *SINE, MEAN)
    report = cell.judge(cell.edited(*SINE, MEAN))
    assert named(report) == {"db": "db_mean"}
    assert notes(report) == ["sine is fine"]
    evidence = check(report, "db").cases[0].evidence
    assert evidence is not None
    assert np.allclose(7 * evidence.actual, evidence.expected)


def test_mistake_that_spoils_all_of_a_variant_is_named(cell: Lab) -> None:
    cell.relabellings = ()
    cell.know("sine", *SINE, kind="variant")
    cell.know("sine+no_sigmoid", *SINE, NO_SIGMOID)
    assert set(named(cell.judge(cell.edited(*SINE, NO_SIGMOID))).values()) == {"no_sigmoid"}


# --- ε ---

STEPS = """
import numpy as np

class Rule:
    def __init__(self):
        self.h = 0

    def step(self, W, g):
        self.h = 0.9 * self.h + 0.1 * g**2
        return W - 0.1 * g / (np.sqrt(self.h) + 1e-7)
"""


def rule(student: Any, W: Any, g: Any, steps: int) -> Any:
    one = student.Rule()
    for number in range(1, steps + 1):
        W = one.step(W, g)
        yield f"W[{number}]", W


def steps(scale: float) -> dict[str, Any]:
    return {"W": normal("N"), "g": normal("N", scale=scale, gap=0.5), "steps": fixed(3)}


@pytest.fixture
def adaptive(make_lab: Any) -> Lab:
    dims = ({"N": 7}, {"N": 5})
    cases = drawn("plain", steps(1.0), dims), drawn("tiny", steps(1e-6), dims, group="small")
    lab = make_lab(rule, STEPS, ("W",), cases, symbol="Rule")
    for value in ("1e-8", "1e-6"):
        lab.know(f"eps_{value}", ("1e-7", value), kind="variant", eps=True, groups=("core",))
    lab.know("inside", ("np.sqrt(self.h) + 1e-7", "np.sqrt(self.h + 1e-14)"), kind="variant", eps=True)
    lab.know("no_root", ("np.sqrt(self.h) + 1e-7", "self.h + 1e-7"))
    lab.know("no_memory", ("0.9 * self.h + ", ""))
    return lab


def by_group(report: ExerciseReport) -> dict[str, tuple[str, str | None]]:
    return {check.group: (check.verdict, check.diagnosis) for check in report.checks}


@pytest.mark.parametrize("value", ["1e-8", "1e-6"])
def test_another_eps_is_asked_about_only_where_it_counts(adaptive: Lab, check: Check, value: str) -> None:
    report = adaptive.judge(adaptive.edited(("1e-7", value)))
    assert by_group(report) == {"core": ("pass", None), "small": ("fail", "relation.eps")}
    assert notes(report) == [f"eps_{value} is fine"]
    assert check(report, "W", "small").message.id == "relation.eps"


def test_eps_elsewhere_passes_everywhere(adaptive: Lab) -> None:
    report = adaptive.judge(adaptive.edited(("np.sqrt(self.h) + 1e-7", "np.sqrt(self.h + 1e-14)")))
    assert report.verdict == "pass"
    assert "note.fragile" not in {note.id for note in report.notes}


def test_difference_as_small_as_an_eps_is_not_fragile(adaptive: Lab) -> None:
    adaptive.exercise = replace(adaptive.exercise, cases=adaptive.exercise.cases[:1])
    for name in ("eps_1e-8", "eps_1e-6"):
        adaptive.models[name] = replace(adaptive.models[name][0], groups=()), adaptive.models[name][1]
    report = adaptive.judge(adaptive.edited(("1e-7", "1.6e-7")))
    assert by_group(report) == {"core": ("pass", None)}
    assert {note.id for note in report.notes} == {"note.eps"}


def test_mistake_beside_another_eps_has_its_name(adaptive: Lab) -> None:
    report = adaptive.judge(adaptive.edited(("1e-7", "1e-8"), ("0.9 * self.h + ", "")))
    assert by_group(report) == {"core": ("fail", "u99_lab.Rule.no_memory"), "small": ("fail", "u99_lab.Rule.no_memory")}


def test_steps_too_small_beside_eps_are_not_called_missing(adaptive: Lab) -> None:
    adaptive.exercise = replace(adaptive.exercise, tolerance={"W@core": 2e-4})
    adaptive.know("no_step", ("W - 0.1 * g / (np.sqrt(self.h) + 1e-7)", "W"))
    report = adaptive.judge(adaptive.edited(("self.h = 0\n", "self.h = 1.0\n")))
    assert all("no_step" not in (check.diagnosis or "") for check in report.checks)
    assert {check.verdict for check in report.checks} == {"fail"}


def test_first_step_of_another_eps_makes_later_ones_wrong(adaptive: Lab) -> None:
    report = adaptive.judge(adaptive.edited(("1e-7", "1e-8"), ("0.9 * self.h + ", "0.7 * self.h + ")))
    assert by_group(report)["core"] == ("fail", "relation.later_steps")
    assert report.checks[0].message.params["first"] == "W[2]"


# --- little evidence ---


def test_judge_when_all_is_nan_then_no_mistake_is_named(adaptive: Lab) -> None:
    adaptive.know("nan", ("0.1 * g /", "np.nan * g /"))
    report = adaptive.judge(adaptive.edited(("self.h = 0\n", "self.h = np.nan\n")))
    assert {found for _, found in by_group(report).values()} == {"relation.all_nan"}


def test_zeros_that_are_part_of_something_else_name_nothing(cell: Lab) -> None:
    cell.know("last_only", ("self.x.T @ whole", "0 * self.x.T @ whole"), MEAN)
    wrong = cell.edited(
        ("da = dout * self.c", "da = 0 * dout"), ("dc = dout", "dc = 0 * dout"), ("dd = dout", "dd = 0 * dout")
    )
    assert "last_only" not in named(cell.judge(wrong)).values()


def test_one_zero_output_beside_right_ones_is_named(cell: Lab) -> None:
    cell.know("dx_zero", ("whole @ self.W.T", "0 * (whole @ self.W.T)"))
    wrong = cell.edited(("whole @ self.W.T", "np.zeros_like(self.x)"), MEAN)
    assert named(cell.judge(wrong)) == {"dx": "dx_zero", "db": "db_mean"}


def test_narrow_mistakes_are_named_before_one_that_overlaps_them(cell: Lab) -> None:
    cell.know("negative", ("self.a * self.c + self.d", "self.a * self.c - self.d"))
    cell.know("sum_and_mean", ("self.a * self.c + self.d", "(self.a * self.c + self.d) ** 2"), MEAN)
    wrong = cell.edited(("self.a * self.c + self.d", "self.a * self.c - self.d"), MEAN)
    found = named(cell.judge(wrong))
    assert (found["out"], found["db"]) == ("negative", "db_mean")
