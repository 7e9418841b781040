"""The feed of changes that live pages follow. Its numbers are in commit order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from graders.server.store.engine import Store
from graders.server.store.models import Change, Submission

__all__ = ["Changed", "changed", "changes_since", "forget_changes", "last_change"]


@dataclass(frozen=True)
class Changed:
    """A changed submission and its current state, which may be newer than this change."""

    id: int
    course_id: int
    user_id: int
    public_id: str
    state: str
    at: float


def changed(connection: Connection, at: float, submission_id: int) -> None:
    """Record the change, in the transaction that makes it."""
    wanted = select(Submission.course_id, Submission.user_id).where(Submission.id == submission_id)
    row = connection.execute(wanted).one()
    values = {"course_id": row.course_id, "user_id": row.user_id, "submission_id": submission_id, "at": at}
    connection.execute(insert(Change).values(**values))


def last_change(store: Store) -> int:
    """The number after which a reader who has just seen everything continues; 0 before the first change."""
    with store.reading() as connection:
        return connection.execute(select(func.max(Change.id))).scalar() or 0


def changes_since(
    store: Store, after: int, *, course_id: int | None = None, user_id: int | None = None, limit: int = 500
) -> list[Changed]:
    """Changes after the number ``after``, in order; limited to one course or one user if given."""
    wanted = (
        select(Change.id, Change.course_id, Change.user_id, Submission.public_id, Submission.state, Change.at)
        .join(Submission, Submission.id == Change.submission_id)
        .where(Change.id > after)
        .order_by(Change.id)
        .limit(limit)
    )
    if course_id is not None:
        wanted = wanted.where(Change.course_id == course_id)
    if user_id is not None:
        wanted = wanted.where(Change.user_id == user_id)
    with store.reading() as connection:
        return [Changed(*row) for row in connection.execute(wanted)]


def forget_changes(store: Store, before: float) -> int:
    """Delete changes from before this time, which nobody follows any more; returns how many."""
    with store.writing() as connection:
        return connection.execute(delete(Change).where(Change.at < before)).rowcount
