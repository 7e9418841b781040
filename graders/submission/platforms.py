"""An unpacked download of a learning platform: whose each folder and file from Moodle or Canvas is."""

from __future__ import annotations

from pathlib import Path

from graders.submission.naming import SUFFIXES, Download, student_of_download

__all__ = ["downloads", "late_of", "owner_of"]

_MOODLE, _MOODLE_TEXT = "_assignsubmission_file", "_assignsubmission_onlinetext"


def downloads(entries: list[Path], others: list[Path]) -> tuple[list[tuple[str, Path]], list[Path]]:
    """(student, path) for a platform's entries among folders and files with code; and the other entries there.

    Students with the same name are distinguished by their number. ``others`` are files without code: a student who
    handed in nothing else still belongs to the class. Beside a Moodle download everything counts: no name may hide
    others.
    """
    named = [(entry, student_of_download(entry.name)) for entry in entries if _MOODLE_TEXT not in entry.name]
    whole = all(who and entry.is_file() for entry, who in named)
    found = [(entry, who) for entry, who in named if who and (whole or _MOODLE in entry.name)]
    if not found:
        return [], []
    handed_in = {who[:2] for _, who in found}
    texts = [entry for entry in entries if _MOODLE_TEXT in entry.name] + others  # no code: 0 points
    for entry in texts:
        who = student_of_download(entry.name)
        if who and who[:2] not in handed_in and (whole or "_assignsubmission_" in entry.name):
            handed_in.add(who[:2])
            found.append((entry, who))
    known = {entry for entry, _ in found}
    return _one_each(_told_apart(found)), [entry for entry, _ in named if entry not in known]


def _told_apart(found: list[tuple[Path, Download]]) -> list[tuple[str, Path]]:
    numbers: dict[str, set[str]] = {}
    for _, who in found:
        numbers.setdefault(who.student, set()).add(who.id)
    several = {name for name, ids in numbers.items() if len(ids) > 1}
    return [(f"{who.student} ({who.id})" if who.student in several else who.student, entry) for entry, who in found]


def _one_each(named: list[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """A student's code files in the same folder are one submission, under the first of them."""
    first = {student: path for student, path in reversed(named) if path.is_file() and path.suffix.lower() in SUFFIXES}
    rest = [(student, path) for student, path in named if path.is_dir() or path.suffix.lower() not in SUFFIXES]
    return [*first.items(), *rest]


def owner_of(path: Path) -> tuple[str, str] | None:
    """(student, number) if a platform's name says so."""
    who = student_of_download(path.name)
    return (who.student, who.id) if who else None


def late_of(folder: Path) -> set[tuple[str, str]]:
    """The students whom Canvas marks as late, by any of their files in this folder."""
    try:
        found = [student_of_download(entry.name) for entry in folder.iterdir()]
    except OSError:
        return set()
    return {(who.student, who.id) for who in found if who and who.late}
