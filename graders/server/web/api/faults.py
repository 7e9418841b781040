"""Errors as JSON: ``{id, text, params}`` in the requested language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from graders.feedback.messages import render_message
from graders.messages.errors import DeepgradeError
from graders.messages.message import Message, finite
from graders.server.web.faults import HEADERS, broken, status_of, told
from graders.server.web.words import wished_language

__all__ = ["add_faults", "error_of"]

IDS: Mapping[int, str] = {404: "api.not_found", 405: "api.method", 413: "api.too_large"}


def error_of(message: Message, lang: str) -> dict[str, Any]:
    return {"id": message.id, "text": render_message(message, lang), "params": finite(message.params)}


def add_faults(app: FastAPI) -> None:
    """Give every error of this application this form."""

    @app.exception_handler(DeepgradeError)
    async def said(request: Request, error: DeepgradeError) -> JSONResponse:
        return _answer(request, status_of(error), told(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]  # never the input: it may be a password
        where = ".".join(str(part) for part in first["loc"])
        return _answer(request, 422, Message("api.invalid", {"where": where[:200], "reason": str(first["type"])}))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:
        return _answer(request, error.status_code, Message(IDS.get(error.status_code, "api.refused"), {}))

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        return _answer(request, 500, broken(error))


def _answer(request: Request, status: int, message: Message) -> JSONResponse:
    lang = wished_language(request.headers.get("accept-language", ""))
    return JSONResponse(error_of(message, lang), status, headers=dict(HEADERS.get(status, {})))
