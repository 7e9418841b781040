"""The ``oci`` backend: the guest in a Docker or Podman container, bounded as a whole by the kernel's control groups.

A container is made for one batch and removed afterwards; those of dead graders are removed at the next start.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Self

from graders.messages.errors import SandboxError
from graders.sandbox.contract import Batch, Limits, Outcome, Result
from graders.sandbox.devices import Device, Lease, find_devices, lease_device
from graders.sandbox.guest.calls import GPU, GUEST
from graders.sandbox.interpreter import cache_folder
from graders.sandbox.oci_engine import Engine, State, find_engine, remedy
from graders.sandbox.oci_leftovers import owner_here, reap
from graders.sandbox.oci_options import container_options, engine_options, guest_command, memory_options
from graders.sandbox.outcome import KILLED, build_record, read_outcomes
from graders.sandbox.session import Session, Transcript
from graders.sandbox.slots import FOLDER, Slot, lease_slot

__all__ = ["Oci"]

IMAGES = {"cpu": "deepgrade-cpu", "cuda": "deepgrade-gpu"}
LIBRARIES_MB = {"": 128, "torch": 512, "cuda": 4096}  # what the guest itself uses before a student's code begins
LEAVES_S = 0.5  # for a finished guest to exit by itself
DEATH_S = 20.0
REAP_AGAIN_S = 60.0
HUNGRY = 0.5  # of the container's memory; a killed process with more ran out of it (Podman does not always know)
REMOVALS = 8  # containers waiting for removal before closing a sandbox waits too


class Oci:
    """A container: no network, read-only files, no capability, our seccomp profile, memory and processes counted."""

    required: tuple[str, ...] = (
        *("network", "files", "environment", "privileges", "neighbours", "supervisor"),
        *("pids", "wall", "output", "memory", "programs"),
    )
    best_effort: tuple[str, ...] = ("job_memory", "landlock")
    # What engines expose; /dev/zero evades no limit here, since shared memory counts for the group.
    shown: tuple[str, ...] = ("/dev/zero", "PATH", "HOSTNAME", "container")

    def __init__(self, engine: str = "", images: dict[str, str] | None = None, cpus: float = 1.0) -> None:
        self.name = engine or "oci"
        self.images = IMAGES | (images or {})
        self.cpus = cpus
        self.missing = self.best_effort  # until ``check`` has tried them
        self._named = engine
        self._engine: Engine | None = None
        self._guard = threading.Lock()
        self._reaped_at = float("-inf")
        self._remover = ThreadPoolExecutor(1, thread_name_prefix="deepgrade removal")
        self._removals: list[Future[None]] = []

    @property
    def engine(self) -> Engine:
        with self._guard:
            if self._engine is None:
                self._engine = find_engine(self._named)
            return self._engine

    @functools.cached_property
    def devices(self) -> tuple[Device, ...]:
        return find_devices()

    def open(self, needs: tuple[str, ...] = ()) -> OciSandbox:
        """A guest in a fresh container, imports done; ``"cuda"`` among the needs waits for its own device."""
        self._reap()
        with contextlib.ExitStack() as undo:
            slot = lease_slot(FOLDER if os.getuid() == 0 else cache_folder() / "slots")
            undo.callback(slot.release)
            lease: Lease | None = None
            if "cuda" in needs:
                lease = lease_device(self.devices)
                undo.callback(lease.release)
            sandbox = OciSandbox(self, slot, lease, needs)
            undo.pop_all()
        sandbox.wait_ready()
        return sandbox

    def check(self) -> None:
        """Try every promised limit (once per boot); raise ``SandboxError`` naming those that do not hold."""
        from graders.sandbox.doctor import require

        self._reap()
        self.missing = require(self)

    def identity(self) -> tuple[str, ...]:
        """What its limits depend on besides the host and our own code."""
        return (*self.engine.command, self.engine.call("--version"), self.engine.image(self.images["cpu"]))

    def _reap(self) -> None:
        engine = self.engine
        with self._guard:
            due, self._reaped_at = time.monotonic() - self._reaped_at > REAP_AGAIN_S, time.monotonic()
        if due:
            reap(engine, owner_here())

    def remove(self, name: str) -> None:
        """Remove a dead container in the background, so that the next submission need not wait for it."""
        engine = self.engine
        try:
            removal = self._remover.submit(engine.remove, name)
        except RuntimeError:  # the interpreter is shutting down
            return engine.remove(name)
        with self._guard:
            self._removals = [one for one in self._removals if not one.done() or one.exception()]
            self._removals.append(removal)
            waiting = [one for one in self._removals if not one.done()]
        if len(waiting) > REMOVALS:
            waiting[0].exception()  # wait; ``settle`` reports its error, and the next grader tries again

    def settle(self) -> None:
        """Wait until every closed container is gone; raise ``SandboxError`` if one cannot be removed."""
        with self._guard:
            waiting, self._removals = self._removals, []
        for removal in waiting:
            removal.result()


class OciSandbox:
    """One container for one batch."""

    def __init__(self, backend: Oci, slot: Slot, lease: Lease | None, needs: tuple[str, ...]) -> None:
        self.backend, self.engine, self.slot, self.lease = backend, backend.engine, slot, lease
        self.name = f"deepgrade-{os.getpid()}-{secrets.token_hex(6)}"
        self.memory_mb = Limits().memory_mb
        self._extra_mb = max(size for need, size in LIBRARIES_MB.items() if not need or need in needs)
        self._used = self._closed = False
        self._began, self._start_s = time.monotonic(), 0.0
        self.image = backend.images["cuda" if lease else "cpu"]
        self._rules = (*GUEST, *GPU) if lease else GUEST
        try:
            self.engine.call("create", *self._options(), self.image, *guest_command(needs, self._rules))
            self.process = self.engine.start(self.name)
        except BaseException:
            backend.remove(self.name)
            raise
        self._session = Session(self.process, self._end)

    def _options(self) -> Iterator[str]:
        device = self.lease.device if self.lease else None
        yield from container_options(self.name, self.slot.uid, self._rules, self.backend.cpus)
        yield from memory_options(self.memory_mb + self._extra_mb)
        yield from engine_options(self.engine.kind, device)

    def wait_ready(self) -> None:
        """Wait until its imports are done. Raises ``SandboxError`` with what the engine or the guest said."""
        try:
            self._session.wait_ready()
        except SandboxError as error:
            why = self._state().error.rstrip(".")
            self.close()
            if not why:
                raise
            raise SandboxError("sandbox.no_container", reason=why, step={"id": remedy(why), "params": {}}) from error
        except BaseException:
            self.close()
            raise
        self._start_s = time.monotonic() - self._began

    def run(self, batch: Batch) -> Result:
        """Run the batch; the container is dead before a byte of its answers is read."""
        if self._used:
            raise SandboxError("sandbox.used")
        if batch.device != "cpu" and self.lease is None:
            raise SandboxError("sandbox.no_device", device=batch.device)
        self._used = True
        self._fit(batch)
        transcript = self._session.converse(batch)
        outcomes, state = self._read(batch, transcript)
        record = build_record(self.backend, batch, outcomes, self.backend.missing, self._start_s, transcript.wall_s)
        record |= {"engine": self.engine.kind, "image": self.image, "device": self._device(), "uid": self.slot.uid}
        record |= {"memory_mb": self.memory_mb + self._extra_mb, "out_of_memory": state.out_of_memory}
        record |= {"landlock": self._session.ready.get("landlock", 0)}
        record |= {"exit": transcript.ending, "said": transcript.last_words}
        return Result(outcomes, record)

    def _fit(self, batch: Batch) -> None:
        """Bound the whole container by the hungriest exercise's limit, on top of the libraries."""
        needed = max((job.limits.memory_mb for job in batch.jobs), default=self.memory_mb)
        if needed != self.memory_mb:
            self.engine.call("update", *memory_options(needed + self._extra_mb), self.name)
            self.memory_mb = needed

    def _read(self, batch: Batch, transcript: Transcript) -> tuple[tuple[Outcome, ...], State]:
        """The outcomes, and the engine's account of the end if it matters: out of memory or a crash?"""
        outcomes = read_outcomes(batch, transcript)
        if transcript.ending == "done" and all(outcome.ending == "done" for outcome in outcomes):
            return outcomes, State(running=False, out_of_memory=False)
        state = self._state()
        if transcript.ending == "lost" and state.out_of_memory:
            transcript.ending = "memory"
            outcomes = read_outcomes(batch, transcript)
        full = HUNGRY * (self.memory_mb + self._extra_mb)
        if not state.out_of_memory and any(map(_killed, outcomes)):
            state = replace(state, out_of_memory=any(one.max_rss_mb > full for one in outcomes if _killed(one)))
            outcomes = tuple(_told_apart(one, full) for one in outcomes)
        return outcomes, state

    def _state(self) -> State:
        try:
            return self.engine.state(self.name)
        except SandboxError:  # removed by a grader that cannot see us
            return State(running=False, out_of_memory=False)

    def _device(self) -> str | dict[str, str]:
        device: Device | None = self.lease.device if self.lease else None
        return vars(device) if device else "cpu"

    def _end(self) -> None:
        """Make sure that nothing in the container runs; the engine's client exits after its container."""
        try:
            self.process.wait(LEAVES_S if self._used else 0.0)
            return
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(SandboxError):  # it has just ended
            self.engine.call("kill", self.name)
        try:
            self.process.wait(DEATH_S)
        except subprocess.TimeoutExpired:
            self.engine.remove(self.name)
            self.process.kill()
            self.process.wait()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            self._session.close()
        finally:
            self.backend.remove(self.name)
            for held in (self.lease, self.slot):
                if held is not None:
                    held.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _killed(outcome: Outcome) -> bool:
    return outcome.ending == "memory" and outcome.detail == KILLED


def _told_apart(outcome: Outcome, full_mb: float) -> Outcome:
    """A process that was killed although memory sufficed killed itself."""
    return replace(outcome, ending="crash") if _killed(outcome) and outcome.max_rss_mb <= full_mb else outcome
