"""A user's logins, one per browser, and how each is ended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select, update

from graders.messages.errors import UsageError
from graders.server.store import audit
from graders.server.store.engine import Store
from graders.server.store.models import Login
from graders.server.store.models import User as UserRow
from graders.server.store.passwords import hashed, verified
from graders.server.store.people import LoggedIn, start_login
from graders.server.store.tokens import token_hash

__all__ = ["Session", "change_password", "end_others", "end_session", "sessions_of"]


@dataclass(frozen=True)
class Session:
    """A login that has not ended; ``key`` identifies it (the beginning of its hash) and is not a secret."""

    key: str
    agent: str
    created_at: float
    expires_at: float
    is_current: bool


def sessions_of(store: Store, user_id: int, token: str = "") -> list[Session]:
    """A user's logins, newest first; ``token`` is the requesting browser's."""
    wanted = (
        select(Login.token_hash, Login.agent, Login.created_at, Login.expires_at)
        .where(Login.user_id == user_id, Login.ended_at.is_(None), Login.expires_at > store.clock())
        .order_by(Login.created_at.desc())
    )
    mine = token_hash(token) if token else ""
    with store.reading() as connection:
        return [Session(row[0][:12], *row[1:], is_current=row[0] == mine) for row in connection.execute(wanted)]


def end_session(store: Store, user_id: int, key: str) -> bool:
    """End the login of this user that has this ``key``."""
    if not re.fullmatch(r"[0-9a-f]{12}", key):
        return False
    mine = (Login.user_id == user_id, Login.token_hash.startswith(key), Login.ended_at.is_(None))
    with store.writing() as connection:
        at = store.clock()
        ended = bool(connection.execute(update(Login).where(*mine).values(ended_at=at)).rowcount)
        if ended:
            audit.note(connection, at, user_id, "login.ended", subject_id=user_id)
    return ended


def end_others(store: Store, user_id: int, token: str) -> None:
    """Log out everywhere except in the requesting browser."""
    others = (Login.user_id == user_id, Login.token_hash != token_hash(token), Login.ended_at.is_(None))
    with store.writing() as connection:
        at = store.clock()
        connection.execute(update(Login).where(*others).values(ended_at=at))
        audit.note(connection, at, user_id, "logins.ended", subject_id=user_id)


def change_password(store: Store, user_id: int, current: str, new: str, *, agent: str | None = None) -> LoggedIn | None:
    """Change a password, given the old one; ends every login and starts a new one if ``agent`` is given.

    UsageError if the old password is wrong or the new one is not allowed.
    """
    with store.reading() as connection:
        kept = connection.execute(select(UserRow.password_hash).where(UserRow.id == user_id)).scalar_one_or_none()
    if not verified(current, kept) or kept is None:
        raise UsageError("server.wrong_password")
    renewed = hashed(new)
    with store.writing() as connection:
        at, same = store.clock(), (UserRow.id == user_id, UserRow.password_hash == kept)
        if not connection.execute(update(UserRow).where(*same).values(password_hash=renewed)).rowcount:
            raise UsageError("server.wrong_password")  # changed concurrently
        all_of_them = (Login.user_id == user_id, Login.ended_at.is_(None))
        connection.execute(update(Login).where(*all_of_them).values(ended_at=at))
        audit.note(connection, at, user_id, "password.set", subject_id=user_id)
    return start_login(store, user_id, agent=agent) if agent is not None else None
