"""An nbgrader course on disk, as nbgrader itself locates things in it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graders.messages.errors import UsageError
from graders.messages.near import close, suggested
from graders.nbgrader.record import opened_gradebook

__all__ = ["CONFIG", "CourseFolder", "open_folder"]

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class CourseFolder:
    """nbgrader's application and its ``CourseDirectory``, with this folder's configuration."""

    root: Path
    app: Any

    @property
    def directory(self) -> Any:
        return self.app.coursedir

    def place(self, step: str, student: str, assignment: str) -> Path:
        """``step``: submitted, autograded, release, source."""
        named = getattr(self.directory, f"{step}_directory")
        return Path(os.path.normpath(self.directory.format_path(named, student, assignment)))

    def timestamp(self, folder: Path) -> datetime | None:
        """When this folder's submission was handed in, by its ``timestamp.txt``; None if that is missing or invalid."""
        try:
            found: datetime | None = self.directory.get_existing_timestamp(str(folder))
        except (ValueError, OSError, OverflowError, AttributeError):  # the last for an invalid date
            return None
        return found

    @contextmanager
    def gradebook(self) -> Iterator[Any]:
        with opened_gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            yield gradebook

    def students(self, assignment: str) -> list[str]:
        """Everybody who submitted something for this assignment."""
        pattern = self.place("submitted", "*", assignment)
        parts = pattern.parts
        place = parts.index("*") if "*" in parts else len(parts)
        top = Path(*parts[:place])
        found = [entry for entry in top.iterdir() if not entry.name.startswith(".")] if top.is_dir() else []
        return sorted(entry.name for entry in found if entry.joinpath(*parts[place + 1 :]).is_dir())

    def require_assignment(self, gradebook: Any, assignment: str) -> list[str]:
        """The names of its notebooks; UsageError if the gradebook does not have the assignment."""
        known = {one.name: one for one in gradebook.assignments}
        if assignment not in known:
            raise UsageError(
                "nbgrader.no_assignment",
                assignment=assignment,
                known=", ".join(known) or "–",
                near=suggested(close(assignment, list(known))),
            )
        return [one.name for one in known[assignment].notebooks]


def open_folder(root: Path) -> CourseFolder:
    """Read the course's configuration, which is its staff's Python. UsageError without a configuration or nbgrader."""
    if not (root / CONFIG).is_file():
        raise UsageError("nbgrader.no_course_folder", path=str(root), file=CONFIG)
    base = nbgrader_app()
    app = base(log_level=logging.ERROR, raise_config_file_errors=True)
    try:
        app.initialize([], root=str(root.resolve()))
    except (Exception, SystemExit) as error:
        raise UsageError(
            "nbgrader.config_fault", path=str(root / CONFIG), kind=type(error).__name__, text=str(error)
        ) from error
    return CourseFolder(root.resolve(), app)


def nbgrader_app() -> Any:
    """nbgrader's application, which takes nothing from the working folder; UsageError if nbgrader is not installed."""
    try:
        with _without_iri_grammar():
            from nbgrader.apps.baseapp import NbGrader
    except ImportError as error:
        raise UsageError("nbgrader.not_installed") from error
    folder = str(Path(sys.executable).parent)  # nbgrader makes a gradebook with the alembic beside this Python
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])

    class Quiet(NbGrader):  # type: ignore[misc]
        name = "nbgrader"
        load_cwd_config = False

        def init_syspath(self) -> None:
            pass

    return Quiet


@contextmanager
def _without_iri_grammar() -> Iterator[None]:
    """Skip a grammar that jsonschema builds for nbgrader but no notebook needs: half of 2.4 s of importing."""
    new = "rfc3987_syntax" not in sys.modules
    if new:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if new:
            del sys.modules["rfc3987_syntax"]
