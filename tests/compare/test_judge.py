"""Judging: from runs to checks, points, notes and evidence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graders.compare.judge import Context, CounterModel, Ending, Run, judge
from graders.messages.errors import BrokenError
from graders.messages.message import Message
from graders.probe import Crash, Trace, gradient_of, observe
from graders.reports.report import CheckReport, Report
from graders.spec import Gradient, Property, drawn, literal, normal, side, uniform

Lab = Any
Check = Callable[..., CheckReport]


def verdicts(report: Any) -> dict[str, str]:
    return {check.name: check.verdict for check in report.checks}


# --- points ----------------------------------------------------------------------------------------------------------


def test_judge_when_all_is_right_then_full_points_and_no_reruns(affine: Lab) -> None:
    report = affine.judge(affine.reference)
    assert (report.unit, report.name, report.verdict) == ("u99_lab", "Affine", "pass")
    assert [check.points for check in report.checks] == [2, 1, 1, 1]
    assert [(case.case, case.draw, case.public) for case in report.checks[0].cases] == [
        ("random", 0, True),
        ("random", 1, True),
        ("random", 0, False),
        ("random", 1, False),
    ]
    assert report.notes == ()
    assert affine.reruns == []


@pytest.mark.parametrize(
    "edit",
    [
        ("x @ self.W + self.b", "(x @ self.W + self.b).astype(np.float32)"),
        ("x @ self.W + self.b", "np.array([[row @ col for col in self.W.T] for row in x]) + self.b"),
        ("x @ self.W + self.b", "x.astype(np.float32) @ self.W.astype(np.float32) + self.b.astype(np.float32)"),
    ],
)
def test_judge_when_written_in_another_style_then_it_passes(affine: Lab, edit: tuple[str, str]) -> None:
    assert affine.judge(affine.edited(edit)).verdict == "pass"


def two_groups(student: Any, x: Any) -> Any:
    yield "y", student.softplus(x)


SOFTPLUS = "import numpy as np\n\ndef softplus(x):\n    return np.logaddexp(0, x)\n"
DRAWS = ({"N": 7}, {"N": 5})


@pytest.fixture
def softplus(make_lab: Any) -> Lab:
    cases = (
        literal("zero", {"x": np.zeros(3)}),
        drawn("random", {"x": normal("N")}, DRAWS),
        drawn("far out", {"x": uniform("N", low=900.0, high=1000.0)}, DRAWS, group="stable"),
        side("empty", {"x": np.zeros(0)}),
    )
    points = {"y": 3, "y@stable": 1}
    return make_lab(two_groups, SOFTPLUS, ("y",), cases, symbol="softplus", points=points, curve=("x", "y"))


def test_judge_when_only_one_group_fails_then_the_other_pays(softplus: Lab, check: Check) -> None:
    softplus.know("overflows", ("np.logaddexp(0, x)", "np.log(1 + np.exp(x))"))
    with np.errstate(over="ignore"):
        report = softplus.judge(softplus.edited(("np.logaddexp(0, x)", "np.log(1 + np.exp(x))")))
    assert check(report, "y").points == 3
    stable = check(report, "y", "stable")
    assert (stable.verdict, stable.points, stable.case) == ("fail", 0, "far out")
    assert stable.diagnosis == "u99_lab.softplus.overflows"
    assert stable.message is not None
    assert stable.message.id == "compare.not_finite"


def test_failed_literal_case_costs_its_group(softplus: Lab, check: Check) -> None:
    report = softplus.judge(softplus.edited(("np.logaddexp(0, x)", "np.where(x == 0, 0, np.logaddexp(0, x))")))
    found = check(report, "y")
    assert (found.verdict, found.points, found.case, found.public) == ("fail", 0, "zero", True)
    assert [case.verdict for case in found.cases] == ["fail", "pass", "pass", "pass", "pass"]


def test_curves_points_come_from_passing_public_runs(softplus: Lab, check: Check) -> None:
    report = softplus.judge(SOFTPLUS)
    assert report.curve == ("x", "y")
    evidence = [case.evidence for case in check(report, "y").cases]
    assert [one is not None for one in evidence] == [True, True, True, False, False]
    assert evidence[1] is not None
    assert set(evidence[1].inputs) == {"x"}


def test_steps_of_a_script_share_one_check(make_lab: Any) -> None:
    def steps(student: Any, w: Any) -> Any:
        for step in range(1, 4):
            w = student.decay(w, step)
            yield f"w[{step}]", w

    reference = "def decay(w, step):\n    return 0.5 * w\n"
    lab = make_lab(steps, reference, ("w",), (drawn("random", {"w": normal("N")}, DRAWS),), symbol="decay")
    (check,) = lab.judge(reference).checks
    assert (check.name, check.verdict, check.max_points) == ("w", "pass", 1)
    (check,) = lab.judge(lab.edited(("0.5 * w", "(0.5 if step < 2 else 0.25) * w**step"))).checks
    assert (check.verdict, check.diagnosis) == ("fail", "relation.later_steps")
    assert check.message is not None
    assert check.message.params["first"] == "w[2]"


def test_scored_output_that_is_never_yielded_is_our_fault(make_lab: Any) -> None:
    lab = make_lab(two_groups, SOFTPLUS, ("y", "z"), (literal("one", {"x": np.ones(3)}),))
    with pytest.raises(BrokenError, match=r"yields no z in group 'core', worth 1 points. Set points="):
        lab.judge(SOFTPLUS)


def test_judge_when_the_reference_raises_then_it_is_our_fault(affine: Lab) -> None:
    affine.reference = affine.edited(("dout.sum(axis=0)", "dout.total()"))
    with pytest.raises(BrokenError, match=r"The reference of Affine raises AttributeError .* in case 'random'"):
        affine.judge(affine.reference)


def test_judge_when_the_reference_is_nan_then_it_is_our_fault(affine: Lab) -> None:
    affine.reference = affine.edited(("dout.sum(axis=0)", "dout.sum(axis=0) * np.nan"))
    with pytest.raises(BrokenError, match="reference's db contains NaN"):
        affine.judge(affine.reference)


# --- what went wrong -------------------------------------------------------------------------------------------------


def test_forward_keeps_its_points_when_backward_raises(affine: Lab, check: Check) -> None:
    report = affine.judge(affine.edited(("self.db = dout.sum(axis=0)", "self.db = dout.total()")))
    assert verdicts(report) == {"out": "pass", "dx": "error", "dW": "error", "db": "error"}
    assert report.verdict == "error"
    first, later = check(report, "dx").message, check(report, "db").message
    assert first is not None
    assert later is not None
    assert first.id == "compare.raised_line"
    assert first.params == {
        "name": "dx",
        "at": "dx",
        "kind": "AttributeError",
        "text": "'numpy.ndarray' object has no attribute 'total'",
        "line": 15,
        "source": "self.db = dout.total()",
    }
    assert (later.id, later.params["name"], later.params["at"]) == ("compare.raised_before_line", "db", "dx")


@pytest.mark.parametrize(
    ("text", "message", "params"),
    [
        ("class Afine: pass", "compare.missing_near", {"symbol": "Affine", "near": "Afine"}),
        ("x = 1", "compare.missing", {"symbol": "Affine"}),
        (
            "class Affine:\n    def __init__(self, W, b):\n        raise NotImplementedError",
            "compare.not_written",
            {"symbol": "Affine"},
        ),
    ],
)
def test_judge_when_it_is_not_there_then_missing(affine: Lab, text: str, message: str, params: dict[str, str]) -> None:
    report = affine.judge(text)
    assert (report.verdict, report.score) == ("missing", 0)
    assert [check.message for check in report.checks] == [Message(message, params)] * 4


def test_judge_when_only_backward_is_a_stub_then_forward_counts(affine: Lab) -> None:
    report = affine.judge(affine.edited(("self.dW = self.x.T @ dout", "raise NotImplementedError")))
    assert verdicts(report) == {"out": "pass", "dx": "missing", "dW": "missing", "db": "missing"}


@pytest.mark.parametrize("verdict", ["limit", "error", "rejected", "not_run", "broken"])
def test_judge_when_nothing_came_back_then_the_ending_decides(affine: Lab, verdict: str) -> None:
    said = Message("ending.wall", {"detail": "5 s"})
    report = affine.judge_answers(lambda given: None, ending=Ending(verdict, said, "printed", "warned"))
    expected = None if verdict in ("not_run", "broken") else 0  # ours is never a 0
    assert set(verdicts(report).values()) == {verdict}
    assert [check.message for check in report.checks] == [said] * 4
    assert (report.stdout, report.stderr, report.score) == ("printed", "warned", expected)


def test_run_cut_off_keeps_what_it_yielded(affine: Lab) -> None:
    def answer(given: Any) -> Trace:
        trace = affine.expect(given)
        outputs = dict(list(trace.outputs.items())[:2]) if given["x"].shape == (5, 11) else trace.outputs
        return Trace(dict(outputs))

    report = affine.judge_answers(answer, ending=Ending("limit", Message("ending.wall", {})))
    assert verdicts(report) == {"out": "pass", "dx": "pass", "dW": "limit", "db": "limit"}


def test_judge_when_runs_are_lost_without_a_reason_then_error(affine: Lab) -> None:
    report = affine.judge_answers(lambda given: None)
    assert report.checks[0].message == Message("compare.lost", {})
    report = affine.judge_answers(lambda given: Trace())
    assert report.checks[0].message == Message("compare.absent", {"name": "out"})
    assert report.verdict == "error"


@pytest.mark.parametrize(
    "wrong",
    [
        "None",
        "x @ self.W",
        "(x @ self.W + self.b)[:1]",
        "(x @ self.W + self.b).sum(axis=0)",
        "(x @ self.W + self.b) * np.nan",
        "(x @ self.W + self.b).tolist()",
        "(x @ self.W + self.b).astype(object)",
        "(x @ self.W + self.b).astype(complex)",
        "(x @ self.W + self.b).astype(np.float16)",
        "(x @ self.W + self.b).view(np.matrix)",
        "np.ma.masked_array(x @ self.W + self.b)",
        "str(x)",
        "(x @ self.W + self.b) > 0",
        "0.0",
        "np.zeros((len(x), len(self.b)))",
        "self",
        "{}",
    ],
)
def test_wrong_forward_has_no_points(affine: Lab, check: Check, wrong: str) -> None:
    report = affine.judge(affine.edited(("return x @ self.W + self.b", f"return {wrong}")))
    found = check(report, "out")
    assert (found.verdict, found.points) == ("fail", 0)
    assert found.message is not None


def test_judge_when_a_public_run_fails_then_evidence_shows_it(affine: Lab, check: Check) -> None:
    report = affine.judge(affine.edited(("dout.sum(axis=0)", "dout.sum(axis=0) + np.arange(dout.shape[1])")))
    public, _, hidden, _ = check(report, "db").cases
    assert public.evidence is not None
    assert set(public.evidence.inputs) == {"x", "W", "b", "dout"}
    assert public.evidence.worst_at == (4,)
    assert public.evidence.actual[4] == pytest.approx(public.evidence.expected[4] + 4)
    assert (hidden.verdict, hidden.evidence, hidden.message) == ("fail", None, Message("hidden.value"))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("np.zeros((300, 300))", True),
        ("[dout.sum(axis=0)] * 9", True),
        ("[np.zeros(4096)] * 250", False),
        ("{'a': ['b' * 5000]}", False),
        ("'c' * 5000", False),
        ("[[[1.0] * 50] * 50] * 50", False),
    ],
)
def test_large_answer_does_not_enlarge_the_report(affine: Lab, check: Check, answer: str, shown: bool) -> None:
    """A list of 250 arrays at each output made a report of 6.7 GB."""
    report = affine.judge(affine.edited(("dout.sum(axis=0)", answer)))
    public = check(report, "db").cases[0]
    assert (public.verdict, public.evidence is not None) == ("fail", shown)
    assert len(json.dumps(report.to_dict())) < 1_000_000


# --- bands and rules -------------------------------------------------------------------------------------------------


def test_judge_when_just_off_then_it_passes_as_fragile(affine: Lab, check: Check) -> None:
    report = affine.judge(affine.edited(("dout.sum(axis=0)", "dout.sum(axis=0) * (1 + 1e-8)")))
    assert (report.verdict, report.score) == ("pass", report.max_score)
    (note,) = report.notes
    assert (note.id, note.params["name"]) == ("note.fragile", "db")
    assert [case.verdict for case in check(report, "db").cases] == ["pass"] * 4


CASTS = {
    "forward": (("x @ self.W + self.b", "(x @ self.W + self.b).astype(np.float32)"),),
    "gradient": (("dout.sum(axis=0)", "dout.sum(axis=0).astype(np.float32)"),),
    "parameters": (("self.W = W", "self.W = W.astype(np.float32)"), ("self.b = b", "self.b = b.astype(np.float32)")),
}


@pytest.mark.parametrize("cast", CASTS)
@pytest.mark.parametrize("off", [9e-4, 5e-5, 1.2e-5])
def test_cast_to_float32_lets_no_wrong_gradient_pass(affine: Lab, check: Check, cast: str, off: float) -> None:
    """One float32 output once widened the tolerance of every other to 1e-3."""
    wrong = ("self.x.T @ dout", f"(self.x.T @ dout) * {1 + off!r}")
    report = affine.judge(affine.edited(*CASTS[cast], wrong))
    assert check(report, "dW").verdict == "fail"
    assert [check(report, name).verdict for name in ("out", "dx", "db")] == ["pass"] * 3
    assert affine.judge(affine.edited(*CASTS[cast])).verdict == "pass"


def test_wrong_is_wrong_though_all_outputs_are_float32(affine: Lab, check: Check) -> None:
    casts = (*CASTS["forward"], ("dout.sum(axis=0)", "(dout.sum(axis=0) * 1.0009).astype(np.float32)"))
    assert verdicts(affine.judge(affine.edited(*casts))) == {"out": "pass", "dx": "pass", "dW": "pass", "db": "fail"}


def test_float32_inside_passes_as_fragile(affine: Lab) -> None:
    report = affine.judge(affine.edited(("self.x = x", "self.x = x.astype(np.float32).astype(np.float64)")))
    assert (report.verdict, {note.id for note in report.notes}) == ("pass", {"note.fragile"})


def test_judge_when_a_whole_number_comes_as_a_float_then_a_note(make_lab: Any) -> None:
    def size(student: Any, n: Any) -> Any:
        yield "size", student.size(n)

    reference = "def size(n):\n    return n // 2\n"
    lab = make_lab(size, reference, ("size",), (literal("eight", {"n": 8}), literal("six", {"n": 6})))
    report = lab.judge(lab.edited(("//", "/")))
    assert report.verdict == "pass"
    assert [note.id for note in report.notes] == ["note.float_for_int"] * len(report.notes)
    assert lab.judge("def size(n):\n    return n == 8\n").verdict == "fail"


SAYS = {"ko": "0 또는 dout이어야 합니다.", "en": "Each entry is 0 or dout."}


def drop(student: Any, x: Any) -> Any:
    yield "y", student.drop(x)


@pytest.fixture
def dropout(make_lab: Any) -> Lab:
    reference = "def drop(x):\n    return x * (x > 0)\n"
    rule = Property(lambda actual, expected, inputs: bool(np.all((actual == 0) | (actual == inputs["x"]))), SAYS)
    return make_lab(drop, reference, ("y",), (drawn("random", {"x": normal("N")}, DRAWS),), properties={"y": rule})


@pytest.mark.parametrize(
    ("value", "verdict", "message"),
    [
        ("x * (x < 0)", "pass", ""),
        ("2 * x", "fail", "compare.property"),
        ("x[:1]", "fail", "compare.shape"),
        ("x * float('nan')", "fail", "relation.all_nan"),
        ("x.tolist()", "fail", "compare.type"),
        ("x > 0", "fail", "compare.kind"),
    ],
)
def test_judge_when_a_property_takes_the_place_of_values(dropout: Lab, value: str, verdict: str, message: str) -> None:
    report = dropout.judge(f"def drop(x):\n    return {value}\n")
    assert report.verdict == verdict
    if message:
        assert report.checks[0].message is not None
        assert report.checks[0].message.id == message
    if message == "compare.property":
        assert report.checks[0].message.params == {"name": "y", **SAYS}


def test_judge_when_a_property_raises_then_it_does_not_hold(make_lab: Any) -> None:
    rule = Property(lambda actual, expected, inputs: actual["nothing"] > 0, SAYS, shaped=False)
    cases = (literal("one", {"x": np.ones(3)}),)
    lab = make_lab(drop, "def drop(x):\n    return x\n", ("y",), cases, properties={"y": rule})
    assert lab.judge(lab.reference).verdict == "fail"
    assert lab.judge("def drop(x):\n    return object()\n").verdict == "fail"


# --- notes -----------------------------------------------------------------------------------------------------------


def test_differing_side_case_is_a_note_without_loss(softplus: Lab) -> None:
    report = softplus.judge(softplus.edited(("np.logaddexp(0, x)", "np.logaddexp(0, x) if x.size else None")))
    assert (report.verdict, report.score) == ("pass", 4)
    (note,) = report.notes
    assert (note.id, note.params["case"], note.params["name"]) == ("note.side", "empty", "y")
    report = softplus.judge(softplus.edited(("np.logaddexp(0, x)", "np.logaddexp(0, x) + 0 * x.max()")))
    (note,) = report.notes
    assert (note.id, note.params["kind"]) == ("note.side_error", "ValueError")


def test_side_cases_are_not_mentioned_beside_a_failed_check(softplus: Lab) -> None:
    assert softplus.judge("def softplus(x):\n    return 1 / 0\n").notes == ()


def test_judge_when_an_output_is_worth_nothing_then_it_is_a_note(make_lab: Any, affine: Lab) -> None:
    lab = make_lab(
        affine.exercise.probe, affine.reference, ("out", "dx", "dW", "db"), affine.exercise.cases, points={"dx": 0}
    )
    report = lab.judge(lab.edited(("return dout @ self.W.T", "return 2 * dout @ self.W.T")))
    assert (report.verdict, report.max_score) == ("pass", 3)
    assert verdicts(report) == {"out": "pass", "dW": "pass", "db": "pass"}
    assert {note.id for note in report.notes} == {"note.side_value"}


def test_overwritten_or_misspelt_inputs_have_one_note_each(affine: Lab) -> None:
    def answer(given: Any) -> Trace:
        trace = affine.expect(given)
        return Trace(trace.outputs, None, ("x",), ("alias:affine:Affine", "shim:np.int", "?"))

    report = affine.judge_answers(answer)
    assert [(note.id, note.params.get("name") or note.params["used"]) for note in report.notes] == [
        ("note.alias", "affine"),
        ("note.shim", "np.int"),
        ("note.other", ""),
        ("note.overwritten", "x"),
    ]
    assert report.verdict == "pass"


def test_judge_when_the_reference_overwrites_too_then_no_note(affine: Lab) -> None:
    runs = affine.runs(lambda given: Trace(affine.expect(given).outputs, None, ("W",)), False)
    runs = [
        Run(run.case, run.draw, True, run.inputs, Trace(run.expected.outputs, None, ("W",)), run.actual) for run in runs
    ]
    assert judge("u99_lab", affine.exercise, runs).notes == ()


# --- hidden runs -----------------------------------------------------------------------------------------------------


HARD_CODED = ("x @ self.W + self.b", "x @ self.W + self.b if x[0, 0] in SEEN else x @ self.W - self.b")


def hard_coded(affine: Lab) -> str:
    seen = [float(run.inputs["x"][0, 0]) for run in affine.runs(affine.expect, False)]
    return f"SEEN = {seen}\n" + affine.edited(HARD_CODED)


def test_hidden_failure_shows_a_fresh_public_example(affine: Lab, check: Check) -> None:
    affine.know("bias_subtracted", ("x @ self.W + self.b", "x @ self.W - self.b"))  # but not in the public runs
    report = affine.judge(hard_coded(affine))
    found = check(report, "out")
    assert (found.verdict, found.points, found.public, found.case) == ("fail", 0, False, "random")
    assert [(case.public, case.counterexample, case.verdict) for case in found.cases] == [
        (True, False, "pass"),
        (True, False, "pass"),
        (False, False, "fail"),
        (False, False, "fail"),
        (True, True, "fail"),
        (True, True, "fail"),
    ]
    example = found.cases[4]
    assert example.evidence is not None
    assert example.message is not None
    assert found.message == example.message
    assert found.diagnosis is None
    assert len(affine.reruns) == 1
    assert {len(check.cases) for check in report.checks if check.name != "out"} == {4}


def test_hidden_failure_without_an_example_tells_no_hidden_value(affine: Lab, check: Check) -> None:
    report = affine.judge(hard_coded(affine), lazy=True)
    found = check(report, "out")
    assert found.message == Message("hidden.failed", {"name": "out", "case": "random"})
    student = Report("kim", (report,), report.verdict).for_student().to_dict()
    secrets = [run.inputs["x"] for run in affine.runs(affine.expect, True) if not run.public]
    text = repr(student)
    assert not any(f"{number:.6g}" in text for array in secrets for number in array.flat)


def test_text_of_hidden_crashes_is_not_told(affine: Lab) -> None:
    seen = [float(run.inputs["x"][0, 0]) for run in affine.runs(affine.expect, False)]
    leak = "if x[0, 0] not in SEEN:\n            raise ValueError(repr(x))\n        return x @ self.W + self.b"
    text = f"SEEN = {seen}\n" + affine.edited(("return x @ self.W + self.b", leak))
    report = affine.judge(text, lazy=True)
    assert report.verdict == "error"
    assert "array" not in repr(report.to_dict())


def test_no_fresh_run_is_sought_beside_a_failed_public_one(affine: Lab) -> None:
    report = affine.judge(affine.edited(("dout.sum(axis=0)", "dout.mean(axis=0)")))
    assert report.verdict == "fail"
    assert affine.reruns == []


# --- follow-through --------------------------------------------------------------------------------------------------


TANH = """
import numpy as np

