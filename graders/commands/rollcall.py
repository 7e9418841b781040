"""A class at the command line: submissions compared with the roster; skipped ones are reported on stderr."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import INTERRUPTED
from graders.commands.output import progress
from graders.messages.errors import UsageError

if TYPE_CHECKING:
    from graders.api import Grader
    from graders.courses.course import Course
    from graders.reports.report import Report
    from graders.submission import Handed
    from graders.submission.handed import Unpacked
    from graders.submission.register import Register

__all__ = ["Roll", "called", "graded", "tell_stale"]

NAMED = 20  # names listed in one sentence


@dataclass(frozen=True)
class Roll:
    """``found``: (student, path) to grade. ``handed``: what is known of each; ``absent``: who submitted nothing."""

    found: Sequence[tuple[str, Path]]
    handed: Mapping[str, Handed]
    absent: Sequence[Handed]
    single: bool  # a single submission was named, not a class of one


@contextmanager
def called(
    path: Path, course: Course, lang: str, *, out: Path | None, roster: Path | None, student: str | None
) -> Iterator[Roll]:
    """The submissions at ``path``; the zip of a class is unpacked for the duration of the context."""
    from graders.submission import find_handed

    register = None if roster is None else _register(roster)  # before anything is unpacked
    units, packages = course.units, course.compatibility.packages
    with _opened(path, units, packages) as at:
        handed = [replace(one, fault=at.fault_of(one)) for one in find_handed(at.path, units, packages)]
        if out is not None:  # pages from an earlier run are not a student
            handed = [one for one in handed if out.resolve() not in (one.path, *one.path.parents)] or handed
        _tell_passed_over(at.path, handed, at.nobodys, lang)
        single = len(handed) == 1 and handed[0].path == at.path.resolve()
        if student:
            _require_one(path, handed, single)
            handed = [replace(handed[0], student=student)]
        absent: tuple[Handed, ...] = ()
        if register is not None:
            if single:
                raise UsageError("usage.roster_of_one", path=str(path))
            handed, absent = _held_against(register, handed, lang)
        yield Roll([(one.student, one.path) for one in handed], {one.student: one for one in handed}, absent, single)


def _register(path: Path) -> Register:
    from graders.submission.register import read_register

    return read_register(path)


def _opened(path: Path, units: tuple[str, ...], packages: tuple[str, ...]) -> AbstractContextManager[Unpacked]:
    from graders.submission.handed import Unpacked

    if path.suffix.lower() != ".zip":
        return nullcontext(Unpacked(path))
    from graders.submission.class_zip import unpacked

    return unpacked(path, units, packages)


def _require_one(path: Path, handed: Sequence[Handed], single: bool) -> None:
    if not single:
        raise UsageError("usage.student_of_many", path=str(path), count=len(handed))


def _tell_passed_over(path: Path, handed: Sequence[Handed], nobodys: Sequence[str], lang: str) -> None:
    from graders.submission import overlooked, skipped

    found = [(one.student, one.path) for one in handed]
    _tell("grade.overlooked", [*overlooked(path, found), *nobodys], lang)
    _tell("grade.skipped", skipped(path, found), lang)


def _held_against(register: Register, handed: Sequence[Handed], lang: str) -> tuple[list[Handed], tuple[Handed, ...]]:
    """The class matched with the roster, after reporting how the roster was read."""
    from graders.feedback.messages import say
    from graders.submission.matching import match

    matched = match(handed, register.students)
    path, count = str(register.path), len(register.students)
    if register.encoding == "CP949":
        first = next((one.name for one in register.students if one.name), "")
        click.echo(say("roster.cp949", lang, path=path, name=first), err=True)
    columns = ", ".join(f"{what} = {called}" for what, called in register.columns.items())
    here = count - len(matched.absent)
    params = {"path": path, "count": count, "columns": columns, "here": here, "absent": len(matched.absent)}
    click.echo(say("roster.read", lang, **params), err=True)
    for line, why in register.bad[:NAMED]:
        click.echo(say("roster.bad", lang, path=path, line=line, why={"id": why, "params": {}}), err=True)
    if len(register.bad) > NAMED:
        click.echo(say("roster.bad_more", lang, path=path, count=len(register.bad) - NAMED), err=True)
    _tell("roster.absent", [one.student for one in matched.absent], lang)
    _tell("roster.strangers", matched.strangers, lang)
    return list(matched.handed), matched.absent


def graded(
    grader: Grader, roll: Roll, code: str, *, jobs: int | None, out: Path | None, resume: bool, unit: str | None
) -> list[Report]:
    """Grade the class under a progress bar, in roll order; an interrupt says how to resume."""
    from graders.commands.alone import grade_alone
    from graders.feedback.messages import say

    def stopping() -> None:
        click.echo(say("grade.stopping", code), err=True)

    def suspecting(students: Sequence[str]) -> None:
        click.echo(say("grade.in_hand", code, names=", ".join(students)), err=True)

    reports = []
    with progress("grading", len(roll.found), quiet=roll.single) as step, _saying_how_to_go_on(roll, out, code):
        each = grader.grade_class(
            roll.found,
            jobs=jobs,
            out=out,
            resume=resume,
            unit=unit,
            stopping=stopping,
            suspecting=suspecting,
            alone=partial(grade_alone, grader, out, unit) if out is not None else None,
            handed=roll.handed,
        )
        with closing(each):
            for report in each:
                reports.append(report)
                step(report)
    order = {student: place for place, (student, _) in enumerate(roll.found)}
    reports.sort(key=lambda report: order.get(report.student, len(order)))
    return grader.totalled(reports, absent=roll.absent, out=out)


@contextmanager
def _saying_how_to_go_on(roll: Roll, out: Path | None, code: str) -> Iterator[None]:
    """On an interrupt that leaves reports behind, say how to resume."""
    from graders.feedback.messages import say
    from graders.grading.report_store import report_path

    try:
        yield
    except KeyboardInterrupt:
        if out is None:
            raise
        count = sum(report_path(out, student).is_file() for student, _ in roll.found)
        click.echo(say("grade.stopped", code, count=count, total=len(roll.found), path=str(out)), err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


def tell_stale(out: Path, reports: Sequence[Report], lang: str) -> None:
    """Name reports of an earlier run that no longer belong to anyone; they are left in place and not counted."""
    from graders.grading.report_store import stale_students

    _tell("grade.stale", stale_students(out, reports), lang, path=str(out))


def _tell(id: str, names: Sequence[str], lang: str, **params: str) -> None:
    from graders.feedback.messages import say

    if names:
        shown = ", ".join(names[:NAMED]) + (f" … (+{len(names) - NAMED})" if names[NAMED:] else "")
        click.echo(say(id, lang, names=shown, **params), err=True)
