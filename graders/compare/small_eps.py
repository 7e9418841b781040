"""Checks that differ from the reference only by another ε."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from graders.compare.checks import CheckKey, Models, runs_of, verdicts
from graders.compare.context import CounterModel
from graders.compare.rebase import lifted
from graders.compare.run_results import Marked, compared
from graders.compare.sketches import Sketches

__all__ = ["lift_eps"]


Lifted = tuple[tuple[Marked, ...], tuple[Mapping[str, str], ...], Mapping[CheckKey, CounterModel]]


def lift_eps(marked: Sequence[Marked], known: Sequence[CounterModel], models: Models) -> Lifted:
    """Lifts checks that differ only by another ε; returns those whose ε is right only in other groups separately."""
    family = [model for model in known if model.eps]
    came = [one for one in marked if one.run.actual is not None]
    left, notes = set(_differing(came)) if family else set(), []
    apart: dict[CheckKey, CounterModel] = {}
    while left:
        runs = {check: runs_of(came, check) for check in left}
        explained = {model.id: _explained(model, runs, models) for model in family}
        best = max(family, key=lambda model: len(explained[model.id]))
        if not explained[best.id]:
            break
        checks = {check for check in explained[best.id] if not best.groups or check[1] in best.groups}
        apart |= dict.fromkeys(explained[best.id] - checks, best)
        if checks:
            marked = tuple(lifted(one, frozenset(checks)) for one in marked)
            notes.append(best.note)
        left -= explained[best.id]
    return tuple(_excused(one, left, family, models) for one in marked), tuple(notes), apart


def _excused(one: Marked, left: set[CheckKey], family: Sequence[CounterModel], models: Models) -> Marked:
    """If the first steps of a script match another ε, the error starts at the first step that does not."""
    marks, excused = dict(one.marks), set()
    for name, group in left:
        outputs = one.families.get(name, ())
        if group != one.run.case.group or name not in marks or len(outputs) < 2 or one.run.actual is None:
            continue
        here = marks[name].output  # an ε that does not explain the first difference explains none
        near = [model for model in family if _same_as(one, model, models)(here)]
        if not near:
            continue
        agreeing = [list(itertools.takewhile(_same_as(one, model, models), outputs)) for model in near]
        first = max(agreeing, key=len)
        for output in outputs[len(first) : len(outputs) if first else 0]:
            expected = one.run.expected.outputs[output]
            mark = compared(one, output, one.run.actual.outputs.get(output), expected)
            if mark is not None and mark.verdict == "fail":
                marks[name] = mark
                excused |= {*first}
                break
    return replace(one, marks=marks, beside_eps=frozenset(excused)) if excused else one


def _same_as(one: Marked, model: CounterModel, models: Models) -> Callable[[str], bool]:
    theirs = models(one.run).get(model.id, Sketches())
    return lambda output: one.actual.agrees(theirs, output, one.tolerance(output))


def _differing(marked: Sequence[Marked]) -> Iterator[CheckKey]:
    """Checks whose numbers differ from the reference's, with nothing worse."""
    failing, passing = verdicts(marked)
    for name, group in (*failing, *passing):
        marks = [one.marks[name] for one in marked if one.run.case.group == group and name in one.marks]
        if marks and all(mark.difference is not None and mark.difference.kind in ("value", "finite") for mark in marks):
            yield name, group


def _explained(model: CounterModel, runs: Mapping[CheckKey, Sequence[Marked]], models: Models) -> set[CheckKey]:
    def agrees(one: Marked, name: str) -> bool:
        return one.agrees(one.actual, models(one.run).get(model.id, Sketches()), name)

    return {check for check, ones in runs.items() if all(agrees(one, check[0]) for one in ones)}
