"""Remembers what was verified, so that unchanged units are not verified again.

The cache lies in the course, untracked; a fresh checkout has none, so CI verifies everything.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from graders.authoring.leaks import public_files
from graders.courses.course import Course
from graders.courses.manifest import MANIFEST
from graders.host.disk import write_file
from graders.host.trust import installation

__all__ = ["TOGETHER", "keep_verified", "load_verified", "state_of", "state_of_all"]

CACHE = Path(".cache") / "verify.json"  # below the course
TOGETHER = "*"  # for all units together; no unit has this name
ENGINE = ("*.py", "*.toml", "*.txt", "*.j2", "*.mo")
LIBRARIES = ("numpy", "torch", "matplotlib", "scikit-learn", "safetensors")


def load_verified(course: Course) -> dict[str, str]:
    """Unit → the state in which it verified without complaint; empty if nothing is known."""
    try:
        found = json.loads((course.root / CACHE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: state for name, state in found.items() if isinstance(state, str)} if isinstance(found, dict) else {}


def keep_verified(course: Course, states: Mapping[str, str]) -> None:
    try:
        write_file(course.root / CACHE, (json.dumps(dict(sorted(states.items())), indent=1) + "\n").encode())
    except OSError:
        pass  # a course that cannot be written to is verified again next time


def state_of(course: Course, unit: str) -> str:
    """A digest of everything a unit's verification depends on: its files, units it names, engine, libraries."""
    digest = hashlib.sha256(f"{_engine()}\n{unit}\n".encode())
    digest.update((course.root / MANIFEST).read_bytes() + "\n".join(course.units).encode())
    for path in (*_files(course.folder(unit)), *_files(course.assignments / unit)):
        digest.update(f"{path.relative_to(course.root).as_posix()}\0".encode() + path.read_bytes())
    for one in sorted({unit, *_named(course, unit)}):
        for path in _texts(course, one):
            digest.update(f"{one}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def state_of_all(course: Course, states: Iterable[str]) -> str:
    """For these units together, and every public file."""
    digest = hashlib.sha256("\n".join(states).encode())
    own = (course.manifest.assignments, course.manifest.exercises)
    for path in public_files(course.root, own):
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc")


def _texts(course: Course, unit: str) -> list[Path]:
    """The two texts of a unit that other units may depend on."""
    found = (course.exercises / f"{unit}.py", course.folder(unit) / "solution.py")
    return [path for path in found if path.is_file()]


def _named(course: Course, unit: str) -> set[str]:
    """The units that its files name, directly or through other units: imported, used or mentioned."""
    known, found, waiting = {*course.units}, {unit}, [unit]
    while waiting:
        one = waiting.pop()
        scripts = [path for path in _files(course.folder(one)) if path.suffix in (".py", ".md", ".toml")]
        for path in (*_texts(course, one), *(scripts if one == unit else ())):
            named = {*re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace"))} & known - found
            found |= named
            waiting += named
    return found


@lru_cache(maxsize=1)
def _engine() -> str:
    """This deepgrade, this Python, and the libraries that compute numbers and draw pictures."""
    root = installation() / "graders"
    digest = hashlib.sha256(platform.python_version().encode())
    for library in LIBRARIES:
        try:
            digest.update(f"{library} {version(library)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"no {library}\n".encode())
    for path in sorted(path for kind in ENGINE for path in root.rglob(kind)):
        if path.relative_to(root).parts[0] not in ("exercises", "bundle"):
            digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
