"""For those who lead a course: its members and their roles, its invitation links, and the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from graders.server.store.audit import Entry, entries
from graders.server.store.courses import members
from graders.server.store.invitations import invite, open_links, revoke
from graders.server.store.membership import activity, change_role, dismiss, found, member_of
from graders.server.web.access import Place
from graders.server.web.api import people_shapes, shapes
from graders.server.web.api.who import Lang, Leads, Services, Staff
from graders.server.web.faults import Refused
from graders.server.web.history import sentence_of
from graders.server.web.leading import Before, Id

__all__ = ["entry_out", "router"]

router = APIRouter()
Words = Annotated[str, Query(max_length=200, description="Words from the name, the address or the student number.")]


@router.get("/courses/{slug}/members")
def course_members(member: Staff, services: Services, q: Words = "") -> list[shapes.MemberOut]:
    """The course's members, or those who match ``q``."""
    active = activity(services.store, member.course.id)
    people = found(members(services.store, member.course.id), q)
    return [_out(one, active.get(one.user_id)) for one in people]


@router.get("/courses/{slug}/members/{user_id}")
def course_member(user_id: Id, member: Staff, services: Services) -> shapes.MemberOut:
    """One member."""
    return _required(services, member, user_id)


@router.put("/courses/{slug}/members/{user_id}")
def new_role(user_id: Id, asked: people_shapes.NewRole, member: Leads, services: Services) -> shapes.MemberOut:
    """Change a member's role; 409 if nobody would lead the course any more."""
    change_role(services.store, member.course.id, user_id, asked.role, by=member.user.id)
    return _required(services, member, user_id)


@router.delete("/courses/{slug}/members/{user_id}", status_code=204)
def remove(user_id: Id, member: Leads, services: Services) -> Response:
    """Remove a member from the course; what they submitted is kept."""
    dismiss(services.store, member.course.id, user_id, by=member.user.id)
    return Response(status_code=204)


@router.get("/courses/{slug}/invitations")
def invitations(member: Leads, services: Services) -> list[people_shapes.OpenLinkOut]:
    """The links that are still valid; the links themselves are not stored."""
    return [people_shapes.OpenLinkOut.model_validate(one) for one in open_links(services.store, member.course.id)]


@router.post("/courses/{slug}/invitations", status_code=201)
def new_invitation(asked: shapes.Inviting, member: Leads, services: Services) -> shapes.LinkOut:
    """Make a link for one person, or for ``uses`` students."""
    token = invite(
        *(services.store, member.course.id, asked.role),
        email=asked.email,
        valid_s=asked.valid_days * 86400.0,
        uses=asked.uses,
        by=member.user.id,
    )
    return shapes.LinkOut(token=token)


@router.delete("/courses/{slug}/invitations/{link_id}", status_code=204)
def end_invitation(link_id: Id, member: Leads, services: Services) -> Response:
    """Make a link invalid."""
    if not revoke(services.store, member.course.id, link_id, by=member.user.id):
        raise Refused(404, "api.not_found")
    return Response(status_code=204)


@router.get("/courses/{slug}/log")
def log(member: Leads, services: Services, lang: Lang, before: Before = None) -> list[people_shapes.EntryOut]:
    """Changes in the course and who made them, newest first, a hundred at a time."""
    return [entry_out(one, lang) for one in entries(services.store, before=before, course_id=member.course.id)]


def entry_out(entry: Entry, lang: str) -> people_shapes.EntryOut:
    return people_shapes.EntryOut(
        id=entry.id,
        at=entry.at,
        by=entry.by,
        what=entry.what,
        subject=entry.subject,
        text=sentence_of(entry, lang),
        course=entry.course,
    )


def _required(services: Services, member: Place, user_id: Id) -> shapes.MemberOut:
    one = member_of(services.store, member.course.id, user_id)
    if one is None:
        raise Refused(404, "api.not_found")
    return _out(one, activity(services.store, member.course.id).get(user_id))


def _out(one: object, at: float | None) -> shapes.MemberOut:
    return shapes.MemberOut.model_validate(one).model_copy(update={"last_active_at": at})
