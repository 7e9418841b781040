"""What a lesson that follows the template must hold: each part that is missing is named, with file and line."""

# ruff: noqa: E501 (a case in a line)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graders.authoring.scaffold import scaffold
from graders.authoring.unit_work import lines_to_write
from graders.authoring.verify import verify_unit
from graders.courses.course import Course
from tests.small_course import UNIT, edit, lay_manifest, solution_of, spec_of


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A unit exactly as ``deepgrade new`` writes it."""
    scaffold(Course(lay_manifest(tmp_path)), UNIT)
    return Course(tmp_path)


@pytest.fixture
def templated(course: Course) -> Course:
    edit(course.root / "course.toml", "[folders]", "[lessons]\ntemplate = true\n\n[folders]")
    return Course(course.root)


def found(course: Course) -> list[str]:
    return [str(one) for one in verify_unit(Course(course.root), UNIT)]


def change(course: Course, lang: str, old: str, new: str) -> None:
    edit(course.folder(UNIT) / f"lesson.{lang}.md", old, new)


def test_scaffold_follows_the_template(templated: Course) -> None:
    assert found(templated) == []


def test_course_says_which_units_follow_it(course: Course) -> None:
    change(course, "en", "<!-- head -->\n", "")
    assert found(course) == []
    for said, count in (("false", 0), ('["u01_other"]', 0), (f'["{UNIT}"]', 1), ("true", 1)):
        manifest = course.root / "course.toml"
        before = manifest.read_text(encoding="utf-8")
        manifest.write_text(f"{before}\n[lessons]\ntemplate = {said}\n", encoding="utf-8")
        assert len(found(course)) == count
        manifest.write_text(before, encoding="utf-8")


CASES = {
    "goals": ("en", "**After this unit you can**", "**Goals**", "lesson.en.md:1: has no goals"),
    "goals in Korean": ("ko", "**이 단원을 마치면**", "이 단원을 마치면", "lesson.ko.md:1: has no goals"),
    "one goal": ("en", "- say why the gradient of a number that many rows share is a sum\n", "", "has 1 goals below"),
    "why": (
        "ko",
        "표의 두 열이 모두 길이인데, 하나는 미터이고 하나는 킬로미터입니다. 결과를 결정하는 것은 어느 열이고, 꼭 그래야 할까요?\n"
        "이처럼 이 주제가 왜 필요한지를 질문이나 숫자 하나로 보여 주세요.\n",
        "",
        "lesson.ko.md:1: has no paragraph between its title and its goals",
    ),
    "head": ("en", "<!-- head -->", "", "lesson.en.md:1: needs the line <!-- head --> once"),
    "head twice": ("ko", "<!-- head -->", "<!-- head -->\n\n<!-- head -->", "needs the line <!-- head --> once"),
    "head too late": ("ko", "<!-- head -->\n\n## 열마다 배율 곱하기", "## 열마다 배율 곱하기\n\n<!-- head -->", "head --> once"),
    "formula": (
        "en",
        None,
        "",
        "lesson.en.md:12: the section 'Scale every column' asks for Scale and has no formula",
    ),
    "table": (
        "ko",
        "|---|---|---|",
        "| | | |",
        "lesson.ko.md:12: the section '열마다 배율 곱하기' asks for Scale and has no table",
    ),
    "predict": ("en", "**Predict.**", "Predict.", "has nothing to predict and run: **Predict.** …, then a block ```python run"),
    "predicted, not run": ("ko", "```python run", "```python", "**예측해 보세요.** is not followed by a block ```python run"),
    "closing": (
        "en",
        "\n## What you built",
        "",
        "lesson.en.md:12: ends with the section 'Scale every column', which has the exercise Scale; close in one of its own",
    ),
    "sources": ("ko", "> **출처.**", "**출처.**", "the closing section '마무리' names no sources; end it with > **출처.** …"),
    "slides": ("en", "A layer multiplies", "As the slides say, a layer multiplies", "lesson.en.md:14: speaks of 'slides'"),
    "a seed": ("en", "A layer multiplies", "In S2, a layer multiplies", "speaks of 'S2', which a self-learner"),
    "the book": ("en", "A layer multiplies", "As in the book, a layer multiplies", "speaks of 'the book'"),
    "slides in Korean": ("ko", "이 계층은 입력의", "슬라이드의 계층은 입력의", "lesson.ko.md:14: speaks of '슬라이드'"),
    "particle": ("ko", "`da`에 남깁니다", "`da` 에 남깁니다", "lesson.ko.md:20: has a space before a particle"),
    "term": ("ko", "| 이름 | 형상 |", "| 이름 | 모양 |", "lesson.ko.md:23: says '모양'; this course's term is 형상"),
    "dated": ("en", "gathers the column's", "gathers ane" "w the column's", "w'; today: again"),
    "other order": ("ko", "```python run", "```python run\n1\n```\n\n```python run", "in another order than the first language"),
    "run cell": ("en", "np.ones((3, 2))))", "np.ones((3, 3))))", "lesson.en.md: cell 1 to run does not, line 1: ValueError"),
    "run cell's syntax": ("ko", "print(Scale", "print(Scale(", "cell 1 to run does not, line 1: SyntaxError"),
}  # fmt: skip


@pytest.mark.parametrize(("lang", "old", "new", "sentence"), CASES.values(), ids=CASES)
def test_what_a_lesson_lacks_is_named(templated: Course, lang: str, old: str | None, new: str, sentence: str) -> None:
    path = templated.folder(UNIT) / f"lesson.{lang}.md"
    if old is None:
        path.write_text(re.sub(r"\$+[^$]*\$+", "…", path.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        change(templated, lang, old, new)
    assert [one for one in found(templated) if sentence in one], found(templated)


def test_section_without_a_figure_is_named(templated: Course) -> None:
    path = templated.folder(UNIT) / "lesson.ko.md"
    path.write_text(re.sub(r"!\[.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert any(
        "lesson.ko.md:12: the section" in one and "has no figure: ![…](figures/NAME.svg)" in one
        for one in found(templated)
    )


def test_run_cell_before_its_exercise_is_named(course: Course) -> None:
    run = "```python run\nprint(Scale(np.array([2.0, 0.5])).forward(np.ones((3, 2))))\n```\n"
    change(course, "en", run, "")
    change(course, "en", "<!-- exercise: Scale -->", f"{run}\n<!-- exercise: Scale -->")
    assert found(course) == [
        f"{UNIT}/lesson.en.md: cell 1 to run does not, line 1: NameError: name 'Scale' is not defined; Scale is placed below it"
    ]


def test_notes_may_speak_of_slides_and_books(templated: Course) -> None:
    change(
        templated, "en", "> **Note.** Where a slide or a book differs", "> **Note.** S1's slides and the book differ"
    )
    assert found(templated) == []


def test_window_may_slide_and_a_number_may_be_called_s1(templated: Course) -> None:
    change(
        templated, "en", "A layer multiplies", "A window slides over it; $s_1$ is `s1`, not `s2`. A layer multiplies"
    )
    assert found(templated) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (", minutes=30", "", f"{UNIT}: it says no minutes; give Unit(minutes=...)"),
        ('        start={"en": "Begin with forward.", "ko": "forward부터 작성하세요."},\n', "", f"{UNIT}.Scale: it has no start hint"),
    ],
)  # fmt: skip
def test_what_a_unit_does_not_say_is_named(templated: Course, old: str, new: str, sentence: str) -> None:
    edit(spec_of(templated), old, new)
    assert any(one.startswith(sentence) for one in found(templated))


def test_step_that_is_too_large_is_named(templated: Course) -> None:
    steps = "\n".join(f"        step_{number} = {number}" for number in range(18))
    edit(solution_of(templated), "        self.x = x\n", f"        self.x = x\n{steps}\n")
    what = "it asks for 23 lines between two checks, expected about fifteen (at most 20); split it into exercises"
    assert f"{UNIT}.Scale: {what}" in found(templated)


def test_lines_to_write_are_those_of_the_exercise_alone(course: Course) -> None:
    source = (
        course.solution(UNIT)
        + '\n\ndef other(x):\n    """Doc.\n\n    More.\n    """\n    # why\n    y = x\n    return y\n'
    )
    assert lines_to_write(source, "Scale", ("Scale", "other")) == 5
    assert lines_to_write(source, "other", ("Scale", "other")) == 2
    assert lines_to_write(source, "Scale.forward", ("Scale.forward", "other")) == 2
