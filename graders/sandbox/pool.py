"""Sandboxes started ahead, imports done, so that no submission waits for them; each is used once and discarded."""

from __future__ import annotations

import contextlib
import threading
from collections import deque

from graders.messages.errors import SandboxError
from graders.sandbox.contract import Backend, Sandbox

__all__ = ["Pool"]

Needs = tuple[str, ...]


class Pool:
    """A backend that opens ahead: at most ``ahead`` of a kind wait, and no more than are still expected.

    ``expect`` says how many submissions will come. A kind (which libraries it has imported) is kept ready from its
    first use on. If opening ahead fails, the next ``open`` tries again and raises the error.
    """

    def __init__(self, backend: Backend, ahead: int = 1, expect: int = 1) -> None:
        self.backend, self.ahead = backend, ahead
        self.name, self.required, self.best_effort = backend.name, backend.required, backend.best_effort
        self._expected = expect
        self._left: dict[Needs, int] = {}
        self._waiting: dict[Needs, deque[_Ahead]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def check(self) -> None:
        self.backend.check()

    def expect(self, submissions: int, ahead: int) -> None:
        """From now on, this many submissions will come, with this many sandboxes ahead."""
        with self._lock:
            self._expected, self.ahead = submissions, ahead
            for needs in self._left:
                self._left[needs] = max(0, submissions - len(self._waiting[needs]))
            kinds = list(self._left)
        for needs in kinds:
            self.prepare(needs)

    def prepare(self, needs: Needs = ()) -> None:
        """Start sandboxes of this kind in the background, as many as may wait."""
        with self._lock:
            left = self._left.setdefault(needs, self._expected)
            waiting = self._waiting.setdefault(needs, deque())
            for _ in range(0 if self._closed else min(self.ahead - len(waiting), left)):
                waiting.append(_Ahead(self.backend, needs))
                self._left[needs] -= 1

    def open(self, needs: Needs = ()) -> Sandbox:
        """One that was started ahead, else a new one; its place is refilled in the background."""
        with self._lock:
            waiting = self._waiting.setdefault(needs, deque())
            ahead = waiting.popleft() if waiting else None
            if needs not in self._left:
                self._left[needs] = max(0, self._expected - 1)
        self.prepare(needs)
        if ahead is not None:
            with contextlib.suppress(SandboxError):
                return ahead.sandbox()
        return self.backend.open(needs)

    def close(self) -> None:
        """Discard the unused sandboxes."""
        with self._lock:
            self._closed = True
            rest = [ahead for waiting in self._waiting.values() for ahead in waiting]
            self._waiting.clear()
        for ahead in rest:
            with contextlib.suppress(SandboxError):
                ahead.sandbox().close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Ahead:
    """A sandbox being opened in its own thread."""

    def __init__(self, backend: Backend, needs: Needs) -> None:
        self._sandbox: Sandbox | None = None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._open, args=(backend, needs), name="deepgrade pool", daemon=True)
        self._thread.start()

    def _open(self, backend: Backend, needs: Needs) -> None:
        try:
            self._sandbox = backend.open(needs)
        except BaseException as error:
            self._fault = error

    def sandbox(self) -> Sandbox:
        """Wait for it; raises ``SandboxError`` if it did not open."""
        self._thread.join()
        if self._sandbox is None:
            raise SandboxError("sandbox.not_ahead", reason=str(self._fault).rstrip("."))
        return self._sandbox
