"""Who did what, for staff: written in the transaction that does it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from graders.server.store.engine import Store
from graders.server.store.models import Audit

__all__ = ["Entry", "entries", "note"]


@dataclass(frozen=True)
class Entry:
    """``user_id`` is None for what the service or its command line did."""

    id: int
    at: float
    user_id: int | None
    what: str
    about: str


def note(connection: Connection, at: float, user_id: int | None, what: str, about: str = "") -> None:
    """``what`` is a word like ``role.set``, ``about`` never holds a secret, a password or students' code."""
    connection.execute(insert(Audit).values(at=at, user_id=user_id, what=what, about=about[:1000]))


def entries(store: Store, *, before: int | None = None, limit: int = 100) -> list[Entry]:
    """The newest first; ``before`` is the number of the last that is known."""
    wanted = select(Audit.id, Audit.at, Audit.user_id, Audit.what, Audit.about).order_by(Audit.id.desc()).limit(limit)
    with store.reading() as connection:
        rows = connection.execute(wanted if before is None else wanted.where(Audit.id < before))
        return [Entry(*row) for row in rows]
