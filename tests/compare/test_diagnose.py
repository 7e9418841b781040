"""Diagnosis: a mistake is named when one counter-model alone gives the student's numbers, and never otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graders.compare.context import Group
from graders.reports.report import CheckReport, ExerciseReport
from graders.spec import drawn, literal, normal

DW = ("self.x.T @ dout", "(self.x.T @ dout).T.copy()")
DB_MEAN = ("dout.sum(axis=0)", "dout.mean(axis=0)")
DB_AXIS = ("dout.sum(axis=0)", "dout.sum(axis=1)")
DX = ("dout @ self.W.T", "2 * dout @ self.W.T + self.x")
NO_BIAS = ("x @ self.W + self.b", "x @ self.W")
ODD = ("dout.sum(axis=0)", "(dout**3).sum(axis=0)")

Lab = Any
Check = Callable[..., CheckReport]


def named(report: ExerciseReport) -> dict[str, str | None]:
    """Diagnosis per failing check, without the exercise's name."""
    failing = [check for check in report.checks if check.verdict != "pass"]
    prefix = "u99_lab.Affine."
    return {check.name: check.diagnosis.removeprefix(prefix) if check.diagnosis else None for check in failing}


def test_model_that_explains_everything_is_named(affine: Lab, check: Check) -> None:
    affine.know("dw_transposed", DW)
    affine.know("db_mean", DB_MEAN)
    report = affine.judge(affine.edited(DW))
    found = check(report, "dW")
    assert found.diagnosis == "u99_lab.Affine.dw_transposed"
    assert found.hint == {"en": ("where", "relation", "question?"), "ko": ("어디", "관계", "질문?")}
    assert found.message is not None
    assert found.message.params == {"name": "dW", "actual": "(5, 3)", "expected": "(3, 5)"}
    assert (report.score, report.max_score, report.verdict) == (4, 5, "fail")


def test_two_bugs_in_different_outputs_are_both_named(affine: Lab) -> None:
    affine.know("dw_transposed", DW)
    affine.know("db_mean", DB_MEAN)
    assert named(affine.judge(affine.edited(DW, DB_MEAN))) == {"dW": "dw_transposed", "db": "db_mean"}


def test_only_the_known_one_of_two_bugs_is_named(affine: Lab) -> None:
    affine.know("dw_transposed", DW)
    affine.know("db_mean", DB_MEAN)
    assert named(affine.judge(affine.edited(DW, ODD))) == {"dW": "dw_transposed", "db": None}


def test_judge_when_the_bug_is_unknown_then_no_model_is_named(affine: Lab) -> None:
    affine.know("dw_transposed", DW)
    affine.know("db_mean", DB_MEAN)
    assert named(affine.judge(affine.edited(ODD))) == {"db": None}


def test_judge_when_two_models_explain_it_then_neither_is_named(affine: Lab) -> None:
    affine.know("mean", ODD)
    affine.know("half", ("dout.sum(axis=0)", "(dout * dout * dout).sum(axis=0)"))
    assert named(affine.judge(affine.edited(ODD))) == {"db": None}


def test_first_of_declared_twins_is_named(affine: Lab) -> None:
    affine.know("cube", ODD)
    affine.know("thrice", ("dout.sum(axis=0)", "(dout * dout * dout).sum(axis=0)"), twins=("cube",))
    assert named(affine.judge(affine.edited(ODD))) == {"db": "cube"}


def test_what_a_group_has_in_common_is_said_where_nothing_tells_its_members_apart(affine: Lab) -> None:
    shared = Group("powers", {"en": "a power"}, {"en": ("a", "b", "c?")})
    affine.know("cube", ODD, shared=shared)
    affine.know("thrice", ("dout.sum(axis=0)", "(dout * dout * dout).sum(axis=0)"), shared=shared)
    affine.know("db_mean", DB_MEAN, shared=shared)
    (check,) = [one for one in affine.judge(affine.edited(ODD)).checks if one.diagnosis]
    assert (check.diagnosis, check.title) == ("u99_lab.Affine.powers", {"en": "a power"})
    assert check.hint == {"en": ("a", "b", "c?")}
    assert named(affine.judge(affine.edited(DB_MEAN))) == {"db": "db_mean"}
    affine.know("alone", ("dout.sum(axis=0)", "(dout * dout * dout + 0).sum(axis=0)"))
    assert named(affine.judge(affine.edited(ODD))) == {"db": None}


