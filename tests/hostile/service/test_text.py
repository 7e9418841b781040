"""What people write is text wherever it is shown: in pages, attributes, events, files and the log."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser

import pytest

from graders.messages.message import Message
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from graders.server.store.courses import course_by_slug, set_role
from graders.server.store.leases import finish, lease
from graders.server.store.people import add_user, start_login, tokens_of
from graders.server.store.people import make_token as make
from graders.server.store.queue import Work, hand_in
from graders.server.web.api.app import PREFIX
from graders.server.web.lesson import html_of
from tests.server.api.conftest import PASSWORD, Site
from tests.server.api.test_routes import TABLE as API
from tests.server.api.test_routes import Row as ApiRow
from tests.server.api.test_routes import filled as filled_in_api
from tests.server.web.test_page_routes import TABLE, filled
from tests.small_course import UNIT

MARK = "zqx"
EVIL = (
    f"{MARK}\"><script>alert(1)</script><img src=x onerror=alert(1)>'-->]]></style></textarea></title>"
    "<svg onload=alert(1)>{{7*7}}${7*7}&lt;b&gt;\u202e\u200b\u2066\u2028\x1b[31m\x00\r\ndata: evil\r\n\r\n"
    "<a href=javascript:x>"
)
SEEN_AS_IS = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\x00\x1b\x7f]")


class Tags(HTMLParser):
    """Every element and attribute that a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def require_text(body: str, where: str) -> None:
    """Nothing of it has become an element, an attribute, a link that runs, or something that one cannot see."""
    tags = Tags()
    tags.feed(body)
    for tag, attributes in tags.found:
        assert tag not in ("iframe", "object", "embed", "base"), where
        assert tag != "script" or attributes.get("src", "").startswith("/static/"), where  # type: ignore[union-attr]
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{where}: {tag} {name}"
            assert name in SAFE or re.fullmatch(r"(data|aria)-[a-z-]+", name), f"{where}: {tag} {name}={value!r}"
            assert name not in ("href", "src", "action") or not re.match(r"\s*(javascript|vbscript):", value or "")
    shown = SEEN_AS_IS.search(body)
    assert shown is None, f"{where}: {shown and repr(body[max(0, shown.start() - 60) : shown.end() + 20])}"


SAFE = frozenset(
    [
        "lang",
        "charset",
        "name",
        "content",
        "rel",
        "href",
        "type",
        "defer",
        "src",
        "nonce",
        "class",
        "id",
        "action",
        "method",
        "for",
        "required",
        "maxlength",
        "minlength",
        "value",
        "title",
        "role",
        "tabindex",
        "scope",
        "open",
        "rows",
        "spellcheck",
        "autocapitalize",
        "inputmode",
        "autocomplete",
        "wrap",
        "multiple",
        "accept",
        "enctype",
        "placeholder",
        "autofocus",
        "readonly",
        "disabled",
        "checked",
        "selected",
        "colspan",
        "rowspan",
        "alt",
        "loading",
        "width",
        "height",
        "viewbox",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "d",
        "cx",
        "cy",
        "r",
        "points",
        "fill",
        "stroke",
        "stroke-width",
        "transform",
        "preserveaspectratio",
        "xmlns",
        "text-anchor",
        "http-equiv",
        "style",
        "start",
        "download",
        "pattern",
        "min",
        "max",
        "step",
        "size",
        "label",
        "media",
        "hidden",
        "datetime",
        "color-scheme",
        "for",
    ]
)


def evil_report(student: str) -> Report:
    """What a hostile submission may have said, wherever it can say something."""
    said = Message("broken", {"text": EVIL})
    case = CaseReport(EVIL, 0, True, "fail", said, case_title={"en": EVIL, "ko": EVIL})
    check = CheckReport(
        *("output", "correct", "fail", 0, 1, EVIL, True, said, None),
        hint={"en": (EVIL, EVIL), "ko": (EVIL, EVIL)},
        title={"en": EVIL, "ko": EVIL},
        cases=(case,),
        group_title={"en": EVIL, "ko": EVIL},
        source=EVIL,
    )
    exercise = ExerciseReport(UNIT, "Scale", "fail", (check,), (said,), EVIL, EVIL)
    return Report(student, (exercise,), "fail", said, (said,), flags=(said,), files=(EVIL,), handed_in={"id": EVIL})


