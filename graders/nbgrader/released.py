"""An assignment's notebook as released: which of its cells are graded by deepgrade, by a person, or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from graders.courses.course import Course
from graders.messages.errors import SubmissionError, UsageError
from graders.submission.notebook import read_notebook

__all__ = ["Graded", "Released", "load_released"]

Kind = Literal["ours", "hand", "foreign"]
_UNIT = re.compile(r"([a-z]\w*)-")  # the beginning of our grade ids


@dataclass(frozen=True)
class Graded:
    """A cell with points. ``symbol`` is the exercise, if ours; ``answer`` is the grade id of the cell it tests.

    ``hand``: a person gives its points. ``foreign``: somebody else's test, which only a kernel could run.
    """

    grade_id: str
    kind: Kind
    points: float
    symbol: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Released:
    """The notebook in ``release/``, which alone defines the cells; ``cells`` are those with points."""

    name: str
    content: Mapping[str, Any]
    unit: str
    language: str
    cells: tuple[Graded, ...]

    @property
    def exercises(self) -> tuple[str, ...]:
        """``unit.symbol`` of everything that deepgrade grades here."""
        return tuple(dict.fromkeys(f"{self.unit}.{cell.symbol}" for cell in self.cells if cell.kind == "ours"))

    @property
    def foreign(self) -> tuple[str, ...]:
        return tuple(cell.grade_id for cell in self.cells if cell.kind == "foreign")

    def of(self, symbol: str) -> Graded | None:
        return next((cell for cell in self.cells if cell.kind == "ours" and cell.symbol == symbol), None)


def load_released(path: Path, course: Course) -> Released:
    """Read a notebook of ``release/``; UsageError if it does not exist or cannot be read."""
    if not path.is_file():
        raise UsageError("nbgrader.not_released", path=str(path), assignment=path.parent.name)
    try:
        data = path.read_bytes()
        content = json.loads(data)
        read = read_notebook(data, path.name)
    except SubmissionError as error:
        raise UsageError("nbgrader.release_unreadable", path=str(path), reason=error.message.to_dict()) from error
    except (OSError, ValueError) as error:
        raise UsageError("nbgrader.release_unreadable", path=str(path), reason=str(error)) from error
    symbols = {cell.number: (cell.role, cell.symbol) for cell in read.cells}
    found = [
        (nbgrader_of(cell), *symbols.get(number, ("", ""))) for number, cell in enumerate(content.get("cells", ()), 1)
    ]
    unit = _unit(read.unit, found, course)
    return Released(path.stem, content, unit, read.language, tuple(_graded(found, course, unit)))


def nbgrader_of(cell: Any) -> Mapping[str, Any]:
    """The nbgrader metadata of a cell; empty if missing or invalid."""
    metadata = cell.get("metadata") if isinstance(cell, Mapping) else None
    found = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _unit(named: str, found: list[tuple[Mapping[str, Any], str, str]], course: Course) -> str:
    """The unit that the notebook names, else the one in its grade ids; "" if it is not one of ours."""
    if named in course.units:
        return named
    begun = {match[1] for meta, _, _ in found if (match := _UNIT.match(str(meta.get("grade_id", ""))))}
    ours = sorted(begun & set(course.units))
    return ours[0] if len(ours) == 1 else ""


def _graded(found: list[tuple[Mapping[str, Any], str, str]], course: Course, unit: str) -> Iterator[Graded]:
    exercises = course.spec(unit).exercises if unit else {}
    answers = {
        symbol: str(meta.get("grade_id")) for meta, role, symbol in found if meta.get("solution") and role == "exercise"
    }
    for meta, role, symbol in found:
        name = str(meta.get("grade_id", ""))
        if not name or not (meta.get("grade") or meta.get("task")):
            continue
        points = float(meta.get("points", 0))
        if meta.get("task") or meta.get("solution"):
            yield Graded(name, "hand", points)
        elif role == "check" and symbol in exercises:
            answer = answers.get(symbol) or answers.get(symbol.split(".")[0], "")
            yield Graded(name, "ours", points, symbol, answer)
        else:
            yield Graded(name, "foreign", points)
