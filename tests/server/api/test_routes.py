"""Every route × every role: what each gets, in one table; a route without a row fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from graders.server.web.api.app import PREFIX
from tests.server.api.conftest import NOBODY, PASSWORD, ROLES, Site
from tests.server.routes_of import mounted, routes_of
from tests.small_course import UNIT

CSV = b"name,email\nNew One,new@example.org\n"
LOGIN = {"email": "student@example.org", "password": PASSWORD}
ACCEPTING = {"token": "none", "email": "new@example.org", "name": "New", "password": PASSWORD}


@dataclass(frozen=True)
class Row:
    """A route, what is sent to it, and the status for each of ``ROLES``; whoever is ``NOBODY`` gets anonymous's."""

    route: str
    expected: tuple[int, ...]
    options: dict[str, Any] = field(default_factory=dict)

    def of(self, role: str) -> int:
        return self.expected[0 if role in NOBODY else ROLES.index(role)]


def all_(status: int) -> tuple[int, ...]:
    return (status,) * len(ROLES)


def users(status: int) -> tuple[int, ...]:
    """Whoever has a token."""
    return (401, *(status,) * 6)


def members(status: int) -> tuple[int, ...]:
    """Whoever is in the course."""
    return (401, status, status, 404, status, status, status)


def staff(status: int, *, assistants: bool = True) -> tuple[int, ...]:
    return (401, 403, 403, 404, status if assistants else 403, status, status)


def owners(status: int, *, student: int | None = None) -> tuple[int, ...]:
    """Whose it is, and staff."""
    return (401, status if student is None else student, 404, 404, status, status, status)


def admins(status: int) -> tuple[int, ...]:
    """For everybody else it is not there."""
    return (401, *(404,) * 5, status)


ADMIN, MEMBER, PERSON = "/admin/courses", "/courses/{slug}/members/{user_id}", "/admin/people/{user_id}"
COURSE, IN_UNIT, WORK = "/courses/{slug}", "/courses/{slug}/units/{unit}", "/submissions/{public_id}"
TABLE = (
    Row("POST /tokens", all_(201), {"json": LOGIN}),
    Row("GET /tokens", users(200)),
    Row("POST /me/tokens", users(201), {"json": {"name": "laptop"}}),
    Row("DELETE /tokens/{key}", users(404)),
    Row("GET /me", users(200)),
    Row("PUT /me/language/{language}", users(204)),
    Row("GET /me/logins", users(200)),
    Row("DELETE /me/logins", users(204)),
    Row("DELETE /me/logins/{key}", users(404)),
    Row("PUT /me/password", users(403), {"json": {"current": "not it", "new": PASSWORD}}),
    Row("POST /login-link", all_(404), {"json": {"token": "none", "password": PASSWORD}}),
    Row("GET /courses", users(200)),
    Row("POST /invitations/look", all_(404), {"json": {"token": "none"}}),
    Row("POST /invitations/accept", all_(422), {"json": ACCEPTING}),
    Row("POST /invitations/join", users(422), {"json": {"token": "none"}}),
    Row(f"GET {COURSE}", members(200)),
    Row(f"GET {IN_UNIT}", members(200)),
    Row(f"GET {IN_UNIT}/lesson", members(200)),
    Row(f"GET {COURSE}/units/figures/{{digest}}.svg", members(404)),
    Row(f"GET {IN_UNIT}/draft", members(200)),
    Row(f"PUT {IN_UNIT}/draft", members(200), {"json": {"cells": {}}}),
    Row(f"POST {IN_UNIT}/submissions", members(201), {"content": b"x = 1\n"}),
    Row(f"POST {IN_UNIT}/checks", members(201), {"content": b"x = 1\n"}),
    Row(f"GET {COURSE}/attempts", members(200)),
    Row(f"GET {IN_UNIT}/explanations/{{exercise}}", members(403)),
    Row(f"GET {WORK}", owners(200)),
    Row(f"GET {WORK}/content", owners(200)),
    Row(f"GET {WORK}/changes", owners(200)),
    Row(f"DELETE {WORK}", owners(409)),
    Row(f"GET {COURSE}/members", staff(200)),
    Row(f"GET {MEMBER}", staff(404)),
    Row(f"PUT {MEMBER}", staff(404, assistants=False), {"json": {"role": "student"}}),
    Row(f"DELETE {MEMBER}", staff(404, assistants=False)),
    Row(f"GET {COURSE}/invitations", staff(200, assistants=False)),
    Row(f"DELETE {COURSE}/invitations/{{link_id}}", staff(404, assistants=False)),
    Row(f"GET {COURSE}/log", staff(200, assistants=False)),
    Row(f"GET {COURSE}/submissions", staff(200)),
    Row(f"GET {COURSE}/queue", staff(200)),
    Row(f"GET {COURSE}/quarantine", staff(200)),
    Row(f"POST {COURSE}/roster/preview", staff(200, assistants=False), {"content": CSV}),
    Row(f"POST {COURSE}/roster/import", staff(200, assistants=False), {"content": CSV}),
    Row(f"POST {COURSE}/invitations", staff(201, assistants=False), {"json": {"role": "student"}}),
    Row(f"POST {WORK}/regrade", owners(201, student=403)),
    Row(f"GET {ADMIN}", admins(200)),
    Row(f"POST {ADMIN}", admins(422), {"json": {"slug": "new", "root": "not/a/full/path"}}),
    Row(f"GET {ADMIN}/{{slug}}", admins(200)),
    Row(f"PUT {ADMIN}/{{slug}}", admins(422), {"json": {"root": "/no/course"}}),
    Row(f"PUT {ADMIN}/{{slug}}/archived", admins(200), {"json": {"archived": False}}),
    Row("GET /admin/people", admins(200)),
    Row(f"GET {PERSON}", admins(404)),
    Row(f"PATCH {PERSON}", admins(404), {"json": {"disabled": True}}),
    Row(f"POST {PERSON}/login-link", admins(404)),
    Row("GET /admin/log", admins(200)),
)


