"""The ``bubblewrap`` backend: the guest in its own namespaces, unprivileged, with almost nothing visible.

If root starts it, bubblewrap stays root only until the files are in place; the guest's first act is to switch to its
own uid for good. Otherwise bubblewrap creates a user namespace.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from graders.host.priority import of_session
from graders.messages.errors import DeviceError, SandboxError
from graders.sandbox.bubblewrap_start import Started, Starter, remedy, start
from graders.sandbox.contract import Batch, Outcome, Result
from graders.sandbox.guest.seccomp import MACHINES
from graders.sandbox.interpreter import GuestPython, find_guest
from graders.sandbox.session import Session, Transcript
from graders.sandbox.slots import Slot, end_orphans, lease_slot

if TYPE_CHECKING:
    from graders.sandbox.cgroups import Group, Tree

__all__ = ["Bubblewrap"]

DEATH_S = 10.0
# What a whole sandbox may use, if a control group bounds it: the limit of its hungriest exercise, twice what the guest
# uses after its imports (once for itself, once for a child that touches all of it), the inputs, and this margin for the
# kernel's own accounting. So a single process hits its own limit first, and the student is told the line.
MARGIN_MB = 64
MARGIN_PROCESSES = 4
CPUS = 1.0
LOOKING = "no control group of this host is ours to use, so the guest itself looks every 50 ms"


class Bubblewrap:
    """Namespaces, a read-only file tree, no network, seccomp, limits per process."""

    name = "bubblewrap"
    required: tuple[str, ...] = (
        *("network", "files", "environment", "privileges", "neighbours", "supervisor"),
        *("pids", "wall", "output", "memory", "programs"),
    )
    best_effort: tuple[str, ...] = ("job_memory", "landlock")

    def __init__(self, course: Path | None = None, program: str = "bwrap") -> None:
        self.program = program
        self._course = course
        self._found: GuestPython | None = None
        self.missing = self.best_effort  # until ``check`` has tried them
        self.trees: tuple[Tree, ...] | None = None  # where control groups can be made; looked up on first use
        self._looking = threading.Lock()
        self._starter = Starter()

    @property
    def guest(self) -> GuestPython:
        if self._found is None:
            self._found = find_guest(self._course)
        return self._found

    def open(self, needs: tuple[str, ...] = ()) -> BubblewrapSandbox:
        """A guest in a fresh sandbox, imports done. Raises ``SandboxError`` if it does not get that far."""
        if "cuda" in needs:
            raise DeviceError("device.not_in_bubblewrap")
        if os.uname().machine not in MACHINES:
            raise SandboxError("sandbox.architecture", machine=os.uname().machine, known=", ".join(MACHINES))
        path = shutil.which(self.program)
        if path is None:
            raise SandboxError("sandbox.not_installed", program="bubblewrap", command="apt-get install bubblewrap")
        sandbox = self._started(path, needs, self._new_group())
        if not sandbox.join_group():
            sandbox.close()
            self.trees = ()  # groups can be created, but no process may be moved into them
            sandbox = self._started(path, needs, None)
        sandbox.wait_ready()
        return sandbox

    def _started(self, path: str, needs: tuple[str, ...], group: Group | None) -> BubblewrapSandbox:
        with contextlib.ExitStack() as undo:
            if group is not None:
                undo.callback(group.remove)
            slot = lease_slot() if os.getuid() == 0 else None
            if slot is not None:
                undo.callback(slot.release)
            events = -1 if group is None else group.open_events()
            started = self._starter.call(lambda: start(path, self.guest, slot, needs, events))
            undo.pop_all()
        return BubblewrapSandbox(self, started, slot, group)

    def surroundings(self) -> tuple[str, ...]:
        """What control groups can bound here; removes those that dead graders left first."""
        from graders.sandbox.cgroups import find_trees, sweep

        with self._looking:
            if self.trees is None:
                self.trees = find_trees()
                sweep(self.trees)
                end_orphans()
            return tuple(name for tree in self.trees for name in tree.controllers)

    def _new_group(self) -> Group | None:
        from graders.sandbox.cgroups import Group

        self.surroundings()
        try:
            return Group(self.trees) if self.trees else None
        except OSError:
            self.trees = ()
            return None

    def check(self) -> None:
        """Try every promised limit (once per boot); raise ``SandboxError`` naming those that do not hold."""
        from graders.sandbox.doctor import require

        self.missing = require(self)


def _weight(batch: Batch) -> int:
    """Bytes of all inputs."""
    given = (inputs for job in batch.jobs for runs in (job.public, job.hidden) for _, inputs in runs)
    return sum(int(getattr(value, "nbytes", 0)) for inputs in given for value in inputs.values())


class BubblewrapSandbox:
    """One guest for one batch."""

    def __init__(
        self,
        backend: Bubblewrap,
        started: Started,
        slot: Slot | None,
        group: Group | None,
    ) -> None:
        self.backend, self.slot, self.group = backend, slot, group
        self.process, self._first = started
        self._used = False
        self._session = Session(self.process, self._end)
        self._began, self._start_s = time.monotonic(), 0.0

    def join_group(self) -> bool:
        """Move both existing processes into the group, if there is one; False if that is not allowed.

        The move waits for the kernel (10 ms on an idle host) while the guest is importing: no student's code is running
        yet, and everything started later is in the group from its beginning.
        """
        if self._first is not None:
            of_session(self._first[0])
        if self.group is None or self._first is None:
            return True
        try:
            for pid in (self.process.pid, self._first[0]):
                self.group.add(pid)
        except ProcessLookupError:  # it did not start: waiting for it shows why
            return True
        except OSError:
            return False
        return True

    def wait_ready(self) -> None:
        """Wait until the imports are done. Raises ``SandboxError`` with what the guest said and what helps."""
        try:
            self._session.wait_ready()
            self._start_s = time.monotonic() - self._began
        except SandboxError as error:
            self.close()
            reason = error.params.get("reason", "")
            step = remedy(reason)
            if step is None:
                raise
            raise SandboxError("sandbox.not_started_step", reason=reason, step={"id": step, "params": {}}) from None
        except BaseException:
            self.close()
            raise

    def run(self, batch: Batch) -> Result:
        """Run the batch; the sandbox is dead before a byte of its answers is read."""
        if self._used:
            raise SandboxError("sandbox.used")
        from graders.sandbox.outcome import build_record

        self._used = True
        self._fit(batch)
        transcript = self._session.converse(batch)
        outcomes = self._read(batch, transcript)
        weaker = {} if self.group is not None and "memory" in self.group.controllers else {"job_memory": LOOKING}
        missing = tuple(dict.fromkeys((*self.backend.missing, *weaker)))
        record = build_record(self.backend, batch, outcomes, missing, self._start_s, transcript.wall_s)
        record["uid"] = self.slot.uid if self.slot is not None else os.getuid()
        record["groups"] = list(self.group.controllers) if self.group is not None else []
        record |= {"landlock": self._session.ready["landlock"], "weaker": weaker}
        record |= {"exit": transcript.ending, "said": transcript.last_words}
        return Result(outcomes, record)

    def _fit(self, batch: Batch) -> None:
        """Bound the group by what this batch may use."""
        if self.group is None:
            return
        largest = max((job.limits.memory_mb for job in batch.jobs), default=0)
        megabytes = largest + 2 * self._session.ready["own_mb"] + MARGIN_MB
        most = max((job.limits.processes for job in batch.jobs), default=0) + MARGIN_PROCESSES
        try:
            self.group.bound((megabytes << 20) + 2 * _weight(batch), most, CPUS)
        except OSError as error:
            self.close()
            raise SandboxError("sandbox.control_group", reason=error.strerror) from None

    def _read(self, batch: Batch, transcript: Transcript) -> tuple[Outcome, ...]:
        """The outcomes; the kernel says which processes it ended because memory ran out."""
        from graders.sandbox.outcome import KILLED, read_outcomes

        kills = 0 if self.group is None else self.group.memory_kills()
        if kills and transcript.ending == "lost":
            transcript.ending = "memory"
        outcomes = read_outcomes(batch, transcript)
        if kills:  # known to be caused by the batch, so trying again would only repeat it
            return tuple(replace(one, outside=one.outside and one.ending != "memory") for one in outcomes)
        if self.group is None or "memory" not in self.group.controllers:
            return outcomes
        return tuple(
            replace(one, ending="crash") if one.ending == "memory" and one.detail == KILLED else one for one in outcomes
        )

    def _end(self) -> None:
        """Kill the first process inside, and with it, in the kernel, all others; then wait for bubblewrap."""
        if self._first is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first[1], signal.SIGKILL)
            os.close(self._first[1])
            self._first = None
        try:
            self.process.wait(DEATH_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def close(self) -> None:
        self._session.close()
        if self.group is not None:
            self.group.remove()
        if self.slot is not None:
            self.slot.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
