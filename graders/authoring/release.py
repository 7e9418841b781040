"""From reference/ to assignments/: the public side of each unit, generated and never edited by hand."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from graders.authoring.after_lock import build_lock_file, same_lock
from graders.authoring.course_faults import course_faults
from graders.authoring.course_map import course_map
from graders.authoring.leaks import leaks_in
from graders.authoring.notebooks import build_notebook
from graders.authoring.stubs import make_stub
from graders.authoring.unit_figures import FIGURES, as_kept, draw_figures, drawn_of, figure_faults
from graders.courses.course import Course
from graders.courses.manifest import MANIFEST, is_unit_name
from graders.grading.oracle import Answers
from graders.host.disk import write_file
from graders.host.side_by_side import processes
from graders.messages.errors import CourseError
from graders.practice.expected import build_expected, differences
from graders.practice.layout import write_public_course
from graders.sealing.lock import FILE as AFTER

__all__ = ["build_assignment", "release", "stale", "stale_unit", "stale_whole"]

EXPECTED = ("expected.json", "expected.safetensors")


def build_assignment(course: Course, unit: str, answers: Answers) -> dict[str, bytes]:
    """The files of ``assignments/<unit>/`` by name."""
    spec = course.spec(unit)
    course.reference(unit)  # a reference that does not run gives no stub
    header = (
        f"{unit}: {' / '.join(spec.about.title[lang] for lang in course.languages)}.\n\n"
        f"Write the parts marked YOUR CODE HERE, then run: deepgrade check {unit}.py\n"
    )
    stub = make_stub(course.solution(unit), spec.exercises, header)
    text, tensors = build_expected(course, unit, answers)
    files = {f"{unit}.py": stub.encode(), "expected.json": text.encode(), "expected.safetensors": tensors}
    figures = draw_figures(course, unit)
    kept = {name: as_kept(course.assignments / unit / FIGURES / name, svg) for name, svg in figures.items()}
    for lang in course.languages:
        files[f"{unit}.{lang}.ipynb"] = build_notebook(course, unit, lang, stub, kept).encode()
    files |= {f"{FIGURES}/{name}": svg.encode() for name, svg in kept.items()}
    after = build_lock_file(course, unit, answers)
    return files if after is None else {**files, AFTER: after}


def release(course: Course, to: Path | None = None, units: tuple[str, ...] = (), jobs: int = 1) -> list[Path]:
    """Write the assignments of these units (all by default) into the course, or as a bundle into ``to``.

    ``jobs`` processes build units side by side.
    """
    course.require_reference()
    for fault in course_faults(course, released=False):
        raise CourseError.in_english(f"{course.root / MANIFEST}: {fault}.", "Nothing was written.")
    made = _built(course, units or course.units, jobs)
    answers = Answers(course)
    for unit, files in made.items():
        for where, fault in figure_faults(course, unit, drawn_of(files)):
            raise CourseError.in_english(f"{where}: {fault}.", "Nothing was written.")
    _refuse_leaks(course, made)
    written = [] if to is None else write_public_course(course, to, tuple(made))
    for unit, files in made.items():
        folder = (to or course.assignments) / unit
        fresh = all((folder / name).is_file() for name in EXPECTED) and not _changes(files, folder)
        same = {*EXPECTED} if fresh else set()  # last-bit noise does not count as a change
        same |= {AFTER} if _opens_the_same(answers, unit, files, folder) else set()
        written += _write(folder, {name: content for name, content in files.items() if name not in same})
    if to is not None or not units:
        written += _write(to or course.assignments, course_map(course, units))
    if to is None:  # a bundle's folder may hold other people's files
        for path in _left_over(course, units, made):
            path.unlink()
            written.append(path)
            for folder in (path.parent, path.parent.parent):
                if folder != course.assignments and not any(folder.iterdir()):
                    folder.rmdir()
    return written


def _built(course: Course, units: tuple[str, ...], jobs: int) -> dict[str, dict[str, bytes]]:
    """The files of these units by name."""
    if jobs == 1 or len(units) < 2:
        answers = Answers(course)
        return {unit: build_assignment(course, unit, answers) for unit in units}
    with processes(jobs) as pool:
        waiting = {unit: pool.submit(_build, course.root, unit) for unit in units}
        return {unit: one.result() for unit, one in waiting.items()}


def _build(root: Path, unit: str) -> dict[str, bytes]:
    warnings.filterwarnings("ignore", category=RuntimeWarning)  # nobody reads what mistakes compute
    course = Course(root)
    return build_assignment(course, unit, Answers(course))


def _write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write the files that differ and return them."""
    changed = []
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            write_file(path, content)
            changed.append(path)
    return changed


