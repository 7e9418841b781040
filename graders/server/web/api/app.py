"""The application that answers ``/api/v1``: mounted beside the pages, with errors and a description of its own."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.routing import Mount

from graders import __version__
from graders.server.web.api import account, admin, members, people, staff, study
from graders.server.web.api.faults import add_faults
from graders.server.web.api.shapes import ErrorOut
from graders.server.web.safety import Tries
from graders.server.web.services import Services

__all__ = ["PREFIX", "add_api", "build_api"]

PREFIX = "/api/v1"
STATUSES = (401, 403, 404, 409, 413, 422, 429, 503)


def build_api(services: Services) -> FastAPI:
    """Described at ``openapi.json``; its page would load scripts from elsewhere, so there is none."""
    faults: dict[int | str, dict[str, Any]] = {status: {"model": ErrorOut} for status in STATUSES}
    app = FastAPI(title="deepgrade", version=__version__, docs_url=None, redoc_url=None, responses=faults)
    app.state.services = services
    app.state.by_name, app.state.by_host = Tries(services.clock, 10), Tries(services.clock, 300)
    for part in (people, account, study, staff, members, admin):
        app.include_router(part.router)
    add_faults(app)
    return app


def add_api(app: FastAPI, services: Services) -> None:
    """Answer ``/api/v1/…`` in this application, too."""
    app.router.routes.insert(0, Mount(PREFIX, app=build_api(services)))  # before pages that take every address
