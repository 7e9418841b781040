"""The application: every page and route in one place, and around them what holds for each."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from graders.server.web import live
from graders.server.web.errors import include as include_errors
from graders.server.web.pages import class_page, course, people, result, unit
from graders.server.web.safety import Guard
from graders.server.web.services import Services

__all__ = ["build_app"]

STATIC = Path(__file__).with_name("static")
THREADS = 16  # pages are made in them; more would only wait for the interpreter, with memory in hand
UPLOADS = ("/hand-in", "/submissions", "/checks")  # how paths end that take whole files


def build_app(services: Services) -> FastAPI:
    """The service; who has more routes calls their ``include(app, services)``."""
    app = FastAPI(title="deepgrade", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None, lifespan=_few)
    app.state.services = services
    app.add_middleware(Guard, is_upload=lambda path: path.endswith(UPLOADS))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    include_errors(app, services)
    for module in (people, course, unit, result, class_page, live):
        module.include(app, services)
    return app


@contextlib.asynccontextmanager
async def _few(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield
