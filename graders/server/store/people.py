"""Accounts: who somebody is, and how they prove it."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from graders.messages.errors import BusyError, DiskError, UsageError
from graders.server.store import audit
from graders.server.store.engine import Store
from graders.server.store.models import ApiToken, Login
from graders.server.store.models import User as UserRow
from graders.server.store.passwords import hashed, is_outdated, verified
from graders.server.store.tokens import fresh_token, token_hash

__all__ = [
    "LOGIN_S",
    "LoggedIn",
    "Token",
    "User",
    "add_user",
    "created",
    "disable",
    "end_login",
    "end_logins",
    "end_token",
    "log_in",
    "make_token",
    "normal_email",
    "one_line",
    "set_language",
    "set_password",
    "start_login",
    "tokens_of",
    "user_by_email",
    "user_by_id",
    "user_of_login",
    "user_of_token",
]

LOGIN_S = 14 * 86400.0
SEEN_S = 3600.0  # granularity of a token's last use, to avoid a write per request
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f,;<>\"]+@[^@\s\x00-\x1f\x7f,;<>\"]+\.[^@\s.,;<>\"]+")


@dataclass(frozen=True)
class User:
    """An account. ``has_password``: whether it can log in with a password."""

    id: int
    email: str
    name: str
    is_admin: bool
    language: str
    created_at: float
    disabled: bool
    has_password: bool


@dataclass(frozen=True)
class LoggedIn:
    """``token`` goes into the browser's cookie and nowhere else."""

    user: User
    token: str
    expires_at: float


@dataclass(frozen=True)
class Token:
    """A personal token; ``key`` identifies it (the beginning of its hash) and is not a secret."""

    key: str
    name: str
    created_at: float
    last_used_at: float | None


# --- accounts --------------------------------------------------------------------------------------------------------


def add_user(
    store: Store,
    email: str,
    name: str,
    password: str | None = None,
    *,
    language: str = "",
    is_admin: bool = False,
    by: int | None = None,
) -> User:
    """A new account. UsageError if the address is invalid or already has an account."""
    kept = hashed(password) if password is not None else None
    with store.writing() as connection:
        user_id = created(connection, store.clock(), email, name, kept, language=language, is_admin=is_admin, by=by)
        return _required(connection, user_id)


def created(
    connection: Connection,
    at: float,
    email: str,
    name: str,
    password_hash: str | None,
    *,
    language: str = "",
    is_admin: bool = False,
    by: int | None = None,
) -> int:
    """``add_user`` as part of a larger transaction; returns the id."""
    address = normal_email(email)
    if _found(connection, UserRow.email == address) is not None:
        raise UsageError("server.email_taken", email=address)
    added = insert(UserRow).values(
        email=address,
        name=one_line(name) or address.partition("@")[0],
        password_hash=password_hash,
        language=language,
        is_admin=is_admin,
        created_at=at,
        disabled=False,
    )
    user_id = connection.execute(added.returning(UserRow.id)).scalar_one()
    audit.note(connection, at, by, "user.added", subject_id=user_id)
    return user_id


def user_by_email(store: Store, email: str) -> User | None:
    with store.reading() as connection:
        return _found(connection, UserRow.email == _asked(email))


def user_by_id(store: Store, user_id: int) -> User | None:
    with store.reading() as connection:
        return _found(connection, UserRow.id == user_id)


def set_password(store: Store, user_id: int, password: str, *, by: int | None = None) -> None:
    """Set a new password and end every earlier login."""
    kept = hashed(password)
    with store.writing() as connection:
        at = store.clock()
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(password_hash=kept))
        _end(connection, at, user_id)
        audit.note(connection, at, by, "password.set", subject_id=user_id)


def set_language(store: Store, user_id: int, language: str) -> None:
    with store.writing() as connection:
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(language=language[:8]))


def disable(store: Store, user_id: int, disabled: bool = True, *, by: int | None = None) -> None:
    """Block logins to an account and end those it has; what was submitted is kept."""
    with store.writing() as connection:
        at = store.clock()
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(disabled=disabled))
        if disabled:
            _end(connection, at, user_id)
        audit.note(connection, at, by, "user.disabled" if disabled else "user.enabled", subject_id=user_id)


# --- browser logins --------------------------------------------------------------------------------------------------


def log_in(store: Store, email: str, password: str, *, agent: str = "") -> LoggedIn | None:
    """A login for this browser, else None without a reason; takes the same time whether or not the account exists."""
    wanted = select(UserRow.id, UserRow.password_hash, UserRow.disabled)
    with store.reading() as connection:
        row = connection.execute(wanted.where(UserRow.email == _asked(email))).one_or_none()
    kept = row.password_hash if row is not None else None
    if not verified(password, kept) or row is None or kept is None or row.disabled:
        return None
    renewed = hashed(password) if is_outdated(kept) else None
    with store.writing() as connection:
        if renewed is not None:
            same = (UserRow.id == row.id, UserRow.password_hash == kept)
            connection.execute(update(UserRow).where(*same).values(password_hash=renewed))
        return _logged_in(connection, store.clock(), row.id, agent)


def start_login(store: Store, user_id: int, *, agent: str = "") -> LoggedIn:
    """A login for somebody who has just proved their identity in another way, such as an invitation."""
    with store.writing() as connection:
        return _logged_in(connection, store.clock(), user_id, agent)


