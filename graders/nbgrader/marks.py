"""A report as marks in nbgrader's terms: a score per graded cell, a comment per answer, HTML below each check.

What could not be graded has no score and needs a person, as does what a person must review; it is never 0 by default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.feedback import selection
from graders.feedback.html import render_exercise_html, render_notice_html
from graders.feedback.messages import render_message, say
from graders.feedback.named import tells_name
from graders.feedback.points import number, score_text
from graders.messages.message import Message
from graders.nbgrader.rebuilt import Rebuilt, defanged
from graders.nbgrader.released import Graded, Released, nbgrader_of
from graders.reports.report import ExerciseReport, Report
from graders.reports.verdict import Verdict

__all__ = ["Mark", "Marks", "marked", "nothing_handed_in"]

LONGEST = 2000  # characters per comment
_REM = re.compile(r"(?<![\w.])(\d*\.?\d+)rem\b")


@dataclass(frozen=True)
class Mark:
    """A graded cell's score, None if there is none yet, and whether a person must review it."""

    score: float | None = None
    look: bool = True


@dataclass(frozen=True)
class Marks:
    """One student's marks in a notebook, by grade id; ``notebook`` is shown to graders and used for feedback."""

    notebook: dict[str, Any]
    scores: Mapping[str, Mark]
    comments: Mapping[str, str] = field(default_factory=dict)
    flagged: bool = False

    @property
    def ungraded(self) -> tuple[str, ...]:
        """Grade ids without a score."""
        return tuple(name for name, mark in self.scores.items() if mark.score is None)


def marked(released: Released, rebuilt: Rebuilt, report: Report | None, lang: str) -> Marks:
    """The marks for a report (None if deepgrade grades nothing in this notebook).

    Notebook and comments are for students: they contain nothing hidden, and no flag.
    """
    told = report.for_student() if report is not None else None
    by_name = {one.name: one for one in told.exercises} if told is not None else {}
    flagged = report is not None and bool(report.flags)
    scores: dict[str, Mark] = {}
    shown: dict[str, str] = {}
    comments: dict[str, list[str]] = {}
    for cell in released.cells:
        exercise = by_name.get(cell.symbol) if cell.kind == "ours" else None
        scores[cell.grade_id] = _mark(cell, exercise, rebuilt, flagged)
        said = _said(cell, exercise, told, lang)
        shown[cell.grade_id] = _fitted(render_exercise_html(exercise, lang)) if exercise else _notice(said, lang)
        if cell.answer:
            comments.setdefault(cell.answer, []).extend(_comment(exercise, lang) if exercise else said)
    for name in rebuilt.unanswered & {cell.grade_id for cell in released.cells if cell.kind == "hand"}:
        comments[name] = [say("nbgrader.no_answer", lang)]
    texts = {name: defanged("\n\n".join(lines))[:LONGEST] for name, lines in comments.items() if lines}
    notebook = _with_outputs(rebuilt.notebook, scores, shown)
    return Marks(notebook, scores, texts, flagged)


def nothing_handed_in(released: Released, rebuilt: Rebuilt, lang: str) -> Marks:
    """The marks of a missing notebook: 0, as nbgrader gives, and a comment that says so."""
    said = [say("grade.nothing", lang)]
    scores = {cell.grade_id: Mark(0.0, False) for cell in released.cells}
    answers = {cell.answer or cell.grade_id for cell in released.cells}
    shown = {cell.grade_id: _notice(said, lang) for cell in released.cells if cell.kind == "ours"}
    notebook = _with_outputs(rebuilt.notebook, scores, shown)
    return Marks(notebook, scores, dict.fromkeys(answers, said[0]))


def _mark(cell: Graded, exercise: ExerciseReport | None, rebuilt: Rebuilt, flagged: bool) -> Mark:
    if cell.kind == "hand":  # as in nbgrader: an untouched answer is worth 0, any other waits for a person
        return Mark(0.0, False) if cell.grade_id in rebuilt.unanswered else Mark()
    if exercise is None or exercise.score is None:
        return Mark()
    share = exercise.score / exercise.max_score if exercise.max_score else 0.0
    score = exercise.score if cell.points == exercise.max_score else round(share * cell.points, 4)
    return Mark(float(score), flagged or Verdict(exercise.verdict).needs_a_look)


def _said(cell: Graded, exercise: ExerciseReport | None, told: Report | None, lang: str) -> list[str]:
    """The lines below a cell that has no report of its own."""
    if cell.kind == "foreign":
        return [say("nbgrader.foreign_cell", lang)]
    if cell.kind == "hand" or exercise is not None:
        return []
    message = told.message if told is not None and told.message is not None else Message("nbgrader.not_graded")
    return [render_message(message, lang), say("nbgrader.by_a_person", lang)]


def _notice(lines: list[str], lang: str) -> str:
    return _fitted(render_notice_html(lines, lang)) if lines else ""


def _fitted(page: str) -> str:
    """Fit a page to formgrader, where a rem is 10 pixels and code is red."""
    style, end, rest = page.partition("</style>")
    sized = _REM.sub(lambda found: f"{16 * float(found[1]):g}px", style)
    return f"{sized}.dg-fragment code{{color:inherit;font-size:.92em}}{end}{rest}"


def _comment(exercise: ExerciseReport, lang: str) -> Iterator[str]:
    """What went wrong, the student's line, the mistake's name if it is told at once, and the first hint."""
    if exercise.verdict == "pass":
        return
    yield f"{exercise.name}: {score_text(exercise.score, exercise.max_score)}"
    for finding in selection.findings(exercise):
        check = finding.check
        said = render_message(check.message, lang) if check.message else say(f"verdict.{check.verdict}", lang)
        label = finding.label(said, exercise, lang)
        yield f"{label}: {said}" if label else said
        own = selection.own_line(check, lang)
        if own is not None:
            yield ": ".join(own)
        if tells_name(check, lang, 1):
            yield say("ui.recognised", lang, title=selection.mistake_title(check, lang))
        yield from selection.hint_rungs(check, lang)[:1]


def _with_outputs(notebook: dict[str, Any], scores: Mapping[str, Mark], shown: Mapping[str, str]) -> dict[str, Any]:
    """The notebook with each check's HTML below it; its plain text is only the score, as nbgrader parses one."""
    cells = []
    for cell in notebook["cells"]:
        name = str(nbgrader_of(cell).get("grade_id", ""))
        if cell["cell_type"] == "code" and shown.get(name):
            data = {"text/html": shown[name], "text/plain": number(scores[name].score)}
            output = {"output_type": "execute_result", "execution_count": None, "metadata": {}, "data": data}
            cell = cell | {"outputs": [output]}
        cells.append(cell)
    return notebook | {"cells": cells}
