"""A lesson's cell to run: as IPython runs it, and in a kind sentence where a function is not written yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from graders.feedback.messages import say
from graders.notebook.magics import DeepgradeMagics

STUB = """import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W

    def forward(self, x):
        # YOUR CODE HERE
        raise NotImplementedError
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    for name in ("DEEPGRADE_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.register_magics(DeepgradeMagics(shell))
    shell.run_cell("%deepgrade u06_backprop --lang en")
    yield shell
    InteractiveShell.clear_instance()


def ran(shell: InteractiveShell, cell: str) -> tuple[bool, str]:
    with capture_output() as captured:
        result = shell.run_cell(f"%%experiment\n{cell}")
    return result.success, captured.stdout


def test_names_stay_and_the_last_expression_is_shown(shell: InteractiveShell) -> None:
    assert ran(shell, "# Predict first, then run.\nx = 3\nprint('now')\nx + 1") == (
        True,
        f"now\nOut[{shell.execution_count - 1}]: 4\n",
    )
    assert shell.user_ns["x"] == 3
    assert shell.user_ns["_"] == 4


def test_value_has_its_rich_display(shell: InteractiveShell) -> None:
    shell.user_ns["one"] = type("Rich", (), {"_repr_html_": lambda self: "<b>rich</b>"})()
    formatted = []
    shell.display_formatter.ipython_display_formatter.for_type(type(shell.user_ns["one"]), formatted.append)
    ran(shell, "one")
    assert formatted == [shell.user_ns["one"]]


@pytest.mark.parametrize("cell", ["x = 3;", "import math", "# nothing"])
def test_cell_without_a_value_shows_none(shell: InteractiveShell, cell: str) -> None:
    assert ran(shell, cell) == (True, "")


def test_unwritten_exercise_is_named_kindly(shell: InteractiveShell) -> None:
    shell.run_cell(STUB)
    done, said = ran(shell, "layer = Affine(1, 2)\nlayer.forward(np.ones(3))")
    assert done
    assert said.strip() == say("magic.write_first", "en", name="Affine.forward")


def test_exercise_whose_cell_was_not_run_is_named_kindly(shell: InteractiveShell) -> None:
    done, said = ran(shell, "Relu().forward(1)")
    assert done
    assert said.strip() == say("magic.run_first", "en", name="Relu")


def test_sentence_is_in_the_notebooks_language(shell: InteractiveShell) -> None:
    shell.run_cell("%deepgrade u06_backprop --lang ko")
    assert ran(shell, "Relu()")[1].strip() == say("magic.run_first", "ko", name="Relu")


def test_method_that_is_an_exercise_is_named_itself(shell: InteractiveShell) -> None:
    shell.run_cell("class TwoLayerNet:\n    def accuracy(self, x, t):\n        raise NotImplementedError")
    assert say("magic.write_first", "en", name="TwoLayerNet.accuracy") in ran(shell, "TwoLayerNet().accuracy(1, 2)")[1]


def test_unit_that_is_not_known_here_is_no_hindrance(shell: InteractiveShell) -> None:
    shell.user_ns["DEEPGRADE_UNIT"] = "u77_unknown"
    shell.run_cell(STUB)
    assert say("magic.write_first", "en", name="Affine.forward") in ran(shell, "Affine(1, 2).forward(3)")[1]


@pytest.mark.parametrize("cell", ["1 / 0", "nowhere", "raise NotImplementedError", "def f(:", "np.nothing"])
def test_any_other_error_is_an_error(shell: InteractiveShell, cell: str) -> None:
    shell.run_cell("import numpy as np")
    done, said = ran(shell, cell)
    assert not done
    assert "is not written yet" not in said


def test_traceback_begins_with_the_readers_own_line(shell: InteractiveShell) -> None:
    _, said = ran(shell, "a = 0\nb = 1 / a")
    assert "b = 1 / a" in said
    assert "experiment.py" not in said
