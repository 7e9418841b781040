"""The changes between an attempt and the previous one, computed in a separate process and cached.

The service's process never decodes, parses or compares an upload. A page loads first and fetches its changes later.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graders.messages.errors import BusyError
from graders.messages.message import Message
from graders.server.store.work import Attempt, attempts, content_of
from graders.server.web.services import Services
from graders.submission.changes import Changes, from_plain
from graders.submission.naming import on_disk
from graders.submission.plain import checked_message

__all__ = ["Difference", "before", "difference"]

COMMAND = (sys.executable, "-I", "-m", "graders.server.web.comparing")
WALL_S = 20.0
LARGEST = 16 << 20  # bytes of a response
AT_ONCE, PATIENCE_S = 2, 5.0
IN_HAND = 8  # running and waiting: at most this many threads are kept from other pages
KEPT = 128
_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)

_turns, _places = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(IN_HAND)
_kept: OrderedDict[tuple[str, ...], tuple[Changes | None, Message | None]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Difference:
    """``since`` is the previous attempt, if any; ``problem`` says why the two cannot be compared."""

    since: Attempt | None
    changes: Changes
    problem: Message | None = None


def before(services: Services, attempt: Attempt) -> Attempt | None:
    """The submission before this one, if any."""
    if attempt.attempt is None:
        return None
    mine, unit = attempt.user_id, attempt.unit
    found = attempts(services.store, attempt.course_id, user_id=mine, unit=unit, before=attempt.attempt, limit=1)
    return found[0] if found else None


def difference(services: Services, attempt: Attempt) -> Difference:
    """The changes; the caller checks permissions. BusyError if too many comparisons are running."""
    since = before(services, attempt)
    if since is None or (since.digest, since.file_name) == (attempt.digest, attempt.file_name):
        return Difference(since, Changes())
    key = (since.digest, since.file_name, attempt.digest, attempt.file_name)
    with _lock:
        found = _kept.get(key)
    if found is None:
        said = _compared(services, since, attempt)
        found = _understood(said)
        with _lock:
            _kept.update({key: found} if said else {})  # no answer: the machine may have been busy
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return Difference(since, found[0] or Changes(), found[1])


def _compared(services: Services, *pair: Attempt) -> bytes:
    with _turn(), tempfile.TemporaryDirectory(prefix="deepgrade-changes-") as folder:
        paths = []
        for number, one in enumerate(pair):
            path = Path(folder, str(number), on_disk(one.file_name))
            path.parent.mkdir()
            path.write_bytes(content_of(services.store, one.public_id) or b"")
            paths.append(str(path))
        return _said(paths)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise BusyError("web.changes_busy")
    try:
        if not _turns.acquire(timeout=PATIENCE_S):
            raise BusyError("web.changes_busy")
        try:
            yield
        finally:
            _turns.release()
    finally:
        _places.release()


def _said(paths: list[str]) -> bytes:
    """The process's output, empty if it takes too long. Nothing of it is left behind."""
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(
            [*COMMAND, *paths],
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        try:
            process.wait(WALL_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return b""
        answer.seek(0)
        return answer.read(LARGEST)


def _understood(said: bytes) -> tuple[Changes | None, Message | None]:
    try:
        answer = json.loads(said)
        first = answer["values"][0]
        if "refused" in first:
            return None, checked_message(first["refused"])
        return from_plain(first), None
    except (*_MALFORMED, IndexError):  # out of time or memory, or the answer is malformed
        return None, Message("web.changes_too_much")
