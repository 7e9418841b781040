"""Who may change what: those who lead a course change its members, admins the service."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Path, Query, Request

from graders.server.store.people import User
from graders.server.web.access import Place
from graders.server.web.services import Services
from graders.server.web.who import place_of, require_user

__all__ = ["DONE", "Before", "Id", "admin_of", "done", "leader_of"]

DONE = ("added", "ended", "made", "opened", "removed", "role", "saved")  # what a page reports after a redirect

Id = Annotated[int, Path(ge=0, lt=1 << 31)]  # the range that the database holds
Before = Annotated[int | None, Query(ge=0, lt=1 << 31, description="The number of the last entry that is known.")]


def leader_of(request: Request, services: Services, slug: str) -> Place:
    """404 for users who are not staff, 403 for assistants."""
    place = place_of(request, services, slug, staff=True)
    if not place.leads:
        raise HTTPException(403)
    return place


def admin_of(request: Request, services: Services) -> User:
    """404 for everybody else."""
    user = require_user(request, services)
    if not user.is_admin:
        raise HTTPException(404)
    return user


def done(request: Request) -> str:
    """The message id of what was just done, "" for nothing."""
    said = request.query_params.get("done", "")
    return f"web.done_{said}" if said in DONE else ""
