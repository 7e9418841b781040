"""Who may see what, for pages and API alike. What somebody may not see is treated as missing."""

from __future__ import annotations

from dataclasses import dataclass

from graders.server.store.courses import Course, Role, course_by_id, role_in
from graders.server.store.people import User
from graders.server.store.work import Attempt, attempt_of
from graders.server.web.services import Services

__all__ = ["Place", "Work", "place_in", "work_seen_by"]

STAFF: tuple[Role, ...] = ("assistant", "instructor")


@dataclass(frozen=True)
class Place:
    """A user in a course with their role; an admin counts as an instructor in every course."""

    user: User
    course: Course
    role: Role

    @property
    def staff(self) -> bool:
        return self.role in STAFF

    @property
    def leads(self) -> bool:
        return self.role == "instructor"


@dataclass(frozen=True)
class Work:
    """A submission and the user looking at it."""

    by: Place
    attempt: Attempt


def place_in(services: Services, user: User, course: Course | None) -> Place | None:
    """None if they are not in the course, or if they are a student and it is archived or not open yet."""
    if course is None:
        return None
    role: Role | None = "instructor" if user.is_admin else role_in(services.store, user.id, course.id)
    if role is None or (role not in STAFF and _is_closed(course, services.clock())):
        return None
    return Place(user, course, role)


def work_seen_by(services: Services, user: User, public_id: str) -> Work | None:
    """A user's own submission, or one in a course where they are staff; None for everything else."""
    attempt = attempt_of(services.store, public_id)
    place = place_in(services, user, course_by_id(services.store, attempt.course_id)) if attempt is not None else None
    if attempt is None or place is None or not (place.staff or attempt.user_id == user.id):
        return None
    return Work(place, attempt)


def _is_closed(course: Course, now: float) -> bool:
    return course.archived or (course.opens_at is not None and course.opens_at > now)
