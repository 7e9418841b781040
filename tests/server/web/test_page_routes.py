"""Every page × every role in one table: what each gets, and which route of the API has the same data.

A page without a row fails; so does a row that names neither a route of the API's table nor why there is none. Who gets
a page gets its data from the API, and nobody else does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from graders.server.store.courses import course_by_slug
from graders.server.web.api.app import PREFIX
from graders.server.web.lesson import lesson_of
from graders.server.web.reading import course_folder
from tests.server.api.conftest import NOBODY, PASSWORD, ROLES, Site, site  # noqa: F401 - the same service
from tests.server.api.test_routes import TABLE as API
from tests.server.routes_of import routes_of
from tests.small_course import UNIT

LOGIN = {"email": "student@example.org", "password": PASSWORD}


@dataclass(frozen=True)
class Row:
    """A page, what is sent to it, the status for each of ``ROLES``; ``api``: a route of the API's table, or ``why``."""

    route: str
    expected: tuple[int, ...]
    api: str = ""
    why: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2]

    def of(self, role: str) -> int:
        return self.expected[0 if role in NOBODY else ROLES.index(role)]


def page(route: str, expected: tuple[int, ...], api: str = "", why: str = "", **options: Any) -> Row:
    """A row whose first status, that of nobody, is a redirect to the login or, where something is sent, 401."""
    nobody = 303 if route.startswith("GET ") else 401
    return Row(route, (nobody, *expected), api, why, options)


def everybody(status: int) -> tuple[int, ...]:
    return (status,) * len(ROLES)


def users(status: int) -> tuple[int, ...]:
    """student, classmate, stranger, assistant, instructor, admin."""
    return (status,) * 6


def members(status: int) -> tuple[int, ...]:
    return (status, status, 404, status, status, status)


def staff(status: int, *, assistants: bool = True) -> tuple[int, ...]:
    """What is for staff is not there for anybody else; ``assistants=False``: nor for them, who see the course."""
    return (404, 404, 404, status if assistants else 403, status, status)


def leaders(status: int) -> tuple[int, ...]:
    return staff(status, assistants=False)


def admins(status: int) -> tuple[int, ...]:
    return (404, 404, 404, 404, 404, status)


def owners(status: int) -> tuple[int, ...]:
    return (status, 404, 404, status, status, status)


