"""Every released notebook in a real kernel, top to bottom: kind with the stubs, full marks with the reference."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from graders.courses.course import Course
from graders.host.trust import installed_course
from tests.notebook_files import Notebook, released, solved

pytestmark = pytest.mark.slow

COURSE = Course(installed_course())
# Both languages over the course, one in each unit: a kernel takes seconds.
LANGUAGE = {unit: COURSE.languages[number % 2] for number, unit in enumerate(COURSE.units)}
Ran = dict[str, tuple[Notebook, Notebook]]


async def run_twice(unit: str, folder: Path, room: asyncio.Semaphore) -> tuple[Notebook, Notebook]:
    """With the stubs, then in the same kernel with the answers, as a student goes through it."""
    stubs, right = (
        nbformat.reads(json.dumps(one(COURSE, unit, LANGUAGE[unit])), as_version=4) for one in (released, solved)
    )
    client = NotebookClient(stubs, timeout=60, allow_errors=True, resources={"metadata": {"path": str(folder / unit)}})
    async with room, client.async_setup_kernel():
        for notebook in (stubs, right):
            client.nb = notebook
            for number, cell in enumerate(notebook.cells):
                await client.async_execute_cell(cell, number)
    return stubs, right


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("homework")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield asyncio.run(run_all(folder))


async def run_all(folder: Path) -> Ran:
    for unit in COURSE.units:  # later units import those before them, which are done
        shutil.copytree(COURSE.assignments / unit, folder / unit, ignore=shutil.ignore_patterns("figures", "*.ipynb"))
        (folder / unit / f"{unit}.py").write_text(COURSE.solution(unit), encoding="utf-8")
    room = asyncio.Semaphore(2)
    done = await asyncio.gather(*(run_twice(unit, folder, room) for unit in COURSE.units))
    return dict(zip(COURSE.units, done, strict=True))


def outputs(notebook: Notebook) -> list[tuple[str, Any]]:
    return [(cell["id"], one) for cell in notebook["cells"] for one in cell.get("outputs", ())]


def checks(notebook: Notebook) -> dict[str, str]:
    """Exercise → the plain text of its check."""
    return {
        cell["metadata"]["deepgrade"]["symbol"]: cell["outputs"][0]["data"]["text/plain"]
        for cell in notebook["cells"]
        if cell["metadata"]["deepgrade"]["role"] == "check"
    }


@pytest.mark.parametrize("unit", COURSE.units)
def test_with_the_stubs_no_cell_ends_in_an_error(ran: Ran, unit: str) -> None:
    stubs, _ = ran[unit]
    assert [(name, one.get("evalue")) for name, one in outputs(stubs) if one["output_type"] == "error"] == []
    assert [(name, one["text"]) for name, one in outputs(stubs) if one.get("name") == "stderr"] == []
    kind = {"ko": "아직 작성 전", "en": "not written yet"}[LANGUAGE[unit]]
    assert set(checks(stubs)) == set(COURSE.spec(unit).exercises)
    for name, text in checks(stubs).items():
        assert re.match(rf"{re.escape(name)}  0/\d+  {kind}", text), text


@pytest.mark.parametrize("unit", COURSE.units)
def test_with_the_reference_every_exercise_earns_full_marks(ran: Ran, unit: str) -> None:
    _, right = ran[unit]
    assert [(name, one.get("evalue")) for name, one in outputs(right) if one["output_type"] == "error"] == []
    said = {"ko": "통과", "en": "passed"}[LANGUAGE[unit]]
    assert checks(right) == {
        name: f"{name}  {one.max_points}/{one.max_points}  {said}" for name, one in COURSE.spec(unit).exercises.items()
    }


@pytest.mark.parametrize("unit", COURSE.units)
def test_every_cell_to_predict_and_run_shows_something(ran: Ran, unit: str) -> None:
    for notebook in ran[unit]:
        told = {name for name, _ in outputs(notebook)}
        assert {cell["id"] for cell in notebook["cells"] if cell["metadata"]["deepgrade"]["role"] == "run"} <= told
