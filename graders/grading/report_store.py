"""Reports on disk: where each one is, written whole or not at all, and what an earlier run left there."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from graders.host.disk import write_file
from graders.messages.errors import UsageError
from graders.reports.report import Report

__all__ = ["compared", "load_report", "report_path", "stale_students", "write_report"]

LONGEST_NAME = 160  # bytes; with a digest and an extension it stays below the 255 of most file systems
DIGESTED = re.compile(r"-[0-9a-f]{12}$")


def report_path(out: Path, student: str) -> Path:
    """``reports/<student>.json``; a name that is not a plain file name, or looks as if it had a digest, gets one."""
    plain = re.sub(r"[^\w.@+ -]", "_", student).strip(". -").encode()[:LONGEST_NAME].decode(errors="ignore")
    if plain != student or not plain or DIGESTED.search(plain):
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
        plain = f"{plain or 'student'}-{digest[:12]}"
    return out / "reports" / f"{plain}.json"


def write_report(report: Report, out: Path) -> Path:
    """Write a report, whole or not at all."""
    path = report_path(out, report.student)
    text = json.dumps(report.to_dict(), ensure_ascii=False)
    write_file(path, text.encode(errors="backslashreplace"))  # a name that is not Unicode is restored
    return path


def load_report(path: Path, *, cases: bool = True) -> Report:
    """A report from ``write_report``; ``cases``: with its runs, which are most of it, and their values."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except IsADirectoryError:
        raise UsageError("usage.report_folder", path=str(path), step={"id": "step.report", "params": {}}) from None
    except OSError as error:
        raise UsageError(
            "usage.report_unreadable", path=str(path), reason=error.strerror, step={"id": "step.report", "params": {}}
        ) from None
    except ValueError as error:
        raise UsageError("usage.report_not_json", path=str(path), step={"id": "step.report", "params": {}}) from error
    try:
        return Report.from_dict(data if cases else _without_cases(data))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError("usage.not_a_report", path=str(path), step={"id": "step.report", "params": {}}) from error


def _without_cases(data: Any) -> Any:
    """The report without its runs and their values; raises as ``Report.from_dict`` does if it is not a report."""
    for check in (check for exercise in data["exercises"] for check in exercise["checks"]):
        check["cases"] = ()
    return data


def compared(report: Report, out: Path, partial: bool) -> Report:
    """The report with the previous one's points; a whole report that a partial one replaces is kept in ``earlier/``."""
    file = report_path(out, report.student)
    if not file.is_file():
        return report
    try:
        old = load_report(file)
    except UsageError:
        return report
    kept = out / "earlier" / file.name
    names = {(one.unit, one.name) for one in report.exercises}
    if partial and {(one.unit, one.name) for one in old.exercises} - names and not _holds_more(kept, old):
        write_file(kept, file.read_bytes())
    points = {f"{one.unit}.{one.name}": one.score for one in old.exercises if (one.unit, one.name) in names}
    return replace(report, before=points)


def _holds_more(kept: Path, old: Report) -> bool:
    try:
        return kept.is_file() and len(load_report(kept).exercises) > len(old.exercises)
    except UsageError:
        return False


def stale_students(out: Path, reports: Iterable[Report]) -> tuple[str, ...]:
    """Students whose reports in ``out`` are from an earlier run and not among these."""
    current = {report_path(out, report.student).name for report in reports}
    try:
        left = sorted(path for path in (out / "reports").glob("*.json") if path.name not in current)
    except OSError:
        return ()
    return tuple(_student_of(path) for path in left)


def _student_of(path: Path) -> str:
    try:
        return load_report(path).student
    except UsageError:
        return path.stem
