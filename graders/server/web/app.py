"""The application: every page and route in one place, and around them what holds for each."""

from __future__ import annotations

from fastapi import FastAPI

from graders.server.web import live
from graders.server.web.assets import static_files
from graders.server.web.errors import include as include_errors
from graders.server.web.pages import class_page, course, people, result, unit
from graders.server.web.safety import Guard
from graders.server.web.services import Services

__all__ = ["build_app"]

UPLOADS = ("/hand-in", "/submissions", "/checks")  # how paths end that take whole files


def build_app(services: Services) -> FastAPI:
    """The service; who has more routes calls their ``include(app, services)``."""
    app = FastAPI(title="deepgrade", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.services = services
    app.add_middleware(Guard, is_upload=lambda path: path.endswith(UPLOADS))
    app.mount("/static", static_files(), name="static")
    include_errors(app, services)
    for module in (people, course, unit, result, class_page, live):
        module.include(app, services)
    return app
