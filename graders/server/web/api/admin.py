"""For admins: courses, accounts, and the service's log. Everybody else gets 404."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from graders.messages.errors import CourseError
from graders.server.store import accounts
from graders.server.store.audit import entries
from graders.server.store.courses import Course, add_course, archive, course_by_slug, courses, edit_course
from graders.server.store.people import User, one_line
from graders.server.web.api import people_shapes, shapes
from graders.server.web.api.members import Words, entry_out
from graders.server.web.api.who import Caller, Lang, Services
from graders.server.web.faults import Refused
from graders.server.web.folders import require_course
from graders.server.web.leading import Before, Id

__all__ = ["router"]

router = APIRouter(prefix="/admin")


def _admin(user: Caller) -> User:
    if not user.is_admin:
        raise Refused(404, "api.not_found")
    return user


Admin = Annotated[User, Depends(_admin)]


def _named(admin: Admin, services: Services, slug: Annotated[str, Path(max_length=64)]) -> Course:
    course = course_by_slug(services.store, slug)
    if course is None:
        raise Refused(404, "api.not_found")
    return course


Named = Annotated[Course, Depends(_named)]


@router.get("/courses")
def all_courses(admin: Admin, services: Services) -> list[people_shapes.CourseRow]:
    """All courses, including archived ones."""
    return [people_shapes.CourseRow.model_validate(one) for one in courses(services.store, archived=True)]


@router.post("/courses", status_code=201)
def new_course(asked: people_shapes.AddingCourse, admin: Admin, services: Services) -> people_shapes.CourseRow:
    """Add a course from a folder on the service's machine."""
    added = add_course(services.store, asked.slug, by=admin.id, **_values(asked, {}))
    return people_shapes.CourseRow.model_validate(added)


@router.get("/courses/{slug}")
def one_course(course: Named) -> people_shapes.CourseRow:
    """A course as admins see it."""
    return people_shapes.CourseRow.model_validate(course)


@router.put("/courses/{slug}")
def change_course(
    asked: people_shapes.CourseWords, course: Named, admin: Admin, services: Services
) -> people_shapes.CourseRow:
    """Replace a course's details; its slug stays."""
    edit_course(services.store, course.id, by=admin.id, **_values(asked, course.titles))
    return one_course(_named(admin, services, course.slug))


@router.put("/courses/{slug}/archived")
def archived(
    asked: people_shapes.Archiving, course: Named, admin: Admin, services: Services
) -> people_shapes.CourseRow:
    """Archive a course, or bring it back."""
    archive(services.store, course.id, asked.archived, by=admin.id)
    return one_course(_named(admin, services, course.slug))


@router.get("/people")
def people(admin: Admin, services: Services, q: Words = "") -> list[people_shapes.AccountOut]:
    """Accounts whose name or address has every word of ``q``, at most a hundred."""
    return [people_shapes.AccountOut.model_validate(one) for one in accounts.find(services.store, q)]


@router.get("/people/{user_id}")
def person(user_id: Id, admin: Admin, services: Services) -> people_shapes.AccountOut:
    """One account."""
    found = accounts.find(services.store, user_id=user_id)
    if not found:
        raise Refused(404, "api.not_found")
    return people_shapes.AccountOut.model_validate(found[0])


@router.patch("/people/{user_id}")
def change_person(
    user_id: Id, asked: people_shapes.AccountChange, admin: Admin, services: Services
) -> people_shapes.AccountOut:
    """Disable or enable an account; make an admin or end it. 409 for the last admin."""
    if asked.disabled is not None:
        accounts.set_disabled(services.store, user_id, asked.disabled, by=admin.id)
    if asked.is_admin is not None:
        accounts.set_admin(services.store, user_id, asked.is_admin, by=admin.id)
    return person(user_id, admin, services)


@router.post("/people/{user_id}/login-link", status_code=201)
def new_login_link(user_id: Id, admin: Admin, services: Services) -> shapes.LinkOut:
    """Make a login link for somebody who forgot their password; it works once, within two days."""
    return shapes.LinkOut(token=accounts.login_link(services.store, user_id, by=admin.id))


@router.get("/log")
def whole_log(admin: Admin, services: Services, lang: Lang, before: Before = None) -> list[people_shapes.EntryOut]:
    """Changes in the whole service and who made them, newest first, a hundred at a time."""
    return [entry_out(one, lang) for one in entries(services.store, before=before)]


def _values(asked: people_shapes.CourseWords, known: Any) -> dict[str, Any]:
    """The given values, else the current ones, else those of the course's own files."""
    try:
        folder = require_course(asked.root)
    except CourseError as error:  # the course's fault, not the service's
        raise Refused(422, error.message_id, **error.params) from None
    own = dict(folder.manifest.title)
    said = {lang: one_line(text)[:200] for lang, text in asked.titles.items() if text.strip()}
    english = said.get("en") or known.get("en") or own.get("en") or next(iter(own.values()))
    korean = said.get("ko") or known.get("ko") or own.get("ko") or english
    titles = {"en": english, "ko": korean}
    return {"titles": titles, "term": one_line(asked.term)[:80], "root": str(folder.root), "opens_at": asked.opens_at}
