"""Requests that are too much of something, or odd in another way: they get an answer, never an error of ours."""

from __future__ import annotations

import gzip
import json
import re
import socket
import zlib

import pytest

from graders.messages.errors import UsageError
from graders.server.store import queue
from graders.server.store.courses import course_by_slug
from graders.server.store.people import user_by_email
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import MAX_DRAFT, content_of, draft_of
from graders.server.web.api.app import PREFIX
from graders.server.web.limits import Live, Tries
from graders.server.web.safety import MAX_JSON
from tests.server.api.conftest import PASSWORD, Site
from tests.server.api.test_routes import TABLE as API
from tests.server.web.test_page_routes import TABLE as PAGES
from tests.server.web.test_page_routes import filled as in_pages
from tests.small_course import UNIT

HOME = f"/courses/dl/units/{UNIT}"
NAMES = ("slug", "unit", "public_id", "key", "symbol", "exercise", "token", "digest", "file", "language", "user_id")
ODD = (
    *("9" * 400, str(2**63), str(2**31), "-1", "0x10", "1e9", "%00", "%ED%A0%80", "%F0%9F%92%A9", "..%2f..%2f", "%25"),
    *("a" * 3000, "'%20OR%201=1--", "%5c..%5c", "%u0000", "*", "_", "%0d%0aX:%20y", "﷐", "%C0%AE%C0%AE", "{slug}"),
)


def filled_oddly(path: str, odd: str) -> str:
    return re.sub(r"\{\w+[^}]*\}", lambda _: odd, path)


@pytest.mark.parametrize("odd", [one if one in ODD[:2] else pytest.param(one, marks=pytest.mark.slow) for one in ODD])
def test_address_when_its_words_are_odd_then_it_is_not_there(odd: str, site: Site) -> None:
    asked = set()
    for row in PAGES:
        if "{" in row.path:
            asked.add(("browse", row.method, filled_oddly(row.path, odd)))
            asked.add(("browse", row.method, filled_oddly(in_pages(site, row.path.replace("{slug}", "{{slug}}")), odd)))
    for one in API:
        method, _, path = one.route.partition(" ")
        if "{" in path:
            asked.add(("ask", method, PREFIX + filled_oddly(path, odd)))
    asked |= {("ask", "GET", f"{PREFIX}/courses/dl/submissions?user_id={odd}&unit={odd}")}
    asked |= {("browse", "GET", f"/courses/dl/live?class={odd}&{odd}={odd}")}
    for how, method, path in asked:
        answer = getattr(site, how)(method, path, "instructor", headers={"Last-Event-ID": "9" * 400})
        assert answer.status_code < 500, (method, path)
        assert "Traceback" not in answer.text if "event-stream" not in answer.headers.get("content-type", "") else True


def deep(depth: int) -> bytes:
    return b'{"name":' + b"[" * depth + b"]" * depth + b"}"


JSON = {
    "deep": deep(200_000),
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a long number": b'{"name": ' + b"9" * 100_000 + b"}",
    "a large exponent": b'{"name": "x", "valid_days": 1e999999}',
    "not a number": b'{"name": NaN}',
    "half a character": b'{"name": "\\ud800", "email": "\\udfff@x.example", "password": "\\ud800\\ud800aaaaaaaaaaaa"}',
    "NUL": b'{"name": "a\\u0000b", "email": "a\\u0000@b.example", "password": "\\u0000aaaaaaaaaaa", "token": "a"}',
    "twice": b'{"name": "a", "name": "b", "name": {"x": 1}}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "a list": b"[]",
    "nothing": b"",
    "many names": json.dumps({f"n{number}": 1 for number in range(100_000)}).encode(),
    "a long name": b'{"email": "' + b"a" * 200_000 + b'@x.example", "password": "' + b"p" * 200_000 + b'"}',
}