@pytest.fixture(scope="module")
def evil(site: Site) -> str:
    """Somebody whose name, files, code, tokens, browser and results are all an attempt; a course of such a title."""
    course = course_by_slug(site.store, "dl")
    assert course is not None
    user = add_user(site.store, "zqx@example.org", EVIL, PASSWORD)
    set_role(site.store, course.id, user.id, "student", number=EVIL[:60])
    for number, sign in enumerate("=+-@"):
        one = add_user(site.store, f"formula{number}@example.org", f"{sign}cmd|' /C calc'!A0")
        set_role(site.store, course.id, one.id, "student", number=f"{sign}1")
    site.tokens["evil"] = make(site.store, user.id, EVIL)
    site.cookies["evil"] = start_login(site.store, user.id, agent=EVIL).token
    code = f"# {EVIL}\n".encode()
    receipt = hand_in(site.store, Work(course.id, user.id, UNIT, EVIL.replace("/", "_") + ".py", code))
    while True:
        job = lease(site.store, "test")
        assert job is not None
        assert finish(site.store, job.id, job.token, evil_report(job.student))
        if job.public_id == receipt.public_id:
            break
    hand_in(site.store, Work(course.id, user.id, UNIT, "second.py", code + b"\n# more <b>\n"))
    from sqlalchemy import update

    from graders.server.store.models import Course

    with site.store.writing() as connection:
        values = {"title_en": EVIL, "title_ko": EVIL, "term": EVIL}
        connection.execute(update(Course).where(Course.id == course.id).values(**values))
    return receipt.public_id


def require_no_formula(body: str, where: str) -> None:
    """No cell of a table that somebody will open in a spreadsheet."""
    for row in csv.reader(body.lstrip("\ufeff").splitlines()):
        assert not [cell for cell in row if re.match(r"""[\s"']*[=+@-]""", cell)], where


@pytest.mark.parametrize("row", [one for one in API if one.route.startswith("GET ")], ids=lambda row: row.route)
def test_table_when_sent_as_csv_then_no_cell_begins_a_formula(row: ApiRow, evil: str, site: Site) -> None:
    answer = site.ask("GET", filled_in_api(site, row.route.partition(" ")[2]), "instructor")
    assert not answer.text.startswith("=")
    if "csv" in answer.headers.get("content-type", ""):
        require_no_formula(answer.text, row.route)


@pytest.mark.parametrize("role", ["evil", "instructor", "admin"])
def test_pages_when_everything_in_them_is_an_attempt_then_it_is_text(role: str, evil: str, site: Site) -> None:
    met = 0
    for row in TABLE:
        if row.method != "GET" or "live" in row.path:
            continue
        for headers in ({}, {"X-Deepgrade": "fragment", "Accept-Language": "ko"}):
            answer = site.browse("GET", filled(site, row.path).replace(site.done, evil), role, headers=headers)
            if "html" in answer.headers.get("content-type", ""):
                require_text(answer.text, f"{row.route} {headers}")
                met += MARK in answer.text
            elif "csv" in answer.headers.get("content-type", ""):
                require_no_formula(answer.text, row.route)
    assert met >= 4


