"""Time as a waiting process sees it: while the process itself is paused, waiting time does not count."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["TICK_S", "Watch"]

TICK_S = 0.1  # between two looks
LATE_S = 0.3  # a later look was delayed: this process was stopped, or others held its lock


class Watch:
    """A clock that must be polled: of a longer pause between two looks, only one tick counts."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._last = now, now()
        self._passed_s = 0.0
        self.late = False  # whether the latest look was delayed: what arrived meanwhile may not be here yet

    def look(self) -> float:
        """Seconds since it was created."""
        now = self._now()
        pause, self._last = now - self._last, now
        self.late = pause > LATE_S
        self._passed_s += TICK_S if self.late else pause
        return self._passed_s
