"""A notebook's code cells, read from JSON, with the role that each has in our own notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graders.submission.refusal import refusal

__all__ = ["Cell", "Notebook", "read_notebook"]

MAX_VALUES = 1 << 20  # of dicts and numbers, 15 MB of JSON take 500 MB; a million values stay under 150 MB
ROLES = ("setup", "given", "exercise", "check", "lesson", "run")
_LOCKED_ID = re.compile(r"[a-z]\w*-(setup|lesson(?=-\d)|run(?=-\d)|given(?=-\w))(?:-[\w-]+)?")
_GRADE_ID = re.compile(r"[a-z]\w*-(\w[\w.-]*?)(?:-check)?")  # older notebooks have the symbol's dot


@dataclass(frozen=True)
class Cell:
    """A code cell. ``number`` counts all cells from 1, text cells too; ``role`` is "" for a cell that is not ours."""

    number: int
    role: str
    symbol: str
    text: str


@dataclass(frozen=True)
class Notebook:
    """The parts of a notebook that count: the code, and the unit and language in its metadata."""

    cells: tuple[Cell, ...]
    unit: str
    language: str


def read_notebook(data: bytes, file: str) -> Notebook:
    """Reads code cells only; outputs, counts and every other part of the JSON are ignored."""
    content = _loaded(data, file)
    metadata = _mapping(_mapping(content.get("metadata")).get("deepgrade"))
    cells = tuple(_code_cells(content, file))
    if not any(cell.text.strip() for cell in cells):
        raise refusal("notebook.no_code", file=file)
    return Notebook(cells, _string(metadata.get("unit")), _string(metadata.get("language")))


def _loaded(data: bytes, file: str) -> Mapping[str, Any]:
    if not data.strip():
        raise refusal("source.empty", file=file)
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise refusal("notebook.outputs", file=file, limit=MAX_VALUES)
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise refusal("notebook.damaged", file=file, line=error.lineno, column=error.colno, reason=error.msg) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal("notebook.damaged", file=file, line=line, column=1, reason="bytes that are not UTF-8") from error
    except (RecursionError, ValueError) as error:  # endless brackets; an integer with thousands of digits
        raise refusal("notebook.form", file=file, reason="its JSON cannot be read") from error
    if not isinstance(content, dict):
        raise refusal("notebook.form", file=file, reason=f"it holds a JSON {type(content).__name__}")
    return content


def _code_cells(content: Mapping[str, Any], file: str) -> Iterator[Cell]:
    cells = content.get("cells")
    if cells is None:  # nbformat 3
        sheets = content.get("worksheets")
        cells = (
            [cell for sheet in sheets for cell in _mapping(sheet).get("cells", ())]
            if isinstance(sheets, list)
            else None
        )
    if not isinstance(cells, list):
        raise refusal("notebook.form", file=file, reason="it has no list of cells")
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            raise refusal("notebook.form", file=file, reason=f"cell {number} is a JSON {type(cell).__name__}")
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise refusal("notebook.form", file=file, reason=f"the source of cell {number} is not text")
        role, symbol = _role(cell)
        yield Cell(number, role, symbol, source.replace("\r\n", "\n"))


def _role(cell: Mapping[str, Any]) -> tuple[str, str]:
    """Our own metadata, else nbgrader's, else the cell's id."""
    metadata = _mapping(cell.get("metadata"))
    ours, nbgrader = _mapping(metadata.get("deepgrade")), _mapping(metadata.get("nbgrader"))
    name, grade_id = _string(cell.get("id")), _string(nbgrader.get("grade_id"))
    symbol = _string(ours.get("symbol"))
    if not symbol:
        graded = _GRADE_ID.fullmatch(grade_id) if not _LOCKED_ID.fullmatch(grade_id) else None
        named = re.fullmatch(r"exercise-(\w+)", name)
        symbol = graded[1].replace("-", ".") if graded else named[1] if named else ""
    if ours.get("role") in ROLES:
        return str(ours["role"]), symbol
    if nbgrader.get("solution") is True:
        return "exercise", symbol
    if nbgrader.get("grade") is True:
        return "check", symbol
    locked = _LOCKED_ID.fullmatch(grade_id)
    prefix = locked[1] if locked and nbgrader.get("locked") is True else name.split("-")[0]
    return (prefix if prefix in ROLES else ""), symbol


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
