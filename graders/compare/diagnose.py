"""Name the mistake: the one counter-model that gives the student's numbers, on inputs that tell causes apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graders.compare.agreement import Agreement, beside_eps, exactly
from graders.compare.checks import CheckKey, Models, merely_fails, runs_of, verdicts
from graders.compare.context import CounterModel
from graders.compare.fit import Fit, fit_of
from graders.compare.run_results import Marked

__all__ = ["Names", "name_mistakes"]

# Below this, wrong labels or counts of two programs may agree by chance (one in a thousand).
LEAST_BITS = 10.0
SURE_BITS = 40.0  # below this, hidden runs are consulted too


@dataclass(frozen=True)
class Names:
    """Which model explains each failing check; ``thin`` if it should be believed only after more runs."""

    found: Mapping[CheckKey, CounterModel]
    thin: bool = False


def name_mistakes(marked: Sequence[Marked], known: Sequence[CounterModel], models: Models) -> Names:
    """The misconception behind each failing check, if there is exactly one.

    A model explains a check if it gives the student's values in every run of it. It is out if it would be wrong where
    the student is right. Only a gradient is exempt, and only if nothing else fits: in another group of cases, or beside
    a forward that the model explains, because a backward may be written without the forward's values. The model must
    differ from the reference on two runs of different dims (or on literal cases, if only these fail). One model for
    everything is preferred; else each check is named on its own, by a model that is wrong nowhere else if there is
    one. If more fits under another ε in the student's code, values need only be as close to a model's as ε moves
    the reference's. Mistakes of other exercises explain only what no mistake of this one does.
    """
    failing, passing = verdicts(marked)
    if not failing:
        return Names({})
    misconceptions = [model for model in known if model.kind == "misconception"]
    fits = _fits(misconceptions, marked, failing, passing, exactly(models))
    names = _names(fits, failing)
    family = [model for model in known if model.eps]
    if family and len(names.found) < len(failing):
        beside = beside_eps(models, family)
        near = _names(_fits(misconceptions, marked, failing, passing, beside), failing)
        near = _where_no_eps_explains(near, names, marked, failing, family, beside)
        if len(near.found) > len(names.found):
            names = Names(_also_where_eps_counts(near.found, marked, failing, models), near.thin)
    lent = [model for model in known if model.kind == "borrowed"]
    if not lent or len(names.found) == len(failing) or any(fit.whole and fit.bits >= LEAST_BITS for fit in fits):
        return names
    return _beside_borrowed(names, fits, _fits(lent, marked, failing, passing, exactly(models)), failing)


def _fits(
    known: Sequence[CounterModel],
    marked: Sequence[Marked],
    failing: list[CheckKey],
    passing: list[CheckKey],
    same: Agreement,
) -> list[Fit]:
    return [fit for model in known if (fit := fit_of(model, marked, same, failing, passing)) is not None]


def _names(fits: Sequence[Fit], failing: Sequence[CheckKey]) -> Names:
    thin = any(fit.bits < SURE_BITS for fit in fits)
    fits = [fit for fit in fits if fit.bits >= LEAST_BITS]
    fits = [fit for fit in fits if fit.clean] or fits
    wholes = [fit for fit in fits if fit.whole]
    if wholes:
        model = _only(wholes)
        return Names(dict.fromkeys(failing, model) if model else {}, thin)
    found: dict[CheckKey, Fit] = {}
    for check in failing:
        candidates = [fit for fit in fits if check in fit.explains]
        candidates = [fit for fit in candidates if fit.complete] or candidates
        widest = [fit for fit in candidates if not any(fit.explains < other.explains for other in candidates)]
        if _only(widest) is not None:
            found[check] = widest[0]
    sure = {check: fit.model for check, fit in found.items() if not _contradicted(fit, check, found)}
    return Names(sure, thin)


def _contradicted(fit: Fit, check: CheckKey, found: Mapping[CheckKey, Fit]) -> bool:
    """Whether a model with few bits is contradicted by another mistake in the same output: one of them is chance."""
    if fit.bits >= SURE_BITS:
        return False
    others = ((other, that) for other, that in found.items() if other[0] == check[0] and other[1] != check[1])
    return any(other not in fit.explains and not that.model.is_like(fit.model) for other, that in others)


def _where_no_eps_explains(
    near: Names,
    names: Names,
    marked: Sequence[Marked],
    failing: Sequence[CheckKey],
    family: Sequence[CounterModel],
    beside: Agreement,
) -> Names:
    """The names found up to ε, without those that contradict numbers no ε can explain."""
    steady = [check for check in failing if not _eps_counts(marked, check, family, beside.models)]
    kept = {
        check: model
        for check, model in near.found.items()
        if check in names.found or not _speaks_against(model, marked, steady, beside)
    }
    return Names(kept, near.thin)


def _eps_counts(marked: Sequence[Marked], check: CheckKey, family: Sequence[CounterModel], models: Models) -> bool:
    """Whether another ε would change the verdict of a check."""
    for one in runs_of(marked, check):
        found = models(one.run)
        if any(model.id in found and not one.agrees(one.expected, found[model.id], check[0]) for model in family):
            return True
    return False


def _speaks_against(model: CounterModel, marked: Sequence[Marked], steady: Sequence[CheckKey], same: Agreement) -> bool:
    """Whether the student's values differ from the model's where ε cannot be the reason.

    If ε is large compared with the gradients, a step that is far too small looks like none at all.
    """
    for check in steady:
        for one in runs_of(marked, check):
            theirs = same.theirs(model, one)
            if theirs is None or one.verdict(check[0]) not in ("pass", "fail"):
                continue
            if not any(same.agrees(one, values, theirs, check[0]) for values in (one.actual, one.expected)):
                return True
    return False


def _beside_borrowed(names: Names, own: Sequence[Fit], lent: Sequence[Fit], failing: Sequence[CheckKey]) -> Names:
    """Sure mistakes of other exercises: one that explains everything, else each where none of this exercise fits."""
    found = _names([fit for fit in lent if fit.clean and fit.bits >= SURE_BITS], failing)
    if len(found.found) == len(failing) and len({model.id for model in found.found.values()}) == 1:
        return found
    taken = {check for fit in own for check in fit.explains} | names.found.keys()
    more = {check: model for check, model in found.found.items() if check not in taken}
    return Names({**names.found, **more}, names.thin or any(fit.bits < SURE_BITS for fit in lent))


def _also_where_eps_counts(
    found: Mapping[CheckKey, CounterModel], marked: Sequence[Marked], failing: Sequence[CheckKey], models: Models
) -> Mapping[CheckKey, CounterModel]:
    """A mistake known from one group of cases also explains failures in others where it alone would fail.

    If gradients are small, ε decides the numbers, and nobody gets those of the mistake with the course's ε.
    """
    named = {model.id: model for model in found.values()}
    if len(named) != 1:
        return found
    (model,) = named.values()
    more = dict(found)
    for check in failing:
        runs = runs_of(marked, check)
        theirs = [(one, models(one.run).get(model.id)) for one in runs]
        alone = any(other is not None and not one.agrees(one.expected, other, check[0]) for one, other in theirs)
        if check not in more and alone and merely_fails(marked, check):
            more[check] = model
    return more


def _only(fits: Sequence[Fit]) -> CounterModel | None:
    """The single model among these, counting models that nothing tells apart or that share a title as one.

    Of borrowed models, only the nearest count. Several of one group are reported as what they have in common.
    """
    if not fits:
        return None
    near = min(fit.model.steps for fit in fits)
    models = [fit.model for fit in fits if fit.model.steps == near]
    first = models[0]
    if all(model.is_like(first) for model in models[1:]):
        return first
    together = first.shared is not None and all(model.shared == first.shared for model in models[1:])
    return first.as_group() if together else None
