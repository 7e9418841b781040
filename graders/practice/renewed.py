"""Updates one file of a student's homework to a new release."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from graders.messages.errors import DeepgradeError
from graders.messages.message import Message
from graders.practice.renewed_notebook import renewed_notebook, same_notebook, written
from graders.practice.renewed_source import renewed_source
from graders.submission.notebook import read_notebook
from graders.submission.text import decode

__all__ = ["Change", "renewed_file"]

_CANNOT = (SyntaxError, ValueError, TypeError, KeyError, AttributeError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Change:
    """What an update did to a file, by the names of cells, functions and exercises.

    ``copied``: cells of ours that the student had changed; their version follows the new one. ``removed``: exercises no
    longer in the course, kept at the end. ``differ``: the student's version, kept although the release's has another
    form. ``refused``: why the file was left alone.
    """

    updated: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    refused: Message | None = None


def renewed_file(name: str, old: bytes, new: bytes) -> tuple[bytes | None, Change]:
    """The new content for the student's file, None if it may stay as it is."""
    suffix = Path(name).suffix
    if suffix not in (".ipynb", ".py"):
        return new, Change()
    try:
        return _notebook(name, old, new) if suffix == ".ipynb" else _module(name, old, new)
    except DeepgradeError as error:
        return None, Change(refused=error.message)
    except _CANNOT as error:
        reason = f"{error.msg}, line {error.lineno}" if isinstance(error, SyntaxError) else type(error).__name__
        return None, Change(refused=Message("start.unreadable", {"file": name, "reason": reason}))


def _notebook(name: str, old: bytes, new: bytes) -> tuple[bytes | None, Change]:
    read_notebook(old, name)  # raises a readable error for a damaged notebook
    there, fresh = json.loads(old.decode("utf-8-sig")), json.loads(new)
    if there.get("nbformat") != 4:
        raise ValueError(f"nbformat {there.get('nbformat')}")
    renewed, changes = renewed_notebook(there, fresh)
    change = Change(
        updated=tuple(changes.updated),
        new=tuple(changes.new),
        kept=tuple(changes.kept),
        copied=tuple(changes.copied),
        removed=tuple(changes.removed),
        differ=tuple(changes.differ),
    )
    return (None if same_notebook(renewed, there) else written(renewed)), change


def _module(name: str, old: bytes, new: bytes) -> tuple[bytes | None, Change]:
    text, _ = decode(old, name)
    renewed = renewed_source(text, new.decode())
    change = Change(updated=renewed.updated, new=renewed.new, kept=renewed.kept, differ=renewed.differ)
    if renewed.text == text:
        return None, change
    ends = "\r\n" if b"\r\n" in old else "\n"
    return renewed.text.replace("\n", ends).encode(), change
