"""Errors as JSON: ``{id, text, params}`` in the language asked for, and nothing that only the log should know."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from graders.feedback.messages import render_message
from graders.messages.errors import BusyError, DeepgradeError, DiskError, SubmissionError, UsageError
from graders.messages.message import Message, finite
from graders.server.web.api.who import Refused, wished_language

__all__ = ["add_faults", "error_of", "status_of"]

LOG = logging.getLogger("deepgrade.api")
STATUS: Mapping[str, int] = {
    "server.email_taken": 409,
    "server.account_closed": 409,
    "server.course_taken": 409,
    "server.last_admin": 409,
    "server.last_instructor": 409,
    "server.link_over": 404,
    "server.no_member": 404,
    "server.no_user": 404,
    "server.not_in_yet": 409,
    "server.wrong_password": 403,
    "server.too_large": 413,
    "server.waiting": 429,
    "server.no_submission": 404,
    "usage.no_unit": 404,
    "usage.no_exercise_in_unit": 404,
}
HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "5"},
    503: {"Retry-After": "2"},
}
IDS: Mapping[int, str] = {404: "api.not_found", 405: "api.method", 413: "api.too_large"}


def status_of(error: DeepgradeError) -> int:
    if isinstance(error, Refused):
        return error.status
    if isinstance(error, UsageError | SubmissionError):
        return STATUS.get(error.message_id, 422)
    return 503 if isinstance(error, BusyError) else 507 if isinstance(error, DiskError) else 500


def error_of(message: Message, lang: str) -> dict[str, Any]:
    return {"id": message.id, "text": render_message(message, lang), "params": finite(message.params)}


def add_faults(app: FastAPI) -> None:
    """Every error of this application answers in this form."""

    @app.exception_handler(DeepgradeError)
    async def said(request: Request, error: DeepgradeError) -> JSONResponse:
        status, message = status_of(error), error.message
        if status >= 500:
            LOG.error("%s: %s", type(error).__name__, error.message_id)
        if isinstance(error, BusyError | DiskError):  # where the database is, is for the log
            message = Message("api.busy" if isinstance(error, BusyError) else "api.full")
        elif status == 500:
            message = Message("api.broken")
        return _answer(request, status, message)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]  # never what was sent: it may be a password
        where = ".".join(str(part) for part in first["loc"])
        return _answer(request, 422, Message("api.invalid", {"where": where[:200], "reason": str(first["type"])}))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:
        return _answer(request, error.status_code, Message(IDS.get(error.status_code, "api.refused"), {}))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        LOG.error("internal error: %s", type(error).__name__, exc_info=error)
        return _answer(request, 500, Message("api.broken"))


def _answer(request: Request, status: int, message: Message) -> JSONResponse:
    lang = wished_language(request.headers.get("accept-language", ""))
    return JSONResponse(error_of(message, lang), status, headers=dict(HEADERS.get(status, {})))