def _refuse_leaks(course: Course, made: Mapping[str, Mapping[str, bytes]]) -> None:
    """Refuse to write what ``verify`` would not allow to be published."""
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
    """The differences between ``assignments/`` and what ``release`` would write; text by bytes, numbers at 1e-12."""
    answers = Answers(course)
    for unit in units or course.units:
        yield from stale_unit(answers, unit, build_assignment(course, unit, answers))
    yield from stale_whole(course, units)


def stale_unit(answers: Answers, unit: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """The differences between a unit's assignment and these files, which were just built."""
    course = answers.course
    folder = course.assignments / unit
    same = _opens_the_same(answers, unit, files, folder)
    for name, content in files.items():
        path = folder / name
        if not path.is_file():
            yield f"assignments/{unit}/{name} is absent"
        elif not name.startswith("expected.") and not (name == AFTER and same) and path.read_bytes() != content:
            yield f"assignments/{unit}/{name} is not what reference/ and graders/exercises/ give"
    if all((folder / name).is_file() for name in EXPECTED):
        changed = _changes(files, folder)
        if changed:
            yield f"assignments/{unit}: {changed}"
    for path in _left_over_of(folder, {f"{folder.name}/{name}" for name in files}):
        yield f"{path.relative_to(course.root)} is not of this course"


def stale_whole(course: Course, units: tuple[str, ...] = ()) -> Iterator[str]:
    """Differences in the map, and remains of removed units; a selection of ``units`` has no map."""
    for name, content in ({} if units else course_map(course)).items():
        path = course.assignments / name
        if not path.is_file():
            yield f"assignments/{name} is absent"
        elif path.read_bytes() != content:
            yield f"assignments/{name} is not what graders/exercises/ gives"
    for path in _left_of_removed(course, units):
        yield f"{path.relative_to(course.root)} is not of this course"


def _opens_the_same(answers: Answers, unit: str, files: Mapping[str, bytes], folder: Path) -> bool:
    """Whether the existing sealed texts say the same as the new ones."""
    path = folder / AFTER
    return AFTER in files and path.is_file() and same_lock(answers, unit, files[AFTER], path.read_bytes())


def _changes(files: Mapping[str, bytes], folder: Path) -> str:
    """How the expected files in a folder differ from the new ones, or ""."""
    made = (files["expected.json"].decode(), files["expected.safetensors"])
    text, tensors = (folder / name for name in EXPECTED)
    try:
        changed = differences(made, (text.read_text(encoding="utf-8"), tensors.read_bytes()))
    except Exception as error:
        return f"an expected file is damaged: {type(error).__name__}: {error}"
    return "the expected values are not what reference/ and graders/exercises/ give" if changed else ""


def _left_over(course: Course, units: tuple[str, ...], made: Mapping[str, Iterable[str]]) -> list[Path]:
    """Files in ``assignments/`` that ``release`` does not write (any more), or that belong to a removed unit."""
    found = _left_of_removed(course, units)
    for unit, files in made.items():
        found += _left_over_of(course.assignments / unit, {f"{unit}/{name}" for name in files})
    return found


def _left_over_of(folder: Path, made: Collection[str]) -> list[Path]:
    """Files in a unit's folder and its figures folder that are not among the new ones; hidden files are ignored."""
    return [
        path
        for path in (*_files(folder), *_files(folder / FIGURES))
        if path.relative_to(folder.parent).as_posix() not in made
    ]


def _left_of_removed(course: Course, units: tuple[str, ...]) -> list[Path]:
    known = {f"course_map.{lang}.svg" for lang in course.languages}
    maps = (path for path in course.assignments.glob("course_map.*.svg") if path.name not in known)
    folders = (path for path in sorted(course.assignments.glob("*")) if path.name not in course.units)
    gone = (path for path in folders if _is_released(path)) if not units else ()
    return [*sorted(maps), *(file for folder in gone for file in _left_over_of(folder, ()))]


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if path.is_file() and not path.name.startswith(".")]


def _is_released(folder: Path) -> bool:
    """Whether ``release`` made it; an author may keep other folders there."""
    return is_unit_name(folder.name) and any((folder / name).is_file() for name in (*EXPECTED, f"{folder.name}.py"))
