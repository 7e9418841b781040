"""Evidence as a figure on a page: pictures, captions, and values to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from graders.feedback.messages import say
from graders.feedback.pictures import beyond, curve_svg, heat_svg, heights, scale_svg, swatch_svg
from graders.feedback.value_table import Pair, grid, numeric, pair, pair_cells, python_text
from graders.feedback.words import plain_pair, worst_words
from graders.messages.digits import show, show_beside
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, ExerciseReport

__all__ = ["Figure", "Panel", "curve_figure", "evidence_figure"]

Array = np.ndarray[Any, np.dtype[Any]]

_LARGEST = 64  # most rows and columns of a heat map
_LONGEST = 1024  # most entries of a line
_NUMBERED = 12  # most rows and columns of a heat map with numbers in its cells
_LONGEST_TEXT = 1000  # characters of a value that is not an array
_IMAGES = 3  # pictures side by side
_LINE = 7  # entries from which a 1-D array is drawn as a line


@dataclass(frozen=True)
class Panel:
    """One picture with the meaning of its colours below; ``text`` if there is nothing to draw."""

    caption: str
    note: str
    svg: Markup | None = None
    text: str = ""
    scale: Markup | None = None


@dataclass(frozen=True)
class Key:
    """A line of a legend; without a swatch, a remark."""

    text: str
    swatch: Markup | None = None


@dataclass(frozen=True)
class Figure:
    """``panels`` are placed side by side; ``words`` name the worst entry; ``values`` is Python to copy.

    ``right``: it shows something as expected, so other pictures come first.
    """

    panels: tuple[Panel, ...]
    words: str = ""
    legend: tuple[Key, ...] = ()
    values: str = ""
    inputs: str = ""
    right: bool = False


def evidence_figure(evidence: Evidence, name: str, lang: str) -> Figure:
    """Actual, expected and their difference; two panels if the shapes differ, text if there are no numbers."""
    inputs = "\n".join(python_text(key, value) for key, value in evidence.inputs.items())
    values = "\n".join(
        python_text(label, value) for label, value in (("actual", evidence.actual), ("expected", evidence.expected))
    )
    wanted = numeric(evidence.expected)
    long = wanted is not None and wanted.ndim == 1
    both = pair(evidence, _LARGEST, _LONGEST if long else _LARGEST)
    if both is None:
        texts = plain_pair(evidence.actual, evidence.expected, lang, _LONGEST_TEXT)
        panels = (
            _alone(say("ui.actual", lang), evidence.actual, texts[0], name, lang),
            _alone(say("ui.expected", lang), evidence.expected, texts[1], name, lang),
        )
        return Figure(panels, values=values, inputs=inputs)
    words = worst_words(both, lang)
    if both.actual.values.shape[1] > _LARGEST or _as_line(both):
        legend = _curve_legend(both.actual.values[0], both.expected.values[0], lang)
        return Figure((_line_panel(both, name, lang),), words, legend, values, inputs)
    return Figure(_heat_panels(both, name, lang), words, _heat_legend(both, lang), values, inputs)


def curve_figure(exercise: ExerciseReport, lang: str) -> Figure | None:
    """Expected against actual over the exercise's input, from a visible run: failing first, then larger.

    Without an input it is a picture from a right run; a wrong one is drawn with its finding.
    """
    if exercise.curve is None:
        return None
    source, output = exercise.curve
    if not source:
        return _picture(exercise, output, lang)
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
    panel = Panel(label, "", Markup(curve_svg(x, actual, expected, names, label)))
    return Figure((panel,), legend=_curve_legend(actual, expected, lang), right=right)


def _picture(exercise: ExerciseReport, output: str, lang: str) -> Figure | None:
    """The first few images of a passing output: what the student's code has made visible."""
    for check in exercise.checks:
        for case in check.cases if check.name == output and check.verdict == "pass" else ():
            array = numeric(case.evidence.actual) if case.evidence is not None else None
            if array is not None and array.ndim >= 2 and array.size:
                planes = [array[at] for at in np.ndindex(array.shape[:-2])][:_IMAGES]
                limit = _limit(np.stack(planes))
                names = [f"{output}[{', '.join(map(str, at))}]" for at in np.ndindex(array.shape[:-2])]
                return Figure(tuple(_image(*one, limit, lang) for one in zip(names, planes, strict=False)), right=True)
    return None


