"""What admins do with accounts: find, disable and promote them, and let in people who forgot their password."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, or_, select, update

from graders.messages.errors import UsageError
from graders.server.store import audit
from graders.server.store.engine import Store
from graders.server.store.models import Invitation as InvitationRow
from graders.server.store.models import Login, Member
from graders.server.store.models import User as UserRow
from graders.server.store.passwords import hashed
from graders.server.store.people import User, user_by_id
from graders.server.store.tokens import fresh_token, token_hash

__all__ = [
    "LINK_S",
    "MOST_FOUND",
    "Account",
    "find",
    "link_owner",
    "login_link",
    "set_admin",
    "set_disabled",
    "use_link",
]

LINK_S = 2 * 86400.0
MOST_FOUND = 100
LOGIN = "login"  # the role of a link that lets an account's owner choose a new password; it is not an invitation


@dataclass(frozen=True)
class Account:
    """An account as admins see it; ``last_login_at`` is the last login in a browser."""

    id: int
    email: str
    name: str
    is_admin: bool
    disabled: bool
    has_password: bool
    created_at: float
    last_login_at: float | None


def find(store: Store, wanted: str = "", *, user_id: int | None = None) -> list[Account]:
    """Accounts whose name or address contains every word, by name; at most ``MOST_FOUND``."""
    last = select(func.max(Login.created_at)).where(Login.user_id == UserRow.id).scalar_subquery()
    query = select(
        *(UserRow.id, UserRow.email, UserRow.name, UserRow.is_admin, UserRow.disabled),
        *(UserRow.password_hash.is_not(None), UserRow.created_at, last),
    )
    for word in wanted.split()[:8]:
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in (UserRow.name, UserRow.email))))
    if user_id is not None:
        query = query.where(UserRow.id == user_id)
    with store.reading() as connection:
        rows = connection.execute(query.order_by(UserRow.name, UserRow.email).limit(MOST_FOUND))
        return [Account(*row) for row in rows]


def set_admin(store: Store, user_id: int, is_admin: bool, *, by: int) -> None:
    """Make an admin or end it. UsageError if no admin would be left, or if the new admin has never logged in."""
    with store.writing() as connection:
        row = _required(connection, user_id)
        if row.is_admin == is_admin:
            return
        if not is_admin:
            _require_another(connection, user_id)
        elif row.password_hash is None or row.disabled:
            raise UsageError("server.not_in_yet")
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(is_admin=is_admin))
        said = "admin.made" if is_admin else "admin.ended"
        audit.note(connection, store.clock(), by, said, subject_id=user_id)


def set_disabled(store: Store, user_id: int, disabled: bool, *, by: int) -> None:
    """Disable or re-enable an account. UsageError for the last admin's."""
    with store.writing() as connection:
        row = _required(connection, user_id)
        if row.disabled == disabled:
            return
        if disabled and row.is_admin:
            _require_another(connection, user_id)
        at = store.clock()
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(disabled=disabled))
        if disabled:
            _end_all(connection, at, user_id, row.email)
        audit.note(connection, at, by, "user.disabled" if disabled else "user.enabled", subject_id=user_id)


# --- login links -----------------------------------------------------------------------------------------------------


def login_link(store: Store, user_id: int, *, by: int) -> str:
    """The token of a one-time link for choosing a new password, shown only now; it replaces earlier links."""
    token = fresh_token()
    with store.writing() as connection:
        at, row = store.clock(), _required(connection, user_id)
        if row.disabled:
            raise UsageError("server.account_closed")
        _end_links(connection, at, row.email)
        values = {"token_hash": token_hash(token), "course_id": None, "role": LOGIN, "email": row.email}
        connection.execute(insert(InvitationRow).values(**values, created_at=at, expires_at=at + LINK_S))
        audit.note(connection, at, by, "link.made", subject_id=user_id)
    return token


def link_owner(store: Store, token: str) -> User | None:
    """The user that a link lets in; None if it is no longer valid."""
    with store.reading() as connection:
        user_id = _owner(connection, token, store.clock())
    return user_by_id(store, user_id) if user_id is not None else None


def use_link(store: Store, token: str, password: str) -> User:
    """Set the new password and end all earlier logins. UsageError if the link is no longer valid."""
    if link_owner(store, token) is None:
        raise UsageError("server.link_over")
    kept = hashed(password)
    with store.writing() as connection:
        at = store.clock()
        user_id = _owner(connection, token, at)
        if user_id is None:
            raise UsageError("server.link_over")
        mine = update(InvitationRow).where(InvitationRow.token_hash == token_hash(token))
        connection.execute(mine.values(used_at=at, used=1, used_by=user_id))
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(password_hash=kept))
        connection.execute(update(Login).where(Login.user_id == user_id, Login.ended_at.is_(None)).values(ended_at=at))
        connection.execute(update(Member).where(Member.user_id == user_id).values(waiting=False))  # admins vouch for it
        audit.note(connection, at, user_id, "link.used", subject_id=user_id)
    found = user_by_id(store, user_id)
    assert found is not None
    return found


def _owner(connection: Connection, token: str, now: float) -> int | None:
    wanted = (
        select(UserRow.id)
        .join(InvitationRow, InvitationRow.email == UserRow.email)
        .where(InvitationRow.token_hash == token_hash(token), InvitationRow.role == LOGIN)
        .where(InvitationRow.used_at.is_(None), InvitationRow.expires_at > now, UserRow.disabled.is_(False))
    )
    return connection.execute(wanted).scalar_one_or_none()


def _end_links(connection: Connection, at: float, email: str) -> None:
    theirs = (InvitationRow.email == email, InvitationRow.role == LOGIN, InvitationRow.used_at.is_(None))
    connection.execute(update(InvitationRow).where(*theirs, InvitationRow.expires_at > at).values(expires_at=at))


def _end_all(connection: Connection, at: float, user_id: int, email: str) -> None:
    connection.execute(update(Login).where(Login.user_id == user_id, Login.ended_at.is_(None)).values(ended_at=at))
    _end_links(connection, at, email)


def _required(connection: Connection, user_id: int) -> UserRow:
    row: UserRow | None = connection.execute(select(UserRow.__table__).where(UserRow.id == user_id)).one_or_none()  # type: ignore[assignment]
    if row is None:
        raise UsageError("server.no_user")
    return row


def _require_another(connection: Connection, user_id: int) -> None:
    """Require another admin who can log in."""
    others = (UserRow.is_admin.is_(True), UserRow.disabled.is_(False), UserRow.password_hash.is_not(None))
    if connection.execute(select(UserRow.id).where(UserRow.id != user_id, *others)).first() is None:
        raise UsageError("server.last_admin")
