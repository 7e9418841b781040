"""What one writes is never lost: drafts, windows side by side, lost connections, ended logins, second clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from graders.server.store.people import end_logins
from graders.server.store.work import attempts, draft_of
from tests.jupyterlab.build import build_module
from tests.server.web.conftest import PASSWORD, UNIT, NoWorkers, Site, new_store, served
from tests.server.web.looks import Look, looking, opened, ready, text_in, write

pytestmark = pytest.mark.slow

HOME = f"/courses/dl/units/{UNIT}"
KEPT = "Draft saved"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Nobody grades here; the editor is there."""
    build_module().build(build_module().PAGES)
    folder: Path = tmp_path_factory.mktemp("writing")
    store = new_store(folder)
    yield from served(store, NoWorkers(store), folder)
    store.close()


def kept(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text(KEPT, timeout=20_000)


def test_draft_is_there_after_a_reload_a_logout_and_in_the_other_language(site: Site, chromium: Browser) -> None:
    _, student = site.person("Kim")
    with looking(chromium, site, Look("en"), student) as page:
        opened(page, HOME)
        write(page, "AND", "a = 1")
        page.get_by_role("button", name="한국어").click()  # at once, before the draft is kept by itself
        ready(page)
        assert text_in(page, "AND") == "a = 1"
        write(page, "OR", "b = '한글'\n")
        page.get_by_role("button", name="로그아웃").click()
        page.get_by_label("이메일").fill("kim@example.org")
        page.get_by_label("비밀번호").fill(PASSWORD)
        page.get_by_role("button", name="로그인").click()
        opened(page, HOME)
        assert (text_in(page, "AND"), text_in(page, "OR")) == ("a = 1", "b = '한글'\n")


def test_windows_side_by_side_do_not_overwrite_each_other(site: Site, chromium: Browser) -> None:
    user, student = site.person("Lee")
    with looking(chromium, site, Look("en"), student) as one:
        opened(one, HOME)
        two = one.context.new_page()
        opened(two, HOME)
        write(one, "AND", "first = 1")
        kept(one)
        write(two, "AND", "second = 2")
        expect(two.locator("#problem")).to_contain_text("changed in another window")
        draft = draft_of(site.store, user.id, site.course.id, UNIT)
        assert draft is not None
        assert "first" in draft.text
        two.get_by_role("button", name="Submit the unit").click()  # does not decide it, either
        expect(two.locator("#problem")).to_be_visible()
        assert attempts(site.store, site.course.id, user_id=user.id) == []
        two.get_by_role("button", name="This one").click()
        kept(two)
        write(one, "AND", "first = 3")
        one.get_by_role("button", name="The other one").click()
        ready(one)
        expect(one.locator("#problem")).to_be_hidden()
        assert text_in(one, "AND") == "second = 2"


def test_login_that_has_ended_loses_no_word(site: Site, chromium: Browser) -> None:
    user, student = site.person("Choi")
    with looking(chromium, site, Look("en"), student) as page:
        opened(page, HOME)
        end_logins(site.store, user.id, by=user.id)
        write(page, "AND", "kept = True")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#problem")).to_contain_text("You are logged out")
        page.locator("#problem").get_by_role("link", name="Log in").click(no_wait_after=True)
        page.get_by_label("E-mail").fill("choi@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        ready(page)
        assert text_in(page, "AND") == "kept = True"
        kept(page)


def test_connection_that_is_lost_is_told_and_the_text_sent_when_it_is_back(site: Site, chromium: Browser) -> None:
    user, student = site.person("Jung")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    with looking(chromium, site, Look("en"), student) as page:
        opened(page, HOME)
        page.context.set_offline(True)
        write(page, "AND", "offline = 1")
        expect(page.locator("#problem")).to_contain_text("cannot be reached", timeout=20_000)
        expect(page.locator("#saved")).to_have_text("Draft not saved")
        page.on("dialog", stay)
        page.evaluate("location.assign('/courses/dl')")
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]
        page.context.set_offline(False)
        kept(page)
        expect(page.locator("#problem")).to_be_hidden()
        draft = draft_of(site.store, user.id, site.course.id, UNIT)
        assert draft is not None
        assert "offline = 1" in draft.text


def test_submitting_by_a_double_click_is_one_attempt(site: Site, chromium: Browser) -> None:
    user, student = site.person("Yoon")
    with looking(chromium, site, Look("en"), student) as page:
        opened(page, HOME)
        write(page, "AND", "x = 1")
        page.get_by_role("button", name="Submit the unit").dblclick()
        expect(page.get_by_role("heading", name="Attempt 1")).to_be_visible()
        expect(page.locator(".waiting")).to_be_visible()
        page.go_back()
        ready(page)
        assert text_in(page, "AND") == "x = 1"
        assert len(attempts(site.store, site.course.id, user_id=user.id)) == 1
