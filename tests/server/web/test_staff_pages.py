"""Pages of those who run a course and the service: what they change, who may, and what is written down about it."""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from graders.server.store.audit import entries
from graders.server.store.courses import add_course, course_by_slug, members, role_in, set_role
from graders.server.store.invitations import invite, open_links
from graders.server.store.people import add_user, user_by_email, user_of_token
from graders.server.web.pages.account import device_of
from tests.server.web.conftest import PASSWORD, ROOT, Site

MOODLE = "First name,Last name,ID number,Email address\nMinji,Kim,2026001,minji@example.org\n"


def answered(browser: httpx.Client, path: str, **data: object) -> httpx.Response:
    return browser.post(path, data={name: str(value) for name, value in data.items()})


def link_in(text: str) -> str:
    """The address that the page shows once."""
    found = re.search(r'readonly value="http://[^/]+(/[^"]+)"', text)
    assert found, text
    return found.group(1)


def uploaded(browser: httpx.Client, content: bytes, name: str = "students.csv", slug: str = "dl") -> httpx.Response:
    return browser.post(f"/courses/{slug}/roster", files={"file": (name, content, "text/csv")})


def confirmed(browser: httpx.Client, preview: httpx.Response, slug: str = "dl") -> httpx.Response:
    rows = re.search(r'name="rows" value="([^"]*)"', preview.text)
    assert rows, preview.text
    return browser.post(f"/courses/{slug}/roster/import", data={"rows": html.unescape(rows.group(1))})


# --- people ----------------------------------------------------------------------------------------------------------


def test_people_when_searched_then_those_are_shown_and_assistants_change_nothing(site: Site) -> None:
    student, _ = site.person("Lookedfor")
    _, prof = site.person("Profa", "instructor")
    _, helper = site.person("Helpera", "assistant")
    text = prof.get("/courses/dl/members?q=lookedfor").text
    assert "Lookedfor" in text
    assert "Helpera" not in text
    assert "Nobody found" in prof.get("/courses/dl/members", params={"q": "<script>x"}).text
    seen = helper.get(f"/courses/dl/members/{student.id}").text
    assert "Lookedfor" in seen
    assert "/remove" not in seen
    assert "/role" not in seen


def test_role_when_changed_then_it_holds_and_is_in_the_log(site: Site) -> None:
    student, _ = site.person("Climber")
    prof, browser = site.person("Profb", "instructor")
    answer = answered(browser, f"/courses/dl/members/{student.id}/role", role="assistant")
    assert answer.headers["location"] == "/courses/dl/members?done=role"
    assert role_in(site.store, student.id, site.course.id) == "assistant"
    (latest,) = entries(site.store, limit=1, course_id=site.course.id)
    assert (latest.what, latest.user_id, latest.subject_id) == ("role.set", prof.id, student.id)
    assert "Climber: is now assistant" in browser.get("/courses/dl/log").text
    assert answered(browser, f"/courses/dl/members/{student.id}/role", role="admin").status_code == 400
    assert answered(browser, "/courses/dl/members/999999/role", role="student").status_code == 404


def test_member_when_removed_then_the_course_is_gone_for_them_and_their_links_too(site: Site) -> None:
    student, mine = site.person("Leaver")
    _, browser = site.person("Profc", "instructor")
    token = invite(site.store, site.course.id, "student", email=student.email)
    assert "Staff keep their submissions" in browser.get(f"/courses/dl/members/{student.id}").text
    assert browser.post(f"/courses/dl/members/{student.id}/remove").status_code == 303
    assert mine.get("/courses/dl").status_code == 404
    assert mine.post(f"/invitation/{token}").status_code == 404
    assert role_in(site.store, student.id, site.course.id) is None


def test_course_when_it_has_one_instructor_then_keeps_them(site: Site) -> None:
    alone = add_course(site.store, "alone", str(ROOT))
    prof, browser = site.person("Profd", "instructor")
    set_role(site.store, alone.id, prof.id, "instructor")
    never = add_user(site.store, "never@example.org", "Never")  # no password: has not proved to be anybody
    set_role(site.store, alone.id, never.id, "student")
    path = f"/courses/alone/members/{prof.id}"
    for answer in (browser.post(f"{path}/remove"), answered(browser, f"{path}/role", role="student")):
        assert answer.status_code == 400
        assert "the only instructor of the course" in answer.text
    answer = answered(browser, f"/courses/alone/members/{never.id}/role", role="instructor")
    assert (answer.status_code, "has never logged in" in answer.text) == (400, True)
    other, _ = site.person("Profe", "instructor")
    set_role(site.store, alone.id, other.id, "instructor")
    assert browser.post(f"{path}/remove").headers["location"] == "/"
    assert browser.get("/courses/alone/members").status_code == 404


