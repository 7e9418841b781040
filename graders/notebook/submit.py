"""``%submit``: sends the saved file to the course's service and shows the receipt, then the result."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.display import display

from graders.courses.course import Course
from graders.feedback.messages import render_message, say
from graders.feedback.points import score_text
from graders.messages.errors import BusyError, DeepgradeError, UsageError
from graders.notebook.options import Options
from graders.notebook.shown import Shown, shown
from graders.notebook.unsaved import unsaved
from graders.practice.handing_in import (
    Found,
    Receipt,
    chosen_course,
    clock_time,
    hand_in,
    keep_receipt,
    understood,
    wait_for,
)
from graders.practice.logins import login_for
from graders.practice.parcel import parcel_of
from graders.practice.service import Service
from graders.reports.report import Report
from graders.submission.naming import unit_of_folder, unit_of_name

__all__ = ["Here", "rendered", "submit_file"]

WAIT_S = 60.0  # for a result; then the kernel is free again
IN_LINES = ("pass", "missing")  # verdicts of exercises that are only listed by name


@dataclass(frozen=True)
class Here:
    """Where the kernel is: its folder, the notebook's unit if known, the course, and the cells it has run.

    ``notebook``: the notebook's name according to the frontend, in VS Code.
    """

    folder: Path
    unit: str | None
    course: Course
    ran: Sequence[str]
    notebook: object = None


def submit_file(named: str, here: Here, options: Options, lang: str, show: Callable[[object], object]) -> None:
    """Submit the notebook itself, or what is named: a file, or a unit with one file here."""
    path = _file(named, here)
    service = _service(options.get("--server"), path.parent, lang)
    course = chosen_course(service, options.get("--course"), path.parent)
    parcel = parcel_of(path, service.units(course), None if named else here.unit)
    receipt = hand_in(service, course, parcel, again="--again" in options)
    keep_receipt(path.parent, receipt)
    _print_receipt(receipt, path.name, lang)
    if path.suffix == ".ipynb":
        other = unsaved(here.ran, path, parcel.unit, _exercises(here.course, parcel.unit))
        if other:
            print(say("magic.unsaved", lang, names=", ".join(other), file=path.name))
    _show_result(service, receipt, lang, show)


# --- the file to submit ----------------------------------------------------------------------------------------------


def _file(named: str, here: Here) -> Path:
    if named and os.path.lexists(here.folder / named):
        return here.folder / named
    unit = unit_of_folder(named, here.course.units) if named else here.unit
    if named and unit is None:
        raise UsageError("usage.absent_file", path=named[:200])
    own = _own_notebook(here) if not named else None
    if own is not None:
        return own
    if unit is None:
        units = here.course.units
        raise UsageError("magic.no_unit", unit=units[0] if units else "u01_topic")
    found = _files_of(unit, here)
    if not found:
        raise UsageError("magic.no_file", unit=unit, folder=str(here.folder))
    if len(found) > 1:
        names = [os.path.relpath(one, here.folder) for one in found]
        raise UsageError("magic.which_file", unit=unit, files=", ".join(names), first=names[0])
    return found[0]


def _own_notebook(here: Here) -> Path | None:
    """The notebook's file if the frontend names it: JupyterLab and Notebook in a variable, VS Code in a name."""
    for told in (here.notebook, os.environ.get("JPY_SESSION_NAME")):
        if isinstance(told, str) and told.endswith(".ipynb") and (here.folder / told).is_file():
            return here.folder / told
    return None


def _files_of(unit: str, here: Here) -> list[Path]:
    """The unit's notebooks in this folder, its own or a sibling folder; if there are none, its modules."""
    folders = [here.folder, here.folder / unit, here.folder.parent / unit]
    for suffix in (".ipynb", ".py"):
        for folder in folders:
            files = sorted(folder.glob(f"*{suffix}")) if folder.is_dir() else []
            found = [one for one in files if unit_of_name(one.name, here.course.units) == unit]
            if found:
                return found
    return []


def _exercises(course: Course, unit: str) -> Sequence[str]:
    try:
        return tuple(course.spec(unit).exercises)
    except DeepgradeError:
        return ()


# --- output ----------------------------------------------------------------------------------------------------------


def _service(server: str | None, start: Path, lang: str) -> Service:
    try:
        kept = login_for(server, start)
    except UsageError as error:
        if error.message_id == "remote.no_login":
            raise UsageError("magic.no_login") from None
        raise
    return Service(kept.url, kept.token, lang)


def _print_receipt(receipt: Receipt, file: str, lang: str) -> None:
    attempt = "-" if receipt.attempt is None else receipt.attempt
    words = {"receipt": receipt.public_id, "at": clock_time(receipt.at), "digest": receipt.digest[:16]}
    id = "remote.repeated" if receipt.repeated else "remote.receipt"
    print(f"{say(id, lang, file=file, attempt=attempt, **words)}\n{receipt.page}")


def _show_result(service: Service, receipt: Receipt, lang: str, show: Callable[[object], object]) -> None:
    """Wait a while for the result and show it; the receipt stands in any case."""
    line = _Line(say("remote.waiting", lang), lang)
    try:
        found = wait_for(service, receipt.public_id, lambda now: line.say(_standing(now, lang)), WAIT_S)
    except (KeyboardInterrupt, BusyError):
        found = None
    if found is None:
        line.say(say("magic.submit_later", lang, page=receipt.page))
    elif found.report is None:
        line.say(f"{receipt.unit}: {_state(found.state, lang)}")
    else:
        report = found.report
        heading, lines, cards = understood(service, lambda: rendered(report, lang))
        line.say(f"{receipt.unit}: {heading}", report.verdict)
        for one in cards:
            show(one)
        for text in lines:
            print(text)


def rendered(report: Report, lang: str) -> tuple[str, list[str], list[Shown]]:
    """The verdict and points; sentences and names; a card for each exercise that has findings."""
    heading = f"{say(f'verdict.{report.verdict}', lang)}, {score_text(report.score, report.max_score)}"
    said = [render_message(one, lang) for one in (report.message, *report.notes) if one is not None]
    for verdict in IN_LINES:
        names = [one.name for one in report.exercises if one.verdict == verdict]
        said += [f"{say(f'verdict.{verdict}', lang)}: {', '.join(names)}"] if names else []
    return heading, said, [shown(one, lang) for one in report.exercises if one.verdict not in IN_LINES]


def _standing(found: Found, lang: str) -> str:
    if found.state == "leased":
        return say("remote.grading", lang)
    return say("remote.ahead", lang, count=found.ahead) if found.ahead else say("remote.waiting", lang)


def _state(state: str, lang: str) -> str:
    return say(f"remote.state_{state}", lang) if state in ("cancelled", "done", "quarantined") else "?"


class _Line:
    """A line in the cell's output that the next one replaces."""

    def __init__(self, text: str, lang: str) -> None:
        self._lang, self._text = lang, text
        make: Callable[..., Any] = display
        self._handle = make(self._shown(), display_id=True)

    def say(self, text: str, verdict: str = "") -> None:
        if text != self._text:
            self._text = text
            self._handle.update(self._shown(verdict))

    def _shown(self, verdict: str = "") -> Shown:
        from graders.feedback.html import render_notice_html

        return Shown(render_notice_html([self._text], self._lang), self._text, verdict)
