"""A submission as plain data and back: data from the process that read an upload is checked before use."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graders.messages.message import Message
from graders.submission.load import MAX_SOURCES, MAX_SOURCES_KB, Source, Submission, digest_of

if TYPE_CHECKING:
    from graders.submission.cells import Place

__all__ = ["checked_message", "from_plain", "number", "text", "to_plain"]

MAX_NOTES = 1000
LONGEST_NAME = 4096  # a path
LONGEST_SHOWN = 1000  # of a parameter; longer ones are cut
_OURS = re.compile(r"(notebook|source|submission|upload|usage|step)\.\w{1,40}")  # ids of what reading may report
_UNITS_OWN = re.compile(r"\w+(\.\w+)*")


def to_plain(submission: Submission) -> dict[str, Any]:
    """JSON values only; digests are left out, because they are computed again."""
    sources = {
        unit: {
            "text": source.text,
            "file": source.file,
            "lines": _runs(source.lines),
            "fault": source.fault.to_dict() if source.fault else None,
        }
        for unit, source in submission.sources.items()
    }
    return {
        "student": submission.student,
        "sources": sources,
        "extra": dict(submission.extra),
        "notes": [note.to_dict() for note in submission.notes[:MAX_NOTES]],
        "files": list(submission.files),
        "language": submission.language,
        "units": list(submission.units),
    }


def from_plain(data: Mapping[str, Any], known: Collection[str]) -> Submission:
    """The submission; ValueError, TypeError, KeyError or AttributeError if the data are not one."""
    sources = {_one_of(unit, known): _source(unit, one) for unit, one in data["sources"].items()}
    extra = {_module(name): text(value, MAX_SOURCES_KB << 10) for name, value in data["extra"].items()}
    texts = {unit: source.text for unit, source in sources.items()} | extra
    files = tuple(text(name, LONGEST_NAME) for name in data["files"])
    units = tuple(_one_of(unit, sources) for unit in data["units"])
    if len(files) > 2 * MAX_SOURCES or len(data["notes"]) > MAX_NOTES or not units:
        raise ValueError("too many files or notes, or no unit")
    if len(extra) > MAX_SOURCES or sum(map(len, texts.values())) > MAX_SOURCES_KB << 10:
        raise ValueError("too many texts, or too long ones")
    return Submission(
        text(data["student"], LONGEST_NAME),
        sources,
        extra,
        tuple(map(checked_message, data["notes"])),
        (),
        digest_of(texts),
        files,
        None if data["language"] is None else _one_of(data["language"], ("ko", "en")),
        units,
    )


def _source(unit: str, data: Mapping[str, Any]) -> Source:
    content = text(data["text"], MAX_SOURCES_KB << 10)
    fault = checked_message(data["fault"]) if data["fault"] is not None else None
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Source(unit, content, text(data["file"], LONGEST_NAME), digest, _lines(data["lines"]), fault)


def checked_message(data: Mapping[str, Any]) -> Message:
    """One of the messages that reading an upload may give; long texts in it are cut."""
    id = text(data["id"], LONGEST_SHOWN)
    if not _OURS.fullmatch(id):
        raise ValueError(f"no message {id!r}")
    return Message(id, {text(name, 40): _parameter(value) for name, value in data["params"].items()})


def _parameter(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
    return checked_message(value).to_dict() if isinstance(value, dict) else number(value)


def text(value: Any, longest: int) -> str:
    """The value, if it is a text of at most this many characters."""
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError("no text, or too long a one")
    return value


def number(value: Any) -> int:
    """The value, if it is a whole number from 0 that a text or file may have."""
    if type(value) is not int or not 0 <= value <= 1 << 32:
        raise ValueError("no number")
    return value


def _module(name: str) -> str:
    if not _UNITS_OWN.fullmatch(text(name, LONGEST_NAME)):
        raise ValueError("no name of a module")
    return name


def _one_of(value: Any, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"not one of {', '.join(known)}")
    return value


# --- lines -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lines(Mapping[int, "Place"]):
    """Line of a module → (cell, line), stored as ranges: a notebook of blank lines has a hundred thousand of them."""

    starts: Sequence[int]  # the first line of each range; the very first is 1
    places: Sequence[Place]  # and its place
    count: int

    def __getitem__(self, line: int) -> Place:
        if not 1 <= line <= self.count:
            raise KeyError(line)
        at = bisect_right(self.starts, line) - 1
        cell, first = self.places[at]
        return cell, first + line - self.starts[at]

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, self.count + 1))

    def __len__(self) -> int:
        return self.count


def _runs(lines: Mapping[int, Place]) -> list[int]:
    """The number of lines, then for each range its first line, cell and line in the cell."""
    runs = [len(lines)] if lines else []
    cell, following = 0, 0
    for line in range(1, len(lines) + 1):
        place = lines[line]
        if place != (cell, following):
            runs += [line, *place]
        cell, following = place[0], place[1] + 1
    return runs


def _lines(data: Any) -> Mapping[int, Place]:
    if not data:
        return {}
    count, *runs = map(number, data)
    starts = runs[::3]
    if len(runs) % 3 or starts[0] != 1 or starts != sorted(set(starts)) or count < starts[-1]:
        raise ValueError("no lines of a module")
    return Lines(starts, [*zip(runs[1::3], runs[2::3], strict=True)], count)
