"""What is said where no misconception fits all: one relation for everything, other inputs, where to look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from graders.compare.ladders_beside import BESIDE
from graders.reports.report import CheckReport, ExerciseReport
from graders.spec import Draw, drawn, labels, normal
from tests.compare.conftest import LAYER, Lab

Check = Callable[..., CheckReport]
NETS = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 7, "M": 3})


def said(report: ExerciseReport) -> dict[str, str | None]:
    return {check.name: check.diagnosis for check in report.checks if check.verdict != "pass"}


# --- one relation for all that fails ---------------------------------------------------------------------------------

GRADIENTS = (
    ("self.dW = self.x.T @ dout", "self.dW = self.x.T @ dout / len(dout)"),
    ("self.db = dout.sum(axis=0)", "self.db = dout.mean(axis=0)"),
)


def test_by_one_when_a_name_fits_a_part_and_a_relation_all_then_the_relation_is_said(affine: Lab) -> None:
    affine.know("db_averaged", ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    report = affine.judge(affine.edited(*GRADIENTS))
    assert said(report) == {"dW": "relation.too_small_batch", "db": "relation.too_small_batch"}


def test_by_one_when_only_that_part_fails_then_its_name_is_said(affine: Lab) -> None:
    affine.know("db_averaged", ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    report = affine.judge(affine.edited(GRADIENTS[1]))
    assert said(report) == {"db": "u99_lab.Affine.db_averaged"}


def test_by_one_when_the_rest_is_wrong_otherwise_then_the_name_stays(affine: Lab) -> None:
    affine.know("db_averaged", ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    report = affine.judge(affine.edited(("self.x.T @ dout", "3 * (self.x.T @ dout)"), GRADIENTS[1]))
    assert said(report) == {"dW": "relation.ratio", "db": "u99_lab.Affine.db_averaged"}


def test_by_one_when_the_name_is_that_of_what_comes_first_then_it_stays(affine: Lab) -> None:
    affine.know("doubled", ("x @ self.W + self.b", "2 * (x @ self.W + self.b)"))
    report = affine.judge(
        affine.edited(
            ("x @ self.W + self.b", "2 * (x @ self.W + self.b)"),
            ("self.x.T @ dout", "2 * self.x.T @ dout"),
            ("dout.sum(axis=0)", "2 * dout.sum(axis=0)"),
            ("return dout @ self.W.T", "return 2 * dout @ self.W.T"),
        )
    )
    assert said(report)["out"] == "u99_lab.Affine.doubled"


# --- the same array --------------------------------------------------------------------------------------------------

TWICE = """
import numpy as np

def Twice(x):
    return np.tanh(x)
"""


def _twice(student: Any, x: Any) -> Any:
    y = student.Twice(x)
    yield "y", y
    yield "kept", y


def _apart(student: Any, x: Any) -> Any:
    y = student.Twice(x)
    yield "y", y
    yield "kept", y + np.sin(y)


@pytest.mark.parametrize(
    ("probe", "expected"),
    [(_twice, {"y": "relation.times", "kept": "relation.times"}), (_apart, {"y": "relation.times"})],
)
def test_same_when_two_outputs_are_one_array_then_one_cause_is_said(
    make_lab: Callable[..., Lab], probe: Any, expected: Mapping[str, str]
) -> None:
    case = drawn("random", {"x": normal("N", "D")}, LAYER)
    lab = make_lab(probe, TWICE, ("y", "kept"), (case,), symbol="Twice")
    report = lab.judge(lab.edited(("np.tanh(x)", "np.tanh(x) * x")))
    found = {name: diagnosis for name, diagnosis in said(report).items() if diagnosis}
    assert found == expected


# --- other inputs ----------------------------------------------------------------------------------------------------

PICK = """
import numpy as np

def Pick(x, t, h, W, U):
    z = np.tanh(x @ W + h @ U)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(t)), t]) * (1 + z.sum(axis=1) ** 2)