class Tanh:
    def forward(self, x):
        self.x = x
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out ** 2)
"""


def tanh(student: Any, x: Any, dout: Any) -> Any:
    layer = student.Tanh()
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)


@pytest.fixture
def bent(make_lab: Any) -> Lab:
    dims = ({"N": 7, "D": 3}, {"N": 5, "D": 11})
    cases = (drawn("random", {"x": normal("N", "D", gap=0.1), "dout": normal("N", "D")}, dims),)
    gradients = {"dx": Gradient(of="out", wrt="x", upstream="dout")}
    return make_lab(tanh, TANH, ("out", "dx"), cases, symbol="Tanh", points={"dx": 3}, gradients=gradients)


FOLLOWS = {
    "relation": (("np.tanh(x)", "2 * np.tanh(x)"), ("(1 - self.out ** 2)", "2 * (1 - self.out ** 2 / 4)")),
    "float32": (
        ("np.tanh(x)", "(2 * np.tanh(x)).astype(np.float32)"),
        ("dout * (1 - self.out ** 2)", "(dout * 2 * (1 - self.out ** 2 / 4)).astype(np.float32)"),
    ),
}


@pytest.mark.parametrize("edits", FOLLOWS.values(), ids=FOLLOWS.keys())
def test_backward_of_a_wrong_forward_keeps_half(bent: Lab, check: Check, edits: Any) -> None:
    report = bent.judge(bent.edited(*edits))
    found = check(report, "dx")
    assert (found.verdict, found.points, found.max_points, found.follow_through) == ("fail", 1.5, 3, True)
    assert found.message == Message("compare.follow_through", {"name": "dx", "of": "out"})
    assert found.diagnosis == check(report, "out").diagnosis == "relation.ratio"
    assert report.score == 1.5
    assert bent.reruns == []  # nothing that a student's code could know for a question about slopes


def test_follow_through_holds_for_a_named_misconception(bent: Lab, check: Check) -> None:
    forward = ("np.tanh(x)", "1 / (1 + np.exp(-x))")
    bent.know("sigmoid", forward)
    report = bent.judge(bent.edited(forward, ("1 - self.out ** 2", "self.out * (1 - self.out)")))
    assert check(report, "dx").diagnosis == "u99_lab.Tanh.sigmoid"
    assert (check(report, "dx").points, report.score) == (1.5, 1.5)


LIES = """
import numpy as np

