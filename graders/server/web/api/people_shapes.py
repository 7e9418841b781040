"""Request and response bodies for people, links and courses, as OpenAPI describes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from graders.server.web.api.shapes import Asked, Shape

__all__ = [
    "AccountChange",
    "AccountOut",
    "AddingCourse",
    "Archiving",
    "CourseRow",
    "CourseWords",
    "EntryOut",
    "LoginOut",
    "NewPassword",
    "NewRole",
    "OpenLinkOut",
    "UsingLink",
]

YEAR_3000 = 32_503_680_000
Time = Annotated[float, Field(ge=0, lt=YEAR_3000, allow_inf_nan=False)]


class LoginOut(Shape):
    """A login in a browser; ``agent`` is its User-Agent."""

    key: str
    agent: str
    created_at: float
    expires_at: float


class NewPassword(Shape):
    current: str
    new: str


class UsingLink(Asked):
    password: str


class NewRole(Shape):
    role: Literal["student", "assistant", "instructor"]


class OpenLinkOut(Shape):
    id: int
    role: str
    email: str
    created_at: float
    expires_at: float
    uses: int
    used: int


class EntryOut(Shape):
    """``what`` is for programs, ``text`` is the sentence; ``by`` is "" for the service itself."""

    id: int
    at: float
    by: str
    what: str
    subject: str
    text: str
    course: str


class CourseWords(Shape):
    """``root``: the course's folder on the service's machine."""

    root: str
    titles: dict[Literal["en", "ko"], str] = Field(default_factory=dict)
    term: str = ""
    opens_at: Time | None = None


class AddingCourse(CourseWords):
    slug: str = Field(max_length=64)


class Archiving(Shape):
    archived: bool


class CourseRow(Shape):
    slug: str
    titles: dict[str, str]
    term: str
    root: str
    opens_at: float | None
    archived: bool


class AccountOut(Shape):
    id: int
    email: str
    name: str
    is_admin: bool
    disabled: bool
    has_password: bool
    created_at: float
    last_login_at: float | None


class AccountChange(Shape):
    disabled: bool | None = None
    is_admin: bool | None = None