"""


def _pick(student: Any, x: Any, t: Any, h: Any, W: Any, U: Any) -> Any:
    yield "y", student.Pick(x, t, h, W, U)


INPUTS: dict[str, Draw] = {
    "x": normal("N", "D"),
    "t": labels("N", classes="M"),
    "h": normal("N", "D"),
    "W": normal("D", "M"),
    "U": normal("D", "M"),
}


@pytest.fixture
def pick(make_lab: Callable[..., Lab]) -> Lab:
    return make_lab(_pick, PICK, ("y",), (drawn("random", INPUTS, NETS),), symbol="Pick")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("np.arange(len(t)), t]", "np.arange(len(t)), t - 1]"), ("as_if_lower", "t")),
        (("h @ U", "0"), ("as_if_zero", "h")),
        (("h @ U", "-h @ U"), ("as_if_negated", "h")),
        (("x @ W + h @ U", "h @ W + x @ U"), ("as_if_swapped", "x")),
        (("x @ W", "x @ W.reshape(W.shape[::-1]).T"), ("as_if_reread", "W")),
        (("x @ W", "x[::-1] @ W"), ("as_if_reversed", "x")),
        (("h @ U", "np.sin(h) @ U"), None),
        (("np.tanh(x @ W + h @ U)", "np.tanh(0.9 * (x @ W + h @ U))"), None),
    ],
)
def test_as_if_when_the_values_are_right_for_other_inputs_then_they_are_named(
    pick: Lab, check: Check, edit: tuple[str, str], expected: tuple[str, str] | None
) -> None:
    found = check(pick.judge(pick.edited(edit)), "y")
    assert found.verdict == "fail"
    if expected is None:
        assert found.diagnosis is None
    else:
        assert found.message is not None
        assert (found.diagnosis, found.message.params["input"]) == (f"relation.{expected[0]}", expected[1])
        assert found.hint == BESIDE["as_if"]


def test_as_if_when_the_reference_is_not_there_then_it_is_not_asked(pick: Lab, check: Check) -> None:
    found = check(pick.judge(pick.edited(("h @ U", "0")), hidden=False, practice=True), "y")
    assert (found.verdict, found.diagnosis) == ("fail", None)


# --- where to look ---------------------------------------------------------------------------------------------------


def rung(found: CheckReport, number: int) -> str:
    assert found.hint is not None
    assert set(found.hint) == {"ko", "en"}
    assert len(found.hint["ko"]) == len(found.hint["en"])
    return found.hint["en"][number]


def test_located_when_only_a_gradient_is_wrong_then_the_way_back_is_said(affine: Lab, check: Check) -> None:
    found = check(affine.judge(affine.edited(("return dout @ self.W.T", "return np.cos(dout @ self.W.T) + 9"))), "dx")
    assert found.diagnosis is None
    assert rung(found, 0).startswith("out, dW, db: right; dx: not.")
    assert "way back" in rung(found, 0)
    assert "No value of dx is right" in rung(found, 1)


def test_located_when_something_earlier_is_wrong_then_that_comes_first(affine: Lab, check: Check) -> None:
    text = affine.edited(
        ("x @ self.W + self.b", "np.sin(x @ self.W) + self.b"), ("dout.sum(axis=0)", "np.cos(dout).sum(axis=0)")
    )
    report = affine.judge(text)
    assert rung(check(report, "db"), 0).startswith("Start with out")
    assert "Once out is right" in rung(check(report, "db"), 1) or "No value" in rung(check(report, "db"), 1)
    assert "out" not in rung(check(report, "out"), 0).partition("right")[0]


def _mean(student: Any, x: Any) -> Any:
    yield "y", student.Mean(x)


def test_located_when_one_row_is_right_then_the_axis_is_said(make_lab: Callable[..., Lab], check: Check) -> None:
    rows = {"x": normal("N", "D")}
    cases = (drawn("one row", rows, ({"N": 1, "D": 3}, {"N": 1, "D": 5})), drawn("random", rows, LAYER))
    lab = make_lab(_mean, "def Mean(x):\n    return x.sum(axis=0) ** 3\n", ("y",), cases, symbol="Mean")
    found = check(lab.judge(lab.edited(("x.sum(axis=0) ** 3", "(x ** 3).sum(axis=0)"))), "y")
    assert found.diagnosis is None
    assert "right where N is 1" in rung(found, 1)


def test_located_when_only_one_group_is_wrong_then_it_is_said(make_lab: Callable[..., Lab], check: Check) -> None:
    cases = (
        drawn("random", {"x": normal("N", "D")}, LAYER),
        drawn("large", {"x": normal("N", "D", scale=30.0)}, LAYER, group="stable"),
    )
    lab = make_lab(_twice, TWICE, ("y",), cases, symbol="Twice")
    text = lab.edited(("np.tanh(x)", "np.where(np.abs(x) > 6, np.sin(3 * x) * np.sign(x - 1) * 1.7, np.tanh(x))"))
    found = check(lab.judge(text), "y", "stable")
    assert found.verdict == "fail"
    assert "“core”" in rung(found, 1)
    assert "“stable”" in rung(found, 1)


def test_located_when_it_crashed_then_the_exception_says_where(affine: Lab, check: Check) -> None:
    found = check(affine.judge(affine.edited(("return dout @ self.W.T", "return dout @ self.W"))), "dx")
    assert found.verdict == "error"
    assert found.hint is None


def _power(student: Any, x: Any, k: Any) -> Any:
    yield "y", student.Power(x, k)


@pytest.mark.parametrize("right", [1, 2])
def test_located_when_a_number_decides_then_it_is_said(make_lab: Callable[..., Lab], check: Check, right: int) -> None:
    cases = [drawn(f"k = {k}", {"x": normal("N", "D"), "k": k}, LAYER) for k in (1, 2, 3)]
    lab = make_lab(_power, "def Power(x, k):\n    return x ** k\n", ("y",), tuple(cases), symbol="Power")
    text = lab.edited(("x ** k", f"x ** k + 0.1 * abs(x) ** 2.5 * (k - {right})"))
    assert f"right where k is {right}" in rung(check(lab.judge(text), "y"), 1)
