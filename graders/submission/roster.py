"""Whose submissions lie in a folder: one student's work, a class, or the download of a learning platform."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from graders.apart import call_apart
from graders.errors import SubmissionError, UsageError
from graders.submission.naming import (
    SUFFIXES,
    is_junk,
    name_key,
    readable,
    somebody,
    student_of_download,
    student_of_name,
    unit_of_folder,
    unit_of_name,
)
from graders.submission.upload import read_file

__all__ = ["find_submissions", "overlooked", "student_of"]

_UPLOADS = (*SUFFIXES, ".zip")
_PACKAGES = ("common", "dataset")
# Folders in which one student keeps homework.
_HOMEWORK = re.compile(
    r"(hw|homework|lab|week|assignment|exercise|unit|ch|chapter|ps|과제|숙제|실습)[\W_]*\d{1,2}(?!\d).*"
    r"|\d{1,2}[\W_]*(주차|장|week).*|\d{1,2}"
    r"|assignments?|homeworks?|src|code|workspace|과제|숙제|실습",
    re.IGNORECASE,
)
# Folders of a class between it and its students: ``2026-11``, ``2026-2학기``, ``fall 2026``, ``section B``, ``2분반``.
_SEASON = r"(spring|summer|autumn|fall|winter|ss|ws|[봄여름가을겨울]{1,2}(학기)?|[12]학기)"
_TERM = re.compile(
    rf"20\d\d([\W_]*{_SEASON})?|{_SEASON}[\W_]*(20)?\d\d|20\d\d[-_. ][012]?\d([-_. ][0-3]?\d)?"
    r"|(section|sec|group|class|분반|반)[\W_]*(\d{1,2}|[a-z가-하])|(\d{1,2}|[a-z가-하])[\W_]*(분반|반)|term[\W_]*\d{1,2}",
    re.IGNORECASE,
)
_NBGRADER = ("submitted", "source", "release", "autograded", "feedback")  # folders of its courses
_MOODLE, _MOODLE_TEXT = "_assignsubmission_file", "_assignsubmission_onlinetext"
MAX_DEPTH = 4  # levels below a student's folder that are looked into


def find_submissions(path: Path, units: Iterable[str]) -> list[tuple[str, Path]]:
    """(student, path) of every submission at ``path``, sorted by student; nothing is read beyond names.

    A folder is one submission if it holds unit files or folders named after units; otherwise each of its folders
    (or zips, or notebooks) belongs to a student. Moodle's and Canvas's downloads, nbgrader's ``submitted/``, files that
    bear a student's name, and folders of terms or sections are known. UsageError if there is nothing to grade,
    or if it cannot be told whose a file is.
    """
    known = tuple(units)
    if not os.path.lexists(path):
        raise UsageError(
            f"{path} does not exist.",
            "Name a submission, or a folder of submissions.",
            message_id="usage.absent_class",
            path=str(path),
        )
    path = path.resolve()
    if not path.is_dir():
        return [(readable(student_of(path, known)), path)]
    found = _in_folder(path, known)
    if not found:
        example = f"{known[0] if known else 'u01_topic'}.py"
        raise UsageError(
            f"{path} holds no submission.",
            f"Expected files such as {example}, or a folder per student.",
            message_id="usage.no_submission",
            path=str(path),
            example=example,
        )
    return _told_apart(sorted(found, key=lambda one: (name_key(one[0]), str(one[1]))))


def overlooked(path: Path, found: Iterable[tuple[str, Path]]) -> tuple[str, ...]:
    """Names in a class folder that hold code and are in nobody's submission."""
    paths = [one for _, one in found]
    if not path.is_dir() or path.resolve() in paths:
        return ()
    folders, files = _inside(path.resolve())
    owners = {download[:2] for one in paths if (download := student_of_download(one.name))}
    left = [one for one in files if (student_of_download(one.name) or ("", ""))[:2] not in owners]
    left += [one for one in folders if one.name not in _NBGRADER and _holds_code(one, MAX_DEPTH)]
    return tuple(sorted(one.name for one in left if not any(one in (other, *other.parents) for other in paths)))


