"""Templates and their language: the user's, else the language cookie's, else the browser's."""

from __future__ import annotations

import secrets
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from graders.feedback import points
from graders.feedback.messages import printable, render_message, say
from graders.server.store.people import User
from graders.server.web import assets
from graders.spec import LANGUAGES

__all__ = ["LANGUAGE_COOKIE", "language_of", "page", "wants_fragment", "wished_language"]

LANGUAGE_COOKIE = "deepgrade_language"
HERE = Path(__file__).parent


def language_of(request: Request, user: User | None = None) -> str:
    """``en`` or ``ko``."""
    user = user or getattr(request.state, "user", None)
    for wish in (user.language if user else "", request.cookies.get(LANGUAGE_COOKIE, "")):
        if wish in LANGUAGES:
            return wish
    return wished_language(request.headers.get("accept-language", ""))


def wished_language(header: str) -> str:
    """The supported language with the highest weight in ``Accept-Language``, else English."""
    wishes: list[tuple[float, str]] = []
    for one in header[:500].split(","):
        tag, _, weight = one.partition(";q=")
        try:
            wishes.append((-float(weight or 1), tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    wishes.sort(key=lambda wish: wish[0])
    return next((code for _, code in wishes if code in LANGUAGES), "en")


def wants_fragment(request: Request) -> bool:
    """Whether the request comes from the page's script, which inserts the response into the open page."""
    return request.headers.get("x-deepgrade") == "fragment"


def page(request: Request, name: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A rendered template in the requesting user's language; every value in it is escaped."""
    user = getattr(request.state, "user", None)
    lang = language_of(request, user)
    text = (
        _environment()
        .get_template(name)
        .render(
            lang=lang,
            user=user,
            say=lambda id, **params: say(id, lang, **params),
            sentence=lambda message: render_message(message, lang),
            when=when,
            nonce=getattr(request.state, "nonce", "") or secrets.token_urlsafe(8),
            asset=assets.address_of,
            **{"here": request.url.path, **values},
        )
    )
    return HTMLResponse(text, status)


def when(at: float | None) -> str:
    """Date and time in UTC; the page's script converts it to local time."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at)) if at is not None else ""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(printable=printable, number=points.number)
    environment.globals.update(score_text=points.score_text, exercise_word=exercise_word, state_word=state_word)
    environment.globals.update(role_word=role_word, row_word=row_word, change_word=change_word)
    return environment


def exercise_word(state: str) -> str:
    """The message id for an exercise's state; the next three functions work alike."""
    return f"web.exercise_{state}"


def state_word(state: str) -> str:
    return f"web.state_{state}"


def change_word(what: str) -> str:
    return f"web.file_{what}"


def role_word(role: str) -> str:
    return f"web.role_{role}"


def row_word(what: str) -> str:
    """The message id for what happens to a roster row."""
    return f"web.row_{what}"
