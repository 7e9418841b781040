"""A class that hands in without pause and looks all the time: what it was promised, what it saw, and the proof of both.

Whatever must never be seen is written down as a sentence in ``Seen.faults``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select

from graders.server.store.engine import Store
from graders.server.store.models import Blob, Result, Submission
from tests.server.real_service import RealService, Student

ENDED = ("done", "quarantined", "cancelled")
LEGAL = {("queued", "leased"), ("leased", "queued"), ("queued", "done"), ("queued", "quarantined")}
LEGAL |= {("leased", "done"), ("leased", "quarantined")}  # a look may miss what is between
NOTHING_STORED = (429, 502, 503, 507)


@dataclass
class Seen:
    """What one student was promised and has seen."""

    student: Student
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # digest → what kind of answer it is
    sent: Counter[str] = field(default_factory=Counter)  # digest → how often it was sent
    unanswered: Counter[str] = field(default_factory=Counter)  # digest → how often there was no answer
    refused: Counter[int] = field(default_factory=Counter)  # status → how often nothing was stored
    attempts: dict[str, dict[str, Any]] = field(default_factory=dict)  # as the last look found them
    told: dict[str, str] = field(default_factory=dict)  # public id → state, by the live events
    looks: int = 0
    longest_s: float = 0.0  # that one request for handing in was without an answer or refused
    faults: list[str] = field(default_factory=list)

    def fault(self, *words: object) -> None:
        self.faults.append(" ".join(map(str, words)))


class WatchedClass:
    """Threads for each student: one hands in, one looks, and one follows the live events."""

    def __init__(
        self,
        service: RealService,
        slug: str,
        unit: str,
        students: Iterable[Student],
        answers: Mapping[str, bytes],
        *,
        pause_s: float = 1.0,
        seed: int = 1,
        looking: bool = True,
    ) -> None:
        self.service, self.slug, self.unit, self.answers, self.pause_s = service, slug, unit, dict(answers), pause_s
        self.seen = [Seen(one) for one in students]
        self._chance, self._looks = random.Random(seed), looking
        self._full, self._over = threading.Event(), threading.Event()
        self._handing: list[threading.Thread] = []
        self._looking: list[threading.Thread] = []

    # --- from the outside --------------------------------------------------------------------------------------------

    def start(self) -> None:
        for one in self.seen:
            chance = random.Random(self._chance.random())
            self._handing.append(threading.Thread(target=self._safely, args=(self._hand_in, one, chance)))
            for work in (self._look, self._follow) if self._looks else ():
                self._looking.append(threading.Thread(target=self._safely, args=(work, one)))
        for thread in (*self._handing, *self._looking):
            thread.start()

    def hand_in_no_more(self) -> None:
        """Every request that was begun has its receipt when this returns: the service must be there."""
        self._full.set()
        for thread in self._handing:
            thread.join()

    def stop(self) -> None:
        self._full.set()
        self._over.set()
        for thread in (*self._handing, *self._looking):
            thread.join()

    @property
    def receipts(self) -> int:
        return sum(len(one.receipts) for one in self.seen)

    @property
    def faults(self) -> list[str]:
        return [fault for one in self.seen for fault in one.faults]

    def _safely(self, work: Callable[..., None], one: Seen, *more: object) -> None:
        try:
            work(one, *more)
        except Exception as error:  # a thread that ends would see nothing more
            one.fault("the test itself:", repr(error))

    # --- who hands in ------------------------------------------------------------------------------------------------

    def _hand_in(self, one: Seen, chance: random.Random) -> None:
        names = sorted(self.answers)
        while not self._full.is_set():
            name = chance.choice(names)
            content = self.answers[name] + f"\n# {one.student.id} {len(one.texts)}\n".encode()
            digest = hashlib.sha256(content).hexdigest()
            one.texts[digest] = name
            self._insist(one, content, digest)
            self._full.wait(chance.random() * 2 * self.pause_s)

    def _insist(self, one: Seen, content: bytes, digest: str) -> None:
        """The same bytes again and again until there is a receipt, as a user does whose connection was cut."""
        path = f"/api/v1/courses/{self.slug}/units/{self.unit}/submissions?file_name={self.unit}.py"
        began = time.monotonic()
        while not self._over.is_set():
            one.sent[digest] += 1
            try:
                answer = self._ask(one, "POST", path, content=content)
            except httpx.ConnectError:  # nobody was there to hear it
                one.sent[digest] -= 1
            except httpx.HTTPError:
                one.unanswered[digest] += 1
            else:
                if answer.status_code == 201:
                    receipt = answer.json()
                    if receipt["digest"] != digest:
                        one.fault("a receipt for other bytes:", receipt)
                    one.receipts[receipt["public_id"]] = receipt
                    one.longest_s = max(one.longest_s, time.monotonic() - began)
                    return
                one.refused[answer.status_code] += 1
                if answer.status_code not in NOTHING_STORED:
                    one.fault("handing in:", answer.status_code, answer.text[:300])
                    return
            self._over.wait(0.2)

    def _ask(self, one: Seen, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {one.student.token}", **options.pop("headers", {})}
        return httpx.request(method, f"{self.service.url}{path}", headers=headers, timeout=60, **options)

    # --- who looks ---------------------------------------------------------------------------------------------------

    def _look(self, one: Seen) -> None:
        while not self._over.is_set():
            with contextlib.suppress(httpx.HTTPError):
                self._look_once(one)
            self._over.wait(0.1)

    def _look_once(self, one: Seen) -> None:
        promised = dict(one.receipts)
        answer = self._ask(one, "GET", f"/api/v1/courses/{self.slug}/attempts")
        if answer.status_code != 200:
            if answer.status_code != 503:
                one.fault("attempts:", answer.status_code, answer.text[:300])
            return
        one.looks += 1
        found = {row["public_id"]: row for row in answer.json()}
        for id in (promised.keys() | one.attempts.keys()) - found.keys():
            one.fault("is gone:", id)
        for id in promised.keys() & found.keys():
            if any(promised[id][name] != found[id][name] for name in ("digest", "attempt")):
                one.fault("is not what the receipt says:", promised[id], found[id])
        if sorted(row["attempt"] for row in found.values()) != list(range(1, len(found) + 1)):
            one.fault("attempts:", sorted(row["attempt"] for row in found.values()))
        for id, row in found.items():
            before = one.attempts.get(id)
            self._compare(one, before, row)
            if row["state"] in ENDED and (before is None or before["state"] not in ENDED):
                self._read(one, row)
        one.attempts = found

    def _compare(self, one: Seen, before: dict[str, Any] | None, row: dict[str, Any]) -> None:
        if (row["state"] == "done") != (row["verdict"] is not None):
            one.fault("half shown:", row)
        if before is None or before["state"] == row["state"]:
            same = before is None or all(before[name] == row[name] for name in ("verdict", "score", "digest"))
        else:
            same = (before["state"], row["state"]) in LEGAL
        if not same:
            one.fault("goes backwards:", before, row)

    def _read(self, one: Seen, row: dict[str, Any]) -> None:
        """Whatever says that it is done has its report, in the API and on the page."""
        id = row["public_id"]
        api = self._ask(one, "GET", f"/api/v1/submissions/{id}")
        if api.status_code == 200:
            report = api.json()["report"]
            if (report is not None) != (row["state"] == "done") or (report and report["verdict"] != row["verdict"]):
                one.fault("half shown by the API:", row, str(report)[:200])
        elif api.status_code != 503:
            one.fault("a submission:", id, api.status_code, api.text[:300])
        cookie = {"Cookie": f"deepgrade={one.student.cookie}"}
        page = self._ask(one, "GET", f"/submissions/{id}", headers=cookie)
        wanted = f'data-state="{row["state"]}" data-verdict="{row["verdict"] or ""}"'
        if page.status_code == 200 and (wanted not in page.text or 'class="waiting"' in page.text):
            one.fault("half shown on the page:", row)
        elif page.status_code not in (200, 503):
            one.fault("the page:", id, page.status_code, page.text[:300])

    # --- who follows the live events ---------------------------------------------------------------------------------

    def _follow(self, one: Seen) -> None:
        last = ""
        while not self._over.is_set():
            headers = {"Cookie": f"deepgrade={one.student.cookie}"} | ({"Last-Event-ID": last} if last else {})
            address = f"{self.service.url}/courses/{self.slug}/live"
            with contextlib.suppress(httpx.HTTPError), httpx.stream("GET", address, headers=headers, timeout=2) as feed:
                if feed.status_code not in (200, 503):
                    one.fault("live events:", feed.status_code)
                for line in feed.iter_lines():
                    if line.startswith("id: "):
                        last = line[4:]
                    elif line.startswith("data: "):
                        self._hear(one, json.loads(line[6:]))
                    if self._over.is_set():
                        return
            self._over.wait(0.1)

    def _hear(self, one: Seen, event: dict[str, str]) -> None:
        id, state = event["id"], event["state"]
        before, one.told[id] = one.told.get(id), state
        if before is not None and before != state and (before, state) not in LEGAL:
            one.fault("live events go backwards:", id, before, state)
        if state == "done" and before != "done":
            with contextlib.suppress(httpx.HTTPError):
                answer = self._ask(one, "GET", f"/api/v1/submissions/{id}")
                if answer.status_code == 200 and answer.json()["report"] is None:
                    one.fault("done is told before there is a report:", id)


@dataclass(frozen=True)
class Proof:
    """What the database says in the end; ``faults`` is empty where every promise was kept."""

    faults: tuple[str, ...]
    states: Counter[str]
    verdicts: Mapping[str, frozenset[Any]]
    tries: int
    twice: int  # rows beyond the first for the same bytes of somebody whose connection was cut


def prove(store: Store, seen: Iterable[Seen]) -> Proof:
    """Every receipt is a whole row with exactly one end; nobody's bytes are there oftener than they were sent."""
    faults: list[str] = []
    columns = (Submission, Result.token, Result.verdict, Result.score)
    with store.reading() as connection:
        joined = select(*columns).outerjoin(Result, Result.submission_id == Submission.id)
        rows = connection.execute(joined.order_by(Submission.id)).all()
        blobs = {row.digest: row.content for row in connection.execute(select(Blob.digest, Blob.content))}
    by_id = {row.public_id: row for row in rows}
    verdicts: dict[str, set[Any]] = defaultdict(set)
    twice = 0
    for row in rows:
        if (row.state == "done") != (row.token is not None) or (row.state == "done" and row.token != row.lease_token):
            faults.append(f"state and result differ: {row.public_id} {row.state}")
        if row.state not in ENDED or (row.state == "quarantined" and row.tries != 3):
            faults.append(f"has not ended: {row.public_id} {row.state} {row.tries}")
        if hashlib.sha256(blobs.get(row.digest, b"")).hexdigest() != row.digest:
            faults.append(f"other bytes: {row.public_id}")
    for one in seen:
        mine = [row for row in rows if row.user_id == one.student.id]
        if [row.attempt for row in mine] != list(range(1, len(mine) + 1)):
            faults.append(f"attempts: {[row.attempt for row in mine]}")
        for id, receipt in one.receipts.items():
            row = by_id.get(id)
            if row is None or any(getattr(row, name) != receipt[name] for name in ("digest", "attempt")):
                faults.append(f"the receipt is gone: {receipt}")
        for digest, count in Counter(row.digest for row in mine).items():
            twice += count - 1
            if count > 1 + one.unanswered[digest]:
                faults.append(f"is there {count} times, sent {one.sent[digest]} times: {digest}")
        for row in mine:
            if row.state == "done":
                verdicts[one.texts.get(row.digest, "?")].add((row.verdict, row.score))
    frozen = {name: frozenset(found) for name, found in verdicts.items()}
    faults += [f"one answer, several verdicts: {name} {set(found)}" for name, found in frozen.items() if len(found) > 1]
    states = Counter(row.state for row in rows)
    return Proof(tuple(faults), states, frozen, sum(row.tries for row in rows), twice)
