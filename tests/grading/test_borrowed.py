"""A mistake of an earlier exercise is named in every exercise that uses its code, and told once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graders.authoring.release import release
from graders.courses.course import Course
from graders.feedback.messages import render_message
from graders.feedback.selection import findings, hint_rungs, notes, shown_case
from graders.grading.grader import grade_submission
from graders.grading.oracle import Answers
from graders.grading.told_once import told_once
from graders.messages.message import Message
from graders.practice.file import check_file
from graders.practice.unit import Practice
from graders.reports.report import CheckReport, ExerciseReport
from graders.sandbox.local import Local
from tests.small_course import UNIT, edit, right, setup_of, solution_of, spec_of

TWICE = '''

class Twice:
    """y = b·(a·x): two scales, one after the other."""

    def __init__(self, a, b):
        self.first, self.second = Scale(a), Scale(b)

    def forward(self, x):
        ### BEGIN SOLUTION
        return self.second.forward(self.first.forward(x))
        ### END SOLUTION

    def backward(self, dout):
        ### BEGIN SOLUTION
        return self.first.backward(self.second.backward(dout))
        ### END SOLUTION
'''
PROBE = """def Twice(student, x, a, b, dout):
    layer = construct(student.Twice, a, b)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)
    yield "da", layer.first.da


EXERCISES = ("""
EXERCISE = """    Exercise(
        Twice,
        title={"en": "Scale twice", "ko": "두 번 곱하기"},
        outputs=("out", "dx", "da"),
        cases=(
            drawn(
                "random",
                {"x": normal("N", "D"), "a": normal("D"), "b": normal("D"), "dout": normal("N", "D")},
                dims=({"N": 7, "D": 3}, {"N": 5, "D": 11}),
            ),
        ),
        after=("Scale",),
    ),
)
"""
OWN = """
[[misconception]]
id = "averaged_here"
title = { en = "averaged at the end", ko = "마지막에 평균" }
symbol = "Twice.backward"
edits = [{ old = "return self.first.backward(self.second.backward(dout))", new = '''
dx = self.first.backward(self.second.backward(dout))
        self.first.da = self.first.da / len(dout)
        return dx''' }]
