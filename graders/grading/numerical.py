"""Gradients computed as differences of the student's own forward: how they are found, and what they are worth."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from graders.compare.context import Run
from graders.compare.gradients import looks_numerical
from graders.host.apart import call_apart
from graders.messages.errors import SubmissionError
from graders.messages.message import Message
from graders.policy.numeric import numeric_signs
from graders.reports.report import CheckReport, ExerciseReport
from graders.reports.verdict import worst
from graders.spec import Exercise, family

__all__ = ["flags_of", "to_weigh", "weighed"]

NOTE = "note.numeric"
_COMPLEX = re.compile(r"\d[jJ]\b|complex|\bimag\b")


def weighed(
    report: ExerciseReport, exercise: Exercise, runs: Sequence[Run], texts: Mapping[str, str] | None = None
) -> ExerciseReport:
    """The report with a note if passing gradients come from differences; the exercise decides on points.

    ``texts``: module → text of the submission, if available.
    """
    passed = to_weigh(report, exercise)
    if not passed:
        return report
    how = _seen(exercise, report.unit, runs, texts or {})
    if not how:
        return report
    note = Message(NOTE, {"symbol": exercise.symbol, "how": {"id": f"numeric.{how}", "params": {}}})
    if exercise.numeric == "refuse":
        checks = tuple(_refused(check, note) if check in passed else check for check in report.checks)
        return replace(report, checks=checks, verdict=worst(check.verdict for check in checks))
    return replace(report, notes=(*report.notes, note))


def to_weigh(report: ExerciseReport, exercise: Exercise) -> list[CheckReport]:
    """The passing gradient checks for which it matters how the gradients are computed."""
    if exercise.numeric == "allow":
        return []
    return [check for check in report.checks if family(check.name) in exercise.gradients and check.verdict == "pass"]


def _refused(check: CheckReport, note: Message) -> CheckReport:
    message = Message("note.numeric_refused", note.params)
    return replace(check, verdict="fail", points=0, message=message)


def flags_of(reports: Sequence[ExerciseReport]) -> Iterator[Message]:
    """What staff should look at: one sentence per exercise with such a note or refusal."""
    for report in reports:
        said = [*report.notes, *(check.message for check in report.checks if check.message)]
        for message in said:
            if message.id in (NOTE, "note.numeric_refused"):
                yield Message("policy.numeric", {"unit": report.unit, **message.params})
                break


def _seen(exercise: Exercise, unit: str, runs: Sequence[Run], texts: Mapping[str, str]) -> str:
    """``steps``, ``complex`` or ``noise``, or ""."""
    for run in runs:
        for note in run.actual.notes if run.actual is not None else ():
            if note in ("numeric:steps", "numeric:complex"):
                return note.partition(":")[2]
    pairs = [(run.actual, run.expected) for run in runs if run.actual is not None and not run.case.note]
    noisy = looks_numerical(exercise, pairs)
    if not texts or not (noisy or _COMPLEX.search("\n".join(texts.values()))):
        return ""
    signs = call_apart(partial(_signs, texts, unit, exercise)).values
    return "complex" if "complex" in signs else "noise" if noisy and "step" in signs else ""


def _signs(texts: Mapping[str, str], unit: str, exercise: Exercise) -> Iterator[str]:
    names, packages = (exercise.symbol.split(".")[0], *exercise.aliases), exercise.profile.compatibility.packages
    with contextlib.suppress(SubmissionError):
        yield from sorted(numeric_signs(texts, unit, names, packages))
