"""Faults of the contract: failures due to how something is named, called, returned or kept, not computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graders.compare.checks import CheckKey, runs_of
from graders.compare.context import Cause, Context, Ending
from graders.compare.contract_calls import signature_faults, unreturned
from graders.compare.contract_crashes import crash_fault
from graders.compare.contract_view import BACKWARD, Fault, View, fault
from graders.compare.run_results import Mark, Marked, mark_run
from graders.outline import Function
from graders.spec import Exercise, Inputs

__all__ = ["with_contract"]

_RELATION = "relation."
_LAST = ("contract.number_for_array", "contract.array_for_number")  # a relation says more
LARGEST_SWAP = 4  # runs retried with arguments in the student's order


def with_contract(
    exercise: Exercise, marked: Sequence[Marked], causes: Mapping[CheckKey, Cause], context: Context
) -> Mapping[CheckKey, Cause]:
    """The causes, with contract faults where they explain a failing check.

    They replace relations; they replace a misconception only if they hold whatever the values agree with. The points of
    a check stay as they are.
    """
    failing = _failing(exercise, marked)
    outline = context.outline() if failing else None
    if outline is None:
        return causes
    judge = _Judge(View(exercise, outline, context.interface), marked, context, {})
    found = dict(causes)
    for check in failing:
        cause = causes.get(check)
        if cause is not None and cause.follow_through:
            continue
        if cause is not None and cause.diagnosis is None:
            cause = None  # it says where to look, not what is wrong
        named = cause is not None and not str(cause.diagnosis).startswith(_RELATION)
        for one in judge.faults(check, cause):
            if one.firm or not named:
                found[check] = Cause(one.message, one.id, one.hint)
                break
    return found


def _failing(exercise: Exercise, marked: Sequence[Marked]) -> list[CheckKey]:
    """Checks that are worth points and fail in a run that came back; side cases do not count."""
    found: dict[CheckKey, None] = {}
    for one in marked:
        group = one.run.case.group
        if one.run.actual is not None and not one.run.case.note:
            names = (name for name, mark in one.marks.items() if mark.verdict in ("fail", "error"))
            found |= {(name, group): None for name in names if exercise.points_of(name, group)}
    return list(found)


@dataclass(frozen=True)
class _Judge:
    view: View
    marked: Sequence[Marked]
    context: Context
    swaps: dict[str, bool]  # line of a definition → whether its argument order explains the failure

    def faults(self, check: CheckKey, cause: Cause | None) -> Iterator[Fault]:
        """Possible causes of a failing check, the surest first."""
        here = [one for one in runs_of(self.marked, check) if one.run.shown and one.run.actual is not None]
        shown = [one for one in here if one.verdict(check[0]) in ("fail", "error")]
        raised = [one for one in shown if one.marks[check[0]].verdict == "error"]
        yield from self._of_calls(check)
        yield from self._of_class()
        for one in raised[:1] or shown[:1]:
            told = self._of_run(one, one.marks[check[0]], check[0])
            if told is not None and (cause is None or told.id not in _LAST):
                yield told
        yield from self._of_module(check[0])
        if cause is None and shown:
            yield from self._of_inputs(shown, check[0])

    def _of_run(self, one: Marked, mark: Mark, name: str) -> Fault | None:
        if mark.verdict != "error":
            return _value_fault(self.view, mark, name)
        trace = one.run.actual
        if trace is None or trace.crash is None:
            return None
        first = next((output for output in one.run.expected.outputs if output not in trace.outputs), name)
        family = next((family for family, outputs in one.families.items() if first in outputs), name)
        return crash_fault(self.view, trace.crash, family)

    def _of_calls(self, check: CheckKey) -> Iterator[Fault]:
        for one in signature_faults(self.view, check[0]):
            if one.id != "contract.argument_order" or self._explains(one, check):
                yield one

    def _explains(self, one: Fault, check: CheckKey) -> bool:
        """Whether a check passes once the values are handed over in the order the student expects.

        If that cannot be tried, the names alone decide.
        """
        key = f"{one.message.params['line']}"
        if key not in self.swaps:
            self.swaps[key] = self._swapped(one)
        return self.swaps[key]

    def _swapped(self, one: Fault) -> bool:
        runs = [run for run in self.marked if run.run.shown and run.marks and run.run.actual is not None][:LARGEST_SWAP]
        runs = [run for run in runs if all(name in run.run.inputs for name, _ in one.order)]
        if self.context.rerun is None or not runs:
            return True
        inputs: list[Inputs] = [{**run.run.inputs, **{to: run.run.inputs[of] for to, of in one.order}} for run in runs]
        for run, trace in zip(runs, self.context.rerun(inputs), strict=False):
            again = mark_run(self.view.exercise, replace(run.run, actual=trace), Ending())
            wrong = [name for name, mark in run.marks.items() if mark.verdict in ("fail", "error")]
            if any(again.verdict(name) == "pass" for name in wrong):
                return True
        return False

    def _of_class(self) -> Iterator[Fault]:
        theirs = self.view.theirs
        for name, line in theirs.shared.items() if theirs is not None else ():
            yield fault("class_state", owner=self.view.owner, name=name, line=line, firm=True)

    def _of_module(self, output: str) -> Iterator[Fault]:
        """Module-level state kept by the function or method that gives this output."""
        for one in self._functions(output):
            for name, line in one.shared.items():
                yield fault("module_state", name=name, line=line, method=one.name)

    def _functions(self, output: str) -> list[Function]:
        theirs = self.view.theirs
        if theirs is not None:
            slope = self.view.is_slope(output)
            return [one for one in theirs.methods.values() if slope or one.name not in BACKWARD]
        function = self.view.outline.functions.get(self.view.owner)
        return [function] if function is not None else []

    def _of_inputs(self, shown: Sequence[Marked], output: str) -> Iterator[Fault]:
        """An input that is overwritten, in every failing run, before the next computation uses it."""
        written = [
            set(one.run.actual.overwritten) - set(one.run.expected.overwritten) for one in shown if one.run.actual
        ]
        for name in sorted(set.intersection(*written)) if written else ():
            for one in self._functions(output):
                if name in one.touched:
                    yield fault("changes_input", name=name, line=one.touched[name], method=one.name)


# --- values ----------------------------------------------------------------------------------------------------------

_LISTS = ("sort.list", "sort.tuple")


def _value_fault(view: View, mark: Mark, output: str) -> Fault | None:
    """A value of another sort than the expected one, with the line that returns it."""
    message, method = mark.message, view.behind(output)
    if method is None:
        return None
    if message.id == "compare.none":
        return unreturned(view, output, method)
    given, wanted = (_sort(message.params.get(key)) for key in ("actual", "expected"))
    params = {**message.params, "method": method.name, "line": method.line}
    if message.id == "compare.type" and wanted == "sort.array" and given in _LISTS:
        return fault("list_for_array", **params)
    if message.id in ("compare.shape_of_number", "compare.shape_number"):
        return fault("number_for_array" if message.id == "compare.shape_of_number" else "array_for_number", **params)
    return fault("not_called", **params) if given in ("sort.method", "sort.function") else None


def _sort(value: object) -> str:
    return str(value.get("id", "")) if isinstance(value, Mapping) else ""
