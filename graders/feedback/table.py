"""A class in the terminal: what needs a look first, then a line per student and the common mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graders.feedback import class_summary, points, selection, totals
from graders.feedback.messages import printable, say
from graders.feedback.terminal import mark, put, styled
from graders.reports.report import Report
from graders.reports.verdict import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

__all__ = ["render_class"]

_DIAGNOSES = 10  # lines of common mistakes
_LONGEST_NAME = 20
_NAMED = 6  # students named for a unit that is not counted


def render_class(reports: Sequence[Report], lang: str, console: Console) -> None:
    """Print the table of a class; units that do not fit the width appear only in the other formats."""
    ordered = selection.by_attention(reports)
    put(console, _heading(ordered, lang), 0)
    console.print(_table(ordered, lang, console), markup=False, highlight=False)
    for unit, students in totals.uncounted_units(ordered).items():
        put(console, styled(say("ui.uncounted", lang, unit=unit, students=", ".join(students[:_NAMED]))), 0)
    for sentence, about in class_summary.same_words(ordered, lang):
        verdict = about[0].verdict
        names = ", ".join(report.student for report in about)
        sign = (mark(verdict, console), Verdict(verdict).style)
        put(console, styled(sign, " ", (names, "bold"), f": {sentence}"), 0)
    for report in ordered:
        if totals.changes(report):
            put(console, styled((report.student, "bold"), f": {totals.since(report, lang)}"), 0)
    _put_mistakes(class_summary.common_mistakes(ordered, lang), lang, console)


def _put_mistakes(mistakes: Sequence[class_summary.Mistake], lang: str, console: Console) -> None:
    """The most common mistakes: how many students, which mistake, and what they missed."""
    if mistakes:
        put(console, styled(), 0)
        put(console, styled((say("ui.common", lang), "bold")), 0)
    for mistake in mistakes[:_DIAGNOSES]:
        place = (f"{mistake.unit} · {mistake.exercise}", "dim")
        put(console, styled((f"{len(mistake.students):>4} × ", "bold"), f"{mistake.title}  ", place), 0)
        if mistake.says:
            put(console, styled((mistake.says, "dim")), 7)
    if len(mistakes) > _DIAGNOSES:
        put(console, styled((say("ui.more_diagnoses", lang, count=len(mistakes) - _DIAGNOSES), "dim")), 2)


def _heading(reports: Sequence[Report], lang: str) -> Text:
    middle = class_summary.median_percent(reports)
    looks = sum(map(selection.needs_a_look, reports))
    parts = [say("ui.submissions", lang, count=len(reports))]
    if middle is not None:
        parts.append(say("ui.median", lang, percent=f"{middle:.0f}%"))
    parts.append(say("ui.looks", lang, count=looks))
    return styled((" · ".join(parts), "bold"))


def _table(reports: Sequence[Report], lang: str, console: Console) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD if not console.legacy_windows else box.ASCII_DOUBLE_HEAD, pad_edge=False)
    table.add_column("")
    table.add_column(styled(say("ui.student", lang)), no_wrap=True, overflow="ellipsis", max_width=_LONGEST_NAME)
    table.add_column(styled(say("ui.score", lang)), justify="right", no_wrap=True)
    units = _units_that_fit(reports, lang, console)
    for unit in units:
        table.add_column(styled(unit.split("_")[0]), justify="right", no_wrap=True)
    table.add_column(styled(say("ui.verdict", lang)), no_wrap=True, overflow="ellipsis")
    late = any(report.handed_in.get("late") for report in reports)
    if late:
        table.add_column("", no_wrap=True)
    before = True
    for report in reports:
        looks = selection.needs_a_look(report)
        if before and not looks and table.row_count:
            table.add_section()
        before = looks
        scores = {unit.unit: totals.unit_text(unit, report) for unit in selection.unit_scores(report)}
        style = Verdict(report.verdict).style
        table.add_row(
            styled((mark(report.verdict, console), style)),
            styled(report.student.replace("\n", " ")),
            styled((points.score_text(report.score, report.max_score), "bold")),
            *(styled(scores.get(unit, "·")) for unit in units),
            styled((say(f"verdict.{report.verdict}", lang), style)),
            *([styled(say("ui.late", lang) if report.handed_in.get("late") else "")] if late else []),
        )
    return table


def _units_that_fit(reports: Sequence[Report], lang: str, console: Console) -> tuple[str, ...]:
    """The units whose columns fit beside name, score and verdict."""
    from rich.cells import cell_len

    verdicts = max((cell_len(say(f"verdict.{report.verdict}", lang)) for report in reports), default=0)
    names = min(_LONGEST_NAME, max((cell_len(printable(report.student)) for report in reports), default=0))
    scores = max((len(points.score_text(report.score, report.max_score)) for report in reports), default=0)
    late = cell_len(say("ui.late", lang)) + 2 if any(report.handed_in.get("late") for report in reports) else 0
    room = console.width - verdicts - names - scores - late - 1 - 2 * 4
    kept: list[str] = []
    for unit in points.unit_columns(reports):
        texts = [
            totals.unit_text(u, report) for report in reports for u in selection.unit_scores(report) if u.unit == unit
        ]
        room -= max(map(len, [*texts, unit.split("_")[0]])) + 2
        if room < 0:
            break
        kept.append(unit)
    return tuple(kept)
