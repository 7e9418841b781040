"""One run held against the reference: per output family, what is not a plain pass."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.compare.arrays import Difference, compare, form_difference, numbers, settled
from graders.compare.runs import Ending, Run
from graders.compare.sketches import Sketches, sketch
from graders.compare.tolerance import TAU, declared, precision_of
from graders.errors import BrokenError
from graders.probe import Crash, MissingSymbol, Trace, absent_gradient
from graders.spec import Exercise, Property, family
from graders.verdict import Message, worst

__all__ = ["Mark", "Marked", "family_of", "fault_of", "mark_run", "own"]

family_of = functools.lru_cache(maxsize=4096)(family)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be said of one family of outputs in one run; ``output`` is the step where it first went wrong."""

    verdict: str
    message: Message
    output: str
    difference: Difference | None = None


@dataclass
class Marked:
    """A run with its marks (plain passes have none), its tolerance, and sketches made on demand."""

    exercise: Exercise
    run: Run
    families: Mapping[str, list[str]]  # family → outputs that the reference yields
    marks: dict[str, Mark] = field(default_factory=dict)
    tau: float = 0.0

    def verdict(self, name: str) -> str:
        mark = self.marks.get(name)
        return mark.verdict if mark is not None else "pass"

    def tolerance(self, output: str) -> float:
        return declared(self.tau, self.exercise, output, self.run.case.group)

    @functools.cached_property
    def expected(self) -> Sketches:
        return sketch(self.run.expected)

    @functools.cached_property
    def actual(self) -> Sketches:
        return sketch(self.run.actual or Trace())

    def agrees(self, one: Sketches, other: Sketches, name: str) -> bool:
        """Whether two sketched traces agree in every output of a family."""
        return all(one.agrees(other, output, self.tolerance(output)) for output in self.families[name])


def own(mapping: Mapping[str, Any], name: str, group: str, default: Any) -> Any:
    """What an exercise says of ``output@group``, else of ``output``."""
    return mapping.get(f"{name}@{group}", mapping.get(name, default)) if mapping else default


def fault_of(crash: Crash) -> str:
    """What a reference does that ends in this crash, for its author."""
    missing = crash.kind == MissingSymbol.__name__
    return f"does not define {crash.text}" if missing else f"raises {crash.kind} ({crash.text})"


def mark_run(exercise: Exercise, run: Run, ending: Ending) -> Marked:
    """Compare every output of a run, in order. Raises BrokenError where the reference itself fails."""
    expected, actual = run.expected, run.actual
    if expected.crash is not None:
        crash = expected.crash
        raise BrokenError(
            f"The reference of {exercise.symbol} {fault_of(crash)} in case {run.case.name!r}.",
            "Mend the solution, the probe or the case; 'deepgrade verify' shows it.",
        )
    families: dict[str, list[str]] = {}
    for output in expected.outputs:
        if (name := family_of(output)) in exercise.outputs:
            families.setdefault(name, []).append(output)
    marked = Marked(exercise, run, families)
    if actual is None:
        lost = ending.message or Message("compare.lost", {})
        verdict = ending.verdict if ending.verdict != "pass" else "error"
        marked.marks = {name: Mark(verdict, lost, outputs[0]) for name, outputs in families.items()}
        return marked
    values = actual.outputs
    precise = precision_of(values.values()) == precision_of(expected.outputs.values()) == "float64"
    marked.tau = TAU["float64" if precise else "float32"]
    for output, wanted in expected.outputs.items():
        if family_of(output) not in families:
            continue  # the probe's own business
        if output in values:
            mark = _compared(marked, output, values[output], wanted)
        else:
            mark = _absent(exercise, actual, expected, output, ending)
        if mark is not None:
            _keep(marked.marks, family_of(output), mark)
    return marked


def _keep(marks: dict[str, Mark], name: str, mark: Mark) -> None:
    """The first of the worst marks stands for its family."""
    before = marks.get(name)
    if before is None or (before.verdict != mark.verdict and worst((before.verdict, mark.verdict)) == mark.verdict):
        marks[name] = mark


# --- present ---------------------------------------------------------------------------------------------------------


