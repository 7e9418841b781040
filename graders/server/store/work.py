"""What became of submitted work, for the pages: attempts, reports, the queue; and drafts and opened explanations.

These functions answer any caller: the caller checks permissions. A student may see ``student_report``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import aliased

from graders.reports.report import Report
from graders.server.store import blobs
from graders.server.store.engine import Store
from graders.server.store.models import Draft, Opened, Result, Submission, User

__all__ = [
    "MAX_DRAFT",
    "Attempt",
    "SavedDraft",
    "Waiting",
    "ahead_of",
    "attempt_counts",
    "attempt_of",
    "attempts",
    "content_of",
    "draft_of",
    "keep_keys",
    "keys_of",
    "last_of_each",
    "latest_results",
    "quarantined",
    "save_draft",
    "save_draft_since",
    "staff_report",
    "student_report",
    "waiting",
]

MAX_DRAFT = 1 << 20  # characters


@dataclass(frozen=True)
class Attempt:
    """A submission, check or regrade, and what it is worth as far as that is known.

    If a submission was regraded, verdict and points are those of the latest regrade with a result, and ``result_of`` is
    its public id; else that of the submission itself, "" before there is a result.
    """

    public_id: str
    course_id: int
    user_id: int
    student: str
    unit: str
    kind: str
    exercise: str | None
    file_name: str
    digest: str
    state: str
    attempt: int | None
    tries: int
    leased_by: str | None
    handed_in_at: float
    started_at: float | None
    finished_at: float | None
    verdict: str | None
    score: float | None
    max_score: float | None
    result_of: str


@dataclass(frozen=True)
class SavedDraft:
    """``stays``: a newer draft was kept, and the one to be saved, based on an older one, was not."""

    text: str
    saved_at: float
    stays: bool = False


@dataclass(frozen=True)
class Waiting:
    """The queue at a glance: how many jobs of each kind wait or are being graded, and since when the first waits."""

    queued: Mapping[str, int]
    leased: Mapping[str, int]
    quarantined: int
    oldest_at: float | None


# --- attempts --------------------------------------------------------------------------------------------------------


def attempt_of(store: Store, public_id: str) -> Attempt | None:
    """The attempt with this public id, or None."""
    with store.reading() as connection:
        found = _attempts(connection, Submission.public_id == public_id)
    return found[0] if found else None


def attempts(
    store: Store,
    course_id: int,
    *,
    user_id: int | None = None,
    unit: str | None = None,
    kind: str = "submission",
    before: int | None = None,
    limit: int | None = None,
) -> list[Attempt]:
    """Attempts in a course, or of one user or unit in it, newest first; ``before``: with a smaller number."""
    where = [Submission.course_id == course_id, Submission.kind == kind]
    where += [Submission.user_id == user_id] if user_id is not None else []
    where += [Submission.unit == unit] if unit is not None else []
    where += [Submission.attempt < before] if before is not None else []
    with store.reading() as connection:
        return _attempts(connection, *where, limit=limit)


def latest_results(store: Store, course_id: int, user_id: int, *, kind: str = "submission") -> list[Attempt]:
    """The newest attempt with a result for each unit (for checks, each exercise), newest first."""
    mine = (Submission.course_id == course_id, Submission.user_id == user_id, Submission.kind == kind)
    again = aliased(Submission)
    graded = select(Result.submission_id).where(Result.submission_id == Submission.id).exists()
    regraded = select(again.id).join(Result, Result.submission_id == again.id).where(again.regrade_of == Submission.id)
    newest = select(func.max(Submission.id)).where(*mine, or_(graded, regraded.exists()))
    with store.reading() as connection:
        return _attempts(connection, Submission.id.in_(newest.group_by(Submission.unit, Submission.exercise)))


def attempt_counts(store: Store, course_id: int, user_id: int) -> dict[str, int]:
    """Unit → how often this user has submitted it."""
    mine = (Submission.course_id == course_id, Submission.user_id == user_id, Submission.kind == "submission")
    counted = select(Submission.unit, func.count()).where(*mine).group_by(Submission.unit)
    with store.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(counted)}


def quarantined(store: Store, course_id: int | None = None) -> list[Attempt]:
    """What has brought down its grader three times and was not graded since, for staff to look at."""
    where = [Submission.state == "quarantined"]
    where += [Submission.course_id == course_id] if course_id is not None else []
    with store.reading() as connection:
        return [one for one in _attempts(connection, *where) if not one.result_of]


def last_of_each(store: Store, course_id: int) -> dict[int, tuple[float, str, str, str]]:
    """User → when and what they last submitted or checked: time, unit, exercise, public id."""
    newest = select(func.max(Submission.id)).where(Submission.course_id == course_id, Submission.kind != "regrade")
    wanted = select(
        *(Submission.user_id, Submission.handed_in_at, Submission.unit, Submission.exercise, Submission.public_id)
    ).where(Submission.id.in_(newest.group_by(Submission.user_id)))
    with store.reading() as connection:
        return {row[0]: (row[1], row[2], row[3] or "", row[4]) for row in connection.execute(wanted)}


def content_of(store: Store, public_id: str) -> bytes | None:
    """The bytes that were submitted."""
    with store.reading() as connection:
        digest = connection.execute(select(Submission.digest).where(Submission.public_id == public_id)).scalar()
        return blobs.content_of(connection, digest) if digest is not None else None


def staff_report(store: Store, public_id: str) -> Report | None:
    """The whole report of exactly this submission or regrade, for staff only; None until it is graded."""
    joined = select(Result.report).join(Submission, Submission.id == Result.submission_id)
    with store.reading() as connection:
        kept = connection.execute(joined.where(Submission.public_id == public_id)).scalar()
    return Report.from_dict(json.loads(zlib.decompress(kept))) if kept is not None else None


def student_report(store: Store, public_id: str) -> Report | None:
    """The part of the report that its student may see."""
    report = staff_report(store, public_id)
    if report is None:
        return None
    return report if report.view == "student" else report.for_student()


def _attempts(connection: Connection, *where: Any, limit: int | None = None) -> list[Attempt]:
    own = [name for name in Attempt.__dataclass_fields__ if hasattr(Submission, name)]
    columns = [getattr(Submission, name).label(name) for name in own]
    wanted = (
        select(Submission.id, *columns, User.name.label("student"), Result.verdict, Result.score, Result.max_score)
        .join(User, User.id == Submission.user_id)
        .outerjoin(Result, Result.submission_id == Submission.id)
        .where(*where)
        .order_by(Submission.id.desc())
        .limit(limit)
    )
    rows = connection.execute(wanted).all()
    again = _regrades(connection, [row.id for row in rows])
    found = []
    for row in rows:
        plain = {name: value for name, value in row._mapping.items() if name != "id"}
        one = Attempt(**plain, result_of=row.public_id if row.verdict is not None else "")
        found.append(replace(one, **again[row.id]) if row.id in again else one)
    return found


def _regrades(connection: Connection, ids: list[int]) -> dict[int | None, dict[str, Any]]:
    """Submission → what its latest regrade with a result says."""
    columns = (Submission.regrade_of, Submission.public_id, Result.verdict, Result.score, Result.max_score)
    wanted = select(*columns).join(Result, Result.submission_id == Submission.id).order_by(Submission.id)
    found: dict[int | None, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):  # databases limit the number of parameters in a statement
        for row in connection.execute(wanted.where(Submission.regrade_of.in_(ids[start : start + 500]))):
            points = {"verdict": row.verdict, "score": row.score, "max_score": row.max_score}
            found[row.regrade_of] = {"result_of": row.public_id, **points}
    return found


# --- the queue -------------------------------------------------------------------------------------------------------


def waiting(store: Store) -> Waiting:
    counted = select(Submission.state, Submission.kind, func.count()).group_by(Submission.state, Submission.kind)
    oldest = select(func.min(Submission.handed_in_at)).where(Submission.state == "queued")
    with store.reading() as connection:
        rows = connection.execute(counted.where(Submission.state.in_(("queued", "leased", "quarantined")))).all()
        first = connection.execute(oldest).scalar()
    by_state = {state: {row[1]: row[2] for row in rows if row[0] == state} for state in ("queued", "leased")}
    stuck = sum(row[2] for row in rows if row[0] == "quarantined")
    return Waiting(by_state["queued"], by_state["leased"], stuck, first)


def ahead_of(store: Store, public_id: str) -> int | None:
    """How many jobs are graded before it as things stand; None if it is not waiting."""
    with store.reading() as connection:
        order = (Submission.priority, Submission.turn, Submission.id)
        mine = (Submission.public_id == public_id, Submission.state == "queued")
        row = connection.execute(select(*order).where(*mine)).one_or_none()
        if row is None:
            return None
        earlier = (Submission.state == "queued", tuple_(*order) < tuple_(*row))
        return connection.execute(select(func.count()).where(*earlier)).scalar_one()


# --- drafts and explanations -----------------------------------------------------------------------------------------


def save_draft(store: Store, user_id: int, course_id: int, unit: str, text: str) -> float:
    """Keep the editor's text; returns when it was kept. Text over 1 MB is cut."""
    return save_draft_since(store, user_id, course_id, unit, text, None).saved_at


