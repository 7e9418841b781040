"""What was handed in and what became of it: the receipt, the findings, the code and what has changed in it."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from markupsafe import Markup

from graders.feedback.html import render_exercise_html
from graders.feedback.selection import submission_message, to_fix_first
from graders.reports.report import ExerciseReport
from graders.server.store.courses import course_by_id
from graders.server.store.work import Attempt, ahead_of, attempts, content_of, staff_report, student_report
from graders.server.web.services import Services
from graders.server.web.who import is_staff, work_of
from graders.server.web.words import language_of, page, wants_fragment

__all__ = ["include"]

MOST_SHOWN = 200_000  # bytes of code
MOST_LINES = 3000  # that are compared
STYLE = re.compile(r"<style>(.*?)</style>", re.S)


def include(app: FastAPI, services: Services) -> None:
    @app.get("/work/{public_id}")
    def work(request: Request, public_id: str) -> Response:
        """The page, or for the page's script the findings only."""
        user, attempt = work_of(request, services, public_id)
        staff = is_staff(services, user, attempt.course_id)
        values = _found(services, attempt, staff, language_of(request, user))
        if wants_fragment(request):
            return page(request, "findings.html.j2", attempt=attempt, staff=staff, **values)
        text = _text(services, attempt)
        before = _before(services, attempt)
        changed = _difference(_text(services, before), text) if before is not None else None
        course = course_by_id(services.store, attempt.course_id)
        more = {"course": course, "before": before, "changed": changed, "text": text, "own": user.id == attempt.user_id}
        return page(request, "work.html.j2", attempt=attempt, staff=staff, **values, **more)

    @app.get("/report.css")
    def style(request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=3600"}
        return Response(_style(), media_type="text/css", headers=headers)


def _found(services: Services, attempt: Attempt, staff: bool, lang: str) -> dict[str, Any]:
    """A student sees what is for students, whoever's it is."""
    read = staff_report if staff else student_report
    report = read(services.store, attempt.result_of) if attempt.result_of else None
    cards: list[Markup] = []
    message = None
    if report is not None:
        message = submission_message(report)
        shown = [one for one in report.exercises if attempt.exercise in (None, one.name)]
        cards = [_card(one, lang) for one in to_fix_first(shown)]
    ahead = ahead_of(services.store, attempt.public_id) if attempt.state == "queued" else None
    passed = report is not None and report.verdict == "pass"
    return {"report": report, "cards": cards, "message": message, "ahead": ahead, "passed": passed}


def _card(exercise: ExerciseReport, lang: str) -> Markup:
    """As in today's report, without the style, which the page has."""
    return Markup(STYLE.sub("", render_exercise_html(exercise, lang)).replace(' style="stroke-width:1.4"', ""))


@lru_cache(maxsize=1)
def _style() -> str:
    found = STYLE.search(render_exercise_html(ExerciseReport("u", "e", "pass", ()), "en"))
    assert found is not None
    return found[1]


def _before(services: Services, attempt: Attempt) -> Attempt | None:
    """The submission before this one."""
    if attempt.attempt is None:
        return None
    mine, unit = attempt.user_id, attempt.unit
    found = attempts(services.store, attempt.course_id, user_id=mine, unit=unit, before=attempt.attempt, limit=1)
    return found[0] if found else None


def _text(services: Services, attempt: Attempt) -> str | None:
    """Code as it can be shown: of a module; a notebook or an archive is for the reader in its own process."""
    content = content_of(services.store, attempt.public_id) or b""
    if not attempt.file_name.endswith(".py") or len(content) > MOST_SHOWN:
        return None
    return content.decode(errors="replace").replace("\r\n", "\n")


def _difference(old: str | None, new: str | None) -> list[tuple[str, str]] | None:
    """Lines with what became of them: ``+``, ``-``, ``@`` or a blank; None where there is nothing to compare."""
    if old is None or new is None:
        return None
    one, two = old.splitlines(), new.splitlines()
    if max(len(one), len(two)) > MOST_LINES:
        return None
    lines = list(difflib.unified_diff(one, two, lineterm="", n=2))[2:]
    return [(line[:1], "" if line[:1] == "@" else line[1:]) for line in lines]
