"""Name the mistake: the one counter-model that gives the student's numbers, on inputs that tell causes apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.compare.arrays import numbers, settled
from graders.compare.context import CounterModel, Run
from graders.compare.factors import counted, denominator
from graders.compare.run_results import Marked
from graders.compare.sketches import Sketch, Sketches, same, sketch

__all__ = [
    "CheckKey",
    "Names",
    "Sketch",
    "Sketches",
    "accepted_variant",
    "name_mistakes",
    "same",
    "sketch",
    "sketches_from_dict",
    "sketches_to_dict",
    "verdicts",
]

# Two programs agree by chance in wrong labels or counts that say less than this (one in a thousand).
LEAST_BITS = 10.0
SURE_BITS = 40.0  # below, hidden runs are asked as well

EPS_ROOM = 1e4  # times what ε does to the reference: without a root or a correction it does as much more
EPS_MOST = 1e-3  # of a value's size (as a projection measures it)

Models = Callable[[Run], Mapping[str, Sketches]]
CheckKey = tuple[str, str]  # (output family, group of cases): one check


def sketches_to_dict(sketches: Sketches) -> dict[str, Any]:
    """A JSON value for an expected file."""
    return sketches.to_dict()


def sketches_from_dict(data: Mapping[str, Any]) -> Sketches:
    return Sketches.from_dict(data)


@dataclass(frozen=True)
class Names:
    """Which model explains each failing check; ``thin`` when more runs should be asked before that is believed."""

    found: Mapping[CheckKey, CounterModel]
    thin: bool = False


@dataclass
class Fit:
    """How one model's answers compare with the student's: checks that it explains, and on which runs it is wrong."""

    model: CounterModel
    explains: frozenset[CheckKey]
    whole: bool
    bits: float  # how much the agreement says; 0 where the inputs are too much alike
    clean: bool  # it is nowhere wrong where the student is right
    complete: bool  # wherever it is wrong, the student is so in the same way; what else is wrong has other causes


def name_mistakes(marked: Sequence[Marked], known: Sequence[CounterModel], models: Models) -> Names:
    """The misconception behind each failing check, where there is exactly one.

    A model explains a check when it gives the student's values in every run of it. It is out when it would be wrong
    where the student is right. Only a gradient may be so, and only where nothing else fits: of another group of cases,
    or beside a forward that the model explains, whose backward may be written without the forward's values. It must
    differ from the reference on two runs of different dims (or on literal cases, when only these fail). One model for
    everything is preferred; else each check is named on its own, by a model that is wrong nowhere else if there is
    one. Where more fits if another ε stands in the student's code, values need only be as near to a model's as ε moves
    the reference's.
    """
    failing, passing = verdicts(marked)
    if not failing:
        return Names({})
    misconceptions = [model for model in known if model.kind == "misconception"]
    names = _names(misconceptions, marked, failing, passing, _exactly(models))
    family = [model for model in known if model.eps]
    if not family or len(names.found) == len(failing):
        return names
    beside = _beside_eps(models, family)
    near = _names(misconceptions, marked, failing, passing, beside)
    steady = [check for check in failing if not _eps_counts(marked, check, family, models)]
    near_found = {
        check: model
        for check, model in near.found.items()
        if check in names.found or not _contradicted(model, marked, steady, beside)
    }
    if len(near_found) <= len(names.found):
        return names
    return Names(_also_where_eps_counts(near_found, marked, failing, models), near.thin)


def _names(
    misconceptions: Sequence[CounterModel],
    marked: Sequence[Marked],
    failing: list[CheckKey],
    passing: list[CheckKey],
    same: Agreement,
) -> Names:
    fits = [fit for model in misconceptions if (fit := _fit(model, marked, same, failing, passing)) is not None]
    thin = any(fit.bits < SURE_BITS for fit in fits)
    fits = [fit for fit in fits if fit.bits >= LEAST_BITS]
    fits = [fit for fit in fits if fit.clean] or fits
    wholes = [fit for fit in fits if fit.whole]
    if wholes:
        model = _only(wholes)
        return Names(dict.fromkeys(failing, model) if model else {}, thin)
    found = {}
    for check in failing:
        candidates = [fit for fit in fits if check in fit.explains]
        candidates = [fit for fit in candidates if fit.complete] or candidates
        widest = [fit for fit in candidates if not any(fit.explains < other.explains for other in candidates)]
        model = _only(widest)
        if model is not None:
            found[check] = model
    return Names(found, thin)


# --- how a model's values are compared ---


@dataclass(frozen=True)
class Agreement:
    """``theirs(model, run)``: the model's sketches; ``agrees(one, sketches, theirs, name)``: one family of a run."""

    models: Models
    agrees: Callable[[Marked, Sketches, Sketches, str], bool]

    def theirs(self, model: CounterModel, one: Marked) -> Sketches | None:
        return self.models(one.run).get(model.id)