def user_of_login(store: Store, token: str) -> User | None:
    """The user logged in with this browser token; None once the login has ended."""
    known = select(Login.user_id).where(
        Login.token_hash == token_hash(token), Login.ended_at.is_(None), Login.expires_at > store.clock()
    )
    return _active(store, known)


def end_login(store: Store, token: str) -> None:
    with store.writing() as connection:
        ended = update(Login).where(Login.token_hash == token_hash(token), Login.ended_at.is_(None))
        connection.execute(ended.values(ended_at=store.clock()))


def end_logins(store: Store, user_id: int, *, by: int | None = None) -> None:
    """Log out everywhere."""
    with store.writing() as connection:
        at = store.clock()
        _end(connection, at, user_id)
        audit.note(connection, at, by, "logins.ended", subject_id=user_id)


# --- personal tokens -------------------------------------------------------------------------------------------------


def make_token(store: Store, user_id: int, name: str) -> str:
    """A personal token for the terminal or a notebook, shown only now."""
    token = fresh_token("dg_")
    with store.writing() as connection:
        at = store.clock()
        values = {"token_hash": token_hash(token), "user_id": user_id, "name": one_line(name) or "-", "created_at": at}
        connection.execute(insert(ApiToken).values(**values))
        audit.note(connection, at, user_id, "token.made", token_hash(token)[:12])
    return token


def user_of_token(store: Store, token: str) -> User | None:
    """The owner of this token; None once it has ended."""
    kept = token_hash(token)
    found = _active(store, select(ApiToken.user_id).where(ApiToken.token_hash == kept, ApiToken.ended_at.is_(None)))
    if found is None:
        return None
    now = store.clock()
    with store.reading() as connection:
        seen = connection.execute(select(ApiToken.last_used_at).where(ApiToken.token_hash == kept)).scalar()
    if seen is None or abs(now - seen) > SEEN_S:
        with contextlib.suppress(BusyError, DiskError), store.writing() as connection:
            connection.execute(update(ApiToken).where(ApiToken.token_hash == kept).values(last_used_at=now))
    return found


def tokens_of(store: Store, user_id: int) -> list[Token]:
    """A user's tokens that have not ended, newest first."""
    wanted = (
        select(ApiToken.token_hash, ApiToken.name, ApiToken.created_at, ApiToken.last_used_at)
        .where(ApiToken.user_id == user_id, ApiToken.ended_at.is_(None))
        .order_by(ApiToken.created_at.desc())
    )
    with store.reading() as connection:
        return [Token(row[0][:12], *row[1:]) for row in connection.execute(wanted)]


def end_token(store: Store, user_id: int, key: str) -> bool:
    """End the token of this user that has this ``key``."""
    if not re.fullmatch(r"[0-9a-f]{12}", key):
        return False
    mine = (ApiToken.user_id == user_id, ApiToken.token_hash.startswith(key), ApiToken.ended_at.is_(None))
    with store.writing() as connection:
        at = store.clock()
        ended = connection.execute(update(ApiToken).where(*mine).values(ended_at=at)).rowcount
        if ended:
            audit.note(connection, at, user_id, "token.ended", key)
    return bool(ended)


# --- parts -----------------------------------------------------------------------------------------------------------


def normal_email(email: str) -> str:
    """An address in the form in which it is stored and looked up. UsageError if it is invalid."""
    address = unicodedata.normalize("NFC", email).strip().casefold()
    unseen = any(unicodedata.category(one)[0] in "CZ" for one in address[:300])  # no two addresses look alike
    if len(address) > 254 or unseen or not _EMAIL.fullmatch(address):
        raise UsageError("server.no_email", email=email[:80])
    return address


def _asked(email: str) -> str:
    """A given address, normalized; "", which no account has, if it is invalid."""
    try:
        return normal_email(email)
    except UsageError:
        return ""


def one_line(name: str) -> str:
    """A name on one line, without invisible characters that change how others look."""
    plain = unicodedata.normalize("NFC", name)
    kept = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in plain)
    return " ".join(kept.split())[:200]


def _logged_in(connection: Connection, at: float, user_id: int, agent: str) -> LoggedIn:
    token = fresh_token()
    values = {"token_hash": token_hash(token), "user_id": user_id, "created_at": at, "expires_at": at + LOGIN_S}
    connection.execute(insert(Login).values(**values, agent=one_line(agent)))
    return LoggedIn(_required(connection, user_id), token, at + LOGIN_S)


def _end(connection: Connection, at: float, user_id: int) -> None:
    connection.execute(update(Login).where(Login.user_id == user_id, Login.ended_at.is_(None)).values(ended_at=at))


def _active(store: Store, known: Select[int]) -> User | None:
    with store.reading() as connection:
        user_id = connection.execute(known).scalar_one_or_none()
        user = _found(connection, UserRow.id == user_id) if user_id is not None else None
    return user if user is not None and not user.disabled else None


def _found(connection: Connection, where: ColumnElement[bool]) -> User | None:
    row = connection.execute(select(UserRow.__table__).where(where)).one_or_none()
    if row is None:
        return None
    plain = (row.id, row.email, row.name, row.is_admin, row.language, row.created_at, row.disabled)
    return User(*plain, row.password_hash is not None)


def _required(connection: Connection, user_id: int) -> User:
    user = _found(connection, UserRow.id == user_id)
    assert user is not None
    return user
