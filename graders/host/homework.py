"""The folder that ``deepgrade start`` laid out: how one tells it, cheaply enough to ask of every file."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["RECORD", "homework_of"]

RECORD = ".deepgrade.json"  # what `start` wrote: file → digest, so that an upgrade knows what the student changed


def homework_of(folder: Path) -> Path | None:
    """The nearest homework folder at or above ``folder``; None for any other place."""
    return next((one for one in (folder, *folder.parents) if os.path.isfile(one / RECORD)), None)