# --- links -----------------------------------------------------------------------------------------------------------


def test_link_for_one_when_made_then_it_is_shown_once_and_lets_one_in(site: Site) -> None:
    _, browser = site.person("Proff", "instructor")
    answer = answered(browser, "/courses/dl/invitations", role="assistant", email="new.one@example.org", days=7)
    link = link_in(answer.text)
    assert link.split("/")[-1] not in browser.get("/courses/dl/invitations").text
    assert "new.one@example.org" in browser.get("/courses/dl/invitations").text
    sent = {"email": "new.one@example.org", "name": "New", "password": PASSWORD, "again": PASSWORD}
    assert site.browser().post(link, data=sent).status_code == 303
    assert "new.one@example.org" not in browser.get("/courses/dl/invitations").text
    assert site.browser().get(link).status_code == 404
    assert answered(browser, "/courses/dl/invitations", role="admin", email="x@example.org").status_code == 400
    assert answered(browser, "/courses/dl/invitations", role="student", email="nobody").status_code == 400


def test_link_for_a_class_when_its_places_are_taken_or_it_is_revoked_then_nobody_else_gets_in(site: Site) -> None:
    _, browser = site.person("Profg", "instructor")
    link = link_in(answered(browser, "/courses/dl/invitations", uses=2).text)

    def come(name: str) -> int:
        sent = {"email": f"{name}@example.org", "name": name, "password": PASSWORD, "again": PASSWORD}
        return site.browser().post(link, data=sent).status_code

    _, inside = site.person("Inside")
    assert inside.post(link).status_code == 303  # is a student already, and takes no place
    assert [come("classa"), come("classb"), come("classc")] == [303, 303, 404]
    assert user_by_email(site.store, "classc@example.org") is None
    second = link_in(answered(browser, "/courses/dl/invitations", uses=30).text)
    (newest, *_) = open_links(site.store, site.course.id)
    assert browser.post(f"/courses/dl/invitations/{newest.id}/revoke").status_code == 303
    assert browser.post(f"/courses/dl/invitations/{newest.id}/revoke").status_code == 404
    assert site.browser().get(second).status_code == 404
    for wrong in ({"uses": 2, "role": "assistant"}, {"uses": 2, "email": "a@example.org"}):
        assert answered(browser, "/courses/dl/invitations", **wrong).status_code == 400


# --- rosters ---------------------------------------------------------------------------------------------------------

FILES = {
    "moodle, UTF-8 with a mark": MOODLE.encode("utf-8-sig"),
    "canvas": b'Student,ID,SIS User ID,SIS Login ID,Section\n"Kim, Minji",17,2026001,minji@example.org,1\n',
    "Excel in Korea": "이름;학번;이메일\n김민지;2026001;minji@example.org\n".encode("cp949"),
    "tabs": "이름\t이메일\n김민지\tminji@example.org\n".encode(),
    "UTF-16 of Excel": "name\temail\nMinji\tminji@example.org\n".encode("utf-16"),
}


@pytest.mark.parametrize("kind", FILES)
def test_roster_when_uploaded_then_the_preview_knows_the_columns_and_changes_nothing(kind: str, site: Site) -> None:
    _, browser = site.person(f"Prof-{list(FILES).index(kind)}", "instructor")
    before = len(members(site.store, site.course.id))
    answer = uploaded(browser, FILES[kind])
    assert answer.status_code == 200
    assert "minji@example.org" in answer.text
    assert "students.csv, read as" in answer.text
    assert len(members(site.store, site.course.id)) == before


