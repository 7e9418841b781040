"""How many single-edit mutants of right answers lose points, kept per unit: those that do not are holes in its cases.

``mutants.json`` holds what was tried, with a digest of all it depends on; ``mutants.toml`` what authors say of those
that survive. Only the first is ever written here.
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

GOAL = 0.99  # of the mutants of every exercise lose points
COUNTS, DECLARED = "mutants.json", "mutants.toml"
SHAPE = "Each [[equivalent]] has symbol (or a list of them), line and reason, and may have edits."


@dataclass(frozen=True)
class Equivalent:
    """What an author says of a mutant, or of all on one line: it does nothing wrong, and why."""

    symbols: tuple[str, ...]
    line: str
    reason: str
    edits: tuple[str, ...] = ()  # all edits of the line where empty; one that ends in … means all that begin so

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
        """The share of mutants that lose points, of those that are not right."""
        asked = self.tried - self.equivalent
        return 1 - len(self.holes) / asked if asked else 1.0


# --- the files beside the misconceptions -----------------------------------------------------------------------------


def declared(course: Course, unit: str) -> tuple[Equivalent, ...]:
    """The ``[[equivalent]]`` entries of a unit; none where there is no such file."""
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
    """What was tried of one exercise, when its digest was this."""

    digest: str
    tried: int
    survivors: tuple[Survivor, ...]


def counted(course: Course, unit: str) -> dict[str, Counted] | None:
    """By exercise; None where nothing has been tried in this unit."""
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
    """Exercise → its digest now, of those whose mutants are to be tried: not yet, not as they are now, or ``again``."""
    answers = answers or Answers(course)
    known = counted(course, unit) or {}
    now = {symbol: _digest(course, answers, unit, symbol) for symbol in course.spec(unit).exercises}
    return {one: digest for one, digest in now.items() if again or one not in known or known[one].digest != digest}


def try_again(course: Course, wanted: Mapping[tuple[str, str], str], jobs: int, step: Callable[[object], None]) -> None:
    """Try all mutants of these exercises, side by side, and write down what survives; ``wanted``: as ``unfresh``."""
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


# --- what is to be said ----------------------------------------------------------------------------------------------


def scores(course: Course, unit: str) -> dict[str, Scored]:
    """Exercise → its score as it was counted last; nothing of what was never tried."""
    known, said = counted(course, unit) or {}, declared(course, unit)
    exercises = course.spec(unit).exercises
    return {symbol: _scored(unit, exercises[symbol], one, said) for symbol, one in known.items() if symbol in exercises}


def _scored(unit: str, exercise: Exercise, one: Counted, said: Sequence[Equivalent]) -> Scored:
    """Where the cases are the whole domain, what passes them all is right."""
    whole = all(own(exercise.unhidden, check.output, check.group, "") for check in exercise.checks if check.points)
    holes = [hole for hole in one.survivors if not whole and not any(entry.covers(hole) for entry in said)]
    return Scored(unit, exercise.symbol, one.tried, len(one.survivors) - len(holes), tuple(holes))


def complaints(course: Course, unit: str, answers: Answers | None = None) -> Iterator[tuple[str, str]]:
    """(where, what does not hold): stale counts, low scores, entries about nothing. None before the first count."""
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
    """Each symbol and each edit of an entry is about a mutant that survives."""
    for entry in entries:
        for edit, name in product(entry.edits or ("…",), entry.symbols):
            said = Equivalent((name,), entry.line, entry.reason, (edit,))
            if not any(said.covers(one) for one in survivors):
                about = f"{name}: {entry.line!r}" + (f" {edit!r}" if entry.edits else "")
                yield f"an entry is about no mutant that survives: {about}; delete it"
