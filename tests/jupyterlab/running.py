"""A JupyterLab with the panel, as an installation has it, and a browser for it."""

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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.jupyterlab.build import ROOT, build_module

QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
CHROMIUM = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass(frozen=True)
class Lab:
    """A running server: its address, its token and the folder that it shows."""

    url: str
    token: str
    root: Path


@contextmanager
def running_lab(home: Path) -> Iterator[Lab]:
    """Jupyter Server on a free port, which shows ``home/root``; stopped with its kernels at the end."""
    root, token, log = home / "root", secrets.token_hex(16), home / "log"
    root.mkdir(exist_ok=True)
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


def _environment(home: Path) -> dict[str, str]:
    """As an installation has it: what the wheel brings lies below a prefix; nothing of this machine's user counts."""
    built, prefix = build_module().build(build_module().PANEL), home / "prefix"
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


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


def open_lab(page: Page, lab: Lab) -> None:
    """JupyterLab as if for the first time, once it stands with every extension's commands."""
    page.goto(f"{lab.url}/lab?token={lab.token}&reset")
    page.wait_for_function("window.jupyterapp?.commands.hasCommand('apputils:change-theme')")
    page.evaluate("window.jupyterapp.restored.then(() => null)")  # what it gives is half of JupyterLab
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.wait_for_selector(".jp-Launcher")  # the last to come, and it takes the focus
