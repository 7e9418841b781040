"""A class: many submissions in parallel; a report is on disk before it counts as done, so runs can resume."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from graders.courses.course import Course
from graders.grading.grader import grade_submission, rejected
from graders.grading.in_hand import drop, drop_folder, holding, left_in_hand
from graders.grading.intake import import_readers, read_apart
from graders.grading.report_store import compared, load_report, report_path, write_report
from graders.grading.setup import Setup
from graders.messages.errors import BrokenError, DeepgradeError, SubmissionError, UsageError
from graders.messages.message import Message
from graders.reports.report import Report
from graders.reports.verdict import worst
from graders.submission import Handed
from graders.submission.refusal import excerpt

__all__ = [
    "attached",
    "common_units",
    "count_absent",
    "grade_class",
    "grade_one",
    "with_absent",
]


def grade_class(
    setup: Setup,
    found: Sequence[tuple[str, Path]],
    *,
    jobs: int,
    out: Path | None = None,
    resume: bool = False,
    unit: str | None = None,
    stopping: Callable[[], None] = lambda: None,
    suspecting: Callable[[Sequence[str]], None] = lambda names: None,
    alone: Callable[[str, Path], Report] | None = None,
    handed: Mapping[str, Handed] = MappingProxyType({}),
) -> Generator[Report]:
    """The report of every (student, path), as it finishes; one bad submission never stops the others.

    ``handed`` is what is already known about them, by student; it goes into the reports.
    An interrupt, or closing this generator, calls ``stopping`` at once, starts no more, and returns when the running
    submissions are done and kept. If a grader was killed, those it was running are suspect: a resumed run calls
    ``suspecting`` with the students and grades them last, one at a time, with ``alone``: they may end their process.
    """
    suspects, left = _suspects(out, found, resume), []
    for place, (student, path) in enumerate(found):
        kept = _kept(setup, out, student, path, unit, handed.get(student)) if resume and out is not None else None
        if kept is None:
            left.append(place)
        else:
            yield kept

    def one(place: int) -> Report:
        student, path = found[place]
        with holding(out, report_path(out or Path(), student).stem):
            return grade_one(setup, student, path, out, unit, strict=len(found) == 1, known=handed.get(student))

    late = [place for place in left if place in suspects]
    if late:
        suspecting([found[place][0] for place in late])
    yield from _side_by_side(one, [place for place in left if place not in suspects], jobs, stopping)
    for place in late:
        yield one(place) if alone is None or out is None else _again(alone, found[place], out, handed)
    drop_folder(out)


def grade_one(
    setup: Setup,
    student: str,
    path: Path,
    out: Path | None,
    unit: str | None,
    *,
    strict: bool = False,
    known: Handed | None = None,
) -> Report:
    """One report, on disk if ``out`` is given; ``strict`` raises what is wrong with the command line."""
    if known is not None and known.fault is not None:
        report = rejected(known.student, known.fault)
    else:
        report = _safely(setup, student, path, unit, strict)
    report = attached(report, known)
    return report if out is None else _written(compared(report, out, partial=bool(setup.exercises)), out)


def attached(report: Report, known: Handed | None) -> Report:
    """The report with what was known about the submission; staff must look at one handed in under another's name."""
    if known is None:
        return report
    flags, notes = report.flags, tuple(note for note in report.notes if note.id != "grade.late")
    if known.late:
        notes = (Message("grade.late"), *notes)
    if known.in_name_of and "grade.in_name_of" not in {flag.id for flag in flags}:
        params = {"student": known.in_name_of, "file": excerpt(known.path.name)}
        flags = (Message("grade.in_name_of", params), *flags)
    verdict = worst([report.verdict, "flagged"]) if flags else report.verdict
    return replace(report, verdict=verdict, flags=flags, notes=notes, handed_in=known.to_dict())


def _suspects(out: Path | None, found: Sequence[tuple[str, Path]], resume: bool) -> set[int]:
    """Indices of submissions that were running when a grader was killed; a new run suspects nobody."""
    if out is None:
        return set()
    names = left_in_hand(out)
    if not resume:
        for name in names:
            drop(out, name)
        return set()
    return {place for place, (student, _) in enumerate(found) if report_path(out, student).stem in names}


def _again(
    alone: Callable[[str, Path], Report], one: tuple[str, Path], out: Path, handed: Mapping[str, Handed]
) -> Report:
    """The report of a suspect; one that ends its process again stays suspect."""
    report = attached(alone(*one), handed.get(one[0]))
    if report.verdict != "broken":
        drop(out, report_path(out, one[0]).stem)
    return _written(report, out)