def test_narrower_model_is_not_named_when_a_wider_one_fits(affine: Lab) -> None:
    both = (DW, DB_MEAN)
    affine.know("db_mean", DB_MEAN)
    affine.know("both", *both)
    assert named(affine.judge(affine.edited(*both))) == {"dW": "both", "db": "both"}
    assert named(affine.judge(affine.edited(*both, DX))) == {"dx": None, "dW": "both", "db": "both"}


def test_model_wrong_where_the_student_is_right_is_out(affine: Lab) -> None:
    affine.know("forward_and_db", NO_BIAS, ODD)
    assert named(affine.judge(affine.edited(ODD))) == {"db": None}


def test_forward_model_is_named_though_it_spoils_a_gradient(affine: Lab) -> None:
    affine.know("bias_in_place", ("return x @ self.W + self.b", "self.x = x + 1\n        return x @ self.W - self.b"))
    report = affine.judge(affine.edited(("x @ self.W + self.b", "x @ self.W - self.b")))
    assert named(report) == {"out": "bias_in_place"}


def test_judge_when_both_crash_alike_then_the_crash_is_named(affine: Lab, check: Check) -> None:
    affine.know("dx_without_transpose", ("dout @ self.W.T", "dout @ self.W"))
    report = affine.judge(affine.edited(("return dout @ self.W.T", "wrong = dout @ self.W\n        return wrong")))
    assert named(report) == dict.fromkeys(("dx", "dW", "db"), "dx_without_transpose")
    assert report.verdict == "error"
    found = check(report, "dx").message
    assert found is not None
    assert (found.id, found.params["line"], found.params["kind"]) == ("compare.raised_line", 16, "ValueError")


def test_crash_of_another_line_with_the_same_sizes_is_not_named(affine: Lab) -> None:
    affine.know("dw_without_transpose", ("self.x.T @ dout", "self.x @ dout"))
    report = affine.judge(affine.edited(("dout @ self.W.T", "self.W.T @ dout")))
    assert named(report) == dict.fromkeys(("dx", "dW", "db"))


def gate(student: Any, x1: Any, x2: Any) -> Any:
    yield "y", student.AND(x1, x2)


AND = "def AND(x1, x2):\n    return int(0.5 * x1 + 0.5 * x2 - 0.7 > 0)\n"


@pytest.mark.parametrize(("bias", "expected"), [("- 0.3", "u99_lab.gate.swapped"), ("+ 9.0", None), ("- 9.0", None)])
def test_all_literal_cases_decide(make_lab: Any, bias: str, expected: str | None) -> None:
    cases = tuple(literal(f"{a}{b}", {"x1": a, "x2": b}) for a in (0, 1) for b in (0, 1))
    lab = make_lab(gate, AND, ("y",), cases)
    lab.know("swapped", ("- 0.7", "- 0.2"))
    (check,) = lab.judge(AND.replace("- 0.7", bias)).checks
    assert check.verdict == "fail"
    assert check.diagnosis == expected


def double(student: Any, x: Any, scale: Any) -> Any:
    yield "y", student.double(x, scale)


DOUBLE = "def double(x, scale):\n    return 2 * x if scale < 5 else 2 * x + 1\n"


def test_model_that_differs_on_one_draw_is_not_named(make_lab: Any) -> None:
    dims = ({"N": 7, "K": 3}, {"N": 5, "K": 11})
    cases = (drawn("random", {"x": normal("N"), "scale": normal(shift=1.0, scale=0.0)}, dims),)
    lab = make_lab(double, "def double(x, scale):\n    return 2 * x\n", ("y",), cases)
    wrong = ("2 * x", "2 * x if len(x) == 7 else 2 * x + x**2")
    lab.know("long_only", wrong)
    (check,) = lab.judge(lab.edited(wrong)).checks
    assert (check.verdict, check.diagnosis) == ("fail", None)


