"""Values in words: what differs is seen, and nothing of the platform's own is shown."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from graders.feedback.figures import evidence_figure
from graders.feedback.messages import render_message
from graders.feedback.text import render_report
from graders.feedback.value_table import pair
from graders.feedback.words import plain_pair, plain_words, worst_words
from graders.messages.message import Message
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report


def worst(actual: Any, expected: Any, lang: str = "en") -> str:
    both = pair(Evidence({}, actual, expected), 8, 8)
    assert both is not None
    return worst_words(both, lang)


def test_worst_when_the_difference_is_small_then_digits_show_it() -> None:
    assert worst([1.06785, 2.0], [1.0678500001, 2.0]) == "Furthest off at [0]: 1.06785 instead of 1.0678500001."
    assert "0.30000000000000004 instead of 0.3" in worst([0.1 + 0.2, 1.0], [0.3, 1.0])


def test_worst_when_it_is_nan_then_says_so_and_no_infinity() -> None:
    said = worst([1.0, np.nan], [1.0, 2.0])
    assert said == "The value at [1] is NaN, which is not a number; expected 2."
    assert "NaN" in worst([1.0, np.nan], [1.0, 2.0], "ko")


def test_worst_when_a_single_number_then_nothing_more_is_said() -> None:
    assert worst(1.0, 2.0) == ""


def test_words_when_something_is_no_array_then_python_writes_it() -> None:
    value = {"a": (np.array([1.5]), None), "b": [Message("sort.generator")]}
    assert plain_words(value, "en") == "{'a': ([1.5], None), 'b': [a generator]}"
    assert plain_words(None, "en") == "nothing"


def test_long_texts_show_the_part_that_differs() -> None:
    one, two = plain_pair("a" * 900 + "x", "a" * 900 + "y", "en", 300)
    assert one != two
    assert len(one) < 320
    assert one.endswith("x'")


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([1.06785, "a"], [1.0678500001, "a"]),
        (np.array([1.06785, 1.0]), np.array([1.0678500001, 1.0])),
        (np.full((3, 8), 1.0678500001), np.full((3, 8), 1.06785)),
        ((1.0, 1.0 + 1e-12), (1.0, 1.0)),
        (1.0678500001, 1.06785),
    ],
)
def test_shown_actual_and_expected_read_differently(actual: Any, expected: Any, lang: str) -> None:
    case = CaseReport("random", 0, True, "fail", None, Evidence({}, actual, expected))
    check = CheckReport("out", "core", "fail", 0, 1, message=Message("verdict.fail"), cases=(case,))
    console = Console(width=80, file=io.StringIO())
    render_report(Report("", (ExerciseReport("u", "E", "fail", (check,)),), "fail"), lang, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("1.0678500001") or text.count("1.000000000001")
    assert max(map(len, text.splitlines())) <= 80


def test_numbers_side_by_side_in_a_message_differ() -> None:
    said = render_message(Message("compare.scalar", {"name": "loss", "actual": 1.06785, "expected": 1.067850001}), "en")
    assert said == "loss is 1.067850000, expected 1.067850001." or said == "loss is 1.06785, expected 1.067850001."


def test_legend_says_what_clips_or_is_no_number() -> None:
    actual = np.array([[57.0, np.nan, 0.1], [0.2, -0.5, 0.3]])
    figure = evidence_figure(Evidence({}, actual, np.full((2, 3), 0.5)), "out", "en")
    said = [key.text for key in figure.legend]
    assert "beyond the scale of 0.5; the largest is 57" in said
    assert "not a finite number (NaN or infinite)" in said


def test_legend_has_only_what_occurs() -> None:
    figure = evidence_figure(Evidence({}, np.array([[0.1, 0.5]]), np.array([[0.5, 0.5]])), "out", "en")
    assert [key.text for key in figure.legend] == ["above 0", "size of the difference", "furthest off"]


def test_figure_when_a_line_leaves_the_frame_then_it_is_said() -> None:
    actual = np.linspace(0, 1, 9)
    actual[4], actual[5] = 1000.0, np.nan
    said = [key.text for key in evidence_figure(Evidence({}, actual, np.linspace(0, 1, 9)), "out", "en").legend]
    assert said == [
        "The line leaves the frame; it reaches from 0 to 1000.",
        "Gaps: the value there is not a finite number.",
    ]
