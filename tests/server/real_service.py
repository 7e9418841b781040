"""A real ``deepgrade serve`` that can be killed at any moment and started again, and what belongs to it."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from graders.server.operation.running import course_added
from graders.server.store.courses import Course, set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.migrate import migrate
from graders.server.store.people import add_user, make_token, start_login

WORKER = b"graders.server.workers.process"


@dataclass(frozen=True)
class Student:
    """Somebody with a token for the API and a login for the pages."""

    id: int
    token: str
    cookie: str


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class RealService:
    """Always at the same address; everything that it writes is below ``folder``, its temporary files too."""

    folder: Path
    course: Path
    workers: int = 2
    environment: Mapping[str, str] = field(default_factory=dict)
    data: Path = Path()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        self.data = self.data if self.data.parts else self.folder / "data"
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.data / 'deepgrade.db'}"

    def open_store(self) -> Store:
        store = open_store(self.database)
        migrate(store)
        return store

    def people(self, store: Store, count: int) -> tuple[Course, list[Student]]:
        """The course, and students in it."""
        course, found = course_added(store, self.course), []
        for number in range(count):
            user = add_user(store, f"student{number}@example.org", f"Student {number}")
            set_role(store, course.id, user.id, "student")
            found.append(Student(user.id, make_token(store, user.id, "test"), start_login(store, user.id).token))
        return course, found

    # --- its life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        words = ("serve", "--data", str(self.data), "--course", str(self.course), "--lang", "en")
        words += ("--port", str(self.port), "--workers", str(self.workers))
        homes = {"XDG_STATE_HOME": str(self.folder / "state"), "TMPDIR": str(self.temporary), "SERVICE_MARK": self.mark}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "graders.cli", *words],
                env={**os.environ, **homes, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self, limit_s: float = 120.0) -> None:
        """Until somebody grades."""
        self._wait("readyz", limit_s)

    def wait_answer(self, limit_s: float = 120.0) -> None:
        """Until it answers; graders may be starting still."""
        self._wait("healthz", limit_s)

    def _wait(self, page: str, limit_s: float) -> None:
        deadline = time.monotonic() + limit_s
        while not self._says(page):
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < deadline, self.log.read_text()[-4000:]
            time.sleep(0.05)

    def _says(self, page: str) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/{page}", timeout=2).status_code == 200
        return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, limit_s: float = 60.0) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit_s)

    def end(self) -> None:
        """Nothing of it is left, whatever state it is in."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        for pid in self.own():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    # --- its end at any moment ---------------------------------------------------------------------------------------

    def strike(self, what: str, chance: random.Random, limit_s: float = 30.0) -> bool:
        """SIGKILL for ``service``, a ``worker``, or something ``below`` one; False where there was none to be hit."""
        if what == "service":
            self.kill()
            return True
        find, still = (self.graders, WORKER) if what == "worker" else (self.below_graders, b"")
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            victims = find()
            if victims and kill_one(chance.choice(victims), still):
                return True
            time.sleep(0.01)
        return False

    def leftovers(self) -> list[str]:
        """What is still there after it was stopped as one should: processes, temporary files, half-written ones."""
        left = [f"process {pid}" for pid in self.own()]
        left += [str(path) for path in self.temporary.iterdir()]
        return left + [str(path) for path in self.data.iterdir() if path.name.startswith(".")]

    # --- its processes -----------------------------------------------------------------------------------------------

    def own(self) -> list[int]:
        """Every process that carries its mark: the service, its workers and their copies, orphans as well."""
        wanted = f"SERVICE_MARK={self.mark}".encode()
        return [pid for pid in pids() if wanted in read_proc(pid, "environ").split(b"\0")]

    def graders(self) -> list[int]:
        """Worker processes, and not the copies that read uploads."""
        own = [pid for pid in self.own() if WORKER in read_proc(pid, "cmdline")]
        return [pid for pid in own if parent_of(pid) not in own]

    def below_graders(self) -> list[int]:
        """What works for them: sandboxes and what is in them, copies that read uploads."""
        graders = set(self.graders())
        parents = {pid: parent_of(pid) for pid in pids()}
        return [pid for pid in parents if pid not in graders and graders & set(ancestors(pid, parents))]


def pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def read_proc(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def parent_of(pid: int) -> int:
    fields = read_proc(pid, "stat").rpartition(b") ")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def ancestors(pid: int, parents: Mapping[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid


def kill_one(pid: int, still: bytes = b"") -> bool:
    """SIGKILL for exactly this process; ``still``: what its command line must hold. False where it is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if still not in read_proc(pid, "cmdline"):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)
