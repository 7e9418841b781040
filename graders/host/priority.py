"""Who comes first where several processes want a processor."""

from __future__ import annotations

import contextlib
import os

__all__ = ["of_session", "share", "stand_back"]

STEP = 1.25  # what one step of niceness is worth: the kernel's own
LEAST = 0.5  # of a sandbox's share: what waits too long runs into its limits of time, however nice its grader


def stand_back(steps: int) -> None:
    """This process, and what it will start, gives way to others by as many steps of niceness.

    Where the kernel groups processes by session, niceness counts within a session only, and the group has its own.
    """
    if steps > 0 and hasattr(os, "nice"):
        os.nice(steps)
        of_session(os.getpid())


def of_session(pid: int) -> None:
    """The session of this process stands back as far as we do."""
    nice = _niceness()
    if nice > 0:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/autogroup", "w", encoding="ascii") as file:
            file.write(str(nice))


def share() -> float:
    """What our sandboxes weigh beside a process that stands back for nobody."""
    return max(LEAST, float(STEP ** -max(0, _niceness())))


def _niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0) if hasattr(os, "getpriority") else 0
