"""The form of a value: its type, structure, shape and kind of numbers, compared before any number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from graders.compare.sorts import sort_of
from graders.messages.errors import BrokenError
from graders.messages.message import Message
from graders.probe.values import Unsupported, decode, encode

__all__ = [
    "Difference",
    "differ",
    "form_differs",
    "is_number",
    "numbers",
    "plain_numbers",
    "settled",
    "short_pair",
]

_LONGEST = 80  # characters of a value in a sentence

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


def is_number(value: Any) -> bool:
    """Whether this is a single number: a Python or NumPy scalar, or an array of shape ()."""
    return isinstance(value, bool | int | float | np.generic) or (type(value) is np.ndarray and value.shape == ())


def numbers(value: Any) -> np.ndarray | None:
    """A number or numeric array as an array; None for anything else."""
    if type(value) is np.ndarray or is_number(value):
        array = np.asarray(value)
        return array if array.dtype.kind in "fiub" else None
    return None


_PLAIN = {np.ndarray, float, int, bool, str, type(None), np.float64, np.float32, np.int64, np.bool_, Unsupported}


def settled(value: Any) -> Any:
    """The value as it would arrive over the wire: tensors become arrays, ungradable values become Unsupported."""
    kind = type(value)
    if kind is np.ndarray:
        return value if value.dtype.kind in "fiub" else decode(*encode(value))
    if kind in _PLAIN:
        return value
    if (kind is list or kind is tuple) and all(type(item) in _PLAIN and type(item) is not np.ndarray for item in value):
        return value
    return decode(*encode(value))


def form_differs(actual: Any, expected: Any, name: str, half: bool) -> Difference | None:
    if isinstance(actual, Unsupported) and not isinstance(expected, Unsupported):
        return differ("type", "compare.unsupported", name=name, actual=sort_of(actual), expected=sort_of(expected))
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
            return differ("shape", "compare.shape_number", name=name, actual=str(given.shape))
        if not given.shape:
            return differ("shape", "compare.shape_of_number", name=name, expected=str(wanted.shape))
        return differ("shape", "compare.shape", name=name, actual=str(given.shape), expected=str(wanted.shape))
    kind = given.dtype.kind
    refused = kind not in "fiub" or (kind == "b" and wanted.dtype.kind != "b")
    if refused or (given.dtype.char == "e" and not half and wanted.dtype.char != "e") or given.dtype.itemsize > 8:
        return differ("kind", "compare.kind", name=name, actual=str(given.dtype), expected=str(wanted.dtype))
    return None


def _sequence_form(actual: Any, expected: Any, name: str, half: bool) -> Difference | None:
    if actual is None:
        return _none(name, expected)
    if not isinstance(actual, list | tuple):
        return _other_type(actual, expected, name)
    if len(actual) != len(expected):
        return differ("structure", "compare.length", name=name, actual=len(actual), expected=len(expected))
    if plain_numbers(expected) and plain_numbers(actual):
        return None
    pairs = enumerate(zip(actual, expected, strict=True))
    return next((found for i, (a, e) in pairs if (found := form_differs(a, e, f"{name}[{i}]", half))), None)


def _dict_form(actual: Any, expected: Any, name: str, half: bool) -> Difference | None:
    if actual is None:
        return _none(name, expected)
    if not isinstance(actual, dict):
        return _other_type(actual, expected, name)
    lacks, extra = [k for k in expected if k not in actual], [k for k in actual if k not in expected]
    if lacks:
        return differ("structure", "compare.key_absent", name=name, key=_short(lacks[0]), count=len(lacks))
    if extra:
        return differ("structure", "compare.key_extra", name=name, key=_short(extra[0]), count=len(extra))
    pairs = ((f"{name}[{key!r}]", actual[key], expected[key]) for key in expected)
    return next((found for place, a, e in pairs if (found := form_differs(a, e, place, half))), None)


def plain_numbers(values: Any) -> bool:
    return all(type(value) in (int, float) for value in values)


# --- words -----------------------------------------------------------------------------------------------------------


def _short(value: Any) -> str:
    return _cut(repr(value), 0)


def short_pair(text: str, other: str) -> tuple[str, str]:
    """Two long texts, cut to start just before they differ."""
    pairs = enumerate(zip(text, other, strict=False))
    alike = next((place for place, (one, two) in pairs if one != two), min(len(text), len(other)))
    start = alike - 20 if alike > _LONGEST - 20 else 0
    return _cut(text, start), _cut(other, start)


def _cut(text: str, start: int) -> str:
    """At most ``_LONGEST`` characters from ``start`` on, with dots for what is left out."""
    before = "..." if start else ""
    rest, room = text[start:], _LONGEST - len(before)
    return before + (rest if len(rest) <= room else f"{rest[: room - 3]}...")


def _other_type(actual: Any, expected: Any, name: str) -> Difference:
    return differ("type", "compare.type", name=name, actual=sort_of(actual), expected=sort_of(expected))


def _none(name: str, expected: Any) -> Difference:
    return differ("type", "compare.none", name=name, expected=sort_of(expected))


def differ(kind: Kind, message: str, **params: Any) -> Difference:
    return Difference(kind, Message(message, params))
