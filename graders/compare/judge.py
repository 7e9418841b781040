"""Judge one exercise: runs of a student's code and of the reference become checks, notes and a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graders.compare.context import Cause, Context, CounterModel, Ending, Run
from graders.compare.run_results import Mark, Marked, mark_run
from graders.compare.sorts import readable
from graders.messages.errors import BrokenError
from graders.messages.message import Message
from graders.reports.evidence import LARGEST_EVIDENCE, Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport
from graders.reports.verdict import worst
from graders.spec import Check, Exercise, Inputs, family

__all__ = ["Context", "CounterModel", "Ending", "Run", "judge"]


def judge(
    unit: str,
    exercise: Exercise,
    runs: Sequence[Run],
    known: Sequence[CounterModel] = (),
    context: Context | None = None,
    ending: Ending | None = None,
) -> ExerciseReport:
    """The report of one exercise, from its runs (public, hidden, side cases).

    A check pays only if all runs of its group pass. ``known``: the exercise's counter-models; ``context`` is consulted
    only if something differs. Raises BrokenError if the reference itself fails.
    """
    context, ending = context or Context(), ending or Ending()
    marked = [mark_run(exercise, run, ending) for run in runs]
    scored = [one for one in marked if not one.run.case.note]
    causes: Mapping[tuple[str, str], Cause] = {}
    said: tuple[Mapping[str, str], ...] = ()
    beside_eps = any(model.eps for model in known)
    if any(_is_wrong(mark, beside_eps) for one in scored for mark in one.marks.values()):
        from graders.compare.causes import investigate  # most submissions never need it: 20 ms
        from graders.compare.contract import with_contract

        with np.errstate(all="ignore"):  # counter-models run inside and may divide by zero
            found = investigate(unit, exercise, scored, known, context, ending)
            causes = with_contract(exercise, found.marked, found.causes, context)
        scored, said = list(found.marked), found.notes
    checks = tuple(
        _check(exercise, check, scored, causes.get((check.output, check.group)))
        for check in exercise.checks
        if check.points
    )
    checks = _begun(exercise, checks, runs)
    notes = tuple(_notes(exercise, marked, scored, checks, said, beside_eps))
    verdict = worst(check.verdict for check in checks) if checks else "pass"
    return ExerciseReport(unit, exercise.symbol, verdict, checks, notes, ending.stdout, ending.stderr, exercise.curve)


def _is_wrong(mark: Mark, beside_eps: bool) -> bool:
    """Whether a mark needs an explanation; if ε is free, so does a difference as small as ε makes."""
    small = beside_eps and mark.difference is not None and mark.difference.fragile
    return mark.verdict in ("fail", "error") or small


# --- checks ----------------------------------------------------------------------------------------------------------


def _check(exercise: Exercise, check: Check, scored: Sequence[Marked], cause: Cause | None) -> CheckReport:
    name, group = check.output, check.group
    mine = [one for one in scored if one.run.case.group == group and name in one.families]
    if not mine:
        raise BrokenError("reference.no_output", symbol=exercise.symbol, name=name, group=group, points=check.points)
    cases = tuple(_case(exercise, one, name) for one in mine)
    verdict = worst(case.verdict for case in cases)
    place = min(range(len(cases)), key=lambda i: (cases[i].verdict != verdict, not mine[i].run.shown))
    deciding = mine[place].run
    if verdict == "pass":
        return CheckReport(name, group, verdict, check.points, check.points, deciding.case.name, True, cases=cases)
    message = _said(mine[place], mine, name)
    if cause is None or verdict not in ("fail", "error"):
        cause = Cause()
    return CheckReport(
        name,
        group,
        verdict,
        round(check.points * exercise.profile.follow_through, 2) if cause.follow_through else 0,
        check.points,
        deciding.case.name,
        deciding.public,
        cause.message or message,
        cause.diagnosis,
        _cut(cause.hint, exercise),
        cause.title,
        cause.follow_through,
        cases,
        name_at=exercise.profile.name_at if cause.diagnosis else 0,
    )


def _cut(ladder: Mapping[str, tuple[str, ...]] | None, exercise: Exercise) -> Mapping[str, tuple[str, ...]] | None:
    """At most as many hints as the course gives."""
    return {lang: hints[: exercise.profile.rungs] for lang, hints in ladder.items()} if ladder else ladder


def _begun(exercise: Exercise, checks: tuple[CheckReport, ...], runs: Sequence[Run]) -> tuple[CheckReport, ...]:
    """How to begin, at the first check with nothing written; for a wrong name, its message already tells."""
    place = next((place for place, check in enumerate(checks) if check.verdict == "missing"), None)
    if place is None or (checks[place].message or Message("")).id == "compare.missing_near":
        return checks
    from graders.compare.start import start_ladder  # a right submission never needs it

    begun = replace(checks[place], hint=_cut(start_ladder(exercise, runs, checks[place].name), exercise))
    return (*checks[:place], begun, *checks[place + 1 :])


def _said(deciding: Marked, mine: Sequence[Marked], name: str) -> Message:
    """The sentence of a check: from the deciding run, or from one that may be shown if that one may not."""
    mark = deciding.marks[name]
    if deciding.run.shown or mark.verdict not in ("fail", "error"):
        return mark.message
    shown = (one.marks[name] for one in mine if one.run.shown and one.verdict(name) in ("fail", "error"))
    other = next(shown, None)
    return other.message if other else Message("hidden.failed", {"name": name, "case": deciding.run.case.name})


def _case(exercise: Exercise, one: Marked, name: str) -> CaseReport:
    run, mark = one.run, one.marks.get(name)
    if mark is None:
        evidence = _curve(exercise, one, name) if exercise.curve is not None and run.shown else None
        return CaseReport(run.case.name, run.draw, run.public, "pass", None, evidence)
    if not run.shown:
        return CaseReport(run.case.name, run.draw, False, mark.verdict, _coarse(mark))
    evidence = _evidence(one, mark) if mark.verdict == "fail" else _curve(exercise, one, name)
    return CaseReport(run.case.name, run.draw, True, mark.verdict, mark.message, evidence, run.counterexample)


def _coarse(mark: Mark) -> Message | None:
    """What may be said about a hidden run: how it fails, not on what."""
    if mark.verdict not in ("fail", "error"):
        return mark.message if mark.verdict != "pass" else None
    kind = mark.difference.kind if mark.difference is not None else "error"
    if kind in ("error", "finite", "property"):
        return Message(f"hidden.{kind}")
    return Message("hidden.value" if kind in ("value", "text") else "hidden.form")


def _evidence(one: Marked, mark: Mark) -> Evidence | None:
    run, actual = one.run, one.run.actual
    if actual is None or mark.output not in actual.outputs:
        return None
    ruled = mark.difference is not None and mark.difference.kind == "property"
    if ruled and isinstance(run.expected.outputs[mark.output], list | tuple | dict):
        return None  # the rule says everything: no single entry is right or wrong
    inputs = {name: value for name, value in run.inputs.items() if _small(value)}
    at = mark.difference.worst_at if mark.difference is not None else None
    return _shown(inputs, actual.outputs[mark.output], run.expected.outputs[mark.output], at or None)


def _curve(exercise: Exercise, one: Marked, name: str) -> Evidence | None:
    """The points of a curve that passes, so that it can be drawn beside one that does not; or a right picture."""
    if exercise.curve is None or exercise.curve[1] != name or one.run.actual is None:
        return None
    given, output = exercise.curve[0], next((one for one in one.run.actual.outputs if family(one) == name), name)
    actual, expected = one.run.actual.outputs.get(output), one.run.expected.outputs.get(output)
    if actual is None or (given and (given not in one.run.inputs or not _small(one.run.inputs[given]))):
        return None
    return _shown({given: one.run.inputs[given]} if given else {}, actual, expected)


def _shown(inputs: Inputs, actual: Any, expected: Any, at: tuple[int, ...] | None = None) -> Evidence | None:
    """A report can cut an array of any size but not a list, so a large list is not shown at all."""
    if all(isinstance(value, np.ndarray) or _small(value) for value in (actual, expected)):
        return Evidence(inputs, readable(actual), expected, at)
    return None


def _small(value: Any) -> bool:
    """Whether it holds at most ``LARGEST_EVIDENCE`` numbers and characters, at any nesting."""
    room, waiting = LARGEST_EVIDENCE, [value]
    while waiting and room >= 0:
        one = waiting.pop()
        room -= one.size if isinstance(one, np.ndarray) else len(one) if isinstance(one, str) else 1
        if isinstance(one, list | tuple):
            waiting += one[: room + 1]
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()][: room + 1]
    return room >= 0


# --- notes -----------------------------------------------------------------------------------------------------------

_SPOKEN = {name: f"note.{name}" for name in ("absent", "alias", "common", "shim")}


def _notes(
    exercise: Exercise,
    marked: Sequence[Marked],
    scored: Sequence[Marked],
    checks: Sequence[CheckReport],
    said: Sequence[Mapping[str, str]],
    beside_eps: bool,
) -> Iterator[Message]:
    """Everything worth saying that costs no points, each once."""
    seen: set[str] = set()
    for message in _all_notes(exercise, marked, scored, checks, said, beside_eps):
        key = repr(message)
        if key not in seen:
            seen.add(key)
            yield message


def _all_notes(
    exercise: Exercise,
    marked: Sequence[Marked],
    scored: Sequence[Marked],
    checks: Sequence[CheckReport],
    said: Sequence[Mapping[str, str]],
    beside_eps: bool,
) -> Iterator[Message]:
    yield from (Message("note.variant", dict(texts)) for texts in said)
    for one in marked:
        if one.run.actual is not None and (one.run.actual.notes or one.run.actual.overwritten):
            yield from _trace_notes(one)
    sound = {check.name for check in checks} - {check.name for check in checks if check.verdict != "pass"}
    scored_names = {check.name for check in checks}
    crashed = any(check.verdict == "error" for check in checks)
    fragile: set[str] = set()

    def is_news(name: str, mark: Mark) -> bool:
        """Whether no scored check already reports this difference."""
        wrong = mark.verdict == "fail" or (mark.verdict == "error" and not crashed)
        return wrong and (name in sound or name not in scored_names)

    for one in scored:
        for name, mark in one.marks.items():
            if not one.run.shown and mark.verdict == "pass":
                continue
            points = exercise.points_of(name, one.run.case.group)
            if mark.verdict == "pass" and name in sound and name not in fragile:
                fragile.add(name)
                small = "note.eps" if beside_eps else "note.fragile"
                yield Message(small, mark.message.params) if mark.difference else mark.message
            elif not points and one.run.shown and is_news(name, mark):
                yield from _unscored(one, mark)
    for one in marked:
        if one.run.case.note and one.run.shown:
            for name, mark in one.marks.items():
                if is_news(name, mark):
                    yield from _unscored(one, mark)


def _trace_notes(one: Marked) -> Iterator[Message]:
    """What the run itself noticed: another spelling, a shim for old code, overwritten inputs."""
    actual = one.run.actual
    assert actual is not None
    for note in actual.notes:
        sort, _, rest = note.partition(":")
        if sort == "numeric":
            continue  # ``graders.grading.numerical`` weighs it
        used, _, proper = rest.partition(":")
        yield Message(_SPOKEN.get(sort, "note.other"), {"used": used, "proper": proper, "note": note})
    for name in actual.overwritten:
        if name not in one.run.expected.overwritten:
            yield Message("note.overwritten", {"name": name})


def _unscored(one: Marked, mark: Mark) -> Iterator[Message]:
    """A difference that costs no points: in a side case, or in an output that is worth none."""
    params = {**mark.message.params, "case": one.run.case.name, "name": mark.output}
    if mark.verdict == "error":
        if "kind" in params:
            yield Message("note.side_error", params)
        return
    kind = mark.difference.kind if mark.difference is not None else ""
    known = {"actual", "expected"} <= params.keys() and kind in ("value", "finite", "text", "shape")
    yield Message(f"note.side_{'shape' if kind == 'shape' else 'value'}" if known else "note.side", params)
