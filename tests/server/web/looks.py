"""The ways in which people look at a page: language, width, light or dark; and what they do on one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, ConsoleMessage, Page

from graders.server.web.lesson import lesson_of
from tests.server.web.conftest import ROOT, UNIT, Site

SIZES = {"wide": (1280, 900), "phone": (390, 844)}
LOCALES = {"ko": "ko-KR", "en": "en-GB"}
# Chromium's own editing tries a style attribute on a line of the editor, which is refused and which CodeMirror drops.
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => {
  if (!event.target.closest?.(".cm-content"))
    console.error("refused", event.violatedDirective, event.sourceFile, event.target.outerHTML?.slice(0, 300));
})"""


@dataclass(frozen=True)
class Look:
    """``size`` is ``wide`` or ``phone``, ``colours`` ``light`` or ``dark``."""

    lang: str = "en"
    size: str = "wide"
    colours: str = "light"

    def __str__(self) -> str:
        return f"{self.lang}.{self.size}.{self.colours}"

    @property
    def options(self) -> dict[str, Any]:
        width, height = SIZES[self.size]
        viewport = {"width": width, "height": height}
        return {"locale": LOCALES[self.lang], "viewport": viewport, "color_scheme": self.colours}


EVERY = [Look(lang, size, colours) for lang in LOCALES for size in SIZES for colours in ("light", "dark")]


@contextmanager
def looking(
    chromium: Browser, site: Site, look: Look, who: httpx.Client | None = None, **options: Any
) -> Iterator[Page]:
    """A page of a window of its own, of somebody who is logged in; nothing on it may be refused or fail."""
    context = chromium.new_context(base_url=site.url, **look.options, **options)
    if who is not None:
        context.add_cookies([{"name": "deepgrade", "value": who.cookies["deepgrade"], "url": site.url}])
    page = context.new_page()
    page.add_init_script(VIOLATIONS)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if is_error(said) else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert not wrong, "\n".join(wrong[:4])


def is_error(said: ConsoleMessage) -> bool:
    told = said.text.startswith(("Applying inline style", "Failed to load resource"))  # by VIOLATIONS, by the page
    return said.type == "error" and not told


def solutions(site: Site, unit: str = UNIT) -> dict[str, str]:
    """Cell → what is right in it."""
    source = Path(ROOT, "reference", unit, "solution.py").read_text(encoding="utf-8")
    named = {one.name: one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    lesson = lesson_of(site.services.course_of(site.course), unit, "ko")
    assert lesson is not None
    found = {name: ast.get_source_segment(source, named[name]) or "" for name in lesson.stubs}
    helpers = [ast.get_source_segment(source, one) or "" for name, one in named.items() if name not in found]
    first = next(iter(found))
    return {**found, first: "\n\n\n".join([*helpers, found[first]])}


def opened(page: Page, address: str) -> None:
    """The page of a unit, once its script has made it one to write in."""
    page.goto(address)
    ready(page)


def ready(page: Page) -> None:
    page.locator("#work[data-ready]").wait_for(state="attached")


def write(page: Page, symbol: str, code: str) -> None:
    """Instead of what is in the editor."""
    page.locator(f"section#{symbol} .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def text_in(page: Page, symbol: str) -> str:
    return page.locator(f"section#{symbol} textarea").input_value()
