"""Compare the actual value with the expected one: form first, then numbers; stop at the first difference."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graders.compare.forms import Difference, differ, form_differs, numbers, plain_numbers, short_pair
from graders.compare.tolerance import FLOOR, fragile_up_to
from graders.messages.digits import show, show_pair
from graders.messages.errors import BrokenError
from graders.messages.message import Message

__all__ = ["compare", "far_apart", "form_difference", "natural_size", "size_of"]

# A block (a gate, a channel) is measured by its own size, but never by less than this share of the whole tensor's.
SMALLEST_BLOCK = 1e-3


def compare(
    actual: Any,
    expected: Any,
    tau: float,
    *,
    scale: float = 0.0,
    blocks: int = 1,
    name: str = "out",
    half: bool = False,
) -> Difference | None:
    """The first difference between ``actual`` and ``expected``, or None.

    The error of a tensor is ``max|a − e| / max(max|e|, scale)``, so that small entries of a large tensor are not
    measured by their own size; ``blocks`` cuts the last axis into that many parts, each measured on its own.
    ``half`` allows float16. Raises BrokenError if the expected value is NaN or not a value at all.
    """
    if (
        type(actual) is np.ndarray
        and type(expected) is np.ndarray
        and blocks == 1
        and actual.shape == expected.shape
        and actual.dtype.char in "df"
        and expected.dtype.char in "df"
        and actual.size
    ):
        with np.errstate(all="ignore"):
            error = np.abs(actual - expected).max()
            size = max(float(np.abs(expected).max()), scale, FLOOR)
        if size < math.inf and error <= tau * size:
            return None
    with np.errstate(all="ignore"):
        return form_differs(actual, expected, name, half) or _numbers_differ(actual, expected, tau, scale, blocks, name)


def far_apart(actual: Any, expected: Any, tau: float) -> bool:
    """Whether two float arrays of one shape differ by more than could ever pass; no verdict on anything else."""
    if type(actual) is not np.ndarray or type(expected) is not np.ndarray or actual.shape != expected.shape:
        return False
    if actual.dtype.char not in "df" or expected.dtype.char not in "df" or not actual.size:
        return False
    size = max(float(np.abs(expected).max()), FLOOR)
    return size < math.inf and bool(np.abs(actual - expected).max() > fragile_up_to(tau) * size)


def form_difference(actual: Any, expected: Any, name: str = "out", half: bool = False) -> Difference | None:
    """The first difference found without looking at numbers: type, structure, shape, kind of dtype, finiteness."""
    with np.errstate(all="ignore"):
        return form_differs(actual, expected, name, half) or _leaves_differ(actual, expected, name)


# --- numbers ---------------------------------------------------------------------------------------------------------


def _leaves_differ(actual: Any, expected: Any, name: str) -> Difference | None:
    """The first leaf that is not finite where it should be; the form of every leaf already agrees."""
    wanted = numbers(expected)
    if wanted is not None:
        return _finite(np.asarray(actual), wanted, name)
    items = expected.items() if isinstance(expected, dict) else enumerate(expected) if _nested(expected) else ()
    return next((found for k, e in items if (found := _leaves_differ(actual[k], e, f"{name}[{k!r}]"))), None)


def _numbers_differ(actual: Any, expected: Any, tau: float, scale: float, blocks: int, name: str) -> Difference | None:
    wanted = numbers(expected)
    if wanted is None and _nested(expected) and expected and plain_numbers(expected) and plain_numbers(actual):
        wanted = np.asarray(expected)  # a list of numbers: measured as one vector
    if wanted is not None:
        given = np.asarray(actual)
        if given.dtype.kind == "O" or wanted.dtype.kind == "O":
            return _exact(actual, expected, name)  # integers beyond 64 bits
        if given.size == 0:
            return None
        return _finite(given, wanted, name) or _far(given, wanted, tau, scale, blocks, name)
    if _nested(expected) or isinstance(expected, dict):
        items = expected.items() if isinstance(expected, dict) else enumerate(expected)
        found = None
        for key, item in items:
            other = _numbers_differ(actual[key], item, tau, scale, 1, f"{name}[{key!r}]")
            if other is not None and not other.fragile:
                return other
            found = found or other
        return found
    return _exact(actual, expected, name)


def _nested(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _exact(actual: Any, expected: Any, name: str) -> Difference | None:
    if actual == expected or (_nested(expected) and list(actual) == list(expected)):
        return None
    text, other = short_pair(repr(actual), repr(expected))
    return differ("text", "compare.scalar", name=name, actual=text, expected=other)


def _finite(given: np.ndarray, wanted: np.ndarray, name: str) -> Difference | None:
    if wanted.dtype.kind != "f" and given.dtype.kind != "f":
        return None
    if np.isnan(wanted).any():
        raise BrokenError("reference.nan", name=name)
    usual = np.isfinite(wanted)
    bad = ~np.isfinite(given) & usual | ~usual & (given != wanted)
    count = int(bad.sum())
    if not count:
        return None
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    params: dict[str, Any] = {"name": name, "actual": show(given[at]), "expected": show(wanted[at])}
    if given.size == 1:
        return Difference("finite", Message("compare.scalar", params), worst_at=at)
    params |= {"count": count, "total": given.size, "at": str(list(at))}
    return Difference("finite", Message("compare.not_finite" if usual[at] else "compare.infinite", params), worst_at=at)


def _far(given: np.ndarray, wanted: np.ndarray, tau: float, scale: float, blocks: int, name: str) -> Difference | None:
    if given.dtype.kind != "f" and wanted.dtype.kind != "f":
        wrong = given != wanted
        if not wrong.any():
            return None
        gap = np.abs(given.astype(np.float64) - wanted.astype(np.float64))
        error, fragile = math.inf, False
    else:
        with np.errstate(invalid="ignore"):
            gap = np.where(given == wanted, 0.0, np.abs(given.astype(np.float64) - wanted.astype(np.float64)))
        size = natural_size(wanted, scale, blocks)
        error = float((gap / size).max())
        if error <= tau:
            return None
        wrong, fragile = gap > tau * size, error <= fragile_up_to(tau)
        gap = gap / size
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
    text, other = show_pair(given[at], wanted[at])
    params: dict[str, Any] = {"name": name, "actual": text, "expected": other}
    if fragile:
        return Difference("value", Message("compare.fragile", {**params, "error": f"{error:.1e}"}), True, error, at)
    if given.size == 1:
        return Difference("value", Message("compare.scalar", params), False, error, at)
    params |= {"at": str(list(at)), "count": int(wrong.sum()), "total": given.size}
    return Difference("value", Message("compare.values", params), False, error, at)


def natural_size(wanted: np.ndarray, scale: float, blocks: int) -> Any:
    """The natural size each entry is measured by: that of the whole tensor, or of its block of the last axis."""
    magnitude = np.abs(np.where(np.isfinite(wanted), wanted, 0).astype(np.float64))
    whole = max(float(magnitude.max()), scale, FLOOR)
    if blocks == 1 or wanted.ndim == 0 or wanted.shape[-1] % blocks:
        return whole
    width = wanted.shape[-1] // blocks
    parts = magnitude.reshape(-1, blocks, width).max(axis=(0, 2))
    return np.repeat(np.maximum(np.maximum(parts, scale), SMALLEST_BLOCK * whole), width)


def size_of(value: Any) -> int:
    """How many numbers it contains; a list may hold arrays of any shape."""
    return sum(map(size_of, value)) if isinstance(value, list | tuple) else int(np.size(value))
