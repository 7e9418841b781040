"""What changed between two uploads, for reading: by file, and in a notebook by exercise. Nothing is compiled.

The result is bounded and printable for any input; the time is not bounded: see ``call_apart``.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from graders.messages.errors import SubmissionError
from graders.submission.notebook import read_notebook
from graders.submission.plain import text
from graders.submission.upload import load_upload

__all__ = ["Changes", "FileChange", "PartChange", "changes_of", "from_plain", "to_plain", "visible"]

MAX_LINES = 3000  # of a text; the rest is not compared
MAX_SHOWN = 2000  # lines of all differences together
MAX_FILES = 200  # that differ
LONGEST_LINE = 500
LONGEST_NAME = 400
AROUND = 2  # identical lines, before and after
WHAT = ("changed", "added", "removed", "renamed", "unreadable")
MARKS = ("+", "-", " ", "@")


@dataclass(frozen=True)
class PartChange:
    """What differs in a module, or in the cells of one ``exercise`` of a notebook ("": in all other cells).

    Each line starts with a mark: ``+``, ``-``, a blank, or ``@`` for omitted lines.
    """

    exercise: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FileChange:
    """``what`` happened to a file; ``before`` is its name in the first upload if it was different."""

    name: str
    what: str
    before: str = ""
    parts: tuple[PartChange, ...] = ()


@dataclass(frozen=True)
class Changes:
    """The files that differ, by name. ``cut``: there is more than is shown."""

    files: tuple[FileChange, ...] = ()
    cut: bool = False


def changes_of(old: Path, new: Path) -> Changes:
    """Compares two uploads. SubmissionError if one of them cannot be read as a whole."""
    one, two = _files(old), _files(new)
    single = len(one) == len(two) == 1 and old.suffix.lower() != ".zip" != new.suffix.lower()
    earlier = _renamed(one, two, single)
    room, found = _Room(), []
    for name in sorted(two.keys() | (one.keys() - earlier.values())):
        before = earlier.get(name, name)
        change = _file(name, before, one.get(before, NOTHING), two.get(name, NOTHING), room)
        if change is not None:
            found.append(change)
    return Changes(tuple(found[:MAX_FILES]), room.cut or len(found) > MAX_FILES)


def visible(line: str) -> str:
    """The line with an escape for every character that is invisible or changes how others are read."""
    return "".join(
        char if char.isprintable() or char == "\t" else char.encode("unicode_escape").decode() for char in line
    )


# --- reading ---------------------------------------------------------------------------------------------------------

Texts = Mapping[str, str] | None  # of a file: exercise → its cells, "" → everything else; None: it cannot be read
NOTHING: Mapping[str, str] = {}  # if there is no such file


def _files(path: Path) -> dict[str, Texts]:
    upload = load_upload(path, ())
    found: dict[str, Texts] = {}
    for name in upload.names:
        try:
            found[name] = _texts(name, upload.read(name))
        except SubmissionError:
            if upload.main is not None:  # there is nothing else
                raise
            found[name] = None
    return found


def _texts(name: str, data: bytes) -> Mapping[str, str]:
    """Odd encodings and characters, for which grading refuses a text, are shown."""
    if not name.lower().endswith(".ipynb"):
        return {"": data.decode("utf-8-sig", "replace").replace("\r\n", "\n")}
    found: dict[str, list[str]] = {}
    for cell in read_notebook(data, name).cells:
        if cell.text.strip():
            found.setdefault(cell.symbol if cell.role == "exercise" else "", []).append(cell.text.strip("\n"))
    return {symbol: "\n\n".join(texts) for symbol, texts in found.items()}


# --- comparing -------------------------------------------------------------------------------------------------------


@dataclass
class _Room:
    """How many lines may still be shown."""

    lines: int = MAX_SHOWN
    cut: bool = field(default=False)

    def taken(self, lines: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for mark, line in lines:
            if self.lines <= 0:
                self.cut = True
                return
            self.lines -= 1
            self.cut = self.cut or len(line) > LONGEST_LINE
            yield mark, visible(line[:LONGEST_LINE]) + ("…" if len(line) > LONGEST_LINE else "")


def _renamed(one: Mapping[str, Texts], two: Mapping[str, Texts], single: bool) -> dict[str, str]:
    """New name → old name of renamed files: the same text, else the same name in another folder.

    ``single``: both times, a module or notebook was handed in by itself.
    """
    gone, came = sorted(one.keys() - two.keys()), sorted(two.keys() - one.keys())
    found: dict[str, str] = {}
    for key in (_content, _base_name):
        there: dict[Hashable, list[str]] = {}
        for name in gone:
            there.setdefault(key(name, one[name]), []).append(name)
        for name in came:
            like = there.pop(key(name, two[name]), []) if name not in found else []
            if len(like) == 1:
                found[name] = like[0]
        gone = [name for name in gone if name not in {*found.values()}]
    if single and came and gone and PurePosixPath(gone[0]).suffix == PurePosixPath(came[0]).suffix:
        found[came[0]] = gone[0]
    return found


def _content(name: str, texts: Texts) -> Hashable:
    return tuple(sorted(texts.items())) if texts is not None else name


def _base_name(name: str, texts: Texts) -> Hashable:
    return PurePosixPath(name).name


def _file(name: str, before: str, old: Texts, new: Texts, room: _Room) -> FileChange | None:
    """None if nothing has changed."""
    named = _name(name)
    was = _name(before) if before != name else ""
    if old is None or new is None:
        return FileChange(named, "unreadable", was)
    if old == new and old is not NOTHING:
        return FileChange(named, "renamed", was) if was else None
    what = "added" if old is NOTHING else "removed" if new is NOTHING else "renamed" if was else "changed"
    return FileChange(named, what, was, tuple(_parts(old, new, room)))


def _parts(old: Mapping[str, str], new: Mapping[str, str], room: _Room) -> Iterator[PartChange]:
    for symbol in dict.fromkeys((*new, *old)):
        if old.get(symbol) != new.get(symbol):
            lines = _lines(old.get(symbol, ""), new.get(symbol, ""), room)
            if lines:
                yield PartChange(_name(symbol), lines)


def _lines(old: str, new: str, room: _Room) -> tuple[tuple[str, str], ...]:
    one, two = (each.removesuffix("\n").split("\n") if each else [] for each in (old, new))
    room.cut = room.cut or max(len(one), len(two)) > MAX_LINES
    if room.lines <= 0:  # what is not shown is not compared
        room.cut = True
        return ()
    return tuple(room.taken(_marked(one[:MAX_LINES], two[:MAX_LINES])))


def _marked(one: list[str], two: list[str]) -> Iterator[tuple[str, str]]:
    seen = 0
    for group in difflib.SequenceMatcher(None, one, two).get_grouped_opcodes(AROUND):
        if group[0][1] > seen:
            yield "@", ""
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                yield from ((" ", line) for line in one[start:end])
            else:
                yield from (("-", line) for line in one[start:end])
                yield from (("+", line) for line in two[new_start:new_end])
        seen = group[-1][2]
    if 0 < seen < len(one):
        yield "@", ""


def _name(name: str) -> str:
    return visible(name[:LONGEST_NAME].replace("\t", " "))


# --- as plain data ---------------------------------------------------------------------------------------------------


def to_plain(changes: Changes) -> dict[str, Any]:
    files = [
        {**vars(one), "parts": [{"exercise": part.exercise, "lines": part.lines} for part in one.parts]}
        for one in changes.files
    ]
    return {"files": files, "cut": changes.cut}


def from_plain(data: Mapping[str, Any]) -> Changes:
    """The changes; ValueError, TypeError, KeyError or AttributeError if the data are not any."""
    files = tuple(map(_file_from, data["files"]))
    if len(files) > MAX_FILES or sum(len(part.lines) for one in files for part in one.parts) > MAX_SHOWN:
        raise ValueError("too many files or lines")
    return Changes(files, data["cut"] is True)


def _file_from(data: Mapping[str, Any]) -> FileChange:
    if data["what"] not in WHAT:
        raise ValueError("nothing that becomes of a file")
    parts = tuple(PartChange(_shown(one["exercise"]), tuple(map(_line_from, one["lines"]))) for one in data["parts"])
    return FileChange(_shown(data["name"]), data["what"], _shown(data["before"]), parts)


def _line_from(data: Any) -> tuple[str, str]:
    mark, line = data
    if mark not in MARKS:
        raise ValueError("no mark of a line")
    return mark, _shown(line)


def _shown(value: Any) -> str:
    return visible(text(value, 12 * LONGEST_LINE))
