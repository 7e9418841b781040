"""The audit log for staff: who did what, written in the same transaction as the change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import aliased

from graders.server.store.engine import Store
from graders.server.store.models import Audit, Course, User

__all__ = ["Entry", "entries", "note"]


@dataclass(frozen=True)
class Entry:
    """``user_id`` is None for the service or its command line; ``subject`` names the person it concerns."""

    id: int
    at: float
    user_id: int | None
    what: str
    about: str
    course_id: int | None = None
    subject_id: int | None = None
    by: str = ""
    subject: str = ""
    course: str = ""  # its slug


def note(
    connection: Connection,
    at: float,
    user_id: int | None,
    what: str,
    about: str = "",
    *,
    course_id: int | None = None,
    subject_id: int | None = None,
) -> None:
    """``what`` is a word like ``role.set``; ``about`` never holds a secret, a password or students' code."""
    said = {"at": at, "user_id": user_id, "what": what, "about": about[:1000]}
    connection.execute(insert(Audit).values(**said, course_id=course_id, subject_id=subject_id))


def entries(store: Store, *, before: int | None = None, limit: int = 100, course_id: int | None = None) -> list[Entry]:
    """The newest entries first, of one course if given; ``before`` is the number of the last entry already known."""
    by, subject = aliased(User), aliased(User)
    wanted = (
        select(
            *(Audit.id, Audit.at, Audit.user_id, Audit.what, Audit.about, Audit.course_id, Audit.subject_id),
            *(by.name, subject.name, Course.slug),
        )
        .outerjoin(by, by.id == Audit.user_id)
        .outerjoin(subject, subject.id == Audit.subject_id)
        .outerjoin(Course, Course.id == Audit.course_id)
        .order_by(Audit.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Audit.id < before)
    if course_id is not None:
        wanted = wanted.where(Audit.course_id == course_id)
    with store.reading() as connection:
        return [Entry(*row[:7], *(text or "" for text in row[7:])) for row in connection.execute(wanted)]
