"""An exercise's report beside its judging: how the sandbox ended it, what could not run, where, what to mend first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any

from graders.compare.runs import Ending
from graders.course import Course
from graders.errors import SubmissionError
from graders.policy.apart import Exhausted, call_apart
from graders.policy.forbids import forbidden_uses
from graders.probe import Trace
from graders.sandbox.contract import Outcome
from graders.sandbox.student import file_of
from graders.spec import Exercise, Text, Unit
from graders.submission import Submission
from graders.verdict import CaseReport, CheckReport, ExerciseReport, Message

__all__ = ["advised", "ending_of", "faulty", "forbidden", "forbidden_by_text", "located", "titled"]

FORBIDDEN_CALL = "ForbiddenCall"  # the exception of ``graders.sandbox.withheld``


def ending_of(outcome: Outcome, wall_s: float) -> Ending:
    """The sandbox's record of one exercise as a verdict with its message; ``wall_s`` is the time it was given."""
    verdicts: Mapping[str, str] = {"done": "pass", "crash": "error", "rejected": "rejected", "lost": "broken"}
    verdict = verdicts.get(outcome.ending, "limit")
    detail = f"{wall_s:g} s" if outcome.ending == "time" else _detail(outcome.detail)
    message = None if verdict == "pass" else Message(f"ending.{outcome.ending}", {"detail": detail})
    return Ending(verdict, message, outcome.stdout, outcome.stderr)


_DETAILS = {
    "ending.detail_status": re.compile(r"the process ended itself with status (?P<status>-?\d+)"),
    "ending.detail_signal": re.compile(r"ended by (?P<signal>\w+)"),
    "ending.detail_hidden": re.compile(r"in a hidden run"),
}


def _detail(text: str) -> Any:
    """The sandbox's own words about an ending, so that they can be said in both languages."""
    for id, form in _DETAILS.items():
        if found := form.fullmatch(text):
            return {"id": id, "params": found.groupdict()}
    return text


def faulty(unit: str, exercise: Exercise, message: Message, verdict: str = "error") -> ExerciseReport:
    """An exercise that could not run at all: each check says why."""
    checks = tuple(
        CheckReport(check.output, check.group, verdict, 0, check.points, message=message)
        for check in exercise.checks
        if check.points
    )
    return ExerciseReport(unit, exercise.symbol, verdict, checks)


def forbidden(unit: str, exercise: Exercise, traces: Iterable[Trace]) -> ExerciseReport | None:
    """The report of an exercise whose run called what it may not call: no points, and the sentence that says so."""
    for trace in traces if exercise.forbids else ():
        crash = trace.crash
        if crash is not None and crash.kind == FORBIDDEN_CALL:
            params = {"symbol": exercise.symbol, "name": crash.text or ", ".join(exercise.forbids)}
            line = {"line": crash.line} if crash.line is not None else {}
            id = "forbidden.called_line" if line else "forbidden.called"
            return faulty(unit, exercise, Message(id, {**params, **line}), "fail")
    return None


def forbidden_by_text(
    submission: Submission, exercises: Mapping[str, Mapping[str, Exercise]]
) -> dict[tuple[str, str], ExerciseReport]:
    """(unit, symbol) → its report, for exercises whose code names what it may not call; read in a process of its own.

    ``exercises``: unit → symbol → exercise. Where the texts are too much to read, the runs still tell.
    """
    texts = {unit: source.text for unit, source in submission.sources.items()} | dict(submission.extra)
    whole = "\n".join(texts.values())
    wanted = {
        unit: {
            name: one.forbids for name, one in known.items() if any(_may_stand_in(whole, each) for each in one.forbids)
        }
        for unit, known in exercises.items()
    }
    aliases = {name: one.aliases for known in exercises.values() for name, one in known.items()}

    def uses() -> list[tuple[str, str, str, int, str]]:
        try:
            return [
                (unit, *astuple(use)) for unit in wanted for use in forbidden_uses(texts, unit, wanted[unit], aliases)
            ]
        except SubmissionError:
            return []

    try:
        found = call_apart(uses) if any(wanted.values()) else []
    except Exhausted:
        return {}
    reports = {}
    for unit, symbol, module, line, name in found:
        params: dict[str, Any] = {"symbol": symbol, "name": name, "line": line}
        if module == unit:
            message = Message("forbidden.called_line", {**params, "line": submission.sources[unit].place_of(line)})
        else:
            message = Message("forbidden.called_in", {**params, "file": file_of(module)})
        reports[unit, symbol] = faulty(unit, exercises[unit][symbol], message, "fail")
    return reports


def _may_stand_in(text: str, pattern: str) -> bool:
    """Whether the library and the last word of a pattern stand in a text at all: in most they do not."""
    words = re.findall(r"\w+", pattern)
    return words[0] in text and words[-1] in text


def located(report: ExerciseReport, line_of: Callable[[int], str] | None) -> ExerciseReport:
    """Lines of the module as the student knows them: 'cell 4, line 3' for a notebook."""
    if line_of is None:
        return report

    def located(message: Message | None) -> Message | None:
        if message is None or not isinstance(message.params.get("line"), int):
            return message
        return Message(message.id, {**message.params, "line": line_of(message.params["line"])})

    checks = tuple(
        replace(
            check,
            message=located(check.message),
            cases=tuple(replace(case, message=located(case.message)) for case in check.cases),
        )
        for check in report.checks
    )
    notes = tuple(one for note in report.notes if (one := located(note)) is not None)
    return replace(report, checks=checks, notes=notes)


def titled(report: ExerciseReport, about: Unit) -> ExerciseReport:
    """Cases and groups as the unit calls them in each language, wherever the report names one."""

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


def advised(course: Course, exercises: Sequence[ExerciseReport]) -> list[ExerciseReport]:
    """``after`` advises: where an exercise failed whose groundwork failed too, say which to mend first."""
    passed = {f"{one.unit}.{one.name}": one.verdict == "pass" for one in exercises}
    advised = []
    for one in exercises:
        notes = list(one.notes)
        if one.verdict != "pass":
            for first in course.spec(one.unit).exercise(one.name).after:
                name = first if "." in first and first.split(".")[0] in course.units else f"{one.unit}.{first}"
                if passed.get(name) is False:
                    notes.append(Message("after", {"first": name, "then": one.name}))
        advised.append(replace(one, notes=tuple(notes)))
    return advised
