"""deepgrade: deep-learning exercises whose grader compares outputs and gradients and names the mistake.

The public names are listed here and documented in docs/api.md; each is imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graders.api import Grader
    from graders.courses.course import Course
    from graders.reports.report import Report
    from graders.reports.verdict import Verdict
    from graders.submission import find_submissions

__all__ = ["Course", "Grader", "Report", "Verdict", "find_submissions"]

__version__ = "0.1.0"

_HOMES = {
    "Course": "graders.courses.course",
    "Grader": "graders.api",
    "Report": "graders.reports.report",
    "Verdict": "graders.reports.verdict",
    "find_submissions": "graders.submission",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(ipython: object) -> None:
    """Give a notebook the ``%check`` magic (called by ``%load_ext graders``)."""
    from graders.notebook.magics import register

    register(ipython)
