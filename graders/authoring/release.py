"""From reference/ to assignments/: the public side of each unit, generated and never edited by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from graders.authoring.leaks import leaks_in
from graders.authoring.notebooks import build_notebook
from graders.authoring.stubs import make_stub
from graders.course import UNIT_NAME, Course
from graders.disk import write_file
from graders.errors import CourseError, UsageError
from graders.grading.oracle import Answers
from graders.practice.expected import build_expected, differences
from graders.spec import LANGUAGES

__all__ = ["build_assignment", "lay_out", "release", "stale"]

EXPECTED = ("expected.json", "expected.safetensors")
LAID = ".deepgrade.json"  # what `start` wrote: file → digest, so that an upgrade knows what the student changed


def build_assignment(course: Course, unit: str, answers: Answers) -> dict[str, bytes]:
    """The files of ``assignments/<unit>/`` by name."""
    spec = course.spec(unit)
    course.reference(unit)  # what does not run has no stub
    header = (
        f"{unit}: {spec.about.title['en']} / {spec.about.title['ko']}.\n\n"
        f"Write the parts marked YOUR CODE HERE, then run: deepgrade check {unit}.py\n"
    )
    stub = make_stub(course.solution(unit), spec.exercises, header)
    text, tensors = build_expected(course, unit, answers)
    files = {f"{unit}.py": stub.encode(), "expected.json": text.encode(), "expected.safetensors": tensors}
    for lang in LANGUAGES:
        files[f"{unit}.{lang}.ipynb"] = build_notebook(course, unit, lang, stub).encode()
    return files


def release(course: Course, to: Path | None = None, units: tuple[str, ...] = ()) -> list[Path]:
    """Write the assignments of these units (all by default) into the course, or as a bundle into ``to``."""
    course.require_reference()
    answers = Answers(course)
    made = {unit: build_assignment(course, unit, answers) for unit in units or course.units}
    _refuse_leaks(course, made)
    written = []
    for unit, files in made.items():
        folder = (to or course.root / "assignments") / unit
        if all((folder / name).is_file() for name in EXPECTED) and not _changes(files, folder):
            files.pop("expected.safetensors"), files.pop("expected.json")  # last-bit noise is no change
        for name, content in files.items():
            path = folder / name
            if not path.is_file() or path.read_bytes() != content:
                write_file(path, content)
                written.append(path)
    if to is None:  # a bundle's folder may hold what is not ours
        for path in _left_over(course, units):
            path.unlink()
            written.append(path)
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
    return written


def _refuse_leaks(course: Course, made: Mapping[str, Mapping[str, bytes]]) -> None:
    """Refuse to write what ``verify`` would refuse to give away."""
    texts = [
        (f"assignments/{unit}/{name}", content.decode())
        for unit, files in made.items()
        for name, content in files.items()
        if not name.endswith(".safetensors")
    ]
    for place in leaks_in(course, tuple(made), texts):
        raise CourseError(
            f"{place.file} would hold a line of the solution of {place.unit}: {place.text!r}.",
            "Nothing was written. Take the line out of the lesson or the docstring it stands in.",
        )


def stale(course: Course, units: tuple[str, ...] = ()) -> Iterator[str]:
    """What in ``assignments/`` is not what ``release`` would write; text by bytes, numbers at 1e-12."""
    answers = Answers(course)
    for unit in units or course.units:
        folder = course.root / "assignments" / unit
        files = build_assignment(course, unit, answers)
        for name, content in files.items():
            path = folder / name
            if not path.is_file():
                yield f"assignments/{unit}/{name} is absent"
            elif not name.startswith("expected.") and path.read_bytes() != content:
                yield f"assignments/{unit}/{name} is not what reference/ and graders/exercises/ give"
        if all((folder / name).is_file() for name in EXPECTED):
            changed = _changes(files, folder)
            if changed:
                yield f"assignments/{unit}: {changed}"
    for path in _left_over(course, units):
        yield f"{path.relative_to(course.root)} is not of this course"


def _changes(files: Mapping[str, bytes], folder: Path) -> str:
    """How the expected files in a folder differ from those just made, or ""."""
    made = (files["expected.json"].decode(), files["expected.safetensors"])
    text, tensors = (folder / name for name in EXPECTED)
    try:
        changed = differences(made, (text.read_text(encoding="utf-8"), tensors.read_bytes()))
    except Exception as error:
        return f"an expected file is damaged: {type(error).__name__}: {error}"
    return "the expected values are not what reference/ and graders/exercises/ give" if changed else ""


def _left_over(course: Course, units: tuple[str, ...]) -> list[Path]:
    """Files in ``assignments/`` that are not made, or not any more, or of a unit that is gone."""
    made = {*EXPECTED, ".py", *(f".{lang}.ipynb" for lang in LANGUAGES)}
    folders = [path for path in (course.root / "assignments").glob("u*") if UNIT_NAME.fullmatch(path.name)]
    return [
        path
        for folder in sorted(folders)
        if folder.is_dir() and (folder.name in units or not units)
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
        if folder.name not in course.units or path.name.removeprefix(folder.name) not in made
    ]


def lay_out(bundle: Path, to: Path, lang: str) -> dict[str, str]:
    """Copy a bundle for a student; returns file → "new" | "same" | "updated" | "kept" (the student changed it)."""
    units = sorted(path for path in bundle.iterdir() if (path / "expected.json").is_file()) if bundle.is_dir() else []
    if not units:
        raise UsageError(
            f"{bundle} contains no units (folders with an expected.json).",
            "Use the folder your instructor gave you: deepgrade start DIR --from BUNDLE.",
            message_id="usage.no_bundle",
            path=str(bundle),
        )
    try:
        to.mkdir(parents=True, exist_ok=True)
        laid = json.loads((to / LAID).read_text()) if (to / LAID).is_file() else {}
        if not isinstance(laid, dict):
            raise ValueError(f"{LAID} is not an object")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{to} cannot be prepared: {error}.",
            "Choose another folder.",
            message_id="usage.unprepared",
            path=str(to),
            reason=str(error),
        ) from error
    fates: dict[str, str] = {}
    for unit in units:
        other = {f"{unit.name}.{one}.ipynb" for one in LANGUAGES if one != lang}
        for path in sorted(unit.iterdir()):
            if path.is_file() and path.name not in other:
                name = f"{unit.name}/{path.name}"
                fates[name] = _lay(path.read_bytes(), to / name, laid.get(name))
                if fates[name] != "kept":
                    laid[name] = _digest(path.read_bytes())
    write_file(to / LAID, json.dumps(laid, indent=1, sort_keys=True).encode())
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
