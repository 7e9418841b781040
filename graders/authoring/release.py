"""From reference/ to assignments/: the public side of each unit, generated and never edited by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from graders.authoring.after_lock import build_lock_file, is_explained, same_lock
from graders.authoring.course_faults import course_faults
from graders.authoring.leaks import leaks_in
from graders.authoring.notebooks import build_notebook
from graders.authoring.stubs import make_stub
from graders.courses.course import Course
from graders.courses.manifest import MANIFEST, is_unit_name
from graders.grading.oracle import Answers
from graders.host.disk import write_file
from graders.messages.errors import CourseError
from graders.practice.expected import build_expected, differences
from graders.practice.layout import write_public_course
from graders.sealing.lock import FILE as AFTER

__all__ = ["build_assignment", "release", "stale"]

EXPECTED = ("expected.json", "expected.safetensors")


def build_assignment(course: Course, unit: str, answers: Answers) -> dict[str, bytes]:
    """The files of ``assignments/<unit>/`` by name."""
    spec = course.spec(unit)
    course.reference(unit)  # what does not run has no stub
    header = (
        f"{unit}: {' / '.join(spec.about.title[lang] for lang in course.languages)}.\n\n"
        f"Write the parts marked YOUR CODE HERE, then run: deepgrade check {unit}.py\n"
    )
    stub = make_stub(course.solution(unit), spec.exercises, header)
    text, tensors = build_expected(course, unit, answers)
    files = {f"{unit}.py": stub.encode(), "expected.json": text.encode(), "expected.safetensors": tensors}
    for lang in course.languages:
        files[f"{unit}.{lang}.ipynb"] = build_notebook(course, unit, lang, stub).encode()
    after = build_lock_file(course, unit, answers)
    return files if after is None else {**files, AFTER: after}


def release(course: Course, to: Path | None = None, units: tuple[str, ...] = ()) -> list[Path]:
    """Write the assignments of these units (all by default) into the course, or as a bundle into ``to``."""
    course.require_reference()
    for fault in course_faults(course, released=False):
        raise CourseError.in_english(f"{course.root / MANIFEST}: {fault}.", "Nothing was written.")
    answers = Answers(course)
    made = {unit: build_assignment(course, unit, answers) for unit in units or course.units}
    _refuse_leaks(course, made)
    written = [] if to is None else write_public_course(course, to, tuple(made))
    for unit, files in made.items():
        folder = (to or course.assignments) / unit
        if all((folder / name).is_file() for name in EXPECTED) and not _changes(files, folder):
            files.pop("expected.safetensors"), files.pop("expected.json")  # last-bit noise is no change
        for name, content in files.items():
            path = folder / name
            if not path.is_file() or not _same(answers, unit, name, content, path.read_bytes()):
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
        raise CourseError.in_english(
            f"{place.file} would hold a line of the solution of {place.unit}: {place.text!r}.",
            "Nothing was written. Take the line out of the lesson or the docstring it stands in.",
        )


def stale(course: Course, units: tuple[str, ...] = ()) -> Iterator[str]:
    """What in ``assignments/`` differs from what ``release`` would write; text by bytes, numbers at 1e-12."""
    answers = Answers(course)
    for unit in units or course.units:
        folder = course.assignments / unit
        files = build_assignment(course, unit, answers)
        for name, content in files.items():
            path = folder / name
            if not path.is_file():
                yield f"assignments/{unit}/{name} is absent"
            elif not name.startswith("expected.") and not _same(answers, unit, name, content, path.read_bytes()):
                yield f"assignments/{unit}/{name} is not what reference/ and graders/exercises/ give"
        if all((folder / name).is_file() for name in EXPECTED):
            changed = _changes(files, folder)
            if changed:
                yield f"assignments/{unit}: {changed}"
    for path in _left_over(course, units):
        yield f"{path.relative_to(course.root)} is not of this course"


def _same(answers: Answers, unit: str, name: str, made: bytes, kept: bytes) -> bool:
    return same_lock(answers, unit, made, kept) if name == AFTER else made == kept


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
    """Files in ``assignments/`` that ``release`` does not write (any more), or of a removed unit."""
    made = {*EXPECTED, ".py", *(f".{lang}.ipynb" for lang in course.languages)}
    folders = [path for path in course.assignments.glob("*") if path.name in course.units or _is_released(path)]
    return [
        path
        for folder in sorted(folders)
        if folder.is_dir() and (folder.name in units or not units)
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
        if folder.name not in course.units or path.name.removeprefix(folder.name) not in made
        if path.name != AFTER or not is_explained(course, folder.name)
    ]


def _is_released(folder: Path) -> bool:
    """Whether it was made by ``release``; an author may keep folders of other things there."""
    return is_unit_name(folder.name) and any((folder / name).is_file() for name in (*EXPECTED, f"{folder.name}.py"))
