"""A mistake that hides the convention: the pair of both that gives the student's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graders.compare.checks import verdicts
from graders.compare.context import Context, CounterModel, Run
from graders.compare.conventions import Convention, conventions_of
from graders.compare.diagnose import name_mistakes
from graders.compare.rebase import rebased
from graders.compare.relabelled import in_convention, probing_run, rerun_in, right_families
from graders.compare.run_results import Marked, Marker
from graders.compare.sketches import Sketches
from graders.compare.tolerance import FLOOR, fragile_up_to

__all__ = ["guessed"]

Supposed = tuple[tuple[Marked, ...], Context]  # runs in a convention, and the matching context
MOST_GUESSES = 6  # conventions searched for a mistake if no output is right in any


def guessed(
    mark: Marker,
    marked: Sequence[Marked],
    known: Sequence[CounterModel],
    variants: Sequence[CounterModel],
    context: Context,
    reruns: Sequence[Run] = (),
) -> Supposed | None:
    """A mistake that hides the convention: the pair of both that gives the student's numbers.

    ``reruns``: the student's code run in every convention, if that has been done.
    """
    probing = probing_run(marked)
    if probing is None:
        return None
    shows = bool(right_families(probing)) or context.rerun is None  # then relabelled weights would have been found
    conventions = () if shows else tuple(conventions_of(context.relabellings))
    tried = [probing.run, *(reruns or rerun_in(probing.run, conventions, context) if conventions else ())]
    sketches = context.models(probing.run)
    wrong = [(variant, _wrong(probing, known, variant, sketches)) for variant in (None, *variants)]
    best: tuple[int, Supposed] | None = None
    passing, guesses = set(verdicts(marked)[1]), 0
    for run in tried:
        again = replace(probing, run=run, sketched={})
        for variant, values in wrong:
            if (run.convention is None and variant is None) or not _hit(again, values):
                continue
            guesses += 1
            if guesses > MOST_GUESSES:
                break
            held, theirs = _supposed(mark, marked, run.convention, variant, context)
            shown = [one for one in held if one.run.shown and one.run.actual is not None]
            count = len(name_mistakes(shown, known, theirs.models).found)
            if count and (best is None or count > best[0]) and passing <= set(verdicts(held)[1]):
                best = count, (held, theirs)
    return best[1] if best is not None else None


@dataclass(frozen=True)
class _Wrong:
    """A family's values under misconceptions that change it, with each one's largest number in the last step."""

    name: str
    sketches: tuple[Sketches, ...]
    tops: np.ndarray


def _wrong(
    one: Marked, known: Sequence[CounterModel], variant: CounterModel | None, sketches: Mapping[str, Sketches]
) -> list[_Wrong]:
    """The wrong and telling values of every misconception in this variant, per family."""
    mistakes = [model.id for model in known if model.kind == "misconception"]
    keys = mistakes if variant is None else [variant.crossed_with(id) for id in mistakes]
    models = [sketches.get(key, Sketches()) for key in keys]
    found = []
    for name, outputs in one.families.items():
        telling = (it for it in models if all(out in it.outputs and not it.outputs[out].hollow for out in outputs))
        wrong = tuple(it for it in telling if not one.agrees(one.expected, it, name))
        found.append(_Wrong(name, wrong, np.array([it.outputs[outputs[-1]].top for it in wrong])))
    return found


def _hit(one: Marked, wrong: Sequence[_Wrong]) -> bool:
    """Whether the student's value is one of these."""
    for values in wrong:
        output = one.families[values.name][-1]
        mine = one.actual.outputs.get(output)
        if mine is None:
            continue
        sizes = np.maximum(values.tops, max(mine.top, FLOOR))
        near = np.abs(values.tops - mine.top) <= fragile_up_to(one.tolerance(output)) * sizes
        if any(one.agrees(one.actual, values.sketches[place], values.name) for place in np.flatnonzero(near)):
            return True
    return False


def _supposed(
    mark: Marker,
    marked: Sequence[Marked],
    convention: Convention | None,
    variant: CounterModel | None,
    context: Context,
) -> Supposed:
    """All runs in a convention that no right output confirms, so the student is not told about it."""
    found: Sequence[Marked] = marked
    if convention is not None:
        found, context, _ = in_convention(mark, marked, convention, context)
    if variant is not None:
        found, context = rebased(mark, found, context, variant, frozenset())
    return tuple(found), context
