"""A unit: its lesson with the cells to write in, drafts, checks and what is handed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, File, HTTPException, Request, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from graders.courses.course import Course, UnitSpec
from graders.messages.errors import UsageError
from graders.sealing.lock import Lock, read_lock
from graders.server.store.queue import Kind, Receipt, Work, hand_in
from graders.server.store.work import attempts, draft_of, keys_of, save_draft
from graders.server.web.lesson import Lesson, figure_of, html_of, lesson_of, source_of
from graders.server.web.progress import progress_in
from graders.server.web.safety import MAX_UPLOAD, PICTURE
from graders.server.web.services import Services
from graders.server.web.who import Place, place_of
from graders.server.web.words import language_of, page, wants_fragment

__all__ = ["drafted", "include"]

CELL = "cell:"
MOST_FIELDS = 400
MOST_TEXT = 200_000  # characters of one cell
SUFFIXES = (".py", ".ipynb", ".zip")


@dataclass(frozen=True)
class Here:
    """A unit of a course for somebody."""

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


def drafted(text: str, stubs: Mapping[str, str]) -> dict[str, str]:
    """The cells of a draft, which is kept as JSON: cell → text. A draft that is something else holds none."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found = data.items() if isinstance(data, dict) else ()
    return {name: one[:MOST_TEXT] for name, one in found if name in stubs and isinstance(one, str)}


def _reading(app: FastAPI, services: Services) -> None:
    @app.get("/courses/{slug}/units/{unit}")
    def unit_page(request: Request, slug: str, unit: str) -> Response:
        here = here_of(request, services, slug, unit)
        user, course = here.place.user, here.place.course
        draft = draft_of(services.store, user.id, course.id, unit)
        states = progress_in(services.store, here.course, course.id, user.id)
        state = next(one for one in states if one.unit == unit)
        return page(
            request,
            "unit.html.j2",
            here=here.address,
            unit=here,
            state=state,
            by_name={one.name: one for one in state.exercises},
            answers=drafted(draft.text, here.lesson.stubs) if draft else {},
            saved_at=draft.saved_at if draft else None,
            done=attempts(services.store, course.id, user_id=user.id, unit=unit, limit=20),
            opened=_open(here, services),
        )

    @app.get("/courses/{slug}/units/{unit}/after/{symbol}")
    def after(request: Request, slug: str, unit: str, symbol: str) -> Response:
        """The explanation of an exercise, once one's own answer has opened it."""
        here = here_of(request, services, slug, unit)
        lock, keys = read_lock(here.course.assignments / unit), _keys(here, services)
        block = lock.block_of(symbol) if lock else None
        text = lock.text(block, keys, language_of(request)) if lock and block else None
        if text is None:
            raise HTTPException(404)
        return page(
            request, "after.html.j2", unit=here, symbol=symbol, text=html_of(text), bare=wants_fragment(request)
        )


def _figures(app: FastAPI, services: Services) -> None:
    @app.get("/courses/{slug}/units/figures/{digest}.svg")
    def figure_anywhere(request: Request, slug: str, digest: str) -> Response:
        """A figure of any unit of the course: what a lesson names relative to its page."""
        course = services.course_of(place_of(request, services, slug).course)
        for unit in course.units:
            content = figure_of(course, unit, digest)
            if content is not None:
                headers = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": PICTURE}
                return Response(content, media_type="image/svg+xml", headers=headers)
        raise HTTPException(404)


def _keys(here: Here, services: Services) -> dict[str, bytes]:
    lock = read_lock(here.course.assignments / here.unit)
    keys = keys_of(services.store, here.place.user.id, here.place.course.id, here.unit)
    return {name: key for name, key in keys.items() if lock is not None and lock.fits(name, key)}


def _open(here: Here, services: Services) -> frozenset[str]:
    """The exercises whose explanations may be read."""
    lock: Lock | None = read_lock(here.course.assignments / here.unit)
    if lock is None or lock.unit != here.unit:
        return frozenset()
    keys = _keys(here, services)
    return frozenset(name for block in lock.blocks if {*block.needs} <= keys.keys() for name in block.exercises)


def _writing(app: FastAPI, services: Services) -> None:
    @app.post("/courses/{slug}/units/{unit}/work")
    async def work(request: Request, slug: str, unit: str) -> Response:
        """The whole page's cells with what to do: ``draft``, ``submit`` or ``check:Exercise``."""
        form = await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=1 << 20)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return await run_in_threadpool(_worked, request, services, slug, unit, fields)

    @app.post("/courses/{slug}/units/{unit}/hand-in")
    def upload(request: Request, slug: str, unit: str, file: Annotated[UploadFile, File()]) -> Response:
        here = here_of(request, services, slug, unit)
        name = file.filename or ""
        if not name.lower().endswith(SUFFIXES):
            raise UsageError("web.not_a_file", name=name[-80:])
        receipt = _handed(here, services, name, file.file.read(MAX_UPLOAD), None)
        return _receipt(request, receipt)


def _worked(request: Request, services: Services, slug: str, unit: str, fields: Mapping[str, str]) -> Response:
    here = here_of(request, services, slug, unit)
    stubs = here.lesson.stubs
    sent = {name.removeprefix(CELL): text for name, text in fields.items() if name.startswith(CELL)}
    answers = {name: text.replace("\r\n", "\n")[:MOST_TEXT] for name, text in sent.items() if name in stubs}
    written = {name: text for name, text in answers.items() if text != stubs[name]}
    kept = json.dumps(written, ensure_ascii=False)
    at = save_draft(services.store, here.place.user.id, here.place.course.id, unit, kept)
    what, _, symbol = fields.get("action", "draft").partition(":")
    if what == "draft":
        return JSONResponse({"saved_at": at}) if wants_fragment(request) else RedirectResponse(here.address, 303)
    if what not in ("submit", "check") or (what == "check" and symbol not in here.spec.exercises):
        raise HTTPException(404)
    content = source_of(here.lesson, answers).encode(errors="replace")
    return _receipt(request, _handed(here, services, f"{unit}.py", content, symbol if what == "check" else None))


def _handed(here: Here, services: Services, name: str, content: bytes, symbol: str | None) -> Receipt:
    user, course = here.place.user, here.place.course
    kind: Kind = "submission" if symbol is None else "check"
    receipt = hand_in(services.store, Work(course.id, user.id, here.unit, name, content, kind, symbol))
    services.workers.submit(receipt.public_id)
    return receipt


def _receipt(request: Request, receipt: Receipt) -> Response:
    if wants_fragment(request):
        return JSONResponse({"id": receipt.public_id, "attempt": receipt.attempt, "digest": receipt.digest})
    return RedirectResponse(f"/work/{receipt.public_id}", 303)
