"""Files → sources: what a student handed in, read strictly and without running any of it."""

from __future__ import annotations

from graders.submission.handed import Handed
from graders.submission.load import MAX_SOURCES_KB, Source, Submission, load_submission
from graders.submission.passed_over import overlooked, skipped
from graders.submission.roster import find_handed, find_submissions

__all__ = [
    "MAX_SOURCES_KB",
    "Handed",
    "Source",
    "Submission",
    "find_handed",
    "find_submissions",
    "load_submission",
    "overlooked",
    "skipped",
]
