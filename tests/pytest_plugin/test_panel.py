"""A test panel of an IDE shows a unit as it shows a class of tests, jumps to its lines, and runs what it shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.pytest_plugin.conftest import WORK, run_pytest

ROOT = Path(__file__).parents[2]


def panel(cwd: Path, *args: str) -> tuple[dict[str, Any], int]:
    """What the panel knows after a run, and pytest's exit status."""
    told = cwd / "panel.json"
    env = {"PANEL": str(told), "PYTHONPATH": str(ROOT)}
    done = run_pytest("-p", "tests.pytest_plugin.panel", f"--rootdir={cwd}", *args, cwd=cwd, env=env)
    assert "INTERNALERROR" not in done.out
    return json.loads(told.read_text(encoding="utf-8")), done.status


def test_panel_when_it_discovers_then_exercises_nest_and_lines_are_the_students_own(module: Path) -> None:
    found, status = panel(module.parents[1], "--collect-only", "-q")
    assert status == 0
    assert found["results"] == {}
    assert {test["file"].rpartition("/")[2] for test in found["tests"]} == {"u04_forward.py", "u06_backprop.py"}
    tests = {test["id"]: test for test in found["tests"] if test["file"] == str(module)}
    lines = WORK.split("\n")

    def shown(exercise: str, check: str) -> tuple[list[str], str]:
        test = tests[f"{module}::{exercise}::{check}"]
        assert test["name"] == check
        return test["classes"], lines[test["line"] - 1].strip()

    assert shown("AddLayer", "dy[core]") == (["AddLayer"], "def backward(self, dout):")
    assert shown("AddLayer", "out[core]") == (["AddLayer"], "def forward(self, x, y):")
    assert tests[f"{module}::AddLayer::dy[core]"]["line"] > tests[f"{module}::MulLayer::dy[core]"]["line"]
    assert tests[f"{module}::TwoLayerNet.gradient::dW1[again]"]["classes"] == ["TwoLayerNet.gradient"]


def test_panel_when_it_runs_what_it_shows_then_it_has_a_result_for_each(module: Path) -> None:
    root = module.parents[1]
    found, _ = panel(root, "--collect-only")
    chosen = [test["id"] for test in found["tests"] if test["classes"][0] in ("MulLayer", "AddLayer", "mlp_train")]
    ran, status = panel(root, *chosen)
    assert status == 1
    assert [str(root / name) for name in ran["results"]] == chosen == [test["id"] for test in ran["tests"]]
    words = [outcome for outcome, _ in ran["results"].values()]
    assert words == ["passed"] * 5 + ["failed"] + ["skipped"] * 3
    (said,) = (said for outcome, said in ran["results"].values() if outcome == "failed")
    assert said.startswith("✗ dy is -16, expected 16. 0/1\n")
    assert "Page with pictures: " in said
    assert "\x1b" not in said
