"""Who asks, and what they may: nobody learns whether there is what they may not see.

401: no token, or one that has ended. 404: it is not there, or not theirs. 403: they see it, and may not do this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Request

from graders.messages.errors import DeepgradeError
from graders.server.store.courses import Course, Role, course_by_id, course_by_slug, role_in
from graders.server.store.people import User, user_of_token
from graders.server.store.work import Attempt, attempt_of
from graders.server.web import services as web

__all__ = [
    "Caller",
    "InCourse",
    "Lang",
    "Leads",
    "Member",
    "Refused",
    "Seen",
    "SeenByStaff",
    "Services",
    "Staff",
    "Work",
    "wished_language",
]

STAFF: tuple[Role, ...] = ("assistant", "instructor")
LANGUAGES = ("ko", "en")


class Refused(DeepgradeError):
    """An answer with this status and nothing else."""

    def __init__(self, status: int, message_id: str, /, **params: Any) -> None:
        super().__init__(message_id, **params)
        self.status = status


@dataclass(frozen=True)
class Member:
    """Somebody in a course; an admin is as an instructor in all of them."""

    user: User
    course: Course
    role: Role

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


@dataclass(frozen=True)
class Work:
    """Something that was handed in, and who looks at it."""

    by: Member
    attempt: Attempt


def _services(request: Request) -> web.Services:
    found: web.Services = request.app.state.services
    return found


Services = Annotated[web.Services, Depends(_services)]


def wished_language(header: str) -> str:
    """The first of ours in ``Accept-Language``, by weight; English where there is none."""
    wishes: list[tuple[float, str]] = []
    for one in header[:500].split(","):
        tag, _, weight = one.partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    wishes.sort(key=lambda wish: wish[0])
    return next((code for _, code in wishes if code in LANGUAGES), "en")


def _language(request: Request) -> str:
    return wished_language(request.headers.get("accept-language", ""))


Lang = Annotated[str, Depends(_language)]


def _caller(request: Request, services: Services) -> User:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(401, "api.no_token")
    user = user_of_token(services.store, token.strip())
    if user is None:
        raise Refused(401, "api.token_over")
    if not services.limits.asking.allowed(user.id):
        raise Refused(429, "api.too_often", minutes=2)
    return user


Caller = Annotated[User, Depends(_caller)]


def _member(services: Services, user: User, course: Course | None) -> Member:
    role = role_in(services.store, user.id, course.id) if course is not None else None
    if course is not None and user.is_admin:
        role = "instructor"
    if course is None or role is None or (role not in STAFF and _is_closed(course, services.clock())):
        raise Refused(404, "api.not_found")
    return Member(user, course, role)


def _is_closed(course: Course, now: float) -> bool:
    return course.archived or (course.opens_at is not None and course.opens_at > now)


def _in_course(services: Services, user: Caller, slug: Annotated[str, Path(max_length=64)]) -> Member:
    return _member(services, user, course_by_slug(services.store, slug))


InCourse = Annotated[Member, Depends(_in_course)]


def _staff(member: InCourse) -> Member:
    if not member.is_staff:
        raise Refused(403, "api.not_allowed")
    return member


Staff = Annotated[Member, Depends(_staff)]


def _leads(member: InCourse) -> Member:
    if member.role != "instructor":
        raise Refused(403, "api.not_allowed")
    return member


Leads = Annotated[Member, Depends(_leads)]


def _seen(services: Services, user: Caller, public_id: Annotated[str, Path(max_length=32)]) -> Work:
    """One's own, or of a course in which one is staff."""
    attempt = attempt_of(services.store, public_id)
    if attempt is None:
        raise Refused(404, "api.not_found")
    member = _member(services, user, course_by_id(services.store, attempt.course_id))
    if not member.is_staff and attempt.user_id != user.id:
        raise Refused(404, "api.not_found")
    return Work(member, attempt)


Seen = Annotated[Work, Depends(_seen)]


def _seen_by_staff(work: Seen) -> Work:
    if not work.by.is_staff:
        raise Refused(403, "api.not_allowed")
    return work


SeenByStaff = Annotated[Work, Depends(_seen_by_staff)]
