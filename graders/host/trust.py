"""Whose code runs with our rights: the course's and the installation's, never a submission's.

Practice has one more source: the copy of a course that ``deepgrade start`` put into a homework folder. Its digest is
kept in the user's own folder, because an upload may contain such a copy, too.

Specs, references and the guest's Python run outside the sandbox. An upload may contain folders with the same names, and
somebody inspecting it may run a command there. So code is not trusted for lying in the working folder.
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
    """The folder that contains the package ``graders``: the staff's repository, or where the wheel was installed."""
    return Path(__file__).resolve().parents[2]


def installed_course() -> Path:
    """The course shipped with this deepgrade: the wheel's bundle, else the repository itself."""
    packaged = installation() / "graders" / "bundle"
    return packaged if (packaged / "course.toml").is_file() else installation()


def named_course(named: Path | None) -> Path | None:
    """The course of ``--course``, else of ``DEEPGRADE_COURSE``; UsageError if it does not exist."""
    said = os.environ.get(VARIABLE)
    folder = named or (Path(said) if said else None)
    if folder is None:
        return None
    if not os.path.isdir(folder):  # unlike Path.is_dir, never raises
        raise UsageError("usage.no_course", path=str(folder))
    return folder.resolve()


def course_to_grade(start: Path, named: Path | None = None, graded: Path | None = None) -> Path:
    """The course with which ``graded`` may be graded: the named one, else the installation's own.

    A course that merely lies at or above ``start`` is not run, because it may be part of a submission; UsageError says
    how to name it. What lies in ``graded`` is never used as a course, even if it is named.
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
    """The course that ``deepgrade start`` sets up when no bundle is named; as strict as grading."""
    return course_to_grade(start, named)


def course_to_practise(named: Path | None = None, start: Path | None = None) -> Path:
    """The course whose specs are run for practice; expected values are data, and are found beside the file.

    The named course, else the copy in the homework folder around ``start``, else the installed one. UsageError if that
    copy was not started by this user.
    """
    root = named_course(named)
    laid = _laid_above(start.resolve()) if root is None and start is not None else None
    if root is not None or laid is None:
        return root or installed_course()
    if not _note_of(laid).is_file():
        raise UsageError("usage.course_not_started", path=str(laid))
    return laid


def remember_course(laid: Path) -> None:
    """Record that this user started from a course with exactly this content; without it, ``check`` says what to do."""
    note = _note_of(laid)
    with contextlib.suppress(OSError):  # a home folder that is not writable
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.touch(mode=0o600)


def _laid_above(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if os.path.isdir(folder / LAID):  # unlike Path.is_dir, never raises
            return folder / LAID
    return None


def _note_of(laid: Path) -> Path:
    """The record that a course with this content was started; its digest covers everything that practice runs."""
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
    """Whether only we or root can have put it there."""
    if not hasattr(os, "getuid"):
        return True
    status = place.stat()
    return status.st_uid in (0, os.getuid()) and not status.st_mode & 0o022
