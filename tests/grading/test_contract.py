"""Contract faults in a whole report: graded and practised alike, for files and notebooks, with the student's lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graders.courses.course import Course, execute_source
from graders.grading.grader import grade_submission
from graders.practice.file import check_file
from graders.practice.unit import Practice
from graders.reports.report import Report
from tests.small_course import UNIT, InProcess, right, setup_of

FAULTS = {
    "contract.misspelled_method": (("def backward(", "def backwards("),),
    "contract.gradient_name": (("self.da", "self.delta_a"),),
    "contract.no_gradient": (("self.da", "self.data"),),
    "contract.extra_argument": (("def __init__(self, a)", "def __init__(self, size, a)"),),
    "contract.self_forgotten": (("return self.a * x", "return a * x"),),
    "contract.no_return": (("return self.a * x", "out = self.a * x"),),
    "contract.class_state": (
        ("class Scale:", "class Scale:\n    kept = {}\n"),
        ("self.x = x", "self.kept.setdefault(0, x)"),
        ("dout * self.x", "dout * self.kept[0]"),
    ),
}


def graded(course: Course, path: Path) -> Report:
    return grade_submission(setup_of(course), path)


def checked(course: Course, path: Path) -> Report:
    return check_file(InProcess(course), path, course=course.root)


def in_a_kernel(course: Course, path: Path) -> Report:
    module = execute_source(UNIT, path.read_text(encoding="utf-8"), str(path), course.reference, course.units)
    exercise = Practice.find(course.root, UNIT, course.root).check("Scale", vars(module))
    return Report("", (exercise,), exercise.verdict)


@pytest.mark.parametrize("way", [graded, checked, in_a_kernel])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_when_in_a_submission_then_every_way_names_it(
    fault: str, way: object, course: Course, tmp_path: Path
) -> None:
    text = right(course)
    for old, new in FAULTS[fault]:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / f"{UNIT}.py"
    path.write_text(text, encoding="utf-8")
    assert callable(way)
    report: Report = way(course, path)
    told = [check for check in report.exercises[0].checks if check.diagnosis == fault]
    assert told
    assert all(check.message is not None and check.message.params["line"] for check in told)


def test_fault_when_the_answer_is_right_then_nothing_is_said(course: Course, tmp_path: Path) -> None:
    path = tmp_path / f"{UNIT}.py"
    path.write_text(right(course), encoding="utf-8")
    report = replace(graded(course, path))
    assert report.verdict == "pass"
    assert {check.diagnosis for check in report.exercises[0].checks} == {None}