def _compared(marked: Marked, output: str, actual: Any, expected: Any) -> Mark | None:
    exercise, run = marked.exercise, marked.run
    name, group = family_of(output), run.case.group
    half = exercise.precision in ("float16", "bfloat16")
    rule: Property | None = own(exercise.properties, name, group, None)
    if rule is not None:
        return _held(rule, output, settled(actual), settled(expected), run.inputs, half)
    tau = marked.tolerance(output) if exercise.tolerance or exercise.precision else marked.tau
    blocks = own(exercise.blocks, name, group, 1)
    actual, expected = settled(actual), settled(expected)
    difference = compare(actual, expected, tau, blocks=blocks, name=output, half=half)
    scale = own(exercise.scale, name, group, None) if difference is not None else None
    if scale is not None:
        difference = compare(actual, expected, tau, scale=scale(run.inputs), blocks=blocks, name=output, half=half)
    if difference is None:
        return _whole(output, actual, expected)
    if not difference.fragile and own(exercise.follows, name, group, None) and _follows(marked, output, actual, tau):
        return Mark("pass", Message("note.follows", {"name": output}), output)
    return Mark("pass" if difference.fragile else "fail", difference.message, output, difference)


def _follows(marked: Marked, output: str, actual: Any, tau: float) -> bool:
    """Whether this output is what the student's other outputs make of it."""
    exercise, run = marked.exercise, marked.run
    rule = own(exercise.follows, family_of(output), run.case.group, None)
    outputs = {name: settled(value) for name, value in run.actual.outputs.items()} if run.actual is not None else {}
    try:
        with np.errstate(all="ignore"):
            wanted = rule(outputs, run.inputs)
    except Exception:  # a student's values may upset a rule in any way: then it says nothing
        return False
    return wanted is not None and compare(actual, wanted, tau, name=output) is None


def _whole(output: str, actual: Any, expected: Any) -> Mark | None:
    """A single number expected as an integer may come as a float (12.0 for 12): a note."""
    if type(expected) is np.ndarray or isinstance(expected, bool | float | str | list | tuple | dict):
        return None
    wanted, given = numbers(expected), numbers(actual)
    if wanted is None or given is None or wanted.dtype.kind not in "iu" or given.dtype.kind != "f":
        return None
    params = {"name": output, "actual": str(given), "expected": str(wanted)}
    return Mark("pass", Message("note.float_for_int", params), output)


def _held(
    rule: Property, output: str, actual: Any, expected: Any, inputs: Mapping[str, Any], half: bool
) -> Mark | None:
    difference = form_difference(actual, expected, output, half) if rule.shaped else _unreadable(actual, output)
    if difference is None:
        try:
            with np.errstate(all="ignore"):
                holds = bool(rule.holds(actual, expected, inputs))
        except Exception:  # a student's value may upset a rule in any way: then it does not hold
            holds = False
        if holds:
            return None
        difference = Difference("property", Message("compare.property", {"name": output, **dict(rule.says)}))
    return Mark("fail", difference.message, output, difference)


def _unreadable(actual: Any, output: str) -> Difference | None:
    """Without a shape to hold: only what cannot be looked at is refused before the rule."""
    return form_difference(actual, None, output) if type(actual).__name__ == "Unsupported" else None


# --- absent ----------------------------------------------------------------------------------------------------------


def _absent(exercise: Exercise, actual: Trace, expected: Trace, output: str, ending: Ending) -> Mark:
    crash = actual.crash
    if crash is None:
        verdict = ending.verdict if ending.verdict != "pass" else "error"
        return Mark(verdict, ending.message or Message("compare.absent", {"name": output}), output)
    if crash.missing:
        return Mark("missing", _missing(exercise, crash), output)
    first = next(name for name in expected.outputs if name not in actual.outputs)
    gradient = absent_gradient(crash)
    if gradient:
        return Mark("error", Message("compare.no_gradient", {"name": output, "gradient": gradient}), output)
    params: dict[str, Any] = {"name": output, "at": first, "kind": crash.kind, "text": _line_of_text(crash.text)}
    message = "compare.raised" if output == first else "compare.raised_before"
    if crash.line is not None:
        message += "_line"
        params |= {"line": crash.line, "source": crash.source[:200]}
    return Mark("error", Message(message, params), output)


def _missing(exercise: Exercise, crash: Crash) -> Message:
    if crash.kind != "MissingSymbol":
        return Message("compare.not_written", {"symbol": exercise.symbol})
    if crash.near:
        return Message("compare.missing_near", {"symbol": crash.text, "near": ", ".join(crash.near)})
    return Message("compare.missing", {"symbol": crash.text})


def _line_of_text(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 200 else f"{line[:197]}..."
