"""A course for students: its public part in a bundle, and a homework folder created from one."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

from graders.courses.course import Course
from graders.courses.manifest import MANIFEST, manifest_text
from graders.host.disk import write_file
from graders.host.trust import LAID, installed_course, remember_course
from graders.messages.errors import UsageError
from graders.spec import LANGUAGES

__all__ = ["course_of_bundle", "lay_out", "write_public_course"]

RECORD = ".deepgrade.json"  # what `start` wrote: file → digest, so that an upgrade knows what the student changed


def write_public_course(course: Course, to: Path, units: tuple[str, ...]) -> list[Path]:
    """Write what practice runs, ``course.toml`` and the probes of these units; nothing of the reference."""
    public = replace(course.manifest, exercises="exercises", reference="reference", assignments=".")
    files = {MANIFEST: manifest_text(public)} | {f"exercises/{unit}.py": course.spec(unit).source for unit in units}
    written = []
    for name, text in files.items():
        path, content = to / name, text.encode()
        if not path.is_file() or path.read_bytes() != content:
            write_file(path, content)
            written.append(path)
    return written


def course_of_bundle(bundle: Path) -> Course | None:
    """The course that a bundle is, or whose folder of assignments it is; None for files without a course."""
    for root in (bundle, bundle.resolve().parent):
        course = Course(root)
        if (root / MANIFEST).is_file() and (root == bundle or course.assignments.resolve() == bundle.resolve()):
            return course
    return None


def _lay_course(course: Course | None, to: Path) -> None:
    """Keep the homework's course in its folder, unless it is the one that came with deepgrade."""
    laid = to / LAID
    if laid.is_dir():
        shutil.rmtree(laid)
    if course is not None and course.root.resolve() != installed_course().resolve():
        write_public_course(course, laid, course.units)
        remember_course(laid)


def lay_out(bundle: Path, to: Path, lang: str) -> dict[str, str]:
    """Copy a bundle or a course's public side for a student; file → "new" | "same" | "updated" | "kept" (changed)."""
    course = course_of_bundle(bundle)
    if course is not None:
        bundle = course.assignments
    units = sorted(path for path in bundle.iterdir() if (path / "expected.json").is_file()) if bundle.is_dir() else []
    if course is not None:
        units.sort(key=lambda path: (*course.units, path.name).index(path.name))
    if not units:
        raise UsageError("usage.no_bundle", path=str(bundle))
    try:
        to.mkdir(parents=True, exist_ok=True)
        laid = json.loads((to / RECORD).read_text()) if (to / RECORD).is_file() else {}
        if not isinstance(laid, dict):
            raise ValueError(f"{RECORD} is not an object")
    except (OSError, ValueError) as error:
        raise UsageError("usage.unprepared", path=str(to), reason=str(error)) from error
    fates: dict[str, str] = {}
    _lay_course(course, to)
    for unit in units:
        other = {f"{unit.name}.{one}.ipynb" for one in LANGUAGES if one != lang}
        for path in sorted(unit.iterdir()):
            if path.is_file() and path.name not in other:
                name = f"{unit.name}/{path.name}"
                fates[name] = _lay(path.read_bytes(), to / name, laid.get(name))
                if fates[name] != "kept":
                    laid[name] = _digest(path.read_bytes())
    write_file(to / RECORD, json.dumps(laid, indent=1, sort_keys=True).encode())
    return fates


def _lay(content: bytes, path: Path, before: str | None) -> str:
    if not path.is_file():
        write_file(path, content)
        return "new"
    there = path.read_bytes()
    if there == content:
        return "same"
    if before == _digest(there):
        write_file(path, content)
        return "updated"
    return "kept"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
