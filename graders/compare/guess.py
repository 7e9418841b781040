"""A mistake that spoils what would show the convention: the pair of both that gives the student's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graders.compare.checks import verdicts
from graders.compare.context import Context, CounterModel
from graders.compare.conventions import Convention, conventions_of
from graders.compare.diagnose import name_mistakes
from graders.compare.rebase import rebased
from graders.compare.relabelled import in_convention, probing_run, rerun_in, right_families
from graders.compare.run_results import Marked, Marker
from graders.compare.sketches import Sketches

__all__ = ["guessed"]

Supposed = tuple[tuple[Marked, ...], Context]  # runs in a convention, and the context that goes with it
MOST_GUESSES = 6  # conventions that a mistake is looked for in, where no output is right in any


def guessed(
    mark: Marker,
    marked: Sequence[Marked],
    known: Sequence[CounterModel],
    variants: Sequence[CounterModel],
    context: Context,
) -> Supposed | None:
    """A mistake that spoils what would show the convention: the pair of both that gives the student's numbers."""
    probing = probing_run(marked)
    if probing is None:
        return None
    shows = bool(right_families(probing)) or context.rerun is None  # then relabelled weights would have been found
    conventions = () if shows else tuple(conventions_of(context.relabellings))
    tried = [probing.run, *(rerun_in(probing.run, conventions, context) if conventions else ())]
    sketches = context.models(probing.run)
    best: tuple[int, Supposed] | None = None
    passing, guesses = set(verdicts(marked)[1]), 0
    for run in tried:
        again = replace(probing, run=run)
        for variant in (None, *variants):
            if (run.convention is None and variant is None) or not _hit(again, known, variant, sketches):
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


def _hit(
    one: Marked, known: Sequence[CounterModel], variant: CounterModel | None, sketches: Mapping[str, Sketches]
) -> bool:
    """Whether a misconception made in this convention gives a number of the student's that is wrong."""
    for model in known:
        if model.kind != "misconception":
            continue
        theirs = sketches.get(model.id if variant is None else variant.crossed_with(model.id), Sketches())
        for name, outputs in one.families.items():
            telling = all(output in theirs.outputs and not theirs.outputs[output].hollow for output in outputs)
            if telling and one.agrees(one.actual, theirs, name) and not one.agrees(one.expected, theirs, name):
                return True
    return False


def _supposed(
    mark: Marker,
    marked: Sequence[Marked],
    convention: Convention | None,
    variant: CounterModel | None,
    context: Context,
) -> Supposed:
    """Everything in a convention that no right output shows: nothing is said of it."""
    found: Sequence[Marked] = marked
    if convention is not None:
        found, context, _ = in_convention(mark, marked, convention, context)
    if variant is not None:
        found, context = rebased(mark, found, context, variant, frozenset())
    return tuple(found), context