COURSE, IN_UNIT = "/courses/{slug}", "/courses/{slug}/units/{unit}"
SUBMIT = f"POST {IN_UNIT}/submissions"
FORM, STUDENT, OPEN = {"action": "draft"}, {"role": "student"}, {"archived": "false"}
PASSWORDS = {"current": "not this one", "password": PASSWORD, "again": PASSWORD}
CSV = "name,email\nNew One,new@example.org\n"
ROSTER = {"file": ("roster.csv", CSV.encode())}
TABLE = (
    Row("GET /login", (200, *users(303)), "POST /tokens", options={"same": False}),
    Row("POST /login", everybody(303), "POST /tokens", options={"data": LOGIN}),
    Row("POST /logout", everybody(303), why="it ends the cookie that it came with"),
    Row("GET /invitation/{token}", everybody(404), "POST /invitations/look"),
    Row("POST /invitation/{token}", everybody(404), "POST /invitations/accept"),
    Row("POST /language", everybody(303), "PUT /me/language/{language}", options={"data": {"language": "en"}}),
    page("GET /account", users(200), "GET /tokens"),
    page("POST /account/tokens", users(200), "POST /me/tokens", data={"name": "laptop"}),
    page("POST /account/tokens/{key}/end", users(303), "DELETE /tokens/{key}", same=False),
    page("POST /account/logins/end", users(303), "DELETE /me/logins"),
    page("POST /account/logins/end-others", users(303), "DELETE /me/logins"),
    page("POST /account/logins/{key}/end", users(303), "DELETE /me/logins/{key}", same=False),
    page("POST /account/password", users(400), "PUT /me/password", same=False, data=PASSWORDS),
    Row("GET /login-link/{token}", everybody(404), "POST /login-link", options={"same": False}),
    Row("POST /login-link/{token}", everybody(404), "POST /login-link"),
    page("GET /", (303, 303, 303, 303, 303, 200), "GET /courses"),
    page(f"GET {COURSE}", members(200), "GET /courses/{slug}"),
    page(f"GET {IN_UNIT}", members(200), f"GET {IN_UNIT}/lesson"),
    page(f"GET {IN_UNIT}/after/{{symbol}}", members(404), f"GET {IN_UNIT}/explanations/{{exercise}}"),
    page(f"GET {COURSE}/units/figures/{{digest}}.svg", users(404), f"GET {COURSE}/units/figures/{{digest}}.svg"),
    page(f"POST {IN_UNIT}/work", members(303), f"PUT {IN_UNIT}/draft", data=FORM),
    page(f"POST {IN_UNIT}/hand-in", members(303), SUBMIT, files={"file": (f"{UNIT}.py", b"x = 1\n")}),
    page("GET /submissions/{public_id}/changes", owners(200), "GET /submissions/{public_id}/changes"),
    page("GET /submissions/{public_id}", owners(200), "GET /submissions/{public_id}"),
    page(f"GET {COURSE}/class", staff(200), f"GET {COURSE}/submissions"),
    page(f"GET {COURSE}/live", members(200), f"GET {COURSE}/attempts"),
    page(f"GET {COURSE}/members", staff(200), f"GET {COURSE}/members"),
    page(f"GET {COURSE}/members/{{user_id}}", staff(404), f"GET {COURSE}/members/{{user_id}}"),
    page(f"POST {COURSE}/members/{{user_id}}/role", leaders(404), f"PUT {COURSE}/members/{{user_id}}", data=STUDENT),
    page(f"POST {COURSE}/members/{{user_id}}/remove", leaders(404), f"DELETE {COURSE}/members/{{user_id}}"),
    page(f"GET {COURSE}/log", leaders(200), f"GET {COURSE}/log"),
    page(f"GET {COURSE}/invitations", leaders(200), f"GET {COURSE}/invitations"),
    page(f"POST {COURSE}/invitations", leaders(200), f"POST {COURSE}/invitations", data=STUDENT),
    page(f"POST {COURSE}/invitations/{{link_id}}/revoke", leaders(404), f"DELETE {COURSE}/invitations/{{link_id}}"),
    page(f"GET {COURSE}/roster", leaders(200), why="a form for a file; nothing is in it"),
    page(f"POST {COURSE}/roster", leaders(200), f"POST {COURSE}/roster/preview", files=ROSTER),
    page(f"POST {COURSE}/roster/import", leaders(200), f"POST {COURSE}/roster/import", data={"rows": CSV}),
    page("GET /admin/courses", admins(200), "GET /admin/courses"),
    page("POST /admin/courses", admins(400), "POST /admin/courses", data={"slug": "new", "root": "no"}),
    page("GET /admin/courses/{slug}", admins(200), "GET /admin/courses/{slug}"),
    page("POST /admin/courses/{slug}", admins(400), "PUT /admin/courses/{slug}", data={"root": "/no/course"}),
    page("POST /admin/courses/{slug}/archive", admins(303), "PUT /admin/courses/{slug}/archived", data=OPEN),
    page("GET /admin/people", admins(200), "GET /admin/people"),
    page("GET /admin/people/{user_id}", admins(404), "GET /admin/people/{user_id}"),
    page("POST /admin/people/{user_id}", admins(404), "PATCH /admin/people/{user_id}", data={"action": "disable"}),
    page("GET /admin/log", admins(200), "GET /admin/log"),
    Row("GET /report.css", everybody(200), why="style, the same for all"),
    Row("GET /static/{file}", everybody(200), why="files of the program, the same for all"),
    Row("GET /healthz", everybody(200), why="for a monitor"),
    Row("GET /readyz", everybody(200), why="for a monitor"),
    Row("GET /metrics", everybody(200), why="for a monitor on this machine; see the table of the API"),
)


def own_routes(site: Site) -> set[str]:  # noqa: F811
    """Everything that the application answers outside the API, whoever has added it."""
    known = {"MOUNT /static": "GET /static/{file}", f"MOUNT {PREFIX}": ""}
    found = {known.get(one, one) for one in routes_of(site.app)} - {""}
    assert not [one for one in found if one.startswith("MOUNT ")], "a mounted application without a table"
    return found


def filled(site: Site, path: str) -> str:  # noqa: F811
    course = course_by_slug(site.store, "dl")
    assert course is not None
    exercise = next(iter(course_folder(course).spec(UNIT).exercises))
    words = {"slug": "dl", "unit": UNIT, "public_id": site.done, "key": "0" * 12, "symbol": exercise, "token": "none"}
    return path.format(**words, digest="0" * 64, file="app.css", user_id=0, link_id=0)


