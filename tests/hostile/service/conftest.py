"""A service that somebody attacks: everything that is nobody's business holds a word that can be looked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from graders.messages.message import Message
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from graders.server.store.courses import course_by_slug, set_role
from graders.server.store.leases import finish, lease
from graders.server.store.people import add_user, make_token, start_login
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import save_draft
from tests.server.api.conftest import PASSWORD, Site, opened_site, site  # noqa: F401 - for the attacks beside this
from tests.server.conftest import clock  # noqa: F401
from tests.small_course import UNIT

# who may see what holds these words: nobody by any route; staff; staff and whose it is; only whose it is
NOBODYS, STAFFS, VERAS, ONLY_VERAS = "TAINTNOBODY", "TAINTSTAFF", "TAINTVERA", "TAINTDRAFT"


@dataclass(frozen=True)
class Tainted:
    """``ids``: what Vera has handed in, graded, broken and waiting; ``secrets``: more that nobody may see."""

    site: Site
    ids: tuple[str, ...]
    secrets: tuple[str, ...]
    paths: tuple[str, ...]


def tainted_report(student: str, verdict: str) -> Report:
    """As a grader writes it: everything in it that is not for students is marked."""
    hidden = CaseReport(f"{STAFFS}_hidden", 1, False, "fail", Message("broken", {"text": f"{STAFFS}_case"}))
    public = CaseReport("public", 0, True, "pass", Message("verdict.pass"))
    check = CheckReport(
        "output", "correct", "fail", 0, 1, "hidden", False, Message("verdict.fail"), cases=(public, hidden)
    )
    unnamed = {"format": 1, "runs": {}, "code": f"{STAFFS}_unnamed"}
    exercise = ExerciseReport(UNIT, "Scale", "fail", (check,), unnamed=unnamed)
    return Report(
        student,
        (exercise,) if verdict != "broken" else (),
        verdict,
        Message("broken", {"text": f"{STAFFS}_reference_raised"}) if verdict == "broken" else None,
        flags=(Message("broken", {"text": f"{STAFFS}_flag"}),),
        run={"backend": "test", "nonce": f"{STAFFS}_nonce", "course": f"/{STAFFS}/course"},
    )


@pytest.fixture(scope="module")
def tainted(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tainted]:
    folder = tmp_path_factory.mktemp("tainted")
    root = Path(shutil.copytree(template, folder / f"{NOBODYS}_root"))
    for path in (root / "reference").rglob("*.*"):
        path.write_text(path.read_text(encoding="utf-8") + f"\n# {NOBODYS}_{path.stem}\n", encoding="utf-8")
    (root / "reference" / UNIT / f"{NOBODYS}.py").write_text(f"# {NOBODYS}\n")
    manifest = (root / "course.toml").read_text(encoding="utf-8")
    (root / "course.toml").write_text(f"{manifest}\n# {NOBODYS}_manifest\n", encoding="utf-8")
    data = folder / f"{NOBODYS}_data"
    data.mkdir()
    (data / "secret").write_text(f"{NOBODYS}_secret")
    with opened_site(data, root) as found:
        ids = vera_works(found)
        yield Tainted(found, ids, kept_secrets(found), (str(root), str(data)))


def vera_works(site: Site) -> tuple[str, ...]:  # noqa: F811
    """Vera is a student of the course: a result, one that broke, one that waits, a draft."""
    course = course_by_slug(site.store, "dl")
    assert course is not None
    vera = add_user(site.store, f"{VERAS}@example.org", f"{VERAS} Name", PASSWORD)
    set_role(site.store, course.id, vera.id, "student", number=f"{VERAS}-7")
    site.tokens["vera"], site.cookies["vera"] = make_token(site.store, vera.id, f"{ONLY_VERAS} laptop"), ""
    site.cookies["vera"] = start_login(site.store, vera.id, agent=f"{ONLY_VERAS} browser").token
    ids = []
    for number, verdict in enumerate(("fail", "broken", "")):
        code = f"# {VERAS}_code {number}\nraise ValueError('{VERAS}_error')\n".encode()
        receipt = hand_in(site.store, Work(course.id, vera.id, UNIT, f"{VERAS}_{number}.py", code))
        ids.append(receipt.public_id)
        while verdict:
            job = lease(site.store, "test")
            assert job is not None
            assert finish(site.store, job.id, job.token, tainted_report(job.student, verdict))
            if job.public_id == receipt.public_id:
                break
    save_draft(site.store, vera.id, course.id, UNIT, f'{{"Scale": "{ONLY_VERAS} text"}}')
    return tuple(ids)


def kept_secrets(site: Site) -> tuple[str, ...]:  # noqa: F811
    """Every token, hash and nonce that the database has."""
    wanted = (
        *("SELECT token_hash FROM login", "SELECT substr(token_hash, 13) FROM api_token"),
        *("SELECT token_hash FROM invitation", "SELECT password_hash FROM user", "SELECT nonce FROM submission"),
    )
    with site.store.reading() as connection:
        rows = [row[0] for one in wanted for row in connection.execute(text(one))]
    return tuple(row for row in rows if row)
