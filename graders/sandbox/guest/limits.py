"""Limits as the guest sets them on itself: who it is, what its children may use, who may look into it.

Linux only, imported when needed; NumPy-free and standard library only. What a backend sets up around the guest
(namespaces, seccomp, a control group) holds already; this comes on top of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import time
from typing import Any, NamedTuple

from graders.sandbox.guest.calls import CHILD, GPU
from graders.sandbox.guest.landlock import Fence, build_fence
from graders.sandbox.guest.seccomp import build_filter

__all__ = [
    "Walls",
    "adopt_orphans",
    "become",
    "build_walls",
    "confine",
    "hide_memory",
    "job_memory_mb",
    "memory_kills",
    "offer_to_the_killer",
    "private_memory_mb",
    "refuse_calls",
    "tidy",
    "waited_s",
]

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 1, 4, 24, 36
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
CAPABILITY_VERSION_3 = 0x20080522
STACK_BYTES = 8 << 20  # fixed: the stack does not count as data, so it must not grow past this
FILE_BYTES = 32 << 20
OPEN_FILES = 256
# Room for the stacks and arenas of 64 threads. Page tables of read-only maps, and memory made read-only after it was
# written, are no data: without this, 16 TB of the first took 240 MB of tables in a second, of the second any amount.
ADDRESS_SPACE = 6 << 30
SCRATCH = ("/tmp", "/dev/shm")
TIDY_S = 2.0
INODE_BYTES = 1200  # of an empty file in a tmpfs, with its name; measured


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


def hide_memory(hidden: bool = True) -> None:
    """Nobody of the same uid may read this process's memory, environment or open files; children inherit it."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, int(not hidden), 0, 0, 0)


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


def private_memory_mb(pid: str) -> int:
    """Memory of a process that no file backs, page tables included; readable for everybody."""
    found = _status(pid)
    return sum(found.get(name, 0) for name in ("RssAnon", "VmPTE", "VmSwap")) // 1024


def tidy(folders: tuple[str, ...] = SCRATCH, within_s: float = TIDY_S) -> None:
    """Empty the scratch space: what one exercise left there must not burden the next.

    Folders are moved up before they are emptied, so that none is too deep; what takes too long stays.
    """
    deadline = time.monotonic() + within_s
    for top in folders:
        waiting, number = [top], 0
        while waiting:
            folder = waiting.pop()
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    if time.monotonic() > deadline:
                        return
                    with contextlib.suppress(OSError):
                        if entry.is_dir(follow_symlinks=False):
                            number += 1
                            os.chmod(entry.path, 0o700)
                            os.rename(entry.path, f"{top}/deepgrade-{deadline}-{number}")
                            waiting.append(f"{top}/deepgrade-{deadline}-{number}")
                        else:
                            os.unlink(entry.path)
            if folder != top:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)


def job_memory_mb(own_mb: int) -> int:
    """Memory of all processes in this pid namespace beyond what each has from the first (``own_mb``), and tmpfs."""
    processes = (private_memory_mb(pid) - own_mb for pid in os.listdir("/proc") if pid.isdigit() and pid != "1")
    filled = (os.statvfs(folder) for folder in SCRATCH)
    files = sum(
        (space.f_blocks - space.f_bfree) * space.f_frsize + (space.f_files - space.f_ffree) * INODE_BYTES
        for space in filled
    )
    return sum(max(0, megabytes) for megabytes in processes) + (files >> 20)


def _status(pid: str) -> dict[str, int]:
    """The sizes (kB) in a process's status; nothing if it has just ended."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return {
                name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in file) if "kB" in rest
            }
    except (OSError, ValueError):
        return {}


def waited_s(pid: int) -> float:
    """How long a process's first thread has been ready to run while no processor was free; 0 where none says so."""
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def memory_kills(events: int) -> int:
    """How many processes the kernel has ended because the group of this file (memory events) was full."""
    for line in os.pread(events, 4096, 0).splitlines():
        name, _, number = line.partition(b" ")
        if name == b"oom_kill":
            return int(number)
    return 0


def offer_to_the_killer() -> None:
    """Where the group is full, let the kernel end this process and its children before the guest's first one."""
    hide_memory(False)  # else the file is root's
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    hide_memory()


class Walls(NamedTuple):
    """What stands around every exercise's process, prepared once: a second filter, and Landlock if there is any."""

    filter: bytes
    fence: Fence | None

    @property
    def landlock(self) -> int:
        return 0 if self.fence is None else self.fence.version

    def enter(self) -> None:
        if self.fence is not None:
            self.fence.enter()
        refuse_calls(self.filter)


def build_walls() -> Walls:
    rules = (*CHILD, *GPU) if os.path.exists("/dev/nvidiactl") else CHILD
    return Walls(build_filter(rules), build_fence())


def confine(limits: dict[str, Any], walls: Walls | None, *, alone: bool, others: int) -> None:
    """Bound this child; ``alone``: its processes can be counted, apart from ``others`` that count for the same uid."""
    cpu = limits["cpu_s"] if limits["cpu_s"] is not None else limits["wall_s"] * 2
    whole = int(cpu) + 1
    _bound(resource.RLIMIT_CPU, whole, whole + 1)
    own = _status("self")
    _bound(resource.RLIMIT_DATA, (limits["memory_mb"] << 20) + (own["VmData"] << 10))
    if not os.path.exists("/dev/nvidiactl"):  # CUDA reserves addresses for all the memory of host and device
        _bound(resource.RLIMIT_AS, (limits["memory_mb"] << 20) + (own["VmSize"] << 10) + ADDRESS_SPACE)
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
        offer_to_the_killer()
    if walls is not None:
        walls.enter()


def _bound(what: int, soft: int, hard: int | None = None) -> None:
    ceiling = resource.getrlimit(what)[1]
    highest = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        highest = min(highest, ceiling)
    resource.setrlimit(what, (min(soft, highest), highest))
