"""How a counter-model's values are compared with a student's: exactly, or up to another ε."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graders.compare.checks import Models
from graders.compare.context import CounterModel
from graders.compare.run_results import Marked
from graders.compare.sketches import Sketches, same

__all__ = ["Agreement", "beside_eps", "exactly"]

EPS_ROOM = 1e4  # times the effect of ε on the reference: without a root or a correction, it is that much larger
EPS_MOST = 1e-3  # of a value's size (as a projection measures it)


@dataclass(frozen=True)
class Agreement:
    """``theirs(model, run)``: its sketches; ``agrees(one, sketches, theirs, name)``: one family of a run."""

    models: Models
    agrees: Callable[[Marked, Sketches, Sketches, str], bool]

    def theirs(self, model: CounterModel, one: Marked) -> Sketches | None:
        return self.models(one.run).get(model.id)


def exactly(models: Models) -> Agreement:
    return Agreement(models, lambda one, mine, theirs, name: one.agrees(mine, theirs, name))


def beside_eps(models: Models, family: Sequence[CounterModel]) -> Agreement:
    """Values agree if they are not much farther apart than any ε of the family moves the reference.

    Only where that distance is small, so that two mistakes are never confused.
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
