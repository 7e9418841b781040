"""Numbers as people read them: six digits, or as many as it takes to tell two of them apart."""

from __future__ import annotations

from typing import Any

__all__ = ["MOST_DIGITS", "show", "show_beside", "show_pair", "tells"]

MOST_DIGITS = 17  # tell any two numbers of 64 bits apart
_EXACT = 2**53  # whole numbers up to here are the same as floats


def show(value: Any, digits: int = 6) -> str:
    """A number (Python's, NumPy's, an array of shape ()) as a person writes it."""
    item = value.item() if hasattr(value, "item") else value
    if not isinstance(item, float):
        return str(item)
    return f"{item:z.{digits}g}" if digits < MOST_DIGITS else repr(item + 0.0).removesuffix(".0")


def show_pair(actual: Any, expected: Any, digits: int = 6) -> tuple[str, str]:
    """Two different numbers with as many digits as it takes to see the difference."""
    pair = _alike(actual, expected)
    for more in range(digits, MOST_DIGITS + 1):
        texts = show(pair[0], more), show(pair[1], more)
        if tells(texts, pair):
            break
    return texts


def tells(texts: tuple[str, str], pair: tuple[Any, Any]) -> bool:
    """Whether two texts show the difference: 1.0678 and 1.0679 differ, but say nothing true of 1e-9."""
    if texts[0] == texts[1]:
        return False
    try:
        gap, shown = abs(pair[0] - pair[1]), abs(float(texts[0]) - float(texts[1]))
        return not gap < float("inf") or 0.5 * gap <= shown <= 1.5 * gap
    except (TypeError, ValueError, OverflowError):
        return True


def show_beside(value: Any, other: Any, digits: int = 6) -> str:
    """One number, with as many digits as it takes not to be read as another one."""
    return show_pair(value, other, digits)[0]


def _alike(*values: Any) -> tuple[Any, Any]:
    """A whole number beside a float is written in the same way."""
    items = tuple(value.item() if hasattr(value, "item") else value for value in values)
    whole = [item for item in items if type(item) is int]
    if len(whole) == 1 and any(isinstance(item, float) for item in items) and abs(whole[0]) <= _EXACT:
        items = tuple(float(item) if type(item) is int else item for item in items)
    return items[0], items[1]