def _exactly(models: Models) -> Agreement:
    return Agreement(models, lambda one, mine, theirs, name: one.agrees(mine, theirs, name))


def _beside_eps(models: Models, family: Sequence[CounterModel]) -> Agreement:
    """Values agree that are not much farther apart than any ε of the family moves the reference.

    Only where that is little, so that no two mistakes are taken for each other.
    """
    kept: dict[tuple[int, str], float] = {}

    def room(one: Marked, output: str) -> float:
        key = id(one), output
        if key not in kept:
            mine, found = one.expected.outputs[output], models(one.run)
            moved = [found[model.id].outputs.get(output) for model in family if model.id in found]
            gaps = [gap for other in moved if other is not None and (gap := mine.apart(other)) < math.inf]
            kept[key] = min(EPS_ROOM * max(gaps, default=0.0), EPS_MOST * mine.top * math.sqrt(max(mine.size, 1)))
        return kept[key]

    def agrees(one: Marked, mine: Sketches, theirs: Sketches, name: str) -> bool:
        for output in one.families[name]:
            left, right = mine.outputs.get(output), theirs.outputs.get(output)
            if left is None or right is None or output not in one.expected.outputs:
                return False
            if not same(left, right, one.tolerance(output)) and not left.apart(right) <= room(one, output):
                return False
        return True

    return Agreement(models, agrees)


def _eps_counts(marked: Sequence[Marked], check: CheckKey, family: Sequence[CounterModel], models: Models) -> bool:
    """Whether another ε would change the verdict of a check."""
    for one in _runs_of(marked, check):
        found = models(one.run)
        if any(model.id in found and not one.agrees(one.expected, found[model.id], check[0]) for model in family):
            return True
    return False


def _contradicted(model: CounterModel, marked: Sequence[Marked], steady: Sequence[CheckKey], same: Agreement) -> bool:
    """Whether the student's values are others than the model's where no ε can be the reason.

    Where ε is large beside the gradients, a step that is far too small looks like none at all.
    """
    for check in steady:
        for one in _runs_of(marked, check):
            theirs = same.theirs(model, one)
            if theirs is None or one.verdict(check[0]) not in ("pass", "fail"):
                continue
            if not any(same.agrees(one, values, theirs, check[0]) for values in (one.actual, one.expected)):
                return True
    return False


def _also_where_eps_counts(
    found: Mapping[CheckKey, CounterModel], marked: Sequence[Marked], failing: Sequence[CheckKey], models: Models
) -> Mapping[CheckKey, CounterModel]:
    """A mistake known from one group of cases is behind a failure in another in which it alone would fail as well.

    Where gradients are small, ε decides the numbers, and nobody's are those of the mistake beside the course's ε.
    """
    named = {model.id: model for model in found.values()}
    if len(named) != 1:
        return found
    (model,) = named.values()
    more = dict(found)
    for check in failing:
        runs = _runs_of(marked, check)
        theirs = [(one, models(one.run).get(model.id)) for one in runs]
        alone = any(other is not None and not one.agrees(one.expected, other, check[0]) for one, other in theirs)
        if check not in more and alone and _merely_fails(marked, check):
            more[check] = model
    return more


