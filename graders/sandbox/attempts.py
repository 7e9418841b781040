"""What the doctor tries inside a sandbox, handed in as if a student had written it.

Each function returns "" if the limit of its name holds, else what got through. Every loop is bounded, and nothing is
tried that would harm a host on which a limit does not hold. Never imported by the platform: only its text is used.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)


def network() -> str:
    families = {"internet": socket.AF_INET, "netlink": 16, "vsock": 40, "unix": socket.AF_UNIX}
    through = [name for name, family in families.items() if not _refused(socket.socket, family)]
    if not _refused(socket.getaddrinfo, "example.org", 443):
        through.append("names are looked up")
    interfaces = [line.split(":")[0].strip() for line in _read("/proc/net/dev").splitlines()[2:]]
    return ", ".join(through + [name for name in interfaces if name != "lo"])


def files(paths: list[str]) -> str:
    through = []
    for path in paths:
        if os.path.lexists(path) and not _empty(path):
            through.append(f"{path} is there")
    for folder in ("/", "/guest", "/guest/site", "/guest/deepgrade", "/usr/lib", "/dev", "/proc/sys/kernel"):
        if not _refused(os.open, f"{folder}/deepgrade-trial", os.O_WRONLY | os.O_CREAT):
            through.append(f"{folder} can be written to")
    for folder in ("/tmp", "/dev/shm"):
        space = os.statvfs(folder)
        if space.f_blocks * space.f_frsize > 256 << 20:
            through.append(f"{folder} has no small size")
    return ", ".join(through)


def _empty(path: str) -> bool:
    try:
        if os.path.isdir(path):
            return not os.listdir(path)
        with open(path, "rb") as file:
            return not file.read(1)
    except OSError:
        return False


def environment(allowed: list[str]) -> str:
    through = sorted(set(os.environ) - set(allowed))
    for number in ("1", "self"):
        try:
            with open(f"/proc/{number}/environ", "rb") as file:
                names = {item.split(b"=")[0].decode() for item in file.read().split(b"\0") if item}
        except OSError:
            continue
        through += sorted(names - set(allowed))
    return ", ".join(dict.fromkeys(through))


def privileges() -> str:
    through = []
    if 0 in (*os.getresuid(), *os.getresgid()):
        through.append("it is root")
    held = (ctypes.c_uint32 * 6)()
    if LIBC.capget((ctypes.c_uint32 * 2)(0x20080522, 0), held) != 0 or any(held):
        through.append("capabilities")
    if LIBC.prctl(39, 0, 0, 0, 0) != 1 or LIBC.prctl(21, 0, 0, 0, 0) != 2:  # no new privileges; a filter
        through.append("no system call filter")
    for name, flag in {"user": 0x10000000, "mount": 0x20000, "network": 0x40000000, "pid": 0x20000000}.items():
        if not _forbidden(LIBC.unshare, flag):
            through.append(f"a new {name} namespace")
    numbers = {"x86_64": (101, 321, 323, 425, 250), "aarch64": (117, 280, 282, 425, 219)}.get(platform.machine(), ())
    for name, number in zip(("ptrace", "bpf", "userfaultfd", "io_uring_setup", "keyctl"), numbers, strict=False):
        if not _forbidden(LIBC.syscall, number, 0, 0, 0, 0, 0):
            through.append(name)
    return ", ".join(through)


def supervisor() -> str:
    if os.getppid() != 1 or os.getpid() > 10_000:  # this is the host: what follows is not for it
        return "it has no process namespace of its own"
    through = []
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGSEGV):
        _refused(os.kill, 1, number)  # or without effect: the trials behind this one would not be heard of
    for name in ("mem", "environ", "fd/0", "fd/3", "maps"):
        if not _refused(os.open, f"/proc/1/{name}", os.O_RDONLY):
            through.append(f"/proc/1/{name} is readable")
    if not _refused(resource.prlimit, 1, resource.RLIMIT_CPU, (1, 1)):
        through.append("its limits can be set")
    seen = [] if _refused(os.listdir, "/proc") else os.listdir("/proc")
    if {name for name in seen if name.isdigit()} - {"1", str(os.getpid())}:
        through.append("other processes are in sight")
    return ", ".join(through)


def programs() -> str:
    through = []
    for path in (sys.executable, "/tmp/deepgrade-trial"):
        child = os.fork()
        if child == 0:
            if not os.path.exists(path):
                os.close(os.open(path, os.O_CREAT, 0o755))
            if not _forbidden(LIBC.execve, path.encode(), None, None):
                os._exit(1)
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            through.append(path)
    if not _forbidden(LIBC.prctl, 4, 1, 0, 0, 0):
        through.append("its memory can be opened again")
    return ", ".join(through)


def landlock() -> str:
    through = [path for path in ("/", "/proc", "/dev", "/usr") if not _refused(os.listdir, path)]
    through += [path for path in ("/proc/self/status", "/proc/version") if not _refused(os.open, path, os.O_RDONLY)]
    return ", ".join(through)


def pids(most: int) -> str:
    for _ in range(most + 16):
        try:
            if os.fork() == 0:
                time.sleep(20)
                os._exit(0)
        except BlockingIOError:
            return ""
    return f"{most + 16} processes at once, {most} allowed"


def memory(megabytes: int) -> str:
    through = []
    size = megabytes << 20
    attempts: dict[str, Callable[[], Any]] = {
        "the heap": lambda: bytearray(size),
        "a private map": lambda: mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
        "a shared map": lambda: mmap.mmap(-1, 1 << 20),
        "a memory file": lambda: os.memfd_create("deepgrade"),
        "a shared segment": _segment,
        "the stack": lambda: resource.setrlimit(resource.RLIMIT_STACK, (size, size)),
        "a higher limit": lambda: resource.setrlimit(resource.RLIMIT_DATA, (size, size)),
    }
    for name, attempt in attempts.items():
        if not _refused(attempt):
            through.append(name)
    return ", ".join(through)


def job_memory(megabytes: int) -> str:
    with open("/tmp/deepgrade-trial", "wb", buffering=0) as file:
        file.truncate(16 << 20)
        file.write(bytes(16 << 20))
    for _ in range(4):
        if os.fork() == 0:
            kept = b"x" * (megabytes << 20)
            time.sleep(5 + len(kept) * 0)
            os._exit(0)
    time.sleep(2)
    return f"{4 * megabytes} MB in four processes and 16 MB of files"


def wall() -> str:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        pass
    return "20 seconds went by"


def output() -> str:
    for _ in range(100):
        print("x" * (1 << 20))
    return "100 MB were printed"


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def _refused(attempt: Callable[..., Any], *given: Any) -> bool:
    try:
        attempt(*given)
    except (OSError, MemoryError, ValueError):
        return True
    return False


def _forbidden(call: Any, *given: Any) -> bool:
    """The call itself is refused, not only these arguments."""
    ctypes.set_errno(0)
    return bool(call(*given) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS))


def _segment() -> None:
    segment = LIBC.shmget(0, 1 << 20, 0o1600)
    if segment < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    LIBC.shmctl(segment, 0, None)  # away with it
