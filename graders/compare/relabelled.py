"""Relabelled weights: the convention in which outputs are right that are wrong in the course's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graders.compare.checks import Models
from graders.compare.context import Context, CounterModel, Run
from graders.compare.conventions import Convention, conventions_of
from graders.compare.run_results import Marked, Marker, surely_wrong
from graders.compare.sketches import Sketches
from graders.probe import Trace
from graders.spec import Inputs

__all__ = ["in_convention", "probing_run", "relabelled", "rerun_in", "right_families"]

Settlement = tuple[tuple[Marked, ...], Context, tuple[Mapping[str, str], ...]]


def relabelled(
    mark: Marker, scored: Sequence[Marked], known: Sequence[CounterModel], context: Context
) -> tuple[Settlement | None, Sequence[Run]]:
    """The convention in which outputs are right that are wrong in the course's, if there is one.

    It is found on one public run; then all runs are judged in it, hidden ones included. If an output is already right,
    the student uses the course's own convention. Second: the student's code as run in each convention, if it was.
    """
    probing = probing_run(scored)
    if probing is None or not context.relabellings or (context.expect is None and context.rerun is None):
        return None, ()
    if right_families(probing) or _right_by_variant(probing, known, context.models):
        return None, ()
    tried, right = _right_in_each(mark, probing, context)
    if not any(right):
        variants = [model for model in known if model.kind == "variant" and not model.eps]
        right = [_right_by_variant(mark(run), variants, context.models) for run in tried] if variants else right
    best = max(range(len(right)), key=lambda place: len(right[place]))
    convention = tried[best].convention
    if right[best] and convention is not None:
        return in_convention(mark, scored, convention, context), ()
    return None, tried if context.expect is None else ()


def _right_in_each(mark: Marker, probing: Marked, context: Context) -> tuple[list[Run], list[frozenset[str]]]:
    """The run in each convention, and what is right in it; stops once a forward is, since that shows the convention."""
    telling = {name: probing.families[name] for name in _telling(probing)}
    tried: list[Run] = []
    right: list[frozenset[str]] = []
    for run in _tried(probing.run, tuple(conventions_of(context.relabellings)), context):
        tried.append(run)
        wrong = surely_wrong(probing.exercise, run, telling)
        right.append(frozenset() if wrong else right_families(mark(run)))
        if len(right[-1]) == len(telling) or right[-1] - probing.exercise.gradients.keys():
            break
    return tried, right


def probing_run(scored: Sequence[Marked]) -> Marked | None:
    """The public run with drawn inputs on which conventions are tried."""
    drawn = (one for one in scored if one.run.public and one.run.case.hidden and one.run.actual is not None)
    return next((one for one in drawn if one.run.actual is not None and one.run.actual.outputs), None)


def right_families(one: Marked) -> frozenset[str]:
    """Families of a run that are right in a telling way."""
    return frozenset(name for name in _telling(one) if one.verdict(name) == "pass")


def _telling(one: Marked) -> list[str]:
    """Families whose reference values are not all zeros."""
    mine = one.expected.outputs
    return [name for name, outputs in one.families.items() if not all(mine[output].hollow for output in outputs)]


def _tried(run: Run, conventions: Sequence[Convention], context: Context) -> Iterator[Run]:
    """A run in each of these conventions: the reference's answers in it, or else the student's own code run in it."""
    if context.expect is not None:
        return (_convened(run, convention, context) for convention in conventions)
    return rerun_in(run, conventions, context)


def _convened(run: Run, convention: Convention, context: Context) -> Run:
    assert context.expect is not None
    expected = convention.trace_to_theirs(context.expect(convention.inputs_to_ours(run.inputs)))
    return replace(run, expected=expected, convention=convention)


def rerun_in(run: Run, conventions: Sequence[Convention], context: Context) -> Iterator[Run]:
    """The student's code on inputs relabelled so that, in this convention, they equal this run's."""
    return _rerun_pairs([(run, convention) for convention in conventions], context)


def _rerun_pairs(pairs: Sequence[tuple[Run, Convention]], context: Context) -> Iterator[Run]:
    assert context.rerun is not None
    inputs = [convention.inputs_to_theirs(run.inputs) for run, convention in pairs]
    for (run, convention), given, trace in zip(pairs, inputs, context.rerun(list(inputs)), strict=True):
        expected = convention.trace_to_theirs(run.expected)
        yield replace(run, inputs=given, expected=expected, actual=trace, convention=convention)


def _right_by_variant(one: Marked, known: Sequence[CounterModel], models: Models) -> frozenset[str]:
    """The families that are right in a variant: the largest set that one variant gives."""
    found: frozenset[str] = frozenset()
    for model in known:
        if model.kind == "variant" and not model.eps:
            theirs = models(one.run).get(model.id, Sketches())
            right = frozenset(
                name
                for name, outputs in one.families.items()
                if one.agrees(one.actual, theirs, name) and not all(one.actual.outputs[it].hollow for it in outputs)
            )
            found = max(found, right, key=len)
    return found


def in_convention(mark: Marker, scored: Sequence[Marked], convention: Convention, context: Context) -> Settlement:
    """All runs in a convention, marked again, and the matching context."""
    notes = tuple(one.note for one in convention.relabellings)
    came = [one.run for one in scored if one.run.actual is not None]
    if context.expect is not None:
        runs = [_convened(run, convention, context) for run in came]
        expect = context.expect

        def expect_theirs(inputs: Inputs) -> Trace:
            return convention.trace_to_theirs(expect(convention.inputs_to_ours(inputs)))

        wrong = context.wrong

        def wrong_theirs(id: str, inputs: Inputs) -> Trace | None:
            trace = wrong(id, convention.inputs_to_ours(inputs))
            return convention.trace_to_theirs(trace) if trace is not None else None

        context = replace(context, expect=expect_theirs, wrong=wrong_theirs, convention=convention)
    else:
        runs = list(_rerun_pairs([(run, convention) for run in came], context))
    marked = map(mark, runs)
    return tuple(next(marked) if one.run.actual is not None else one for one in scored), context, notes
