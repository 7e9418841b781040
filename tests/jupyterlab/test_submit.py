"""An evening in JupyterLab: the panel's Submit saves, asks once, hands in, and shows what the service found."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from graders.courses.course import Course
from tests.jupyterlab.build import ROOT
from tests.jupyterlab.running import Lab
from tests.jupyterlab.student import execute, exercise, finished, open_panel, result, write
from tests.notebook_files import answers_of
from tests.served import Served, serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("jupyterlab")]

UNIT = "u01_perceptron"
SHOTS = os.environ.get("DEEPGRADE_TEST_SHOTS")  # a folder for screenshots to look at


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("service") / "data", ROOT) as found:
        yield found


@pytest.fixture
def login(lab: Lab) -> Iterator[Path]:
    """Where the login of this JupyterLab's user is kept; nobody is logged in before and after."""
    path = lab.root.parent / ".config" / "deepgrade" / "login.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path
    path.unlink(missing_ok=True)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def refresh(page: Page) -> None:
    page.get_by_role("button", name="Refresh the progress").or_(page.get_by_role("button", name="다시 읽기")).click()


def test_evening_from_logging_in_to_a_passed_unit(page: Page, lab: Lab, service: Served, login: Path) -> None:
    token = service.invite("kim@example.org", "Kim Minji")
    headers = {"Authorization": f"Bearer {token}"}
    open_panel(page, "homework")
    button = page.locator("button.deepgrade-submit")
    expect(button).to_have_count(0)
    login.write_text(json.dumps({"logins": [{"url": service.url, "token": token}]}))
    refresh(page)
    expect(button).to_have_text("Submit")
    button.click()
    expect(result(page)).to_contain_text("Open the notebook that you want to hand in")

    exercise(page, "AND").get_by_role("button").first.click()
    expect(page.locator(".jp-Cell.jp-mod-active", has_text="def AND")).to_be_visible()
    expect(button).to_have_text("Submit u01")
    answers = answers_of(Course(ROOT), UNIT)
    write(page, "exercise-AND", "def AND(x1, x2):\n    return int(x1 + x2 > 0.5)")
    button.click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text(re.compile("Not passed at the last check: .*sign, AND, OR"))
    shot(page, "confirm.en")
    dialog.get_by_role("button", name="Cancel").click()
    notebook = lab.root / "homework" / UNIT / f"{UNIT}.en.ipynb"
    assert "x1 + x2 > 0.5" not in notebook.read_text()  # nothing was saved or handed in

    button.click()
    dialog.get_by_role("button", name="Submit").click()
    finished(page)
    expect(result(page)).to_contain_text("was handed in: attempt 1")
    expect(result(page)).to_contain_text("AND")
    expect(result(page).locator(".dg-card, .dg-fragment").first).to_be_visible()
    expect(result(page)).to_have_attribute("data-state", "work")
    shot(page, "wrong.en")
    course = httpx.get(f"{service.url}/api/v1/courses", headers=headers).json()[0]["slug"]
    attempts = httpx.get(f"{service.url}/api/v1/courses/{course}/attempts", headers=headers).json()
    assert [one["digest"] for one in attempts] == [hashlib.sha256(notebook.read_bytes()).hexdigest()]
    kept = (lab.root / "homework" / ".deepgrade" / "receipts.jsonl").read_text()
    assert attempts[0]["public_id"] in kept

    for symbol, code in answers.items():
        write(page, f"exercise-{symbol.split('.')[0].replace('_', '-')}", code)
    button.click()
    dialog.get_by_role("button", name="Submit").click()
    finished(page)
    expect(result(page)).to_contain_text("was handed in: attempt 2")
    expect(result(page)).to_contain_text("passed, 27/27")
    expect(result(page)).to_have_attribute("data-state", "passed")
    expect(page.get_by_role("status").filter(has_text="Done")).to_have_text(f"Done: {UNIT}")
    shot(page, "passed.en")
    assert token not in page.content()
    assert token not in notebook.read_text()

    httpx.delete(f"{service.url}/api/v1/tokens/{hashlib.sha256(token.encode()).hexdigest()[:12]}", headers=headers)
    button.click()
    dialog.get_by_role("button", name="Submit").click()
    finished(page)
    expect(result(page)).to_contain_text(f"Run `deepgrade login {service.url}` again")


def test_korean_panel_in_a_dark_theme_hands_in(page: Page, lab: Lab, service: Served, login: Path) -> None:
    execute(page, "apputils:change-theme", theme="JupyterLab Dark")
    token = service.invite("lee@example.org", "이준호")
    login.write_text(json.dumps({"logins": [{"url": service.url, "token": token}]}))
    open_panel(page, "과제")
    exercise(page, "AND").get_by_role("button").first.click()
    button = page.locator("button.deepgrade-submit")
    expect(button).to_have_text("u01 제출")
    button.click()
    page.locator(".jp-Dialog").get_by_role("button", name="제출").click()
    finished(page)
    expect(result(page)).to_contain_text("제출했습니다")
    expect(result(page)).to_contain_text("아직 작성 전")
    shot(page, "submitted.ko")
    execute(page, "apputils:change-theme", theme="JupyterLab Light")


def test_submit_when_only_the_hub_names_a_service_then_how_to_log_in(page: Page, lab: Lab) -> None:
    def named(route: object) -> None:
        found = route.fetch().json()  # type: ignore[attr-defined]
        route.fulfill(json=found | {"submit": {"url": "https://dl.example.org", "logged_in": False}})  # type: ignore[attr-defined]

    page.route("**/deepgrade/course?*", named)
    open_panel(page, "homework")
    exercise(page, "AND").get_by_role("button").first.click()
    expect(page.locator(".jp-Cell.jp-mod-active", has_text="def AND")).to_be_visible()
    page.locator("button.deepgrade-submit").click()
    expect(result(page)).to_contain_text("deepgrade login https://dl.example.org")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
