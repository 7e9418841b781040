"""Pages: self-contained, the same findings as the terminal, and nothing that a student wrote becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from graders.feedback.html import render_class_html, render_exercise_html, render_report_html
from graders.feedback.messages import say
from graders.messages.message import Message
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report

VOID = {"meta", "rect", "path", "circle", "br", "img", "link", "input"}
ALLOWED = set(
    re.findall(
        r"\w+",
        """html head meta title style body main br header div span p h1 h2 h3 h4 strong section article ul li a i table
        thead tbody tr th td details summary pre figure figcaption svg g rect path circle text""",
    )
)


class Reader(HTMLParser):
    """The tags of a page, in order, and whether they nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(page: str) -> Reader:
    reader = Reader(page)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_pages_are_well_formed_and_load_nothing(student: Report, classroom: list[Report], lang: str) -> None:
    for page in (render_report_html(student, lang), render_class_html(classroom, lang)):
        reader = read(page)
        assert {tag for tag, _ in reader.tags} <= ALLOWED
        assert not re.search(r"https?:|//|url\(|@import|src=|<script", page)
        assert ("html", {"lang": lang}) in reader.tags


def test_pages_when_hostile_then_everything_is_text(hostile: Report) -> None:
    fragment = render_exercise_html(hostile.exercises[0], "en")
    for page in (render_report_html(hostile, "ko"), render_class_html([hostile, hostile], "en"), fragment):
        reader = read(page)
        assert {tag for tag, _ in reader.tags} <= ALLOWED - {"img"}
        assert not [name for _, attrs in reader.tags for name in attrs if name.startswith("on")]
        assert not {"\x1b", "\x07", "\u202e"} & set(page)
    assert "<script>alert(2)</script>" in read(render_report_html(hostile, "en")).text


def test_report_names_the_mistake_and_ladders_the_hints(student: Report) -> None:
    page = render_report_html(student, "ko")
    reader = read(page)
    assert "이런 실수로 보입니다: dW transposed" in reader.text
    ladder = page[page.index("힌트 1/3") : page.index("힌트 3/3")]
    assert ladder.count("<details>") == 2
    assert ladder.count("</details>") == 0
    assert "<details open" not in page


def test_students_report_has_no_hidden_value_and_no_flag(student: Report, hostile: Report) -> None:
    assert "0.123456789" not in render_report_html(student.for_student(), "en")
    assert "For staff to check" in render_report_html(hostile, "en")
    assert "For staff to check" not in render_report_html(hostile.for_student(), "en")


def test_report_when_pictures_are_drawn_then_each_has_a_name(student: Report) -> None:
    pictures = [attrs for tag, attrs in read(render_report_html(student, "en")).tags if tag == "svg"]
    named = [attrs for attrs in pictures if attrs.get("role") == "img"]
    assert all(attrs["aria-label"] for attrs in named)
    assert all(attrs.get("aria-hidden") == "true" for attrs in pictures if attrs not in named)
    assert any("out over x" in str(attrs["aria-label"]) for attrs in named)


def test_differing_shapes_are_shown_without_a_difference(student: Report) -> None:
    affine = render_exercise_html(replace(student.exercises[2], checks=student.exercises[2].checks[2:3]), "en")
    assert "(5, 3)" in affine
    assert "(3, 5)" in affine
    assert "difference" not in read(affine).text


def test_unit_that_fails_alike_is_said_once(student: Report) -> None:
    syntax = Message("source.syntax", {"file": "u06.py", "line": 3, "reason": "expected ':'", "text": "def f()"})
    checks = (CheckReport("out", "core", "error", 0, 1, message=syntax),)
    exercises = tuple(ExerciseReport("u06", name, "error", checks) for name in ("Relu", "Affine"))
    assert read(render_report_html(replace(student, exercises=exercises), "en")).text.count("expected ':'") == 1
    assert "expected ':'" in read(render_exercise_html(exercises[0], "en")).text


def test_report_when_ours_broke_then_no_score(broken_report: Report) -> None:
    text = read(render_report_html(broken_report, "en")).text
    assert "No score: the grader had an internal error; this is not your mistake." in text
    assert re.search(r"–\s*/ 2", text)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (None, np.ones(3)),
        ("text", 1.0),
        (1.5, 2.5),
        (np.array(1), np.array(2)),
        (np.zeros((0, 3)), np.zeros((2, 3))),
        (np.full((3, 3), np.nan), np.ones((3, 3))),
        (np.full(9, np.nan), np.ones(9)),
        (np.ones((2, 3, 4, 5, 6)), np.zeros((2, 3, 4, 5, 6))),
        (np.ones((200, 300)), np.zeros((200, 300))),
        (np.array([True, False]), np.array([False, False])),
        (np.arange(20), np.arange(20) + 1),
        (np.full(3, 1e300), np.full(3, -1e300)),
        (np.zeros((3, 3)), np.zeros((3, 3))),
        ({"W": np.ones(2)}, {"W": np.zeros(2)}),
        ([1, [2, 3]], (1, 2)),
        (np.array([1e-320, 0.0] * 5), np.zeros(10)),
        (np.full(9, np.inf), np.array([-1e308, 0, 1e308] * 3)),
    ],
)
def test_exercise_when_evidence_is_unusual_then_it_is_drawn(
    check_on: Callable[..., CheckReport], actual: object, expected: object
) -> None:
    exercise = ExerciseReport("u01_perceptron", "AND", "fail", (check_on(actual, expected),))
    page = render_exercise_html(exercise, "en")
    read(page)
    assert len(page) < 250_000
    assert not re.search(r' (d|x|y|cx|cy|width|height|transform|fill-opacity)="[^"]*(nan|inf)', page)


