"""Verdicts answer questions: one bit a submission. Where inputs are fresh, no two answers are about the same number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graders.grade import grade_submission
from graders.inputs import Secret, draw_inputs, hidden_key, public_key

from .conftest import COURSE_SECRET, Desks
from .weakened import Weakened
from .world import COURSE, HONEST

pytestmark = pytest.mark.xdist_group("oracle")

QUESTIONS = 9


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


def first_number(desks: Desks, key: bytes) -> float:
    case = next(case for case in desks.of().course.spec("u06_bench").exercise("sigmoid").cases if case.hidden)
    return float(draw_inputs(case, 0, key)["x"].flat[0])


def test_hidden_inputs_when_asked_for_bit_by_bit_then_every_answer_is_about_other_ones(
    desks: Desks, place: Path
) -> None:
    desk, seen = desks.of(), []
    place.mkdir()

    def answer(text: str) -> bool:
        (place / "u06_bench.py").write_text(text)
        report = grade_submission(desk, place / "u06_bench.py", student="mallory")
        seen.append(first_number(desks, _key(desks, report.sha256)))
        return report.score == 7

    low, high = recovered(answer, first_number(desks, public_key("u06_bench", "sigmoid")))
    assert len(set(seen)) == QUESTIONS
    assert not any(low < number <= high for number in seen)


def _key(desks: Desks, sha256: str) -> bytes:
    desk = desks.of()
    return hidden_key(desk.secret, desk.course.name, "mallory", sha256, "u06_bench", "sigmoid")


def test_hidden_inputs_when_fixed_then_they_are_recovered(desks: Desks, weakened: Weakened, place: Path) -> None:
    place.mkdir()

    def answer(text: str) -> bool:
        (place / "u06_bench.py").write_text(text)
        facts = weakened.grade(place / "u06_bench.py", grader="same_process", secret=COURSE_SECRET, course=str(COURSE))
        return bool(facts["score"] == 7)

    low, high = recovered(answer, first_number(desks, public_key("u06_bench", "sigmoid")))
    fixed = hidden_key(Secret(COURSE_SECRET.encode()), "", "", "", "u06_bench", "sigmoid")
    assert low < first_number(desks, fixed) <= high
    assert high - low < 0.02
