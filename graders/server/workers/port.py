"""What the service asks of whoever grades: a thin port, so that grading may run here or on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from graders.reports.report import Report

__all__ = ["Graded", "WorkerStatus", "Workers"]


@dataclass(frozen=True)
class Graded:
    """What comes of a submission. ``keys``: of the explanations that the answer has opened, by exercise."""

    report: Report
    keys: Mapping[str, bytes]


@dataclass(frozen=True)
class WorkerStatus:
    """One of them. ``state`` is ``starting``, ``ready``, ``waiting`` (to be started again) or ``stopped``.

    ``ended`` counts how often its process ended without being asked to; ``checks_only``: it grades no submissions.
    """

    name: str
    state: str
    pid: int | None
    since: float
    ended: int
    checks_only: bool = False


class Workers(Protocol):
    """The queue in the database is the truth. ``submit`` only says that there is something new in it."""

    def submit(self, public_id: str) -> None: ...

    def cancel(self, public_id: str) -> bool:
        """Whether it will have no result."""
        ...

    def status(self) -> tuple[WorkerStatus, ...]: ...

    def capacity(self) -> int:
        """How many submissions can be graded at the same time now."""
        ...
