"""For instructors: grade an old submission again on the same hidden inputs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.commands.options import (
    FINE,
    HERE,
    NOT_PASSED,
    backend_of,
    course_option,
    json_option,
    lang_option,
    language_of,
    opened_course,
    options,
    sandbox_option,
)
from graders.commands.output import show
from graders.host.trust import course_to_grade
from graders.messages.errors import SubmissionError, UsageError

if TYPE_CHECKING:
    from graders.api import Grader
    from graders.courses.course import Course
    from graders.reports.report import Report
    from graders.sandbox.contract import Backend


@click.command()
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("path", type=click.Path(path_type=Path))
@options(sandbox_option, course_option, lang_option, json_option)
def replay(report: Path, path: Path, sandbox: str, course: Path | None, lang: str | None, as_json: bool) -> int:
    """Grade PATH again with the hidden inputs of an old REPORT and say whether the verdicts agree."""
    from graders.feedback.messages import say
    from graders.grading.report_store import load_report

    old, code = load_report(report), language_of(lang)
    _require_run(report, old)
    root = course_to_grade(HERE, course, path)
    grader = _grader_of_old(opened_course(root, code), backend_of(sandbox, root), old)
    _require_secret(report, old, grader.setup.secret.key_id)
    unit = _unit_asked(report, old, path, grader.course)
    new = grader.grade(path, student=old.student, unit=unit, nonce=str(old.run.get("nonce", "")))
    show([new], lang, as_json, single=True)
    same = _verdicts(old) == _verdicts(new)
    told = ["ui.replay_agrees" if same else "ui.replay_differs"]
    if old.course_version != new.course_version:
        told.append("ui.replay_course")
    click.echo(" ".join(say(one, code) for one in told), err=True)
    return FINE if same else NOT_PASSED


def _require_run(file: Path, old: Report) -> None:
    if not old.sha256:
        raise UsageError("usage.no_run", path=str(file), verdict=old.verdict)


def _grader_of_old(course: Course, backend: Backend, old: Report) -> Grader:
    """A grader for the same exercises on the same device."""
    from graders.api import Grader

    units = tuple(dict.fromkeys(exercise.unit for exercise in old.exercises))
    exercises = tuple(f"{exercise.unit}.{exercise.name}" for exercise in old.exercises)
    device = old.run.get("device_asked", old.device)
    return Grader(course, backend, units=units, exercises=exercises, device=device)


def _require_secret(file: Path, old: Report, key_id: str) -> None:
    if old.run.get("key") != key_id:
        raise UsageError("usage.other_secret", path=str(file), then=old.run.get("key"), now=key_id)


def _unit_asked(file: Path, old: Report, path: Path, course: Course) -> str | None:
    """The --unit with which ``path`` is what was graded before."""
    for unit in (None, *dict.fromkeys(exercise.unit for exercise in old.exercises)):
        if _digest(path, course, unit) == old.sha256:
            return unit
    raise UsageError("usage.other_submission", path=str(path), report=str(file))


def _digest(path: Path, course: Course, unit: str | None) -> str:
    """The digest of the submission at ``path``; "" if it cannot be read with this ``unit``."""
    from graders.grading.intake import read_apart

    try:
        return read_apart(path, units=course.units, compatibility=course.compatibility, unit=unit).sha256
    except SubmissionError:
        return ""


def _verdicts(report: Report) -> list[tuple[str, str, str, str, float]]:
    return [
        (exercise.unit, exercise.name, check.name + check.group, check.verdict, check.points)
        for exercise in report.exercises
        for check in exercise.checks
    ]
