"""A list of students: what would come of it is shown first, then it is done, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.server.store import roster
from graders.server.store.courses import Course, members, remove_member, set_role
from graders.server.store.engine import Store
from graders.server.store.invitations import accept, invitation_of
from graders.server.store.people import User, add_user
from graders.server.store.roster import import_roster, preview
from graders.submission.register import Register, read_register

MOODLE = "First name,Last name,ID number,Email address\nMinji,Kim,2026001,kim@example.org\nJunho,Lee,,LEE@example.org\n"
CANVAS = (
    'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Kim, Minji",17,2026001,kim@example.org,1\n'
)


def listed(tmp_path: Path, text: str) -> Register:
    path = tmp_path / "students.csv"
    path.write_text(text, encoding="utf-8")
    return read_register(path)


def test_roster_when_imported_then_does_what_was_shown(store: Store, course: Course, kim: User, tmp_path: Path) -> None:
    han = add_user(store, "han@example.org", "Han")
    set_role(store, course.id, han.id, "student")
    found = listed(tmp_path, MOODLE + "No,Body,2026009,-\n")
    shown = preview(store, course.id, found)
    assert [(row.email, row.what) for row in shown.rows] == [("kim@example.org", "renamed"), ("lee@example.org", "new")]
    assert [(line, why.id) for line, why in shown.bad] == [(4, "roster.bad_no_email")]
    assert shown.absent == (("Han", "han@example.org"),)
    assert len(members(store, course.id)) == 2
    (link,) = import_roster(store, course.id, found)
    assert link.email == "lee@example.org"
    assert [(one.name, one.number) for one in members(store, course.id)] == [
        ("Han", ""),
        ("Junho Lee", ""),
        ("Minji Kim", "2026001"),
    ]
    offered = invitation_of(store, link.token)
    assert offered is not None
    assert (offered.role, offered.email) == ("student", "lee@example.org")
    accept(store, link.token, email=link.email, name="Junho", password="three plain words")
    assert preview(store, course.id, found).count("same") == 2


def test_roster_of_canvas_is_known(store: Store, course: Course, tmp_path: Path) -> None:
    (row,) = preview(store, course.id, listed(tmp_path, CANVAS)).rows
    assert (row.name, row.email, row.number, row.what) == ("Kim, Minji", "kim@example.org", "2026001", "new")


def test_roster_takes_no_role_away_and_lets_nobody_in_twice(
    store: Store, course: Course, kim: User, tmp_path: Path
) -> None:
    set_role(store, course.id, kim.id, "instructor")
    found = listed(tmp_path, "name,email,login\nKim,kim@example.org,a\nLee,lee@example.org,b\nLee,,lee@example.org\n")
    assert [why.id for _, why in preview(store, course.id, found).bad] == ["roster.bad_twice"]
    import_roster(store, course.id, found)
    assert {one.email: one.role for one in members(store, course.id)} == {
        "kim@example.org": "instructor",
        "lee@example.org": "student",
    }
    assert remove_member(store, course.id, kim.id)
    assert not remove_member(store, course.id, kim.id)


def test_roster_when_it_fails_half_way_then_nothing_is_imported(
    store: Store, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "invited", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        import_roster(store, course.id, listed(tmp_path, MOODLE))
    assert members(store, course.id) == []
