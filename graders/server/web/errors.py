"""Errors as a page, or as a sentence for the page's script: never a traceback."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from graders.feedback.messages import render_message, say
from graders.messages.errors import DeepgradeError
from graders.server.web.faults import HEADERS, broken, status_of, told
from graders.server.web.words import language_of, page, wants_fragment

__all__ = ["include"]

KNOWN = {401, 403, 404, 413, 429}


def include(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 401 and request.method == "GET" and not wants_fragment(request):
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        id = f"web.error_{error.status_code}" if error.status_code in KNOWN else "web.error"
        return _answer(request, error.status_code, say(id, language_of(request)))

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, 422, say("web.error", language_of(request)))

    @app.exception_handler(DeepgradeError)
    async def explained(request: Request, error: DeepgradeError) -> Response:
        return _answer(request, status_of(error), render_message(told(error), language_of(request)))

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        return _answer(request, 500, render_message(broken(error), language_of(request)))


def _answer(request: Request, status: int, text: str) -> Response:
    headers = {name: value for name, value in HEADERS.get(status, {}).items() if status != 401}  # else a browser dialog
    answer = (
        JSONResponse({"error": text}, status)
        if wants_fragment(request)
        else page(request, "error.html.j2", status, text=text, status=status)
    )
    answer.headers.update(headers)
    return answer
