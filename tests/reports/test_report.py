"""Reports: there and back as JSON, what a student may see, and the verdict that stands for several."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from graders.feedback.messages import say
from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.reports.evidence import LARGEST_EVIDENCE, Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from graders.reports.verdict import VERDICTS, worst
from tests.conftest import SCHEMA

MESSAGE = Message("compare.shape", {"name": "dW", "actual": [5, 3], "expected": [3, 5]})
HINT = {"en": ("a", "b", "c"), "ko": ("가", "나", "다")}


def report(**changes: Any) -> Report:
    evidence = Evidence({"x": np.arange(6.0).reshape(2, 3), "n": 3}, np.float32(1.5), [1, (2.0, None)], (1, 2))
    cases = (
        CaseReport("random", 0, True, "fail", MESSAGE, evidence),
        CaseReport("random", 1, False, "fail", Message("hidden.value", {"seed": 7}), evidence),
        CaseReport("random", 1, True, "fail", MESSAGE, evidence, counterexample=True),
    )
    checks = (
        CheckReport("out", "core", "pass", 2, 2, "random"),
        CheckReport("dW", "core", "fail", 0.5, 1, "random", False, MESSAGE, "u.E.m", HINT, {"en": "t"}, True, cases),
    )
    exercise = ExerciseReport("u99_topic", "Scale", "fail", checks, (MESSAGE,), "printed", "warned", ("x", "out"))
    words: dict[str, Any] = {
        "student": "kim",
        "exercises": (exercise,),
        "verdict": "fail",
        "message": MESSAGE,
        "notes": (MESSAGE,),
        "flags": (MESSAGE,),
        "sha256": "ab",
        "course_version": "1",
        "absent_points": 4,
        "run": {"wall_s": 1.0, "backend": "none", "key": "k", "nonce": "n", "limits": {"wall_s": 5}},
        "files": ("a.py",),
    }
    return Report(**words | changes)


def there_and_back(one: Report) -> Report:
    return Report.from_dict(json.loads(json.dumps(one.to_dict(), allow_nan=False)))


def test_report_when_written_and_read_then_it_is_the_same() -> None:
    assert there_and_back(report()).to_dict() == report().to_dict()


def test_report_of_the_first_schema_is_read() -> None:
    old = report().to_dict() | {"schema": 1}
    for later in ("ungraded", "handed_in", "uncounted", "before"):
        del old[later]
    for exercise in old["exercises"]:
        for check in exercise["checks"]:
            del check["group_title"], check["line"], check["source"]
    assert Report.from_dict(old).to_dict() == report().to_dict()


def test_report_of_a_later_schema_is_refused() -> None:
    with pytest.raises(UsageError, match=r"schema 3, but this version of deepgrade reads 1 to 2\. Read it") as raised:
        Report.from_dict(report().to_dict() | {"schema": 3})
    assert say(raised.value.message_id, "en", **raised.value.params) == str(raised.value)


@pytest.mark.parametrize("schema", [None, 0, "2", True, 1.5])
def test_no_schema_is_no_report(schema: object) -> None:
    with pytest.raises(ValueError, match="schema"):
        Report.from_dict(report().to_dict() | {"schema": schema})


def test_schema_file_knows_every_word_of_a_report() -> None:
    described = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    for name, kind in (("report", Report), ("exercise", ExerciseReport), ("check", CheckReport), ("case", CaseReport)):
        assert {one.name for one in fields(kind)} <= described[name]["properties"].keys()


@pytest.mark.parametrize("name", ["student", "verdict", "sha256", "absent_points", "files", "view", "device"])
def test_report_when_read_then_each_word_is_kept(name: str) -> None:
    assert getattr(there_and_back(report(view="staff")), name) == getattr(report(view="staff"), name)


def test_report_when_nothing_is_in_it_then_it_still_comes_back() -> None:
    bare = Report("kim", (), "rejected")
    assert there_and_back(bare) == bare


def test_evidence_when_read_then_arrays_are_arrays_again() -> None:
    evidence = there_and_back(report()).exercises[0].checks[1].cases[0].evidence
    assert evidence is not None
    assert np.array_equal(evidence.inputs["x"], np.arange(6.0).reshape(2, 3))
    assert (evidence.inputs["n"], evidence.expected, evidence.worst_at) == (3, [1, [2.0, None]], (1, 2))
    assert evidence.actual.dtype == np.float32


@pytest.mark.parametrize("value", [np.nan, -np.inf, np.array([np.nan, np.inf, 1.0]), {"a": np.nan}, {1: "b"}])
def test_evidence_when_not_finite_then_it_is_json_all_the_same(value: Any) -> None:
    data = json.loads(json.dumps(Evidence({}, value, value).to_dict(), allow_nan=False))
    again = Evidence.from_dict(data)
    if isinstance(value, np.ndarray):
        assert np.array_equal(again.actual, value, equal_nan=True)


def test_evidence_when_huge_then_it_is_cut() -> None:
    data = Evidence({}, np.zeros((100, 100)), 0).to_dict()
    assert len(data["actual"]["data"]) == LARGEST_EVIDENCE
    assert Evidence.from_dict(data).actual.shape == (LARGEST_EVIDENCE,)


def test_evidence_when_of_an_unknown_type_then_its_text_is_kept() -> None:
    assert Evidence({}, {1, 2}, object).to_dict()["actual"] == "{1, 2}"


# --- scores ---


def test_absent_units_count_in_the_maximum() -> None:
    assert (report().score, report().max_score) == (2.5, 7)
    assert (report().exercises[0].score, report().exercises[0].max_score) == (2.5, 3)


def test_score_when_our_side_broke_then_there_is_none() -> None:
    assert report(verdict="broken").score is None
    assert there_and_back(report(verdict="broken")).to_dict()["score"] is None


@pytest.mark.parametrize("verdict", VERDICTS)
def test_worst_when_a_pass_stands_beside_it_then_it_wins(verdict: str) -> None:
    assert worst(["pass", verdict, "pass"]) == verdict


def test_worst_is_ours_before_anything_is_missing() -> None:
    assert worst(VERDICTS) == "broken"
    assert worst(["fail", "error"]) == "error"
    assert worst([]) == "missing"


# --- what a student may see ---


def test_student_sees_one_verdict_per_check_and_no_hidden_runs() -> None:
    staff = report().exercises[0].checks[1]
    (exercise,) = report().for_student().exercises
    public, example = exercise.checks[1].cases
    assert [case.public for case in staff.cases] == [True, False, True]
    assert exercise.checks[1].verdict == staff.verdict
    assert public.evidence is not None
    assert example.evidence is not None


def test_student_when_shown_a_report_then_staff_matters_are_gone() -> None:
    shown = report().for_student()
    assert (shown.flags, shown.view) == ((), "student")
    assert shown.run == {"backend": "none"}
    assert "hidden.value" in json.dumps(report().to_dict())
    assert "hidden.value" not in json.dumps(shown.to_dict())


def test_student_when_our_side_broke_then_no_inside_is_told() -> None:
    inside = Message("broken", {"text": "solution.py, line 12"})
    check = CheckReport("out", "core", "broken", 0, 1, message=inside)
    exercise = ExerciseReport("u", "E", "broken", (check,))
    shown = report(exercises=(exercise,), verdict="broken", message=inside).for_student()
    assert "solution.py" not in json.dumps(shown.to_dict())


@pytest.mark.parametrize("verdict", ["broken", "not_run"])
def test_ungraded_exercise_takes_the_score_but_not_the_others(verdict: str) -> None:
    one = report()
    (exercise,) = one.exercises
    mixed = replace(one, exercises=(exercise, replace(exercise, name="Other", verdict=verdict)), verdict="fail")
    assert (mixed.score, mixed.ungraded) == (None, ("u99_topic.Other",))
    assert [found.score for found in mixed.exercises] == [2.5, None]
    assert replace(mixed, uncounted=("u99_topic",)).score == 0


def test_report_older_than_the_titles_of_cases_is_read() -> None:
    check = CheckReport("out", "stable", "pass", 1, 1, cases=(CaseReport("random", 0, True, "pass"),))
    data = check.to_dict()
    del data["group_title"], data["cases"][0]["case_title"]
    assert CheckReport.from_dict(data) == check


@pytest.mark.parametrize(
    "hostile",
    [
        {"shape": "abc", "dtype": "float64", "data": [1]},
        {"shape": [1], "dtype": "nonsense", "data": [1]},
        {"words": "no message"},
        {"words": {"id": "broken", "params": {}}},
    ],
)
def test_students_dict_that_looks_like_ours_is_text(hostile: dict[str, object]) -> None:
    kept = Evidence.from_dict(json.loads(json.dumps(Evidence({}, [hostile], 1.0).to_dict())))
    assert kept.actual == [str(hostile)]


def test_evidence_when_words_stand_in_it_then_they_come_back() -> None:
    words = Message("sort.object", {"kind": "Foo"})
    kept = Evidence.from_dict(json.loads(json.dumps(Evidence({}, {"a": [words]}, 1.0).to_dict())))
    assert kept.actual == {"a": [words]}
