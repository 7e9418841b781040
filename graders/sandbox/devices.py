"""Graphics processors: which exist, and one job at a time on each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from graders.messages.errors import DeviceError, SandboxError

__all__ = ["Device", "Lease", "find_devices", "lease_device"]

FOLDER = Path("/run/lock/deepgrade-devices")  # shared by all users of this machine
WAIT_S = 600.0  # for the job before ours
PAUSE_S = 0.1


@dataclass(frozen=True)
class Device:
    index: str
    uuid: str
    name: str


class Lease:
    """A device reserved until ``release`` or the end of this process."""

    def __init__(self, device: Device, file: int) -> None:
        self.device = device
        self._file = file

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)  # and with it the lock
            self._file = -1


def find_devices(program: str = "nvidia-smi") -> tuple[Device, ...]:
    """The devices that NVIDIA's driver lists. Raises ``DeviceError`` if there are none."""
    path = shutil.which(program)
    said = ""
    if path is not None:
        command = [path, "--query-gpu=index,uuid,name", "--format=csv,noheader"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        said = done.stdout if done.returncode == 0 else ""
    rows = [line.split(", ", 2) for line in said.splitlines()]
    found = tuple(Device(*row) for row in rows if len(row) == 3)
    if not found:
        raise DeviceError("device.none")
    return found


def lease_device(devices: tuple[Device, ...], folder: Path = FOLDER, wait_s: float = WAIT_S) -> Lease:
    """The first free device. Raises ``SandboxError`` if none becomes free in time."""
    deadline = time.monotonic() + wait_s
    while True:
        for device in devices:
            file = _locked(folder, device.uuid)
            if file is not None:
                return Lease(device, file)
        if time.monotonic() >= deadline:
            raise SandboxError("device.in_use", seconds=wait_s)
        time.sleep(PAUSE_S)


def _locked(folder: Path, name: str) -> int | None:
    """The lock's file if it was free."""
    if sys.platform != "linux":
        raise SandboxError("sandbox.linux_only")
    import fcntl

    try:
        file = _opened(folder, name)
    except OSError as error:
        raise SandboxError("device.locks", folder=str(folder), reason=error.strerror) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _opened(folder: Path, name: str) -> int:
    how = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o1777)
    try:
        return os.open(folder / name, how)  # first without O_CREAT: a kernel may refuse it for another user's file
    except FileNotFoundError:
        file = os.open(folder / name, how | os.O_CREAT)
        os.fchmod(file, 0o666)
        return file
