"""Watch mode: check on every save, one exercise at a time, keys for the rest."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graders.check import check_file
from graders.errors import DeepgradeError, UsageError
from graders.feedback.messages import render_message, say
from graders.feedback.text import render_report
from graders.sandbox.contract import Backend
from graders.verdict import ExerciseReport, Message, Report

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["watch_file"]

POLL_MS = 100  # how long a key or a save may wait
RUNGS = 3


def watch_file(
    backend: Backend,
    path: Path,
    symbol: str | None,
    *,
    unit: str | None,
    course: Path | None,
    lang: str,
    console: Console,
    keys: Callable[[], str] | None = None,
) -> int:
    """Check now and on every save until q; shows the first exercise that does not pass yet."""
    try:
        from watchfiles import watch
    except ImportError:
        raise UsageError(
            "--watch needs the library watchfiles, which is not installed.",
            "Install it: `pip install watchfiles`, or with deepgrade: `pip install 'deepgrade-….whl[watch,notebook]'`.",
            message_id="usage.no_watchfiles",
        ) from None
    if not os.path.isfile(path):
        raise UsageError(
            f"{path} is not a file.",
            "--watch needs one file to look at.",
            message_id="usage.watch_no_file",
            path=str(path),
        )
    desk = _Desk(backend, path, symbol, unit, course, lang, console)
    desk.check(first=True)
    stop = threading.Event()
    with _keyboard() as pressed:
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


class _Desk:
    """What is on the screen: the last report, which exercise of it, how many rungs of the hint."""

    def __init__(
        self,
        backend: Backend,
        path: Path,
        symbol: str | None,
        unit: str | None,
        course: Path | None,
        lang: str,
        console: Console,
    ) -> None:
        self.backend, self.path, self.symbol, self.unit, self.course = backend, path, symbol, unit, course
        self.lang, self.console = lang, console
        self.report: Report | None = None
        self.current, self.hints = "", 0  # the exercise on the screen, and the rungs shown of its hint

    def check(self, *, first: bool = False) -> None:
        """Check the file; what no save can mend (an unknown exercise, a course that is not there) ends the watch."""
        self.console.print(say("watch.checking", self.lang), style="dim", highlight=False)
        try:
            self.report = check_file(self.backend, self.path, self.symbol, unit=self.unit, course=self.course)
        except DeepgradeError as error:
            if first and isinstance(error, UsageError):
                raise
            self.report = None
            self.console.print(render_message(Message.of(error), self.lang), highlight=False, markup=False)
        self.show()

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
            self.current, self.hints = one.name, 0
        return one

    def _next(self) -> None:
        """Pass on to the exercise after this one."""
        names = [exercise.name for exercise in self.report.exercises] if self.report is not None else []
        if self.current in names:
            self.current, self.hints = names[(names.index(self.current) + 1) % len(names)], 0

    def _keys(self) -> None:
        self.console.print(say("watch.keys", self.lang), style="dim", highlight=False)


@contextmanager
def _keyboard() -> Iterator[Callable[[], str]]:
    """A function that returns the key pressed since the last call, or "" (also where there is no terminal)."""
    if not sys.stdin.isatty():
        yield lambda: ""
        return
    try:
        import select
        import termios
        import tty
    except ImportError:  # Windows
        import msvcrt

        yield lambda: msvcrt.getwch().lower() if msvcrt.kbhit() else ""  # type: ignore[attr-defined]
        return
    before, keyboard = termios.tcgetattr(sys.stdin), sys.stdin.fileno()

    def pressed() -> str:
        """One byte, past Python's buffer: what it had read ahead, ``select`` would not see."""
        ready = select.select([keyboard], [], [], 0)[0]
        return os.read(keyboard, 1).decode("ascii", "replace").lower() if ready else ""

    try:
        tty.setcbreak(sys.stdin)
        yield pressed
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
