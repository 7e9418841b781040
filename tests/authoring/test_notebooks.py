"""A unit's notebook: the lesson in order, each exercise's stub and check where the lesson places them."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from graders.authoring.notebooks import build_notebook, docstring_faults, load_docstrings, load_lesson
from graders.authoring.scaffold import scaffold
from graders.authoring.stubs import make_stub
from graders.courses.course import Course
from graders.messages.errors import CourseError
from graders.practice.renewed_notebook import source_digest
from tests.small_course import OTHER, UNIT, edit, solution_of, spec_of


def built(course: Course, lang: str = "ko") -> dict[str, Any]:
    course = Course(course.root)
    stub = make_stub(course.solution(UNIT), course.spec(UNIT).exercises, UNIT)
    found: dict[str, Any] = json.loads(build_notebook(course, UNIT, lang, stub))
    return found


def cells(course: Course, lang: str = "ko") -> list[tuple[str, str]]:
    return [(cell["id"], "".join(cell["source"])) for cell in built(course, lang)["cells"]]


def lesson(course: Course) -> Path:
    return course.folder(UNIT) / "lesson.ko.md"


def test_notebook_when_built_then_its_cells_follow_the_lesson(course: Course) -> None:
    assert [name for name, _ in cells(course)] == ["lesson-1", "setup", "lesson-2", "exercise-Scale", "check-Scale"]


def test_notebook_is_valid_and_names_unit_and_language(course: Course) -> None:
    notebook = built(course, "en")
    nbformat.validate(nbformat.from_dict(notebook))
    assert notebook["metadata"]["deepgrade"] == {"unit": UNIT, "language": "en"}


def test_notebook_built_twice_is_the_same_to_the_byte(course: Course) -> None:
    assert built(course) == built(course)


def test_setup_cell_loads_the_magics_and_the_imports(course: Course) -> None:
    assert dict(cells(course, "en"))["setup"] == (
        f"# Run this cell first.\n%load_ext graders\n%deepgrade {UNIT} --lang en\nimport numpy as np"
    )


def test_check_cell_is_locked_and_worth_its_exercises_points(course: Course) -> None:
    check = built(course)["cells"][-1]
    assert "".join(check["source"]) == "# 답을 확인합니다. 막히면 %hint로 힌트를 하나씩 볼 수 있습니다.\n%check Scale"
    assert check["metadata"]["nbgrader"]["points"] == 3
    assert (check["metadata"]["nbgrader"]["grade"], check["metadata"]["nbgrader"]["locked"]) == (True, True)


def test_exercise_cell_is_the_stub_and_may_be_written_in(course: Course) -> None:
    cell = built(course)["cells"][3]
    assert "raise NotImplementedError" in "".join(cell["source"])
    assert cell["metadata"]["nbgrader"]["solution"] is True
    ours = cell["metadata"]["deepgrade"]
    assert (ours["role"], ours["symbol"]) == ("exercise", "Scale")
    assert ours["released"] == source_digest("".join(cell["source"]))


def test_given_code_before_a_symbol_comes_before_its_cell(course: Course) -> None:
    edit(solution_of(course), "class Scale", "A = 1\n\n\ndef helper():\n    return A\n\n\nclass Scale")
    solution_of(course).write_text(solution_of(course).read_text(encoding="utf-8") + "\n\nLAST = 1\n", encoding="utf-8")
    found = cells(course)
    assert [name for name, _ in found] == [
        "lesson-1",
        "setup",
        "lesson-2",
        "given-Scale",
        "exercise-Scale",
        "check-Scale",
        "given-end",
    ]
    assert dict(found)["given-Scale"] == "# 주어진 코드입니다. 그대로 두세요.\nA = 1\n\n\ndef helper():\n    return A"


def test_one_cell_holds_the_class_of_several_methods(course: Course) -> None:
    text = spec_of(course).read_text(encoding="utf-8")
    spec_of(course).write_text(
        text + "\nfrom dataclasses import replace\nONE, = EXERCISES\n"
        'EXERCISES = (replace(ONE, symbol="Scale.forward"), replace(ONE, symbol="Scale.backward"))\n',
        encoding="utf-8",
    )
    placed = "<!-- exercise: Scale.forward -->\n\nbetween\n\n<!-- exercise: Scale.backward -->"
    edit(lesson(course), "<!-- exercise: Scale -->", placed)
    assert [name for name, _ in cells(course)] == [
        "lesson-1",
        "setup",
        "lesson-2",
        "exercise-Scale",
        "check-Scale-forward",
        "lesson-3",
        "check-Scale-backward",
    ]


def test_lesson_when_loaded_then_text_and_exercises_alternate(course: Course) -> None:
    edit(lesson(course), "<!-- exercise: Scale -->", "<!--exercise:Scale-->  \n\nAfter.\n")
    assert [kind for kind, _ in load_lesson(course, UNIT, "ko")] == ["text", "text", "exercise", "text"]


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("", "does not place 'Scale'. Add the line <!-- exercise: Scale -->."),
        ("<!-- exercise: Scale -->\n\n<!-- exercise: Scale -->", "places 'Scale' 2 times. Place each exercise once."),
        ("<!-- exercise: Scal -->", "places the exercise 'Scal', which u99_topic does not have. Did you mean Scale?"),
        ("text <!-- exercise: Scale -->", "does not place 'Scale'"),
    ],
)
def test_lesson_when_it_places_exercises_wrongly_then_it_is_told(course: Course, new: str, sentence: str) -> None:
    edit(lesson(course), "<!-- exercise: Scale -->", new)
    with pytest.raises(CourseError) as raised:
        load_lesson(course, UNIT, "ko")
    assert "lesson.ko.md" in str(raised.value)
    assert sentence in str(raised.value)


def test_lesson_when_absent_then_its_path_is_told(course: Course) -> None:
    lesson(course).unlink()
    with pytest.raises(CourseError, match=r"There is no lesson .*lesson\.ko\.md\. Each unit has"):
        load_lesson(course, UNIT, "ko")


def test_lesson_when_not_utf8_then_its_path_is_told(course: Course) -> None:
    lesson(course).write_bytes(b"# \xff\n")
    with pytest.raises(CourseError, match=r"lesson\.ko\.md is not UTF-8"):
        load_lesson(course, UNIT, "ko")


@pytest.mark.parametrize("text", ["<!-- exercise: Scale -->\n\n# After\n", "", "\n\n"])
def test_lesson_when_it_begins_without_text_then_it_is_told(course: Course, text: str) -> None:
    lesson(course).write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=r"lesson\.ko\.md does not begin with text\. Begin it with the unit's title"):
        load_lesson(course, UNIT, "ko")


def test_heading_inside_code_does_not_split_the_cell(course: Course) -> None:
    code = "```python\n# a comment\n## another\nx = 1\n```\n"
    edit(lesson(course), "<!-- exercise: Scale -->", code + "\n<!-- exercise: Scale -->")
    assert code.strip() in dict(cells(course))["lesson-2"]


def test_symbol_when_the_solution_lacks_it_then_it_is_named(course: Course) -> None:
    edit(solution_of(course), "class Scale", "class Skale")
    with pytest.raises(CourseError, match=r"The solution does not define Scale\. Define each exercise's symbol"):
        built(course)


def test_cells_when_two_symbols_give_one_id_then_it_is_told(course: Course) -> None:
    text = spec_of(course).read_text(encoding="utf-8")
    spec_of(course).write_text(
        text + "\nfrom dataclasses import replace\nEXERCISES = (*EXERCISES, "
        'replace(EXERCISES[0], symbol="a_b"), replace(EXERCISES[0], symbol="a__b"))\n',
        encoding="utf-8",
    )
    more = "\n\n\ndef a_b():\n    pass\n\n\ndef a__b():\n    pass\n"
    solution_of(course).write_text(solution_of(course).read_text(encoding="utf-8") + more, encoding="utf-8")
    edit(
        lesson(course),
        "<!-- exercise: Scale -->",
        "<!-- exercise: Scale -->\n\n<!-- exercise: a_b -->\n\n<!-- exercise: a__b -->",
    )
    with pytest.raises(CourseError, match=r"The notebook of u99_topic has cells of the same id: .*Rename an exercise"):
        built(course)


def docstrings(course: Course) -> Path:
    return course.folder(UNIT) / "docstrings.ko.toml"


def exercise_cell(course: Course, lang: str) -> str:
    return next(text for id, text in cells(course, lang) if id == "exercise-Scale")


def test_korean_docstring_is_all_that_differs(course: Course) -> None:
    korean, english = exercise_cell(course, "ko"), exercise_cell(course, "en")
    assert "열마다 a의 수 하나를 곱합니다." in korean
    assert "one number of a per column" in english
    assert without_docstrings(korean) == without_docstrings(english)


def without_docstrings(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def test_verify_asks_for_an_absent_docstring(course: Course) -> None:
    docstrings(course).unlink()
    assert exercise_cell(course, "ko") == exercise_cell(course, "en")
    assert list(docstring_faults(course, UNIT)) == [
        ("Scale", 'it has no docstring in docstrings.ko.toml; add "Scale" = "…"')
    ]


def test_docstring_without_a_shape_or_for_nothing_is_told(course: Course) -> None:
    docstrings(course).write_text('"Scale" = "a: (D,)"\n"Skale" = "x"\n', encoding="utf-8")
    assert [complaint for _, complaint in docstring_faults(course, UNIT)] == [
        "its docstring in docstrings.ko.toml leaves out (N, D)",
        "docstrings.ko.toml names it, but the stub has no docstring there",
    ]


@pytest.mark.parametrize("text", ["Scale = ", '[Scale]\nforward = "x"', '"Scale" = ""', '"Scale" = 3'])
def test_docstrings_file_that_cannot_be_read_is_named(course: Course, text: str) -> None:
    docstrings(course).write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=r"docstrings\.ko\.toml"):
        load_docstrings(course, UNIT, "ko")


# --- head and cells to run ---


def test_block_to_run_becomes_a_cell_and_any_other_stays_text(course: Course) -> None:
    code = "**예측해 보세요.** 얼마일까요?\n\n```python run\nx = 1\nprint(Scale)\n```\n\n```python\ny = 2\n```\n"
    edit(lesson(course), "<!-- exercise: Scale -->", f"<!-- exercise: Scale -->\n\n{code}")
    found = dict(cells(course))
    assert found["run-1"] == "%%experiment\n# 예측한 다음에 실행하세요.\nx = 1\nprint(Scale)"
    assert [*found][-3:] == ["lesson-3", "run-1", "lesson-4"]
    assert found["lesson-4"] == "```python\ny = 2\n```"
    cell = next(cell for cell in built(course)["cells"] if cell["id"] == "run-1")
    assert cell["metadata"]["deepgrade"]["role"] == "run"
    nbformat.validate(nbformat.from_dict(built(course)))


def test_head_tells_minutes_exercises_and_points(course: Course) -> None:
    assert "> About 30 minutes · 1 exercise · 3 points" in dict(cells(course, "en"))["lesson-1"]
    assert "> 약 30분 · 문제 1개 · 3점" in dict(cells(course, "ko"))["lesson-1"]
    assert "<!-- head -->" not in "".join(text for _, text in cells(course))


def test_head_names_the_units_that_come_first_and_are_there(course: Course) -> None:
    scaffold(course, OTHER)
    edit(spec_of(course), ", minutes=30", f', after=("u01_nowhere",), uses=("{OTHER}",)')
    head = dict(cells(course, "en"))["lesson-1"]
    assert f"> 1 exercise · 3 points  \n> Comes after: **A new unit** (`{OTHER}`)" in head
    assert f"먼저 할 단원: **새 단원**(`{OTHER}`)" in dict(cells(course, "ko"))["lesson-1"]
