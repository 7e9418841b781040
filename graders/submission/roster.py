"""Whose submissions a folder contains: one student's work, a class, or the download of a learning platform."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from graders.host.apart import call_apart
from graders.messages.errors import SubmissionError, UsageError
from graders.submission.entries import MAX_DEPTH, NBGRADER, UPLOADS, holds_code, inside, listed
from graders.submission.handed import Handed, told_apart
from graders.submission.naming import (
    SUFFIXES,
    name_key,
    readable,
    somebody,
    student_of_download,
    student_of_name,
    unit_of_folder,
    unit_of_name,
)
from graders.submission.platforms import downloads, late_of, owner_of
from graders.submission.upload import read_file

__all__ = ["find_handed", "find_submissions", "student_of"]

# Folders in which one student keeps homework.
_HOMEWORK = re.compile(
    r"(hw|homework|lab|week|assignment|exercise|unit|ch|chapter|ps|과제|숙제|실습)[\W_]*\d{1,2}(?!\d).*"
    r"|\d{1,2}[\W_]*(주차|장|week).*|\d{1,2}"
    r"|assignments?|homeworks?|src|code|workspace|과제|숙제|실습",
    re.IGNORECASE,
)
# Folders between a class and its students: ``2026-11``, ``2026-2학기``, ``fall 2026``, ``section B``, ``2분반``.
_SEASON = r"(spring|summer|autumn|fall|winter|ss|ws|[봄여름가을겨울]{1,2}(학기)?|[12]학기)"
_TERM = re.compile(
    rf"20\d\d([\W_]*{_SEASON})?|{_SEASON}[\W_]*(20)?\d\d|20\d\d[-_. ][012]?\d([-_. ][0-3]?\d)?"
    r"|(section|sec|group|class|분반|반)[\W_]*(\d{1,2}|[a-z가-하])|(\d{1,2}|[a-z가-하])[\W_]*(분반|반)|term[\W_]*\d{1,2}",
    re.IGNORECASE,
)


def find_submissions(path: Path, units: Iterable[str], packages: Collection[str] = ()) -> list[tuple[str, Path]]:
    """(student, path) of ``find_handed``."""
    return [(one.student, one.path) for one in find_handed(path, units, packages)]


def find_handed(path: Path, units: Iterable[str], packages: Collection[str] = ()) -> list[Handed]:
    """Every submission at ``path``, sorted by student; only names are read.

    A folder is one submission if it contains unit files or folders named after units; otherwise each of its folders
    (or zips, or notebooks) belongs to a student. Moodle's and Canvas's downloads, nbgrader's ``submitted/``, files with
    a student's name, and folders of terms or sections are recognised. Entries that belong to nobody are skipped
    (``overlooked`` names them); so are folders of the course's ``packages``. UsageError if there is nothing to grade,
    or if a class and one student look alike.
    """
    known = tuple(units)
    if not os.path.lexists(path):
        raise UsageError("usage.absent_class", path=str(path))
    path = path.resolve()
    if not path.is_dir():
        return [Handed(readable(student_of(path, known)), path)]
    found = _in_folder(path, known, packages)
    if not found:
        example = f"{known[0] if known else 'u01_topic'}.py"
        raise UsageError("usage.no_submission", path=str(path), example=example)
    late = {folder: late_of(folder) for folder in {one.parent for _, one in found}}
    return [
        replace(one, id=owner[1], late=owner in late[one.path.parent]) if (owner := owner_of(one.path)) else one
        for one in told_apart(found)
    ]


def student_of(path: Path, units: tuple[str, ...]) -> str:
    """A student's name from the work's location: the folder around files and folders named after units."""
    path = path.resolve()
    download = student_of_download(path.name)
    if download:
        return download[0]
    if path.suffix.lower() in UPLOADS and not path.is_dir():
        if unit_of_name(path.name, units) is None:
            return path.stem
        named = student_of_name(path.name, units)
        if named is not None:
            return named
        path = path.parent
    if unit_of_folder(path.name, units) is not None and path.parent.name:
        path = path.parent
    download = student_of_download(path.name)
    return download[0] if download else path.name or "student"


def _in_folder(folder: Path, units: tuple[str, ...], packages: Collection[str]) -> list[tuple[str, Path]]:
    folders, files = inside(folder)
    downloaded = _downloaded(folder)
    if not downloaded and len(folders) == 1 and not files:  # unpacked into a folder of its own
        downloaded = _downloaded(folders[0])
    if downloaded:
        return downloaded
    people = [one for one in folders if one.name not in packages]
    submitted = folder / "submitted"
    if submitted in folders:
        others = [one for one in people if one.name not in NBGRADER and _is_somebodys(one, units)]
        if not others and not any(unit_of_name(file.name, units) for file in files):
            return _in_folder(submitted, units, packages)
    by_name = _by_name(folder, people, files, units)
    if by_name:
        return by_name
    if _is_one(people, files, units):
        return _beside_nobodys(people, files, units) or [(student_of(folder, units), folder)]
    bundles = [file for file in files if file.suffix.lower() != ".py"]
    holding = [one for one in people if holds_code(one, MAX_DEPTH)]
    if holding and not files and all(_TERM.fullmatch(one.name) for one in holding):
        return _in_terms(folder, holding, units, packages)
    if holding:
        zips = [file for file in bundles if file.suffix.lower() == ".zip"]
        return [(one.name, one) for one in people] + [(file.stem, file) for file in zips]
    if len(bundles) > 1 and len(bundles) == len(files) and _same_unit(bundles):
        return [(file.stem, file) for file in bundles]
    return [(student_of(folder, units), folder)] if files else []


def _downloaded(folder: Path) -> list[tuple[str, Path]]:
    """The students of a platform's download, and what is next to it, each under its own name."""
    folders, files = inside(folder)
    known = {*folders, *files}
    others = [one for one in listed(folder) if one not in known and one.is_file() and not one.is_symlink()]
    found, left = downloads([*folders, *files], others)
    beside = [one for one in left if one.is_file() or holds_code(one, MAX_DEPTH)]
    return found + [(one.stem if one.is_file() else one.name, one) for one in beside]


