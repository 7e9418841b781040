"""By no route, in no answer, header, event, error or line of the log does anybody find what is not theirs."""

from __future__ import annotations

import io
import itertools
import logging
import re
import sys
from collections.abc import Iterator

import httpx
import pytest
import structlog

from graders.server.operation.logs import log_as_json
from graders.server.web.api.app import PREFIX
from tests.hostile.service.conftest import NOBODYS, ONLY_VERAS, STAFFS, VERAS, Tainted
from tests.server.api.conftest import NOBODY, ROLES
from tests.server.routes_of import mounted, routes_of
from tests.small_course import UNIT

STAFF = ("assistant", "instructor", "admin")
LINK = re.compile(r'(?:href|src|action)="(/[^"]*)"')
MOST_PAGES = 600
VALUES: dict[str, tuple[str, ...]] = {
    **{"slug": ("dl", "ml"), "unit": (UNIT, "../reference", f"..%2freference%2f{UNIT}", "u98_none")},
    **{"symbol": ("Scale", "nothing"), "exercise": ("Scale", "nothing"), "file": ("app.css", "../app.py")},
    **{"digest": ("0" * 64,), "key": ("0" * 12,), "token": ("none",), "language": ("en", "xx")},
}
QUERIES = ("?class", f"?unit={UNIT}&user_id=1&lang=ko&view=staff&staff=1")
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"X-Deepgrade": "fragment", "Accept-Language": "ko", "Last-Event-ID": "0", "X-HTTP-Method-Override": "DELETE"},
)


def forbidden(world: Tainted, role: str) -> tuple[str, ...]:
    everywhere = (NOBODYS, *world.secrets, *world.paths)
    if role in STAFF:
        return (*everywhere, ONLY_VERAS)
    return (*everywhere, STAFFS) if role == "vera" else (*everywhere, STAFFS, VERAS, VERAS.lower(), ONLY_VERAS)


def paths_of(world: Tainted, route: str) -> Iterator[str]:
    """The route's addresses: as they are, and with one word at a time that an attacker would put there."""
    names = re.findall(r"\{(\w+)[^}]*\}", route)
    known = {name: VALUES.get(name, ("1", "2", "x")) for name in names}
    known |= {"public_id": (*world.ids, world.site.done, "0" * 24)}
    plain = {name: known[name][0] for name in names}
    for name in names or [""]:
        for value in known.get(name, ("",)):
            words = plain | {name: value}
            yield re.sub(r"\{(\w+)[^}]*\}", lambda match, words=words: words[match[1]], route)


def addresses(world: Tainted) -> set[str]:
    """Every GET of pages and API, and what is asked beside them."""
    routes = [("", one) for one in routes_of(world.site.app)]
    routes += [(PREFIX, one) for one in routes_of(mounted(world.site.app, PREFIX))]
    found = set()
    for prefix, route in routes:
        if route.startswith("GET "):
            paths = list(dict.fromkeys(f"{prefix}{one}" for one in paths_of(world, route.removeprefix("GET "))))
            found |= {*paths, *(f"{paths[0]}{query}" for query in QUERIES)}
    return found | {"/static/../app.py", "/static/%2e%2e/app.py", "/openapi.json", "/docs", "/.git/HEAD"}


def told(answer: httpx.Response, body: str) -> str:
    return "\n".join((body, *(f"{name}: {value}" for name, value in answer.headers.items())))


def asked(world: Tainted, path: str, role: str, headers: dict[str, str]) -> tuple[httpx.Response, str]:
    """The answer, by cookie or by token; of what never ends the first events."""
    site, sent = world.site, dict(headers)
    if path.startswith(PREFIX) and role in site.tokens:
        sent["Authorization"] = f"Bearer {site.tokens[role]}"
    elif role in site.cookies:
        sent["Cookie"] = f"deepgrade={site.cookies[role]}"
    site.client.cookies.clear()
    short = httpx.Timeout(20, read=0.5 if is_live(path) else 20)
    with site.client.stream("GET", f"{site.url}{path}", headers=sent, timeout=short) as answer:
        body = ""
        try:
            for piece in answer.iter_text():
                body += piece
        except httpx.ReadTimeout:
            assert is_live(path)
        return answer, body


def is_live(path: str) -> bool:
    return path.partition("?")[0].endswith("/live")


