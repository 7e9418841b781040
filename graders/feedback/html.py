"""A report as a page: one file without scripts or external resources, light and dark, safe with any input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.feedback import class_summary, points, selection, totals
from graders.feedback.figures import Figure, curve_figure, evidence_figure
from graders.feedback.messages import printable, render_message, say
from graders.feedback.named import named_at, named_for
from graders.feedback.progress_picture import STATES, Row, row_svg, sample_svg
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.reports.verdict import VERDICTS, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = [
    "render_class_html",
    "render_exercise_html",
    "render_notice_html",
    "render_progress_html",
    "render_report_html",
]

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_BARS = 10  # of a class's histogram


def render_report_html(report: Report, lang: str) -> str:
    """The whole report of one submission as an HTML page; failures come before what passed."""
    report = named_for(report)
    units = [
        (unit, [_exercise(exercise, lang, unit.message) for exercise in selection.to_fix_first(unit.exercises)])
        for unit in sorted(selection.unit_scores(report), key=_whole)
    ]
    return _render("report", lang, report=report, units=units, passed=_passed(report))


def render_exercise_html(exercise: ExerciseReport, lang: str) -> str:
    """One exercise as a fragment for a notebook's output; it has its own style and follows the notebook's theme."""
    return _render("exercise", lang, view=_exercise(exercise, lang))


def render_progress_html(rows: Sequence[Row], total: str, lang: str) -> str:
    """A student's progress as such a fragment; ``total`` is the sentence above the rows."""
    from markupsafe import Markup

    def svg(row: Row) -> Markup:
        return Markup(row_svg(row, lang))

    def sample(state: str) -> Markup:
        return Markup(sample_svg(state))

    return _render("progress", lang, rows=rows, total=total, svg=svg, sample=sample, states=STATES)


def render_notice_html(lines: Sequence[str], lang: str) -> str:
    """Sentences as such a fragment, when there is no report to show."""
    return _render("notice", lang, lines=lines)


def render_class_html(reports: Sequence[Report], lang: str, links: Mapping[str, str] | None = None) -> str:
    """The page of a class; ``links`` maps each student to the page of their report."""
    from markupsafe import Markup

    from graders.feedback.pictures import histogram_svg

    ordered = selection.by_attention(reports)
    bars = Markup(histogram_svg(class_summary.histogram(ordered, _BARS), say("ui.distribution", lang)))
    return _render(
        "class",
        lang,
        reports=ordered,
        units=points.unit_columns(ordered),
        exercises=class_summary.exercise_results(ordered),
        mistakes=class_summary.common_mistakes(ordered, lang),
        median=class_summary.median_percent(ordered),
        full=sum(report.score is not None and report.score >= report.max_score > 0 for report in ordered),
        squares=_squares(ordered),
        looks=sum(map(selection.needs_a_look, ordered)),
        bars=bars,
        links=links or {},
    )


_OWN_SQUARES = ("pass", "missing", "not_run", "broken")  # the others share one
_SQUARES: tuple[tuple[str, str, set[str]], ...] = (
    ("pass", "verdict.pass", {"pass"}),
    ("fail", "ui.legend_not_passed", {str(one) for one in VERDICTS} - {*_OWN_SQUARES}),
    *((one, f"verdict.{one}", {one}) for one in _OWN_SQUARES[1:]),
)


def _squares(reports: Sequence[Report]) -> list[tuple[str, str]]:
    """The legend of the squares that occur: what each looks like and means."""
    seen = {exercise.verdict for report in reports for exercise in report.exercises}
    return [(look, id) for look, id, verdicts in _SQUARES if seen & verdicts]


def _render(name: str, lang: str, **values: Any) -> str:
    template = _environment().get_template(f"{name}.html.j2")
    return template.render(
        lang=lang,
        say=lambda id, **params: say(id, lang, **params),
        sentence=lambda message: render_message(message, lang),
        title=lambda check: selection.mistake_title(check, lang),
        **values,
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Every value is escaped; an unknown name in a template is an error, not an empty string."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(printable=printable, number=points.number, spaced=spaced)
    environment.globals.update(points=points, selection=selection, totals=totals, VERDICTS=VERDICTS, Verdict=Verdict)
    return environment


def spaced(name: str) -> str:
    """A name that may break after its underscores and dots on a narrow line."""
    return printable(name).replace("_", "_\u200b").replace(".", ".\u200b")


def _whole(unit: selection.UnitScore) -> bool:
    return all(exercise.verdict == "pass" for exercise in unit.exercises)


def _passed(report: Report) -> int:
    return sum(exercise.verdict == "pass" for exercise in report.exercises)


def _exercise(exercise: ExerciseReport, lang: str, above: Message | None = None) -> dict[str, Any]:
    """What the template shows of an exercise, without what is already ``above`` it."""
    curve, first = curve_figure(exercise, lang), selection.first_notes(exercise, above)
    drawn = exercise.curve[1] if exercise.curve and curve and not curve.right else ""
    return {
        "exercise": exercise,
        "curve": curve,
        "first_notes": first,
        "notes": [note for note in selection.notes(exercise, above) if note not in first],
        "findings": [
            {
                "label": finding.label(_said(finding.check, lang), exercise, lang),
                "said": _said(finding.check, lang),
                "own": selection.own_line(finding.check, lang),
                "points": points.score_text(finding.points, finding.max_points),
                "check": finding.check,
                "case": selection.shown_case(finding.check),
                "figure": _figure(finding, drawn, lang),
                "hints": selection.hint_rungs(finding.check, lang),
                "known": selection.names_mistake(finding.check),
                "named_at": named_at(finding.check, lang),
            }
            for finding in (() if above is not None else selection.findings(exercise))
        ],
    }


def _said(check: CheckReport, lang: str) -> str:
    return render_message(check.message, lang) if check.message else say(f"verdict.{check.verdict}", lang)


def _figure(finding: selection.Finding, drawn: str, lang: str) -> Figure | None:
    """The figure of a finding; without panels if the exercise's curve already shows that output."""
    check, case = finding.check, selection.shown_case(finding.check)
    if case is None or case.evidence is None:
        return None
    figure = evidence_figure(case.evidence, check.name, lang)
    words = "" if finding.names_worst else figure.words
    return replace(figure, panels=() if check.name == drawn else figure.panels, words=words)
