"""What stands behind the failing checks: variants, misconceptions, relations, counterexamples, follow-through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graders.compare.arrays import compare, numbers, settled
from graders.compare.diagnose import Names, Unit, accepted_variant, dims_of, name_mistakes
from graders.compare.factors import dims_like
from graders.compare.gradients import Slope, plan_slope
from graders.compare.ladders import ladder_of
from graders.compare.marks import Mark, Marked, family_of, mark_run, own
from graders.compare.places import place_relations
from graders.compare.relations import Facts, Relation, relate, value_relations
from graders.compare.runs import Bench, Ending, Finding, Model, Run
from graders.probe import Trace
from graders.spec import Exercise
from graders.verdict import Message

__all__ = ["Finding", "Found", "investigate"]

ATTEMPTS = 6  # fresh public draws per hidden run that failed, in search of one that fails the same way
LARGEST_BATCH = 48  # reruns of one exercise
SLOPES = 2  # runs on which a follow-through must hold, where there are two

# A forward that computes nothing satisfies its own slope (identity with identity, zeros with zeros): no points for it.
UNEARNED = {"relation.zeros", "relation.ones", "relation.constant", "relation.input", "relation.all_nan"}


@dataclass(frozen=True)
class Found:
    """The runs, with marks lifted where a right variant passes and counterexamples added; findings per check."""

    marked: tuple[Marked, ...]
    findings: Mapping[Unit, Finding]
    variant: Model | None


def investigate(unit: str, exercise: Exercise, scored: Sequence[Marked], known: Sequence[Model], bench: Bench) -> Found:
    """Explain what fails, asking the bench for as little as possible: at most one batch of reruns."""
    came_back = [one for one in scored if one.run.actual is not None]
    accepted = accepted_variant(came_back, known, bench.models)
    variant = None
    if accepted is not None:
        variant, units = accepted
        scored = [_lifted(one, units) for one in scored]
        came_back = [one for one in scored if one.run.actual is not None]
    failing = _failing(came_back)
    if not failing:
        return Found(tuple(scored), {}, variant)
    findings = _causes(unit, came_back, failing, known, bench)
    slopes = _slopes(unit, exercise, came_back, findings) if bench.rerun is not None else {}
    searches = _searches(came_back, failing, bench)
    batch = [inputs for planned in slopes.values() for slope, _, _ in planned for inputs in slope.batch]
    batch += [inputs for _, _, inputs in searches]
    traces = bench.rerun(batch) if batch and bench.rerun is not None else []
    place = 0
    consistent: list[Unit] = []
    for check, planned in slopes.items():
        fits: list[bool] = []
        again: list[Marked] = []
        for slope, one, value in planned:
            mine = traces[place : place + len(slope.batch)]
            place += len(slope.batch)
            fits.append(slope.fits(mine, value))
            again += _rerun(exercise, one, slope, mine, bench)
        if all(fits) and (bench.expect is None or _same_causes(exercise, check, again, findings, bench)):
            consistent.append(check)
    examples = _examples(exercise, came_back, searches, traces[place:], bench)
    if examples:
        scored = [*scored, *examples]
        findings = _causes(unit, [*came_back, *examples], failing, known, bench)
    for check in consistent:
        findings[check] = _follow_through(exercise, check, findings)
    return Found(tuple(scored), findings, variant)


def _lifted(one: Marked, units: frozenset[Unit]) -> Marked:
    marks = {name: mark for name, mark in one.marks.items() if (name, one.run.case.group) not in units}
    return replace(one, marks=marks)


def _failing(marked: Sequence[Marked], shown: bool = False) -> list[Unit]:
    """Checks with a failing run, in order; with ``shown``, one that a student may see."""
    return list(
        dict.fromkeys(
            (name, one.run.case.group)
            for one in marked
            for name, mark in one.marks.items()
            if mark.verdict in ("fail", "error") and (one.run.shown or not shown)
            if one.exercise.points_of(name, one.run.case.group)
        )
    )


# --- causes ----------------------------------------------------------------------------------------------------------


def _causes(
    unit: str, marked: Sequence[Marked], failing: Sequence[Unit], known: Sequence[Model], bench: Bench
) -> dict[Unit, Finding]:
    """A misconception or a relation per failing check; public runs first, hidden ones where these do not suffice."""
    shown = [one for one in marked if one.run.shown]
    names = name_mistakes(shown, known, bench.models) if shown else Names({})
    unseen = set(failing) - set(_failing(shown))
    if (names.thin or unseen) and len(shown) < len(marked):
        names = name_mistakes(marked, known, bench.models)
    findings: dict[Unit, Finding] = {}
    for check in failing:
        model = names.found.get(check)
        if model is not None:
            diagnosis = f"{unit}.{marked[0].exercise.symbol}.{model.id}"
            findings[check] = Finding(None, diagnosis, model.hints, model.title or None)
            for forward in _unscored_forwards(shown, check, model, bench):
                findings.setdefault(forward, findings[check])
            continue
        relation = _relation(shown, check)
        if relation is not None:
            findings[check] = Finding(relation.message, relation.id, ladder_of(relation.id))
    return findings


def _unscored_forwards(marked: Sequence[Marked], check: Unit, model: Model, bench: Bench) -> Iterator[Unit]:
    """The wrong forwards of a gradient that are worth no points, where the gradient's model gives their values too."""
    name, group = check
    exercise = marked[0].exercise if marked else None
    if exercise is None or name not in exercise.gradients:
        return
    for forward in {family_of(output) for output, _ in exercise.gradients[name].pairs()}:
        wrong = [one for one in marked if one.run.case.group == group and one.verdict(forward) == "fail"]
        same = all(one.agrees(one.actual, bench.models(one.run)[model.id], forward) for one in wrong)
        if wrong and same and not exercise.points_of(forward, group):
            yield forward, group


