"""The application behind ``/api/v1``, mounted beside the pages, with its own errors and OpenAPI description."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from graders import __version__
from graders.server.web.api import account, admin, members, people, staff, study
from graders.server.web.api.faults import add_faults
from graders.server.web.api.shapes import ErrorOut
from graders.server.web.services import Services

__all__ = ["PREFIX", "build_api"]

PREFIX = "/api/v1"
STATUSES = (401, 403, 404, 409, 413, 422, 429, 503)


def build_api(services: Services) -> FastAPI:
    """The description is at ``openapi.json``; there is no docs page, because it would load scripts from other sites."""
    faults: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut} for status in STATUSES}
    described: dict[str, Any] = {"title": "deepgrade", "version": __version__, "docs_url": None, "redoc_url": None}
    app = FastAPI(**described, responses=faults, redirect_slashes=False)
    app.state.services = services
    for part in (people, account, study, staff, members, admin):
        app.include_router(part.router)
    add_faults(app)
    return app
