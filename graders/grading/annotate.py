"""Completes an exercise's report: how the sandbox ended it, what could not run, where, what to fix first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graders.compare.context import Cause, Ending
from graders.courses.course import UnitSpec
from graders.messages.message import Message
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, is_told
from graders.sandbox.contract import Outcome
from graders.spec import Exercise, Text, Unit
from graders.submission import Source
from graders.submission.definitions import definition_line

__all__ = [
    "advised",
    "defined_at",
    "ending_of",
    "faulty",
    "located",
    "placed_elsewhere",
    "sourced",
    "titled",
    "unblamed",
]

Exercises = Mapping[str, Exercise]

ATTEMPTED = ("fail", "error", "limit")  # verdicts of code that exists but is not right


def ending_of(outcome: Outcome, wall_s: float) -> Ending:
    """The sandbox's record of one exercise as a verdict with its message; ``wall_s`` is the time it was given."""
    verdicts: Mapping[str, str] = {"done": "pass", "crash": "error", "rejected": "rejected", "lost": "broken"}
    verdict = verdicts.get(outcome.ending, "limit")
    detail = Message("ui.seconds", {"seconds": f"{wall_s:g}"}) if outcome.ending == "time" else outcome.detail
    said = detail.to_dict() if isinstance(detail, Message) else detail
    message = None if verdict == "pass" else Message(f"ending.{outcome.ending}", {"detail": said})
    return Ending(verdict, message, outcome.stdout, outcome.stderr)


def faulty(
    unit: str, exercise: Exercise, message: Message, verdict: str = "error", cause: Cause | None = None
) -> ExerciseReport:
    """An exercise that could not run at all: each check says why."""
    cause = cause or Cause()
    checks = tuple(
        CheckReport(
            check.output,
            check.group,
            verdict,
            0,
            check.points,
            message=message,
            diagnosis=cause.diagnosis,
            hint=cause.hint,
        )
        for check in exercise.checks
        if check.points
    )
    return ExerciseReport(unit, exercise.symbol, verdict, checks)


