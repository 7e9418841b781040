"""``autograded/<student>/<assignment>/``, as formgrader and ``nbgrader generate_feedback`` read it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graders.host.disk import refused_write
from graders.nbgrader.folder import CourseFolder

__all__ = ["write_graded"]

TIMESTAMP = "timestamp.txt"
LARGEST_KB = 100_000  # for a file submitted beside the notebooks; nbgrader's own limit


def write_graded(folder: CourseFolder, student: str, assignment: str, notebooks: Mapping[str, Any]) -> None:
    """Write all or nothing: the graded notebooks, the student's other files, and the course's own over them."""
    to = folder.place("autograded", student, assignment)
    shared = folder.directory.groupshared
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=to.parent, prefix=".writing."))
        try:
            _copy(folder, folder.place("submitted", student, assignment), made)
            _copy(folder, folder.place("source", ".", assignment), made)
            for name, notebook in notebooks.items():
                text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
                (made / f"{name}.ipynb").write_text(text, encoding="utf-8", errors="replace")
            for path in made.rglob("*"):
                path.chmod((0o2775 if path.is_dir() else 0o664) if shared else (0o755 if path.is_dir() else 0o444))
            made.chmod(0o2775 if shared else 0o755)
            if to.exists():
                shutil.rmtree(to)
            os.replace(made, to)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise refused_write(to, error) from error


def _copy(folder: CourseFolder, place: Path, to: Path) -> None:
    """Copy files other than notebooks; links are skipped, because a submitted one could lead anywhere."""
    from nbgrader.utils import find_all_files

    for name in find_all_files(str(place), [*folder.directory.ignore, "*.ipynb"]):
        path = Path(name)
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_KB << 10:
            continue
        there = to / path.relative_to(place)
        there.parent.mkdir(parents=True, exist_ok=True)
        if there.exists():
            there.unlink()
        shutil.copyfile(path, there)
