"""Which unit of which course a file is, as ``deepgrade check`` decides, and whether pytest collects it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

from graders.courses.course import Course
from graders.host.trust import course_to_practise
from graders.messages.errors import DeepgradeError, UsageError
from graders.practice.opened import HOMEWORK, homework_of
from graders.practice.unit import find_expected
from graders.pytest_plugin.places import holds_tests
from graders.submission import load_submission
from graders.submission.naming import SUFFIXES, is_junk, language_of_name, unit_of_folder, unit_of_name

__all__ = ["course_of", "unit_of"]


def course_of(path: Path) -> Course:
    """The course whose specs run for this file; one object per folder, so that a spec is loaded once."""
    return _course_at(course_to_practise(None, path))


@lru_cache(maxsize=4)
def _course_at(root: Path) -> Course:
    return Course(root)


def unit_of(path: Path, named: bool, tests: Sequence[str]) -> str | None:
    """The unit as which pytest collects this file; None if it is not one of ours.

    ``named``: it was given on the command line; then its name need only contain the unit's, unless it matches one of
    the patterns of ``tests``. In a folder, only the file that ``deepgrade check FOLDER`` takes counts; if it takes none
    because several were worked on, each of them counts.
    """
    try:
        units = course_of(path).units
    except DeepgradeError:  # reported when the file is collected
        return _unit_beside(path)
    unit = _exactly(path, units)
    if unit is None and named and not any(fnmatch(path.name, pattern) for pattern in tests):
        unit = unit_of_name(path.name, units)
    if unit is None:
        return None
    try:
        find_expected(path, unit)
    except UsageError:  # a named file without its own tests is ours to complain about
        return unit if named and not holds_tests(path) else None
    return unit if named or path in _counting(path.parent, unit, units) else None


def _exactly(path: Path, units: Iterable[str]) -> str | None:
    """``u06_backprop.py``, ``u06_backprop.en.ipynb``, ``u06.py``: the name contains nothing else."""
    stem = path.stem
    lang = language_of_name(path.name)
    return unit_of_folder(stem[: -len(lang) - 1] if lang and stem.lower().endswith(f".{lang}") else stem, units)


def _unit_beside(path: Path) -> str | None:
    """The unit of the expected values beside a file with its name."""
    try:
        data = json.loads((path.parent / "expected.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    unit = data.get("unit") if isinstance(data, dict) else None
    return unit if isinstance(unit, str) and path.name.partition(".")[0] == unit else None


def _counting(folder: Path, unit: str, units: Sequence[str]) -> tuple[Path, ...]:
    """A unit's files in a folder that were worked on; the module if no notebook was opened yet."""
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in SUFFIXES and not is_junk(path.name) and _exactly(path, units) == unit
    ]
    modules = tuple(path for path in files if path.suffix == ".py")
    if len(files) < 2 or (modules and not any(_is_changed(path) for path in files if path not in modules)):
        return modules or tuple(files)
    try:
        submission = load_submission(folder, units=units, packages=course_of(folder).compatibility.packages, unit=unit)
    except DeepgradeError:  # both were worked on, or one is damaged: each reports that itself
        return tuple(files)
    counts = submission.sources[unit].file
    return tuple(path for path in files if path.name == Path(counts).name) or tuple(files)


def _is_changed(path: Path) -> bool:
    """Whether it differs from what ``deepgrade start`` put here."""
    root = homework_of(path.parent)
    if root is None:
        return True
    laid = _laid(root).get(path.resolve().relative_to(root).as_posix())
    try:
        return laid != hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return True


def _laid(root: Path) -> dict[str, str]:
    try:
        laid = json.loads((root / HOMEWORK).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return laid if isinstance(laid, dict) else {}
