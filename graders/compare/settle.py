"""Settle which convention a student uses: the one in which outputs are right; everything else is judged in it.

A convention is a relabelling of the weights, a right variant of the reference, or both, with any ε.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from graders.compare.checks import CheckKey, verdicts
from graders.compare.context import Context, CounterModel, Ending, Run
from graders.compare.diagnose import Names, name_mistakes
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
    """The runs in the student's convention, marked again; a context in that convention; notes about it.

    ``eps``: checks that fail, but only because of an ε that is right in other groups. ``names``: the mistakes in the
    runs that a student may see, if they have already been looked for.
    """

    marked: tuple[Marked, ...]
    context: Context
    notes: tuple[Note, ...] = ()
    eps: Mapping[CheckKey, CounterModel] = field(default_factory=dict)
    names: Names | None = None


def settle(
    exercise: Exercise, scored: Sequence[Marked], known: Sequence[CounterModel], context: Context, ending: Ending
) -> Settled:
    """Find the convention and the ε of a submission that differs somewhere."""
    context, mark = _remembering(context), partial(mark_run, exercise, ending=ending)
    plain = _named_as_they_are(scored, known, context)
    names = plain if plain is not None and _explain(plain, scored) else None
    found, reruns = relabelled(mark, scored, known, context) if names is None else (None, ())
    marked, context, notes = found if found is not None else (tuple(scored), context, ())
    came = _came(marked)
    family = [model for model in known if model.kind == "variant"]
    variants = [model for model in family if not model.eps]
    accepted = accepted_variant(came, variants, context.models) if variants else None
    if accepted is not None:
        marked, context = rebased(mark, marked, context, *accepted)
        notes = (*notes, accepted[0].note)
    lifted, said, eps = lift_eps(marked, known, context.models)
    done = any(model.eps for model in family) and _all_is_right(lifted, eps)
    if accepted is None and found is None and (family or context.relabellings) and not done:
        names = plain or name_mistakes(_shown(came), known, context.models)
        supposed = guessed(mark, marked, known, family, context, reruns) if not names.found else None
        if supposed is not None:
            return Settled(*supposed)
    names = names if accepted is None and all(map(operator.is_, lifted, marked)) else None
    return Settled(lifted, context, (*notes, *said), eps, names)


def _all_is_right(lifted: Sequence[Marked], eps: Mapping[CheckKey, CounterModel]) -> bool:
    """The submission is right except for an ε, the most common difference: there is no mistake to look for."""
    return not eps and not verdicts(_came(lifted))[0]


def _named_as_they_are(scored: Sequence[Marked], known: Sequence[CounterModel], context: Context) -> Names | None:
    """The mistakes in the course's convention, if there are others and a student's code would have to be rerun."""
    if not context.relabellings or context.expect is not None:
        return None
    return name_mistakes(_shown(_came(scored)), known, context.models)


def _explain(names: Names, scored: Sequence[Marked]) -> bool:
    """Whether they explain every failure: that shows the course's convention, and nothing is rerun."""
    return bool(names.found) and len(names.found) == len(verdicts(_came(scored))[0])


def _came(marked: Sequence[Marked]) -> list[Marked]:
    return [one for one in marked if one.run.actual is not None]


def _remembering(context: Context) -> Context:
    """A context that requests the sketches of a run only once."""
    kept: dict[int, tuple[Run, Mapping[str, Sketches]]] = {}

    def models(run: Run) -> Mapping[str, Sketches]:
        if id(run) not in kept:
            kept[id(run)] = run, context.models(run)
        return kept[id(run)][1]

    return replace(context, models=models)


def _shown(marked: Sequence[Marked]) -> list[Marked]:
    return [one for one in marked if one.run.shown]
