"""Reading what may be made to exhaust its reader: in a process of its own, with limits."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Exhausted", "call_apart"]

CPU_S = 5
WALL_S = 60.0  # many may share the processors; what computes without end meets the other limit
MEMORY_MB = 1024  # beside what the platform holds already
LARGEST = 1 << 20


class Exhausted(Exception):
    """The call needed more than it may have, or its process died."""


def call_apart(function: Callable[[], Any]) -> Any:
    """The JSON value that ``function`` returns in a forked process with limits; here, where there is no fork.

    Raises ``Exhausted`` when nothing came back. The function must not raise: what it has to say, it returns.
    """
    if not hasattr(os, "fork"):
        return function()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(function, writing)
    os.close(writing)
    try:
        said = _read(reading, time.monotonic() + WALL_S)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        return json.loads(said)
    except ValueError:
        raise Exhausted("it ended without an answer") from None


def _answer(function: Callable[[], Any], writing: int) -> None:
    """The child: never returns, and leaves nothing of the parent's to be run."""
    try:
        import resource

        held = int(_data_kb()) << 10
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_DATA, (held + (MEMORY_MB << 20),) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        data = json.dumps(function()).encode()
        while data:
            data = data[os.write(writing, data) :]
    finally:
        os._exit(0)


def _data_kb() -> str:
    """The private memory this process has already, in kB; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next((line.split()[1] for line in status if line.startswith("VmData:")), "0")
    except OSError:
        return "0"


def _read(reading: int, deadline: float) -> bytes:
    said = b""
    while len(said) <= LARGEST and select.select([reading], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(reading, 1 << 16)
        if not piece:
            return said
        said += piece
    return b""
