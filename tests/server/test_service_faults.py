"""A real service under faults: nothing that has a receipt is lost, graded twice or half shown."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from graders.courses.course import Course as CourseFolder
from graders.messages.errors import BusyError
from graders.server.operation import backup
from graders.server.operation.backup import NAME, back_up, restore
from graders.server.store.changes import changes_since, last_change
from graders.server.store.courses import Course, add_course
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import LEASE_S, expire, finish, heartbeat, lease
from graders.server.store.migrate import migrate
from graders.server.store.people import User, add_user
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import attempts, waiting
from tests.server.conftest import Clock
from tests.server.handing_in import report, work
from tests.server.real_service import RealService
from tests.server.watched_class import WatchedClass, prove
from tests.small_course import UNIT, right, wrong

UNREADABLE = b"\xff\xfe\x00"


def wait_for(holds: Callable[[], object], limit_s: float = 120.0) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def idle(store: Store) -> bool:
    now = waiting(store)
    return not now.queued and not now.leased


# --- a restore beneath whoever works ---------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """The database of a data folder."""
    store = open_store(f"sqlite:///{tmp_path / 'data' / NAME}")
    migrate(store)
    yield store
    store.close()


def put_back(store: Store, backup: Path) -> Path | None:
    data = Path(str(store.engine.url.database)).parent
    return restore(backup, store.engine.url.render_as_string(), data)


def test_lease_of_the_time_before_a_restore_reaches_nothing_after_it(kept: Store, tmp_path: Path) -> None:
    course, kim = add_course(kept, "dl", "/nowhere"), add_user(kept, "kim@example.org", "Kim")
    hand_in(kept, work(course, kim))
    in_hand = lease(kept, "w0")
    assert in_hand is not None
    waits = hand_in(kept, work(course, kim))
    back_up(kept.engine.url.render_as_string(), tmp_path / "data", tmp_path / "copy")
    lost = hand_in(kept, work(course, kim))
    former = [in_hand, lease(kept, "w1"), lease(kept, "w2")]
    assert former[2] is not None
    assert former[2].public_id == lost.public_id
    seen = last_change(kept)
    put_back(kept, tmp_path / "copy")
    later = hand_in(kept, work(course, kim))
    again = [lease(kept, "w3") for _ in range(3)]
    assert again[2] is not None
    assert (again[2].id, again[2].public_id) == (former[2].id, later.public_id)  # a number that was another's
    assert [one.public_id for one in again if one] == [in_hand.public_id, waits.public_id, later.public_id]
    for one in former:
        assert one is not None
        assert not heartbeat(kept, one.id, one.token)
        assert not finish(kept, one.id, one.token, report())
    told = changes_since(kept, seen)  # as a live page asks that has seen all
    assert {one.public_id for one in told} == {in_hand.public_id, waits.public_id, later.public_id}
    for one in again:
        assert one is not None
        assert one.tries == 0
        assert finish(kept, one.id, one.token, report())


@pytest.mark.slow
def test_restore_when_others_hand_in_then_every_receipt_is_in_one_of_the_two(kept: Store, tmp_path: Path) -> None:
    course, stopping = add_course(kept, "dl", "/nowhere"), threading.Event()
    users = [add_user(kept, f"student{number}@example.org", "Student") for number in range(3)]
    receipts: list[list[str]] = [[] for _ in users]

    def load(user: User, mine: list[str]) -> None:
        while not stopping.is_set():
            with contextlib.suppress(BusyError):  # others write, too
                mine.append(hand_in(kept, work(course, user)).public_id)

    threads = [threading.Thread(target=load, args=one) for one in zip(users, receipts, strict=True)]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: all(receipts))
        back_up(kept.engine.url.render_as_string(), tmp_path / "data", tmp_path / "copy")
        count = [len(mine) for mine in receipts]
        wait_for(lambda: all(len(mine) > before + 1 for mine, before in zip(receipts, count, strict=True)))
        before = put_back(kept, tmp_path / "copy")
        count = [len(mine) for mine in receipts]
        wait_for(lambda: all(len(mine) > before + 1 for mine, before in zip(receipts, count, strict=True)))
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert before is not None
    former = open_store(f"sqlite:///{before / NAME}")
    then, now = ({one.public_id for one in attempts(store, course.id)} for store in (former, kept))
    former.close()
    assert {one for mine in receipts for one in mine} <= then | now
    assert then - now
    assert now - then
    for user in users:
        numbers = sorted(one.attempt or 0 for one in attempts(kept, course.id, user_id=user.id))
        assert numbers == list(range(1, len(numbers) + 1))


def test_restore_when_the_database_is_damaged_then_it_is_put_aside(kept: Store, tmp_path: Path) -> None:
    course, kim = add_course(kept, "dl", "/nowhere"), add_user(kept, "kim@example.org", "Kim")
    receipt = hand_in(kept, work(course, kim))
    back_up(kept.engine.url.render_as_string(), tmp_path / "data", tmp_path / "copy")
    kept.close()
    (tmp_path / "data" / NAME).write_bytes(b"torn" * 5000)
    before = put_back(kept, tmp_path / "copy")
    assert before is not None
    assert (before / NAME).read_bytes() == b"torn" * 5000
    again = open_store(kept.engine.url)
    assert [one.public_id for one in attempts(again, course.id)] == [receipt.public_id]
    again.close()


def test_restore_when_another_writes_without_end_then_nothing_is_changed(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, kim = add_course(kept, "dl", "/nowhere"), add_user(kept, "kim@example.org", "Kim")
    back_up(kept.engine.url.render_as_string(), tmp_path / "data", tmp_path / "copy")
    hand_in(kept, work(course, kim))
    monkeypatch.setattr(backup, "WAIT_S", 0.3)
    with kept.writing(), pytest.raises(BusyError, match="busy"):
        put_back(kept, tmp_path / "copy")
    assert len(attempts(kept, course.id)) == 1
    assert sorted(path.name for path in (tmp_path / "data").iterdir() if path.is_dir()) == []


def test_backup_when_it_is_where_nobody_may_write_then_can_be_put_back(kept: Store, tmp_path: Path) -> None:
    back_up(kept.engine.url.render_as_string(), tmp_path / "data", tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == [NAME]
    assert (tmp_path / "copy" / NAME).read_bytes()[18:20] == b"\1\1"  # no journal of its own is needed to read it


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_lease_when_whoever_takes_back_had_to_wait_then_is_kept(
    store: Store, opened: Callable[..., Store], course: Course, kim: User, clock: Clock
) -> None:
    hand_in(store, work(course, kim))
    job = lease(store, "w1")
    assert job is not None
    clock.now += LEASE_S + 1
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(1.0, other.execute, ["ROLLBACK"])
    timer.start()
    expire(store)
    timer.join()
    other.close()
    assert heartbeat(opened(), job.id, job.token)


# --- a real service --------------------------------------------------------------------------------------------------


@pytest.fixture
def small(template: Path) -> CourseFolder:
    return CourseFolder(template)


@pytest.fixture
def answers(small: CourseFolder) -> dict[str, bytes]:
    return {"right": right(small).encode(), "wrong": wrong(small).encode(), "unreadable": UNREADABLE}


Begin = Callable[..., tuple[RealService, Store, WatchedClass]]


@pytest.fixture
def begin(small: CourseFolder, answers: dict[str, bytes], tmp_path: Path) -> Iterator[Begin]:
    """A service that is ready, its store, and a class at work."""
    with contextlib.ExitStack() as last:

        def begin_one(
            students: int = 3, looking: bool = True, **options: object
        ) -> tuple[RealService, Store, WatchedClass]:
            service = RealService(tmp_path / "service", small.root, **options)  # type: ignore[arg-type]
            last.callback(service.end)
            store = service.open_store()
            last.callback(store.close)
            course, people = service.people(store, 3)
            watched = WatchedClass(service, course.slug, UNIT, people, answers, pause_s=0.7, looking=looking)
            service.start()
            service.wait_ready()
            last.callback(watched.stop)
            watched.start()
            return service, store, watched

        yield begin_one


def finished(service: RealService, store: Store, watched: WatchedClass) -> None:
    """Everything ends, everybody has seen it, and it is as it was promised."""
    service.wait_ready()
    watched.hand_in_no_more()
    wait_for(lambda: idle(store))
    looks = [one.looks for one in watched.seen]
    wait_for(lambda: all(one.looks > before + 1 for one, before in zip(watched.seen, looks, strict=True)))
    watched.stop()
    proof = prove(store, watched.seen)
    assert [*watched.faults, *proof.faults] == []
    assert proof.states["done"] + proof.states["quarantined"] >= watched.receipts > 0
    for one in watched.seen:
        assert {id for id, row in one.attempts.items() if row["state"] == "done"} >= one.receipts.keys() - quarantined(
            one
        )


def quarantined(one: object) -> set[str]:
    return {id for id, row in one.attempts.items() if row["state"] == "quarantined"}  # type: ignore[attr-defined]


@pytest.mark.slow
def test_service_when_all_that_belongs_to_it_is_killed_at_random_then_keeps_every_promise(begin: Begin) -> None:
    service, store, watched = begin(workers=2)
    chance = random.Random(5)
    for what in ("worker", "service", "below", "worker", "service", "below"):
        time.sleep(chance.random() * 2)
        assert service.strike(what, chance)
        if what == "service":
            service.start()
    finished(service, store, watched)
    assert service.stop() == 0
    assert service.leftovers() == []


@pytest.mark.slow
def test_service_when_the_database_is_locked_then_says_so_and_shows_what_there_is(begin: Begin) -> None:
    service, store, watched = begin(workers=1)
    wait_for(lambda: watched.receipts > 3)
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    looks, before = sum(one.looks for one in watched.seen), watched.receipts
    time.sleep(7)
    refused = sum(sum(one.refused.values()) for one in watched.seen)
    more = sum(one.looks for one in watched.seen) - looks
    during = watched.receipts - before
    other.execute("ROLLBACK")
    other.close()
    assert refused >= 1
    assert {status for one in watched.seen for status in one.refused} == {503}
    assert more >= 3
    assert during <= len(watched.seen)  # those whose answer was on its way
    finished(service, store, watched)
    assert prove(store, watched.seen).tries == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.slow
def test_service_when_the_disk_is_full_then_says_so_and_goes_on_once_there_is_room(
    begin: Begin, small_disk: Path
) -> None:
    service, store, watched = begin(workers=1, data=small_disk / "data")
    wait_for(lambda: watched.receipts > 3)
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    wait_for(lambda: any(507 in one.refused for one in watched.seen))
    looks = sum(one.looks for one in watched.seen)
    wait_for(lambda: sum(one.looks for one in watched.seen) > looks + 3)
    assert {status for one in watched.seen for status in one.refused} <= {507, 503}
    service.kill()
    service.start()
    assert service.process is not None
    assert service.process.wait(120) == 3
    assert "No space left on device. Free some space" in service.log.read_text()
    ballast.unlink()
    service.start()
    finished(service, store, watched)


LEAPING = """
import os, time
plain = time.time
def leaping():
    with open(os.environ["CLOCK_OFFSET"]) as file:
        return plain() + float(file.read() or 0)
