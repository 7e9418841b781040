"""The caller's account: logins and the password; and the link for people who forgot their password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from graders.server.store import accounts, logins
from graders.server.store.people import end_logins, make_token
from graders.server.web.api import people_shapes, shapes
from graders.server.web.api.people import user_out
from graders.server.web.api.who import Caller, Services
from graders.server.web.faults import Refused

__all__ = ["router"]

router = APIRouter()


@router.get("/me/logins")
def sessions(user: Caller, services: Services) -> list[people_shapes.LoginOut]:
    """The browsers in which you are logged in."""
    return [people_shapes.LoginOut.model_validate(one) for one in logins.sessions_of(services.store, user.id)]


@router.delete("/me/logins", status_code=204)
def log_out_everywhere(user: Caller, services: Services) -> Response:
    """End all logins; tokens stay valid."""
    end_logins(services.store, user.id, by=user.id)
    return Response(status_code=204)


@router.delete("/me/logins/{key}", status_code=204)
def log_out(key: str, user: Caller, services: Services) -> Response:
    """End one login."""
    if not logins.end_session(services.store, user.id, key):
        raise Refused(404, "api.not_found")
    return Response(status_code=204)


@router.put("/me/password", status_code=204)
def password(asked: people_shapes.NewPassword, user: Caller, services: Services) -> Response:
    """Change your password, given the old one; this logs out every browser."""
    if not services.limits.passwords.allowed(user.id):
        raise Refused(429, "api.too_often", minutes=5)
    logins.change_password(services.store, user.id, asked.current, asked.new)
    return Response(status_code=204)


@router.post("/login-link", status_code=201)
def use_login_link(asked: people_shapes.UsingLink, services: Services, request: Request) -> shapes.Joining:
    """Set a new password through an admin's link, and get a token."""
    if not services.limits.may_use_link(request.client.host if request.client else "-"):
        raise Refused(429, "api.too_often", minutes=5)
    user = accounts.use_link(services.store, asked.token, asked.password)
    return shapes.Joining(user=user_out(user), token=make_token(services.store, user.id, "login link"))
