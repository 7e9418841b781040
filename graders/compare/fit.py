"""How one counter-model's answers compare with the student's: what it explains, and what contradicts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.compare.agreement import Agreement
from graders.compare.checks import CheckKey, ruled, runs_of
from graders.compare.context import CounterModel
from graders.compare.run_results import Marked
from graders.compare.weight import borne_out, weight

__all__ = ["Fit", "fit_of"]


@dataclass
class Fit:
    """How one model's answers compare with the student's: the checks it explains, and the runs where it is wrong."""

    model: CounterModel
    explains: frozenset[CheckKey]
    whole: bool
    bits: float  # weight of the agreement; 0 if the inputs are too similar
    clean: bool  # it is never wrong where the student is right
    complete: bool  # wherever it is wrong, so is the student, in the same way; other failures have other causes


def fit_of(
    model: CounterModel, marked: Sequence[Marked], same: Agreement, failing: list[CheckKey], passing: list[CheckKey]
) -> Fit | None:
    """How the model fits; None if it explains nothing or contradicts a passing check."""
    explained = _explained(model, marked, same, failing)
    if not explained:
        return None

    def agrees(one: Marked, name: str) -> bool:
        theirs = same.theirs(model, one)
        return theirs is not None and same.agrees(one, one.actual, theirs, name)

    def harmless(one: Marked, name: str) -> bool:
        """Whether the model is right here: the student may be right in another convention."""
        theirs = same.theirs(model, one)
        return theirs is not None and same.agrees(one, one.expected, theirs, name)

    clean, gradients = True, marked[0].exercise.gradients
    groups, forward = {group for _, group in explained}, any(name not in gradients for name, _ in explained)
    for check in passing:
        runs = runs_of(marked, check)
        if ruled(marked, check) or all(agrees(one, check[0]) or harmless(one, check[0]) for one in runs):
            continue  # an output with a property has values of its own
        if check[0] not in gradients or (check[1] in groups and not forward):
            return None
        clean = False
    others = [check for check in failing if check not in explained]
    complete = all(harmless(one, check[0]) for check in others for one in runs_of(marked, check))
    bits = weight(model, marked, same, explained)
    if not bits and complete and weight(model, marked, same, explained, hollow=True):
        bits = borne_out(model, marked, same, passing)
    return Fit(model, explained, not others, bits, clean, complete)


def _explained(
    model: CounterModel, marked: Sequence[Marked], same: Agreement, failing: list[CheckKey]
) -> frozenset[CheckKey]:
    """Failing checks where the model gives the student's values in every run."""
    left = set(failing)
    for one in marked:
        if not left:
            break
        for name, group in [check for check in left if check[1] == one.run.case.group and check[0] in one.families]:
            theirs = same.theirs(model, one)
            if theirs is None or not same.agrees(one, one.actual, theirs, name):
                left.discard((name, group))
    return frozenset(left)
