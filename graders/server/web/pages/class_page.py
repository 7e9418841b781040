"""The class, live: internal errors first, then the queue and each student's state."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response

from graders.server.store.courses import members
from graders.server.store.work import Attempt, attempts, last_of_each, quarantined, waiting
from graders.server.web.services import Services
from graders.server.web.who import place_of
from graders.server.web.words import page, wants_fragment

__all__ = ["include"]


def include(app: FastAPI, services: Services) -> None:
    @app.get("/courses/{slug}/class")
    def class_page(request: Request, slug: str) -> Response:
        place = place_of(request, services, slug, staff=True)
        course = services.course_of(place.course)
        submitted = attempts(services.store, place.course.id)
        latest: dict[tuple[int, str], Attempt] = {}
        for one in submitted:
            latest.setdefault((one.user_id, one.unit), one)
        last = last_of_each(services.store, place.course.id)
        people = [one for one in members(services.store, place.course.id) if one.role == "student"]
        now = sorted(people, key=lambda one: (-(last[one.user_id][0] if one.user_id in last else 0.0), one.name))
        stuck = quarantined(services.store, place.course.id)
        broken = [one for one in latest.values() if one.verdict == "broken"]
        return page(
            request,
            "class.html.j2",
            place=place,
            units=course.units,
            titles={unit: dict(course.spec(unit).about.title) for unit in course.units},
            students=now,
            latest=latest,
            last=last,
            failures=[*stuck, *broken],
            queue=waiting(services.store),
            workers=services.workers.status(),
            bare=wants_fragment(request),
        )
