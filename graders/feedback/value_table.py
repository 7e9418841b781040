"""The part of an array that fits on a screen: a window of its last two axes around the worst entry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.messages.digits import MOST_DIGITS, tells
from graders.messages.message import Message
from graders.reports.evidence import Evidence

__all__ = ["Grid", "Pair", "cells", "grid", "numeric", "pair", "pair_cells", "python_text"]

Array = np.ndarray[Any, np.dtype[Any]]
_LINE = 96
_NOTICED = 0.01  # of the largest difference: smaller ones are not marked as wrong
_NOISE = 1e-5  # of the largest expected number: smaller differences beside a non-finite entry are not marked


@dataclass(frozen=True)
class Grid:
    """Rows and columns of numbers; ``at`` is the index of the slice, ``row`` and ``column`` are the window's start."""

    values: Array
    shape: tuple[int, ...]
    at: tuple[int, ...] = ()
    row: int = 0
    column: int = 0

    @property
    def whole(self) -> bool:
        return self.values.size == math.prod(self.shape)

    @property
    def window(self) -> str:
        """The shown part as an index: ``[2, :, 16:32]``; empty if it is everything."""
        if self.whole:
            return ""
        rows, columns = self.values.shape
        spans = [_span(self.row, rows, self.shape[-2])] if len(self.shape) > 1 else []
        spans.append(_span(self.column, columns, self.shape[-1]))
        return f"[{', '.join([*map(str, self.at), *spans])}]"


@dataclass(frozen=True)
class Pair:
    """Two grids of the same window and their difference; ``worst`` is the worst entry's row and column in it.

    ``error`` is NaN if one of the two is; ``wrong`` marks the entries that stand out.
    """

    actual: Grid
    expected: Grid
    error: Array
    wrong: Array
    worst: tuple[int, int] | None
    worst_at: tuple[int, ...] | None


def pair(evidence: Evidence, rows: int, columns: int) -> Pair | None:
    """Actual beside expected, at most this large; None unless both are non-empty numeric arrays of one shape."""
    actual, expected = numeric(evidence.actual), numeric(evidence.expected)
    if actual is None or expected is None or actual.shape != expected.shape or not actual.size:
        return None
    error = _error(actual, expected)
    if actual.dtype.kind in "biu" and expected.dtype.kind in "biu" and error.max() < 2**53:
        error = error.astype(np.int64)
    at = evidence.worst_at
    if at is None or len(at) != error.ndim or not all(0 <= i < n for i, n in zip(at, error.shape, strict=True)):
        rank = np.where(np.isnan(error), np.inf, error)
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(rank)), error.shape)) if rank.any() else None
    left, right, shown, wrong = (
        grid(array, rows, columns, at) for array in (actual, expected, error, _wrong(error, expected))
    )
    worst = None
    if at is not None:
        worst = ((at[-2] if len(at) > 1 else 0) - left.row, (at[-1] if at else 0) - left.column)
    return Pair(left, right, shown.values, wrong.values, worst, at)


def pair_cells(both: Pair, digits: int = 4) -> tuple[list[list[str]], list[list[str]]]:
    """The entries of actual and expected as texts, with enough digits to tell every wrong entry apart."""
    actual, expected = both.actual.values, both.expected.values
    places = np.argwhere(both.wrong).tolist()
    for more in range(digits, MOST_DIGITS + 1):
        one, two = cells(actual, more, expected), cells(expected, more, actual)
        if all(tells((one[r][c], two[r][c]), (float(actual[r, c]), float(expected[r, c]))) for r, c in places):
            break
    return one, two


def grid(array: Array, rows: int, columns: int, around: tuple[int, ...] | None = None) -> Grid:
    """A window of ``array`` of at most rows × columns; the leading axes are fixed at ``around`` (default: 0)."""
    shape = array.shape
    if not array.size:
        return Grid(np.zeros((0, 0)), shape)
    index = around if around is not None and len(around) == array.ndim else (0,) * array.ndim
    lead = index[:-2] if array.ndim > 2 else ()
    plane = np.atleast_2d(array[lead])
    row = _start(index[-2] if array.ndim > 1 else 0, plane.shape[0], rows)
    column = _start(index[-1] if array.ndim else 0, plane.shape[1], columns)
    return Grid(plane[row : row + rows, column : column + columns], shape, lead, row, column)


def numeric(value: Any) -> Array | None:
    """Numbers as an array (including scalars and even nested lists); None for anything else."""
    if value is None or isinstance(value, str | dict):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "biuf" else None


