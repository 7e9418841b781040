"""Reads a folder that ``grade --out`` wrote: its reports, and what is wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.feedback.cells import plain_cell
from graders.frames.rounds import Round
from graders.frames.sound import is_sound
from graders.grading.in_hand import left_in_hand
from graders.grading.report_store import load_report, report_path
from graders.messages.errors import DeepgradeError, UsageError
from graders.messages.message import Message
from graders.reports.report import Report

__all__ = ["Found", "read_out"]

NAMED = 20  # names in one sentence
AGAIN = {"id": "step.grade_again", "params": {}}


@dataclass(frozen=True)
class Found:
    """What could be read. ``damaged``: what was left out, and why; ``remarks``: what else to know."""

    round: Round
    damaged: tuple[Message, ...]
    remarks: tuple[Message, ...]


def read_out(out: Path) -> Found:
    """The reports below ``out``, sorted by file; UsageError if it is no such folder or no report is readable."""
    files = _files(out)
    reports, faults = _read(files)
    if not reports:
        raise faults[0]
    earlier, faulty = _read(sorted((out / "earlier").glob("*.json")))
    damaged = tuple(Message("frames.left_out", {"said": fault.message.to_dict()}) for fault in [*faults, *faulty])
    reports, remarks = _strangers(out, reports)
    found = Round(reports, earlier, out.resolve().name or None)
    return Found(found, damaged, (*_unfinished(out), *remarks))


def _files(out: Path) -> list[Path]:
    """Every report's file."""
    if not out.exists():
        raise UsageError("usage.absent_out", path=str(out))
    if not out.is_dir():
        raise UsageError("usage.out_is_file", path=str(out))
    files = sorted((out / "reports").glob("*.json"))
    if not files and out.resolve().name == "reports" and next(out.glob("*.json"), None):
        raise UsageError("usage.out_is_reports", path=str(out), out=str(out.resolve().parent))
    if not files:
        raise UsageError("usage.no_reports", path=str(out))
    return files


def _read(files: Iterable[Path]) -> tuple[list[Report], list[UsageError]]:
    """The sound reports, one per student, and what is wrong with the others; one bad file does not affect the rest."""
    reports: dict[str, tuple[Path, Report]] = {}
    faults: list[UsageError] = []
    for path in files:
        try:
            report = load_report(path, cases=False)
            if not is_sound(report):
                raise UsageError("usage.not_a_report", path=str(path), step=AGAIN)
            known = reports.get(report.student)
            if known is not None:
                path, report, twin = _told_apart(known, (path, report))
                faults.append(UsageError("frames.twice", path=str(twin), student=report.student, kept=str(path)))
            reports[report.student] = (path, report)
        except UsageError as error:
            faults.append(_with_path(error, path))
        except (RecursionError, UnicodeError) as error:
            reason = type(error).__name__
            faults.append(UsageError("usage.report_unreadable", path=str(path), reason=reason, step=AGAIN))
    return [report for _, report in reports.values()], faults


def _told_apart(one: tuple[Path, Report], other: tuple[Path, Report]) -> tuple[Path, Report, Path]:
    """Of two reports of a student, the one whose file has the name grading gives it, and the other's file."""
    path, report = one
    if report_path(Path(), report.student).name == path.name:
        return path, report, other[0]
    return *other, path


def _with_path(error: DeepgradeError, path: Path) -> UsageError:
    """The same fault with its path and advice; the fault of a newer schema does not say which file it is about."""
    if "path" in error.params:
        return UsageError(error.message_id, **{**error.params, "step": AGAIN})
    return UsageError("frames.about", path=str(path), said=error.message.to_dict())


def _unfinished(out: Path) -> list[Message]:
    """A run that was killed or is still going on."""
    names = sorted(left_in_hand(out))
    return [Message("frames.unfinished", {"path": str(out), "names": _listed(names)})] if names else []


def _class_list(out: Path) -> set[str] | None:
    """The students in class.csv; None if there is none."""
    try:
        with (out / "class.csv").open(encoding="utf-8-sig", newline="") as file:
            return {plain_cell(row.get("student") or "") for row in csv.DictReader(file)}
    except (OSError, ValueError, csv.Error):
        return None


def _strangers(out: Path, reports: Sequence[Report]) -> tuple[list[Report], list[Message]]:
    """The reports that belong to the class, and those of students not in class.csv.

    A report that is older than class.csv and not listed there is from an earlier run; a newer one may come from a run
    that was cut short.
    """
    listed = _class_list(out)
    if listed is None:
        return list(reports), []
    unlisted = [report.student for report in reports if report.student not in listed]
    stale = {student for student in unlisted if _is_older(report_path(out, student), out / "class.csv")}
    told = {"frames.stale": sorted(stale), "frames.not_in_class": [one for one in unlisted if one not in stale]}
    remarks = [Message(id, {"path": str(out), "names": _listed(names)}) for id, names in told.items() if names]
    return [report for report in reports if report.student not in stale], remarks


def _is_older(path: Path, than: Path) -> bool:
    try:
        return path.stat().st_mtime_ns < than.stat().st_mtime_ns
    except OSError:
        return False


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" … (+{len(names) - NAMED})" if names[NAMED:] else "")
