"""Exports: the shapes others read, nothing hidden in them, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from graders.feedback.exports import class_csv, class_json, gradescope_results, report_json
from graders.feedback.html import render_report_html
from graders.messages.message import Message
from graders.reports.report import Report
from tests.conftest import validate
from tests.feedback.test_text import shown


def test_json_when_rendered_then_has_the_documented_shape(student: Report) -> None:
    data = report_json(student, "en")
    assert list(data)[:7] == ["schema", "student", "score", "max_score", "verdict", "exercises", "run"]
    assert data["schema"] == 2
    assert data["run"].keys() >= {"backend", "wall_s", "max_rss_mb", "limits"}
    exercise = data["exercises"][2]
    assert {"unit", "name", "score", "max_score", "verdict", "checks"} <= exercise.keys()
    check = exercise["checks"][2]
    wanted = ("name", "case", "public", "verdict", "points", "max_points", "message", "diagnosis", "hint")
    assert [key for key in check if key in wanted] == list(wanted)
    assert check["diagnosis"] == "u06_backprop.Affine.dw_transposed"
    assert check["hint"]["en"][0] == check["said"]["hints"][0] == "Look at the backward of Affine: dW."
    assert check["said"]["title"]
    assert check["message"]["id"] == "compare.shape"
    assert "(5, 3)" in check["message"]["text"]
    assert check["cases"][0]["evidence"]["actual"]["shape"] == [5, 3]
    assert data["lang"] == "en"


def test_json_when_read_back_then_it_is_the_report(student: Report) -> None:
    assert Report.from_dict(json.loads(json.dumps(report_json(student, "ko")))).to_dict() == student.to_dict()


def test_json_when_in_korean_then_sentences_are_korean(student: Report) -> None:
    assert report_json(student, "ko")["exercises"][2]["checks"][2]["said"]["hints"][0].startswith(
        "Affine의 backward에서"
    )


def test_json_when_numbers_are_not_finite_then_still_json(student: Report) -> None:
    odd = replace(student, message=Message("x", {"a": float("nan"), "b": [float("inf")], "c": {"d": 1.0}}))
    text = json.dumps(report_json(odd, "en"), allow_nan=False)
    assert json.loads(text)["message"]["params"] == {"a": "nan", "b": ["inf"], "c": {"d": 1.0}}


def test_json_when_a_class_then_a_list_of_submissions(classroom: list[Report]) -> None:
    data = class_json(classroom, "en")
    assert data["schema"] == 2
    validate(data)
    assert len(data["submissions"]) == 7
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def rows(reports: list[Report]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(class_csv(reports), newline="")))


def test_csv_has_a_line_per_student_with_units_and_exercises(classroom: list[Report]) -> None:
    found = {row["student"]: row for row in rows(classroom)}
    assert found["han-jiwoo"]["score"] == "8"
    assert found["han-jiwoo"]["u06_backprop"] == "5"
    assert found["han-jiwoo"]["u06_backprop.Affine"] == "3"
    assert found["zoe"]["score"] == ""
    assert found["zoe"]["u06_backprop.Relu"] == ""
    assert found["park"]["max_score"] == "24"
    assert class_csv(classroom).count("\r\n") == len(classroom) + 1


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\ufeff=1"])
def test_csv_when_a_name_is_a_formula_then_it_is_text(clean: Report, name: str) -> None:
    (row,) = rows([replace(clean, student=name)])
    assert row["student"].startswith("'")
    assert row["student"].replace("'", "") == name


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ":"])
@pytest.mark.parametrize("quote", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
@pytest.mark.parametrize(
    "name", ["a{}=cmd()", 'a"{}=1', 'a{}"=1', "a{} @x", "a{}\u200b+1", "a\n=1", "=1{}-1", "a\r{}＝1", "kim{}{}{}=1"]
)
def test_csv_split_elsewhere_holds_no_formula(clean: Report, name: str, separator: str, quote: int) -> None:
    text = class_csv([replace(clean, student=name.replace("{}", separator))])
    for line in re.split(r"[\r\n]", text) if quote == csv.QUOTE_NONE else io.StringIO(text, newline=""):
        for row in csv.reader([line], delimiter=separator, quoting=quote):  # type: ignore[arg-type]
            assert [cell for cell in row if re.match('[\\s"\u200b]*[=+@＝-]', cell)] == []


@pytest.fixture
def half_run(clean: Report) -> Report:
    """Two exercises, of which the second needs what this machine does not have."""
    ran, other = clean.exercises
    absent = Message("device.absent", {"text": "There is no GPU on this machine."})
    checks = tuple(replace(check, verdict="not_run", points=0, message=absent, cases=()) for check in other.checks)
    return replace(clean, exercises=(ran, replace(other, verdict="not_run", checks=checks)), verdict="not_run")


def test_exports_say_what_did_not_run_and_give_no_score(half_run: Report) -> None:
    assert (half_run.score, half_run.max_score, half_run.ungraded) == (None, 7, ("u06_backprop.Affine",))
    data = report_json(half_run, "en")
    assert (data["score"], data["ungraded"]) == (None, ["u06_backprop.Affine"])
    assert [exercise["score"] for exercise in data["exercises"]] == [2, None]
    assert {check["points"] for check in data["exercises"][1]["checks"]} == {None}
    (row,) = rows([half_run])
    assert (row["score"], row["u06_backprop"], row["u06_backprop.Relu"], row["u06_backprop.Affine"]) == (
        "",
        "",
        "2",
        "",
    )
    assert row["ungraded"] == "u06_backprop.Affine"


def test_gradescope_neither_passes_nor_fails_what_did_not_run(half_run: Report) -> None:
    results = gradescope_results(half_run, "en")
    assert "score" not in results
    assert [test.get("status") for test in results["tests"]] == ["passed", "passed", None, None, None]
    assert all("score" not in test for test in results["tests"])
    assert "1 of 2 exercises did not run here. The others have 2 of 2 points." in results["output"]


def test_report_on_disk_comes_back_without_a_score(half_run: Report) -> None:
    data = json.loads(json.dumps(half_run.to_dict()))
    assert [check["points"] for check in data["exercises"][1]["checks"]] == [None, None, None]
    assert Report.from_dict(data) == half_run


def test_exports_when_a_unit_is_not_counted_then_they_say_so(clean: Report) -> None:
    extra = replace(clean, exercises=(clean.exercises[0], replace(clean.exercises[1], unit="u07")), uncounted=("u07",))
    (row,) = rows([extra])
    assert (row["score"], row["max_score"], row["u07"], row["not_counted"]) == ("2", "2", "5", "u07")
    assert class_json([extra], "en")["uncounted"] == report_json(extra, "en")["uncounted"] == ["u07"]
    results = gradescope_results(extra, "en")
    assert (results["score"], sum(test.get("score", 0) for test in results["tests"])) == (2, 2)


@pytest.mark.parametrize("name", ['a,b "c"', "two\nlines", "김민지", "a-b", "1=2"])
def test_csv_when_a_name_is_unusual_then_it_comes_back(clean: Report, name: str) -> None:
    (row,) = rows([replace(clean, student=name)])
    assert row["student"] == name


def test_gradescope_hides_hidden_runs_and_shows_the_total(student: Report) -> None:
    results = gradescope_results(student, "en")
    assert results["score"] == 8
    assert sum(test["score"] for test in results["tests"]) == 8
    assert {test["visibility"] for test in results["tests"]} == {"visible"}
    assert results["stdout_visibility"] == "hidden"
    assert "0.123456789" not in json.dumps(results)
    assert "limits" not in json.dumps(results)


def test_gradescope_says_what_failed_and_shows_the_numbers(student: Report) -> None:
    test = next(
        test for test in gradescope_results(student, "en")["tests"] if test["name"] == "u06_backprop.Affine · db"
    )
    assert test["status"] == "failed"
    assert "Recognised mistake: db averaged over the batch" in test["output"]
    assert "this fresh one fails the same way" in test["output"]
    assert "expected = np.array([" in test["output"]


def test_gradescope_when_units_are_absent_then_they_count(classroom: list[Report]) -> None:
    results = gradescope_results(classroom[2], "ko")
    assert results["score"] == 0
    assert [test["max_score"] for test in results["tests"]] == [24]


def test_gradescope_when_ours_broke_then_there_is_no_score(broken_report: Report) -> None:
    results = gradescope_results(broken_report, "en")
    assert "score" not in results
    assert all("score" not in test for test in results["tests"])
    assert "graded again" in results["output"]


def test_gradescope_when_hostile_then_only_plain_text(hostile: Report) -> None:
    results = gradescope_results(hostile, "en")
    assert {results["output_format"], *(test["output_format"] for test in results["tests"])} == {"text"}
    assert "\\u001b" not in json.dumps(results)


def test_korean_names_of_cases_and_groups_are_in_every_rendering(student: Report) -> None:
    check = student.exercises[2].checks[2]
    titles = {"ko": "무작위 값", "en": "random"}
    named = replace(
        check,
        group="stable",
        group_title={"ko": "수치 안정성", "en": "stable"},
        cases=tuple(replace(case, case_title=titles) for case in check.cases),
    )
    report = replace(
        student, exercises=(replace(student.exercises[2], checks=(named, student.exercises[2].checks[0])),)
    )
    for lang, group, case in (("ko", "(수치 안정성)", "무작위 값"), ("en", "(stable)", "random")):
        gradescope = json.dumps(gradescope_results(report, lang), ensure_ascii=False)
        for text in (shown(report, lang), render_report_html(report, lang), gradescope):
            assert group in text
            assert case in text
    check_json = report_json(report, "ko")["exercises"][0]["checks"][0]
    assert (check_json["group"], check_json["cases"][0]["case"]) == ("stable", "random")