def _relation(marked: Sequence[Marked], check: Unit) -> Relation | None:
    """What stands between actual and expected in every failing run of a check that a student may see."""
    name, group = check
    wrong: list[Facts] = []
    right: list[Facts] = []
    later: list[bool] = []
    infinite = False  # then it is said how many are, rather than where
    drawn = next((one.run for one in marked if one.run.case.hidden), None)
    for one in marked:
        if one.run.case.group != group or name not in one.families or one.run.actual is None:
            continue
        mark = one.marks.get(name)
        failed = mark is not None and mark.verdict == "fail"
        if mark is not None and not _comparable(mark):
            return None
        for facts in _facts(one, name, drawn):
            if facts is None:
                return None
            (wrong if failed and _differs(facts) else right).append(facts)
        if mark is not None and failed:
            infinite = infinite or (mark.difference is not None and mark.difference.kind == "finite")
            later.append(one.families[name].index(mark.output) > 0)
    if not wrong:
        return None
    finders = (value_relations,) if infinite else (value_relations, place_relations)
    relation = relate(wrong, finders, right)
    if relation is None and len(later) > 1 and all(later):
        message = Message("relation.later_steps", {"name": name, "first": wrong[0].name})
        return Relation("relation.later_steps", message)
    return relation


def _differs(facts: Facts) -> bool:
    found = compare(facts.actual, facts.expected, facts.tau, blocks=facts.blocks)
    return found is not None and not found.fragile


def _comparable(mark: Mark) -> bool:
    """Whether numbers stand behind a mark: not a crash, another type or a rule."""
    kind = mark.difference.kind if mark.difference is not None else ""
    return mark.verdict in ("pass", "fail") and kind not in ("property", "kind", "type", "structure")


