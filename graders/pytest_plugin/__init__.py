"""pytest plugin: in a homework folder, one test per check of the student's own units; elsewhere, nothing.

pytest imports this at every start, in every project. A course's code is imported only when a unit is found.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pluggy
import pytest

from graders.pytest_plugin.places import Places
from graders.pytest_plugin.points import Points

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure"]

PLACES = pytest.StashKey[Places]()
POINTS, REPORTING = "deepgrade-points", "deepgrade-reporting"  # plugins of this plugin

Nodes = list[pytest.Collector]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("deepgrade", "deepgrade: the exercises of a course as tests")
    group.addoption(
        "--deepgrade-hints",
        type=int,
        choices=range(4),
        default=0,
        help="Rungs of the hints for what is not right yet: 0 (none) to 3.",
    )
    group.addoption(
        "--deepgrade-lang",
        choices=("ko", "en"),
        help="Language of the feedback (default: as 'deepgrade check' chooses it).",
    )
    group.addoption("--deepgrade-points", metavar="FILE", help="Append the points to FILE, as a Markdown table.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PLACES] = Places()
    config.pluginmanager.register(Points(config), POINTS)


@pytest.hookimpl(hookwrapper=True)  # the signature that every pytest version knows: this is imported in any project
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, pluggy.Result[Nodes], None]:
    """Collect a student's unit by its exercises; it is never imported here as a test module."""
    outcome = yield
    named = parent.session.isinitpath(file_path)
    if not parent.config.stash[PLACES].may_hold(file_path, named):
        return
    from graders.pytest_plugin.units import unit_of

    unit = unit_of(file_path, named, parent.config.getini("python_files"))
    if unit is None:
        return
    from graders.pytest_plugin.nodes import UnitFile
    from graders.pytest_plugin.reporting import Reporting

    plugins = parent.config.pluginmanager
    if not plugins.has_plugin(REPORTING):
        plugins.register(Reporting(), REPORTING)
    others = [one for one in outcome.get_result() if not isinstance(one, pytest.Module)]  # collected without importing
    outcome.force_result([*others, UnitFile.from_parent(parent, path=file_path, unit=unit)])
