"""A student in JupyterLab: the panel, a cell, a check, a hint, what is said afterwards; in real Chromium."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, Route, expect

from tests.jupyterlab.running import Lab
from tests.jupyterlab.student import (
    execute,
    exercise,
    finished,
    kernel_ready,
    open_panel,
    press,
    result,
    state,
    unit,
    write,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("jupyterlab")]

WRONG = "def softmax(x):\n    e = np.exp(x - x.max(axis=-1, keepdims=True))\n    return e / e.sum()"
RIGHT = WRONG.replace("e.sum()", "e.sum(axis=-1, keepdims=True)")


def test_exercise_is_found_written_checked_hinted_and_explained(page: Page) -> None:
    open_panel(page, "homework")
    expect(page.get_by_text("0/52 passed").or_(page.get_by_text(re.compile(r"^\d+/5\d passed$")))).to_be_visible()
    expect(exercise(page, "AND")).to_be_visible()  # the first unit with something left to do is open
    unit(page, "The forward pass: from input to prediction").get_by_role("button").first.click()
    row = exercise(page, "softmax")
    assert state(row) == "untouched"

    row.get_by_role("button").first.click()
    cell = page.locator(".jp-Cell.jp-mod-active", has_text="def softmax")
    expect(cell).to_be_in_viewport()
    expect(cell).to_be_focused()

    write(page, "exercise-softmax", WRONG)
    press(row, "check")  # nothing was run before: imports and earlier cells are run along
    expect(result(page)).to_contain_text("not right yet")
    expect(row).to_have_attribute("data-state", "work")
    expect(row).to_contain_text("1/5")
    expect(page.get_by_text("1 of 144 points")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="softmax")).to_have_text("softmax: in progress, 1 of 5 points")

    press(row, "hint")
    expect(result(page)).to_contain_text("hint 1 of")
    press(row, "explain")
    expect(result(page)).to_contain_text("opens when your own softmax passes")

    write(page, "exercise-softmax", RIGHT)
    press(row, "hint")  # about what stands in the cell now
    expect(result(page)).to_contain_text("no hint is needed")
    expect(row).to_have_attribute("data-state", "passed")
    press(row, "check")
    expect(result(page)).to_contain_text("passed")
    press(row, "explain")
    expect(result(page)).to_contain_text("Why it works")

    write(page, "exercise-softmax", "def softmax(x:")
    press(row, "check")
    expect(result(page)).to_contain_text("nothing to check yet")
    expect(result(page)).to_contain_text("SyntaxError")
    expect(row).to_have_attribute("data-state", "passed")  # as it was checked last


def test_check_in_a_cell_shows_in_the_map(page: Page) -> None:
    open_panel(page, "homework")
    row = exercise(page, "step_function")
    row.get_by_role("button").first.click()
    expect(page.locator(".jp-Cell.jp-mod-active", has_text="def step_function")).to_be_focused()
    write(page, "exercise-step-function", "def step_function(x):\n    return np.where(x > 0, 1, 0)")
    kernel_ready(page)
    execute(page, "notebook:run-all-above")
    for _ in ("the answer", "its %check"):
        execute(page, "notebook:run-cell-and-select-next")
    expect(row).to_have_attribute("data-state", "passed")


def test_keys_alone_reach_everything(page: Page) -> None:
    open_panel(page, "homework")
    execute(page, "deepgrade:open")
    focused = page.locator("*:focus")
    expect(focused).to_contain_text("The perceptron")
    page.keyboard.press("ArrowLeft")
    expect(exercise(page, "AND")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("title", "step_function: go to its cell")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("aria-label", "Check AND: run its cell, then %check")
    page.keyboard.press("Enter")
    finished(page)
    expect(result(page)).to_contain_text("AND is not written yet")
    expect(focused).to_have_attribute("aria-label", "Check AND: run its cell, then %check")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # to Stop, or to Close if nothing runs any more
    expect(result(page)).to_contain_text("hint 1 of")
    finished(page)
    expect(focused).to_have_attribute("aria-label", "Close the result")
    page.keyboard.press("Escape")
    expect(result(page)).to_be_hidden()
    expect(focused).to_have_attribute("aria-label", "The next hint for AND")
    page.keyboard.press("End")
    expect(focused).to_contain_text("Backpropagation")
    assert page.locator(".deepgrade-map button[tabindex='0']").count() == 1  # one stop for Tab


def test_screen_reader_is_told_rows_levels_states_and_points(page: Page) -> None:
    open_panel(page, "homework")
    grid = page.get_by_role("treegrid", name="Course map")
    perceptron = grid.get_by_role("row", level=1, expanded=True)
    expect(perceptron).to_have_count(1)
    expect(perceptron.get_by_role("button", name="The perceptron")).to_have_accessible_name(
        re.compile(r"The perceptron .*of 27 points u01 · 90 min · \d+/13 passed")
    )
    row = grid.get_by_role("row", level=2).filter(has_text="NAND")
    expect(row.get_by_role("button").first).to_have_accessible_name(re.compile("NAND 0 of 1 points .*not started"))
    expect(row.get_by_role("button", name="Check NAND: run its cell, then %check")).to_be_visible()


def test_korean_course_speaks_korean_in_a_dark_theme(page: Page) -> None:
    execute(page, "apputils:change-theme", theme="JupyterLab Dark")
    open_panel(page, "과제")
    expect(page.get_by_text("144점 중 0점")).to_be_visible()
    row = exercise(page, "OR")
    press(row, "check")
    expect(result(page)).to_contain_text("아직 작성되지 않았습니다")
    expect(page.get_by_role("status").filter(has_text="OR:")).to_have_text("OR: 시작 전, 1점 중 0점")
    press(row, "hint")
    expect(result(page)).to_contain_text("힌트 1")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    shown = page.evaluate(
        """() => [getComputedStyle(document.querySelector('.deepgrade-panel')).backgroundColor,
                  getComputedStyle(document.querySelector('#jp-main-dock-panel .lm-DockPanel-widget, .jp-Launcher'))
                    .getPropertyValue('--jp-layout-color1').trim()]"""
    )
    assert shown[0] == "rgb(33, 33, 33)", shown
    execute(page, "apputils:change-theme", theme="JupyterLab Light")


def test_map_follows_the_file_browser_to_another_course(page: Page) -> None:
    open_panel(page, "homework")
    execute(page, "filebrowser:open-path", path="과제")
    expect(page.get_by_role("heading", name="과제")).to_be_attached()
    execute(page, "filebrowser:open-path", path="plain")  # no course there: the last one stays
    execute(page, "filebrowser:open-path", path="homework/u06_backprop")
    expect(page.get_by_role("heading", name="homework")).to_be_attached()


def test_kernel_when_busy_restarted_or_dead_then_it_is_said_kindly(page: Page, lab: Lab) -> None:
    open_panel(page, "homework")
    unit(page, "Backpropagation").get_by_role("button").first.click()
    row = exercise(page, "Relu.forward").or_(exercise(page, "Relu")).first
    press(row, "check")
    row.get_by_role("button").first.click()
    page.locator(".jp-Cell.jp-mod-active").wait_for()
    write(page, "exercise-Relu", "import time\ntime.sleep(60)")
    row.locator(".deepgrade-check button").click()
    page.get_by_role("button", name="Stop").click()
    finished(page)
    expect(result(page)).to_contain_text("KeyboardInterrupt")
    write(page, "exercise-Relu", "import os\nos._exit(1)")
    press(row, "check")
    expect(result(page)).to_contain_text(re.compile("The kernel (stopped|of this notebook has died)"))


def test_notebook_when_gone_then_the_way_back_is_told(page: Page, lab: Lab) -> None:
    shutil.move(lab.root / "과제" / "u06_backprop" / "u06_backprop.ko.ipynb", lab.root / "away.ipynb")
    open_panel(page, "과제")
    unit(page, "오차역전파법").get_by_role("button").last.click()
    expect(result(page)).to_contain_text("deepgrade start")


def test_submitting_appears_only_where_a_server_is_named_and_texts_stay_texts(page: Page) -> None:
    html = '<img src="x" onerror="document.title=1">'

    def named(route: Route) -> None:
        found = route.fetch().json()
        if found["progress"] is not None:
            found["progress"]["units"][0]["title"]["en"] = html
        route.fulfill(json=found | {"submit": {"url": "https://course.example/submit"}})

    expect(page.get_by_role("button", name="Submit")).to_have_count(0)
    page.route("**/deepgrade/course?*", named)
    open_panel(page, "homework")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    expect(page.get_by_text(html)).to_be_visible()
    assert page.locator(".deepgrade-panel img").count() == 0
