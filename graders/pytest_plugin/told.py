"""A check's result in pytest: passed, not written yet, or what is wrong, in the words of ``deepgrade check``."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from graders.feedback import selection
from graders.feedback.messages import render_message, say
from graders.feedback.text import render_check
from graders.reports.report import CheckReport, ExerciseReport
from graders.reports.verdict import UNSCORED

if TYPE_CHECKING:
    from graders.pytest_plugin.nodes import CheckItem
    from graders.pytest_plugin.runs import Checked

__all__ = ["Told", "Wrong", "is_broken", "passes", "points_of", "told_of", "unfinished"]

WIDTHS = 60, 100  # of a terminal
ABOVE = pytest.StashKey[dict[str, str]]()  # what this terminal has shown, and at which test


class Wrong(Exception):
    """A check that does not pass."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.reprcrash.message)
        self.told = told


@dataclass(frozen=True)
class Crash:
    """The line in pytest's short summary, with the attribute names that pytest uses."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


@dataclass(frozen=True)
class Told:
    """What pytest shows for a failed check: in colour on a terminal that supports it, elsewhere as plain text.

    ``repeated``: there is only the sentence, which other checks may share; a terminal shows it once.
    """

    item: CheckItem
    render: Callable[[bool], str]  # with or without colours
    reprcrash: Crash  # pytest's name for it
    repeated: bool = False

    @staticmethod
    def plain(item: CheckItem, text: str) -> Told:
        path, line, _ = item.reportinfo()
        return Told(item, lambda _: text, Crash(str(path), line + 1, text.partition("\n")[0]), True)

    def __str__(self) -> str:
        return self.render(False)

    def toterminal(self, tw: Any) -> None:
        config, file = self.item.config, self.item.file
        if self.repeated and tw is config.get_terminal_writer():  # others get their own copy: a panel, a log
            above = config.stash.setdefault(ABOVE, {})
            name = f"{self.item.exercise.symbol}::{self.item.name}"
            first = above.setdefault(f"{file.nodeid}: {self.reprcrash.message}", name)
            if first != name:
                tw.line(say("pytest.same", file.lang, name=first))
                return
        tw.line(self.render(tw.hasmarkup))


def is_broken(item: CheckItem, checked: Checked) -> bool:
    """Whether the fault is not the student's."""
    check = _check(item, checked)
    return (check.verdict if check is not None else checked.report.verdict) == "broken"


def passes(item: CheckItem, checked: Checked) -> bool:
    check = _check(item, checked)
    return check is not None and check.verdict == "pass"


def unfinished(item: CheckItem, checked: Checked) -> str:
    """Why there is nothing to judge yet, or here: not written, or a library is absent; "" otherwise.

    A wrong name is a mistake.
    """
    check = _check(item, checked)
    if check is None or check.verdict not in ("missing", "not_run"):
        return ""
    if check.message is not None and check.message.id == "compare.missing_near":
        return ""
    lang, hints = item.file.lang, item.config.getoption("deepgrade_hints")
    lines = [_said(check, lang)]
    exercise = checked.exercises[item.exercise.symbol]
    ladder = next(filter(None, (selection.hint_rungs(one, lang) for one in exercise.checks)), ())
    for number, rung in enumerate(ladder[:hints], 1):
        head = say("ui.hint_for", lang, name=exercise.name, number=number, count=len(ladder))
        lines.append(f"{head}: {rung}")
    return "\n".join(lines)


def told_of(item: CheckItem, checked: Checked) -> Told:
    """What is wrong: the sentence, the student's line, the values, the requested hints, the page with pictures."""
    lang, check = item.file.lang, _check(item, checked)
    if check is None:
        message = checked.report.message
        word = say(f"verdict.{checked.report.verdict}", lang)
        return Told.plain(item, f"{word}: {render_message(message, lang)}" if message else word)
    exercise = checked.exercises[item.exercise.symbol]
    crash = Crash(str(item.path), item.reportinfo()[1] + 1, _said(check, lang))
    render = partial(_text, item, check, exercise, checked.page)
    return Told(item, render, crash, selection.shown_case(check) is None)


def points_of(item: CheckItem, checked: Checked) -> list[tuple[str, object]]:
    """For junit: its points, earned and possible; without ``points`` if they are not known."""
    check = _check(item, checked)
    whole: list[tuple[str, object]] = [("max_points", item.exercise.points_of(item.check.output, item.check.group))]
    if check is None:
        return whole if checked.report.verdict in UNSCORED else [("points", 0), *whole]
    return whole if check.earned is None else [("points", check.earned), *whole]


def _check(item: CheckItem, checked: Checked) -> CheckReport | None:
    return checked.check(item.exercise.symbol, item.check.output, item.check.group)


def _said(check: CheckReport, lang: str) -> str:
    return render_message(check.message, lang) if check.message else say(f"verdict.{check.verdict}", lang)


def _text(item: CheckItem, check: CheckReport, exercise: ExerciseReport, page: str, colour: bool) -> str:
    lang, least, most = item.file.lang, *WIDTHS
    width = max(least, min(most, item.config.get_terminal_writer().fullwidth))
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    for note in selection.first_notes(exercise):
        console.print(f"· {render_message(note, lang)}", highlight=False, markup=False)
    render_check(check, exercise, lang, console, item.config.getoption("deepgrade_hints"))
    if page:
        console.print(say("pytest.page", lang, path=page), highlight=False, markup=False, soft_wrap=True)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue().rstrip("\n")
