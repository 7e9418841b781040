"""What must hold after every attack: nothing left, nothing leaked, no point that was not earned."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import numpy as np
from rich.console import Console

from graders.feedback.exports import gradescope_results
from graders.feedback.html import render_report_html
from graders.feedback.text import render_report
from graders.grading.inputs import draw_inputs
from graders.grading.secret import hidden_key
from graders.grading.setup import Setup
from graders.reports.report import Report
from graders.sandbox import slots

__all__ = ["Host", "descendants", "hidden_values", "seen_by_student", "spelled"]


class Host:
    """Processes, mounts, shared memory, files, descriptors and threads, as far as a sandbox of ours can leave them."""

    def __init__(self, token: str, helper: int) -> None:
        self.token, self.helper = token, helper
        self.before = self.now()
        self.open_files, self.threads = _open_files(), threading.active_count()

    def now(self) -> set[str]:
        return {*self._processes(), *self._mounts(), *self._shared_memory(), *self._files()}

    def leftovers(self, patience_s: float = 3.0) -> set[str]:
        """What is there that was not, after a moment for what is being taken away (containers are removed behind)."""
        end = time.monotonic() + patience_s
        while (found := self._new()) and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def _new(self) -> set[str]:
        found = self.now() - self.before
        if _open_files() > self.open_files + 2:
            found.add(f"{_open_files() - self.open_files} open files")
        if threading.active_count() > self.threads + 1:
            found.add(f"threads {[thread.name for thread in threading.enumerate()]}")
        return found

    def _processes(self) -> Iterator[str]:
        """Of our uids, or children of this process."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                status = dict(
                    line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line
                )
            except OSError:
                continue  # it has just ended
            child = int(status["PPid"]) == os.getpid() and int(folder.name) != self.helper
            if (is_ours(int(status["Uid"].split()[0])) or child) and not status["State"].startswith("Z"):
                yield f"process {folder.name} {status['Name']}"

    def _mounts(self) -> Iterator[str]:
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            if any(sign in line for sign in (self.token, "/newroot", "/oldroot", "/guest/")):
                yield f"mount {line}"

    def _shared_memory(self) -> Iterator[str]:
        with open("/proc/sysvipc/shm") as file:
            head, *rows = (line.split() for line in file)
        for row in rows:
            if is_ours(int(row[head.index("cuid")])):
                yield f"shared segment {row}"

    def _files(self) -> Iterator[str]:
        for folder in {"/dev/shm", "/tmp", "/var/tmp", tempfile.gettempdir()}:
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                with contextlib.suppress(FileNotFoundError):  # somebody else's, gone by now
                    if self.token in name or is_ours(os.lstat(path).st_uid):
                        yield f"file {path}"


def descendants(pid: int) -> Iterator[int]:
    """Children, their children, and so on."""
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = tasks.read_text().split()
        except OSError:
            continue  # it has just ended
        for child in map(int, children):
            yield child
            yield from descendants(child)


def is_ours(uid: int) -> bool:
    return os.getuid() == 0 and slots.FIRST_UID <= uid < slots.FIRST_UID + slots.SLOTS


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def seen_by_student(report: Report) -> tuple[str, str, str]:
    """Every byte that a student can get to see: on a terminal, as pages, as data for programs."""
    shown = report.for_student()
    screen = StringIO()
    for lang in ("ko", "en"):
        render_report(shown, lang, Console(file=screen, width=100), hints=3)
    pages = [render_report_html(shown, lang) for lang in ("ko", "en")]
    data = [shown.to_dict(), gradescope_results(shown, "ko"), gradescope_results(report, "en")]
    return screen.getvalue(), "\n".join(pages), json.dumps(data, ensure_ascii=False)


def spelled(secret: str) -> tuple[str, ...]:
    """The ways in which a secret is a secret still."""
    raw = secret.encode()
    return secret, secret[::-1], raw.hex(), base64.b64encode(raw).decode(), repr(list(raw))[1:-1]


def hidden_values(setup: Setup, report: Report, digits: int = 12) -> set[str]:
    """The hidden inputs of this submission as texts."""
    found = set()
    for exercise in report.exercises:
        spec = setup.course.spec(exercise.unit).exercise(exercise.name)
        names = (setup.course.name, report.student, report.sha256, exercise.unit, exercise.name)
        key = hidden_key(setup.secret, *names, report.run["nonce"])
        for case in spec.cases:
            for draw in range(len(case.dims)) if case.hidden else ():
                for value in draw_inputs(case, draw, key).values():
                    found |= {f"{number:.{digits}g}"[:-1] for number in np.ravel(value).tolist()}
    return {text for text in found if len(text) >= digits}