time.time = leaping
"""


@pytest.mark.slow
def test_service_when_the_clock_jumps_then_nobody_loses_a_lease(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(LEAPING)
    offset = tmp_path / "offset"
    offset.write_text("0")
    environment = {"PYTHONPATH": str(tmp_path / "clock"), "CLOCK_OFFSET": str(offset)}
    service, store, watched = begin(workers=2, environment=environment)
    for ahead in (3600, -7200, 0):
        before = watched.receipts
        wait_for(lambda before=before: watched.receipts > before + 4)  # type: ignore[misc]
        half = offset.with_suffix(".half")
        half.write_text(str(ahead))
        half.replace(offset)
    finished(service, store, watched)
    assert prove(store, watched.seen).tries == 0
    handed_in = [one["at"] for seen in watched.seen for one in seen.receipts.values()]
    assert max(handed_in) - min(handed_in) > 7200  # the service did live in another time


@pytest.mark.slow
def test_service_when_killed_with_500_in_the_queue_then_all_end_once_in_their_turns(
    small: CourseFolder, answers: dict[str, bytes], tmp_path: Path
) -> None:
    service = RealService(tmp_path / "service", small.root)
    store = service.open_store()
    course, people = service.people(store, 10)
    receipts = []
    for number in range(500):
        content = (answers["right"] if number % 50 == 0 else UNREADABLE) + f"\n# {number}".encode()
        user = people[0 if number < 300 else number % 10]
        receipts.append(hand_in(store, Work(course.id, user.id, UNIT, f"{UNIT}.py", content)))
    try:
        service.start()
        wait_for(lambda: waiting(store).queued.get("submission", 0) < 490)
        service.kill()
        service.start()
        service.wait_answer()
        left = waiting(store)
        assert left.queued["submission"] + left.leased.get("submission", 0) > 0
        token = {"Authorization": f"Bearer {people[1].token}"}
        assert httpx.get(f"{service.url}/api/v1/me", headers=token, timeout=30).status_code == 200
        wait_for(lambda: idle(store), 300)
        assert service.stop() == 0
    finally:
        service.end()
    proof = prove(store, ())
    assert (proof.faults, dict(proof.states)) == ((), {"done": 500})
    assert {one.public_id for one in attempts(store, course.id)} == {one.public_id for one in receipts}
    with store.reading() as connection:
        untouched = "SELECT turn, id FROM submission WHERE tries = 0 ORDER BY started_at"
        order = [tuple(row) for row in connection.exec_driver_sql(untouched)]
    assert order == sorted(order)
    store.close()


def deepgrade(*words: object) -> None:
    command = [sys.executable, "-m", "graders.cli", *map(str, words), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ})
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_service_when_a_backup_of_a_busy_hour_is_put_back_then_every_receipt_is_in_one_of_the_two(
    begin: Begin, tmp_path: Path
) -> None:
    service, store, watched = begin(looking=False)
    wait_for(lambda: watched.receipts > 5)
    deepgrade("backup", service.data, tmp_path / "copy")
    promised = {id for one in watched.seen for id in tuple(one.receipts)}
    wait_for(lambda: watched.receipts > len(promised) + 5)
    deepgrade("restore", tmp_path / "copy", service.data)
    before = watched.receipts
    wait_for(lambda: watched.receipts > before + 5)
    watched.hand_in_no_more()
    wait_for(lambda: idle(store))
    assert service.stop() == 0
    (former,) = service.data.glob("before-*")
    other = open_store(f"sqlite:///{former / NAME}")
    then, now = ({one.public_id for one in attempts(some, 1)} for some in (other, store))
    other.close()
    assert {id for one in watched.seen for id in one.receipts} <= then | now
    assert now - then
    assert [*watched.faults, *prove(store, ()).faults] == []
    assert service.leftovers() == []
