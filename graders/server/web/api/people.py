"""Tokens, the caller, and invitation links."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from graders.server.store.courses import Course, course_by_id, courses, courses_of
from graders.server.store.invitations import accept, accept_as, invitation_of
from graders.server.store.people import User, end_login, end_token, log_in, make_token, set_language, tokens_of
from graders.server.web.api import shapes
from graders.server.web.api.who import Caller, Services
from graders.server.web.faults import Refused
from graders.server.web.limits import address_key

__all__ = ["course_out", "router", "user_out"]

router = APIRouter()


def user_out(user: User) -> shapes.UserOut:
    return shapes.UserOut.model_validate(user)


def course_out(course: Course, role: str) -> shapes.CourseOut:
    return shapes.CourseOut(
        slug=course.slug, titles=dict(course.titles), term=course.term, opens_at=course.opens_at, role=role
    )


@router.post("/tokens", status_code=201)
def log_in_for_token(asked: shapes.LoggingIn, request: Request, services: Services) -> shapes.TokenOut:
    """Get a personal token for an e-mail address and a password."""
    if not services.limits.may_log_in(asked.email, request.client.host if request.client else "-"):
        raise Refused(429, "api.too_often", minutes=5)
    found = log_in(services.store, asked.email, asked.password, agent="api")
    if found is None:
        raise Refused(401, "api.wrong_login")
    end_login(services.store, found.token)  # the token replaces it
    return shapes.TokenOut(name=asked.name, token=make_token(services.store, found.user.id, asked.name))


@router.get("/tokens")
def tokens(user: Caller, services: Services) -> list[shapes.TokenOut]:
    """Your tokens that have not ended."""
    return [shapes.TokenOut.model_validate(one) for one in tokens_of(services.store, user.id)]


@router.post("/me/tokens", status_code=201)
def new_token(asked: shapes.NewToken, user: Caller, services: Services) -> shapes.TokenOut:
    """Make another token, for another machine."""
    return shapes.TokenOut(name=asked.name, token=make_token(services.store, user.id, asked.name))


@router.delete("/tokens/{key}", status_code=204)
def stop_token(key: str, user: Caller, services: Services) -> Response:
    """End a token."""
    if not end_token(services.store, user.id, key):
        raise Refused(404, "api.not_found")
    return Response(status_code=204)


@router.get("/me")
def me(user: Caller, services: Services) -> shapes.MeOut:
    """The token's owner and their courses."""
    return shapes.MeOut(user=user_out(user), courses=own_courses(user, services))


@router.put("/me/language/{language}", status_code=204)
def language(language: Literal["ko", "en"], user: Caller, services: Services) -> Response:
    """Set the language of your pages."""
    set_language(services.store, user.id, language)
    return Response(status_code=204)


@router.get("/courses")
def own_courses(user: Caller, services: Services) -> list[shapes.CourseOut]:
    """Your courses; for an admin, all courses."""
    if user.is_admin:
        return [course_out(one, "instructor") for one in courses(services.store)]
    return [course_out(course, role) for course, role in courses_of(services.store, user.id)]


@router.post("/invitations/look")
def look(asked: shapes.Asked, services: Services) -> shapes.InvitationOut:
    """What a link offers."""
    offered = invitation_of(services.store, asked.token)
    if offered is None:
        raise Refused(404, "server.invitation_over")
    course = course_by_id(services.store, offered.course_id) if offered.course_id is not None else None
    return shapes.InvitationOut(
        role=offered.role,
        email=offered.email,
        expires_at=offered.expires_at,
        course=course.slug if course is not None else None,
        titles=dict(course.titles) if course is not None else {},
    )


@router.post("/invitations/accept", status_code=201)
def accept_invitation(asked: shapes.Accepting, request: Request, services: Services) -> shapes.Joining:
    """Create an account through a link, and get its first token."""
    if not services.limits.addresses.allowed(address_key(request.client.host if request.client else "-")):
        raise Refused(429, "api.too_often", minutes=5)
    words = {"email": asked.email, "name": asked.name, "password": asked.password, "language": asked.language}
    user = accept(services.store, asked.token, **words)
    return shapes.Joining(user=user_out(user), token=make_token(services.store, user.id, "invitation"))


@router.post("/invitations/join", status_code=204)
def join_course(asked: shapes.Asked, user: Caller, services: Services) -> Response:
    """Join through a link with an existing account."""
    accept_as(services.store, asked.token, user.id)
    return Response(status_code=204)
