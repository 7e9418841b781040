"""What commands print and write: reports in every format, progress, exit codes."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from graders.commands.options import FINE, NOT_PASSED, OURS, language_of
from graders.feedback.formats import FORMATS
from graders.host.disk import write_file

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from graders.reports.report import Report
    from graders.sandbox.contract import Backend, Batch, Job, Result, Sandbox


BAR = 16  # characters of a bar in a sentence


def console(stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=False)


def exit_code(reports: Sequence[Report]) -> int:
    """3 if the platform failed or could not run something, else 1 if something did not pass, else 0."""
    verdicts = {report.verdict for report in reports}
    if "broken" in verdicts or any(report.ungraded for report in reports):
        return OURS
    return FINE if verdicts <= {"pass"} else NOT_PASSED


@contextmanager
def progress(
    what: str, total: int, quiet: bool = False, *, waiting: Sequence[str] = (), jobs: int = 1
) -> Iterator[Callable[[object], None]]:
    """A progress bar on standard error if a person is watching; otherwise nothing.

    ``waiting``: the steps' names in order, of which the first ``jobs`` unfinished ones are shown as running.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        left = list(waiting)

        def now() -> str:
            return f"{what} {', '.join(left[:jobs])}".rstrip()

        def step(name: object) -> None:
            if name in left:
                left.remove(str(name))
            bar.update(row, advance=1, description=now())

        row = bar.add_task(now(), total=total)
        yield step


@contextmanager
def waiting(sentence: str, after_s: float = 0.7) -> Iterator[Callable[[str], None]]:
    """Show a status on standard error, if a person is watching, when a step takes long; its text may change."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    shown = [sentence]
    status: list[Status] = []
    lock = threading.Lock()

    def say(sentence: str) -> None:
        with lock:
            shown[0] = sentence
            for one in status:
                one.update(sentence)

    def start() -> None:
        one = console(stderr=True).status(shown[0])
        with lock:
            status.append(one)
            one.update(shown[0])
            one.start()

    timer = threading.Timer(after_s, start)
    timer.daemon = True
    timer.start()
    try:
        yield say
    finally:
        timer.cancel()
        timer.join()
        for one in status:
            one.stop()


class Announced:
    """A backend that reports via ``saying`` which large library is being imported and which exercise is running."""

    def __init__(self, backend: Backend, saying: Callable[[str], None], lang: str) -> None:
        self.backend, self.saying, self.lang = backend, saying, lang
        self.name, self.required, self.best_effort = backend.name, backend.required, backend.best_effort

    def open(self, needs: tuple[str, ...] = ()) -> Sandbox:
        from graders.feedback.messages import say

        if needs:
            self.saying(say("check.importing", self.lang, library=", ".join(needs)))
        sandbox = self.backend.open(needs)
        self.saying(say("check.running", self.lang))
        return _Announced(sandbox, self._say_begun)

    def check(self) -> None:
        self.backend.check()

    def _say_begun(self, place: int, count: int, exercise: str) -> None:
        from graders.feedback.messages import say

        done = round(BAR * place / count)
        bar = "━" * done + "╌" * (BAR - done)
        self.saying(say("check.exercise", self.lang, bar=bar, place=place + 1, count=count, name=exercise))


class _Announced:
    """A sandbox that reports the position, count and name of each exercise as it begins."""

    def __init__(self, sandbox: Sandbox, told: Callable[[int, int, str], None]) -> None:
        self.sandbox, self.told = sandbox, told
        self.close = sandbox.close

    def run(self, batch: Batch) -> Result:
        places = {id(job): place for place, job in enumerate(batch.jobs)}

        def begun(job: Job) -> None:
            self.told(places[id(job)], len(places), job.exercise)

        return self.sandbox.run(replace(batch, begun=begun) if len(places) > 1 else batch)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def print_json(data: object) -> None:
    letters = (sys.stdout.encoding or "").lower().startswith("utf")  # elsewhere escaped, so that nothing is lost
    click.echo(json.dumps(data, ensure_ascii=not letters, indent=2))


def show(
    reports: Sequence[Report],
    lang: str | None,
    as_json: bool,
    *,
    hints: int = 0,
    single: bool = False,
    form: str = "text",
) -> None:
    """Print reports in the requested format."""
    code = language_of(lang)
    made = FORMATS.get("json" if as_json else form)
    if made is not None:
        data = made(reports, code, single=single)
        click.echo(data, nl=False) if isinstance(data, str) else print_json(data)
    else:
        from graders.feedback.text import render_class, render_report

        if single:
            render_report(reports[0], code, console(), hints=hints)
        else:
            render_class(reports, code, console())


def write_page(path: Path, report: Report, lang: str) -> None:
    from graders.feedback.html import render_report_html

    write_file(path, render_report_html(report, lang).encode())


def write_class(out: Path, reports: Sequence[Report], lang: str) -> None:
    """Write class.csv and class.html for staff, and per student a page and a Gradescope file without hidden details."""
    from graders.feedback.exports import class_csv, gradescope_results
    from graders.feedback.html import render_class_html
    from graders.grading.report_store import report_path

    links = {}
    for report in reports:
        name = report_path(out, report.student).stem
        links[report.student] = f"feedback/{name}.html"
        write_page(out / "feedback" / f"{name}.html", report.for_student(), lang)
        data = gradescope_results(report.for_student(), lang)
        text = json.dumps(data, ensure_ascii=False, indent=1)
        write_file(out / "gradescope" / f"{name}.json", text.encode(errors="backslashreplace"))
    write_file(out / "class.csv", class_csv(reports).encode("utf-8-sig", "replace"))
    write_file(out / "class.html", render_class_html(reports, lang, links).encode())
