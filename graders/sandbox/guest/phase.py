"""One phase of one exercise inside the guest, in a forked child with its own pipes and limits.

No fork, resource or fcntl at import, so that the guest also starts on Windows.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from graders.sandbox.guest.frames import ANSWER, BEGIN, END, HIDDEN, STDERR, STDOUT

__all__ = ["PRINTED_CAP", "Ended", "Forked", "Order", "Outside", "write_all"]

PRINTED_CAP = 4 << 20  # bytes a student may print before the child is ended
PIECE = 1 << 18
CAME_TO_ITS_END, FAILED = 0, 70  # exit codes of a child
STRETCH = 3  # times its wall clock that an exercise may take where others hold the processors meanwhile
SAMPLE_S = 0.05  # between two looks at the memory of all processes; two cores fill some 200 MB in that time


class Order(NamedTuple):
    """``work(send)`` makes the runs; ``limits`` are those of ``contract.Limits`` as a dict."""

    job: int
    phase: int
    limits: dict[str, Any]
    work: Callable[[Callable[[bytes], None]], None]
    walled: bool = True


class Ended(NamedTuple):
    """How a phase ended; ``began``: the child answered at all, so the student's module had been imported.

    ``used_s``: its time without waiting, for a processor or for somebody to take its answers.
    """

    well: bool
    began: bool
    used_s: float


class Outside(Protocol):
    """What a phase needs of the supervisor's two ends."""

    inside: int

    def say(self, kind: int, phase: int, job: int, body: bytes = b"") -> None: ...


def write_all(fd: int, data: bytes, write: Callable[[int, memoryview], int] = os.write) -> None:
    view = memoryview(data)
    while view:
        view = view[write(fd, view) :]


class Forked:
    """A child per phase (Linux). ``alone``: this is the first process of a pid namespace and may kill all others.

    ``events``: the memory events of the control group that counts for the whole sandbox, -1 where there is none.
    """

    def __init__(self, talk: Outside, *, alone: bool, others: int, events: int = -1) -> None:
        from graders.sandbox.guest import limits

        self.talk, self.limits, self.others, self.events = talk, limits, others, events
        self.alone = alone and os.getpid() == 1
        self.walls = limits.build_walls() if alone else None
        self.own_mb = 0
        self.weigh()
        if not self.alone:
            limits.adopt_orphans()

    @property
    def ready(self) -> dict[str, int]:
        """What outside is told before a student's code is near."""
        fence = 0 if self.walls is None else self.walls.landlock
        return {"landlock": fence, "own_mb": self.own_mb, "stretch": STRETCH}

    def weigh(self) -> None:
        """What is imported by now is not the students' memory."""
        self.own_mb = self.limits.private_memory_mb("self")

    def memory_kills(self) -> int:
        return self.limits.memory_kills(self.events) if self.events >= 0 else 0

    def run(self, order: Order) -> Ended:
        """Run the phase, pass on what it says, and leave no process behind."""
        self.talk.say(BEGIN, order.phase, order.job)
        pipes = [os.pipe() for _ in range(3)]
        started, kills = time.monotonic(), self.memory_kills()
        child = os.fork()
        if child == 0:
            self._child(order, [write for _, write in pipes])
        for _, write in pipes:
            os.close(write)
        drain = _Drain(self, order, child, [read for read, _ in pipes])
        ending = drain.until(started)
        wall_s = time.monotonic() - started
        used_s = max(0.0, wall_s - self.limits.waited_s(child) - drain.held_s)
        status, usage = self._bury(child)
        if ending in ("exit", "time") and self.memory_kills() > kills:
            ending = "memory"
        code = os.waitstatus_to_exitcode(status)
        body = {"ending": ending, "code": code, "wall_s": wall_s, "used_s": used_s}
        body["max_rss_mb"] = usage.ru_maxrss / 1024
        self.talk.say(END, order.phase, order.job, json.dumps(body).encode())
        if self.alone:
            self.limits.tidy()
        return Ended(ending == "exit" and code == CAME_TO_ITS_END, drain.began, used_s)

    def _child(self, order: Order, writes: list[int]) -> None:
        """Never returns."""
        code = FAILED
        try:
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            shown = order.phase != HIDDEN  # what a hidden run prints goes nowhere
            for target, source in enumerate((null, writes[1] if shown else null, writes[2] if shown else null)):
                os.dup2(source, target)
            os.dup2(writes[0], 3)
            sys.stdin, sys.stdout, sys.stderr = io.StringIO(), _printer(1), _printer(2)
            walls = self.walls if order.walled else None
            self.limits.confine(order.limits, walls, alone=self.alone, others=self.others)
            os.closerange(4, 1024)
            order.work(lambda data: write_all(3, data))
            sys.stdout.flush()
            sys.stderr.flush()
            code = CAME_TO_ITS_END
        except BaseException as error:  # a limit that struck in our own lines: the code says that it did not end well
            with contextlib.suppress(BaseException):
                os.write(2, f"{type(error).__name__}: {error}\n".encode()[:1000])
        finally:
            os._exit(code)

    def kill(self, child: int | None) -> None:
        """Kill the child (unless it is buried) and all that it started."""
        if self.alone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            return
        if child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _bury(self, child: int) -> tuple[int, Any]:
        """Wait for every process that is left: the child's own status and use of resources."""
        found: tuple[int, Any] | None = None
        while True:
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                assert found is not None
                return found
            if pid == child:
                found = status, usage
            self.kill(None)  # orphans of orphans


