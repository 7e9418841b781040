"""How often a wrong password may be tried: per address that is asked for, and per address that asks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from graders.server.web.api.who import Refused

__all__ = ["Tries"]

MOST = 10
WITHIN_S = 600.0
KEPT = 10_000  # names that are remembered: whoever asks with more of them pushes out their own


class Tries:
    """``count`` before a password is looked at, ``forget`` when it was right."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self._clock = most, clock
        self._lock, self._seen = threading.Lock(), OrderedDict[str, deque[float]]()

    def count(self, *names: str) -> None:
        """Refused (429) where one of these has been tried too often."""
        now = self._clock()
        with self._lock:
            for name in names:
                times = self._seen.setdefault(name, deque())
                self._seen.move_to_end(name)
                while times and times[0] < now - WITHIN_S:
                    times.popleft()
                if len(times) >= self.most:
                    raise Refused(429, "api.too_often", minutes=round(WITHIN_S / 60))
            for name in names:
                self._seen[name].append(now)
            while len(self._seen) > KEPT:
                self._seen.popitem(last=False)

    def forget(self, *names: str) -> None:
        with self._lock:
            for name in names:
                self._seen.pop(name, None)
