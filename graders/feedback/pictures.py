"""Pictures as SVG text: heat maps of arrays, curves of functions; colours come from the page, shades from opacity."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np

from graders.feedback.value_table import Grid, cells

__all__ = ["beyond", "curve_svg", "heat_svg", "heights", "histogram_svg", "scale_svg", "swatch_svg"]

Array = np.ndarray[Any, np.dtype[Any]]

_WIDTH = 252  # of all cells of a heat map, so that three fit side by side on a page
_NUMBERED = 6  # most columns with numbers in the cells
_SQUEEZED = 0.68  # share of its width below which a number cannot be read
_LEVELS = 12  # shades of one colour
_LEFT, _TOP = 24, 18  # room for the indices
_CHARACTER = 6.6  # width of a digit
_HUGE = 1e100  # beyond this, a curve has a gap


def heat_svg(
    shown: Grid,
    limit: float,
    label: str,
    *,
    signed: bool = True,
    worst: tuple[int, int] | None = None,
    texts: list[list[str]] | None = None,
) -> str:
    """A grid of coloured cells: two hues around 0 if ``signed``, else one; ``limit`` is the value of full colour.

    If there is room, the cells show their numbers (``texts``, if these should not be the usual three decimals);
    ``worst`` has a frame, values beyond ``limit`` have a corner, non-finite ones are dark with a cross.
    """
    rows, columns = shown.values.shape
    room, written = _WIDTH / columns, _signs(shown, texts)
    needed = _CHARACTER * max((len(text) for row in written for text in row), default=0) + 8
    numbered = bool(written) and ((columns <= _NUMBERED and _SQUEEZED * needed <= room) or needed <= room)
    wide = min(room, max(64.0, needed)) if numbered else max(3.0, min(20.0, room))
    high = 26.0 if numbered else wide
    gap = 1.5 if wide >= 7 else 0.0
    width, height = _LEFT + wide * columns, _TOP + high * rows
    parts = [f'<rect class="dg-cell" x="{_LEFT}" y="{_TOP}" width="{_n(wide * columns)}" height="{_n(high * rows)}"/>']
    parts += _shades(shown.values, limit, signed, wide, high, gap)
    parts += _marks(shown.values, limit, numbered, wide, high)
    if numbered:
        parts += _numbers(shown.values, written, limit, wide, high)
    parts += _indices(shown, wide, high)
    if worst is not None and shown.shape:
        row, column = worst
        frame = (_LEFT + wide * column, _TOP + high * row, max(wide, 6) - gap, max(high, 6) - gap)
        parts.append('<rect class="dg-worst" x="{}" y="{}" width="{}" height="{}" rx="2"/>'.format(*map(_n, frame)))
    return _svg(width + 3, height + 3, label, parts)


def scale_svg(limit: float, label: str, *, signed: bool = True) -> str:
    """What the colours mean: a strip from −limit (or 0) to limit with labelled ends."""
    steps = range(-_LEVELS, _LEVELS + 1, 2) if signed else range(0, _LEVELS + 1, 1)
    wide = 104 / len(steps)
    parts = [f'<rect class="dg-cell" x="58" y="3" width="{_n(wide * len(steps))}" height="9"/>']
    for k, step in enumerate(steps):
        if step:
            fill, shade = ("dg-pos" if signed else "dg-err") if step > 0 else "dg-neg", abs(step) / _LEVELS
            parts.append(_rect(fill, 58 + wide * k, 3, wide + 0.2, 9, shade))
    low = f"−{_short(limit)}" if signed else "0"
    parts.append(f'<text class="dg-tick" x="54" y="11" text-anchor="end">{low}</text>')
    parts.append(f'<text class="dg-tick" x="{_n(62 + wide * len(steps))}" y="11">{_short(limit)}</text>')
    return _svg(230, 15, label, parts)


def curve_svg(x: Array, actual: Array, expected: Array, names: tuple[str, str], label: str) -> str:
    """Expected as a broad soft line, actual as a thin one over it; ``names`` are those of actual and expected."""
    order = np.argsort(x, kind="stable")
    x, actual, expected = (_drawable(values[order]) for values in (x, actual, expected))
    left, right = _ends(x)
    low, high = heights(actual, expected)
    far = 50 * (high - low)  # far outside the frame, which clips it
    box = (44.0, 26.0, 506.0, 180.0)

    def place(values: Array) -> list[tuple[float, float]]:
        return [
            (box[0] + box[2] * (u - left) / (right - left), box[1] + box[3] * (high - v) / (high - low))
            for u, v in zip(x.tolist(), np.clip(values, low - far, high + far).tolist(), strict=True)
        ]

    wished, got = place(expected), place(actual)
    parts = [*_axes(left, right, low, high, box)]
    parts.append('<svg aria-hidden="true" x="38" y="22" width="518" height="188" viewBox="38 22 518 188">')
    parts += [f'<path class="dg-between" d="{_area(got, wished)}"/>']
    parts += [f'<path class="dg-expected" d="{_line(wished)}"/>', f'<path class="dg-actual" d="{_line(got)}"/>']
    if len(x) <= 48:
        parts += [f'<circle class="dg-dot-expected" cx="{_n(u)}" cy="{_n(v)}" r="3.4"/>' for u, v in _finite(wished)]
        parts += [f'<circle class="dg-dot" cx="{_n(u)}" cy="{_n(v)}" r="2"/>' for u, v in _finite(got)]
    parts.append("</svg>")
    parts.append('<path class="dg-actual" d="M44 11h18"/>')
    parts.append(f'<text class="dg-legend" x="68" y="15">{escape(names[0])}</text>')
    parts.append('<path class="dg-expected" d="M164 11h18"/>')
    parts.append(f'<text class="dg-legend" x="188" y="15">{escape(names[1])}</text>')
    return _svg(560, 228, label, parts)


def histogram_svg(counts: Sequence[int], label: str) -> str:
    """Bars of equal width over 0 … 100 percent, with the counts above them."""
    most = max([*counts, 1])
    wide = 300 / len(counts)
    parts = []
    for k, count in enumerate(counts):
        tall = 64 * count / most
        if count:
            parts.append(_rect("dg-hist", wide * k + 1.5, 80 - tall, wide - 3, tall, 1))
            place = f'x="{_n(wide * (k + 0.5))}" y="{_n(75 - tall)}" text-anchor="middle"'
            parts.append(f'<text class="dg-tick" {place}>{count}</text>')
    parts.append('<path class="dg-axis" d="M0 80.5h300"/>')
    for share, anchor in ((0, "start"), (50, "middle"), (100, "end")):
        parts.append(f'<text class="dg-tick" x="{3 * share}" y="94" text-anchor="{anchor}">{share}%</text>')
    return _svg(300, 98, label, parts)


def _svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    size = f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}"'
    return f'<svg class="dg-svg" role="img" aria-label="{escape(label)}" {size}>{"".join(parts)}</svg>'


def _shades(values: Array, limit: float, signed: bool, wide: float, high: float, gap: float) -> Iterator[str]:
    """One path per colour and shade, in cell units: a 64 × 64 map stays under 80 kB."""
    paths: dict[tuple[str, int], list[str]] = {}
    for row, column in np.ndindex(*values.shape):
        value = float(values[row, column])
        if not math.isfinite(value):
            key = ("dg-odd", _LEVELS)
        else:
            share = min(1.0, abs(value) / limit) if limit else 0.0
            hue = "dg-err" if not signed else "dg-pos" if value > 0 else "dg-neg"
            key = (hue, math.ceil(_LEVELS * share - 1e-9))
        if key[1]:
            paths.setdefault(key, []).append(f"M{column} {row}")
    box = f"h{_n(1 - gap / wide)}v{_n(1 - gap / high)}h-{_n(1 - gap / wide)}z"
    yield f'<g transform="translate({_LEFT} {_TOP}) scale({_n(wide)} {_n(high)})">'
    for (hue, level), corners in sorted(paths.items()):
        drawn = "".join(corner + box for corner in corners)
        yield f'<path class="{hue}" fill-opacity="{_n(level / _LEVELS)}" d="{drawn}"/>'
    yield "</g>"


def _signs(shown: Grid, texts: list[list[str]] | None) -> list[list[str]]:
    """The texts in the cells of a small grid; nothing for a large one."""
    if max(shown.values.shape) > 2 * _NUMBERED:
        return []
    signs = {"nan": "NaN", "inf": "∞", "-inf": "−∞"}
    rows = texts if texts is not None else cells(shown.values, digits=3)
    return [[signs.get(text, text.replace("-", "−")) for text in row] for row in rows]


def _marks(values: Array, limit: float, numbered: bool, wide: float, high: float) -> Iterator[str]:
    """A corner on every cell beyond the scale; a cross on non-finite cells without a number."""
    corners = "".join(f"M{column} {row}h.32l-.32 .32z" for row, column in np.argwhere(beyond(values, limit)).tolist())
    odd = [] if numbered else np.argwhere(~np.isfinite(values)).tolist()
    crosses = "".join(f"M{column}.2 {row}.2l.5 .5m0 -.5l-.5 .5" for row, column in odd)
    if corners or crosses:
        yield f'<g transform="translate({_LEFT} {_TOP}) scale({_n(wide)} {_n(high)})">'
        yield f'<path class="dg-corner" d="{corners}"/>' if corners else ""
        yield f'<path class="dg-cross" d="{crosses}"/>' if crosses else ""
        yield "</g>"


def beyond(values: Array, limit: float) -> Array:
    """Where finite numbers lie outside a scale by half a shade or more, so that their colour says too little."""
    with np.errstate(invalid="ignore"):
        outside: Array = np.isfinite(values) & (np.abs(values.astype(np.float64)) > limit * (1 + 0.5 / _LEVELS))
    return outside


def swatch_svg(kind: str) -> str:
    """A small legend square: ``pos``, ``neg``, ``err``, ``odd``, ``worst`` or ``beyond``."""
    fill = {"worst": "cell", "beyond": "pos"}.get(kind, kind)
    parts = [f'<rect class="dg-{fill}" x="1" y="1" width="12" height="12"/>']
    if kind == "odd":
        parts.append('<path class="dg-cross" d="M4 4l6 6m0 -6l-6 6" style="stroke-width:1.4"/>')
    elif kind == "worst":
        parts.append('<rect class="dg-worst" x="1" y="1" width="12" height="12" rx="2"/>')
    elif kind == "beyond":
        parts.append('<path class="dg-corner" d="M1 1h6l-6 6z"/>')
    return f'<svg class="dg-swatch" aria-hidden="true" viewBox="0 0 14 14">{"".join(parts)}</svg>'


def _numbers(values: Array, written: list[list[str]], limit: float, wide: float, high: float) -> Iterator[str]:
    for row, texts in enumerate(written):
        for column, text in enumerate(texts):
            value = float(values[row, column])
            full = " dg-on-odd" if not math.isfinite(value) else " dg-on-full" if abs(value) > 0.75 * limit else ""
            fits = _CHARACTER * len(text) <= wide - 6
            squeeze = "" if fits else f' textLength="{_n(wide - 6)}" lengthAdjust="spacingAndGlyphs"'
            place = f'x="{_n(_LEFT + wide * (column + 0.5) - 0.75)}" y="{_n(_TOP + high * row + 17)}"'
            yield f'<text class="dg-number{full}" {place}{squeeze}>{text}</text>'


def _indices(shown: Grid, wide: float, high: float) -> Iterator[str]:
    """Row and column numbers of the array, as many as are legible."""
    rows, columns = shown.values.shape if shown.shape else (0, 0)
    for column in _some(columns, wide, 18):
        x = _LEFT + wide * (column + 0.5) - 0.75
        yield f'<text class="dg-tick" x="{_n(x)}" y="12" text-anchor="middle">{shown.column + column}</text>'
    if len(shown.shape) > 1:
        for row in _some(rows, high, 14):
            y = _TOP + high * (row + 0.5) + 3
            yield f'<text class="dg-tick" x="18" y="{_n(y)}" text-anchor="end">{shown.row + row}</text>'


def _some(count: int, size: float, room: float) -> range:
    """Every index, or every 5th, 10th … so that labels keep their distance."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if step * size >= room or step == 100)
    return range(0, count, step)


