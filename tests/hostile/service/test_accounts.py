"""Attempts to become somebody else, or more than one is: passwords, links, roles, bodies with more in them."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from graders.messages.errors import UsageError
from graders.server.store import passwords
from graders.server.store.courses import course_by_slug, members, remove_member, role_in, set_role
from graders.server.store.invitations import accept, accept_as, first_admin, invite
from graders.server.store.people import add_user, disable, make_token, start_login, user_by_email
from graders.server.web.api.app import PREFIX
from graders.server.web.limits import Tries, address_key
from tests.server.api.conftest import PASSWORD, Site
from tests.server.conftest import Clock


def course_id(site: Site) -> int:
    course = course_by_slug(site.store, "dl")
    assert course is not None
    return course.id


# --- passwords -------------------------------------------------------------------------------------------------------


def test_login_when_wrong_then_nobody_learns_whether_there_is_an_account(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    plain = passwords.HASHER

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            asked.append(kept[:30])
            return plain.verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    add_user(site.store, "noword@example.org", "No Password")
    seen = set()
    names = (
        "instructor@example.org",
        "no-such@example.org",
        "noword@example.org",
        "disabled@example.org",
        "x",
        "\0@\0",
    )
    for number, email in enumerate(names):
        form = {"email": email, "password": "wrong wrong wrong"}
        page = site.browse("POST", "/login", data=form)
        api = site.ask("POST", f"{PREFIX}/tokens", json=form)
        shown = re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page.text)
        seen.add((page.status_code, shown, api.status_code, api.content))
        assert len(asked) == 2 * (number + 1), f"argon2 was not asked for {email!r}"
        assert len(set(asked)) == 1, "other parameters"
    assert len(seen) == 1


def test_password_when_tried_by_pages_and_api_then_the_tries_are_counted_together(site: Site) -> None:
    found = []
    for number in range(6):
        form = {"email": f"{'BOTH' if number % 2 else 'both'}@example.org ", "password": "wrong wrong wrong"}
        found.append(site.browse("POST", "/login", data=form).status_code)
        found.append(site.ask("POST", f"{PREFIX}/tokens", json=form).status_code)
    assert found == [401] * 10 + [429] * 2


def test_address_when_the_header_names_others_then_tries_are_counted_by_the_last_that_a_proxy_has_seen(
    site: Site,
) -> None:
    found = []
    for number in range(12):
        sent = {"X-Forwarded-For": f"10.9.{number}.{number}, 203.0.113.5", "X-Real-IP": f"10.8.0.{number}"}
        form = {"email": "spoof@example.org", "password": "wrong wrong wrong"}
        sent |= {"Forwarded": f"for=10.7.0.{number}", "True-Client-IP": f"10.6.0.{number}"}
        found.append(site.ask("POST", f"{PREFIX}/tokens", json=form, headers=sent).status_code)
    assert found == [401] * 10 + [429] * 2


def test_owner_when_somebody_else_has_used_up_the_tries_then_can_still_log_in(site: Site) -> None:
    wrong = {"email": "assistant@example.org", "password": "wrong wrong wrong"}
    far, near = {"X-Forwarded-For": "203.0.113.77"}, {"X-Forwarded-For": "203.0.113.78"}
    assert [site.ask("POST", f"{PREFIX}/tokens", json=wrong, headers=far).status_code for _ in range(11)][-1] == 429
    right = wrong | {"password": PASSWORD}
    assert site.ask("POST", f"{PREFIX}/tokens", json=right, headers=far).status_code == 429
    assert site.ask("POST", f"{PREFIX}/tokens", json=right, headers=near).status_code == 201


def test_account_when_tried_from_everywhere_then_it_waits(clock: Clock) -> None:
    from graders.server.web.limits import Limits

    limits = Limits(clock)
    tried = [limits.may_log_in("kim@example.org", f"203.0.{n >> 8}.{n & 255}") for n in range(101)]
    assert tried == [True] * 100 + [False]
    clock.now += 301
    assert limits.may_log_in("kim@example.org", "203.0.113.1")


def test_tries_when_there_are_many_keys_then_memory_is_bounded_and_addresses_of_one_network_are_one(
    clock: Clock,
) -> None:
    tries = Tries(clock, 1, keys=100)
    assert all(tries.allowed(f"key {n}") for n in range(1000))
    assert len(tries._seen) == 100
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:1") != address_key("2001:db8:0:1::1")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1")
    assert len(address_key("x" * 5000)) <= 64


# --- links -----------------------------------------------------------------------------------------------------------


def at_once(count: int, work: Any) -> list[Any]:
    """What each of these says, all of them at the same time."""
    ready, found = threading.Barrier(count), []

    def one(number: int) -> None:
        ready.wait()
        try:
            found.append(work(number))
        except UsageError as error:
            found.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("admin", [False, True], ids=["student", "admin"])
def test_link_when_two_use_it_at_once_then_one_is_in(admin: bool, site: Site, tmp_path: Any) -> None:
    from graders.server.store.engine import open_store
    from graders.server.store.migrate import migrate

    store = site.store
    if admin:
        store = open_store(f"sqlite:///{tmp_path}/fresh.db")
        migrate(store)
    token = first_admin(store) if admin else invite(store, course_id(site), "student")
    assert token is not None

    def accepted(number: int) -> Any:
        return accept(store, token, email=f"race{number}{admin}@example.org", name="Race", password=PASSWORD)

    found = at_once(4, accepted)
    won = [one for one in found if not isinstance(one, UsageError)]
    assert len(won) == 1
    assert won[0].is_admin == admin
    assert sum(user_by_email(store, f"race{n}{admin}@example.org") is not None for n in range(4)) == 1
    with pytest.raises(UsageError):
        accept(store, token, email="later@example.org", name="Later", password=PASSWORD)
    with pytest.raises(UsageError):
        accept_as(store, token, won[0].id)
    if admin:
        assert first_admin(store) is None
        store.close()


def test_link_when_it_is_for_another_address_then_it_lets_nobody_else_in(site: Site) -> None:
    token = invite(site.store, course_id(site), "instructor", email="dean@example.org")
    site.ask("POST", f"{PREFIX}/invitations/join", "student", json={"token": token})
    assert site.browse("POST", f"/invitation/{token}", "student").status_code in (400, 404)
    form = {"email": "mallory@example.org", "name": "M", "password": PASSWORD, "again": PASSWORD}
    assert site.browse("POST", f"/invitation/{token}", data=form).status_code == 400
    student = user_by_email(site.store, "student@example.org")
    assert student is not None
    assert role_in(site.store, student.id, course_id(site)) == "student"


def test_link_when_somebody_has_the_address_of_an_account_then_its_password_stays(site: Site) -> None:
    token = invite(site.store, course_id(site), "student")
    form = {"email": "admin@example.org", "name": "M", "password": "my own password", "again": "my own password"}
    assert site.browse("POST", f"/invitation/{token}", data=form).status_code == 400
    login = {"email": "admin@example.org", "password": "my own password"}
    assert site.browse("POST", "/login", data=login).status_code == 401
    assert site.browse("POST", "/login", data=login | {"password": PASSWORD}).status_code == 303


def test_account_when_disabled_then_its_open_link_lets_nobody_in(site: Site) -> None:
    user = add_user(site.store, "roster@example.org", "Roster")
    token = invite(site.store, course_id(site), "student", email="roster@example.org")
    disable(site.store, user.id)
    form = {"email": "roster@example.org", "name": "R", "password": PASSWORD, "again": PASSWORD}
    answer = site.browse("POST", f"/invitation/{token}", data=form)
    cookie = answer.headers.get("set-cookie", "").removeprefix("deepgrade=").partition(";")[0]
    assert site.browse("GET", "/account", headers={"Cookie": f"deepgrade={cookie}"}).status_code == 303


# --- more than one is ------------------------------------------------------------------------------------------------

MORE = {"is_admin": True, "role": "admin", "admin": "1", "user_id": 1, "course_id": 2, "disabled": False, "id": 1}


def test_body_when_it_holds_more_than_is_asked_then_the_api_refuses_it(site: Site) -> None:
    token = invite(site.store, course_id(site), "student")
    bodies = {
        "/invitations/accept": {"token": token, "email": "more@example.org", "name": "M", "password": PASSWORD},
        "/tokens": {"email": "student@example.org", "password": PASSWORD},
        "/me/tokens": {"name": "x"},
        "/invitations/join": {"token": token},
        "/courses/dl/invitations": {"role": "student"},
    }
    for path, body in bodies.items():
        for name, value in MORE.items():
            if name not in body:
                answer = site.ask("POST", f"{PREFIX}{path}", "instructor", json={**body, name: value})
                assert answer.status_code == 422, (path, name)
    assert user_by_email(site.store, "more@example.org") is None


def test_form_when_it_holds_more_than_is_asked_then_it_counts_for_nothing(site: Site) -> None:
    token = invite(site.store, course_id(site), "student")
    form = {"email": "formmore@example.org", "name": "M", "password": PASSWORD, "again": PASSWORD}
    answer = site.browse("POST", f"/invitation/{token}", data={**{k: str(v) for k, v in MORE.items()}, **form})
    assert answer.status_code == 303
    user = user_by_email(site.store, "formmore@example.org")
    assert user is not None
    assert (user.is_admin, role_in(site.store, user.id, course_id(site))) == (False, "student")
    assert role_in(site.store, user.id, 2) is None


@pytest.mark.parametrize("role", ["student", "classmate", "assistant"])
def test_role_when_somebody_raises_themselves_then_nothing_has_changed(role: str, site: Site) -> None:
    user = user_by_email(site.store, f"{role}@example.org")
    assert user is not None
    before = [(one.user_id, one.role) for one in members(site.store, course_id(site))]
    for wish in ("instructor", "assistant", "admin"):
        body = {"role": wish, "email": f"{role}@example.org", "user_id": user.id}
        for method in ("POST", "PUT", "PATCH"):
            for path in ("/courses/dl/invitations", f"/courses/dl/members/{user.id}", "/courses/dl/members", "/me"):
                assert site.ask(method, f"{PREFIX}{path}", role, json=body).status_code >= 400
                assert site.ask(method, f"{PREFIX}{path}", role, content=b"role=instructor").status_code >= 400
        for path in (f"/courses/dl/members/{user.id}", "/courses/dl/members", "/courses/dl/invitations", "/account"):
            assert site.browse("POST", path, role, data={**body, "user_id": str(user.id)}).status_code >= 400
    roster = f"name,email,role\nMe,{role}@example.org,instructor\n".encode()
    assert site.ask("POST", f"{PREFIX}/courses/dl/roster/import", role, content=roster).status_code == 403
    assert [(one.user_id, one.role) for one in members(site.store, course_id(site))] == before
    now = user_by_email(site.store, f"{role}@example.org")
    assert now is not None
    assert not now.is_admin


def test_instructor_when_importing_a_roster_then_nobody_is_raised_and_no_password_is_touched(site: Site) -> None:
    roster = b"name,email,role\nBoss,admin@example.org,instructor\nA,assistant@example.org,student\n"
    answer = site.ask("POST", f"{PREFIX}/courses/dl/roster/import", "instructor", content=roster)
    assert answer.status_code == 200
    assert answer.json() == []  # both can log in already: nobody gets a link into their account
    assistant, admin = (user_by_email(site.store, f"{one}@example.org") for one in ("assistant", "admin"))
    assert assistant is not None
    assert admin is not None
    assert role_in(site.store, assistant.id, course_id(site)) == "assistant"
    assert admin.name == "Admin"
    remove_member(site.store, course_id(site), admin.id)


def test_regrade_when_asked_for_again_and_again_then_it_is_one(site: Site) -> None:
    found = {
        site.ask("POST", f"{PREFIX}/submissions/{site.done}/regrade", "assistant").json()["public_id"]
        for _ in range(10)
    }
    assert len(found) == 1
    site.ask("DELETE", f"{PREFIX}/submissions/{found.pop()}", "assistant")


# --- who is gone -----------------------------------------------------------------------------------------------------


def test_member_when_removed_then_page_token_and_work_are_gone_at_the_next_request(site: Site) -> None:
    user = add_user(site.store, "leaver@example.org", "Leaver", PASSWORD)
    set_role(site.store, course_id(site), user.id, "student")
    site.tokens["leaver"] = make_token(site.store, user.id, "t")
    site.cookies["leaver"] = start_login(site.store, user.id).token
    made = site.ask("POST", f"{PREFIX}/courses/dl/units/u99_topic/submissions", "leaver", content=b"x = 1\n").json()
    paths = (f"{PREFIX}/courses/dl", f"{PREFIX}/submissions/{made['public_id']}")
    pages = ("/courses/dl", f"/submissions/{made['public_id']}", "/courses/dl/live")
    assert {site.ask("GET", one, "leaver").status_code for one in paths} == {200}
    assert {site.browse("GET", one, "leaver").status_code for one in pages} == {200}
    remove_member(site.store, course_id(site), user.id)
    assert {site.ask("GET", one, "leaver").status_code for one in paths} == {404}
    assert {site.browse("GET", one, "leaver").status_code for one in pages} == {404}
    assert (
        site.browse("POST", "/courses/dl/units/u99_topic/work", "leaver", data={"action": "draft"}).status_code == 404
    )
    disable(site.store, user.id)
    assert site.ask("GET", f"{PREFIX}/me", "leaver").status_code == 401
    assert site.browse("GET", "/account", "leaver").status_code == 303
