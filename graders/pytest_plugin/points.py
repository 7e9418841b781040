"""The end of a run: the points of every exercise that ran, and an exit status that says whether all is right."""

from __future__ import annotations

import json
from typing import Any

import pytest

__all__ = ["Points"]


class Points:
    """The results of a run's checks; with xdist, those of all its workers."""

    def __init__(self, config: pytest.Config) -> None:
        self.hints = config.getoption("deepgrade_hints")
        self.table = config.getoption("deepgrade_points")
        self.files: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        said = getattr(report, "deepgrade", None)
        if said:
            told = json.loads(said)
            file = self.files.setdefault(told["file"], {**told, "exercises": {}, "open": False})
            file["exercises"].setdefault(told["exercise"]["name"], told["exercise"])
            file["open"] |= report.skipped
            file["hints"] |= told["hints"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Checks of unwritten or unrun code are skipped, but then not everything passes."""
        if session.exitstatus == pytest.ExitCode.OK and any(file["open"] for file in self.files.values()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.files:
            from graders.pytest_plugin.summary import summary_of, write_points

            writer = terminalreporter.config.get_terminal_writer()
            terminalreporter.write_sep("=", "deepgrade")
            for line in summary_of(self.files, self.hints, writer.fullwidth, writer.hasmarkup):
                terminalreporter.write_line(line)
            if self.table:
                for line in write_points(self.files, self.table):
                    terminalreporter.write_line(line)
