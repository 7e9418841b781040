"""The service under faults: its processes are killed at random points while a class hands in and looks.

python benchmarks/service_faults.py [--kills 50] [--queue 500] [--students 6] [--seed N] [--speed]

A real ``deepgrade serve`` is killed (SIGKILL) at random moments: the service itself ``--kills`` times, its workers
equally often, and their subprocesses (sandboxes, readers) half as often. Meanwhile, students keep handing in the sample
class's u01_perceptron, look at their submissions, and follow the live events. Then ``--queue`` submissions are handed
in at once, and the service is killed and restarted. In the end, the database and what everybody saw must agree with
every receipt. ``--speed`` measures instead: receipts and leases per second, checks while idle, and a class by two
workers compared with ``grade_class`` with two jobs.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]


from sqlalchemy import select  # noqa: E402

from graders import Course, Grader, Report, find_submissions  # noqa: E402
from graders.server.store.courses import Course as CourseRow  # noqa: E402
from graders.server.store.courses import add_course  # noqa: E402
from graders.server.store.engine import Store, open_store  # noqa: E402
from graders.server.store.leases import finish, lease  # noqa: E402
from graders.server.store.migrate import migrate  # noqa: E402
from graders.server.store.models import Submission  # noqa: E402
from graders.server.store.people import User, add_user  # noqa: E402
from graders.server.store.queue import Work, hand_in  # noqa: E402
from graders.server.store.work import attempt_of, attempts, waiting  # noqa: E402
from graders.server.workers.local import LocalWorkers  # noqa: E402
from graders.server.workers.worker import Orders  # noqa: E402
from tests.server.real_service import RealService  # noqa: E402
from tests.server.watched_class import Proof, WatchedClass, prove  # noqa: E402

UNIT, QUICK = "u06_backprop", "u01_perceptron"


# --- kills -----------------------------------------------------------------------------------------------------------


@dataclass
class Killed:
    """How often each was killed, and how long the service was away: from the kill to the first answer, and to ready."""

    count: Counter[str] = field(default_factory=Counter)
    silent_s: list[float] = field(default_factory=list)
    away_s: list[float] = field(default_factory=list)
    held_at_kill: int = 0


def answers(unit: str) -> dict[str, bytes]:
    """What the sample class handed in for a unit, plus an unreadable file."""
    found = {one.parent.name: one.read_bytes() for one in sorted((ROOT / "tests" / "class").glob(f"*/{unit}.py"))}
    return found | {"unreadable": b"\xff\xfe\x00"}


def plan(kills: int, chance: random.Random) -> list[str]:
    deck = ["service"] * kills + ["worker"] * kills + ["below"] * (kills // 2)
    chance.shuffle(deck)
    return deck


def under_kills(folder: Path, kills: int, students: int, chance: random.Random, step: Callable[[str], None]) -> bool:
    service = RealService(folder, ROOT)
    store = service.open_store()
    course, people = service.people(store, students)
    watched = WatchedClass(service, course.slug, QUICK, people, answers(QUICK), pause_s=2.0, seed=chance.randrange(99))
    began, killed = time.monotonic(), Killed()
    try:
        service.start()
        service.wait_ready()
        watched.start()
        for number, what in enumerate(plan(kills, chance), 1):
            kill(service, store, what, chance, killed)
            step(f"{number}: {what}, {watched.receipts} receipts, {len(watched.faults)} faults")
        service.wait_ready()
        watched.hand_in_no_more()
        wait_until_idle(store, 900)
        time.sleep(3)  # the students' last looks
        watched.stop()
        service.stop()
        left = service.leftovers()
    finally:
        watched.stop()
        service.end()
    return told(watched, prove(store, watched.seen), killed, left, time.monotonic() - began)


def kill(service: RealService, store: Store, what: str, chance: random.Random, killed: Killed) -> None:
    """Kill one of these at a random moment; a service that is not ready yet is killed in the middle of its start."""
    time.sleep(chance.random() * 3.0)
    if what == "service":
        now = waiting(store)
        killed.held_at_kill += bool(now.leased)
        killed.count[what] += service.strike(what, chance)
        began = time.monotonic()
        time.sleep(chance.random() * 0.5)
        service.start()
        if chance.random() < 0.8:
            service.wait_answer()
            killed.silent_s.append(time.monotonic() - began)
        if chance.random() < 0.5:
            service.wait_ready()
            killed.away_s.append(time.monotonic() - began)
        return
    killed.count[what] += service.strike(what, chance)


def told(watched: WatchedClass, proof: Proof, killed: Killed, left: list[str], took_s: float) -> bool:
    seen = watched.seen
    unanswered = sum(sum(one.unanswered.values()) for one in seen)
    refused = sum((one.refused for one in seen), Counter())
    rows = {
        "killed": ", ".join(f"{name} {count}" for name, count in sorted(killed.count.items())),
        "of the service's, with gradings in hand": killed.held_at_kill,
        "receipts": watched.receipts,
        "requests without an answer": unanswered,
        "refused, with a sentence": dict(refused),
        "looks": sum(one.looks for one in seen),
        "states in the end": dict(proof.states),
        "leases taken back": proof.tries,
        "a second attempt after a cut connection": proof.twice,
        "from a kill to the first answer": f"{spread(killed.silent_s)} s",
        "from a kill to the first grader": f"{spread(killed.away_s)} s",
        "longest wait for a receipt": f"{max(one.longest_s for one in seen):.1f} s",
        "told live": sum(len(one.told) for one in seen),
        "left behind": left,
        "faults": [*watched.faults, *proof.faults],
        "took": f"{took_s:.0f} s",
    }
    for name, value in rows.items():
        print(f"| {name} | {value} |")
    return not (watched.faults or proof.faults or left)


# --- a restart with a long queue -------------------------------------------------------------------------------------


def restarted(folder: Path, count: int, chance: random.Random) -> bool:
    """Every waiting submission survives a kill, ends once, and in the order of its turns."""
    service = RealService(folder, ROOT)
    store = service.open_store()
    course, people = service.people(store, 25)
    texts = sorted(answers(QUICK).items())
    for number in range(count):
        content = chance.choice(texts)[1] + f"\n# {number}\n".encode()
        hand_in(store, Work(course.id, people[number % 25].id, QUICK, f"{QUICK}.py", content))
    try:
        service.start()
        service.wait_ready()
        time.sleep(3)
        service.kill()
        before = sum(waiting(store).queued.values())
        began = time.monotonic()
        service.start()
        service.wait_ready()
        ready_s = time.monotonic() - began
        wait_until_idle(store, 1800)
        took_s = time.monotonic() - began
    finally:
        service.end()
    found = attempts(store, course.id)
    wrong = [one for one in found if one.state != "done" or one.verdict is None]
    proof = prove(store, ())
    print(f"| restart with a queue of {before} | ready after {ready_s:.1f} s |")
    print(f"| all {len(found)} ended | {took_s:.0f} s later, {proof.tries} leases taken back |")
    print(f"| out of turn | {out_of_turn(store)} |")
    print(f"| faults | {[*proof.faults, *wrong]} |")
    return len(found) == count and not proof.faults and not wrong


def out_of_turn(store: Store) -> int:
    """How many started before one of an earlier turn whose lease was never taken back from a worker."""
    columns = (Submission.priority, Submission.turn, Submission.id)
    with store.reading() as connection:
        wanted = select(*columns).where(Submission.tries == 0, Submission.started_at.is_not(None))
        order = [tuple(row) for row in connection.execute(wanted.order_by(Submission.started_at))]
    return sum(one > two for one, two in itertools.pairwise(order))


# --- speed -----------------------------------------------------------------------------------------------------------


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
    ordered = sorted(took) or [0.0]
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
    """How long each check took, from handing in to the result; the class includes code that never ends."""
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
        list(grader.grade_class(work[:2], jobs=2))  # references and imports are warm now
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


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--queue", type=int, default=500)
    parser.add_argument("--students", type=int, default=6)
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--speed", action="store_true")
    given = parser.parse_args()
    if given.speed:
        speed()
        return 0
    chance, good = random.Random(given.seed), True
    with tempfile.TemporaryDirectory() as folder:
        if given.kills:
            show = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: E731
            good &= under_kills(Path(folder, "kills"), given.kills, given.students, chance, show)
        if given.queue:
            good &= restarted(Path(folder, "queue"), given.queue, chance)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
