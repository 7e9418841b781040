"""What an exercise says that runs with the student's own earlier unit: where to look when that is the cause."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.feedback.messages import render_message
from graders.grading.grader import grade_submission
from graders.practice.file import check_file
from graders.reports.report import ExerciseReport, Report
from graders.sandbox.local import Local
from tests.small_course import OTHER, UNIT, right, setup_of
from tests.submission.samples import code, notebook

STUB = "def times(a, x):\n    raise NotImplementedError\n"
WRITTEN = "def times(a, x):\n    return a * x\n"


def using(course: Course) -> str:
    """Right, with a function of the unit before."""
    text = right(course).replace("return self.a * x", "return times(self.a, x)")
    return text.replace("import numpy as np", f"import numpy as np\nfrom {OTHER} import times")


@pytest.fixture
def mine(tmp_path: Path, course: Course) -> Path:
    """The file to check; the unit before lies beside it."""
    (course.exercises / f"{OTHER}.py").write_text(
        (course.exercises / f"{UNIT}.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    path = tmp_path / "kim" / f"{UNIT}.py"
    path.parent.mkdir()
    path.write_text(using(course), encoding="utf-8")
    return path


def before(path: Path, text: str) -> None:
    (path.parent / f"{OTHER}.py").write_text(text, encoding="utf-8")


def checked(course: Course, path: Path) -> Report:
    return check_file(Local(), path, course=course.root)


def said(report: ExerciseReport, name: str, lang: str = "en") -> tuple[str, str]:
    (found,) = (one for one in report.checks if one.name == name)
    return found.verdict, render_message(found.message, lang) if found.message else ""


def test_used_unit_fits(course: Course, mine: Path) -> None:
    before(mine, WRITTEN)
    (report,) = checked(course, mine).exercises
    assert report.verdict == "pass"


def test_stub_of_another_unit_is_named_where_it_is(course: Course, mine: Path) -> None:
    before(mine, STUB)
    (report,) = checked(course, mine).exercises
    line = next(number for number, text in enumerate(using(course).splitlines(), 1) if "times(self" in text)
    sentence = f"out was not computed: line {line} uses times (line 2 of {OTHER}.py), which is not written yet."
    assert said(report, "out") == ("error", f"{sentence} Write that first.")
    assert f"times: 아직 작성되지 않았습니다({OTHER}.py, 2번째 줄)" in said(report, "out", "ko")[1]
    assert {check.verdict for check in report.checks} == {"error"}
    assert report.checks[0].source == "return times(self.a, x)"


def test_stub_of_another_unit_when_graded_then_the_same(course: Course, mine: Path) -> None:
    before(mine, STUB)
    setup = replace(setup_of(course, (UNIT,)), backend=Local())
    (report,) = (one for one in grade_submission(setup, mine, nonce="n").exercises if one.unit == UNIT)
    assert (report.verdict, report.score) == ("error", 0)
    assert f"(line 2 of {OTHER}.py), which is not written yet" in said(report, "out")[1]


def test_stub_in_a_notebook_has_its_cell(course: Course, mine: Path) -> None:
    path = mine.parent / f"{OTHER}.ipynb"
    path.write_text(notebook(code("import numpy as np"), code(STUB), unit=OTHER), encoding="utf-8")
    (report,) = checked(course, mine).exercises
    assert f"(line 2 of cell 2 of {OTHER}.ipynb)" in said(report, "out")[1]


def test_own_stub_is_not_written_wherever_the_unit_before_is(course: Course, mine: Path) -> None:
    before(mine, STUB)
    mine.write_text(using(course).replace("return times(self.a, x)", "raise NotImplementedError"), encoding="utf-8")
    (report,) = checked(course, mine).exercises
    assert said(report, "out")[0] == "missing"


# --- the used unit is wrong -------------------------------------------------------------------------------------------

NOTE = f"This runs with your own {OTHER}.py: check it first with 'deepgrade check {OTHER}.py'."
TWICE = "def times(a, x):\n    return 2 * a * x\n"


def noted(report: Report, lang: str = "en") -> list[str]:
    return [render_message(note, lang) for one in report.exercises for note in one.notes if note.id == "note.own_unit"]


def test_wrong_unit_before_is_to_be_checked_first(course: Course, mine: Path) -> None:
    before(mine, TWICE)
    report = checked(course, mine)
    assert report.verdict == "fail"
    assert noted(report) == [NOTE]
    assert f"{OTHER}.py의 코드와 함께 실행됩니다" in noted(report, "ko")[0]


def test_wrong_unit_before_when_graded_then_the_same(course: Course, mine: Path) -> None:
    before(mine, TWICE)
    setup = replace(setup_of(course, (UNIT,)), backend=Local())
    assert noted(grade_submission(setup, mine, nonce="n")) == [NOTE]


@pytest.mark.parametrize(
    "lines", ["import {0} as o", "import {0}", "from {0} import *", "from {0} import (\n    times,\n)"]
)
def test_unit_before_is_seen_however_it_is_imported(course: Course, mine: Path, lines: str) -> None:
    before(mine, TWICE)
    text = using(course).replace(f"from {OTHER} import times", lines.format(OTHER))
    called = {"import {0} as o": "o.times(", "import {0}": f"{OTHER}.times("}.get(lines, "times(")
    mine.write_text(text.replace("return times(", f"return {called}"), encoding="utf-8")
    assert noted(checked(course, mine)) == [NOTE]


@pytest.mark.parametrize("text", [WRITTEN, STUB], ids=["what uses it passes", "that it is not written is said already"])
def test_unit_before_is_not_named_where_it_says_nothing_new(course: Course, mine: Path, text: str) -> None:
    before(mine, text)
    assert noted(checked(course, mine)) == []


def test_exercise_that_does_not_use_the_unit_before_does_not_name_it(course: Course, mine: Path) -> None:
    before(mine, TWICE)
    text = using(course).replace("return times(self.a, x)", "return 2 * self.a * x")
    mine.write_text(f"{text}\n\ndef other(x):\n    return times(x, x)\n", encoding="utf-8")
    report = checked(course, mine)
    assert (report.verdict, noted(report)) == ("fail", [])
