"""A student's evening in a real browser, graded by a real worker in a sandbox: from the invitation to a passed unit."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from graders.server.store.invitations import invite
from graders.server.web import assets
from tests.server.web.conftest import PASSWORD, UNIT, Site
from tests.server.web.looks import EVERY, SIZES, Look, looking, ready, solutions, text_in, write

pytestmark = pytest.mark.slow

HOME = f"/courses/dl/units/{UNIT}"
SHOTS = os.environ.get("DEEPGRADE_TEST_SHOTS")  # a folder for screenshots to look at
WORDS = {
    "ko": {
        "name": "이름",
        "email": "이메일",
        "password": "비밀번호",
        "again": "비밀번호 확인",
        "accept": "초대 수락",
        "out": "로그아웃",
        "in": "로그인",
        "begin": "시작하기",
        "check": "확인",
        "checked": "공개 사례 통과",
        "kept": "임시 저장됨",
        "submit": "단원 제출",
        "passed": "이 단원의 모든 문제를 맞혔습니다",
        "after": "해설",
    },
    "en": {
        "name": "Name",
        "email": "E-mail",
        "password": "Password",
        "again": "Password again",
        "accept": "Accept the invitation",
        "out": "Log out",
        "in": "Log in",
        "begin": "Start:",
        "check": "Check",
        "checked": "correct on the public cases",
        "kept": "Draft saved",
        "submit": "Submit the unit",
        "passed": "Everything in this unit is correct",
        "after": "Explanation",
    },
}
WRONG = "def AND(x1, x2):\n    return int(x1 + x2 > 0.5)"


def shot(page: Page, name: str, look: Look) -> None:
    """In light and dark, whole and as the window shows it."""
    if not SHOTS:
        return
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.screenshot(path=f"{SHOTS}/{name}.{look.lang}.{look.size}.{colours}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def no_wider_than_the_window(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


@pytest.mark.parametrize("look", [one for one in EVERY if one.colours == "light"], ids=str)
def test_evening_from_invitation_to_passed(evening: Site, chromium: Browser, look: Look) -> None:
    said, answers = WORDS[look.lang], solutions(evening)
    with looking(chromium, evening, look) as page:
        _comes_in(page, evening, look)
        page.get_by_role("link", name=said["begin"]).click()
        ready(page)
        shot(page, "unit", look)
        no_wider_than_the_window(page)

        cell = page.locator("section#AND")
        write(page, "AND", WRONG)
        shot(page, "editor", look)
        page.keyboard.press("Control+Enter")
        expect(cell.locator(".dg-finding").first).to_be_visible(timeout=60_000)
        for hint in cell.locator(".dg-hints summary").all():
            hint.click()
        shot(page, "wrong", look)
        no_wider_than_the_window(page)
        expect(cell.locator(".well")).to_have_count(0)

        write(page, "AND", answers["AND"])
        cell.get_by_role("button", name=said["check"], exact=True).click()
        expect(cell.locator(".well")).to_be_visible(timeout=60_000)
        expect(cell.locator(".state")).to_contain_text(said["checked"])
        expect(page.locator("#saved")).to_have_text(said["kept"])
        for symbol in answers:
            write(page, symbol, answers[symbol])
        page.get_by_role("button", name=said["submit"]).dblclick()
        expect(page.get_by_text(said["passed"])).to_be_visible(timeout=60_000)
        shot(page, "passed", look)
        no_wider_than_the_window(page)
        page.go_back()
        ready(page)
        expect(page.locator(".attempts li")).to_have_count(1)
        assert text_in(page, "AND") == answers["AND"]
        shot(page, "done", look)
        cell.get_by_role("link", name=said["after"]).click()
        page.locator(".prose").wait_for()
        shot(page, "after", look)
        no_wider_than_the_window(page)
        page.goto("/courses/dl")
        shot(page, "map", look)
        no_wider_than_the_window(page)


def _comes_in(page: Page, site: Site, look: Look) -> None:
    """By an invitation; then out, and in with the password."""
    said, email = WORDS[look.lang], f"minji.{look.lang}.{look.size}@example.org"
    page.goto("/invitation/" + invite(site.store, site.course.id, "student"))
    shot(page, "invitation", look)
    page.get_by_label(said["name"]).fill(
        "김민지" if look.lang == "ko" else "Maximiliane Featherstonehaugh-Cholmondeley"
    )
    page.get_by_label(said["email"]).fill(email)
    page.get_by_label(said["password"], exact=True).fill(PASSWORD)
    page.get_by_label(said["again"]).fill(PASSWORD)
    page.get_by_role("button", name=said["accept"]).click()
    page.get_by_role("button", name=said["out"]).click()
    page.get_by_label(said["email"]).fill(email)
    page.get_by_label(said["password"]).fill(PASSWORD)
    shot(page, "login", look)
    page.get_by_role("button", name=said["in"], exact=True).click()
    page.get_by_role("heading", level=1).wait_for()
    shot(page, "map-first", look)
    no_wider_than_the_window(page)


def test_staff_see_the_class_live(evening: Site, chromium: Browser) -> None:
    _, staff = evening.person("Prof", "instructor")
    look = Look()
    with looking(chromium, evening, look, staff) as page:
        page.goto("/courses/dl/class")
        _, student = evening.person("Park")
        sent = {"cell:AND": "def AND(x1, x2):\n    return 0", "action": "submit"}
        assert student.post(f"{HOME}/work", data=sent).status_code == 303
        expect(page.get_by_role("rowheader", name="Park")).to_be_visible(timeout=20_000)
        row = page.locator("tr", has_text="Park")
        expect(row.locator("td.n .dg-fail")).to_be_visible(timeout=60_000)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            shot(page, "class", Look("en", size))
            no_wider_than_the_window(page)
        row.locator("td.n a").click()
        expect(page.locator(".numbered")).to_be_visible()
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            shot(page, "attempt", Look("en", size))
            no_wider_than_the_window(page)


def test_evening_without_editor_and_without_scripts(
    evening: Site, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "STATIC", Path(assets.STATIC, "bundle"))  # where no bundle/ is
    _, student = evening.person("Plain")
    with looking(chromium, evening, Look(), student, java_script_enabled=False) as page:
        page.goto(HOME)
        page.locator("section#AND textarea").fill(solutions(evening)["AND"])
        page.locator("section#AND").get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_text("Correct on the public cases")).to_be_visible(timeout=60_000)
        page.goto(HOME)
        page.get_by_role("button", name="Submit the unit").click()
        expect(page.get_by_role("heading", name="Attempt 1")).to_be_visible()
        expect(page.locator(".findings[data-state=done]")).to_be_visible(timeout=60_000)
        assert re.search(r"[1-9]\d* / \d+", page.locator(".dg-total").inner_text())
