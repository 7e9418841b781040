"""Hands for the tests of the queue: something to hand in, and a report to answer with."""

from __future__ import annotations

import itertools

from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.server.store.courses import Course
from graders.server.store.people import User
from graders.server.store.queue import Kind, Work

COUNT = itertools.count()
UNIT = "u06_backprop"


def work(course: Course, user: User, text: str | None = None, kind: Kind = "submission", unit: str = UNIT) -> Work:
    """Something that nobody has handed in before, unless its text is given."""
    content = (f"# {next(COUNT)}\n" if text is None else text).encode()
    return Work(course.id, user.id, unit, f"{unit}.py", content, kind)


def report(
    student: str = "Kim", verdict: str = "pass", points: float = 3.0, exercise: tuple[str, str] = (UNIT, "Affine")
) -> Report:
    check = CheckReport("forward", "correct", verdict, points, 3, message=Message("verdict.pass"))
    return Report(student, (ExerciseReport(*exercise, verdict, (check,)),), verdict, sha256="0" * 64)