[misconception.hints]
en = ["a", "b", "c?"]
ko = ["가", "나", "다?"]
"""
NO_DX = '    layer.backward(dout)\n    yield "da", layer.first.da'
NO_CHAIN = "return self.first.backward(dout)"
ROOT = Path(__file__).parents[2]
AVERAGED = f"{UNIT}.Scale.da_averaged"


@pytest.fixture
def course(course: Course) -> Course:
    path = solution_of(course)
    path.write_text(path.read_text(encoding="utf-8") + TWICE, encoding="utf-8")
    edit(spec_of(course), "EXERCISES = (", PROBE)
    text = spec_of(course).read_text(encoding="utf-8")
    spec_of(course).write_text(text.rstrip().removesuffix(")") + EXERCISE, encoding="utf-8")
    for lang in ("en", "ko"):
        path = course.folder(UNIT) / f"lesson.{lang}.md"
        path.write_text(path.read_text(encoding="utf-8") + "\n<!-- exercise: Twice -->\n", encoding="utf-8")
    path = course.folder(UNIT) / "docstrings.ko.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n"Twice" = "두 번 곱합니다."\n', encoding="utf-8")
    return Course(course.root)


def handed(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kim" / f"{UNIT}.py"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def graded(course: Course, path: Path) -> dict[str, ExerciseReport]:
    return {one.name: one for one in grade_submission(setup_of(course), path, nonce="n").exercises}


def check(report: ExerciseReport, name: str) -> CheckReport:
    (found,) = (one for one in report.checks if one.name == name)
    return found


def averaged(course: Course) -> str:
    return right(course).replace("da.sum(axis=0)", "da.mean(axis=0)")


def inline(course: Course) -> str:
    """Scale is right; Twice makes its mistake with code of its own."""
    theirs = "class Own(Scale):\n    def backward(self, dout):\n        dx = super().backward(dout)\n"
    theirs += "        self.da = self.da / len(dout)\n        return dx\n\n\nclass Twice:"
    return right(course).replace("class Twice:", theirs).replace("= Scale(a), Scale(b)", "= Own(a), Own(b)")


def test_mistake_of_code_that_is_used_is_told_where_it_is(course: Course, tmp_path: Path) -> None:
    reports = graded(course, handed(tmp_path, averaged(course)))
    there, here = check(reports["Scale"], "da"), check(reports["Twice"], "da")
    assert there.diagnosis == here.diagnosis == AVERAGED
    assert there.hint
    assert there.message
    assert not there.follows
    assert (here.follows, here.points, here.source) == ("Scale", 0, "")
    assert here.message
    assert render_message(here.message, "en").startswith("This is a mistake in Scale, which Twice uses.")
    assert shown_case(here) is None
    assert hint_rungs(here, "en") == ()
    assert [one.checks for one in findings(reports["Twice"])] == [(here,)]
    assert notes(reports["Twice"]) == ()  # not a second time


def test_mistake_written_out_elsewhere_is_known_from_there(course: Course, tmp_path: Path) -> None:
    reports = graded(course, handed(tmp_path, inline(course)))
    here = check(reports["Twice"], "da")
    assert reports["Scale"].verdict == "pass"
    assert (here.diagnosis, here.follows) == (AVERAGED, "")
    assert here.message
    assert here.hint
    assert here.title
    said = render_message(here.message, "en")
    assert said.startswith("da")
    assert said.endswith("The same mistake is known from Scale.")
    assert "Scale 문제에서" in render_message(here.message, "ko")


@pytest.mark.parametrize("mistake", [averaged, inline])
def test_practice_borrows_as_grading_does(course: Course, tmp_path: Path, mistake: object) -> None:
    release(course)
    path = handed(tmp_path, mistake(course))  # type: ignore[operator]
    report = check_file(Local(), path, course=course.root)
    practised = {one.name: one for one in report.exercises}
    for name, one in graded(course, path).items():
        told = [(a.name, a.verdict, a.diagnosis, a.hint, a.follows) for a in one.checks]
        assert told == [(a.name, a.verdict, a.diagnosis, a.hint, a.follows) for a in practised[name].checks]


def test_own_mistake_wins(course: Course, tmp_path: Path) -> None:
    path = course.folder(UNIT) / "misconceptions.toml"
    path.write_text(path.read_text(encoding="utf-8") + OWN, encoding="utf-8")
    reports = graded(course, handed(tmp_path, averaged(course)))
    assert check(reports["Scale"], "da").diagnosis == AVERAGED
    assert check(reports["Twice"], "da").diagnosis == f"{UNIT}.Twice.averaged_here"


def test_two_mistakes_in_different_outputs_are_both_borrowed(course: Course, tmp_path: Path) -> None:
    text = averaged(course).replace("return self.a * dout", "return dout")
    reports = graded(course, handed(tmp_path, text))
    assert check(reports["Twice"], "dx").diagnosis == f"{UNIT}.Scale.dx_without_a"
    assert check(reports["Twice"], "dx").follows == "Scale"


def test_only_earlier_exercises_lend(course: Course) -> None:
    answers = Answers(course)
    assert answers.borrowed(UNIT, "Scale") == ()
    assert [(one.model.id, one.model.steps) for one in answers.borrowed(UNIT, "Twice")] == [
        ("Scale.da_averaged", 2),
        ("Scale.dx_without_a", 2),
    ]


def test_file_tells_of_borrowed_mistakes_that_show(course: Course) -> None:
    edit(spec_of(course), '    yield "dx", layer.backward(dout)\n    yield "da", layer.first.da', NO_DX)
    text = spec_of(course).read_text(encoding="utf-8").rpartition('outputs=("out", "dx", "da")')
    spec_of(course).write_text(f'{text[0]}outputs=("out", "da"){text[2]}', encoding="utf-8")
    edit(solution_of(course), "return self.first.backward(self.second.backward(dout))", NO_CHAIN)
    course = Course(course.root)
    release(course)
    practice = Practice.find(course.root, UNIT, course.root)
    lent = [model.id for model in practice.expected.models["Twice"] if model.kind == "borrowed"]
    assert lent == ["Scale.da_averaged"]


def test_table_says_too_little_unless_the_mistake_is_there_as_well() -> None:
    exercises = {name: Course(ROOT).spec("u01_perceptron").exercise(name) for name in ("AND", "XOR", "XNOR")}

    def told(*named: tuple[str, str]) -> list[tuple[str, str | None]]:
        wrong = CheckReport("y", "core", "fail", 0, 1, message=Message("text", {"text": "y is 0."}))
        reports = [
            ExerciseReport("u01_perceptron", name, "fail", (replace(wrong, diagnosis=f"u01_perceptron.{diagnosis}"),))
            for name, diagnosis in named
        ]
        return [(one.checks[0].follows, one.checks[0].diagnosis) for one in told_once(reports, lambda unit: exercises)]

    alike = told(("AND", "AND.x1_twice"), ("XOR", "AND.x1_twice"), ("XNOR", "AND.x1_twice"))
    assert [first for first, _ in alike] == ["", "AND", "AND"]
    assert told(("XOR", "AND.x1_twice")) == [("", None)]
    blamed = told(("AND", "AND.x1_twice"), ("XOR", "XOR.returns_bool"), ("XNOR", "XOR.returns_bool"))
    assert blamed[2] == ("", None)  # what XOR seems to do wrong is AND
