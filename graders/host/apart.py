"""A call in a separate process with limits, for reading input that may be built to exhaust or crash its reader."""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import select
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

__all__ = ["Answer", "call_apart"]

CPU_S = 10  # 2 MB of dense Python, the largest input read, take 8 s; an honest submission takes 0.02 s
WALL_S = 120.0  # many may share the processors; endless computing hits the CPU limit
MEMORY_MB = 512  # on top of what the platform uses already; 256 KB of dense Python take 300 MB
LARGEST = 16 << 20  # bytes, all values together

_MEMORY, _RAISED = 3, 4  # exit codes
_CRASHES = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")


@dataclass(frozen=True)
class Answer:
    """The returned values, and how the process ended.

    ``ending`` is "done"; "time", "memory", "output" or "crash" for what the call itself did; "raised" for an exception
    (``detail`` has its text); "lost" for an outside cause: no time on this machine, a signal.
    """

    values: tuple[Any, ...]
    ending: str = "done"
    detail: str = ""


def call_apart(function: Callable[[], Iterable[Any]]) -> Answer:
    """The JSON values that ``function`` yields in a forked process with limits; in this one if there is no fork.

    Each value is sent as it comes, so that one that exhausts the process does not lose earlier ones. The process is a
    copy of this one without its other threads. What the function needs must be imported before other threads start to
    import it: a thread that is importing in the parent holds its import lock forever in the child.
    """
    if not hasattr(os, "fork"):
        return Answer(tuple(function()))
    deadline = time.monotonic() + WALL_S
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        raise
    if child == 0:
        _answer(function, writing)
    os.close(writing)
    status = None
    try:
        said, whole = _read(reading, deadline)
        status = _status(child, deadline) if whole else None
    finally:
        os.close(reading)
        if status is None:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
    return _understood(said, "output" if len(said) > LARGEST else _ending(status))


# --- the child -------------------------------------------------------------------------------------------------------


def _answer(function: Callable[[], Iterable[Any]], writing: int) -> NoReturn:
    """Never returns, and runs nothing of the parent's."""
    code = _RAISED
    try:
        _confine(writing)
        for value in function():
            _say(writing, {"value": value})
        code = 0
    except MemoryError:
        code = _MEMORY
    except BaseException as error:
        _say(writing, {"raised": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _say(writing: int, value: Any) -> None:
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    while data:
        data = data[os.write(writing, data) :]


def _confine(writing: int) -> None:
    """Set limits, and drop what belongs to the parent: files, handlers, objects to collect."""
    import resource

    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which handles work in progress
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(math.ceil(WALL_S))  # even if the grader is gone
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "wb", buffering=0) as file:
        file.write(b"1000")  # if memory runs out, kill this process, not the grader
    _close_all_but(writing)
    limits = {
        resource.RLIMIT_CPU: (CPU_S, CPU_S + 2),
        resource.RLIMIT_DATA: (_held() + (MEMORY_MB << 20),) * 2,
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
    }
    for name, values in limits.items():
        _, most = resource.getrlimit(name)
        soft, hard = (one if most < 0 else min(one, most) for one in values)
        resource.setrlimit(name, (soft, hard))


def _close_all_but(writing: int) -> None:
    """Close other submissions' pipes as well: their readers wait until every copy is closed."""
    try:
        opened = [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        opened = [*range(256)]
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    for number in {*opened, null} - {0, 1, 2, writing}:
        with contextlib.suppress(OSError):
            os.close(number)


def _held() -> int:
    """The private memory this process already uses, in bytes; 0 if the system does not say."""
    try:
        with open("/proc/self/status", "rb") as status:
            return next((int(line.split()[1]) << 10 for line in status if line.startswith(b"VmData:")), 0)
    except OSError:
        return 0


# --- the parent ------------------------------------------------------------------------------------------------------


def _read(reading: int, deadline: float) -> tuple[bytearray, bool]:
    """The bytes sent, and whether they are complete."""
    said = bytearray()
    while len(said) <= LARGEST and select.select([reading], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(reading, 1 << 16)
        if not piece:
            return said, True
        said += piece
    return said, False


def _status(child: int, deadline: float) -> int | None:
    """The exit code of a child that has closed its pipe, or minus its signal; None if it does not end."""
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.0002)
    return None


def _ending(status: int | None) -> str:
    known = {0: "done", _MEMORY: "memory", _RAISED: "raised", -signal.SIGXCPU: "time"}
    known |= {-getattr(signal, name): "crash" for name in _CRASHES}
    return known.get(status, "lost") if status is not None else "lost"


def _understood(said: bytearray, ending: str) -> Answer:
    """Every complete line is a value; an invalid one ends the answer."""
    values: list[Any] = []
    try:
        for line in said.split(b"\n")[:-1]:
            one = json.loads(line.decode("utf-8", "surrogatepass"))
            if "raised" in one:
                return Answer(tuple(values), "raised", str(one["raised"])[:1000])
            values.append(one["value"])
    except (ValueError, TypeError, KeyError, RecursionError):
        ending = "lost"
    return Answer(tuple(values), ending)
