"""What the doctor tries inside a sandbox, submitted as if a student had written it.

Each function returns "" if the limit of its name holds, else what got through. Every loop is bounded, and nothing
here would harm a host on which a limit does not hold. Never imported by the platform: only its text is used.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import resource
import signal
import socket
import struct
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


def neighbours() -> str:
    """Ways in which two sandboxes on one machine could signal to each other or observe each other."""
    file = os.open(os.__file__, os.O_RDONLY)  # every sandbox reads this one
    lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
    attempts: dict[str, Callable[[], Any]] = {
        "a library's file is locked": lambda: fcntl.flock(file, fcntl.LOCK_SH),
        "part of it is locked": lambda: fcntl.fcntl(file, fcntl.F_SETLK, lock),
        "part of it is locked by its open file": lambda: fcntl.fcntl(file, 37, lock),
        "it is leased": lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK),
        "its folder is watched": lambda: fcntl.fcntl(file, fcntl.F_NOTIFY, 0),
        "the host's load and free memory are told": os.getloadavg,
        "another processor is chosen": lambda: os.sched_setaffinity(0, os.sched_getaffinity(0)),
        "its priority is changed": lambda: os.setpriority(os.PRIO_PROCESS, 0, 1),
        "a library's file is in memory or not": lambda: os.preadv(file, [bytearray(1)], 0, os.RWF_NOWAIT),
    }
    through = [name for name, attempt in attempts.items() if not _forbidden_by(attempt)]
    for name, numbers in NEIGHBOURLY.items():
        number = numbers.get(platform.machine())
        if number is not None and not _forbidden(LIBC.syscall, number, 0, 0, 0, 0, 0):
            through.append(name)
    if _woken(file):
        through.append("processes wake each other by a library's file")
    return ", ".join(through)


# With arguments that do nothing if the call is allowed.
NEIGHBOURLY = {
    "inotify": {"x86_64": 253, "aarch64": 26},
    "fanotify": {"x86_64": 300, "aarch64": 262},
    "asynchronous I/O": {"x86_64": 206, "aarch64": 0},
    "sync": {"x86_64": 306, "aarch64": 267},
    "which pages are in memory": {"x86_64": 27, "aarch64": 232},
    "memory that stays": {"x86_64": 149, "aarch64": 228},
    "barriers on all processors": {"x86_64": 324, "aarch64": 283},
    "timers": {"x86_64": 283, "aarch64": 85},
}


def _woken(file: int) -> bool:
    """Whether a process waiting on a place in a file is woken by one that only has the same file open."""
    number = {"x86_64": 202, "aarch64": 98}.get(platform.machine())
    LIBC.mmap.restype = ctypes.c_void_p
    place = ctypes.c_void_p(LIBC.mmap(None, mmap.PAGESIZE, mmap.PROT_READ, mmap.MAP_SHARED, file, ctypes.c_long(0)))
    child = os.fork()
    if child == 0:
        ctypes.set_errno(0)
        pause = (ctypes.c_long * 2)(0, 200_000_000)
        found = ctypes.c_uint32.from_address(place.value or 0).value
        slept = LIBC.syscall(number, place, 0, ctypes.c_uint32(found), pause, None, 0)
        os._exit(0 if slept == 0 else 1)
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        if LIBC.syscall(number, place, 1, 1, None, None, 0) > 0:
            break
        time.sleep(0.01)
    return os.waitpid(child, 0)[1] == 0


def supervisor() -> str:
    if os.getppid() != 1 or os.getpid() > 10_000:  # this is the host: the rest must not run here
        return "it has no process namespace of its own"
    through = []
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGSEGV):
        _refused(os.kill, 1, number)  # or without effect: otherwise the later trials would not report
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


def _forbidden_by(attempt: Callable[[], Any]) -> bool:
    """Refused as such: not because a permission, or the object of the call, is missing."""
    try:
        attempt()
    except OSError as error:
        return error.errno in (errno.EPERM, errno.ENOSYS, None)  # ``getloadavg`` does not say why
    return False


def _segment() -> None:
    segment = LIBC.shmget(0, 1 << 20, 0o1600)
    if segment < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    LIBC.shmctl(segment, 0, None)  # remove it
