"""Evidence as a figure for a page: pictures, the words under them, the values to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from graders.feedback.grids import Pair, grid, numeric, pair, python_text
from graders.feedback.messages import say
from graders.feedback.pictures import curve_svg, heat_svg, scale_svg
from graders.verdict import CaseReport, Evidence, ExerciseReport

__all__ = ["Figure", "Panel", "curve_figure", "evidence_figure"]

Array = np.ndarray[Any, np.dtype[Any]]

_LARGEST = 64  # rows and columns of a heat map
_LONGEST = 1024  # entries of a line
_LINE = 7  # entries from which a 1-D array is drawn as a line


@dataclass(frozen=True)
class Panel:
    """One picture, under it what its colours mean; ``text`` where there is nothing to draw."""

    caption: str
    note: str
    svg: Markup | None = None
    text: str = ""
    scale: Markup | None = None


@dataclass(frozen=True)
class Figure:
    """``panels`` stand side by side; ``words`` name the worst entry; ``values`` is Python to copy.

    ``right``: what it shows is as expected, so that other pictures come first.
    """

    panels: tuple[Panel, ...]
    words: str = ""
    values: str = ""
    inputs: str = ""
    right: bool = False


def evidence_figure(evidence: Evidence, name: str, lang: str) -> Figure:
    """Actual, expected and their difference; two panels where the shapes differ, text where there are no numbers."""
    inputs = "\n".join(python_text(key, value) for key, value in evidence.inputs.items())
    values = "\n".join(
        python_text(label, value) for label, value in (("actual", evidence.actual), ("expected", evidence.expected))
    )
    wanted = numeric(evidence.expected)
    long = wanted is not None and wanted.ndim == 1
    both = pair(evidence, _LARGEST, _LONGEST if long else _LARGEST)
    if both is None:
        panels = tuple(
            _alone(say(label, lang), value, name, lang)
            for label, value in (("ui.actual", evidence.actual), ("ui.expected", evidence.expected))
        )
        return Figure(panels, values=values, inputs=inputs)
    words = _worst_words(both, lang)
    if both.actual.values.shape[1] > _LARGEST or _as_line(both):
        return Figure((_line_panel(both, name, lang),), words, values, inputs)
    return Figure(_heat_panels(both, name, lang), words, values, inputs)


def curve_figure(exercise: ExerciseReport, lang: str) -> Figure | None:
    """Expected against actual over the exercise's input, from a visible run: failing first, then larger."""
    if exercise.curve is None:
        return None
    source, output = exercise.curve
    drawable = [
        (case.verdict == "pass", -arrays[0].size, arrays)
        for check in exercise.checks
        if check.name == output
        for case in check.cases
        if (arrays := _function(case, source)) is not None
    ]
    if not drawable:
        return None
    right, _, (x, actual, expected) = min(drawable, key=lambda found: found[:2])
    label = say("ui.curve", lang, name=output, over=source)
    names = (say("ui.actual", lang), say("ui.expected", lang))
    return Figure((Panel(label, "", Markup(curve_svg(x, actual, expected, names, label))),), right=right)


def _function(case: CaseReport, source: str) -> tuple[Array, Array, Array] | None:
    """Input, actual and expected of a case as points of a curve: at least three, between different ends."""
    if case.evidence is None:
        return None
    values = (case.evidence.inputs.get(source), case.evidence.actual, case.evidence.expected)
    x, actual, expected = (None if array is None else np.ravel(array) for array in map(numeric, values))
    if x is None or actual is None or expected is None or not x.size == actual.size == expected.size >= 3:
        return None
    return (x, actual, expected) if np.isfinite(x).all() and x.min() < x.max() else None


def _as_line(both: Pair) -> bool:
    size = both.actual.values.size
    return len(both.actual.shape) == 1 and size >= _LINE and both.expected.values.dtype.kind == "f"


def _line_panel(both: Pair, name: str, lang: str) -> Panel:
    label = say("ui.curve", lang, name=name, over=say("ui.index", lang))
    index = np.arange(both.actual.column, both.actual.column + both.actual.values.size)
    names = (say("ui.actual", lang), say("ui.expected", lang))
    svg = curve_svg(index, both.actual.values[0], both.expected.values[0], names, label)
    return Panel(label, f"{both.actual.shape} {both.actual.window}".strip(), Markup(svg))


def _heat_panels(both: Pair, name: str, lang: str) -> tuple[Panel, ...]:
    limit = _limit(both.expected.values, both.actual.values)
    values, errors = _scales(both, lang)
    panels = []
    for id, shown, signed in (("ui.actual", both.actual, True), ("ui.expected", both.expected, True)):
        caption, note = say(id, lang), f"{shown.shape or ''} {shown.window}".strip()
        label = say("ui.heat_map", lang, name=name, what=caption, shape=list(shown.shape))
        svg = heat_svg(shown, limit, label, signed=signed, worst=both.worst if id == "ui.actual" else None)
        panels.append(Panel(caption, note, Markup(svg), scale=values))
    caption = say("ui.difference", lang)
    label = say("ui.heat_map", lang, name=name, what=caption, shape=list(both.actual.shape))
    error = grid(both.error, _LARGEST, _LARGEST)
    moved = type(error)(error.values, both.actual.shape, both.actual.at, both.actual.row, both.actual.column)
    svg = heat_svg(moved, _limit(both.error), label, signed=False, worst=both.worst)
    return (*panels, Panel(caption, "", Markup(svg), scale=errors))


def _scales(both: Pair, lang: str) -> tuple[Markup | None, Markup | None]:
    """What the colours of the values mean, and those of the difference; nothing for a single number."""
    if both.actual.values.size < 2:
        return None, None
    values = scale_svg(_limit(both.expected.values, both.actual.values), say("ui.scale_values", lang))
    errors = scale_svg(_limit(both.error), say("ui.scale_errors", lang), signed=False)
    return Markup(values), Markup(errors)


def _limit(*arrays: Any) -> float:
    """The largest finite magnitude of the first array that has one above 0."""
    for array in arrays:
        finite = np.abs(array.astype(np.float64))[np.isfinite(array)]
        if finite.size and finite.max() > 0:
            return float(finite.max())
    return 1.0


def _worst_words(both: Pair, lang: str) -> str:
    if both.worst is None or both.worst_at is None or both.actual.values.size < 2:
        return ""
    actual, expected = (float(shown.values[both.worst]) for shown in (both.actual, both.expected))
    at = f"[{', '.join(map(str, both.worst_at))}]"
    return say("ui.worst", lang, at=at, actual=f"{actual:z.6g}", expected=f"{expected:z.6g}")


def _alone(caption: str, value: object, name: str, lang: str) -> Panel:
    array = numeric(value)
    if array is None:
        return Panel(caption, "", text=say("ui.nothing", lang) if value is None else repr(value)[:1000])
    shown = grid(array, _LARGEST, _LARGEST)
    note = f"{shown.shape or ''} {shown.window}".strip()
    if not array.size:
        return Panel(caption, note, text="[]")
    label = say("ui.heat_map", lang, name=name, what=caption, shape=list(array.shape))
    return Panel(caption, note, Markup(heat_svg(shown, _limit(shown.values), label)))
