"""Why an upload is refused: an error by message id, with the sentence and next step of the catalogue."""

from __future__ import annotations

from graders.errors import SubmissionError
from graders.feedback.catalogue import MESSAGES

__all__ = ["excerpt", "refusal"]


def refusal(message_id: str, **params: str | int) -> SubmissionError:
    """The error for a ``raise``; parameters that come from the upload are made safe to print."""
    shown = {name: excerpt(value) if isinstance(value, str) else value for name, value in params.items()}
    return SubmissionError(MESSAGES[message_id].format(**shown), "", message_id=message_id, **shown)


def excerpt(text: str, longest: int = 160) -> str:
    """A piece of an upload on one printable line: control and direction characters are escaped, the rest is cut."""
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[:longest])
    return plain + ("…" if len(text) > longest else "")
