"""Groups of misconceptions: ``[[group]]`` of misconceptions.toml, reported if nothing tells their members apart."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from graders.compare.context import CounterModel, Group
from graders.courses.course import Course
from graders.messages.errors import CourseError
from graders.messages.near import near

__all__ = ["group_of", "load_groups", "parsed", "require_members"]

WHOLE = "docs/authoring.md shows a whole group."


@functools.lru_cache(maxsize=4)
def parsed(text: str) -> Mapping[str, Any]:
    """A parsed TOML text, not to be modified; cached, as one with many misconceptions is slow and read repeatedly."""
    return tomllib.loads(text)


def load_groups(course: Course, unit: str) -> Mapping[str, Group]:
    """The groups of a unit by id, checked for form; a file that is not TOML is reported elsewhere."""
    path = course.folder(unit) / "misconceptions.toml"
    try:
        entries = parsed(path.read_text(encoding="utf-8")).get("group", []) if path.is_file() else []
    except ValueError:
        return {}
    found: dict[str, Group] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        id = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(id, str) or id in found:
            raise CourseError.in_english(f"{path}: the id of a group is {id!r}, expected one of its own.", WHOLE)
        found[id] = Group(id, *_texts(f"{path}: group {id}", entry, course))
    return found


def _texts(
    where: str, entry: Mapping[str, Any], course: Course
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Title and hints in each language of the course."""
    titles, hints, rungs = entry.get("title"), entry.get("hints"), course.manifest.profile.rungs
    for lang in course.languages:
        title = titles.get(lang) if isinstance(titles, dict) else None
        ladder = hints.get(lang) if isinstance(hints, dict) else None
        said = ladder if isinstance(ladder, list) else []
        if not all(isinstance(text, str) and text.strip() for text in (title, *said)) or len(said) != rungs:
            raise CourseError.in_english(f"{where} needs title.{lang} and {rungs} sentence(s) in hints.{lang}.", WHOLE)
    return dict(entry["title"]), {lang: tuple(texts) for lang, texts in entry["hints"].items()}


def group_of(entry: Mapping[str, Any], known: Mapping[str, Group], where: str) -> Group | None:
    """The group that a misconception names."""
    id = entry.get("group")
    if id is not None and id not in known:
        raise CourseError.in_english(
            f"{where}: group names {id!r}, which is no [[group]] of this file.", near(id, list(known)) or WHOLE
        )
    return known[id] if id is not None else None


def require_members(models: Sequence[tuple[str, str, CounterModel]], groups: Mapping[str, Group]) -> None:
    """Each group must represent at least two misconceptions of an exercise and share no name with its models."""
    members: dict[tuple[str, str, str], int] = {}
    for unit, exercise, model in models:
        if model.shared is not None:
            key = unit, exercise, model.shared.id
            members[key] = members.get(key, 0) + 1
    for unit, exercise, id in members:
        if members[unit, exercise, id] < 2:
            raise CourseError.in_english(
                f"{unit}.{exercise}: one misconception is in the group {id!r}, expected two or more.",
                "Remove the group, or name it in the others that look alike.",
            )
        if any(model.id == id for _, other, model in models if other == exercise):
            raise CourseError.in_english(f"{unit}.{exercise}: {id!r} is a group and an entry.", "Give each its own id.")
    for id in groups.keys() - {id for _, _, id in members}:
        raise CourseError.in_english(f"The group {id!r} has no misconception.", f'Write group = "{id}" in its members.')
