"""What goes wrong, as a page (or, below ``/api``, as JSON): one sentence, never a traceback."""

from __future__ import annotations

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from graders.feedback.messages import render_message, say
from graders.messages.errors import BusyError, DeepgradeError, DiskError, UsageError
from graders.messages.message import Message
from graders.server.web.services import Services
from graders.server.web.words import language_of, page, wants_fragment

__all__ = ["include"]

LOG = logging.getLogger("deepgrade.pages")
KNOWN = {401, 403, 404, 413, 429}


def include(app: FastAPI, services: Services) -> None:
    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 401 and request.method == "GET" and not _is_program(request):
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        id = f"web.error_{error.status_code}" if error.status_code in KNOWN else "web.error"
        return _answer(request, error.status_code, say(id, language_of(request)))

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, 422, say("web.error", language_of(request)))

    @app.exception_handler(DeepgradeError)
    async def explained(request: Request, error: DeepgradeError) -> Response:
        status, message = status_of(error), error.message
        if status >= 500:  # where the database is and what it says is for the log
            LOG.error("%s: %s", type(error).__name__, error.message_id)
            message = Message({503: "api.busy", 507: "api.full"}.get(status, "api.broken"))
        return _answer(request, status, render_message(message, language_of(request)))


def status_of(error: DeepgradeError) -> int:
    if isinstance(error, UsageError):
        return 400
    if isinstance(error, BusyError):
        return 503
    return 507 if isinstance(error, DiskError) else 500


def _is_program(request: Request) -> bool:
    return request.url.path.startswith("/api/") or wants_fragment(request)


def _answer(request: Request, status: int, text: str) -> Response:
    if _is_program(request):
        return JSONResponse({"error": text}, status)
    return page(request, "error.html.j2", status, text=text, status=status)
