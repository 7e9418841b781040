"""The course in tables: what every exercise asks, is worth, names and lets through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from graders.authoring.coverage import coverage_tables
from graders.authoring.mutation_score import Scored, scores
from graders.authoring.unit_figures import figure_names
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.sealing.lock import Lock, read_lock
from graders.sealing.vault import FEWEST_BITS

__all__ = ["course_rows", "course_table", "key_lines"]

COLUMNS = ("checks", "points", "misconceptions", "variants", "mutants", "right", "mutation score", "key bits")
OF_UNITS = ("minutes", "exercises", "figures")  # put before these in the table of all units
HEAD = """\
# The course in figures

Written by `deepgrade verify --table`. Checks are those that pay; variants are other right conventions; the mutation
score is the share of single-edit mutants of the right answers that lose points, of those that are not
right ([authoring.md](authoring.md) says how they are found). Key bits are how much a right answer holds for who does
not compute it: they seal the explanation of the exercise (for a unit, the weakest that do so alone). Where
another exercise is named, its key opens the text. Minutes are what a learner needs for all of a unit.
"""


@dataclass(frozen=True)
class Row:
    """The figures of one exercise, one unit or the course."""

    name: str
    checks: int = 0
    points: int = 0
    misconceptions: int = 0
    variants: int = 0
    tried: int = 0
    equivalent: int = 0
    holes: int = 0
    bits: int = 0  # of its own key
    opener: str = ""  # which keys open its text, besides or instead of its own
    minutes: int = 0
    exercises: int = 1
    figures: int = 0

    def cells(self) -> tuple[str, ...]:
        """In the order of ``COLUMNS``; scores are rounded down, so that 100 % means all."""
        asked = self.tried - self.equivalent
        score = f"{(asked - self.holes) * 1000 // asked / 10:g} %" if asked else "100 %" if self.tried else "–"
        counts = (self.checks, self.points, self.misconceptions, self.variants)
        tried = (str(self.tried), str(self.equivalent)) if self.tried else ("–", "–")
        keys = (str(self.bits or ""), f"`{self.opener}`" if self.opener else "")
        return (self.name, *map(str, counts), *tried, score, " + ".join(filter(None, keys)) or "–")

    def unit_cells(self) -> tuple[str, ...]:
        """The same for a unit, with ``OF_UNITS`` first."""
        name, *others = self.cells()
        return (name, *(str(number or "–") for number in (self.minutes, self.exercises, self.figures)), *others)


def course_table(course: Course, units: Sequence[str]) -> str:
    """Markdown: a table per unit, one of all units, and the coverage of the course's documents."""
    return "\n".join((_unit_tables(course, units), *coverage_tables(course, units)))


def _unit_tables(course: Course, units: Sequence[str]) -> str:
    lang = "en" if "en" in course.languages else course.languages[0]
    parts, totals = [HEAD], []
    for unit in units:
        rows = list(course_rows(course, unit))
        about, figures = course.spec(unit).about, len(figure_names(course, unit))
        totals.append(replace(_sum(unit, rows), minutes=about.minutes, figures=figures))
        parts.append(
            f"## {unit}: {course.spec(unit).about.title[lang]}\n\n"
            + _table(("exercise", *COLUMNS), [replace(row, name=f"`{row.name}`").cells() for row in rows])
        )
    cells = [row.unit_cells() for row in (*totals, _sum("all", totals))]
    parts.append("## All units\n\n" + _table(("unit", *OF_UNITS, *COLUMNS), cells))
    return "\n".join(parts)


def course_rows(course: Course, unit: str) -> Iterator[Row]:
    """The figures of each exercise of a unit."""
    answers, known, lock = Answers(course), scores(course, unit), read_lock(course.assignments / unit)
    for symbol, exercise in course.spec(unit).exercises.items():
        kinds = [model.kind for model in answers.models(unit, symbol)]
        scored = known.get(symbol, Scored(unit, symbol, 0, 0))
        yield Row(
            symbol,
            sum(1 for check in exercise.checks if check.points),
            exercise.max_points,
            kinds.count("misconception"),
            kinds.count("variant") + len(answers.relabellings(unit, symbol)),
            scored.tried,
            scored.equivalent,
            len(scored.holes),
            *_key(lock, symbol),
        )


def key_lines(course: Course, unit: str) -> Iterator[str]:
    """How strong each exercise's key to its text is, one line each; empty if nothing is sealed."""
    lock = read_lock(course.assignments / unit)
    for symbol in course.spec(unit).exercises if lock is not None and lock.seals else ():
        bits, opener = _key(lock, symbol)
        said = [f"its own answers, {bits} bits"] if bits else []
        said += [f"{opener}'s"] if opener else []
        if said:
            yield f"{unit}.{symbol}: its explanation opens with {' and '.join(said)}"


def _key(lock: Lock | None, symbol: str) -> tuple[int, str]:
    """The bits of an exercise's own key, and which other exercise opens its text."""
    if lock is None:
        return 0, ""
    block = lock.block_of(symbol)
    own = lock.seals[symbol].bits if symbol in lock.seals else 0
    others = [name for name in block.needs if name not in block.exercises] if block is not None else []
    return own, others[0] if others else ""


def _sum(name: str, rows: Iterable[Row]) -> Row:
    found = list(rows)
    numbers = [one.name for one in fields(Row) if one.name not in ("name", "bits", "opener")]
    strong = [row.bits for row in found if row.bits >= FEWEST_BITS]
    totals = {number: sum(getattr(row, number) for row in found) for number in numbers}
    return Row(name, **totals, bits=min(strong, default=0))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---", *["--:"] * (len(head) - 1)), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
