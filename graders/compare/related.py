"""How a student's numbers relate to the expected ones, per check, from the runs that may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from graders.compare.arrays import compare, far_apart
from graders.compare.bench import Bench
from graders.compare.beside import beside_relations
from graders.compare.checks import CheckKey, dims_of, runs_of
from graders.compare.context import Run
from graders.compare.factors import dims_like
from graders.compare.forms import numbers, settled
from graders.compare.functions import function_relations
from graders.compare.relations import Facts, Relation, relate
from graders.compare.run_results import Mark, Marked, own
from graders.compare.steps import step_of, step_relations
from graders.compare.value_relations import value_relations
from graders.compare.where import place_relations
from graders.messages.message import Message

__all__ = ["Related"]

FINDERS = (value_relations, beside_relations, function_relations, step_relations, place_relations)


class Related:
    """The relations in these runs, each looked up once."""

    def __init__(self, marked: Sequence[Marked]) -> None:
        self.marked = marked
        self._benches: dict[int, Bench] = {}
        self._found: dict[CheckKey, Relation | None] = {}

    def of(self, check: CheckKey) -> Relation | None:
        """The relation between actual and expected in every failing run of a check."""
        if check not in self._found:
            self._found[check] = _relation(self.marked, check, self._benches)
        return self._found[check]

    def by_one(self, failing: Sequence[CheckKey]) -> Mapping[CheckKey, Relation]:
        """The one relation, with nothing left open, that all of these checks share; empty if there is none."""
        found: dict[CheckKey, Relation] = {}
        for check in failing:
            relation = self.of(check)
            if relation is None or not relation.exact or any(relation.key != one.key for one in found.values()):
                return {}
            found[check] = relation
        return found

    def same(self, check: CheckKey, other: CheckKey) -> bool:
        """Whether two outputs are the same array, expected and actual, wherever the first is wrong."""
        wrong = [one for one in runs_of(self.marked, check) if one.verdict(check[0]) == "fail"]
        return check[1] == other[1] and bool(wrong) and all(_alike(one, check[0], other[0]) for one in wrong)


def _alike(one: Marked, name: str, other: str) -> bool:
    if one.run.actual is None or other not in one.families or len(one.families[name]) != 1:
        return False
    mine, theirs = one.families[name][0], one.families[other][-1]
    return all(_equal(trace.outputs, mine, theirs) for trace in (one.run.actual, one.run.expected))


def _equal(outputs: Mapping[str, object], mine: str, theirs: str) -> bool:
    left, right = (numbers(settled(outputs.get(name))) for name in (mine, theirs))
    return left is not None and right is not None and left.shape == right.shape and np.array_equal(left, right)


def _relation(marked: Sequence[Marked], check: CheckKey, benches: dict[int, Bench]) -> Relation | None:
    """The relation between actual and expected in every failing run of a check that a student may see."""
    name, group = check
    wrong: list[Facts] = []
    right: list[Facts] = []
    later: list[bool] = []
    infinite = False  # then the message gives their number, not their places
    drawn = next((one.run for one in marked if one.run.case.hidden), None)
    for one in marked:
        if one.run.case.group != group or name not in one.families or one.run.actual is None:
            continue
        mark = one.marks.get(name)
        failed = mark is not None and mark.verdict == "fail"
        if mark is not None and not _comparable(mark):
            return None
        for facts in _facts(one, name, drawn, benches):
            if facts is None:
                return None
            (wrong if failed and _differs(facts) else right).append(facts)
        if mark is not None and failed:
            infinite = infinite or (mark.difference is not None and mark.difference.kind == "finite")
            later.append(one.families[name].index(mark.output) > 0)
    if not wrong:
        return None
    wrong.sort(key=lambda facts: facts.loose)
    relation = relate(wrong, (value_relations,) if infinite else FINDERS, right)
    if relation is None and len(later) > 1 and all(later):
        message = Message("relation.later_steps", {"name": name, "first": wrong[0].name})
        return Relation("relation.later_steps", message)
    return relation


def _differs(facts: Facts) -> bool:
    if far_apart(facts.actual, facts.expected, facts.tau):
        return True  # nearly always true, and needs no sentence
    found = compare(facts.actual, facts.expected, facts.tau, blocks=facts.blocks)
    return found is not None and not found.fragile


def _comparable(mark: Mark) -> bool:
    """Whether a mark is about numbers: not a crash, another type or a rule."""
    kind = mark.difference.kind if mark.difference is not None else ""
    return mark.verdict in ("pass", "fail") and kind not in ("property", "kind", "type", "structure")


def _facts(one: Marked, name: str, drawn: Run | None, benches: dict[int, Bench]) -> Iterator[Facts | None]:
    """The outputs of a family in one run as arrays; None for a non-numeric one."""
    assert one.run.actual is not None
    bench = benches.setdefault(id(one), Bench(one.run.inputs, one.run.actual.outputs, one.run.expected.outputs))
    before, last = _start(one, name), 0
    script = before is not None
    dims = one.run.dims
    if not one.run.case.hidden and drawn is not None:
        dims = dims_like(one.run.inputs, drawn.inputs, drawn.dims)
    blocks = own(one.exercise.blocks, name, one.run.case.group, 1)
    for output in one.families[name]:
        if output in one.beside_eps:
            continue
        actual = numbers(settled(one.run.actual.outputs.get(output)))
        expected = numbers(settled(one.run.expected.outputs[output]))
        if actual is None or expected is None or actual.dtype.kind == "b":
            yield None
            continue
        step = step_of(output)
        facts = Facts(
            output,
            actual.astype(np.float64),
            expected.astype(np.float64) if expected.dtype.kind == "f" else expected,
            one.run.inputs,
            dims,
            one.tolerance(output),
            blocks,
            dims_of(one.run),
            bench,
            before if step == last + 1 and script and before and before[0].shape == actual.shape else None,
            step,
        )
        before, last = (facts.actual, facts.expected), step
        yield facts


def _start(one: Marked, name: str) -> tuple[np.ndarray, np.ndarray] | None:
    """The start of a script's first step: an input of the same name."""
    given = one.run.inputs.get(name)
    return (given, given) if isinstance(given, np.ndarray) and given.dtype.kind == "f" else None
