"""The audit log for people to read: one sentence per entry, in their language."""

from __future__ import annotations

from graders.feedback.messages import MESSAGES, printable, say
from graders.server.store.audit import Entry

__all__ = ["sentence_of"]

ROLES = ("student", "assistant", "instructor", "admin")


def sentence_of(entry: Entry, lang: str) -> str:
    """What was done, without who did it; an entry unknown to this version is shown as stored."""
    id = f"web.log_{entry.what.replace('.', '_')}"
    if id not in MESSAGES:
        return printable(f"{entry.what} {entry.subject} {entry.about}".strip())
    role, _, rest = entry.about.partition(" ")
    if role in ROLES:
        return say(id, lang, subject=entry.subject, role=say(f"web.role_{role}", lang), about=_whom(rest, lang))
    return say(id, lang, subject=entry.subject, about=entry.about)


def _whom(said: str, lang: str) -> str:
    """An address, or how many people a link lets in."""
    return say("web.log_places", lang, count=int(said)) if said.isdecimal() else said or "-"
