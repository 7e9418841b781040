"""Which submissions are being graded, on disk: after a grader is killed, the next one knows which were running."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from graders.host.disk import touch_file

__all__ = ["drop", "drop_folder", "holding", "left_in_hand"]

FOLDER = "in-hand"


@contextlib.contextmanager
def holding(out: Path | None, name: str) -> Iterator[None]:
    """Mark this as being graded under ``out``; the mark is removed when the work ends, unless the process dies."""
    if out is None:
        yield
        return
    touch_file(out / FOLDER / name)
    try:
        yield
    finally:
        drop(out, name)


def drop(out: Path, name: str) -> None:
    """Remove the mark."""
    with contextlib.suppress(OSError):
        os.unlink(out / FOLDER / name)


def drop_folder(out: Path | None) -> None:
    """Remove the folder of marks, unless somebody is still suspect."""
    if out is not None:
        with contextlib.suppress(OSError):
            os.rmdir(out / FOLDER)


def left_in_hand(out: Path) -> frozenset[str]:
    """The names that were being graded when a grader was killed."""
    try:
        return frozenset(os.listdir(out / FOLDER))
    except OSError:
        return frozenset()
