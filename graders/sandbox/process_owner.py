"""The owner of a container or a group: a process, distinguished from later ones with the same pid."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Owner", "owner_here", "started_at"]


@dataclass(frozen=True)
class Owner:
    """``started`` counts clock ticks since boot."""

    boot: str
    namespace: str
    pid: int
    started: str

    def __str__(self) -> str:
        return f"{self.boot}/{self.namespace}/{self.pid}/{self.started}"


def owner_here() -> Owner:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return Owner(boot, os.readlink("/proc/self/ns/pid"), os.getpid(), started_at("self"))


def started_at(pid: str) -> str:
    """The start of a process, or "" if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()  # its name, in parentheses, may contain anything
    return "" if state == "Z" else fields[18]
