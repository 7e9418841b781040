"""Whose processes a sandbox's limit counts: its own uid's if root starts it, else also those our user already has."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import signal
import sys
from pathlib import Path

from graders.messages.errors import SandboxError

__all__ = ["Slot", "count_others", "end_orphans", "lease_slot"]

FIRST_UID = 64_200
SLOTS = 256
FOLDER = Path("/run/lock/deepgrade")


class Slot:
    """A leased uid; it is given back by ``release`` or when this process ends."""

    def __init__(self, uid: int, file: int) -> None:
        self.uid = uid
        self._file = file

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)  # and with it the lock
            self._file = -1


def lease_slot(folder: Path = FOLDER, slots: int = SLOTS) -> Slot:
    """The first free uid. Raises ``SandboxError`` if all are in use or the locks cannot be kept."""
    if sys.platform != "linux":
        raise SandboxError("sandbox.linux_only")
    import fcntl

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(slots):
            file = os.open(
                folder / str(FIRST_UID + number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            return Slot(FIRST_UID + number, file)
    except OSError as error:
        raise SandboxError("sandbox.locks", folder=str(folder), reason=error.strerror) from None
    raise SandboxError("sandbox.no_uid", count=slots)


COUNTED_PER_NAMESPACE = (5, 14)  # from this Linux version on, a user namespace counts its own processes


def count_others() -> int:
    """Threads of our user that count towards a sandbox of ours although they are outside it."""
    if tuple(int(part) for part in re.findall(r"\d+", platform.release())[:2]) >= COUNTED_PER_NAMESPACE:
        return 0
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid():
                found += len(os.listdir(folder / "task"))
    return found


GUEST = b"/guest/deepgrade/graders/sandbox/guest/start.py"


def end_orphans(program: str = "bwrap", proc: Path = Path("/proc")) -> list[int]:
    """End what a grader killed at a bad moment left: bubblewrap's inner process waits forever for the outer one.

    Its only parent is the first process, which is never the case for a sandbox in use (unless we are that process).
    Returns the pids ended.
    """
    ended = []
    for folder in proc.glob("[0-9]*") if os.getpid() != 1 else ():
        with contextlib.suppress(OSError, ValueError, IndexError):
            name, _, rest = (folder / "stat").read_bytes().partition(b" (")[2].rpartition(b") ")
            if name == program.encode() and int(rest.split()[1]) == 1:
                process = os.pidfd_open(int(folder.name))
                try:
                    if GUEST in (folder / "cmdline").read_bytes():  # read while the pidfd guarantees it is this process
                        signal.pidfd_send_signal(process, signal.SIGKILL)
                        ended.append(int(folder.name))
                finally:
                    os.close(process)
    return ended
