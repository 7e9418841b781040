"""``course.toml``: what a course says about itself, so that the engine need not know it."""

from __future__ import annotations

import json
import keyword
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from graders.messages.errors import CourseError, UsageError
from graders.spec import LANGUAGES
from graders.spec.profile import Compatibility, Profile

__all__ = ["FORMAT", "MANIFEST", "Manifest", "is_unit_name", "load_manifest", "manifest_text"]

MANIFEST = "course.toml"
FORMAT = 1
UNIT_NAME = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]")
# Students import units by name, and a bundle places these folders beside the units' folders.
TAKEN = frozenset({"graders", "numpy", "torch", "exercises", "reference", "assignments", *sys.stdlib_module_names})
KEYS = frozenset(
    {"format", "name", "title", "languages", "units", "folders", "compatibility", "points", "hints", "lessons"}
)
COMPATIBILITY = frozenset({"packages", "package_names", "numpy_names", "spellings"})
OLD_TYPES = frozenset({"bool", "bytes", "complex", "float", "int", "object", "str"})  # placeholders for a name
NAME_OF_NUMPY = re.compile(r"np\.[A-Za-z]\w*")
AFTER = ("sealed", "open", "staff")  # who may read the text after an exercise
MOST_RUNGS = 3  # the engine's own ladders have no more


@dataclass(frozen=True)
class Manifest:
    """``name`` is part of every hidden seed; ``units``: those that come first, in order; folders are below the course.

    ``languages``: of its texts; the solution's docstrings are in the first. ``template``: the units whose lessons
    follow the template that ``verify`` enforces, or True for all. ``after``: the text after an exercise is
    "sealed" by its answer, "open" to everybody, or for the "staff" only.
    """

    name: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    units: tuple[str, ...] = ()
    exercises: str = "exercises"
    reference: str = "reference"
    assignments: str = "assignments"
    profile: Profile = field(default_factory=Profile)
    after: str = "sealed"
    template: bool | tuple[str, ...] = ()

    def is_templated(self, unit: str) -> bool:
        return self.template if isinstance(self.template, bool) else unit in self.template


def is_unit_name(name: str) -> bool:
    """Whether a unit may have this name: a lower-case module name that no other module has."""
    return UNIT_NAME.fullmatch(name) is not None and not keyword.iskeyword(name) and name not in TAKEN


def load_manifest(root: Path) -> Manifest:
    """The ``course.toml`` of this folder; refuses a missing or malformed one in one sentence."""
    path = root / MANIFEST
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError("usage.no_manifest", path=str(root)) from None
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise CourseError.in_english(f"{path} cannot be read: {error}.", "Write it as TOML, in UTF-8.") from error
    for problem in _problems(data):
        raise CourseError.in_english(f"{path}: {problem}.", "docs/authoring.md shows a whole course.toml.")
    template = data.get("lessons", {}).get("template", ())
    return Manifest(
        data["name"],
        data["title"],
        tuple(data["languages"]),
        tuple(data.get("units", ())),
        **data.get("folders", {}),
        profile=Profile(
            Compatibility.from_plain(data.get("compatibility", {})),
            **data.get("points", {}),
            **_hints(data.get("hints", {})),
        ),
        after=data.get("lessons", {}).get("after", "sealed"),
        template=template if isinstance(template, bool) else tuple(template),
    )


def _hints(said: Mapping[str, int]) -> dict[str, int]:
    """With the default for the hint that names a mistake, or the last hint if there are fewer."""
    default = Profile()
    return {"name_at": min(default.name_at, said.get("rungs", default.rungs)), **said}


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    """What does not have the required form, one phrase each."""
    if data.get("format") != FORMAT:
        yield f"format is {data.get('format')!r}, this version of deepgrade reads {FORMAT}"
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
    yield from _problems_of_compatibility(data.get("compatibility", {}))
    yield from _problems_of_rules(data)


def _problems_of_folders(folders: Any) -> Iterator[str]:
    if not isinstance(folders, dict) or not folders.keys() <= {"exercises", "reference", "assignments"}:
        yield f"folders is {folders!r}, expected any of exercises, reference, assignments"
        return
    for name, folder in folders.items():
        parts = PurePosixPath(folder).parts if isinstance(folder, str) else ("..",)
        if ".." in parts or PurePosixPath(folder).is_absolute() or "\\" in folder or ":" in folder:
            yield f"folders.{name} is {folder!r}, expected a folder in the course"


