"""Handing in: what was acknowledged is there, is numbered, waits its turn and is graded once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event, func, insert, select, text

from graders.messages.errors import DiskError, UsageError
from graders.messages.message import Message
from graders.server.store import audit
from graders.server.store.changes import changes_since, forget_changes, last_change
from graders.server.store.courses import Course
from graders.server.store.engine import Store
from graders.server.store.leases import LEASE_S, expire, finish, give_up, heartbeat, lease, release, renew_all
from graders.server.store.models import Blob, Submission
from graders.server.store.people import User, add_user
from graders.server.store.queue import MAX_CHECKS, Receipt, Work, cancel, hand_in, regrade
from graders.server.store.work import (
    ahead_of,
    attempt_counts,
    attempt_of,
    attempts,
    content_of,
    draft_of,
    keys_of,
    latest_results,
    quarantined,
    save_draft,
    staff_report,
    student_report,
    waiting,
)
from tests.server.conftest import Clock
from tests.server.handing_in import report, work


def count_of(store: Store, table: type) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


# --- handing in ------------------------------------------------------------------------------------------------------


def test_hand_in_when_it_has_a_receipt_then_every_connection_sees_it(
    store: Store, opened: Callable[..., Store], course: Course, kim: User
) -> None:
    receipt = hand_in(store, work(course, kim, "x = 1"))
    found = attempt_of(opened(), receipt.public_id)
    assert found is not None
    assert (found.state, found.attempt, found.digest) == ("queued", 1, receipt.digest)
    assert content_of(store, receipt.public_id) == b"x = 1"


def test_hand_in_when_clicked_twice_then_is_one_attempt(store: Store, course: Course, kim: User, clock: Clock) -> None:
    first = hand_in(store, work(course, kim, "x = 1"))
    clock.now += 1.9
    assert hand_in(store, work(course, kim, "x = 1")) == first
    assert hand_in(store, work(course, kim, "x = 2")).attempt == 2
    assert hand_in(store, work(course, kim, "x = 1", unit="u07_optimizers")).attempt == 1
    clock.now += 1
    assert hand_in(store, work(course, kim, "x = 1")).attempt == 3
    assert count_of(store, Blob) == 2


def test_hand_in_when_nobody_answered_then_the_same_bytes_are_one_attempt_until_they_are_graded(
    store: Store, course: Course, kim: User, clock: Clock
) -> None:
    first = hand_in(store, work(course, kim, "x = 1"))
    clock.now += 600
    assert hand_in(store, work(course, kim, "x = 1")) == first
    job = lease(store, "w1")
    assert job is not None
    assert hand_in(store, work(course, kim, "x = 1")) == first
    assert finish(store, job.id, job.token, report())
    assert hand_in(store, work(course, kim, "x = 1")).attempt == 2
    assert hand_in(store, work(course, kim, "x = 2")).attempt == 3
    assert hand_in(store, work(course, kim, "x = 1", kind="check")).attempt is None
    clock.now += 600
    assert hand_in(store, work(course, kim, "x = 1")).attempt == 4  # the last word counts


def test_attempts_when_some_are_asked_for_then_those_are_the_newest_before_it(
    store: Store, course: Course, kim: User
) -> None:
    for _ in range(5):
        hand_in(store, work(course, kim))
    assert [one.attempt for one in attempts(store, course.id, user_id=kim.id, before=4, limit=2)] == [3, 2]
    assert [one.attempt for one in attempts(store, course.id, user_id=kim.id, limit=1)] == [5]


def test_latest_results_when_the_newest_is_not_graded_yet_then_are_those_before_it(
    store: Store, course: Course, kim: User
) -> None:
    for _ in range(2):
        graded = hand_in(store, work(course, kim))
        job = lease(store, "w")
        assert job is not None
        finish(store, job.id, job.token, report())
    waits = hand_in(store, work(course, kim))
    assert [one.public_id for one in latest_results(store, course.id, kim.id)] == [graded.public_id]
    assert latest_results(store, course.id, kim.id, kind="check") == []
    assert attempt_counts(store, course.id, kim.id) == {"u06_backprop": 3}
    for _ in range(3):
        lease(store, "w")
        release(store, "w")
    again = regrade(store, waits.public_id)  # out of quarantine
    job = lease(store, "w")
    assert job is not None
    finish(store, job.id, job.token, report(points=1.0))
    (found,) = latest_results(store, course.id, kim.id)
    assert (found.public_id, found.result_of, found.score) == (waits.public_id, again.public_id, 1.0)


def test_hand_in_when_many_do_so_at_once_then_no_number_is_there_twice(
    store: Store, opened: Callable[..., Store], course: Course, kim: User
) -> None:
    found: list[int | None] = []

    def some(mine: Store) -> None:
        found.extend(hand_in(mine, work(course, kim)).attempt for _ in range(5))

    threads = [threading.Thread(target=some, args=(opened(),)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found, key=lambda one: one or 0) == list(range(1, 21))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": b""}, r"u06_backprop\.py is empty\. Choose the file"),
        ({"content": bytes((32 << 20) + 1)}, "is 32 MB, expected at most 32 MB"),
        ({"unit": "../etc"}, r"'\.\./etc' is not the name of a unit\. Choose one"),
        ({"kind": "regrade"}, "is not the name of a unit"),
    ],
)
def test_hand_in_when_it_cannot_be_graded_then_nothing_is_stored(
    store: Store, course: Course, kim: User, change: dict[str, object], said: str
) -> None:
    plain: dict[str, object] = {**vars(work(course, kim)), **change}
    with pytest.raises(UsageError, match=said):
        hand_in(store, Work(**plain))  # type: ignore[arg-type]
    assert count_of(store, Blob) == count_of(store, Submission) == 0


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\tmp\\a.py", "a\0\n\u202eb.py", "", "/", "x" * 5000 + "\ud800"]
)
def test_name_of_a_file_is_one_line_and_no_path(store: Store, course: Course, kim: User, name: str) -> None:
    found = attempt_of(store, hand_in(store, Work(course.id, kim.id, "u06_backprop", name, b"x")).public_id)
    assert found is not None
    assert 0 < len(found.file_name) <= 200
    assert not set(found.file_name) & set("/\\\0\n\u202e\ud800")


def fill(store: Store, course: Course, kim: User) -> Iterator[Receipt]:
    for number in range(100):
        yield hand_in(store, work(course, kim, "#" * 3000 + str(number)))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # PostgreSQL has no way to pretend it
def test_hand_in_when_the_disk_is_full_then_there_is_no_receipt(
    opened: Callable[..., Store], store: Store, course: Course, kim: User
) -> None:
    small = opened()

    @event.listens_for(small.engine, "connect")
    def limited(connection: object, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")  # type: ignore[attr-defined]

    handed: list[Receipt] = []
    with pytest.raises(DiskError, match=r"Nothing was stored: the disk of the database .* is full\."):
        handed.extend(fill(small, course, kim))
    assert count_of(store, Submission) == len(handed) < 20
    assert [one.attempt for one in attempts(store, course.id)] == list(range(len(handed), 0, -1))
    assert hand_in(store, work(course, kim)).attempt == len(handed) + 1


def test_checks_that_wait_are_few(store: Store, course: Course, kim: User) -> None:
    for _ in range(MAX_CHECKS):
        assert hand_in(store, work(course, kim, kind="check")).attempt is None
    with pytest.raises(UsageError, match=r"4 of your checks are still waiting\. Wait for one"):
        hand_in(store, work(course, kim, kind="check"))
    assert lease(store, "w") is not None
    hand_in(store, work(course, kim, kind="check"))


# --- leases ----------------------------------------------------------------------------------------------------------


def test_result_is_written_once_under_the_token(store: Store, course: Course, kim: User) -> None:
    receipt = hand_in(store, work(course, kim, "x = 1"))
    job = lease(store, "w1")
    assert job is not None
    assert (job.public_id, job.content, job.root, job.student) == (receipt.public_id, b"x = 1", course.root, kim.name)
    assert lease(store, "w2") is None
    assert not finish(store, job.id, job.token + 1, report())
    assert finish(store, job.id, job.token, report(points=2.0), {"Affine": b"k" * 32})
    assert not finish(store, job.id, job.token, report())
    assert not heartbeat(store, job.id, job.token)
    assert not give_up(store, job.id, job.token)
    assert not cancel(store, receipt.public_id)
    found = attempt_of(store, receipt.public_id)
    assert found is not None
    assert (found.state, found.verdict, found.score, found.max_score) == ("done", "pass", 2.0, 3.0)
    assert keys_of(store, kim.id, course.id, "u06_backprop") == {"Affine": b"k" * 32}


def test_lease_when_it_runs_out_then_the_late_one_writes_nothing(
    store: Store, course: Course, kim: User, clock: Clock
) -> None:
    hand_in(store, work(course, kim))
    late = lease(store, "w1")
    assert late is not None
    clock.now += LEASE_S - 1
    assert heartbeat(store, late.id, late.token)
    clock.now += LEASE_S - 1
    assert expire(store) == []
    assert lease(store, "w2") is None
    clock.now += 2
    assert expire(store) == []
    again = lease(store, "w2")
    assert again is not None
    assert (again.id, again.nonce, again.tries) == (late.id, late.nonce, 1)
    assert again.token > late.token
    assert not heartbeat(store, late.id, late.token)
    assert not finish(store, late.id, late.token, report(points=0.0))
    assert finish(store, again.id, again.token, report())
    assert not finish(store, late.id, late.token, report(points=0.0))
    assert [one.score for one in attempts(store, course.id)] == [3.0]


def test_what_ends_its_grader_three_times_is_in_quarantine(store: Store, course: Course, kim: User) -> None:
    receipt, other = hand_in(store, work(course, kim)), hand_in(store, work(course, kim))
    ended: list[str] = []
    for _ in range(3):
        assert ended == []
        job = lease(store, "w1")
        assert job is not None
        assert job.public_id == receipt.public_id
        ended = release(store, "w1")
    assert ended == [receipt.public_id]
    assert [one.public_id for one in quarantined(store, course.id)] == [receipt.public_id]
    following = lease(store, "w1")
    assert following is not None
    assert following.public_id == other.public_id
    assert waiting(store).quarantined == 1
    again = regrade(store, receipt.public_id)
    assert finish(store, following.id, following.token, report())
    job = lease(store, "w1")
    assert job is not None
    assert (job.public_id, job.kind) == (again.public_id, "regrade")
    assert finish(store, job.id, job.token, report(points=1.0))
    assert quarantined(store) == []
    found = attempt_of(store, receipt.public_id)
    assert found is not None
    assert (found.state, found.score, found.result_of) == ("quarantined", 1.0, again.public_id)


def test_worker_that_stops_is_nobodys_fault(store: Store, course: Course, kim: User) -> None:
    hand_in(store, work(course, kim))
    for _ in range(5):
        job = lease(store, "w1")
        assert job is not None
        assert job.tries == 0
        assert give_up(store, job.id, job.token)
    assert release(store, "w1") == []


@pytest.mark.parametrize("jump_s", [-86400.0, -3600.0, 3600.0])
def test_clock_when_it_jumps_then_who_is_alive_keeps_the_lease(
    store: Store, course: Course, kim: User, clock: Clock, jump_s: float
) -> None:
    hand_in(store, work(course, kim))
    job = lease(store, "w1")
    assert job is not None
    clock.now += jump_s
    if jump_s > 0:
        renew_all(store)  # by who has seen the leap
    assert expire(store) == []
    assert lease(store, "w2") is None
    assert heartbeat(store, job.id, job.token)
    clock.now += LEASE_S + 1  # and who is dead loses it all the same
    expire(store)
    assert lease(store, "w2") is not None
    assert not finish(store, job.id, job.token, report())


def test_cancelled_is_not_graded(store: Store, course: Course, kim: User) -> None:
    one, two = hand_in(store, work(course, kim)), hand_in(store, work(course, kim))
    assert cancel(store, one.public_id)
    job = lease(store, "w1")
    assert job is not None
    assert job.public_id == two.public_id
    assert cancel(store, two.public_id)
    assert not finish(store, job.id, job.token, report())
    assert not cancel(store, two.public_id)
    assert {one.state for one in attempts(store, course.id)} == {"cancelled"}


# --- turns -----------------------------------------------------------------------------------------------------------


def test_check_goes_before_submission_before_regrade(store: Store, course: Course, kim: User) -> None:
    first = hand_in(store, work(course, kim))
    job = lease(store, "w")
    assert job is not None
    finish(store, job.id, job.token, report())
    again = regrade(store, first.public_id)
    assert regrade(store, first.public_id) == again  # a second click
    second, third = hand_in(store, work(course, kim)), hand_in(store, work(course, kim, kind="check"))
    assert [ahead_of(store, one.public_id) for one in (third, second, again, first)] == [0, 1, 2, None]
    assert lease(store, "w", kinds=["regrade"]) is not None
    order = [lease(store, "w"), lease(store, "w"), lease(store, "w")]
    assert [one.public_id if one else None for one in order] == [third.public_id, second.public_id, None]


def test_user_with_3800_jobs_lets_another_wait_less_than_twice_as_long(store: Store, course: Course, kim: User) -> None:
    lee = add_user(store, "lee@example.org", "Lee")
    count = 3800
    first = hand_in(store, work(course, kim))
    with store.writing() as connection:  # what hand_in does, all at once
        row = dict(connection.execute(select(Submission.__table__)).one()._mapping)
        more = [
            {**row, "id": row["id"] + n, "public_id": f"{n:024}", "turn": row["turn"] + n, "attempt": 1 + n}
            for n in range(1, count)
        ]
        connection.execute(insert(Submission), more)
    if store.engine.dialect.name == "postgresql":
        with store.writing() as connection:
            connection.execute(text("SELECT setval('submission_id_seq', 4000)"))
    assert hand_in(store, work(course, kim)).attempt == count + 1
    assert served(store) == first.public_id
    for _ in range(100):
        served(store)
    busy = lease(store, "w")  # one of them is in hand
    mine = {hand_in(store, work(course, lee)).public_id: place for place in range(1, 6)}
    assert busy is not None
    done = 1
    while mine:
        done += 1
        place = mine.pop(served(store), None)
        assert place is None or done <= 2 * place
        assert done < 11


def served(store: Store) -> str:
    job = lease(store, "w")
    assert job is not None
    assert finish(store, job.id, job.token, report())
    return job.public_id


# --- what pages show -------------------------------------------------------------------------------------------------


def test_changes_tell_every_state_in_order(store: Store, course: Course, kim: User, clock: Clock) -> None:
    start = last_change(store)
    receipt = hand_in(store, work(course, kim))
    other = hand_in(store, work(course, add_user(store, "lee@example.org", "Lee")))
    job = lease(store, "w")
    assert job is not None
    finish(store, job.id, job.token, report())
    seen = changes_since(store, start, user_id=kim.id)
    assert [one.public_id for one in seen] == [receipt.public_id] * 3
    assert seen[-1].state == "done"
    assert [one.public_id for one in changes_since(store, start, course_id=course.id)][1] == other.public_id
    assert changes_since(store, last_change(store)) == []
    clock.now += 10
    last = last_change(store)
    assert forget_changes(store, clock.now) == 4
    cancel(store, other.public_id)
    assert [one.id > last for one in changes_since(store, last)] == [True]  # a number is never used again


def test_student_sees_the_report_without_what_is_staffs(store: Store, course: Course, kim: User) -> None:
    receipt = hand_in(store, work(course, kim))
    assert student_report(store, receipt.public_id) is None
    job = lease(store, "w")
    assert job is not None
    whole = replace(report(), flags=(Message("policy.exhausted", {"student": "Kim"}),))
    finish(store, job.id, job.token, whole)
    kept = staff_report(store, receipt.public_id)
    assert kept is not None
    assert kept.to_dict() == whole.to_dict()
    told = student_report(store, receipt.public_id)
    assert told is not None
    assert (told.view, told.flags) == ("student", ())


def test_draft_is_kept_per_user_and_unit(store: Store, course: Course, kim: User, clock: Clock) -> None:
    assert draft_of(store, kim.id, course.id, "u06_backprop") is None
    save_draft(store, kim.id, course.id, "u06_backprop", "x = 1")
    clock.now += 1
    assert save_draft(store, kim.id, course.id, "u06_backprop", "x\0 = '\ud800'") == clock.now
    found = draft_of(store, kim.id, course.id, "u06_backprop")
    assert found is not None
    assert (found.text, found.saved_at) == ("x = '?'", clock.now)
    assert draft_of(store, kim.id, course.id, "u07_optimizers") is None


def test_what_staff_do_is_on_record(store: Store, course: Course, kim: User) -> None:
    receipt = hand_in(store, work(course, kim))
    regrade(store, receipt.public_id, by=kim.id)
    cancel(store, receipt.public_id, by=kim.id)
    assert [(one.what, one.user_id) for one in audit.entries(store, limit=2)] == [
        ("cancelled", kim.id),
        ("regraded", kim.id),
    ]
    with pytest.raises(UsageError, match=r"There is no submission 'nobody' that could be graded again\."):
        regrade(store, "nobody")
