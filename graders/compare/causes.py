"""Why checks fail: variants, misconceptions, relations, counterexamples, follow-through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graders.compare.as_if import as_if
from graders.compare.checks import CheckKey
from graders.compare.context import Cause, Context, CounterModel, Ending, Run
from graders.compare.diagnose import Names, name_mistakes
from graders.compare.follow import follow_through, follows, plan_trials
from graders.compare.hints import ladder_of
from graders.compare.located import located
from graders.compare.related import Related
from graders.compare.run_results import Marked, family_of, mark_run
from graders.compare.settle import settle
from graders.messages.message import Message
from graders.probe import Trace
from graders.spec import Exercise, Inputs

__all__ = ["Cause", "Found", "investigate"]

ATTEMPTS = 6  # fresh public draws per failed hidden run, in search of one that fails the same way
LARGEST_BATCH = 48  # reruns per exercise


@dataclass(frozen=True)
class Found:
    """The runs in the student's convention, with counterexamples added; causes per check; further remarks."""

    marked: tuple[Marked, ...]
    causes: Mapping[CheckKey, Cause]
    notes: tuple[Mapping[str, str], ...] = ()


def investigate(
    unit: str,
    exercise: Exercise,
    scored: Sequence[Marked],
    known: Sequence[CounterModel],
    context: Context,
    ending: Ending | None = None,
) -> Found:
    """Explain what fails with as few requests to the context as possible: one batch of reruns, more for conventions."""
    settled = settle(exercise, scored, known, context, ending or Ending())
    scored, context = settled.marked, settled.context
    came_back = [one for one in scored if one.run.actual is not None]
    failing = _failing(came_back)
    if not failing:
        return Found(tuple(scored), {}, settled.notes)
    causes = _named(unit, came_back, failing, known, context, settled.names)
    trials = plan_trials(exercise, came_back, causes, context)
    searches = _searches(came_back, failing, context)
    batch = [inputs for trial in trials for inputs in trial.batch]
    batch += [inputs for _, _, inputs in searches]
    traces = list(context.rerun(batch)) if batch and context.rerun is not None else []
    place = 0
    consistent: list[CheckKey] = []
    for trial in trials:
        if follows(trial, traces[place : place + len(trial.batch)], context):
            consistent.append(trial.check)
        place += len(trial.batch)
    examples = _examples(exercise, searches, traces[place:], context)
    if examples:
        scored = [*scored, *examples]
        causes = _named(unit, [*came_back, *examples], failing, known, context)
    for check in consistent:
        causes[check] = follow_through(exercise, check, causes)
    causes |= {check: _other_eps(check) for check in settled.eps}
    causes |= as_if(came_back, [check for check in failing if check not in causes], context)
    for check in failing:
        if check not in causes and (ladder := located(exercise, came_back, check)) is not None:
            causes[check] = Cause(hint=ladder)
    return Found(tuple(scored), causes, settled.notes)


def _other_eps(check: CheckKey) -> Cause:
    """Everything is right except ε, where the exercise checks it."""
    return Cause(Message("relation.eps", {"name": check[0]}), "relation.eps", ladder_of("relation.eps"))


def _failing(marked: Sequence[Marked], shown: bool = False) -> list[CheckKey]:
    """Checks with a failing run, in order; with ``shown``, only runs that a student may see."""
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


def _named(
    unit: str,
    marked: Sequence[Marked],
    failing: Sequence[CheckKey],
    known: Sequence[CounterModel],
    context: Context,
    names: Names | None = None,
) -> dict[CheckKey, Cause]:
    """A misconception or a relation per failing check; public runs first, hidden ones if these do not suffice."""
    shown = [one for one in marked if one.run.shown]
    if names is None:
        names = name_mistakes(shown, known, context.models) if shown else Names({})
    unseen = set(failing) - set(_failing(shown))
    if (names.thin or unseen) and len(shown) < len(marked):
        names = name_mistakes(marked, known, context.models)
    causes: dict[CheckKey, Cause] = {}
    related = Related(shown)
    whole = related.by_one(failing) if shown and _pieced(names, failing, shown[0].exercise) else {}
    for check in failing:
        model = names.found.get(check) if check not in whole else None
        if model is not None:
            diagnosis = model.diagnosis(unit, marked[0].exercise.symbol)
            causes[check] = Cause(None, diagnosis, model.hints, model.title or None, model=model.id)
            for forward in _unscored_forwards(shown, check, model, context):
                causes.setdefault(forward, causes[check])
            continue
        relation = related.of(check)
        if relation is not None:
            causes[check] = Cause(relation.message, relation.id, ladder_of(relation.id))
    for check in [check for check in failing if check not in causes]:
        other = next((it for it in causes if related.same(check, it)), None)
        if other is not None:
            message = Message("relation.same_as", {"name": check[0], "other": other[0]})
            causes[check] = replace(causes[other], message=message)
    return causes


def _pieced(names: Names, failing: Sequence[CheckKey], exercise: Exercise) -> bool:
    """Whether misconceptions explain parts of the failures but not the first one: all of it may be one mistake.

    If the first failure has a name, it keeps it; what follows from it may well look different.
    """
    models = {names.found[check].id if check in names.found else None for check in failing}
    first = min(failing, key=lambda check: exercise.outputs.index(check[0]), default=None)
    return len(models) > 1 and bool(names.found) and first not in names.found


def _unscored_forwards(
    marked: Sequence[Marked], check: CheckKey, model: CounterModel, context: Context
) -> Iterator[CheckKey]:
    """The wrong forwards of a gradient that are worth no points, if the gradient's model gives their values too."""
    name, group = check
    exercise = marked[0].exercise if marked else None
    if exercise is None or name not in exercise.gradients:
        return
    for forward in {family_of(output) for output, _ in exercise.gradients[name].pairs()}:
        wrong = [one for one in marked if one.run.case.group == group and one.verdict(forward) == "fail"]
        same = all(one.agrees(one.actual, context.models(one.run)[model.id], forward) for one in wrong)
        if wrong and same and not exercise.points_of(forward, group):
            yield forward, group


# --- counterexamples -------------------------------------------------------------------------------------------------

Search = tuple[Marked, tuple[str, ...], Inputs]  # the hidden run, the families to show, fresh public inputs


def _searches(marked: Sequence[Marked], failing: Sequence[CheckKey], context: Context) -> list[Search]:
    """Fresh public inputs for every failing hidden run of a check that fails in no run that may be shown."""
    if context.fresh is None or context.rerun is None or context.expect is None:
        return []
    unseen = set(failing) - set(_failing(marked, shown=True))
    found: list[Search] = []
    for one in marked:
        names = tuple(name for name, mark in one.marks.items() if (name, one.run.case.group) in unseen)
        names = tuple(name for name in names if one.verdict(name) in ("fail", "error"))
        if names and not one.run.shown:
            found += [(one, names, context.fresh(one.run.case, one.run.draw, attempt)) for attempt in range(ATTEMPTS)]
    return found[:LARGEST_BATCH]


def _examples(
    exercise: Exercise, searches: Sequence[Search], traces: Sequence[Trace], context: Context
) -> list[Marked]:
    """Per hidden run and output, the first fresh draw that fails like the hidden one (else one that fails at all)."""
    best: dict[tuple[str, int, str], tuple[bool, Marked]] = {}
    for (hidden, names, inputs), trace in zip(searches, traces, strict=False):
        assert context.expect is not None
        case, draw = hidden.run.case, hidden.run.draw
        run = Run(case, draw, False, inputs, context.expect(inputs), trace, True, context.convention)
        again = mark_run(exercise, run, Ending())
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
