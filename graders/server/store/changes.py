"""What has changed since: the feed that live pages follow. Its numbers are in the order of the commits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from graders.server.store.engine import Store
from graders.server.store.models import Change, Submission

__all__ = ["Changed", "changed", "changes_since", "forget_changes", "last_change"]


@dataclass(frozen=True)
class Changed:
    """A submission that changed, and the state that it has now, which may be later than this change."""

    id: int
    course_id: int
    user_id: int
    public_id: str
    state: str
    at: float


def changed(connection: Connection, at: float, submission_id: int) -> None:
    """Note it, in the transaction that changes it."""
    wanted = select(Submission.course_id, Submission.user_id).where(Submission.id == submission_id)
    row = connection.execute(wanted).one()
    values = {"course_id": row.course_id, "user_id": row.user_id, "submission_id": submission_id, "at": at}
    connection.execute(insert(Change).values(**values))


def last_change(store: Store) -> int:
    """From where somebody follows who has just seen everything; 0 before the first."""
    with store.reading() as connection:
        return connection.execute(select(func.max(Change.id))).scalar() or 0


def changes_since(
    store: Store, after: int, *, course_id: int | None = None, user_id: int | None = None, limit: int = 500
) -> list[Changed]:
    """Those after the number ``after``, in their order; of one course or one user where that is said."""
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
    """Drop what nobody follows any more: changes from before this time. How many."""
    with store.writing() as connection:
        return connection.execute(delete(Change).where(Change.at < before)).rowcount