def accepted_variant(
    marked: Sequence[Marked], known: Sequence[CounterModel], models: Models
) -> tuple[CounterModel, frozenset[CheckKey]] | None:
    """A right variant, and the checks that pass by it: all their runs, hidden ones too, give its values.

    Where the student has the reference's values instead, the variant must have them as well: a forward in one
    convention with a backward in the other is no variant. The same holds for the form: a variant without a bias is not
    that of a student whose bias has a gradient.
    """
    failing, passing = verdicts(marked)
    best: tuple[CounterModel, frozenset[CheckKey]] | None = None
    for model in known:
        if model.kind != "variant":
            continue
        fit = _fit(model, marked, _exactly(models), failing, passing)
        if fit is None or not fit.clean or _formed_otherwise(model, marked, models):
            continue
        checks = frozenset(check for check in fit.explains if _merely_fails(marked, check))
        if checks and (best is None or len(checks) > len(best[1])):
            best = model, checks
    return best


def _formed_otherwise(model: CounterModel, marked: Sequence[Marked], models: Models) -> bool:
    """Whether the student somewhere has the reference's form of an output, and the variant another."""
    for one in marked:
        theirs = models(one.run).get(model.id, Sketches()).outputs
        for output, right in one.expected.outputs.items():
            mine = one.actual.outputs.get(output)
            if mine is not None and output in theirs and mine.form == right.form != theirs[output].form:
                return True
    return False


def verdicts(marked: Sequence[Marked]) -> tuple[list[CheckKey], list[CheckKey]]:
    """(failing, passing) checks of these runs, in order; those that are missing or timed out are neither."""
    verdicts: dict[CheckKey, set[str]] = {}
    for one in marked:
        for name in one.families:
            if one.exercise.points_of(name, one.run.case.group):
                verdicts.setdefault((name, one.run.case.group), set()).add(one.verdict(name))
    wrong = {"fail", "error"}
    failing = [check for check, seen in verdicts.items() if seen & wrong and seen <= wrong | {"pass"}]
    return failing, [check for check, seen in verdicts.items() if seen == {"pass"}]


def _merely_fails(marked: Sequence[Marked], check: CheckKey) -> bool:
    return all(one.verdict(check[0]) in ("pass", "fail") for one in _runs_of(marked, check))


def _runs_of(marked: Iterable[Marked], check: CheckKey) -> list[Marked]:
    return [one for one in marked if check[0] in one.families and one.run.case.group == check[1]]


def _fit(
    model: CounterModel, marked: Sequence[Marked], same: Agreement, failing: list[CheckKey], passing: list[CheckKey]
) -> Fit | None:
    """How the model fits, or None when it explains nothing or contradicts a check that passes."""

    def agrees(one: Marked, name: str) -> bool:
        theirs = same.theirs(model, one)
        return theirs is not None and same.agrees(one, one.actual, theirs, name)

    def harmless(one: Marked, name: str) -> bool:
        """Whether the model is right here: the student may be right in another convention."""
        theirs = same.theirs(model, one)
        return theirs is not None and same.agrees(one, one.expected, theirs, name)

    explained = frozenset(check for check in failing if all(agrees(one, check[0]) for one in _runs_of(marked, check)))
    if not explained:
        return None
    clean, gradients = True, marked[0].exercise.gradients
    groups, forward = {group for _, group in explained}, any(name not in gradients for name, _ in explained)
    for check in passing:
        runs = _runs_of(marked, check)
        if _ruled(marked, check) or all(agrees(one, check[0]) or harmless(one, check[0]) for one in runs):
            continue  # an output with a property has values of its own
        if check[0] not in gradients or (check[1] in groups and not forward):
            return None
        clean = False
    others = [check for check in failing if check not in explained]
    complete = all(harmless(one, check[0]) for check in others for one in _runs_of(marked, check))
    bits = _weight(model, marked, same, explained)
    if not bits and complete and _weight(model, marked, same, explained, hollow=True):
        bits = _borne_out(model, marked, same, passing)
    return Fit(model, explained, not others, bits, clean, complete)


