"""The table of what ``--format`` may print besides text. An export's imports wait until it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from graders.reports.report import Report

__all__ = ["FORMATS", "Format"]


class Format(Protocol):
    """Reports for another program: a text to print as it is, or data that becomes JSON.

    ``single``: one submission was requested, and there is one report; else it is a class, even of one.
    """

    def __call__(self, reports: Sequence[Report], lang: str, *, single: bool) -> object: ...


def _json(reports: Sequence[Report], lang: str, *, single: bool) -> object:
    from graders.feedback.exports import class_json, report_json

    return report_json(reports[0], lang) if single else class_json(reports, lang)


def _csv(reports: Sequence[Report], lang: str, *, single: bool) -> object:
    from graders.feedback.exports import class_csv

    return class_csv(reports)


def _gradescope(reports: Sequence[Report], lang: str, *, single: bool) -> object:
    """results.json; for a class, one per student."""
    from graders.feedback.exports import gradescope_results

    if single:
        return gradescope_results(reports[0], lang)
    return [{"student": report.student, "results": gradescope_results(report, lang)} for report in reports]


FORMATS: Mapping[str, Format] = MappingProxyType({"json": _json, "csv": _csv, "gradescope": _gradescope})
