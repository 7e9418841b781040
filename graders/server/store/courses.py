"""Courses, each in one term, and their members' roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from graders.messages.errors import UsageError
from graders.server.store import audit
from graders.server.store.engine import Store
from graders.server.store.models import Course as CourseRow
from graders.server.store.models import Member as MemberRow
from graders.server.store.models import User as UserRow

__all__ = [
    "ROLES",
    "Course",
    "Member",
    "Role",
    "add_course",
    "archive",
    "course_by_id",
    "course_by_slug",
    "courses",
    "courses_of",
    "edit_course",
    "join",
    "members",
    "remove_member",
    "role_in",
    "set_role",
]

Role = Literal["student", "assistant", "instructor"]
ROLES: tuple[Role, ...] = get_args(Role)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True)
class Course:
    """One course in one term; ``root`` is its folder on disk, ``titles`` its title by language."""

    id: int
    slug: str
    titles: Mapping[str, str]
    term: str
    root: str
    opens_at: float | None
    archived: bool


@dataclass(frozen=True)
class Member:
    """A member of a course; ``number`` is the school's student number, "" if not given.

    ``waiting``: on the course's list, but not in until they use a link of this course; no other course's link will do.
    """

    user_id: int
    email: str
    name: str
    role: Role
    number: str
    joined_at: float
    has_password: bool
    disabled: bool
    waiting: bool = False


def add_course(
    store: Store,
    slug: str,
    root: str,
    titles: Mapping[str, str] = MappingProxyType({}),
    *,
    term: str = "",
    opens_at: float | None = None,
    by: int | None = None,
) -> Course:
    """A new course. UsageError if the slug is taken or cannot be used in a URL."""
    if not _SLUG.fullmatch(slug):
        raise UsageError("server.course_slug", slug=slug[:80])
    names = {"title_en": titles.get("en", slug), "title_ko": titles.get("ko", titles.get("en", slug))}
    added = insert(CourseRow).values(slug=slug, root=root, term=term, opens_at=opens_at, archived=False, **names)
    with store.writing() as connection:
        try:
            course_id = connection.execute(added.returning(CourseRow.id)).scalar_one()
        except IntegrityError:
            raise UsageError("server.course_taken", slug=slug) from None
        audit.note(connection, store.clock(), by, "course.added", slug, course_id=course_id)
    found = course_by_id(store, course_id)
    assert found is not None
    return found


def courses(store: Store, *, archived: bool = False) -> list[Course]:
    """All courses, by term and slug; archived ones only if asked for."""
    wanted = select(CourseRow.__table__).order_by(CourseRow.term, CourseRow.slug)
    with store.reading() as connection:
        return [_course(row) for row in connection.execute(wanted) if archived or not row.archived]


def course_by_id(store: Store, course_id: int) -> Course | None:
    with store.reading() as connection:
        row = connection.execute(select(CourseRow.__table__).where(CourseRow.id == course_id)).one_or_none()
    return _course(row) if row is not None else None


def course_by_slug(store: Store, slug: str) -> Course | None:
    with store.reading() as connection:
        row = connection.execute(select(CourseRow.__table__).where(CourseRow.slug == slug)).one_or_none()
    return _course(row) if row is not None else None


def courses_of(store: Store, user_id: int) -> list[tuple[Course, Role]]:
    """A user's courses that are not archived, with their role in each."""
    wanted = (
        select(CourseRow.__table__, MemberRow.role)
        .join(MemberRow, MemberRow.course_id == CourseRow.id)
        .where(MemberRow.user_id == user_id, MemberRow.waiting.is_(False), CourseRow.archived.is_(False))
        .order_by(CourseRow.term, CourseRow.slug)
    )
    with store.reading() as connection:
        return [(_course(row), row.role) for row in connection.execute(wanted)]


