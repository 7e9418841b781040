"""Right variants of the reference: whether a submission is one, and its runs compared with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from graders.compare.agreement import exactly
from graders.compare.checks import CheckKey, Models, merely_fails, verdicts
from graders.compare.context import Context, CounterModel, Run
from graders.compare.fit import fit_of
from graders.compare.run_results import Marked, Marker
from graders.compare.sketches import Sketches
from graders.compare.tolerance import TAU
from graders.probe import Trace
from graders.spec import Inputs

__all__ = ["accepted_variant", "lifted", "rebased"]


def accepted_variant(
    marked: Sequence[Marked], known: Sequence[CounterModel], models: Models
) -> tuple[CounterModel, frozenset[CheckKey]] | None:
    """A right variant, and the checks that it makes pass: all their runs, hidden ones included, give its values.

    Where the student has the reference's values, the variant must have them as well: a forward in one convention with a
    backward in the other is not a variant. The same holds for the form: a student whose bias has a gradient does not
    use the variant without a bias.
    """
    failing, passing = verdicts(marked)
    best: tuple[CounterModel, frozenset[CheckKey]] | None = None
    for model in known:
        if model.kind != "variant":
            continue
        fit = fit_of(model, marked, exactly(models), failing, passing)
        if fit is None or not fit.clean or _formed_otherwise(model, marked, models):
            continue
        checks = frozenset(check for check in fit.explains if merely_fails(marked, check))
        if checks and (best is None or len(checks) > len(best[1])):
            best = model, checks
    return best


def _formed_otherwise(model: CounterModel, marked: Sequence[Marked], models: Models) -> bool:
    """Whether the student anywhere has the reference's form of an output and the variant another."""
    for one in marked:
        theirs = models(one.run).get(model.id, Sketches()).outputs
        for output, right in one.expected.outputs.items():
            mine = one.actual.outputs.get(output)
            if mine is not None and output in theirs and mine.form == right.form != theirs[output].form:
                return True
    return False


def rebased(
    mark: Marker, marked: Sequence[Marked], context: Context, model: CounterModel, checks: frozenset[CheckKey]
) -> tuple[tuple[Marked, ...], Context]:
    """The runs compared with a variant instead of the reference; marks lifted if its values are not available."""

    def traced(run: Run) -> Trace | None:
        trace = context.variant(model.id, run)
        return trace if trace is None or run.convention is None else run.convention.trace_to_theirs(trace)

    found = []
    for one in marked:
        trace = traced(one.run) if one.run.actual is not None else None
        if trace is None or trace.crash is not None:
            found.append(lifted(one, checks) if one.run.actual is not None else one)
        else:
            found.append(mark(replace(one.run, expected=trace)))
    pattern, plain = marked[0].run, context.expect

    def expect(inputs: Inputs) -> Trace:
        assert plain is not None
        return traced(replace(pattern, inputs=inputs)) or plain(inputs)

    models, right = context.models, {id(new.run): old.expected for old, new in zip(marked, found, strict=True)}

    kept: dict[int, tuple[Run, Mapping[str, Sketches]]] = {}

    def crossed(run: Run) -> Mapping[str, Sketches]:
        if id(run) not in kept:
            kept[id(run)] = run, _Crossed(models(run), model, right.get(id(run), Sketches()))
        return kept[id(run)][1]

    alone = context.wrong

    def wrong(id: str, inputs: Inputs) -> Trace | None:
        return alone(model.crossed_with(id), inputs) or alone(id, inputs)

    return tuple(found), replace(context, models=crossed, expect=expect if plain is not None else None, wrong=wrong)


class _Crossed(Mapping[str, Sketches]):
    """Sketches of the misconceptions as made in a variant.

    If the combination is not known: the misconception's wrong outputs, and the variant's for the rest.
    """

    def __init__(self, plain: Mapping[str, Sketches], variant: CounterModel, right: Sketches) -> None:
        self._plain, self._variant, self._right = plain, variant, right
        self._made: dict[str, Sketches] = {}

    def __getitem__(self, name: str) -> Sketches:
        if name not in self._made:
            self._made[name] = self._crossed(name)
        return self._made[name]

    def _crossed(self, name: str) -> Sketches:
        crossed = self._plain.get(self._variant.crossed_with(name))
        if crossed is not None and not crossed.empty:
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


def lifted(one: Marked, checks: frozenset[CheckKey]) -> Marked:
    marks = {name: mark for name, mark in one.marks.items() if (name, one.run.case.group) not in checks}
    return replace(one, marks=marks)
