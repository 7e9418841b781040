"""Sentences from ids: which language is spoken, and how a message reads in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.digits import show, show_pair
from graders.feedback.catalogue import MESSAGES
from graders.message import Message

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = ["LANGUAGES", "MESSAGES", "diagnosis_title", "language", "printable", "render_message", "say"]

LANGUAGES = ("ko", "en")
LOCALE = Path(__file__).resolve().parent.parent / "locale"
LONGEST_VALUE = 500  # characters of one parameter; an exception's text is cut there already

# C0 and C1 controls (terminal escapes) and the marks that turn the direction of text; newline and tab stay.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_EMPTY = re.compile(r" ?\(\)")  # what an empty parameter leaves of its brackets


def render_message(message: Message, lang: str) -> str:
    """The sentence of a message; an unknown id or a missing parameter still gives readable text."""
    template = MESSAGES.get(message.id)
    if template is not None:
        try:
            params = {key: _Shown(value, lang) for key, value in _apart(message.params).items()}
            said = _translated(template, lang).format_map(params)
            return _EMPTY.sub("", said).rstrip(": ") if "" in message.params.values() else said
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            pass
    details = ", ".join(f"{key} = {_text(value, lang)}" for key, value in message.params.items())
    return f"{printable(message.id)} ({details})" if details else printable(message.id)


def say(id: str, lang: str, **params: Any) -> str:
    """``render_message`` for the words around a report, without building a message."""
    return render_message(Message(id, params), lang)


def language(
    lang_option: str | None = None,
    env: Mapping[str, str] | None = None,
    notebook_lang: str | None = None,
    locale: str | None = None,
) -> str:
    """``--lang``, else DEEPGRADE_LANG, else the notebook's metadata, else Korean where the locale is, else English.

    ``locale`` is a name such as ``ko_KR.UTF-8``; without it LC_ALL, LC_MESSAGES and LANG of ``env`` are read.
    """
    env = env or {}
    for wish in (lang_option, env.get("DEEPGRADE_LANG"), notebook_lang):
        code = re.split(r"[_.@-]", (wish or "").strip().lower())[0]
        if code in LANGUAGES:
            return code
    if locale is None:
        locale = next((env[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(name)), "")
    if not locale and sys.platform == "win32":  # Windows sets none of these
        from locale import getlocale

        locale = getlocale()[0] or ""
    return "ko" if locale.lower().startswith("ko") else "en"


def diagnosis_title(diagnosis: str, lang: str, title: Mapping[str, str] | None = None) -> str:
    """A diagnosis in words: the name the course gives it, the catalogue's for a relation, else its id as words."""
    named = (title or {}).get(lang) or next(iter((title or {}).values()), "")  # a course may be in one language only
    if named:
        return printable(named)
    for id in (diagnosis, f"diagnosis.{diagnosis}"):
        if id in MESSAGES and "{" not in MESSAGES[id]:
            return say(id, lang)
    words = diagnosis.rsplit(".", 1)[-1].replace("_", " ")
    return printable(re.sub(r"\b(d?)w([xh]?\d?)\b", r"\1W\2", words))  # dw_mean is about dW


def printable(text: str) -> str:
    """Text without terminal escapes or direction marks; what is taken out leaves a visible replacement sign."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


@lru_cache(maxsize=len(LANGUAGES))
def _translations(lang: str) -> NullTranslations | None:
    """The compiled catalogue of a language, read when its first sentence is asked for; English needs none."""
    path = LOCALE / lang / "LC_MESSAGES" / "deepgrade.mo"
    if lang not in LANGUAGES or not path.is_file():
        return None
    import gettext

    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def _translated(template: str, lang: str) -> str:
    translations = _translations(lang)
    return translations.gettext(template) if translations is not None else template


class _Shown:
    """A parameter inside a template: a format spec works on the value itself, without one it is shown for reading."""

    def __init__(self, value: Any, lang: str) -> None:
        self._value = value
        self._lang = lang

    def __format__(self, spec: str) -> str:
        return printable(format(self._value, spec)) if spec else _text(self._value, self._lang)

    def __repr__(self) -> str:
        return printable(repr(self._value)[:LONGEST_VALUE])

    def __str__(self) -> str:
        return _text(self._value, self._lang)


def _apart(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two numbers that stand beside each other, with digits until they differ."""
    pair = params.get("actual"), params.get("expected")
    if not all(isinstance(value, float) for value in pair):
        return params
    return {**params, **dict(zip(("actual", "expected"), show_pair(*pair), strict=True))}


def _text(value: Any, lang: str) -> str:
    """A parameter for reading: six digits, lists of integers as shapes, texts in two languages in the right one."""
    if isinstance(value, float):
        return show(value)
    if isinstance(value, list | tuple):
        if all(type(item) is int for item in value):
            return str(tuple(value))
        return ", ".join(_text(item, lang) for item in value)
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str) and isinstance(value.get("params"), Mapping):
            return render_message(Message(value["id"], value["params"]), lang)
        if value.keys() & set(LANGUAGES):
            return _text(value.get(lang, next(iter(value.values()))), lang)
    if isinstance(value, Message):
        return render_message(value, lang)
    return printable(str(value)[:LONGEST_VALUE])
