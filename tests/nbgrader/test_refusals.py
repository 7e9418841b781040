"""What is asked for and cannot be done: one sentence in each language, nothing graded, nothing lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graders.authoring.release import release
from graders.cli import cli
from graders.courses.course import Course
from graders.feedback.messages import render_message
from graders.messages.errors import DeepgradeError, SandboxError, UsageError
from tests.nbgrader.classroom import UNIT, answers, filled, hand_in

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("nbgrader")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["nbgrader", *words], standalone_mode=False, catch_exceptions=False)


def refused(kind: type[DeepgradeError], *words: str) -> tuple[str, str]:
    """What is said in each language."""
    with pytest.raises(kind) as caught:
        run(*words)
    english, korean = (render_message(caught.value.message, lang) for lang in ("en", "ko"))
    assert english != korean
    return english, korean


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader course with one submission, made once and copied."""
    top = tmp_path_factory.mktemp("made")
    reference = Path(shutil.copytree(ROOT / "benchmarks" / "layers_course", top / "layers"))
    release(Course(reference))
    course = top / "course"
    result = run("init", str(course), "--course", str(reference), "--lang", "en", "--json")
    assert json.loads(result.stdout)["files"] == {"nbgrader_config.py": "new", f"source/{UNIT}": "new"}
    released = json.loads((course / "release" / UNIT / f"{UNIT}.ipynb").read_text())
    hand_in(course, "kim", json.dumps(filled(released, answers())).encode())
    return course


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "course"))


def test_init_when_it_is_there_then_nothing_is_overwritten(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    reference = folder.parent / "layers"
    release(Course(Path(shutil.copytree(ROOT / "benchmarks" / "layers_course", reference))))
    result = run("init", str(folder), "--course", str(reference), "--lang", "ko", "--json")
    assert set(json.loads(result.stdout)["files"].values()) == {"kept"}
    assert {path: path.read_bytes() for path in before} == before


def test_init_in_a_course_of_their_own_adds_to_its_settings(folder: Path) -> None:
    config = folder / "nbgrader_config.py"
    config.write_text("c = get_config()\nc.CourseDirectory.course_id = 'theirs'\n")
    reference = folder.parent / "layers"
    release(Course(Path(shutil.copytree(ROOT / "benchmarks" / "layers_course", reference))))
    run("init", str(folder), "--course", str(reference), "--lang", "ko")
    assert config.read_text().startswith("c = get_config()\nc.CourseDirectory.course_id = 'theirs'\n")
    assert 'use_deepgrade(c, lang="ko"' in config.read_text()


def test_nbgrader_when_it_is_not_installed_then_the_extra_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name == "nbgrader" or name.startswith("nbgrader.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    for said in refused(UsageError, "autograde", UNIT, "--dir", str(folder)):
        assert "whl[nbgrader]" in said


def test_autograde_when_the_folder_is_no_course_then_it_says_how_to_make_one(tmp_path: Path) -> None:
    for said in refused(UsageError, "autograde", UNIT, "--dir", str(tmp_path)):
        assert "deepgrade nbgrader init" in said


def test_autograde_when_the_settings_cannot_be_read_then_it_says_why(folder: Path) -> None:
    (folder / "nbgrader_config.py").write_text("c = get_confg()\n")
    for said in refused(UsageError, "autograde", UNIT, "--dir", str(folder)):
        assert "get_confg" in said


def test_autograde_when_there_is_no_such_assignment_or_student_then_the_nearest_is_named(folder: Path) -> None:
    for said in refused(UsageError, "autograde", "u01_layer", "--dir", str(folder)):
        assert UNIT in said
    for said in refused(UsageError, "autograde", UNIT, "--student", "kin", "--dir", str(folder)):
        assert "kim" in said


def test_autograde_when_nothing_in_it_is_ours_then_nbgrader_is_named(folder: Path) -> None:
    path = folder / "release" / UNIT / f"{UNIT}.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"].pop("deepgrade")
    for cell in notebook["cells"]:
        cell["metadata"].pop("deepgrade", None)
        cell["metadata"]["nbgrader"]["grade_id"] = cell["metadata"]["nbgrader"]["grade_id"].replace(UNIT, "theirs")
    path.write_text(json.dumps(notebook))
    for said in refused(UsageError, "autograde", UNIT, "--dir", str(folder)):
        assert f"nbgrader autograde {UNIT}" in said


def test_autograde_when_the_gradebook_is_locked_then_nothing_is_graded(folder: Path) -> None:
    with sqlite3.connect(folder / "gradebook.db") as database:
        database.execute("BEGIN EXCLUSIVE")
        for said in refused(UsageError, "autograde", UNIT, "--dir", str(folder)):
            assert "gradebook.db" in said
    assert not (folder / "autograded").exists()


def test_autograde_when_the_gradebook_is_no_database_then_it_says_so(folder: Path) -> None:
    (folder / "gradebook.db").write_bytes(b"not a database, but long enough to be read as one" * 40)
    for said in refused(UsageError, "autograde", UNIT, "--dir", str(folder)):
        assert "gradebook.db" in said


def test_autograde_when_there_is_no_sandbox_then_nothing_is_graded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SandboxError):
        run("autograde", UNIT, "--dir", str(folder), "--sandbox", "docker")
    assert not (folder / "autograded").exists()
    with sqlite3.connect(folder / "gradebook.db") as database:
        assert database.execute("select count(*) from submitted_assignment").fetchall() == [(0,)]
