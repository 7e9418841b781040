"""What a course says of points and hints holds in the terminal, on the page, in Gradescope and in a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from rich.console import Console

from graders.authoring.release import release
from graders.authoring.verify import verify_unit
from graders.courses.course import Course
from graders.feedback.exports import gradescope_results
from graders.feedback.html import render_exercise_html, render_report_html
from graders.feedback.messages import render_message
from graders.feedback.text import render_report
from graders.grading.grader import grade_submission
from graders.grading.oracle import Answers
from graders.messages.errors import CourseError
from graders.notebook.magics import DeepgradeMagics
from graders.practice.file import check_file
from graders.practice.unit import Practice
from graders.reports.report import Report
from graders.sandbox.local import Local
from tests.small_course import UNIT, lay_course, right, setup_of, wrong

TITLE = "da averaged instead of summed"
TWICE = (
    ("return self.a * x", "return 2 * self.a * x"),
    ("da = dout", "da = 2 * dout"),
    ("self.a * dout", "2 * self.a * dout"),
)


def written_in(course: Course) -> dict[str, Any]:
    """A wrong answer as the cells of a kernel hold it: a shell is ``__main__``, and no file."""
    names = vars(course.execute(UNIT, wrong(course)))
    return {name: value for name, value in names.items() if not name.startswith("__")}


def lay(root: Path, rules: str) -> Course:
    lay_course(root)
    manifest = root / "course.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + rules, encoding="utf-8")
    course = Course(root)
    release(course)
    return course


def handed_in(course: Course, text: str) -> Path:
    path = course.root / "kim" / f"{UNIT}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def checked(course: Course, text: str) -> Report:
    return check_file(Local(), handed_in(course, text), course=course.root)


# --- points ---


@pytest.mark.parametrize(
    ("rules", "kept", "said"),
    [
        ("", 0.5, "you keep half of the points"),
        ("\n[points]\nfollow_through = 0.5\n", 0.5, "you keep half of the points"),
        ("\n[points]\nfollow_through = 0.25\n", 0.25, "you keep 25% of the points"),
        ("\n[points]\nfollow_through = 0\n", 0, "gradient of your own out. Fix"),
    ],
)
def test_backward_of_a_wrong_forward_keeps_what_the_course_says(
    tmp_path: Path, rules: str, kept: float, said: str
) -> None:
    course = lay(tmp_path, rules)
    text = right(course)
    for old, new in TWICE:
        text = text.replace(old, new)
    for report in (checked(course, text), grade_submission(setup_of(course), handed_in(course, text))):
        out, dx, da = report.exercises[0].checks
        assert (out.points, dx.points, da.points) == (0, kept, kept)
        assert dx.follow_through
        assert dx.message is not None
        assert said in render_message(dx.message, "en")


# --- the name of a mistake ---


def terminal(report: Report, hints: int) -> str:
    console = Console(record=True, width=100, force_terminal=False)
    with console.capture() as shown:
        render_report(report, "en", console, hints=hints)
    return shown.get()


@pytest.mark.parametrize("name_at", [0, 1, 2, 3])
def test_terminal_names_a_mistake_with_the_hint_that_the_course_says(tmp_path: Path, name_at: int) -> None:
    course = lay(tmp_path, f"\n[hints]\nname_at = {name_at}\n")
    report = checked(course, wrong(course))
    assert [TITLE in terminal(report, hints) for hints in range(4)] == [hints >= name_at for hints in range(4)]
    graded = grade_submission(setup_of(course), handed_in(course, wrong(course)))
    assert TITLE in terminal(graded, 0)  # staff are told at once
    assert (TITLE in terminal(graded.for_student(), 0)) == (name_at == 0)
    kept = Report.from_dict(json.loads(json.dumps(graded.to_dict())))
    assert [check.name_at for check in kept.exercises[0].checks] == [0, 0, name_at]


def before_and_after(page: str, number: int) -> tuple[bool, bool]:
    """Whether the name stands before the hint of this number, and after it."""
    mark = f"Hint {number} of 3"
    assert page.count(mark) == 1
    start, end = page.split(mark)
    return TITLE in start, TITLE in end


@pytest.mark.parametrize("name_at", [1, 2, 3])
def test_page_and_notebook_card_name_it_within_that_hint(tmp_path: Path, name_at: int) -> None:
    course = lay(tmp_path, f"\n[hints]\nname_at = {name_at}\n")
    report = grade_submission(setup_of(course), handed_in(course, wrong(course)))
    for page in (render_report_html(report.for_student(), "en"), render_exercise_html(report.exercises[0], "en")):
        assert before_and_after(page, name_at) == (False, True)
        assert name_at == 3 or before_and_after(page, name_at + 1) == (True, False)
    assert before_and_after(render_report_html(report, "en"), 1) == (True, False)
    told = "\n".join(test["output"] for test in gradescope_results(report, "en")["tests"])
    assert (TITLE in told) == (name_at == 1)  # one hint is shown there


@pytest.mark.parametrize("name_at", [0, 1, 2, 3])
def test_hints_in_a_notebook_name_it_with_that_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name_at: int
) -> None:
    course = lay(tmp_path, f"\n[hints]\nname_at = {name_at}\n")
    monkeypatch.setenv("DEEPGRADE_COURSE", str(course.root))
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    shell = InteractiveShell()
    magics = DeepgradeMagics(shell, lambda start, unit: Practice.find(start, unit, course.root))
    shell.user_ns.update(written_in(course))
    with capture_output() as said:
        magics.check(f"{UNIT}.Scale")
    told = []
    for _ in range(3):
        with capture_output() as said:
            magics.hint(f"{UNIT}.Scale")
        told.append(TITLE in said.stdout)
    assert told == [number == name_at for number in (1, 2, 3)]
    with capture_output() as said:
        magics.check(f"{UNIT}.Scale --hints 2")
    assert (TITLE in said.stdout) == (name_at in (1, 2))


@pytest.mark.parametrize("name_at", [0, 2])
def test_notebook_when_asked_to_explain_names_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name_at: int
) -> None:
    course = lay(tmp_path, f"\n[hints]\nname_at = {name_at}\n")
    monkeypatch.setenv("DEEPGRADE_COURSE", str(course.root))
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    shell = InteractiveShell()
    magics = DeepgradeMagics(shell, lambda start, unit: Practice.find(start, unit, course.root))
    shell.user_ns.update(written_in(course))
    shown: list[object] = []
    monkeypatch.setattr(magics, "_show", shown.append)
    for line in (f"{UNIT}.Scale", f"{UNIT}.Scale --explain", f"--explain --hints 1 {UNIT}.Scale"):
        with capture_output() as said:
            magics.check(line)
        assert "not an option" not in said.stdout
    pages = [one._repr_html_() for one in shown]  # type: ignore[attr-defined]
    assert [before_and_after(page, 1)[0] for page in pages] == [name_at == 0, True, True]
    with capture_output() as said:
        magics.check(f"{UNIT}.Scale --explain=no")
    assert "--explain=no is not an option here" in said.stdout.replace("--explain no", "--explain=no")


# --- how many hints ---


def test_course_of_two_hints_wants_two_and_shows_two(tmp_path: Path) -> None:
    course = lay_course(tmp_path)
    manifest = tmp_path / "course.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n[hints]\nrungs = 2\n", encoding="utf-8")
    course = Course(tmp_path)
    with pytest.raises(CourseError, match=r"hints\.en needs 2 sentence"):
        Answers(course).alterations(UNIT, "Scale")
    path = course.folder(UNIT) / "misconceptions.toml"
    text = path.read_text(encoding="utf-8")
    head, _, tail = text.partition("[misconception.hints]")
    path.write_text(f'{head}[misconception.hints]\nen = ["a.", "b?"]\nko = ["가.", "나?"]\n', encoding="utf-8")
    assert tail
    course = Course(tmp_path)
    release(course)
    assert list(verify_unit(course, UNIT)) == []
    odd = right(course).replace("return self.a * x", "return 2 * self.a * x")
    stub = right(course).replace("self.x = x\n        return self.a * x", "raise NotImplementedError")
    for answer in (wrong(course), odd, stub):
        shown = terminal(checked(course, answer), 3)
        assert "hint 2 of 2" in shown
        assert "hint 3" not in shown
