"""An instructor's first hour in a real browser: from the first admin's link to a student who is in the course."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from graders.server.store.invitations import first_admin
from tests.server.web.conftest import PASSWORD, ROOT, NoWorkers, Site, new_store, served
from tests.server.web.looks import VIOLATIONS, is_error

pytestmark = pytest.mark.slow

SHOTS = os.environ.get("DEEPGRADE_TEST_SHOTS")  # a folder for screenshots to look at
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ROSTER = """성,이름,학번,이메일 주소
김,민지,2026001,minji@example.org
이,준호,2026002,junho@example.org
박,서연,2026003,-
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("hour")
    store = new_store(folder)
    yield from served(store, NoWorkers(store), folder)
    store.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield browser
        browser.close()


def opened(site: Site, chromium: Browser, said: list[str], lang: str, **options: object) -> tuple[BrowserContext, Page]:
    """A browser of somebody else; what its console complains about is in ``said``."""
    context = chromium.new_context(base_url=site.url, locale=lang, viewport=WIDE, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(VIOLATIONS)
    page.on("console", lambda one: said.append(one.text) if is_error(one) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return context, page


def shot(page: Page, name: str) -> None:
    """Nothing is wider than a phone; with a folder for it, pictures in both looks."""
    for look, size in (("wide", WIDE), ("phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide ({look})"
        for scheme in ("light", "dark") if SHOTS else ():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=f"{SHOTS}/{name}.{look}.{scheme}.png", full_page=True)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def join(page: Page, link: str, name: str, email: str | None) -> None:
    page.goto(link)
    page.get_by_label("이름").fill(name)
    if email:
        page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD)
    page.get_by_label("비밀번호 확인").fill(PASSWORD)
    page.get_by_role("button", name="초대 수락").click()


def test_first_hour_from_the_first_link_to_a_student(site: Site, chromium: Browser, tmp_path: Path) -> None:
    said: list[str] = []
    context, page = opened(site, chromium, said, "ko-KR", permissions=["clipboard-read", "clipboard-write"])
    join(page, f"/invitation/{first_admin(site.store)}", "한교수", "han@example.org")
    page.get_by_role("link", name="관리", exact=True).click()
    page.get_by_label("짧은 이름").fill("tonight")
    page.get_by_label("서버의 폴더").fill("/no/course/here")
    page.get_by_role("button", name="강의 추가").click()
    expect(page.get_by_role("alert")).to_contain_text("/no/course/here")
    assert [one for one in said if "400 (Bad Request)" not in one] == []
    said.clear()
    page.get_by_label("서버의 폴더").fill(str(ROOT))
    shot(page, "admin_courses.ko")
    page.get_by_role("button", name="강의 추가").click()
    expect(page.get_by_text("강의를 추가했습니다")).to_be_visible()

    page.get_by_role("link", name="명단").click()
    (tmp_path / "students.csv").write_bytes(ROSTER.encode("cp949"))
    page.get_by_label("수강생 명단").set_input_files(tmp_path / "students.csv")
    shot(page, "roster.ko")
    page.get_by_role("button", name="먼저 확인하기").click()
    expect(page.get_by_text("4행: 이메일 주소가 없습니다")).to_be_visible()
    expect(page.get_by_role("row", name="김민지")).to_contain_text("새로 추가")
    shot(page, "roster_preview.ko")
    page.get_by_role("button", name="명단 반영").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="링크 내려받기").click()
    shot(page, "roster_done.ko")
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row[:2] for row in rows[1:]] == [["김민지", "minji@example.org"], ["이준호", "junho@example.org"]]

    student, hers = opened(site, chromium, said, "ko-KR")
    join(hers, rows[1][2], "김민지", None)
    expect(hers.get_by_role("link", name="시작하기")).to_be_visible()
    expect(hers.get_by_role("link", name="구성원")).to_have_count(0)

    page.get_by_role("link", name="초대", exact=True).click()
    page.get_by_label("학생 수").fill("30")
    page.get_by_role("button", name="링크 만들기").last.click()
    page.get_by_role("button", name="복사").click()
    expect(page.get_by_role("button", name="복사됨")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    shot(page, "invitations.ko")
    late, theirs = opened(site, chromium, said, "ko-KR", java_script_enabled=False)
    join(theirs, link, "최늦음", "late@example.org")
    expect(theirs.get_by_role("link", name="시작하기")).to_be_visible()

    page.get_by_role("link", name="구성원", exact=True).click()
    shot(page, "members.ko")
    page.get_by_placeholder("이름, 이메일, 학번").fill("2026001")
    page.get_by_role("button", name="검색").click()
    page.get_by_role("link", name="김민지").click()
    shot(page, "member.ko")
    page.get_by_label("역할").select_option("assistant")
    page.get_by_role("button", name="저장").click()
    expect(page.get_by_text("역할을 바꾸었습니다")).to_be_visible()
    hers.reload()
    expect(hers.get_by_role("link", name="구성원")).to_be_visible()
    page.get_by_role("link", name="기록", exact=True).click()
    expect(page.get_by_text("김민지: 역할을 조교(으)로 지정")).to_be_visible()
    shot(page, "log.ko")
    look_round(page)
    assert not said, "\n".join(said[:4])
    for one in (context, student, late):
        one.close()


def look_round(page: Page) -> None:
    """Every page of staff and admins fits, in English, too."""
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Log")).to_be_visible()
    for path in ("members", "invitations", "roster", "log", "class", ""):
        page.goto(f"/courses/tonight/{path}".rstrip("/"))
        shot(page, f"{path or 'map'}.en")
    for path in ("/account", "/admin/courses/tonight", "/admin/people", "/admin/people/1", "/admin/log"):
        page.goto(path)
        shot(page, f"{path[1:].replace('/', '_')}.en")
