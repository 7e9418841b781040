"""The panel's texts in every language: the catalogue's sentences whose ids begin with ``panel.``."""

from __future__ import annotations

import string

from graders.feedback.messages import LANGUAGES, MESSAGES, say

__all__ = ["panel_sentences"]


def panel_sentences() -> dict[str, dict[str, str]]:
    """Language → id without its prefix → sentence, with ``{name}`` placeholders for the panel to fill."""
    names = [id.removeprefix("panel.") for id in MESSAGES if id.startswith("panel.")]
    return {
        lang: {name: say(f"panel.{name}", lang, **_places(f"panel.{name}")) for name in names} for lang in LANGUAGES
    }


def _places(id: str) -> dict[str, str]:
    names = [name for _, name, _, _ in string.Formatter().parse(MESSAGES[id]) if name]
    return {name: f"{{{name}}}" for name in names}
