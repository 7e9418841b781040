"""The queue: a receipt says that the work is on disk; from then on it ends in one result or in quarantine.

Kinds are served in order: checks, then submissions, then regrades. Within a kind users take turns (start-time fair
queueing): a job's turn is that of the job now being served, or one after its user's last, whichever is later. So a
user's first job waits behind at most one job of each other user, however many they have.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Select, func, insert, select, update

from graders.courses.manifest import is_unit_name
from graders.messages.errors import UsageError
from graders.server.store import audit, blobs
from graders.server.store.changes import changed
from graders.server.store.engine import Store
from graders.server.store.models import Blob, Submission
from graders.server.store.people import one_line
from graders.server.store.tokens import public_id
from graders.submission.upload import MAX_TOTAL_MB

__all__ = ["KINDS", "PRIORITY", "Kind", "Receipt", "State", "Work", "cancel", "hand_in", "regrade"]

Kind = Literal["check", "submission", "regrade"]
State = Literal["queued", "leased", "done", "quarantined", "cancelled"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PRIORITY = {kind: number for number, kind in enumerate(KINDS)}
TWICE_S = 2.0  # the same bytes within this time are a double click, even if the first already has a result
MAX_CHECKS = 4  # queued per user: checks go before everything else
DAY_S, MAX_DAY_MB = 86400.0, 256  # per user and day; identical bytes are stored once, so they count once
SERVED = ("leased", "done", "quarantined")


@dataclass(frozen=True)
class Work:
    """What somebody submits; ``kind`` is ``check`` or ``submission``, ``exercise`` the exercise of a check."""

    course_id: int
    user_id: int
    unit: str
    file_name: str
    content: bytes
    kind: Kind = "submission"
    exercise: str | None = None


@dataclass(frozen=True)
class Receipt:
    """Proof that it is on disk. ``attempt`` counts one user's submissions in one unit; checks have none."""

    public_id: str
    digest: str
    at: float
    attempt: int | None


def hand_in(store: Store, work: Work) -> Receipt:
    """Store the work and return its receipt, after the commit. A double click gets the first click's receipt.

    UsageError if it cannot be accepted, BusyError or DiskError if nothing was stored.
    """
    name = _checked(work)
    with store.writing() as connection:
        at = store.clock()
        again = _just_now(connection, work, at)
        if again is not None:
            return again
        if work.kind == "check":
            _require_few(connection, work.user_id)
        _require_room(connection, work, at)
        digest = blobs.keep(connection, work.content)
        values = {"course_id": work.course_id, "user_id": work.user_id, "unit": work.unit, "exercise": work.exercise}
        attempt = _attempt(connection, work) if work.kind == "submission" else None
        return _queued(connection, at, work.kind, {**values, "file_name": name, "digest": digest, "attempt": attempt})


def regrade(store: Store, submission: str, *, by: int | None = None) -> Receipt:
    """Grade a submission again, even one in quarantine; returns the pending regrade if there is one."""
    columns = ("id", "course_id", "user_id", "unit", "exercise", "file_name", "digest", "regrade_of", "kind")
    with store.writing() as connection:
        wanted = select(*(getattr(Submission, name) for name in columns)).where(Submission.public_id == submission)
        row = connection.execute(wanted).one_or_none()
        if row is None or row.kind == "check":
            raise UsageError("server.no_submission", name=submission[:40])
        first = row.regrade_of or row.id
        open_one = (Submission.regrade_of == first, Submission.state.in_(("queued", "leased")))
        waiting = connection.execute(_receipts().where(*open_one)).first()
        if waiting is not None:
            return Receipt(*waiting)
        at = store.clock()
        audit.note(connection, at, by, "regraded", submission, course_id=row.course_id, subject_id=row.user_id)
        values = {name: getattr(row, name) for name in columns[1:-2]}
        return _queued(connection, at, "regrade", {**values, "regrade_of": first, "attempt": None})


def cancel(store: Store, submission: str, *, by: int | None = None) -> bool:
    """Cancel work that has no result yet. False if it has one or was cancelled already."""
    open_one = (Submission.public_id == submission, Submission.state.in_(("queued", "leased")))
    with store.writing() as connection:
        at = store.clock()
        gone = update(Submission).where(*open_one).values(state="cancelled", finished_at=at, lease_until=None)
        row = connection.execute(gone.returning(Submission.id)).one_or_none()
        if row is None:
            return False
        changed(connection, at, row.id)
        audit.note(connection, at, by, "cancelled", submission)
        return True


