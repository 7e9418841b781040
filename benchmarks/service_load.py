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
import ast
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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from browsing import FRAGMENT, Answer, Browser
from sqlalchemy import func, select, update

from graders import Course
from graders.server.operation.running import course_added, opened
from graders.server.settings import Settings
from graders.server.store.courses import set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.models import Result, Submission, User
from graders.server.store.people import add_user
from graders.server.store.work import staff_report
from graders.server.web.lesson import lesson_of

ROOT = Path(__file__).parents[1]
UNIT = "u06_backprop"
PASSWORD = "a class of its own"
LOOK_S = 4.0  # as the page does where events do not come through
CLASS, ANSWERS = ROOT / "tests" / "class", ROOT / "reference" / UNIT / "answers"
RIGHT = (
    *(ROOT / "reference" / UNIT / "solution.py", CLASS / "kim-minji" / f"{UNIT}.py"),
    *(CLASS / "hana-sato" / f"{UNIT}.py", ANSWERS / "book_one.py", CLASS / "lee-junho" / f"{UNIT}.ko.ipynb"),
)
WRONG = (
    *(CLASS / one / f"{UNIT}.py" for one in ("ben-carter", "choi-dohyun", "jung-haeun", "kang-taeyang")),
    *(CLASS / "park-seoyeon" / f"{UNIT}.py", CLASS / "han-jiwoo" / f"{UNIT}.ko.ipynb"),
    *(ANSWERS / f"{one}.py" for one in ("mistaken", "slips", "other_net", "crashes", "book_two", "loops")),
)
BEGUN = (ROOT / "assignments" / UNIT / f"{UNIT}.py", CLASS / "julia-santos" / f"{UNIT}.py")
UNREADABLE = (CLASS / "frank-weber" / f"{UNIT}.en.ipynb", CLASS / "ivan-petrov" / f"{UNIT}.py")
ENDLESS = (CLASS / "chloe-martin" / f"{UNIT}.py",)
MIX = ((45, RIGHT), (42, WRONG), (8, BEGUN), (2, UNREADABLE), (3, ENDLESS))


@dataclass(frozen=True)
class Plan:
    """What one student does: when it begins, when it is handed in, with which file."""

    number: int
    begins: float
    hands_in: float
    file: Path
    uploads: bool


@dataclass
class Seen:
    """What the students measured: seconds by kind, receipts, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, kind: str, began: float) -> None:
        self.seconds.setdefault(kind, []).append(time.perf_counter() - began)


def plans(count: int, whole_s: float, chance: random.Random) -> list[Plan]:
    found = []
    shares, groups = [share for share, _ in MIX], [files for _, files in MIX]
    for number in range(count):
        # density 1 + 2x on [0, 1]: three times as much at its end as at its beginning
        place = (-1 + (1 + 8 * chance.random()) ** 0.5) / 2
        hands_in = whole_s * (0.1 + 0.9 * place)
        file = chance.choice(chance.choices(groups, shares)[0])
        uploads = file in UNREADABLE or file.suffix != ".py" or chance.random() < 0.1
        found.append(Plan(number, hands_in - whole_s * chance.uniform(0.04, 0.1), hands_in, file, uploads))
    return found


def cells_of(text: str, stubs: Mapping[str, str]) -> dict[str, str]:
    """The file as it stands in the page's cells; what a cell needs besides goes before it."""
    found, before = dict(stubs), ""
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        source = "".join(lines[node.lineno - 1 : node.end_lineno])
        if getattr(node, "name", "") in stubs:
            found[getattr(node, "name", "")] = f"{before}{source}"
            before = ""
        else:
            before += source
    return found


# --- one student -----------------------------------------------------------------------------------------------------