def _facts(one: Marked, name: str, drawn: Run | None) -> Iterator[Facts | None]:
    """The outputs of a family in one run as arrays; None for one that is not numeric."""
    assert one.run.actual is not None
    dims = one.run.dims
    if not one.run.case.hidden and drawn is not None:
        dims = dims_like(one.run.inputs, drawn.inputs, drawn.dims)
    blocks = own(one.exercise.blocks, name, one.run.case.group, 1)
    for output in one.families[name]:
        actual = numbers(settled(one.run.actual.outputs.get(output)))
        expected = numbers(settled(one.run.expected.outputs[output]))
        if actual is None or expected is None or actual.dtype.kind == "b":
            yield None
            continue
        yield Facts(
            output,
            actual.astype(np.float64),
            expected.astype(np.float64) if expected.dtype.kind == "f" else expected,
            one.run.inputs,
            dims,
            one.tolerance(output),
            blocks,
            dims_of(one.run),
        )


# --- follow-through --------------------------------------------------------------------------------------------------


def _slopes(
    unit: str, exercise: Exercise, marked: Sequence[Marked], findings: Mapping[Unit, Finding]
) -> dict[Unit, list[tuple[Slope, Marked, Any]]]:
    """For each wrong gradient of a wrong but named forward: its slopes, the runs, the student's gradients."""
    planned: dict[Unit, list[tuple[Slope, Marked, Any]]] = {}
    for name, gradient in exercise.gradients.items():
        forwards = {family_of(output) for output, _ in gradient.pairs()}
        for group in exercise.groups:
            runs = [
                one for one in marked if one.run.shown and one.run.case.group == group and one.verdict(name) == "fail"
            ]
            wrong = [forward for forward in forwards if any(one.verdict(forward) == "fail" for one in runs)]
            named = [findings[forward, group] for forward in wrong if (forward, group) in findings]
            if not wrong or len(named) < len(wrong) or any(found.diagnosis in UNEARNED for found in named):
                continue
            if any(_computes_nothing(one, forward) for one in runs for forward in forwards):
                continue
            found = [
                (slope, one, one.run.actual.outputs[name])
                for one in {dims_of(one.run): one for one in runs}.values()
                if one.run.actual is not None and name in one.run.actual.outputs
                if (slope := _slope(unit, exercise, one, name))
            ]
            if found:
                planned[name, group] = found[:SLOPES]
    return planned


def _slope(unit: str, exercise: Exercise, one: Marked, name: str) -> Slope | None:
    """A forward that need not be more exact (an ε inside a logarithm) has no more exact slope either."""
    gradient, group = exercise.gradients[name], one.run.case.group
    loose = max(own(exercise.tolerance, output, group, 0.0) for output, _ in gradient.pairs())
    actual = one.run.actual or Trace()
    slope = plan_slope(gradient, one.run.inputs, actual, _seed(unit, exercise, one.run, name))
    return replace(slope, error=max(slope.error, loose)) if slope is not None else None


def _seed(unit: str, exercise: Exercise, run: Run, name: str) -> str:
    return f"{unit}.{exercise.symbol}/{run.case.name}/{run.draw}/{name}"


def _rerun(exercise: Exercise, one: Marked, slope: Slope, traces: Sequence[Trace], bench: Bench) -> Iterator[Marked]:
    """The runs that a slope was measured on, held against the reference."""
    if bench.expect is None:
        return
    for inputs, trace in zip(slope.batch, traces, strict=False):
        run = Run(one.run.case, one.run.draw, False, inputs, bench.expect(inputs), trace, True)
        yield mark_run(exercise, run, Ending())


