"""An evening in a terminal: start, check, log in, submit, wrong, fixed, passed; a service that stops in between."""

from __future__ import annotations

import ast
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from graders.courses.course import Course
from tests.cli.test_remote import Terminal
from tests.jupyterlab.build import ROOT
from tests.served import PASSWORD, serving

pytestmark = pytest.mark.slow

UNIT = "u01_perceptron"


def deepgrade(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    homes = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config"), "LANG": "C.UTF-8"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DEEPGRADE")}
    command = [sys.executable, "-m", "graders.cli", *words]
    return subprocess.run(command, env={**kept, **homes}, cwd=folder, capture_output=True, text=True, timeout=180)


def answered(stub: str, code: str) -> str:
    """The module with these functions and classes in place of its own."""
    given = {one.name: one for one in ast.parse(code).body if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    tree = ast.parse(stub)
    tree.body = [given.pop(getattr(one, "name", ""), one) for one in tree.body] + [*given.values()]
    return ast.unparse(tree)


def test_evening_in_a_terminal(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    solution = Course(ROOT).solution(UNIT)
    with serving(tmp_path / "data", ROOT, port) as service:
        url = service.url
        service.invite("kim@example.org", "Kim Minji")

        assert deepgrade("start", "homework", "--lang", "en", folder=tmp_path).returncode == 0
        module = tmp_path / "homework" / UNIT / f"{UNIT}.py"
        stub, file = module.read_text(encoding="utf-8"), f"homework/{UNIT}/{UNIT}.py"
        module.write_text(answered(stub, "def AND(x1, x2):\n    return int(x1 + x2 > 0.5)"), encoding="utf-8")
        checked = deepgrade("check", file, "--lang", "en", folder=tmp_path)
        assert checked.returncode == 1

        refused = deepgrade("submit", file, "--lang", "en", folder=tmp_path)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "Run `deepgrade login URL`" in refused.stderr
        terminal = Terminal(tmp_path, "login", url, "--lang", "en")
        terminal.until("E-mail address: ")
        terminal.type("kim@example.org")
        terminal.until("Password: ")
        terminal.type(PASSWORD)
        assert terminal.end() == 0, terminal.shown

        handed = deepgrade("submit", file, "--lang", "en", folder=tmp_path)
        assert (handed.returncode, handed.stderr) == (0, "")
        receipt = re.search(r"Receipt (\w+)", handed.stdout)
        assert receipt is not None
        wrong = deepgrade("submit", file, "--wait", "--lang", "en", folder=tmp_path)
        assert wrong.returncode == 1
        assert "was already handed in: attempt 1" in wrong.stdout
        assert receipt[1] in wrong.stdout
        assert re.search(r"✗ AND +0/1", wrong.stdout), wrong.stdout
    away = deepgrade("status", "--lang", "en", folder=tmp_path)
    assert (away.returncode, away.stdout) == (3, "")
    assert f"{url} does not answer" in away.stderr

    with serving(tmp_path / "data", ROOT, port) as service:
        assert service.url == url
        notebook = module.with_name(f"{UNIT}.en.ipynb")
        module.write_text(answered(stub, solution), encoding="utf-8")
        both = deepgrade("submit", f"homework/{UNIT}", "--wait", "--lang", "en", folder=tmp_path)
        assert both.returncode == 0, both.stdout + both.stderr
        assert f"{UNIT}.py was handed in: attempt 2" in both.stdout
        assert notebook.is_file()
        listed = deepgrade("status", "--lang", "en", folder=tmp_path).stdout.splitlines()
        assert [line.split()[3] for line in listed] == ["#2", "#1"]
        assert "passed" in listed[0]
        assert receipt[1] in listed[1]
        shown = deepgrade("status", receipt[1], "--json", folder=tmp_path)
        assert shown.returncode == 1
        assert json.loads(shown.stdout)["report"]["verdict"] == "fail"
        kept = (tmp_path / "homework" / ".deepgrade" / "receipts.jsonl").read_text().splitlines()
        assert [json.loads(line)["attempt"] for line in kept] == [1, 2]
        assert deepgrade("logout", folder=tmp_path).returncode == 0
        assert deepgrade("status", folder=tmp_path).returncode == 2
