"""What takes long is said, to a person who watches, and only then."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import pytest

from graders.commands.output import Announced, waiting
from graders.courses.course import Course
from graders.sandbox.contract import Batch, Job
from graders.sandbox.local import Local
from tests.small_course import UNIT


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_by(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, after_s: float) -> str:
    """What stands on standard error after something that took a little while."""
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with waiting("Running …", after_s) as saying:
        saying("Importing torch …")
        time.sleep(0.3)
    return stream.getvalue()


def test_long_waiting_shows_the_last_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Importing torch" in shown_by(Terminal(), monkeypatch, 0.01)


def test_waiting_when_it_is_soon_over_then_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_by(Terminal(), monkeypatch, 60.0) == ""


def test_waiting_when_nobody_watches_then_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_by(io.StringIO(), monkeypatch, 0.01) == ""


def test_announced_backend_names_the_library_being_imported() -> None:
    said: list[str] = []
    backend = Announced(Local(), said.append, "en")
    backend.open(("math",)).close()
    backend.open().close()
    backend.check()
    assert said == ["Importing math; this takes a few seconds …", "Running your code …", "Running your code …"]


def test_announced_backend_tells_which_exercise_is_being_run(course: Course, mine: Path) -> None:
    said: list[str] = []
    spec = course.spec(UNIT)
    jobs = (Job(UNIT, "Scale"), Job(UNIT, "Scale"))
    with Announced(Local(), said.append, "en").open() as sandbox:
        sandbox.run(Batch({UNIT: mine.read_text(encoding="utf-8")}, {UNIT: spec.source}, jobs))
    assert said[1:] == [f"{'╌' * 16} 1 of 2: Scale …", f"{'━' * 8}{'╌' * 8} 2 of 2: Scale …"]


def test_announced_backend_has_no_bar_for_one_exercise(course: Course, mine: Path) -> None:
    said: list[str] = []
    with Announced(Local(), said.append, "en").open() as sandbox:
        specs = {UNIT: course.spec(UNIT).source}
        sandbox.run(Batch({UNIT: mine.read_text(encoding="utf-8")}, specs, (Job(UNIT, "Scale"),)))
    assert said == ["Running your code …"]
