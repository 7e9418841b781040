"""Opens the code files of an upload, each once: text, imports, lines, or the fault that keeps it from running."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graders.messages.errors import SubmissionError
from graders.messages.message import Message
from graders.submission.modules import Import, imports_of, own_names
from graders.submission.naming import language_of_name
from graders.submission.refusal import excerpt, refusal
from graders.submission.text import MAX_TEXT_KB, decode, parse, parse_tree, syntax_fault
from graders.submission.upload import Upload

if TYPE_CHECKING:
    from graders.submission.cells import Place
    from graders.submission.notebook import Notebook

__all__ = ["MAX_SOURCES_KB", "Opened", "Reader"]

MAX_SOURCES_KB = 2048  # of all texts of a submission together


@dataclass(frozen=True)
class Opened:
    """A code file that was read. ``error`` is set if none of it can be used, ``fault`` also for a syntax error.

    Its tree is not kept: a tree of 256 KB may take 300 MB.
    """

    name: str
    text: str = ""
    imports: tuple[Import, ...] = ()
    lines: Mapping[int, Place] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    fault: Message | None = None
    error: SubmissionError | None = None
    language: str | None = None
    placeholders: int = 0  # in the bytes


class Reader:
    """The files of one upload, opened on demand."""

    def __init__(self, upload: Upload, units: tuple[str, ...], packages: Collection[str] = ()) -> None:
        self.upload = upload
        self.names = frozenset(upload.names)
        self.packages = frozenset(packages)  # of the course
        self._own = {"numpy", "torch", *packages, *units} | own_names(upload.names)
        self._opened: dict[str, Opened] = {}
        self._bytes = 0
        self._notebooks: dict[str, Notebook] = {}

    def open(self, name: str) -> Opened:
        """Never raises for a problem of this one file, only for the size of all of them together."""
        if name not in self._opened:
            self._opened[name] = self._open(name)
            if self._bytes > MAX_SOURCES_KB << 10:
                raise refusal("upload.too_much", name=self.upload.name, limit_mb=MAX_SOURCES_KB >> 10)
        return self._opened[name]

    def different(self, names: Iterable[str]) -> list[str]:
        """Of byte-identical files, only the first."""
        found: dict[str | bytes, str] = {}
        for name in names:
            try:
                found.setdefault(self.upload.read(name), name)
            except SubmissionError:  # reported when it is opened
                found[name] = name
        return list(found.values())

    def notebook(self, name: str) -> Notebook:
        """SubmissionError for a damaged one."""
        if name not in self._notebooks:
            from graders.submission.notebook import read_notebook

            self._notebooks[name] = read_notebook(self.upload.read(name), name)
        return self._notebooks[name]

    def _open(self, name: str) -> Opened:
        data = b""
        try:
            data = self.upload.read(name)
            opened = self._notebook(name) if name.lower().endswith(".ipynb") else _module(name, data)
            self._bytes += len(opened.text)
        except SubmissionError as error:
            self._bytes += min(len(data), MAX_TEXT_KB << 10)  # it may have been read in part
            opened = Opened(name, fault=error.message, error=error)
        return replace(opened, placeholders=data.count(b"NotImplementedError"))

    def _notebook(self, name: str) -> Opened:
        notebook = self.notebook(name)
        language = notebook.language if notebook.language in ("ko", "en") else language_of_name(name)
        from graders.submission.cells import build_module, place

        module = build_module(notebook, name, self._own)
        try:
            tree = parse_tree(module.text, name)
        except SyntaxError as error:  # each cell is Python, but not all of them together
            fault = syntax_fault(error, name, module.text)
            fault = Message(fault.id, {**fault.params, "line": place(*module.lines[fault.params["line"]])})
            return Opened(name, module.text, lines=module.lines, notes=module.notes, fault=fault, language=language)
        return Opened(name, module.text, imports_of(tree), module.lines, module.notes, language=language)


def _module(name: str, data: bytes) -> Opened:
    text, marked = decode(data, name)
    notes = (Message("source.bom", {"file": excerpt(name)}),) if marked else ()
    try:
        tree = parse(text, name)
    except SyntaxError as error:
        return Opened(name, text, notes=notes, fault=syntax_fault(error, name, text))
    return Opened(name, text, imports_of(tree), notes=notes)
