"""A homework folder as `start` lays it, and pytest in a process of its own, as a student runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from graders.host.trust import installed_course
from graders.practice.layout import lay_out

PLUGIN = "graders.pytest_plugin"

# MulLayer is right, AddLayer wrong, ExpLayer raises, ReciprocalLayer is not written, Relu has a wrong name.
WORK = """
import numpy as np


class MulLayer:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x


class AddLayer:
    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout, -dout


class ExpLayer:
    def forward(self, x):
        print("here I am")
        return x.no_such_thing

    def backward(self, dout):
        return dout


class ReciprocalLayer:
    def forward(self, x):
        raise NotImplementedError

    def backward(self, dout):
        raise NotImplementedError


class Relo:
    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout
"""


@dataclass(frozen=True)
class Done:
    """A run that has ended."""

    status: int
    out: str
    pid: int

    def outcomes(self) -> dict[str, str]:
        """Node id → its word, of a run with ``-v``."""
        words = (line.split() for line in self.out.splitlines() if "::" in line)
        return {one[0]: one[1] for one in words if len(one) > 1 and one[1].isupper()}

    def counts(self) -> str:
        """The last line, without its time."""
        return self.out.rstrip().splitlines()[-1].strip("= ").partition(" in ")[0]


Run = Callable[..., Done]


def run_pytest(*args: str, cwd: Path, env: dict[str, str] | None = None, loaded: bool = True) -> Done:
    """pytest with our plugin and no other that happens to be installed; ``loaded``: without ours, either."""
    command = [sys.executable, "-m", "pytest", *(["-p", PLUGIN] if loaded else []), *args]
    said = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "DEEPGRADE_LANG": "en", "COLUMNS": "100", **(env or {})}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DEEPGRADE_"))}
    process = subprocess.Popen(
        command, cwd=cwd, env=kept | said, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    out, _ = process.communicate(timeout=120)
    return Done(process.returncode, out, process.pid)


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole course in English, laid once; to be copied before it is written to."""
    folder = tmp_path_factory.mktemp("laid") / "homework"
    lay_out(installed_course(), folder, "en")
    return folder


def homework_in(laid: Path, folder: Path) -> Path:
    """A homework of two units with nothing written."""
    folder.mkdir()
    shutil.copy(laid / ".deepgrade.json", folder)
    for unit in ("u04_forward", "u06_backprop"):
        shutil.copytree(laid / unit, folder / unit)
    return folder


def written(laid: Path, folder: Path) -> Path:
    """The module of one unit, with something of everything in it."""
    path = homework_in(laid, folder) / "u06_backprop" / "u06_backprop.py"
    path.write_text(WORK, encoding="utf-8")
    return path


@pytest.fixture
def homework(laid: Path, tmp_path: Path) -> Path:
    return homework_in(laid, tmp_path / "homework")


@pytest.fixture
def module(laid: Path, tmp_path: Path) -> Path:
    return written(laid, tmp_path / "homework")


def properties(report: Path) -> dict[str, dict[str, str]]:
    """Exercise and check → the properties in a junit file."""
    return {
        f"{case.get('classname')}::{case.get('name')}": {
            str(one.get("name")): str(one.get("value")) for one in case.iter("property")
        }
        for case in ElementTree.parse(report).getroot().iter("testcase")
    }
