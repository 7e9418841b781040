"""A class of 60 that nobody is in: drawn from solutions and known mistakes, graded twice, kept as tables for docs/.

``python -m tests.frames.sample_class`` writes docs/class_analysis/*.parquet anew; for staff, since it needs the
reference. What it keeps are verdicts, points and names of mistakes: no code, and no sentence about anybody's code.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import Course, Grader, find_submissions, frames
from graders.authoring.stubs import make_stub
from graders.frames.tables import Frames, frames_of
from graders.grading.counter_models import Alteration, alter, load_alterations, symbol_span
from graders.grading.secret import Secret
from graders.messages.errors import CourseError
from graders.submission import Handed

ROOT = Path(__file__).parents[2]
DATA = ROOT / "docs" / "class_analysis"
EARLIER = ("u01_perceptron", "u04_forward")  # passed long ago: what the units use
UNITS = ("u05_loss_gradient", "u06_backprop", "u07_optimizers")
SECRET = Secret(b"nobody's class: the same hidden inputs every time")
SEED, SIZE = 2026, 60
ROUNDS = {"draft": 11, "final": 18}  # the day in September on which each was due

FAMILIES = (
    "kim",
    "lee",
    "park",
    "choi",
    "jung",
    "kang",
    "cho",
    "yoon",
    "jang",
    "lim",
    "han",
    "oh",
    "seo",
    "shin",
    "kwon",
)
GIVEN = ("minjun", "seoyeon", "jiho", "haeun", "doyun", "sua", "eunwoo", "jiwoo", "yejun", "chaewon", "siwoo", "nari")


@dataclass(frozen=True)
class Student:
    """``level`` is how much of the course they have understood; ``keen``: how likely a mistake is gone a week later."""

    name: str
    level: float
    keen: float


@dataclass
class Draw:
    """What makes an exercise hard, and how its known mistakes are shared out, the same for the whole class."""

    course: Course
    rng: random.Random

    def __post_init__(self) -> None:
        self.mistakes = {unit: self._mistakes(unit) for unit in UNITS}
        self.hard = {
            (unit, symbol): self.rng.gauss(0, 0.7) + 0.16 * sum(exercise.points.values() or (1,))
            for unit in UNITS
            for symbol, exercise in self.course.spec(unit).exercises.items()
        }

    def _mistakes(self, unit: str) -> dict[str, list[Alteration]]:
        found: dict[str, list[Alteration]] = {}
        for one in load_alterations(self.course, unit):
            if one.model.kind == "misconception" and not one.apart:
                found.setdefault(one.exercise, []).append(one)
        for each in found.values():
            self.rng.shuffle(each)
        return found

    def mistake(self, unit: str, symbol: str) -> Alteration | None:
        """A few mistakes are common, most are rare."""
        known = self.mistakes[unit].get(symbol, [])
        return self.rng.choices(known, [1 / (rank + 1) ** 1.4 for rank in range(len(known))])[0] if known else None

    def state(self, student: Student, unit: str, symbol: str, place: float) -> Alteration | str:
        """``right``, ``empty``, or the mistake made; later exercises are more often not reached."""
        rng = self.rng
        if rng.random() < _share(1.9 + 1.5 * student.level - self.hard[unit, symbol]):
            return "right"
        if rng.random() < _share(2.2 * place - 2.2 - 1.1 * student.level):
            return "empty"
        return self.mistake(unit, symbol) or "empty"


def _share(value: float) -> float:
    return 1 / (1 + math.exp(-value))


States = dict[tuple[str, str], "Alteration | str"]


def students(rng: random.Random) -> list[Student]:
    names = [f"{family}-{given}" for family in FAMILIES for given in GIVEN]
    return [Student(name, rng.gauss(0, 1), rng.uniform(0.15, 0.85)) for name in sorted(rng.sample(names, SIZE))]


def first_states(draw: Draw, student: Student) -> States:
    found: States = {}
    for unit in UNITS:
        symbols = list(draw.course.spec(unit).exercises)
        for place, symbol in enumerate(symbols):
            found[unit, symbol] = draw.state(student, unit, symbol, place / len(symbols))
    return found


def later_states(draw: Draw, student: Student, states: States) -> States:
    """A week later: some mistakes are gone, some of what was empty is written."""
    return {
        (unit, symbol): state if state == "right" or draw.rng.random() > student.keen else _tried(draw, unit, symbol)
        for (unit, symbol), state in states.items()
    }


def _tried(draw: Draw, unit: str, symbol: str) -> Alteration | str:
    return "right" if draw.rng.random() < 0.8 else draw.mistake(unit, symbol) or "right"


def text_of(course: Course, unit: str, states: Mapping[tuple[str, str], Alteration | str]) -> str:
    """A student's module: the solution with their mistakes, and with stubs for what they have not written."""
    source = course.solution(unit)
    mine = {symbol: state for (where, symbol), state in states.items() if where == unit}
    altered = [state for state in mine.values() if isinstance(state, Alteration)]
    for one in sorted(altered, key=lambda one: symbol_span(source, one.symbol), reverse=True):
        try:
            source = alter(source, one)
        except CourseError:  # its words were changed by another mistake
            continue
    empty = [symbol for symbol, state in mine.items() if state == "empty"]
    return make_stub(source, empty, unit) if empty else source


