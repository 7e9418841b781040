"""Watch mode: check on every save, one exercise at a time, keys for the rest."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graders.check import check_file
from graders.errors import DeepgradeError, UsageError
from graders.feedback.messages import say
from graders.feedback.text import render_report
from graders.sandbox.contract import Backend
from graders.verdict import ExerciseReport, Report

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
            "Using --watch, but 'watchfiles' is not installed.", "Install it with: pip install 'deepgrade[watch]'"
        ) from None
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", "--watch needs one file to look at.")
    desk = _Desk(backend, path, symbol, unit, course, lang, console)
    desk.check()
    stop = threading.Event()
    with _keyboard() as pressed:
        changes = watch(path.parent, stop_event=stop, rust_timeout=POLL_MS, yield_on_timeout=True, debounce=50, step=20)
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
        self.skipped, self.hints = 0, 0

    def check(self) -> None:
        try:
            self.report = check_file(self.backend, self.path, self.symbol, unit=self.unit, course=self.course)
        except DeepgradeError as error:
            self.report = None
            self.console.print(str(error), highlight=False, markup=False)
        self.show()

    def press(self, key: str) -> None:
        if key == "a":
            self.check()
        elif key == "h":
            self.hints = min(self.hints + 1, RUNGS)
            self.show()
        elif key == "n":
            self.skipped, self.hints = self.skipped + 1, 0
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
        left = [exercise for exercise in report.exercises if exercise.verdict != "pass"]
        return left[self.skipped % len(left)] if left else None

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
    before = termios.tcgetattr(sys.stdin)

    def pressed() -> str:
        return sys.stdin.read(1).lower() if select.select([sys.stdin], [], [], 0)[0] else ""

    try:
        tty.setcbreak(sys.stdin)
        yield pressed
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
