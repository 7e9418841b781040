"""Reports in the words of their unit: what a case is called stands wherever the report names it."""

from __future__ import annotations

from pathlib import Path

from graders.courses.course import Course
from graders.feedback.messages import render_message
from graders.feedback.selection import own_line
from graders.grading.annotate import advised, located, sourced, titled
from graders.messages.message import Message
from graders.reports.report import CaseReport, CheckReport, ExerciseReport
from graders.spec import Exercise, Gradient, Unit, literal

ABOUT = Unit({"ko": "단원", "en": "unit"}, cases={"around 1000": "1000 근처", "stable": "수치 안정성"})


def test_named_cases_are_in_both_languages_wherever_mentioned() -> None:
    params = {"name": "out", "case": "around 1000"}
    case = CaseReport("around 1000", 0, True, "fail", Message("note.side", params))
    check = CheckReport("out", "stable", "fail", 0, 1, "around 1000", message=Message("hidden.failed", params))
    check = CheckReport.from_dict({**check.to_dict(), "cases": [case.to_dict()]})
    report = titled(ExerciseReport("u06", "f", "fail", (check,), (Message("note.side", params),)), ABOUT)
    (check,) = report.checks
    assert check.group_title == {"ko": "수치 안정성", "en": "stable"}
    assert check.cases[0].case_title == {"ko": "1000 근처", "en": "around 1000"}
    assert (check.group, check.case, check.cases[0].case) == ("stable", "around 1000", "around 1000")
    for message in (check.message, check.cases[0].message, report.notes[0]):
        assert message is not None
        assert "1000 근처" in render_message(message, "ko")
        assert "around 1000" in render_message(message, "en")
    assert titled(report, ABOUT) == report


def test_unnamed_case_stays_as_it_is() -> None:
    check = CheckReport(
        "y", "core", "fail", 0, 1, "XOR", message=Message("hidden.failed", {"name": "y", "case": "XOR"})
    )
    report = ExerciseReport("u01", "XOR", "fail", (check,))
    assert titled(report, ABOUT) == report


AFFINE = """import numpy as np

class Affine:
    def forward(self, x):
        return x @ self.W

    def backward(self, dout):
        return dout @ self.W
"""
EXERCISE = Exercise(
    lambda student: iter(()),
    title={"en": "Affine", "ko": "Affine"},
    outputs=("out", "dx", "W", "y"),
    cases=(literal("one", {"x": 1.0}),),
    symbol="Affine",
    gradients={"W": Gradient(of="out", wrt="x")},
)


def own(name: str, message: Message | None = None, verdict: str = "fail") -> tuple[object, str]:
    """Line and source of one check."""
    check = CheckReport(name, "core", verdict, 0, 1, message=message)
    report = sourced(ExerciseReport("u06", "Affine", verdict, (check,)), EXERCISE, AFFINE)
    (found,) = located(report, None).checks
    return found.line, found.source


def test_wrong_output_has_the_line_of_its_method() -> None:
    assert own("out") == (4, "def forward(self, x):")
    assert own("W") == own("dx") == (7, "def backward(self, dout):")


def test_line_when_the_code_stopped_then_where_it_did() -> None:
    assert own("dx", Message("compare.raised_line", {"line": 5}), "error") == (5, "return x @ self.W")
    assert own("dx", Message("compare.raised_line", {"line": 500}), "error") == (None, "")


def test_line_when_it_passes_or_is_not_written_then_none() -> None:
    assert own("out", verdict="pass") == own("out", verdict="missing") == (None, "")


def test_line_when_in_a_notebook_then_as_the_student_knows_it() -> None:
    report = sourced(
        ExerciseReport("u06", "Affine", "fail", (CheckReport("out", "core", "fail", 0, 1),)), EXERCISE, AFFINE
    )
    (check,) = located(report, lambda line: {"id": "source.place", "params": {"cell": 4, "line": line - 2}}).checks
    assert own_line(check, "en") == ("your line 2 of cell 4", "def forward(self, x):")
    assert own_line(check, "ko") == ("내 코드 4번 셀 2번째 줄", "def forward(self, x):")
    assert CheckReport.from_dict(check.to_dict()) == check


def test_what_waits_for_a_stub_of_another_unit_is_not_to_be_fixed_first() -> None:
    spec = Course(Path(__file__).parents[2]).spec("u08_training")

    def report(name: str, id: str) -> ExerciseReport:
        check = CheckReport("out", "core", "error", 0, 1, message=Message(id))
        return ExerciseReport(spec.unit, name, "error", (check,))

    def told(id: str) -> list[str]:
        both = [report("MultiLayerNet.predict", id), report("MultiLayerNet.loss", id)]
        return [note.id for one in advised(lambda _: spec, both) for note in one.notes]

    assert told("compare.raised_line") == ["after"]
    assert told("compare.used_unwritten_line") == []
