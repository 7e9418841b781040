"""The README's commands do what the README says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = ("make demo", "make test")


def commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_readme_begins_with_demo_and_test() -> None:
    assert tuple(commands()[:2]) == MAKE


@pytest.mark.slow
@pytest.mark.xdist_group("readme")
def test_readme_when_followed_then_every_command_works(tmp_path: Path) -> None:
    """In order, in one folder, as a reader would; exit 1 is a verdict on the sample's mistakes, not a fault."""
    paths = [str(ROOT / ".venv" / "bin"), os.environ["PATH"]]
    env = os.environ | {"PATH": ":".join(paths), "DEEPGRADE_SECRET_FILE": str(tmp_path / "secret")}
    for name in ("course.toml", "assignments", "reference", "graders", "tests", ".guest"):
        (tmp_path / name).symlink_to(ROOT / name)
    for command in commands():
        if command not in MAKE:
            words = shlex.split(command)
            done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, timeout=400, text=True)
            assert done.returncode in (0, 1), f"{command}: {done.stderr}"
            assert "Traceback" not in done.stderr + done.stdout
            assert done.stdout.strip(), command


def test_demo_shows_the_class_and_a_named_mistake(tmp_path: Path) -> None:
    env = os.environ | {"DEEPGRADE_LANG": "en", "COLUMNS": "100"}
    command = [str(ROOT / ".venv" / "bin" / "deepgrade"), "demo", "--out", str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=400, text=True)
    assert done.returncode == 0, done.stderr
    assert "Recognised mistake" in done.stdout
    assert (tmp_path / "demo" / "class.html").is_file()
