"""How people join a course: links for one person or a class, and student lists as CSV."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from graders.feedback.messages import render_message, say
from graders.messages.errors import UsageError
from graders.server.store.courses import ROLES
from graders.server.store.invitations import MOST_USES, invite, open_links, revoke
from graders.server.store.roster import import_roster, preview
from graders.server.web.access import Place
from graders.server.web.leading import Id, done, leader_of
from graders.server.web.rosters import as_download, as_list, register_of
from graders.server.web.services import Services
from graders.server.web.words import language_of, page
from graders.submission.register import MAX_KB

__all__ = ["include"]

DAYS = (1, 7, 30, 180)
Word = Annotated[str, Form(max_length=300)]
Number = Annotated[int, Form(ge=1, le=MOST_USES)]


def include(app: FastAPI, services: Services) -> None:
    _links(app, services)
    _roster(app, services)


def _links(app: FastAPI, services: Services) -> None:
    def shown(request: Request, place: Place, status: int = 200, **values: str) -> Response:
        return page(
            request,
            "invitations.html.j2",
            status,
            place=place,
            open_links=open_links(services.store, place.course.id),
            roles=ROLES,
            days=DAYS,
            most=MOST_USES,
            done=done(request),
            **{"fresh": "", "wrong": "", "email": "", "here": f"/courses/{place.course.slug}/invitations", **values},
        )

    @app.get("/courses/{slug}/invitations")
    def links(request: Request, slug: str) -> Response:
        return shown(request, leader_of(request, services, slug))

    @app.post("/courses/{slug}/invitations")
    def new_link(
        request: Request, slug: str, role: Word = "student", email: Word = "", uses: Number = 1, days: Number = 30
    ) -> Response:
        place = leader_of(request, services, slug)
        valid_s = 86400.0 * (days if days in DAYS else 30)
        try:
            token = invite(
                *(services.store, place.course.id, role),
                **{"email": email.strip(), "uses": uses, "valid_s": valid_s, "by": place.user.id},  # type: ignore[arg-type]
            )
        except UsageError as error:
            return shown(request, place, 400, wrong=render_message(error.message, language_of(request)), email=email)
        return shown(request, place, fresh=f"{request.base_url}invitation/{token}")

    @app.post("/courses/{slug}/invitations/{link_id}/revoke")
    def end_link(request: Request, slug: str, link_id: Id) -> Response:
        place = leader_of(request, services, slug)
        if not revoke(services.store, place.course.id, link_id, by=place.user.id):
            raise HTTPException(404)
        return RedirectResponse(f"/courses/{slug}/invitations?done=ended", 303)


def _roster(app: FastAPI, services: Services) -> None:
    def start(request: Request, place: Place, error: UsageError | None = None) -> Response:
        wrong = render_message(error.message, language_of(request)) if error else ""
        values = {"place": place, "wrong": wrong}
        return page(
            request, "roster.html.j2", 400 if error else 200, here=f"/courses/{place.course.slug}/roster", **values
        )

    @app.get("/courses/{slug}/roster")
    def roster(request: Request, slug: str) -> Response:
        return start(request, leader_of(request, services, slug))

    @app.post("/courses/{slug}/roster")
    def look(request: Request, slug: str, file: Annotated[UploadFile, File()]) -> Response:
        """Preview the import; nothing is changed."""
        place = leader_of(request, services, slug)
        try:
            register = register_of(file.filename or "", file.file.read((MAX_KB << 10) + 1))
        except UsageError as error:
            return start(request, place, error)
        plan = preview(services.store, place.course.id, register)
        values = {"place": place, "plan": plan, "register": register}
        return page(request, "roster_preview.html.j2", rows=as_list(plan), **values)

    @app.post("/courses/{slug}/roster/import")
    def take_over(request: Request, slug: str, rows: Annotated[str, Form(max_length=MAX_KB << 10)]) -> Response:
        """Import the list; the links are in this response and nowhere else."""
        place, lang = leader_of(request, services, slug), language_of(request)
        try:
            register = register_of("roster.csv", rows.encode())
        except UsageError as error:
            return start(request, place, error)
        plan = preview(services.store, place.course.id, register)
        made = import_roster(services.store, place.course.id, register, by=place.user.id)
        links = [(one.name, one.email, f"{request.base_url}invitation/{one.token}") for one in made]
        header = tuple(say(id, lang) for id in ("web.name", "web.email", "web.link"))
        values = {"place": place, "plan": plan, "links": links}
        return page(request, "roster_done.html.j2", download=as_download(header, links), **values)
