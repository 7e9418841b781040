"""The service as it runs: a real application on a port, a real store in a file, and where asked for a real worker."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser

from graders.courses.course import Course
from graders.server.settings import Settings
from graders.server.store.courses import Course as CourseRow
from graders.server.store.courses import add_course
from graders.server.store.engine import Store, open_store
from graders.server.store.invitations import invite
from graders.server.store.migrate import migrate
from graders.server.store.people import User, add_user, user_by_email
from graders.server.store.queue import cancel
from graders.server.web.app import build_app
from graders.server.web.services import Services
from graders.server.workers.local import LocalWorkers
from graders.server.workers.port import Workers, WorkerStatus
from graders.server.workers.worker import Orders
from tests.jupyterlab.build import build_module
from tests.jupyterlab.running import chromium as launched

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse battery"
UNIT = "u01_perceptron"


@dataclass
class NoWorkers:
    """Nobody grades; what is told is kept."""

    store: Store
    told: list[str] = field(default_factory=list)

    def submit(self, public_id: str) -> None:
        self.told.append(public_id)

    def cancel(self, public_id: str) -> bool:
        return cancel(self.store, public_id)

    def status(self) -> tuple[WorkerStatus, ...]:
        return (WorkerStatus("one", "ready", 1, 0.0, 0),)

    def capacity(self) -> int:
        return 1


@dataclass(frozen=True)
class Site:
    url: str
    store: Store
    course: CourseRow
    services: Services
    browsers: list[httpx.Client] = field(default_factory=list)

    def browser(self) -> httpx.Client:
        """A new one, which sends what browsers send."""
        return self.client(headers={"Origin": self.url})

    def client(self, **options: Any) -> httpx.Client:
        """Whatever sends requests; closed when the site is."""
        self.browsers.append(httpx.Client(base_url=self.url, follow_redirects=False, timeout=20, **options))
        return self.browsers[-1]

    def person(self, name: str, role: str = "student", *, admin: bool = False) -> tuple[User, httpx.Client]:
        """Somebody of the course who is logged in."""
        email = f"{name.lower()}@example.org"
        browser = self.browser()
        if admin:
            user = add_user(self.store, email, name, PASSWORD, is_admin=True)
            assert browser.post("/login", data={"email": email, "password": PASSWORD}).status_code == 303
            return user, browser
        link = "/invitation/" + invite(self.store, self.course.id, role)
        sent = {"email": email, "name": name, "password": PASSWORD, "again": PASSWORD}
        assert browser.post(link, data=sent).status_code == 303
        user_now = user_by_email(self.store, email)
        assert user_now is not None
        return user_now, browser


def new_store(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder}/deepgrade.db")
    migrate(store)
    return store


def served(store: Store, workers: Workers, folder: Path) -> Iterator[Site]:
    """The site on a free port, until the test is over."""
    course = add_course(store, "dl", str(ROOT), {"en": "Deep learning", "ko": "딥러닝"}, term="2026-2")
    settings = Settings(folder, str(store.engine.url))
    known = Course(ROOT)
    services = Services(store, workers, settings, lambda row: known)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(build_app(services), log_level="warning", timeout_graceful_shutdown=1, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    site = Site(f"http://127.0.0.1:{listening.getsockname()[1]}", store, course, services)
    yield site
    for browser in site.browsers:
        browser.close()
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Without anybody who grades."""
    folder = tmp_path_factory.mktemp("site")
    store = new_store(folder)
    yield from served(store, NoWorkers(store), folder)
    store.close()


@contextmanager
def graded_site(folder: Path) -> Iterator[Site]:
    build_module().build(build_module().PAGES)
    store = new_store(folder)
    workers = LocalWorkers(store, Orders("", str(store.engine.url), roots=(str(ROOT),)), 1)
    workers.start()
    try:
        yield from served(store, workers, folder)
    finally:
        workers.stop(5)
        store.close()


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With a worker that grades in a sandbox, and with the editor and the formulas that npm builds."""
    with graded_site(tmp_path_factory.mktemp("evening")) as site:
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as found:
        yield found
