"""Points for display: sums, numbers, percentages, and the columns of a class."""

from __future__ import annotations

from collections.abc import Iterable

from graders.reports.report import Report

__all__ = ["exercise_columns", "number", "percent", "score_text", "total", "unit_columns"]


def total(scores: Iterable[float | None]) -> float | None:
    """The sum, or None if any of them does not exist."""
    known = list(scores)
    return None if None in known else sum(score for score in known if score is not None)


def number(value: float | None) -> str:
    """3 rather than 3.0; a dash for a missing score."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def percent(score: float | None, max_score: float) -> str:
    """``86%`` rounded down, so that only full marks read 100; a dash if there is no score."""
    return "–" if score is None or not max_score else f"{int(100 * score / max_score + 1e-9)}%"


def score_text(score: float | None, max_score: float) -> str:
    return f"{number(score)}/{number(max_score)}"


def unit_columns(reports: Iterable[Report]) -> tuple[str, ...]:
    """Every unit in any report, sorted by name."""
    return tuple(sorted({exercise.unit for report in reports for exercise in report.exercises}))


def exercise_columns(reports: Iterable[Report]) -> tuple[tuple[str, str, int], ...]:
    """Every (unit, exercise, points) in any report: units by name, exercises in lesson order."""
    seen: dict[tuple[str, str], int] = {}
    for report in reports:
        for exercise in report.exercises:
            key = (exercise.unit, exercise.name)
            seen[key] = max(seen.get(key, 0), exercise.max_score)
    ordered = sorted(seen, key=lambda key: key[0])
    return tuple((unit, name, seen[unit, name]) for unit, name in ordered)