def _problems_of_compatibility(table: Any) -> Iterator[str]:
    if not isinstance(table, dict) or not table.keys() <= COMPATIBILITY:
        yield f"compatibility is {table!r}, expected any of {', '.join(sorted(COMPATIBILITY))}"
        return
    packages = table.get("packages", [])
    if not _are_names(packages) or TAKEN & {*packages}:
        yield f"compatibility.packages is {packages!r}, expected a list of packages that no library has"
    for key in ("package_names", "numpy_names"):
        names = table.get(key, {})
        if not isinstance(names, dict) or not _are_names(list(names)):
            yield f"compatibility.{key} is {names!r}, expected a table of names"
            continue
        for name, meant in names.items():
            if not (_is_meant(meant) or (key == "package_names" and (meant == "np" or isinstance(meant, bool)))):
                others = ", np, true, false" if key == "package_names" else ""
                known = f"one of {', '.join(sorted(OLD_TYPES))}{others}, or a name of NumPy such as np.prod"
                yield f"compatibility.{key}.{name} is {meant!r}, expected {known}"
    groups = table.get("spellings", [])
    if not isinstance(groups, list) or not all(_are_names(group) and len(group) > 1 for group in groups):
        yield f"compatibility.spellings is {groups!r}, expected lists of two names or more for the same option"


def _is_meant(value: Any) -> bool:
    return isinstance(value, str) and (value in OLD_TYPES or NAME_OF_NUMPY.fullmatch(value) is not None)


def _problems_of_rules(data: Mapping[str, Any]) -> Iterator[str]:
    known = {"points": {"follow_through"}, "hints": {"name_at", "rungs"}, "lessons": {"after", "template"}}
    for table, keys in known.items():
        said = data.get(table, {})
        if not isinstance(said, dict) or not said.keys() <= keys:
            yield f"{table} is {said!r}, expected {' or '.join(sorted(keys))}"
            return
    part = data.get("points", {}).get("follow_through", 0)
    if type(part) not in (int, float) or not 0 <= part < 1:
        yield f"points.follow_through is {part!r}, expected a part: 0, or a number below 1"
    after = data.get("lessons", {}).get("after", "sealed")
    if after not in AFTER:
        yield f"lessons.after is {after!r}, expected {', '.join(AFTER[:-1])} or {AFTER[-1]}"
    template = data.get("lessons", {}).get("template", [])
    if not isinstance(template, bool) and not _are_texts(template):
        yield f"lessons.template is {template!r}, expected true, false or a list of units"
    hints = data.get("hints", {})
    rungs, name_at = hints.get("rungs", MOST_RUNGS), hints.get("name_at", 0)
    if type(rungs) is not int or not 1 <= rungs <= MOST_RUNGS:
        yield f"hints.rungs is {rungs!r}, expected 1 to {MOST_RUNGS}"
    elif type(name_at) is not int or not 0 <= name_at <= rungs:
        yield f"hints.name_at is {name_at!r}, expected 0 (at once) to {rungs}, the number of hints"


def _are_names(value: Any) -> bool:
    return _are_texts(value) and all(name.isidentifier() and not keyword.iskeyword(name) for name in value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def manifest_text(manifest: Manifest) -> str:
    """A ``course.toml`` that says the same."""
    lines = [
        f"format = {FORMAT}",
        f"name = {_said(manifest.name)}  # part of the hidden inputs: a course that is renamed draws others",
        f"title = {_table(manifest.title)}",
        f"languages = {_said(manifest.languages)}",
        f"units = {_said(manifest.units)}  # those that come first, in this order",
        "",
        "[folders]",
        f"exercises = {_said(manifest.exercises)}",
        f"reference = {_said(manifest.reference)}",
        f"assignments = {_said(manifest.assignments)}",
    ]
    lessons = [f"template = {_said(manifest.template)}"] if manifest.template else []
    lessons += [f"after = {_said(manifest.after)}"] if manifest.after != "sealed" else []
    if lessons:
        lessons = ["", "[lessons]", *lessons]
    return "\n".join([*lines, *_profile_lines(manifest.profile), *lessons]) + "\n"


def _profile_lines(profile: Profile) -> Iterator[str]:
    """What differs from the defaults."""
    compatible, default = profile.compatibility, Profile()
    if compatible != default.compatibility:
        yield from ("", "[compatibility]", f"packages = {_said(compatible.packages)}")
        yield f"package_names = {_table(compatible.package_names)}"
        yield f"numpy_names = {_table(compatible.numpy_names)}"
        yield f"spellings = {_said(compatible.spellings)}"
    if profile.follow_through != default.follow_through:
        yield from ("", "[points]", f"follow_through = {_said(profile.follow_through)}")
    if (profile.name_at, profile.rungs) != (default.name_at, default.rungs):
        yield from ("", "[hints]", f"name_at = {profile.name_at}", f"rungs = {profile.rungs}")


def _table(names: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{_said(name)} = {_said(value)}" for name, value in names.items()) + " }"


def _said(value: Any) -> str:
    """A text, number or list in JSON is valid TOML too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
