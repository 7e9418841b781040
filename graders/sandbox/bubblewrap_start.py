"""Starts a guest under bubblewrap: the command line, the thread that keeps it alive, what helps if it fails."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from graders.sandbox.contract import SHM_BYTES, TMP_BYTES
from graders.sandbox.guest.seccomp import build_filter
from graders.sandbox.interpreter import GuestPython, arguments, build_tree, system_mounts
from graders.sandbox.slots import Slot, count_others

__all__ = ["Started", "Starter", "remedy", "start"]


class Started(NamedTuple):
    """The running bubblewrap, and the first process inside: its pid and a pidfd."""

    process: subprocess.Popen[bytes]
    first: tuple[int, int] | None


def start(path: str, guest: GuestPython, slot: Slot | None, needs: tuple[str, ...], events: int) -> Started:
    """Start the guest; ``events``: the open file of its control group's memory events, or -1."""
    status_read, status_write = os.pipe()
    filter_read, filter_write = os.pipe()
    given = [status_write, filter_read, *([events] if events >= 0 else [])]
    try:
        os.write(filter_write, build_filter())
        os.close(filter_write)
        command = [path, *_options(guest, slot, status_write, filter_read), "--"]
        command += [guest.inside, "-I", "-S", "/guest/deepgrade/graders/sandbox/guest/start.py"]
        command += [_orders(slot, needs, events)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=given,
            env={},
            cwd="/",
            bufsize=0,
        )
    finally:
        for end in given:
            os.close(end)
    with open(status_read, "rb") as status:
        return Started(process, _first_process(status.read()))


class Starter:
    """A thread that makes its calls one at a time: bubblewrap dies with the thread that started it."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[[], Started], queue.SimpleQueue[Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="deepgrade bubblewrap", daemon=True).start()

    def _run(self) -> None:
        while True:
            function, answer = self._calls.get()
            try:
                answer.put((function(), None))
            except BaseException as error:
                answer.put((None, error))
            del function, answer

    def call(self, function: Callable[[], Started]) -> Started:
        """Return what the call returns, or raise what it raises."""
        answer: queue.SimpleQueue[tuple[Started, BaseException | None]] = queue.SimpleQueue()
        self._calls.put((function, answer))
        started, error = answer.get()
        if error is not None:
            raise error
        return started


def _orders(slot: Slot | None, needs: tuple[str, ...], events: int) -> str:
    uid, others = (slot.uid, 0) if slot is not None else (0, count_others())
    orders = {"root": "/guest/deepgrade", "site": "/guest/site", "uid": uid, "needs": list(needs)}
    return json.dumps(orders | {"fork": True, "alone": True, "others": others, "events": events})


def _options(guest: GuestPython, slot: Slot | None, status: int, program: int) -> Iterator[str]:
    yield from ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--hostname", "guest", "--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL")
    if slot is not None:  # only to switch to that uid; dropped before anything is imported
        yield from ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP")
    else:
        yield "--unshare-user"
    yield from arguments([*system_mounts(), *guest.mounts()])
    yield from ("--ro-bind", str(build_tree(guest)), "/guest/deepgrade")
    yield from ("--proc", "/proc", "--dir", "/dev")
    for device in ("null", "random", "urandom"):  # not zero: shared mappings of it are memory that nothing counts
        yield from ("--dev-bind", f"/dev/{device}", f"/dev/{device}")
    yield from ("--perms", "1777", "--size", str(SHM_BYTES), "--tmpfs", "/dev/shm")
    yield from ("--perms", "1777", "--size", str(TMP_BYTES), "--tmpfs", "/tmp")
    yield from ("--remount-ro", "/", "--chdir", "/tmp")
    for name, value in {"HOME": "/tmp", "LANG": "C.UTF-8", **guest.environment}.items():
        yield from ("--setenv", name, value)
    yield from ("--info-fd", str(status), "--seccomp", str(program))


def _first_process(status: bytes) -> tuple[int, int] | None:
    """The pid and a pidfd of the first process inside, from bubblewrap's status."""
    with contextlib.suppress(ValueError, KeyError, TypeError, ProcessLookupError):
        pid = json.loads(status)["child-pid"]
        return pid, os.pidfd_open(pid)
    return None


# Fragments of what bubblewrap or the guest says → the message id of what helps.
REMEDIES = {
    ("new namespace", "uid map", "Creating new", "Operation not permitted"): "step.namespaces",
    ("No module named 'torch'",): "step.guest_torch",
    ("No module named", "Permission denied"): "step.guest_readable",
}


def remedy(said: str) -> str | None:
    """What helps if bubblewrap or the guest says this: a message id."""
    return next((step for signs, step in REMEDIES.items() if any(sign in said for sign in signs)), None)
