"""Verdicts from worst to best: a new one needs a line here and a word in the catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

__all__ = ["UNSCORED", "VERDICTS", "Tone", "Verdict", "Who", "worst"]

Who = Literal["operator", "instructor", "student", "nobody"]
Tone = Literal["pass", "fail", "warn", "soft"]  # the pages' colours: --dg-pass, …


class Verdict(StrEnum):
    """Verdicts on code, worst first; each equals its word. ``who`` acts next: must look first, or carry on.

    ``mark`` and ``style`` show it on a console, ``mark`` and ``tone`` on a page.
    """

    mark: str
    style: str  # rich's name for it
    tone: Tone
    who: Who

    BROKEN = "broken", "!", "bold reverse red", "fail", "operator"  # our failure: never a 0
    REJECTED = "rejected", "✗", "bold red", "fail", "instructor"
    FLAGGED = "flagged", "?", "bold yellow", "warn", "instructor"
    LIMIT = "limit", "✗", "magenta", "fail", "instructor"
    ERROR = "error", "✗", "red", "fail", "student"
    FAIL = "fail", "✗", "red", "fail", "student"
    MISSING = "missing", "○", "yellow", "warn", "student"  # a stub, or the symbol is absent
    NOT_RUN = "not_run", "–", "dim", "soft", "operator"  # a device or an extra is absent: never a pass
    PASS = "pass", "✓", "green", "pass", "nobody"

    def __new__(
        cls, word: str, mark: str = "", style: str = "", tone: Tone = "fail", who: Who = "operator"
    ) -> Verdict:  # defaults, so that type checkers see Verdict("pass") as a call with one argument
        self = str.__new__(cls, word)
        self._value_ = word
        self.mark, self.style, self.tone, self.who = mark, style, tone, who
        return self

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return VERDICTS.index(self)

    @property
    def scored(self) -> bool:
        """Whether the result is known; it is not if the operator must look."""
        return self.who != "operator"

    @property
    def needs_a_look(self) -> bool:
        """Whether a member of staff must look before the score stands."""
        return self.who in ("operator", "instructor")


VERDICTS = tuple(Verdict)
UNSCORED = tuple(verdict for verdict in VERDICTS if not verdict.scored)


def worst(verdicts: Iterable[str]) -> Verdict:
    """The verdict that represents several; ``missing`` if there are none."""
    return min(map(Verdict, verdicts), key=VERDICTS.index, default=Verdict.MISSING)
