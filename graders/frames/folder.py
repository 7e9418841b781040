"""The folder that ``grade --out`` wrote, read back: its reports, and what is wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.feedback.cells import plain_cell
from graders.frames.rounds import Round
from graders.grading.in_hand import left_in_hand
from graders.grading.report_store import load_report
from graders.messages.errors import DeepgradeError, UsageError
from graders.messages.message import Message
from graders.reports.report import Report
from graders.reports.verdict import VERDICTS

__all__ = ["Found", "read_out"]

NAMED = 20  # names in one sentence
AGAIN = {"id": "step.grade_again", "params": {}}


@dataclass(frozen=True)
class Found:
    """What could be read. ``damaged``: what was left out, and why; ``remarks``: what else one should know."""

    round: Round
    damaged: tuple[Message, ...]
    remarks: tuple[Message, ...]


def read_out(out: Path) -> Found:
    """The reports below ``out``, sorted by file; UsageError where it is no such folder, or none of them is readable."""
    files = _files(out)
    reports, faults = _read(files)
    if not reports:
        raise faults[0]
    earlier, faulty = _read(sorted((out / "earlier").glob("*.json")))
    damaged = tuple(Message("frames.left_out", {"said": fault.message.to_dict()}) for fault in [*faults, *faulty])
    found = Round(reports, earlier, out.resolve().name or None)
    return Found(found, damaged, (*_unfinished(out), *_strangers(out, reports)))


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
    """The sound ones, and what is wrong with the others; one bad file costs no other."""
    reports: list[Report] = []
    faults: list[UsageError] = []
    for path in files:
        try:
            report = load_report(path)
            if not _is_sound(report):
                raise UsageError("usage.not_a_report", path=str(path), step=AGAIN)
            reports.append(report)
        except UsageError as error:
            faults.append(_with_path(error, path))
        except (RecursionError, UnicodeError) as error:
            reason = type(error).__name__
            faults.append(UsageError("usage.report_unreadable", path=str(path), reason=reason, step=AGAIN))
    return reports, faults


def _with_path(error: DeepgradeError, path: Path) -> UsageError:
    """The same fault with what helps here; that of a later schema does not say which file it is about."""
    if "path" in error.params:
        return UsageError(error.message_id, **{**error.params, "step": AGAIN})
    return UsageError("frames.about", path=str(path), said=error.message.to_dict())


def _is_sound(report: Report) -> bool:
    """Whether the values that become cells are what they should be."""
    checks = [check for exercise in report.exercises for check in exercise.checks]
    verdicts = [report.verdict, *(one.verdict for one in report.exercises), *(check.verdict for check in checks)]
    words = [report.student, report.sha256, report.course_version]
    words += [word for one in report.exercises for word in (one.unit, one.name)]
    words += [word for check in checks for word in (check.name, check.group, check.case, check.diagnosis or "")]
    numbers = [report.absent_points, *report.before.values()]
    numbers += [number for check in checks for number in (check.points, check.max_points)]
    return (
        all(isinstance(word, str) for word in (*words, *verdicts))
        and set(verdicts) <= set(VERDICTS)
        and all(number is None or type(number) in (int, float) for number in numbers)
        and all(type(check.max_points) is int for check in checks)
        and all(type(one) is bool for check in checks for one in (check.public, check.follow_through))
    )


def _unfinished(out: Path) -> list[Message]:
    """A run that was killed, or is still going on."""
    names = sorted(left_in_hand(out))
    return [Message("frames.unfinished", {"path": str(out), "names": _listed(names)})] if names else []


def _strangers(out: Path, reports: Sequence[Report]) -> list[Message]:
    """Reports that the class list of the last whole run does not know: of students who left, or of a run cut short."""
    try:
        with (out / "class.csv").open(encoding="utf-8-sig", newline="") as file:
            listed = {plain_cell(row.get("student") or "") for row in csv.DictReader(file)}
    except (OSError, ValueError, csv.Error):
        return []
    names = [report.student for report in reports if report.student not in listed]
    return [Message("frames.not_in_class", {"path": str(out), "names": _listed(names)})] if names else []


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" … (+{len(names) - NAMED})" if names[NAMED:] else "")