def cells(values: Array, digits: int = 4, beside: Array | None = None) -> list[list[str]]:
    """The entries of a 2-D array as short texts with equally many decimals: ``digits``, fewer for large numbers.

    They have at least as many as the array ``beside`` them.
    """
    if values.dtype.kind == "b":
        return [["True" if item else "False" for item in row] for row in values]
    if values.dtype.kind in "iu":
        return [[str(int(item)) for item in row] for row in values]
    decimals = _decimals(values, digits)
    if decimals is None:
        return [[_exact(item, f"{{:z.{max(3, digits - 1)}g}}") for item in row] for row in values]
    if beside is not None and beside.dtype.kind == "f":
        decimals = max(decimals, _decimals(beside, digits) or 0)
    return [[_exact(item, f"{{:z.{decimals}f}}") for item in row] for row in values]


def _decimals(values: Array, digits: int) -> int | None:
    """How many suit the largest of these numbers; None if it is too large or too small for any."""
    finite = np.abs(values[np.isfinite(values)].astype(np.float64))
    largest = float(finite.max()) if finite.size else 0.0
    if largest and not 1e-3 <= largest < 1e5:
        return None
    return digits if largest < 10 else max(0, digits - int(math.log10(largest)))


def python_text(name: str, value: Any, largest: int = 400) -> str:
    """``name = …`` as one would type it, exact to the last digit; long arrays are described instead.

    Values that cannot be typed are left out.
    """
    if _worded(value):
        return ""
    array = value if isinstance(value, np.ndarray) else None
    if array is None:
        text = repr(value)
        return f"{name} = {text if len(text) <= 20 * largest else text[: 20 * largest] + ' …'}"
    if array.size > largest:
        return f"# {name}: {array.dtype}, shape {array.shape}"
    if not array.size:
        return f"{name} = np.zeros({array.shape}, dtype=np.{array.dtype})"
    body = _literal(array, len(f"{name} = np.array("))
    dtype = "" if array.dtype in (np.float64, np.int64, np.bool_) else f", dtype=np.{array.dtype}"
    return f"{name} = np.array({body}{dtype})"


def _literal(array: Array, indent: int) -> str:
    """Nested brackets, a line per row, rows wrapped at 96 characters."""
    if array.ndim == 0:
        return str(array[()]).replace("nan", "np.nan").replace("inf", "np.inf")
    between = ",\n" + " " * (indent + 1)
    if array.ndim > 1:
        return f"[{between.join(_literal(row, indent + 1) for row in array)}]"
    lines, room = [""], 0
    for item in array:
        text = _literal(np.asarray(item), 0)
        if room and room + len(text) > _LINE - indent:
            lines.append("")
            room = 0
        lines[-1] += f", {text}" if room else text
        room += len(text) + 2
    return f"[{between.join(lines)}]"


def _error(actual: Array, expected: Array) -> Array:
    """Absolute difference; NaN if only one of the two is a number, infinite if only one is finite."""
    with np.errstate(all="ignore"):
        left, right = actual.astype(np.float64), expected.astype(np.float64)
        error = np.abs(left - right)
        same = (left == right) | (np.isnan(left) & np.isnan(right))
        return np.where(same, 0.0, error)


def _wrong(error: Array, expected: Array) -> Array:
    """The entries that stand out: non-finite ones, and differences that are not small beside the largest."""
    odd = ~np.isfinite(error)
    sizes = np.abs(error[~odd].astype(np.float64))
    largest = float(sizes.max()) if sizes.size else 0.0
    bound = _NOTICED * largest
    if odd.any():
        finite = np.abs(expected[np.isfinite(expected)].astype(np.float64))
        bound = max(bound, _NOISE * float(finite.max())) if finite.size else bound
    with np.errstate(invalid="ignore"):
        return odd | ((error > 0) & (error >= bound))


def _worded(value: Any) -> bool:
    """Whether it contains words in place of a value that could not be transferred."""
    if isinstance(value, list | tuple):
        return any(map(_worded, value))
    return any(map(_worded, value.values())) if isinstance(value, dict) else isinstance(value, Message)


def _exact(item: Any, form: str) -> str:
    number = float(item)
    if not math.isfinite(number):
        return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"
    return "0" if number == 0 else form.format(number)


def _start(position: int, length: int, limit: int) -> int:
    """The start of a window of ``limit`` with ``position`` in its middle, as far as the ends allow."""
    return max(0, min(position - limit // 2, length - limit))


def _span(start: int, count: int, length: int) -> str:
    return ":" if count == length else f"{start}:{start + count}"
