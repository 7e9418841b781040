"""Reports as marks, and notebooks put together again: what students and gradebook get to see of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.courses.course import Course
from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.nbgrader.marks import Mark, marked
from graders.nbgrader.rebuilt import HandedCell, defanged, read_handed, rebuilt
from graders.nbgrader.released import Released, load_released
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from tests.small_course import UNIT


def cell(kind: str, name: str, source: str, role: str = "", symbol: str = "", **flags: Any) -> dict[str, Any]:
    meta = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    made = {"cell_type": kind, "id": name, "source": source, "metadata": {"nbgrader": meta | flags}}
    if role:
        made["metadata"]["deepgrade"] = {"role": role} | ({"symbol": symbol} if symbol else {})
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


@pytest.fixture
def released(course: Course, tmp_path: Path) -> Released:
    """Our one exercise, a question of the instructor's own, and a test of theirs that only a kernel could run."""
    symbol = next(iter(course.spec(UNIT).exercises))
    cells = [
        cell("markdown", f"{UNIT}-lesson-1", "A lesson.", "lesson", locked=True),
        cell("code", f"{UNIT}-{symbol}", "stub", "exercise", symbol, solution=True),
        cell("code", f"{UNIT}-{symbol}-check", f"%check {symbol}", "check", symbol, grade=True, locked=True, points=8),
        cell("markdown", "essay", "Write here.", grade=True, solution=True, points=2),
        cell("code", "own-test", "assert f(1) == 2", grade=True, locked=True, points=1),
    ]
    path = tmp_path / f"{UNIT}.ipynb"
    notebook = {"cells": cells, "metadata": {"deepgrade": {"unit": UNIT, "language": "en"}}, "nbformat": 4}
    path.write_text(json.dumps(notebook | {"nbformat_minor": 5}))
    return load_released(path, course)


def report_of(released: Released, verdict: str = "fail", points: float = 1.0, **more: Any) -> Report:
    secret = Evidence({"x": np.array([31337.0])}, np.array([31338.0]), np.array([31339.0]), (0,))
    hidden = CaseReport("random", 0, False, verdict, Message("text", {"text": "seed 31340"}), secret)
    check = CheckReport("out", "core", verdict, points, 4, cases=(hidden,))
    symbol = next(one.symbol for one in released.cells if one.symbol)
    exercise = ExerciseReport(released.unit, symbol, verdict, (check,))
    return Report("kim", (exercise,), verdict, run={"nonce": "31341"}, **more)


def ours(released: Released) -> str:
    return next(one.grade_id for one in released.cells if one.kind == "ours")


def test_cells_with_points_are_ours_a_persons_or_nobodys(released: Released) -> None:
    assert [(one.kind, one.points) for one in released.cells] == [("ours", 8), ("hand", 2), ("foreign", 1)]
    assert released.foreign == ("own-test",)


def test_symbol_when_our_metadata_are_gone_then_the_grade_id_says_it(released: Released, course: Course) -> None:
    content = json.loads(json.dumps(released.content))
    content["metadata"] = {}
    for one in content["cells"]:
        one["metadata"].pop("deepgrade", None)
    path = course.root / f"{UNIT}.ipynb"
    path.write_text(json.dumps(content))
    assert load_released(path, course).cells == released.cells


def test_released_when_it_is_not_there_or_no_notebook_then_one_sentence_says_what_to_do(course: Course) -> None:
    path = course.root / "release" / "ps1" / "x.ipynb"
    with pytest.raises(UsageError, match="generate_assignment ps1"):
        load_released(path, course)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        load_released(path, course)


def test_points_when_the_instructor_gives_a_cell_others_then_the_share_counts(released: Released) -> None:
    marks = marked(released, rebuilt(released, ()), report_of(released, points=1), "en")
    assert marks.scores[ours(released)] == Mark(2.0, False)


