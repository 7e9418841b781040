"""A draft misconception for misconceptions.toml: edits quoted from the solution, no words yet."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence

from graders.authoring.mistake_groups import Group
from graders.authoring.mistake_mutants import Slip
from graders.courses.course import Course
from graders.grading.counter_models import load_alterations

__all__ = ["entry", "ids_for"]


def ids_for(course: Course, groups: Sequence[Group]) -> Iterator[tuple[Group, str]]:
    """An unused id for each group's misconception, for the author to change."""
    taken = {(one.unit, one.model.id) for unit in course.units for one in load_alterations(course, unit)}
    numbers = itertools.count(1)
    for group in groups:
        yield group, next(id for n in numbers if (group.unit, id := f"unnamed_{n}") not in taken)


def entry(course: Course, group: Group, slips: Sequence[Slip], id: str, said: str = "") -> str:
    """TOML that ``verify`` rejects until it has a title and hints, and edits if none were found.

    ``said`` goes above it as a comment.
    """
    slip = next((one for one in slips if one.edits), None)
    symbol = slip.symbol if slip is not None else group.symbol
    edits = ", ".join(f"{{ old = {_text(old)}, new = {_text(new)} }}" for old, new in slip.edits) if slip else ""
    rungs = ", ".join(['""'] * course.manifest.profile.rungs)
    owners = [name for name in course.spec(group.unit).exercises if name.split(".")[0] == symbol.split(".")[0]]
    titles = ", ".join(f'{lang} = ""' for lang in course.languages)
    lines = [
        *(f"# {line}".rstrip() for line in said.splitlines()),
        "[[misconception]]",
        f"id = {_text(id)}",
        f"title = {{ {titles} }}",
        f"symbol = {_text(symbol)}",
        f"edits = [{edits}]",
        "[misconception.hints]",
        *(f"{lang} = [{rungs}]" for lang in course.languages),
    ]
    if group.symbol != (symbol if symbol in owners else next(iter(owners), "")):
        lines.insert(lines.index("[misconception.hints]"), f"exercise = {_text(group.symbol)}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A TOML string: JSON's, with DEL escaped as well."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
