"""A course's people: the list, each member, changes to them, and the log of changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from graders.feedback.messages import render_message
from graders.messages.errors import UsageError
from graders.server.store.audit import entries
from graders.server.store.courses import ROLES, members
from graders.server.store.membership import activity, change_role, dismiss, found, member_of
from graders.server.web.access import Place
from graders.server.web.history import sentence_of
from graders.server.web.leading import Before, Id, done, leader_of
from graders.server.web.services import Services
from graders.server.web.who import place_of
from graders.server.web.words import language_of, page

__all__ = ["LOG_LINES", "include"]

LOG_LINES = 100


def include(app: FastAPI, services: Services) -> None:
    _reading(app, services)
    _changing(app, services)


def _reading(app: FastAPI, services: Services) -> None:
    @app.get("/courses/{slug}/members")
    def people(request: Request, slug: str, q: str = "") -> Response:
        place = place_of(request, services, slug, staff=True)
        everybody = members(services.store, place.course.id)
        return page(
            request,
            "members.html.j2",
            place=place,
            leads=place.leads,
            wanted=q[:200],
            shown=found(everybody, q[:200]),
            count=len(everybody),
            active=activity(services.store, place.course.id),
            done=done(request),
        )

    @app.get("/courses/{slug}/members/{user_id}")
    def person(request: Request, slug: str, user_id: Id) -> Response:
        return _person(request, services, place_of(request, services, slug, staff=True), user_id)

    @app.get("/courses/{slug}/log")
    def log(request: Request, slug: str, before: Before = None) -> Response:
        place = leader_of(request, services, slug)
        lines = entries(services.store, before=before, limit=LOG_LINES, course_id=place.course.id)
        lang = language_of(request)
        shown = [(one, sentence_of(one, lang)) for one in lines]
        more = lines[-1].id if len(lines) == LOG_LINES else None
        return page(request, "log.html.j2", place=place, lines=shown, more=more)


def _changing(app: FastAPI, services: Services) -> None:
    @app.post("/courses/{slug}/members/{user_id}/role")
    def role(request: Request, slug: str, user_id: Id, role: Annotated[str, Form(max_length=40)]) -> Response:
        place = leader_of(request, services, slug)
        try:
            change_role(services.store, place.course.id, user_id, role, by=place.user.id)
        except UsageError as error:
            return _person(request, services, place, user_id, error)
        return RedirectResponse(f"/courses/{slug}/members?done=role", 303)

    @app.post("/courses/{slug}/members/{user_id}/remove")
    def remove(request: Request, slug: str, user_id: Id) -> Response:
        place = leader_of(request, services, slug)
        try:
            dismiss(services.store, place.course.id, user_id, by=place.user.id)
        except UsageError as error:
            return _person(request, services, place, user_id, error)
        own = user_id == place.user.id and not place.user.is_admin
        return RedirectResponse("/" if own else f"/courses/{slug}/members?done=removed", 303)


def _person(
    request: Request, services: Services, place: Place, user_id: int, error: UsageError | None = None
) -> Response:
    member = member_of(services.store, place.course.id, user_id)
    if member is None:
        raise HTTPException(404)
    return page(
        request,
        "member.html.j2",
        400 if error else 200,
        place=place,
        leads=place.leads,
        member=member,
        roles=ROLES,
        active=activity(services.store, place.course.id).get(user_id),
        wrong=render_message(error.message, language_of(request)) if error else "",
        here=f"/courses/{place.course.slug}/members/{user_id}",
    )