def _told_apart(found: list[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """One name, one submission: a second ``kim`` is ``kim (2)``, also where only a file system would mix them up."""
    real = {name_key(readable(name)) for name, _ in found}  # somebody may really be called "kim (2)"
    taken: set[str] = set()
    named = []
    for name, path in found:
        student = readable(name)
        if name_key(student) in taken:
            others = (f"{student} ({number})" for number in itertools.count(2))
            student = next(other for other in others if name_key(other) not in real | taken)
        taken.add(name_key(student))
        named.append((student, path))
    return named


def student_of(path: Path, units: tuple[str, ...]) -> str:
    """A student's name from where the work lies: the folder around files and folders named after units."""
    path = path.resolve()
    download = student_of_download(path.name)
    if download:
        return download[0]
    if path.suffix.lower() in _UPLOADS and not path.is_dir():
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


def _in_folder(folder: Path, units: tuple[str, ...]) -> list[tuple[str, Path]]:
    folders, files = _inside(folder)
    downloads = _downloads([*folders, *files])
    if not downloads and len(folders) == 1 and not files:  # as unpacked, a folder further down
        downloads = _downloads([*itertools.chain(*_inside(folders[0]))])
    if downloads:
        return downloads
    people = [one for one in folders if one.name not in _PACKAGES]
    submitted = folder / "submitted"
    if submitted in folders:
        others = [one for one in people if one.name not in _NBGRADER and _is_somebodys(one, units)]
        if not others and not any(unit_of_name(file.name, units) for file in files):
            return _in_folder(submitted, units)
    by_name = _by_name(folder, people, files, units)
    if by_name:
        return by_name
    if _is_one(people, files, units):
        _refuse_nobodys(folder, people, files, units)
        return [(student_of(folder, units), folder)]
    bundles = [file for file in files if file.suffix.lower() != ".py"]
    holding = [one for one in people if _holds_code(one, MAX_DEPTH)]
    if holding and not files and all(_TERM.fullmatch(one.name) for one in holding):
        return _in_terms(folder, holding, units)
    if holding:
        zips = [file for file in bundles if file.suffix.lower() == ".zip"]
        return [(one.name, one) for one in people] + [(file.stem, file) for file in zips]
    if len(bundles) > 1 and len(bundles) == len(files) and _same_unit(bundles):
        return [(file.stem, file) for file in bundles]
    return [(student_of(folder, units), folder)] if files else []


def _inside(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders, and files that may be handed in; links are neither."""
    entries = [entry for entry in _entries(folder) if not entry.is_symlink()]
    files = [entry for entry in entries if entry.is_file() and entry.suffix.lower() in _UPLOADS]
    return [entry for entry in entries if entry.is_dir()], files


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not is_junk(entry.name))
    except OSError:
        return []


def _downloads(entries: list[Path]) -> list[tuple[str, Path]]:
    """What a learning platform wrote; students of the same name are told apart by their number.

    What lies beside a Moodle download is graded too, under its own name: a file's name must not hide the others.
    """
    named = [(entry, student_of_download(entry.name)) for entry in entries if _MOODLE_TEXT not in entry.name]
    whole = all(who and entry.is_file() for entry, who in named)
    found = [(entry, who) for entry, who in named if who and (whole or _MOODLE in entry.name)]
    if not found:
        return []
    handed_in = {who[:2] for _, who in found}
    texts = [(entry, student_of_download(entry.name)) for entry in entries if _MOODLE_TEXT in entry.name]
    found += [(entry, who) for entry, who in texts if who and who[:2] not in handed_in]  # text is no code: 0 points
    numbers: dict[str, set[str]] = {}
    for _, (name, number, _) in found:
        numbers.setdefault(name, set()).add(number)
    ours = [(name if len(numbers[name]) == 1 else f"{name} ({number})", entry) for entry, (name, number, _) in found]
    known = {entry for entry, _ in found}
    others = [entry for entry, _ in named if entry not in known and (entry.is_file() or _holds_code(entry, MAX_DEPTH))]
    return _one_each(ours) + [(entry.stem if entry.is_file() else entry.name, entry) for entry in others]


def _one_each(named: list[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """Code files of one student that lie side by side are one submission, under the first of them."""
    first = {student: path for student, path in reversed(named) if path.is_file() and path.suffix.lower() in SUFFIXES}
    rest = [(student, path) for student, path in named if path.is_dir() or path.suffix.lower() not in SUFFIXES]
    return [*first.items(), *rest]


def _by_name(folder: Path, folders: list[Path], files: list[Path], units: tuple[str, ...]) -> list[tuple[str, Path]]:
    """A class whose files lie side by side, each with its student's name beside the unit's; else nothing."""
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
        raise UsageError(
            f"The files of {folder} start with different names, and each is of another unit.",
            f"For the instructor: give each student a folder, such as {example}; "
            "if it is all of one student, take the names off the files.",
            message_id="usage.flat_unrelated",
            path=str(folder),
            example=example,
        )
    people = [one for one in folders if _holds_code(one, MAX_DEPTH)]
    nobodys = plain + [one for one in people if unit_of_folder(one.name, units) or _HOMEWORK.fullmatch(one.name)]
    if nobodys:
        raise _whose(folder, nobodys[0], example)
    several = [student for student, _, _ in named if student and len(students[name_key(student)]) > 1]
    if several:
        raise UsageError(
            f"{folder} holds files of several students, and those of {several[0]} are of more than one unit.",
            f"For the instructor: give each student a folder with all of it, such as {example}.",
            message_id="usage.flat_several",
            path=str(folder),
            student=several[0],
            example=example,
        )
    return [(student, file) for student, _, file in named if student] + [(one.name, one) for one in people]


def _refuse_nobodys(folder: Path, folders: list[Path], files: list[Path], units: tuple[str, ...]) -> None:
    """UsageError for a unit's file among the work of several students: none of it must be left out in silence."""
    loose = [file for file in files if unit_of_name(file.name, units)]
    zips = [file for file in files if file.suffix.lower() == ".zip" and file not in loose and somebody(file.stem)]
    people = [one for one in folders if _is_somebodys(one, units)]
    if loose and len(zips) + len(people) > 1:
        example = f"kim/{unit_of_name(loose[0].name, units)}.py"
        raise _whose(folder, loose[0], example)


def _is_somebodys(folder: Path, units: tuple[str, ...]) -> bool:
    """Whether this may be a student's folder: a unit's file lies in it, and its name is none of homework's."""
    if unit_of_folder(folder.name, units) or _HOMEWORK.fullmatch(folder.name):
        return False
    return somebody(folder.name) is not None and any(unit_of_name(entry.name, units) for entry in _entries(folder))


def _whose(folder: Path, file: Path, example: str) -> UsageError:
    return UsageError(
        f"{folder} holds files of several students, and {file.name} does not say whose it is.",
        f"For the instructor: give each student a folder, such as {example}, or start every file with a name.",
        message_id="usage.flat_nobodys",
        path=str(folder),
        file=file.name,
        example=example,
    )


def _in_terms(folder: Path, terms: list[Path], units: tuple[str, ...]) -> list[tuple[str, Path]]:
    """The students below folders named after terms or sections; one student's, where their work lies in them."""
    found = [(student, path, term) for term in terms for student, path in _in_folder(term, units)]
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
    if any(any(entry.suffix.lower() in SUFFIXES for entry in _entries(one)) for one in named):
        return True
    holding = [one for one in folders if _holds_code(one, MAX_DEPTH)]
    return bool(holding) and all(_HOMEWORK.fullmatch(one.name) for one in holding)


def _holds_code(folder: Path, depth: int) -> bool:
    entries = [entry for entry in _entries(folder) if not entry.is_symlink()]
    if any(entry.suffix.lower() in _UPLOADS and entry.is_file() for entry in entries):
        return True
    return depth > 0 and any(_holds_code(entry, depth - 1) for entry in entries if entry.is_dir())


def _same_unit(files: list[Path]) -> bool:
    """Whether two of these notebooks or zips must be of different students: zips always, notebooks of one unit."""
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
    """The unit in a notebook's metadata, "" where there is none to be read; in a process of its own, as all reading."""
    from graders.submission.notebook import read_notebook

    def read() -> Iterator[str]:
        with contextlib.suppress(SubmissionError):
            yield read_notebook(read_file(notebook), notebook.name).unit

    found = call_apart(read).values
    return found[0] if found and isinstance(found[0], str) else ""
