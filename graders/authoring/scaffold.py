"""A new course, and a new unit that verifies as it is: one small exercise for the author to replace."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

from graders.courses.course import Course
from graders.courses.manifest import MANIFEST, Manifest, is_unit_name, manifest_text
from graders.host.disk import write_file
from graders.messages.errors import UsageError

__all__ = ["scaffold", "scaffold_course"]

TEMPLATES = Path(__file__).parent / "templates" / "unit"
TOPIC = "uNN_topic"  # placeholder for the unit's name in the templates
_NUMBERED = re.compile(r"[a-z]+\d+_")  # one naming convention: a number, unique to its unit
_LANGUAGE = re.compile(r"\.(en|ko)\.(md|toml)$")


def scaffold_course(root: Path, languages: tuple[str, ...], title: str = "") -> list[Path]:
    """Write a course without units into a new or an empty folder."""
    name = re.sub(r"\W+", "-", root.resolve().name).strip("-") or "course"
    if root.exists() and (not root.is_dir() or any(path.name != ".git" for path in root.iterdir())):
        raise UsageError("usage.not_empty", path=str(root))
    manifest = Manifest(name, dict.fromkeys(languages, title or name), languages)
    write_file(root / MANIFEST, manifest_text(manifest).encode())
    for folder in (manifest.exercises, manifest.reference, manifest.assignments):
        (root / folder).mkdir()
    return [root / MANIFEST]


def scaffold(course: Course, unit: str) -> list[Path]:
    """Write a unit's reference and its file of exercises; refuses to touch what is there."""
    if not is_unit_name(unit):
        raise UsageError("usage.unit_name", unit=unit)
    course.require_reference()
    exercises = course.exercises
    if not exercises.is_dir():
        raise UsageError("usage.no_exercises", path=str(course.root), folder=course.manifest.exercises)
    _refuse_taken(course, unit)
    written, drawn = [], importlib.util.find_spec("matplotlib") is not None
    for template in sorted(TEMPLATES.iterdir()):
        name = template.name.removesuffix(".txt")
        lang = _LANGUAGE.search(name)
        if lang is not None and (lang[1] not in course.languages or name == f"docstrings.{course.languages[0]}.toml"):
            continue
        if name == "figures.py" and not drawn:
            continue
        path = exercises / f"{unit}.py" if name == "exercises.py" else course.folder(unit) / name
        text = _without(template.read_text(encoding="utf-8"), {"en", "ko"} - {*course.languages})
        text = text if drawn else re.sub(r"(?m)^!\[.*\n\n", "", text)  # nothing could draw it
        write_file(path, text.replace(TOPIC, unit).encode())
        written.append(path)
    return written


def _refuse_taken(course: Course, unit: str) -> None:
    known = (*course.units, *sorted(path.name for path in course.references.iterdir()))
    if unit in known:
        raise UsageError("usage.unit_there", unit=unit)
    number = _NUMBERED.match(unit)
    taken = next((one for one in known if number is not None and one.startswith(number[0])), None)
    if taken is not None:
        raise UsageError("usage.number_taken", unit=unit, taken=taken)


def _without(text: str, languages: Iterable[str]) -> str:
    """A template without its lines in these languages."""
    for lang in languages:
        text = re.sub(rf'"{lang}": "[^"]*", |, "{lang}": "[^"]*"', "", text)
        text = re.sub(rf'\b{lang} = "[^"]*", |, {lang} = "[^"]*"', "", text)
        text = re.sub(rf"(?ms)^{lang} = \[\n.*?^\]\n", "", text)
        if lang == "ko":
            text = re.sub(r", cases=\{[^}]*\}", "", text)  # their names in Korean
    return text
