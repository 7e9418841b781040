"""``course.toml``: what a course says of itself, and the engine therefore need not know."""

from __future__ import annotations

import json
import keyword
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from graders.errors import CourseError, UsageError
from graders.spec import LANGUAGES

__all__ = ["FORMAT", "MANIFEST", "Manifest", "is_unit_name", "load_manifest", "manifest_text"]

MANIFEST = "course.toml"
FORMAT = 1
UNIT_NAME = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]")
# Students import units by name, and a bundle holds these folders beside those of its units.
TAKEN = frozenset({"graders", "numpy", "torch", "exercises", "reference", "assignments", *sys.stdlib_module_names})
KEYS = frozenset({"format", "name", "title", "languages", "units", "folders"})


@dataclass(frozen=True)
class Manifest:
    """``name`` is part of every hidden seed; ``units``: those that come first, in order; folders lie below the course.

    ``languages``: those of its texts, the solution's docstrings in the first.
    """

    name: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    units: tuple[str, ...] = ()
    exercises: str = "exercises"
    reference: str = "reference"
    assignments: str = "assignments"


def is_unit_name(name: str) -> bool:
    """Whether a unit may be called so: a module's name in small letters that is no other module's."""
    return UNIT_NAME.fullmatch(name) is not None and not keyword.iskeyword(name) and name not in TAKEN


def load_manifest(root: Path) -> Manifest:
    """The ``course.toml`` of this folder; refuses, in one sentence, a folder without one and a wrong one."""
    path = root / MANIFEST
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError("usage.no_manifest", path=str(root)) from None
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise CourseError.in_english(f"{path} cannot be read: {error}.", "Write it as TOML, in UTF-8.") from error
    for problem in _problems(data):
        raise CourseError.in_english(f"{path}: {problem}.", "docs/authoring.md shows a whole course.toml.")
    folders = data.get("folders", {})
    return Manifest(data["name"], data["title"], tuple(data["languages"]), tuple(data.get("units", ())), **folders)


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    """What is not of the form that is asked for, one phrase each."""
    if data.get("format") != FORMAT:
        yield f"format is {data.get('format')!r}, this deepgrade reads {FORMAT}"
        return
    if unknown := sorted(data.keys() - KEYS):
        yield f"it has {', '.join(unknown)}, which no course.toml of format {FORMAT} has"
    if not isinstance(data.get("name"), str) or not data["name"].strip():
        yield f"name is {data.get('name')!r}, expected a text"
    languages = data.get("languages")
    if not _are_texts(languages) or not languages or not set(languages) <= {*LANGUAGES}:
        yield f"languages is {languages!r}, expected one or more of {', '.join(sorted(LANGUAGES))}"
        return
    title = data.get("title")
    if not isinstance(title, dict) or set(title) != set(languages) or not _are_texts(list(title.values())):
        yield f"title is {title!r}, expected a text in {' and in '.join(languages)}"
    units = data.get("units", [])
    if not _are_texts(units) or not all(map(is_unit_name, units)):
        yield f"units is {units!r}, expected a list of names of units"
    yield from _problems_of_folders(data.get("folders", {}))


def _problems_of_folders(folders: Any) -> Iterator[str]:
    if not isinstance(folders, dict) or not folders.keys() <= {"exercises", "reference", "assignments"}:
        yield f"folders is {folders!r}, expected any of exercises, reference, assignments"
        return
    for name, folder in folders.items():
        parts = PurePosixPath(folder).parts if isinstance(folder, str) else ("..",)
        if ".." in parts or PurePosixPath(folder).is_absolute() or "\\" in folder or ":" in folder:
            yield f"folders.{name} is {folder!r}, expected a folder in the course"


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def manifest_text(manifest: Manifest) -> str:
    """A ``course.toml`` that says the same; a JSON text or list of texts is one of TOML too."""

    def said(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

    title = ", ".join(f"{lang} = {said(text)}" for lang, text in manifest.title.items())
    lines = [
        f"format = {FORMAT}",
        f"name = {said(manifest.name)}  # part of the hidden inputs: a course that is renamed draws others",
        f"title = {{ {title} }}",
        f"languages = {said(list(manifest.languages))}",
        f"units = {said(list(manifest.units))}  # those that come first, in this order",
        "",
        "[folders]",
        f"exercises = {said(manifest.exercises)}",
        f"reference = {said(manifest.reference)}",
        f"assignments = {said(manifest.assignments)}",
    ]
    return "\n".join(lines) + "\n"
