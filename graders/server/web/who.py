"""The requesting user. What is not theirs gives 404, just like what never existed."""

from __future__ import annotations

from fastapi import HTTPException, Request, Response

from graders.server.store.courses import course_by_slug
from graders.server.store.people import LOGIN_S, LoggedIn, User, user_of_login
from graders.server.web.access import Place, Work, place_in, work_seen_by
from graders.server.web.safety import COOKIE
from graders.server.web.services import Services

__all__ = ["forget", "place_of", "remember", "require_user", "user_of", "work_of"]


def user_of(request: Request, services: Services) -> User | None:
    """The user logged in with this browser, looked up once per request."""
    if not hasattr(request.state, "user"):
        token = request.cookies.get(COOKIE)
        request.state.user = user_of_login(services.store, token) if token else None
        if request.state.user is not None and not services.limits.asking.allowed(request.state.user.id):
            raise HTTPException(429)
    user: User | None = request.state.user
    return user


def require_user(request: Request, services: Services) -> User:
    """The user, or 401 if nobody is logged in; a page then redirects to the login."""
    user = user_of(request, services)
    if user is None:
        raise HTTPException(401)
    return user


def place_of(request: Request, services: Services, slug: str, *, staff: bool = False) -> Place:
    """The requesting user's place in this course; 404 if they are not in it, or not the required ``staff``."""
    user = require_user(request, services)
    place = place_in(services, user, course_by_slug(services.store, slug))
    if place is None or (staff and not place.staff):
        raise HTTPException(404)
    return place


def work_of(request: Request, services: Services, public_id: str) -> Work:
    """The submission with this id; 404 if it is somebody else's."""
    found = work_seen_by(services, require_user(request, services), public_id)
    if found is None:
        raise HTTPException(404)
    return found


def remember(request: Request, response: Response, login: LoggedIn) -> None:
    """Set the login cookie: no script can read it, and no other site can send it."""
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, login.token, max_age=int(LOGIN_S), httponly=True, samesite="lax", secure=secure, path="/"
    )


def forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
