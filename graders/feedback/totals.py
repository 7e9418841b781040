"""What a score counts, why there is none, and what changed since the previous report."""

from __future__ import annotations

from collections.abc import Iterable

from graders.feedback.messages import say
from graders.feedback.points import number, score_text, total
from graders.feedback.selection import UnitScore
from graders.reports.report import Report

__all__ = ["changes", "no_score", "since", "uncounted_units", "unit_text"]


def uncounted_units(reports: Iterable[Report]) -> dict[str, list[str]]:
    """Units that are graded and shown but not part of the total, with the students who handed them in."""
    found: dict[str, list[str]] = {}
    for report in reports:
        for unit in report.uncounted:
            found.setdefault(unit, []).append(report.student)
    return dict(sorted(found.items()))


def no_score(report: Report, lang: str) -> str:
    """Why a report has no score: an internal error, or something that counts did not run here."""
    graded = [exercise for exercise in report.counted if exercise.score is not None]
    if report.verdict == "broken" or not report.counted:
        return say("ui.no_score", lang)
    if not graded:
        return say("ui.nothing_ran", lang)
    return say(
        "ui.not_run",
        lang,
        count=len(report.counted) - len(graded),
        total=len(report.counted),
        score=number(total(exercise.score for exercise in graded)),
        max_score=number(sum(exercise.max_score for exercise in graded)),
    )


def unit_text(unit: UnitScore, report: Report) -> str:
    """A unit's points for a table, in brackets if they are not part of the total."""
    text = score_text(unit.score, unit.max_score)
    return f"({text})" if unit.unit in report.uncounted else text


def changes(report: Report) -> list[str]:
    """``Affine 4 → 7`` for every exercise whose points differ from the previous report's."""
    found = []
    for exercise in report.exercises:
        name = f"{exercise.unit}.{exercise.name}"
        if name in report.before and report.before[name] != exercise.score:
            found.append(f"{exercise.name} {number(report.before[name])} → {number(exercise.score)}")
    return found


def since(report: Report, lang: str) -> str:
    """What changed since the previous report; "" if there was none."""
    if not report.before:
        return ""
    changed = changes(report)
    return say("ui.since", lang, changes=", ".join(changed)) if changed else say("ui.since_same", lang)
