"""A course's students from a list: Moodle's, Canvas's or one made by hand. First previewed, then imported."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.server.store import audit
from graders.server.store.courses import join
from graders.server.store.engine import Store
from graders.server.store.invitations import invited
from graders.server.store.models import Member as MemberRow
from graders.server.store.models import User as UserRow
from graders.server.store.people import created, normal_email, one_line
from graders.submission.register import Enrolled, Register

__all__ = ["Invited", "Preview", "Row", "import_roster", "preview"]


@dataclass(frozen=True)
class Row:
    """A line of the list and its effect.

    ``what``: ``new`` (a new account), ``joins`` (has one), ``renamed`` (a member whose name or number changes),
    ``same``.
    """

    line: int
    name: str
    email: str
    number: str
    what: str


@dataclass(frozen=True)
class Preview:
    """What an import would do. ``absent``: students of the course who are not on the list; they stay."""

    rows: tuple[Row, ...]
    bad: tuple[tuple[int, Message], ...]
    absent: tuple[tuple[str, str], ...]  # (name, email)

    def count(self, what: str) -> int:
        return sum(row.what == what for row in self.rows)


@dataclass(frozen=True)
class Invited:
    """Somebody who needs a link for their first login; ``token`` is shown only now."""

    name: str
    email: str
    token: str


def preview(store: Store, course_id: int, register: Register) -> Preview:
    """What ``import_roster`` would do now; changes nothing. ``register`` comes from ``read_register``."""
    with store.reading() as connection:
        return _planned(connection, course_id, register)


def import_roster(store: Store, course_id: int, register: Register, *, by: int | None = None) -> list[Invited]:
    """Import the list, all or nothing; returns a link for everyone who cannot log in yet. Members keep their roles."""
    links: list[Invited] = []
    with store.writing() as connection:
        at = store.clock()
        for row in _planned(connection, course_id, register).rows:
            user = connection.execute(
                select(UserRow.id, UserRow.password_hash).where(UserRow.email == row.email)
            ).one_or_none()
            user_id = user.id if user is not None else created(connection, at, row.email, row.name, None, by=by)
            if row.what == "renamed":
                _rename(connection, course_id, user_id, row, user is not None and user.password_hash is None)
            elif row.what != "same":
                number, waiting = row.number or None, user is None or user.password_hash is None
                join(connection, at, course_id, user_id, "student", number=number, waiting=waiting, by=by)
            if row.what in ("new", "joins") and (user is None or user.password_hash is None):
                token = invited(connection, at, course_id, "student", row.email, by=by)
                links.append(Invited(row.name, row.email, token))
        audit.note(connection, at, by, "roster.imported", str(len(register.students)), course_id=course_id)
    return links


def _planned(connection: Connection, course_id: int, register: Register) -> Preview:
    users = connection.execute(select(UserRow.id, UserRow.email, UserRow.name, UserRow.password_hash))
    known = {row.email: row for row in users}
    rows_of = select(MemberRow.user_id, MemberRow.role, MemberRow.number, MemberRow.waiting).where(
        MemberRow.course_id == course_id
    )
    inside = {row.user_id: row for row in connection.execute(rows_of)}
    rows, seen, bad = list[Row](), set[str](), [(line, Message(why)) for line, why in register.bad]
    for one in register.students:
        try:
            address = normal_email(_address(one))
        except UsageError:
            bad.append((one.row, Message("roster.bad_no_email")))
            continue
        if address in seen:
            bad.append((one.row, Message("roster.bad_twice")))
            continue
        seen.add(address)
        user, name = known.get(address), one_line(one.name) or address.partition("@")[0]
        member = inside.get(user.id) if user is not None else None
        if user is None or member is None:
            what = "new" if user is None else "joins"
        elif member.waiting and user.password_hash is not None and member.role == "student":
            what = "joins"  # joined another course through its link, but not yet this one
        else:
            renamed = user.password_hash is None and user.name != name
            changed = renamed or bool(one.number and one.number != member.number)
            what = "renamed" if changed and member.role == "student" else "same"
        rows.append(Row(one.row, name, address, one.number, what))
    ids = {row.id: row for row in known.values()}
    students = [ids[id] for id, row in inside.items() if row.role == "student"]
    absent = sorted((row.name, row.email) for row in students if row.email not in seen)
    return Preview(tuple(rows), tuple(sorted(bad, key=lambda one: one[0])), tuple(absent))


def _address(one: Enrolled) -> str:
    """The address of a row: Canvas's gradebook has it in the login column."""
    return one.email or (one.login if "@" in one.login else "")


def _rename(connection: Connection, course_id: int, user_id: int, row: Row, nobodys: bool) -> None:
    """The list sets the number; it sets the name until somebody has made the account their own."""
    if row.number:
        where = (MemberRow.course_id == course_id, MemberRow.user_id == user_id)
        connection.execute(update(MemberRow).where(*where).values(number=row.number[:64]))
    if nobodys:
        connection.execute(update(UserRow).where(UserRow.id == user_id).values(name=row.name))