def _image(name: str, values: Array, limit: float, lang: str) -> Panel:
    shown = grid(values, _LARGEST, _LARGEST)
    label = say("ui.heat_map", lang, name=name, what=say("ui.actual", lang), shape=list(values.shape))
    return Panel(name, "", Markup(heat_svg(shown, limit, label, signed=bool((values < 0).any()))))


def _function(case: CaseReport, source: str) -> tuple[Array, Array, Array] | None:
    """Input, actual and expected of a case as points of a curve: at least three, with different end points."""
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
    texts = pair_cells(both, 3) if max(both.wrong.shape) <= _NUMBERED else (None, None)
    for id, shown, written in zip(("ui.actual", "ui.expected"), (both.actual, both.expected), texts, strict=True):
        caption, note = say(id, lang), f"{shown.shape or ''} {shown.window}".strip()
        label = say("ui.heat_map", lang, name=name, what=caption, shape=list(shown.shape))
        svg = heat_svg(shown, limit, label, worst=both.worst if id == "ui.actual" else None, texts=written)
        panels.append(Panel(caption, note, Markup(svg), scale=values))
    caption = say("ui.difference", lang)
    label = say("ui.heat_map", lang, name=name, what=caption, shape=list(both.actual.shape))
    error = grid(both.error, _LARGEST, _LARGEST)
    moved = type(error)(error.values, both.actual.shape, both.actual.at, both.actual.row, both.actual.column)
    svg = heat_svg(moved, _limit(both.error), label, signed=False, worst=both.worst)
    return (*panels, Panel(caption, "", Markup(svg), scale=errors))


def _scales(both: Pair, lang: str) -> tuple[Markup | None, Markup | None]:
    """What the colours of the values and of the difference mean; nothing for a single number."""
    if both.actual.values.size < 2:
        return None, None
    values = scale_svg(_limit(both.expected.values, both.actual.values), say("ui.scale_values", lang))
    errors = scale_svg(_limit(both.error), say("ui.scale_errors", lang), signed=False)
    return Markup(values), Markup(errors)


def _heat_legend(both: Pair, lang: str) -> tuple[Key, ...]:
    """The signs in the heat maps of more than one number, as far as they occur."""
    actual, limit = both.actual.values, _limit(both.expected.values, both.actual.values)
    if actual.size < 2:
        return ()
    values = np.concatenate([actual.ravel(), both.expected.values.ravel()]).astype(np.float64)
    outside = np.abs(values[beyond(values, limit)])
    params = {"limit": show(limit, 3), "largest": show_beside(outside.max(), limit, 3)} if outside.size else {}
    keys = (
        ("pos", "ui.legend_above", (values > 0).any()),
        ("neg", "ui.legend_below", (values < 0).any()),
        ("err", "ui.legend_error", True),
        ("worst", "ui.legend_worst", both.worst is not None),
        ("beyond", "ui.legend_beyond", outside.size),
        ("odd", "ui.legend_odd", not np.isfinite(values).all()),
    )
    return tuple(Key(say(id, lang, **params), Markup(swatch_svg(kind))) for kind, id, occurs in keys if occurs)


def _curve_legend(actual: Array, expected: Array, lang: str) -> tuple[Key, ...]:
    """What a curve cannot show: numbers outside its frame, and gaps."""
    low, high = heights(actual, expected)
    finite = actual[np.isfinite(actual)].astype(np.float64)
    said = []
    if finite.size and (finite.min() < low or finite.max() > high):
        said.append(Key(say("ui.legend_frame", lang, low=show(finite.min()), high=show(finite.max()))))
    if finite.size < actual.size:
        said.append(Key(say("ui.legend_gaps", lang)))
    return tuple(said)


def _limit(*arrays: Any) -> float:
    """The largest finite magnitude of the first array that has one above 0."""
    for array in arrays:
        finite = np.abs(array.astype(np.float64))[np.isfinite(array)]
        if finite.size and finite.max() > 0:
            return float(finite.max())
    return 1.0


def _alone(caption: str, value: object, words: str, name: str, lang: str) -> Panel:
    array = numeric(value)
    if array is None:
        return Panel(caption, "", text=words)
    shown = grid(array, _LARGEST, _LARGEST)
    note = f"{shown.shape or ''} {shown.window}".strip()
    if not array.size:
        return Panel(caption, note, text="[]")
    label = say("ui.heat_map", lang, name=name, what=caption, shape=list(array.shape))
    return Panel(caption, note, Markup(heat_svg(shown, _limit(shown.values), label)))
