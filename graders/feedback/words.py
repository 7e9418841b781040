"""Values in words: where two arrays are furthest apart, and values that are not arrays of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.feedback.messages import render_message, say
from graders.feedback.value_table import Pair
from graders.messages.digits import show_pair
from graders.messages.message import Message

__all__ = ["plain_pair", "plain_words", "worst_words"]

_FEW = 60  # numbers of an array written out inside a list or dict
_BEFORE = 40  # characters shown before the first difference of two long texts


def worst_words(both: Pair, lang: str) -> str:
    """The entry that is furthest off; nothing for a single number."""
    if both.worst is None or both.worst_at is None or both.actual.values.size < 2:
        return ""
    texts = show_pair(both.actual.values[both.worst], both.expected.values[both.worst])
    id = "ui.worst_nan" if texts[0] == "nan" else "ui.worst"
    at = f"[{', '.join(map(str, both.worst_at))}]"
    return say(id, lang, at=at, actual=texts[0], expected=texts[1])


def plain_words(value: Any, lang: str) -> str:
    """A value as Python writes it; words if it could not travel or is absent."""
    return say("ui.nothing", lang) if value is None else _written(value, lang)


def plain_pair(actual: Any, expected: Any, lang: str, longest: int) -> tuple[str, str]:
    """Both as from ``plain_words``; if they are long, the part in which they differ."""
    one, two = plain_words(actual, lang), plain_words(expected, lang)
    if max(len(one), len(two)) <= longest:
        return one, two
    pairs = enumerate(zip(one, two, strict=False))
    alike = next((place for place, (a, b) in pairs if a != b), min(len(one), len(two)))
    start = max(0, alike - _BEFORE) if alike > longest - _BEFORE else 0
    return _part(one, start, longest), _part(two, start, longest)


def _part(text: str, start: int, longest: int) -> str:
    end = start + longest
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


def _written(value: Any, lang: str) -> str:
    if isinstance(value, Message):
        return render_message(value, lang)
    if isinstance(value, np.ndarray):
        return repr(value.tolist()) if value.size <= _FEW else f"<{say('sort.array', lang, shape=str(value.shape))}>"
    if isinstance(value, list | tuple):
        inside = ", ".join(_written(item, lang) for item in value)
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{comma})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_written(item, lang)}' for key, item in value.items())}}}"
    if isinstance(value, np.generic):
        value = value.item()
    return repr(value)
