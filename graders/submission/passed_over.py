"""What in a class folder belongs to no submission, so that it can be reported."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from graders.submission.entries import MAX_DEPTH, NBGRADER, UPLOADS, holds_code, inside
from graders.submission.naming import is_hushed, is_junk
from graders.submission.platforms import owner_of

__all__ = ["overlooked", "skipped"]


def overlooked(path: Path, found: Iterable[tuple[str, Path]]) -> tuple[str, ...]:
    """Names in a class folder that contain code and are in nobody's submission."""
    paths = [one for _, one in found]
    if not path.is_dir() or path.resolve() in paths:
        return ()
    folders, files = inside(path.resolve())
    owners = {owner_of(one) for one in paths} - {None}
    left = [one for one in files if owner_of(one) not in owners]
    left += [one for one in folders if one.name not in NBGRADER and holds_code(one, MAX_DEPTH)]
    return tuple(sorted(one.name for one in left if not any(one in (other, *other.parents) for other in paths)))


def skipped(path: Path, found: Iterable[tuple[str, Path]]) -> tuple[str, ...]:
    """Hidden folders and environments in a class that contain code; they are not searched for students."""
    paths = [one for _, one in found]
    if not path.is_dir() or path.resolve() in paths:
        return ()
    names = set()
    for folder in {path.resolve(), *(one.parent for one in paths)}:
        with contextlib.suppress(OSError):
            names |= {one.name for one in folder.iterdir() if _is_passed_over(one)}
    return tuple(sorted(names))


def _is_passed_over(entry: Path) -> bool:
    if not is_junk(entry.name) or is_hushed(entry.name) or entry.is_symlink():
        return False
    return holds_code(entry, 2) if entry.is_dir() else entry.suffix.lower() in UPLOADS
