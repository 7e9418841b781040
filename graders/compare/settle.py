"""Settle in which convention a student works: that of the outputs that are right; everything else is judged in it.

A convention is a relabelling of the weights, a right variant of the reference, or both; beside it stands any ε.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from graders.compare.context import Context, CounterModel, Ending, Run
from graders.compare.conventions import Convention, conventions_of
from graders.compare.diagnose import CheckKey, Models, accepted_variant, name_mistakes, verdicts
from graders.compare.run_results import Marked, compared, mark_run
from graders.compare.sketches import Sketches
from graders.compare.tolerance import TAU
from graders.probe import Trace
from graders.spec import Exercise, Inputs

__all__ = ["Settled", "settle"]

Note = Mapping[str, str]
Marker = Callable[[Run], Marked]
MOST_GUESSES = 6  # conventions that a mistake is looked for in, where no output is right in any


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
    found = _relabelled(mark, scored, known, context)
    marked, context, notes = found if found is not None else (tuple(scored), context, ())
    came = [one for one in marked if one.run.actual is not None]
    family = [model for model in known if model.kind == "variant"]
    variants = [model for model in family if not model.eps]
    accepted = accepted_variant(came, variants, context.models) if variants else None
    if accepted is not None:
        marked, context = _rebased(mark, marked, context, *accepted)
        notes = (*notes, _note(accepted[0]))
    elif found is None and (lifted := _by_eps_alone(marked, known, context)) is not None:
        return lifted
    elif found is None and (family or context.relabellings) and not _named(came, known, context):
        guessed = _guessed(mark, marked, known, family, context)
        if guessed is not None:
            return guessed
    marked, said, eps = _beside_eps(marked, known, context.models)
    return Settled(marked, context, (*notes, *said), eps)


def _by_eps_alone(marked: Sequence[Marked], known: Sequence[CounterModel], context: Context) -> Settled | None:
    """A submission that is right but for an ε, as most are that differ at all: no mistake has to be looked for."""
    if not any(model.eps for model in known):
        return None
    lifted, notes, eps = _beside_eps(marked, known, context.models)
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


def _note(model: CounterModel) -> Note:
    return {lang: texts[0] for lang, texts in model.hints.items() if texts}


def _right(one: Marked) -> frozenset[str]:
    """Families of a run that are right, and say something by it."""
    return frozenset(
        name
        for name, outputs in one.families.items()
        if one.verdict(name) == "pass" and not all(one.expected.outputs[output].hollow for output in outputs)
    )


# --- relabelled weights ----------------------------------------------------------------------------------------------

Settlement = tuple[tuple[Marked, ...], Context, tuple[Note, ...]]


def _relabelled(
    mark: Marker, scored: Sequence[Marked], known: Sequence[CounterModel], context: Context
) -> Settlement | None:
    """The convention in which outputs of a student's are right that are not in the course's, if there is one.

    It is found on one public run; all runs are then held to it, hidden ones as well. Where something is right already,
    that shows the course's own convention.
    """
    probing = _probing(scored)
    if probing is None or not context.relabellings or (context.expect is None and context.rerun is None):
        return None
    if _right(probing) or _right_by_variant(probing, known, context.models):
        return None
    conventions = tuple(conventions_of(context.relabellings))
    tried = [mark(run) for run in _tried(probing.run, conventions, context)]
    right = [_right(one) for one in tried]
    if not any(right):
        right = [_right_by_variant(one, known, context.models) for one in tried]
    best = max(range(len(right)), key=lambda place: len(right[place]))
    return _in_convention(mark, scored, conventions[best], context) if right[best] else None


def _probing(scored: Sequence[Marked]) -> Marked | None:
    """The public run of drawn inputs on which conventions are tried."""
    drawn = (one for one in scored if one.run.public and one.run.case.hidden and one.run.actual is not None)
    return next((one for one in drawn if one.run.actual is not None and one.run.actual.outputs), None)


def _tried(run: Run, conventions: Sequence[Convention], context: Context) -> list[Run]:
    """A run in each of these conventions: the reference's answers in it, or else the student's own code run in it."""
    if context.expect is not None:
        return [_convened(run, convention, context) for convention in conventions]
    return _rerun_in(run, conventions, context)


def _convened(run: Run, convention: Convention, context: Context) -> Run:
    assert context.expect is not None
    expected = convention.trace_to_theirs(context.expect(convention.inputs_to_ours(run.inputs)))
    return replace(run, expected=expected, convention=convention)


def _rerun_in(run: Run, conventions: Sequence[Convention], context: Context) -> list[Run]:
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


def _in_convention(mark: Marker, scored: Sequence[Marked], convention: Convention, context: Context) -> Settlement:
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


# --- a right variant -------------------------------------------------------------------------------------------------


def _rebased(
    mark: Marker, marked: Sequence[Marked], context: Context, model: CounterModel, checks: frozenset[CheckKey]
) -> tuple[tuple[Marked, ...], Context]:
    """The runs compared with a variant instead of the reference; marks are lifted where its values are missing."""

    def traced(run: Run) -> Trace | None:
        trace = context.variant(model.id, run)
        return trace if trace is None or run.convention is None else run.convention.trace_to_theirs(trace)

    found = []
    for one in marked:
        trace = traced(one.run) if one.run.actual is not None else None
        if trace is None or trace.crash is not None:
            found.append(_lifted(one, checks) if one.run.actual is not None else one)
        else:
            found.append(mark(replace(one.run, expected=trace)))
    pattern, plain = marked[0].run, context.expect

    def expect(inputs: Inputs) -> Trace:
        assert plain is not None
        return traced(replace(pattern, inputs=inputs)) or plain(inputs)

    models, right = context.models, {id(new.run): old.expected for old, new in zip(marked, found, strict=True)}

    def crossed(run: Run) -> Mapping[str, Sketches]:
        return _Crossed(models(run), model, right.get(id(run), Sketches()))

    alone = context.wrong

    def wrong(id: str, inputs: Inputs) -> Trace | None:
        return alone(model.crossed_with(id), inputs) or alone(id, inputs)

    return tuple(found), replace(context, models=crossed, expect=expect if plain is not None else None, wrong=wrong)


class _Crossed(Mapping[str, Sketches]):
    """Sketches of the misconceptions as they are made in a variant.

    Where the two together are not known: the misconception's wrong outputs, and the variant's for the rest.
    """

    def __init__(self, plain: Mapping[str, Sketches], variant: CounterModel, right: Sketches) -> None:
        self._plain, self._variant, self._right = plain, variant, right

    def __getitem__(self, name: str) -> Sketches:
        crossed = self._plain.get(self._variant.crossed_with(name))
        if crossed is not None and crossed != Sketches():
            return crossed
        mistake, variant, right = self._plain[name], self._plain[self._variant.id], self._right
        if mistake.crash is not None:
            return mistake
        outputs = {
            output: variant.outputs.get(output, value) if mistake.agrees(right, output, TAU["float64"]) else value
            for output, value in mistake.outputs.items()
        }
        return Sketches(outputs)

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)


def _lifted(one: Marked, checks: frozenset[CheckKey]) -> Marked:
    marks = {name: mark for name, mark in one.marks.items() if (name, one.run.case.group) not in checks}
    return replace(one, marks=marks)


# --- nothing is right ------------------------------------------------------------------------------------------------


def _named(marked: Sequence[Marked], known: Sequence[CounterModel], context: Context) -> bool:
    shown = [one for one in marked if one.run.shown]
    return bool(name_mistakes(shown, known, context.models).found)


def _guessed(
    mark: Marker,
    marked: Sequence[Marked],
    known: Sequence[CounterModel],
    variants: Sequence[CounterModel],
    context: Context,
) -> Settled | None:
    """A mistake that spoils what would show the convention: the pair of both that gives the student's numbers."""
    probing = _probing(marked)
    if probing is None:
        return None
    shows = bool(_right(probing)) or context.rerun is None  # then relabelled weights would have been found
    conventions = () if shows else tuple(conventions_of(context.relabellings))
    tried = [probing.run, *(_rerun_in(probing.run, conventions, context) if conventions else ())]
    sketches = context.models(probing.run)
    best: tuple[int, Settled] | None = None
    passing, guesses = set(verdicts(marked)[1]), 0
    for run in tried:
        again = replace(probing, run=run)
        for variant in (None, *variants):
            if (run.convention is None and variant is None) or not _hit(again, known, variant, sketches):
                continue
            guesses += 1
            if guesses > MOST_GUESSES:
                break
            settled = _supposed(mark, marked, run.convention, variant, context)
            shown = [one for one in settled.marked if one.run.shown and one.run.actual is not None]
            count = len(name_mistakes(shown, known, settled.context.models).found)
            if count and (best is None or count > best[0]) and passing <= set(verdicts(settled.marked)[1]):
                best = count, settled
    return best[1] if best is not None else None


