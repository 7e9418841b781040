"""What takes long is said, to a person who watches, and only then."""

from __future__ import annotations

import io
import sys
import time

import pytest

from graders.commands.output import Announced, waiting
from graders.sandbox.local import Local


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
