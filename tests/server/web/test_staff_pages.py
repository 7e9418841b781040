"""Pages of those who run a course and the service: what they change, who may, and what is written down about it."""

from __future__ import annotations

import base64
import csv
import io
import re
from pathlib import Path

import httpx
import pytest

from graders.server.store.audit import entries
from graders.server.store.courses import add_course, course_by_slug, members, role_in, set_role
from graders.server.store.invitations import invite, open_links
from graders.server.store.people import add_user, user_by_email, user_of_token
from graders.server.web.pages.account import device_of
from tests.server.web.conftest import PASSWORD, ROOT, Site

MOODLE = "First name,Last name,ID number,Email address\nMinji,Kim,2026001,minji@example.org\n"


def answered(site: Site, browser: httpx.Client, path: str, **data: object) -> httpx.Response:
    return browser.post(path, data={name: str(value) for name, value in data.items()})


def link_in(text: str) -> str:
    """The address that the page shows once."""
    found = re.search(r'readonly value="http://[^/]+(/[^"]+)"', text)
    assert found, text
    return found.group(1)


def uploaded(browser: httpx.Client, content: bytes, name: str = "students.csv", slug: str = "dl") -> httpx.Response:
    return browser.post(f"/courses/{slug}/roster", files={"file": (name, content, "text/csv")})


def confirmed(browser: httpx.Client, preview: httpx.Response, slug: str = "dl") -> httpx.Response:
    import html

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
    answer = answered(site, browser, f"/courses/dl/members/{student.id}/role", role="assistant")
    assert answer.headers["location"] == "/courses/dl/members?done=role"
    assert role_in(site.store, student.id, site.course.id) == "assistant"
    (latest,) = entries(site.store, limit=1, course_id=site.course.id)
    assert (latest.what, latest.user_id, latest.subject_id) == ("role.set", prof.id, student.id)
    assert "Climber: is now assistant" in browser.get("/courses/dl/log").text
    assert answered(site, browser, f"/courses/dl/members/{student.id}/role", role="admin").status_code == 400
    assert answered(site, browser, "/courses/dl/members/999999/role", role="student").status_code == 404


def test_member_when_removed_then_the_course_is_gone_for_them_and_their_links_too(site: Site) -> None:
    student, mine = site.person("Leaver")
    _, browser = site.person("Profc", "instructor")
    token = invite(site.store, site.course.id, "student", email=student.email)
    assert "stays for staff" in browser.get(f"/courses/dl/members/{student.id}").text
    assert browser.post(f"/courses/dl/members/{student.id}/remove").status_code == 303
    assert mine.get("/courses/dl").status_code == 404
    assert mine.post(f"/invitation/{token}").status_code == 404 or role_in(
        site.store, student.id, site.course.id
    ) is None
