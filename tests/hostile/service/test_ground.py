"""What the service stands on: its database, its copies, its log, its figures, and who asks for them from where."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import structlog

from graders.messages.errors import BusyError
from graders.server.operation.backup import back_up, restore
from graders.server.operation.logs import log_as_json
from graders.server.store.courses import add_course
from graders.server.store.engine import Store, open_store
from graders.server.store.migrate import migrate, revision
from graders.server.store.people import add_user
from tests.server.api.conftest import ROLES, Site


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path}/data/deepgrade.db")
    migrate(store)
    return store


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_database_when_it_is_not_where_it_was_then_nothing_is_promised(how: str, kept: Store, tmp_path: Path) -> None:
    """SQLite would go on in a file without a name: whoever had a receipt for that would have nothing."""
    add_user(kept, "before@example.org", "Before")
    folder = tmp_path / "data"
    away = folder.rename(tmp_path / "away")
    if how == "deleted":
        shutil.rmtree(away)
    elif how == "replaced":
        shutil.copytree(away, folder)
    with pytest.raises(BusyError) as error:
        add_user(kept, "after@example.org", "After")
    assert error.value.message_id == "server.moved"
    with pytest.raises(BusyError):
        revision(kept)  # what /readyz asks
    if how == "moved":
        away.rename(folder)
        assert add_user(kept, "again@example.org", "Again").id
    kept.close()


def test_files_when_made_then_nobody_else_reads_them(kept: Store, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "data" / "secret").write_text("secret")
        (tmp_path / "data" / "secret").chmod(0o600)
        back_up(str(kept.engine.url), tmp_path / "data", tmp_path / "copy")
        former = restore(tmp_path / "copy", str(kept.engine.url), tmp_path / "data")
        restore(tmp_path / "copy", f"sqlite:///{tmp_path}/new/deepgrade.db", tmp_path / "new")
    finally:
        os.umask(before)
        kept.close()
    assert former is not None
    for folder in (tmp_path / "data", tmp_path / "copy", former, tmp_path / "new"):
        assert mode(folder) == 0o700, folder
        for path in folder.iterdir():
            assert mode(path) in (0o600, 0o700), path


def test_log_when_a_header_has_lines_then_none_is_forged(site: Site) -> None:
    root = logging.getLogger()
    before, level, said = root.handlers[:], root.level, io.StringIO()
    log_as_json()
    assert isinstance(root.handlers[0], logging.StreamHandler)
    root.handlers[0].setStream(said)
    try:
        forged = 'x","event":"forged"}\t{"event":"forged"'
        for path in ("/login", "/nothing/%0a%7b%22event%22:%22forged%22%7d", "/submissions/forged"):
            site.browse("GET", path, headers={"User-Agent": forged, "X-Request-Id": forged, "Referer": forged})
        site.browse("FORGED", "/login")
        site.ask("GET", "/api/v1/me", headers={"Authorization": f"Bearer {forged}"})
        for kind in (ValueError, OSError):
            logging.getLogger("any").error("broken", exc_info=kind('a\n{"event": "forged"}'))
    finally:
        root.handlers[:], root.level = before, level
        structlog.reset_defaults()
    lines = said.getvalue().splitlines()
    assert len(lines) >= 6
    for line in lines:
        assert json.loads(line)["event"] != "forged"
    assert "forged" not in said.getvalue()


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via", "Host"])
def test_metrics_when_asked_by_way_of_a_proxy_or_under_another_name_then_they_are_not_there(
    header: str, site: Site
) -> None:
    sent = {header: {"Host": "attacker.example", "X-Forwarded-Proto": "https"}.get(header, "127.0.0.1")}
    for role in ROLES:
        expected = 200 if role == "admin" else 404
        assert site.ask("GET", "/metrics", role, headers=sent).status_code == expected
        assert site.browse("GET", "/metrics", role, headers=sent).status_code == 404
    assert site.ask("GET", "/metrics").status_code == 200
    assert "@" not in site.ask("GET", "/metrics").text


@pytest.mark.slow
def test_service_when_its_folder_is_deleted_then_it_gives_no_receipts_and_stops_in_order(
    template: Path, tmp_path: Path
) -> None:
    """The real thing: ``deepgrade serve``, and somebody who clears the wrong folder."""
    store = open_store(f"sqlite:///{tmp_path}/data/deepgrade.db")
    migrate(store)
    add_course(store, "dl", str(template))
    from graders.server.store.people import make_token

    token = make_token(store, add_user(store, "root@example.org", "Root", is_admin=True).id, "t")
    store.close()
    command = [sys.executable, "-m", "graders.cli", "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    homes = {"XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"}
    process = subprocess.Popen([*command, "--workers", "1"], env={**os.environ, **homes}, **options)  # type: ignore[call-overload]
    try:
        assert process.stdout is not None
        url = next(line for line in process.stdout if "http://" in line and "invitation" not in line)
        url = "http://" + url.partition("http://")[2].split()[0].rstrip(".")
        headers = {"Authorization": f"Bearer {token}"}
        path = f"{url}/api/v1/courses/dl/units/u99_topic/submissions"
        assert httpx.post(path, content=b"x = 1\n", headers=headers, timeout=60).status_code == 201
        shutil.rmtree(tmp_path / "data")
        assert httpx.post(path, content=b"x = 2\n", headers=headers, timeout=60).status_code == 503
        assert httpx.get(f"{url}/readyz", timeout=60).status_code == 503
        assert httpx.get(f"{url}/healthz", timeout=60).status_code == 200
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in (0, 1)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