def test_right_variant_passes_with_a_note(affine: Lab) -> None:
    variant = (("x @ self.W + self.b", "(x @ self.W + self.b) * 3"), ("return dout @", "return 3 * dout @"))
    affine.know("threefold", *variant, kind="variant")
    report = affine.judge(affine.edited(*variant))
    assert (report.verdict, report.score) == ("pass", report.max_score)
    assert [(note.id, note.params["en"]) for note in report.notes] == [("note.variant", "threefold is fine")]
    assert {case.verdict for check in report.checks for case in check.cases} == {"pass"}


def test_forward_and_backward_of_two_conventions_are_no_variant(affine: Lab) -> None:
    forward, backward = ("x @ self.W + self.b", "(x @ self.W + self.b) * 3"), ("return dout @", "return 3 * dout @")
    affine.know("threefold", forward, backward, kind="variant")
    report = affine.judge(affine.edited(forward))
    assert named(report) == {"out": "relation.ratio"}
    assert report.notes == ()


def test_bug_in_a_variant_is_all_that_costs(affine: Lab) -> None:
    variant = (("x @ self.W + self.b", "(x @ self.W + self.b) * 3"), ("return dout @", "return 3 * dout @"))
    affine.know("threefold", *variant, kind="variant")
    affine.know("db_mean", DB_MEAN)
    report = affine.judge(affine.edited(*variant, DB_MEAN))
    assert named(report) == {"db": "db_mean"}
    assert report.score == report.max_score - 1


def labels(student: Any, x: Any) -> Any:
    yield "y", student.labels(x)


LABELS = "import numpy as np\n\ndef labels(x):\n    return np.where(x >= 0, 1, -1)\n"
FLIPPED = ("x >= 0", "(x >= 0) ^ (np.arange(len(x)) % 5 == 4)")


@pytest.mark.parametrize(
    ("sizes", "hidden", "expected"), [((7, 5), False, False), ((7, 5), True, True), ((61, 53), False, True)]
)
def test_few_flipped_labels_need_more_runs(make_lab: Any, sizes: tuple[int, int], hidden: bool, expected: bool) -> None:
    dims = [{"N": size} for size in sizes]
    lab = make_lab(labels, LABELS, ("y",), (drawn("random", {"x": normal("N")}, dims),))
    lab.know("every_fifth", FLIPPED)
    (check,) = lab.judge(lab.edited(FLIPPED), hidden).checks
    assert (check.verdict, check.diagnosis == "u99_lab.labels.every_fifth") == ("fail", expected)


def test_model_that_agrees_only_in_public_labels_is_out(make_lab: Any) -> None:
    dims = [{"N": 31}, {"N": 29}]
    lab = make_lab(labels, LABELS, ("y",), (drawn("random", {"x": normal("N")}, dims),))
    lab.know("every_fifth", FLIPPED)
    seen = [float(run.inputs["x"][0]) for run in lab.runs(lab.expect, False)]
    twisted = ("x >= 0", f"(x >= 0) ^ (np.arange(len(x)) % 5 == (4 if x[0] in {seen} else 3))")
    (check,) = lab.judge(lab.edited(twisted), hidden=False).checks
    assert check.diagnosis == "u99_lab.labels.every_fifth"
    (check,) = lab.judge(lab.edited(twisted)).checks
    assert check.diagnosis is None


def accuracy(student: Any, y: Any) -> Any:
    yield "accuracy", student.accuracy(y)


def test_judge_when_a_count_stands_for_a_share_then_it_is_named(make_lab: Any) -> None:
    dims = [{"N": 31}, {"N": 29}]
    reference = "def accuracy(y):\n    return float((y > 0).sum() / len(y))\n"
    lab = make_lab(accuracy, reference, ("accuracy",), (drawn("random", {"y": normal("N")}, dims),))
    lab.know("count", (" / len(y)", ""))
    (check,) = lab.judge(lab.edited((" / len(y)", " / 1")), hidden=False).checks
    assert check.diagnosis == "u99_lab.accuracy.count"
