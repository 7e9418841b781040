"""For students: the course map, units, submissions and their results, explanations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from graders.messages.errors import UsageError
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import Attempt, ahead_of, attempts, content_of
from graders.server.web import drafts, reading
from graders.server.web.access import Place
from graders.server.web.api import shapes
from graders.server.web.api.bodies import read_file
from graders.server.web.api.faults import error_of
from graders.server.web.api.people import course_out
from graders.server.web.api.who import InCourse, Lang, Seen, Services
from graders.server.web.difference import difference
from graders.server.web.faults import Refused
from graders.server.web.lesson import lesson_of
from graders.server.web.progress import UnitState, progress_in

__all__ = ["attempt_out", "router"]

router = APIRouter()

FileName = Annotated[
    str, Query(max_length=200, description="The file's name for a raw body; a form carries it with the file.")
]
UPLOAD: dict[str, Any] = {  # a body that FastAPI does not parse
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    }
}


def attempt_out(one: Attempt, *, staff: bool) -> shapes.AttemptOut:
    """Its student and number of tries are for staff only."""
    found = shapes.AttemptOut.model_validate(one)
    return found if staff else found.model_copy(update={"user_id": None, "student": None, "tries": None})


@router.get("/courses/{slug}")
def course_map(member: InCourse, services: Services) -> shapes.MapOut:
    """The course's units with your own progress."""
    units = [_row(one) for one in _progress(services, member)]
    return shapes.MapOut(course=course_out(member.course, member.role), units=units)


@router.get("/courses/{slug}/units/{unit}")
def unit(unit: str, member: InCourse, services: Services) -> shapes.UnitOut:
    """The unit's exercises, and your own attempts at it, newest first."""
    _spec(services, member, unit)
    state = next(one for one in _progress(services, member) if one.unit == unit)
    opened = reading.opened(services, member.course, member.user.id, unit)
    exercises = [
        shapes.ExerciseOut(
            name=one.name,
            titles=dict(one.title),
            state=one.state,
            points=one.points,
            max_points=one.max_points,
            opened=one.name in opened,
            last_check=one.last_check.public_id if one.last_check else None,
        )
        for one in state.exercises
    ]
    found = attempts(services.store, member.course.id, user_id=member.user.id, unit=unit)
    tried = [attempt_out(one, staff=False) for one in found]
    return shapes.UnitOut(unit=unit, titles=dict(state.title), exercises=exercises, attempts=tried)


@router.get("/courses/{slug}/units/{unit}/lesson")
def lesson(unit: str, member: InCourse, services: Services, lang: Lang) -> shapes.LessonOut:
    """The unit as its page shows it, in the requested language if available."""
    _spec(services, member, unit)
    found = lesson_of(services.course_of(member.course), unit, lang)
    pieces = [shapes.PieceOut(**{**vars(one), "checks": list(one.checks)}) for one in (found.pieces if found else ())]
    return shapes.LessonOut(unit=unit, pieces=pieces)


@router.get("/courses/{slug}/units/figures/{digest}.svg", response_class=Response)
def figure(digest: str, member: InCourse, services: Services) -> Response:
    """A figure of any of the course's lessons."""
    content = reading.figure(services, member.course, digest)
    if content is None:
        raise Refused(404, "api.not_found")
    return Response(content, media_type="image/svg+xml", headers=reading.FIGURE_HEADERS)


@router.get("/courses/{slug}/units/{unit}/draft")
def draft(unit: str, member: InCourse, services: Services, lang: Lang) -> shapes.DraftOut:
    """Your cells in the page's editor, and the stubs they began with."""
    stubs = _stubs(services, member, unit, lang)
    found = drafts.kept(services, member, unit, stubs)
    return shapes.DraftOut(cells=dict(found.cells), stubs=stubs, saved_at=found.saved_at)


@router.put("/courses/{slug}/units/{unit}/draft")
def keep_draft(unit: str, asked: shapes.DraftIn, member: InCourse, services: Services, lang: Lang) -> shapes.DraftOut:
    """Replace the draft; cells that the unit does not have are ignored."""
    stubs = _stubs(services, member, unit, lang)
    if drafts.keep(services, member, unit, asked.cells, stubs, asked.since)[1].stays:
        raise Refused(409, "web.draft_elsewhere")
    return draft(unit, member, services, lang)


@router.post("/courses/{slug}/units/{unit}/submissions", status_code=201, openapi_extra=UPLOAD)
async def submit(
    unit: str, member: InCourse, services: Services, request: Request, file_name: FileName = ""
) -> shapes.ReceiptOut:
    """Submit a file, notebook or zip; the response is sent once it is on disk."""
    return await _handed_in(member, services, request, unit, file_name, "submission", None)


