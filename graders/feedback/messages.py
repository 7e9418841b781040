"""Turns message ids into sentences: which language is used, and how a message reads in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.messages.catalogue import MESSAGES
from graders.messages.message import Message
from graders.messages.wording import LANGUAGES, printable, render

if TYPE_CHECKING:
    from gettext import NullTranslations

__all__ = ["LANGUAGES", "MESSAGES", "diagnosis_title", "language", "printable", "render_message", "say"]

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def render_message(message: Message, lang: str) -> str:
    """The sentence of a message; an unknown id or a missing parameter still gives readable text."""
    return render(message, lang, _translated)


def say(id: str, lang: str, **params: Any) -> str:
    """``render_message`` for the words around a report, without building a message."""
    return render_message(Message(id, params), lang)


def language(
    lang_option: str | None = None,
    env: Mapping[str, str] | None = None,
    notebook_lang: str | None = None,
    locale: str | None = None,
) -> str:
    """``--lang``, else DEEPGRADE_LANG, else the notebook's metadata, else Korean if the locale is, else English.

    ``locale`` is a name such as ``ko_KR.UTF-8``; without it, LC_ALL, LC_MESSAGES and LANG of ``env`` are read.
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
    """A diagnosis in words: the course's name for it, the catalogue's for a relation, else its id as words."""
    named = (title or {}).get(lang) or next(iter((title or {}).values()), "")  # a course may have one language only
    if named:
        return printable(named)
    for id in (diagnosis, f"diagnosis.{diagnosis}"):
        if id in MESSAGES and "{" not in MESSAGES[id]:
            return say(id, lang)
    words = diagnosis.rsplit(".", 1)[-1].replace("_", " ")
    return printable(re.sub(r"\b(d?)w([xh]?\d?)\b", r"\1W\2", words))  # dw_mean is about dW


@lru_cache(maxsize=len(LANGUAGES))
def _translations(lang: str) -> NullTranslations | None:
    """The compiled catalogue of a language, read for its first sentence; English needs none."""
    path = LOCALE / lang / "LC_MESSAGES" / "deepgrade.mo"
    if lang not in LANGUAGES or not path.is_file():
        return None
    import gettext

    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


def _translated(template: str, lang: str) -> str:
    translations = _translations(lang)
    return translations.gettext(template) if translations is not None else template
