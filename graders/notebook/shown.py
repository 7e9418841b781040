"""How a check's result appears in a notebook: HTML with pictures, plain text elsewhere, and hints as lines."""

from __future__ import annotations

from collections.abc import Iterator

from graders.feedback.messages import render_message, say
from graders.feedback.named import name_beside
from graders.feedback.points import score_text
from graders.feedback.selection import findings, hint_rungs, own_line, unhinted, untouched
from graders.messages.errors import UsageError
from graders.reports.report import ExerciseReport

__all__ = ["Shown", "first_hints", "next_hint", "shown"]


class Shown:
    """A result as HTML, with plain text for frontends without HTML; ``note`` is for the panel beside it."""

    def __init__(self, html: str, text: str, note: str = "") -> None:
        self._html, self._text, self._note = html, text, note

    def _repr_html_(self) -> str | tuple[str, dict[str, str]]:
        return (self._html, {"deepgrade": self._note}) if self._note else self._html

    def __repr__(self) -> str:
        return self._text


def shown(report: ExerciseReport, lang: str) -> Shown:
    from graders.feedback.html import render_exercise_html

    return Shown(render_exercise_html(report, lang), _plain(report, lang))


def _plain(report: ExerciseReport, lang: str) -> str:
    """A line for the exercise and one for each problem."""
    points = score_text(report.score, report.max_score)
    lines = [f"{report.name}  {points}  {say(f'verdict.{report.verdict}', lang)}"]
    for finding in findings(report):
        check = finding.check
        said = render_message(check.message, lang) if check.message else say(f"verdict.{check.verdict}", lang)
        lines.append(f"  {finding.name(lang)}: {said}")
        own = own_line(check, lang)
        lines += [f"    {own[0]}: {own[1]}"] if own is not None else []
    return "\n".join(lines)


def first_hints(report: ExerciseReport, lang: str, rungs: int) -> Iterator[str]:
    """The first hints for each mistake in an exercise, or a line saying that there are none."""
    for finding in findings(report):
        ladder = hint_rungs(finding.check, lang)
        for number, rung in enumerate(ladder[:rungs], 1):
            name = report.name if untouched(report) else f"{report.name} ({finding.name(lang)})"
            yield f"{say('ui.hint_for', lang, name=name, number=number, count=len(ladder))}: {rung}"
            yield from filter(None, [name_beside(finding.check, lang, number)])
    for absent in unhinted(report, lang):
        yield render_message(absent, lang)


def next_hint(report: ExerciseReport, lang: str, given: dict[tuple[str, str, str], int]) -> str:
    """The next hint for the first failure; ``given`` counts them per mistake. UsageError if there is none."""
    if report.verdict == "pass":
        raise UsageError("magic.all_pass")
    for check in report.checks:
        ladder = hint_rungs(check, lang)
        if ladder and check.verdict != "pass":
            place = (report.unit, report.name, check.diagnosis or check.name)
            rung = given[place] = min(given.get(place, 0) + 1, len(ladder))
            head = say("ui.hint_for", lang, name=report.name, number=rung, count=len(ladder))
            return "\n".join(filter(None, (f"{head}: {ladder[rung - 1]}", name_beside(check, lang, rung))))
        if check.message is not None and (check.follows or (check.verdict == "missing" and not report.score)):
            return f"{report.name}: {render_message(check.message, lang)}"
    for absent in unhinted(report, lang):
        raise UsageError(absent.id, **absent.params)
    raise UsageError("magic.no_hint", name=report.name)
