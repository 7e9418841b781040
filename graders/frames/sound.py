"""Whether a report's values can become cells: its keys may be right and its values wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from graders.messages.message import Message
from graders.reports.report import CheckReport, Report
from graders.reports.verdict import VERDICTS

__all__ = ["is_sound"]


def is_sound(report: Report) -> bool:
    """Whether words are words, numbers are numbers, and verdicts are known ones."""
    checks = [check for exercise in report.exercises for check in exercise.checks]
    verdicts = [report.verdict, *(one.verdict for one in report.exercises), *(check.verdict for check in checks)]
    words = [report.student, report.sha256, report.course_version, *verdicts, *report.uncounted]
    names = [name for one in report.exercises for name in (one.unit, one.name)]
    return (
        all(isinstance(word, str) for word in (*words, *names))
        and all(names)
        and set(verdicts) <= set(VERDICTS)
        and type(report.absent_points) is int
        and all(isinstance(one, Mapping) for one in (report.handed_in, report.run, report.before))
        and all(isinstance(unit, str) for unit in _asked(report))
        and all(_is_number(number) for number in report.before.values())
        and all(isinstance(one.id, str) and isinstance(one.params, Mapping) for one in _messages(report, checks))
        and all(map(_is_check, checks))
    )


def _asked(report: Report) -> list[Any]:
    asked: Any = report.run.get("units_asked", [])
    return asked if isinstance(asked, list) else [None]


def _messages(report: Report, checks: list[CheckReport]) -> Iterator[Message]:
    yield from (*report.notes, *report.flags)
    yield from (check.message for check in checks if check.message is not None)


def _is_check(check: CheckReport) -> bool:
    words = (check.name, check.group, check.case, check.diagnosis or "")
    title: Any = check.title if check.title is not None else {}
    return (
        all(isinstance(word, str) for word in words)
        and isinstance(title, Mapping)
        and all(isinstance(word, str) for word in title.values())
        and _is_number(check.points)
        and type(check.max_points) is int
        and type(check.public) is bool
        and type(check.follow_through) is bool
    )


def _is_number(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and math.isfinite(value))
