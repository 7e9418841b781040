"""What reports say in sum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graders.feedback import class_summary, points, selection, totals
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report


def test_percent_when_almost_full_then_not_a_hundred() -> None:
    assert points.percent(199, 200) == "99%"
    assert points.percent(200, 200) == "100%"
    assert points.percent(None, 200) == points.percent(0, 0) == "–"


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (2.5, "2.5"), (1 / 3, "0.33"), (0, "0"), (100, "100"), (None, "–")]
)
def test_number_when_shown_then_without_idle_decimals(value: float, text: str) -> None:
    assert points.number(value) == text


def test_attention_when_flagged_only_by_a_flag_then_still_first(classroom: list[Report]) -> None:
    quiet = replace(classroom[0], student="zz", flags=(classroom[2].message and (classroom[2].message,)) or ())
    ordered = selection.by_attention([*classroom, quiet])
    assert selection.needs_a_look(quiet)
    assert [report.student for report in ordered[-2:]] == ["=cmd()", "lee-seojun"]


def test_diagnoses_when_counted_then_by_student_and_not_by_check(student: Report) -> None:
    twice = replace(student.exercises[2], checks=student.exercises[2].checks * 2)
    found = class_summary.common_mistakes([replace(student, exercises=(twice,))], "en")
    assert [len(mistake.students) for mistake in found] == [1, 1]


def test_case_when_public_and_counterexample_then_the_public_one(student: Report) -> None:
    public, hidden = student.exercises[2].checks[2], student.exercises[2].checks[3]
    both = replace(public, cases=(*hidden.cases, *public.cases))
    found = selection.shown_case(both)
    assert found is not None
    assert not found.counterexample


def test_hints_when_a_language_is_missing_then_the_other(student: Report) -> None:
    check = replace(student.exercises[2].checks[2], hint={"ko": ("하나",)})
    assert selection.hint_rungs(check, "en") == ("하나",)
    assert selection.hint_rungs(replace(check, hint=None), "en") == ()


def test_histogram_when_full_marks_then_the_last_bar(classroom: list[Report]) -> None:
    assert class_summary.histogram(classroom, 10) == [1, 0, 0, 2, 0, 0, 0, 0, 0, 3]


def test_sums_when_something_did_not_run_then_they_leave_it_out(clean: Report) -> None:
    checks = tuple(replace(check, verdict="not_run", points=0) for check in clean.exercises[0].checks)
    lame = replace(clean, exercises=(replace(clean.exercises[0], verdict="not_run", checks=checks),), verdict="fail")
    assert selection.needs_a_look(lame)
    assert class_summary.median_percent([lame, clean]) == 100
    assert sum(class_summary.histogram([lame, clean], 10)) == 1
    assert ("u06_backprop", "Relu", 1, 1) in class_summary.exercise_results([lame, clean])
    assert totals.no_score(lame, "en") == "No score yet: none of it could be run here."


def test_exercises_when_ranked_then_hardest_first(classroom: list[Report]) -> None:
    results = class_summary.exercise_results(classroom)
    assert results[-1] == ("u06_backprop", "Relu", 6, 6)
    assert results[0][2] == 0


def test_median_when_even_then_between_the_middle_two(classroom: list[Report]) -> None:
    scored = [report for report in classroom if report.score is not None]
    assert class_summary.median_percent(scored) == pytest.approx((100 * 8 / 23 + 100) / 2)
    assert class_summary.median_percent(scored[:1]) == 100
    assert class_summary.median_percent([]) is None


def test_named_mistake_is_in_the_language_asked_for(student: Report) -> None:
    check = replace(student.exercises[2].checks[2], title={"en": "dW mirrored", "ko": "dW가 전치됨"})
    assert selection.mistake_title(check, "ko") == "dW가 전치됨"
    assert selection.mistake_title(replace(check, title=None), "ko") == "dW transposed"


def test_words_when_several_submissions_share_them_then_once(classroom: list[Report]) -> None:
    again = replace(classroom[3], student="yang")
    (first,) = [about for sentence, about in class_summary.same_words([*classroom, again], "en") if len(about) > 1]
    assert [report.student for report in first] == ["zoe", "yang"]


def test_table_says_what_could_not_be_graded_before_flags() -> None:
    check = CheckReport("out", "core", "rejected", 0, 1, message=Message("ending.rejected", {"detail": "0 bytes."}))
    exercises = tuple(ExerciseReport("u06", name, "rejected", (check, check)) for name in ("Relu", "Affine"))
    flag = Message("policy.flag", {"unit": "u06", "line": 1, "what": "x", "rule": "y"})
    report = Report("kim", exercises, "rejected", flags=(flag,))
    ((sentence, _),) = class_summary.same_words([report], "en")
    assert sentence.startswith("Relu, Affine: What came back from your code could not be read")
    assert "0 bytes" not in sentence
    assert selection.submission_message(Report("kim", (), "flagged", flags=(flag,))) == flag


def raised(name: str, output: str, line: int | None) -> ExerciseReport:
    params = {"name": "dx", "at": output, "kind": "SystemExit", "text": "3"} | ({"line": line} if line else {})
    checks = [CheckReport(one, "core", "error", 0, 1, message=Message("compare.raised", params)) for one in "ab"]
    return ExerciseReport("u01", name, "error", tuple(checks))


def test_unit_when_the_module_stops_then_it_is_told_once() -> None:
    stopped = Message("compare.stopped_line", {"kind": "NameError", "text": "no", "line": 7})
    checks = (CheckReport("a", "core", "error", 0, 1, message=stopped),)
    exercises = tuple(ExerciseReport("u01", name, "error", checks) for name in ("AND", "fit"))
    assert selection.UnitScore("u01", 0, 2, exercises).message == stopped


def test_different_exceptions_and_single_exercises_are_each_told() -> None:
    for exercises in (
        (raised("AND", "y", 7), raised("fit", "w", 8)),
        (raised("AND", "y", 7), raised("fit", "w", 7)),  # one line that all of them call
        (raised("AND", "y", 7),),
    ):
        assert selection.UnitScore("u01", 0, 4, exercises).message is None


def test_change_of_points_since_the_last_report_is_told(clean: Report) -> None:
    again = replace(clean, before={"u06_backprop.Relu": 0.5, "u06_backprop.Affine": 5, "u06_backprop.Gone": 1})
    assert totals.since(again, "en") == "Since the previous report: Relu 0.5 → 2"
    assert totals.since(replace(clean, before={"u06_backprop.Relu": 2}), "en").endswith("no change of points.")
    assert totals.since(clean, "en") == ""
    assert totals.changes(replace(clean, before={"u06_backprop.Relu": None})) == ["Relu – → 2"]
