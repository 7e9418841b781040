"""What programs send and get: receipts, reports, errors in two languages, limits."""

from __future__ import annotations

import hashlib

import pytest

from graders.reports.report import Report
from graders.server.store.courses import course_by_slug
from graders.server.store.work import attempt_of
from graders.server.web.api.app import PREFIX
from graders.server.web.words import wished_language
from graders.submission.upload import MAX_TOTAL_MB
from tests.server.api.conftest import Site
from tests.small_course import UNIT

IN_UNIT = f"{PREFIX}/courses/dl/units/{UNIT}"


@pytest.mark.parametrize("form", [True, False], ids=["form", "raw"])
def test_submission_when_handed_in_then_the_receipt_is_of_these_bytes(form: bool, site: Site) -> None:
    content = f"# {form}\n".encode()
    if form:
        answer = site.ask("POST", f"{IN_UNIT}/submissions", "classmate", files={"file": ("mine.py", content)})
    else:
        answer = site.ask("POST", f"{IN_UNIT}/submissions?file_name=mine.py", "classmate", content=content)
    receipt = answer.json()
    assert (answer.status_code, receipt["digest"]) == (201, hashlib.sha256(content).hexdigest())
    kept = attempt_of(site.store, receipt["public_id"])
    assert kept is not None
    assert (kept.file_name, kept.state, kept.attempt) == ("mine.py", "queued", receipt["attempt"])
    assert site.ask("GET", f"{PREFIX}/submissions/{kept.public_id}/content", "classmate").content == content
    assert site.ask("DELETE", f"{PREFIX}/submissions/{kept.public_id}", "classmate").status_code == 204


def test_result_when_read_by_its_student_then_it_is_the_students_view(site: Site) -> None:
    seen = site.ask("GET", f"{PREFIX}/submissions/{site.done}", "student").json()
    staff = site.ask("GET", f"{PREFIX}/submissions/{site.done}", "assistant").json()
    assert (seen["report"]["view"], staff["report"]["view"]) == ("student", "staff")
    assert seen["report"]["run"] == {}
    assert Report.from_dict(seen["report"]).verdict == "pass"
    assert (seen["submission"]["student"], staff["submission"]["student"]) == (None, "Student")
    waits = site.ask("GET", f"{PREFIX}/submissions/{site.waits}", "student").json()
    assert (waits["submission"]["state"], waits["report"]) == ("queued", None)
    assert waits["ahead"] >= 0


def test_map_when_read_then_it_has_the_progress_of_who_reads(site: Site) -> None:
    mine = site.ask("GET", f"{PREFIX}/courses/dl", "student").json()["units"]
    theirs = site.ask("GET", f"{PREFIX}/courses/dl", "instructor").json()["units"]
    assert [one["unit"] for one in mine] == [one["unit"] for one in theirs] == [UNIT]
    assert (mine[0]["state"], mine[0]["points"]) == ("passed", 3.0)


@pytest.mark.parametrize(
    ("header", "lang"),
    [("ko", "ko"), ("en-US,ko;q=0.9", "en"), ("fr, ko;q=0.5, en;q=0.1", "ko"), ("", "en"), ("*;q=x", "en")],
)
def test_error_when_shown_then_in_the_language_asked_for(header: str, lang: str, site: Site) -> None:
    assert wished_language(header) == lang
    answer = site.ask("GET", f"{PREFIX}/me", headers={"Accept-Language": header})
    assert answer.json()["id"] == "api.no_token"
    assert ("로그인" in answer.json()["text"]) == (lang == "ko")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["dg_none", "x" * 5000])