def _ruled(marked: Sequence[Marked], check: CheckKey) -> bool:
    properties = marked[0].exercise.properties
    return check[0] in properties or f"{check[0]}@{check[1]}" in properties


def _weight(
    model: CounterModel, marked: Sequence[Marked], same: Agreement, explained: frozenset[CheckKey], hollow: bool = False
) -> float:
    """How much it says that a model and the student are wrong in the same way, in bits.

    Nothing unless the model is wrong on two runs of different dims, or on literal cases only (these cannot be more).
    Real numbers say all; a few flipped labels or counts may agree by chance. Zeros and NaN have a hundred causes and
    count with ``hollow`` only.
    """
    seen: set[object] = set()
    literal, bits = True, 0.0
    for check in explained:
        for one in _runs_of(marked, check):
            theirs = same.theirs(model, one)
            assert theirs is not None
            if same.agrees(one, one.expected, theirs, check[0]) or (_hollow(one, check[0]) and not hollow):
                continue
            seen.add(dims_of(one.run))
            bits += _bits(one, check[0])
            literal = literal and not one.run.case.hidden
    if literal and seen:
        return math.inf
    return bits if len(seen) >= 2 else 0.0


def _hollow(one: Marked, name: str) -> bool:
    """Whether a student's values are zeros or NaN wherever they are not as expected."""
    pairs = [(one.actual.outputs.get(output), one.expected.outputs[output], output) for output in one.families[name]]
    wrong = [mine for mine, right, output in pairs if mine is None or not same(mine, right, one.tolerance(output))]
    return all(mine is not None and mine.hollow for mine in wrong) and bool(wrong)


def _borne_out(model: CounterModel, marked: Sequence[Marked], same: Agreement, passing: Sequence[CheckKey]) -> float:
    """What zeros or NaN say where they are all that a model spoils: all, if what it gives besides is there and right.

    Nearly any other cause would have spoiled more.
    """
    for check in passing:
        for one in _runs_of(marked, check):
            theirs = same.theirs(model, one)
            values = [one.actual.outputs.get(output) for output in one.families[check[0]]]
            telling = any(value is not None and not value.hollow and not value.exact for value in values)
            if theirs is not None and telling and same.agrees(one, one.actual, theirs, check[0]):
                return math.inf
    return 0.0


def _bits(one: Marked, name: str) -> float:
    """How much it says that another program has the same wrong values here: without limit for real numbers."""
    total = 0.0
    for output in one.families[name]:
        given = one.run.actual.outputs.get(output) if one.run.actual is not None else None
        actual, expected = numbers(settled(given)), numbers(settled(one.run.expected.outputs[output]))
        if actual is None or expected is None or actual.shape != expected.shape:
            return math.inf
        if (actual.dtype.kind == "b") != (expected.dtype.kind == "b"):
            return math.inf
        wrong, count = int(np.count_nonzero(actual != expected)), actual.size
        if count == 1 and counted(actual.item()) and counted(expected.item()):
            unit = max(denominator(actual.item()), denominator(expected.item()))
            total += math.log2(1 + unit * abs(actual.item() - expected.item()))
        elif not (_whole(actual) and _whole(expected)):
            return math.inf
        elif wrong:
            values = np.union1d(actual, expected).size - 1
            total += math.log2(math.comb(count, wrong)) + wrong * math.log2(max(values, 1))
    return total


def _whole(array: np.ndarray) -> bool:
    return array.dtype.kind in "iub" or bool(np.all(array == np.round(array)))


def dims_of(run: Run) -> object:
    """What tells two runs apart as evidence: the dims of a drawn case, the name of a literal one."""
    return tuple(sorted(run.dims.items())) if run.case.hidden else run.case.name


def _only(fits: Sequence[Fit]) -> CounterModel | None:
    """The one model among these, counting those that nothing can tell apart, or that are called the same, as one."""
    if not fits:
        return None
    first = fits[0].model
    return first if all(fit.model.is_like(first) for fit in fits[1:]) else None
