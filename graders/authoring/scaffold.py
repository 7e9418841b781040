"""A new unit that verifies as it is: one small exercise to be replaced by the author's own."""

from __future__ import annotations

from pathlib import Path

from graders.course import UNIT_NAME, Course
from graders.disk import write_file
from graders.errors import UsageError

__all__ = ["scaffold"]

TEMPLATES = Path(__file__).parent / "templates" / "unit"


def scaffold(course: Course, unit: str) -> list[Path]:
    """Write ``reference/<unit>/`` and ``graders/exercises/<unit>.py``; refuses to touch what is there."""
    if not UNIT_NAME.fullmatch(unit):
        raise UsageError(
            f"{unit!r} is not a unit name.",
            "Expected u, two digits, an underscore and a topic, such as u23_diffusion.",
            message_id="usage.unit_name",
            unit=unit,
        )
    course.require_reference()
    exercises = course.root / "graders" / "exercises"
    if not exercises.is_dir():
        raise UsageError(
            f"{course.root} has no graders/exercises/ folder.",
            "Run this in the course repository.",
            message_id="usage.no_exercises",
            path=str(course.root),
        )
    drafts = [path.name for path in (course.root / "reference").iterdir()]
    if unit in (*course.units, *drafts):
        raise UsageError(
            f"The unit {unit} already exists.",
            "Edit it, or give the new one another number.",
            message_id="usage.unit_there",
            unit=unit,
        )
    taken = next((one for one in (*course.units, *sorted(drafts)) if one[:3] == unit[:3]), None)
    if taken is not None:
        raise UsageError(
            f"The number of {unit} is taken by {taken}.",
            "Choose a free number.",
            message_id="usage.number_taken",
            unit=unit,
            taken=taken,
        )
    written = []
    for template in sorted(TEMPLATES.iterdir()):
        name = template.name.removesuffix(".txt")
        path = exercises / f"{unit}.py" if name == "exercises.py" else course.folder(unit) / name
        write_file(path, template.read_text(encoding="utf-8").replace("uNN_topic", unit).encode())
        written.append(path)
    return written
