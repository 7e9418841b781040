"""Time limits for our own code: the reference and counter-models may hang, and a grader must not."""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

from graders.messages.errors import BrokenError

__all__ = ["Late", "within"]

Answer = TypeVar("Answer")


class Late(Exception):
    """Our own code did not end in time."""


class _Worker:
    """A thread that does one piece of work after another; a late one is abandoned."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._given_up = False
        self._thread = threading.Thread(target=self._work, name="deepgrade reference", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._given_up:
            self._asked.get()()

    def ask(self, work: Callable[[], None]) -> None:
        self._asked.put(work)

    def give_up(self) -> None:
        """Stop a Python loop; a call that hangs in C stays until the process ends."""
        self._given_up = True
        ident = ctypes.c_ulong(self._thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))


_idle: deque[_Worker] = deque()  # starting a thread takes longer than most answers


def within(limit_s: float, work: Callable[[], Answer]) -> Answer:
    """The result of ``work``, computed in another thread; raises ``Late`` and abandons it if it takes longer."""
    done: list[Answer] = []
    raised: list[Exception] = []
    ended = threading.Lock()
    ended.acquire()

    def run() -> None:
        try:
            done.append(work())
        except Exception as error:
            raised.append(error)
        except BaseException as error:
            raised.append(BrokenError("course.raises", kind=type(error).__name__))
        finally:
            ended.release()

    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    worker.ask(run)
    if not ended.acquire(timeout=limit_s):
        worker.give_up()
        raise Late
    _idle.append(worker)
    if raised:
        raise raised[0]
    return done[0]
