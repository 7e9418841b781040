"""A service as programs meet it: a real server on a free port, two courses, somebody in every role."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from graders.server.operation.health import add_health
from graders.server.settings import Settings
from graders.server.store.courses import add_course, set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import finish, lease
from graders.server.store.migrate import migrate
from graders.server.store.people import add_user, make_token
from graders.server.store.queue import Work, cancel, hand_in
from graders.server.web.api.app import PREFIX, build_api
from graders.server.web.reading import course_folder
from graders.server.web.services import Services
from graders.server.workers.port import WorkerStatus
from tests.server.handing_in import report
from tests.small_course import UNIT

PASSWORD = "a long enough password"
ROLES = ("anonymous", "student", "classmate", "stranger", "assistant", "instructor", "admin")


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
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
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
    tokens: dict[str, str]
    done: str
    waits: str

    def ask(self, method: str, path: str, role: str = "anonymous", **options: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}
        headers |= options.pop("headers", {})  # type: ignore[arg-type]
        return httpx.request(method, f"{self.url}{path}", headers=headers, timeout=30, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("service")
    url = f"sqlite:///{data}/deepgrade.db"
    store = open_store(url)
    migrate(store)
    ours, other = add_course(store, "dl", str(template), {"en": "Paper", "ko": "종이"}), add_course(store, "ml", "/no")
    tokens, ids = {}, {}
    for role in ROLES[1:]:
        user = add_user(store, f"{role}@example.org", role.title(), PASSWORD, is_admin=role == "admin")
        tokens[role], ids[role] = make_token(store, user.id, "test"), user.id
    for role in ("assistant", "instructor"):
        set_role(store, ours.id, ids[role], role)
    for role, course in (("student", ours), ("classmate", ours), ("stranger", other)):
        set_role(store, course.id, ids[role], "student")
    done = hand_in(store, Work(ours.id, ids["student"], UNIT, f"{UNIT}.py", b"# done\n"))
    leased = lease(store, "test")
    assert leased is not None
    assert finish(store, leased.id, leased.token, report("Student", exercise=(UNIT, "Scale")))
    waits = hand_in(store, Work(ours.id, ids["student"], UNIT, f"{UNIT}.py", b"# waits\n"))
    app = FastAPI(openapi_url=None)
    services = Services(store, NoWorkers(store), Settings(data, url), course_folder)
    app.mount(PREFIX, build_api(services))
    add_health(app, services)
    with answering(app) as address:
        yield Site(address, store, app, tokens, done.public_id, waits.public_id)
    store.close()