# --- parts -----------------------------------------------------------------------------------------------------------


def _checked(work: Work) -> str:
    """The file's name as it is stored. UsageError for faults that show without the database."""
    name = one_line(work.file_name.replace("\\", "/").rpartition("/")[2]) or "file"
    if not is_unit_name(work.unit) or len(work.unit) > 128 or work.kind not in ("check", "submission"):
        raise UsageError("server.no_unit_name", unit=work.unit[:80])
    if not work.content:
        raise UsageError("server.empty", name=name)
    if len(work.content) > MAX_TOTAL_MB << 20:
        raise UsageError("server.too_large", name=name, size_mb=len(work.content) >> 20, limit_mb=MAX_TOTAL_MB)
    return name


def _receipts() -> Select[str, str, float, int | None]:
    return select(Submission.public_id, Submission.digest, Submission.handed_in_at, Submission.attempt)


def _just_now(connection: Connection, work: Work, at: float) -> Receipt | None:
    """The receipt of the same work just submitted, or of the newest attempt, however old, if it still waits.

    So a retry after a lost response does not create a second attempt, unless the first is graded by then.
    """
    same = (
        *(Submission.user_id == work.user_id, Submission.priority == PRIORITY[work.kind]),
        *(Submission.course_id == work.course_id, Submission.unit == work.unit),
        *(Submission.exercise == work.exercise, Submission.state != "cancelled"),
    )
    digest = blobs.digest_of(work.content)
    newest = connection.execute(
        _receipts().add_columns(Submission.state).where(*same).order_by(Submission.id.desc()).limit(1)
    ).first()
    if newest is not None and newest.digest == digest and newest.state in ("queued", "leased"):
        return Receipt(*newest[:4])
    soon = (Submission.digest == digest, Submission.handed_in_at.between(at - TWICE_S, at + TWICE_S))
    row = connection.execute(_receipts().where(*same, *soon).order_by(Submission.id.desc())).first()
    return Receipt(*row) if row is not None else None


def _require_few(connection: Connection, user_id: int) -> None:
    mine = (Submission.user_id == user_id, Submission.priority == PRIORITY["check"], Submission.state == "queued")
    count = connection.execute(select(func.count()).where(*mine)).scalar_one()
    if count >= MAX_CHECKS:
        raise UsageError("server.waiting", count=count)


def _require_room(connection: Connection, work: Work, at: float) -> None:
    """Keep one user from filling the disk."""
    mine = select(Submission.digest).where(Submission.user_id == work.user_id, Submission.handed_in_at > at - DAY_S)
    kept = connection.execute(select(func.sum(Blob.size)).where(Blob.digest.in_(mine))).scalar() or 0
    if kept + len(work.content) > MAX_DAY_MB << 20:
        raise UsageError("server.day_full", limit_mb=MAX_DAY_MB)


def _attempt(connection: Connection, work: Work) -> int:
    """The next attempt number. No two transactions read the same one: there is one writer at a time."""
    mine = (Submission.course_id == work.course_id, Submission.user_id == work.user_id, Submission.unit == work.unit)
    return (connection.execute(select(func.max(Submission.attempt)).where(*mine)).scalar() or 0) + 1


def _queued(connection: Connection, at: float, kind: Kind, values: dict[str, Any]) -> Receipt:
    priority = PRIORITY[kind]
    new = insert(Submission).values(
        **values,
        public_id=public_id(),
        kind=kind,
        state="queued",
        priority=priority,
        turn=_turn(connection, values["user_id"], priority),
        nonce=secrets.token_hex(16),
        handed_in_at=at,
        lease_token=secrets.randbelow(1 << 40),  # a restored database reuses row ids, but not these tokens
        tries=0,
    )
    row = connection.execute(new.returning(Submission.id, Submission.public_id)).one()
    changed(connection, at, row.id)
    return Receipt(row.public_id, values["digest"], at, values["attempt"])


def _turn(connection: Connection, user_id: int, priority: int) -> int:
    """The turn of a user's next job; cancelled work does not count."""
    latest = func.max(Submission.turn)
    same = Submission.priority == priority
    served = [connection.execute(select(latest).where(Submission.state == one, same)).scalar() or 0 for one in SERVED]
    mine = (Submission.user_id == user_id, same, Submission.state != "cancelled")
    own = connection.execute(select(latest).where(*mine)).scalar()
    return max(*served, 0 if own is None else own + 1)
