"""What watch mode shows: one exercise of the last report at a time, and what each key does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graders.feedback.messages import render_message, say
from graders.feedback.text import render_report
from graders.messages.errors import DeepgradeError
from graders.messages.message import Message
from graders.reports.report import ExerciseReport, Report

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Screen"]

RUNGS = 3


class Screen:
    """The last report, which of its exercises is shown, and how many of its hints: ``least`` without a key."""

    def __init__(self, lang: str, console: Console, least: int) -> None:
        self.lang, self.console, self.least = lang, console, least
        self.report: Report | None = None
        self.current, self.hints = "", least  # the exercise on the screen, and how many of its hints are shown

    def begin(self) -> None:
        self.console.print(say("watch.checking", self.lang), style="dim", highlight=False)

    def show(self, report: Report) -> None:
        self.report = report
        self._draw()

    def fail(self, error: DeepgradeError) -> None:
        """Show why there is no report."""
        self.report = None
        self.console.print(render_message(error.message, self.lang), highlight=False, markup=False)
        self._draw()

    def tell(self, messages: Sequence[Message]) -> None:
        """Print messages below what is shown."""
        for message in messages:
            self.console.print(render_message(message, self.lang), highlight=False, markup=False)

    def press(self, key: str) -> None:
        if key == "h":
            self.hints = min(self.hints + 1, RUNGS)
            self._draw()
            one = self._current(self.report) if self.report is not None else None
            if one is not None and not any(check.hint or check.verdict in ("fail", "error") for check in one.checks):
                self.console.print(say("magic.no_hint", self.lang, name=one.name), highlight=False)
        elif key == "n":
            self._next()
            self._draw()
        elif key == "l" and self.report is not None:
            self.console.clear()
            render_report(self.report, self.lang, self.console, detail="brief")
            self._keys()

    def _draw(self) -> None:
        if self.report is None:
            self._keys()
            return
        self.console.clear()
        if not self.report.exercises:
            render_report(self.report, self.lang, self.console)
        else:
            one = self._current(self.report)
            passed = sum(exercise.verdict == "pass" for exercise in self.report.exercises)
            total = len(self.report.exercises)
            if one is None:
                self.console.print(say("watch.all_pass", self.lang, total=total), highlight=False)
            else:
                shown = Report("", (one,), one.verdict, notes=self.report.notes, view=self.report.view)
                render_report(shown, self.lang, self.console, hints=self.hints)
                self.console.print(say("watch.progress", self.lang, passed=passed, total=total), highlight=False)
        self._keys()

    def _current(self, report: Report) -> ExerciseReport | None:
        """The exercise on the screen until it passes, then the next one, which begins without hints."""
        names = [exercise.name for exercise in report.exercises]
        start = names.index(self.current) if self.current in names else 0
        ahead = report.exercises[start:] + report.exercises[:start]
        one = next((exercise for exercise in ahead if exercise.verdict != "pass"), None)
        if one is not None and one.name != self.current:
            self.current, self.hints = one.name, self.least
        return one

    def _next(self) -> None:
        """Move on to the exercise after this one."""
        names = [exercise.name for exercise in self.report.exercises] if self.report is not None else []
        if self.current in names:
            self.current, self.hints = names[(names.index(self.current) + 1) % len(names)], self.least

    def _keys(self) -> None:
        self.console.print(say("watch.keys", self.lang), style="dim", highlight=False)