def test_api_when_everything_in_it_is_an_attempt_then_it_is_json_and_a_download(evil: str, site: Site) -> None:
    for path in ("/courses", "/courses/dl/members", f"/submissions/{evil}", "/courses/dl/submissions", "/tokens"):
        answer = site.ask("GET", f"{PREFIX}{path}", "evil" if path == "/tokens" else "instructor")
        assert answer.headers["content-type"] == "application/json"
        assert MARK in answer.text
        assert not re.search("[\x00-\x08\x0b-\x1f]", answer.text)
    for answer in (site.ask("GET", f"{PREFIX}/nothing{EVIL[:20]}"), site.browse("GET", f"/nothing/{EVIL[:40]}")):
        assert answer.status_code == 404
        assert "<script>alert" not in answer.text
    content = site.ask("GET", f"{PREFIX}/submissions/{evil}/content", "instructor")
    assert content.headers["content-disposition"].startswith("attachment")
    assert content.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in content.headers["content-security-policy"]


def test_event_when_a_name_has_lines_then_no_event_is_forged(evil: str, site: Site) -> None:
    headers = {"Cookie": f"deepgrade={site.cookies['instructor']}", "Last-Event-ID": "0"}
    lines: list[str] = []
    with site.client.stream("GET", f"{site.url}/courses/dl/live?class", headers=headers) as answer:
        for line in answer.iter_lines():
            lines.append(line)
            if len(lines) > 12:
                break
    assert all(
        re.fullmatch(r'(retry: \d+|id: \d+|event: change|: .*|data: \{"id": "\w+", "state": "\w+"\})?', one)
        for one in lines
    )


def test_name_when_it_looks_like_another_then_what_is_unseen_is_left_out(site: Site) -> None:
    user = add_user(site.store, "bidi@example.org", "Kim\u202e \u200bMin\u2066ji\r\nSet-Cookie: x\x00")
    assert user.name == "Kim Min ji Set-Cookie: x"
    from graders.messages.errors import UsageError

    for odd in (
        "a\u202eb@example.org",
        "a\u200b@example.org",
        "a@exam\u00adple.org",
        "a\u00a0b@example.org",
        "\ufeffa@b.co",
    ):
        with pytest.raises(UsageError):
            add_user(site.store, odd, "Odd")
    from graders.server.store.people import user_by_email

    made = user_by_email(site.store, "zqx@example.org")
    assert made is not None
    assert not SEEN_AS_IS.search("".join(one.name for one in tokens_of(site.store, made.id)))


LESSON = (
    *(
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "<script>x</script>",
        "![x](javascript:x)",
    ),
    *("<img src=x onerror=x>", "$\\href{javascript:x}{y}$", "`<b>`", '[x](/a"onclick="x)', "<http://a/\"onclick='x'>"),
)


@pytest.mark.parametrize("text", LESSON)
def test_lesson_when_it_holds_html_then_it_is_text(text: str) -> None:
    shown = str(html_of(f"{text}\n\n$$\n{EVIL}\n$$\n"))
    tags = Tags()
    tags.feed(shown)
    assert not {tag for tag, _ in tags.found} & {"script", "iframe", "svg", "style"}
    for _, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on")]
        assert not re.match("javascript|vbscript|data", attributes.get("href") or attributes.get("src") or "")


def test_figure_when_it_holds_a_script_then_it_is_shown_where_nothing_runs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    monkeypatch.setattr("graders.server.web.reading.figure_of", lambda *_: svg)
    path = f"/courses/dl/units/figures/{'0' * 64}.svg"
    for answer in (site.browse("GET", path, "student"), site.ask("GET", f"/api/v1{path}", "student")):
        assert (answer.status_code, answer.content) == (200, svg)
        policy = answer.headers["content-security-policy"]
        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert "script" not in policy


PRIVATE = [row for row in TABLE if row.method == "GET" and row.expected[0] != row.expected[1]]


@pytest.mark.parametrize("row", PRIVATE, ids=lambda row: row.route)
def test_private_page_when_sent_then_nothing_in_between_keeps_it(row: object, site: Site) -> None:
    for role in ("anonymous", "student", "instructor"):
        answer = site.browse("GET", filled(site, row.path), role)  # type: ignore[attr-defined]
        kept = answer.headers["cache-control"]
        assert "no-store" in kept or "private" in kept
        assert "etag" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