@pytest.mark.parametrize("body", JSON, ids=list(JSON))
def test_json_when_it_is_odd_then_it_is_refused_in_words(body: str, site: Site) -> None:
    for path in ("/tokens", "/me/tokens", "/invitations/look", "/invitations/accept", "/courses/dl/invitations"):
        headers = {"Content-Type": "application/json"}
        answer = site.ask("POST", f"{PREFIX}{path}", "instructor", content=JSON[body], headers=headers)
        assert answer.status_code in (201, 400, 401, 404, 413, 422, 429), answer.text[:300]
        assert answer.status_code == 413 or len(JSON[body]) <= MAX_JSON
        assert len(answer.content) < 5000


def multipart(parts: int, head: str = "", value: str = "x") -> bytes:
    one = f'--B\r\nContent-Disposition: form-data; name="{{}}"{head}\r\n\r\n{value}\r\n'
    return "".join(one.format(f"f{number}") for number in range(parts)).encode() + b"--B--\r\n"


FORMS = {
    "many fields": multipart(20_000),
    "many files": multipart(5_000, '; filename="x.py"'),
    "no end": multipart(3)[:-6],
    "a long head": multipart(1, "; x=" + "y" * 1_000_000),
    "many heads": b"--B\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n\r\n--B--\r\n",
    "nothing": b"",
    "no boundary in it": b"x" * 100_000,
    "an endless name": b'--B\r\nContent-Disposition: form-data; name="' + b"a" * 3_000_000,
    "urlencoded": b"&".join(b"a%d=1" % number for number in range(200_000)),
}
KINDS = ("multipart/form-data; boundary=B", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain")


@pytest.mark.parametrize("form", FORMS, ids=list(FORMS))
def test_form_when_it_is_too_much_then_it_is_refused(form: str, site: Site) -> None:
    for path in ("/login", f"{HOME}/work", f"{HOME}/hand-in", "/language"):
        for kind in KINDS[:3] if path == "/login" else KINDS[:1]:
            answer = site.browse("POST", path, "classmate", content=FORMS[form], headers={"Content-Type": kind})
            assert answer.status_code in (303, 400, 401, 404, 413, 422, 429), (path, kind, answer.text[:200])
    api = f"{PREFIX}{HOME}/submissions"
    answer = site.ask("POST", api, "classmate", content=FORMS[form], headers={"Content-Type": KINDS[0]})
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize(
    "charset", ["utf-16", "unicode_escape", "idna", "undefined", "punycode", "hex", "zip", "utf-7"]
)
def test_form_when_it_names_an_odd_charset_then_it_is_refused(charset: str, site: Site) -> None:
    for kind in (
        f'multipart/form-data; boundary=B; charset="{charset}"',
        f"application/x-www-form-urlencoded;charset={charset}",
    ):
        answer = site.browse("POST", "/login", content=multipart(2, value="\\ud800"), headers={"Content-Type": kind})
        assert answer.status_code == 415


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-made-up"])
def test_body_when_it_is_packed_then_it_is_not_unpacked(coding: str, site: Site) -> None:
    bomb = gzip.compress(b"\0" * (64 << 20)) if "gzip" in coding else zlib.compress(b"\0" * 1000)
    for how, path in (("ask", f"{PREFIX}{HOME}/submissions"), ("browse", f"{HOME}/hand-in"), ("browse", "/login")):
        answer = getattr(site, how)("POST", path, "classmate", content=bomb, headers={"Content-Encoding": coding})
        assert answer.status_code == 415


def test_body_when_nobody_has_logged_in_then_it_is_not_read(site: Site) -> None:
    head = f"POST {{path}} HTTP/1.1\r\nHost: {site.url[7:]}\r\nContent-Length: 900000\r\nContent-Type: {KINDS[0]}\r\n"
    for path in (f"{PREFIX}{HOME}/submissions", f"{HOME}/hand-in", f"{HOME}/work"):
        with socket.create_connection(("127.0.0.1", int(site.url.rpartition(":")[2])), timeout=20) as sock:
            sock.sendall(f"{head.format(path=path)}Origin: {site.url}\r\n\r\n".encode())  # and nothing more
            assert sock.recv(200).startswith(b"HTTP/1.1 401"), path


@pytest.mark.parametrize(
    "value", ["bytes=0-0", "bytes=" + ",".join(f"{n}-{n}" for n in range(5000)), "bytes=-1", "x=1-2"]
)
def test_part_of_a_file_when_asked_for_then_all_of_it_comes(value: str, site: Site) -> None:
    whole = site.browse("GET", "/static/app.css").content
    answer = site.browse("GET", "/static/app.css", headers={"Range": value, "If-Range": "x"})
    assert (answer.status_code, answer.content) == (200, whole)


def test_query_when_it_is_huge_then_it_is_refused(site: Site) -> None:
    for path in ("/login?next=/", f"{PREFIX}/me?a="):
        assert site.ask("GET", path + "a" * 10_000, "student").status_code == 200
        assert site.ask("GET", path + "a" * 60_000, "student").status_code in (200, 400, 414, 431)


# --- how much one user gets ------------------------------------------------------------------------------------------


def test_files_when_one_user_hands_in_too_much_within_a_day_then_the_rest_waits(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, user = course_by_slug(site.store, "dl"), user_by_email(site.store, "student@example.org")
    assert course is not None
    assert user is not None
    monkeypatch.setattr(queue, "MAX_DAY_MB", 2)
    big = b"#" * (1 << 20)
    hand_in(site.store, Work(course.id, user.id, UNIT, "a.py", big))
    for _ in range(3):  # the same bytes are kept once
        hand_in(site.store, Work(course.id, user.id, UNIT, "a.py", big))
    with pytest.raises(UsageError) as error:
        hand_in(site.store, Work(course.id, user.id, UNIT, "b.py", b"%" + big))
    assert error.value.message_id == "server.day_full"
    answer = site.ask("POST", f"{PREFIX}{HOME}/submissions?file_name=b.py", "student", content=b"%" + big)
    assert (answer.status_code, answer.json()["id"]) == (429, "server.day_full")
    other = user_by_email(site.store, "classmate@example.org")
    assert other is not None
    hand_in(site.store, Work(course.id, other.id, UNIT, "b.py", b"%" + big))
    monkeypatch.setattr(queue, "DAY_S", 0.0)
    assert hand_in(site.store, Work(course.id, user.id, UNIT, "c.py", b"&" + big)).public_id


def test_checks_when_four_wait_then_the_fifth_is_refused_whatever_the_course_or_unit(site: Site) -> None:
    path = f"{PREFIX}{HOME}/checks"
    made = [site.ask("POST", path, "assistant", content=f"x = {n}\n".encode()) for n in range(5)]
    assert [one.status_code for one in made] == [201] * 4 + [429]
    for one in made[:4]:
        site.ask("DELETE", f"{PREFIX}/submissions/{one.json()['public_id']}", "assistant")


def test_handing_in_when_it_never_ends_then_it_waits_and_others_do_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.services.limits, "handing_in", Tries(site.services.clock, 5, 60.0))
    path = f"{PREFIX}{HOME}/submissions"
    found = [site.ask("POST", path, "classmate", content=f"y = {n}\n".encode()).status_code for n in range(7)]
    assert found == [201] * 5 + [429] * 2
    page = site.browse("POST", f"{HOME}/work", "classmate", data={"action": "submit"})
    assert page.status_code == 429
    assert site.ask("POST", path, "student", content=b"z = 1\n").status_code == 201


def test_token_when_it_asks_without_end_then_it_waits_and_others_do_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.services.limits, "asking", Tries(site.services.clock, 20, 60.0))
    found = [site.ask("GET", f"{PREFIX}/me", "classmate").status_code for _ in range(15)]
    found += [site.browse("GET", "/account", "classmate").status_code for _ in range(15)]
    assert found == [200] * 20 + [429] * 10
    assert site.ask("GET", f"{PREFIX}/me", "student").status_code == 200


