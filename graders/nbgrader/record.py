"""Marks → ``gradebook.db``, through nbgrader's own tables; what staff entered by hand is kept."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from graders.messages.errors import UsageError
from graders.nbgrader.marks import Mark, Marks

__all__ = ["is_settled", "opened_gradebook", "record_marks", "record_submission", "require_unlocked"]

Penalty = Callable[[str, float, float], float | None]  # (student, score, seconds late) → points to take off

_OPEN = Mark()


@contextmanager
def opened_gradebook(db_url: str, course_id: str) -> Iterator[Any]:
    """nbgrader's gradebook; a locked or unreadable database becomes a one-sentence error."""
    from nbgrader.api import Gradebook, InvalidEntry
    from sqlalchemy.exc import DatabaseError

    try:
        with Gradebook(db_url, course_id) as gradebook:
            yield gradebook
    except (DatabaseError, InvalidEntry, sqlite3.OperationalError) as error:
        reason = str(getattr(error, "orig", None) or error)
        id = "nbgrader.locked" if "locked" in reason else "nbgrader.gradebook_unreadable"
        raise UsageError(id, path=db_url.removeprefix("sqlite:///"), reason=reason) from error


def require_unlocked(gradebook: Any) -> None:
    """Wait briefly for another program to finish writing; raises if it does not."""
    if gradebook.engine.dialect.name == "sqlite":
        connection = gradebook.engine.raw_connection()
        try:
            connection.cursor().execute("BEGIN IMMEDIATE")
            connection.rollback()
        finally:
            connection.close()


def record_submission(gradebook: Any, assignment: str, student: str, submitted: datetime | None) -> Any:
    """The submission's row with its submission time; the student's row is added if missing."""
    from sqlalchemy.exc import SAWarning

    when = {} if submitted is None else {"timestamp": submitted}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # caused by nbgrader's own way of adding rows
        gradebook.update_or_create_student(student)
        return gradebook.update_or_create_submission(assignment, student, **when)


def record_marks(
    submission: Any, marks: Mapping[str, Marks], penalty: Penalty | None, commit: Callable[[], None]
) -> None:
    """Write each notebook's marks, and the late penalty, which is based on the resulting score.

    ``manual_score``, ``extra_credit`` and ``manual_comment`` are never touched; a cell with a manual score asks for a
    review, as in nbgrader.
    """
    for row in submission.notebooks:
        found = marks.get(row.name)
        if found is not None:
            _write(row, found)
    commit()
    if penalty is None:
        return
    late = submission.total_seconds_late
    for row in submission.notebooks:
        if row.name in marks:
            row.late_submission_penalty = penalty(submission.student.id, row.score, late) if late > 0 else None
    commit()


def _write(row: Any, marks: Marks) -> None:
    for grade in row.grades:
        mark = marks.scores.get(grade.name, _OPEN)
        grade.auto_score = mark.score
        grade.needs_manual_grade = mark.score is None or mark.look or grade.manual_score is not None
    for comment in row.comments:
        comment.auto_comment = marks.comments.get(comment.name)
    if marks.flagged:
        row.flagged = True  # only a person takes it back


def is_settled(submission: Any, ours: Mapping[str, Collection[str]]) -> bool:
    """Whether every cell that deepgrade grades has a score; ``ours``: notebook → grade ids."""
    return all(
        grade.auto_score is not None or grade.manual_score is not None
        for row in submission.notebooks
        for grade in row.grades
        if grade.name in ours.get(row.name, ())
    )
