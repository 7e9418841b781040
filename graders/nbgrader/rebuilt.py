"""A student's notebook for graders to read: the released one with the student's answers in it.

Whatever a student does to the cells (deletes, copies, renames or reorders them, changes their metadata), the result is
a valid notebook with exactly the cells that the gradebook knows.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from graders.host.apart import call_apart
from graders.nbgrader.released import Released, nbgrader_of
from graders.submission.notebook import read_notebook
from graders.submission.upload import read_file

__all__ = ["HandedCell", "Rebuilt", "defanged", "read_handed", "rebuilt"]

MAX_CELLS = 2000
LONGEST = 100_000  # characters shown per cell
KINDS = ("code", "markdown")
_JOINER = "\u2060"  # zero width: separates what follows without changing how the text looks
_LIVE = re.compile(r"(<)(?=[A-Za-z/!?])|(&)(?=[#A-Za-z])|((?:java|vb)script|data)(?=\s*:)", re.IGNORECASE)


@dataclass(frozen=True)
class HandedCell:
    """A submitted cell: the ids it claims, and its text."""

    grade_id: str
    id: str
    kind: str
    text: str


def read_handed(path: Path) -> tuple[HandedCell, ...] | None:
    """The cells of a submitted notebook, read in a process with limits; None if it cannot be read."""
    if path.is_symlink():
        return None
    answer = call_apart(partial(_read, path))
    if answer.ending != "done":
        return None
    return tuple(HandedCell(*map(str, one)) for one in answer.values if isinstance(one, list) and len(one) == 4)


def _read(path: Path) -> Iterator[list[str]]:
    data = read_file(path)
    read_notebook(data, path.name)  # rejects damaged notebooks
    cells = json.loads(data.decode("utf-8-sig")).get("cells")
    for cell in cells[:MAX_CELLS] if isinstance(cells, list) else ():
        source = cell.get("source", "")
        text = "".join(source) if isinstance(source, list) else source
        if isinstance(text, str) and cell.get("cell_type") in KINDS:
            text = text.encode(errors="replace").decode()[:LONGEST]
            yield [str(nbgrader_of(cell).get("grade_id", "")), str(cell.get("id", "")), cell["cell_type"], text]


@dataclass(frozen=True)
class Rebuilt:
    """A valid notebook, and the grade ids of answers submitted exactly as released."""

    notebook: dict[str, Any]
    unanswered: frozenset[str]


def rebuilt(released: Released, handed: Sequence[HandedCell] | None) -> Rebuilt:
    """The released notebook without outputs, with the student's text in each open cell and their own cells in between.

    Of several cells with one name the last counts, as in Python. A missing answer stays as released, but is not taken
    as unanswered: it may be in one of the student's own cells. ``handed`` is None for an unreadable notebook.
    """
    notebook = copy.deepcopy(dict(released.content))
    notebook.update(nbformat=4, nbformat_minor=5)
    for number, cell in enumerate(notebook["cells"]):
        cell.setdefault("id", f"cell-{number}")
    placed = _placed(notebook["cells"], handed or ())
    own = (f"own-{number}" for number in count())
    cells, unanswered = [_own(one, next(own)) for one in placed.beside.get("", ())], set()
    for cell in notebook["cells"]:
        key = _key(cell)
        if handed is None and nbgrader_of(cell).get("solution"):
            cell["source"] = ""  # its content is unknown
        elif _is_open(cell) and key in placed.texts:
            if placed.texts[key] == _text(cell):
                unanswered.add(key)
            else:
                cell["source"] = placed.texts[key] if cell["cell_type"] == "code" else defanged(placed.texts[key])
        cells += [_plain(cell), *(_own(one, next(own)) for one in placed.beside.get(key, ()))]
    notebook["cells"] = cells
    return Rebuilt(notebook, frozenset(unanswered))


@dataclass
class _Placed:
    """Released cell → the student's text for it, and → the student's cells that follow it ("": at the top)."""

    texts: dict[str, str] = field(default_factory=dict)
    beside: dict[str, list[HandedCell]] = field(default_factory=dict)


def _placed(released: Sequence[Mapping[str, Any]], handed: Sequence[HandedCell]) -> _Placed:
    known = {_key(cell): str(cell["cell_type"]) for cell in released}
    ids = {str(cell["id"]): _key(cell) for cell in released}
    placed, at = _Placed(), ""
    for one in handed:
        key = one.grade_id if one.grade_id in known else "" if one.grade_id else ids.get(one.id, "")
        if not key:
            placed.beside.setdefault(at, []).append(one)
            continue
        earlier = placed.texts.get(key, one.text)
        if earlier != one.text:
            placed.beside.setdefault(at, []).append(HandedCell("", "", known[key], earlier))
        at, placed.texts[key] = key, one.text
    return placed


def _own(one: HandedCell, name: str) -> dict[str, Any]:
    """A cell that the student added."""
    text = one.text if one.kind == "code" else defanged(one.text)
    return _plain({"cell_type": one.kind, "id": name, "metadata": {}, "source": text})


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    cell.pop("outputs", None)
    cell.pop("execution_count", None)
    return cell | {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell


def _key(cell: Mapping[str, Any]) -> str:
    return str(nbgrader_of(cell).get("grade_id") or f"#{cell.get('id', '')}")


def _is_open(cell: Mapping[str, Any]) -> bool:
    """Whether the student may write it: neither locked nor a test cell."""
    meta = nbgrader_of(cell)
    return bool(meta.get("solution") or not (meta.get("locked") or meta.get("grade") or meta.get("task")))


def _text(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def defanged(text: str) -> str:
    """Markdown that looks the same but contains no tag, entity or link that could run something in a page."""
    return _LIVE.sub(lambda found: found[0] + _JOINER, text)