def test_draft_when_it_is_too_long_then_it_is_refused_and_the_last_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, user = course_by_slug(site.store, "dl"), user_by_email(site.store, "classmate@example.org")
    assert course is not None
    assert user is not None
    symbol = re.search(r'name="(cell:\w+)"', site.browse("GET", HOME, "classmate").text)
    assert symbol is not None
    assert site.browse("POST", f"{HOME}/work", "classmate", data={symbol[1]: "x = 1"}).status_code == 303
    monkeypatch.setattr("graders.server.web.drafts.MAX_DRAFT", 1000)
    assert site.browse("POST", f"{HOME}/work", "classmate", data={symbol[1]: "x" * 2000}).status_code == 413
    kept = draft_of(site.store, user.id, course.id, UNIT)
    assert kept is not None
    assert json.loads(kept.text) == {symbol[1].removeprefix("cell:"): "x = 1"}
    assert MAX_DRAFT == 1 << 20
    assert site.browse("POST", "/courses/dl/units/u50_none/work", "classmate", data={"a": "b"}).status_code == 404


def test_live_pages_when_one_user_opens_too_many_then_the_rest_end_at_once() -> None:
    live = Live(2)
    with live.one(1) as first, live.one(1) as second, live.one(1) as third, live.one(2) as other:
        assert (first, second, third, other) == (True, True, False, True)
    with live.one(1) as again:
        assert again
    assert live._open == {}


