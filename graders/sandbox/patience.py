"""Time as a waiting process sees it: while the process itself is paused, no waiting time counts."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["TICK_S", "Watch"]

TICK_S = 0.1  # between two looks
LATE_S = 0.3  # a look that comes later than this was held up: this process was stopped, or others held its lock


class Watch:
    """A clock that has to be looked at: of a longer pause between two looks only one tick counts."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._last = now, now()
        self._passed_s = 0.0
        self.late = False  # whether the latest look was held up: what has come meanwhile is not yet here

    def look(self) -> float:
        """Seconds since it was made."""
        now = self._now()
        pause, self._last = now - self._last, now
        self.late = pause > LATE_S
        self._passed_s += TICK_S if self.late else pause
        return self._passed_s
