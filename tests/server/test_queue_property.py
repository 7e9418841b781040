"""Whatever happens in whatever order: what was acknowledged ends once, and nothing stale is ever written."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import func, select

from graders.messages.errors import BusyError
from graders.server.store.courses import Course, add_course
from graders.server.store.engine import open_store
from graders.server.store.leases import LEASE_S, TRIES, Leased, expire, finish, give_up, heartbeat, lease, release
from graders.server.store.migrate import migrate
from graders.server.store.models import Result, Submission
from graders.server.store.people import User, add_user
from graders.server.store.queue import Receipt, cancel, hand_in, regrade
from graders.server.store.work import attempt_of, attempts
from tests.server.conftest import Clock
from tests.server.handing_in import report, work

pytestmark = pytest.mark.slow

WORKERS = ["w1", "w2", "w3"]


class Queue(RuleBasedStateMachine):
    """The queue beside a model of it: who holds what, how often each was lost, and what each ended as."""

    receipts: Bundle[Receipt] = Bundle("receipts")
    held: Bundle[Leased] = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.folder, self.clock = tempfile.mkdtemp(prefix="deepgrade-test-"), Clock()
        self.store = open_store(f"sqlite:///{self.folder}/a.db", clock=self.clock)
        migrate(self.store)
        self.course = add_course(self.store, "dl", "/nowhere")
        self.users = [add_user(self.store, f"s{n}@example.org", f"S{n}") for n in range(3)]
        self.points = 0.0
        self.state: dict[str, str] = {}
        self.tries: dict[str, int] = {}
        self.live: dict[str, tuple[int, str, float]] = {}  # public id → token, worker, until
        self.written: dict[str, float] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=receipts, who=st.integers(0, 2), kind=st.sampled_from(["submission", "submission", "check"]))
    def hands_in(self, who: int, kind: Any) -> Receipt:
        checks = attempts(self.store, self.course.id, user_id=self.users[who].id, kind="check")
        if kind == "check" and sum(one.state == "queued" for one in checks) >= 4:
            kind = "submission"
        receipt = hand_in(self.store, work(self.course, self.users[who], kind=kind))
        assert receipt.public_id not in self.state
        self.state[receipt.public_id], self.tries[receipt.public_id] = "queued", 0
        return receipt

    @rule(target=receipts, receipt=receipts)
    def grades_again(self, receipt: Receipt) -> Receipt:
        found = attempt_of(self.store, receipt.public_id)
        assert found is not None
        if found.kind == "check":
            return receipt
        again = regrade(self.store, receipt.public_id)
        self.state.setdefault(again.public_id, "queued")
        self.tries.setdefault(again.public_id, 0)
        return again

    @rule(target=held, worker=st.sampled_from(WORKERS))
    def leases(self, worker: str) -> Any:
        job = lease(self.store, worker)
        queued = [id for id, state in self.state.items() if state == "queued"]
        assert (job is None) == (not queued)
        if job is None:
            return Leased(-1, 0, "", "check", 0, "", 0, "", "", None, "", b"", "", 0)
        assert self.state[job.public_id] == "queued"
        self.state[job.public_id] = "leased"
        self.live[job.public_id] = job.token, worker, self.clock.now + LEASE_S
        return job

    def mine(self, job: Leased) -> bool:
        return self.live.get(job.public_id, (0,))[0] == job.token and job.id > 0

    @rule(job=held)
    def beats(self, job: Leased) -> None:
        assert heartbeat(self.store, job.id, job.token) == self.mine(job)
        if self.mine(job):
            token, worker, _ = self.live[job.public_id]
            self.live[job.public_id] = token, worker, self.clock.now + LEASE_S

    @rule(job=held)
    def finishes(self, job: Leased) -> None:
        """Also long after it was lost, and a second time: then nothing is written."""
        self.points += 1
        assert finish(self.store, job.id, job.token, report(points=self.points)) == self.mine(job)
        if self.mine(job):
            self.ended(job.public_id, "done")
            self.written[job.public_id] = self.points

    @rule(job=consumes(held))
    def gives_up(self, job: Leased) -> None:
        assert give_up(self.store, job.id, job.token) == self.mine(job)
        if self.mine(job):
            self.ended(job.public_id, "queued")

    @rule(worker=st.sampled_from(WORKERS))
    def is_killed(self, worker: str) -> None:
        lost = [id for id, (_, by, _) in self.live.items() if by == worker]
        assert sorted(release(self.store, worker)) == sorted(self.lose(lost))

    @rule(seconds=st.sampled_from([1.0, LEASE_S - 1, LEASE_S + 1]))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds
        lost = [id for id, (_, _, until) in self.live.items() if until <= self.clock.now]
        assert sorted(expire(self.store)) == sorted(self.lose(lost))

    @rule(receipt=receipts)
    def is_cancelled(self, receipt: Receipt) -> None:
        open_one = self.state[receipt.public_id] in ("queued", "leased")
        assert cancel(self.store, receipt.public_id) == open_one
        if open_one:
            self.ended(receipt.public_id, "cancelled")

    def ended(self, id: str, state: str) -> None:
        self.live.pop(id, None)
        self.state[id] = state

    def lose(self, ids: list[str]) -> list[str]:
        for id in ids:
            self.tries[id] += 1
            self.ended(id, "quarantined" if self.tries[id] == TRIES else "queued")
        return [id for id in ids if self.state[id] == "quarantined"]

    @invariant()
    def database_and_model_agree(self) -> None:
        with self.store.reading() as connection:
            columns = (Submission.public_id, Submission.state, Submission.tries, Submission.lease_token)
            rows = connection.execute(select(*columns)).all()
            joined = select(Submission.public_id, Result.score).join(Result, Result.submission_id == Submission.id)
            assert {row.public_id: row.score for row in connection.execute(joined)} == self.written
        assert {row.public_id: row.state for row in rows} == self.state
        assert {row.public_id: row.tries for row in rows} == self.tries
        assert all(row.lease_token == self.live[row.public_id][0] for row in rows if row.state == "leased")

    @invariant()
    def attempts_are_numbered_without_a_gap(self) -> None:
        for user in self.users:
            numbers = [one.attempt or 0 for one in attempts(self.store, self.course.id, user_id=user.id)]
            assert numbers == list(range(len(numbers), 0, -1))


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=10, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)


# --- real processes --------------------------------------------------------------------------------------------------


def hands_in_many(url: str, course: Course, user: User, count: int) -> None:
    store = open_store(url, wait_s=30)
    for number in range(count):
        hand_in(store, work(course, user, f"{user.id} {number} of one process"))
    store.close()


def grades_all(url: str, worker: str, rounds: int) -> None:
    store = open_store(url, wait_s=30)
    for _ in range(rounds):
        job = lease(store, worker)
        if job is not None:
            assert finish(store, job.id, job.token, report())
    store.close()


def test_processes_on_one_database_lose_nothing(url: str) -> None:
    store = open_store(url)
    migrate(store)
    course = add_course(store, "dl", "/nowhere")
    users = [add_user(store, f"s{n}@example.org", "S") for n in range(2)]
    spawn = multiprocessing.get_context("spawn")
    tasks = [spawn.Process(target=hands_in_many, args=(url, course, user, 20)) for user in users]
    tasks += [spawn.Process(target=grades_all, args=(url, f"w{n}", 60)) for n in range(2)]
    for one in tasks:
        one.start()
    for one in tasks:
        one.join(60)
    assert [one.exitcode for one in tasks] == [0] * 4
    grades_all(url, "last", 41)
    for user in users:
        found = attempts(store, course.id, user_id=user.id)
        assert [one.attempt for one in found] == list(range(20, 0, -1))
        assert {one.state for one in found} == {"done"}
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Result)).scalar() == 40
    store.close()


def test_hand_in_when_another_program_keeps_the_database_then_is_told_and_can_be_repeated(url: str) -> None:
    store, other = open_store(url, wait_s=0.3), open_store(url)
    migrate(store)
    course, user = add_course(store, "dl", "/nowhere"), add_user(store, "kim@example.org", "Kim")
    with other.writing(), pytest.raises(BusyError, match=r"Nothing was changed\. Try again in a moment\."):
        hand_in(store, work(course, user, "x = 1"))
    assert attempts(store, course.id) == []
    assert hand_in(store, work(course, user, "x = 1")).attempt == 1
    store.close()
    other.close()
