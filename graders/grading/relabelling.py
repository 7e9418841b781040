"""Relabellings of a unit: entries of variants.toml that name blocks of weights instead of edits."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graders.compare.conventions import Relabelling
from graders.courses.course import Course
from graders.messages.errors import CourseError

__all__ = ["load_relabellings"]

WHOLE = "docs/authoring.md shows a whole entry."


def load_relabellings(course: Course, unit: str) -> Mapping[str, tuple[Relabelling, ...]]:
    """Exercise → its relabellings, in file order; ``orders = "all"`` stands for every order except the course's."""
    path = course.folder(unit) / "variants.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("variant", []) if path.is_file() else []
    found: dict[str, tuple[Relabelling, ...]] = {}
    for entry in entries:
        if "blocks" not in entry:
            continue
        where = f"{path}: {entry.get('id', '(no id)')}"
        for problem in _problems(entry, course.languages):
            raise CourseError.in_english(f"{where}: {problem}.", WHOLE)
        named = entry["exercise"]
        for exercise in [named] if isinstance(named, str) else named:
            if exercise not in course.spec(unit).exercises:
                raise CourseError.in_english(f"{where}: {exercise!r} is no exercise of {unit}.", WHOLE)
            found[exercise] = (*found.get(exercise, ()), *_relabellings(entry, course.languages))
    return found


def _relabellings(entry: Mapping[str, Any], languages: Sequence[str]) -> Iterator[Relabelling]:
    blocks, known = entry["blocks"], entry.get("known", {})
    places = range(len(blocks))
    signs = tuple(-1 if block in entry.get("negated", ()) else 1 for block in blocks)
    orders = list(itertools.permutations(places)) if entry.get("orders") == "all" else [tuple(places)]
    for order in sorted(orders, key=lambda order: ", ".join(blocks[place] for place in order) not in known):
        if order == tuple(places) and min(signs) == 1:
            continue  # the course's own
        said = ", ".join(blocks[place] for place in order)
        note = {}
        for lang in languages:
            names = f"{said} ({known[said][lang]})" if said in known else said
            note[lang] = entry["note"][lang].replace("{order}", names)
        yield Relabelling(entry["id"], order, signs, tuple(entry["inputs"]), tuple(entry["outputs"]), note)


def _problems(entry: Mapping[str, Any], languages: Sequence[str]) -> Iterator[str]:
    """What is wrong with the form of an entry, one phrase each."""
    absent = {"id", "exercise", "blocks", "inputs", "outputs", "note"} - entry.keys()
    if absent:
        yield f"lacks {', '.join(sorted(absent))}"
        return
    for key in ("blocks", "inputs", "outputs", "negated"):
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"{key} is no list of names"
    if len(entry["blocks"]) < 2 or not set(entry.get("negated", ())) <= set(entry["blocks"]):
        yield "blocks are the names of two blocks or more, and negated names some of them"
    if entry.get("orders", "all") != "all" or not ("orders" in entry or entry.get("negated")):
        yield 'it needs orders = "all", or negated'
    texts = [entry["note"], *entry.get("known", {}).values()]
    if not all(isinstance(text, dict) and all(str(text.get(lang, "")).strip() for lang in languages) for text in texts):
        yield f"note and known need each language of the course: {', '.join(languages)}"
