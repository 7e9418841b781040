"""Settle in which convention a student works: that of the outputs that are right; everything else is judged in it.

A convention is a relabelling of the weights, a right variant of the reference, or both; beside it stands any ε.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from graders.compare.checks import CheckKey, verdicts
from graders.compare.context import Context, CounterModel, Ending, Run
from graders.compare.diagnose import name_mistakes
from graders.compare.guess import guessed
from graders.compare.rebase import accepted_variant, rebased
from graders.compare.relabelled import relabelled
from graders.compare.run_results import Marked, mark_run
from graders.compare.sketches import Sketches
from graders.compare.small_eps import lift_eps
from graders.spec import Exercise

__all__ = ["Settled", "settle"]

Note = Mapping[str, str]


@dataclass(frozen=True)
class Settled:
    """The runs in the student's convention, marked again; a context that speaks it; what to say of it.

    ``eps``: checks that fail, but only for an ε that is right in other groups.
    """

    marked: tuple[Marked, ...]
    context: Context
    notes: tuple[Note, ...] = ()
    eps: Mapping[CheckKey, CounterModel] = field(default_factory=dict)


def settle(
    exercise: Exercise, scored: Sequence[Marked], known: Sequence[CounterModel], context: Context, ending: Ending
) -> Settled:
    """Find the convention and the ε of a submission of which something differs."""
    context, mark = _remembering(context), partial(mark_run, exercise, ending=ending)
    found = relabelled(mark, scored, known, context)
    marked, context, notes = found if found is not None else (tuple(scored), context, ())
    came = [one for one in marked if one.run.actual is not None]
    family = [model for model in known if model.kind == "variant"]
    variants = [model for model in family if not model.eps]
    accepted = accepted_variant(came, variants, context.models) if variants else None
    if accepted is not None:
        marked, context = rebased(mark, marked, context, *accepted)
        notes = (*notes, accepted[0].note)
    elif found is None and (lifted := _by_eps_alone(marked, known, context)) is not None:
        return lifted
    elif found is None and (family or context.relabellings) and not _named(came, known, context):
        supposed = guessed(mark, marked, known, family, context)
        if supposed is not None:
            return Settled(*supposed)
    marked, said, eps = lift_eps(marked, known, context.models)
    return Settled(marked, context, (*notes, *said), eps)


def _by_eps_alone(marked: Sequence[Marked], known: Sequence[CounterModel], context: Context) -> Settled | None:
    """A submission that is right but for an ε, as most are that differ at all: no mistake has to be looked for."""
    if not any(model.eps for model in known):
        return None
    lifted, notes, eps = lift_eps(marked, known, context.models)
    if eps or verdicts([one for one in lifted if one.run.actual is not None])[0]:
        return None
    return Settled(lifted, context, notes, eps)


def _remembering(context: Context) -> Context:
    """A context that asks for the sketches of a run once."""
    kept: dict[int, tuple[Run, Mapping[str, Sketches]]] = {}

    def models(run: Run) -> Mapping[str, Sketches]:
        if id(run) not in kept:
            kept[id(run)] = run, context.models(run)
        return kept[id(run)][1]

    return replace(context, models=models)


def _named(marked: Sequence[Marked], known: Sequence[CounterModel], context: Context) -> bool:
    shown = [one for one in marked if one.run.shown]
    return bool(name_mistakes(shown, known, context.models).found)
