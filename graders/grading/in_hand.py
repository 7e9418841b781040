"""Who is being graded, on disk: after a grader was killed, the next one knows what it had in hand."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from graders.disk import touch_file

__all__ = ["drop", "drop_folder", "holding", "left_in_hand"]

FOLDER = "in-hand"


@contextlib.contextmanager
def holding(out: Path | None, name: str) -> Iterator[None]:
    """Say so under ``out`` while this is in hand. Whatever ends the work takes it back, but the end of the process."""
    if out is None:
        yield
        return
    touch_file(out / FOLDER / name)
    try:
        yield
    finally:
        drop(out, name)


def drop(out: Path, name: str) -> None:
    """This is in nobody's hand any more."""
    with contextlib.suppress(OSError):
        os.unlink(out / FOLDER / name)


def drop_folder(out: Path | None) -> None:
    """Nobody is being graded; the folder goes, unless somebody is suspect still."""
    if out is not None:
        with contextlib.suppress(OSError):
            os.rmdir(out / FOLDER)


def left_in_hand(out: Path) -> frozenset[str]:
    """The names that a grader had in hand when it was killed."""
    try:
        return frozenset(os.listdir(out / FOLDER))
    except OSError:
        return frozenset()