def test_roster_when_confirmed_then_does_what_was_shown_and_gives_links_as_csv(site: Site) -> None:
    _, browser = site.person("Profh", "instructor")
    here, _ = site.person("Staying")
    site.person("Absent")
    add_user(site.store, "joins@example.org", "Joins", PASSWORD)
    lines = ["name,email,student id", '"=HYPERLINK(""x"")",evil@example.org,1', "Staying,staying@example.org,2026009"]
    lines += ["Joins,joins@example.org,", "Nobody,,77", "Twice,evil@example.org,9"]
    shown = uploaded(browser, "\n".join(lines).encode())
    assert [int(n) for n in re.findall(r"<strong>(\d+)</strong>", shown.text)][:5] == [1, 1, 1, 0, 2]
    assert "Line 5: it has no e-mail address" in shown.text
    assert "Line 6: its number or address is already in an earlier line" in shown.text
    assert "Nobody is removed: do that under People" in shown.text
    made = confirmed(browser, shown)
    assert made.status_code == 200
    data = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', made.text)
    assert data
    table = base64.b64decode(data.group(1)).decode("utf-8")
    assert table.startswith("\ufeff")
    (header, row) = csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline=""))
    assert header == ["Name", "E-mail", "Link"]
    assert row[0] == '\'=HYPERLINK("x")'
    assert row[1] == "evil@example.org"
    sent = {"email": row[1], "name": "Evil", "password": PASSWORD, "again": PASSWORD}
    assert site.browser().post(row[2].removeprefix(site.url), data=sent).status_code == 303
    now = {one.email: one for one in members(site.store, site.course.id)}
    assert (now["staying@example.org"].number, now["joins@example.org"].role) == ("2026009", "student")
    assert here.email in now
    assert "imported a roster of 3 people" in browser.get("/courses/dl/log").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "The roster students.csv has no column that identifies a student"),
        (b"PK\x03\x04", "is a spreadsheet, not a CSV file"),
        (b"\xff\x00\xfe\x80", "is neither UTF-8 nor CP949"),
        (b"name,email\n", "contains no students"),
    ],
)
def test_roster_when_it_cannot_be_read_then_a_sentence_with_its_name(content: bytes, said: str, site: Site) -> None:
    _, browser = site.person(f"Prof-{len(content)}-{content[:1].hex()}", "instructor")
    answer = uploaded(browser, content, "C:\\x\\students.csv")
    assert answer.status_code == 400
    assert said in answer.text
    assert "/tmp" not in answer.text


# --- admins ----------------------------------------------------------------------------------------------------------


def test_course_when_added_then_its_folder_must_be_a_course_and_it_opens_later(site: Site, tmp_path: Path) -> None:
    _, admin = site.person("Roota", admin=True)
    _, student = site.person("Waiter")

    def add(**values: object) -> httpx.Response:
        return answered(admin, "/admin/courses", **{"slug": "next", "root": ROOT, **values})

    (tmp_path / "course.toml").write_text("name = 1")
    for values, said in (
        ({"root": "course"}, "is not the full path of a folder"),
        ({"root": tmp_path / "none"}, "none"),
        ({"root": tmp_path}, "course.toml"),
        ({"slug": "Not a slug"}, "cannot be the short name"),
        ({"slug": "dl"}, "There is already a course"),
        ({"opens": "tomorrow"}, "is not a date and time"),
    ):
        answer = add(**values)
        assert answer.status_code == 400
        assert said in answer.text
        assert str(values.get("root", ROOT)) in answer.text  # what was typed is still there
    assert add(opens="2099-01-01T09:00").headers["location"] == "/courses/next/invitations?done=added"
    course = course_by_slug(site.store, "next")
    assert course is not None
    assert (course.titles["ko"] != "next", course.opens_at is not None) == (True, True)
    waiter = user_by_email(site.store, "waiter@example.org")
    assert waiter is not None
    set_role(site.store, course.id, waiter.id, "student")
    assert student.get("/courses/next").status_code == 404
    assert answered(admin, "/admin/courses/next", root=ROOT, title_ko="딥러닝 <2>", opens="").status_code == 303
    assert student.get("/courses/next").status_code == 200
    assert "딥러닝 &lt;2&gt;" in admin.get("/admin/courses/next").text
    assert answered(admin, "/admin/courses/next/archive", archived="true").status_code == 303
    assert student.get("/courses/next").status_code == 404
    assert answered(admin, "/admin/courses/next/archive", archived="false").status_code == 303
    assert student.get("/courses/next").status_code == 200
    said = [one.what for one in entries(site.store, course_id=course.id)]
    assert said == ["course.opened", "course.archived", "course.edited", "role.set", "course.added"]


def test_password_when_forgotten_then_an_admins_link_gives_a_new_one_once(site: Site) -> None:
    user, mine = site.person("Forgetful")
    _, admin = site.person("Rootb", admin=True)
    path = f"/admin/people/{user.id}"
    first, link = (link_in(answered(admin, path, action="link").text) for _ in range(2))
    browser = site.browser()
    assert browser.get(first).status_code == 404  # only the latest holds
    assert site.browser().get(link.replace("login-link", "invitation")).status_code == 404
    assert "Forgetful" in browser.get(link).text
    new = {"password": "quite another one", "again": "quite another one"}
    assert browser.post(link, data={**new, "again": "not the same"}).status_code == 400
    assert browser.post(link, data=new).status_code == 303
    assert browser.get("/courses/dl").status_code == 200
    assert mine.get("/courses/dl").status_code == 303  # logins of before have ended
    assert site.browser().post(link, data=new).status_code == 404
    sent = {"email": user.email, "password": "quite another one"}
    assert site.browser().post("/login", data=sent).status_code == 303