def test_marks_when_hidden_values_flags_and_seeds_are_in_the_report_then_none_of_them_is_told(
    released: Released,
) -> None:
    report = report_of(released, flags=(Message("text", {"text": "copied from 31342"}),))
    marks = marked(released, rebuilt(released, ()), report, "en")
    assert "3133" not in json.dumps([marks.notebook, dict(marks.comments)])
    assert "3134" not in json.dumps([marks.notebook, dict(marks.comments)])
    assert marks.flagged
    assert marks.scores[ours(released)].look


@pytest.mark.parametrize("verdict", ["broken", "not_run"])
def test_marks_when_the_platform_could_not_grade_then_there_is_no_score(released: Released, verdict: str) -> None:
    marks = marked(released, rebuilt(released, ()), report_of(released, verdict, 0), "ko")
    assert marks.scores[ours(released)] == Mark(None, True)
    whole = Report("kim", (), "broken", Message("broken", {"text": "31337"}))
    assert marked(released, rebuilt(released, ()), whole, "ko").scores[ours(released)] == Mark(None, True)


def test_a_test_of_somebody_elses_waits_for_a_person_and_says_that_it_was_not_run(released: Released) -> None:
    marks = marked(released, rebuilt(released, ()), report_of(released, "pass", 4), "en")
    assert marks.scores["own-test"] == Mark(None, True)
    assert "This test was not run" in json.dumps(marks.notebook["cells"][-1])


def test_an_answer_for_a_person_is_0_where_it_was_left_alone_and_open_otherwise(released: Released) -> None:
    def score(handed: tuple[HandedCell, ...] | None) -> float | None:
        return marked(released, rebuilt(released, handed), None, "en").scores["essay"].score

    assert score((HandedCell("essay", "", "markdown", "Write here."),)) == 0
    assert score(()) is None
    assert score((HandedCell("essay", "", "markdown", "Mine."),)) is None
    assert score(None) is None


def test_locked_cells_are_as_released_and_the_last_of_two_answers_counts(released: Released) -> None:
    answer = released.cells[0].answer
    handed = (
        HandedCell(f"{UNIT}-lesson-1", "", "markdown", "rewritten"),
        HandedCell(answer, "", "code", "first"),
        HandedCell("", "", "code", "own"),
        HandedCell(answer, "", "code", "second"),
        HandedCell(ours(released), "", "code", "8"),
    )
    sources = [one["source"] for one in rebuilt(released, handed).notebook["cells"]]
    assert sources[0] == "A lesson."
    assert sources[1] == "second"
    assert {"own", "first"} < set(sources)
    assert not {"8", "rewritten"} & set(sources)


@pytest.mark.parametrize(
    "text",
    [
        "<script>1</script>",
        "```<b>`",
        "&lt;script>",
        "[x](javascript:1)",
        "<javascript:1>",
        "[x](java&#115;cript:1)",
        "[x]: data:text/html,1",
        "<img src=x onerror=1>",
        "`` `<svg/onload=1>",
    ],
)
def test_markdown_of_students_runs_nothing_in_a_page(text: str) -> None:
    from nbconvert.filters import markdown2html

    page = str(markdown2html(defanged(text))).lower()
    for tag in ("<script", "<b>", "<img", "<svg", 'href="javascript:', 'href="data:', 'href="java&#115;cript:'):
        assert tag not in page


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\x00", b"[]", b'{"cells": 3}', b"\xff\xfe{}", b"[" * 100_000, b'{"cells": [1]}']
)
def test_what_is_no_notebook_is_not_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    assert read_handed(path) is None


def test_cells_when_single_ones_are_strange_then_the_others_are_read(tmp_path: Path) -> None:
    good = {"cell_type": "code", "source": ["a = 1"], "metadata": {"nbgrader": {"grade_id": "x"}}}
    odd = {"cell_type": "markdown", "source": {"a": 1}, "metadata": 7}
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": [odd, good]}))
    assert read_handed(tmp_path / "x.ipynb") == (HandedCell("x", "", "code", "a = 1"),)
