"""What the panel shows for a folder: the course of the homework there, or the homework folders in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from graders.courses.course import Course
from graders.courses.manifest import MANIFEST
from graders.feedback.messages import LANGUAGES, render_message
from graders.host.trust import course_to_practise
from graders.messages.errors import DeepgradeError, UsageError
from graders.practice.opened import HOMEWORK, homework_of
from graders.practice.progress import Progress, progress_of

__all__ = ["Places"]

MOST_FOLDERS = 500  # subfolders of one folder that are searched for homework


@dataclass(frozen=True)
class Places:
    """The folders below the server's root, the only ones a request may ask about."""

    root: Path

    def at(self, path: str) -> dict[str, Any]:
        """The course at this path of the server's contents, as JSON; UsageError if there is no such folder."""
        start = self._folder(path)
        homework = homework_of(start)
        below = _homeworks_in(start) if homework is None else []
        if len(below) == 1:
            start = below[0]
            homework = homework_of(start)
        found: dict[str, Any] = {"schema": 1, "progress": None, "folder": "", "folders": [], "fault": None}
        if homework is None:
            return found | {"folders": [self._contents_path(folder) for folder in below]}
        folder = self._visible(start, homework)
        try:
            progress = progress_of(start, _course(course_to_practise(start=start)))
        except DeepgradeError as error:
            return found | {"fault": {lang: render_message(error.message, lang) for lang in LANGUAGES}}
        return found | {
            "progress": self._shown(progress, folder),
            "folder": "" if folder is None else self._contents_path(folder),
        }

    def _folder(self, path: str) -> Path:
        """The folder for a path of the contents, with links followed, as JupyterLab shows it."""
        root = os.path.abspath(self.root)
        place = os.path.abspath(os.path.join(root, *path.strip("/").split("/")))
        hidden = any(part.startswith(".") for part in path.split("/"))
        if hidden or os.path.commonpath([root, place]) != root or not os.path.isdir(place):
            raise UsageError("panel.no_folder", path=path[:200])
        return Path(place)

    def _visible(self, start: Path, homework: Path) -> Path | None:
        """The homework folder by the server's name for it; None if it lies above the server's root."""
        root = Path(os.path.abspath(self.root))
        above = [folder for folder in (start, *start.parents) if folder == root or root in folder.parents]
        return next((folder for folder in above if folder.resolve() == homework.resolve()), None)

    def _shown(self, progress: Progress, folder: Path | None) -> dict[str, Any]:
        """The progress with file paths relative to the contents, without files that the server does not show."""
        data = progress.to_dict()
        for unit in data["units"]:
            unit["files"] = [] if folder is None else [self._contents_path(folder / name) for name in unit["files"]]
        return {**data, "folder": None if progress.folder is None else progress.folder.name}

    def _contents_path(self, path: Path) -> str:
        return path.relative_to(os.path.abspath(self.root)).as_posix().removeprefix(".")


def _homeworks_in(folder: Path) -> list[Path]:
    """The homework folders directly in this folder."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(one.name for one in islice(entries, MOST_FOLDERS) if not one.name.startswith("."))
    except OSError:
        return []
    return [folder / name for name in names if os.path.isfile(folder / name / HOMEWORK)]


def _course(root: Path) -> Course:
    """The course at ``root``, reread when one of its files changes: the panel asks after every check."""
    manifest = root / MANIFEST
    folder = Course(root).exercises
    stats = [path.stat() for path in (manifest, *sorted(folder.glob("*.py")))]
    return _course_as_of(root, tuple((one.st_mtime_ns, one.st_size) for one in stats))


@lru_cache(maxsize=8)
def _course_as_of(root: Path, stamp: tuple[tuple[int, int], ...]) -> Course:
    return Course(root)
