"""Pages over HTTP: who gets in, who sees what, and what is kept."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from graders.messages.message import Message
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from graders.server.store.invitations import first_admin, invite
from graders.server.store.leases import finish, lease
from graders.server.store.people import make_token
from graders.server.store.work import attempt_of, attempts, content_of, draft_of
from graders.server.web.lesson import html_of, line_in_cells
from tests.server.web.conftest import PASSWORD, UNIT, Site

HOME = f"/courses/dl/units/{UNIT}"
ANSWER = "def AND(x1, x2):\n    return int(x1 + x2 > 1.5)\n"
SECRET = "the hidden value 0.123456"


def graded(site: Site, public_id: str) -> None:
    """Somebody has graded it: one exercise passes, another fails on something hidden."""
    job = lease(site.store, "tester")
    assert job is not None
    assert job.public_id == public_id
    case = CaseReport(SECRET, 1, False, "fail", Message("verdict.fail"))
    right = CheckReport("output", "correct", "pass", 1, 1, message=Message("verdict.pass"))
    wrong = CheckReport("output", "correct", "fail", 0, 1, SECRET, False, Message("verdict.fail"), cases=(case,))
    report = Report(
        job.student,
        (ExerciseReport(UNIT, "AND", "pass", (right,)), ExerciseReport(UNIT, "OR", "fail", (wrong,))),
        "fail",
        flags=(Message("broken", {"text": SECRET}),),
    )
    assert finish(site.store, job.id, job.token, report)


def handed_in(browser: httpx.Client, code: str = ANSWER, action: str = "submit") -> str:
    answer = browser.post(f"{HOME}/work", data={"cell:AND": code, "action": action})
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix("/submissions/")


def test_first_admin_when_the_link_is_used_then_it_is_over(site: Site) -> None:
    link = f"/invitation/{first_admin(site.store)}"
    browser = site.browser()
    assert "first admin" in browser.get(link).text
    sent = {"email": "root@example.org", "name": "Root", "password": PASSWORD, "again": PASSWORD}
    assert browser.post(link, data={**sent, "again": "another one"}).status_code == 400
    assert browser.post(link, data=sent).status_code == 303
    assert browser.get("/").status_code == 200
    assert site.browser().get(link).status_code == 404


def test_login_when_wrong_then_nobody_is_in_and_tries_are_few(site: Site) -> None:
    site.person("Lee")
    browser = site.browser()
    assert browser.get("/").headers["location"].startswith("/login")
    sent = {"email": "lee@example.org", "password": "wrong wrong wrong"}
    answers = [browser.post("/login", data=sent).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    assert browser.get("/account").status_code == 303


def test_cookie_when_logged_in_then_scripts_and_other_sites_have_none_and_logout_ends_it(site: Site) -> None:
    _, first = site.person("Cho")
    browser = site.browser()
    answer = browser.post("/login", data={"email": "cho@example.org", "password": PASSWORD, "next": "//evil.example"})
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    stolen = site.client(cookies=dict(browser.cookies))
    assert stolen.get("/courses/dl").status_code == 200
    browser.post("/logout")
    assert stolen.get("/courses/dl").status_code == 303
    assert first.get("/courses/dl").status_code == 200


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/language", f"{HOME}/work", f"{HOME}/hand-in", "/account/tokens"]
)
def test_post_when_from_another_site_then_nothing_is_done(site: Site, path: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert site.browser().post(path, headers=headers).status_code == 403
    plain = site.client(cookies={"deepgrade": "x"})
    assert plain.post(path).status_code == 403
    assert plain.post(path, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403


def test_headers_on_every_answer_then_no_inline_script_or_style(site: Site) -> None:
    _, browser = site.person("Han")
    for path in ("/", "/courses/dl", HOME, "/nowhere", "/static/app.js", "/report.css", "/courses/dl/class"):
        answer = browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "html" in answer.headers.get("content-type", ""):
            assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)|\son\w+=", answer.text)


def test_body_when_too_long_then_it_is_not_read_to_its_end(site: Site) -> None:
    _, browser = site.person("Kang")
    assert browser.post(f"{HOME}/work", content=b"x" * (5 << 20)).status_code == 413

    def pieces() -> object:
        for _ in range(64):
            yield b"y" * (1 << 17)

    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status = browser.post(f"{HOME}/work", content=pieces(), headers=form).status_code  # type: ignore[arg-type]
    except httpx.WriteError:
        status = 413  # the connection was closed while it was still being sent
    assert status in (400, 413)
    assert browser.get(HOME).status_code == 200


def test_language_when_switched_then_every_page_and_the_account_speak_it(site: Site) -> None:
    browser = site.browser()
    assert 'lang="ko"' in browser.get("/login", headers={"Accept-Language": "ko-KR,ko;q=0.9"}).text
    assert 'lang="en"' in browser.get("/login", headers={"Accept-Language": "de"}).text
    browser.post("/language", data={"language": "ko", "next": "/login"})
    assert "로그인" in browser.get("/login").text
    _, mine = site.person("Moon")
    mine.post("/language", data={"language": "ko"})
    assert "시작하기" in mine.get("/courses/dl").text
    assert "퍼셉트론" in mine.get(HOME).text


def test_lesson_when_shown_then_has_cells_figures_and_no_solution(site: Site) -> None:
    _, browser = site.person("Yoon")
    text = browser.get(HOME).text
    assert text.count("<textarea") >= 10
    assert 'value="check:AND"' in text
    figures = re.findall(r'src="(figures/[0-9a-f]{64}\.svg)"', text)
    assert figures
    answer = browser.get(f"/courses/dl/units/{figures[0]}")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert site.browser().get(f"/courses/dl/units/{figures[0]}").status_code == 303
    assert browser.get("/courses/dl/units/u99_nothing").status_code == 404
    assert browser.get(f"{HOME}/after/AND").status_code == 404


def test_draft_when_kept_then_it_is_there_again_and_is_text(site: Site) -> None:
    user, browser = site.person("Seo")
    code = "def AND(x1, x2):\n    return '</textarea><script>alert(1)</script>'"
    answer = browser.post(f"{HOME}/work", data={"cell:AND": code, "cell:evil": "x", "action": "draft"})
    assert answer.status_code == 303
    kept = draft_of(site.store, user.id, site.course.id, UNIT)
    assert kept is not None
    assert json.loads(kept.text) == {"AND": code}
    assert "<script>alert" not in browser.get(HOME).text
    assert "&lt;/textarea&gt;" in browser.get(HOME).text


def test_answers_when_handed_in_then_they_are_one_module_with_a_receipt(site: Site) -> None:
    user, browser = site.person("Gwak")
    public_id = handed_in(browser)
    content = content_of(site.store, public_id)
    assert content is not None
    module = content.decode()
    assert "import numpy as np" in module
    assert ANSWER.strip() in module
    assert "%" not in module.split("def ")[0]
    compile(module, "u01.py", "exec")
    page = browser.get(f"/submissions/{public_id}")
    assert "waiting" in page.text
    checked = handed_in(browser, action="check:AND")
    found = attempt_of(site.store, checked)
    assert found is not None
    assert (found.kind, found.exercise, found.user_id) == ("check", "AND", user.id)
    assert browser.post(f"{HOME}/work", data={"action": "check:Nothing"}).status_code == 404
    for one in (public_id, checked):
        site.services.workers.cancel(one)


def test_line_when_a_check_names_one_then_it_is_that_of_its_cell(site: Site) -> None:
    _, browser = site.person("Baek")
    public_id = handed_in(browser, "\n\n" + ANSWER, action="check:AND")
    module = (content_of(site.store, public_id) or b"").decode()
    own, other = (module.split("\n").index(f"def {name}(x1, x2):") + 2 for name in ("AND", "OR"))
    line_of = line_in_cells(module, ("AND",))
    assert (line_of(own), line_of(other), line_of(1)) == (2, "2 (OR)", 1)
    found_at(site, public_id, own)
    assert "your line 2<" in browser.get(f"/submissions/{public_id}", headers={"X-Deepgrade": "fragment"}).text


def test_last_check_when_the_unit_is_opened_again_then_it_is_below_its_cell(site: Site) -> None:
    user, browser = site.person("Sagong")
    assert "Last check" not in browser.get(HOME).text
    first = handed_in(browser, action="check:AND")
    found_at(site, first, 1)
    second = handed_in(browser, ANSWER.replace("1.5", "1.2"), action="check:AND")
    found_at(site, second, 2)
    newest = f'<div data-load="/submissions/{second}">'
    text = browser.get(HOME).text
    assert text.count('class="last"') == text.count(newest) == 1
    assert text.index('id="result-AND"') < text.index(newest) < text.index('id="result-NAND"')
    token = {"Authorization": f"Bearer {make_token(site.store, user.id, 'test')}"}
    exercises = browser.get(f"/api/v1{HOME}", headers=token).json()["exercises"]
    assert {one["name"]: one["last_check"] for one in exercises if one["last_check"]} == {"AND": second}


def found_at(site: Site, public_id: str, line: int) -> None:
    """A check has found something wrong at this line of the module."""
    job = lease(site.store, "tester")
    assert job is not None
    assert job.public_id == public_id
    wrong = CheckReport("y", "correct", "fail", 0, 1, message=Message("verdict.fail"), line=line, source="return 1")
    report = Report(job.student, (ExerciseReport(UNIT, "AND", "fail", (wrong,)),), "fail")
    assert finish(site.store, job.id, job.token, report)


def test_file_when_uploaded_then_it_is_handed_in_as_it_is(site: Site) -> None:
    user, browser = site.person("Jung")
    sent = {"file": ("../<b>u01_perceptron.py", ANSWER.encode(), "text/x-python")}
    answer = browser.post(f"{HOME}/hand-in", files=sent)
    assert answer.status_code == 303
    done = attempts(site.store, site.course.id, user_id=user.id)
    assert content_of(site.store, done[0].public_id) == ANSWER.encode()
    assert "<b>" not in browser.get(answer.headers["location"]).text
    assert browser.post(f"{HOME}/hand-in", files={"file": ("a.exe", b"MZ")}).status_code == 422
    site.services.workers.cancel(done[0].public_id)


def test_work_when_anothers_then_it_is_not_there_and_hidden_things_are_for_staff(site: Site) -> None:
    _, mine = site.person("Ahn")
    _, other = site.person("Oh")
    _, staff = site.person("Prof", "instructor")
    public_id = handed_in(mine)
    graded(site, public_id)
    assert other.get(f"/submissions/{public_id}").status_code == 404
    assert other.get(f"/submissions/{public_id}", headers={"X-Deepgrade": "fragment"}).status_code == 404
    assert site.browser().get(f"/submissions/{public_id}").status_code == 303
    for headers in ({}, {"X-Deepgrade": "fragment"}):
        text = mine.get(f"/submissions/{public_id}", headers=headers).text
        assert "AND" in text
        assert SECRET not in text
    assert SECRET in staff.get(f"/submissions/{public_id}").text
    assert mine.get("/courses/dl/class").status_code == 404
    assert mine.get("/courses/dl/live?class").status_code == 404
    assert "Ahn" in staff.get("/courses/dl/class").text
    assert 'class="dot passed" title' in mine.get("/courses/dl").text
    assert 'class="dot passed" title' not in other.get("/courses/dl").text


def test_progress_when_read_as_a_page_or_as_json_then_it_is_the_same(site: Site) -> None:
    user, browser = site.person("Namgung")
    graded(site, handed_in(browser))
    token = {"Authorization": f"Bearer {make_token(site.store, user.id, 'test')}"}
    row = browser.get("/api/v1/courses/dl", headers=token).json()["units"][0]
    assert (row["unit"], row["state"], row["passed"], row["points"]) == (UNIT, "work", 1, 1.0)
    states = {one["name"]: one["state"] for one in browser.get(f"/api/v1{HOME}", headers=token).json()["exercises"]}
    assert (states["AND"], states["OR"]) == ("passed", "work")
    page = browser.get("/courses/dl").text
    assert page.count('class="dot passed" title') == sum(one == "passed" for one in states.values()) == 1
    assert f"1/{row['max_points']}" in re.sub(r"\s*/\s*", "/", page)


def test_draft_when_sent_by_a_program_then_the_page_has_it(site: Site) -> None:
    user, browser = site.person("Hwangbo")
    token = {"Authorization": f"Bearer {make_token(site.store, user.id, 'test')}"}
    kept = browser.put(f"/api/v1{HOME}/draft", headers=token, json={"cells": {"AND": "# by program", "evil": "x"}})
    assert (kept.status_code, kept.json()["cells"]) == (200, {"AND": "# by program"})
    assert "# by program" in browser.get(HOME).text
    browser.post(f"{HOME}/work", data={"cell:AND": "# by hand", "action": "draft"})
    assert browser.get(f"/api/v1{HOME}/draft", headers=token).json()["cells"] == {"AND": "# by hand"}


def test_result_when_a_backup_is_put_back_meanwhile_then_nothing_is_half_shown(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, browser = site.person("Jegal")
    public_id = handed_in(browser)
    graded(site, public_id)
    monkeypatch.setattr("graders.server.web.reading.student_report", lambda *_: None)
    token = {"Authorization": f"Bearer {make_token(site.store, user.id, 'test')}"}
    shown = [browser.get(f"/submissions/{public_id}"), browser.get(f"/api/v1/submissions/{public_id}", headers=token)]
    assert [one.status_code for one in shown] == [503, 503]
    assert all("Try again in a moment" in one.text for one in shown)


def test_attempts_when_there_are_two_then_the_second_says_what_has_changed(site: Site) -> None:
    _, browser = site.person("Nam")
    first = handed_in(browser)
    second = handed_in(browser, ANSWER.replace("1.5", "1.25"))
    text = browser.get(f"/submissions/{second}").text
    assert "Attempt 2" in text
    assert f'href="/submissions/{second}/changes"' in text
    assert "/changes" not in browser.get(f"/submissions/{first}").text
    for headers in ({}, {"X-Deepgrade": "fragment"}):
        text = browser.get(f"/submissions/{second}/changes", headers=headers).text
        assert re.search(r'class="plus">.*1\.25', text)
        assert re.search(r'class="minus">.*1\.5', text)
        assert ("<html" in text) == (not headers)
    _, other = site.person("Bang")
    assert other.get(f"/submissions/{second}/changes").status_code == 404
    assert "no earlier attempt" in browser.get(f"/submissions/{first}/changes").text
    for one in (first, second):
        site.services.workers.cancel(one)


def test_live_when_something_changes_then_only_its_student_is_told(site: Site) -> None:
    _, mine = site.person("Shin")
    _, other = site.person("Ryu")
    with mine.stream("GET", "/courses/dl/live") as feed, other.stream("GET", "/courses/dl/live") as silent:
        lines = feed.iter_lines()
        assert next(lines) == "retry: 2000"
        quiet = silent.iter_lines()
        assert next(quiet) == "retry: 2000"
        public_id = handed_in(mine)
        event = next(line for line in lines if line.startswith("data: "))
        assert json.loads(event.removeprefix("data: "))["id"] == public_id
        his = handed_in(other)
        event = next(line for line in quiet if line.startswith("data: "))
        assert json.loads(event.removeprefix("data: "))["id"] == his
    for one in (public_id, his):
        site.services.workers.cancel(one)


def test_course_when_not_a_member_then_it_is_not_there(site: Site) -> None:
    from graders.server.store.courses import remove_member

    user, browser = site.person("Gone")
    remove_member(site.store, site.course.id, user.id)
    for path in ("/courses/dl", HOME, "/courses/dl/live", "/courses/other"):
        assert browser.get(path).status_code == 404
    link = f"/invitation/{invite(site.store, site.course.id, 'student', email='else@example.org')}"
    assert browser.post(link).status_code == 400


def test_token_when_made_then_shown_once(site: Site) -> None:
    _, browser = site.person("Toki")
    text = browser.post("/account/tokens", data={"name": "<i>laptop"}).text
    assert re.search(r"dg_[\w-]{40}", text)
    again = browser.get("/account").text
    assert not re.search(r"dg_[\w-]{40}", again)
    assert "<i>laptop" not in again


def test_draft_when_another_was_kept_meanwhile_then_it_stays_and_the_text_comes_back(site: Site) -> None:
    user, browser = site.person("Goo")
    fragment = {"X-Deepgrade": "fragment"}

    def kept(code: str, base: str, headers: dict[str, str] = fragment, action: str = "draft") -> httpx.Response:
        return browser.post(f"{HOME}/work", data={"cell:AND": code, "action": action, "base": base}, headers=headers)

    first = repr(kept("one = 1", "0.0").json()["saved_at"])
    assert kept("two = 2", "0.0").status_code == 409
    plain = kept("two = 2", "0.0", {}, "submit")
    assert plain.status_code == 409
    assert "two = 2</textarea>" in plain.text
    assert f'name="base" value="{first}"' in plain.text  # the same button again means it
    draft = draft_of(site.store, user.id, site.course.id, UNIT)
    assert draft is not None
    assert json.loads(draft.text) == {"AND": "one = 1"}
    assert kept("one = 1", "0.0").status_code == 200  # the same text is no other
    assert attempts(site.store, site.course.id, user_id=user.id) == []
    latest = draft_of(site.store, user.id, site.course.id, UNIT)
    assert latest is not None
    assert kept("two = 2", repr(latest.saved_at), {}, "submit").status_code == 303


def test_static_files_are_kept_by_browsers_and_their_addresses_change_with_them(site: Site) -> None:
    browser = site.browser()
    (address,) = re.findall(r'src="(/static/app\.js\?\w+)"', browser.get("/login").text)
    answer = browser.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert browser.get("/static/app.js").headers["cache-control"] == "no-cache"
    assert browser.get("/login").headers["cache-control"] == "no-store"


def test_lesson_says_by_classes_how_columns_are_aligned() -> None:
    html = html_of("| | $n$ |\n|:--|--:|\n| a | 1 |")
    assert "style=" not in html
    assert '<td class="to-right">1</td>' in html
    assert '<th class="to-left"></th>' not in html