def located(report: ExerciseReport, line_of: Callable[[int], int | str] | None) -> ExerciseReport:
    """Converts lines of the module to what the student knows: 'cell 4, line 3' for a notebook."""
    if line_of is None:
        return report

    def located(message: Message | None) -> Message | None:
        return Message(message.id, placed(message.params)) if message is not None else None

    def placed(params: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(params)
        if isinstance(params.get("line"), int):
            found["line"] = line_of(params["line"])
        if isinstance(params.get("also"), int):
            found["also"] = line_of(params["also"])
        imported = params.get("imported")
        if isinstance(imported, dict) and not imported["params"]["file"]:
            found["imported"] = {**imported, "params": placed(imported["params"])}
        return found

    checks = tuple(
        replace(
            check,
            message=located(check.message),
            cases=tuple(replace(case, message=located(case.message)) for case in check.cases),
            line=line_of(check.line) if isinstance(check.line, int) else check.line,
        )
        for check in report.checks
    )
    notes = tuple(one for note in report.notes if (one := located(note)) is not None)
    return replace(report, checks=checks, notes=notes)


def placed_elsewhere(report: ExerciseReport, sources: Mapping[str, Source]) -> ExerciseReport:
    """Converts lines of another of the student's units likewise, if it was handed in as a notebook."""

    def placed(message: Message | None) -> Message | None:
        used = message.params.get("used") if message is not None else None
        if message is None or not isinstance(used, dict):
            return message
        file = used["params"]["file"]
        source = next((one for unit, one in sources.items() if file in (f"{unit}.py", one.file)), None)
        if source is None or source.line_of is None:
            return message
        there = {"line": source.line_of(used["params"]["line"]), "file": source.file}
        return Message(message.id, {**message.params, "used": {**used, "params": there}})

    checks = tuple(
        replace(
            check,
            message=placed(check.message),
            cases=tuple(replace(case, message=placed(case.message)) for case in check.cases),
        )
        for check in report.checks
    )
    return replace(report, checks=checks)


_LONGEST_LINE = 160  # characters of a student's line
_FORWARD, _BACKWARD = ("forward", "update", "predict", "__call__"), ("backward", "gradient")


def sourced(report: ExerciseReport, exercise: Exercise, text: str) -> ExerciseReport:
    """Adds the student's own line to every wrong check: where it stopped, else where the tested symbol is defined."""
    lines = text.split("\n")

    def own(check: CheckReport) -> CheckReport:
        if check.verdict not in ("fail", "error"):
            return check
        line = check.message.params.get("line") if check.message is not None else None
        if not isinstance(line, int):
            line = defined_at(exercise, check.name, text)
        if line is None or not 0 < line <= len(lines):
            return check
        return replace(check, line=line, source=lines[line - 1].strip()[:_LONGEST_LINE])

    return replace(report, checks=tuple(map(own, report.checks)))


def defined_at(exercise: Exercise, output: str, text: str) -> int | None:
    """The ``def backward`` line for a gradient, the ``def forward`` line for an output, else the symbol's."""
    owner, _, method = exercise.symbol.partition(".")
    slope = output in exercise.gradients or re.match("d[A-Za-z]", output) is not None
    methods = (method,) if method else (output, *(_BACKWARD if slope else _FORWARD))
    return definition_line(text, (owner, *exercise.aliases), methods)


def titled(report: ExerciseReport, about: Unit) -> ExerciseReport:
    """Adds the unit's titles for cases and groups, in each language, wherever the report names one."""

    def title(name: str) -> Text | None:
        return {"ko": about.cases[name], "en": name} if name in about.cases else None

    def said(message: Message | None) -> Message | None:
        name = message.params.get("case") if message is not None else None
        words = title(name) if isinstance(name, str) else None
        return Message(message.id, {**message.params, "case": words}) if message is not None and words else message

    def case(one: CaseReport) -> CaseReport:
        return replace(one, case_title=title(one.case), message=said(one.message))

    checks = tuple(
        replace(
            check,
            message=said(check.message),
            cases=tuple(map(case, check.cases)),
            group_title=title(check.group),
        )
        for check in report.checks
    )
    return replace(report, checks=checks, notes=tuple(one for note in report.notes if (one := said(note)) is not None))


def advised(spec_of: Callable[[str], UnitSpec], exercises: Sequence[ExerciseReport]) -> list[ExerciseReport]:
    """Follows ``after``: if an exercise and its groundwork both failed, says which to fix first.

    Only attempted work fails: a stub or an absent symbol does not, nor does one that waits for another unit's stub.
    """
    failing = {f"{one.unit}.{one.name}" for one in exercises if any(map(_failed, one.checks))}
    advised = []
    for one in exercises:
        notes = list(one.notes)
        if one.verdict != "pass":
            told = {check.follows for check in one.checks}
            for first in spec_of(one.unit).exercise(one.name).after:
                if first in told:
                    continue  # its checks already say so
                name = next((name for name in (f"{one.unit}.{first}", first) if name in failing), None)
                if name is not None:
                    notes.append(Message("after", {"first": name, "then": one.name}))
        advised.append(replace(one, notes=tuple(notes)))
    return advised


def _failed(check: CheckReport) -> bool:
    waits = check.message is not None and check.message.id.startswith("compare.used_unwritten")
    return check.verdict in ATTEMPTED and not waits


def unblamed(exercises: Sequence[ExerciseReport], spec: Callable[[str], Exercises]) -> list[ExerciseReport]:
    """Removes names of mistakes that groundwork explains: a table of a gate built from other gates says too little.

    ``spec(unit)``: a unit's exercises. If inputs are drawn, the numbers tell whose mistake it is.
    """
    failed = {f"{one.unit}.{one.name}" for one in exercises if one.verdict in ("fail", "error")}

    def plain(check: CheckReport) -> CheckReport:
        named = check.diagnosis is not None and not is_told(check.diagnosis) and not check.follows
        return replace(check, diagnosis=None, hint=None, title=None) if named else check

    found = []
    for one in exercises:
        exercise = spec(one.unit)[one.name]
        tables = not any(case.hidden for case in exercise.cases)
        if tables and any(first in failed or f"{one.unit}.{first}" in failed for first in exercise.after):
            one = replace(one, checks=tuple(map(plain, one.checks)))
        found.append(one)
    return found
