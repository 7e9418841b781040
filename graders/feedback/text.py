"""A report in the terminal: a student's exercises, findings and hints, 80 columns, readable without colour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graders.feedback import selection, totals
from graders.feedback.messages import printable, render_message, say
from graders.feedback.named import named_for, tells_name
from graders.feedback.points import number, score_text
from graders.feedback.table import render_class
from graders.feedback.terminal import mark, put, styled
from graders.feedback.value_table import Grid, Pair, cells, grid, numeric, pair, pair_cells, python_text
from graders.feedback.words import plain_pair, worst_words
from graders.messages.message import Message
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report
from graders.reports.verdict import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["render_check", "render_class", "render_report"]

_ROWS, _COLUMNS = 6, 8  # entries of an array shown in full
_LONGEST = 300  # characters of a value that is not an array
_PRINTED_LINES = 12  # lines of the student's own output


def render_report(report: Report, lang: str, console: Console, detail: str = "normal", hints: int = 0) -> None:
    """Print a report for the author of the code.

    ``detail``: "brief" (a line per exercise), "normal" (adds what went wrong), "full" (adds what passed, inputs, all
    of the output). ``hints``: how many rungs of each ladder to show; none by default.
    """
    for text, indent in _lines(named_for(report), lang, console, detail, hints):
        put(console, text, indent)


def render_check(check: CheckReport, exercise: ExerciseReport, lang: str, console: Console, hints: int = 0) -> None:
    """Print what went wrong in one check, with the words and values of ``render_report``."""
    for text, indent in _finding(selection.Finding((check,)), exercise, lang, console, "normal", hints):
        put(console, text, indent)


def _lines(report: Report, lang: str, console: Console, detail: str, hints: int) -> Iterator[tuple[Text, int]]:
    if report.student:
        yield styled((report.student, "bold")), 0
    if report.message:
        word = (say(f"verdict.{report.verdict}", lang), Verdict(report.verdict).style)
        yield styled(word, ": ", render_message(report.message, lang)), 0
    width = max((len(exercise.name) for exercise in report.exercises), default=0)
    for unit in selection.unit_scores(report):
        yield styled(), 0
        yield styled((unit.unit, "bold"), ("  " + score_text(unit.score, unit.max_score), "dim")), 0
        if unit.message is not None:
            yield styled(render_message(unit.message, lang)), 2
            own = unit.own_line(lang)
            if own is not None:
                yield _own_line(own), 2
        for exercise in unit.exercises:
            yield _exercise_line(exercise, width, lang, console), 2
            if detail != "brief":
                for text, indent in _exercise_body(exercise, lang, console, detail, hints, unit.message):
                    yield text, indent + 4
    for note in report.notes:
        yield _note(note, lang), 0
    for flag in report.flags:
        yield styled(("? ", Verdict.FLAGGED.style), render_message(flag, lang)), 0
    if report.message and not report.exercises and not report.absent_points and report.score is not None:
        return  # nothing was graded, so there is no score to show
    yield styled(), 0
    if report.absent_points:
        yield styled(say("ui.absent", lang, points=report.absent_points)), 0
    yield _summary(report, lang), 0
    if since := totals.since(report, lang):
        yield styled(since), 0


def _exercise_line(exercise: ExerciseReport, width: int, lang: str, console: Console) -> Text:
    style = Verdict(exercise.verdict).style
    points = score_text(exercise.score, exercise.max_score)
    word = say(f"verdict.{exercise.verdict}", lang)
    return styled((mark(exercise.verdict, console), style), f" {exercise.name:<{width}}  {points:>6}  ", (word, style))


def _exercise_body(
    exercise: ExerciseReport, lang: str, console: Console, detail: str, hints: int, above: Message | None
) -> Iterator[tuple[Text, int]]:
    if detail == "full":
        for check in exercise.checks:
            if check.verdict == "pass":
                points = score_text(check.points, check.max_points)
                sign = (mark(check.verdict, console), Verdict.PASS.style)
                yield styled(sign, f" {selection.check_name(check, lang)}  {points}"), 0
    first = selection.first_notes(exercise, above)
    for note in first:
        yield _note(note, lang), 0
    told = above is not None or (detail != "full" and selection.untouched(exercise))
    for finding in () if told else selection.findings(exercise):
        yield from _finding(finding, exercise, lang, console, detail, hints)
    for check in exercise.checks if told and above is None and hints else ():
        yield from ((text, 2) for text in _hints(check, exercise, lang, hints))
    for absent in () if told or not hints else selection.unhinted(exercise, lang):
        yield styled((render_message(absent, lang), "dim")), 2
    for note in selection.notes(exercise, above):
        if note not in first:
            yield _note(note, lang), 0
    for label, printed in (("ui.printed", exercise.stdout), ("ui.printed_errors", exercise.stderr)):
        if printed.strip():
            yield from _printed(say(label, lang), printed, lang, detail)


def _note(note: Message, lang: str) -> Text:
    return styled(("· ", "dim"), render_message(note, lang))


def _finding(
    finding: selection.Finding, exercise: ExerciseReport, lang: str, console: Console, detail: str, hints: int
) -> Iterator[tuple[Text, int]]:
    check = finding.check
    points = score_text(finding.points, finding.max_points)
    style = Verdict(check.verdict).style
    said = render_message(check.message, lang) if check.message else say(f"verdict.{check.verdict}", lang)
    label = finding.label(said, exercise, lang)
    yield (
        styled(
            (mark(check.verdict, console), style), (f" {label}:" if label else "", "bold"), f" {said} ", (points, "dim")
        ),
        0,
    )
    own = selection.own_line(check, lang)
    if own is not None:
        yield _own_line(own), 2
    if tells_name(check, lang, hints):
        yield styled((say("ui.recognised", lang, title=selection.mistake_title(check, lang)), "cyan")), 2
    case = selection.shown_case(check)
    if case is not None and case.evidence is not None:
        yield styled((_case_words(case, lang), "dim")), 2
        for text in _evidence(case.evidence, lang, console.width - 12, not finding.names_worst):
            yield text, 4
        if detail == "full":
            for name, value in case.evidence.inputs.items():
                yield styled((python_text(name, value), "dim")), 4
    yield from ((text, 2) for text in _hints(check, exercise, lang, hints))


def _own_line(own: tuple[str, str]) -> Text:
    return styled((f"{own[0]}: ", "dim"), own[1])


def _case_words(case: CaseReport, lang: str) -> str:
    return say("ui.counterexample" if case.counterexample else "ui.case", lang, case=selection.case_name(case, lang))


def _hints(check: CheckReport, exercise: ExerciseReport, lang: str, hints: int) -> Iterator[Text]:
    ladder = selection.hint_rungs(check, lang)
    for step, rung in enumerate(ladder[:hints], 1):
        head = say("ui.hint_for", lang, name=exercise.name, number=step, count=len(ladder))
        yield styled((f"{head}: ", "bold cyan"), rung)
    if ladder and hints < len(ladder):
        yield styled((say("ui.hints_left", lang, count=len(ladder) - max(0, hints)), "dim"))


def _evidence(evidence: Evidence, lang: str, width: int, worst: bool) -> Iterator[Text]:
    """Actual and expected side by side, or stacked if they are wide; the worst entry in words."""
    both, texts = _fitting(evidence, width)
    if both is None:
        words = plain_pair(evidence.actual, evidence.expected, lang, _LONGEST)
        yield from _alone(say("ui.actual", lang), evidence.actual, words[0])
        yield from _alone(say("ui.expected", lang), evidence.expected, words[1])
        return
    blocks = [
        _block(say("ui.actual", lang), both.actual, texts[0], both.wrong, "red"),
        _block(say("ui.expected", lang), both.expected, texts[1]),
    ]
    yield from _beside(blocks, width)
    if worst and both.worst is not None and both.worst_at is not None and both.actual.values.size > 1:
        yield styled(worst_words(both, lang))


def _fitting(evidence: Evidence, width: int) -> tuple[Pair | None, tuple[list[list[str]], list[list[str]]]]:
    """As many columns as fit the width, with enough digits to show the difference."""
    for columns in range(_COLUMNS, 0, -1):
        both = pair(evidence, _ROWS, columns)
        if both is None:
            break
        texts = pair_cells(both)
        if columns == 1 or max(_width(rows) for rows in texts) <= width:
            return both, texts
    return None, ([], [])


def _width(texts: list[list[str]]) -> int:
    return sum(max(len(row[k]) for row in texts) + 2 for k in range(len(texts[0])))


def _alone(label: str, value: object, words: str) -> Iterator[Text]:
    array = numeric(value)
    if array is None or not array.size:
        shape = f" {array.shape}" if array is not None else ""
        yield styled((f"{label}{shape}: ", "bold"), "[]" if array is not None else words)
        return
    shown = grid(array, _ROWS, _COLUMNS)
    yield from _block(label, shown, cells(shown.values))


def _block(label: str, shown: Grid, texts: list[list[str]], wrong: object = None, style: str = "") -> list[Text]:
    """A heading and aligned rows of numbers."""
    import numpy as np

    flags = np.zeros(shown.values.shape, dtype=bool) if wrong is None else np.asarray(wrong)
    widths = [max(len(row[k]) for row in texts) for k in range(len(texts[0]))]
    heading = f"{label} {shown.shape}" if shown.shape else label
    lines = [styled((f"{heading} {shown.window}".rstrip(), "bold"))]
    for row, marks in zip(texts, flags, strict=True):
        columns = zip(row, widths, marks, strict=True)
        lines.append(styled(*((text.rjust(width) + "  ", style if bad else "") for text, width, bad in columns)))
    return lines


def _beside(blocks: list[list[Text]], width: int) -> Iterator[Text]:
    from rich.text import Text

    left, right = blocks
    wide = max(line.cell_len for line in left) + 2
    if wide + max(line.cell_len for line in right) > width or len(left) != len(right):
        yield from left
        yield from right
        return
    for one, other in zip(left, right, strict=True):
        joined = Text(no_wrap=True)
        joined.append_text(one)
        joined.append(" " * (wide - one.cell_len))
        joined.append_text(other)
        yield joined


def _printed(label: str, printed: str, lang: str, detail: str) -> Iterator[tuple[Text, int]]:
    lines = printable(printed).rstrip("\n").split("\n")
    kept = lines if detail == "full" else lines[:_PRINTED_LINES]
    yield styled((label, "dim")), 0
    for line in kept:
        yield styled(("│ ", "dim"), line), 2
    if len(kept) < len(lines):
        yield styled((say("ui.more_lines", lang, count=len(lines) - len(kept)), "dim")), 2


def _summary(report: Report, lang: str) -> Text:
    passed = sum(exercise.verdict == "pass" for exercise in report.exercises)
    style = Verdict(report.verdict).style
    if report.score is None:
        return styled((totals.no_score(report, lang), style))
    total = say("ui.total", lang, score=number(report.score), max_score=number(report.max_score))
    count = say("ui.exercises_passed", lang, passed=passed, count=len(report.exercises))
    return styled((total, "bold"), "  ", _bar(report.score, report.max_score), "  ", count)


def _bar(score: float, max_score: float, width: int = 20) -> tuple[str, str]:
    full = int(width * score / max_score + 1e-9) if max_score else 0
    return "█" * full + "░" * (width - full), "green" if score >= max_score > 0 else "yellow"