class Student:
    """One visit."""

    def __init__(self, plan: Plan, slug: str, browser: Browser, seen: Seen, stubs: Mapping[str, str]) -> None:
        self.plan, self.browser, self.seen = plan, browser, seen
        self.here, self.live = f"/courses/{slug}/units/{UNIT}", f"/courses/{slug}/live"
        self.map = f"/courses/{slug}"
        self.chance = random.Random(plan.number)
        text = plan.file.read_text(encoding="utf-8")
        module = text if plan.file.suffix == ".py" else RIGHT[0].read_text(encoding="utf-8")
        try:
            self.cells = cells_of(module, stubs)
        except SyntaxError:
            self.cells = dict(stubs)
        written = [name for name, one in self.cells.items() if one != stubs[name] and name != "TwoLayerNet"]
        self.checked = self.chance.choices(written or list(stubs)[:-1], k=3)

    async def visit(self, began: float) -> None:
        plan, wait = self.plan, self.plan.hands_in - self.plan.begins
        try:
            await _until(began + plan.begins)
            await self._arrive()
            await self._page(self.map)
            events, following = asyncio.Event(), asyncio.create_task(asyncio.sleep(0))
            following = await self._unit_page(events)
            for turn, symbol in enumerate(self.checked):
                await _until(began + plan.begins + wait * (turn + self.chance.uniform(0.5, 0.9)) / 4)
                await self._check(symbol, turn, events)
            await _until(began + plan.hands_in)
            following.cancel()
            await self._hand_in()
        except (OSError, EOFError, TimeoutError, ValueError, AssertionError) as error:
            self.seen.faults.append(f"student {plan.number}: {type(error).__name__}: {error}")
        finally:
            self.browser.close()

    async def _arrive(self) -> None:
        await self._page("/login")
        at = time.perf_counter()
        form = {"email": _email(self.plan.number), "password": PASSWORD, "next": self.map}
        answer = await self.browser.post("/login", form)
        self.seen.note("login", at)
        assert answer.status == 303, f"login: {answer.status}"

    async def _page(self, path: str, kind: str = "page") -> Answer:
        at = time.perf_counter()
        answer = await self.browser.get(path)
        self.seen.note(kind, at)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer

    async def _unit_page(self, events: asyncio.Event) -> asyncio.Task[None]:
        """The page and what belongs to it; figures are fetched as one scrolls, here the first four."""
        answer = await self._page(self.here)
        figures = re.findall(r'src="(figures/[^"]+)"', answer.text)[:4]
        for path in ("/static/app.css", "/static/app.js", "/report.css", *(f"{self.map}/units/{f}" for f in figures)):
            await self._page(path, "file")
        return await self._follow(events)

    async def _follow(self, events: asyncio.Event) -> asyncio.Task[None]:
        begun = asyncio.Event()

        async def follow() -> None:
            async for _ in self.browser.events(self.live):
                begun.set()
                events.set()

        task = asyncio.create_task(follow())
        await asyncio.wait_for(begun.wait(), 30)
        return task

    async def _check(self, symbol: str, turn: int, events: asyncio.Event) -> None:
        self.cells[symbol] += f"\n# try {turn}\n"
        form = {f"cell:{name}": text for name, text in self.cells.items()}
        at = time.perf_counter()
        await self.browser.post(f"{self.here}/work", {**form, "action": "draft"}, **FRAGMENT)
        self.seen.note("draft", at)
        at = time.perf_counter()
        answer = await self.browser.post(f"{self.here}/work", {**form, "action": f"check:{symbol}"}, **FRAGMENT)
        self.seen.note("receipt", at)
        assert answer.status == 200, f"check: {answer.status} {answer.text[:200]}"
        match = re.search(r'"id":\s*"([^"]+)"', answer.text)
        assert match is not None
        self.seen.receipts.append(match[1])
        await self._result(match[1], events)
        self.seen.note("endless check" if self.plan.file in ENDLESS else "check", at)

    async def _hand_in(self) -> None:
        at = time.perf_counter()
        if self.plan.uploads:
            content = self.plan.file.read_bytes() or b"#"
            content += b"\n" if self.plan.file.suffix == ".ipynb" else f"\n# {self.plan.number}\n".encode()
            answer = await self.browser.upload(f"{self.here}/hand-in", self.plan.file.name, content)
        else:
            form = {f"cell:{name}": text for name, text in self.cells.items()}
            answer = await self.browser.post(f"{self.here}/work", {**form, "action": "submit"})
        self.seen.note("receipt", at)
        assert answer.status == 303, f"submit: {answer.status} {answer.text[:200]}"
        page = answer.headers["location"]
        self.seen.receipts.append(page.rpartition("/")[2])
        await self._page(page)
        events = asyncio.Event()
        following = await self._follow(events)
        await self._result(page.rpartition("/")[2], events)
        self.seen.note("submission", at)
        following.cancel()
        await self._page(page)  # as the page does when the result is there

    async def _result(self, public_id: str, events: asyncio.Event) -> None:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            events.clear()
            at = time.perf_counter()
            answer = await self.browser.get(f"/work/{public_id}", **FRAGMENT)
            self.seen.note("findings", at)
            assert answer.status == 200, f"findings: {answer.status}"
            if not re.search(r'data-state="(queued|leased)"', answer.text):
                return
            try:
                await asyncio.wait_for(events.wait(), LOOK_S)
            except TimeoutError:
                continue
        raise TimeoutError(f"{public_id} has no result after 300 s")


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


def _email(number: int) -> str:
    return f"student{number}@example.org"


# --- the service -----------------------------------------------------------------------------------------------------


def prepare(data: Path, students: int) -> str:
    """A course with its students; their password is hashed once."""
    with opened(Settings(data, f"sqlite:///{data}/deepgrade.db")) as store:
        course = course_added(store, ROOT)
        first = add_user(store, _email(0), "Student 0", PASSWORD)
        set_role(store, course.id, first.id, "student")
        with store.reading() as connection:
            kept = connection.execute(select(User.password_hash).where(User.id == first.id)).scalar_one()
        for number in range(1, students):
            user = add_user(store, _email(number), f"Student {number}")
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
