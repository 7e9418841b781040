"""A notebook imports the student's own earlier units from the workspace around it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.notebook.sibling_units import NeighbourFinder, install, neighbours
from graders.probe import Crash, observe, unwritten_elsewhere
from graders.spec import Exercise, literal
from tests.submission.samples import code, notebook, write

RELU = "def relu(x):\n    return x * (x > 0)\n"
TESTED = ("u01_perceptron", "u06_backprop")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of u07 in a workspace, with the finder installed."""
    folder = tmp_path / "u07_optimizers"
    folder.mkdir()
    before = list(sys.meta_path)
    monkeypatch.setattr(sys, "meta_path", [*before, NeighbourFinder(lambda: folder)])
    yield folder
    for name in TESTED:
        sys.modules.pop(name, None)


def test_module_in_the_folder_of_its_unit_is_imported(here: Path) -> None:
    write(here.parent, {"u06_backprop/u06_backprop.py": "from u01_perceptron import relu\n", "u01_perceptron.py": RELU})
    assert importlib.import_module("u06_backprop").relu(-3) == 0


def test_notebook_is_imported_without_running_its_scripts(here: Path) -> None:
    write(here.parent, {"u06_backprop/u06_backprop.ko.ipynb": notebook(code(RELU + "raise SystemExit\n"))})
    assert importlib.import_module("u06_backprop").relu(3) == 3


def test_files_of_one_folder_are_imported_as_grading_would(here: Path) -> None:
    stub = "def relu(x):\n    raise NotImplementedError\n"
    write(here.parent, {"u06_backprop.py": stub, "u06_backprop.ko.ipynb": notebook(code(RELU))})
    assert importlib.import_module("u06_backprop").relu(3) == 3


def test_unit_that_is_not_there_is_an_ordinary_import_error(here: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'u06_backprop'"):
        importlib.import_module("u06_backprop")
    with pytest.raises(ModuleNotFoundError, match="No module named 'u99_nothing'"):
        importlib.import_module("u99_nothing")


def test_unit_with_a_syntax_error_says_its_line(here: Path) -> None:
    write(here.parent, {"u06_backprop.py": "x = 1\ny = = 2\n"})
    with pytest.raises(ImportError, match=r"u06_backprop\.py, line 2: invalid syntax\. Fix u06_backprop first\."):
        importlib.import_module("u06_backprop")


def test_unit_that_cannot_be_read_says_why(here: Path) -> None:
    write(here.parent, {"u06_backprop.ipynb": "{"})
    with pytest.raises(ImportError, match="damaged notebook"):
        importlib.import_module("u06_backprop")


def test_stub_of_a_neighbour_is_told_apart_from_the_notebooks_own(here: Path) -> None:
    stub = "def relu(x):\n    raise NotImplementedError\n"
    write(here.parent, {"u06_backprop.ko.ipynb": notebook(code(f"import numpy as np\n\n\n{stub}"))})
    used = importlib.import_module("u06_backprop")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    namespace["relu"] = used.relu
    exec(compile("def step(x):\n    return relu(x)\n", "cell", "exec"), namespace)
    found, lines = [unwritten_elsewhere(Crash("", ""))], list[int | None]()

    def step(student: Any) -> Iterator[tuple[str, Any]]:
        yield "out", student.step(1)

    def relu(student: Any) -> Iterator[tuple[str, Any]]:
        yield "out", student.relu(1)

    for probe in (step, relu):
        exercise = Exercise(probe, {"en": "t", "ko": "t"}, ("out",), (literal("one", {}),))
        crash = observe(exercise, {"step": namespace["step"], "relu": used.relu}, {}).crash
        assert crash is not None
        found.append(unwritten_elsewhere(crash))
        lines.append(crash.line)
    there = {"symbol": "relu", "line": "3", "file": "u06_backprop.ko.ipynb"}
    assert found == [None, there, None]  # what is asked for itself is simply not written
    assert lines[0] == 2  # of the cell
    assert neighbours()["u06_backprop"].place_of(3)["params"] == {"cell": 1, "line": 5}


def test_install_when_called_twice_adds_one_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [one for one in sys.meta_path if not isinstance(one, NeighbourFinder)])
    install()
    install()
    assert sum(isinstance(one, NeighbourFinder) for one in sys.meta_path) == 1
