"""The nearest slips: single-edit mutants of right answers that are wrong in the same way as a group of students."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graders.authoring.harness import Bank
from graders.authoring.mistake_groups import Group, nearness
from graders.authoring.mutation_trial import Expected, Trial, right_texts, written
from graders.compare.run_results import family_of
from graders.compare.sketches import Sketches, sketch
from graders.compare.tolerance import declared
from graders.courses.course import Course
from graders.grading.counter_models import symbol_span
from graders.grading.oracle import Answers, run_key
from graders.grading.unnamed import Seen, alike, seen_of
from graders.messages.errors import CourseError
from graders.mutation.mutants import mutants
from graders.mutation.source import Mutant
from graders.probe import Trace, observe
from graders.spec import Exercise, Inputs

__all__ = ["Slip", "Slips"]

MOST = 3  # slips reported per group
ENOUGH = 12  # slips searched for, to choose from
RIGHT = 1e-7  # τ: as close as a passing value may be

Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Slip:
    """An edit of a right answer that makes it wrong like a group; ``variant``: which answer ("" for the solution).

    ``edits`` are a misconception's, quoted from the solution; none if the solution has no such lines.
    """

    symbol: str
    number: int  # line number
    line: str
    edit: str
    variant: str
    edits: Edits

    @property
    def farness(self) -> tuple[bool, bool, int]:
        """Sort key, nearest first: usable in an entry, in the solution itself, the shortest edit."""
        return not self.edits, bool(self.variant), len(self.edit)


@dataclass(frozen=True)
class _Run:
    """One public run and the right text's answers in it."""

    key: str
    group: str
    inputs: Inputs
    expected: Trace
    sketches: Sketches


@dataclass(frozen=True)
class _Text:
    """A right answer with all its slips, which are made when they are tried."""

    variant: str
    source: str
    trial: Trial
    runs: tuple[_Run, ...]
    slips: tuple[Mutant, ...]


@dataclass(frozen=True)
class _Wanted:
    """What a slip must give to match a group: the wrong values in ``seen``, and right ones by group of cases."""

    seen: Mapping[str, Seen]
    wrong: Mapping[str, frozenset[str]]
    right: Mapping[str, frozenset[str]]
    tau: float

    @staticmethod
    def of(exercise: Exercise, group: Group) -> _Wanted:
        def by_group(checks: Iterable[Any]) -> dict[str, frozenset[str]]:
            named = [(check.group, check.name) for check in checks]
            return {place: frozenset(name for at, name in named if at == place) for place, _ in named}

        tau = nearness(exercise, [check.name for check in group.wrong])
        return _Wanted(group.first.runs, by_group(group.wrong), by_group(group.right), tau)

    def met_by(self, run: _Run, trace: Trace, exercise: Exercise) -> bool:
        seen = self.seen.get(run.key)
        if seen is not None:
            names = self.wrong.get(run.group, frozenset())
            if not alike(seen_of(trace, run.expected, names), seen, self.tau, told=False):
                return False
        right, mine = self.right.get(run.group, frozenset()), sketch(trace)
        return all(
            mine.agrees(run.sketches, output, declared(RIGHT, exercise, output, run.group))
            for output in run.expected.outputs
            if family_of(output) in right
        )


class Slips:
    """The slips of one exercise, compared with groups of students who get it wrong without a name."""

    def __init__(self, course: Course, answers: Answers, unit: str, symbol: str) -> None:
        self._exercise, self._solution = course.spec(unit).exercise(symbol), course.solution(unit)
        public = tuple((one.case, one.draw, True, one.inputs, one.trace) for one in answers.public(unit, symbol))
        bank = Bank(answers, unit, self._exercise, tuple(one for one in public if not one[0].note))
        texts = right_texts(course, answers, unit, symbol)
        self._texts = [
            _text(Trial(course, bank, source), variant, source, symbol)
            for variant, (source, alteration) in texts.items()
            if alteration is None or not alteration.model.eps
        ]

    def __len__(self) -> int:
        return sum(len(one.slips) for one in self._texts)

    def nearest(self, groups: Sequence[Group], step: Callable[[object], None]) -> list[tuple[Slip, ...]]:
        """The nearest slips for each group; none if only hidden cases show what is wrong."""
        wanted = [None if group.first.hidden else _Wanted.of(self._exercise, group) for group in groups]
        found: list[dict[tuple[str, str], Slip]] = [{} for _ in groups]  # the nearest of each line
        for text in self._texts:
            for mutant in text.slips:
                open_ = {n: one for n, one in enumerate(wanted) if one is not None and len(found[n]) < ENOUGH}
                met: list[int] = []
                if open_:
                    text.trial.holds(mutant, partial(self._meets, text, open_, met))
                for number in met:
                    slip = self._slip(text, mutant)
                    place = slip.symbol, slip.line
                    found[number][place] = min(found[number].get(place, slip), slip, key=lambda one: one.farness)
                step(mutant.symbol)
        return [tuple(sorted(slips.values(), key=lambda one: one.farness)[:MOST]) for slips in found]

    def _meets(self, text: _Text, wanted: dict[int, _Wanted], met: list[int], symbols: Mapping[str, Any]) -> bool:
        """Adds the groups that a mutant matches in every run to ``met``."""
        for run in text.runs:
            trace = observe(self._exercise, symbols, run.inputs)
            wanted = {n: one for n, one in wanted.items() if one.met_by(run, trace, self._exercise)}
            if not wanted:
                return False
        met += wanted
        return True

    def _slip(self, text: _Text, mutant: Mutant) -> Slip:
        line = text.source.split("\n")[mutant.line - 1].strip()
        edits = _quoted(text.source, mutant, self._solution)
        return Slip(mutant.symbol, mutant.line, line, mutant.name, text.variant, edits)


def _text(trial: Trial, variant: str, source: str, symbol: str) -> _Text:
    runs: Expected = trial.own_runs()
    trial.is_right(runs)  # measures how long a mutant may take
    found = tuple(
        _Run(run_key(case, draw), case.group, inputs, expected, sketch(expected))
        for case, draw, _, inputs, expected in runs
    )
    return _Text(variant, source, trial, found, tuple(mutants(source, written(source, symbol))))


def _quoted(source: str, mutant: Mutant, solution: str) -> Edits:
    """The lines that an edit changes, with enough context to be unique in the symbol."""
    start, end = symbol_span(source, mutant.top)
    before, after = source[start:end].rstrip("\n").split("\n"), mutant.text.strip("\n").split("\n")
    same = [one == other for one, other in zip(before, after, strict=False)]
    first = same.index(False) if False in same else len(same)
    same = [one == other for one, other in zip(before[:first:-1], after[:first:-1], strict=False)]
    last = same.index(False) if False in same else len(same)
    try:
        start, end = symbol_span(solution, mutant.symbol)
    except CourseError:
        return ()  # a variant may define something the solution does not
    inside = solution[start:end]
    while True:
        old, new = ("\n".join(lines[first : len(lines) - last]) for lines in (before, after))
        margin = len(old) - len(old.lstrip())
        if old.strip() and old[:margin] == new[:margin]:
            old, new = old[margin:], new[margin:]
        if inside.count(old) <= 1 or not first:
            return ((old, new),) if inside.count(old) == 1 else ()
        first -= 1
