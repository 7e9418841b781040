"""Follow-through in the course itself: a net that differs keeps what is right for its own scores and loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.authoring.harness import Bank
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.reports.report import ExerciseReport

ROOT = Path(__file__).parents[2]
UNIT = "u06_backprop"


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(Course(ROOT))


def judged(answers: Answers, exercise: str) -> ExerciseReport:
    course = answers.course
    text = (ROOT / "reference" / UNIT / "answers" / "other_net.py").read_text(encoding="utf-8")
    return Bank.build(answers, UNIT, course.spec(UNIT).exercise(exercise)).judge(vars(course.execute(UNIT, text)))


def test_accuracy_right_for_the_nets_own_scores_keeps_its_points(answers: Answers) -> None:
    report = judged(answers, "TwoLayerNet.accuracy")
    assert (report.score, [note.id for note in report.notes]) == (report.max_score, ["note.follows"])


def test_slope_of_the_nets_own_loss_keeps_half(answers: Answers) -> None:
    report = judged(answers, "TwoLayerNet.gradient")
    assert report.score == report.max_score / 2
    assert {check.diagnosis for check in report.checks} == {f"{UNIT}.TwoLayerNet.gradient.sigmoid_hidden"}
