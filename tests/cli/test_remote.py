"""``login``, ``submit`` and ``status``: what is kept, and one sentence for everything that goes wrong."""

from __future__ import annotations

import socket
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from graders.messages.errors import BusyError, UsageError
from graders.practice.service import Login, Service, load_login, save_login, service_url


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("DEEPGRADE_TOKEN", raising=False)
    return tmp_path / "config"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://dl.example.org/", "https://dl.example.org"),
        ("dl.example.org", "https://dl.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000/course/", "http://[::1]:8000/course"),
    ],
)
def test_address_when_given_then_it_is_kept_so(said: str, kept: str) -> None:
    assert service_url(said) == kept


@pytest.mark.parametrize("said", ["http://dl.example.org", "http://127.0.0.1.example.org", "http://10.0.0.1:8000"])
def test_address_when_not_encrypted_then_only_if_meant(said: str) -> None:
    with pytest.raises(UsageError, match="not encrypted"):
        service_url(said)
    assert service_url(said, insecure=True) == said


@pytest.mark.parametrize("said", ["", "ftp://x", "https://", "https://me:secret@x.example", "http://[", "http://x:y"])
def test_address_when_it_is_none_then_a_sentence(said: str) -> None:
    with pytest.raises(UsageError, match="not the address"):
        service_url(said)


def test_login_when_kept_then_for_this_user_alone(config: Path) -> None:
    assert load_login() is None
    path = save_login(Login("https://x.example", "dg_1"))
    save_login(Login("https://x.example", "dg_2"))
    assert load_login() == Login("https://x.example", "dg_2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["login.json"]
    path.write_text("[]")
    assert load_login() is None


class Strange(BaseHTTPRequestHandler):
    """Something else that speaks HTTP; it notes who sends it a token."""

    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        if self.path.endswith("/me"):
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/elsewhere")
        else:
            self.send_response(200 if "dl" in self.path else 502)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        pass


def test_service_when_something_else_answers_then_a_sentence_and_no_token_goes_on() -> None:
    with HTTPServer(("127.0.0.1", 0), Strange) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        service = Service(f"http://127.0.0.1:{server.server_address[1]}", "dg_secret")
        with pytest.raises(UsageError, match="no deepgrade service"):
            service.me()
        with pytest.raises(UsageError, match="no deepgrade service"):
            service.course("dl")
        with pytest.raises(BusyError, match="HTTP 502"):
            service.course("other")
        server.shutdown()
        thread.join()
    assert Strange.seen == ["Bearer dg_secret"] * 3


def test_service_when_nobody_answers_then_a_sentence() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with pytest.raises(BusyError, match="does not answer"):
        Service(f"http://127.0.0.1:{port}").me()
