"""Who is what in a course, and whose account is whose: what no order of clicks may do. On both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from graders.messages.errors import UsageError
from graders.server.store import accounts, audit, logins
from graders.server.store.courses import Course, add_course, courses_of, edit_course, members, role_in, set_role
from graders.server.store.engine import Store
from graders.server.store.invitations import accept, accept_as, invitation_of, invite, open_links, revoke
from graders.server.store.membership import activity, change_role, dismiss, found
from graders.server.store.migrate import migrate
from graders.server.store.migrations.versions import r0001_first_tables
from graders.server.store.people import User, add_user, log_in, user_of_login
from graders.server.store.queue import Work, hand_in
from graders.server.store.roster import import_roster, preview
from graders.server.store.work import save_draft
from graders.submission.register import Register, read_register
from tests.server.conftest import Clock

PASSWORD = "three plain words"


@pytest.fixture
def lee(store: Store, course: Course) -> User:
    """Who leads the course."""
    user = add_user(store, "lee@example.org", "Lee", PASSWORD)
    set_role(store, course.id, user.id, "instructor")
    return user


def test_course_when_its_instructors_leave_at_once_then_one_stays(store: Store, course: Course, lee: User) -> None:
    park = add_user(store, "park@example.org", "Park", PASSWORD)
    set_role(store, course.id, park.id, "instructor")
    refused: list[UsageError] = []

    def leave(user: User) -> None:
        try:
            dismiss(store, course.id, user.id, by=user.id)
        except UsageError as error:
            refused.append(error)

    threads = [threading.Thread(target=leave, args=(user,)) for user in (lee, park)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [error.message_id for error in refused] == ["server.last_instructor"]
    assert len(members(store, course.id)) == 1


def test_instructor_whose_account_is_closed_leads_nothing(store: Store, course: Course, lee: User) -> None:
    park = add_user(store, "park@example.org", "Park", PASSWORD)
    root = add_user(store, "root@example.org", "Root", PASSWORD, is_admin=True)
    set_role(store, course.id, park.id, "instructor")
    accounts.set_disabled(store, park.id, True, by=root.id)
    with pytest.raises(UsageError, match="the only instructor of the course who can log in"):
        change_role(store, course.id, lee.id, "student", by=lee.id)
    accounts.set_disabled(store, park.id, False, by=root.id)
    change_role(store, course.id, lee.id, "student", by=lee.id)
    assert role_in(store, lee.id, course.id) == "student"


def test_member_who_never_logged_in_gets_no_rights(store: Store, course: Course, kim: User, lee: User) -> None:
    for role in ("assistant", "instructor"):
        with pytest.raises(UsageError, match=r"has never logged in\. They must do so first"):
            change_role(store, course.id, kim.id, role, by=lee.id)
    with pytest.raises(UsageError, match=r"There is no role 'admin'\."):
        change_role(store, course.id, kim.id, "admin", by=lee.id)
    with pytest.raises(UsageError, match=r"This person is not in the course\."):
        change_role(store, course.id, 10**6, "student", by=lee.id)
    with pytest.raises(UsageError, match=r"This person is not in the course\."):
        dismiss(store, course.id, 10**6, by=lee.id)
    assert role_in(store, kim.id, course.id) == "student"


def test_work_of_who_was_dismissed_stays_and_their_links_end(store: Store, course: Course, kim: User) -> None:
    other = add_course(store, "other", "/srv/other")
    own, elsewhere = (invite(store, one.id, "student", email=kim.email) for one in (course, other))
    hand_in(store, Work(course.id, kim.id, "u01_perceptron", "a.py", b"x = 1\n"))
    dismiss(store, course.id, kim.id)
    assert kim.id in activity(store, course.id)
    assert invitation_of(store, own) is None
    assert invitation_of(store, elsewhere) is not None


def test_activity_is_of_this_course_only(store: Store, course: Course, kim: User, clock: Clock) -> None:
    other = add_course(store, "other", "/srv/other")
    save_draft(store, kim.id, other.id, "u01_perceptron", "x")
    assert activity(store, course.id) == {}
    clock.now += 5
    hand_in(store, Work(course.id, kim.id, "u01_perceptron", "a.py", b"x = 1\n"))
    clock.now += 5
    save_draft(store, kim.id, course.id, "u01_perceptron", "x")
    assert activity(store, course.id) == {kim.id: clock.now}


def test_people_are_found_by_every_word(store: Store, course: Course, kim: User, lee: User) -> None:
    people = members(store, course.id)
    assert [one.name for one in found(people, "MINJI example")] == ["Kim Minji"]
    assert found(people, "Minji Lee") == []
    assert found(people, "%") == []
    assert [one.name for one in accounts.find(store, "kim EXAMPLE")] == ["Kim Minji"]
    assert accounts.find(store, "%") == accounts.find(store, "_im") == []


# --- links -----------------------------------------------------------------------------------------------------------


def test_link_of_several_uses_when_used_at_once_then_lets_in_so_many(store: Store, course: Course) -> None:
    token, came = invite(store, course.id, "student", uses=3), []

    def use(number: int) -> None:
        try:
            came.append(accept(store, token, email=f"s{number}@example.org", name="S", password=PASSWORD))
        except UsageError:
            pass

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(came) == len(members(store, course.id)) == 3
    assert open_links(store, course.id) == []


def test_link_of_several_uses_takes_no_place_from_who_is_in(store: Store, course: Course, kim: User, lee: User) -> None:
    token = invite(store, course.id, "student", uses=2)
    for _ in range(3):
        accept_as(store, token, kim.id)
        accept_as(store, token, lee.id)
    (link,) = open_links(store, course.id)
    assert (link.used, link.uses, role_in(store, lee.id, course.id)) == (0, 2, "instructor")
    assert not revoke(store, course.id + 1, link.id)
    assert revoke(store, course.id, link.id)
    assert not revoke(store, course.id, link.id)
    assert invitation_of(store, token) is None


@pytest.mark.parametrize("options", [{"uses": 0}, {"uses": 1001}, {"uses": 2, "email": "a@example.org"}])
def test_link_for_too_many_is_refused(store: Store, course: Course, options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="A link for several people is for students"):
        invite(store, course.id, "student", **options)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="A link for several people is for students"):
        invite(store, course.id, "instructor", uses=2)


def test_login_link_when_used_then_only_the_new_password_gets_in(store: Store, kim: User, clock: Clock) -> None:
    root = add_user(store, "root@example.org", "Root", PASSWORD, is_admin=True)
    first, token = (accounts.login_link(store, kim.id, by=root.id) for _ in range(2))
    assert accounts.link_owner(store, first) is None
    assert accounts.link_owner(store, token) == kim
    assert invitation_of(store, token) is None  # it is no invitation
    with pytest.raises(UsageError, match="This link has been used, has expired or is for another address"):
        accept_as(store, token, root.id)
    with pytest.raises(UsageError, match="expected at least 10"):
        accounts.use_link(store, token, "short")
    assert accounts.use_link(store, token, PASSWORD).has_password
    with pytest.raises(UsageError, match=r"This link has been used or has expired\. Ask an admin"):
        accounts.use_link(store, token, PASSWORD)
    late = accounts.login_link(store, kim.id, by=root.id)
    clock.now += accounts.LINK_S
    assert accounts.link_owner(store, late) is None
    assert [one.what for one in audit.entries(store)][:3] == ["link.made", "link.used", "link.made"]


def test_admins_rights_need_an_account_somebody_holds(store: Store, kim: User) -> None:
    root = add_user(store, "root@example.org", "Root", PASSWORD, is_admin=True)
    with pytest.raises(UsageError, match="has never logged in"):
        accounts.set_admin(store, kim.id, True, by=root.id)
    for act in (lambda: accounts.set_admin(store, root.id, False, by=root.id),):
        with pytest.raises(UsageError, match="the only admin who can log in"):
            act()
    with pytest.raises(UsageError, match="the only admin who can log in"):
        accounts.set_disabled(store, root.id, True, by=root.id)
    with pytest.raises(UsageError, match=r"There is no such account\."):
        accounts.set_disabled(store, 10**6, True, by=root.id)
    accounts.set_disabled(store, kim.id, True, by=root.id)
    with pytest.raises(UsageError, match=r"This account is closed\. Open it first\."):
        accounts.login_link(store, kim.id, by=root.id)


LIST = "name,email,student id\nHan,han@example.org,2026007\n"


@pytest.fixture
def register(tmp_path: Path) -> Register:
    path = tmp_path / "students.csv"
    path.write_text(LIST, encoding="utf-8")
    return read_register(path)


def test_member_from_a_list_is_in_by_a_link_of_that_course_only(
    store: Store, course: Course, lee: User, register: Register
) -> None:
    other = add_course(store, "other", "/srv/other")
    (link,), (theirs,) = (import_roster(store, one.id, register) for one in (course, other))
    han = accept(store, theirs.token, email="han@example.org", name="Han", password=PASSWORD)
    assert [one.slug for one, _ in courses_of(store, han.id)] == ["other"]  # whoever leads it may have used the link
    assert role_in(store, han.id, course.id) is None
    with pytest.raises(UsageError, match="has never logged in"):
        change_role(store, course.id, han.id, "assistant", by=lee.id)
    assert [row.what for row in preview(store, course.id, register).rows] == ["joins"]
    accept_as(store, link.token, han.id)
    assert role_in(store, han.id, course.id) == "student"
    assert [one.number for one in members(store, course.id) if one.user_id == han.id] == ["2026007"]
    assert [row.what for row in preview(store, course.id, register).rows] == ["same"]


def test_member_from_a_list_is_in_by_an_admins_link(store: Store, course: Course, register: Register) -> None:
    root = add_user(store, "root@example.org", "Root", PASSWORD, is_admin=True)
    import_roster(store, course.id, register)
    (member,) = members(store, course.id)
    assert (member.waiting, role_in(store, member.user_id, course.id)) == (True, None)
    accounts.use_link(store, accounts.login_link(store, member.user_id, by=root.id), PASSWORD)
    assert role_in(store, member.user_id, course.id) == "student"


# --- logins ----------------------------------------------------------------------------------------------------------


def test_password_when_the_old_one_is_wrong_then_nothing_changes(store: Store, lee: User, kim: User) -> None:
    login = log_in(store, lee.email, PASSWORD, agent="lab")
    assert login is not None
    for user, current in ((lee, "not this one"), (kim, "")):
        with pytest.raises(UsageError, match=r"The current password is wrong\."):
            logins.change_password(store, user.id, current, "a new one that is long")
    assert user_of_login(store, login.token) == lee
    renewed = logins.change_password(store, lee.id, PASSWORD, "a new one that is long", agent="lab")
    assert renewed is not None
    assert user_of_login(store, login.token) is None
    assert [one.is_current for one in logins.sessions_of(store, lee.id, renewed.token)] == [True]


def test_logins_when_ended_one_by_one_then_the_others_stay(store: Store, lee: User, kim: User) -> None:
    first, second = (log_in(store, lee.email, PASSWORD, agent=name) for name in ("lab", "home"))
    assert first is not None
    assert second is not None
    keys = {one.agent: one.key for one in logins.sessions_of(store, lee.id)}
    assert not logins.end_session(store, kim.id, keys["lab"])
    assert not logins.end_session(store, lee.id, "%" * 12)
    assert logins.end_session(store, lee.id, keys["lab"])
    assert user_of_login(store, first.token) is None
    third = log_in(store, lee.email, PASSWORD)
    assert third is not None
    logins.end_others(store, lee.id, third.token)
    assert user_of_login(store, second.token) is None
    assert user_of_login(store, third.token) == lee


# --- the log ---------------------------------------------------------------------------------------------------------


def test_log_of_a_course_has_its_own_entries_with_names(store: Store, course: Course, kim: User, lee: User) -> None:
    other = add_course(store, "other", "/srv/other", by=lee.id)
    words = {"titles": {"en": "E", "ko": "K"}, "term": "", "root": "/srv/course", "opens_at": None}
    edit_course(store, course.id, **words, by=lee.id)  # type: ignore[arg-type]
    dismiss(store, course.id, kim.id, by=lee.id)
    latest, edited, *_ = audit.entries(store, course_id=course.id)
    assert (latest.what, latest.by, latest.subject, latest.course) == ("member.removed", "Lee", "Kim Minji", "dl-2026")
    assert edited.what == "course.edited"
    assert [one.what for one in audit.entries(store, course_id=other.id)] == ["course.added"]
    assert audit.entries(store, course_id=course.id, before=edited.id)[0].what == "role.set"


def test_log_of_before_when_migrated_then_it_is_of_its_course(opened: Callable[..., Store]) -> None:
    store = opened()
    with store.writing() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            r0001_first_tables.upgrade()
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        said = [("role.set", "7 3 assistant"), ("invited", "7 student kim@example.org"), ("invited", "None admin ")]
        said += [("user.added", "3"), ("roster.imported", "7 12"), ("member.removed", "7 3")]
        for number, (what, about) in enumerate(said, 1):
            values = {"id": number, "what": what, "about": about}
            connection.execute(text("INSERT INTO audit (id, at, what, about) VALUES (:id, 1, :what, :about)"), values)
        link = "INSERT INTO invitation (id, token_hash, role, email, created_at, expires_at, used_at) VALUES "
        connection.execute(text(link + "(1, 'a', 'student', '', 1, 9e9, 2), (2, 'b', 'student', '', 1, 9e9, NULL)"))
    assert migrate(store) == "0002"
    found_now = [(one.course_id, one.subject_id, one.about) for one in reversed(audit.entries(store))]
    assert found_now[:3] == [(7, 3, "assistant"), (7, None, "student kim@example.org"), (None, None, "None admin ")]
    assert found_now[3:] == [(None, None, "3"), (7, None, "12"), (7, 3, "")]
    with store.reading() as connection:
        rows = connection.execute(text("SELECT uses, used FROM invitation ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, 1), (1, 0)]
