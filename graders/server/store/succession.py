"""Replaces a database with a restored one whose rows are out of reach for processes still using the old one."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from pathlib import Path

from sqlalchemy import select, text, update

from graders.server.store import audit
from graders.server.store.changes import changed
from graders.server.store.engine import Store
from graders.server.store.models import Submission

__all__ = ["last_number", "succeed"]

LEAP = 1_000_000  # changes that the other database may still get after its number is read
OPEN = ("queued", "leased")


def last_number(path: Path) -> int:
    """The number of the last change in this file's database; 0 if there is none."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database,
    ):
        found = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
        return int(found[0]) if found is not None else 0
    return 0


def succeed(store: Store, number: int) -> None:
    """Make this SQLite database the successor of one whose last change had this ``number``.

    All leases end, and no lease token of the other database's graders is issued again. New changes get higher numbers
    than any before, so live pages see them.
    """
    with store.writing() as connection:
        now = store.clock()
        reached = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'change'")).scalar() or 0
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'change'"))
        after = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('change', :seq)")
        connection.execute(after, {"seq": max(reached, number) + LEAP})
        still = Submission.state.in_(OPEN)
        for id in connection.execute(select(Submission.id).where(still)).scalars().all():
            changed(connection, now, id)
        values = {"state": "queued", "leased_by": None, "lease_until": None}
        token = Submission.lease_token + LEAP + secrets.randbelow(1 << 40)
        connection.execute(update(Submission).where(still).values(**values, lease_token=token))
        audit.note(connection, now, None, "restored")
