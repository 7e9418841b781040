"""``/healthz``: the process answers. ``/readyz``: it can accept submissions and grade them. ``/metrics``."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graders.messages.errors import DeepgradeError
from graders.server.operation.metrics import Metrics
from graders.server.store.migrate import revision
from graders.server.store.people import user_of_token
from graders.server.web.services import Services

__all__ = ["add_health"]

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "via")


def add_health(app: FastAPI, services: Services) -> None:
    """Add the routes before the pages, which may match any path; log and count every request."""
    metrics = Metrics(services)

    def healthz() -> Response:
        return PlainTextResponse("ok\n")

    def readyz() -> Response:
        try:
            database = bool(revision(services.store))
        except DeepgradeError:
            database = False
        graders = services.workers.capacity()
        ready = database and graders > 0
        return JSONResponse({"ready": ready, "database": database, "graders": graders}, 200 if ready else 503)

    def figures(request: Request) -> Response:
        if not _may_read(request, services):
            return PlainTextResponse("Not found\n", 404)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    routes: tuple[tuple[str, Callable[..., Response]], ...] = (
        *(("/healthz", healthz), ("/readyz", readyz)),
        ("/metrics", figures),
    )
    for place, (path, answer) in enumerate(routes):
        route = APIRoute(path, answer, methods=["GET"], response_model=None, include_in_schema=False)
        app.router.routes.insert(place, route)
    app.add_middleware(Watched, metrics=metrics)


def _may_read(request: Request, services: Services) -> bool:
    """Allow a request from this machine that came through no proxy, or one with an admin's token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        user = user_of_token(services.store, token.strip())
        return user is not None and user.is_admin
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback and _is_own_name(request)
    except ValueError:
        return False


def _is_own_name(request: Request) -> bool:
    """Whether the Host names this machine itself, so not a foreign name pointed at it (DNS rebinding)."""
    name = request.url.hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Watched:
    """Middleware that times each route by its pattern, not its full path, which identifies people and their work."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics, self.log = app, metrics, structlog.get_logger("deepgrade.requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, live = time.perf_counter(), 500, False

        async def sending(message: Message) -> None:
            nonlocal status, live
            if message["type"] == "http.response.start":
                status = message["status"]
                live = any(
                    name.lower() == b"content-type" and value.startswith(b"text/event-stream")
                    for name, value in message["headers"]
                )
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            took, route = time.perf_counter() - begun, _pattern(scope)
            method = scope["method"] if scope["method"] in METHODS else "other"
            self.metrics.requests.labels(method, route, str(status)).inc()
            if not live:  # event streams last as long as the page is open
                self.metrics.latency.labels(route).observe(took)
            self.log.info("request", method=method, route=route, status=status, ms=round(1000 * took, 1))


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def _pattern(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    return f"{scope.get('root_path', '')}{path}" if path is not None else "other"
