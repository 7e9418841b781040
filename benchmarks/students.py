"""The students of ``service_load.py``: when each comes, with which answers, and what each does in a browser."""

from __future__ import annotations

import ast
import asyncio
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from browsing import FRAGMENT, Answer, Browser

__all__ = ["PASSWORD", "ROOT", "UNIT", "Plan", "Seen", "Student", "email_of", "plans"]

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
        form = {"email": email_of(self.plan.number), "password": PASSWORD, "next": self.map}
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
            answer = await self.browser.get(f"/submissions/{public_id}", **FRAGMENT)
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


def email_of(number: int) -> str:
    return f"student{number}@example.org"