def archive(store: Store, course_id: int, archived: bool = True, *, by: int | None = None) -> None:
    """Remove the course from its members' lists; everything in it is kept."""
    with store.writing() as connection:
        connection.execute(update(CourseRow).where(CourseRow.id == course_id).values(archived=archived))
        audit.note(
            connection, store.clock(), by, "course.archived" if archived else "course.opened", course_id=course_id
        )


def edit_course(
    store: Store,
    course_id: int,
    *,
    titles: Mapping[str, str],
    term: str,
    root: str,
    opens_at: float | None,
    by: int | None = None,
) -> None:
    """Change a course's titles, term, folder and opening time; its slug is part of URLs and never changes."""
    values = {"title_en": titles["en"], "title_ko": titles["ko"], "term": term, "root": root, "opens_at": opens_at}
    with store.writing() as connection:
        connection.execute(update(CourseRow).where(CourseRow.id == course_id).values(**values))
        audit.note(connection, store.clock(), by, "course.edited", course_id=course_id)


# --- members ---------------------------------------------------------------------------------------------------------


def role_in(store: Store, user_id: int, course_id: int) -> Role | None:
    """A user's role in a course; None if they are not a member, or are waiting. (Admins: ``User.is_admin``.)"""
    mine = (MemberRow.user_id == user_id, MemberRow.course_id == course_id, MemberRow.waiting.is_(False))
    wanted = select(MemberRow.role).where(*mine)
    with store.reading() as connection:
        role: Any = connection.execute(wanted).scalar_one_or_none()
    return role if role in ROLES else None


def members(store: Store, course_id: int) -> list[Member]:
    """All members, by role and name."""
    wanted = (
        select(UserRow.__table__, MemberRow.role, MemberRow.number, MemberRow.joined_at, MemberRow.waiting)
        .join(MemberRow, MemberRow.user_id == UserRow.id)
        .where(MemberRow.course_id == course_id)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    found = [
        Member(
            *(row.id, row.email, row.name, row.role, row.number, row.joined_at),
            has_password=row.password_hash is not None,
            disabled=row.disabled,
            waiting=row.waiting,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-ROLES.index(one.role), one.name.casefold(), one.email))


def set_role(
    store: Store, course_id: int, user_id: int, role: Role, *, number: str | None = None, by: int | None = None
) -> None:
    """Make somebody a member, or change a member's role."""
    with store.writing() as connection:
        join(connection, store.clock(), course_id, user_id, role, number=number, by=by)


def join(
    connection: Connection,
    at: float,
    course_id: int,
    user_id: int,
    role: str,
    *,
    number: str | None = None,
    waiting: bool = False,
    by: int | None = None,
) -> None:
    """``set_role`` as part of a larger transaction; ``waiting``: until they use a link."""
    if role not in ROLES:
        raise UsageError("server.role", role=role, known=", ".join(ROLES))
    where = (MemberRow.course_id == course_id, MemberRow.user_id == user_id)
    values = {"role": role, "waiting": waiting} | ({} if number is None else {"number": number[:64]})
    if not connection.execute(update(MemberRow).where(*where).values(**values)).rowcount:
        new = insert(MemberRow).values(course_id=course_id, user_id=user_id, joined_at=at, **{"number": "", **values})
        connection.execute(new)
    audit.note(connection, at, by, "role.set", role, course_id=course_id, subject_id=user_id)


def remove_member(store: Store, course_id: int, user_id: int, *, by: int | None = None) -> bool:
    """Remove a member from the course; what they submitted is kept for staff."""
    where = (MemberRow.course_id == course_id, MemberRow.user_id == user_id)
    with store.writing() as connection:
        gone = bool(connection.execute(delete(MemberRow).where(*where)).rowcount)
        if gone:
            audit.note(connection, store.clock(), by, "member.removed", course_id=course_id, subject_id=user_id)
    return gone


def _course(row: Any) -> Course:
    titles = {"en": row.title_en, "ko": row.title_ko}
    return Course(row.id, row.slug, titles, row.term, row.root, row.opens_at, row.archived)
