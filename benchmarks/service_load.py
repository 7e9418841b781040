"""A class around a deadline: a real service under the load of many students at once.

    python benchmarks/service_load.py [--students 300] [--minutes 10] [--seed 12] [--workers N]

``deepgrade serve`` runs with this repository's course and SQLite on this machine, and so do the students: each logs in
over HTTP, opens the map and the page of u06_backprop with what belongs to it, and follows the page's live events. Three
times a draft is kept and an exercise is checked, then the unit is handed in (one in ten uploads a file) and the page of
the result is opened. They look for results as the page does: at events, and every 4 s.

Arrivals: each student's submission falls into the last nine tenths of the time, and their density grows in a straight
line, so that in the last minute three times as many hand in as in the first. A visit takes 4 to 10 % of the whole time.
Answers: 45 % right (references and right answers of this repository), 42 % wrong or crashing (the sample class and
known mistakes), 8 % hardly begun, 2 % unreadable uploads, 3 % with a loop that never ends.

It prints a table and ends with 1 where a receipt has not exactly one result, or a page failed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from browsing import Browser
from sqlalchemy import func, select, update
from students import PASSWORD, ROOT, UNIT, Plan, Seen, Student, email_of, plans

from graders import Course
from graders.server.operation.running import course_added, opened
from graders.server.settings import Settings
from graders.server.store.courses import set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.models import Result, Submission, User
from graders.server.store.people import add_user
from graders.server.store.work import staff_report
from graders.server.web.lesson import lesson_of


def prepare(data: Path, students: int) -> str:
    """A course with its students; their password is hashed once."""
    with opened(Settings(data, f"sqlite:///{data}/deepgrade.db")) as store:
        course = course_added(store, ROOT)
        first = add_user(store, email_of(0), "Student 0", PASSWORD)
        set_role(store, course.id, first.id, "student")
        with store.reading() as connection:
            kept = connection.execute(select(User.password_hash).where(User.id == first.id)).scalar_one()
        for number in range(1, students):
            user = add_user(store, email_of(number), f"Student {number}")
            set_role(store, course.id, user.id, "student")
        with store.writing() as connection:
            connection.execute(update(User).values(password_hash=kept))
        return course.slug


def started(data: Path, workers: int | None) -> tuple[subprocess.Popen[str], str, int]:
    command = [
        str(Path(sys.executable).with_name("deepgrade")),
        "serve",
        "--data",
        str(data),
        "--port",
        "0",
        "--lang",
        "en",
    ]
    command += ["--workers", str(workers)] if workers is not None else []
    log = open(data / "log", "w", encoding="utf-8")  # noqa: SIM115 - the service's, until it ends
    service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
    assert service.stdout is not None
    for line in service.stdout:
        found = re.search(r"answers at http://([\d.]+):(\d+)", line)
        if found:
            return service, found[1], int(found[2])
    raise SystemExit(f"the service did not start: {(data / 'log').read_text()[-2000:]}")


@dataclass(frozen=True)
class Sample:
    """Megabytes (each shared page counted in parts) and seconds of processor so far, of the service and its graders."""

    service_mb: float
    graders_mb: float
    service_s: float
    graders_s: float


def sample(pid: int) -> Sample:
    children = [
        int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()
    ]
    return Sample(_mb(pid), sum(map(_mb, children)), _cpu_s(pid, 2), sum(_cpu_s(one, 4) for one in children))


def _mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024  # type: ignore[index]


def _cpu_s(pid: int, fields: int) -> float:
    """Of it alone (2 fields), or with those of its children that have ended (4)."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, parts[11 : 11 + fields])) / os.sysconf("SC_CLK_TCK")


# --- the run ---------------------------------------------------------------------------------------------------------


async def load(
    todo: Sequence[Plan], slug: str, host: str, port: int, seen: Seen, samples: list[Sample], pid: int
) -> None:
    lesson = lesson_of(Course(ROOT), UNIT, "en")
    assert lesson is not None
    students = [Student(plan, slug, Browser(host, port), seen, lesson.stubs) for plan in todo]
    samples.append(sample(pid))
    began, over = time.monotonic() + 1, asyncio.Event()

    async def watch() -> None:
        while not over.is_set():
            samples.append(sample(pid))
            try:
                await asyncio.wait_for(over.wait(), 5)
            except TimeoutError:
                continue

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(one.visit(began) for one in students))
    over.set()
    await watching
    samples.append(sample(pid))


