"""The contents of a folder of submissions: folders, and files that may be handed in."""

from __future__ import annotations

from pathlib import Path

from graders.submission.naming import SUFFIXES, is_junk

__all__ = ["MAX_DEPTH", "NBGRADER", "UPLOADS", "holds_code", "inside", "listed"]

UPLOADS = (*SUFFIXES, ".zip")
NBGRADER = ("submitted", "source", "release", "autograded", "feedback")  # a course's folders
MAX_DEPTH = 4  # levels searched below a student's folder


def inside(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders, and files that may be handed in; links are neither."""
    there = [entry for entry in listed(folder) if not entry.is_symlink()]
    files = [entry for entry in there if entry.is_file() and entry.suffix.lower() in UPLOADS]
    return [entry for entry in there if entry.is_dir()], files


def listed(folder: Path) -> list[Path]:
    """The contents of a folder, without what systems leave behind; empty if it cannot be listed."""
    try:
        return sorted(entry for entry in folder.iterdir() if not is_junk(entry.name))
    except OSError:
        return []


def holds_code(folder: Path, depth: int) -> bool:
    """Whether a folder contains something that may be handed in, down to this many levels."""
    there = [entry for entry in listed(folder) if not entry.is_symlink()]
    if any(entry.suffix.lower() in UPLOADS and entry.is_file() for entry in there):
        return True
    return depth > 0 and any(holds_code(entry, depth - 1) for entry in there if entry.is_dir())
