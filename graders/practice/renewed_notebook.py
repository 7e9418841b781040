"""Updates a student's notebook to a new release: their answers and own cells stay, ours are replaced."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.practice.renewed_source import Renewed, renewed_source
from graders.submission.magics import plain_python
from graders.submission.notebook import Cell

__all__ = ["NotebookChanges", "renewed_notebook", "same_notebook", "source_digest", "written"]

Json = dict[str, Any]
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEFINES = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)
_OURS = ("lesson", "setup", "given", "run", "check", "exercise")


@dataclass
class NotebookChanges:
    """What an update did, by the names of cells and exercises.

    ``updated``: cells of ours that changed. ``new``: cells that did not exist before. ``kept``: the student's answers
    and cells. ``copied``: cells of ours that the student had changed, kept beside the new ones. ``removed``: exercises
    no longer in the course, now at the end. ``differ``: answers whose outline has changed.
    """

    updated: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """A cell of the release, the student's version of it, and the student's cells after it."""

    new: Json
    old: Json | None
    after: list[Json]


def source_digest(source: str) -> str:
    """The digest of a released cell; trailing spaces do not count."""
    plain = "\n".join(line.rstrip() for line in source.strip().split("\n"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def renewed_notebook(old: Json, new: Json) -> tuple[Json, NotebookChanges]:
    """``new`` with the student's answers, outputs and own cells from ``old``, and what changed."""
    changes = NotebookChanges()
    first, places, gone = _matched(old["cells"], new["cells"])
    cells = [_own(cell, changes) for cell in first]
    elsewhere = {
        name for cell in (*first, *(one for place in places for one in place.after)) for name in _defined(cell)
    }
    for place in places:
        if place.old is not None or _ours(place.new).get("symbol") not in elsewhere or _role(place.new) != "exercise":
            cells += _renewed(place, changes)  # otherwise a stub could follow the answer and override it
        cells += [_own(cell, changes) for cell in place.after]
    for cell in gone:
        changes.removed.append(_ours(cell).get("symbol") or _name(cell))
        cells.append(_own(cell, NotebookChanges()))
    minor = old.get("nbformat_minor")
    renewed = {
        "cells": list(_with_ids(cells)),
        "metadata": {**_mapping(old.get("metadata")), "deepgrade": new["metadata"]["deepgrade"]},
        "nbformat": 4,
        "nbformat_minor": max(5, minor if isinstance(minor, int) else 0),
    }
    return renewed, changes


# --- matching cells ---


def _matched(old: Sequence[Json], new: Sequence[Json]) -> tuple[list[Json], list[_Place], list[Json]]:
    """The student's cells before all of ours; the places; their answers to exercises that no longer exist."""
    found: dict[int, Json] = {}  # place in the release → the student's cell
    of: dict[int, int] = {}  # the reverse, from the student's cells
    for key in (_same_text, _name, _grade_id, _symbol):
        known = {key(cell): place for place, cell in enumerate(new) if key(cell)}
        for number, cell in enumerate(old):
            place = known.get(key(cell), -1)
            if place >= 0 and place not in found and number not in of and _is_same_kind(cell, new[place]):
                found[place], of[number] = cell, place
    first: list[Json] = []
    after: dict[int, list[Json]] = {place: [] for place in range(len(new))}
    gone, waiting = [], first
    for number, cell in enumerate(old):
        if number in of:
            waiting = after[of[number]]
        elif _is_removed(cell, new):
            gone += [] if _ours(cell).get("released") == source_digest(_source(cell)) else [cell]
        elif _role(cell) in ("", "exercise") or _is_changed(cell):
            waiting.append(cell)
    places = [_Place(cell, found.get(place), after[place]) for place, cell in enumerate(new)]
    return first, places, gone


def _is_same_kind(old: Json, new: Json) -> bool:
    return old.get("cell_type") == new["cell_type"] and _role(old) in ("", _role(new))


def _is_removed(cell: Json, new: Sequence[Json]) -> bool:
    symbol = _ours(cell).get("symbol", "")
    return _role(cell) == "exercise" and symbol not in {_ours(one).get("symbol") for one in new}


def _is_changed(cell: Json) -> bool:
    """Whether the student has changed a cell of ours, if its released text is known."""
    released = _ours(cell).get("released")
    return released is not None and released != source_digest(_source(cell))


def _defined(cell: Json) -> set[str]:
    return (
        {one or other for one, other in _DEFINES.findall(_source(cell))} if cell.get("cell_type") == "code" else set()
    )


def _role(cell: Json) -> str:
    role = _ours(cell).get("role")
    if role in _OURS:
        return str(role)
    prefix = _name(cell).split("-")[0]
    return (
        prefix
        if not _ours(cell) and re.fullmatch(r"(lesson|run)-\d+|setup|(check|given|exercise)-.+", _name(cell))
        else ""
    )


