"""Invitation links: to a course in a role or, once, to become the first admin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from graders.messages.errors import UsageError
from graders.server.store import audit
from graders.server.store.courses import ROLES, join
from graders.server.store.engine import Store
from graders.server.store.models import Invitation as InvitationRow
from graders.server.store.models import Member
from graders.server.store.models import User as UserRow
from graders.server.store.passwords import hashed
from graders.server.store.people import User, created, normal_email, user_by_email
from graders.server.store.tokens import fresh_token, token_hash

__all__ = [
    "MOST_USES",
    "Invitation",
    "OpenLink",
    "accept",
    "accept_as",
    "first_admin",
    "invitation_of",
    "invite",
    "invited",
    "open_links",
    "revoke",
]

VALID_S = 30 * 86400.0
ADMIN = "admin"
MOST_USES = 1000


@dataclass(frozen=True)
class Invitation:
    """What a link offers; ``course_id`` is None if it makes an admin, ``email`` is "" if anyone may use it."""

    id: int
    course_id: int | None
    role: str
    email: str
    expires_at: float


@dataclass(frozen=True)
class OpenLink:
    """A link to a course that is still valid: whom it is for, and how many of its uses are taken."""

    id: int
    role: str
    email: str
    created_at: float
    expires_at: float
    uses: int
    used: int


def invite(
    store: Store,
    course_id: int,
    role: str,
    *,
    email: str = "",
    valid_s: float = VALID_S,
    uses: int = 1,
    by: int | None = None,
) -> str:
    """The token of a new link, shown only now; for one use, or for several students whose addresses are not known."""
    if role not in ROLES:
        raise UsageError("server.role", role=role, known=", ".join(ROLES))
    if not 1 <= uses <= MOST_USES or (uses > 1 and (role != "student" or email)):
        raise UsageError("server.link_uses", most=MOST_USES)
    address = normal_email(email) if email else ""
    with store.writing() as connection:
        return invited(connection, store.clock(), course_id, role, address, valid_s=valid_s, uses=uses, by=by)


def invited(
    connection: Connection,
    at: float,
    course_id: int | None,
    role: str,
    email: str,
    *,
    valid_s: float = VALID_S,
    uses: int = 1,
    by: int | None = None,
) -> str:
    """``invite`` as part of a larger transaction."""
    token = fresh_token()
    values = {"token_hash": token_hash(token), "course_id": course_id, "role": role, "email": email, "uses": uses}
    connection.execute(insert(InvitationRow).values(**values, created_at=at, expires_at=at + valid_s))
    audit.note(connection, at, by, "invited", f"{role} {email or uses}", course_id=course_id)
    return token


def open_links(store: Store, course_id: int) -> list[OpenLink]:
    """A course's links that are neither used up nor expired, newest first."""
    names = ("id", "role", "email", "created_at", "expires_at", "uses", "used")
    wanted = select(*(getattr(InvitationRow, name) for name in names)).where(
        *(InvitationRow.course_id == course_id, InvitationRow.used_at.is_(None)),
        InvitationRow.expires_at > store.clock(),
    )
    with store.reading() as connection:
        return [OpenLink(*row) for row in connection.execute(wanted.order_by(InvitationRow.id.desc()))]


def revoke(store: Store, course_id: int, link_id: int, *, by: int | None = None) -> bool:
    """Make a link invalid; False if this course has no such open link."""
    with store.writing() as connection:
        at = store.clock()
        mine = (InvitationRow.id == link_id, InvitationRow.course_id == course_id, InvitationRow.used_at.is_(None))
        ended = update(InvitationRow).where(*mine, InvitationRow.expires_at > at).values(expires_at=at)
        row = connection.execute(ended.returning(InvitationRow.role, InvitationRow.email)).one_or_none()
        if row is not None:
            audit.note(connection, at, by, "invitation.revoked", f"{row.role} {row.email}".strip(), course_id=course_id)
    return row is not None


def first_admin(store: Store, *, valid_s: float = 86400.0) -> str | None:
    """The token of the link that makes the first admin, new at each start; None once there is an admin."""
    with store.writing() as connection:
        at = store.clock()
        if connection.execute(select(func.count()).where(UserRow.is_admin.is_(True))).scalar_one():
            return None
        earlier = update(InvitationRow).where(InvitationRow.role == ADMIN, InvitationRow.used_at.is_(None))
        connection.execute(earlier.values(expires_at=at))
        return invited(connection, at, None, ADMIN, "", valid_s=valid_s)


