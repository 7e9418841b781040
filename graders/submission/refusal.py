"""Why an upload is refused, with parameters that are safe to print."""

from __future__ import annotations

from graders.messages.errors import SubmissionError

__all__ = ["excerpt", "refusal"]


def refusal(message_id: str, /, **params: str | int) -> SubmissionError:
    """The error for a ``raise``; parameters that come from the upload are made safe to print."""
    shown = {name: excerpt(value) if isinstance(value, str) else value for name, value in params.items()}
    return SubmissionError(message_id, **shown)


def excerpt(text: str, longest: int = 160) -> str:
    """A piece of an upload on one printable line: control and direction characters are escaped, the rest is cut."""
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:longest])
    return plain + ("…" if len(text) > longest else "")
