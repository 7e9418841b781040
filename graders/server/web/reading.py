"""What pages and the API both read: a course's folder, reports, opened explanations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from graders.courses.course import Course as CourseFolder
from graders.courses.course import UnitSpec
from graders.messages.errors import UsageError
from graders.reports.report import Report
from graders.sealing.lock import Lock, read_lock
from graders.server.store.courses import Course
from graders.server.store.work import Attempt, keys_of, staff_report, student_report
from graders.server.web.faults import Refused
from graders.server.web.lesson import figure_of
from graders.server.web.safety import PICTURE
from graders.server.web.services import Services

__all__ = ["FIGURE_HEADERS", "course_folder", "explanation", "opened", "report_of", "spec_of"]

FIGURE_HEADERS = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": PICTURE}


@lru_cache(maxsize=64)
def _course_at(root: str) -> CourseFolder:
    return CourseFolder(Path(root))


def course_folder(course: Course) -> CourseFolder:
    """The course on disk; read once, as in the graders, until the service restarts."""
    return _course_at(course.root)


def spec_of(services: Services, course: Course, unit: str) -> UnitSpec:
    """The unit's spec. UsageError if the course has no such unit."""
    folder = services.course_of(course)
    if unit not in folder.units:
        raise UsageError("server.no_unit_name", unit=unit[:80])
    return folder.spec(unit)


def figure(services: Services, course: Course, digest: str) -> bytes | None:
    """The figure with this digest, from any unit: a lesson names it relative to its page."""
    folder = services.course_of(course)
    found = (figure_of(folder, unit, digest) for unit in folder.units)
    return next((content for content in found if content is not None), None)


def report_of(services: Services, attempt: Attempt, *, staff: bool) -> Report | None:
    """The report that counts for an attempt (a regrade's if there is one): the student's view, or staff's whole one."""
    if not attempt.result_of:
        return None
    report = (staff_report if staff else student_report)(services.store, attempt.result_of)
    if report is None:  # a backup was restored in between: show nothing rather than half of it
        raise Refused(503, "api.busy")
    return report


def opened(services: Services, course: Course, user_id: int, unit: str) -> frozenset[str]:
    """The exercises whose explanations this user's own answers have opened."""
    lock = _lock(services, course, unit)
    if lock is None:
        return frozenset()
    keys = _fitting(lock, keys_of(services.store, user_id, course.id, unit))
    return frozenset(name for block in lock.blocks if {*block.needs} <= keys.keys() for name in block.exercises)


def explanation(services: Services, course: Course, user_id: int, unit: str, exercise: str, lang: str) -> str | None:
    """The text after an exercise; None if there is none, or if it is not open to this user."""
    lock = _lock(services, course, unit)
    block = lock.block_of(exercise) if lock is not None else None
    if lock is None or block is None:
        return None
    return lock.text(block, _fitting(lock, keys_of(services.store, user_id, course.id, unit)), lang)


def _fitting(lock: Lock, kept: Mapping[str, bytes]) -> dict[str, Any]:
    return {symbol: key for symbol, key in kept.items() if lock.fits(symbol, key)}


def _lock(services: Services, course: Course, unit: str) -> Lock | None:
    folder = services.course_of(course)
    return read_lock(folder.assignments / unit) if unit in folder.units else None
