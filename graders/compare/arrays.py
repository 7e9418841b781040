"""Compare what came back with what was expected: form first, then numbers; stop at the first difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from graders.compare.sorts import sort_of
from graders.compare.tolerance import FLOOR, fragile_up_to
from graders.digits import show, show_pair
from graders.errors import BrokenError
from graders.message import Message
from graders.values import Unsupported, decode, encode

__all__ = [
    "Difference",
    "compare",
    "form_difference",
    "is_number",
    "natural_size",
    "numbers",
    "settled",
    "show",
    "show_pair",
]

# A block (a gate, a channel) is measured by its own size, but never by less than this share of the whole tensor's.
SMALLEST_BLOCK = 1e-3
_LONGEST = 80  # characters of a value inside a sentence


Kind = Literal["type", "structure", "shape", "kind", "finite", "value", "text", "property"]


@dataclass(frozen=True)
class Difference:
    """The first thing that differs.

    ``kind``: ``type`` (not even the same sort of thing), ``structure`` (length or keys), ``shape``, ``kind`` (bool,
    complex, float16 …), ``finite``, ``value`` (numbers), ``text`` (strings, None), ``property`` (a rule that does not
    hold). ``error`` is the scaled error.
    """

    kind: Kind
    message: Message
    fragile: bool = False
    error: float = math.inf
    worst_at: tuple[int, ...] | None = None


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
    measured by their own size; with ``blocks`` the last axis is cut into that many parts, each measured on its own.
    ``half`` allows float16. Raises BrokenError where the expected value is NaN or not a value at all.
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
        return _form(actual, expected, name, half) or _numbers_differ(actual, expected, tau, scale, blocks, name)


def form_difference(actual: Any, expected: Any, name: str = "out", half: bool = False) -> Difference | None:
    """What differs before any number is looked at: type, structure, shape, kind of dtype, finiteness."""
    with np.errstate(all="ignore"):
        return _form(actual, expected, name, half) or _leaves_differ(actual, expected, name)


def is_number(value: Any) -> bool:
    """Whether this is a single number: Python's, a NumPy scalar, or an array of shape ()."""
    return isinstance(value, bool | int | float | np.generic) or (type(value) is np.ndarray and value.shape == ())


def numbers(value: Any) -> np.ndarray | None:
    """A number or a numeric array as an array; None for anything else."""
    if type(value) is np.ndarray or is_number(value):
        array = np.asarray(value)
        return array if array.dtype.kind in "fiub" else None
    return None


_PLAIN = {np.ndarray, float, int, bool, str, type(None), np.float64, np.float32, np.int64, np.bool_, Unsupported}


def settled(value: Any) -> Any:
    """The value as it would come over the wire: tensors become arrays, what cannot be graded becomes Unsupported."""
    kind = type(value)
    if kind is np.ndarray:
        return value if value.dtype.kind in "fiub" else decode(*encode(value))
    if kind in _PLAIN:
        return value
    if (kind is list or kind is tuple) and all(type(item) in _PLAIN and type(item) is not np.ndarray for item in value):
        return value
    return decode(*encode(value))


# --- form ------------------------------------------------------------------------------------------------------------


def _form(actual: Any, expected: Any, name: str, half: bool) -> Difference | None:
    if isinstance(actual, Unsupported) and not isinstance(expected, Unsupported):
        return _differ("type", "compare.unsupported", name=name, actual=sort_of(actual), expected=sort_of(expected))
    wanted = numbers(expected)
    if wanted is not None:
        return _array_form(actual, wanted, expected, name, half)
    if isinstance(expected, list | tuple):
        return _sequence_form(actual, expected, name, half)
    if isinstance(expected, dict):
        return _dict_form(actual, expected, name, half)
    if type(expected) is int:  # beyond 64 bits
        return None if type(actual) is int else _other_type(actual, expected, name)
    if expected is not None and not isinstance(expected, str):
        raise BrokenError("reference.unsupported", name=name, sort=sort_of(expected))
    if actual is None:
        return None if expected is None else _none(name, expected)
    if (expected is None) or not isinstance(actual, str):
        return _other_type(actual, expected, name)
    return None


def _array_form(actual: Any, wanted: np.ndarray, expected: Any, name: str, half: bool) -> Difference | None:
    if actual is None:
        return _none(name, expected)
    if not (type(actual) is np.ndarray or is_number(actual)):
        return _other_type(actual, expected, name)
    given = np.asarray(actual)
    if given.shape != wanted.shape:
        if not wanted.shape:
            return _differ("shape", "compare.shape_number", name=name, actual=str(given.shape))
        if not given.shape:
            return _differ("shape", "compare.shape_of_number", name=name, expected=str(wanted.shape))
        return _differ("shape", "compare.shape", name=name, actual=str(given.shape), expected=str(wanted.shape))
    kind = given.dtype.kind
    refused = kind not in "fiub" or (kind == "b" and wanted.dtype.kind != "b")
    if refused or (given.dtype.char == "e" and not half and wanted.dtype.char != "e") or given.dtype.itemsize > 8:
        return _differ("kind", "compare.kind", name=name, actual=str(given.dtype), expected=str(wanted.dtype))
    return None


