"""How a message reads: the catalogue's sentence, its parameters shown for reading, nothing that breaks a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from graders.messages.catalogue import MESSAGES
from graders.messages.digits import show, show_pair
from graders.messages.message import Message

__all__ = ["LANGUAGES", "in_english", "printable", "render"]

LANGUAGES = ("ko", "en")
LONGEST_VALUE = 2000  # characters of one parameter; texts of an upload or an exception are cut earlier

Translated = Callable[[str, str], str]  # an English sentence and a language → the sentence in it

# C0 and C1 controls (terminal escapes), the marks that turn the direction of text, and what has no width and so makes
# two different names look the same; newline and tab stay.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_EMPTY = re.compile(r" ?\(\)")  # what an empty parameter leaves of its brackets


def render(message: Message, lang: str, translated: Translated) -> str:
    """The sentence of a message; an unknown id or a missing parameter still gives readable text."""
    template = MESSAGES.get(message.id)
    if template is not None:
        try:
            params = {key: _Shown(value, lang, translated) for key, value in _apart(message.params).items()}
            said = translated(template, lang).format_map(params)
            return _EMPTY.sub("", said).rstrip(": ") if "" in message.params.values() else said
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            pass
    details = ", ".join(f"{key} = {_text(value, lang, translated)}" for key, value in message.params.items())
    return f"{printable(message.id)} ({details})" if details else printable(message.id)


def in_english(message: Message) -> str:
    """For logs, and wherever no language has been chosen."""
    return render(message, "en", lambda sentence, _: sentence)


def printable(text: str) -> str:
    """Text without terminal escapes or direction marks; what is taken out leaves a visible replacement sign."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


class _Shown:
    """A parameter inside a template: a format spec works on the value itself, without one it is shown for reading."""

    def __init__(self, value: Any, lang: str, translated: Translated) -> None:
        self._value = value
        self._lang = lang
        self._translated = translated

    def __format__(self, spec: str) -> str:
        return printable(format(self._value, spec)) if spec else _text(self._value, self._lang, self._translated)

    def __repr__(self) -> str:
        return printable(repr(self._value)[:LONGEST_VALUE])

    def __str__(self) -> str:
        return _text(self._value, self._lang, self._translated)


def _apart(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two numbers that stand beside each other, with digits until they differ."""
    pair = params.get("actual"), params.get("expected")
    if not all(isinstance(value, float) for value in pair):
        return params
    return {**params, **dict(zip(("actual", "expected"), show_pair(*pair), strict=True))}


def _text(value: Any, lang: str, translated: Translated) -> str:
    """A parameter for reading: six digits, lists of integers as shapes, texts in two languages in the right one."""
    if isinstance(value, float):
        return show(value)
    if isinstance(value, list | tuple):
        if all(type(item) is int for item in value):
            return str(tuple(value))
        return ", ".join(_text(item, lang, translated) for item in value)
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str) and isinstance(value.get("params"), Mapping):
            return render(Message(value["id"], value["params"]), lang, translated)
        if value.keys() & set(LANGUAGES):
            return _text(value.get(lang, next(iter(value.values()))), lang, translated)
    if isinstance(value, Message):
        return render(value, lang, translated)
    return printable(str(value)[:LONGEST_VALUE])
