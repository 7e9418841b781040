"""A real JupyterLab with the panel, two homework folders, and a real Chromium: started once for all tests here."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from graders.practice.layout import lay_out
from tests.jupyterlab.build import ROOT
from tests.jupyterlab.running import Lab, chromium, open_lab, running_lab

UNITS = ("u01_perceptron", "u04_forward", "u06_backprop")
PATIENCE_MS = 60_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("jupyterlab")
    (home / "root" / "plain").mkdir(parents=True)
    others = [path.name for path in (ROOT / "assignments").iterdir() if path.is_dir() and path.name not in UNITS]
    bundle = shutil.copytree(ROOT / "assignments", home / "bundle", ignore=shutil.ignore_patterns(*others))
    lay_out(bundle, home / "root" / "homework", "en")
    lay_out(bundle, home / "root" / "과제", "ko")
    with running_lab(home) as found:
        yield found


@pytest.fixture(scope="module")  # it keeps a loop of asyncio, beside which nothing else can run one
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Seen:
    """What went wrong in a page while it was open."""

    problems: list[str] = field(default_factory=list)


@pytest.fixture
def page(lab: Lab, browser: Browser) -> Iterator[Page]:
    """JupyterLab in a window of its own; afterwards nothing was asked of another host, and no script complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    page, seen = context.new_page(), Seen()

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            seen.problems.append(message.text)

    def asked(request: Request) -> None:
        if not re.match(rf"(http|ws)://{re.escape(lab.url.removeprefix('http://'))}/|data:|blob:", request.url):
            seen.problems.append(request.url)

    page.on("console", heard)
    page.on("request", asked)
    page.on("pageerror", lambda error: seen.problems.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    open_lab(page, lab)
    yield page
    context.close()
    assert seen.problems == []
