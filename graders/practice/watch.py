"""Watch mode: check on every save, until q."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graders.messages.errors import DeepgradeError, UsageError
from graders.messages.message import Message
from graders.practice.after_file import Opener
from graders.practice.file import check_file
from graders.practice.keyboard import keyboard
from graders.practice.progress import record_checks
from graders.practice.screen import Screen
from graders.reports.report import Report
from graders.sandbox.contract import Backend
from graders.sandbox.pool import Pool

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["watch_file"]

POLL_MS = 100  # how long a key or a save may wait
ENDLESS = 1 << 30  # checks still to come
PATIENCE_S = 0.3  # for a process that is still importing, at the end


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

    ``hints``: how many hints of each exercise are shown without a key.
    """
    _require_watchable(path)
    pool = Pool(backend, ahead=0, expect=ENDLESS)
    screen = Screen(lang, console, hints)
    checked = partial(check_file, pool, path, symbol, unit=unit, course=course)
    opened = Opener(backend, path, unit, course)
    with _closing(pool), keyboard() as pressed:
        _check(pool, path, checked, opened, screen, first=True)
        for key in _keys(path, keys or pressed):
            if key == "a":
                _check(pool, path, checked, opened, screen)
            else:
                screen.press(key)
    return 0


def _require_watchable(path: Path) -> None:
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise UsageError("usage.no_watchfiles") from None
    if not os.path.isfile(path):
        raise UsageError("usage.watch_no_file", path=str(path))


def _check(
    pool: Pool,
    path: Path,
    checked: Callable[[], Report],
    opened: Callable[[Report], list[Message]],
    screen: Screen,
    *,
    first: bool = False,
) -> None:
    """Check the file; a fault that no save can fix (an unknown exercise, a missing course) ends the watch."""
    screen.begin()
    pool.expect(ENDLESS, 0)  # none starts beside the student's code
    try:
        screen.show(report := checked())
        record_checks(path, report.exercises)
        screen.tell(opened(report))  # the result is on the screen by now
    except DeepgradeError as error:
        if first and isinstance(error, UsageError):
            raise
        screen.fail(error)
    pool.expect(ENDLESS, 1)  # the next save finds a process with its imports done: 0.1 s to 5 s less


def _keys(path: Path, pressed: Callable[[], str]) -> Iterator[str]:
    """The pressed keys, and ``a`` for every save, until q."""
    from watchfiles import watch

    stop = threading.Event()
    changes = watch(
        path.parent,
        stop_event=stop,
        recursive=False,  # a home folder above may contain more than a system can watch
        rust_timeout=POLL_MS,
        yield_on_timeout=True,
        debounce=50,
        step=20,
    )
    for change in changes:
        if any(Path(name).name == path.name for _, name in change):
            yield "a"
        key = pressed()
        if key == "q":
            stop.set()
        elif key:
            yield key


@contextmanager
def _closing(pool: Pool) -> Iterator[None]:
    """Drop the waiting process without waiting for its imports: it ends when its input ends."""
    try:
        yield
    finally:
        closing = threading.Thread(target=pool.close, name="deepgrade close", daemon=True)
        closing.start()
        closing.join(PATIENCE_S)
