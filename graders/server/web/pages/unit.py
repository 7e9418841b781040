"""A unit: its lesson with answer cells, drafts, checks and submissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from graders.courses.course import Course, UnitSpec
from graders.feedback.messages import say
from graders.messages.errors import UsageError
from graders.server.store.queue import Kind, Receipt, Work, hand_in
from graders.server.store.work import attempts
from graders.server.web import drafts, reading
from graders.server.web.access import Place
from graders.server.web.drafts import DraftCells
from graders.server.web.lesson import Lesson, html_of, lesson_of, source_of
from graders.server.web.progress import progress_in
from graders.server.web.safety import MAX_UPLOAD
from graders.server.web.services import Services
from graders.server.web.who import place_of
from graders.server.web.words import language_of, page, wants_fragment

__all__ = ["include"]

CELL = "cell:"
MOST_FIELDS = 400
SUFFIXES = (".py", ".ipynb", ".zip")


@dataclass(frozen=True)
class Here:
    """A unit of a course, as one user sees it."""

    place: Place
    course: Course
    spec: UnitSpec
    lesson: Lesson

    @property
    def unit(self) -> str:
        return self.spec.unit

    @property
    def address(self) -> str:
        return f"/courses/{self.place.course.slug}/units/{self.unit}"


def include(app: FastAPI, services: Services) -> None:
    _reading(app, services)
    _figures(app, services)
    _writing(app, services)


def here_of(request: Request, services: Services, slug: str, unit: str) -> Here:
    place = place_of(request, services, slug)
    course = services.course_of(place.course)
    if unit not in course.units:
        raise HTTPException(404)
    lesson = lesson_of(course, unit, language_of(request, place.user))
    return Here(place, course, course.spec(unit), lesson or Lesson((), {}))


def _reading(app: FastAPI, services: Services) -> None:
    @app.get("/courses/{slug}/units/{unit}")
    def unit_page(request: Request, slug: str, unit: str) -> Response:
        here = here_of(request, services, slug, unit)
        draft = drafts.kept(services, here.place, unit, here.lesson.stubs)
        return _shown(request, services, here, draft.cells, draft)

    @app.get("/courses/{slug}/units/{unit}/after/{symbol}")
    def after(request: Request, slug: str, unit: str, symbol: str) -> Response:
        """The explanation of an exercise, once the user's own answer has opened it."""
        here = here_of(request, services, slug, unit)
        user, course = here.place.user, here.place.course
        text = reading.explanation(services, course, user.id, unit, symbol, language_of(request))
        if text is None:
            raise HTTPException(404)
        return page(
            request, "after.html.j2", unit=here, symbol=symbol, text=html_of(text), bare=wants_fragment(request)
        )


def _shown(
    request: Request,
    services: Services,
    here: Here,
    answers: Mapping[str, str],
    draft: DraftCells,
    warning: str = "",
    status: int = 200,
) -> Response:
    """The page with these answers in its cells; its field ``base`` says which draft they are based on."""
    user, course = here.place.user, here.place.course
    states = progress_in(services.store, here.course, course.id, user.id)
    state = next(one for one in states if one.unit == here.unit)
    return page(
        request,
        "unit.html.j2",
        status,
        here=here.address,
        unit=here,
        state=state,
        by_name={one.name: one for one in state.exercises},
        answers=answers,
        saved_at=None if warning else draft.saved_at,
        base=repr(draft.saved_at or 0.0),
        warning=warning,
        done=attempts(services.store, course.id, user_id=user.id, unit=here.unit, limit=20),
        opened=reading.opened(services, course, user.id, here.unit),
    )


def _figures(app: FastAPI, services: Services) -> None:
    @app.get("/courses/{slug}/units/figures/{digest}.svg")
    def figure_anywhere(request: Request, slug: str, digest: str) -> Response:
        """A figure of any unit of the course; lessons name figures relative to their page."""
        content = reading.figure(services, place_of(request, services, slug).course, digest)
        if content is None:
            raise HTTPException(404)
        return Response(content, media_type="image/svg+xml", headers=reading.FIGURE_HEADERS)


def _writing(app: FastAPI, services: Services) -> None:
    @app.post("/courses/{slug}/units/{unit}/work")
    async def work(request: Request, slug: str, unit: str) -> Response:
        """All of the page's cells with an action: ``draft``, ``submit`` or ``check:Exercise``."""
        await run_in_threadpool(here_of, request, services, slug, unit)  # before anything is read
        async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=1 << 20) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(_worked, request, services, slug, unit, fields)

    @app.post("/courses/{slug}/units/{unit}/hand-in")
    async def upload(request: Request, slug: str, unit: str) -> Response:
        here = await run_in_threadpool(here_of, request, services, slug, unit)  # before anything is read
        async with request.form(max_files=1, max_fields=8, max_part_size=1 << 16) as form:
            file = form.get("file")
            name = (file.filename or "") if isinstance(file, UploadFile) else ""
            if not isinstance(file, UploadFile) or not name.lower().endswith(SUFFIXES):
                raise UsageError("web.not_a_file", name=name[-80:])
            content = await file.read(MAX_UPLOAD)
        return _receipt(request, await run_in_threadpool(_handed, here, services, name, content, None))


def _worked(request: Request, services: Services, slug: str, unit: str, fields: Mapping[str, str]) -> Response:
    here = here_of(request, services, slug, unit)
    sent = {name.removeprefix(CELL): text for name, text in fields.items() if name.startswith(CELL)}
    answers, draft = drafts.keep(services, here.place, unit, sent, here.lesson.stubs, since=_time(fields.get("base")))
    if draft.stays:  # another window's text; neither is lost
        warning = say("web.draft_elsewhere", language_of(request))
        if wants_fragment(request):
            return JSONResponse({"error": warning, "saved_at": draft.saved_at}, 409)
        return _shown(request, services, here, answers, draft, say("web.draft_again", language_of(request)), 409)
    what, _, symbol = fields.get("action", "draft").partition(":")
    if what == "draft":
        saved = JSONResponse({"saved_at": draft.saved_at})
        return saved if wants_fragment(request) else RedirectResponse(here.address, 303)
    if what not in ("submit", "check") or (what == "check" and symbol not in here.spec.exercises):
        raise HTTPException(404)
    content = source_of(here.lesson, answers).encode(errors="replace")
    receipt = _handed(here, services, f"{unit}.py", content, symbol if what == "check" else None)
    return _receipt(request, receipt, saved_at=draft.saved_at)


def _time(text: str | None) -> float | None:
    """When the draft on which a page is based was saved; None if the request does not say."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _handed(here: Here, services: Services, name: str, content: bytes, symbol: str | None) -> Receipt:
    user, course = here.place.user, here.place.course
    if not services.limits.handing_in.allowed(user.id):
        raise HTTPException(429)
    kind: Kind = "submission" if symbol is None else "check"
    receipt = hand_in(services.store, Work(course.id, user.id, here.unit, name, content, kind, symbol))
    services.workers.submit(receipt.public_id)
    return receipt


def _receipt(request: Request, receipt: Receipt, **more: float | None) -> Response:
    if wants_fragment(request):
        return JSONResponse({"id": receipt.public_id, "attempt": receipt.attempt, "digest": receipt.digest, **more})
    return RedirectResponse(f"/submissions/{receipt.public_id}", 303)
