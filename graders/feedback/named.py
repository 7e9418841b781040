"""When a recognised mistake is named: staff see its name at once, students with the hint the course sets."""

from __future__ import annotations

from dataclasses import replace

from graders.feedback.messages import say
from graders.feedback.selection import hint_rungs, mistake_title, names_mistake
from graders.reports.report import CheckReport, ExerciseReport, Report

__all__ = ["explained", "explained_exercise", "name_beside", "named_at", "named_for", "tells_name"]


def named_at(check: CheckReport, lang: str) -> int:
    """The hint with which a mistake is named: the course's setting, the last hint if there are fewer, 0 for at once."""
    return min(check.name_at, len(hint_rungs(check, lang)))


def tells_name(check: CheckReport, lang: str, hints: int) -> bool:
    """Whether a mistake is named once this many of its hints are shown."""
    return names_mistake(check) and hints >= named_at(check, lang)


def name_beside(check: CheckReport, lang: str, number: int) -> str:
    """The name, in words, that comes with the hint of this number; "" for any other hint."""
    if not names_mistake(check) or number != named_at(check, lang):
        return ""
    return say("ui.recognised", lang, title=mistake_title(check, lang))


def named_for(report: Report) -> Report:
    """The report as its reader sees it: unchanged for a student, with all names at once for staff."""
    return report if report.view == "student" else explained(report)


def explained(report: Report) -> Report:
    """The report with every recognised mistake named at once, for staff or at the reader's request."""
    return replace(report, exercises=tuple(map(explained_exercise, report.exercises)))


def explained_exercise(exercise: ExerciseReport) -> ExerciseReport:
    return replace(exercise, checks=tuple(replace(check, name_at=0) for check in exercise.checks))