def test_account_when_closed_then_nobody_is_in_by_it_until_it_is_opened(site: Site) -> None:
    user, mine = site.person("Closed")
    _, admin = site.person("Rootc", admin=True)
    token = re.search(r"dg_[\w-]+", mine.post("/account/tokens", data={"name": "x"}).text)
    assert token
    path = f"/admin/people/{user.id}"
    link = link_in(answered(admin, path, action="link").text)
    assert answered(admin, path, action="disable").status_code == 303
    assert mine.get("/courses/dl").status_code == 303
    assert user_of_token(site.store, token.group()) is None
    assert site.browser().get(link).status_code == 404
    assert answered(admin, path, action="link").status_code == 400
    assert "account closed" in admin.get("/admin/people?q=closed@").text
    assert answered(admin, path, action="enable").status_code == 303
    sent = {"email": user.email, "password": PASSWORD}
    assert site.browser().post("/login", data=sent).status_code == 303
    assert answered(admin, path, action="anything").status_code == 404


def test_admins_when_made_and_ended_then_one_stays(site: Site) -> None:
    user, browser = site.person("Riser")
    root, admin = site.person("Rootd", admin=True)
    assert browser.get("/admin/courses").status_code == 404
    assert answered(admin, f"/admin/people/{user.id}", action="admin").status_code == 303
    assert browser.get("/admin/courses").status_code == 200
    for one in (one for one in _admins(site) if one not in (user.id, root.id)):
        assert answered(admin, f"/admin/people/{one}", action="no_admin").status_code == 303
    assert answered(browser, f"/admin/people/{root.id}", action="no_admin").status_code == 303
    for action in ("no_admin", "disable"):
        answer = answered(browser, f"/admin/people/{user.id}", action=action)
        assert (answer.status_code, "the only admin" in answer.text) == (400, True)


def _admins(site: Site) -> list[int]:
    from graders.server.store.accounts import find

    return [one.id for one in find(site.store) if one.is_admin]


# --- one's own account -----------------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def test_logins_when_ended_then_those_browsers_are_out(site: Site) -> None:
    _, mine = site.person("Roamer")
    sent = {"email": "roamer@example.org", "password": PASSWORD}
    lab, home = site.browser(), site.browser()
    for one in (lab, home):
        one.headers["User-Agent"] = FIREFOX
        assert one.post("/login", data=sent).status_code == 303
    text = mine.get("/account").text
    assert text.count("Firefox · Windows") == 2
    keys = re.findall(r"/account/logins/([0-9a-f]{12})/end", text)
    assert len(keys) == 3
    _, stranger = site.person("Strange")
    assert stranger.post(f"/account/logins/{keys[0]}/end").status_code == 303
    assert home.get("/account").status_code == 200
    assert mine.post(f"/account/logins/{keys[0]}/end").status_code == 303  # the newest: at home
    assert (home.get("/account").status_code, lab.get("/account").status_code) == (303, 200)
    assert mine.post("/account/logins/end-others").status_code == 303
    assert (lab.get("/account").status_code, mine.get("/account").status_code) == (303, 200)


def test_password_when_changed_then_only_this_browser_stays_in(site: Site) -> None:
    _, mine = site.person("Changer")
    other = site.browser()
    sent = {"email": "changer@example.org", "password": PASSWORD}
    assert other.post("/login", data=sent).status_code == 303
    new = {"current": PASSWORD, "password": "brand new words", "again": "brand new words"}
    for wrong in ({"current": "not this one"}, {"again": "not the same"}, {"password": "short", "again": "short"}):
        assert mine.post("/account/password", data={**new, **wrong}).status_code == 400
    assert mine.post("/account/password", data=new).status_code == 303
    assert (mine.get("/account").status_code, other.get("/account").status_code) == (200, 303)
    assert site.browser().post("/login", data=sent).status_code == 401
    guesses = [mine.post("/account/password", data={**new, "current": "guess"}).status_code for _ in range(7)]
    assert guesses == [400] * 6 + [429]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge · Linux"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_device_when_told_then_it_is_recognised(agent: str, device: str) -> None:
    assert device_of(agent) == device


