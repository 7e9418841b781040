"""Which paths an exercise's process may use, and why; the kernel enforces it from inside, whatever the process becomes.

Landlock needs no privilege and is checked in addition to the sandbox's mounts, so each holds if the other fails. The
guest prepares the rules once; every child applies them for good. Nothing outside this table can be reached.
"""

from __future__ import annotations

import ctypes
import functools
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["GPU", "PATHS", "Fence", "Reach", "build_fence", "landlock_version"]

# linux/landlock.h; a kernel cannot refuse what it does not know yet
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
BIND_TCP, CONNECT_TCP = 1, 2
SCOPE_ABSTRACT_UNIX_SOCKET, SCOPE_SIGNAL = 1, 2

ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # the rest applies to folders only
READ = READ_FILE | READ_DIR
CHANGE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_FIFO | MAKE_SYM | REFER | TRUNCATE
USE = READ_FILE | WRITE_FILE
DRIVE = READ | WRITE_FILE | IOCTL_DEV


class Reach(NamedTuple):
    """Paths and how they may be used; absent ones do not matter, and the last part may be ``*``."""

    why: str
    paths: tuple[str, ...]
    access: int


def _libraries() -> tuple[str, ...]:
    """Where this very Python finds modules and shared libraries."""
    named = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return (os.path.dirname(os.__file__), *(path for path in (*sys.path, *named) if os.path.isabs(path)))


# Everything else is refused: the rest of the file tree, running any file, device nodes, named sockets. Nothing in /proc
# is needed, and it reveals the host's paths, processes and kernel, so it is not listed.
PATHS: tuple[Reach, ...] = (
    Reach(
        "shared libraries are loaded when they are first used",
        ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"),
        READ,
    ),
    Reach("its own scratch space, sized and thrown away", ("/tmp",), CHANGE),
    Reach("locks and queues of multiprocessing; sized and thrown away", ("/dev/shm",), CHANGE),
    Reach("what nobody wants to see", ("/dev/null",), USE),
    Reach("seeds", ("/dev/random", "/dev/urandom"), READ_FILE),
)
GPU: tuple[Reach, ...] = (
    Reach("the graphics processor that was given to the sandbox", ("/dev/nvidia*",), DRIVE),
    Reach("its driver asks the kernel for devices and memory", ("/proc", "/sys"), READ),
)


def landlock_version() -> int:
    """The version of Landlock that this kernel supports, 0 for none."""
    return max(0, _call(CREATE_RULESET, None, 0, 1)) if sys.platform == "linux" else 0


def build_fence(reach: Sequence[Reach] | None = None) -> Fence | None:
    """The rules, ready to apply; ``None`` if the kernel has no Landlock."""
    version = landlock_version()
    if not version:
        return None
    if reach is None:
        interpreter = Reach("modules are imported when they are first used", _libraries(), READ)
        reach = (interpreter, *PATHS, *(GPU if os.path.exists("/dev/nvidiactl") else ()))
    handled = _files(version)
    attributes = struct.pack("<QQQ", handled, _network(version), _scopes(version))
    fd = _call(CREATE_RULESET, attributes, 24 if version >= 6 else 16 if version >= 4 else 8, 0)
    if fd < 0:
        return None
    for path, access in _beneath(reach):
        _add(fd, path, access & handled)
    return Fence(fd, version)


class Fence(NamedTuple):
    """Prepared rules."""

    fd: int
    version: int

    def enter(self) -> None:
        """Restrict this process and all it starts to the rules, for good. Raises ``PermissionError`` if that fails."""
        if _call(RESTRICT_SELF, self.fd, 0) != 0:
            raise PermissionError(ctypes.get_errno(), "Landlock does not take its rules")


def _files(version: int) -> int:
    return (1 << (13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16)) - 1


def _network(version: int) -> int:
    return BIND_TCP | CONNECT_TCP if version >= 4 else 0  # refused entirely: no rule allows a port


def _scopes(version: int) -> int:
    """Signals and abstract sockets reach only this exercise's own processes."""
    return SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL if version >= 6 else 0


def _beneath(reach: Sequence[Reach]) -> Iterator[tuple[str, int]]:
    for one in reach:
        for path in one.paths:
            folder, name = os.path.split(path)
            names = sorted(os.listdir(folder)) if name.endswith("*") else [name]
            yield from ((os.path.join(folder, found), one.access) for found in names if _matches(found, name))


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _add(ruleset: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, so out of reach anyway
    try:
        if not os.path.isdir(path):
            access &= ON_FILES
        if _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("<Qi", access, fd), 0) != 0:
            raise PermissionError(ctypes.get_errno(), f"Landlock does not take a rule for {path}")
    finally:
        os.close(fd)


# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1


def _call(number: int, *given: int | bytes | None) -> int:
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in given]
    return int(_libc().syscall(ctypes.c_long(number), *words))


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
