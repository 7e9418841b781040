"""Makes the README's pictures of the service: ``.venv/bin/python -m tests.server.web.pictures``."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from graders.server.operation.demo import STAFF, DemoLogin, fill
from graders.server.store.work import waiting
from tests.jupyterlab.running import chromium
from tests.server.web.conftest import ROOT, Site, graded_site
from tests.server.web.looks import Look, looking, opened, write

PICTURES = ROOT / "docs" / "pictures"
UNIT = "u04_forward"
SOFTMAX = "def softmax(x):\n    e = np.exp(x - x.max(axis=-1, keepdims=True))\n    return e / e.sum()"
HEIGHT = 1000


def main() -> None:
    expect.set_options(timeout=120_000)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, graded_site(Path(folder)) as site, chromium() as browser:
        logins = {one.email: one for one in fill(site.store, site.course)}
        while (left := waiting(site.store)).queued or left.leased:
            time.sleep(1)
        student = next(one for one in logins.values() if one.role == "student")
        for lang, colours in (("en", "light"), ("ko", "dark")):
            _lesson(browser, site, Look(lang, "wide", colours), _in(site, student, lang))
        _map(browser, site, Look("ko", "phone"), _in(site, student, "ko"))
        _class(browser, site, Look("en"), _in(site, logins[STAFF], "en"))


def _in(site: Site, login: DemoLogin, lang: str) -> httpx.Client:
    """Logged in, and read to in this language."""
    browser = site.browser()
    browser.post("/login", data={"email": login.email, "password": login.password})
    browser.post("/language", data={"language": lang})
    return browser


def _lesson(browser: Browser, site: Site, look: Look, who: httpx.Client) -> None:
    """A cell, and what a check says of it, one hint open."""
    with looking(browser, site, look, who, reduced_motion="reduce") as page:
        page.set_viewport_size({"width": 1280, "height": HEIGHT})
        opened(page, f"/courses/dl/units/{UNIT}")
        write(page, "softmax", SOFTMAX)
        page.keyboard.press("Control+Enter")
        cell = page.locator("section#softmax")
        cell.locator(".dg-finding").first.wait_for()
        cell.locator(".dg-hints summary").first.click()
        page.evaluate("document.activeElement.blur()")
        cell.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 60)")
        page.wait_for_timeout(1500)
        _save(page, f"service.{look.lang}")


def _map(browser: Browser, site: Site, look: Look, who: httpx.Client) -> None:
    with looking(browser, site, look, who) as page:
        page.goto("/courses/dl")
        _save(page, f"service-phone.{look.lang}")


def _class(browser: Browser, site: Site, look: Look, who: httpx.Client) -> None:
    with looking(browser, site, look, who) as page:
        page.goto("/courses/dl/class")
        page.locator("table").wait_for()
        _save(page, f"service-class.{look.lang}")


def _save(page: Page, name: str) -> None:
    """In 256 colours, so that a picture takes less than 150 kB."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
