"""For instructors: grade, see the demo, test the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import (
    FINE,
    HERE,
    OURS,
    course_option,
    exercises_of,
    exit_zero_option,
    jobs_option,
    json_option,
    lang_option,
    language_of,
    opened_course,
    options,
    pool_of,
    sandbox_option,
    units_of,
    units_option,
)
from graders.commands.output import console, exit_code, print_json, show, write_class
from graders.commands.rollcall import called, graded, tell_stale
from graders.feedback.formats import FORMATS
from graders.host.disk import require_writable
from graders.host.trust import course_to_grade
from graders.messages.errors import SandboxError, UsageError

if TYPE_CHECKING:
    from graders.api import Grader
    from graders.courses.course import Course
    from graders.reports.report import Report
    from graders.sandbox.contract import Backend


@click.command()
@click.argument("target", metavar="PATH[::EXERCISE]")
@click.option(
    "--exercise", "exercises", multiple=True, metavar="NAME", help="Only this exercise (Affine); may be repeated."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write reports, pages, class.csv and class.html here.")
@click.option("--resume", is_flag=True, help="With --out: keep the reports that are already there and still hold.")
@click.option("--roster", type=click.Path(path_type=Path), help="CSV of the students: who handed in nothing gets 0.")
@click.option("--student", help="The student's name, for a single file or folder.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMATS]),
    help="Prints this (default: text). gradescope: results.json of one submission; of a class, a list of "
    '{"student": …, "results": …}.',
)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@options(jobs_option, units_option, sandbox_option, course_option, lang_option, json_option, exit_zero_option)
def grade(
    target: str,
    exercises: tuple[str, ...],
    out: Path | None,
    resume: bool,
    jobs: int | None,
    roster: Path | None,
    student: str | None,
    form: str | None,
    device: str,
    units: tuple[str, ...],
    sandbox: str,
    course: Path | None,
    lang: str | None,
    as_json: bool,
    exit_zero: bool,
) -> int:
    """Grade a file, a student's folder, a class folder, or the zip of a class, with the reference, in a sandbox.

    With an EXERCISE, or --exercise, only that one is graded and counted.
    """
    from graders.practice.file import split_target

    path, named = split_target(target)
    asked = (*exercises, named) if named else exercises
    _require_compatible(out, resume, as_json, form)
    root = course_to_grade(HERE, course, path)
    with pool_of(sandbox, root) as pool:  # the first sandbox starts while the rest of the platform is imported
        from graders.feedback.messages import say

        code = language_of(lang)
        grader, unit = _grader_of(opened_course(root, code), pool, units, asked, path, device)
        with called(path, grader.course, code, out=out, roster=roster, student=student) as roll:
            reports = graded(grader, roll, code, jobs=jobs, out=out, resume=resume, unit=unit)
    if out is not None:
        write_class(out, reports, code)
        click.echo(say("grade.pages", code, path=str(out)), err=True)
        tell_stale(out, reports, code)
    show(reports, lang, as_json, single=roll.single, form=form or "text")
    return FINE if exit_zero else exit_code(reports)


def _require_compatible(out: Path | None, resume: bool, as_json: bool, form: str | None) -> None:
    if resume and out is None:
        raise UsageError("usage.resume_alone")
    if as_json and form is not None:
        raise UsageError("usage.json_with_format", form=form)
    if out is not None:
        require_writable(out / "reports")


def _grader_of(
    course: Course, backend: Backend, units: tuple[str, ...], exercises: Sequence[str], path: Path, device: str
) -> tuple[Grader, str | None]:
    """The grader for what was asked for, and the unit of a file whose name does not say it."""
    from graders.api import Grader

    units = units_of(course, units)
    chosen = exercises_of(course, exercises, units, path.name)
    places = units or tuple(dict.fromkeys(one.partition(".")[0] for one in chosen))
    unit = places[0] if len(places) == 1 and (units or path.is_file()) else None
    return Grader(course, backend, units=places, exercises=chosen, device=device), unit


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True)
@options(sandbox_option, course_option, lang_option, json_option)
def demo(out: Path, sandbox: str, course: Path | None, lang: str | None, as_json: bool) -> int:
    """Grade the sample class in a sandbox; show the instructor's table and a student's feedback."""
    from graders.api import Grader
    from graders.commands.rollcall import Roll
    from graders.submission import find_submissions

    require_writable(out / "reports")
    root = course_to_grade(HERE, course)
    with pool_of(sandbox, root) as pool:
        grader = Grader(opened_course(root, language_of(lang)), pool)
        folder = grader.course.root / "tests" / "class"
        found = (
            find_submissions(folder, grader.course.units, grader.course.compatibility.packages)
            if folder.is_dir()
            else []
        )
        if not found:
            raise UsageError("usage.no_sample_class", path=str(folder))
        roll = Roll(found, {}, (), False)
        reports = graded(grader, roll, language_of(lang), jobs=None, out=out, resume=False, unit=None)
    write_class(out, reports, language_of(lang))
    if as_json:
        show(reports, lang, as_json)
    else:
        _show_demo(out, reports, language_of(lang))
    return OURS if exit_code(reports) == OURS else FINE


def _show_demo(out: Path, reports: Sequence[Report], code: str) -> None:
    """The instructor's table, then what a student with a named mistake sees."""
    from graders.feedback.messages import say
    from graders.feedback.text import render_class, render_report

    screen = console()
    render_class(reports, code, screen)
    shown = min(filter(_names_a_mistake, reports), key=_failures, default=None)
    if shown is not None:
        screen.print()
        screen.rule(say("ui.demo_student", code, student=shown.student))
        render_report(shown.for_student(), code, screen, hints=2)  # the second names the mistake
    screen.print()
    screen.print(say("ui.demo_pages", code, path=str(out / "class.html")), highlight=False)


@click.command()
@options(sandbox_option, lang_option, json_option)
def doctor(sandbox: str, lang: str | None, as_json: bool) -> int:
    """Test every limit that the sandbox promises on this machine and report which hold."""
    from graders.feedback.doctor_table import print_trials
    from graders.feedback.messages import render_message
    from graders.sandbox.backends import SANDBOXED, backend_by_name
    from graders.sandbox.doctor import trials

    names = SANDBOXED if sandbox == "auto" else (sandbox,)
    holds, tables = True, []
    absent: dict[str, SandboxError] = {}
    for name in names:
        try:
            found = trials(backend_by_name(name))
        except SandboxError as error:
            absent[name] = error
            continue
        holds &= all(trial.held for trial in found if trial.required)
        tables.append((name, found))
    holds &= bool(tables)
    if as_json:
        rows = {name: [asdict(trial) for trial in found] for name, found in tables}
        said = {name: str(why) for name, why in absent.items()}
        print_json({"schema": 1, "holds": holds, "backends": rows, "absent": said})
    else:
        for name, found in tables:
            print_trials(name, found, console(), language_of(lang))
        for name, why in absent.items():
            click.echo(f"{name}: {render_message(why.message, language_of(lang))}", err=True)
    return FINE if holds else OURS


def _names_a_mistake(report: Report) -> bool:
    titles = [check.title for exercise in report.exercises for check in exercise.checks]
    return report.verdict == "fail" and any(titles)


def _failures(report: Report) -> int:
    return sum(exercise.verdict != "pass" for exercise in report.exercises)
