"""Did you mean …? Names near one that is not there, as names, as a sentence, and as a part of one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from graders.messages.message import Message
from graders.messages.wording import in_english

__all__ = ["close", "folded", "listed", "meant", "near", "suggested"]

MOST = 3


def close(name: str, known: Iterable[str], least: float = 0.5) -> list[str]:
    """Those of the same letters, else those that begin with this name, else those that are spelled alike."""
    names = list(dict.fromkeys(known))
    same = [one for one in names if folded(one) == folded(name)]
    begun = [one for one in names if name and one.lower().startswith(name.lower())]
    return same[:MOST] or begun[:MOST] or difflib.get_close_matches(name, names, MOST, least)


def meant(name: str, known: Iterable[str], least: float = 0.75) -> str:
    """The other name most likely meant in code, where short names begin many others; "" if none is near."""
    names = [one for one in dict.fromkeys(known) if one != name]
    same = [one for one in names if folded(one) == folded(name)]
    begun = [one for one in names if len(name) > 3 and folded(one).startswith(folded(name))]
    found = same or difflib.get_close_matches(name, names, 1, least) or begun
    return found[0] if found else ""


def near(name: str, known: Iterable[str]) -> str:
    """'Did you mean …?' in English, or nothing."""
    found = suggested(close(name, known))
    return in_english(Message.from_dict(found)) if found else ""


def listed(names: Iterable[str]) -> Any:
    """Names as a parameter of a sentence, or the word for none."""
    return ", ".join(names) or {"id": "usage.none", "params": {}}


def suggested(names: Sequence[str]) -> Any:
    """'Did you mean …?' as a parameter of a sentence; empty where nothing is near."""
    return {"id": "usage.near", "params": {"names": " / ".join(names)}} if names else ""


def folded(name: str) -> str:
    """A name without what is most often written otherwise: capitals and underscores."""
    return name.lower().replace("_", "")
