"""Graphics processors: which there are, and one job at a time on each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from graders.errors import SandboxError

__all__ = ["Device", "find_devices", "lease_device"]

WAIT_S = 600.0  # for the job before ours
PAUSE_S = 0.1


@dataclass(frozen=True)
class Device:
    index: str
    uuid: str
    name: str


class Lease:
    """A device of one's own until ``release``, or the end of this process."""

    def __init__(self, device: Device, file: int) -> None:
        self.device = device
        self._file = file

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)  # and with it the lock
            self._file = -1


def find_devices(program: str = "nvidia-smi") -> tuple[Device, ...]:
    """Those that NVIDIA's driver lists. Raises ``SandboxError`` when there is none."""
    path = shutil.which(program)
    said = ""
    if path is not None:
        command = [path, "--query-gpu=index,uuid,name", "--format=csv,noheader"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        said = done.stdout if done.returncode == 0 else ""
    rows = [line.split(", ", 2) for line in said.splitlines()]
    found = tuple(Device(*row) for row in rows if len(row) == 3)
    if not found:
        raise SandboxError("There is no GPU on this machine.", "Grade with `--device cpu`.")
    return found


def lease_device(devices: tuple[Device, ...], folder: Path, wait_s: float = WAIT_S) -> Lease:
    """The first device that is free. Raises ``SandboxError`` when none becomes free in time."""
    if sys.platform != "linux":
        raise SandboxError("GPUs are leased on Linux only.")
    import fcntl

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_s
    while True:
        for device in devices:
            file = os.open(folder / device.uuid, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                continue
            return Lease(device, file)
        if time.monotonic() >= deadline:
            raise SandboxError(f"Every GPU was in use for {wait_s:.0f} s.", "Grade again when they are free.")
        time.sleep(PAUSE_S)
