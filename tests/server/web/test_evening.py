"""A student's evening in a real browser, graded by a real worker in a sandbox: from the invitation to a passed unit."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from graders.server.store.invitations import invite
from graders.server.web.lesson import lesson_of
from graders.server.workers.local import LocalWorkers
from graders.server.workers.worker import Orders
from tests.server.web.conftest import PASSWORD, ROOT, UNIT, Site, new_store, served

pytestmark = pytest.mark.slow

HOME = f"/courses/dl/units/{UNIT}"
SHOTS = os.environ.get("DEEPGRADE_TEST_SHOTS")  # a folder for screenshots to look at
WIDTHS = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
# Chromium's own editing tries a style attribute on a line of the editor, which is refused and which CodeMirror drops.
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => {
  if (!event.target.closest?.(".cm-content"))
    console.error("refused", event.violatedDirective, event.sourceFile, event.target.outerHTML?.slice(0, 300));
})"""


def is_error(said: ConsoleMessage) -> bool:
    return said.type == "error" and not said.text.startswith("Applying inline style")  # told by VIOLATIONS


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("evening")
    store = new_store(folder)
    workers = LocalWorkers(store, Orders("", str(store.engine.url), roots=(str(ROOT),)), 1)
    workers.start()
    yield from served(store, workers, folder)
    workers.stop(5)
    store.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield browser
        browser.close()


def solutions(site: Site) -> dict[str, str]:
    """Cell → what is right in it."""
    source = Path(ROOT, "reference", UNIT, "solution.py").read_text(encoding="utf-8")
    named = {one.name: one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    lesson = lesson_of(site.services.course_of(site.course), UNIT, "ko")
    assert lesson is not None
    found = {name: ast.get_source_segment(source, named[name]) or "" for name in lesson.stubs}
    helpers = [ast.get_source_segment(source, one) or "" for name, one in named.items() if name not in found]
    first = next(iter(found))
    return {**found, first: "\n\n\n".join([*helpers, found[first]])}


def shot(page: Page, name: str) -> None:
    if SHOTS:
        for look, size in WIDTHS.items():
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.screenshot(path=f"{SHOTS}/{name}.{look}.png")
        page.set_viewport_size(WIDTHS["wide"])  # type: ignore[arg-type]


def write(page: Page, symbol: str, code: str) -> None:
    """In the editor, or where that is not built, in the plain field."""
    cell = page.locator(f"section#{symbol}")
    editor = cell.locator(".cm-content")
    if editor.count():
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
    else:
        cell.locator("textarea").fill(code)


def test_evening_from_invitation_to_passed(evening: Site, chromium: Browser) -> None:
    context = chromium.new_context(base_url=evening.url, locale="ko-KR", viewport=WIDTHS["wide"])  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(VIOLATIONS)
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if is_error(said) else None)
    page.on("pageerror", lambda error: blocked.append(str(error)))

    page.goto("/invitation/" + invite(evening.store, evening.course.id, "student"))
    shot(page, "invitation.ko")
    page.get_by_label("이름").fill("김민지")
    page.get_by_label("이메일").fill("minji@example.org")
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    page.get_by_label("비밀번호 확인").fill(PASSWORD)
    page.get_by_role("button", name="초대 수락").click()
    page.get_by_role("button", name="로그아웃").click()
    page.get_by_label("이메일").fill("minji@example.org")
    page.get_by_label("비밀번호").fill(PASSWORD)
    shot(page, "login.ko")
    page.get_by_role("button", name="로그인").click()
    shot(page, "map.ko")
    page.get_by_role("link", name="시작하기").click()
    expect(page.get_by_role("heading", name="퍼셉트론", exact=True)).to_be_visible()
    shot(page, "unit.ko")

    write(page, "AND", "def AND(x1, x2):\n    return int(x1 + x2 > 0.5)")
    shot(page, "editor.ko")
    page.locator("section#AND").get_by_role("button", name="확인").click()
    expect(page.locator("section#AND .dg-card")).to_be_visible(timeout=60_000)
    shot(page, "wrong.ko")
    expect(page.locator("section#AND .well")).to_have_count(0)

    answers = solutions(evening)
    write(page, "AND", answers["AND"])
    page.locator("section#AND").get_by_role("button", name="확인").click()
    expect(page.locator("section#AND .well")).to_be_visible(timeout=60_000)
    expect(page.locator("section#AND .state")).to_contain_text("공개 사례 통과")
    expect(page.locator("#saved")).to_have_text("임시 저장됨")
    page.reload()
    assert page.locator("section#AND textarea").input_value() == answers["AND"]
    for symbol in answers:
        write(page, symbol, answers[symbol])
    page.get_by_role("button", name="단원 제출").click()
    expect(page.get_by_text("이 단원의 모든 문제를 맞혔습니다")).to_be_visible(timeout=60_000)
    shot(page, "passed.ko")

    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("Everything in this unit is right")).to_be_visible()
    shot(page, "passed.en")
    page.goto("/courses/dl")
    shot(page, "map.en")
    page.goto(HOME)
    shot(page, "unit.en")
    page.locator("section#AND").get_by_role("link", name="Explanation").click()
    shot(page, "after.en")
    assert not blocked, "\n".join(blocked[:4])
    context.close()


def test_staff_see_the_class_live(evening: Site, chromium: Browser) -> None:
    context = chromium.new_context(base_url=evening.url, locale="en-GB", viewport=WIDTHS["wide"])  # type: ignore[arg-type]
    _, staff = evening.person("Prof", "instructor")
    context.add_cookies([{"name": "deepgrade", "value": staff.cookies["deepgrade"], "url": evening.url}])
    page = context.new_page()
    page.goto("/courses/dl/class")
    _, student = evening.person("Park")
    sent = {"cell:AND": "def AND(x1, x2):\n    return 0", "action": "submit"}
    assert student.post(f"{HOME}/work", data=sent).status_code == 303
    expect(page.get_by_role("rowheader", name="Park")).to_be_visible(timeout=20_000)
    row = page.locator("tr", has_text="Park")
    expect(row.locator("td.n .dg-fail")).to_be_visible(timeout=60_000)
    shot(page, "class.en")
    row.locator("td.n a").click()
    expect(page.locator(".numbered")).to_be_visible()
    shot(page, "attempt.en")
    context.close()
