"""Whose browser asks. What is not theirs is not there: 404, as for what has never been."""

from __future__ import annotations

from fastapi import HTTPException, Request, Response

from graders.server.store.courses import course_by_slug
from graders.server.store.people import LOGIN_S, LoggedIn, User, user_of_login
from graders.server.web.access import Place, Work, place_in, work_seen_by
from graders.server.web.safety import COOKIE
from graders.server.web.services import Services

__all__ = ["forget", "place_of", "remember", "require_user", "user_of", "work_of"]


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
    place = place_in(services, user, course_by_slug(services.store, slug))
    if place is None or (staff and not place.staff):
        raise HTTPException(404)
    return place


def work_of(request: Request, services: Services, public_id: str) -> Work:
    """What was handed in under this id; 404 where it is somebody else's."""
    found = work_seen_by(services, require_user(request, services), public_id)
    if found is None:
        raise HTTPException(404)
    return found


def remember(request: Request, response: Response, login: LoggedIn) -> None:
    """The cookie of a login: no script reads it, no other site sends it."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, login.token, max_age=int(LOGIN_S), httponly=True, samesite="lax", secure=secure, path="/"
    )


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
