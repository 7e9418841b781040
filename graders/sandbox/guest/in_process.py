"""One phase of one exercise in the guest's own process, for systems without fork."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Mapping

from graders.sandbox.guest.frames import ANSWER, BEGIN, END, HIDDEN, STDERR, STDOUT
from graders.sandbox.guest.phase import PRINTED_CAP, Ended, Order, Outside

__all__ = ["InProcess"]


class InProcess:
    """Without fork (Windows, macOS), the exercise runs in the guest itself, which is killed from outside if need be."""

    ready: Mapping[str, int] = {"landlock": 0, "own_mb": 0, "stretch": 1}

    def __init__(self, talk: Outside) -> None:
        self.talk = talk

    def weigh(self) -> None:
        """Memory is not bounded here."""

    def run(self, order: Order) -> Ended:
        """Run the phase; returns only after its answers, otherwise the guest is killed from outside."""
        self.talk.say(BEGIN, order.phase, order.job)
        started, kept, room = time.monotonic(), (sys.stdout, sys.stderr, sys.stdin), [PRINTED_CAP]
        sys.stdin = io.StringIO()
        if order.phase == HIDDEN:
            sys.stdout = sys.stderr = io.StringIO()
        else:
            sys.stdout = _Printed(self.talk, STDOUT, order.job, room)
            sys.stderr = _Printed(self.talk, STDERR, order.job, room)
        try:
            order.work(lambda data: self.talk.say(ANSWER, order.phase, order.job, data))
        finally:
            sys.stdout, sys.stderr, sys.stdin = kept
        ending = "exit" if room[0] >= 0 else "output"
        wall_s = time.monotonic() - started
        body = {"ending": ending, "code": 0, "wall_s": wall_s, "used_s": wall_s, "max_rss_mb": 0.0}
        self.talk.say(END, order.phase, order.job, json.dumps(body).encode())
        return Ended(ending == "exit", True, wall_s)


class _TooMuch(BaseException):
    """More was printed than is accepted."""


class _Printed(io.TextIOBase):
    """A stream whose text is sent in chunks."""

    def __init__(self, talk: Outside, kind: int, job: int, room: list[int]) -> None:
        self._talk, self._kind, self._job, self._room = talk, kind, job, room

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        body = text.encode("utf-8", "backslashreplace")
        self._room[0] -= len(body)
        if self._room[0] < 0:
            raise _TooMuch
        if body:
            self._talk.say(self._kind, 0, self._job, body)
        return len(text)
