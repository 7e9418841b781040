"""Request and response bodies, as OpenAPI describes them. Times are UTC seconds since 1970."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from graders.server.store.invitations import MOST_USES

__all__ = [
    "Accepting",
    "Asked",
    "AttemptOut",
    "ChangesOut",
    "CourseOut",
    "DraftIn",
    "DraftOut",
    "ErrorOut",
    "ExerciseOut",
    "ExplanationOut",
    "FileChangeOut",
    "InvitationOut",
    "InvitedOut",
    "Inviting",
    "Joining",
    "LessonOut",
    "LinkOut",
    "LoggingIn",
    "MapOut",
    "MeOut",
    "MemberOut",
    "NewToken",
    "PartChangeOut",
    "PieceOut",
    "PreviewOut",
    "QueueOut",
    "ReceiptOut",
    "RosterRow",
    "SubmissionOut",
    "TokenOut",
    "UnitOut",
    "UnitRow",
    "UserOut",
]


class Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid", str_max_length=4096)


class ErrorOut(Shape):
    """``id`` is for programs, ``text`` is the sentence in the language of ``Accept-Language``."""

    id: str
    text: str
    params: dict[str, Any] = {}


# --- people ----------------------------------------------------------------------------------------------------------


class LoggingIn(Shape):
    email: str
    password: str
    name: str = Field("terminal", max_length=80, description="What the token is for.")


class NewToken(Shape):
    name: str = Field(max_length=80)


class TokenOut(Shape):
    """``token`` is included only in the response that creates it."""

    key: str | None = None
    name: str
    created_at: float | None = None
    last_used_at: float | None = None
    token: str | None = None


class UserOut(Shape):
    id: int
    email: str
    name: str
    is_admin: bool
    language: str


class CourseOut(Shape):
    slug: str
    titles: dict[str, str]
    term: str
    opens_at: float | None
    role: str


class MeOut(Shape):
    user: UserOut
    courses: list[CourseOut]


class Asked(Shape):
    """A link's token, sent in the body so that it appears in no log."""

    token: str


class InvitationOut(Shape):
    role: str
    email: str
    expires_at: float
    course: str | None
    titles: dict[str, str] = {}


class Accepting(Asked):
    email: str
    name: str
    password: str
    language: Literal["", "ko", "en"] = ""


class Joining(Shape):
    user: UserOut
    token: str


# --- studying --------------------------------------------------------------------------------------------------------


class UnitRow(Shape):
    unit: str
    titles: dict[str, str]
    minutes: int
    after: list[str]
    state: str = Field(description="untouched, work or passed.")
    passed: int = Field(description="How many exercises are passed.")
    exercises: int
    attempts: int
    points: float = Field(description="Points of the latest submission that has a result.")
    max_points: int


class MapOut(Shape):
    course: CourseOut
    units: list[UnitRow]


class ExerciseOut(Shape):
    name: str
    titles: dict[str, str]
    state: str = Field(description="untouched, work, checked (it passes the public cases) or passed.")
    points: float
    max_points: int
    opened: bool = Field(description="Whether its explanation may be read.")
    last_check: str | None = Field(description="The public id of its newest check with a result.")


class AttemptOut(Shape):
    public_id: str
    unit: str
    kind: str
    exercise: str | None
    file_name: str
    digest: str
    state: str
    attempt: int | None
    handed_in_at: float
    finished_at: float | None
    verdict: str | None
    score: float | None
    max_score: float | None
    user_id: int | None = Field(None, description="Only staff see it.")
    student: str | None = Field(None, description="Only staff see it.")
    tries: int | None = Field(None, description="Only staff see it.")


class UnitOut(Shape):
    unit: str
    titles: dict[str, str]
    exercises: list[ExerciseOut]
    attempts: list[AttemptOut]


class PieceOut(Shape):
    """``lesson`` is HTML, with figures at ``figures/{digest}.svg``; other kinds are code."""

    kind: str = Field(description="lesson, answer (to write in), run or given (code to read), or setup.")
    text: str
    symbol: str
    checks: list[str]


class LessonOut(Shape):
    unit: str
    pieces: list[PieceOut]


class DraftIn(Shape):
    cells: dict[str, str] = Field(max_length=400, description="The text of each cell, by exercise or class.")
    since: float | None = Field(None, description="The saved_at that it is based on; 409 if that has changed.")


class DraftOut(Shape):
    """``cells`` holds those that differ from their stubs."""

    cells: dict[str, str]
    stubs: dict[str, str]
    saved_at: float | None


class ReceiptOut(Shape):
    """Proof that the work is on disk. ``digest`` is the SHA-256 of what was submitted."""

    public_id: str
    digest: str
    at: float
    attempt: int | None


class SubmissionOut(Shape):
    """``report`` is what ``deepgrade check --json`` prints: the student's view of it, or all of it for staff."""

    submission: AttemptOut
    ahead: int | None = Field(description="How many are graded before it; null if it is not waiting.")
    report: dict[str, Any] | None


class PartChangeOut(Shape):
    exercise: str = Field(description="The exercise of a notebook cell; empty for other cells and for modules.")
    lines: list[tuple[Literal["+", "-", " ", "@"], str]] = Field(description="`@` marks lines that are left out.")


class FileChangeOut(Shape):
    name: str
    what: Literal["changed", "added", "removed", "renamed", "unreadable"]
    before: str = Field(description="Its name in the previous attempt, if it was different.")
    parts: list[PartChangeOut]


class ChangesOut(Shape):
    """Text to display, with a backslash escape for each invisible character; long texts are cut."""

    since: str | None = Field(description="The public id of the previous attempt; null for the first.")
    files: list[FileChangeOut]
    cut: bool = Field(description="Whether more has changed than is listed.")
    problem: ErrorOut | None = Field(description="Why the two cannot be compared.")


class ExplanationOut(Shape):
    exercise: str
    text: str


# --- staff -----------------------------------------------------------------------------------------------------------


class MemberOut(Shape):
    user_id: int
    email: str
    name: str
    role: str
    number: str
    joined_at: float
    has_password: bool
    disabled: bool
    waiting: bool = Field(False, description="True until they have used a link of this course.")
    last_active_at: float | None = Field(None, description="When they last wrote or submitted something here.")


class Inviting(Shape):
    role: Literal["student", "assistant", "instructor"]
    email: str = ""
    valid_days: int = Field(30, ge=1, le=365)
    uses: int = Field(1, ge=1, le=MOST_USES, description="More than one only for students, and without an address.")


class LinkOut(Shape):
    token: str


class RosterRow(Shape):
    line: int
    name: str
    email: str
    number: str
    what: str


class PreviewOut(Shape):
    rows: list[RosterRow]
    bad: list[tuple[int, ErrorOut]]
    absent: list[tuple[str, str]]


class InvitedOut(Shape):
    name: str
    email: str
    token: str


class QueueOut(Shape):
    """The whole service's queue: courses share the graders."""

    queued: dict[str, int]
    leased: dict[str, int]
    quarantined: int
    oldest_at: float | None
    capacity: int
