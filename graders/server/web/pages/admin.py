"""For admins: the service's courses, everybody's accounts, and the whole log."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from graders.feedback.messages import render_message
from graders.messages.errors import CourseError, UsageError
from graders.server.store import accounts
from graders.server.store.audit import entries
from graders.server.store.courses import Course, add_course, archive, course_by_slug, courses, edit_course, members
from graders.server.store.people import one_line
from graders.server.web.folders import require_course
from graders.server.web.history import sentence_of
from graders.server.web.leading import Before, Id, admin_of, done
from graders.server.web.pages.members import LOG_LINES
from graders.server.web.services import Services
from graders.server.web.words import language_of, page

__all__ = ["include"]

Word = Annotated[str, Form(max_length=1000)]
AT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Wanted:
    """A course as entered in the form."""

    slug: str = ""
    title_ko: str = ""
    title_en: str = ""
    term: str = ""
    root: str = ""
    opens: str = ""

    @staticmethod
    def of(course: Course) -> Wanted:
        at = time.strftime(AT, time.localtime(course.opens_at)) if course.opens_at is not None else ""
        return Wanted(course.slug, course.titles["ko"], course.titles["en"], course.term, course.root, at)

    @property
    def opens_at(self) -> float | None:
        """The opening time, in this machine's time zone."""
        try:
            return time.mktime(time.strptime(self.opens[:16], AT)) if self.opens else None
        except (ValueError, OverflowError):
            raise UsageError("server.no_time", said=self.opens[:40]) from None

    def values(self) -> dict[str, Any]:
        """Arguments for ``add_course`` and ``edit_course``; UsageError or CourseError if the folder is not a course."""
        folder = require_course(self.root)
        own = dict(folder.manifest.title)
        first = own.get("en") or next(iter(own.values()), self.slug)
        english = one_line(self.title_en) or first
        titles = {"en": english, "ko": one_line(self.title_ko) or own.get("ko") or english}
        return {"titles": titles, "term": one_line(self.term)[:80], "root": str(folder.root), "opens_at": self.opens_at}


def include(app: FastAPI, services: Services) -> None:
    _courses(app, services)
    _course(app, services)
    _people(app, services)
    _log(app, services)


def _courses(app: FastAPI, services: Services) -> None:
    def shown(request: Request, wanted: Wanted, wrong: str = "") -> Response:
        known = courses(services.store, archived=True)
        sizes = {one.id: len(members(services.store, one.id)) for one in known}
        values = {"courses": known, "sizes": sizes, "wanted": wanted, "wrong": wrong, "done": done(request)}
        return page(
            request, "admin_courses.html.j2", 400 if wrong else 200, zone=_zone(), here="/admin/courses", **values
        )

    @app.get("/admin/courses")
    def list_courses(request: Request) -> Response:
        admin_of(request, services)
        return shown(request, Wanted())

    @app.post("/admin/courses")
    def new_course(
        request: Request,
        slug: Word,
        root: Word,
        title_ko: Word = "",
        title_en: Word = "",
        term: Word = "",
        opens: Word = "",
    ) -> Response:
        admin, wanted = admin_of(request, services), Wanted(slug.strip(), title_ko, title_en, term, root, opens)
        try:
            added = add_course(services.store, wanted.slug, by=admin.id, **wanted.values())
        except (UsageError, CourseError) as error:
            return shown(request, wanted, render_message(error.message, language_of(request)))
        return RedirectResponse(f"/courses/{added.slug}/invitations?done=added", 303)


def _course(app: FastAPI, services: Services) -> None:
    def required(slug: str) -> Course:
        course = course_by_slug(services.store, slug)
        if course is None:
            raise HTTPException(404)
        return course

    def shown(request: Request, course: Course, wanted: Wanted, wrong: str = "") -> Response:
        values = {"course": course, "wanted": wanted, "wrong": wrong, "done": done(request), "zone": _zone()}
        here = f"/admin/courses/{course.slug}"
        return page(request, "admin_course.html.j2", 400 if wrong else 200, here=here, **values)

    @app.get("/admin/courses/{slug}")
    def course_form(request: Request, slug: str) -> Response:
        admin_of(request, services)
        return shown(request, required(slug), Wanted.of(required(slug)))

    @app.post("/admin/courses/{slug}")
    def change_course(
        request: Request,
        slug: str,
        root: Word,
        title_ko: Word = "",
        title_en: Word = "",
        term: Word = "",
        opens: Word = "",
    ) -> Response:
        admin, course = admin_of(request, services), required(slug)
        wanted = Wanted(slug, title_ko, title_en, term, root, opens)
        try:
            edit_course(services.store, course.id, by=admin.id, **wanted.values())
        except (UsageError, CourseError) as error:
            return shown(request, course, wanted, render_message(error.message, language_of(request)))
        return RedirectResponse(f"/admin/courses/{slug}?done=saved", 303)

    @app.post("/admin/courses/{slug}/archive")
    def archive_course(request: Request, slug: str, archived: Annotated[bool, Form()]) -> Response:
        admin, course = admin_of(request, services), required(slug)
        archive(services.store, course.id, archived, by=admin.id)
        return RedirectResponse(f"/admin/courses?done={'ended' if archived else 'opened'}", 303)


def _people(app: FastAPI, services: Services) -> None:
    def shown(request: Request, user_id: int, status: int = 200, **values: str) -> Response:
        found = accounts.find(services.store, user_id=user_id)
        if not found:
            raise HTTPException(404)
        filled = {"wrong": "", "fresh": "", "here": f"/admin/people/{user_id}", **values}
        return page(request, "admin_person.html.j2", status, account=found[0], done=done(request), **filled)

    @app.get("/admin/people")
    def people(request: Request, q: str = "") -> Response:
        admin_of(request, services)
        found = accounts.find(services.store, q[:200])
        return page(request, "admin_people.html.j2", found=found, wanted=q[:200], most=accounts.MOST_FOUND)

    @app.get("/admin/people/{user_id}")
    def person(request: Request, user_id: Id) -> Response:
        admin_of(request, services)
        return shown(request, user_id)

    @app.post("/admin/people/{user_id}")
    def change(request: Request, user_id: Id, action: Word) -> Response:
        admin = admin_of(request, services)
        try:
            if action in ("disable", "enable"):
                accounts.set_disabled(services.store, user_id, action == "disable", by=admin.id)
            elif action in ("admin", "no_admin"):
                accounts.set_admin(services.store, user_id, action == "admin", by=admin.id)
            elif action == "link":
                token = accounts.login_link(services.store, user_id, by=admin.id)
                return shown(request, user_id, fresh=f"{request.base_url}login-link/{token}")
            else:
                raise HTTPException(404)
        except UsageError as error:
            return shown(request, user_id, 400, wrong=render_message(error.message, language_of(request)))
        return RedirectResponse(f"/admin/people/{user_id}?done=saved", 303)


def _log(app: FastAPI, services: Services) -> None:
    @app.get("/admin/log")
    def log(request: Request, before: Before = None) -> Response:
        admin_of(request, services)
        lines = entries(services.store, before=before, limit=LOG_LINES)
        lang = language_of(request)
        more = lines[-1].id if len(lines) == LOG_LINES else None
        return page(request, "admin_log.html.j2", lines=[(one, sentence_of(one, lang)) for one in lines], more=more)


def _zone() -> str:
    """This machine's time zone, as an offset from UTC."""
    return f"UTC{time.strftime('%z')}"
