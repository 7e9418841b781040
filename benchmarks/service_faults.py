"""The service's queue and workers under faults: kills at random points, and how fast it is without.

    python benchmarks/service_faults.py [--kills 50] [--jobs 60] [--speed]

The sample class is handed in again and again while grading processes are killed (SIGKILL) at random moments. At the end
every acknowledged submission must have ended once, and a submission that was not lost must be worth what it is worth
without any kill. ``--speed`` measures instead: receipts and leases per second, checks while idle, and a class by two
workers beside ``grade_class`` with two jobs.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import func, select

from graders import Course, Grader, Report, find_submissions
from graders.server.store.courses import Course as CourseRow
from graders.server.store.courses import add_course
from graders.server.store.engine import Store, open_store
from graders.server.store.leases import finish, lease
from graders.server.store.migrate import migrate
from graders.server.store.models import Result
from graders.server.store.people import User, add_user
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import attempt_of, attempts, staff_report, waiting
from graders.server.workers.local import LocalWorkers
from graders.server.workers.worker import Orders

ROOT = Path(__file__).parents[1]
UNIT = "u06_backprop"


def files() -> list[tuple[str, bytes]]:
    """(student, text) of everyone in the sample class who handed in the unit."""
    folder = ROOT / "tests" / "class"
    return [(one.parent.name, one.read_bytes()) for one in sorted(folder.glob(f"*/{UNIT}.py"))]


def opened(folder: str) -> tuple[Store, str, CourseRow, User]:
    url = f"sqlite:///{folder}/service.db"
    store = open_store(url)
    migrate(store)
    return store, url, add_course(store, "bench", str(ROOT)), add_user(store, "a@example.org", "A")


def wait_until_idle(store: Store, limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while (now := waiting(store)).queued or now.leased:
        if time.monotonic() > deadline:
            raise SystemExit(f"still there after {limit_s:g} s: {now}")
        time.sleep(0.05)


def kills(count: int, jobs: int) -> None:
    chance, texts = random.Random(12), files()
    with tempfile.TemporaryDirectory() as folder:
        store, url, course, user = opened(folder)
        workers = LocalWorkers(store, Orders("", url, roots=(str(ROOT),)), 2)
        workers.start()
        began, receipts, killed = time.monotonic(), {}, 0
        while killed < count:
            if len(receipts) < jobs:
                student, text = texts[len(receipts) % len(texts)]
                content = text + f"\n# {len(receipts)}\n".encode()
                receipts[hand_in(store, Work(course.id, user.id, UNIT, f"{UNIT}.py", content)).public_id] = student
            time.sleep(chance.random() * 6.0)
            alive = [one.pid for one in workers.status() if one.pid and one.state == "ready"]
            if alive:
                os.kill(chance.choice(alive), signal.SIGKILL)
                killed += 1
        wait_until_idle(store, 600)
        workers.stop()
        print(f"{killed} kills, {len(receipts)} submissions, {time.monotonic() - began:.0f} s")
        judge(store, course, receipts)
        store.close()


def judge(store: Store, course: CourseRow, receipts: dict[str, str]) -> None:
    found = {one.public_id: one for one in attempts(store, course.id)}
    states = Counter(one.state for one in found.values())
    with store.reading() as connection:
        results = connection.execute(select(func.count()).select_from(Result)).scalar_one()
    worth: dict[str, set[tuple[str | None, float | None]]] = {}
    for public_id, student in receipts.items():
        one = found[public_id]
        if one.state == "done":
            report = staff_report(store, public_id)
            assert report is not None
            assert (report.verdict, report.score) == (one.verdict, one.score)
            worth.setdefault(student, set()).add((one.verdict, one.score))
    print(f"lost: {len(receipts) - len(found)}; states: {dict(states)}; results: {results}")
    print(f"leases taken back: {sum(one.tries for one in found.values())}")
    print(f"students whose copies got different verdicts: {[one for one, all in worth.items() if len(all) > 1]}")
    assert found.keys() == receipts.keys()
    assert states["done"] + states["quarantined"] == len(receipts)
    assert results == states["done"]
    assert all(one.tries == 3 for one in found.values() if one.state == "quarantined")


def speed() -> None:
    for measure in (receipts_per_second, checks_while_idle, throughput):
        with tempfile.TemporaryDirectory() as folder:
            for line in measure(folder):
                print(line, flush=True)


def receipts_per_second(folder: str) -> Iterator[str]:
    store, _, course, user = opened(folder)
    text = files()[0][1]
    began = time.perf_counter()
    for number in range(300):
        hand_in(store, Work(course.id, user.id, UNIT, "a.py", text + f"\n# {number}".encode()))
    yield f"hand_in: {300 / (time.perf_counter() - began):.0f} per second ({len(text) >> 10} KB each)"
    report = sample_report()
    took = []
    for _ in range(300):
        start = time.perf_counter()
        job = lease(store, "w")
        took.append((time.perf_counter() - start) * 1e3)
        assert job is not None
        finish(store, job.id, job.token, report)
    yield f"lease: {spread(took)} ms"
    store.close()


def sample_report() -> Report:
    with Grader(Course(ROOT), units=[UNIT]) as grader:
        return grader.grade(next((ROOT / "tests" / "class").glob(f"*/{UNIT}.py")))


def spread(took: list[float]) -> str:
    ordered = sorted(took)
    return f"median {statistics.median(ordered):.1f}, p95 {ordered[int(0.95 * len(ordered))]:.1f}"


def checks_while_idle(folder: str) -> Iterator[str]:
    store, url, course, user = opened(folder)
    workers = LocalWorkers(store, Orders("", url, roots=(str(ROOT),)), 1)
    workers.start()
    symbols = list(Course(ROOT).spec(UNIT).exercises)
    for name, wanted in (("one exercise", symbols), ("a whole unit", [None])):
        yield f"check of {name}, one worker, idle: {spread(checked(store, workers, course, user, wanted))} ms"
    workers.stop()
    store.close()


def checked(
    store: Store, workers: LocalWorkers, course: CourseRow, user: User, wanted: Sequence[str | None]
) -> list[float]:
    """How long each check took, from handing in to the result; the class holds code that never ends, too."""
    took = []
    for number in range(40):
        content = files()[number % len(files())][1] + f"\n# {number}".encode()
        start = time.perf_counter()
        symbol = wanted[number % len(wanted)]
        receipt = hand_in(store, Work(course.id, user.id, UNIT, f"{UNIT}.py", content, "check", symbol))
        workers.submit(receipt.public_id)
        while (one := attempt_of(store, receipt.public_id)) is None or one.state != "done":
            time.sleep(0.005)
        took.append((time.perf_counter() - start) * 1e3)
        time.sleep(0.5)
    return took


def throughput(folder: str) -> Iterator[str]:
    found = find_submissions(ROOT / "tests" / "class", Course(ROOT).units)
    work = [(student, path / f"{UNIT}.py") for student, path in found if (path / f"{UNIT}.py").is_file()] * 4
    with Grader(Course(ROOT), units=[UNIT]) as grader:
        list(grader.grade_class(work[:2], jobs=2))  # references and imports are there
        start = time.perf_counter()
        list(grader.grade_class(work, jobs=2))
    yield f"grade_class, 2 jobs: {len(work) / (time.perf_counter() - start):.2f} submissions per second"
    store, url, course, user = opened(folder)
    for number, (_, path) in enumerate(work):
        content = path.read_bytes() + f"\n# {number}".encode()
        hand_in(store, Work(course.id, user.id, UNIT, f"{UNIT}.py", content))
    workers = LocalWorkers(store, Orders("", url, roots=(str(ROOT),)), 2)
    workers.start()
    start, before = time.perf_counter(), len(work) - waiting(store).queued.get("submission", 0)
    wait_until_idle(store, 600)
    rate = (len(work) - before) / (time.perf_counter() - start)
    yield f"service, 2 workers: {rate:.2f} submissions per second"
    workers.stop()
    store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--jobs", type=int, default=60)
    parser.add_argument("--speed", action="store_true")
    given = parser.parse_args()
    if given.speed:
        speed()
    else:
        kills(given.kills, given.jobs)
