"""The application that answers ``/api/v1``: mounted beside the pages, with errors and a description of its own."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from graders import __version__
from graders.server.web.api import people, staff, study
from graders.server.web.api.faults import add_faults
from graders.server.web.api.shapes import ErrorOut
from graders.server.web.api.tries import Tries
from graders.server.web.api.who import Backing

__all__ = ["PREFIX", "add_api", "build_api"]

PREFIX = "/api/v1"
STATUSES = (401, 403, 404, 409, 413, 422, 429, 503)


def build_api(services: Backing) -> FastAPI:
    """Described at ``openapi.json``; its page would load scripts from elsewhere, so there is none."""
    faults: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut} for status in STATUSES}
    app = FastAPI(title="deepgrade", version=__version__, docs_url=None, redoc_url=None, responses=faults)
    app.state.services, app.state.tries = services, Tries()
    for part in (people, study, staff):
        app.include_router(part.router)
    add_faults(app)
    return app


def add_api(app: FastAPI, services: Backing) -> None:
    """Answer ``/api/v1/…`` in this application, too."""
    app.mount(PREFIX, build_api(services))