def _same_causes(
    exercise: Exercise, check: Unit, again: Sequence[Marked], findings: Mapping[Unit, Finding], bench: Bench
) -> bool:
    """Whether the forward that was measured is the one that has a name.

    A forward may know a rerun by its inputs and answer there whatever has the slope of a made-up gradient.
    """
    name, group = check
    for forward in {family_of(output) for output, _ in exercise.gradients[name].pairs()}:
        cause = findings.get((forward, group))
        if cause is None:
            same = not any(one.verdict(forward) in ("fail", "error") for one in again)
        elif cause.diagnosis is not None and cause.diagnosis.startswith("relation."):
            relation = _relation(again, (forward, group))
            same = relation is not None and relation.id not in UNEARNED
        else:
            model = str(cause.diagnosis).rpartition(".")[2]
            same = all(one.agrees(one.actual, bench.models(one.run)[model], forward) for one in again)
        if not same:
            return False
    return True


def _computes_nothing(one: Marked, forward: str) -> bool:
    """Whether a forward's output is constant or a copy of an input."""
    for output in one.families.get(forward, ()):
        value = numbers(settled(one.run.actual.outputs.get(output))) if one.run.actual is not None else None
        if value is None or not value.size or (value.size > 1 and (value == value.flat[0]).all()):
            return True
        if any(np.size(given) > 1 and np.array_equal(value, given) for given in one.run.inputs.values()):
            return True
    return False


def _follow_through(exercise: Exercise, check: Unit, findings: Mapping[Unit, Finding]) -> Finding:
    """The gradient is the slope of the student's own forward: the forward's cause stands, half of the points stay."""
    name, group = check
    forwards = [family_of(output) for output, _ in exercise.gradients[name].pairs()]
    first = next(forward for forward in forwards if (forward, group) in findings)
    cause = findings[first, group]
    message = Message("compare.follow_through", {"name": name, "of": first})
    return Finding(message, cause.diagnosis, cause.hint, cause.title, True)


# --- counterexamples -------------------------------------------------------------------------------------------------

Search = tuple[Marked, tuple[str, ...], Mapping[str, Any]]  # the hidden run, the families to show, fresh public inputs


def _searches(marked: Sequence[Marked], failing: Sequence[Unit], bench: Bench) -> list[Search]:
    """Fresh public inputs for every hidden run that fails where nothing that may be shown does."""
    if bench.fresh is None or bench.rerun is None or bench.expect is None:
        return []
    unseen = set(failing) - set(_failing(marked, shown=True))
    found: list[Search] = []
    for one in marked:
        names = tuple(name for name, mark in one.marks.items() if (name, one.run.case.group) in unseen)
        names = tuple(name for name in names if one.verdict(name) in ("fail", "error"))
        if names and not one.run.shown:
            found += [(one, names, bench.fresh(one.run.case, one.run.draw, attempt)) for attempt in range(ATTEMPTS)]
    return found[:LARGEST_BATCH]


def _examples(
    exercise: Exercise,
    marked: Sequence[Marked],
    searches: Sequence[Search],
    traces: Sequence[Trace],
    bench: Bench,
) -> list[Marked]:
    """Per hidden run and output, the first fresh draw that fails as the hidden one did (else one that fails at all)."""
    best: dict[tuple[str, int, str], tuple[bool, Marked]] = {}
    for (hidden, names, inputs), trace in zip(searches, traces, strict=False):
        assert bench.expect is not None
        case, draw = hidden.run.case, hidden.run.draw
        again = mark_run(exercise, Run(case, draw, False, inputs, bench.expect(inputs), trace, True), Ending())
        for name in names:
            if again.verdict(name) not in ("fail", "error"):
                continue
            alike = _manner(again, name) == _manner(hidden, name)
            kept = best.get((case.name, draw, name))
            if kept is None or (alike and not kept[0]):
                best[case.name, draw, name] = alike, again
    examples: dict[int, Marked] = {}
    for (_, _, name), (_, again) in best.items():
        one = examples.setdefault(id(again), replace(again, families={}))
        one.families = {**one.families, name: again.families[name]}
    return list(examples.values())


def _manner(one: Marked, name: str) -> tuple[str, str]:
    mark = one.marks[name]
    return mark.verdict, mark.difference.kind if mark.difference is not None else mark.message.params.get("kind", "")