def test_curve_of_an_output_replaces_its_picture(student: Report) -> None:
    page = render_exercise_html(student.exercises[0], "en")
    assert page.count('role="img"') == 1


def test_class_when_links_are_given_then_names_lead_to_reports(classroom: list[Report]) -> None:
    page = render_class_html(classroom, "en", links={"park": "park.html?a=1&b=2"})
    assert ("a", {"href": "park.html?a=1&b=2"}) in read(page).tags


def test_class_when_empty_then_still_a_page() -> None:
    assert "No mistake was recognised in this class." in read(render_class_html([], "en")).text


def test_failing_picture_comes_before_a_right_curve(student: Report) -> None:
    wrong = student.exercises[0]
    x = np.linspace(-5, 5, 41)
    case = CaseReport("random", 0, True, "pass", evidence=Evidence({"x": x}, x, x))
    slope = replace(wrong.checks[0], name="dx")
    exercise = replace(wrong, checks=(CheckReport("out", "core", "pass", 1, 1, cases=(case,)), slope))
    page = render_exercise_html(exercise, "en")
    assert page.count('role="img"') == 2
    assert page.index("dx over index") < page.index("Show the curve") < page.index("out over x")


def test_right_output_is_shown_as_pictures_and_a_wrong_one_is_not() -> None:
    heat = np.arange(45.0).reshape(5, 3, 3)
    case = CaseReport("digits", 0, True, "pass", evidence=Evidence({}, heat, heat))
    right = CheckReport("heat", "core", "pass", 1, 1, cases=(case,))
    exercise = ExerciseReport("u10_convnets", "grad_cam", "pass", (right,), curve=("", "heat"))
    page = render_exercise_html(exercise, "en")
    assert page.count('role="img"') == 3
    assert page.index("Show what it produced") < page.index("heat[0]") < page.index("heat[2]")
    wrong = replace(exercise, checks=(replace(right, verdict="fail"),))
    assert "Show what it produced" not in render_exercise_html(wrong, "en")


def test_each_picture_has_its_own_colour_scale(
    check_on: Callable[..., CheckReport],
) -> None:
    check = check_on(np.array([[-0.0, 2.0]]), np.array([[1.0, 2.0]]))
    page = render_exercise_html(ExerciseReport("u01", "AND", "fail", (check,)), "en")
    names = ["yours", "Colours of the values", "expected", "Colours of the values", "difference", "difference"]
    places = [page.index(names[0])]
    for name in names[1:]:
        places.append(page.index(name, places[-1] + 1))
    assert places == sorted(places)
    assert page.count('<div class="dg-scale">') == 3
    assert "-0 " not in read(page).text


def test_what_failed_stands_above_what_passed() -> None:
    def one(unit: str, name: str, verdict: str) -> ExerciseReport:
        return ExerciseReport(unit, name, verdict, (CheckReport("y", "core", verdict, verdict == "pass", 1),))

    exercises = [one("u01", "AND", "pass")]
    exercises += [one("u02", "b", "pass"), one("u02", "c", "missing"), one("u02", "d", "fail")]
    page = render_report_html(Report("kim", tuple(exercises), "fail"), "en")
    cards = re.findall(r'<article class="dg-card" aria-label="(\w+)"', page)
    assert cards == ["d", "c", "b", "AND"]


def test_mistake_known_by_relation_starts_with_a_capital(classroom: list[Report]) -> None:
    check = CheckReport("y", "core", "fail", 0, 1, diagnosis="relation.zeros")
    report = Report("kim", (ExerciseReport("u01", "AND", "fail", (check,)),), "fail")
    assert "Everything is 0" in read(render_class_html([report], "en")).text


def test_class_page_has_a_legend_for_its_squares(classroom: list[Report]) -> None:
    text = read(render_class_html(classroom, "en")).text
    legend = text[text.index("One square per exercise:") : text.index("What the class gets wrong")]
    assert legend.strip() == "One square per exercise:passednot passednot written yet"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_class_tables_scroll_or_stack_on_a_phone(classroom: list[Report], lang: str) -> None:
    page = render_class_html(classroom, lang)
    assert page.count("<table") == page.count('class="dg-pinned"') + page.count('class="dg-cards"') == 3
    assert page.index(say("ui.swipe", lang)) < page.index('class="dg-pinned"')


def test_students_line_stands_beside_the_diagnosis() -> None:
    check = CheckReport("dx", "core", "fail", 0, 1, message=Message("relation.sign", {"name": "dx"}))
    check = replace(check, line=41, source="def backward(self, dout):  # <b>")
    page = render_report_html(Report("kim", (ExerciseReport("u06", "Affine", "fail", (check,)),), "fail"), "en")
    assert "your line 41 def backward(self, dout): # <b>" in " ".join(read(page).text.split())