def test_token_when_it_is_none_then_401(token: str, site: Site) -> None:
    assert site.ask("GET", f"{PREFIX}/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_token_when_ended_then_it_is_of_no_use(site: Site) -> None:
    made = site.ask("POST", f"{PREFIX}/me/tokens", "stranger", json={"name": "old laptop"}).json()["token"]
    headers = {"Authorization": f"Bearer {made}"}
    known = site.ask("GET", f"{PREFIX}/tokens", headers=headers).json()
    key = next(one["key"] for one in known if one["name"] == "old laptop")
    assert site.ask("DELETE", f"{PREFIX}/tokens/{key}", "student").status_code == 404
    assert site.ask("DELETE", f"{PREFIX}/tokens/{key}", headers=headers).status_code == 204
    assert site.ask("GET", f"{PREFIX}/me", headers=headers).json()["id"] == "api.token_over"


def test_body_when_too_large_then_it_is_refused_and_nothing_is_kept(site: Site) -> None:
    before = len(site.ask("GET", f"{PREFIX}/courses/dl/attempts", "student").json())
    pieces = (b"#" * (1 << 20) for _ in range(MAX_TOTAL_MB + 1))  # without a length in the header
    answer = site.ask("POST", f"{IN_UNIT}/submissions", "student", content=pieces)
    assert (answer.status_code, answer.json()["id"]) == (413, "server.too_large")
    assert len(site.ask("GET", f"{PREFIX}/courses/dl/attempts", "student").json()) == before
    said = site.ask("POST", f"{IN_UNIT}/submissions", "student", content=b"#" * ((MAX_TOTAL_MB << 20) + 1))
    assert said.status_code == 413


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PREFIX}/courses/dl/units/u77_none/submissions", 404),
        (f"{IN_UNIT}/checks?exercise=NoSuch", 404),
        (f"{IN_UNIT}/submissions", 422),
        (f"{PREFIX}/nowhere", 404),
    ],
)
def test_handing_in_when_there_is_nothing_of_that_name_then_a_sentence(path: str, status: int, site: Site) -> None:
    answer = site.ask("POST", path, "student", content=b"")
    assert answer.status_code == status
    assert answer.json()["text"]


def test_error_when_a_password_was_sent_then_it_is_not_in_the_answer(site: Site) -> None:
    answer = site.ask("POST", f"{PREFIX}/tokens", json={"email": "a@b.example", "password": ["hunter2-secret"]})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


def test_password_when_tried_too_often_then_one_waits(site: Site) -> None:
    body = {"email": "nobody@example.org", "password": "wrong password"}
    found = [site.ask("POST", f"{PREFIX}/tokens", json=body).status_code for _ in range(11)]
    assert found == [401] * 10 + [429]


def test_invitation_when_accepted_then_its_token_is_of_a_member(site: Site) -> None:
    link = site.ask("POST", f"{PREFIX}/courses/dl/invitations", "instructor", json={"role": "student"}).json()
    offered = site.ask("POST", f"{PREFIX}/invitations/look", json=link).json()
    assert (offered["course"], offered["role"]) == ("dl", "student")
    words = {**link, "email": "lee@example.org", "name": "Lee", "password": "another long password"}
    joined = site.ask("POST", f"{PREFIX}/invitations/accept", json=words)
    headers = {"Authorization": f"Bearer {joined.json()['token']}"}
    me = site.ask("GET", f"{PREFIX}/me", headers=headers).json()
    assert [one["slug"] for one in me["courses"]] == ["dl"]
    assert site.ask("POST", f"{PREFIX}/invitations/accept", json=words).status_code == 422


def test_course_when_not_open_yet_then_only_staff_see_it(site: Site) -> None:
    course = course_by_slug(site.store, "ml")
    assert course is not None
    from sqlalchemy import update

    from graders.server.store.models import Course

    with site.store.writing() as connection:
        connection.execute(update(Course).where(Course.id == course.id).values(opens_at=site.store.clock() + 1000))
    assert site.ask("GET", f"{PREFIX}/courses/ml/attempts", "stranger").status_code == 404
    assert site.ask("GET", f"{PREFIX}/courses/ml/attempts", "admin").status_code == 200
