"""Loads a submission: which file is which unit, what it imports of the student's own, and what cannot be read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.messages.near import listed, suggested
from graders.submission.assign import Assignment, assign_units
from graders.submission.choice import worked_on
from graders.submission.modules import Import, find_module, imported_modules
from graders.submission.naming import near_units, readable, unit_of_folder
from graders.submission.reading import MAX_SOURCES_KB, Opened, Reader
from graders.submission.refusal import excerpt, refusal
from graders.submission.roster import student_of
from graders.submission.upload import Upload, load_upload

if TYPE_CHECKING:
    from graders.submission.cells import Place

__all__ = ["MAX_SOURCES", "MAX_SOURCES_KB", "Source", "Submission", "digest_of", "load_submission"]

MAX_SOURCES = 200
MAX_NAMED = 20  # names in one note
MAX_VERSIONS = 8  # per unit; a module and a notebook per language make four


@dataclass(frozen=True)
class Source:
    """One unit's module: the exact text that is checked and run. ``fault`` says why it cannot run at all."""

    unit: str
    text: str
    file: str
    sha256: str
    lines: Mapping[int, Place] = field(default_factory=dict)  # line of the text → (cell, line); empty for a .py file
    fault: Message | None = None

    def place_of(self, line: int) -> Any:
        """A line as the student knows it, for the parameter ``line`` of a message: 12, or line 3 of cell 4."""
        if line not in self.lines:
            return line
        from graders.submission.cells import place

        return place(*self.lines[line])

    @property
    def line_of(self) -> Any:
        """``place_of`` for a notebook; None if lines need no translation."""
        return self.place_of if self.lines else None


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    ``units`` are those to grade; ``sources`` may contain more: the student's own earlier units that they import.
    ``extra`` maps module names (``common.layers``, a helper) to texts. ``sha256`` covers all texts and nothing else:
    outputs, metadata and file names do not change it.
    """

    student: str
    sources: Mapping[str, Source]
    extra: Mapping[str, str]
    notes: tuple[Message, ...]
    flags: tuple[Message, ...]
    sha256: str
    files: tuple[str, ...]
    language: str | None
    units: tuple[str, ...]

    @property
    def texts(self) -> dict[str, str]:
        """Module name → text, for units and helpers alike."""
        return {unit: source.text for unit, source in self.sources.items()} | dict(self.extra)


def load_submission(
    path: Path,
    *,
    units: Iterable[str],
    packages: Collection[str] = (),
    unit: str | None = None,
    student: str | None = None,
) -> Submission:
    """Read a file, folder or zip. ``unit`` is the one to grade; by default, all that were handed in (a file's own).

    ``packages`` of the course are replaced by the student's own units if they were not handed in.

    A fault in one unit stays with that unit (``Source.fault``) if another can be read.
    SubmissionError: the upload as a whole is refused. UsageError: there is no such path or unit.
    """
    known = tuple(units)
    wanted = _known_unit(unit, known) if unit is not None else None
    upload = load_upload(Path(path), known, packages)
    reader = Reader(upload, known, packages)
    assignment = assign_units(upload, reader, known, wanted)
    gathered = _Gathering(reader, assignment)
    graded = (wanted,) if wanted else tuple(sorted(assignment.candidates)) if upload.main is None else assignment.main
    for one in graded:
        gathered.add_unit(one, strict=True)
    _refuse_if_nothing_is_readable([gathered.opened[one] for one in graded])
    gathered.follow_imports()
    texts = {one: opened.text for one, opened in gathered.opened.items()} | gathered.extra
    languages = [opened.language for one in graded if (opened := gathered.opened[one]).language]
    return Submission(
        student or readable(student_of(Path(path), known)),
        {one: _source(one, opened) for one, opened in gathered.opened.items()},
        gathered.extra,
        (*_passed_over(upload), *assignment.notes, *gathered.notes),
        (),
        digest_of(texts),
        tuple(dict.fromkeys(map(readable, [opened.name for opened in gathered.opened.values()] + gathered.files))),
        languages[0] if languages else None,
        graded,
    )


def _passed_over(upload: Upload) -> Iterator[Message]:
    """The parts of an upload that were not read."""
    for id, names in (("upload.links_left_out", upload.links), ("upload.skipped", upload.skipped)):
        if names:
            more = " …" if names[MAX_NAMED:] else ""
            yield Message(id, {"names": ", ".join(map(excerpt, names[:MAX_NAMED])) + more})


def _known_unit(unit: str, units: tuple[str, ...]) -> str:
    found = unit_of_folder(unit, units)
    if found is None:
        near = near_units(unit, units)
        raise UsageError("usage.no_unit", unit=unit, known=listed(units), near=suggested(near))
    return found


def _refuse_if_nothing_is_readable(graded: list[Opened]) -> None:
    errors = [opened.error for opened in graded if opened.error is not None]
    if errors and len(errors) == len(graded):
        raise errors[0]


def _source(unit: str, opened: Opened) -> Source:
    digest = hashlib.sha256(opened.text.encode()).hexdigest()
    return Source(unit, opened.text, opened.name, digest, opened.lines, opened.fault)


def digest_of(texts: Mapping[str, str]) -> str:
    """What identifies a submission: its texts, by name."""
    digest = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class _Gathering:
    """The sources of one submission while they are collected."""

    def __init__(self, reader: Reader, assignment: Assignment) -> None:
        self.reader = reader
        self.assignment = assignment
        self.opened: dict[str, Opened] = {}
        self.extra: dict[str, str] = {}
        self.files: list[str] = []
        self.notes: list[Message] = []
        self._waiting: list[tuple[str, str, tuple[Import, ...]]] = []  # file, package, imports

    def add_unit(self, unit: str, *, strict: bool) -> None:
        """Open the file that counts for a unit; ``strict`` refuses if there is more than one candidate."""
        names = self.assignment.candidates[unit]
        names = self.reader.different(names) if names[1:] else names
        if len(names) > MAX_VERSIONS and strict:
            count, name = len(names), self.reader.upload.name
            raise refusal("submission.many_versions", name=name, count=count, unit=unit, limit=MAX_VERSIONS)
        opened = {name: self.reader.open(name) for name in names[:MAX_VERSIONS]}
        texts = {name: one.text if one.fault is None else one.placeholders for name, one in opened.items()}
        left = worked_on(texts) if names[1:] else names
        if len(left) > 1 and strict:
            raise refusal("submission.both_edited", unit=unit, files=", ".join(left))
        chosen = opened[left[0]]
        self.opened[unit] = chosen
        self.notes += chosen.notes
        self._waiting.append((chosen.name, "", chosen.imports))

    def follow_imports(self) -> None:
        """Imported earlier units and helper modules, and what those import in turn."""
        while self._waiting:
            file, package, imports = self._waiting.pop(0)
            for module in imported_modules(imports, package):
                top = module.split(".")[0]
                if module in self.assignment.candidates:
                    self._add_units([module])
                elif top not in self.assignment.candidates:
                    self._add_extra(module, file)
                    if top in self.reader.packages and not self.extra.keys() & {top, ".".join(module.split(".")[:2])}:
                        self._add_units(sorted(self.assignment.candidates))

    def _add_units(self, units: Iterable[str]) -> None:
        for unit in units:
            if unit not in self.opened:
                self.add_unit(unit, strict=False)

    def _add_extra(self, module: str, importer: str) -> None:
        parts = module.split(".")
        for name in [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]:
            file = find_module(name, importer, self.reader.names)
            if file is None or name in self.extra:
                continue
            opened = self.reader.open(file)
            if opened.error is not None and opened.error.message_id != "source.empty":  # __init__.py often is
                self.notes.append(opened.error.message)
                continue
            self.extra[name] = opened.text
            self.files.append(file)
            if len(self.files) > MAX_SOURCES:
                raise refusal("upload.too_much", name=self.reader.upload.name, limit_mb=MAX_SOURCES_KB >> 10)
            package = name if file.endswith("/__init__.py") else name.rpartition(".")[0]
            self._waiting.append((file, package, opened.imports))
