"""The command line as a person meets it: words in, exit code and two streams out, in a folder with a small course."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graders.cli import main
from graders.courses.course import Course
from tests.conftest import validate
from tests.small_course import UNIT, right, wrong


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The whole of standard output as JSON; a report is one that the schema describes."""
        data = json.loads(self.out)
        if {"view", "submissions"} & data.keys():
            validate(data)
        return data


Deepgrade = Callable[..., Done]


@pytest.fixture
def course(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Beside the small course lies the work of two students; the tests stand in its folder and have named it."""
    for student, text in (("kim", right(course)), ("lee", wrong(course))):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{UNIT}.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(course.root)
    monkeypatch.setenv("DEEPGRADE_COURSE", str(course.root))
    return course


@pytest.fixture
def room(course: Course) -> Path:
    return course.root.parent / "class"


@pytest.fixture
def mine(course: Course, room: Path) -> Path:
    """A right answer."""
    return room / "kim" / f"{UNIT}.py"


@pytest.fixture
def flawed(course: Course, room: Path) -> Path:
    """An answer with a known mistake."""
    return room / "lee" / f"{UNIT}.py"


@pytest.fixture(autouse=True)
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """English, a wide screen without colour, and a secret for this test only."""
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    monkeypatch.setenv("DEEPGRADE_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("DEEPGRADE_DEBUG", raising=False)


@pytest.fixture
def deepgrade(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Deepgrade:
    """Run a command in this process, as the console script does."""

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["deepgrade", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as raised:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert isinstance(raised.value.code, int)
        return Done(raised.value.code, said.out, said.err)

    return run