def _side_by_side(
    one: Callable[[int], Report], places: Sequence[int], jobs: int, stopping: Callable[[], None]
) -> Iterator[Report]:
    """Started in the order of ``places``, at most ``jobs`` at a time; an interrupt starts no more."""
    if jobs == 1 or len(places) < 2:
        yield from map(one, places)
        return
    import_readers()
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        for done in as_completed([pool.submit(one, place) for place in places]):
            yield done.result()
    except (KeyboardInterrupt, GeneratorExit):
        stopping()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _written(report: Report, out: Path) -> Report:
    """The report that was written: one that cannot be written becomes an internal error and affects nobody else."""
    try:
        write_report(report, out)
    except DeepgradeError:
        raise  # the disk failed: the run stops here, and --resume continues it
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        broken = Message("broken", {"text": text})
        report = Report(report.student, (), "broken", broken, course_version=report.course_version)
        write_report(report, out)
    return report


def _safely(setup: Setup, student: str, path: Path, unit: str | None, strict: bool) -> Report:
    """The edge of the pipeline: an internal failure is ``broken`` for this student and affects nobody else."""
    for attempt in (1, 2):
        try:
            return grade_submission(setup, path, student=student, unit=unit)
        except DeepgradeError as error:
            if strict and error.exit_code == 2:
                raise
            text: Any = error.message.to_dict()
        except Exception as error:
            text = f"{type(error).__name__}: {error} (attempt {attempt})"
    return Report(student, (), "broken", Message("broken", {"text": text}), course_version=setup.course.version)


def count_absent(
    course: Course, reports: Sequence[Report], units: Iterable[str] = (), exercises: Iterable[str] = ()
) -> list[Report]:
    """The totals of a class over the requested units (and ``unit.symbol`` exercises), else over ``common_units``.

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


def with_absent(setup: Setup, reports: Sequence[Report], absent: Iterable[Handed], out: Path | None) -> list[Report]:
    """The reports, plus one for each student on the roster who handed in nothing: 0 points in the class's units."""
    version, nothing = setup.course.version, Message("grade.nothing")
    more = [
        Report(one.student, (), "missing", nothing, course_version=version, handed_in=one.to_dict()) for one in absent
    ]
    full = count_absent(setup.course, [*reports, *more], setup.units, setup.exercises)
    if out is not None:
        for report in full[len(reports) :]:
            write_report(report, out)
    return full


def common_units(reports: Sequence[Report]) -> tuple[str, ...]:
    """What a class was probably asked for: units handed in by two students or more, and by half of those with any.

    Every unit if there are none like that (one student; a class without anything in common).
    """
    handed_in = [{exercise.unit for exercise in report.exercises} for report in reports if report.exercises]
    count = Counter(unit for units in handed_in for unit in units)
    common = sorted(unit for unit, students in count.items() if students > 1 and 2 * students >= len(handed_in))
    return tuple(common or sorted(count))


def _verdict(report: Report, absent: bool) -> str:
    """The verdict of what counts, or of everything if nothing else exists."""
    verdict = report.verdict
    if report.uncounted and report.message is None:
        verdict = worst([one.verdict for one in report.counted] + (["flagged"] if report.flags else []))
    return worst([verdict, "missing"]) if absent else verdict


def _kept(setup: Setup, out: Path, student: str, path: Path, unit: str | None, known: Handed | None) -> Report | None:
    """The report of an earlier run, if it still holds; its student is then no longer marked as running."""
    if known is not None and known.fault is not None:
        return None
    report = _still_holds(setup, report_path(out, student), student, path, unit)
    if report is None:
        return None
    drop(out, report_path(out, student).stem)
    return attached(report, known)


def _still_holds(setup: Setup, file: Path, student: str, path: Path, unit: str | None) -> Report | None:
    """The report in ``file``, if it is final and matches these files and units, this course, secret and machine."""
    if not file.is_file():
        return None
    try:
        report = load_report(file)
        if not report.sha256 or {"broken", "not_run"} & {report.verdict, *(one.verdict for one in report.exercises)}:
            return None
        submission = read_apart(
            path,
            units=setup.course.units,
            compatibility=setup.course.compatibility,
            unit=unit,
            student=student,
        )
    except (UsageError, SubmissionError, BrokenError):
        return None
    wanted = {(unit, symbol) for unit in setup.graded(submission.units) for symbol in setup.symbols(unit)}
    then = (report.student, report.sha256, report.course_version, report.run.get("device_asked"), report.run.get("key"))
    now = (student, submission.sha256, setup.course.version, setup.device, setup.secret.key_id)
    same = then == now and wanted == {(exercise.unit, exercise.name) for exercise in report.exercises}
    return report if same and report.run.get("backend") == setup.backend.name else None
