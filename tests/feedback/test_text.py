"""Reports in a terminal: 80 columns, no colour needed, hints only on request, nothing hostile gets through."""

from __future__ import annotations

import html
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from graders.feedback import selection
from graders.feedback.class_summary import common_mistakes
from graders.feedback.html import render_class_html, render_report_html
from graders.feedback.messages import render_message
from graders.feedback.text import render_class, render_report
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report


def shown(report: Report, lang: str = "en", *, width: int = 80, colour: bool = False, **options: object) -> str:
    console = Console(
        width=width, file=io.StringIO(), force_terminal=colour, color_system="standard" if colour else None
    )
    render_report(report, lang, console, **options)  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def shown_class(reports: list[Report], lang: str = "en", width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO())
    render_class(reports, lang, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def of(check: CheckReport) -> Report:
    return Report("kim", (ExerciseReport("u06_backprop", "Affine", "fail", (check,)),), "fail")


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("detail", ["brief", "normal", "full"])
def test_no_line_is_wider_than_the_terminal(student: Report, lang: str, detail: str) -> None:
    assert max(map(cell_len, shown(student, lang, detail=detail, hints=3).splitlines())) <= 80


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_changed_input_is_said_before_what_comes_of_it(check_on: Callable[..., CheckReport], lang: str) -> None:
    """In the terminal and on the page; where nothing is wrong it stays a remark at the end."""
    changed, other = Message("note.overwritten", {"name": "x"}), Message("note.other", {"note": "n", "used": ""})
    report = of(check_on(np.ones(3), np.zeros(3)))
    (exercise,) = report.exercises
    report = replace(report, exercises=(replace(exercise, notes=(other, changed)),))
    wrong, said, rest = (render_message(one, lang) for one in (exercise.checks[0].message, changed, other))  # type: ignore
    for text in (shown(report, lang, width=200), html.unescape(render_report_html(report, lang))):
        assert text.count(said) == 1
        assert text.index(said) < text.index(wrong) < text.index(rest)
    passed = replace(exercise, verdict="pass", notes=(changed,), checks=(replace(exercise.checks[0], verdict="pass"),))
    assert selection.first_notes(passed) == ()
    assert selection.notes(passed) == (changed,)


def test_report_when_brief_then_a_line_per_exercise_and_the_sum(student: Report) -> None:
    text = shown(student, detail="brief")
    assert "✗ Affine              3/7  not right yet" in text
    assert "✓ Relu                2/2  passed" in text
    assert "Score 8 of 23" in text
    assert "Recognised" not in text


def test_report_names_the_mistake_and_keeps_the_hints(student: Report) -> None:
    text = shown(student)
    assert "Recognised mistake: dW transposed" in text
    assert "More hints on request: 3" in text
    assert "which product of the two" not in text


def test_report_when_hints_are_asked_for_then_that_many_rungs(student: Report) -> None:
    text = shown(student, "ko", hints=2)
    assert "힌트 2/3: dW는 입력의 각 열과" in text
    assert "힌트 3/3" not in text
    assert "요청하면 볼 수 있는 힌트: 1개" in text


def test_failed_hidden_run_shows_the_public_counterexample(student: Report) -> None:
    text = shown(student.for_student(), detail="full")
    assert "A hidden input failed; this fresh one fails the same way." in text
    assert "Furthest off at [3]: -0.348781 instead of -2.44147." in text
    assert "0.123457" not in text


def test_checks_that_fail_in_the_same_words_are_told_once(student: Report) -> None:
    assert "○ SoftmaxWithLoss is not written yet." in shown(student, detail="full")


FOLLOWS = {"first": "Affine", "then": "TwoLayerNet.gradient"}


def test_mistake_of_another_exercise_is_told_there_and_in_one_line_here(check_on: Callable[..., CheckReport]) -> None:
    wrong = check_on(np.zeros(3), np.ones(3))
    there = replace(wrong, diagnosis="u06_backprop.Affine.db_mean", hint={"en": ("look",)})
    here = replace(there, message=Message("borrowed.follows", FOLLOWS), hint=None)
    checks = (here, replace(here, name="dW1"), replace(here, name="dW2", verdict="error"))
    exercises = (
        ExerciseReport("u06_backprop", "Affine", "fail", (there,)),
        ExerciseReport("u06_backprop", "TwoLayerNet.gradient", "fail", checks),
    )
    report = Report("kim", exercises, "fail")
    before, _, after = shown(report, hints=3).partition("TwoLayerNet.gradient")
    assert before.count("Recognised mistake") == 1
    assert " ".join(after.split()).count("This is a mistake in Affine, which TwoLayerNet.gradient uses.") == 1
    assert not any(word in after for word in ("Recognised", "Expected", "look", "no hint"))
    page = html.unescape(render_report_html(report, "ko"))
    assert page.count("TwoLayerNet.gradient 코드가 사용하는 Affine의 실수입니다.") == 1
    assert [mistake.exercise for mistake in common_mistakes([report], "en")] == ["Affine"]


def test_unit_that_fails_alike_is_said_above_it(student: Report) -> None:
    syntax = Message("source.syntax", {"file": "u06.py", "line": 3, "reason": "expected ':'", "text": "def f()"})
    exercises = tuple(
        ExerciseReport("u06", name, "error", (CheckReport("out", "core", "error", 0, 1, message=syntax),), (note,))
        for name, note in (("Relu", Message("text", {"text": "kept"})), ("Affine", Message("after", {})))
    )
    text = shown(replace(student, exercises=exercises))
    assert text.count("expected ':'") == 1
    assert text.index("expected ':'") < text.index("✗ Relu")
    assert "kept" in text
    assert "after" not in text


def test_report_when_nothing_is_written_then_one_line_says_so(student: Report) -> None:
    text = shown(student)
    assert "○ SoftmaxWithLoss     0/2  not written yet" in text
    assert "Replace the raise" not in text


def test_exception_that_takes_every_output_is_told_once(student: Report) -> None:
    raised = {"at": "out", "kind": "ValueError", "text": "bad", "line": 3}
    checks = [
        CheckReport(name, "core", "error", 0, 1, message=Message(id, {"name": name, **raised}))
        for name, id in (("out", "compare.raised_line"), ("dx", "compare.raised_before_line"))
    ]
    text = shown(replace(student, exercises=(ExerciseReport("u", "Affine", "error", tuple(checks)),)))
    assert "✗ out was not computed: ValueError at line 3: bad 0/2" in text
    assert text.count("ValueError") == 1


def test_wrapped_sentence_hangs_under_its_first_word(student: Report) -> None:
    lines = shown(student, width=50).splitlines()
    place = next(number for number, line in enumerate(lines) if "· Your code overwrites" in line)
    assert len(lines[place + 1]) - len(lines[place + 1].lstrip()) == lines[place].index("Your")


def test_markup_and_escapes_in_output_stay_text(student: Report) -> None:
    text = shown(student, colour=True)
    assert "[bold]not markup[/bold]" in text
    assert "\x1b[31mred" not in text
    assert "�[31mred" in text


def test_report_when_hostile_then_no_control_character_is_left(hostile: Report) -> None:
    text = shown(hostile, detail="full", hints=3)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_narrow_arrays_stand_side_by_side(check_on: Callable[..., CheckReport]) -> None:
    text = shown(of(check_on(np.eye(3), np.ones((3, 3)))))
    assert any("yours (3, 3)" in line and "expected (3, 3)" in line for line in text.splitlines())


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (None, np.ones(2), "yours: nothing"),
        ("text", 1.0, "yours: 'text'"),
        (np.zeros((0, 3)), np.ones((2, 3)), "yours (0, 3): []"),
        (0.5, 0.25, "0.5000"),
        (np.array(3), np.array(4), "3"),
        (np.array([True]), np.array([False]), "True"),
        ({"a": 1}, {"a": 2}, "{'a': 1}"),
    ],
)
def test_report_when_evidence_is_unusual_then_it_is_shown(
    check_on: Callable[..., CheckReport], actual: object, expected: object, said: str
) -> None:
    assert said in shown(of(check_on(actual, expected)))


