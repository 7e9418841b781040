"""The runs of one session: each file once, all its selected exercises together, in a separate process."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

from graders.feedback.html import render_report_html
from graders.feedback.messages import render_message
from graders.host.disk import write_file
from graders.messages.errors import DeepgradeError, DiskError
from graders.practice.after_file import Opener
from graders.practice.file import check_file
from graders.practice.opened import homework_of, own_folder
from graders.practice.progress import record_checks
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.sandbox.local import Local

if TYPE_CHECKING:
    from graders.pytest_plugin.nodes import UnitFile

__all__ = ["Checked", "Runs", "runs_of"]


@dataclass(frozen=True)
class Checked:
    """The result of running a file's exercises; ``news`` is extra news, ``page`` the path of the page with pictures."""

    report: Report
    news: tuple[str, ...] = ()
    page: str = ""

    @cached_property
    def exercises(self) -> dict[str, ExerciseReport]:
        return {one.name: one for one in self.report.exercises}

    def check(self, symbol: str, output: str, group: str) -> CheckReport | None:
        """None if the file as a whole was refused."""
        exercise = self.exercises.get(symbol)
        checks = exercise.checks if exercise is not None else ()
        return next((one for one in checks if (one.name, one.group) == (output, group)), None)

    def to_dict(self) -> dict[str, Any]:
        return {"report": self.report.to_dict(), "news": list(self.news), "page": self.page}

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Checked:
        return Checked(Report.from_dict(data["report"]), tuple(data["news"]), data["page"])


RUNS = pytest.StashKey["Runs"]()


def runs_of(config: pytest.Config) -> Runs:
    return config.stash.setdefault(RUNS, Runs(config))


class Runs:
    """What has run in this session."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._done: dict[tuple[Path, str], Checked | DeepgradeError] = {}

    def of(self, file: UnitFile, symbol: str, beside: Callable[[], Iterable[str]]) -> Checked:
        """The run of an exercise; the DeepgradeError from ``deepgrade check`` if there could be none.

        ``beside``: the exercises to run with it, if it has not run yet.
        """
        key = file.path, symbol
        if key not in self._done:
            symbols = tuple(dict.fromkeys([*beside(), symbol]))
            found = self._shared(file, symbols)
            self._done |= {(file.path, one): found for one in symbols}
        done = self._done[key]
        if isinstance(done, DeepgradeError):
            raise done
        return done

    def _shared(self, file: UnitFile, symbols: Sequence[str]) -> Checked | DeepgradeError:
        """The run; with xdist, only one worker makes it."""
        folder = self._folder_of_workers()
        if folder is None:
            return self._run(file, symbols)
        name = hashlib.sha256(repr((str(file.path), symbols)).encode()).hexdigest()[:32]
        kept = folder / f"deepgrade-{name}.json"
        with _alone(folder / f"deepgrade-{name}.lock"):
            if kept.is_file():
                return Checked.from_dict(json.loads(kept.read_text(encoding="utf-8")))
            found = self._run(file, symbols)
            if isinstance(found, Checked):
                write_file(kept, json.dumps(found.to_dict()).encode(errors="backslashreplace"))
            return found

    def _folder_of_workers(self) -> Path | None:
        """Where the workers of one run keep their temporary folders."""
        base = self.config.getoption("basetemp")
        return Path(base).parent if hasattr(self.config, "workerinput") and base else None

    def _run(self, file: UnitFile, symbols: Sequence[str]) -> Checked | DeepgradeError:
        backend = Local()
        try:
            report = check_file(backend, file.path, symbols, unit=file.unit)
            record_checks(file.path, report.exercises)
            news = [render_message(one, file.lang) for one in Opener(backend, file.path, file.unit)(report)]
        except DeepgradeError as error:
            return error
        return Checked(report, tuple(news), self._page(file, report))

    def _page(self, file: UnitFile, report: Report) -> str:
        """The path of the page; "" if nothing is wrong or there is no place for it."""
        if all(one.verdict in ("pass", "missing", "not_run") for one in report.exercises):
            return ""
        path = self._place(file.path)
        if path is None:
            return ""
        try:
            write_file(path, render_report_html(report, file.lang).encode())
        except DiskError:
            return ""
        return str(path)

    def _place(self, path: Path) -> Path | None:
        root = homework_of(path.parent)
        if root is not None:
            return own_folder(root) / "pages" / path.resolve().relative_to(root).with_suffix(".html")
        cache: pytest.Cache | None = getattr(self.config, "cache", None)
        return cache.mkdir("deepgrade") / f"{path.stem}.html" if cache is not None else None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the system releases it when a process dies."""
    with path.open("a+b") as file:
        _lock(file)
        yield


def _lock(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        while True:
            try:  # gives up after ten seconds
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,no-any-return]
            except OSError:
                continue
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX)
