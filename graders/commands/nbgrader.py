"""For instructors with an nbgrader course: create one, grade a class in it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import (
    FINE,
    HERE,
    OURS,
    course_option,
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
from graders.commands.output import console, print_json, progress
from graders.host.trust import course_to_grade, course_to_start

if TYPE_CHECKING:
    from graders.nbgrader.classroom import Graded, Plan
    from graders.reports.report import Report

folder_option = click.option(
    "--dir", "folder", type=click.Path(path_type=Path), default=HERE, help="The nbgrader course (default: this folder)."
)


@click.group()
def nbgrader() -> None:
    """Use deepgrade's exercises and sandbox in an nbgrader course."""


@nbgrader.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--late-percent", "late", type=click.FloatRange(0, 100), help="Points off for each day begun after the due date."
)
@options(units_option, course_option, lang_option, json_option)
def init(
    folder: Path, late: float | None, units: tuple[str, ...], course: Path | None, lang: str | None, as_json: bool
) -> int:
    """Make DIR an nbgrader course with deepgrade's units as assignments, or add them to an existing one."""
    from graders.courses.course import Course
    from graders.feedback.messages import say
    from graders.nbgrader.begin import lay_nbgrader_course

    code = language_of(lang)
    chosen = Course(course_to_start(HERE, course))
    asked = units_of(chosen, units) or chosen.units
    fates = dict(lay_nbgrader_course(chosen, folder, asked, code, named=course, late=late))
    if as_json:
        print_json({"schema": 1, "files": fates})
        return FINE
    for fate in ("new", "kept"):
        names = ", ".join(name for name, one in fates.items() if one == fate)
        if names:
            click.echo(say(f"nbgrader.init_{fate}", code, names=names))
    click.echo(say("nbgrader.init_next", code, path=str(folder), assignment=asked[0]))
    return FINE


@nbgrader.command()
@click.argument("assignment")
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student; may be repeated.")
@click.option("--force", is_flag=True, help="Also those whose marks still hold.")
@options(jobs_option, folder_option, sandbox_option, course_option, lang_option, json_option)
def autograde(
    assignment: str,
    students: tuple[str, ...],
    force: bool,
    jobs: int | None,
    folder: Path,
    sandbox: str,
    course: Path | None,
    lang: str | None,
    as_json: bool,
) -> int:
    """Grade the submissions for ASSIGNMENT, in parallel, into the gradebook and autograded/."""
    from graders.nbgrader.folder import open_folder
    from graders.nbgrader.settings import setting

    opened = open_folder(folder)  # reports a missing nbgrader before the next line imports it
    from graders.nbgrader.classroom import grade_plan, plan_grading

    settings = opened.app.config
    named = course or (Path(said) if (said := setting(settings, "course")) else None)
    root = course_to_grade(HERE, named, folder / "submitted")
    code = language_of(lang or setting(settings, "lang"))
    sandbox = sandbox if sandbox != "auto" else setting(settings, "sandbox", "auto")
    with pool_of(sandbox, root) as pool:
        plan = plan_grading(
            opened, assignment, opened_course(root, code), students, force, lang or setting(settings, "lang")
        )
        graded = []
        with progress("grading", len(plan.students)) as step, closing(grade_plan(plan, pool, jobs)) as each:
            for one in each:
                graded.append(one)
                step(one.student)
    graded.sort(key=lambda one: one.student)
    if as_json:
        print_json(_as_json(plan, graded))
    else:
        _show(plan, graded, code)
    return OURS if any(report.ungraded or report.verdict == "broken" for report in _reports(graded)) else FINE


def _show(plan: Plan, graded: Sequence[Graded], code: str) -> None:
    """The table of the class; submissions that need a person or could not be graded are named on standard error."""
    from graders.feedback.messages import say
    from graders.feedback.text import render_class

    for released in plan.notebooks:
        reports = [one.reports[released.name] for one in graded if released.name in one.reports]
        if reports:
            render_class(reports, code, console())
    for one in graded:
        if one.ungraded:
            names = ", ".join(one.ungraded)
            click.echo(say("nbgrader.needs_a_person", code, student=one.student, names=names), err=True)
    if plan.foreign:
        click.echo(say("nbgrader.foreign", code, names=", ".join(plan.foreign)), err=True)
    if plan.kept:
        click.echo(say("nbgrader.kept", code, count=len(plan.kept)), err=True)
    click.echo(say("nbgrader.graded", code, count=len(graded), path=str(plan.folder.root)), err=True)


def _as_json(plan: Plan, graded: Sequence[Graded]) -> dict[str, object]:
    students = {
        one.student: {
            "scores": {name: mark.score for marks in one.marks.values() for name, mark in marks.scores.items()},
            "needs_a_person": [n for marks in one.marks.values() for n, mark in marks.scores.items() if mark.look],
        }
        for one in graded
    }
    return {"schema": 1, "assignment": plan.assignment, "students": students, "kept": list(plan.kept)}


def _reports(graded: Sequence[Graded]) -> list[Report]:
    return [report for one in graded for report in one.reports.values()]