@router.post("/courses/{slug}/units/{unit}/checks", status_code=201, openapi_extra=UPLOAD)
async def check(
    unit: str,
    member: InCourse,
    services: Services,
    request: Request,
    file_name: FileName = "",
    exercise: Annotated[str | None, Query(max_length=200)] = None,
) -> shapes.ReceiptOut:
    """Run the public cases; the result does not count."""
    return await _handed_in(member, services, request, unit, file_name, "check", exercise)


@router.get("/courses/{slug}/attempts")
def own_attempts(
    member: InCourse, services: Services, unit: Annotated[str | None, Query(max_length=128)] = None
) -> list[shapes.AttemptOut]:
    """Your own submissions, newest first."""
    found = attempts(services.store, member.course.id, user_id=member.user.id, unit=unit)
    return [attempt_out(one, staff=False) for one in found]


@router.get("/courses/{slug}/units/{unit}/explanations/{exercise}")
def explain(unit: str, exercise: str, member: InCourse, services: Services, lang: Lang) -> shapes.ExplanationOut:
    """The explanation of an exercise, once your own answer has opened it."""
    _spec(services, member, unit).exercise(exercise)
    text = reading.explanation(services, member.course, member.user.id, unit, exercise, lang)
    if text is None:
        raise Refused(403, "api.not_open", name=exercise)
    return shapes.ExplanationOut(exercise=exercise, text=text)


@router.get("/submissions/{public_id}")
def submission(work: Seen, services: Services) -> shapes.SubmissionOut:
    """The submission's state, and its report once there is one."""
    staff = work.by.staff
    report = reading.report_of(services, work.attempt, staff=staff)
    return shapes.SubmissionOut(
        submission=attempt_out(work.attempt, staff=staff),
        ahead=ahead_of(services.store, work.attempt.public_id) if work.attempt.state == "queued" else None,
        report=report.to_dict() if report is not None else None,
    )


@router.get("/submissions/{public_id}/content", response_class=Response)
def content(work: Seen, services: Services) -> Response:
    """The submitted bytes, to save; they are never shown as a page."""
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(content_of(services.store, work.attempt.public_id), 200, headers, "application/octet-stream")


@router.get("/submissions/{public_id}/changes")
def changes(work: Seen, services: Services, lang: Lang) -> shapes.ChangesOut:
    """What differs from the previous attempt, by file and, in a notebook, by exercise."""
    found = difference(services, work.attempt)
    return shapes.ChangesOut(
        since=found.since.public_id if found.since is not None else None,
        files=[shapes.FileChangeOut.model_validate(one) for one in found.changes.files],
        cut=found.changes.cut,
        problem=shapes.ErrorOut(**error_of(found.problem, lang)) if found.problem is not None else None,
    )


@router.delete("/submissions/{public_id}", status_code=204)
def cancel(work: Seen, services: Services) -> Response:
    """Withdraw a submission without a result; 409 if it has one."""
    if not services.workers.cancel(work.attempt.public_id):
        raise Refused(409, "api.too_late")
    return Response(status_code=204)


def _stubs(services: Services, member: Place, unit: str, lang: str) -> dict[str, str]:
    _spec(services, member, unit)
    found = lesson_of(services.course_of(member.course), unit, lang)
    return found.stubs if found is not None else {}


def _progress(services: Services, member: Place) -> tuple[UnitState, ...]:
    return progress_in(services.store, services.course_of(member.course), member.course.id, member.user.id)


def _row(one: UnitState) -> shapes.UnitRow:
    return shapes.UnitRow(
        unit=one.unit,
        titles=dict(one.title),
        minutes=one.minutes,
        after=list(one.after),
        state=one.state,
        passed=one.passed,
        exercises=len(one.exercises),
        attempts=one.attempts,
        points=one.points,
        max_points=one.max_points,
    )


def _spec(services: Services, member: Place, unit: str) -> Any:
    try:
        return reading.spec_of(services, member.course, unit)
    except UsageError as error:
        raise Refused(404, error.message_id, **error.params) from None


async def _handed_in(
    member: Place,
    services: Services,
    request: Request,
    unit: str,
    file_name: str,
    kind: Literal["check", "submission"],
    exercise: str | None,
) -> shapes.ReceiptOut:
    """Check who, where and what before a byte of the body is read."""
    spec = await run_in_threadpool(_spec, services, member, unit)
    if exercise is not None:
        spec.exercise(exercise)
    if not services.limits.handing_in.allowed(member.user.id):
        raise Refused(429, "api.too_often", minutes=2)
    sent = await read_file(request, file_name)
    work = Work(member.course.id, member.user.id, unit, sent.name or f"{unit}.py", sent.content, kind, exercise)
    receipt = await run_in_threadpool(hand_in, services.store, work)
    services.workers.submit(receipt.public_id)
    return shapes.ReceiptOut.model_validate(receipt)
