"""One process that grades: lease, grade, write the result under the lease's token; a thread says that it lives."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Protocol

from graders.host.priority import stand_back
from graders.messages.errors import (
    BrokenError,
    BusyError,
    CourseError,
    DeepgradeError,
    DiskError,
    SandboxError,
    UsageError,
)
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import LEASE_S, Leased, finish, give_up, heartbeat, lease
from graders.server.store.queue import KINDS, Kind
from graders.server.store.work import keys_of
from graders.server.workers.port import Graded

__all__ = ["Grades", "Orders", "Worker", "main"]

POLL_S = 0.5  # how often the queue is looked at where nobody says that there is something new
AGAIN_S = 0.2  # after a heartbeat that the database did not take
JOB_S = 900.0  # a grader that is at one submission for longer hangs; an honest one takes seconds
REFUSED, HUNG = 3, 4  # exit codes
STOP = b"s"


@dataclass(frozen=True)
class Orders:
    """What a worker is told when it starts: one line on its standard input, for the URL may hold a password."""

    name: str
    database: str
    sandbox: str = "auto"
    roots: tuple[str, ...] = ()  # courses whose graders are opened before it is ready
    kinds: tuple[Kind, ...] = KINDS
    lease_s: float = LEASE_S
    grace_s: float = 20.0
    nice: int = 0  # how far it stands back for others who want a processor
    jobs: int = 1000  # then it ends, and another begins: what leaks, leaks for a while only

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def from_line(line: bytes) -> Orders:
        data: dict[str, Any] = json.loads(line)
        return Orders(**{**data, "roots": tuple(data["roots"]), "kinds": tuple(data["kinds"])})


class Grades(Protocol):
    """What a worker grades with."""

    def open(self, root: str) -> object: ...

    def grade(self, job: Leased, known: Mapping[str, bytes]) -> Graded: ...

    def warm(self) -> bool:
        """Something that will be needed; False where nothing is left to be done ahead."""
        ...

    def close(self) -> None: ...


class Worker:
    """``run`` until somebody says stop; everything that is asked from outside comes through ``wake`` and ``stop``."""

    def __init__(
        self,
        store: Store,
        orders: Orders,
        grading: Grades,
        say: Callable[[Mapping[str, Any]], None] = lambda what: None,
    ) -> None:
        self.store, self.orders, self.grading, self.say = store, orders, grading, say
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._held: tuple[Leased, float] | None = None

    def run(self) -> None:
        """SandboxError where there is no sandbox: then nothing is leased."""
        for root in self.orders.roots:
            with contextlib.suppress(UsageError, CourseError, BrokenError):  # that is told by what is handed in for it
                self.grading.open(root)
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        self.say({"ready": True})
        done, warms = 0, "submission" in self.orders.kinds
        while not self._stopping.is_set() and done < self.orders.jobs:
            job = self._leased()
            if job is None and not (warms and self.grading.warm()):
                self._wake.wait(POLL_S)
                self._wake.clear()
            elif job is not None:
                self._do(job)
                done += 1

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        """Finish what is in hand; what takes longer than ``grace_s`` goes back into the queue, at nobody's cost."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._wake.set()
            threading.Thread(target=self._leave, name="grace", daemon=True).start()

    def _leased(self) -> Leased | None:
        try:
            return lease(self.store, self.orders.name, kinds=self.orders.kinds, lease_s=self.orders.lease_s)
        except (BusyError, DiskError):  # the database has its own troubles; it is asked again
            return None

    def _do(self, job: Leased) -> None:
        self._held = job, time.monotonic()
        known: dict[str, bytes] = {}
        with contextlib.suppress(BusyError):
            known = keys_of(self.store, job.user_id, job.course_id, job.unit)
        try:
            graded = self.grading.grade(job, known)
        except SandboxError:  # that of a course which was not opened before: nothing is graded without one
            self._persist(lambda: give_up(self.store, job.id, job.token))
            raise
        self._persist(lambda: finish(self.store, job.id, job.token, graded.report, graded.keys))
        self._held = None

    def _persist(self, write: Callable[[], bool]) -> None:
        """Until the database takes it or has given the lease to another."""
        pause_s = 0.1
        while True:
            try:
                write()
                return
            except (BusyError, DiskError):
                time.sleep(pause_s)
                pause_s = min(2 * pause_s, 5.0)

    def _beat(self) -> None:
        pause_s = self.orders.lease_s / 3
        while True:
            time.sleep(pause_s)
            pause_s, held = self.orders.lease_s / 3, self._held
            if held is None:
                continue
            job, since = held
            if time.monotonic() - since > JOB_S:
                os._exit(HUNG)
            try:
                heartbeat(self.store, job.id, job.token, lease_s=self.orders.lease_s)
            except DeepgradeError:  # it says so as soon as the database is there again
                pause_s = min(pause_s, AGAIN_S)

    def _leave(self) -> None:
        time.sleep(self.orders.grace_s)
        held = self._held
        if held is not None:
            with contextlib.suppress(DeepgradeError):
                give_up(self.store, held[0].id, held[0].token)
        os._exit(0)


def main(grading: Callable[[str], Grades]) -> int:
    """The process; its standard input tells it to look, to stop, and by its end that nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    say = partial(_say, os.dup(1))
    os.dup2(2, 1)  # whatever a course prints is for the log
    orders = Orders.from_line(_first_line())
    stand_back(orders.nice)
    store, grades = open_store(orders.database), None
    try:
        grades = grading(orders.sandbox)
        worker = Worker(store, orders, grades, say)
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        threading.Thread(target=_listen, args=(worker,), name="listener", daemon=True).start()
        worker.run()
    except SandboxError as error:
        say({"refused": error.message.to_dict()})
        return REFUSED
    finally:
        if grades is not None:
            grades.close()
        store.close()
    return 0


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        one = os.read(0, 1)
        if not one:
            sys.exit(0)
        line += one
    return line


def _listen(worker: Worker) -> None:
    while said := os.read(0, 1024):
        if STOP in said:
            break
        worker.wake()
    worker.stop()


def _say(where: int, what: Mapping[str, Any]) -> None:
    """A line for whoever has started it; nobody may be there any more."""
    with contextlib.suppress(OSError):
        os.write(where, json.dumps(what).encode() + b"\n")
