"""Pages for everybody: axe finds nothing, the keyboard reaches everything, nothing is wider than a phone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from graders.server.store.courses import add_course
from graders.server.store.invitations import invite
from graders.server.store.work import attempt_of
from tests.server.web.conftest import ROOT, UNIT, Site
from tests.server.web.looks import SIZES, Look, looking, opened, solutions, write

pytestmark = pytest.mark.slow

HOME = f"/courses/dl/units/{UNIT}"
AXE = ROOT / "webclient" / "node_modules" / "axe-core" / "axe.min.js"
ALL = "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
COLOURS = (
    "axe.run({resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']})"  # what dark changes
)
STAFF = ("class", "members", "members/1", "invitations", "roster", "log")
ADMIN = ("courses", "courses/dl", "people", "people/1", "log")
WRONG = "def AND(x1, x2):\n    return int(x1 + x2 > 0.5)  # " + "one long comment after the other, " * 8


@dataclass(frozen=True)
class People:
    site: Site
    browsers: dict[str, httpx.Client]  # by role; nobody's has no cookie
    pages: tuple[tuple[str, str], ...]  # a role and an address


def submitted(browser: httpx.Client, answers: dict[str, str], action: str = "submit") -> str:
    sent = {f"cell:{name}": text for name, text in answers.items()}
    answer = browser.post(f"{HOME}/work", data={**sent, "action": action})
    assert answer.status_code == 303
    return answer.headers["location"]


def graded(site: Site, *addresses: str) -> None:
    for address in addresses:
        until = time.monotonic() + 60
        while attempt_of(site.store, address.removeprefix("/submissions/")).state != "done":  # type: ignore[union-attr]
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.fixture(scope="module")
def people(evening: Site) -> People:
    """A student with a long name who has failed and passed; staff; an admin with one more course."""
    _, student = evening.person("Wolfeschlegelsteinhausenbergerdorff" * 2)
    _, staff = evening.person("Prof", "instructor")
    _, admin = evening.person("Root", admin=True)
    right = solutions(evening)
    failed, passed = submitted(student, {**right, "AND": WRONG}), submitted(student, right)
    checked = submitted(student, {**right, "AND": WRONG}, "check:AND")
    graded(evening, failed, passed, checked)
    add_course(evening.store, "next", str(ROOT), {"en": "Next term", "ko": "다음 학기"}, term="2027-1")
    invited = "/invitation/" + invite(evening.store, evening.course.id, "student")
    pages = (
        *(("nobody", path) for path in ("/login", invited, "/invitation/over", "/nowhere")),
        *(("student", path) for path in ("/courses/dl", HOME, failed, passed, checked, f"{HOME}/after/AND")),
        *(("student", path) for path in ("/account", "/nowhere")),
        *(("instructor", path) for path in (failed, HOME, *(f"/courses/dl/{name}" for name in STAFF))),
        *(("admin", path) for path in ("/", *(f"/admin/{name}" for name in ADMIN))),
    )
    return People(evening, {"student": student, "instructor": staff, "admin": admin}, pages)


@lru_cache(maxsize=1)
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


def found_on(page: Page) -> list[str]:
    """What axe finds in both sizes, light and dark; and a page that is wider than its window."""
    page.evaluate(axe())
    found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{size}: wider than the window")
        for colours, run in (("light", ALL), ("dark", COLOURS)):
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            for one in page.evaluate(run)["violations"]:
                nodes = [node["html"][:150] for node in one["nodes"]]
                found.append(f"{size} {colours} {one['id']}: {nodes[:3]}")
    return found


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_axe_finds_nothing_on_any_page(people: People, chromium: Browser, lang: str) -> None:
    found = []
    for role in ("nobody", "student", "instructor", "admin"):
        browser = people.browsers.get(role)
        if browser is not None:
            browser.post("/language", data={"language": lang})
        with looking(chromium, people.site, Look(lang), browser) as page:
            for _, path in (one for one in people.pages if one[0] == role):
                page.goto(path)
                assert page.locator("html").get_attribute("lang") == lang
                found += [f"{role} {path} {line}" for line in found_on(page)]
    assert not found, "\n".join(found)


def test_axe_finds_nothing_while_one_works(people: People, chromium: Browser) -> None:
    """A finding with its hints open, a problem told, the class with what has failed."""
    _, student = people.site.person("Han")
    with looking(chromium, people.site, Look("en"), student) as page:
        opened(page, HOME)
        write(page, "AND", WRONG)
        page.keyboard.press("Control+Enter")
        expect(page.locator("section#AND .dg-finding").first).to_be_visible(timeout=60_000)
        for hint in page.locator("section#AND summary").all():
            hint.click()
        page.context.clear_cookies()
        write(page, "OR", "x = 1")
        expect(page.locator("#problem")).to_contain_text("You are logged out")
        assert not found_on(page)


def test_keyboard_goes_from_the_skip_link_into_the_editor_and_out_again(people: People, chromium: Browser) -> None:
    with looking(chromium, people.site, Look("en"), people.browsers["student"]) as page:
        opened(page, HOME)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
        page.keyboard.press("Enter")
        seen: list[str] = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
            outline = page.evaluate(
                "[document.activeElement, document.activeElement.closest('.cm-editor')].filter(Boolean)"
                ".some(one => getComputedStyle(one).outlineStyle !== 'none')"
            )
            assert outline, seen
            if "cm-content" in seen[-1]:
                break
        assert "cm-content" in seen[-1]
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.locator("section#step_function button")).to_be_focused()


def test_who_waits_is_told_so_and_nothing_moves_where_that_is_not_wanted(site: Site, chromium: Browser) -> None:
    _, student = site.person("Nam")
    address = submitted(student, {"AND": WRONG})
    with looking(chromium, site, Look(), student, reduced_motion="reduce") as page:
        page.goto(address)
        expect(page.get_by_role("status")).to_contain_text("waiting")
        page.locator(".spin").wait_for()
        assert page.evaluate("document.getAnimations().length") == 0
        assert not found_on(page)
