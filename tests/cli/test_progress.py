"""``deepgrade progress``: what the checks so far have shown, in the terminal and as JSON."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.practice.opened import own_folder
from tests.cli.conftest import Deepgrade
from tests.small_course import UNIT, right, wrong


@pytest.fixture
def home(course: Course, deepgrade: Deepgrade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder, in which they stand."""
    deepgrade("start", tmp_path / "home", "--from", course.root, "--lang", "en")
    monkeypatch.delenv("DEEPGRADE_COURSE")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def test_progress_follows_the_checks(course: Course, home: Path, deepgrade: Deepgrade) -> None:
    file = home / UNIT / f"{UNIT}.py"
    assert "Nothing has been checked yet" in deepgrade("progress").out
    file.write_text(wrong(course), encoding="utf-8")
    points = deepgrade("check", file, "--json", "--exit-zero").json["score"]
    done = deepgrade("progress")
    assert done.code == 0
    assert f"0 of 1 exercises passed, 1 in progress · {points:g} of 3 points" in done.out
    assert "▒" in done.out
    file.write_text(right(course), encoding="utf-8")
    deepgrade("check", file)
    assert "████████████  1/1  3/3" in deepgrade("progress").out
    assert "1문제 가운데 1문제 통과" in deepgrade("progress", home / UNIT, "--lang", "ko").out


def test_progress_as_json_needs_no_reference(course: Course, home: Path, deepgrade: Deepgrade) -> None:
    shutil.rmtree(course.references)
    data = deepgrade("progress", "--json").json
    assert (data["folder"], data["language"], [unit["unit"] for unit in data["units"]]) == (str(home), "en", [UNIT])


def test_progress_of_a_folder_that_is_not_there_is_refused(home: Path, deepgrade: Deepgrade) -> None:
    done = deepgrade("progress", home / "nowhere")
    assert done.code == 2
    assert "nowhere" in done.err


def test_nothing_of_a_narrow_terminal_is_cut_but_titles(
    home: Path, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    row = deepgrade("progress").out.splitlines()[0]
    assert row.startswith(UNIT)
    assert row.endswith("0/1  0/3")
    assert own_folder(home) == home / ".deepgrade"
