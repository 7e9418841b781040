"""Who grades what, and until when: a lease ends in one result, or somebody else gets the next one.

Every lease of a submission has a number of its own, its token, and each is higher than those before. Whatever is done
under a lease names the token, and is refused once there is another: a grader that was thought dead writes nothing.

Clocks may jump. Leases are kept in wall time, since there is no other that processes and restarts share: a lease that
ends later than any given now is cut to a whole one, and who notices that time has leapt forward (``local`` compares it
with a clock that cannot) renews them all before any is taken back. A grader that lives has said so again by then.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from graders.reports.report import Report
from graders.server.store import blobs
from graders.server.store.changes import changed
from graders.server.store.engine import Store
from graders.server.store.models import Course, Result, Submission, User
from graders.server.store.queue import KINDS, PRIORITY, Kind
from graders.server.store.work import keep_keys

__all__ = ["LEASE_S", "TRIES", "Leased", "expire", "finish", "give_up", "heartbeat", "lease", "release", "renew_all"]

LEASE_S = 30.0
BUSY_S = 0.5  # a wait for another writer that says that all have waited
TRIES = 3  # leases that ended without a result; then it is quarantined


@dataclass(frozen=True)
class Leased:
    """A submission to grade, and the token under which its result is taken; ``root`` is the course's folder."""

    id: int
    token: int
    public_id: str
    kind: Kind
    course_id: int
    root: str
    user_id: int
    student: str
    unit: str
    exercise: str | None
    file_name: str
    content: bytes
    nonce: str
    tries: int


def lease(store: Store, worker: str, *, kinds: Collection[Kind] = KINDS, lease_s: float = LEASE_S) -> Leased | None:
    """The next in turn, for this worker; None where nothing of these kinds waits."""
    waiting: tuple[ColumnElement[bool], ...] = (Submission.state == "queued",)
    if set(kinds) != set(KINDS):
        waiting += (Submission.priority.in_([PRIORITY[kind] for kind in kinds]),)
    order = (Submission.priority, Submission.turn, Submission.id)
    wanted = select(Submission.id).where(*waiting).order_by(*order).limit(1)
    with store.reading() as connection:  # whoever only looks takes nobody's turn to write
        if connection.execute(wanted).scalar() is None:
            return None
    with store.writing() as connection:
        found = connection.execute(wanted).scalar()
        if found is None:
            return None
        now = store.clock()
        values = {"state": "leased", "leased_by": worker[:128], "lease_until": now + lease_s, "started_at": now}
        taken = update(Submission).where(Submission.id == found)
        connection.execute(taken.values(**values, lease_token=Submission.lease_token + 1))
        changed(connection, now, found)
    with store.reading() as connection:  # after the commit: what cannot be read costs it a try, and not every worker
        return _leased(connection, found)


def heartbeat(store: Store, id: int, token: int, *, lease_s: float = LEASE_S) -> bool:
    """Still at it: the lease is whole again. False where it is no longer this one's."""
    with store.writing() as connection:
        renewed = update(Submission).where(*_held(id, token)).values(lease_until=store.clock() + lease_s)
        return bool(connection.execute(renewed).rowcount)


def finish(store: Store, id: int, token: int, report: Report, keys: Mapping[str, bytes] = MappingProxyType({})) -> bool:
    """Write the result, once. False, and nothing is changed, where the lease is no longer this one's.

    ``keys``: those of explanations that this answer has opened, by exercise.
    """
    kept = zlib.compress(json.dumps(report.to_dict(), ensure_ascii=False).encode(errors="backslashreplace"), 6)
    with store.writing() as connection:
        now = store.clock()
        done = update(Submission).where(*_held(id, token)).values(state="done", finished_at=now, lease_until=None)
        row = connection.execute(
            done.returning(Submission.user_id, Submission.course_id, Submission.unit)
        ).one_or_none()
        if row is None:
            return False
        points = {"verdict": str(report.verdict), "score": report.score, "max_score": float(report.max_score)}
        connection.execute(insert(Result).values(submission_id=id, token=token, report=kept, written_at=now, **points))
        keep_keys(connection, row.user_id, row.course_id, row.unit, keys)
        changed(connection, now, id)
        return True


def give_up(store: Store, id: int, token: int) -> bool:
    """Back into the queue, as if it had never been leased: the worker stops, and the submission is not to blame."""
    with store.writing() as connection:
        back = update(Submission).where(*_held(id, token))
        row = connection.execute(back.values(state="queued", leased_by=None, lease_until=None)).rowcount
        if row:
            changed(connection, store.clock(), id)
        return bool(row)


def release(store: Store, worker: str) -> list[str]:
    """Its process is gone: take back what it held at once. The public ids of what is in quarantine by that."""
    return _taken_back(store, Submission.leased_by == worker)


def expire(store: Store, *, lease_s: float = LEASE_S) -> list[str]:
    """Take back every lease that has run out. The public ids of what is in quarantine by that."""
    now = store.clock()
    late = (Submission.state == "leased", Submission.lease_until > now + lease_s + 1)
    with store.reading() as connection:
        ahead = connection.execute(select(Submission.id).where(*late).limit(1)).scalar()
    if ahead is not None:  # the clock was set back
        with store.writing() as connection:
            connection.execute(update(Submission).where(*late).values(lease_until=now + lease_s))
    return _taken_back(store, Submission.lease_until <= now, patient=True)


def renew_all(store: Store, *, lease_s: float = LEASE_S) -> None:
    """Every lease is whole again: time has leapt, and nobody is to blame."""
    with store.writing() as connection:
        held = update(Submission).where(Submission.state == "leased")
        connection.execute(held.values(lease_until=store.clock() + lease_s))


# --- parts -----------------------------------------------------------------------------------------------------------


def _held(id: int, token: int) -> tuple[ColumnElement[bool], ...]:
    return Submission.id == id, Submission.state == "leased", Submission.lease_token == token


def _taken_back(store: Store, whose: ColumnElement[bool], *, patient: bool = False) -> list[str]:
    """``patient``: nothing where the database was busy for long, so that those that live could not say so either."""
    wanted = select(Submission.id, Submission.public_id, Submission.tries).where(Submission.state == "leased", whose)
    with store.reading() as connection:
        if connection.execute(wanted.limit(1)).first() is None:
            return []
    quarantined, began = [], time.monotonic()
    with store.writing() as connection:
        if patient and time.monotonic() - began > BUSY_S:
            return []
        now = store.clock()
        for row in connection.execute(wanted).all():
            values: dict[str, Any] = {"tries": row.tries + 1, "leased_by": None, "lease_until": None}
            last = row.tries + 1 >= TRIES
            values |= {"state": "quarantined", "finished_at": now} if last else {"state": "queued"}
            connection.execute(update(Submission).where(Submission.id == row.id).values(**values))
            changed(connection, now, row.id)
            quarantined += [row.public_id] if last else []
    return quarantined


def _leased(connection: Connection, id: int) -> Leased:
    own = ("id", "lease_token", "public_id", "kind", "course_id")
    rest = ("unit", "exercise", "file_name", "digest", "nonce", "tries")
    columns = [getattr(Submission, name) for name in own]
    columns += [Course.root, Submission.user_id, User.name, *(getattr(Submission, name) for name in rest)]
    joined = select(*columns).join(Course, Course.id == Submission.course_id).join(User, User.id == Submission.user_id)
    row = list(connection.execute(joined.where(Submission.id == id)).one())
    place = len(row) - 3
    row[place] = blobs.content_of(connection, row[place])
    return Leased(*row)
