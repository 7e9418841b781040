"""A real JupyterLab with the panel, two homework folders, and a real Chromium: started once for all tests here."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from graders.practice.layout import lay_out
from tests.jupyterlab.build import ROOT, build_module

UNITS = ("u01_perceptron", "u04_forward", "u06_backprop")
QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
CHROMIUM = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Lab:
    """A running server: its address, its token and the folder that it shows."""

    url: str
    token: str
    root: Path


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("jupyterlab")
    root, token = home / "root", secrets.token_hex(16)
    (root / "plain").mkdir(parents=True)
    bundle = home / "bundle"
    shutil.copytree(ROOT / "assignments", bundle, ignore=shutil.ignore_patterns(*_other_units()))
    lay_out(bundle, root / "homework", "en")
    lay_out(bundle, root / "과제", "ko")
    log = home / "log"
    with log.open("w") as file:
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
        command += ["--ServerApp.port=0", f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"]
        command += [f"--IdentityProvider.token={token}"]
        process = subprocess.Popen(command, cwd=root, stdout=file, stderr=file, env=_environment(home))
    try:
        yield Lab(_address(log, process), token, root)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _other_units() -> list[str]:
    return [path.name for path in (ROOT / "assignments").iterdir() if path.is_dir() and path.name not in UNITS]


def _environment(home: Path) -> dict[str, str]:
    """As an installation has it: what the wheel brings lies below a prefix; nothing of this machine's user counts."""
    built, prefix = build_module().build_panel(), home / "prefix"
    extensions, configured = prefix / "share/jupyter/labextensions", prefix / "etc/jupyter/jupyter_server_config.d"
    extensions.mkdir(parents=True)
    configured.mkdir(parents=True)
    (extensions / "deepgrade").symlink_to(built)
    shutil.copy(ROOT / "labextension" / "server.json", configured / "deepgrade.json")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "DEEPGRADE"))}
    return kept | {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "JUPYTER_PATH": str(prefix / "share/jupyter"),
        "JUPYTER_CONFIG_PATH": str(prefix / "etc/jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "LC_ALL": "C.UTF-8",
    }


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if found:
            return found[0]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield chromium
        chromium.close()


def ready(page: Page) -> None:
    """Wait until JupyterLab stands as it was left, with every extension's commands."""
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('apputils:change-theme')")
    page.evaluate("window.jupyterapp.restored")
    page.wait_for_selector("#jupyterlab-splash", state="detached")


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
    page.goto(f"{lab.url}/lab?token={lab.token}&reset")
    ready(page)
    yield page
    context.close()
    assert seen.problems == []
