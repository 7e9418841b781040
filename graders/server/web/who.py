"""Who asks, and what they may see. What is not theirs is not there: 404, as for what has never been."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import HTTPException, Request, Response

from graders.server.store.courses import Course, Role, course_by_id, course_by_slug, role_in
from graders.server.store.people import LOGIN_S, LoggedIn, User, user_of_login
from graders.server.store.work import Attempt, attempt_of
from graders.server.web.safety import COOKIE
from graders.server.web.services import Services

__all__ = [
    "Place",
    "forget",
    "is_closed",
    "is_staff",
    "may_read",
    "place_of",
    "remember",
    "require_user",
    "user_of",
    "work_of",
]


@dataclass(frozen=True)
class Place:
    """Somebody in a course; an admin is staff everywhere."""

    user: User
    course: Course
    role: Role | None

    @property
    def staff(self) -> bool:
        return self.user.is_admin or self.role in ("assistant", "instructor")


def user_of(request: Request, services: Services) -> User | None:
    """Whose browser asks; asked once per request."""
    if not hasattr(request.state, "user"):
        token = request.cookies.get(COOKIE)
        request.state.user = user_of_login(services.store, token) if token else None
        if request.state.user is not None and not services.limits.asking.allowed(request.state.user.id):
            raise HTTPException(429)
    user: User | None = request.state.user
    return user


def require_user(request: Request, services: Services) -> User:
    """401 where nobody is logged in; a page then leads to the login."""
    user = user_of(request, services)
    if user is None:
        raise HTTPException(401)
    return user


def place_of(request: Request, services: Services, slug: str, *, staff: bool = False) -> Place:
    """The course of this name for who asks; 404 where they are not in it, or where only ``staff`` may be."""
    user = require_user(request, services)
    course = course_by_slug(services.store, slug)
    if course is None:
        raise HTTPException(404)
    place = Place(user, course, role_in(services.store, user.id, course.id))
    shut = is_closed(course, services.clock())
    if (place.role is None and not user.is_admin) or ((shut or staff) and not place.staff):
        raise HTTPException(404)
    return place


def is_staff(services: Services, user: User, course_id: int) -> bool:
    return user.is_admin or role_in(services.store, user.id, course_id) in ("assistant", "instructor")


def may_read(services: Services, user: User, attempt: Attempt) -> bool:
    """One's own as long as one is in the course and it is open; staff see all."""
    role, course = role_in(services.store, user.id, attempt.course_id), course_by_id(services.store, attempt.course_id)
    if user.is_admin or role in ("assistant", "instructor"):
        return True
    shut = course is None or is_closed(course, services.clock())
    return role is not None and attempt.user_id == user.id and not shut


def is_closed(course: Course, now: float) -> bool:
    """Whether only its staff are let in."""
    return course.archived or (course.opens_at is not None and course.opens_at > now)


def work_of(request: Request, services: Services, public_id: str) -> tuple[User, Attempt]:
    """What was handed in under this id; 404 where it is somebody else's."""
    user = require_user(request, services)
    attempt = attempt_of(services.store, public_id)
    if attempt is None or not may_read(services, user, attempt):
        raise HTTPException(404)
    return user, attempt


def remember(request: Request, response: Response, login: LoggedIn) -> None:
    """The cookie of a login: no script reads it, no other site sends it."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, login.token, max_age=int(LOGIN_S), httponly=True, samesite="lax", secure=secure, path="/"
    )


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
