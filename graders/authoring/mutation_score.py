"""How many single-edit mutants of right answers lose points, kept per unit; the others are holes in its cases.

``mutants.json`` holds what was tried, with a digest of all it depends on; ``mutants.toml`` holds what authors say
about the survivors. Only the first is ever written here.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from graders.authoring.mutation_digest import digest_of
from graders.authoring.mutation_trial import Survivor, right_texts, try_exercise
from graders.compare.run_results import own
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.host.disk import write_file
from graders.host.side_by_side import processes
from graders.messages.errors import CourseError
from graders.spec import Exercise

__all__ = ["GOAL", "Scored", "complaints", "scores", "try_again", "unfresh"]

GOAL = 0.99  # share of every exercise's mutants that must lose points
COUNTS, DECLARED = "mutants.json", "mutants.toml"
SHAPE = "Each [[equivalent]] has symbol (or a list of them), line and reason, and may have edits."


@dataclass(frozen=True)
class Equivalent:
    """An author's statement that a mutant, or all of them on one line, does nothing wrong, and why."""

    symbols: tuple[str, ...]
    line: str
    reason: str
    edits: tuple[str, ...] = ()  # empty: all edits of the line; ending in …: all edits that start like this

    def covers(self, one: Survivor) -> bool:
        return one.symbol in self.symbols and one.line == self.line and self._means(one.edit)

    def _means(self, edit: str) -> bool:
        return not self.edits or any(
            edit.startswith(said[:-1]) if said.endswith("…") else edit == said for said in self.edits
        )


@dataclass(frozen=True)
class Scored:
    """The mutants of one exercise: how many were tried, how many of them are right, and which are holes."""

    unit: str
    symbol: str
    tried: int
    equivalent: int
    holes: tuple[Survivor, ...] = ()

    @property
    def score(self) -> float:
        """The share of mutants that lose points among those that are not right."""
        asked = self.tried - self.equivalent
        return 1 - len(self.holes) / asked if asked else 1.0


# --- the files beside the misconceptions -----------------------------------------------------------------------------