def logged_in_anew(site: Site, role: str) -> None:  # noqa: F811
    """A row may have ended its logins."""
    from graders.server.store.people import start_login, user_by_email

    if role in site.cookies and role not in NOBODY:
        user = user_by_email(site.store, f"{role}@example.org")
        assert user is not None
        site.cookies[role] = start_login(site.store, user.id).token


def test_pages_when_one_is_added_then_it_has_a_row_and_a_route_of_the_api(site: Site) -> None:  # noqa: F811
    assert own_routes(site) == {row.route for row in TABLE}
    assert len({row.route for row in TABLE}) == len(TABLE)
    known = {row.route for row in API}
    for row in TABLE:
        assert len(row.expected) == len(ROLES), row.route
        assert bool(row.api) != bool(row.why), f"{row.route}: a route of the API, or why there is none"
        assert not row.api or row.api in known, f"{row.route}: the API has no {row.api}"


@pytest.mark.parametrize(
    "row", [one for one in TABLE if one.api and one.options.get("same", True)], ids=lambda r: r.route
)
def test_page_when_somebody_gets_it_then_the_api_gives_it_to_the_same(row: Row) -> None:
    same = next(one for one in API if one.route == row.api)
    for role in ROLES[1:]:
        assert (row.of(role) < 400) == (same.of(role) < 400), f"{row.route} and {same.route}, {role}"


@pytest.mark.parametrize("role", [*ROLES, *NOBODY])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_page_when_asked_by_a_role_then_it_answers_so(row: Row, role: str, site: Site) -> None:  # noqa: F811
    logged_in_anew(site, role)
    options = {name: value for name, value in row.options.items() if name != "same"}
    answer = site.browse(row.method, filled(site, row.path), role, **options)
    assert answer.status_code == row.of(role)
    to_login = answer.headers.get("location", "").startswith("/login?")
    assert to_login == (row.of("anonymous") == 303 and row.method == "GET" and role in ("anonymous", *NOBODY))


@pytest.mark.parametrize("row", [one for one in TABLE if "{public_id}" in one.route], ids=lambda row: row.route)
@pytest.mark.parametrize("role", ["classmate", "stranger"])
def test_page_of_anothers_work_then_it_is_as_if_there_were_none(row: Row, role: str, site: Site) -> None:  # noqa: F811
    real = filled(site, row.path)
    found = [site.browse(row.method, path, role) for path in (real, real.replace(site.done, "0" * 24))]
    texts = {re.sub(rf"{site.done}|0{{24}}|nonce-[\w-]+|nonce=\"[\w-]+", "", one.text) for one in found}
    assert [one.status_code for one in found] == [404, 404]
    assert len(texts) == 1


def test_course_when_archived_then_its_students_see_nothing_of_it_and_its_staff_all(site: Site) -> None:  # noqa: F811
    from graders.server.store.courses import archive

    course = course_by_slug(site.store, "dl")
    assert course is not None
    pages = [row for row in TABLE if row.method == "GET" and ("{slug}" in row.path or "{public_id}" in row.path)]
    routes = [row for row in API if row.route.startswith("GET ") and ("{slug}" in row.route or "{public" in row.route)]
    archive(site.store, course.id)
    try:
        for row in pages:
            assert site.browse("GET", filled(site, row.path), "student").status_code == 404, row.route
            assert site.browse("GET", filled(site, row.path), "instructor").status_code == row.of("instructor")
        from tests.server.api.test_routes import filled as filled_in_api

        for one in routes:
            path = filled_in_api(site, one.route.partition(" ")[2])
            assert site.ask("GET", path, "student").status_code == 404, one.route
    finally:
        archive(site.store, course.id, False)


def test_figure_when_it_is_of_the_course_then_its_members_get_it(site: Site) -> None:  # noqa: F811
    course = course_by_slug(site.store, "dl")
    assert course is not None
    lesson = lesson_of(course_folder(course), UNIT, "en")
    assert lesson is not None
    for digest in lesson.figures:
        for role, status in zip(ROLES, (303, *members(200)), strict=True):
            path = f"/courses/dl/units/figures/{digest}.svg"
            assert site.browse("GET", path, role).status_code == status
