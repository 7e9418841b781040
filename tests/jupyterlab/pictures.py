"""Makes the pictures of docs/jupyterlab.md: ``.venv/bin/python -m tests.jupyterlab.pictures``."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from graders.courses.course import Course
from graders.practice.layout import lay_out
from tests.jupyterlab.build import ROOT
from tests.jupyterlab.running import Lab, chromium, open_lab, running_lab
from tests.jupyterlab.student import execute, exercise, open_panel, press, write

PICTURES = ROOT / "docs" / "pictures"
HOMEWORK = {"en": "homework", "ko": "과제"}
THEME = {"en": "JupyterLab Light", "ko": "JupyterLab Dark"}
WIDTH, HEIGHT, PANEL = 1280, 800, 330
SOFTMAX = "def softmax(x):\n    e = np.exp(x - x.max(axis=-1, keepdims=True))\n    return e / e.sum()"


def main() -> None:
    expect.set_options(timeout=120_000)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for lang, name in HOMEWORK.items():
            lay_out(ROOT, home / "root" / name, lang)
            _begin(home / "root" / name)
        with running_lab(home) as lab, chromium() as browser:
            for lang in HOMEWORK:
                _draw(lab, browser, lang)


def _begin(homework: Path) -> None:
    """A student who has worked for a while: what their checks have noted."""
    course, lines = Course(ROOT), []
    for unit, count in (("u01_perceptron", 13), ("u02_data_metrics", 9), ("u04_forward", 17)):
        for name, one in [*course.spec(unit).exercises.items()][:count]:
            lines.append({"unit": unit, "name": name, "verdict": "pass", "points": one.max_points, "at": ""})
    (homework / ".deepgrade").mkdir()
    (homework / ".deepgrade" / "checks.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def _draw(lab: Lab, browser: Browser, lang: str) -> None:
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce").new_page()
    open_lab(page, lab)
    execute(page, "apputils:change-theme", theme=THEME[lang])
    open_panel(page, HOMEWORK[lang])
    _widen(page)
    execute(page, "docmanager:open", path=f"{HOMEWORK[lang]}/u04_forward/u04_forward.{lang}.ipynb")
    row = exercise(page, "softmax")
    row.get_by_role("button").first.click()
    page.locator(".jp-Cell.jp-mod-active", has_text="def softmax").wait_for()
    write(page, "exercise-softmax", SOFTMAX)
    press(row, "check")
    row.get_by_role("button").first.click()
    page.wait_for_timeout(2500)
    _save(page, f"panel.{lang}")
    if lang == "en":
        execute(page, "application:toggle-left-area")
        page.keyboard.press("Shift+Enter")
        page.keyboard.press("Shift+Enter")
        page.locator(".jp-Notebook .dg-fragment").first.wait_for()
        page.wait_for_timeout(1500)
        page.locator(".jp-Notebook .dg-fragment").first.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        _save(page, f"notebook.{lang}")


def _widen(page: Page) -> None:
    """The side bar as wide as one would drag it."""
    box = page.locator(".deepgrade-panel").bounding_box()
    assert box is not None
    edge = box["x"] + box["width"] + 4
    page.mouse.move(edge, HEIGHT / 2)
    page.mouse.down()
    page.mouse.move(edge + PANEL - box["width"], HEIGHT / 2, steps=4)
    page.mouse.up()


def _save(page: Page, name: str) -> None:
    """In 256 colours, so that a picture takes less than 150 kB."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
