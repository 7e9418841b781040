"""Whether a file can be a unit of a course, with few looks at the disk: every file of a project is asked about."""

from __future__ import annotations

import os
import re
from pathlib import Path

from graders.practice.opened import HOMEWORK

__all__ = ["Places", "holds_tests"]

EXPECTED = "expected.json"
SUFFIXES = (".py", ".ipynb")
_TESTS = re.compile(rb"^(?:(?:async[ \t]+)?def[ \t]+test|class[ \t]+Test)", re.MULTILINE)
OWN = ".deepgrade"  # the folder in a homework that holds deepgrade's own files


class Places:
    """What is known about folders during one pytest run; each is examined once."""

    def __init__(self) -> None:
        self._folders: dict[Path, bool] = {}
        self._homework: dict[Path, bool] = {}
        self._named: dict[Path, bool] = {}

    def may_hold(self, path: Path, named: bool) -> bool:
        """Whether it lies in a homework folder or beside expected values.

        A file ``named`` on the command line also counts if such values exist for its name, or if it has the name of a
        unit of the installed course.
        """
        if path.suffix not in SUFFIXES or OWN in path.parts:
            return False
        folder = path.parent
        if folder not in self._folders:
            self._folders[folder] = os.path.isfile(folder / EXPECTED) or self._in_homework(folder)
        return self._folders[folder] or (named and self._is_called_so(path))

    def _in_homework(self, folder: Path) -> bool:
        if folder not in self._homework:
            above = folder.parent
            here = os.path.isfile(folder / HOMEWORK)
            self._homework[folder] = here or (above != folder and self._in_homework(above))
        return self._homework[folder]

    def _is_called_so(self, path: Path) -> bool:
        if path not in self._named:
            name = path.name.partition(".")[0]
            self._named[path] = _has_values(path.parent, name) or (_is_of_a_course(name) and not holds_tests(path))
        return self._named[path]


def holds_tests(path: Path) -> bool:
    """Whether a file defines its own tests, so that it is not a student's unit in a wrong place."""
    try:
        return _TESTS.search(path.read_bytes()) is not None
    except OSError:
        return True


def _has_values(folder: Path, name: str) -> bool:
    """Whether expected values exist where ``graders.practice.unit.find_expected`` looks from this folder."""
    places = (above / inner for above in (folder, *folder.parents) for inner in (name, f"assignments/{name}"))
    return any(os.path.isfile(place / EXPECTED) for place in places)


def _is_of_a_course(name: str) -> bool:
    if name.startswith("test") or name.endswith("test"):  # like most named files; no unit has such a name
        return False
    from graders.host.trust import VARIABLE, installed_course

    said = os.environ.get(VARIABLE)
    roots = [installed_course() / "assignments"]
    roots += [Path(said), Path(said) / "assignments"] if said else []
    return any(os.path.isfile(root / name / EXPECTED) for root in roots)