def write_class(draw: Draw, each: Sequence[tuple[Student, States]], room: Path, late: set[str]) -> None:
    """A folder per student; a few have handed in what cannot be read, never ends, or lacks a unit."""
    for number, (student, states) in enumerate(each):
        if student.name in late:
            continue
        folder = room / student.name
        folder.mkdir(parents=True)
        for unit in EARLIER:
            (folder / f"{unit}.py").write_text(draw.course.solution(unit), encoding="utf-8")
        for unit in UNITS:
            if unit == UNITS[-1] and student.level < -1.1:
                continue  # gave up before the last one
            text = text_of(draw.course, unit, states)
            if number == 7 and unit == UNITS[0]:
                text += "\n\nwhile True:\n    pass\n"
            if number == 23 and "draft" in room.parts and unit == UNITS[1]:
                text += "\n\ndef unfinished(:\n"
            (folder / f"{unit}.py").write_text(text, encoding="utf-8")


def graded(course: Course, room: Path, out: Path, day: int, rng: random.Random) -> None:
    found = find_submissions(room, course.units)
    handed = {
        student: Handed(student, path, id=str(4100 + number), submitted_at=_when(day, rng))
        for number, (student, path) in enumerate(found)
    }
    with Grader(course, secret=SECRET, units=UNITS) as grader:
        for _ in grader.grade_class(found, out=out, handed=handed):
            pass


def _when(day: int, rng: random.Random) -> str:
    return f"2026-09-{day:02d}T{rng.randint(9, 23):02d}:{rng.randint(0, 59):02d}:00"


def rounds(size: int = SIZE) -> Iterator[tuple[str, list[tuple[Student, States]], Draw]]:
    """(its name, who has written what, the draw) of each round."""
    rng = random.Random(SEED)
    draw = Draw(Course(ROOT), rng)
    each = [(student, first_states(draw, student)) for student in students(rng)][:size]
    for name in ROUNDS:
        yield name, each, draw
        each = [(student, later_states(draw, student, states)) for student, states in each]


def build(work: Path, size: int = SIZE) -> Frames:
    """The class graded in both rounds, without a sentence about anybody's code."""
    outs = []
    for name, each, draw in rounds(size):
        room, out = work / name / "class", work / "graded" / name
        late = {student.name for student, _ in each[3::20]} if name == "draft" else set()
        write_class(draw, each, room, late)
        graded(draw.course, room, out, ROUNDS[name], draw.rng)
        outs.append(out)
    return silent(frames.load(*outs))


def silent(tables: Frames) -> Frames:
    """Without messages, which quote what a student's code gave."""
    from graders.frames.columns import TABLES
    from graders.frames.tables import _rows

    rows = {name: _rows(getattr(tables, name), columns) for name, columns in TABLES.items()}
    rows["checks"] = [(*row[:-1], None) for row in rows["checks"]]
    return frames_of(rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        for path in build(Path(work)).write(DATA).values():
            print(path)
