"""A service as programs meet it: a real server on a free port, two courses, somebody in every role."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from graders.server.operation.running import OPTIONS, application
from graders.server.settings import Settings
from graders.server.store.courses import Course, add_course, set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import finish, lease
from graders.server.store.migrate import migrate
from graders.server.store.people import (
    add_user,
    disable,
    end_logins,
    end_token,
    make_token,
    start_login,
    tokens_of,
    user_by_email,
)
from graders.server.store.queue import Work, cancel, hand_in
from graders.server.web.reading import course_folder
from graders.server.web.safety import COOKIE
from graders.server.web.services import Services
from graders.server.workers.port import WorkerStatus
from tests.server.handing_in import report
from tests.small_course import UNIT

PASSWORD = "a long enough password"
ROLES = ("anonymous", "student", "classmate", "stranger", "assistant", "instructor", "admin")
NOBODY = ("ended", "disabled")  # were students of the course: to them everything answers as to ``anonymous``


class NoWorkers:
    """Nobody grades; the queue only is told."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(self, public_id: str) -> None:
        pass

    def cancel(self, public_id: str) -> bool:
        return cancel(self.store, public_id)

    def status(self) -> tuple[WorkerStatus, ...]:
        return ()

    def capacity(self) -> int:
        return 1


@contextlib.contextmanager
def answering(app: FastAPI) -> Iterator[str]:
    """The application behind a real socket."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, **OPTIONS))
        thread = threading.Thread(target=server.run, args=([sock],))
        thread.start()
        try:
            deadline = time.monotonic() + 30
            while not server.started:
                assert time.monotonic() < deadline, "it did not start"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@dataclass(frozen=True)
class Site:
    """``student`` has handed in ``done``, which is graded, and ``waits``."""

    url: str
    store: Store
    app: FastAPI
    services: Services
    tokens: dict[str, str]
    cookies: dict[str, str]
    done: str
    waits: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))  # one: making it takes long

    def ask(self, method: str, path: str, role: str = "anonymous", **options: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}
        headers |= options.pop("headers", {})  # type: ignore[arg-type]
        self.client.cookies.clear()
        return self.client.request(method, f"{self.url}{path}", headers=headers, **options)  # type: ignore[arg-type]

    def browse(self, method: str, path: str, role: str = "anonymous", **options: object) -> httpx.Response:
        """As a browser on one of the site's own pages sends it; of what never ends only the head is read."""
        headers = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"} | options.pop("headers", {})  # type: ignore[operator]
        headers |= {"Cookie": f"{COOKIE}={self.cookies[role]}"} if role in self.cookies else {}
        self.client.cookies.clear()
        with self.client.stream(method, f"{self.url}{path}", headers=headers, **options) as answer:  # type: ignore[arg-type]
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                answer.read()
            return answer


@contextlib.contextmanager
def opened_site(data: Path, root: Path) -> Iterator[Site]:
    """The whole application on a port, with the course at ``root``, another one, and somebody in every role."""
    url = f"sqlite:///{data}/deepgrade.db"
    store = open_store(url)
    migrate(store)
    ours, other = add_course(store, "dl", str(root), {"en": "Paper", "ko": "종이"}), add_course(store, "ml", "/no")
    tokens, cookies = _people(store, ours, other)
    student = user_by_email(store, "student@example.org")
    assert student is not None
    done = hand_in(store, Work(ours.id, student.id, UNIT, f"{UNIT}.py", b"# done\n"))
    leased = lease(store, "test")
    assert leased is not None
    assert finish(store, leased.id, leased.token, report("Student", exercise=(UNIT, "Scale")))
    waits = hand_in(store, Work(ours.id, student.id, UNIT, f"{UNIT}.py", b"# waits\n"))
    services = Services(store, NoWorkers(store), Settings(data, url), course_folder)
    app = application(services)
    with answering(app) as address:
        found = Site(address, store, app, services, tokens, cookies, done.public_id, waits.public_id)
        with found.client:
            yield found
    store.close()


def _people(store: Store, ours: Course, other: Course) -> tuple[dict[str, str], dict[str, str]]:
    """Tokens and cookies by role; those of ``NOBODY`` are of no use."""
    tokens, cookies, ids = {}, {}, {}
    for role in (*ROLES[1:], *NOBODY):
        user = add_user(store, f"{role}@example.org", role.title(), PASSWORD, is_admin=role == "admin")
        tokens[role], ids[role] = make_token(store, user.id, "test"), user.id
        cookies[role] = start_login(store, user.id).token
    for staff in ("assistant", "instructor"):
        set_role(store, ours.id, ids[staff], staff)
    for student in ("student", "classmate", *NOBODY):
        set_role(store, ours.id, ids[student], "student")
    set_role(store, other.id, ids["stranger"], "student")
    end_logins(store, ids["ended"])
    assert end_token(store, ids["ended"], tokens_of(store, ids["ended"])[0].key)
    disable(store, ids["disabled"])
    cookies["disabled"] = start_login(store, ids["disabled"]).token  # as if one had been forgotten
    return tokens, cookies


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("service"), template) as found:
        yield found
