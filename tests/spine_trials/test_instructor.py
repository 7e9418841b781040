"""What an instructor relies on: names that are true, a run that can be stopped, words that lead on."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.answers import Answers
from graders.course import Course
from graders.verdict import ExerciseReport
from graders.verify import Bank

ROOT = Path(__file__).parents[2]


def judged(unit: str, symbol: str, *edits: tuple[str, str]) -> ExerciseReport:
    course = Course(ROOT)
    answers, source = Answers(course), course.solution(unit)
    for old, new in edits:
        assert source.count(old) >= 1
        source = source.replace(old, new)
    bank = Bank.build(answers, unit, course.spec(unit).exercise(symbol))
    return bank.judge(vars(course.execute(unit, source)))


def diagnoses(report: ExerciseReport) -> dict[str, str | None]:
    return {check.name: check.diagnosis for check in report.checks if check.verdict != "pass"}


def test_mistake_when_it_would_show_in_a_gradient_that_is_right_then_it_is_not_named() -> None:
    # db is averaged in Affine: db1 and db2 are N times too small, dW1 and dW2 right; "divided twice" would show in all.
    course = Course(ROOT)
    (line,) = [
        line.strip()
        for line in course.solution("u06_backprop").splitlines()
        if "self.db = " in line and "None" not in line
    ]
    wrong = line.replace("sum(", "mean(")
    assert wrong != line
    report = judged("u06_backprop", "TwoLayerNet.gradient", (line, wrong))
    assert set(diagnoses(report)) == {"db1", "db2"}
    assert not any(name and name.endswith("averaged_again") for name in diagnoses(report).values())
