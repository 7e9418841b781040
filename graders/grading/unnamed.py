"""What authors need about a failure without a name: sketches of its public outputs, and the lines behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graders.compare.context import Run
from graders.compare.run_results import family_of
from graders.compare.sketches import Sketches, same, sketch
from graders.grading.oracle import run_key
from graders.probe import Trace
from graders.reports.report import CheckReport, ExerciseReport

__all__ = ["Seen", "alike", "failing", "kept_for_authors", "load_seen", "right_in_public", "seen_of"]

FORMAT = 1  # of everything kept, sketches included
DIGITS = 9  # of a projection: more than any comparison needs
MOST = 48  # sketches per exercise
LINES, LETTERS = 12, 100  # of a student's definition
RAISED = 160  # characters of an exception

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_DEF = re.compile(r"[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]")


@dataclass(frozen=True)
class Seen:
    """What one public run gave in the relevant outputs.

    ``at`` is the output at which it stopped early, ``raised`` the exception; "" if it did not stop.
    """

    sketches: Sketches
    at: str = ""
    raised: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {**self.sketches.to_dict(), "at": self.at, "raised": self.raised}


def failing(report: ExerciseReport) -> tuple[CheckReport, ...]:
    """The checks that fail by a mistake that no misconception names; a relation is not a name."""
    return tuple(
        check
        for check in report.checks
        if check.verdict in ("fail", "error") and (check.diagnosis or "relation.").startswith("relation.")
    )


def right_in_public(check: CheckReport) -> bool:
    """Whether no public case that all students share shows what is wrong."""
    return not any(case.public and not case.counterexample and case.verdict != "pass" for case in check.cases)


def kept_for_authors(report: ExerciseReport, runs: Iterable[Run], text: str) -> ExerciseReport:
    """The report with what distinguishes its unnamed failures; ``text`` is the student's module.

    ``deepgrade mistakes`` groups a class by it without running anything again. No student's report contains it.
    """
    checks = failing(report)
    if not checks:
        return report
    asked, kept, room = {(check.name, check.group) for check in checks}, {}, MOST
    for run in runs:
        names = {name for name, group in asked if group == run.case.group}
        if run.public and not run.case.note and run.actual is not None and names and room > 0:
            seen = seen_of(run.actual, run.expected, names)
            room -= len(seen.sketches.outputs)
            kept[run_key(run.case, run.draw)] = _short(seen).to_dict()
    found = {"format": FORMAT, "runs": kept, "code": _definition(checks[0], text)}
    return replace(report, unnamed=found)


def load_seen(kept: Mapping[str, Any]) -> dict[str, Seen]:
    """The kept runs, by case and draw; empty if they are in another format."""
    if kept.get("format") != FORMAT:
        return {}
    runs: Mapping[str, Any] = kept["runs"]
    return {key: Seen(Sketches.from_dict(one), str(one["at"]), str(one["raised"])) for key, one in runs.items()}


def seen_of(actual: Trace, expected: Trace, names: Iterable[str]) -> Seen:
    """A run by the outputs of these families; for steps, the first and the last that exist."""
    asked = [output for output in expected.outputs if family_of(output) in set(names)]
    there: dict[str, list[str]] = {}
    for output in asked:
        if output in actual.outputs:
            there.setdefault(family_of(output), []).append(output)
    ends = dict.fromkeys(output for steps in there.values() for output in (steps[0], steps[-1]))
    whole = sketch(Trace({output: actual.outputs[output] for output in ends}, actual.crash))
    sketches = Sketches({output: whole.outputs[output] for output in ends}, whole.crash)
    if all(output in actual.outputs for output in asked):
        return Seen(replace(sketches, crash=None))
    at = next(output for output in expected.outputs if output not in actual.outputs)
    crash = actual.crash
    return Seen(sketches, at, _normal(f"{crash.kind}: {crash.text}") if crash is not None else "")


def alike(one: Seen, other: Seen, tau: float, told: bool = True) -> bool:
    """Whether two runs gave the same values and, if they stopped, stopped at the same place for the same reason.

    ``told``: the same words count as the same reason. They do not if they have a hundred causes (a division by zero)
    and a cause is sought.
    """
    mine, others = one.sketches.outputs, other.sketches.outputs
    if one.at != other.at or mine.keys() != others.keys():
        return False
    if not all(same(value, others[name], tau) for name, value in mine.items()):
        return False
    ends = Sketches(crash=one.sketches.crash), Sketches(crash=other.sketches.crash)
    return not one.at or (told and one.raised == other.raised) or ends[0].agrees(ends[1], one.at, tau)


def _short(seen: Seen) -> Seen:
    outputs = {
        name: replace(one, projections=tuple(float(f"{number:.{DIGITS}g}") for number in one.projections))
        for name, one in seen.sketches.outputs.items()
    }
    return replace(seen, sketches=replace(seen.sketches, outputs=outputs))


def _normal(text: str) -> str:
    """One line, the same on every machine."""
    return _ADDRESS.sub("0x…", " ".join(text.split()))[:RAISED]


# --- the student's lines ---------------------------------------------------------------------------------------------


def _definition(check: CheckReport, text: str) -> str:
    """The definition around the line of a check, without its docstring; if long, the part with the line.

    By indentation alone: a student's text is never parsed here.
    """
    lines = text.split("\n")
    if not isinstance(check.line, int) or not 0 < check.line <= len(lines):
        return ""
    first = _head(lines, check.line - 1)
    inside = _depth(lines[first])
    chosen = [first]
    for place in range(first + 1, len(lines)):
        if lines[place].strip() and _depth(lines[place]) <= inside and not lines[place].strip().startswith(")"):
            break
        chosen.append(place)
    chosen = [place for place in _undocumented(lines, chosen) if lines[place].strip()]
    wanted = next((number for number, place in enumerate(chosen) if place >= check.line - 1), 0)
    begin = 1 if wanted < LINES - 1 else wanted - LINES + 3
    shown = [first, *chosen[begin : begin + LINES - 1]]
    told = [lines[place].rstrip().expandtabs(4)[inside : inside + LETTERS] for place in shown]
    return "\n".join([*told[:-1], "    …"] if shown[-1] != chosen[-1] else told)


def _head(lines: Sequence[str], at: int) -> int:
    """The head of the ``def`` around a line, or of the ``class`` if there is none."""
    depth = _depth(lines[at]) + (1 if _DEF.match(lines[at]) else 0)
    for place in range(at, -1, -1):
        if _DEF.match(lines[place]) and _depth(lines[place]) < depth:
            return place
    return at


def _depth(line: str) -> int:
    plain = line.expandtabs(4)
    return len(plain) - len(plain.lstrip())


def _undocumented(lines: Sequence[str], places: Sequence[int]) -> list[int]:
    """Without the docstring after the head, if its lines show where it ends."""
    body = next((n for n, place in enumerate(places) if n and lines[place].strip()), None)
    quote = next((q for q in ('"""', "'''") if body is not None and lines[places[body]].strip().startswith(q)), None)
    if body is None or quote is None:
        return list(places)
    for number in range(body, len(places)):
        said = lines[places[number]].strip()
        closed = said.endswith(quote) and (number > body or len(said) >= 2 * len(quote))
        if closed:
            return [*places[:body], *places[number + 1 :]]
    return list(places)
