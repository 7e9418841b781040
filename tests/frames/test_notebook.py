"""docs/class_analysis.ipynb: it runs from top to bottom, shows what it gives, and tells nothing of a solution."""

from __future__ import annotations

import warnings

import nbformat
import pytest

from graders import Course, frames
from graders.authoring.stubs import public_lines, solution_lines
from graders.frames.columns import TABLES
from tests.frames.notebook import PATH, executed, texts
from tests.frames.sample_class import DATA, ROOT, UNITS, rounds, text_of

COMMITTED = nbformat.read(PATH, as_version=4)


@pytest.mark.slow
def test_notebook_gives_what_it_shows() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the client's loop, not of the notebook
        now = executed()
    assert texts(now) == texts(COMMITTED)


def test_notebook_shows_pictures_and_neither_errors_nor_warnings() -> None:
    shown = [text for _, outputs in texts(COMMITTED) for text in outputs]
    assert shown.count("picture") >= 6
    assert [text for text in shown if text.startswith(("error", "stderr"))] == []
    assert [cell.execution_count for cell in COMMITTED.cells if cell.cell_type == "code"] == list(
        range(1, 1 + sum(cell.cell_type == "code" for cell in COMMITTED.cells))
    )
    nbformat.validate(COMMITTED)


def test_class_of_the_notebook_tells_no_line_of_a_solution() -> None:
    tables = frames.read(DATA)
    assert tables.checks.message.isna().all()
    course = Course(ROOT)
    secret = {line for unit in UNITS for line in solution_lines(course.solution(unit), course.spec(unit).exercises)}
    assert len(secret) > 50
    columns = [getattr(tables, name)[column.name] for name, columns in TABLES.items() for column in columns]
    words = {str(value) for column in columns if column.dtype != "category" for value in column.dropna().unique()}
    shown = [text for source, outputs in texts(COMMITTED) for text in (source, *outputs)]
    prose = [cell.source for cell in COMMITTED.cells]
    told = set(public_lines("\n".join([*words, *shown, *prose])))
    assert len(told) > 100
    assert told & secret == set()


def test_class_of_the_notebook_is_large_and_handed_in_twice() -> None:
    tables = frames.read(DATA)
    assert tables.submissions.student.nunique() == 60
    assert set(tables.attempts.attempt) == {1, 2}
    assert tables.diagnoses.diagnosis.nunique() > 50


@pytest.mark.parametrize("unit", UNITS)
def test_class_can_be_drawn_again(unit: str) -> None:
    """Each draw is Python: the mistakes and solutions it is made of fit together still."""
    for _, each, draw in rounds(3):
        for _, states in each:
            compile(text_of(draw.course, unit, states), unit, "exec")
