"""Checks a unit's prose against the glossary and each language's rules: lessons, hints, notes, docstrings, titles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graders.authoring.complaint import Complaint
from graders.authoring.prose import dated_words, detached_particles, other_terms
from graders.courses.course import Course

__all__ = ["prose_faults"]


def prose_faults(course: Course, unit: str) -> Iterator[Complaint]:
    """Each fault with file and line."""
    for path in _texts(course, unit):
        text = path.read_text(encoding="utf-8", errors="replace")
        where = path.relative_to(course.root).as_posix()
        for slip in dated_words(text):
            yield Complaint(f"{where}:{slip.line}", f"says {slip.found!r}; today: {slip.instead}")
        if "ko" not in course.languages:
            continue
        for slip in detached_particles(text):
            yield Complaint(f"{where}:{slip.line}", f"has a space before a particle: …{slip.found.strip()}…")
        for slip in other_terms(text):
            yield Complaint(f"{where}:{slip.line}", f"says {slip.found!r}; this course's term is {slip.instead}")


def _texts(course: Course, unit: str) -> list[Path]:
    folder = course.folder(unit)
    return [*sorted(folder.glob("*.md")), *sorted(folder.glob("*.toml")), course.spec(unit).path]