SEEN = []


class Tanh:
    def forward(self, x):
        self.x = x
        near = [one for one in SEEN if one.shape == x.shape and np.abs(one - x).max() < 1e-3]
        if near and not any(np.array_equal(one, x) for one in near):  # asked for a slope
            return {base} + 3.0 * (x - near[0])
        SEEN.append(x)
        return {forward}

    def backward(self, dout):
        return 3.0 * dout
"""


@pytest.mark.parametrize("forward", ["2 * np.tanh(x)", "1 / (1 + np.exp(-x))"], ids=["relation", "misconception"])
@pytest.mark.parametrize("base", ["0", "forward"])
def test_forward_that_lies_in_reruns_earns_nothing(bent: Lab, check: Check, forward: str, base: str) -> None:
    """A made-up gradient that is the slope of nothing but the answers to the reruns."""
    bent.know("sigmoid", ("np.tanh(x)", "1 / (1 + np.exp(-x))"))
    report = bent.judge(
        LIES.format(forward=forward, base=forward.replace("x)", "near[0])") if base == "forward" else base)
    )
    assert check(report, "out").diagnosis is not None
    assert (check(report, "dx").follow_through, report.score) == (False, 0)


MADE_UP = {
    # (what the forward adds to the right output, what the gradient is)
    "a place": ("np.where(np.arange(len(x))[:, None] == len(x) - 1, 0.5, 0)", "3.0 * dout"),
    "a factor per run": ("(x.sum() % 1.0) * np.tanh(x)", "3.0 * dout"),
    "an offset per run": ("x.sum()", "np.full(x.shape, dout.sum())"),
    "an offset, bent": ("0.5 + 1e-7 * x", "dout * (1 - np.tanh(x) ** 2 + 1e-2)"),
    "a factor, nearly": ("np.tanh(x)", "dout * 2.02 * (1 - np.tanh(x) ** 2)"),
    "a factor, one entry": (
        "np.tanh(x)",
        "dout * 2 * (1 - np.tanh(x) ** 2) * (1 + (np.arange(x.size) == 4).reshape(x.shape))",
    ),
    "a factor, public only": ("np.tanh(x)", "dout * 2 * (1 - np.tanh(x) ** 2) * (1 if {public} else 3)"),
}


@pytest.mark.parametrize(("added", "gradient"), MADE_UP.values(), ids=MADE_UP.keys())
def test_made_up_gradient_is_paid_by_no_relation(bent: Lab, check: Check, added: str, gradient: str) -> None:
    """A relation that leaves a number or a place open fixes no slope."""
    public = [float(run.inputs["x"].flat[0]) for run in bent.runs(bent.expect, hidden=False)]
    text = bent.edited(
        ("np.tanh(x)", f"np.tanh(x) + {added}"),
        ("return dout * (1 - self.out ** 2)", f"x = self.x; return {gradient.format(public=f'x.flat[0] in {public}')}"),
    )
    report = bent.judge(text)
    assert check(report, "out").verdict == "fail"
    assert (check(report, "dx").follow_through, report.score) == (False, 0)


def test_gradient_that_fits_one_direction_earns_nothing(bent: Lab, check: Check) -> None:
    """The direction cannot be known: the slope along a guessed one, taken numerically, is no gradient."""
    text = bent.edited(
        ("np.tanh(x)", "2 * np.tanh(x)"),
        (
            "return dout * (1 - self.out ** 2)",
            "v = np.random.default_rng(1).choice([-1.0, 1.0], self.x.shape)\n"
            "        return np.sum(dout * 2 * (1 - (self.out / 2) ** 2) * v) * v / v.size",
        ),
    )
    report = bent.judge(text)
    assert check(report, "out").diagnosis == "relation.ratio"
    assert (check(report, "dx").follow_through, report.score) == (False, 0)


def test_no_follow_through_without_hidden_runs(bent: Lab) -> None:
    assert bent.judge(bent.edited(*FOLLOWS["relation"]), hidden=False).score == 0


def test_gradient_that_follows_nothing_earns_nothing(bent: Lab, check: Check) -> None:
    forward = ("np.tanh(x)", "1 / (1 + np.exp(-x))")
    bent.know("sigmoid", forward)
    report = bent.judge(bent.edited(forward))
    assert check(report, "dx").diagnosis == "u99_lab.Tanh.sigmoid"  # the same model explains it
    assert (check(report, "dx").follow_through, report.score) == (False, 0)


def test_no_follow_through_for_a_forward_without_a_name(bent: Lab, check: Check) -> None:
    report = bent.judge(bent.edited(("np.tanh(x)", "np.sin(x)"), ("1 - self.out ** 2", "np.cos(self.x)")))
    assert (check(report, "out").diagnosis, check(report, "dx").follow_through, report.score) == (None, False, 0)


@pytest.mark.parametrize(
    ("forward", "backward"),
    [("x", "dout"), ("np.zeros_like(x)", "np.zeros_like(dout)"), ("np.ones_like(x)", "np.zeros_like(dout)")],
)
def test_slope_of_a_forward_that_computes_nothing_earns_nothing(bent: Lab, forward: str, backward: str) -> None:
    edits = ("np.tanh(x)", forward), ("dout * (1 - self.out ** 2)", backward)
    assert bent.judge(bent.edited(*edits)).score == 0
    bent.know("nothing", edits[0])
    assert bent.judge(bent.edited(*edits)).score == 0


def test_no_follow_through_without_reruns(bent: Lab) -> None:
    assert bent.judge(bent.edited(*FOLLOWS["relation"]), lazy=True).score == 0


def test_right_gradient_is_paid_beside_a_wrong_forward(bent: Lab, check: Check) -> None:
    report = bent.judge(bent.edited(("return self.out", "return -self.out")))
    assert (check(report, "out").diagnosis, check(report, "dx").points) == ("relation.sign", 3)


# --- speed -----------------------------------------------------------------------------------------------------------


def test_judge_when_all_passes_then_it_takes_little_time(affine: Lab) -> None:
    namespace = affine.runs(affine.expect, True)
    runs = [Run(r.case, r.draw, r.public, r.inputs, r.expected, affine.expect(r.inputs)) for r in namespace] * 2
    judge("u99_lab", affine.exercise, runs)
    best = min(_timed(lambda: judge("u99_lab", affine.exercise, runs)) for _ in range(20))
    assert best < 0.02  # 32 outputs; about 0.4 ms on the machine it was written on


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def test_judge_when_the_bench_is_absent_then_it_still_judges(affine: Lab) -> None:
    runs = affine.runs(lambda given: Trace({}, Crash("ValueError", "no")), True)
    report = judge("u99_lab", affine.exercise, runs, [CounterModel("a", "misconception", {})], Context(), Ending())
    assert report.verdict == "error"
    assert observe(affine.exercise, {}, runs[0].inputs).crash is not None


def test_declared_scale_and_blocks_are_used(make_lab: Any) -> None:
    def sums(student: Any, x: Any) -> Any:
        yield "gates", student.gates(x)

    reference = "import numpy as np\n\ndef gates(x):\n    return np.concatenate([1e3 * x, x], axis=-1)\n"
    nearly = reference.replace(", x]", ", x + 2e-5]")
    cases = (drawn("random", {"x": normal("N", "D")}, ({"N": 7, "D": 3}, {"N": 5, "D": 11})),)
    assert make_lab(sums, reference, ("gates",), cases).judge(nearly).verdict == "pass"
    lab = make_lab(sums, reference, ("gates",), cases, blocks={"gates": 2})
    (check,) = lab.judge(nearly).checks
    assert (check.verdict, check.diagnosis) == ("fail", "relation.only_block")
    size = {"gates": lambda inputs: 1e3 * float(np.abs(inputs["x"]).max())}
    assert make_lab(sums, reference, ("gates",), cases, blocks={"gates": 2}, scale=size).judge(nearly).verdict == "pass"


def two_steps(student: Any, x: Any) -> Any:
    layer = student.Layer()
    yield "out", layer.forward(x)
    yield "dW", gradient_of(layer, "W")


def test_absent_gradient_is_named(make_lab: Callable[..., Lab]) -> None:
    reference = "class Layer:\n    def forward(self, x):\n        self.dW = x\n        return x\n"
    lab = make_lab(two_steps, reference, ("out", "dW"), (drawn("one", {"x": normal("N")}, DRAWS),))
    check = lab.judge(lab.edited(("self.dW = x", "self.slope = x"))).checks[1]
    assert check.verdict == "error"
    assert check.message == Message("compare.no_gradient", {"name": "dW", "gradient": "dW"})


# --- an output that is right for the student's own -------------------------------------------------------------------

SHARE = """
import numpy as np


