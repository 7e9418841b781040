"""Reports in the words of their unit: what a case is called stands wherever the report names it."""

from __future__ import annotations

from graders.feedback.messages import render_message
from graders.reports import titled
from graders.spec import Unit
from graders.verdict import CaseReport, CheckReport, ExerciseReport, Message

ABOUT = Unit({"ko": "단원", "en": "unit"}, cases={"around 1000": "1000 근처", "stable": "수치 안정성"})


def test_report_when_its_unit_names_cases_then_every_mention_has_both_languages() -> None:
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


def test_report_when_its_unit_does_not_name_the_case_then_it_stays_as_it_is() -> None:
    check = CheckReport(
        "y", "core", "fail", 0, 1, "XOR", message=Message("hidden.failed", {"name": "y", "case": "XOR"})
    )
    report = ExerciseReport("u01", "XOR", "fail", (check,))
    assert titled(report, ABOUT) == report
