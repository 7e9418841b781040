"""Role changes and removals that keep a course led by somebody, and make staff only of people who have logged in."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from graders.messages.errors import UsageError
from graders.server.store import audit
from graders.server.store.courses import ROLES, Member, join, members
from graders.server.store.engine import Store
from graders.server.store.models import Draft, Submission
from graders.server.store.models import Invitation as InvitationRow
from graders.server.store.models import Member as MemberRow
from graders.server.store.models import User as UserRow

__all__ = ["activity", "change_role", "dismiss", "found", "member_of"]


def member_of(store: Store, course_id: int, user_id: int) -> Member | None:
    return next((one for one in members(store, course_id) if one.user_id == user_id), None)


def found(people: list[Member], wanted: str) -> list[Member]:
    """Members whose name, address or number contains every word of ``wanted``."""
    words = wanted.casefold().split()
    return [one for one in people if all(word in f"{one.name} {one.email} {one.number}".casefold() for word in words)]


def activity(store: Store, course_id: int) -> dict[int, float]:
    """User → when they last submitted or wrote something in this course; other courses are not revealed."""
    handed_in = select(Submission.user_id, func.max(Submission.handed_in_at)).where(
        Submission.course_id == course_id, Submission.kind != "regrade"
    )
    written = select(Draft.user_id, func.max(Draft.saved_at)).where(Draft.course_id == course_id)
    latest: dict[int, float] = {}
    with store.reading() as connection:
        for wanted in (handed_in.group_by(Submission.user_id), written.group_by(Draft.user_id)):
            for user_id, at in connection.execute(wanted):
                latest[user_id] = max(at, latest.get(user_id, 0.0))
    return latest


def change_role(store: Store, course_id: int, user_id: int, role: str, *, by: int | None = None) -> None:
    """Change a member's role.

    UsageError if they are not a member, if nobody would lead the course any more, or if somebody who has never logged
    in would become staff: anyone who obtained a link for such an account would get that role.
    """
    if role not in ROLES:
        raise UsageError("server.role", role=role[:40], known=", ".join(ROLES))
    with store.writing() as connection:
        current = _required(connection, course_id, user_id)
        if current == role:
            return
        if current == "instructor":
            _require_another(connection, course_id, user_id)
        if role != "student" and not _is_in(connection, course_id, user_id):
            raise UsageError("server.not_in_yet")
        join(connection, store.clock(), course_id, user_id, role, by=by)


def dismiss(store: Store, course_id: int, user_id: int, *, by: int | None = None) -> None:
    """Remove a member by ``change_role``'s rules and end links for their address; what they submitted is kept."""
    with store.writing() as connection:
        if _required(connection, course_id, user_id) == "instructor":
            _require_another(connection, course_id, user_id)
        where = (MemberRow.course_id == course_id, MemberRow.user_id == user_id)
        connection.execute(delete(MemberRow).where(*where))
        at, address = store.clock(), select(UserRow.email).where(UserRow.id == user_id).scalar_subquery()
        theirs = (InvitationRow.course_id == course_id, InvitationRow.email == address)
        still = (InvitationRow.used_at.is_(None), InvitationRow.expires_at > at)
        connection.execute(update(InvitationRow).where(*theirs, *still).values(expires_at=at))
        audit.note(connection, at, by, "member.removed", course_id=course_id, subject_id=user_id)


def _required(connection: Connection, course_id: int, user_id: int) -> str:
    wanted = select(MemberRow.role).where(MemberRow.course_id == course_id, MemberRow.user_id == user_id)
    role = connection.execute(wanted).scalar_one_or_none()
    if role is None:
        raise UsageError("server.no_member")
    return role


def _is_in(connection: Connection, course_id: int, user_id: int) -> bool:
    """Whether they joined through a link of this course and can log in."""
    mine = (MemberRow.course_id == course_id, MemberRow.user_id == user_id, MemberRow.waiting.is_(False))
    active = (UserRow.disabled.is_(False), UserRow.password_hash.is_not(None))
    wanted = select(UserRow.id).join(MemberRow, MemberRow.user_id == UserRow.id).where(*mine, *active)
    return connection.execute(wanted).first() is not None


def _require_another(connection: Connection, course_id: int, user_id: int) -> None:
    """Require another person who leads the course and can log in."""
    others = (
        select(MemberRow.user_id)
        .join(UserRow, UserRow.id == MemberRow.user_id)
        .where(MemberRow.course_id == course_id, MemberRow.role == "instructor", MemberRow.user_id != user_id)
        .where(MemberRow.waiting.is_(False), UserRow.disabled.is_(False), UserRow.password_hash.is_not(None))
    )
    if connection.execute(others).first() is None:
        raise UsageError("server.last_instructor")