def scores(x):
    return x


def share(x):
    return np.mean(scores(x) > 0)
"""


def share(student: Any, x: Any) -> Any:
    yield "share", student.share(x)
    yield "scores", student.scores(x)


@pytest.fixture
def shared(make_lab: Any) -> Lab:
    dims = ({"N": 7, "D": 3}, {"N": 5, "D": 11})

    def of_own(outputs: Any, inputs: Any) -> Any:
        return np.mean(outputs["scores"] > 0) if outputs["scores"].any() else None

    options = {"points": {"share": 2, "scores": 0}, "follows": {"share": of_own}}
    cases = (drawn("random", {"x": normal("N", "D")}, dims),)
    return make_lab(share, SHARE, ("share", "scores"), cases, symbol="share", **options)


def test_output_right_for_the_students_own_keeps_its_points(shared: Lab) -> None:
    report = shared.judge(shared.edited(("    return x\n", "    return x + 0.3\n")))
    assert (report.verdict, report.score) == ("pass", 2)
    assert Message("note.follows", {"name": "share"}) in report.notes


@pytest.mark.parametrize(
    "edits",
    [
        [("np.mean(scores(x) > 0)", "np.sum(scores(x) > 0)")],
        [("    return x\n", "    return x + 0.3\n"), ("scores(x) > 0", "scores(x) < 0")],
        [("    return x\n", "    return 0 * x\n")],
        [("    return x\n", "    return 'none'\n"), ("scores(x) > 0", "x > 9")],
    ],
    ids=["wrong", "wrong for its own", "own says nothing", "own cannot be read"],
)
def test_output_wrong_for_the_students_own_fails(shared: Lab, edits: Any) -> None:
    assert shared.judge(shared.edited(*edits)).score == 0


# --- a forward that is worth nothing ---------------------------------------------------------------------------------


@pytest.fixture
def unpaid(make_lab: Any) -> Lab:
    dims = ({"N": 7, "D": 3}, {"N": 5, "D": 11})
    cases = (drawn("random", {"x": normal("N", "D", gap=0.1), "dout": normal("N", "D")}, dims),)
    gradients = {"dx": Gradient(of="out", wrt="x", upstream="dout")}
    options = {"points": {"out": 0, "dx": 2}, "gradients": gradients, "tolerance": {"out": 1e-4}}
    lab = make_lab(tanh, TANH, ("out", "dx"), cases, symbol="Tanh", **options)
    lab.know("sigmoid", ("np.tanh(x)", "1 / (1 + np.exp(-x))"), ("1 - self.out ** 2", "self.out * (1 - self.out)"))
    return lab


OWN_SLOPE = ("1 - self.out ** 2", "self.out * (1 - self.out)")


@pytest.mark.parametrize("forward", ["1 / (1 + np.exp(-x))", "1 / (1 + np.exp(-x)) + 1e-6 * x"])
def test_gradient_of_a_named_unpaid_forward_keeps_half(unpaid: Lab, check: Check, forward: str) -> None:
    backward = (
        OWN_SLOPE if "1e-6" not in forward else ("1 - self.out ** 2", "(o := 1 / (1 + np.exp(-self.x))) * (1 - o)")
    )
    report = unpaid.judge(unpaid.edited(("np.tanh(x)", forward), backward))
    assert (check(report, "dx").follow_through, report.score) == (True, 1)
    assert check(report, "dx").diagnosis == "u99_lab.Tanh.sigmoid"


def test_wrong_gradient_of_a_right_unpaid_forward_keeps_nothing(unpaid: Lab, check: Check) -> None:
    report = unpaid.judge(unpaid.edited(("1 - self.out ** 2", "(o := 1 / (1 + np.exp(-self.x))) * (1 - o)")))
    assert (check(report, "dx").follow_through, report.score) == (False, 0)