@pytest.fixture(scope="module")
def log() -> Iterator[io.StringIO]:
    """What the service writes while everything is asked."""
    root = logging.getLogger()
    before, level, kept = root.handlers[:], root.level, io.StringIO()
    log_as_json()
    assert isinstance(root.handlers[0], logging.StreamHandler)
    root.handlers[0].setStream(kept)
    yield kept
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()
    sys.stderr.flush()


QUICK = ("anonymous", "classmate")
OTHERS = [pytest.param(one, marks=pytest.mark.slow) for one in (*ROLES, *NOBODY) if one not in QUICK]


@pytest.mark.parametrize("role", [*QUICK, *OTHERS])
def test_answers_when_every_address_is_asked_then_nothing_of_others_is_in_them(
    role: str, tainted: Tainted, log: io.StringIO
) -> None:
    never, seen = forbidden(tainted, role), set[str]()
    todo = sorted(addresses(tainted))
    answered = 0
    while todo and len(seen) < MOST_PAGES:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for headers in HEADERS if "?" not in path or is_live(path) else HEADERS[:1]:
            if is_live(path) and "Last-Event-ID" not in headers:
                continue
            answer, body = asked(tainted, path, role, headers)
            answered += answer.status_code == 200
            assert answer.status_code < 500, f"{path}: {answer.status_code}"
            text = told(answer, body)
            if role == "admin" and "/admin/" in path:  # who names a course's folder, sees it
                text = text.replace(tainted.paths[0], "")
            found = [one for one in never if one in text]
            assert not found, f"{role} finds {found[0]} at {path}: {body[:300]}"
            todo += [one for one in LINK.findall(body) if "&" not in one and one not in seen]
    assert answered > 8
    said = log.getvalue()
    marks = (NOBODYS, STAFFS, VERAS, VERAS.lower(), ONLY_VERAS, *tainted.secrets, *tainted.ids)
    assert not [one for one in marks if one in said]


def test_marks_when_somebody_may_see_them_then_they_are_there(tainted: Tainted) -> None:
    """Else the test above would look for nothing."""
    work = f"{PREFIX}/submissions/{tainted.ids[0]}"
    assert STAFFS in asked(tainted, work, "assistant", {})[1]
    assert VERAS in asked(tainted, f"{work}/content", "vera", {})[1]
    assert ONLY_VERAS in asked(tainted, f"{PREFIX}/tokens", "vera", {})[1]
    assert VERAS in asked(tainted, f"/submissions/{tainted.ids[0]}", "vera", {})[1]
    assert tainted.ids[2] in asked(tainted, "/courses/dl/live", "vera", {"Last-Event-ID": "0"})[1]


SENT = (
    *(("POST", "/submissions/{id}/regrade"), ("DELETE", "/submissions/{id}"), ("PUT", "/submissions/{id}")),
    *(("POST", "/courses/dl/roster/preview"), ("POST", "/courses/dl/roster/import")),
    *(("POST", "/courses/dl/invitations"), ("PATCH", "/me"), ("POST", "/courses/dl/members")),
)


@pytest.mark.parametrize("role", ["anonymous", "stranger", "classmate", *NOBODY])
def test_errors_when_something_is_sent_to_anothers_work_then_they_say_nothing_of_it(
    role: str, tainted: Tainted
) -> None:
    for (method, path), number in itertools.product(SENT, tainted.ids):
        sent = b"name,email\nX,TAINTVERA@example.org\n"
        answer = tainted.site.ask(method, f"{PREFIX}{path.replace('{id}', number)}", role, content=sent)
        assert 400 <= answer.status_code < 500
        found = [one for one in forbidden(tainted, role) if one in told(answer, answer.text)]
        assert not found


def test_error_when_the_program_breaks_then_its_text_is_in_no_answer_and_no_log(
    tainted: Tainted, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError(f"{VERAS} {NOBODYS} select * from user")

    monkeypatch.setitem(tainted.site.services.__dict__, "course_of", broken)
    for path, ask in (("/courses/dl", tainted.site.browse), (f"{PREFIX}/courses/dl", tainted.site.ask)):
        answer = ask("GET", path, "student")
        assert answer.status_code == 500
        assert not re.search(rf"{VERAS}|{NOBODYS}|Traceback|RuntimeError|\.py", told(answer, answer.text))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    said = log.getvalue()
    assert "RuntimeError" in said
    assert VERAS not in said
    assert NOBODYS not in said.replace(tainted.paths[0], "")
