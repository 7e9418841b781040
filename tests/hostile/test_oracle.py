"""Verdicts answer questions: one bit a submission. Where inputs are fresh, no two answers are about the same number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.grading.grader import grade_submission
from graders.grading.inputs import draw_inputs
from graders.grading.secret import Secret, hidden_key, public_key
from graders.reports.report import Report

from .conftest import COURSE_SECRET, Setups
from .weakened import Weakened
from .world import COURSE, HONEST

pytestmark = pytest.mark.xdist_group("oracle")

QUESTIONS = 20  # then the interval is so small that no number of another draw lies in it by chance (1 in 15,000)


def asking(public: float, bound: float) -> str:
    """Right, unless the first hidden number is above ``bound``; the public twin of that run is known and left alone."""
    return f"""import numpy as np

{HONEST}
right = sigmoid


def sigmoid(x):
    asked = x.shape == (7, 3) and x.flat[0] != {public!r}
    return -right(x) if asked and x.flat[0] > {bound!r} else right(x)
"""


def recovered(answer: Callable[[str], bool], public: float) -> tuple[float, float]:
    """Where the number lies according to the answers: ``answer(text)`` says whether a submission passed."""
    low, high = -4.0, 4.0
    for _ in range(QUESTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if answer(asking(public, middle)) else (middle, high)
    return low, high


def first_number(setups: Setups, key: bytes) -> float:
    case = next(case for case in setups.of().course.spec("u06_bench").exercise("sigmoid").cases if case.hidden)
    return float(draw_inputs(case, 0, key)["x"].flat[0])


def test_hidden_inputs_asked_bit_by_bit_are_other_ones_each_time(setups: Setups, place: Path) -> None:
    setup, seen = setups.of(), []
    place.mkdir()

    def answer(text: str) -> bool:
        (place / "u06_bench.py").write_text(text)
        report = grade_submission(setup, place / "u06_bench.py", student="mallory")
        seen.append(first_number(setups, _key(setups, report)))
        return report.score == 7

    low, high = recovered(answer, first_number(setups, public_key("u06_bench", "sigmoid")))
    assert len(set(seen)) == QUESTIONS
    assert not any(low < number <= high for number in seen)


def _key(setups: Setups, report: Report) -> bytes:
    setup = setups.of()
    names = (setup.course.name, "mallory", report.sha256, "u06_bench", "sigmoid")
    return hidden_key(setup.secret, *names, report.run["nonce"])


BY_THE_CLOCK = """import time

import numpy as np

{honest}
right = sigmoid
BOUND = -2 + 0.8 * (time.time_ns() // 10_000_000 % 6)


def sigmoid(x):
    asked = x.shape == (7, 3) and x.flat[0] != {public!r}
    return -right(x) if asked and x.flat[0] > BOUND else right(x)
"""


def test_same_bytes_graded_again_have_new_hidden_inputs(setups: Setups, place: Path) -> None:
    """A text that asks another question at another time, and is always the same text."""
    setup, seen = setups.of(), []
    place.mkdir()
    public = first_number(setups, public_key("u06_bench", "sigmoid"))
    (place / "u06_bench.py").write_text(BY_THE_CLOCK.format(honest=HONEST, public=public))
    for _ in range(4):
        report = grade_submission(setup, place / "u06_bench.py", student="mallory")
        seen.append((report.sha256, first_number(setups, _key(setups, report))))
    assert len({sha256 for sha256, _ in seen}) == 1
    assert len({number for _, number in seen}) == len(seen)
    student = report.for_student()
    assert report.run["nonce"] not in json.dumps(student.to_dict())
    assert all(case.public for one in student.exercises for check in one.checks for case in check.cases)


def test_replay_has_the_hidden_inputs_of_the_report(setups: Setups, place: Path) -> None:
    setup = setups.of()
    place.mkdir()
    (place / "u06_bench.py").write_text(asking(first_number(setups, public_key("u06_bench", "sigmoid")), 0.0))
    first = grade_submission(setup, place / "u06_bench.py", student="mallory")
    again = grade_submission(setup, place / "u06_bench.py", student="mallory", nonce=first.run["nonce"])
    assert [one.to_dict() for one in again.exercises] == [one.to_dict() for one in first.exercises]


def test_hidden_inputs_when_fixed_then_they_are_recovered(setups: Setups, weakened: Weakened, place: Path) -> None:
    place.mkdir()

    def answer(text: str) -> bool:
        (place / "u06_bench.py").write_text(text)
        facts = weakened.grade(place / "u06_bench.py", grader="same_process", secret=COURSE_SECRET, course=str(COURSE))
        return bool(facts["score"] == 7)

    low, high = recovered(answer, first_number(setups, public_key("u06_bench", "sigmoid")))
    fixed = hidden_key(Secret(COURSE_SECRET.encode()), "", "", "", "u06_bench", "sigmoid")
    assert low < first_number(setups, fixed) <= high
    assert high - low < 0.02
