"""Whether a failing exercise runs with the student's own earlier unit, found by text search: nothing is parsed."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from graders.messages.message import Message
from graders.reports.report import ExerciseReport
from graders.submission import Submission
from graders.submission.definitions import definition_line

__all__ = ["with_used_units"]

_WORD = re.compile(r"\w+")
_MARGIN = re.compile(r"[^\s#)\]}]")  # the start of a line that is not part of the definition before it


def with_used_units(exercises: Sequence[ExerciseReport], submission: Submission) -> list[ExerciseReport]:
    """Adds a note for each used unit, to the first failing exercise that uses it; none if the whole unit passes."""
    open_units = {one.unit for one in exercises if one.verdict != "pass"}
    told = {one.unit for one in exercises} - open_units
    found: list[ExerciseReport] = []
    for one in exercises:
        for unit in _used(one, submission):
            if unit not in told:
                told.add(unit)
                note = Message("note.own_unit", {"file": submission.sources[unit].file})
                one = replace(one, notes=(*one.notes, note))
        found.append(one)
    return found


def _used(one: ExerciseReport, submission: Submission) -> Iterator[str]:
    """The units whose names occur in a failing exercise's definition, unless its checks already say so."""
    wrong = [check.message for check in one.checks if check.verdict in ("fail", "error")]
    if all(message is None or message.id.startswith("compare.used_unwritten") for message in wrong):
        return
    text = submission.sources[one.unit].text
    words = _words(text, one.name.partition(".")[0])
    for unit in submission.sources:
        names = _imported(text, unit) if unit != one.unit else ()
        if "*" in names or not words.isdisjoint(names):
            yield unit


@functools.lru_cache(maxsize=64)
def _imported(text: str, unit: str) -> Collection[str]:
    """The names that a text imports from a unit; ``*`` if it imports all."""
    names: set[str] = set()
    name = re.escape(unit)
    for found in re.finditer(rf"(?m)^from[ \t]+{name}[ \t]+import[ \t]*(\([^)]{{0,2000}}|[^\n]{{0,2000}})", text):
        listed = re.sub(r"#[^\n]*", "", found[1])
        names |= {*_WORD.findall(listed)} | ({"*"} if "*" in listed else set())
    for found in re.finditer(rf"(?m)^import[ \t]+{name}\b(?:[ \t]+as[ \t]+(\w+))?", text):
        names.add(found[1] or unit)
    return frozenset(names)


def _words(text: str, owner: str) -> set[str]:
    """The words in the definition of a top-level name."""
    line = definition_line(text, (owner,))
    if line is None:
        return set()
    first, *rest = text.split("\n")[line - 1 :]
    end = next((place for place, one in enumerate(rest) if _MARGIN.match(one)), len(rest))
    return {*_WORD.findall("\n".join([first, *rest[:end]]))}
