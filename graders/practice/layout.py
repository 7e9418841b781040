"""A course for students: its public part in a bundle, and a homework folder created from one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from graders.courses.course import Course
from graders.courses.manifest import MANIFEST, manifest_text
from graders.host.disk import write_file
from graders.host.trust import LAID, installed_course, remember_course
from graders.messages.errors import UsageError
from graders.practice.renewed import Change, renewed_file
from graders.spec import LANGUAGES

__all__ = ["Updated", "course_of_bundle", "lay_out", "update", "write_public_course"]

Lay = Callable[[str, bytes, bytes], tuple[str, bytes | None]]
EARLIER = ".deepgrade/earlier"  # in a homework folder: the previous versions of files that an update has changed

RECORD = ".deepgrade.json"  # what `start` wrote: file → digest, so that an update knows what the student has changed


def write_public_course(course: Course, to: Path, units: tuple[str, ...]) -> list[Path]:
    """Write what practice runs, ``course.toml`` and the specs of these units; nothing of the reference."""
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
    """The course that a bundle is, or whose assignments folder it is; None for files without a course."""
    for root in (bundle, bundle.resolve().parent):
        course = Course(root)
        if (root / MANIFEST).is_file() and (root == bundle or course.assignments.resolve() == bundle.resolve()):
            return course
    return None


def _lay_course(course: Course | None, to: Path) -> None:
    """Keep a copy of the homework's course in its folder, unless it is the one shipped with deepgrade."""
    laid = to / LAID
    if laid.is_dir():
        shutil.rmtree(laid)
    if course is not None and course.root.resolve() != installed_course().resolve():
        write_public_course(course, laid, course.units)
        remember_course(laid)


@dataclass(frozen=True)
class Updated:
    """The outcome of an update.

    ``fates``: file → "new", "same", "updated", "merged", "kept" (it contained nothing of an older release) or "refused"
    (it cannot be read). ``changes``: for files with the student's work. ``earlier``: the folder with their previous
    versions.
    """

    fates: dict[str, str]
    changes: dict[str, Change]
    earlier: Path | None

    def released(self, name: str) -> Path | None:
        """The release's own version of a file in which the student's work differs in form."""
        return None if self.earlier is None else self.earlier / _beside(name)


def lay_out(bundle: Path, to: Path, lang: str) -> dict[str, str]:
    """Copy a bundle or a course's public side for a student; file → "new" | "same" | "updated" | "kept" (changed)."""

    def lay(name: str, content: bytes, there: bytes) -> tuple[str, bytes | None]:
        return "kept", None

    return _lay_all(bundle, to, lang, lay)


def update(bundle: Path, to: Path, lang: str) -> Updated:
    """Like ``lay_out``, but bring files that the student has changed to this release, keeping the student's work."""
    changes: dict[str, Change] = {}
    earlier = _unused(to / EARLIER / datetime.now().strftime("%Y-%m-%d-%H%M%S"))

    def lay(name: str, content: bytes, there: bytes) -> tuple[str, bytes | None]:
        renewed, change = renewed_file(name, there, content)
        changes[name] = change
        if change.refused is not None:
            return "refused", None
        if renewed is None:
            return "kept", None
        write_file(earlier / name, there)
        if change.differ:
            write_file(earlier / _beside(name), content)
        return "merged" if Path(name).suffix in (".py", ".ipynb") else "updated", renewed

    fates = _lay_all(bundle, to, lang, lay, present_too=True)
    return Updated(fates, changes, earlier if earlier.is_dir() else None)


def _unused(folder: Path) -> Path:
    number, found = 1, folder
    while found.exists():
        number += 1
        found = folder.with_name(f"{folder.name}-{number}")
    return found


def _beside(name: str) -> Path:
    """Where the release's own version of a file is kept, for the student to compare."""
    path = Path(name)
    return path.with_name(f"released-{path.name}")


def _lay_all(bundle: Path, to: Path, lang: str, lay: Lay, present_too: bool = False) -> dict[str, str]:
    """Lay out all files; for one that the student has changed, ``lay`` returns its fate and any new content.

    ``present_too``: include notebooks in another language if they exist.
    """
    course = course_of_bundle(bundle)
    if course is not None:
        bundle = course.assignments
    units = sorted(path for path in bundle.iterdir() if (path / "expected.json").is_file()) if bundle.is_dir() else []
    if course is not None:
        units.sort(key=lambda path: (*course.units, path.name).index(path.name))
    if not units:
        raise UsageError("usage.no_bundle", path=str(bundle))
    laid = _record(to)
    fates: dict[str, str] = {}
    _lay_course(course, to)
    for unit in units:
        other = {f"{unit.name}.{one}.ipynb" for one in LANGUAGES if one != lang}
        for path in sorted(unit.iterdir()):
            name = f"{unit.name}/{path.name}"
            if not path.is_file() or (path.name in other and not (present_too and (to / name).is_file())):
                continue
            fates[name] = _lay(name, path.read_bytes(), to / name, laid.get(name), lay)
            if fates[name] not in ("kept", "refused"):
                laid[name] = _digest(path.read_bytes())
    write_file(to / RECORD, json.dumps(laid, indent=1, sort_keys=True).encode())
    return fates


def _record(to: Path) -> dict[str, str]:
    try:
        to.mkdir(parents=True, exist_ok=True)
        laid = json.loads((to / RECORD).read_text()) if (to / RECORD).is_file() else {}
        if not isinstance(laid, dict):
            raise ValueError(f"{RECORD} is not an object")
    except (OSError, ValueError) as error:
        raise UsageError("usage.unprepared", path=str(to), reason=str(error)) from error
    return laid


def _lay(name: str, content: bytes, path: Path, before: str | None, lay: Lay) -> str:
    if not path.is_file():
        write_file(path, content)
        return "new"
    there = path.read_bytes()
    if there == content:
        return "same"
    if before == _digest(there):
        write_file(path, content)
        return "updated"
    fate, renewed = lay(name, content, there)
    if renewed is not None:
        write_file(path, renewed)
    return fate


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
