"""A student at the panel: what one sees and does there, by roles and names as a screen reader has them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

DONE = re.compile("untouched|work|passed|refused")


def open_panel(page: Page, folder: str) -> None:
    """The panel, with the course of this folder."""
    execute(page, "deepgrade:open")
    page.get_by_role("button", name=folder, exact=True).click()
    expect(page.get_by_role("heading", name=folder)).to_be_visible()


def unit(page: Page, title: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_text(title, exact=True))


def exercise(page: Page, name: str) -> Locator:
    return page.locator(".deepgrade-exercise").filter(has=page.locator("code", has_text=re.compile(f"^{name}$")))


def press(row: Locator, action: str) -> None:
    """Check, hint or explain beside an exercise."""
    row.locator(f".deepgrade-{action} button").click()
    finished(row.page)


def finished(page: Page) -> None:
    expect(result(page)).to_have_attribute("data-state", DONE)
    expect(result(page)).to_have_attribute("aria-busy", "false")


def result(page: Page) -> Locator:
    return page.locator(".deepgrade-result")


def state(row: Locator) -> str | None:
    return row.get_attribute("data-state")


def write(page: Page, cell: str, code: str) -> None:
    """Write into a cell of the notebook in front, as with the keyboard."""
    page.wait_for_function(
        "id => window.jupyterapp.shell.currentWidget?.content?.widgets?.some(one => one.model.id === id)", arg=cell
    )
    page.evaluate(
        """([id, code]) => window.jupyterapp.shell.currentWidget.content.widgets
             .find(one => one.model.id === id).model.sharedModel.setSource(code)""",
        [cell, code],
    )


def execute(page: Page, command: str, **arguments: object) -> None:
    """Begin a command and wait for its end, a while: one that asks something in a dialog ends when that is answered."""
    page.evaluate(
        """([id, args]) => Promise.race([
            window.jupyterapp.commands.execute(id, args).then(() => null),  // what it gives is a widget
            new Promise((resolve) => setTimeout(() => resolve(null), 20000)),
        ])""",
        [command, arguments],
    )


def kernel_ready(page: Page) -> None:
    """Wait until the kernel of the notebook in front is idle."""
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000
    )
