"""Makes an nbgrader course from a deepgrade course: source notebooks, configuration, gradebook, student versions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from graders.courses.course import Course
from graders.host.disk import write_file
from graders.messages.errors import UsageError
from graders.nbgrader.folder import CONFIG, CourseFolder, nbgrader_app, open_folder

__all__ = ["lay_nbgrader_course"]

MARK = "use_deepgrade("
HEAD = """# nbgrader's settings of this course: https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html
c = get_config()

c.CourseDirectory.course_id = {course_id!r}
"""
OURS = """
# Assignments with deepgrade's exercises are graded in its sandbox; all others as nbgrader does it.
from graders.nbgrader import use_deepgrade  # noqa: E402

use_deepgrade(c, {settings})
"""
LATE = """
# Points off for what comes late, in percent of the score for each day begun.
c.AssignLatePenalties.plugin_class = "graders.nbgrader.late.DailyPenalty"
c.DailyPenalty.percent = {percent}
"""


def lay_nbgrader_course(
    course: Course, root: Path, units: Sequence[str], lang: str, *, named: Path | None, late: float | None
) -> Iterator[tuple[str, str]]:
    """Make the course or add to it: (file or assignment, "new" | "kept"). Nothing existing is overwritten."""
    nbgrader_app()  # reports a missing nbgrader before anything is written
    notebooks = {unit: _notebook(course, unit, lang) for unit in units}
    yield CONFIG, _configure(root, lang, named, late)
    new = []
    for unit, content in notebooks.items():
        path = root / "source" / unit / f"{unit}.ipynb"
        if path.exists():
            yield f"source/{unit}", "kept"
            continue
        write_file(path, content)
        new.append(unit)
    folder = open_folder(root)
    for unit in new:
        _generate(folder, unit)
        yield f"source/{unit}", "new"


def _notebook(course: Course, unit: str, lang: str) -> bytes:
    path = course.assignments / unit / f"{unit}.{lang}.ipynb"
    if not path.is_file():
        raise UsageError("usage.no_bundle", path=str(path.parent))
    return path.read_bytes()


def _configure(root: Path, lang: str, named: Path | None, late: float | None) -> str:
    path = root / CONFIG
    there = path.read_text(encoding="utf-8") if path.is_file() else ""
    if MARK in there:
        return "kept"
    settings = {"lang": lang} | ({"course": str(named.resolve())} if named is not None else {})
    called = ", ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in settings.items())
    text = there or HEAD.format(course_id=re.sub(r"[^\w-]+", "-", root.resolve().name).strip("-") or "course")
    text += OURS.format(settings=called) + (LATE.format(percent=late) if late else "")
    write_file(path, text.encode())
    return "new"


def _generate(folder: CourseFolder, assignment: str) -> None:
    """Run ``nbgrader generate_assignment``, which enters it in the gradebook and makes its folder in ``release/``."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException

    folder.directory.assignment_id = assignment
    try:
        GenerateAssignment(coursedir=folder.directory, parent=folder.app).start()
    except NbGraderException as error:
        raise UsageError("nbgrader.not_generated", assignment=assignment, reason=str(error)) from error
