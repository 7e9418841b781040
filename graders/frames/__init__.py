"""A graded class as tidy DataFrames: ``frames.load(out).submissions``. docs/data.md documents every table and column.

It needs pandas, the extra ``[pandas]``; without it, ``deepgrade export`` still writes CSV.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Literal

from graders.feedback.messages import render_message
from graders.frames.folder import read_out
from graders.frames.rounds import Round
from graders.frames.rows import rows_of
from graders.frames.tables import Frames, frames_of, read_frames, require_pandas
from graders.messages.errors import UsageError
from graders.reports.report import Report

__all__ = ["Frames", "load", "of", "read"]


def load(*outs: str | PathLike[str], lang: str = "en") -> Frames:
    """The tables of a class from the folder that ``deepgrade grade --out`` wrote.

    List several folders earliest first: for a unit in several, the last one holds, and ``attempts`` has all.
    A damaged report does not affect the others: it is left out, and a warning names it. ``lang`` is the messages'.
    """
    require_pandas()
    if not outs:
        raise UsageError("frames.no_folder")
    found = [read_out(Path(out)) for out in outs]
    for message in (message for one in found for message in (*one.damaged, *one.remarks)):
        warnings.warn(render_message(message, lang), stacklevel=2)
    return frames_of(rows_of([one.round for one in found], lang))


def of(*classes: Iterable[Report], lang: str = "en") -> Frames:
    """The same from reports in memory; several classes are successive gradings, like folders in ``load``."""
    require_pandas()
    return frames_of(rows_of([Round(tuple(reports)) for reports in classes], lang))


def read(folder: str | PathLike[str], format: Literal["csv", "parquet"] | None = None) -> Frames:
    """The tables that ``deepgrade export`` or ``Frames.write`` wrote, unchanged."""
    require_pandas()
    return read_frames(Path(folder), format)
