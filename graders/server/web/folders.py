"""Whether a folder on this machine can be a course of the service: texts, units and references are present."""

from __future__ import annotations

from pathlib import Path

from graders.courses.course import Course
from graders.messages.errors import UsageError

__all__ = ["require_course"]


def require_course(path: str) -> Course:
    """The course in this folder; UsageError or CourseError says what is missing or wrong."""
    root = Path(path.strip())
    if not root.is_absolute() or "\0" in path:
        raise UsageError("server.course_folder", path=path[:200])
    course = Course(root.resolve())
    course.require_reference()
    if not course.units:
        raise UsageError("server.course_empty", path=str(course.root), folder=course.manifest.exercises)
    for unit in course.units:
        course.spec(unit)
    return course
