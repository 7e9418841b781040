"""A class: many submissions side by side; a report is on disk before it counts as done, so runs can be resumed."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from graders.course import Course
from graders.disk import write_file
from graders.errors import DeepgradeError, SubmissionError, UsageError
from graders.grade import Desk, grade_submission
from graders.submission import load_submission
from graders.verdict import Message, Report, worst

__all__ = ["common_units", "count_absent", "grade_class", "load_report", "report_path", "write_report"]

LONGEST_NAME = 160  # bytes; with a digest and an ending it stays below the 255 of most file systems
DIGESTED = re.compile(r"-[0-9a-f]{12}$")
WHICH = "Name a file of the reports/ folder that 'deepgrade grade --out DIR' wrote."


def grade_class(
    desk: Desk,
    found: Sequence[tuple[str, Path]],
    *,
    jobs: int,
    out: Path | None = None,
    resume: bool = False,
    unit: str | None = None,
    done: Callable[[Report], None] = lambda report: None,
    stopping: Callable[[], None] = lambda: None,
) -> list[Report]:
    """Grade every (student, path), in that order; one bad submission never stops the others.

    An interrupt calls ``stopping`` at once, and leaves when the submissions in hand are done and kept.
    """
    reports: dict[int, Report] = {}
    for place, (student, path) in enumerate(found):
        kept = _kept(desk, out, student, path, unit) if resume and out is not None else None
        if kept is not None:
            reports[place] = kept
            done(kept)

    def one(place: int) -> tuple[int, Report]:
        report = _safely(desk, *found[place], unit, alone=len(found) == 1)
        return place, report if out is None else _written(_compared(report, out, partial=bool(desk.exercises)), out)

    def keep(place: int, report: Report) -> None:
        reports[place] = report
        done(report)

    left = [place for place in range(len(found)) if place not in reports]
    _side_by_side(one, left, jobs, keep, stopping)
    return count_absent(desk.course, [reports[place] for place in range(len(found))], desk.units, desk.exercises)


def _side_by_side(
    one: Callable[[int], tuple[int, Report]],
    places: Sequence[int],
    jobs: int,
    keep: Callable[[int, Report], None],
    stopping: Callable[[], None],
) -> None:
    """In the order of ``places``, at most ``jobs`` at a time; an interrupt starts no more of them."""
    if jobs == 1 or len(places) < 2:
        for place in places:
            keep(*one(place))
        return
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        for place, report in pool.map(one, places):
            keep(place, report)
    except KeyboardInterrupt:
        stopping()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _compared(report: Report, out: Path, partial: bool) -> Report:
    """The report with the points of the one before; a whole one that a partial one replaces stays in ``earlier/``."""
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


def _written(report: Report, out: Path) -> Report:
    """The report that was written: one that cannot be put into words is our fault, and stops nobody else."""
    try:
        write_report(report, out)
    except DeepgradeError:
        raise  # the disk: the run stops here, and --resume takes it up
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        broken = Message("broken", {"text": text})
        report = Report(report.student, (), "broken", broken, course_version=report.course_version)
        write_report(report, out)
    return report


def _safely(desk: Desk, student: str, path: Path, unit: str | None, alone: bool) -> Report:
    """The edge of the pipeline: whatever fails on our side is ``broken`` for this student and nobody else."""
    for attempt in (1, 2):
        try:
            return grade_submission(desk, path, student=student, unit=unit)
        except DeepgradeError as error:
            if alone and error.exit_code == 2:
                raise
            text: Any = Message.of(error).to_dict()
        except Exception as error:
            text = f"{type(error).__name__}: {error} (attempt {attempt})"
    return Report(student, (), "broken", Message("broken", {"text": text}), course_version=desk.course.version)


def count_absent(
    course: Course, reports: Sequence[Report], units: Iterable[str] = (), exercises: Iterable[str] = ()
) -> list[Report]:
    """The totals of a class, over the units (and ``unit.symbol`` exercises) asked for, else those of ``common_units``.

    A counted unit that is absent counts as 0; one that is not counted is graded and shown beside the total.
    """
    counted = tuple(units) or common_units(reports)
    asked = set(exercises)
    points = {
        unit: sum(
            one.max_points
            for symbol, one in course.spec(unit).exercises.items()
            if not asked or f"{unit}.{symbol}" in asked
        )
        for unit in counted
    }
    full = []
    for report in reports:
        there = dict.fromkeys(exercise.unit for exercise in report.exercises)
        absent = [unit for unit in counted if unit not in there]
        beside = tuple(unit for unit in there if unit not in counted)
        notes = [note for note in report.notes if note.id not in ("grade.not_submitted", "grade.not_counted")]
        notes += [Message("grade.not_submitted", {"unit": unit}) for unit in absent]
        notes += [Message("grade.not_counted", {"unit": unit}) for unit in beside]
        gone = sum(points[unit] for unit in absent)
        one = replace(report, uncounted=beside, absent_points=gone, notes=tuple(notes))
        full.append(replace(one, verdict=_verdict(one, bool(absent))))
    return full


def common_units(reports: Sequence[Report]) -> tuple[str, ...]:
    """What a class was asked for, as far as its work shows: units of half of those who handed in any, and of two.

    Every unit, where there are none such (one student; a class without anything in common).
    """
    handed_in = [{exercise.unit for exercise in report.exercises} for report in reports if report.exercises]
    count = Counter(unit for units in handed_in for unit in units)
    common = sorted(unit for unit, students in count.items() if students > 1 and 2 * students >= len(handed_in))
    return tuple(common or sorted(count))


def _verdict(report: Report, absent: bool) -> str:
    """The verdict of what counts; of all of it where there is nothing else."""
    verdict = report.verdict
    if report.uncounted and report.message is None:
        verdict = worst([one.verdict for one in report.counted] + (["flagged"] if report.flags else []))
    return worst([verdict, "missing"]) if absent else verdict


# --- reports on disk ---


def report_path(out: Path, student: str) -> Path:
    """``reports/<student>.json``; a name that is no plain file name, or looks as if it had one, gets a digest."""
    plain = re.sub(r"[^\w.@+ -]", "_", student).strip(". -").encode()[:LONGEST_NAME].decode(errors="ignore")
    if plain != student or not plain or DIGESTED.search(plain):
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
        plain = f"{plain or 'student'}-{digest[:12]}"
    return out / "reports" / f"{plain}.json"


def write_report(report: Report, out: Path) -> Path:
    """Keep a report, whole or not at all."""
    path = report_path(out, report.student)
    text = json.dumps(report.to_dict(), ensure_ascii=False)
    write_file(path, text.encode(errors="backslashreplace"))  # a name that is no Unicode comes back as it was
    return path


def load_report(path: Path) -> Report:
    """A report as ``write_report`` kept it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except IsADirectoryError:
        raise UsageError(
            f"{path} is not a report of deepgrade: it is a folder.",
            WHICH,
            message_id="usage.report_folder",
            path=str(path),
            step={"id": "step.report", "params": {}},
        ) from None
    except OSError as error:
        raise UsageError(
            f"{path} is not a report of deepgrade: it cannot be read ({error.strerror}).",
            WHICH,
            message_id="usage.report_unreadable",
            path=str(path),
            reason=error.strerror,
            step={"id": "step.report", "params": {}},
        ) from None
    except ValueError as error:
        raise UsageError(
            f"{path} is not a report of deepgrade: it is not JSON.",
            WHICH,
            message_id="usage.report_not_json",
            path=str(path),
            step={"id": "step.report", "params": {}},
        ) from error
    try:
        return Report.from_dict(data)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(
            f"{path} is not a report of deepgrade: it is JSON of another kind.",
            WHICH,
            message_id="usage.not_a_report",
            path=str(path),
            step={"id": "step.report", "params": {}},
        ) from error


def _kept(desk: Desk, out: Path, student: str, path: Path, unit: str | None) -> Report | None:
    """The report of an earlier run, if it is final and of these files and units, this course, secret and machine."""
    file = report_path(out, student)
    if not file.is_file():
        return None
    try:
        report = load_report(file)
        submission = load_submission(path, units=desk.course.units, unit=unit, student=student)
    except (UsageError, SubmissionError):
        return None
    if {"broken", "not_run"} & {report.verdict, *(one.verdict for one in report.exercises)}:
        return None
    units = [one for one in submission.units if not desk.units or one in desk.units]
    wanted = {(unit, symbol) for unit in units for symbol in desk.symbols(unit)}
    then = (report.student, report.sha256, report.course_version, report.run.get("device_asked"), report.run.get("key"))
    now = (student, submission.sha256, desk.course.version, desk.device, desk.secret.key_id)
    same = then == now and wanted == {(exercise.unit, exercise.name) for exercise in report.exercises}
    return report if same and report.run.get("backend") == desk.backend.name else None
