"""Adds to pytest's reports of our checks: the exercise's points, its output, its location."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from typing import Any

import pluggy
import pytest

from graders.feedback.selection import hint_rungs
from graders.grading.annotate import faulty
from graders.messages.message import Message
from graders.pytest_plugin.nodes import CheckItem
from graders.pytest_plugin.summary import brief

__all__ = ["Reporting"]


class Reporting:
    """Hooks registered once a unit has been collected."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pluggy.Result[pytest.TestReport], None]:
        outcome = yield
        report = outcome.get_result()
        if isinstance(item, CheckItem) and item.checked is not None:
            if report.when == "call" or (report.when == "setup" and report.failed):
                report.deepgrade = json.dumps(_told(item))  # type: ignore[attr-defined]  # text: xdist carries it
                _add_printed(item, report)
            if report.skipped and isinstance(report.longrepr, tuple):
                path, line, _ = item.parent.reportinfo()  # the exercise's line: pytest folds identical skips
                report.longrepr = os.fspath(path), line + 1, report.longrepr[2]


def _told(item: CheckItem) -> dict[str, Any]:
    assert item.checked is not None
    report = item.checked.report
    exercise = item.checked.exercises.get(item.exercise.symbol)
    if exercise is None:
        exercise = faulty(item.file.unit, item.exercise, report.message or Message("broken"), report.verdict)
    return {
        "file": item.file.nodeid,
        "exercise": brief(exercise),
        "lang": item.file.lang,
        "news": list(item.checked.news),
        "hints": any(hint_rungs(check, item.file.lang) for check in exercise.checks),
    }


def _add_printed(item: CheckItem, report: pytest.TestReport) -> None:
    exercise = item.checked.exercises.get(item.exercise.symbol) if item.checked is not None else None
    if exercise is not None and report.failed:
        for name, printed in (("stdout", exercise.stdout), ("stderr", exercise.stderr)):
            if printed.strip():
                report.sections.append((f"Captured {name} call", printed))
