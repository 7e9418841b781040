"""Workers: real processes on one database, which are killed, and lose nothing."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.courses.course import Course as CourseFolder
from graders.messages.errors import BrokenError, SandboxError
from graders.server.store.courses import Course, add_course
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import heartbeat, lease
from graders.server.store.migrate import migrate
from graders.server.store.people import User, add_user
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import attempt_of, attempts, keys_of, quarantined, staff_report, student_report, waiting
from graders.server.workers.local import LocalWorkers
from graders.server.workers.worker import Orders
from tests.server.conftest import Clock
from tests.server.handing_in import work
from tests.small_course import UNIT, wrong

pytestmark = pytest.mark.slow

FAKE = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))
Start = Callable[..., LocalWorkers]


@pytest.fixture
def live(url: str) -> Iterator[Store]:
    """A store with the time of day, which worker processes share."""
    store = open_store(url)
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def lectured(live: Store) -> tuple[Course, User]:
    return add_course(live, "dl", "/nowhere"), add_user(live, "kim@example.org", "Kim")


@pytest.fixture
def start(live: Store, url: str) -> Iterator[Start]:
    """Starts workers, which are gone at the end."""
    begun: list[LocalWorkers] = []

    def start_some(
        count: int = 2, command: tuple[str, ...] = FAKE, checkers: int = 0, **orders: object
    ) -> LocalWorkers:
        told = Orders("", url, **orders)  # type: ignore[arg-type]
        begun.append(LocalWorkers(live, told, count, command=command, checkers=checkers))
        begun[-1].start()
        return begun[-1]

    yield start_some
    for one in begun:
        one.stop(0)


def wait_for(holds: Callable[[], object], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def idle(store: Store) -> bool:
    now = waiting(store)
    return not now.queued and not now.leased


def pids(workers: LocalWorkers) -> list[int]:
    return [one.pid for one in workers.status() if one.pid is not None and one.state == "ready"]


def test_workers_when_killed_again_and_again_then_nothing_is_lost_or_graded_twice(
    live: Store, lectured: tuple[Course, User], start: Start
) -> None:
    workers, chance, killed = start(3), random.Random(7), 0
    receipts = [hand_in(live, work(*lectured, f"sleep {0.05 + chance.random() / 10}\n{n}")) for n in range(24)]
    while killed < 10:
        time.sleep(chance.random() / 5)
        victims = pids(workers)
        if victims:
            os.kill(chance.choice(victims), signal.SIGKILL)
            killed += 1
    wait_for(lambda: idle(live))
    found = {one.public_id: one for one in attempts(live, lectured[0].id)}
    assert found.keys() == {one.public_id for one in receipts}
    for one in found.values():
        report = staff_report(live, one.public_id)
        assert (one.state, one.verdict, report is not None) in (("done", "pass", True), ("quarantined", None, False))
        assert one.tries == 3 if one.state == "quarantined" else one.tries < 3
    assert sum(one.tries for one in found.values()) <= killed
    wait_for(lambda: workers.capacity() == 3)


def test_job_that_kills_its_worker_is_in_quarantine_and_the_others_are_graded(
    live: Store, lectured: tuple[Course, User], start: Start
) -> None:
    told: list[str] = []
    workers = start(1)
    workers._quarantined = told.extend
    poison, other = hand_in(live, work(*lectured, "die")), hand_in(live, work(*lectured, "pass"))
    wait_for(lambda: idle(live))
    assert [one.public_id for one in quarantined(live)] == told == [poison.public_id]
    found = attempt_of(live, other.public_id)
    assert found is not None
    assert (found.state, found.score) == ("done", 3.0)
    assert keys_of(live, lectured[1].id, lectured[0].id, "u06_backprop") == {"Affine": b"k" * 32}
    assert workers.status()[0].ended == 3


def test_workers_when_stopped_then_what_is_short_is_finished_and_what_is_long_is_put_back(
    live: Store, lectured: tuple[Course, User], start: Start
) -> None:
    workers = start(2, grace_s=1.0)
    short, long = hand_in(live, work(*lectured, "sleep 0.6")), hand_in(live, work(*lectured, "sleep 60"))
    workers.submit(short.public_id)
    wait_for(lambda: len(attempts(live, lectured[0].id)) == waiting(live).leased.get("submission"))
    processes = pids(workers)
    workers.stop()
    assert {one.state for one in workers.status()} == {"stopped"}
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []
    found = [attempt_of(live, one.public_id) for one in (short, long)]
    assert [(one.state, one.tries, one.leased_by) if one else None for one in found][1] == ("queued", 0, None)
    assert found[0] is not None
    assert found[0].state == "done"


def test_check_when_all_graders_are_busy_then_goes_to_a_process_that_takes_nothing_else(
    live: Store, lectured: tuple[Course, User], start: Start
) -> None:
    workers = start(1, checkers=1, nice=2)
    assert workers.capacity() == 1
    first, second = hand_in(live, work(*lectured, "sleep 60")), hand_in(live, work(*lectured, "pass"))
    workers.submit(first.public_id)
    wait_for(lambda: waiting(live).leased.get("submission"))
    check = hand_in(live, work(*lectured, "# a check", "check"))
    workers.submit(check.public_id)
    wait_for(lambda: waiting(live).queued == {"submission": 1})
    wait_for(lambda: (one := attempt_of(live, check.public_id)) is not None and one.state == "done")
    checker, waits = attempt_of(live, check.public_id), attempt_of(live, second.public_id)
    assert checker is not None
    assert waits is not None
    assert waits.state == "queued"
    niceness = {one.name: os.getpriority(os.PRIO_PROCESS, one.pid or 0) for one in workers.status()}
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness.pop(checker.leased_by or "") == own
    assert [*niceness.values()] == [min(19, own + 2)]


def test_worker_when_whoever_started_it_is_killed_then_finishes_and_ends(
    live: Store, lectured: tuple[Course, User], url: str
) -> None:
    service = subprocess.Popen(FAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with service:
        assert service.stdin is not None
        assert service.stdout is not None
        service.stdin.write(Orders("orphan", url).to_line())
        service.stdin.flush()
        assert b"ready" in service.stdout.readline()
        receipt = hand_in(live, work(*lectured, "sleep 0.4"))
        wait_for(lambda: waiting(live).leased)
        service.stdin.close()
        assert service.wait(20) == 0
    found = attempt_of(live, receipt.public_id)
    assert found is not None
    assert found.state == "done"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_lease_when_the_database_is_locked_for_longer_than_it_lasts_then_is_kept(
    live: Store, lectured: tuple[Course, User], start: Start
) -> None:
    start(2, lease_s=1.0)
    receipts = [hand_in(live, work(*lectured, f"sleep 3\n{number}")) for number in range(2)]
    wait_for(lambda: waiting(live).leased.get("submission") == 2)
    other = sqlite3.connect(str(live.engine.url.database), isolation_level=None)
    for _ in range(2):  # heartbeats and the watch wait for it, and the watch may be the first to get through
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1.6)
        other.execute("ROLLBACK")
        time.sleep(0.4)
    other.close()
    wait_for(lambda: idle(live))
    found = [attempt_of(live, one.public_id) for one in receipts]
    assert [(one.state, one.tries) if one else None for one in found] == [("done", 0)] * 2


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", [FAKE, None])
def test_workers_without_a_sandbox_do_not_start(
    live: Store, lectured: tuple[Course, User], url: str, command: tuple[str, ...] | None
) -> None:
    hand_in(live, work(*lectured, "pass"))
    workers = LocalWorkers(live, Orders("", url, sandbox="none"), 1, **({"command": command} if command else {}))
    with pytest.raises(SandboxError, match="does not run without a sandbox"):
        workers.start()
    assert waiting(live).queued == {"submission": 1}
    assert {one.state for one in workers.status()} == {"stopped"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_workers_that_never_get_ready_are_told(live: Store, url: str) -> None:
    workers = LocalWorkers(live, Orders("", url), 1, command=(sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(BrokenError, match=r"were not ready within 1 s and ended \d+ times\. The log has the reason"):
        workers.start(wait_s=1.0)


# --- for real --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_submissions_and_checks_are_graded_in_the_sandbox(
    live: Store, url: str, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CourseFolder(template)
    course, kim = add_course(live, "small", str(template)), add_user(live, "kim@example.org", "Kim")
    right_text, wrong_text = folder.solution(UNIT).encode(), wrong(folder).encode()
    workers = LocalWorkers(live, Orders("", url, roots=(str(template),)), 1)
    workers.start()
    try:
        receipts = {}
        for name, content, kind in (
            ("right", right_text, "submission"),
            ("wrong", wrong_text, "submission"),
            ("check", wrong_text, "check"),
            ("checked", right_text, "check"),
            ("unreadable", b"\xff\xfe\x00", "submission"),
        ):
            receipts[name] = hand_in(live, Work(course.id, kim.id, UNIT, f"{UNIT}.py", content, kind))  # type: ignore[arg-type]
            workers.submit(receipts[name].public_id)
        wait_for(lambda: idle(live))
    finally:
        workers.stop()
    verdicts = {}
    for name, receipt in receipts.items():
        found, shown = attempt_of(live, receipt.public_id), student_report(live, receipt.public_id)
        assert found is not None
        assert shown is not None
        verdicts[name] = found.verdict
        assert not shown.flags
        assert shown.view == "student"
    assert verdicts == {"right": "pass", "wrong": "fail", "check": "fail", "checked": "pass", "unreadable": "rejected"}
    graded = staff_report(live, receipts["right"].public_id)
    assert graded is not None
    assert graded.student == "Kim"
    assert graded.run["nonce"]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_course_that_is_not_there_is_our_fault_and_ends_no_worker(live: Store, url: str, tmp_path: Path) -> None:
    gone, kim = add_course(live, "gone", str(tmp_path / "gone")), add_user(live, "kim@example.org", "Kim")
    workers = LocalWorkers(live, Orders("", url, roots=(gone.root,)), 1)
    workers.start()
    try:
        receipt = hand_in(live, work(gone, kim))
        wait_for(lambda: idle(live))
        assert workers.status()[0].ended == 0
    finally:
        workers.stop()
    found = attempt_of(live, receipt.public_id)
    assert found is not None
    assert (found.state, found.verdict, found.score, found.tries) == ("done", "broken", None, 0)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("leapt", "kept"), [(True, True), (False, False)])
def test_leases_when_the_clock_leaps_forward_then_are_renewed(
    store: Store, course: Course, kim: User, clock: Clock, leapt: bool, kept: bool
) -> None:
    hand_in(store, work(course, kim))
    job = lease(store, "w1")
    assert job is not None
    workers, ahead = LocalWorkers(store, Orders("", "")), store.clock() - time.monotonic()
    clock.now += 3600
    workers._expire(ahead if leapt else store.clock() - time.monotonic())  # the second: that much time went by
    assert heartbeat(store, job.id, job.token) == kept
