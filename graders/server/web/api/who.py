"""The caller and their permissions, without revealing what they may not see.

401: no token, or one that has ended. 404: it does not exist, or is not theirs. 403: they may see it, but not do this.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from graders.server.store.courses import course_by_slug
from graders.server.store.people import User, user_of_token
from graders.server.web import services as web
from graders.server.web.access import Place, Work, place_in, work_seen_by
from graders.server.web.faults import Refused
from graders.server.web.words import wished_language

__all__ = ["Caller", "InCourse", "Lang", "Leads", "Seen", "SeenByStaff", "Services", "Staff"]


def _services(request: Request) -> web.Services:
    found: web.Services = request.app.state.services
    return found


Services = Annotated[web.Services, Depends(_services)]


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


def _in_course(services: Services, user: Caller, slug: Annotated[str, Path(max_length=64)]) -> Place:
    place = place_in(services, user, course_by_slug(services.store, slug))
    if place is None:
        raise Refused(404, "api.not_found")
    return place


InCourse = Annotated[Place, Depends(_in_course)]


def _staff(place: InCourse) -> Place:
    if not place.staff:
        raise Refused(403, "api.not_allowed")
    return place


Staff = Annotated[Place, Depends(_staff)]


def _leads(place: InCourse) -> Place:
    if not place.leads:
        raise Refused(403, "api.not_allowed")
    return place


Leads = Annotated[Place, Depends(_leads)]


def _seen(services: Services, user: Caller, public_id: Annotated[str, Path(max_length=32)]) -> Work:
    """The caller's own submission, or one in a course where they are staff."""
    found = work_seen_by(services, user, public_id)
    if found is None:
        raise Refused(404, "api.not_found")
    return found


Seen = Annotated[Work, Depends(_seen)]


def _seen_by_staff(work: Seen) -> Work:
    if not work.by.staff:
        raise Refused(403, "api.not_allowed")
    return work


SeenByStaff = Annotated[Work, Depends(_seen_by_staff)]
