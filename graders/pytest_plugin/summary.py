"""The last lines of a run: points by exercise, what opened, how to ask for hints."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from rich.console import Console

from graders.feedback.messages import render_message, say
from graders.feedback.points import score_text
from graders.feedback.selection import unit_scores
from graders.feedback.text import render_report
from graders.host.disk import refused_write
from graders.reports.report import ExerciseReport, Report
from graders.reports.verdict import Verdict, worst

__all__ = ["brief", "summary_of", "write_points"]

WIDEST = 100

Files = Mapping[str, Mapping[str, Any]]  # what ``Points`` collected: file → its exercises and what to say about it


def brief(exercise: ExerciseReport) -> dict[str, Any]:
    """What the summary needs from an exercise, as plain data that xdist can transfer."""
    checks = tuple(
        replace(check, message=None, hint=None, title=None, cases=(), line=None, source="") for check in exercise.checks
    )
    return replace(exercise, checks=checks, stdout="", stderr="", curve=None, unnamed={}).to_dict()


def summary_of(files: Files, hints: int, width: int, colour: bool) -> Iterator[str]:
    """Lines for a terminal; a unit once, or once per file of it that ran."""
    lang = _language(files)
    for report in _reports(files):
        yield from _lines(report, lang, width, colour)
        for exercise in report.exercises:
            notes = exercise.notes if exercise.verdict == "pass" else ()  # the others' notes are shown above
            yield from (f"· {exercise.name}: {render_message(note, lang)}" for note in notes)
    yield from dict.fromkeys(line for file in files.values() for line in file["news"])
    if any(file["open"] for file in files.values()):
        yield say("pytest.open", lang)
    if not hints and any(file["hints"] for file in files.values()):
        yield say("pytest.hints_how", lang)


def write_points(files: Files, path: str) -> Iterator[str]:
    """Append a Markdown table per unit; returns why that failed, if it did."""
    lang, lines = _language(files), list[str]()
    for report in _reports(files):
        for unit in unit_scores(report):
            lines += [f"### {unit.unit}: {score_text(unit.score, unit.max_score)}", ""]
            lines += [f"| | {say('ui.exercise', lang)} | {say('ui.points', lang)} |", "|---|---|---|"]
            for one in unit.exercises:
                points = score_text(one.score, one.max_score)
                lines.append(f"| {Verdict(one.verdict).mark} | `{one.name}` | {points} |")
            lines.append("")
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except OSError as error:
        yield render_message(refused_write(Path(path), error).message, lang)


def _reports(files: Files) -> Iterator[Report]:
    """What ran, as one report in which each unit occurs once; further reports for further files of a unit."""
    sets = list[dict[str, list[ExerciseReport]]]()
    for file in files.values():
        exercises = [ExerciseReport.from_dict(one) for one in file["exercises"].values()]
        free = next((one for one in sets if exercises[0].unit not in one), None)
        if free is None:
            sets.append(free := {})
        free[exercises[0].unit] = exercises
    for units in sets:
        shown = tuple(exercise for exercises in units.values() for exercise in exercises)
        yield Report("", shown, worst(one.verdict for one in shown), view="student")


def _language(files: Files) -> str:
    lang: str = next(iter(files.values()))["lang"]
    return lang


def _lines(report: Report, lang: str, width: int, colour: bool) -> list[str]:
    written = io.StringIO()
    system: Literal["standard"] | None = "standard" if colour else None
    console = Console(file=written, width=min(width, WIDEST), force_terminal=colour, color_system=system)
    render_report(report, lang, console, detail="brief")
    return written.getvalue().rstrip("\n").split("\n")[1:]  # without the empty line before the first unit
