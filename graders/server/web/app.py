"""The application: every page and route in one place, with the middleware around them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from graders.server.web import live
from graders.server.web.api.app import PREFIX, build_api
from graders.server.web.assets import static_files
from graders.server.web.errors import include as include_errors
from graders.server.web.pages import account, admin, class_page, course, joining, members, people, result, unit
from graders.server.web.safety import Guard
from graders.server.web.services import Services

__all__ = ["build_app"]

THREADS = 16  # for rendering pages; more would only wait for the interpreter and hold memory
UPLOADS = ("/hand-in", "/submissions", "/checks")  # suffixes of the paths that take whole files


def build_app(services: Services) -> FastAPI:
    """The service: its pages, and the API under ``/api/v1``."""
    # no redirects to the same path with a slash: they would go to whatever host the request names
    described: dict[str, Any] = {"title": "deepgrade", "openapi_url": None, "docs_url": None, "redoc_url": None}
    app = FastAPI(**described, redirect_slashes=False, lifespan=_few)
    app.state.services = services
    app.add_middleware(Guard, is_upload=lambda path: path.endswith(UPLOADS))
    app.mount(PREFIX, build_api(services))  # before the pages, which may match any path
    app.mount("/static", static_files(), name="static")
    include_errors(app)
    for module in (people, account, course, unit, result, class_page, members, joining, admin, live):
        module.include(app, services)
    return app


@contextlib.asynccontextmanager
async def _few(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield
