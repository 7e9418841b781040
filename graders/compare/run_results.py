"""One run compared with the reference: per output family, what is not a plain pass."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.compare.arrays import compare, far_apart, form_difference
from graders.compare.context import Ending, Run
from graders.compare.forms import Difference, numbers, settled
from graders.compare.sketches import Sketches, sketch
from graders.compare.tolerance import TAU, fragile_up_to, precision_of, tolerance_for
from graders.messages.errors import BrokenError
from graders.messages.message import Message
from graders.probe import Crash, MissingSymbol, Trace, absent_gradient, unwritten_elsewhere
from graders.reports.verdict import worst
from graders.spec import Exercise, Inputs, Property, family

__all__ = ["Mark", "Marked", "Marker", "compared", "family_of", "mark_run", "own", "reference_fault", "surely_wrong"]

family_of = functools.lru_cache(maxsize=4096)(family)


@dataclass(frozen=True, slots=True)
class Mark:
    """What to say about one family of outputs in one run; ``output`` is the step where it first went wrong."""

    verdict: str
    message: Message
    output: str
    difference: Difference | None = None


@dataclass
class Marked:
    """A run with its marks (plain passes have none), a tolerance per output, and sketches made on demand.

    ``beside_eps``: outputs that differ only by another ε, in families with other wrong outputs. ``sketched`` may be
    kept when marks are replaced, but not when the run is.
    """

    exercise: Exercise
    run: Run
    families: Mapping[str, list[str]]  # family → outputs that the reference yields
    marks: dict[str, Mark] = field(default_factory=dict)
    taus: dict[str, float] = field(default_factory=dict)
    beside_eps: frozenset[str] = frozenset()
    sketched: dict[str, Sketches] = field(default_factory=dict, repr=False)

    def verdict(self, name: str) -> str:
        mark = self.marks.get(name)
        return mark.verdict if mark is not None else "pass"

    def tolerance(self, output: str) -> float:
        return self.taus.get(output, TAU["float64"])

    @property
    def expected(self) -> Sketches:
        return self._sketched("expected", self.run.expected)

    @property
    def actual(self) -> Sketches:
        return self._sketched("actual", self.run.actual)

    def _sketched(self, what: str, trace: Trace | None) -> Sketches:
        """In the course's convention, like all sketches of counter-models."""
        if what not in self.sketched:
            ours, trace = self.run.convention, trace or Trace()
            self.sketched[what] = sketch(trace if ours is None else ours.trace_to_ours(trace))
        return self.sketched[what]

    def agrees(self, one: Sketches, other: Sketches, name: str) -> bool:
        """Whether two sketched traces agree in every output of a family, within what passes.

        Compares the last step first: differences have had the longest time to grow there.
        """
        outputs = reversed(self.families[name])
        return all(one.agrees(other, output, fragile_up_to(self.tolerance(output))) for output in outputs)


def surely_wrong(exercise: Exercise, run: Run, families: Mapping[str, list[str]]) -> bool:
    """Whether each of these families is plainly wrong in its first output; False if that is not known.

    ``families``: of a run with other inputs of the same exercise.
    """
    if run.actual is None or exercise.properties or exercise.follows or exercise.scale:
        return False
    values, expected = run.actual.outputs, run.expected.outputs
    taus = _tolerances(exercise, run.case.group, values, expected)
    firsts = (outputs[0] for outputs in families.values())
    return all(it in expected and far_apart(values.get(it), expected[it], taus[it]) for it in firsts)


Marker = Callable[[Run], Marked]  # ``mark_run`` for one exercise and ending


def own(mapping: Mapping[str, Any], name: str, group: str, default: Any) -> Any:
    """What an exercise declares for ``output@group``, else for ``output``."""
    return mapping.get(f"{name}@{group}", mapping.get(name, default)) if mapping else default


def reference_fault(symbol: str, crash: Crash, case: str) -> BrokenError:
    """The error that tells the author how the reference failed in this case."""
    if crash.kind == MissingSymbol.__name__:
        return BrokenError("reference.undefined", symbol=symbol, missing=crash.text, case=case)
    return BrokenError("reference.raises", symbol=symbol, kind=crash.kind, text=crash.text, case=case)


def mark_run(exercise: Exercise, run: Run, ending: Ending) -> Marked:
    """Compare every output of a run, in order. Raises BrokenError if the reference itself fails."""
    expected, actual = run.expected, run.actual
    if expected.crash is not None:
        raise reference_fault(exercise.symbol, expected.crash, run.case.name)
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
    marked.taus = _tolerances(exercise, run.case.group, values, expected.outputs)
    for output, wanted in expected.outputs.items():
        name = family_of(output)
        if name not in families:
            continue  # the probe's own business
        before = marked.marks.get(name)
        if output in values:
            if before is not None and before.verdict == "fail":
                continue  # the first wrong output represents its family, unless a later one is absent altogether
            mark = compared(marked, output, values[output], wanted)
        else:
            mark = _absent(exercise, actual, expected, output, ending)
        if mark is not None:
            _keep(marked.marks, name, mark)
    return marked


def _tolerances(
    exercise: Exercise, group: str, values: Mapping[str, Any], expected: Mapping[str, Any]
) -> dict[str, float]:
    """Per output; as precise as its own value, the reference's, and what it may depend on."""
    beside = "float32" in (precision_of(values.values()), precision_of(expected.values()))
    return {
        output: tolerance_for([values.get(output), wanted] if beside else None, beside, exercise, output, group)
        for output, wanted in expected.items()
    }


def _keep(marks: dict[str, Mark], name: str, mark: Mark) -> None:
    """The first of the worst marks represents its family."""
    before = marks.get(name)
    if before is None or (before.verdict != mark.verdict and worst((before.verdict, mark.verdict)) == mark.verdict):
        marks[name] = mark


# --- present ---------------------------------------------------------------------------------------------------------


def compared(marked: Marked, output: str, actual: Any, expected: Any) -> Mark | None:
    """The mark of one output that exists; None for a plain pass."""
    exercise, run = marked.exercise, marked.run
    name, group = family_of(output), run.case.group
    half = exercise.precision in ("float16", "bfloat16")
    rule: Property | None = own(exercise.properties, name, group, None)
    if rule is not None:
        return _held(rule, output, settled(actual), settled(expected), run.inputs, half)
    tau = marked.tolerance(output)
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
    """Whether this output follows from the student's other outputs."""
    exercise, run = marked.exercise, marked.run
    rule = own(exercise.follows, family_of(output), run.case.group, None)
    outputs = {name: settled(value) for name, value in run.actual.outputs.items()} if run.actual is not None else {}
    try:
        with np.errstate(all="ignore"):
            wanted = rule(outputs, run.inputs)
    except Exception:  # a student's values may make a rule raise: then it says nothing
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


def _held(rule: Property, output: str, actual: Any, expected: Any, inputs: Inputs, half: bool) -> Mark | None:
    difference = form_difference(actual, expected, output, half) if rule.shaped else _unreadable(actual, output)
    if difference is None:
        try:
            with np.errstate(all="ignore"):
                holds = bool(rule.holds(actual, expected, inputs))
        except Exception:  # a student's value may make a rule raise: then it does not hold
            holds = False
        if holds:
            return None
        difference = Difference("property", Message("compare.property", {"name": output, **dict(rule.says)}))
    return Mark("fail", difference.message, output, difference)


def _unreadable(actual: Any, output: str) -> Difference | None:
    """Without a shape to check: only values that cannot be looked at are refused before the rule."""
    return form_difference(actual, None, output) if type(actual).__name__ == "Unsupported" else None


# --- absent ----------------------------------------------------------------------------------------------------------


def _absent(exercise: Exercise, actual: Trace, expected: Trace, output: str, ending: Ending) -> Mark:
    crash = actual.crash
    if crash is None:
        verdict = ending.verdict if ending.verdict != "pass" else "error"
        return Mark(verdict, ending.message or Message("compare.absent", {"name": output}), output)
    if crash.importing:
        return Mark("error", _stopped(crash), output)
    if crash.missing:
        return Mark("missing", _missing(exercise, crash, bool(actual.outputs)), output)
    first = next(name for name in expected.outputs if name not in actual.outputs)
    gradient = absent_gradient(crash)
    if gradient:
        return Mark("error", Message("compare.no_gradient", {"name": output, "gradient": gradient}), output)
    params: dict[str, Any] = {"name": output, "at": first, "kind": crash.kind, "text": _line_of_text(crash.text)}
    message = "compare.raised" if output == first else "compare.raised_before"
    if absent := _NOT_IMPORTED.fullmatch(params["text"]):
        message, params = "compare.not_imported", params | _imported(**absent.groupdict())
    elif unwritten := unwritten_elsewhere(crash):
        message = "compare.used_unwritten" if unwritten["line"] else "compare.used_unwritten_here"
        params |= {"symbol": unwritten["symbol"]}
        if unwritten["line"]:
            used = {"line": int(unwritten["line"]), "file": unwritten["file"]}
            params |= {"used": {"id": "source.line_of", "params": used}}
    if crash.line is not None:
        message += "_line"
        params |= {"line": crash.line, "source": crash.source[:200]}
    return Mark("error", Message(message, params), output)


def _missing(exercise: Exercise, crash: Crash, begun: bool) -> Message:
    if crash.kind != "MissingSymbol":
        if begun and crash.line is not None:
            return Message("compare.not_finished", {"symbol": exercise.symbol, "line": crash.line})
        return Message("compare.not_written", {"symbol": exercise.symbol})
    if crash.near:
        return Message("compare.missing_near", {"symbol": crash.text, "near": ", ".join(crash.near[:3])})
    return Message("compare.missing", {"symbol": crash.text})


# What a stand-in from graders.sandbox.guest.absent says when it is used.
_NOT_IMPORTED = re.compile(
    r"(?P<text>.*) \[(?P<symbol>[\w.]+), imported at line (?P<line>\d{1,7})(?: of (?P<file>[\w./]+))?\]"
)


def _imported(text: str, symbol: str, line: str, file: str | None) -> dict[str, Any]:
    where = {"id": "source.line_of" if file else "source.line", "params": {"line": int(line), "file": file or ""}}
    return {"text": text, "symbol": symbol, "imported": where}


def _stopped(crash: Crash) -> Message:
    """The wording is the same for every exercise, so that it appears only once."""
    params: dict[str, Any] = {"kind": crash.kind, "text": _line_of_text(crash.text)}
    if crash.line is None:
        return Message("compare.stopped", params)
    return Message("compare.stopped_line", {**params, "line": crash.line, "source": crash.source[:200]})


def _line_of_text(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 200 else f"{line[:197]}..."
