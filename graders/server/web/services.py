"""What every page and API route is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from graders.courses.course import Course
from graders.server.settings import Settings
from graders.server.store.courses import Course as CourseRow
from graders.server.store.engine import Store
from graders.server.web.limits import Limits
from graders.server.workers.port import Workers

__all__ = ["Services"]


@dataclass(frozen=True)
class Services:
    """The database, the graders, and where a course's folder is; ``clock`` is wall-clock time."""

    store: Store
    workers: Workers
    settings: Settings
    course_of: Callable[[CourseRow], Course]
    clock: Callable[[], float] = time.time

    @cached_property
    def limits(self) -> Limits:
        """The limits that pages and the API share."""
        return Limits(self.clock)