def _hit(
    one: Marked, known: Sequence[CounterModel], variant: CounterModel | None, sketches: Mapping[str, Sketches]
) -> bool:
    """Whether a misconception made in this convention gives a number of the student's that is wrong."""
    for model in known:
        if model.kind != "misconception":
            continue
        theirs = sketches.get(model.id if variant is None else variant.crossed_with(model.id), Sketches())
        for name, outputs in one.families.items():
            telling = all(output in theirs.outputs and not theirs.outputs[output].hollow for output in outputs)
            if telling and one.agrees(one.actual, theirs, name) and not one.agrees(one.expected, theirs, name):
                return True
    return False


def _supposed(
    mark: Marker,
    marked: Sequence[Marked],
    convention: Convention | None,
    variant: CounterModel | None,
    context: Context,
) -> Settled:
    """Everything in a convention that no right output shows: nothing is said of it."""
    found: Sequence[Marked] = marked
    if convention is not None:
        found, context, _ = _in_convention(mark, marked, convention, context)
    if variant is not None:
        found, context = _rebased(mark, found, context, variant, frozenset())
    return Settled(tuple(found), context)


# --- ε ---------------------------------------------------------------------------------------------------------------


def _beside_eps(
    marked: Sequence[Marked], known: Sequence[CounterModel], models: Models
) -> tuple[tuple[Marked, ...], tuple[Note, ...], Mapping[CheckKey, CounterModel]]:
    """Checks that differ by another ε alone, lifted; those that fail by one that is right in other groups only."""
    family = [model for model in known if model.eps]
    came = [one for one in marked if one.run.actual is not None]
    left, notes = set(_differing(came)) if family else set(), []
    apart: dict[CheckKey, CounterModel] = {}
    while left:
        explained = {model.id: _explained(model, came, left, models) for model in family}
        best = max(family, key=lambda model: len(explained[model.id]))
        if not explained[best.id]:
            break
        checks = {check for check in explained[best.id] if not best.groups or check[1] in best.groups}
        apart |= dict.fromkeys(explained[best.id] - checks, best)
        if checks:
            marked = tuple(_lifted(one, frozenset(checks)) for one in marked)
            notes.append(_note(best))
        left -= explained[best.id]
    return tuple(_excused(one, left, family, models) for one in marked), tuple(notes), apart