def _name(cell: Json) -> str:
    name = cell.get("id")
    return name if isinstance(name, str) else ""


def _grade_id(cell: Json) -> str:
    name = _mapping(_mapping(cell.get("metadata")).get("nbgrader")).get("grade_id")
    return name.replace(".", "-") if isinstance(name, str) else ""


def _same_text(cell: Json) -> str:
    """Identifies a lesson's cell wherever it moves."""
    released = _ours(cell).get("released") or source_digest(_source(cell))
    return f"{_role(cell)} {released}" if _role(cell) in ("lesson", "run") else ""


def _symbol(cell: Json) -> str:
    symbol = _ours(cell).get("symbol")
    return f"{_role(cell)} {symbol}" if isinstance(symbol, str) and symbol else ""


# --- updating cells ---


def _renewed(place: _Place, changes: NotebookChanges) -> Iterator[Json]:
    """The updated cell, and a copy of the student's version if they had changed one of ours."""
    new, old = place.new, place.old
    name = _ours(new).get("symbol") or _name(new)
    if old is None:
        changes.new.append(name)
        yield copy.deepcopy(new)
        return
    text = _source(old)
    same = source_digest(text) == source_digest(_source(new))
    if same:
        pass
    elif _role(new) == "exercise" and _ours(old).get("released") != source_digest(text):
        renewed = _answer(text, _source(new))
        whole = source_digest(renewed.text) == source_digest(_source(new))  # nothing in it was the student's
        changes.kept += [] if whole else [name]
        changes.differ += renewed.differ
        changes.updated += [name] if renewed.updated or renewed.new else []
        yield _put(new, old, renewed.text, outputs=renewed.text == text)
        return
    else:
        changes.updated.append(name)
    yield _put(new, old, text if same else _source(new), outputs=same or _role(new) == "check")
    if not same and _is_changed(old):
        changes.copied.append(name)
        yield _own(old, NotebookChanges())


def _answer(text: str, stub: str) -> Renewed:
    """The student's text with the stub's additions; unchanged if that cannot be read."""
    try:
        _, plain = plain_python(Cell(1, "", "", text), "cell")
        renewed = renewed_source(text, stub, plain)
        plain_python(Cell(1, "", "", renewed.text), "cell")
        return renewed
    except Exception:  # whatever the reader rejects stays as the student wrote it
        return Renewed(text)


def _put(new: Json, old: Json, source: str, *, outputs: bool) -> Json:
    """The release's cell with this text, the student's outputs, and other data that their editor keeps with it."""
    cell = copy.deepcopy(new)
    cell["metadata"] = {**_mapping(old.get("metadata")), **cell["metadata"]}
    cell["source"] = source.splitlines(keepends=True)
    if cell["cell_type"] == "code" and outputs:
        cell["outputs"] = copy.deepcopy(old.get("outputs") or [])
        cell["execution_count"] = old.get("execution_count")
    if isinstance(old.get("attachments"), dict):
        cell["attachments"] = copy.deepcopy(old["attachments"])
    return cell


def _own(cell: Json, changes: NotebookChanges) -> Json:
    """A cell of the student, without marks of ours that were copied with it."""
    changes.kept.append(_name(cell))
    cell = copy.deepcopy(cell)
    cell["metadata"] = {
        key: one for key, one in _mapping(cell.get("metadata")).items() if key not in ("deepgrade", "nbgrader")
    }
    if _role(cell):  # its id alone would make it ours again
        cell["id"] = f"own-{_name(cell)}"[:64]
    if cell.get("cell_type") == "code":
        cell.setdefault("outputs", [])
        cell.setdefault("execution_count", None)
    return cell


def _with_ids(cells: Sequence[Json]) -> Iterator[Json]:
    """Give each cell a unique id; ours stay as released."""
    ours = {_name(cell) for cell in cells if _ours(cell)}
    taken = set(ours)
    for number, cell in enumerate(cells, 1):
        if not _ours(cell):
            name, count = _name(cell) if _ID.fullmatch(_name(cell)) else f"own-{number}", 2
            base = name[:58]
            while name in taken:
                name, count = f"{base}-{count}", count + 1
            cell["id"] = name
            taken.add(name)
        yield cell


def _ours(cell: Json) -> Json:
    return _mapping(_mapping(cell.get("metadata")).get("deepgrade"))


def _source(cell: Json) -> str:
    source = cell.get("source", "")
    return ("".join(source) if isinstance(source, list) else str(source)).replace("\r\n", "\n")


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def same_notebook(one: Json, other: Json) -> bool:
    """Whether they differ only in how their lines are stored."""

    def plain(notebook: Json) -> Json:
        return {**notebook, "cells": [{**cell, "source": _source(cell)} for cell in notebook["cells"]]}

    return plain(one) == plain(other)


def written(notebook: Json) -> bytes:
    """The notebook's bytes, as Jupyter writes them."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
