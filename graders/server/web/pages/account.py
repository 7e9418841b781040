"""The user's account: logins, tokens, the password; and the link for people who forgot their password."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from graders.feedback.messages import render_message
from graders.messages.errors import UsageError
from graders.server.store import accounts, logins, people
from graders.server.web.leading import done
from graders.server.web.safety import COOKIE
from graders.server.web.services import Services
from graders.server.web.who import forget, remember, require_user
from graders.server.web.words import language_of, page

__all__ = ["device_of", "include"]

Field = Annotated[str, Form(max_length=1000)]
# In this order: Edge and Opera call themselves Chrome, Chrome calls itself Safari, phones call themselves computers.
BROWSERS = {
    **{"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Whale": "Whale", "Firefox": "Firefox"},
    **{"FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"},
}
SYSTEMS = {
    **{"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows"},
    **{"Mac OS X": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"},
}


def include(app: FastAPI, services: Services) -> None:
    _account(app, services)
    _ending(app, services)
    _password(app, services)
    _login_link(app, services)


def device_of(agent: str) -> str:
    """``Firefox · Windows`` for a User-Agent; its beginning if it is not recognized."""
    named = [next((name for sign, name in known.items() if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named)) or agent[:40]


def _shown(request: Request, services: Services, status: int = 200, **values: str) -> Response:
    user = require_user(request, services)
    return page(
        request,
        "account.html.j2",
        status,
        tokens=people.tokens_of(services.store, user.id),
        sessions=logins.sessions_of(services.store, user.id, request.cookies.get(COOKIE, "")),
        device_of=device_of,
        done=done(request),
        **{"fresh": "", "wrong": "", "here": "/account", **values},
    )


def _account(app: FastAPI, services: Services) -> None:
    @app.get("/account")
    def account(request: Request) -> Response:
        return _shown(request, services)

    @app.post("/account/tokens")
    def new_token(request: Request, name: Field = "") -> Response:
        user = require_user(request, services)
        return _shown(request, services, fresh=people.make_token(services.store, user.id, name))

    @app.post("/account/tokens/{key}/end")
    def end_token(request: Request, key: str) -> Response:
        people.end_token(services.store, require_user(request, services).id, key)
        return RedirectResponse("/account?done=ended", 303)


def _ending(app: FastAPI, services: Services) -> None:
    @app.post("/account/logins/end")
    def end_logins(request: Request) -> Response:
        """Log out everywhere, this browser included."""
        user = require_user(request, services)
        people.end_logins(services.store, user.id, by=user.id)
        answer = RedirectResponse("/login", 303)
        forget(answer)
        return answer

    @app.post("/account/logins/end-others")
    def end_others(request: Request) -> Response:
        logins.end_others(services.store, require_user(request, services).id, request.cookies.get(COOKIE, ""))
        return RedirectResponse("/account?done=ended", 303)

    @app.post("/account/logins/{key}/end")
    def end_one(request: Request, key: str) -> Response:
        logins.end_session(services.store, require_user(request, services).id, key)
        return RedirectResponse("/account?done=ended", 303)


def _password(app: FastAPI, services: Services) -> None:
    @app.post("/account/password")
    def change(request: Request, current: Field = "", password: Field = "", again: Field = "") -> Response:
        user = require_user(request, services)
        if not services.limits.passwords.allowed(user.id):
            raise HTTPException(429)
        agent = request.headers.get("user-agent", "")
        try:
            if password != again:
                raise UsageError("web.passwords_differ")
            login = logins.change_password(services.store, user.id, current, password, agent=agent)
        except UsageError as error:
            return _shown(request, services, 400, wrong=render_message(error.message, language_of(request)))
        answer = RedirectResponse("/account?done=saved", 303)
        if login is not None:
            remember(request, answer, login)
        return answer


def _login_link(app: FastAPI, services: Services) -> None:
    def shown(request: Request, token: str, status: int = 200, wrong: str = "") -> Response:
        owner = accounts.link_owner(services.store, token)
        if owner is None:
            status = 404
        return page(request, "login_link.html.j2", status, owner=owner, wrong=wrong)

    @app.get("/login-link/{token}")
    def login_link(request: Request, token: str) -> Response:
        return shown(request, token)

    @app.post("/login-link/{token}")
    def use(request: Request, token: str, password: Field = "", again: Field = "") -> Response:
        if not services.limits.may_use_link(request.client.host if request.client else ""):
            raise HTTPException(429)
        try:
            if password != again:
                raise UsageError("web.passwords_differ")
            user = accounts.use_link(services.store, token, password)
        except UsageError as error:
            return shown(request, token, 400, render_message(error.message, language_of(request)))
        answer = RedirectResponse("/", 303)
        agent = request.headers.get("user-agent", "")
        remember(request, answer, people.start_login(services.store, user.id, agent=agent))
        return answer
