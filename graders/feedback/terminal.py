"""Text on a console: marks, colours, and never any markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders.feedback.messages import printable
from graders.reports.verdict import Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["mark", "put", "styled"]

_PLAIN_MARKS = {"✓": "+", "✗": "x", "○": "o", "–": "-"}


def mark(verdict: str, console: Console) -> str:
    """✓, ✗ and so on; letters if the console's encoding has no such sign."""
    sign = Verdict(verdict).mark
    try:
        sign.encode(console.encoding)
    except (UnicodeError, LookupError):
        return _PLAIN_MARKS.get(sign, sign)
    return sign


def put(console: Console, text: Text, indent: int) -> None:
    """Print one indented paragraph; after a sign (✗, ·, │), further lines align with the first word."""
    from rich.text import Text

    hang = 2 if text.plain[1:2] == " " and not text.plain[0].isalnum() else 0
    sign, body = text[:hang], text[hang:]
    for number, line in enumerate(body.wrap(console, max(20, console.width - indent - hang)) or [body]):
        line.rstrip()
        before = Text(" " * indent) + (sign if number == 0 else Text(" " * hang))
        console.print(before + line, highlight=False, markup=False, no_wrap=True, overflow="ignore", crop=False)


def styled(*parts: tuple[str, str] | str) -> Text:
    """Text from pieces, never parsed as markup, so that a student's square brackets survive."""
    from rich.text import Text

    return Text.assemble(*((printable(p), "") if isinstance(p, str) else (printable(p[0]), p[1]) for p in parts))
