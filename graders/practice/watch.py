"""Watch mode: check on every save, one exercise at a time, keys for the rest."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graders.errors import DeepgradeError, UsageError
from graders.feedback.messages import render_message, say
from graders.feedback.text import render_report
from graders.practice.file import check_file
from graders.practice.keyboard import keyboard
from graders.report import ExerciseReport, Report
from graders.sandbox.contract import Backend
from graders.sandbox.pool import Pool

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["watch_file"]

POLL_MS = 100  # how long a key or a save may wait
RUNGS = 3
ENDLESS = 1 << 30  # checks to come
PATIENCE_S = 0.3  # for a process that still imports, at the end


def watch_file(
    backend: Backend,
    path: Path,
    symbol: str | None,
    *,
    unit: str | None,
    course: Path | None,
    lang: str,
    console: Console,
    hints: int = 0,
    keys: Callable[[], str] | None = None,
) -> int:
    """Check now and on every save until q; shows the first exercise that does not pass yet.

    ``hints``: how many rungs of each exercise are shown without a key.
    """
    try:
        from watchfiles import watch
    except ImportError:
        raise UsageError("usage.no_watchfiles") from None
    if not os.path.isfile(path):
        raise UsageError("usage.watch_no_file", path=str(path))
    pool = Pool(backend, ahead=0, expect=ENDLESS)
    desk = _Desk(pool, path, symbol, unit, course, lang, console, hints)
    stop = threading.Event()
    with _closing(pool), keyboard() as pressed:
        desk.check(first=True)
        changes = watch(
            path.parent,
            stop_event=stop,
            recursive=False,  # a home folder above holds more than a system can watch
            rust_timeout=POLL_MS,
            yield_on_timeout=True,
            debounce=50,
            step=20,
        )
        for change in changes:
            if any(Path(name).name == path.name for _, name in change):
                desk.check()
            key = (keys or pressed)()
            if key == "q":
                stop.set()
            elif key:
                desk.press(key)
    return 0


@contextmanager
def _closing(pool: Pool) -> Iterator[None]:
    """What waits is let go of without waiting for its imports: it ends with the end of its input."""
    try:
        yield
    finally:
        closing = threading.Thread(target=pool.close, name="deepgrade close", daemon=True)
        closing.start()
        closing.join(PATIENCE_S)


class _Desk:
    """What is on the screen: the last report, which exercise of it, how many rungs of the hint."""

    def __init__(
        self,
        pool: Pool,
        path: Path,
        symbol: str | None,
        unit: str | None,
        course: Path | None,
        lang: str,
        console: Console,
        hints: int,
    ) -> None:
        self.pool, self.path, self.symbol, self.unit, self.course = pool, path, symbol, unit, course
        self.lang, self.console = lang, console
        self.report: Report | None = None
        self.least = hints
        self.current, self.hints = "", hints  # the exercise on the screen, and the rungs shown of its hint

    def check(self, *, first: bool = False) -> None:
        """Check the file; what no save can fix (an unknown exercise, a course that is not there) ends the watch."""
        self.console.print(say("watch.checking", self.lang), style="dim", highlight=False)
        self.pool.expect(ENDLESS, 0)  # none is started beside the student's code
        try:
            self.report = check_file(self.pool, self.path, self.symbol, unit=self.unit, course=self.course)
        except DeepgradeError as error:
            if first and isinstance(error, UsageError):
                raise
            self.report = None
            self.console.print(render_message(error.message, self.lang), highlight=False, markup=False)
        self.show()
        self.pool.expect(ENDLESS, 1)  # the next save finds a process with its imports done: 0.1 s to 5 s less

    def press(self, key: str) -> None:
        if key == "a":
            self.check()
        elif key == "h":
            self.hints = min(self.hints + 1, RUNGS)
            self.show()
            one = self._current(self.report) if self.report is not None else None
            if one is not None and not any(check.hint or check.verdict in ("fail", "error") for check in one.checks):
                self.console.print(say("magic.no_hint", self.lang, name=one.name), highlight=False)
        elif key == "n":
            self._next()
            self.show()
        elif key == "l" and self.report is not None:
            self.console.clear()
            render_report(self.report, self.lang, self.console, detail="brief")
            self._keys()

    def show(self) -> None:
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
                shown = Report("", (one,), one.verdict, notes=self.report.notes)
                render_report(shown, self.lang, self.console, hints=self.hints)
                self.console.print(say("watch.progress", self.lang, passed=passed, total=total), highlight=False)
        self._keys()

    def _current(self, report: Report) -> ExerciseReport | None:
        """The exercise that was on the screen until it passes, then the next one, which begins without hints."""
        names = [exercise.name for exercise in report.exercises]
        start = names.index(self.current) if self.current in names else 0
        ahead = report.exercises[start:] + report.exercises[:start]
        one = next((exercise for exercise in ahead if exercise.verdict != "pass"), None)
        if one is not None and one.name != self.current:
            self.current, self.hints = one.name, self.least
        return one

    def _next(self) -> None:
        """Pass on to the exercise after this one."""
        names = [exercise.name for exercise in self.report.exercises] if self.report is not None else []
        if self.current in names:
            self.current, self.hints = names[(names.index(self.current) + 1) % len(names)], self.least

    def _keys(self) -> None:
        self.console.print(say("watch.keys", self.lang), style="dim", highlight=False)