# --- who may ---------------------------------------------------------------------------------------------------------

ROLES = ("anonymous", "student", "elsewhere", "assistant", "instructor", "admin")
STAFF, LEADS, ADMIN = (303, 404, 404, 200, 200, 200), (303, 404, 404, 403, 200, 200), (303, 404, 404, 404, 404, 200)
CHANGES = (401, 404, 404, 403, 400, 400)
ADMIN_CHANGES = (401, 404, 404, 404, 404, 400)
WHO_MAY = {
    "GET /courses/dl/members": STAFF,
    "GET /courses/dl/members/{member}": STAFF,
    "GET /courses/dl/invitations": LEADS,
    "GET /courses/dl/roster": LEADS,
    "GET /courses/dl/log": LEADS,
    "GET /admin/courses": ADMIN,
    "GET /admin/courses/dl": ADMIN,
    "GET /admin/people": ADMIN,
    "GET /admin/people/{member}": ADMIN,
    "GET /admin/log": ADMIN,
    "POST /courses/dl/members/{member}/role": CHANGES,  # as something that is no role
    "POST /courses/dl/invitations": CHANGES,
    "POST /courses/dl/roster": CHANGES,
    "POST /courses/dl/roster/import": CHANGES,
    "POST /courses/dl/members/999999/remove": (401, 404, 404, 403, 404, 404),
    "POST /courses/dl/invitations/999999/revoke": (401, 404, 404, 403, 404, 404),
    "POST /admin/courses": ADMIN_CHANGES,
    "POST /admin/courses/dl": ADMIN_CHANGES,
    "POST /admin/courses/none/archive": (401, 404, 404, 404, 404, 404),
    "POST /admin/people/999999": (401, 404, 404, 404, 404, 404),
}


@pytest.fixture(scope="module")
def browsers(site: Site) -> dict[str, httpx.Client]:
    other = add_course(site.store, "elsewhere", str(ROOT))
    found = {"anonymous": site.browser()}
    for role in ("student", "assistant", "instructor"):
        found[role] = site.person(f"May-{role}", role)[1]
    user, found["elsewhere"] = site.person("May-elsewhere")
    set_role(site.store, other.id, user.id, "instructor")
    from graders.server.store.courses import remove_member

    remove_member(site.store, site.course.id, user.id)
    found["admin"] = site.person("May-admin", admin=True)[1]
    return found


@pytest.mark.parametrize("row", WHO_MAY)
def test_staffs_pages_when_asked_by_a_role_then_they_answer_so(
    row: str, site: Site, browsers: dict[str, httpx.Client]
) -> None:
    member = next(one for one in members(site.store, site.course.id) if one.name == "May-student")
    method, _, path = row.format(member=member.user_id).partition(" ")
    sent = {"role": "admin", "rows": "x", "root": "x", "slug": "x", "archived": "true", "action": "disable"}
    options: dict[str, Any] = {"data": sent} if method == "POST" else {}
    if path.endswith("/roster") and options:
        options = {"files": {"file": ("x.csv", b"x")}}
    got = tuple(browsers[role].request(method, path, **options).status_code for role in ROLES)
    assert got == WHO_MAY[row]
    assert role_in(site.store, member.user_id, site.course.id) == "student"


def test_link_of_another_course_when_revoked_by_its_neighbour_then_it_still_holds(
    site: Site, browsers: dict[str, httpx.Client]
) -> None:
    token = invite(site.store, site.course.id, "student", email="safe@example.org")
    (link, *_) = open_links(site.store, site.course.id)
    stranger = user_by_email(site.store, "may-student@example.org")
    assert stranger is not None
    assert browsers["elsewhere"].post(f"/courses/elsewhere/invitations/{link.id}/revoke").status_code == 404
    assert browsers["elsewhere"].get(f"/courses/elsewhere/members/{stranger.id}").status_code == 404
    assert browsers["elsewhere"].post(f"/courses/elsewhere/members/{stranger.id}/remove").status_code == 404
    assert site.browser().get(f"/invitation/{token}").status_code == 200
    assert "May-student" not in browsers["elsewhere"].get("/courses/elsewhere/log").text


@pytest.mark.parametrize("path", ["/courses/dl/invitations", "/admin/courses", "/account/password", "/login-link/x"])
def test_change_when_from_another_site_then_nothing_is_done(path: str, browsers: dict[str, httpx.Client]) -> None:
    assert browsers["admin"].post(path, headers={"Origin": "https://evil.example"}).status_code == 403
