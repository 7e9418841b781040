"""A course's service for tests of who speaks with it: real on a port, graded by hand; and what may stand between."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from graders.reports.report import Report
from graders.server.settings import Settings
from graders.server.store.courses import add_course, course_by_slug, set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import finish, lease
from graders.server.store.migrate import migrate
from graders.server.store.people import add_user, make_token
from graders.server.store.queue import cancel
from graders.server.store.work import Attempt, attempts
from graders.server.web.app import build_app
from graders.server.web.reading import course_folder
from graders.server.web.services import Services
from tests.server.api.conftest import NoWorkers, answering

PASSWORD = "a long enough password"
STUDENTS = {"kim": ["dl"], "lee": ["dl", "ml"], "noh": []}  # and their courses


@dataclass(frozen=True)
class Site:
    """Students: kim in one course, lee in two, noh in none."""

    url: str
    store: Store
    tokens: dict[str, str]
    ids: dict[str, int]

    def attempts(self, name: str = "kim", slug: str = "dl") -> list[Attempt]:
        course = course_by_slug(self.store, slug)
        assert course is not None
        return attempts(self.store, course.id, user_id=self.ids[name])

    def with_new_students(self) -> Site:
        """The same service, with other people under the same names; what waited is taken back."""
        for slug in ("dl", "ml"):
            course = course_by_slug(self.store, slug)
            assert course is not None
            for one in attempts(self.store, course.id):
                cancel(self.store, one.public_id)
        return replace(self, **_students(self.store))

    def grade(self, report: Report) -> str:
        """What has waited longest gets this result."""
        leased = lease(self.store, "test")
        assert leased is not None
        assert finish(self.store, leased.id, leased.token, report)
        return leased.public_id


@contextlib.contextmanager
def remote_site(data: Path, root: Path) -> Iterator[Site]:
    """One course at ``root`` under two names, ``dl`` and ``ml``."""
    url = f"sqlite:///{data}/deepgrade.db"
    store = open_store(url)
    migrate(store)
    for slug in ("dl", "ml"):
        add_course(store, slug, str(root), {"en": "Paper", "ko": "종이"})
    services = Services(store, NoWorkers(store), Settings(data, url), course_folder)
    app = build_app(services)
    with answering(app) as address:
        yield Site(address, store, **_students(store, PASSWORD))
    store.close()


def _students(store: Store, password: str | None = None) -> dict[str, Any]:
    """``tokens`` and ``ids``. With a password they have addresses to log in with."""
    tokens, ids = {}, {}
    for name, slugs in STUDENTS.items():
        address = f"{name}@example.org" if password is not None else f"{secrets.token_hex(8)}@example.org"
        user = add_user(store, address, name.title(), password)
        tokens[name], ids[name] = make_token(store, user.id, "test"), user.id
        for slug in slugs:
            course = course_by_slug(store, slug)
            assert course is not None
            set_role(store, course.id, user.id, "student")
    return {"tokens": tokens, "ids": ids}


@dataclass
class Between:
    """A relay that loses connections that hand something in: the first ``lost`` of them, at the question or answer."""

    target: tuple[str, int]
    lost: int = 0
    at: str = "answer"
    seen: int = 0
    url: str = ""
    threads: list[threading.Thread] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.relay, args=(client,))
            thread.start()
            self.threads.append(thread)

    def relay(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.target, timeout=30) as server, contextlib.suppress(OSError):
            asked = client.recv(1 << 16)
            losing = asked.startswith(b"POST") and self.seen < self.lost
            self.seen += losing
            if losing and self.at == "question":
                server.sendall(asked[:200])
                return
            back = threading.Thread(target=self.back, args=(server, client, losing))
            back.start()
            while asked:
                server.sendall(asked)
                asked = client.recv(1 << 16)
            back.join()

    def back(self, server: socket.socket, client: socket.socket, losing: bool) -> None:
        with contextlib.suppress(OSError):
            while True:
                answer = server.recv(1 << 16)
                if losing or not answer:
                    break
                client.sendall(answer)
            client.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def between(url: str, lost: int, at: str) -> Iterator[Between]:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Between((host, int(port)), lost, at)
        found.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=found.serve, args=(listening,))
        thread.start()
        try:
            yield found
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for one in found.threads:
                one.join()


@dataclass(frozen=True)
class Answer:
    """What something else says to everything."""

    status: int = 200
    body: bytes = b"<html><h1>Welcome</h1></html>"
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None  # said, if it is not that of the body


@dataclass(frozen=True)
class Stranger:
    """Something else that speaks HTTP, and who has sent it what."""

    url: str
    seen: list[tuple[str, str, str]]  # method, path, authorization


@contextlib.contextmanager
def stranger(answer: Answer) -> Iterator[Stranger]:
    """It reads nothing of a body, as whoever refuses it does."""
    seen: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def answered(self) -> None:
            seen.append((self.command, self.path, self.headers.get("Authorization", "")))
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_DELETE = answered  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Stranger(f"http://127.0.0.1:{server.server_address[1]}", seen)
        finally:
            server.shutdown()
            thread.join()


def while_waiting(act: Callable[[], object], site: Site) -> threading.Thread:
    """Do it once something has been handed in."""

    def run() -> None:
        deadline = time.monotonic() + 20
        while not any(one.state == "queued" for one in site.attempts()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        act()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
