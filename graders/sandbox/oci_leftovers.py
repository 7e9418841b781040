"""Whose container it is, and the removal of those whose grader has died."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from graders.sandbox.oci_engine import Engine, Held

__all__ = ["LABEL", "Owner", "owner_here", "reap"]

LABEL = "deepgrade.owner"


@dataclass(frozen=True)
class Owner:
    """A process, told apart from every later one with its number."""

    boot: str
    namespace: str
    pid: int
    started: str  # clock ticks since boot

    def __str__(self) -> str:
        return f"{self.boot}/{self.namespace}/{self.pid}/{self.started}"


def owner_here() -> Owner:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return Owner(boot, os.readlink("/proc/self/ns/pid"), os.getpid(), _started("self"))


def reap(engine: Engine, here: Owner) -> list[str]:
    """Remove the containers of graders that are no more; their names."""
    left = [held.name for held in engine.held(LABEL) if _abandoned(held, here)]
    for name in left:
        engine.remove(name)
    return left


def _abandoned(held: Held, here: Owner) -> bool:
    boot, _, rest = held.owner.partition("/")
    namespace, _, process = rest.partition("/")
    pid, _, started = process.partition("/")
    if (boot, namespace) != (here.boot, here.namespace):
        # Its grader is out of sight: in a container of its own, or of an earlier boot. A guest whose grader dies ends
        # by itself, so what still runs has one.
        return held.state in ("exited", "dead", "stopped")
    return not started or _started(pid) != started


def _started(pid: str) -> str:
    """The start of a process, or "" if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()  # its name, in brackets, may hold anything
    return "" if state == "Z" else fields[18]
