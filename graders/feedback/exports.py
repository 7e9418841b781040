"""Reports for other programs: our JSON, a class as CSV, Gradescope's results.json."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graders.feedback import points, selection, totals
from graders.feedback.cells import safe_cell
from graders.feedback.messages import printable, render_message, say
from graders.feedback.named import tells_name
from graders.feedback.value_table import python_text
from graders.messages.message import Message
from graders.reports.report import SCHEMA, CheckReport, ExerciseReport, Report

__all__ = ["InWords", "class_csv", "class_json", "gradescope_results", "report_json"]

_HANDED_IN = ("id", "number", "email", "late", "submitted_at")  # what the platform and the roster say about it
_FEW = 60  # most numbers of an array in Gradescope's output
_QUOTED = re.compile(r"""[";,|:\t\r\n]""")


@dataclass(frozen=True)
class InWords:
    """A language for ``Report.to_dict``: every message as a sentence, plus the other texts about a check."""

    lang: str

    def sentence(self, message: Message) -> str:
        return render_message(message, self.lang)

    def about(self, check: CheckReport) -> dict[str, Any]:
        own = selection.own_line(check, self.lang)
        return {
            "title": selection.mistake_title(check, self.lang) if check.diagnosis else None,
            "hints": list(selection.hint_rungs(check, self.lang)),
            "own_line": list(own) if own is not None else None,
        }


def report_json(report: Report, lang: str) -> dict[str, Any]:
    """The output of ``grade --json``: ``report.to_dict()`` with its sentences in ``lang``."""
    return report.to_dict(InWords(lang))


def class_json(reports: Iterable[Report], lang: str) -> dict[str, Any]:
    """Every submission of a class, and the units outside the totals."""
    reports = list(reports)
    submissions = [report_json(report, lang) for report in reports]
    return {"schema": SCHEMA, "uncounted": list(totals.uncounted_units(reports)), "submissions": submissions}


def class_csv(reports: Sequence[Report]) -> str:
    """One line per student (RFC 4180): total, verdict, points per unit and exercise; empty if there is no score.

    ``ungraded`` lists the exercises that the platform could not grade, ``not_counted`` the units that are graded but
    not part of the total.
    Write it as ``utf-8-sig`` with ``newline=""`` and Excel reads Korean names. A cell that a spreadsheet would take
    for a formula starts with an apostrophe, even if it would become one only after a split at another separator.
    """
    exercises = points.exercise_columns(reports)
    units = points.unit_columns(reports)
    columns = ["student", "score", "max_score", "verdict", *_HANDED_IN, *units]
    columns += [f"{unit}.{name}" for unit, name, _ in exercises] + ["ungraded", "not_counted"]
    lines = [_line(columns)]
    for report in sorted(reports, key=lambda report: report.student):
        by_unit = selection.scores_by_unit(report)
        by_exercise = {(exercise.unit, exercise.name): exercise.score for exercise in report.exercises}
        broken = report.verdict == "broken"
        row: list[object] = [report.student, report.score, report.max_score, report.verdict, *_handed_in(report)]
        row += [None if broken or unit not in by_unit else by_unit[unit].score for unit in units]
        row += [None if broken else by_exercise.get((unit, name)) for unit, name, _ in exercises]
        row += [" ".join(report.ungraded), " ".join(report.uncounted)]
        lines.append(_line(row))
    return "".join(lines)


def _handed_in(report: Report) -> list[str]:
    """The cells of ``_HANDED_IN``; late is ``yes``, or empty if unknown or on time."""
    known = {**report.handed_in, "late": "yes" if report.handed_in.get("late") else ""}
    return [str(known.get(column, "")) for column in _HANDED_IN]


def gradescope_results(report: Report, lang: str) -> dict[str, Any]:
    """Gradescope's results.json from the student's view of a report.

    Every test is visible, because one hidden test hides the total; none contains anything hidden. A report without a
    score (an internal error, or something did not run) has none here either, in total or per test: Gradescope then says
    that the autograder failed, and the run can be repeated. Ungraded tests are neither passed nor failed.
    """
    report = report.for_student()
    tests = [
        _gradescope_test(check, exercise, f"{number}.{position}", _scored(report, exercise), lang)
        for number, exercise in enumerate(report.exercises, 1)
        for position, check in enumerate(exercise.checks, 1)
    ]
    if report.absent_points:
        name = say("ui.absent", lang, points=report.absent_points)
        tests.append({"name": name, "score": 0, "max_score": report.absent_points, "status": "failed"})
    results: dict[str, Any] = {
        "output": _gradescope_output(report, lang),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {"verdict": report.verdict, "sha256": report.sha256, "course_version": report.course_version},
    }
    if report.score is not None:
        results["score"] = report.score
    wall_s = report.run.get("wall_s")
    if isinstance(wall_s, int | float):
        results["execution_time"] = math.ceil(wall_s)
    return results


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return points.number(value)
    text = safe_cell(str(value))
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _line(cells: Sequence[object]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _gradescope_test(
    check: CheckReport, exercise: ExerciseReport, number: str, scored: bool, lang: str
) -> dict[str, Any]:
    passed = check.verdict == "pass"
    lines = [] if passed else [say(f"verdict.{check.verdict}", lang)]
    if check.message is not None:
        lines.append(render_message(check.message, lang))
    own = selection.own_line(check, lang)
    if own is not None:
        lines.append(": ".join(map(printable, own)))
    if not passed and tells_name(check, lang, 1):
        lines.append(say("ui.recognised", lang, title=selection.mistake_title(check, lang)))
    lines += [*selection.hint_rungs(check, lang)[:1], *_values(check, lang)]
    test: dict[str, Any] = {
        "name": printable(f"{exercise.unit}.{exercise.name} · {selection.check_name(check, lang)}"),
        "number": number,
        "max_score": check.max_points,
        "output": "\n".join(lines),
        "output_format": "text",
        "visibility": "visible",
        "tags": [printable(exercise.unit)],
    }
    if check.earned is not None:
        test["status"] = "passed" if passed else "failed"
    if scored:
        test["score"] = check.points
    return test


def _scored(report: Report, exercise: ExerciseReport) -> bool:
    return report.score is not None and exercise.unit not in report.uncounted


def _values(check: CheckReport, lang: str) -> list[str]:
    """The visible case that failed, with its numbers if they are few."""
    case = selection.shown_case(check)
    if case is None or case.evidence is None:
        return []
    values = {**case.evidence.inputs, "actual": case.evidence.actual, "expected": case.evidence.expected}
    lines = [python_text(name, value, largest=_FEW) for name, value in values.items()]
    return [
        say("ui.counterexample" if case.counterexample else "ui.case", lang, case=selection.case_name(case, lang)),
        *map(printable, lines),
    ]


def _gradescope_output(report: Report, lang: str) -> str:
    """The message about the whole submission, and what the student's code printed."""
    lines = [render_message(report.message, lang)] if report.message else []
    if report.score is None:
        lines.append(totals.no_score(report, lang))
    lines += [render_message(note, lang) for note in report.notes]
    for exercise in report.exercises:
        lines += [f"{exercise.unit}.{exercise.name}: {render_message(note, lang)}" for note in exercise.notes]
        if exercise.stdout.strip():
            lines.append(f"{exercise.unit}.{exercise.name}: {say('ui.printed', lang)}\n{exercise.stdout.rstrip()}")
    return printable("\n".join(lines))