def _axes(left: float, right: float, low: float, high: float, box: tuple[float, float, float, float]) -> Iterator[str]:
    x0, y0, width, height = box
    for tick in _ticks(low, high):
        y = y0 + height * (high - tick) / (high - low)
        yield f'<path class="{"dg-axis" if tick == 0 else "dg-grid"}" d="M{_n(x0)} {_n(y)}h{_n(width)}"/>'
        yield f'<text class="dg-tick" x="{_n(x0 - 6)}" y="{_n(y + 3.5)}" text-anchor="end">{_short(tick)}</text>'
    for tick in _ticks(left, right):
        x = x0 + width * (tick - left) / (right - left)
        yield f'<path class="{"dg-axis" if tick == 0 else "dg-grid"}" d="M{_n(x)} {_n(y0)}v{_n(height)}"/>'
        yield f'<text class="dg-tick" x="{_n(x)}" y="{_n(y0 + height + 15)}" text-anchor="middle">{_short(tick)}</text>'


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the ends, at most seven."""
    raw = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw)
    first = math.ceil(low / step)
    return [round(k * step, 12) for k in range(first, math.floor(high / step) + 1)]


def _drawable(values: Array) -> Array:
    """float64 with gaps for values that no axis can hold."""
    numbers = values.astype(np.float64)
    return np.where(np.abs(numbers) < _HUGE, numbers, np.nan)


def heights(actual: Array, expected: Array) -> tuple[float, float]:
    """The range of a curve's frame: that of expected, and of actual as far as expected stays readable."""
    actual, expected = _drawable(actual), _drawable(expected)
    low, high = _ends(expected)
    least, most = _ends(np.concatenate([actual, expected]))
    low, high = max(least, low - 2 * (high - low)), min(most, high + 2 * (high - low))
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _ends(values: Array) -> tuple[float, float]:
    """Smallest and largest finite value, never equal."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-270):
        pad = abs(low) if abs(low) > 1e-200 else 1.0
        return low - pad, high + pad
    return low, high


def _line(points: Sequence[tuple[float, float]]) -> str:
    """A path with a gap wherever a value is not finite."""
    path, pen = [], "M"
    for x, y in points:
        if math.isfinite(y):
            path.append(f"{pen}{_n(x)} {_n(y)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(path)


def _area(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> str:
    """The area between two lines; nothing if a value is not finite."""
    if not all(math.isfinite(y) for _, y in [*one, *other]):
        return ""
    return _line([*one, *reversed(other)]) + "z"


def _finite(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points if math.isfinite(y)]


def _rect(hue: str, x: float, y: float, width: float, height: float, shade: float) -> str:
    place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    return f'<rect class="{hue}" fill-opacity="{_n(shade)}" {place}/>'


def _short(value: float) -> str:
    return f"{value:z.3g}".replace("-", "−")


def _n(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