def invitation_of(store: Store, token: str) -> Invitation | None:
    """What a link offers; None if it was used up, has expired or never existed."""
    with store.reading() as connection:
        return _open(connection, token, store.clock())


def accept(store: Store, token: str, *, email: str, name: str, password: str, language: str = "") -> User:
    """Create an account through a link, or complete one from a roster, which has no password yet.

    UsageError if the link is no longer valid or meant for another address, or if the address has an account with a
    password: its owner logs in first (``accept_as``), so that a link never gives access to another person's account.
    """
    offered, address = invitation_of(store, token), normal_email(email)
    if offered is None or offered.email not in ("", address):
        raise UsageError("server.invitation_over")
    kept = hashed(password)
    with store.writing() as connection:
        at = store.clock()
        _use(connection, token, at)
        row = connection.execute(
            select(UserRow.id, UserRow.password_hash).where(UserRow.email == address)
        ).one_or_none()
        if row is None:
            user_id = created(connection, at, address, name, kept, language=language, is_admin=offered.role == ADMIN)
        elif row.password_hash is None and offered.email == address:
            user_id = row.id
            connection.execute(update(UserRow).where(UserRow.id == user_id).values(password_hash=kept))
        else:
            raise UsageError("server.email_taken", email=address)
        _let_in(connection, at, offered, user_id)
    found = user_by_email(store, address)
    assert found is not None
    return found


def accept_as(store: Store, token: str, user_id: int) -> None:
    """Use a link while logged in; somebody with that role or a higher one uses up no place.

    UsageError if the link is no longer valid, or is for another address.
    """
    with store.writing() as connection:
        at = store.clock()
        offered = _open(connection, token, at)
        address = connection.execute(select(UserRow.email).where(UserRow.id == user_id)).scalar_one()
        if offered is None or offered.email not in ("", address):
            raise UsageError("server.invitation_over")
        inside = _inside(connection, offered.course_id, user_id) if offered.course_id is not None else None
        if inside is not None and not inside.waiting and ROLES.index(inside.role) >= ROLES.index(offered.role):
            return
        _use(connection, token, at)
        if offered.role == ADMIN:
            connection.execute(update(UserRow).where(UserRow.id == user_id).values(is_admin=True))
        _let_in(connection, at, offered, user_id)


def _open(connection: Connection, token: str, now: float) -> Invitation | None:
    wanted = select(
        *(InvitationRow.id, InvitationRow.course_id, InvitationRow.role, InvitationRow.email, InvitationRow.expires_at)
    ).where(
        *(InvitationRow.token_hash == token_hash(token), InvitationRow.used_at.is_(None)),
        *(InvitationRow.expires_at > now, InvitationRow.role.in_((*ROLES, ADMIN))),
    )
    row = connection.execute(wanted).one_or_none()
    return Invitation(*row) if row is not None else None


def _use(connection: Connection, token: str, at: float) -> None:
    """Count one use within the limit; no concurrent use can interfere, because only this transaction can write."""
    unused = (InvitationRow.used_at.is_(None), InvitationRow.expires_at > at, InvitationRow.used < InvitationRow.uses)
    mine = update(InvitationRow).where(InvitationRow.token_hash == token_hash(token), *unused)
    now_over = case((InvitationRow.used + 1 >= InvitationRow.uses, at), else_=None)
    if not connection.execute(mine.values(used=InvitationRow.used + 1, used_at=now_over)).rowcount:
        raise UsageError("server.invitation_over")


def _let_in(connection: Connection, at: float, offered: Invitation, user_id: int) -> None:
    connection.execute(update(InvitationRow).where(InvitationRow.id == offered.id).values(used_by=user_id))
    if offered.course_id is not None:
        inside = _inside(connection, offered.course_id, user_id)
        role = offered.role if inside is None else max(inside.role, offered.role, key=ROLES.index)
        if inside is None or inside.waiting or inside.role != role:
            join(connection, at, offered.course_id, user_id, role, by=user_id)


def _inside(connection: Connection, course_id: int, user_id: int) -> Any:
    """A user's role and whether they are waiting; None if they are not in the course."""
    mine = (Member.course_id == course_id, Member.user_id == user_id)
    return connection.execute(select(Member.role, Member.waiting).where(*mine)).one_or_none()
