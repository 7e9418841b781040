"""Relabelled weights: the convention in which outputs of a student's are right that are not in the course's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graders.compare.checks import Models
from graders.compare.context import Context, CounterModel, Run
from graders.compare.conventions import Convention, conventions_of
from graders.compare.run_results import Marked, Marker
from graders.compare.sketches import Sketches
from graders.probe import Trace
from graders.spec import Inputs

__all__ = ["in_convention", "probing_run", "relabelled", "rerun_in", "right_families"]

Settlement = tuple[tuple[Marked, ...], Context, tuple[Mapping[str, str], ...]]


def relabelled(
    mark: Marker, scored: Sequence[Marked], known: Sequence[CounterModel], context: Context
) -> Settlement | None:
    """The convention in which outputs of a student's are right that are not in the course's, if there is one.

    It is found on one public run; all runs are then held to it, hidden ones as well. Where something is right already,
    that shows the course's own convention.
    """
    probing = probing_run(scored)
    if probing is None or not context.relabellings or (context.expect is None and context.rerun is None):
        return None
    if right_families(probing) or _right_by_variant(probing, known, context.models):
        return None
    conventions = tuple(conventions_of(context.relabellings))
    tried = [mark(run) for run in _tried(probing.run, conventions, context)]
    right = [right_families(one) for one in tried]
    if not any(right):
        right = [_right_by_variant(one, known, context.models) for one in tried]
    best = max(range(len(right)), key=lambda place: len(right[place]))
    return in_convention(mark, scored, conventions[best], context) if right[best] else None


def probing_run(scored: Sequence[Marked]) -> Marked | None:
    """The public run of drawn inputs on which conventions are tried."""
    drawn = (one for one in scored if one.run.public and one.run.case.hidden and one.run.actual is not None)
    return next((one for one in drawn if one.run.actual is not None and one.run.actual.outputs), None)


def right_families(one: Marked) -> frozenset[str]:
    """Families of a run that are right, and say something by it."""
    return frozenset(
        name
        for name, outputs in one.families.items()
        if one.verdict(name) == "pass" and not all(one.expected.outputs[output].hollow for output in outputs)
    )


def _tried(run: Run, conventions: Sequence[Convention], context: Context) -> list[Run]:
    """A run in each of these conventions: the reference's answers in it, or else the student's own code run in it."""
    if context.expect is not None:
        return [_convened(run, convention, context) for convention in conventions]
    return rerun_in(run, conventions, context)


def _convened(run: Run, convention: Convention, context: Context) -> Run:
    assert context.expect is not None
    expected = convention.trace_to_theirs(context.expect(convention.inputs_to_ours(run.inputs)))
    return replace(run, expected=expected, convention=convention)


def rerun_in(run: Run, conventions: Sequence[Convention], context: Context) -> list[Run]:
    """The student's code on inputs relabelled so that, in this convention, they are those of this run."""
    return _rerun_pairs([(run, convention) for convention in conventions], context)


def _rerun_pairs(pairs: Sequence[tuple[Run, Convention]], context: Context) -> list[Run]:
    assert context.rerun is not None
    inputs = [convention.inputs_to_theirs(run.inputs) for run, convention in pairs]
    found = []
    for (run, convention), given, trace in zip(pairs, inputs, context.rerun(list(inputs)), strict=True):
        expected = convention.trace_to_theirs(run.expected)
        found.append(replace(run, inputs=given, expected=expected, actual=trace, convention=convention))
    return found


def _right_by_variant(one: Marked, known: Sequence[CounterModel], models: Models) -> frozenset[str]:
    """What is right in a variant, too: the most that one of them makes so."""
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
    """All runs in a convention, marked again, and the context that goes with them."""
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
        runs = _rerun_pairs([(run, convention) for run in came], context)
    marked = map(mark, runs)
    return tuple(next(marked) if one.run.actual is not None else one for one in scored), context, notes
