"""The sample workflows and the pages about pytest: what they say to run, runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pytest_plugin.conftest import properties

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"
INSTALL = 'python -m pip install "$DEEPGRADE_WHEEL" pytest'


def github() -> list[str]:
    workflow: dict[str, Any] = yaml.safe_load((DOCS / "ci" / "github-actions.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["runs-on"]
    assert workflow["permissions"] == {"contents": "read"}
    assert all("uses" in step or "run" in step for step in job["steps"])
    return [step["run"] for step in job["steps"] if "run" in step]


def gitlab() -> list[str]:
    (job,) = yaml.safe_load((DOCS / "ci" / "gitlab-ci.yml").read_text(encoding="utf-8")).values()
    assert job["artifacts"]["reports"] == {"junit": "report.xml"}
    return [*job["script"], *job["after_script"]]


def shell(command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """As a runner does it, with this environment's programs and no plugin of pytest but ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DEEPGRADE_"))}
    path = f"{DOCS.parent / '.venv' / 'bin'}:{os.environ['PATH']}"
    quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p graders.pytest_plugin", "LANG": "C.UTF-8"}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env=kept | quiet | {"PATH": path} | env,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("commands", [github, gitlab])
def test_workflow_when_followed_then_it_shows_points_and_is_red_until_all_passes(module: Path, commands: Any) -> None:
    root, shown = module.parents[1], module.parents[2] / "summary.md"
    install, *rest = commands()
    assert install == INSTALL
    assert [shell(one, root, GITHUB_STEP_SUMMARY=str(shown)).returncode for one in rest] == [1, 0]
    table = (shown if shown.exists() else root / "points.md").read_text(encoding="utf-8")
    assert "### u06_backprop: 5/73" in table
    assert "| ✗ | `AddLayer` | 2/3 |" in table
    assert "### u04_forward: 0/" in table
    points = [one["points"] for name, one in properties(root / "report.xml").items() if ".u06_backprop." in name]
    assert sum(map(float, points)) == 5


def test_pages_name_the_same_commands_and_they_run(module: Path) -> None:
    root = module.parents[1]
    shutil.copytree(module.parent, root / "class" / "kim" / "u06_backprop")
    found = 0
    for page in ("pytest.md", "continuous-integration.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
            if "pip install" not in command:
                done = shell(command.replace("[", r"\[").replace("]", r"\]"), root)
                assert done.returncode in (0, 1), f"{command}: {done.stdout}{done.stderr}"
                assert "Traceback" not in done.stdout + done.stderr
                found += 1
    assert found == 8
    for name in ("--junitxml=report.xml", "--deepgrade-points=points.md"):
        assert all(name in " ".join(commands()) for commands in (github, gitlab))
