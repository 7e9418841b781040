"""Bounds the size of a report: values, printed text and messages beyond it are left out, and the report says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graders.messages.message import Message
from graders.reports.evidence import LARGEST_EVIDENCE
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report

__all__ = ["bounded"]

VALUES = 20_000  # numbers and characters of evidence in one report: 400 KB of JSON
PRINTED = 10_000  # characters of one exercise's output, per stream
PRINTED_IN_ALL = 100_000
MESSAGES = 50  # notes of an exercise; notes or flags of a report
LETTERS = 600  # of one message parameter
FOR_AUTHORS = 100_000  # characters kept about unnamed failures

Place = tuple[int, int, int]  # exercise, check, case


def bounded(report: Report) -> Report:
    """The report without what does not fit; what is shown first is kept first."""
    kept, lost = _kept(report.exercises)
    room, for_authors = PRINTED_IN_ALL, FOR_AUTHORS
    exercises, cut = [], 0
    for number, exercise in enumerate(report.exercises):
        checks = tuple(_check(check, (number, place), kept) for place, check in enumerate(exercise.checks))
        printed = [text[: min(PRINTED, room // 2)] for text in (exercise.stdout, exercise.stderr)]
        cut += sum(map(len, (exercise.stdout, exercise.stderr))) - sum(map(len, printed))
        room -= sum(map(len, printed))
        notes = _messages(exercise.notes)
        for_authors -= len(json.dumps(exercise.unnamed))
        unnamed = exercise.unnamed if for_authors >= 0 else {}
        one = replace(exercise, checks=checks, stdout=printed[0], stderr=printed[1], notes=notes, unnamed=unnamed)
        exercises.append(one)
    said = [Message("report.values_cut", {"count": lost})] if lost else []
    said += [Message("report.printed_cut", {"count": cut})] if cut else []
    notes = (*_messages(report.notes), *said)
    return replace(report, exercises=tuple(exercises), notes=notes, flags=_messages(report.flags))


def _kept(exercises: Sequence[ExerciseReport]) -> tuple[set[Place], int]:
    """The cases whose evidence fits, and how many visible ones lose theirs."""
    room, kept, lost = VALUES, set(), 0
    for rank, _, place, case in sorted(_ranked(exercises), key=lambda one: one[:3]):
        size = _size(case)
        if size <= room:
            room -= size
            kept.add(place)
        elif rank < 2:
            lost += 1
    return kept, lost


def _ranked(exercises: Sequence[ExerciseReport]) -> Iterator[tuple[int, int, Place, CaseReport]]:
    """Evidence by use: what a check shows (each exercise's first check before any second one), curves, the rest."""
    for number, exercise in enumerate(exercises):
        for position, check in enumerate(exercise.checks):
            seen = [place for place, case in enumerate(check.cases) if case.evidence]
            wrong = [place for place in seen if check.cases[place].verdict != "pass"]
            first = min(wrong, key=lambda place: check.cases[place].counterexample, default=None)
            for place in seen:
                rank = 0 if place == first else 1 if place not in wrong else 2
                yield rank, position, (number, position, place), check.cases[place]


def _size(case: CaseReport) -> int:
    """The numbers and characters of a case's evidence, as far as they are written out."""
    assert case.evidence is not None
    size, waiting = 0, [*case.evidence.inputs.values(), case.evidence.actual, case.evidence.expected]
    while waiting:
        one = waiting.pop()
        if isinstance(one, np.ndarray):
            size += min(one.size, LARGEST_EVIDENCE)
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        else:
            size += 1 + (len(one) if isinstance(one, str) else 0) // 20
    return size


def _check(check: CheckReport, at: tuple[int, int], kept: set[Place]) -> CheckReport:
    cases = tuple(
        replace(case, message=_cut(case.message), evidence=case.evidence if (*at, place) in kept else None)
        for place, case in enumerate(check.cases)
    )
    return replace(check, message=_cut(check.message), cases=cases)


def _messages(messages: Sequence[Message]) -> tuple[Message, ...]:
    kept = tuple(one for message in messages[:MESSAGES] if (one := _cut(message)) is not None)
    more = len(messages) - len(kept)
    return (*kept, Message("report.more", {"count": more})) if more else kept


def _cut(message: Message | None) -> Message | None:
    """A message whose parameters are cut to the longest length that is ever shown."""
    if message is None or not any(isinstance(v, str) and len(v) > LETTERS for v in message.params.values()):
        return message
    params: dict[str, Any] = {
        name: f"{value[:LETTERS]}…" if isinstance(value, str) and len(value) > LETTERS else value
        for name, value in message.params.items()
    }
    return Message(message.id, params)