def save_draft_since(
    store: Store, user_id: int, course_id: int, unit: str, text: str, since: float | None
) -> SavedDraft:
    """Like ``save_draft``, but a different text saved after ``since`` (0.0: at any time) is not overwritten."""
    where = (Draft.user_id == user_id, Draft.course_id == course_id, Draft.unit == unit)
    plain = text[:MAX_DRAFT].replace("\0", "").encode(errors="replace").decode()  # what every database can hold
    with store.writing() as connection:
        row = connection.execute(select(Draft.text, Draft.saved_at).where(*where)).one_or_none()
        if row is not None and since is not None and row.saved_at != since and row.text != plain:
            return SavedDraft(row.text, row.saved_at, stays=True)
        now = store.clock()
        if row is not None:
            connection.execute(update(Draft).where(*where).values(text=plain, saved_at=now))
        else:
            keys = {"user_id": user_id, "course_id": course_id, "unit": unit}
            connection.execute(insert(Draft).values(**keys, text=plain, saved_at=now))
    return SavedDraft(plain, now)


def draft_of(store: Store, user_id: int, course_id: int, unit: str) -> SavedDraft | None:
    where = (Draft.user_id == user_id, Draft.course_id == course_id, Draft.unit == unit)
    with store.reading() as connection:
        row = connection.execute(select(Draft.text, Draft.saved_at).where(*where)).one_or_none()
    return SavedDraft(row.text, row.saved_at) if row is not None else None


def keys_of(store: Store, user_id: int, course_id: int, unit: str) -> dict[str, bytes]:
    """Exercise → the key to its explanation, for those this user has opened."""
    where = (Opened.user_id == user_id, Opened.course_id == course_id, Opened.unit == unit)
    with store.reading() as connection:
        return {row.exercise: row.key for row in connection.execute(select(Opened.exercise, Opened.key).where(*where))}


def keep_keys(connection: Connection, user_id: int, course_id: int, unit: str, keys: Mapping[str, bytes]) -> None:
    """Keep these keys, in the transaction that writes the result."""
    where = (Opened.user_id == user_id, Opened.course_id == course_id, Opened.unit == unit)
    for exercise, key in keys.items():
        connection.execute(delete(Opened).where(*where, Opened.exercise == exercise))
        named = {"user_id": user_id, "course_id": course_id, "unit": unit, "exercise": exercise}
        connection.execute(insert(Opened).values(**named, key=key))
