"""The life of one service: data folder, database, graders, socket, signals."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from graders.courses.course import Course as CourseFolder
from graders.host.disk import refused_write, require_writable
from graders.messages.errors import SandboxError, UsageError
from graders.server.operation.backup import SECRET
from graders.server.operation.health import add_health
from graders.server.operation.patience import Patient
from graders.server.settings import Settings
from graders.server.store.courses import Course, add_course, course_by_slug, courses
from graders.server.store.engine import Store, open_store
from graders.server.store.migrate import migrate
from graders.server.web.app import build_app
from graders.server.web.reading import course_folder
from graders.server.web.services import Services
from graders.server.workers.local import LocalWorkers
from graders.server.workers.worker import Orders

__all__ = ["OPTIONS", "application", "course_added", "listening", "opened", "serve"]

LOCK = "service.lock"
NICE = 3  # for submission graders: pages and checks come first, and have two thirds of a shared processor
OPTIONS: dict[str, Any] = {  # for uvicorn
    "http": Patient,
    "ws": "none",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 5,  # for responses in progress; live pages reconnect by themselves
    "limit_concurrency": 4000,  # connections; further ones get 503
}


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Lock the data folder for this service alone and open its migrated database."""
    data = settings.data
    require_writable(data)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(data / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused_write(data, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise UsageError("server.running", path=str(data)) from None
    os.environ.setdefault("DEEPGRADE_SECRET_FILE", str(data / SECRET))  # for hidden inputs; graders inherit it
    store = open_store(settings.database)
    try:
        migrate(store)
        yield store
    finally:
        store.close()
        os.close(descriptor)


def course_added(store: Store, root: Path) -> Course:
    """The course in this folder, added if it is new. UsageError if it cannot be used for grading."""
    folder = CourseFolder(root.resolve())
    folder.require_reference()
    slug = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")[:64].strip("-") or "course"
    known = course_by_slug(store, slug)
    if known is not None and Path(known.root) == folder.root:
        return known
    return add_course(store, slug, str(folder.root), dict(folder.manifest.title))


@contextlib.contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket at the address; UsageError if it is taken. Port 0 picks any free port."""
    host, port = settings.address
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        sock = socket.socket(found[0], socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError("server.no_address", host=host, port=port, reason=str(error.strerror)) from None
    with sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(found[4])
            sock.listen(512)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise UsageError("server.port_taken", host=host, port=port) from None
            raise UsageError("server.no_address", host=host, port=port, reason=str(error.strerror)) from None
        yield sock


def application(services: Services) -> FastAPI:
    """Everything that answers: pages, API, health checks and metrics."""
    app = build_app(services)
    add_health(app, services)
    return app


def serve(settings: Settings, store: Store, sock: socket.socket, ready: Callable[[], None]) -> None:
    """Run until SIGTERM or Ctrl-C; calls ``ready`` once graders run. SandboxError if they cannot.

    It answers before the graders run: after a crash, nobody has to wait for a sandbox to submit or to read.
    """
    if settings.sandbox == "none":
        raise SandboxError("server.no_sandbox")
    log, roots = structlog.get_logger("deepgrade.service"), tuple(dict.fromkeys(one.root for one in courses(store)))

    def quarantined(ids: Sequence[str]) -> None:
        log.error("quarantined", submissions=list(ids))

    orders = Orders("", settings.database, settings.sandbox, roots, grace_s=settings.grace_s, nice=NICE)
    workers = LocalWorkers(store, orders, settings.workers, checkers=settings.workers, quarantined=quarantined)
    app = application(Services(store, workers, settings, course_folder))
    server = uvicorn.Server(uvicorn.Config(app, **OPTIONS))

    def begun() -> None:
        log.info("started", workers=settings.workers, courses=len(roots))
        ready()

    with _stopped_by(server), _graders(workers, server, begun):
        server.run(sockets=[sock])
        log.info("stopping")
    log.info("stopped")


@contextlib.contextmanager
def _graders(workers: LocalWorkers, server: uvicorn.Server, begun: Callable[[], None]) -> Iterator[None]:
    """Start the graders while the service already answers; if they cannot start, stop it and raise why."""
    faults: list[BaseException] = []

    def start() -> None:
        try:
            if workers.start():
                begun()
        except BaseException as error:
            faults.append(error)
            server.should_exit = True

    thread = threading.Thread(target=start, name="start", daemon=True)
    thread.start()
    try:
        yield
    finally:
        workers.stop()
        thread.join()
    if faults:
        raise faults[0]


@contextlib.contextmanager
def _stopped_by(server: uvicorn.Server) -> Iterator[None]:
    """Make a signal only stop the server, even before uvicorn listens or when uvicorn re-raises it after its end."""

    def stop(*_: object) -> None:
        server.should_exit = True

    former = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