def _by_name(folder: Path, folders: list[Path], files: list[Path], units: tuple[str, ...]) -> list[tuple[str, Path]]:
    """A class with its files in one folder, each with its student's name next to the unit's; else empty."""
    named = [(student_of_name(file.name, units), unit_of_name(file.name, units), file) for file in files]
    students: dict[str, set[str]] = {}
    for student, unit, _ in named:
        if student and unit:
            students.setdefault(name_key(student), set()).add(unit)
    shared = sum(map(len, students.values())) > len(set().union(*students.values()))
    plain = [file for student, _, file in named if student is None]
    if len(students) < 2 or (plain and not shared) or all(file.suffix.lower() == ".zip" for file in files):
        return []
    example = f"{named[0][0] or 'kim'}/{next(unit for _, unit, _ in named if unit)}.py"
    if not shared:
        raise UsageError("usage.flat_unrelated", path=str(folder), example=example)
    several = [student for student, _, _ in named if student and len(students[name_key(student)]) > 1]
    if 2 * sum(len(of) > 1 for of in students.values()) > len(students):  # if few have several, they get other names
        raise UsageError("usage.flat_several", path=str(folder), student=several[0], example=example)
    people = [one for one in folders if holds_code(one, MAX_DEPTH) and not _is_nobodys(one, units)]
    return [(student, file) for student, _, file in named if student] + [(one.name, one) for one in people]


def _beside_nobodys(folders: list[Path], files: list[Path], units: tuple[str, ...]) -> list[tuple[str, Path]]:
    """The students of a class that contains a unit file without an owner; else empty."""
    loose = [file for file in files if unit_of_name(file.name, units)]
    zips = [file for file in files if file.suffix.lower() == ".zip" and file not in loose and somebody(file.stem)]
    people = [one for one in folders if _is_somebodys(one, units)]
    if not loose or len(zips) + len(people) < 2:
        return []
    return [(one.name, one) for one in people] + [(file.stem, file) for file in zips]


def _is_nobodys(folder: Path, units: tuple[str, ...]) -> bool:
    return bool(unit_of_folder(folder.name, units) or _HOMEWORK.fullmatch(folder.name))


def _is_somebodys(folder: Path, units: tuple[str, ...]) -> bool:
    """Whether this may be a student's folder: it contains a unit file, and its name is not a usual homework name."""
    if _is_nobodys(folder, units):
        return False
    return somebody(folder.name) is not None and any(unit_of_name(entry.name, units) for entry in listed(folder))


def _in_terms(
    folder: Path, terms: list[Path], units: tuple[str, ...], packages: Collection[str]
) -> list[tuple[str, Path]]:
    """The students below folders named after terms or sections; just one if their work lies directly in them."""
    found = [(student, path, term) for term in terms for student, path in _in_folder(term, units, packages)]
    if any(path == term for _, path, term in found):
        return [(student_of(folder, units), folder)]
    where: dict[str, set[str]] = {}
    for student, _, term in found:
        where.setdefault(name_key(student), set()).add(term.name)
    return [
        (student if len(where[name_key(student)]) == 1 else f"{student} ({term.name})", path)
        for student, path, term in found
    ]


def _is_one(folders: list[Path], files: list[Path], units: tuple[str, ...]) -> bool:
    """Whether this is the work of one student: unit files, unit folders, or folders per homework."""
    if any(unit_of_name(file.name, units) for file in files if file.suffix.lower() in SUFFIXES):
        return True
    named = [one for one in folders if unit_of_folder(one.name, units)]
    if any(any(entry.suffix.lower() in SUFFIXES for entry in listed(one)) for one in named):
        return True
    holding = [one for one in folders if holds_code(one, MAX_DEPTH)]
    return bool(holding) and all(_HOMEWORK.fullmatch(one.name) for one in holding)


def _same_unit(files: list[Path]) -> bool:
    """Whether two of these notebooks or zips must be different students': zips always, notebooks if of one unit."""
    named: set[str] = set()
    for file in files:
        if file.suffix.lower() == ".zip":
            return True
        unit = _unit_named(file)
        if unit in named:
            return True
        named |= {unit} - {""}
    return not named


def _unit_named(notebook: Path) -> str:
    """The unit in a notebook's metadata, "" if there is none to read; in a separate process, like all reading."""
    from graders.submission.notebook import read_notebook

    def read() -> Iterator[str]:
        with contextlib.suppress(SubmissionError):
            yield read_notebook(read_file(notebook), notebook.name).unit

    found = call_apart(read).values
    return found[0] if found and isinstance(found[0], str) else ""
