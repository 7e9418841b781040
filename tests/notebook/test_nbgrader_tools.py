"""nbgrader's own tools on our notebooks: what they make is still ours, ``validate`` says what ``%check`` says."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    DeduplicateIds,
    IncludeHeaderFooter,
    LockCells,
)
from nbgrader.validator import Validator

from graders.courses.course import Course
from graders.host.trust import installed_course
from graders.submission.notebook import read_notebook
from tests.notebook_files import Notebook, cell_of, solved, write

COURSE = Course(installed_course())
UNIT = "u01_perceptron"
# Those of generate_assignment and of autograde's cleaning that need no gradebook.
TOOLS = (
    IncludeHeaderFooter,
    LockCells,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    DeduplicateIds,
    CheckCellMetadata,
)


def by_nbgrader(notebook: Notebook) -> Notebook:
    made = nbformat.reads(json.dumps(notebook), as_version=4)
    for tool in TOOLS:
        made, _ = tool().preprocess(made, {})
    found: Notebook = json.loads(nbformat.writes(made))
    return found


@pytest.mark.parametrize("unit", COURSE.units)
def test_what_nbgrader_makes_of_a_notebook_is_read_as_before(unit: str) -> None:
    notebook = solved(COURSE, unit, "ko", head=lambda symbol: f"%%check {symbol}\n")
    made = by_nbgrader(notebook)
    assert read_notebook(json.dumps(made).encode(), "a.ipynb") == read_notebook(
        json.dumps(notebook).encode(), "a.ipynb"
    )
    assert all("checksum" in cell["metadata"]["nbgrader"] for cell in made["cells"])
    locked = [cell["metadata"].get("editable", True) for cell in made["cells"]]
    assert locked == [cell["metadata"]["nbgrader"]["solution"] for cell in made["cells"]]


def test_notebook_without_our_metadata_or_ids_is_still_read(tmp_path: Path) -> None:
    """As nbgrader's autograde leaves it."""
    notebook = by_nbgrader(solved(COURSE, "u08_training", "en", head=lambda symbol: "%%check\n"))
    bare = copy.deepcopy(notebook)
    for cell in bare["cells"]:
        cell["metadata"] = {"nbgrader": cell["metadata"]["nbgrader"]}
        del cell["id"]
    whole, without = (read_notebook(json.dumps(one).encode(), "a.ipynb") for one in (notebook, bare))
    assert without.cells == whole.cells


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """How a notebook was made → the check cells of which nbgrader's validate says that they fail."""
    folder = tmp_path_factory.mktemp("validate")
    shutil.copytree(COURSE.assignments / UNIT, folder / UNIT)
    half = solved(COURSE, UNIT, "en")
    cell_of(half, "exercise-OR")["source"] = "def OR(x1, x2):\n    return 0"
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        for name, notebook in {"right": solved(COURSE, UNIT, "en"), "half": half}.items():
            path = write(by_nbgrader(notebook), folder / UNIT / f"{name}.ipynb")
            done = Validator().validate(str(path))
            assert not done.keys() - {"failed"}
            found[name] = [one["source"].split()[-1] for one in done.get("failed", ())]
        assert not (folder / "state" / "deepgrade" / "checks.jsonl").exists()  # no student's own check
    return found


def test_validate_passes_what_is_right(validated: dict[str, list[str]]) -> None:
    assert validated["right"] == []


def test_validate_fails_what_the_check_fails(validated: dict[str, list[str]]) -> None:
    assert "OR" in validated["half"]
    assert "AND" not in validated["half"]
