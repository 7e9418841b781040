"""For a course's staff: submissions, the queue, quarantine, rosters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from graders.server.store import roster
from graders.server.store.queue import regrade
from graders.server.store.work import attempts, quarantined, waiting
from graders.server.web.api import shapes
from graders.server.web.api.bodies import read_file
from graders.server.web.api.faults import error_of
from graders.server.web.api.study import UPLOAD, attempt_out
from graders.server.web.api.who import Lang, Leads, SeenByStaff, Services, Staff
from graders.server.web.rosters import register_of
from graders.submission.register import MAX_KB, Register

__all__ = ["router"]

router = APIRouter()


@router.get("/courses/{slug}/submissions")
def course_submissions(
    member: Staff,
    services: Services,
    unit: Annotated[str | None, Query(max_length=128)] = None,
    user_id: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
) -> list[shapes.AttemptOut]:
    """Everybody's submissions, newest first."""
    found = attempts(services.store, member.course.id, user_id=user_id, unit=unit)
    return [attempt_out(one, staff=True) for one in found]


@router.post("/courses/{slug}/roster/preview", openapi_extra=UPLOAD)
async def roster_preview(member: Leads, services: Services, request: Request, lang: Lang) -> shapes.PreviewOut:
    """What an import of this CSV would do; changes nothing."""
    register = await _register(request)
    found = await run_in_threadpool(roster.preview, services.store, member.course.id, register)
    return shapes.PreviewOut(
        rows=[shapes.RosterRow.model_validate(row) for row in found.rows],
        bad=[(line, shapes.ErrorOut(**error_of(message, lang))) for line, message in found.bad],
        absent=list(found.absent),
    )


@router.post("/courses/{slug}/roster/import", openapi_extra=UPLOAD)
async def roster_import(member: Leads, services: Services, request: Request) -> list[shapes.InvitedOut]:
    """Import the roster; returns a link for everyone who cannot log in yet."""
    register = await _register(request)

    def imported() -> list[roster.Invited]:
        return roster.import_roster(services.store, member.course.id, register, by=member.user.id)

    return [shapes.InvitedOut.model_validate(one) for one in await run_in_threadpool(imported)]


@router.get("/courses/{slug}/queue")
def queue(member: Staff, services: Services) -> shapes.QueueOut:
    """What is waiting and what is being graded."""
    now = waiting(services.store)
    return shapes.QueueOut(
        queued=dict(now.queued),
        leased=dict(now.leased),
        quarantined=now.quarantined,
        oldest_at=now.oldest_at,
        capacity=services.workers.capacity(),
    )


@router.get("/courses/{slug}/quarantine")
def quarantine(member: Staff, services: Services) -> list[shapes.AttemptOut]:
    """What has brought down its grader three times."""
    return [attempt_out(one, staff=True) for one in quarantined(services.store, member.course.id)]


@router.post("/submissions/{public_id}/regrade", status_code=201)
def grade_again(work: SeenByStaff, services: Services) -> shapes.ReceiptOut:
    """Grade a submission again; the earlier result is kept."""
    receipt = regrade(services.store, work.attempt.public_id, by=work.by.user.id)
    services.workers.submit(receipt.public_id)
    return shapes.ReceiptOut.model_validate(receipt)


async def _register(request: Request) -> Register:
    sent = await read_file(request, "", MAX_KB << 10)
    return await run_in_threadpool(register_of, sent.name, sent.content)
