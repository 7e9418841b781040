"""Login, logout, invitations (including the first admin's) and the language."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from graders.feedback.messages import render_message
from graders.messages.errors import UsageError
from graders.server.store import invitations, people
from graders.server.store.courses import course_by_id
from graders.server.web.safety import COOKIE
from graders.server.web.services import Services
from graders.server.web.who import forget, remember, user_of
from graders.server.web.words import LANGUAGE_COOKIE, language_of, page
from graders.spec import LANGUAGES

__all__ = ["include"]

Field = Annotated[str, Form(max_length=1000)]


def include(app: FastAPI, services: Services) -> None:
    _login(app, services)
    _invitation(app, services)
    _language(app, services)


def _login(app: FastAPI, services: Services) -> None:
    @app.get("/login")
    def login(request: Request, next: str = "/") -> Response:
        if user_of(request, services) is not None:
            return RedirectResponse(inside(next), 303)
        return page(request, "login.html.j2", next=inside(next), email="", wrong=False)

    @app.post("/login")
    def log_in(request: Request, email: Field, password: Field, next: Field = "/") -> Response:
        host = request.client.host if request.client else ""
        if not services.limits.may_log_in(email, host):
            raise HTTPException(429)
        agent = request.headers.get("user-agent", "")
        found = people.log_in(services.store, email, password, agent=agent)
        if found is None:
            return page(request, "login.html.j2", 401, next=inside(next), email=email[:254], wrong=True)
        if COOKIE in request.cookies:  # the earlier login must not go on
            people.end_login(services.store, request.cookies[COOKIE])
        answer = RedirectResponse(inside(next), 303)
        remember(request, answer, found)
        return answer

    @app.post("/logout")
    def log_out(request: Request) -> Response:
        token = request.cookies.get(COOKIE)
        if token:
            people.end_login(services.store, token)
        answer = RedirectResponse("/login", 303)
        forget(answer)
        return answer


def _invitation(app: FastAPI, services: Services) -> None:
    def shown(request: Request, token: str, status: int = 200, **values: str) -> Response:
        offered = invitations.invitation_of(services.store, token)
        if offered is None:
            return page(request, "invitation.html.j2", 404, offered=None)
        course = course_by_id(services.store, offered.course_id) if offered.course_id is not None else None
        filled = {"email": offered.email, "name": "", "wrong": "", **values}
        return page(request, "invitation.html.j2", status, offered=offered, course=course, token=token, **filled)

    @app.get("/invitation/{token}")
    def invitation(request: Request, token: str) -> Response:
        user_of(request, services)
        return shown(request, token)

    @app.post("/invitation/{token}")
    def accept(
        request: Request, token: str, email: Field = "", name: Field = "", password: Field = "", again: Field = ""
    ) -> Response:
        if not services.limits.may_use_link(request.client.host if request.client else ""):
            raise HTTPException(429)
        user = user_of(request, services)
        try:
            if user is not None:
                invitations.accept_as(services.store, token, user.id)
                return RedirectResponse("/", 303)
            if password != again:
                raise UsageError("web.passwords_differ")
            language = language_of(request)
            user = invitations.accept(
                services.store, token, email=email, name=name, password=password, language=language
            )
        except UsageError as error:
            wrong = render_message(error.message, language_of(request))
            return shown(request, token, 400, email=email, name=name, wrong=wrong)
        answer = RedirectResponse("/", 303)
        agent = request.headers.get("user-agent", "")
        remember(request, answer, people.start_login(services.store, user.id, agent=agent))
        return answer


def _language(app: FastAPI, services: Services) -> None:
    @app.post("/language")
    def language(request: Request, language: Field, next: Field = "/") -> Response:
        if language not in LANGUAGES:
            raise HTTPException(404)
        user = user_of(request, services)
        if user is not None:
            people.set_language(services.store, user.id, language)
        answer = RedirectResponse(inside(next), 303)
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 86400, httponly=True, samesite="lax")
        return answer


def inside(path: str) -> str:
    """The path if it is on this site; anything else becomes the first page."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"