def _excused(one: Marked, left: set[CheckKey], family: Sequence[CounterModel], models: Models) -> Marked:
    """Where the first steps of a script are those of another ε, what is wrong begins with the first that is not."""
    marks, excused = dict(one.marks), set()
    for name, group in left:
        outputs = one.families.get(name, ())
        if group != one.run.case.group or name not in marks or len(outputs) < 2 or one.run.actual is None:
            continue
        agreeing = [list(itertools.takewhile(_same_as(one, model, models), outputs)) for model in family]
        first = max(agreeing, key=len)
        for output in outputs[len(first) : len(outputs) if first else 0]:
            expected = one.run.expected.outputs[output]
            mark = compared(one, output, one.run.actual.outputs.get(output), expected)
            if mark is not None and mark.verdict == "fail":
                marks[name] = mark
                excused |= {*first}
                break
    return replace(one, marks=marks, beside_eps=frozenset(excused)) if excused else one


def _same_as(one: Marked, model: CounterModel, models: Models) -> Callable[[str], bool]:
    theirs = models(one.run).get(model.id, Sketches())
    return lambda output: one.actual.agrees(theirs, output, one.tolerance(output))


def _differing(marked: Sequence[Marked]) -> Iterator[CheckKey]:
    """Checks whose numbers are not the reference's, and nothing worse."""
    failing, passing = verdicts(marked)
    for name, group in (*failing, *passing):
        marks = [one.marks[name] for one in marked if one.run.case.group == group and name in one.marks]
        if marks and all(mark.difference is not None and mark.difference.kind in ("value", "finite") for mark in marks):
            yield name, group


def _explained(model: CounterModel, marked: Sequence[Marked], left: set[CheckKey], models: Models) -> set[CheckKey]:
    def agrees(name: str, group: str) -> bool:
        runs = [one for one in marked if one.run.case.group == group and name in one.families]
        return all(one.agrees(one.actual, models(one.run).get(model.id, Sketches()), name) for one in runs)

    return {check for check in left if agrees(*check)}
