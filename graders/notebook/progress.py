"""``%progress``: the student's progress, unit by unit."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from graders.courses.course import Course
from graders.feedback.messages import say
from graders.feedback.points import number
from graders.feedback.progress_picture import Piece, Row, progress_plain
from graders.notebook.shown import Shown
from graders.practice.progress import Progress, progress_of

__all__ = ["shown_progress"]


def shown_progress(start: Path, course: Course, units: Collection[str], lang: str) -> Shown:
    """A picture of these units, or of all, with a plain-text version."""
    from graders.feedback.html import render_progress_html

    found = progress_of(start, course)
    found = Progress(found.folder, found.language, tuple(one for one in found.units if not units or one.unit in units))
    rows = [
        Row(
            one.unit,
            one.title.get(lang) or next(iter(one.title.values())),
            tuple(Piece(exercise.name, exercise.state) for exercise in one.exercises),
            one.points,
            one.max_points,
        )
        for one in found.units
    ]
    total = _total(found, lang)
    return Shown(render_progress_html(rows, total, lang), f"{progress_plain(rows)}\n{total}")


def _total(found: Progress, lang: str) -> str:
    count = sum(len(one.exercises) for one in found.units)
    if found.count("untouched") == count:
        return say("magic.check_first", lang)
    params = {"passed": found.count("passed"), "work": found.count("work"), "count": count}
    return say("progress.total", lang, **params, points=number(found.points), max_points=number(found.max_points))
