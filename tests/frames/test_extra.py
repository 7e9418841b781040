"""pandas is an extra: nothing else loads it, CSV does without it, and what needs it says how to install it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frames.conftest import Write, flawed, right

ROOT = Path(__file__).parents[2]
AWAY = "raise ModuleNotFoundError('not installed here', name=__name__)\n"


@pytest.fixture
def out(tmp_path: Path, write: Write) -> Path:
    return write(tmp_path / "out", [right("ann"), flawed("ben")])


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment in which pandas, pyarrow and matplotlib are not installed."""
    for name in ("pandas", "pyarrow", "matplotlib"):
        (tmp_path / "bare" / name).mkdir(parents=True)
        (tmp_path / "bare" / name / "__init__.py").write_text(AWAY)
    paths = os.pathsep.join((str(tmp_path / "bare"), str(ROOT)))
    return os.environ | {"PYTHONPATH": paths, "DEEPGRADE_LANG": "en", "DEEPGRADE_SECRET_FILE": str(tmp_path / "secret")}


def run(bare: dict[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "graders.cli", *map(str, words)]
    return subprocess.run(command, env=bare, capture_output=True, text=True, timeout=120, cwd=ROOT)


def test_csv_is_exported_without_pandas(out: Path, bare: dict[str, str]) -> None:
    done = run(bare, "export", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert (out / "tables" / "submissions.csv").is_file()


def test_parquet_says_how_to_install_pandas(out: Path, bare: dict[str, str]) -> None:
    done = run(bare, "export", out, "--format", "parquet")
    assert done.returncode == 2
    assert (
        "needs the library pandas, which is not installed. Install it: `pip install 'deepgrade[pandas]'`" in done.stderr
    )
    assert not (out / "tables").exists()
    assert "`pandas` 라이브러리가 필요한데" in run(bare, "export", out, "--format", "parquet", "--lang", "ko").stderr


def test_frames_say_how_to_install_pandas(out: Path, bare: dict[str, str]) -> None:
    for call in (f"load({str(out)!r})", "of([])", "read('.')"):
        command = [sys.executable, "-c", f"from graders import frames; frames.{call}"]
        done = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=60)
        assert "pip install 'deepgrade[pandas]'" in done.stderr, call


def test_check_and_grade_work_without_pandas(tmp_path: Path, bare: dict[str, str]) -> None:
    work = ROOT / "tests" / "class" / "kim-minji" / "u01_perceptron.py"
    assert run(bare, "check", work, "--lang", "en").returncode in (0, 1)
    assert run(bare, "grade", work, "--out", tmp_path / "graded", "--exit-zero").returncode == 0
    assert run(bare, "export", tmp_path / "graded").returncode == 0


def test_no_command_loads_pandas() -> None:
    program = (
        "import importlib, sys\n"
        "from graders.cli import COMMANDS\n"
        "for name in sorted(set(COMMANDS.values())): importlib.import_module(f'graders.commands.{name}')\n"
        "import graders.api, graders.frames, graders.frames.rows, graders.notebook.magics\n"
        "print(sorted({'pandas', 'pyarrow', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr
