"""``login``, ``logout`` and what is kept; one sentence in each language for everything that is no service."""

from __future__ import annotations

import datetime
import json
import os
import pty
import re
import select
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.messages.errors import BusyError, UsageError
from graders.practice import service as service_module
from graders.practice.logins import Login, forget_login, known_logins, login_for, remember, save_login, service_url
from graders.practice.service import Service
from tests.cli.conftest import Deepgrade
from tests.remote_site import PASSWORD, Answer, Site, remote_site, stranger


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("DEEPGRADE_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config" / "deepgrade" / "login.json"


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with remote_site(tmp_path_factory.mktemp("service"), template) as found:
        yield found


# --- addresses and logins --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("https://dl.example.org/", "https://dl.example.org"),
        ("dl.example.org", "https://dl.example.org"),
        ("HTTPS://DL.example.org", "https://dl.example.org"),
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


NO_ADDRESS = [
    "",
    "ftp://x",
    "https://",
    "https://me:secret@x.example",
    "http://[",
    "http://x:y",
    "https://x\n.y",
    "a b",
]


@pytest.mark.parametrize("said", NO_ADDRESS)
def test_address_when_it_is_none_then_a_sentence(said: str) -> None:
    with pytest.raises(UsageError, match="not the address"):
        service_url(said)


def test_logins_when_kept_then_for_this_user_alone_and_one_per_service(config: Path) -> None:
    assert known_logins() == ()
    save_login(Login("https://x.example", "dg_1"))
    save_login(Login("https://y.example", "dg_2"))
    path = save_login(Login("https://x.example", "dg_3"))
    assert known_logins() == (Login("https://x.example", "dg_3"), Login("https://y.example", "dg_2"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["login.json"]
    forget_login("https://x.example")
    assert known_logins() == (Login("https://y.example", "dg_2"),)
    forget_login("https://y.example")
    assert not path.exists()


@pytest.mark.parametrize("text", ["[]", "{", "3", '{"logins": 3}', '{"logins": [[]]}', "[" * 5000])
def test_login_file_when_damaged_then_nobody_is_logged_in(text: str, config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(text)
    assert known_logins() == ()


def test_login_of_an_earlier_version_when_read_then_it_is_known(config: Path) -> None:
    config.parent.mkdir(parents=True)
    config.write_text('{"url": "https://x.example", "token": "dg_1"}')
    assert known_logins() == (Login("https://x.example", "dg_1"),)


def test_login_when_a_folder_names_a_foreign_service_then_no_token_goes_there(tmp_path: Path) -> None:
    save_login(Login("https://x.example", "dg_1"))
    (tmp_path / ".deepgrade.json").write_text("{}")  # a homework folder that somebody has given away
    remember(tmp_path, "https://evil.example", "dl")
    assert login_for(None, tmp_path).url == "https://x.example"
    with pytest.raises(UsageError, match=r"not logged in at https://evil\.example"):
        login_for("https://evil.example", tmp_path)


# --- what is no service ----------------------------------------------------------------------------------------------

JSON = (("Content-Type", "application/json"),)
STRANGE = {
    "page": (Answer(), 2, "not a deepgrade service (HTTP 200)", "deepgrade 서비스가 아닙니다"),
    "absent": (Answer(404), 2, "not a deepgrade service (HTTP 404)", "deepgrade 서비스가 아닙니다"),
    "refused": (Answer(403), 2, "not a deepgrade service (HTTP 403)", "네트워크에 먼저 로그인"),
    "captive": (Answer(511), 2, "not a deepgrade service (HTTP 511)", "네트워크에 먼저 로그인"),
    "proxy_502": (Answer(502), 3, "is not running at the moment (HTTP 502)", "작동하지 않습니다"),
    "proxy_503": (Answer(503), 3, "is not running at the moment (HTTP 503)", "작동하지 않습니다"),
    "proxy_413": (Answer(413), 2, "refuses a file of this size", "이 크기의 파일을 거부"),
    "moved": (
        Answer(301, headers=(("Location", "https://dl.example.org/x"),)),
        2,
        "run `deepgrade login https://dl.example.org`",
        "`deepgrade login https://dl.example.org` 명령",
    ),
    "moved_nowhere": (Answer(302, headers=(("Location", "/login"),)), 2, "not a deepgrade service", "아닙니다"),
    "moved_oddly": (Answer(302, headers=(("Location", "http://["),)), 2, "not a deepgrade service", "아닙니다"),
    "another_api": (Answer(404, b'{"detail": "Not Found"}', JSON), 2, "not a deepgrade service", "아닙니다"),
    "a_list": (Answer(200, b"[]", JSON), 2, "does not understand", "이해하지 못하는"),
    "other_words": (Answer(200, b'{"user": [], "courses": {}}', JSON), 2, "does not understand", "이해하지 못하는"),
    "anybody": (Answer(200, b'{"user": {"name": "x"}, "courses": []}', JSON), 2, "not a deepgrade service", "아닙니다"),
    "deep": (Answer(200, b"[" * 50_000, JSON), 2, "not a deepgrade service", "아닙니다"),
    "not_utf8": (Answer(200, b"\xff\xfe\x00", JSON), 2, "not a deepgrade service", "아닙니다"),
    "cut": (Answer(200, b'{"us', JSON, length=400), 3, "was cut off", "응답이 중간에 끊겼습니다"),
}


@pytest.mark.parametrize("case", STRANGE)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_login_when_something_else_answers_then_a_sentence_before_any_password(
    case: str, lang: str, deepgrade: Deepgrade
) -> None:
    answer, code, english, korean = STRANGE[case]
    with stranger(answer) as other:
        done = deepgrade("login", other.url, "--lang", lang)
    assert (done.code, done.out) == (code, "")
    assert (english if lang == "en" else korean) in done.err
    assert len(done.err.splitlines()) == 1
    assert other.seen == [("GET", "/api/v1/me", "")]  # no token, no password


@pytest.mark.parametrize("case", STRANGE)
def test_service_when_something_else_has_taken_its_place_then_a_sentence(case: str, deepgrade: Deepgrade) -> None:
    answer, code, _, _ = STRANGE[case]
    with stranger(answer) as other:
        save_login(Login(other.url, "dg_secret"))
        done = deepgrade("status")
        assert (done.code or 2) == code or case == "anybody"
        assert len((done.err or done.out).splitlines()) == 1
        assert "Traceback" not in done.err
    assert {one[2] for one in other.seen} == {"Bearer dg_secret"}


def test_service_when_nobody_answers_then_a_sentence(deepgrade: Deepgrade) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    done = deepgrade("login", url)
    assert (done.code, done.out) == (3, "")
    assert "does not answer: Connection refused" in done.err
    with pytest.raises(BusyError, match="does not answer"):
        Service(url).me()


def test_service_when_it_hangs_then_a_sentence() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(BusyError, match="did not answer within 0 s"),
    ):
        Service(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.2).me()
    assert service_module.TIMEOUT_S >= 10


def certified(folder: Path) -> Path:
    """A certificate for this machine that nobody has signed, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    signed = made.sign(key, hashes.SHA256())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "cert.pem"
    path.write_bytes(key.private_bytes(*form) + signed.public_bytes(serialization.Encoding.PEM))
    return path


def test_service_when_its_certificate_is_unknown_then_no_token_is_sent(tmp_path: Path, deepgrade: Deepgrade) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified(tmp_path))
    got: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        client, _ = listening.accept()
        with client:
            try:
                with context.wrap_socket(client, server_side=True) as secure:
                    got.append(secure.recv(1000))
            except OSError:
                got.append(b"")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        done = deepgrade("login", f"https://127.0.0.1:{listening.getsockname()[1]}")
        thread.join()
    assert (done.code, got) == (2, [b""])
    assert "certificate" in done.err
    assert "SSL_CERT_FILE" in done.err


def test_service_when_it_speaks_no_tls_then_a_sentence(site: Site, deepgrade: Deepgrade) -> None:
    done = deepgrade("login", site.url.replace("http://", "https://"))
    assert done.code == 2
    assert "does not offer a secure connection" in done.err


# --- logging in ------------------------------------------------------------------------------------------------------


class Terminal:
    """A real terminal with ``deepgrade`` in it: what it shows, and keys to answer with."""

    def __init__(self, folder: Path, *words: str, **variables: str) -> None:
        self.ours, theirs = pty.openpty()
        homes = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config"), "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "graders.cli", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **homes, "TERM": "xterm", **variables},
            cwd=folder,
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""

    def until(self, pattern: str) -> None:
        deadline = time.monotonic() + 60
        while not re.search(pattern, self.shown):
            assert time.monotonic() < deadline, self.shown
            self._read()

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode() + b"\n")

    def end(self) -> int:
        while self._read():
            pass
        os.close(self.ours)
        return self.process.wait(60)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.ours], [], [], 1)
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self.ours, 1 << 16)
        except OSError:  # everybody at the other end has gone
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)


def test_login_in_a_terminal_asks_shows_no_password_and_lets_one_mistype(
    site: Site, config: Path, tmp_path: Path
) -> None:
    terminal = Terminal(tmp_path, "login", site.url, "--lang", "ko")
    terminal.until("이메일 주소: ")
    terminal.type("kim@example.org")
    terminal.until("비밀번호: ")
    terminal.type("wrong horse")
    terminal.until("이메일 주소: (.|\n)*이메일 주소: ")
    terminal.type("kim@example.org")
    terminal.until("비밀번호: (.|\n)*비밀번호: ")
    terminal.type(PASSWORD)
    assert terminal.end() == 0, terminal.shown
    assert "Kim 계정으로 로그인했습니다" in terminal.shown
    assert "수강 중인 강의: dl" in terminal.shown
    assert PASSWORD not in terminal.shown
    assert "wrong horse" not in terminal.shown
    kept = json.loads(config.read_text())["logins"]
    assert [one["url"] for one in kept] == [site.url]
    assert kept[0]["token"] not in terminal.shown
    assert Service(site.url, kept[0]["token"]).me()["user"]["name"] == "Kim"


def test_login_when_nobody_sits_there_then_a_sentence(
    site: Site, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        done = deepgrade("login", site.url)
        assert (done.code, done.out) == (2, "")
        assert "Pipe a personal token" in done.err
        assert deepgrade("login", site.url, "--token").code == 2


def test_token_when_piped_then_logged_in_and_out_again(
    site: Site, config: Path, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = Service(site.url).log_in("lee@example.org", PASSWORD, "test")
    (tmp_path / "token").write_text(f"{token}\n")
    with (tmp_path / "token").open() as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        done = deepgrade("login", site.url, "--token")
    assert done.code == 0
    assert "Your courses: dl, ml." in done.out
    assert token not in done.out + done.err
    assert deepgrade("logout").out == f"Logged out of {site.url}.\n"
    assert not config.exists()
    with pytest.raises(UsageError, match="has ended"):
        Service(site.url, token).me()
    assert deepgrade("logout").code == 2


def test_token_when_it_has_ended_then_the_way_back_is_told(site: Site, deepgrade: Deepgrade) -> None:
    save_login(Login(site.url, "dg_" + "0" * 40))
    for words in (["status"], ["submit", __file__]):
        done = deepgrade(*words)
        assert (done.code, done.out) == (2, "")
        assert f"Run `deepgrade login {site.url}` again" in done.err
    assert deepgrade("logout").code == 0


def test_logout_when_the_service_is_away_then_forgotten_here_and_said(config: Path, deepgrade: Deepgrade) -> None:
    with stranger(Answer(502)) as other:
        save_login(Login(other.url, "dg_1"))
        done = deepgrade("logout")
    assert done.code == 0
    assert "stays valid there" in done.err
    assert not config.exists()


def test_variables_when_set_then_they_take_the_place_of_a_login(
    site: Site, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_login(Login("https://x.example", "dg_1"))
    monkeypatch.setenv("DEEPGRADE_URL", site.url)
    monkeypatch.setenv("DEEPGRADE_TOKEN", site.tokens["kim"])
    done = deepgrade("status")
    assert (done.code, done.out) == (0, "You have not handed in anything yet. Run `deepgrade submit FILE`.\n")
