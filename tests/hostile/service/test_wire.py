"""What is sent byte by byte: two requests in one, half of one, one that never ends, more than one should send."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from graders.server.operation import patience
from graders.server.web import live, safety
from graders.server.web.limits import Turns
from tests.server.api.conftest import Site
from tests.small_course import UNIT

WORK = f"/api/v1/courses/dl/units/{UNIT}/submissions"


def spoken(site: Site, data: bytes, *, wait_s: float = 5.0, close: bool = True) -> bytes:
    """All that comes back for these bytes, until the other side closes or says nothing for a while."""
    with connected(site) as sock:
        sock.settimeout(wait_s)
        found = b""
        with contextlib.suppress(OSError):  # it may have hung up already, and yet have answered
            sock.sendall(data)
            if close:
                sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(OSError):
            while piece := sock.recv(65536):
                found += piece
        return found


def connected(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2])), timeout=20)


def head(site: Site, line: str, *lines: str) -> bytes:
    return "\r\n".join((line, f"Host: {site.url[7:]}", *lines, "", "")).encode("latin-1")


SMUGGLED = b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Inside: 1\r\n\r\n"
TWO_LENGTHS = {
    "both": ("Content-Length: 6", "Transfer-Encoding: chunked"),
    "both, the other way": ("Transfer-Encoding: chunked", "Content-Length: 6"),
    "two lengths": ("Content-Length: 0", f"Content-Length: {len(SMUGGLED)}"),
    "two in one": (f"Content-Length: 0, {len(SMUGGLED)}",),
    "signed": ("Content-Length: +5",),
    "negative": ("Content-Length: -1",),
    "hexadecimal": ("Content-Length: 0x5",),
    "a space before the colon": ("Content-Length : 5",),
    "chunked twice": ("Transfer-Encoding: chunked, chunked",),
    "chunked, then something": ("Transfer-Encoding: chunked, identity",),
    "not quite chunked": ("Transfer-Encoding: xchunked",),
    "a line that goes on": ("Transfer-Encoding:", " chunked"),
    "a bare line feed": ("X: y\nTransfer-Encoding: chunked",),
    "a letter of another alphabet": ("Transfer-Encoding: \x0bchunked",),
    "NUL": ("X: a\0b",),
}


@pytest.mark.parametrize("how", TWO_LENGTHS)
def test_request_when_its_length_is_ambiguous_then_nothing_inside_it_is_answered(how: str, site: Site) -> None:
    begun = head(site, "POST /login HTTP/1.1", f"Origin: {site.url}", *TWO_LENGTHS[how])
    found = spoken(site, begun + b"0\r\n\r\n" + SMUGGLED)
    answers = found.count(b"HTTP/1.1 ")
    assert answers <= 1
    assert b"www-authenticate" not in found.lower()  # what /api/v1/me would say
    if how.startswith("both"):
        assert b" 400 " in found.partition(b"\r\n")[0]


LINES = (
    *(b"GET /\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"\r\n" * 5000),
    *(
        b"G\0T / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
    ),
    *(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"),
    *(
        b"GET evil.example:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n",
    ),
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
)


@pytest.mark.parametrize("number", range(len(LINES)))
def test_request_when_it_is_none_then_it_is_refused_and_the_next_is_answered(number: int, site: Site) -> None:
    found = spoken(site, LINES[number])
    assert b" 500 " not in found
    assert b"Traceback" not in found
    assert b" 101 " not in found
    assert site.ask("GET", "/healthz").status_code == 200


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEADER_S", 0.6)


def until_closed(sock: socket.socket) -> None:
    """TimeoutError where the other side leaves it open."""
    sock.settimeout(20)
    with contextlib.suppress(ConnectionError):
        while sock.recv(65536):
            pass


SLOW = {
    "nothing": b"",
    "half a line": b"GET /he",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: x\r\n",
    "half of the next": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HT",
    "nothing more": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("how", SLOW)
def test_connection_when_nothing_more_comes_then_it_is_closed(how: str, site: Site, hurried: None) -> None:
    with connected(site) as sock:
        sock.sendall(SLOW[how])
        until_closed(sock)


def test_head_when_it_comes_byte_by_byte_then_the_time_counts_from_its_beginning(site: Site, hurried: None) -> None:
    def dripping(sock: socket.socket) -> None:
        for _ in range(400):
            sock.sendall(b"X")
            time.sleep(0.05)

    with connected(site) as sock, pytest.raises(ConnectionError):
        dripping(sock)


@pytest.mark.parametrize("path", ["/login", f"/courses/dl/units/{UNIT}/hand-in", WORK])
def test_body_when_it_comes_too_slowly_then_408(path: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "PATIENCE_S", 0.6)
    lines = (f"Origin: {site.url}", "Content-Length: 100000", f"Authorization: Bearer {site.tokens['student']}")
    kind = "Content-Type: multipart/form-data; boundary=B"
    cookie = f"Cookie: deepgrade={site.cookies['student']}"
    with connected(site) as sock:
        sock.settimeout(20)
        sock.sendall(head(site, f"POST {path} HTTP/1.1", *lines, kind, cookie) + b"--B\r\nContent-Disposition: form")
        found = sock.recv(65536)
        assert b" 408 " in found.partition(b"\r\n")[0]


def test_connections_when_many_stand_open_then_others_are_answered_and_they_are_closed(
    site: Site, hurried: None
) -> None:
    held = [connected(site) for _ in range(300)]
    try:
        for one in held:
            with contextlib.suppress(ConnectionError):  # the first may be closed already
                one.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert site.ask("GET", "/healthz").status_code == 200
        for one in held:
            until_closed(one)
    finally:
        for one in held:
            one.close()
    assert site.ask("GET", "/healthz").status_code == 200


def test_sender_when_many_requests_hang_then_only_its_own_wait(site: Site) -> None:
    """Uploads that stand still hold the turns of who sends them."""
    lines = ("Content-Length: 100000", f"Authorization: Bearer {site.tokens['classmate']}")
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(connected(site)) for _ in range(Turns().most)]
        for one in held:
            one.sendall(head(site, f"POST {WORK} HTTP/1.1", *lines) + b"x")
        for _ in range(40):  # until all of them are being read
            sock = stack.enter_context(connected(site))
            sock.settimeout(0.7)
            sock.sendall(head(site, "GET /api/v1/me HTTP/1.1", lines[1]))
            try:
                assert sock.recv(100).startswith(b"HTTP/1.1 200")
            except TimeoutError:
                break
        else:
            pytest.fail("nothing waits")
        assert site.ask("GET", "/api/v1/me", "student").status_code == 200
        for one in held:
            one.close()
        sock.settimeout(20)
        assert sock.recv(100).startswith(b"HTTP/1.1 200")


# --- live pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AGAIN_S", "QUIET_S"):
        monkeypatch.setattr(live, name, 0.2)


def leaver(site: Site, number: int) -> tuple[int, str]:
    from graders.server.store.courses import course_by_slug, set_role
    from graders.server.store.people import add_user, start_login

    course, user = course_by_slug(site.store, "dl"), add_user(site.store, f"leaver{number}@example.org", "Leaver")
    assert course is not None
    set_role(site.store, course.id, user.id, "student" if number < 3 else "assistant")
    return user.id, start_login(site.store, user.id).token


@pytest.mark.parametrize("how", ["logged out", "disabled", "removed", "no staff any more"])
def test_live_page_when_its_reader_is_out_then_it_ends_within_seconds(how: str, site: Site, watched: None) -> None:
    from graders.server.store import courses, people

    user_id, token = leaver(site, ("logged out", "disabled", "removed", "no staff any more").index(how))
    course = courses.course_by_slug(site.store, "dl")
    assert course is not None
    path = "/courses/dl/live?class" if how == "no staff any more" else "/courses/dl/live"
    with site.client.stream("GET", f"{site.url}{path}", headers={"Cookie": f"deepgrade={token}"}) as feed:
        lines = feed.iter_lines()
        assert next(lines) == "retry: 2000"
        assert ": still here" in (next(lines), next(lines))
        if how == "logged out":
            people.end_logins(site.store, user_id)
        elif how == "disabled":
            people.disable(site.store, user_id)
        elif how == "removed":
            courses.remove_member(site.store, course.id, user_id)
        else:
            courses.set_role(site.store, course.id, user_id, "student")
        assert sum(1 for _ in lines) < 20  # and it ends


def test_live_pages_when_one_opens_too_many_then_the_rest_end_and_others_have_theirs(
    site: Site, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.services.limits.live, "most", 3)
    ended: list[int] = []
    ready, done = threading.Barrier(6), threading.Event()

    def follow(number: int) -> None:
        with connected(site) as sock:
            sock.settimeout(20)
            sock.sendall(head(site, "GET /courses/dl/live HTTP/1.1", f"Cookie: deepgrade={site.cookies['student']}"))
            text = b""
            while b"retry: " not in text:
                text += sock.recv(65536)
            if b"retry: 60000" in text:
                ended.append(number)
            ready.wait(20)
            done.wait(20)

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    ready.wait(20)
    assert len(ended) == 2
    other = site.browse("GET", "/courses/dl/live", "classmate")
    assert other.status_code == 200
    done.set()
    for thread in threads:
        thread.join()
    until = time.monotonic() + 20
    while site.services.limits.live._open and time.monotonic() < until:
        time.sleep(0.05)
    assert site.services.limits.live._open == {}
