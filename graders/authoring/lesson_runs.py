"""Runs a lesson's code cells against the reference, each after the exercises placed above it."""

from __future__ import annotations

import contextlib
import io
import traceback
from collections.abc import Iterator

import numpy as np

from graders.authoring.complaint import Complaint
from graders.authoring.lesson import load_lesson
from graders.courses.course import Course

__all__ = ["run_faults"]


def run_faults(course: Course, unit: str, lang: str) -> Iterator[Complaint]:
    """Cells that do not run with the reference, or that use a later exercise."""
    names = dict(vars(course.reference(unit)))
    owners = {symbol.split(".")[0] for symbol in course.spec(unit).exercises}
    later = {owner: names.pop(owner) for owner in owners if owner in names}
    names.setdefault("np", np)
    number = 0
    for kind, part in load_lesson(course, unit, lang):
        if kind == "exercise":
            owner = part.split(".")[0]
            names |= {owner: later[owner]} if owner in later else {}
        if kind != "run":
            continue
        number += 1
        file = f"<run {number}>"
        try:
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                exec(compile(part, file, "exec"), names)
        except (Exception, SystemExit) as error:
            frames = traceback.extract_tb(error.__traceback__)
            line = next((one.lineno for one in reversed(frames) if one.filename == file), None)
            if isinstance(error, SyntaxError):
                line = error.lineno
            told = f"cell {number} to run does not, line {line or 1}: {type(error).__name__}: {error}"
            known = isinstance(error, NameError) and error.name in later
            what = f"{told}; {error.name} is placed below it" if isinstance(error, NameError) and known else told
            yield Complaint(f"{unit}/lesson.{lang}.md", what)
