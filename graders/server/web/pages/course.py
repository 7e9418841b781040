"""The user's courses, and the map of one: units, points and where to continue."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from graders.server.store.courses import courses, courses_of
from graders.server.web.progress import progress_in
from graders.server.web.services import Services
from graders.server.web.who import place_of, require_user
from graders.server.web.words import page

__all__ = ["include"]


def include(app: FastAPI, services: Services) -> None:
    @app.get("/")
    def first(request: Request) -> Response:
        """The list of courses; with a single course, that one."""
        user = require_user(request, services)
        mine = courses_of(services.store, user.id)
        known = {course.id for course, _ in mine}
        others = [course for course in courses(services.store) if course.id not in known] if user.is_admin else []
        if len(mine) == 1 and not others:
            return RedirectResponse(f"/courses/{mine[0][0].slug}", 303)
        return page(request, "courses.html.j2", mine=mine, others=others)

    @app.get("/courses/{slug}")
    def course_map(request: Request, slug: str) -> Response:
        place = place_of(request, services, slug)
        units = progress_in(services.store, services.course_of(place.course), place.course.id, place.user.id)
        going_on = next((one for one in units if 0 < one.passed < len(one.exercises)), None)
        going_on = going_on or next((one for one in units if one.passed < len(one.exercises)), None)
        return page(request, "map.html.j2", place=place, units=units, going_on=going_on)
