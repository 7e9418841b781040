"""The tables. Times are UTC seconds since 1970; of a token, only the SHA-256 is stored."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "ApiToken",
    "Audit",
    "Blob",
    "Change",
    "Course",
    "Draft",
    "Invitation",
    "Login",
    "Member",
    "Opened",
    "Result",
    "Submission",
    "Table",
    "User",
]

NAMES = {  # an unnamed constraint cannot be migrated on every database
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {float: Double, bytes: LargeBinary, str: Text}  # noqa: RUF012 - read by SQLAlchemy


class User(Table):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]  # none until an invitation is accepted
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8), default="")
    created_at: Mapped[float]
    disabled: Mapped[bool] = mapped_column(default=False)


class Course(Table):
    __tablename__ = "course"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title_ko: Mapped[str]
    title_en: Mapped[str]
    term: Mapped[str]
    root: Mapped[str]
    opens_at: Mapped[float | None]
    archived: Mapped[bool] = mapped_column(default=False)


class Member(Table):
    __tablename__ = "member"
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(default="")  # the school's student number
    joined_at: Mapped[float]
    waiting: Mapped[bool] = mapped_column(server_default=false())  # on the list; not in until a course link is used


class Invitation(Table):
    """A link that makes its holder a member of a course, or (without one) an admin."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(254), default="")  # if set, only this address may use it
    created_at: Mapped[float]
    expires_at: Mapped[float]
    used_at: Mapped[float | None]  # when its last use was taken
    used_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # the latest user
    uses: Mapped[int] = mapped_column(server_default="1")  # how many people it may let in
    used: Mapped[int] = mapped_column(server_default="0")  # how many it has let in


class Login(Table):
    __tablename__ = "login"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[float]
    expires_at: Mapped[float]
    ended_at: Mapped[float | None]
    agent: Mapped[str] = mapped_column(default="")


class ApiToken(Table):
    __tablename__ = "api_token"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[float]
    ended_at: Mapped[float | None]
    last_used_at: Mapped[float | None]


class Blob(Table):
    """Bytes by their SHA-256."""

    __tablename__ = "blob"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes]


class Submission(Table):
    """A job to grade: a submission, check or regrade. A regrade is its own row and names its submission."""

    __tablename__ = "submission"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)  # random; used in URLs
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    exercise: Mapped[str | None] = mapped_column(String(256))
    file_name: Mapped[str]
    digest: Mapped[str] = mapped_column(ForeignKey("blob.digest"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int]
    turn: Mapped[int] = mapped_column(BigInteger)
    attempt: Mapped[int | None]  # only for submissions; unique per user and unit
    regrade_of: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(64))
    handed_in_at: Mapped[float]
    lease_token: Mapped[int] = mapped_column(BigInteger, default=0)
    leased_by: Mapped[str | None] = mapped_column(String(128))
    lease_until: Mapped[float | None]
    tries: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[float | None]
    finished_at: Mapped[float | None]
    __table_args__ = (
        UniqueConstraint("course_id", "user_id", "unit", "attempt"),
        Index(None, "state", "priority", "turn", "id"),
        Index(None, "user_id", "priority", "turn"),
        Index(None, "course_id", "unit", "user_id"),
    )


class Result(Table):
    """The result of grading, once per submission; ``report`` is its whole JSON, for staff, compressed with zlib."""

    __tablename__ = "result"
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger)  # of the lease under which it was written
    verdict: Mapped[str] = mapped_column(String(16))
    score: Mapped[float | None]
    max_score: Mapped[float]
    report: Mapped[bytes]
    written_at: Mapped[float]


class Draft(Table):
    __tablename__ = "draft"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(128), primary_key=True)
    text: Mapped[str]
    saved_at: Mapped[float]


class Opened(Table):
    """The key to a sealed explanation that a student's own answer has opened."""

    __tablename__ = "opened"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(128), primary_key=True)
    exercise: Mapped[str] = mapped_column(String(256), primary_key=True)
    key: Mapped[bytes]


class Audit(Table):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    what: Mapped[str] = mapped_column(String(64))
    about: Mapped[str]
    course_id: Mapped[int | None] = mapped_column(index=True)  # no foreign keys: a log outlives what it is about
    subject_id: Mapped[int | None]  # the user it concerns


class Change(Table):
    """The feed for live pages: a row per change of a submission's state. Numbers grow and are never reused."""

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    at: Mapped[float] = mapped_column(index=True)
    __table_args__ = ({"sqlite_autoincrement": True},)
