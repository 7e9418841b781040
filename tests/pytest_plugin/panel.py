"""What a test panel does with pytest: read the tree of tests from the session, and the results from the reports.

Written after what VS Code's adapter relies on: nodes that are ``pytest.Class`` nest, every other parent counts as a
file, lines come from ``location``, ids are absolute paths and then the names, a failure is told by ``longreprtext``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOUND: dict[str, Any] = {"tests": [], "results": {}}


def absolute(node: pytest.Item | pytest.Collector) -> str:
    return "::".join([str(node.path), *node.nodeid.split("::")[1:]])


def pytest_collection_finish(session: pytest.Session) -> None:
    for item in session.items:
        classes, parent = list[str](), item.parent
        while isinstance(parent, pytest.Class):
            assert isinstance(parent.obj, type)
            classes.insert(0, parent.name)
            parent = parent.parent
        assert parent is not None
        line = item.location[1]
        assert line is not None
        FOUND["tests"].append(
            {"name": item.name, "classes": classes, "file": str(parent.path), "line": line + 1, "id": absolute(item)}
        )


def pytest_report_teststatus(report: pytest.TestReport) -> None:
    if report.when == "call" or report.failed:
        FOUND["results"][report.nodeid] = [report.outcome, report.longreprtext if report.failed else ""]


def pytest_sessionfinish() -> None:
    Path(os.environ["PANEL"]).write_text(json.dumps(FOUND), encoding="utf-8")