def test_report_when_ours_broke_then_there_is_no_score(broken_report: Report) -> None:
    text = shown(broken_report)
    assert "No score: the grader had an internal error; this is not your mistake." in text
    assert "Score 2" not in text


def test_follow_through_says_why_points_were_kept(student: Report) -> None:
    message = Message("compare.follow_through", {"name": "dx", "of": "out"})
    check = replace(student.exercises[2].checks[2], message=message, follow_through=True, points=1)
    text = " ".join(shown(of(replace(check, diagnosis="relation.ratio"))).split())
    assert "you keep half of the points. Fix out first. 1/2" in text
    assert "Recognised mistake: off by one common factor" in text


def test_report_when_much_was_printed_then_is_cut_and_says_so(student: Report) -> None:
    exercise = replace(student.exercises[1], stdout="line\n" * 40)
    report = replace(student, exercises=(exercise,))
    assert "(lines not shown: 28)" in shown(report)
    assert "not shown" not in shown(report, detail="full")


def test_marks_when_the_encoding_lacks_them_then_letters(clean: Report) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="cp949", errors="replace", write_through=True)
    render_report(clean, "en", Console(file=file, width=80))
    assert "+ Relu" in file.buffer.getvalue().decode("cp949")  # type: ignore[attr-defined]


def test_class_when_rendered_then_what_needs_a_look_comes_first(classroom: list[Report]) -> None:
    text = shown_class(classroom)
    order = [text.index(name) for name in ("zoe", "park", "choi", "han-jiwoo", "=cmd()", "lee-seojun")]
    assert order == sorted(order)
    assert "submissions: 7 · median: 67% · need a look: 5" in text


def test_shared_mistake_is_counted_by_student(classroom: list[Report]) -> None:
    assert "2 × dW transposed  u06_backprop · Affine" in shown_class(classroom)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_class_when_korean_and_narrow_then_no_line_is_too_wide(classroom: list[Report], width: int) -> None:
    lines = shown_class(
        [*classroom, replace(classroom[0], student="가나다라마바사아자차카타파하" * 3)], "ko", width
    ).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_uncounted_unit_stands_in_brackets_and_is_said(clean: Report) -> None:
    extra = replace(clean, exercises=(clean.exercises[0], replace(clean.exercises[1], unit="u07")), uncounted=("u07",))
    text = shown_class([extra], width=120)
    assert "(5/5)" in text
    assert "u07 is not counted: fewer than half of the class, or only one student, handed it in (lee-seojun)." in text
    assert "u07 is not counted" in html.unescape(render_class_html([extra], "en"))


def test_class_when_empty_then_says_so() -> None:
    assert "submissions: 0" in shown_class([])


def test_text_when_imported_then_rich_is_not_loaded() -> None:
    code = "import sys, graders.feedback.text; print([n for n in ('rich', 'jinja2', 'markupsafe') if n in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert answer.stdout.strip() == "[]"
