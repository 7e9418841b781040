"""The class, live: what has failed on our side first, the queue, and who is where."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import func, select

from graders.server.store.courses import members
from graders.server.store.engine import Store
from graders.server.store.models import Submission
from graders.server.store.work import Attempt, attempts, quarantined, waiting
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
        last = _last(services.store, place.course.id)
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


def _last(store: Store, course_id: int) -> dict[int, tuple[float, str, str, str]]:
    """User → when and what they last handed in: unit, exercise, public id."""
    newest = select(func.max(Submission.id)).where(Submission.course_id == course_id, Submission.kind != "regrade")
    wanted = select(
        *(Submission.user_id, Submission.handed_in_at, Submission.unit, Submission.exercise, Submission.public_id)
    ).where(Submission.id.in_(newest.group_by(Submission.user_id)))
    with store.reading() as connection:
        return {row[0]: (row[1], row[2], row[3] or "", row[4]) for row in connection.execute(wanted)}