def _printer(fd: int) -> io.TextIOWrapper:
    return open(fd, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


class _Drain:
    """Passes on what a child says until it is dead, too late or too loud; whatever it left is killed then."""

    def __init__(self, owner: Forked, order: Order, child: int, reads: list[int]) -> None:
        self.owner, self.order, self.child = owner, order, child
        self.kinds = dict(zip(reads, (ANSWER, STDOUT, STDERR), strict=True))
        self.room = {ANSWER: order.limits["answer_mb"] << 20, STDOUT: PRINTED_CAP, STDERR: PRINTED_CAP}
        self.dead = os.pidfd_open(child)
        self.ending, self.weighed, self.began = "", time.monotonic(), False
        self.held_s = 0.0  # while nobody read our output: the child is not to blame

    def until(self, started: float) -> str:
        """``exit``, ``time``, ``output`` or ``memory``."""
        deadline = started + self.order.limits["wall_s"]
        poll, gone = select.poll(), self.owner.talk.inside
        for fd in (*self.kinds, self.dead, gone):
            poll.register(fd, select.POLLIN)
        while not self.ending:
            weighing = self.owner.alone and self.owner.events < 0
            pause = min(SAMPLE_S if weighing else math.inf, max(0.0, deadline - time.monotonic()))
            for fd, _ in poll.poll(pause * 1000):
                if fd == self.dead:
                    self.ending = self.ending or "exit"
                elif fd == gone:  # the reader is gone
                    self.owner.kill(self.child)
                    os._exit(3)
                elif not self._pass_on(fd):
                    poll.unregister(fd)
            if not self.ending and time.monotonic() >= deadline:
                deadline = self._deadline(started) + self.held_s
                self.ending = "time" if time.monotonic() >= deadline else ""
            self._weigh()
        self._finish()
        return self.ending

    def _deadline(self, started: float) -> float:
        """Time in line for a processor is not its own: a verdict must not depend on who else is grading."""
        wall_s = self.order.limits["wall_s"]
        return float(started + min(STRETCH * wall_s, wall_s + self.owner.limits.waited_s(self.child)))

    def _weigh(self) -> None:
        """All processes together may use what one may; where no control group counts, this looks now and then."""
        now = time.monotonic()
        if self.ending or not self.owner.alone or self.owner.events >= 0 or now < self.weighed + SAMPLE_S:
            return
        self.weighed = now
        if self.owner.limits.job_memory_mb(self.owner.own_mb) > self.order.limits["memory_mb"]:
            self.ending = "memory"

    def _pass_on(self, fd: int) -> bool:
        piece = os.read(fd, PIECE)
        if not piece:
            os.close(fd)
            del self.kinds[fd]
            return False
        kind = self.kinds[fd]
        self.began |= kind == ANSWER
        self.room[kind] -= len(piece)
        if self.room[kind] >= 0:
            before = time.monotonic()
            self.owner.talk.say(kind, self.order.phase, self.order.job, piece)
            self.held_s += time.monotonic() - before
        else:
            self.ending = "output" if self.ending in ("", "exit") else self.ending
        return True

    def _finish(self) -> None:
        """Kill everything; the pipes then end, and what is still in them counts."""
        while True:
            self.owner.kill(self.child)
            if not self.kinds:
                break
            for fd in select.select(list(self.kinds), [], [], 0.05)[0]:
                self._pass_on(fd)
        os.close(self.dead)
