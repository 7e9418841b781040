"""Whose code runs with our rights: the course's and the installation's, never that of a submission.

For practice there is one thing more: the copy of a course that ``deepgrade start`` laid into a homework folder. Its
digest is kept in the user's own folder, for an upload may hold such a copy too.

Specs, references and the guest's Python are executed outside the sandbox. An upload may hold folders of the same names,
and whoever looks into it may type a command there. So a working folder is no reason to trust what lies in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from graders.messages.errors import UsageError

__all__ = [
    "LAID",
    "VARIABLE",
    "course_to_grade",
    "course_to_practise",
    "course_to_start",
    "installation",
    "installed_course",
    "is_ours",
    "named_course",
    "remember_course",
]

VARIABLE = "DEEPGRADE_COURSE"
LAID = ".deepgrade/course"  # in a homework folder: the public part of the course it was started from


def installation() -> Path:
    """The folder that holds the package ``graders``: the staff's repository, or where the wheel was unpacked."""
    return Path(__file__).resolve().parents[2]


def installed_course() -> Path:
    """The course that came with this deepgrade: in a wheel the packaged bundle, else the repository itself."""
    packaged = installation() / "graders" / "bundle"
    return packaged if (packaged / "course.toml").is_file() else installation()


def named_course(named: Path | None) -> Path | None:
    """The course of ``--course``, else that of ``DEEPGRADE_COURSE``; UsageError if it is not there."""
    said = os.environ.get(VARIABLE)
    folder = named or (Path(said) if said else None)
    if folder is None:
        return None
    if not os.path.isdir(folder):  # unlike Path.is_dir, never raises
        raise UsageError("usage.no_course", path=str(folder))
    return folder.resolve()


def course_to_grade(start: Path, named: Path | None = None, graded: Path | None = None) -> Path:
    """The course with which ``graded`` may be judged: the one that was named, else the installation's own.

    A course that merely lies at or above ``start`` is not run: it may have been handed in. UsageError says how to name
    it. What lies in ``graded`` is no course, even where it is named.
    """
    root = named_course(named)
    if root is not None:
        if graded is not None and _lies_in(root, graded.resolve()):
            raise UsageError("usage.course_handed_in", path=str(root), graded=str(graded))
        return root
    found = _nearest(start.resolve(), None if graded is None else graded.resolve())
    if found is not None and not _is_installed(found):
        raise UsageError("usage.course_unnamed", path=str(found))
    return installed_course()


def course_to_start(start: Path, named: Path | None = None) -> Path:
    """The course that ``deepgrade start`` lays out where no bundle is named; as strict as grading."""
    return course_to_grade(start, named)


def course_to_practise(named: Path | None = None, start: Path | None = None) -> Path:
    """The course whose specs are run for practice; expected values are data, and are found beside the file.

    That of the homework folder in which ``start`` lies, where this user has started it; UsageError where a copy lies
    there that this user has not.
    """
    root = named_course(named)
    laid = _laid_above(start.resolve()) if root is None and start is not None else None
    if root is not None or laid is None:
        return root or installed_course()
    if not _note_of(laid).is_file():
        raise UsageError("usage.course_not_started", path=str(laid))
    return laid


def remember_course(laid: Path) -> None:
    """Note that this user has started from a course of exactly this content; unnoted, ``check`` says what to do."""
    note = _note_of(laid)
    with contextlib.suppress(OSError):  # a home that nobody may write to
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.touch(mode=0o600)


def _laid_above(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if os.path.isdir(folder / LAID):  # unlike Path.is_dir, never raises
            return folder / LAID
    return None


def _note_of(laid: Path) -> Path:
    """Where it is noted that a course of this content was started: everything that practice runs is in its digest."""
    digest = hashlib.sha256()
    for path in (laid / "course.toml", *sorted((laid / "exercises").glob("*.py"))):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(hashlib.sha256(path.name.encode()).digest() + hashlib.sha256(content).digest())
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "deepgrade" / "courses" / digest.hexdigest()


def _nearest(start: Path, graded: Path | None) -> Path | None:
    """The nearest folder at or above ``start`` that looks like a course and is not in ``graded``."""
    for folder in (start, *start.parents):
        if graded is not None and _lies_in(folder, graded):
            continue
        try:
            if (folder / "course.toml").is_file() or next((folder / "reference").glob("*/solution.py"), None):
                return folder
        except OSError:
            continue
    return None


def _is_installed(course: Path) -> bool:
    """Whether this is the installation's own course, or links to it."""
    parts = ("reference", "graders/exercises")
    return all((course / part).resolve() == (installation() / part).resolve() for part in parts)


def _lies_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def is_ours(place: Path) -> bool:
    """Whether nobody but us or root can have put it there."""
    if not hasattr(os, "getuid"):
        return True
    status = place.stat()
    return status.st_uid in (0, os.getuid()) and not status.st_mode & 0o022