def _sequence_form(actual: Any, expected: Any, name: str, half: bool) -> Difference | None:
    if actual is None:
        return _none(name, expected)
    if not isinstance(actual, list | tuple):
        return _other_type(actual, expected, name)
    if len(actual) != len(expected):
        return _differ("structure", "compare.length", name=name, actual=len(actual), expected=len(expected))
    if _plain_numbers(expected) and _plain_numbers(actual):
        return None
    pairs = enumerate(zip(actual, expected, strict=True))
    return next((found for i, (a, e) in pairs if (found := _form(a, e, f"{name}[{i}]", half))), None)


def _dict_form(actual: Any, expected: Any, name: str, half: bool) -> Difference | None:
    if actual is None:
        return _none(name, expected)
    if not isinstance(actual, dict):
        return _other_type(actual, expected, name)
    lacks, extra = [k for k in expected if k not in actual], [k for k in actual if k not in expected]
    if lacks:
        return _differ("structure", "compare.key_absent", name=name, key=_short(lacks[0]), count=len(lacks))
    if extra:
        return _differ("structure", "compare.key_extra", name=name, key=_short(extra[0]), count=len(extra))
    pairs = ((f"{name}[{key!r}]", actual[key], expected[key]) for key in expected)
    return next((found for place, a, e in pairs if (found := _form(a, e, place, half))), None)


def _plain_numbers(values: Any) -> bool:
    return all(type(value) in (int, float) for value in values)


# --- numbers ---------------------------------------------------------------------------------------------------------


def _leaves_differ(actual: Any, expected: Any, name: str) -> Difference | None:
    """The form of every leaf agrees; whether each is finite where it should be."""
    wanted = numbers(expected)
    if wanted is not None:
        return _finite(np.asarray(actual), wanted, name)
    items = expected.items() if isinstance(expected, dict) else enumerate(expected) if _nested(expected) else ()
    return next((found for k, e in items if (found := _leaves_differ(actual[k], e, f"{name}[{k!r}]"))), None)


def _numbers_differ(actual: Any, expected: Any, tau: float, scale: float, blocks: int, name: str) -> Difference | None:
    wanted = numbers(expected)
    if wanted is None and _nested(expected) and expected and _plain_numbers(expected) and _plain_numbers(actual):
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
    text, other = _short_pair(repr(actual), repr(expected))
    return _differ("text", "compare.scalar", name=name, actual=text, expected=other)


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
    """The natural size each entry is measured by: of the whole tensor, or of its block of the last axis."""
    magnitude = np.abs(np.where(np.isfinite(wanted), wanted, 0).astype(np.float64))
    whole = max(float(magnitude.max()), scale, FLOOR)
    if blocks == 1 or wanted.ndim == 0 or wanted.shape[-1] % blocks:
        return whole
    width = wanted.shape[-1] // blocks
    parts = magnitude.reshape(-1, blocks, width).max(axis=(0, 2))
    return np.repeat(np.maximum(np.maximum(parts, scale), SMALLEST_BLOCK * whole), width)


# --- words -----------------------------------------------------------------------------------------------------------


def _short(value: Any) -> str:
    return _cut(repr(value), 0)


def _short_pair(text: str, other: str) -> tuple[str, str]:
    """Two long texts from just before the place where they differ."""
    pairs = enumerate(zip(text, other, strict=False))
    alike = next((place for place, (one, two) in pairs if one != two), min(len(text), len(other)))
    start = alike - 20 if alike > _LONGEST - 20 else 0
    return _cut(text, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    """At most ``_LONGEST`` characters from ``start`` on; what is left out leaves its dots."""
    before = "..." if start else ""
    rest, room = text[start:], _LONGEST - len(before)
    return before + (rest if len(rest) <= room else f"{rest[: room - 3]}...")


def _other_type(actual: Any, expected: Any, name: str) -> Difference:
    return _differ("type", "compare.type", name=name, actual=sort_of(actual), expected=sort_of(expected))


def _none(name: str, expected: Any) -> Difference:
    return _differ("type", "compare.none", name=name, expected=sort_of(expected))


def _differ(kind: Kind, message: str, **params: Any) -> Difference:
    return Difference(kind, Message(message, params))
