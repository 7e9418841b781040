"""A submission and its result: the receipt, the findings, the code and its changes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from markupsafe import Markup

from graders.feedback.html import render_exercise_html
from graders.feedback.selection import submission_message, to_fix_first
from graders.grading.annotate import located
from graders.reports.report import ExerciseReport
from graders.server.store.courses import Course
from graders.server.store.work import Attempt, ahead_of, content_of
from graders.server.web.difference import before, difference
from graders.server.web.lesson import line_in_cells
from graders.server.web.reading import opened, report_of
from graders.server.web.services import Services
from graders.server.web.who import work_of
from graders.server.web.words import language_of, page, wants_fragment
from graders.spec import LANGUAGES

__all__ = ["include"]

MOST_SHOWN = 200_000  # bytes of code
STYLE = re.compile(r"<style>(.*?)</style>", re.S)


def include(app: FastAPI, services: Services) -> None:
    @app.get("/submissions/{public_id}")
    def work(request: Request, public_id: str) -> Response:
        """The page, or only the findings for the page's script."""
        found = work_of(request, services, public_id)
        attempt, staff, user = found.attempt, found.by.staff, found.by.user
        values = _found(services, attempt, staff, language_of(request, user))
        if wants_fragment(request):
            return page(request, "findings.html.j2", attempt=attempt, staff=staff, **values)
        more: dict[str, Any] = {"since": before(services, attempt), "text": _text(services, attempt)}
        more |= {"course": found.by.course, "own": user.id == attempt.user_id}
        onwards = _onwards(services, found.by.course, attempt, passed=values["passed"])
        return page(request, "work.html.j2", attempt=attempt, staff=staff, **values, **more, **onwards)

    @app.get("/submissions/{public_id}/changes")
    def changes(request: Request, public_id: str) -> Response:
        """What differs from the previous attempt: a page, or only the differences for the page's script."""
        attempt = work_of(request, services, public_id).attempt
        found = difference(services, attempt)
        name = "changes.html.j2" if wants_fragment(request) else "changes_page.html.j2"
        return page(request, name, attempt=attempt, found=found)

    @app.get("/report.css")
    def style(request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=3600"}
        return Response(_style(), media_type="text/css", headers=headers)


def _found(services: Services, attempt: Attempt, staff: bool, lang: str) -> dict[str, Any]:
    """The report as cards: the student view unless ``staff``, whoever's work it is."""
    report = report_of(services, attempt, staff=staff)
    cards: list[Markup] = []
    message = None
    if report is not None:
        message = submission_message(report)
        shown = [one for one in report.exercises if attempt.exercise in (None, one.name)]
        if attempt.kind == "check" and attempt.exercise:  # shown below its cell, so lines count from there
            line_of = line_in_cells(_text(services, attempt) or "", _cells_of(attempt.exercise))
            shown = [located(one, line_of) for one in shown]
        cards = [_card(one, lang) for one in to_fix_first(shown)]
    ahead = ahead_of(services.store, attempt.public_id) if attempt.state == "queued" else None
    passed = report is not None and report.verdict == "pass"
    return {"report": report, "cards": cards, "message": message, "ahead": ahead, "passed": passed}


def _cells_of(exercise: str) -> tuple[str, ...]:
    """The possible cells of an exercise: its own name, or for a method its class's."""
    return (exercise, exercise.partition(".")[0])


def _onwards(services: Services, course: Course, attempt: Attempt, *, passed: bool) -> dict[str, Any]:
    """The unit's title, its explanations open to the attempt's student, and the next unit once this one has passed."""
    folder = services.course_of(course)
    if attempt.unit not in folder.units:  # the course has changed since
        return {"titles": dict.fromkeys(LANGUAGES, attempt.unit), "explained": (), "next_unit": None}
    spec, later = folder.spec(attempt.unit), folder.units[folder.units.index(attempt.unit) + 1 :]
    open_ones = opened(services, course, attempt.user_id, attempt.unit)
    return {
        "titles": dict(spec.about.title),
        "explained": [name for name in spec.exercises if name in open_ones],
        "next_unit": folder.spec(later[0]) if later and passed else None,
    }


def _card(exercise: ExerciseReport, lang: str) -> Markup:
    """The card as rendered today, without its style, which the page already has."""
    return Markup(STYLE.sub("", render_exercise_html(exercise, lang)).replace(' style="stroke-width:1.4"', ""))


@lru_cache(maxsize=1)
def _style() -> str:
    found = STYLE.search(render_exercise_html(ExerciseReport("u", "e", "pass", ()), "en"))
    assert found is not None
    return found[1]


def _text(services: Services, attempt: Attempt) -> str | None:
    """The code of a module as text; None for notebooks and archives, which only the separate process reads."""
    content = content_of(services.store, attempt.public_id) or b""
    if not attempt.file_name.endswith(".py") or len(content) > MOST_SHOWN:
        return None
    return content.decode(errors="replace").replace("\r\n", "\n")
