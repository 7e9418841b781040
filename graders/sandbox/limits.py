"""Limits as the guest sets them on itself: who it is, what its children may use, who may look into it.

Linux only, imported when needed; NumPy-free and standard library only. What a backend sets up around the guest
(namespaces, seccomp) holds already; this comes on top of it, and it is where a second filter or Landlock is added.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any

__all__ = [
    "adopt_orphans",
    "become",
    "confine",
    "hide_memory",
    "job_memory_mb",
    "private_data_mb",
    "private_rss_mb",
    "refuse_calls",
]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 1, 4, 24, 36
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
CAPABILITY_VERSION_3 = 0x20080522
STACK_BYTES = 8 << 20  # fixed: the stack does not count as data, so it must not grow past this
FILE_BYTES = 32 << 20
OPEN_FILES = 256


def become(uid: int) -> None:
    """Give up root for good: no groups, no capability, no way back. Raises ``PermissionError`` if anything is left."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    libc.capset(header, (ctypes.c_uint32 * 6)())
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a new uid has cleared what bubblewrap set
    with open("/proc/self/status") as status:
        held = dict(line.rstrip("\n").split(":\t", 1) for line in status if line.startswith(("Cap", "NoNewPrivs")))
    left = [name for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(held[name], 16)]
    if left or held["NoNewPrivs"] != "1" or os.getresuid() != (uid, uid, uid) or os.getgroups():
        raise PermissionError(f"uid {os.getresuid()}, still holds {left or 'the way to new privileges'}")


def hide_memory() -> None:
    """Nobody of the same uid may read this process's memory, environment or open files; children inherit it."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def refuse_calls(program: bytes) -> None:
    """A system call filter (see ``seccomp.py``) for this process and all that it starts, beside what a backend set."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = _Filter(len(program) // 8, ctypes.addressof(code))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0):
        raise OSError(ctypes.get_errno(), "the system call filter was refused")


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def adopt_orphans() -> None:
    """Processes whose parent has gone become children of this one instead of the host's init."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def private_data_mb() -> int:
    """Private writable memory this process has already, which ``RLIMIT_DATA`` counts."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) // 1024 + 1
    return 0


def private_rss_mb(pid: str, page_kb: int = os.sysconf("SC_PAGE_SIZE") // 1024) -> int:
    """Memory of a process that no file stands behind; readable for everybody, which finer accounts are not."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            _, resident, shared, *_ = map(int, file.read().split())
    except (OSError, ValueError):
        return 0  # it has just ended
    return (resident - shared) * page_kb // 1024


def job_memory_mb(own_mb: int) -> int:
    """Memory of all processes in this pid namespace beyond what each has from the first (``own_mb``), and tmpfs."""
    processes = (private_rss_mb(pid) - own_mb for pid in os.listdir("/proc") if pid.isdigit() and pid != "1")
    filled = (os.statvfs(folder) for folder in ("/tmp", "/dev/shm"))
    files = sum((space.f_blocks - space.f_bfree) * space.f_frsize for space in filled) >> 20
    return sum(max(0, megabytes) for megabytes in processes) + files


def confine(limits: dict[str, Any], *, alone: bool, others: int) -> None:
    """Bound this child; ``alone``: its processes can be counted, apart from ``others`` that count for the same uid."""
    cpu = limits["cpu_s"] if limits["cpu_s"] is not None else limits["wall_s"] * 2
    whole = int(cpu) + 1
    _bound(resource.RLIMIT_CPU, whole, whole + 1)
    memory = (limits["memory_mb"] + private_data_mb()) << 20
    _bound(resource.RLIMIT_DATA, memory)
    _bound(resource.RLIMIT_STACK, STACK_BYTES)
    _bound(resource.RLIMIT_FSIZE, FILE_BYTES)
    _bound(resource.RLIMIT_NOFILE, OPEN_FILES)
    _bound(resource.RLIMIT_CORE, 0)
    if not alone:  # no namespace takes this child down with the guest
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        _bound(resource.RLIMIT_NPROC, limits["processes"] + others)
        for name in ("RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO"):
            _bound(getattr(resource, name), 0)


def _bound(what: int, soft: int, hard: int | None = None) -> None:
    ceiling = resource.getrlimit(what)[1]
    highest = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        highest = min(highest, ceiling)
    resource.setrlimit(what, (min(soft, highest), highest))