def filled(site: Site, path: str) -> str:
    from graders.server.store.courses import course_by_slug
    from graders.server.web.reading import course_folder

    course = course_by_slug(site.store, "dl")
    assert course is not None
    exercise = next(iter(course_folder(course).spec(UNIT).exercises))
    words = {
        "slug": "dl",
        "unit": UNIT,
        "public_id": site.done,
        "key": "0" * 12,
        "language": "en",
        "digest": "0" * 64,
        "user_id": 0,
        "link_id": 0,
    }
    return PREFIX + path.format(**words, exercise=exercise)


def test_routes_when_one_is_added_then_it_has_a_row(site: Site) -> None:
    api = mounted(site.app, PREFIX)
    described = {f"{method.upper()} {path}" for path, methods in api.openapi()["paths"].items() for method in methods}
    rows = {row.route for row in TABLE}
    assert described == rows
    assert set(routes_of(api)) == rows | {"GET /openapi.json"}, "a route that the description leaves out"
    assert all(len(row.expected) == len(ROLES) for row in TABLE)


@pytest.mark.parametrize("role", [*ROLES, *NOBODY])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_route_when_asked_by_a_role_then_it_answers_so(row: Row, role: str, site: Site) -> None:
    method, _, path = row.route.partition(" ")
    answer = site.ask(method, filled(site, path), role, **row.options)
    assert answer.status_code == row.of(role), answer.text
    if role in NOBODY and answer.status_code == 401:
        assert answer.json()["id"] == "api.token_over"
    if answer.status_code >= 400:
        assert answer.json().keys() == {"id", "text", "params"}


@pytest.mark.parametrize("row", [row for row in TABLE if "public_id" in row.route], ids=lambda row: row.route)
def test_work_of_others_when_asked_for_then_the_answer_is_as_for_none(row: Row, site: Site) -> None:
    method, _, path = row.route.partition(" ")
    real, none = filled(site, path), filled(site, path).replace(site.done, "0" * 24)
    for role in ("classmate", "stranger"):
        first, second = (site.ask(method, one, role) for one in (real, none))
        assert (first.status_code, first.content) == (second.status_code, second.content)
    assert site.ask("GET", f"{PREFIX}/courses/ml", "student").content == (
        site.ask("GET", f"{PREFIX}/courses/no-such", "student").content
    )


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 200), ("/metrics", 200)])
def test_operation_when_asked_from_this_machine_then_it_answers(path: str, status: int, site: Site) -> None:
    assert site.ask("GET", path).status_code == status


def test_metrics_when_asked_by_way_of_a_proxy_then_only_an_admin_reads_them(site: Site) -> None:
    forwarded = {"X-Forwarded-For": "192.0.2.1"}
    found = {role: site.ask("GET", "/metrics", role, headers=forwarded).status_code for role in ROLES}
    assert found == {role: 200 if role == "admin" else 404 for role in ROLES}
    text = site.ask("GET", "/metrics").text
    assert 'deepgrade_gradings{verdict="pass"} 1.0' in text
    assert 'deepgrade_queue_length{kind="submission",state="queued"}' in text
    assert site.done not in text
