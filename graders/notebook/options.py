"""The words after a magic: exercise names, and options with their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graders.feedback.messages import LANGUAGES
from graders.messages.errors import UsageError

__all__ = ["ANY", "CHECK", "OTHER", "SUBMIT", "Known", "Options", "take_options"]

Options = Mapping[str, str]
Known = Mapping[str, Sequence[str]]  # an option → its values; empty for a flag

ANY: Sequence[str] = ("…",)  # any value
OTHER: Known = {"--lang": LANGUAGES}
CHECK: Known = {**OTHER, "--hints": ("0", "1", "2", "3"), "--explain": ()}
SUBMIT: Known = {**OTHER, "--course": ANY, "--server": ANY, "--again": ()}
REFUSED: Mapping[int, str] = {id(CHECK): "magic.option_check", id(SUBMIT): "magic.option_submit"}


def take_options(words: list[str], known: Known) -> Options:
    """Remove ``--lang ko`` and other options from the words; returns them."""
    found = {}
    while any(word.startswith("-") for word in words):
        at = next(place for place, word in enumerate(words) if word.startswith("-"))
        option, _, value = words.pop(at).partition("=")
        flag = option in known and not known[option]
        if option in known and not flag and not value and at < len(words):
            value = words.pop(at)
        fits = bool(value) if known.get(option) is ANY else value in (("",) if flag else known.get(option, ()))
        if not fits:
            raise UsageError(REFUSED.get(id(known), "magic.option"), option=f"{option} {value}".strip())
        found[option] = value
    return found
