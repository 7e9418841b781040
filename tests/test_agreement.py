"""``check`` and ``grade`` say the same of the same code where practice can see it: verdicts, points, names, advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.grading.grader import grade_submission
from graders.grading.oracle import Answers
from graders.grading.secret import Secret
from graders.grading.setup import Setup
from graders.practice.file import check_file
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.sandbox.local import Local

ROOT = Path(__file__).parents[1]
ANSWERS = sorted((ROOT / "reference").glob("*/answers/mistaken.py"))
STUDENTS = [ROOT / "tests" / "class" / name for name in ("kang-taeyang", "julia-santos", "park-seoyeon", "ben-carter")]

# Sigmoid's backward is right for its own wrong forward; Affine is wrong, MulLayer and Relu are only begun.
MIXED = """
import numpy as np
class MulLayer:
    pass
class Sigmoid:
    def forward(self, x):
        self.out = 1 - 1 / (1 + np.exp(-x))
        return self.out
    def backward(self, dout):
        return -dout * self.out * (1 - self.out)
class Relu:
    def forward(self, x):
        raise NotImplementedError
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
    def forward(self, x):
        return x @ self.W - self.b
class TwoLayerNet:
    def __init__(self, *args):
        self.params = {}
    def predict(self, x):
        return x
    def gradient(self, x, t):
        return {}
"""


@pytest.fixture(scope="module")
def setup() -> Setup:
    course = Course(ROOT)
    return Setup(course, Local(), Secret(b"a secret for the tests only"), Answers(course))


def both(setup: Setup, path: Path, unit: str | None = None) -> tuple[Report, Report]:
    return check_file(setup.backend, path, unit=unit, course=ROOT), grade_submission(setup, path, unit=unit)


def pairs(checked: Report, graded: Report) -> list[tuple[ExerciseReport, ExerciseReport]]:
    ordered = sorted(checked.exercises, key=lambda one: one.unit)
    assert [(one.unit, one.name) for one in ordered] == [(one.unit, one.name) for one in graded.exercises] != []
    return list(zip(ordered, graded.exercises, strict=True))


def public(check: CheckReport) -> list[tuple[str, int, str]]:
    return [(one.case, one.draw, one.verdict) for one in check.cases if one.public and not one.counterexample]


def advice(exercise: ExerciseReport) -> list[object]:
    return [note.params for note in exercise.notes if note.id == "after"]


def told(check: CheckReport) -> tuple[object, ...]:
    return check.verdict, check.points, check.diagnosis, check.follow_through, check.title


def assert_agreed(checked: Report, graded: Report) -> None:
    for mine, theirs in pairs(checked, graded):
        assert advice(mine) == advice(theirs)
        for one, other in zip(mine.checks, theirs.checks, strict=True):
            assert public(one) == public(other)
            if one.verdict != "pass":
                assert (mine.name, one.name, *told(one)) == (theirs.name, other.name, *told(other))


@pytest.mark.slow
@pytest.mark.parametrize("path", [*ANSWERS, *STUDENTS], ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_check_when_grade_says_it_too_then_in_the_same_way(setup: Setup, path: Path) -> None:
    if "u19_transformer" in path.parts:
        pytest.importorskip("torch")
    assert_agreed(*both(setup, path, path.parents[1].name if path.suffix else None))


def test_follow_through_is_kept_in_practice_as_in_grading(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "u06_backprop.py").write_text(MIXED)
    checked, graded = both(setup, tmp_path / "u06_backprop.py")
    assert_agreed(checked, graded)
    sigmoid = next(one for one in checked.exercises if one.name == "Sigmoid")
    assert [check.follow_through for check in sigmoid.checks if check.name == "dx"] == [True, True]


def test_no_advice_on_groundwork_that_was_not_attempted(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "u06_backprop.py").write_text(MIXED)
    checked, graded = both(setup, tmp_path / "u06_backprop.py")
    for report in (checked, graded):
        firsts = {str(note["first"]).split(".")[1] for one in report.exercises for note in advice(one)}  # type: ignore[index]
        assert "Affine" in firsts
        assert not firsts & {"Relu", "MulLayer", "SoftmaxWithLoss"}
