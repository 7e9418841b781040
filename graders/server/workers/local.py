"""Processes on this machine that grade: started, watched, started again when they end, and stopped.

Whoever watches also keeps the leases: it takes back at once what a dead process held, and in time what any other held.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graders.messages.errors import BrokenError, DeepgradeError, SandboxError
from graders.messages.message import Message
from graders.server.store import leases, queue
from graders.server.store.engine import Store
from graders.server.workers.port import WorkerStatus
from graders.server.workers.worker import STOP, Orders

__all__ = ["COMMAND", "LocalWorkers"]

LOG = logging.getLogger("deepgrade.workers")
COMMAND = (sys.executable, "-P", "-m", "graders.server.workers.process")
WATCH_S = 0.1
EXPIRE_S = 2.0
PAUSE_S = 0.1  # before the next start; twice as long each time that one ends before it is ready
MOST_PAUSE_S = 30.0
START_S = 120.0  # the first start on a machine tries every limit of the sandbox
LEAP_S = 5.0  # wall time that went by and time did not


@dataclass
class _Slot:
    """A place for one process, and the one that has it now."""

    number: int
    orders: Orders
    name: str = ""
    process: subprocess.Popen[bytes] | None = None
    state: str = "waiting"
    since: float = 0.0
    again: float = 0.0  # monotonic: when the next one is started
    ended: int = 0
    in_a_row: int = 0
    said: bytes = field(default=b"", repr=False)


class LocalWorkers:
    """``Workers`` as local processes, told by ``orders``; ``quarantined`` is told what ended its grader three times.

    ``checkers``: that many more, which take nothing but checks, and stand back for nobody: whoever waits for a check
    sits before it, and must not wait until a whole unit is graded.
    """

    def __init__(
        self,
        store: Store,
        orders: Orders,
        count: int = 1,
        *,
        checkers: int = 0,
        command: Sequence[str] = COMMAND,
        quarantined: Callable[[Sequence[str]], None] = lambda ids: None,
    ) -> None:
        self.store, self.orders, self.command, self._quarantined = store, orders, tuple(command), quarantined
        quick = replace(orders, kinds=("check",), nice=0)
        self._slots = [_Slot(number + 1, orders if number < count else quick) for number in range(count + checkers)]
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._refused: Message | None = None
        self._watcher = threading.Thread(target=self._watch, name="workers", daemon=True)

    def start(self, *, wait_s: float = START_S) -> bool:
        """Whether all are ready, and not stopped before; SandboxError without a sandbox, BrokenError if they end."""
        self._watcher.start()
        deadline = time.monotonic() + wait_s
        while any(one.state != "ready" for one in self.status()) and not self._stopping.is_set():
            refused = self._refused
            if refused is not None or time.monotonic() > deadline:
                ended = sum(slot.ended for slot in self._slots)
                self.stop(0)
                if refused is not None:
                    raise SandboxError(refused.id, **refused.params)
                raise BrokenError("server.workers_ended", count=ended, seconds=f"{wait_s:g}")
            time.sleep(0.02)
        return not self._stopping.is_set()

    def submit(self, public_id: str = "") -> None:
        """There is something new: whoever waits looks at once."""
        with self._lock:
            for slot in self._slots:
                _tell(slot, b"\n")

    def cancel(self, public_id: str) -> bool:
        return queue.cancel(self.store, public_id)

    def status(self) -> tuple[WorkerStatus, ...]:
        with self._lock:
            return tuple(map(_status, self._slots))

    def capacity(self) -> int:
        return sum(one.state == "ready" and not one.checks_only for one in self.status())

    def stop(self, grace_s: float | None = None) -> None:
        """They finish what is in hand, or put it back; who does not end then is killed, and its lease taken back."""
        grace_s = self.orders.grace_s if grace_s is None else grace_s
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        deadline = time.monotonic() + grace_s + 2
        for slot in self._slots:
            _tell(slot, STOP)
        for slot in self._slots:
            if slot.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    slot.process.wait(max(0.0, deadline - time.monotonic()))
                _end(slot)
                with contextlib.suppress(DeepgradeError):
                    self._quarantine(leases.release(self.store, slot.name))
            slot.state = "stopped"

    # --- the thread that watches -------------------------------------------------------------------------------------

    def _watch(self) -> None:
        ahead, next_expiry = _ahead(self.store), 0.0
        while not self._stopping.is_set():
            try:
                for slot in self._slots:
                    with self._lock:
                        self._look_after(slot)
                if time.monotonic() >= next_expiry:
                    next_expiry = time.monotonic() + EXPIRE_S
                    ahead = self._expire(ahead)
            except Exception:  # whatever it is, who watches goes on watching
                LOG.exception("the watch over the grading processes failed; it goes on")
            self._stopping.wait(WATCH_S)

    def _expire(self, ahead: float) -> float:
        """Take back what has run out, unless it was the clock that ran; how far it is ahead now."""
        now = _ahead(self.store)
        with contextlib.suppress(DeepgradeError):  # the database has its own troubles; the next look comes soon
            if now - ahead > LEAP_S:
                leases.renew_all(self.store, lease_s=self.orders.lease_s)
            self._quarantine(leases.expire(self.store, lease_s=self.orders.lease_s))
            return now
        return -math.inf  # nobody could say that they live: the next look renews all first

    def _look_after(self, slot: _Slot) -> None:
        if slot.process is None:
            if time.monotonic() >= slot.again:
                self._begin(slot)
            return
        status = slot.process.poll()
        self._hear(slot)  # after that: what it said before it ended is heard
        if status is None:
            return
        try:
            self._quarantine(leases.release(self.store, slot.name))
        except DeepgradeError:
            return  # it is asked again; nobody has this name any more
        slot.ended += status != 0
        slot.in_a_row = 0 if slot.state == "ready" else slot.in_a_row + 1
        slot.again = time.monotonic() + min(MOST_PAUSE_S, PAUSE_S * 2**slot.in_a_row)
        _end(slot)

    def _begin(self, slot: _Slot) -> None:
        """A name of its own for every process: what is released is what exactly this one held."""
        slot.name = f"{os.uname().nodename}-{slot.number}-{secrets.token_hex(4)}"
        slot.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the service
        )
        assert slot.process.stdout is not None
        os.set_blocking(slot.process.stdout.fileno(), False)
        slot.state, slot.since, slot.said = "starting", self.store.clock(), b""
        assert slot.process.stdin is not None
        os.set_blocking(slot.process.stdin.fileno(), False)  # a line fits into it whole
        _tell(slot, replace(slot.orders, name=slot.name).to_line())

    def _hear(self, slot: _Slot) -> None:
        """What it has said since: that it is ready, or why it refuses."""
        assert slot.process is not None
        assert slot.process.stdout is not None
        with contextlib.suppress(BlockingIOError):
            while said := os.read(slot.process.stdout.fileno(), 4096):
                slot.said = (slot.said + said)[-65536:]
        *lines, slot.said = slot.said.split(b"\n")
        for line in lines:
            data: dict[str, Any] = json.loads(line)
            if "ready" in data:
                slot.state = "ready"
            elif "refused" in data:
                self._refused = Message.from_dict(data["refused"])

    def _quarantine(self, ids: Sequence[str]) -> None:
        if ids:
            self._quarantined(ids)


def _ahead(store: Store) -> float:
    """How far wall time is ahead of a clock that nobody sets and that stands still while the machine sleeps."""
    return store.clock() - time.monotonic()


def _status(slot: _Slot) -> WorkerStatus:
    pid = slot.process.pid if slot.process else None
    return WorkerStatus(slot.name, slot.state, pid, slot.since, slot.ended, slot.orders.kinds == ("check",))


def _tell(slot: _Slot, what: bytes) -> None:
    """Never waits for it to listen: a pipe that is full says all there is to say."""
    if slot.process is not None and slot.process.stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            os.write(slot.process.stdin.fileno(), what)


def _end(slot: _Slot) -> None:
    """Nothing of the process is left, and the place is free."""
    if slot.process is None:
        return
    if slot.process.poll() is None:
        slot.process.kill()
        slot.process.wait()
    for pipe in (slot.process.stdin, slot.process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    slot.process, slot.state = None, "waiting"
