"""Files → sources: what a student handed in, read strictly and without running any of it."""

from __future__ import annotations

from graders.submission.load import MAX_SOURCES_KB, Source, Submission, load_submission
from graders.submission.roster import find_submissions, overlooked

__all__ = ["MAX_SOURCES_KB", "Source", "Submission", "find_submissions", "load_submission", "overlooked"]
