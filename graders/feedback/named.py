"""When a recognized mistake is named: staff see its name at once, a student with the hint that the course says."""

from __future__ import annotations

from dataclasses import replace

from graders.feedback.messages import say
from graders.feedback.selection import hint_rungs, mistake_title, names_mistake
from graders.reports.report import CheckReport, ExerciseReport, Report

__all__ = ["explained", "explained_exercise", "name_beside", "named_at", "named_for", "tells_name"]


def named_at(check: CheckReport, lang: str) -> int:
    """The hint with which a mistake is named: that of the course, the last where there are fewer, 0 at once."""
    return min(check.name_at, len(hint_rungs(check, lang)))


def tells_name(check: CheckReport, lang: str, hints: int) -> bool:
    """Whether a mistake is named where so many of its hints are shown."""
    return names_mistake(check) and hints >= named_at(check, lang)


def name_beside(check: CheckReport, lang: str, number: int) -> str:
    """The name that the hint of this number brings with it, in words; "" for any other hint."""
    if not names_mistake(check) or number != named_at(check, lang):
        return ""
    return say("ui.recognised", lang, title=mistake_title(check, lang))


def named_for(report: Report) -> Report:
    """The report as its reader sees it: a student's as it is, and all names at once for staff."""
    return report if report.view == "student" else explained(report)


def explained(report: Report) -> Report:
    """The report with every recognized mistake named at once, as staff see it or as its reader asked."""
    return replace(report, exercises=tuple(map(explained_exercise, report.exercises)))


def explained_exercise(exercise: ExerciseReport) -> ExerciseReport:
    return replace(exercise, checks=tuple(replace(check, name_at=0) for check in exercise.checks))
