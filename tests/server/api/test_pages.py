"""What a page shows, ``/api/v1`` has too: a page without its row fails."""

from __future__ import annotations

from starlette.routing import Mount

from graders.server.web.api.app import PREFIX, build_api
from graders.server.web.app import build_app
from tests.server.api.conftest import Site

# Page → where a program gets the same. A page that shows nothing of its own has the route that does what it is for.
SAME = {
    "/": "/courses",
    "/login": "/tokens",
    "/invitation/{token}": "/invitations/look",
    "/login-link/{token}": "/login-link",
    "/account": "/me/logins",
    "/courses/{slug}": "/courses/{slug}",
    "/courses/{slug}/class": "/courses/{slug}/submissions",
    "/courses/{slug}/invitations": "/courses/{slug}/invitations",
    "/courses/{slug}/log": "/courses/{slug}/log",
    "/courses/{slug}/members": "/courses/{slug}/members",
    "/courses/{slug}/members/{user_id}": "/courses/{slug}/members/{user_id}",
    "/courses/{slug}/roster": "/courses/{slug}/roster/preview",
    "/courses/{slug}/units/{unit}": "/courses/{slug}/units/{unit}",
    "/courses/{slug}/units/{unit}/after/{symbol}": "/courses/{slug}/units/{unit}/explanations/{exercise}",
    "/work/{public_id}": "/submissions/{public_id}",
    "/admin/courses": "/admin/courses",
    "/admin/courses/{slug}": "/admin/courses/{slug}",
    "/admin/log": "/admin/log",
    "/admin/people": "/admin/people",
    "/admin/people/{user_id}": "/admin/people/{user_id}",
}
PARTS = {"/courses/{slug}/live", "/courses/{slug}/units/figures/{digest}.svg", "/report.css", f"{PREFIX}/openapi.json"}


def test_pages_when_one_is_added_then_it_has_its_row(site: Site) -> None:
    mounted = next(one for one in site.app.routes if isinstance(one, Mount) and one.path == PREFIX)
    services = mounted.app.state.services  # type: ignore[attr-defined]
    routes = [one for one in build_app(services).routes if "GET" in (getattr(one, "methods", None) or ())]
    assert {getattr(one, "path", "") for one in routes} - PARTS == SAME.keys()
    assert set(SAME.values()) <= build_api(services).openapi()["paths"].keys()