# --- names of files --------------------------------------------------------------------------------------------------

FILES = (
    *("../../../etc/passwd.py", "..\\..\\evil.py", "a\r\nSet-Cookie: x=y.py", 'a"; filename="b.py', "\u202egpj.py"),
    *("/dev/null.py", "C:\\con.py", ".py", "a\0b.py", "a" * 400 + ".py", "<img src=x onerror=alert(1)>.py", "=1+1.py"),
)


@pytest.mark.parametrize("name", FILES, ids=range(len(FILES)))
def test_file_when_its_name_is_odd_then_it_is_one_line_and_leads_nowhere(name: str, site: Site) -> None:
    path, content = f"{PREFIX}{HOME}/submissions", f"# {name!r}\n".encode()
    made = site.ask("POST", path, "student", content=content, params={"file_name": name[:200]})
    if "\0" in name:
        assert made.status_code == 400
        return
    assert made.status_code == 201, made.text
    number = made.json()["public_id"]
    seen = site.ask("GET", f"{PREFIX}/submissions/{number}", "student").json()["submission"]["file_name"]
    assert "/" not in seen
    assert seen.isprintable()
    assert "\u202e" not in seen
    got = site.ask("GET", f"{PREFIX}/submissions/{number}/content", "student")
    assert got.content == content == content_of(site.store, number)
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["content-type"] == "application/octet-stream"
    assert not {"x", "set-cookie"} & {one.lower() for one in got.headers}
    page = site.browse("GET", f"/submissions/{number}", "student").text
    assert "<img src=x" not in page
    assert PASSWORD not in page


@pytest.mark.parametrize("path", ["/static/../safety.py", "/static/..%2fsafety.py", "/static/%2e%2e/safety.py"])
def test_path_when_it_leads_out_of_a_folder_then_nothing_is_there(path: str, site: Site) -> None:
    for odd in (
        path,
        path.replace("safety.py", "templates/base.html.j2"),
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
    ):
        assert site.browse("GET", odd, "student").status_code in (400, 404)
    for figure in ("..%2f..%2fcourse.toml", "0" * 64, "../../course"):
        assert site.browse("GET", f"/courses/dl/units/figures/{figure}.svg", "student").status_code == 404
