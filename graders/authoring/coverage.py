"""Which exercise covers each formula, algorithm, table and example of a course's documents, or why none does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.authoring.complaint import Complaint
from graders.courses.course import Course
from graders.messages.errors import CourseError, DeepgradeError
from graders.spec import Exercise

__all__ = ["COVERAGE", "Coverage", "Entry", "coverage_faults", "coverage_tables", "load_coverage"]

COVERAGE = "coverage.toml"  # in the folder of the references; optional
TEXTS = ("place", "what", "reason", "open", "note")
HOLDERS = ("exercise", "reason", "open")  # an entry has exactly one of them
COLUMNS = ("document", "entries", "in exercises", "with their numbers", "reason", "open")
HEAD = """\
## What the documents hold

Every formula, algorithm, table and worked example of the documents that the course is made from, with the exercises
that hold it, or the reason why none does. A place is a heading; the number is the line of the text. *Numbers* says
that a public case has the numbers of the document, corrected where the last column says so. Units still to come are
marked; *open* is what belongs to the course and is in no exercise yet.
"""


@dataclass(frozen=True)
class Entry:
    """A formula, algorithm, table or example. ``example``: a public case uses its numbers and names the document."""

    place: str
    what: str
    exercises: tuple[str, ...] = ()
    reason: str = ""
    open: str = ""
    note: str = ""
    example: bool = False


@dataclass(frozen=True)
class Coverage:
    """The documents' titles by name, and each document's entries in order."""

    titles: Mapping[str, str]
    entries: Mapping[str, tuple[Entry, ...]]


def load_coverage(course: Course) -> Coverage | None:
    """The course's ``coverage.toml``, or None; refuses a malformed one in one sentence."""
    path = course.references / COVERAGE
    if not path.is_file():
        return None
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError.in_english(f"{path} cannot be read: {error}.", "Write it as TOML, in UTF-8.") from error
    for problem in _problems(data):
        raise CourseError.in_english(f"{path}: {problem}.", "docs/authoring.md shows an entry.")
    titles = data.pop("documents")
    return Coverage(titles, {name: tuple(map(_entry, data.get(name, ()))) for name in titles})


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    titles = data.get("documents")
    if not isinstance(titles, dict) or not all(isinstance(title, str) for title in titles.values()):
        yield f"documents is {titles!r}, expected the title of each document by its name"
        return
    if unknown := sorted(data.keys() - titles.keys() - {"documents"}):
        yield f"it has entries of {', '.join(unknown)}, which [documents] does not name"
    for name in titles:
        entries = data.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            yield f"{name} is no list of tables; begin each entry with [[{name}]]"
            return
        for number, entry in enumerate(entries, 1):
            for problem in _problems_of(entry):
                yield f"entry {number} of {name} ({entry.get('place', 'without a place')}): {problem}"


def _problems_of(entry: Mapping[str, Any]) -> Iterator[str]:
    if unknown := sorted(entry.keys() - {*TEXTS, "exercise", "example"}):
        yield f"it has {', '.join(unknown)}; known are {', '.join((*TEXTS, 'exercise', 'example'))}"
    for key in TEXTS:
        if key in (*entry, "place", "what") and (not isinstance(entry.get(key), str) or not entry[key].strip()):
            yield f"{key} is {entry.get(key)!r}, expected a text"
    names = entry.get("exercise", "u.x")
    listed = names if isinstance(names, list) else [names]
    if not listed or not all(isinstance(one, str) and "." in one for one in listed):
        yield f"exercise is {names!r}, expected 'unit.symbol' or a list of such names"
    if not isinstance(entry.get("example", False), bool) or ("example" in entry and "exercise" not in entry):
        yield "example is true or false, beside an exercise"


def _entry(table: Mapping[str, Any]) -> Entry:
    names = table.get("exercise", ())
    texts = {key: value for key, value in table.items() if key in TEXTS}
    return Entry(
        exercises=(names,) if isinstance(names, str) else tuple(names), example=table.get("example", False), **texts
    )


# --- what must hold ---


def coverage_faults(course: Course) -> Iterator[Complaint]:
    """Each entry has an exercise that exists, or a reason; a unit that does not exist yet is taken at its word."""
    where = Path(course.manifest.reference, COVERAGE).as_posix()
    try:
        found = load_coverage(course)
    except DeepgradeError as error:
        yield Complaint(where, str(error))
        return
    units = {unit: _exercises(course, unit) for unit in course.units} if found else {}
    for name, entries in found.entries.items() if found else ():
        for entry in entries:
            for fault in _faults(name, entry, units):
                yield Complaint(where, f"{name}, {entry.place}: {fault}")


def _exercises(course: Course, unit: str) -> Mapping[str, Exercise] | None:
    """None if the unit cannot be loaded, which is reported elsewhere."""
    try:
        return course.spec(unit).exercises
    except DeepgradeError:
        return None


def _faults(document: str, entry: Entry, units: Mapping[str, Mapping[str, Exercise] | None]) -> Iterator[str]:
    held = [bool(entry.exercises), bool(entry.reason), bool(entry.open)].count(True)
    if held != 1:
        yield f"it has {'more than one' if held else 'none'} of {', '.join(HOLDERS)}, expected one"
    known: list[Exercise] = []
    for name in entry.exercises:
        unit, _, symbol = name.partition(".")
        exercises = units.get(unit)
        if exercises is None:  # does not exist yet
            return
        if symbol not in exercises:
            yield f"exercise names {name!r}, and {unit} has no such exercise"
            return
        known.append(exercises[symbol])
    cited = re.compile(rf"\b{re.escape(document)}\b")
    if entry.example and not any(cited.search(case.source) for one in known for case in one.cases if not case.hidden):
        yield f"example is true, and no public case of {', '.join(entry.exercises)} has {document} in its source"


# --- tables ---


def coverage_tables(course: Course, units: Sequence[str]) -> list[str]:
    """Markdown: how much of each document the exercises cover, then a table of each; empty for a part of the course."""
    found = load_coverage(course) if {*units} == {*course.units} else None
    if found is None:
        return []
    counts = [(f"{name}: {title}", *map(str, _counts(found.entries[name]))) for name, title in found.titles.items()]
    parts = [HEAD + "\n" + _table((COLUMNS, ("---", *["--:"] * 5), *counts))]
    for name, title in found.titles.items():
        rows = [_cells(entry, course.units) for entry in found.entries[name]]
        parts.append(f"### {name}: {title}\n\n" + _table((("place", "what", "where", "note"), ("---",) * 4, *rows)))
    return parts


def _counts(entries: Sequence[Entry]) -> tuple[int, ...]:
    kinds = ([e.exercises for e in entries], [e.example for e in entries], [e.reason for e in entries])
    return (len(entries), *(len(list(filter(None, kind))) for kind in (*kinds, [e.open for e in entries])))


def _cells(entry: Entry, units: Sequence[str]) -> tuple[str, ...]:
    symbols: dict[str, list[str]] = {}
    for name in entry.exercises:
        unit, _, symbol = name.partition(".")
        symbols.setdefault(unit, []).append(f"`{symbol}`")
    held = [f"{unit}{'' if unit in units else ' (to come)'}: {', '.join(those)}" for unit, those in symbols.items()]
    where = "; ".join(held + ["numbers"] * entry.example) or entry.reason or f"**open**: {entry.open}"
    return (entry.place, entry.what, where, entry.note)


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows) + "\n"