def settled(store: Store, receipts: Sequence[str]) -> list[str]:
    """What is wrong with what became of the receipts, once nothing waits any more."""
    state = select(func.count()).where(Submission.state.in_(("queued", "leased")))
    for _ in range(1200):
        with store.reading() as connection:
            if not connection.execute(state).scalar_one():
                break
        time.sleep(0.1)
    rows = select(Submission.public_id, Submission.state, Result.verdict).outerjoin(
        Result, Result.submission_id == Submission.id
    )
    with store.reading() as connection:
        found = {public_id: (state, verdict) for public_id, state, verdict in connection.execute(rows)}
        results = connection.execute(select(func.count()).select_from(Result)).scalar_one()
    print(f"receipts {len(receipts)}, submissions and checks {len(found)}, results {results}")
    print(f"verdicts {dict(Counter(verdict for _, verdict in found.values()).most_common())}")
    wrong = [f"receipt without a row: {one}" for one in receipts if one not in found]
    wrong += [f"{one}: {what}" for one, what in found.items() if what[0] != "done" or what[1] in (None, "broken")]
    for one, what in found.items():
        report = staff_report(store, one) if what[1] == "broken" else None
        wrong += [f"{one}: {report.message}"] if report is not None else []
    wrong += ["a receipt was given twice"] if len(set(receipts)) != len(receipts) else []
    return wrong + (["results without a receipt"] if results != len(set(receipts)) else [])


def table(seen: Seen, samples: Sequence[Sample], took_s: float) -> None:
    print(f"{'':14}{'count':>7}{'median':>9}{'95 %':>9}{'max':>9}   seconds")
    for kind in ("page", "login", "file", "draft", "receipt", "findings", "check", "endless check", "submission"):
        took = sorted(seen.seconds.get(kind, []))
        if took:
            parts = (took[len(took) // 2], took[min(len(took) - 1, int(0.95 * len(took)))], took[-1])
            print(f"{kind:14}{len(took):7}" + "".join(f"{one:9.3f}" for one in parts))
    first, middle, last = samples[1], samples[len(samples) // 2], samples[-2]
    for name, one in (("service", "service_mb"), ("graders", "graders_mb")):
        print(
            f"{name}: {' → '.join(f'{getattr(at, one):.0f}' for at in (first, middle, last))} MB (start, middle, end)"
        )
    own = resource.getrusage(resource.RUSAGE_SELF)
    used = last.service_s - samples[0].service_s, last.graders_s - samples[0].graders_s, own.ru_utime + own.ru_stime
    print(f"processor seconds in {took_s:.0f} s: service {used[0]:.0f}, graders {used[1]:.0f}, students {used[2]:.0f}")


def main(students: int, minutes: float, seed: int, workers: int | None) -> int:
    with tempfile.TemporaryDirectory(prefix="deepgrade-load-") as folder:
        data = Path(folder)
        slug = prepare(data, students)
        print(f"load average before: {os.getloadavg()}; {os.cpu_count()} processors", flush=True)
        service, host, port = started(data, workers)
        seen, samples, began = Seen(), list[Sample](), time.monotonic()
        try:
            todo = plans(students, 60 * minutes, random.Random(seed))
            asyncio.run(load(todo, slug, host, port, seen, samples, service.pid))
            took_s = time.monotonic() - began
            print(f"load average after: {os.getloadavg()}")
            store = open_store(f"sqlite:///{data}/deepgrade.db")
            wrong = settled(store, seen.receipts)
            store.close()
        finally:
            service.terminate()
            service.wait(60)
        table(seen, samples, took_s)
        for one in (*seen.faults, *wrong)[:20]:
            print(one)
        return 1 if wrong or seen.faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    sys.exit(main(given.students, given.minutes, given.seed, given.workers))