def declared(course: Course, unit: str) -> tuple[Equivalent, ...]:
    """The ``[[equivalent]]`` entries of a unit; empty if there is no such file."""
    path = course.folder(unit) / DECLARED
    if not path.is_file():
        return ()
    try:
        return tuple(map(_equivalent, tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", [])))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise CourseError.in_english(f"{path} is damaged: {type(error).__name__}: {error}.", SHAPE) from error


def _equivalent(entry: Mapping[str, Any]) -> Equivalent:
    symbols = [entry["symbol"]] if isinstance(entry["symbol"], str) else entry["symbol"]
    edits = [entry["edits"]] if isinstance(entry.get("edits"), str) else entry.get("edits", [])
    words = (*symbols, entry["line"], entry["reason"], *edits)
    if not all(isinstance(word, str) and word.strip() for word in words):
        raise ValueError(f"an entry about {entry['symbol']!r} says nothing where it should")
    return Equivalent(tuple(symbols), entry["line"].strip(), entry["reason"], tuple(edits))


@dataclass(frozen=True)
class Counted:
    """What was tried for one exercise when it had this digest."""

    digest: str
    tried: int
    survivors: tuple[Survivor, ...]


def counted(course: Course, unit: str) -> dict[str, Counted] | None:
    """By exercise; None if nothing has been tried in this unit."""
    path = course.folder(unit) / COUNTS
    if not path.is_file():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        return {
            symbol: Counted(one["digest"], one["tried"], tuple(Survivor(**each) for each in one["survivors"]))
            for symbol, one in kept.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = f"Delete it, and run 'deepgrade mutants --unit {unit}'."
        raise CourseError.in_english(f"{path} is damaged: {type(error).__name__}: {error}.", remedy) from error


def _write(course: Course, unit: str, found: Mapping[str, Counted]) -> None:
    ordered = {symbol: asdict(found[symbol]) for symbol in course.spec(unit).exercises if symbol in found}
    path, text = course.folder(unit) / COUNTS, json.dumps({"exercises": ordered}, indent=1, ensure_ascii=False) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_file(path, text.encode())


# --- trying ----------------------------------------------------------------------------------------------------------


def _digest(course: Course, answers: Answers, unit: str, symbol: str) -> str:
    texts = [text for text, _ in right_texts(course, answers, unit, symbol).values()]
    return digest_of(course, answers, unit, symbol, texts)


def unfresh(course: Course, unit: str, answers: Answers | None = None, again: bool = False) -> dict[str, str]:
    """Exercise → its current digest, for those whose mutants must be tried: untried, changed since, or ``again``."""
    answers = answers or Answers(course)
    known = counted(course, unit) or {}
    now = {symbol: _digest(course, answers, unit, symbol) for symbol in course.spec(unit).exercises}
    return {one: digest for one, digest in now.items() if again or one not in known or known[one].digest != digest}


def try_again(course: Course, wanted: Mapping[tuple[str, str], str], jobs: int, step: Callable[[object], None]) -> None:
    """Try all mutants of these exercises in parallel and write down the survivors; ``wanted``: as from ``unfresh``."""
    if not wanted:
        return
    found: dict[str, dict[str, Counted]] = {unit: dict(counted(course, unit) or {}) for unit, _ in wanted}
    with processes(jobs) as pool:
        running = {pool.submit(try_exercise, course.root, *exercise): exercise for exercise in wanted}
        for done in as_completed(running):
            unit, symbol = running[done]
            found[unit][symbol] = Counted(wanted[unit, symbol], *done.result())
            _write(course, unit, found[unit])
            step(symbol)


# --- scores and complaints -------------------------------------------------------------------------------------------


def scores(course: Course, unit: str) -> dict[str, Scored]:
    """Exercise → its score as last counted; exercises never tried are left out."""
    known, said = counted(course, unit) or {}, declared(course, unit)
    exercises = course.spec(unit).exercises
    return {symbol: _scored(unit, exercises[symbol], one, said) for symbol, one in known.items() if symbol in exercises}


def _scored(unit: str, exercise: Exercise, one: Counted, said: Sequence[Equivalent]) -> Scored:
    """If the cases cover the whole domain, every mutant that passes them is right."""
    whole = all(own(exercise.unhidden, check.output, check.group, "") for check in exercise.checks if check.points)
    holes = [hole for hole in one.survivors if not whole and not any(entry.covers(hole) for entry in said)]
    return Scored(unit, exercise.symbol, one.tried, len(one.survivors) - len(holes), tuple(holes))


def complaints(course: Course, unit: str, answers: Answers | None = None) -> Iterator[tuple[str, str]]:
    """(where, what does not hold): stale counts, low scores, entries about nothing. Empty before the first count."""
    try:
        known = counted(course, unit)
        if known is not None:
            stale = unfresh(course, unit, answers)
            yield from _shortcomings(course, unit, stale)
            if not stale:
                survivors = [one for each in known.values() for one in each.survivors]
                yield from ((f"{unit}/{DECLARED}", what) for what in _empty(declared(course, unit), survivors))
    except CourseError as error:
        yield unit, str(error)


def _shortcomings(course: Course, unit: str, stale: Container[str]) -> Iterator[tuple[str, str]]:
    now = scores(course, unit)
    for symbol in course.spec(unit).exercises:
        one = now.get(symbol)
        if symbol in stale or one is None:
            yield f"{unit}.{symbol}", f"its mutation score is not of today; run 'deepgrade mutants --unit {unit}'"
        elif one.score < GOAL:
            kept = f"{len(one.holes)} of {one.tried - one.equivalent} mutants keep all points"
            what = f"{kept}: {one.score:.1%} lose some, expected {GOAL:.0%}"
            yield f"{unit}.{symbol}", f"{what}; 'deepgrade mutants --unit {unit}' lists them"


def _empty(entries: Iterable[Equivalent], survivors: Sequence[Survivor]) -> Iterator[str]:
    """Entries whose symbol or edit does not belong to a surviving mutant."""
    for entry in entries:
        for edit, name in product(entry.edits or ("…",), entry.symbols):
            said = Equivalent((name,), entry.line, entry.reason, (edit,))
            if not any(said.covers(one) for one in survivors):
                about = f"{name}: {entry.line!r}" + (f" {edit!r}" if entry.edits else "")
                yield f"an entry is about no mutant that survives: {about}; delete it"
