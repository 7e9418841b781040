"""Another site in the student's browser: it sends what it likes, and nothing is done."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import uvicorn

from graders.server.operation.running import OPTIONS
from graders.server.store.people import user_by_email
from graders.server.web.api.app import PREFIX
from tests.server.api.conftest import PASSWORD, Site
from tests.server.web.test_page_routes import TABLE, Row, filled
from tests.small_course import UNIT

POSTS = [row for row in TABLE if row.method not in ("GET", "HEAD", "OPTIONS")]
FOREIGN: dict[str, dict[str, str]] = {
    "another host": {"Origin": "https://evil.example"},
    "null": {"Origin": "null"},
    "empty": {"Origin": ""},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "no port": {"Origin": "http://127.0.0.1"},
    "a host below": {"Origin": "http://evil.{host}"},
    "a host that ends so": {"Origin": "http://evil{host}"},
    "a name before it": {"Origin": "http://{host}@evil.example"},
    "the name before another": {"Origin": "http://evil.example@{host}"},
    "no address": {"Origin": "http://["},
    "another scheme": {"Origin": "ftp://{host}"},
    "no origin": {},
    "cross-site": {"Sec-Fetch-Site": "cross-site"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "nobody's click": {"Sec-Fetch-Site": "none"},
    "made up": {"Sec-Fetch-Site": "same-origin, cross-site"},
    "its own origin, from elsewhere": {"Origin": "http://{host}", "Sec-Fetch-Site": "cross-site"},
    "plain http to https": {"Origin": "http://{host}", "X-Forwarded-Proto": "https"},
    "the proxy's word for the host": {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
}


def sent_by(site: Site, headers: dict[str, str], role: str = "student") -> dict[str, str]:
    host = site.url.removeprefix("http://")
    cookie = {"Cookie": f"deepgrade={site.cookies[role]}; __Host-deepgrade={site.cookies[role]}"}
    return cookie | {name: value.format(host=host) for name, value in headers.items()}


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.route)
def test_post_when_another_site_has_made_the_browser_send_it_then_403(row: Row, site: Site) -> None:
    for name, headers in FOREIGN.items():
        answer = site.client.post(
            f"{site.url}{filled(site, row.path)}", headers=sent_by(site, headers), data={"a": "1"}
        )  # type: ignore[attr-defined]
        assert answer.status_code == 403, name
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_api_when_a_form_of_another_site_is_sent_there_then_the_cookie_is_of_no_use(kind: str, site: Site) -> None:
    for headers in FOREIGN.values():
        path = f"{site.url}{PREFIX}/me/tokens"
        answer = site.client.post(
            path, headers={**sent_by(site, headers), "Content-Type": kind}, content=b'{"name": "x", "a": "="}'
        )
        assert answer.status_code in (401, 403)
    same = {"Origin": site.url, "Sec-Fetch-Site": "same-origin", "Content-Type": kind}
    assert site.client.post(path, headers=sent_by(site, same), content=b'{"name": "x"}').status_code == 401


@pytest.mark.parametrize("role", ["student", "anonymous"])
def test_login_of_an_attacker_when_another_site_sends_it_then_nobody_is_logged_in(role: str, site: Site) -> None:
    form = {"email": "classmate@example.org", "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = sent_by(site, headers) if role == "student" else headers
        answer = site.client.post(f"{site.url}/login", headers=sent, data=form)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_method_when_it_is_another_or_overridden_then_nothing_is_done(method: str, site: Site) -> None:
    for path in ("/logout", "/account/logins/end", f"/courses/dl/units/{UNIT}/work"):
        assert site.browse(method, path, "student").status_code in (400, 403, 404, 405)
    over = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    for path in ("/logout?_method=POST", "/account/logins/end?_method=POST"):
        assert site.browse("GET", path, "student", headers=over).status_code == 405
    assert site.browse("GET", "/account", "student").status_code == 200


def test_get_when_asked_by_another_site_then_it_changes_nothing_and_may_not_be_embedded(site: Site) -> None:
    from sqlalchemy import text

    counted = "SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM login), (SELECT count(*) FROM audit)"
    with site.store.reading() as connection:
        before = connection.execute(text(counted)).one()
    for row in TABLE:
        if row.method == "GET":
            answer = site.browse("GET", filled(site, row.path), "student", headers={"Origin": "https://evil.example"})
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "access-control-allow-origin" not in answer.headers
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"] or (
                "sandbox" in answer.headers["content-security-policy"]
            )
    with site.store.reading() as connection:
        assert connection.execute(text(counted)).one() == before


NEXT = (
    *(
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "///evil",
    ),
    *("/\t/evil.example", "/\n/evil.example", "%2f%2fevil.example", " //evil.example", "/%5cevil.example"),
    *(
        "@evil",
        "data:text/html,x",
        "/\r\nSet-Cookie: a=b",
        "/\u2028/evil",
        "http:evil.example",
        "/./\\evil.example",
        ".evil",
    ),
)


@pytest.mark.parametrize("path", NEXT)
def test_next_when_it_leads_elsewhere_then_it_leads_to_the_first_page(path: str, site: Site) -> None:
    form = {"email": "student@example.org", "password": PASSWORD, "next": path, "language": "en"}
    answers = [
        site.browse("GET", "/login", "student", params={"next": path}),
        site.browse("POST", "/language", "anonymous", data=form),
    ]
    for answer in answers:
        assert answer.status_code == 303
        where = httpx.URL(site.url).join(answer.headers["location"])
        assert (where.scheme, where.netloc) == ("http", httpx.URL(site.url).netloc)
        assert "\\" not in answer.headers["location"]
        assert answer.headers.get("set-cookie", "").count("a=b") == 0
    shown = site.browse("GET", "/login", params={"next": path}).text
    assert "evil" not in shown or 'value="/' in shown


@pytest.mark.parametrize("path", ["/login/", "/courses/dl/", "//evil.example/courses/dl", "/static", f"{PREFIX}/me/"])
def test_host_when_it_is_made_up_then_no_answer_leads_there(path: str, site: Site) -> None:
    for host in ("evil.example", "evil.example:80"):
        answer = site.browse("GET", path, "student", headers={"Host": host, "X-Forwarded-Host": host})
        assert "evil.example" not in answer.headers.get("location", "").replace("/evil.example/courses", "")
        assert f'"{host}' not in answer.text
        assert f"//{host}" not in answer.text.replace("//evil.example/courses/dl", "")
    for host in ("evil.example/..", "a b", "", "x\\y", "[::1", "a@b"):
        assert site.browse("GET", path, "student", headers={"Host": host}).status_code == 400


def test_https_when_a_trusted_proxy_says_so_then_cookies_are_locked_to_this_host(site: Site) -> None:
    https = {"X-Forwarded-Proto": "https", "Origin": site.url.replace("http:", "https:")}
    form = {"email": "classmate@example.org", "password": PASSWORD}
    answer = site.browse("POST", "/login", headers=https, data=form)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-deepgrade=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {one.strip().lower() for one in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert answer.headers["strict-transport-security"]
    token = cookie.removeprefix("__Host-deepgrade=").partition(";")[0]
    mine, planted = {"Cookie": f"__Host-deepgrade={token}"}, {"Cookie": f"deepgrade={token}"}
    assert site.browse("GET", "/account", headers=https | mine).status_code == 200
    assert site.browse("GET", "/account", headers=https | planted).status_code == 303  # set by a neighbour
    assert site.browse("POST", "/logout", headers=https | mine).headers["set-cookie"].startswith("__Host-deepgrade=")
    assert site.browse("GET", "/account", headers=https | mine).status_code == 303
    plain = site.browse("GET", "/login")
    assert "strict-transport-security" not in plain.headers
    language = site.browse("POST", "/language", headers=https, data={"language": "en"}).headers["set-cookie"]
    assert "secure" in language.lower()


def test_session_when_an_attacker_has_planted_one_then_the_login_has_another(site: Site) -> None:
    form = {"email": "student@example.org", "password": PASSWORD}
    planted = site.cookies["classmate"]
    answer = site.browse("POST", "/login", headers={"Cookie": f"deepgrade={planted}"}, data=form)
    fresh = answer.headers["set-cookie"].removeprefix("deepgrade=").partition(";")[0]
    assert fresh != planted
    assert len(fresh) >= 40
    assert site.browse("GET", "/account", headers={"Cookie": f"deepgrade={planted}"}).status_code == 303  # it has ended
    assert "Student" in site.browse("GET", "/account", headers={"Cookie": f"deepgrade={fresh}"}).text
    for made_up in ("", "x", "a" * 43, "../../etc", "%00", fresh.swapcase(), "é"):
        sent = {"Cookie": b"deepgrade=" + made_up.encode("latin-1")}
        assert site.client.get(f"{site.url}/account", headers=sent).status_code == 303
    user = user_by_email(site.store, "classmate@example.org")
    assert user is not None
    from graders.server.store.people import start_login

    site.cookies["classmate"] = start_login(site.store, user.id).token


def test_token_when_it_stands_in_the_address_then_it_is_of_no_use(site: Site) -> None:
    token = site.tokens["student"]
    for query in (f"token={token}", f"access_token={token}", f"authorization=Bearer%20{token}", f"key={token}"):
        assert site.ask("GET", f"{PREFIX}/me?{query}").status_code == 401
        assert site.browse("GET", f"/account?{query}").status_code == 303
    for header in ("X-Api-Key", "X-Auth-Token", "Cookie"):
        sent = {header: f"deepgrade={token}" if header == "Cookie" else token}
        assert site.ask("GET", f"{PREFIX}/me", headers=sent).status_code == 401
    for scheme in ("Basic", "Token", "bearer\t", "Digest"):
        assert site.ask("GET", f"{PREFIX}/me", headers={"Authorization": f"{scheme} {token}"}).status_code == 401
    assert site.browse("GET", "/account", headers={"Authorization": f"Bearer {token}"}).status_code == 303
    assert (
        site.ask("GET", f"{PREFIX}/me", headers={"Authorization": f"Bearer {site.cookies['student']}"}).status_code
        == 401
    )


def test_proxy_when_it_is_not_trusted_then_its_word_counts_for_nothing(site: Site) -> None:
    config = uvicorn.Config(site.app, **OPTIONS)
    config.load()
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Host": "127.0.0.1", "X-Real-IP": "127.0.0.1"}

    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=config.loaded_app, client=("203.0.113.200", 999))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=said) as client:
            form = {"email": "stranger@example.org", "password": PASSWORD}
            tried = [await client.post("/login", data=form | {"password": "wrong wrong"}) for _ in range(11)]
            own = {"Origin": "http://127.0.0.1"}
            other = {**form, "email": "classmate@example.org"}
            return [*tried, await client.get("/metrics"), await client.post("/login", data=other, headers=own)]

    *tried, metrics, login = asyncio.run(asked())
    assert [one.status_code for one in tried] == [401] * 10 + [429]
    assert metrics.status_code == 404
    assert login.headers["set-cookie"].startswith("deepgrade=")
    assert "strict-transport-security" not in login.headers
    once_more = {"email": "stranger@example.org", "password": PASSWORD}
    assert site.ask("POST", f"{PREFIX}/tokens", json=once_more).status_code == 201  # from this machine itself
