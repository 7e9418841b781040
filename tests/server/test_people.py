"""Accounts, logins, tokens, invitations: what lets somebody in, once, until it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from graders.messages.errors import UsageError
from graders.server.store import audit
from graders.server.store import people as accounts
from graders.server.store.courses import Course, archive, courses, courses_of, members, role_in, set_role
from graders.server.store.courses import add_course as new_course
from graders.server.store.engine import Store
from graders.server.store.invitations import accept, accept_as, first_admin, invitation_of, invite
from graders.server.store.models import ApiToken, Invitation, Login
from graders.server.store.models import User as UserRow
from graders.server.store.people import User, add_user, log_in, make_token, user_of_login, user_of_token
from tests.server.conftest import Clock

PASSWORD = "three plain words"


def test_log_in_when_the_password_is_right_then_the_browser_is_known(store: Store) -> None:
    user = add_user(store, " Kim@Example.org", "Kim\u202e\nMinji", PASSWORD)
    assert (user.email, user.name) == ("kim@example.org", "Kim Minji")
    found = log_in(store, "KIM@example.org ", PASSWORD)
    assert found is not None
    assert user_of_login(store, found.token) == user
    assert log_in(store, "kim@example.org", PASSWORD + "!") is None
    assert log_in(store, "lee@example.org", PASSWORD) is None
    assert user_of_login(store, "") is None


def test_log_in_without_a_password_is_none(store: Store, kim: User) -> None:
    assert not kim.has_password
    assert log_in(store, kim.email, "") is None


@pytest.mark.parametrize("end", ["logout", "everywhere", "password", "disabled", "time"])
def test_login_when_ended_then_nobody_is_known_by_it(store: Store, clock: Clock, end: str) -> None:
    user = add_user(store, "kim@example.org", "Kim", PASSWORD)
    found = log_in(store, user.email, PASSWORD)
    assert found is not None
    ends: dict[str, Callable[[], object]] = {
        "logout": lambda: accounts.end_login(store, found.token),
        "everywhere": lambda: accounts.end_logins(store, user.id),
        "password": lambda: accounts.set_password(store, user.id, "quite another one"),
        "disabled": lambda: accounts.disable(store, user.id),
        "time": lambda: setattr(clock, "now", clock.now + accounts.LOGIN_S),
    }
    ends[end]()
    assert user_of_login(store, found.token) is None
    assert (log_in(store, user.email, PASSWORD) is None) == (end in ("password", "disabled"))


def test_password_when_its_parameters_are_old_then_it_is_hashed_anew(store: Store) -> None:
    user = add_user(store, "kim@example.org", "Kim", PASSWORD)
    weak = PasswordHasher(time_cost=1, memory_cost=1 << 10, parallelism=1).hash(PASSWORD)
    with store.writing() as connection:
        connection.execute(update(UserRow).values(password_hash=weak))
    assert log_in(store, user.email, PASSWORD) is not None
    with store.reading() as connection:
        kept = connection.execute(select(UserRow.password_hash)).scalar_one()
    assert kept != weak
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_password_that_two_keyboards_write_differently_is_one(store: Store) -> None:
    add_user(store, "kim@example.org", "Kim", "비밀번호는 비밀입니다")
    assert log_in(store, "kim@example.org", "비밀번호는 비밀입니다") is not None


@pytest.mark.parametrize(
    ("password", "said"), [("short", "has 5 characters, expected at least 10"), ("x" * 300, "expected at most 256")]
)
def test_password_that_cannot_be_one_is_refused(store: Store, password: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        add_user(store, "kim@example.org", "Kim", password)


@pytest.mark.parametrize(
    "email", ["", "kim", "kim@localhost", "a b@c.de", "kim@c.de\n", '"<x>"@c.de', "k@" + "x" * 260]
)
def test_address_that_is_none_is_refused(store: Store, email: str) -> None:
    if email.strip() != email:
        assert accounts.normal_email(email) == email.strip()
        return
    with pytest.raises(UsageError, match=r"is not an e-mail address\. Expected something like kim@example\.org\."):
        add_user(store, email, "Kim")


def test_address_that_has_an_account_is_refused(store: Store, kim: User) -> None:
    with pytest.raises(UsageError, match=r"There is already an account for kim@example\.org\. Log in with it"):
        add_user(store, "KIM@example.org", "Kim")


def test_token_when_ended_then_nobody_is_known_by_it(store: Store, kim: User) -> None:
    token, other = make_token(store, kim.id, "laptop"), make_token(store, kim.id, "lab")
    assert user_of_token(store, token) == kim
    (key,) = [one.key for one in accounts.tokens_of(store, kim.id) if one.name == "laptop"]
    stranger = add_user(store, "lee@example.org", "Lee")
    assert not accounts.end_token(store, stranger.id, key)
    assert accounts.end_token(store, kim.id, key)
    assert not accounts.end_token(store, kim.id, "%")
    assert user_of_token(store, token) is None
    assert user_of_token(store, other) == kim


def test_nothing_that_lets_somebody_in_is_kept(store: Store, course: Course) -> None:
    user = add_user(store, "kim@example.org", "Kim", PASSWORD)
    found = log_in(store, user.email, PASSWORD)
    assert found is not None
    tokens = [found.token, make_token(store, user.id, "laptop"), invite(store, course.id, "student")]
    tokens.append(first_admin(store) or "")
    kept = []
    with store.reading() as connection:
        for table in (Login, ApiToken, Invitation, UserRow):
            kept += [str(tuple(row)) for row in connection.execute(select(table.__table__))]
    said = "\n".join([*kept, *(str(one) for one in audit.entries(store))])
    assert len(kept) == 5
    assert [one for one in [*tokens, PASSWORD] if one in said or len(one) < 10] == []


# --- invitations -----------------------------------------------------------------------------------------------------


def test_first_admin_when_a_link_is_used_then_there_is_no_other(store: Store) -> None:
    first, second = first_admin(store), first_admin(store)
    assert first is not None
    assert second is not None
    assert invitation_of(store, first) is None  # each start prints one, and only the last holds
    admin = accept(store, second, email="a@example.org", name="A", password=PASSWORD)
    assert admin.is_admin
    assert first_admin(store) is None
    with pytest.raises(UsageError, match=r"This link has been used, has expired or is for another address\."):
        accept(store, second, email="b@example.org", name="B", password=PASSWORD)


def test_invitation_when_accepted_then_makes_a_member(store: Store, course: Course, clock: Clock) -> None:
    token = invite(store, course.id, "assistant", email="Lee@example.org")
    with pytest.raises(UsageError, match="is for another address"):
        accept(store, token, email="kim@example.org", name="Kim", password=PASSWORD)
    user = accept(store, token, email="lee@example.org", name="Lee", password=PASSWORD)
    assert role_in(store, user.id, course.id) == "assistant"
    assert not user.is_admin
    late = invite(store, course.id, "student", valid_s=60)
    clock.now += 61
    assert invitation_of(store, late) is None


def test_invitation_is_no_way_into_an_account(store: Store, course: Course) -> None:
    victim = add_user(store, "kim@example.org", "Kim", PASSWORD)
    listed = add_user(store, "lee@example.org", "Lee")  # from a roster: no password yet
    token = invite(store, course.id, "student")
    for user in (victim, listed):
        with pytest.raises(UsageError, match="There is already an account"):
            accept(store, token, email=user.email, name="X", password="quite another one")
    assert log_in(store, victim.email, PASSWORD) is not None
    accept_as(store, token, victim.id)
    assert role_in(store, victim.id, course.id) == "student"
    assert accept(store, invite(store, course.id, "student", email=listed.email), **who(listed)).has_password


def test_invitation_never_takes_a_role_away(store: Store, course: Course) -> None:
    user = add_user(store, "kim@example.org", "Kim", PASSWORD)
    set_role(store, course.id, user.id, "instructor")
    accept_as(store, invite(store, course.id, "student"), user.id)
    assert role_in(store, user.id, course.id) == "instructor"


def test_invitation_when_several_use_it_at_once_then_one_gets_in(store: Store, course: Course) -> None:
    token, came = invite(store, course.id, "student"), []

    def use(number: int) -> None:
        try:
            came.append(accept(store, token, email=f"s{number}@example.org", name="S", password=PASSWORD))
        except UsageError:
            pass

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(came) == len(members(store, course.id)) == 1


def who(user: User) -> dict[str, str]:
    return {"email": user.email, "name": user.name, "password": PASSWORD}


# --- courses ---------------------------------------------------------------------------------------------------------


def test_course_when_archived_then_it_is_in_no_list(store: Store, course: Course, kim: User) -> None:
    assert courses_of(store, kim.id) == [(course, "student")]
    archive(store, course.id)
    assert courses_of(store, kim.id) == courses(store) == []
    assert [one.slug for one in courses(store, archived=True)] == ["dl-2026"]


@pytest.mark.parametrize("slug", ["", "A", "a/b", "-a", "a" * 65, "한글"])
def test_course_when_its_short_name_cannot_be_one_then_is_refused(store: Store, slug: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be the short name of a course\. Use lower-case letters"):
        new_course(store, slug, "/srv")


def test_course_when_its_short_name_is_taken_then_is_refused(store: Store, course: Course) -> None:
    with pytest.raises(UsageError, match=r"There is already a course 'dl-2026'\. Choose another short name\."):
        new_course(store, "dl-2026", "/srv")


def test_role_that_is_none_is_refused(store: Store, course: Course, kim: User) -> None:
    for act in (lambda: set_role(store, course.id, kim.id, "admin"), lambda: invite(store, course.id, "admin")):  # type: ignore[arg-type]
        with pytest.raises(UsageError, match=r"There is no role 'admin'\. Choose one of student, assistant, instr"):
            act()
    assert role_in(store, kim.id, course.id) == "student"
