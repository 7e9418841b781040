"""Released notebooks as nbgrader reads them: schema 3, each cell with an id of its own, all but the answers locked."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata

from graders.authoring.lesson import load_lesson, placed_figures
from graders.authoring.notebooks import build_notebook
from graders.authoring.stubs import make_stub
from graders.courses.course import Course
from graders.host.trust import installed_course
from graders.submission.notebook import read_notebook
from tests.small_course import UNIT, edit, solution_of, spec_of

COURSE = Course(installed_course())
ALL = [(unit, lang) for unit in COURSE.units for lang in COURSE.languages]


def released(unit: str, lang: str) -> bytes:
    return (COURSE.assignments / unit / f"{unit}.{lang}.ipynb").read_bytes()


def lesson_texts(unit: str, lang: str) -> list[str]:
    return [part for kind, part in load_lesson(COURSE, unit, lang) if kind == "text"]


@pytest.mark.parametrize(("unit", "lang"), ALL)
def test_nbgrader_takes_every_released_notebook(unit: str, lang: str) -> None:
    notebook = nbformat.reads(released(unit, lang).decode(), as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    CheckCellMetadata().preprocess(notebook, {})


@pytest.mark.parametrize(("unit", "lang"), ALL)
def test_each_cell_has_an_id_of_its_own_and_all_but_the_answers_are_locked(unit: str, lang: str) -> None:
    cells = json.loads(released(unit, lang))["cells"]
    ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in ids)
    for cell in cells:
        kind = tuple(cell["metadata"]["nbgrader"][key] for key in ("grade", "solution", "locked"))
        role = cell["metadata"]["deepgrade"]["role"]
        assert kind == {"exercise": (False, True, False), "check": (True, False, True)}.get(role, (False, False, True))
        assert cell["metadata"]["nbgrader"]["schema_version"] == 3
        assert cell["metadata"]["nbgrader"]["cell_type"] == cell["cell_type"]


@pytest.mark.parametrize("unit", COURSE.units)
def test_points_are_the_exercises_own_and_ids_the_same_in_each_language(unit: str) -> None:
    notebooks = [json.loads(released(unit, lang))["cells"] for lang in COURSE.languages]
    points = {
        cell["metadata"]["deepgrade"]["symbol"]: cell["metadata"]["nbgrader"]["points"]
        for cell in notebooks[0]
        if cell["metadata"]["nbgrader"]["grade"]
    }
    assert points == {name: one.max_points for name, one in COURSE.spec(unit).exercises.items()}
    graded = [
        [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if cell["metadata"]["deepgrade"].get("symbol")]
        for cells in notebooks
    ]
    assert graded == [graded[0]] * len(graded)


@pytest.mark.parametrize(("unit", "lang"), ALL)
def test_outputs_are_stripped_and_figures_embedded_once_where_the_lesson_places_them(unit: str, lang: str) -> None:
    cells = json.loads(released(unit, lang))["cells"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells if "outputs" in cell)
    assert not any(cell.get("attachments") for cell in cells)
    text = "".join("".join(cell["source"]) for cell in cells)
    figures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", text)
    kept = {
        base64.b64encode(path.read_bytes()).decode()
        for path in (COURSE.assignments / unit / "figures").glob(f"*.{lang}.svg")
    }
    placed = [path for text in lesson_texts(unit, lang) for path in placed_figures(text)]
    assert len(figures) == len(placed) > 0
    assert set(figures) == kept
    assert all(base64.b64decode(one).lstrip().startswith(b"<svg") for one in figures)


@pytest.mark.parametrize("lost", ["deepgrade", "deepgrade and id"])
@pytest.mark.parametrize("unit", COURSE.units)
def test_roles_and_symbols_are_read_from_nbgraders_part_alone(unit: str, lost: str) -> None:
    """nbgrader's tools and other editors may drop the rest."""
    notebook: dict[str, Any] = json.loads(released(unit, "en"))
    whole = read_notebook(json.dumps(notebook).encode(), "a.ipynb").cells
    for cell in notebook["cells"]:
        del cell["metadata"]["deepgrade"]
        if "id" in lost:
            del cell["id"]
    assert read_notebook(json.dumps(notebook).encode(), "a.ipynb").cells == whole


def test_ids_of_methods_are_told_apart_from_those_of_symbols(course: Course) -> None:
    """``Net.check``, the method, and the check of ``Net``."""
    text = spec_of(course).read_text(encoding="utf-8")
    spec_of(course).write_text(
        text
        + '\nfrom dataclasses import replace\nEXERCISES = (*EXERCISES, replace(EXERCISES[0], symbol="Scale.check"))\n',
        encoding="utf-8",
    )
    edit(
        course.folder(UNIT) / "lesson.ko.md",
        "<!-- exercise: Scale -->",
        "<!-- exercise: Scale -->\n\n<!-- exercise: Scale.check -->",
    )
    found = notebook_of(course)
    assert [cell["metadata"]["nbgrader"]["grade_id"] for cell in found["cells"]][-2:] == [
        f"{UNIT}-Scale-check",
        f"{UNIT}-Scale-check-check",
    ]
    MetadataValidator().validate_nb(nbformat.from_dict(found))


def notebook_of(course: Course) -> dict[str, Any]:
    course = Course(course.root)
    stub = make_stub(solution_of(course).read_text(encoding="utf-8"), course.spec(UNIT).exercises, UNIT)
    found: dict[str, Any] = json.loads(build_notebook(course, UNIT, "ko", stub))
    return found
