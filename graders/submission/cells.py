"""A notebook's code as one module: imports, definitions and constants, in order, with the cell behind each line."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import symtable
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from graders.messages.errors import SubmissionError
from graders.messages.message import Message
from graders.submission.magics import plain_python
from graders.submission.notebook import Cell, Notebook
from graders.submission.refusal import excerpt, refusal
from graders.submission.statements import (
    CHANGED,
    annotation_names,
    attached_names,
    bound_names,
    changed_names,
    is_import_only,
    is_kept,
    is_lasting,
    needed_names,
)
from graders.submission.text import MAX_TEXT_KB, refuse_characters

__all__ = ["Module", "Place", "build_module", "place"]

Place = tuple[int, int]  # (cell, line in the cell), both from 1

MAX_CELLS = 2000
_NOT_OURS = ("check", "lesson", "run")  # roles of our cells without an answer
_UNEVALUATED = "from __future__ import annotations"
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINES = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Module:
    """The text that runs, the origin of each of its lines, and what the student should know about it."""

    text: str
    lines: Mapping[int, Place]
    notes: tuple[Message, ...]


@dataclass(frozen=True)
class _Piece:
    """A kept statement: its lines and what it binds."""

    node: ast.stmt
    cell: Cell
    first: int
    text: str
    binds: frozenset[str]


@dataclass(frozen=True)
class _Refused:
    """Names that a cell would have defined if it could run."""

    cell: Cell
    line: int
    names: frozenset[str]
    error: str  # the expression that is raised when they are used


@dataclass
class _Draft:
    """What has been read so far."""

    pieces: list[_Piece] = field(default_factory=list)
    # Names that kept statements may build on → the kind of statement that binds them.
    known: dict[str, type[ast.stmt]] = field(default_factory=lambda: dict.fromkeys(dir(builtins), ast.Import))
    unevaluated: Place | None = None  # the first definition with an annotation that cannot be evaluated
    refused: list[_Refused] = field(default_factory=list)
    dropped: dict[str, Place] = field(default_factory=dict)  # name → where its dropped statement is
    notes: list[Message] = field(default_factory=list)


def place(cell: int, line: int) -> dict[str, object]:
    """A line of a notebook as a parameter of a message: "3 of cell 4"."""
    return Message("source.place", {"cell": cell, "line": line}).to_dict()


def build_module(notebook: Notebook, file: str, own: Collection[str]) -> Module:
    """Keeps only what defines something; a cell that is not Python becomes definitions that say so when called.

    ``own`` are the top-level module names that belong to the course or the upload: their imports always stay, since
    they may import an answer. Others stay only if kept code uses them (``from google.colab import drive``).
    """
    if len(notebook.cells) > MAX_CELLS:
        raise refusal("notebook.form", file=file, reason=f"it has {len(notebook.cells)} code cells")
    if sum(len(cell.text) for cell in notebook.cells) > MAX_TEXT_KB << 10:
        size_kb = sum(len(cell.text) for cell in notebook.cells) >> 10
        raise refusal("source.long", file=file, size_kb=size_kb, limit_kb=MAX_TEXT_KB)
    draft = _Draft()
    for cell in notebook.cells:
        if cell.role in _NOT_OURS:
            draft.notes += _lost_in_check(cell, file)
        elif cell.text.strip():
            _read_cell(draft, cell, file)
    draft.pieces = list(_without_idle_imports(draft.pieces, own))
    text, lines = _written(draft)
    notes = (*draft.notes, *_duplicates(draft.pieces, file), *_missed(text, draft, file))
    return Module(text, lines, notes)


def _lost_in_check(cell: Cell, file: str) -> Iterator[Message]:
    names = list(dict.fromkeys(_DEFINES.findall(cell.text)))
    if names and cell.role == "check":
        params = {"file": excerpt(file), "cell": cell.number, "names": ", ".join(names)}
        yield Message("notebook.in_check_cell", params)


def _read_cell(draft: _Draft, cell: Cell, file: str) -> None:
    refuse_characters(cell.text, f"{file} [{cell.number}]")
    try:
        tree, text = plain_python(cell, file)
    except SyntaxError as error:
        names = frozenset([*_DEFINES.findall(cell.text), cell.symbol.split(".")[0]])
        _refuse(draft, file, _Refused(cell, error.lineno or 1, names, f"SyntaxError({error.msg!r})"), error.msg)
        return
    except SubmissionError as error:
        raise refusal(error.message_id, **{**error.params, "file": f"{file} [{cell.number}]"}) from error
    lines = text.split("\n")
    shared = _shared_lines(tree)
    for node in tree.body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        if is_kept(node, draft.known):
            whole = not shared & {node.lineno, node.end_lineno} and not (node.col_offset and first == node.lineno)
            kept = "\n".join(lines[first - 1 : node.end_lineno]) if whole else _segment(lines, node)
            kept = kept.removesuffix("\\")  # the next line is not kept
            _keep(draft, _Piece(node, cell, first, kept, bound_names(node)), file)
        else:
            _drop(draft, node, (cell.number, first), file)


def _keep(draft: _Draft, piece: _Piece, file: str) -> None:
    """Keep a statement, unless it cannot be executed because a name is missing."""
    node, known = piece.node, draft.known.keys()
    missing = [] if "*" in known or is_import_only(node) else sorted(needed_names(node) - known)
    if missing:
        reason = f"name {missing[0]!r} is not defined"
        _refuse(draft, file, _Refused(piece.cell, piece.first, piece.binds, f"NameError({reason!r})"), reason)
        return
    if annotation_names(node) - known:
        draft.unevaluated = draft.unevaluated or (piece.cell.number, piece.first)
    draft.pieces.append(piece)
    draft.known |= dict.fromkeys(piece.binds, type(node))


def _drop(draft: _Draft, node: ast.stmt, where: Place, file: str) -> None:
    for name in bound_names(node):
        draft.dropped.setdefault(name, where)
    for name in changed_names(node):
        if name in draft.known and not is_lasting(name, draft.known):
            draft.known[name] = CHANGED
    for name in attached_names(node, draft.known):
        params = {"file": excerpt(file), "name": name, "line": place(*where)}
        draft.notes.append(Message("notebook.dropped_attribute", params))


def _refuse(draft: _Draft, file: str, refused: _Refused, reason: str) -> None:
    lines = refused.cell.text.split("\n")
    shown = lines[refused.line - 1].strip() if refused.line <= len(lines) else ""
    where = {"file": excerpt(file), "line": place(refused.cell.number, refused.line)}
    draft.refused.append(refused)
    draft.notes.append(Message("notebook.refused_cell", {**where, "reason": reason, "text": excerpt(shown)}))


def _shared_lines(tree: ast.Module) -> set[int]:
    """Lines shared by two statements (``import a; import b``)."""
    shared, last = set(), 0
    for node in tree.body:
        if node.lineno == last:
            shared.add(last)
        last = node.end_lineno or node.lineno
    return shared


def _segment(lines: list[str], node: ast.stmt) -> str:
    """The statement alone; the columns of a tree count bytes."""
    last = (node.end_lineno or node.lineno) - 1
    piece = [line.encode() for line in lines[node.lineno - 1 : last + 1]]
    piece[-1] = piece[-1][: node.end_col_offset]
    piece[0] = piece[0][node.col_offset :]
    return b"\n".join(piece).decode()


def _without_idle_imports(pieces: list[_Piece], own: Collection[str]) -> Iterator[_Piece]:
    stays = {*own, "", "__future__"}
    doubtful = {
        id(one) for one in pieces if is_import_only(one.node) and not _tops(one.node) & stays and "*" not in one.binds
    }
    used = {
        node.id
        for piece in (pieces if doubtful else ())
        if not is_import_only(piece.node)
        for node in ast.walk(piece.node)
        if isinstance(node, ast.Name)
    }
    for piece in pieces:
        if id(piece) not in doubtful or piece.binds & used:
            yield piece


def _tops(node: ast.stmt) -> set[str]:
    """First names of the modules that a statement imports; "" for a relative import."""
    tops = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Import):
            tops |= {alias.name.split(".")[0] for alias in one.names}
        elif isinstance(one, ast.ImportFrom):
            tops.add((one.module or "").split(".")[0] if not one.level else "")
    return tops


# --- writing the module ----------------------------------------------------------------------------------------------


def _written(draft: _Draft) -> tuple[str, dict[int, Place]]:
    out: list[str] = []
    lines: dict[int, Place] = {}

    def put(text: str, cell: int, first: int, step: int = 1) -> None:
        for offset, line in enumerate(text.split("\n")):
            out.append(line)
            lines[len(out)] = (cell, first + step * offset)

    def is_future(piece: _Piece) -> bool:
        return isinstance(piece.node, ast.ImportFrom) and piece.node.module == "__future__"

    if draft.unevaluated is not None:
        put(_UNEVALUATED, *draft.unevaluated)
    for future in filter(is_future, draft.pieces):  # a module allows them only at the top, a notebook in any cell
        put(future.text, future.cell.number, future.first)
    defined = {name for piece in draft.pieces for name in piece.binds}
    refused = list(draft.refused)
    ordered: list[_Piece | None] = [*draft.pieces, None]
    for piece in ordered:
        while refused and (piece is None or refused[0].cell.number < piece.cell.number):
            one = refused.pop(0)
            for name in sorted(one.names - defined):
                if name.isidentifier() and not keyword.iskeyword(name) and name != "__debug__":
                    put(_raising(name, one.error), one.cell.number, one.line, step=0)
        if piece is not None and not is_future(piece):
            put(piece.text, piece.cell.number, piece.first)
    return "\n".join(out) + "\n", lines


def _raising(name: str, error: str) -> str:
    """A stand-in for what a cell would have defined: only an exercise that uses it ends with the cell's error."""
    return f"class {name}:\n    def __init__(self, *args, **options):\n        raise {error}"


# --- what the student should know ------------------------------------------------------------------------------------


def _duplicates(pieces: list[_Piece], file: str) -> Iterator[Message]:
    cells: dict[str, list[int]] = {}
    for piece in pieces:
        if isinstance(piece.node, _DEFINITION):
            cells.setdefault(piece.node.name, []).append(piece.cell.number)
    for name, numbers in cells.items():
        if len(numbers) > 1:
            params = {"file": excerpt(file), "name": name, "cells": ", ".join(map(str, numbers))}
            yield Message("notebook.duplicate", params)


def _missed(text: str, draft: _Draft, file: str) -> Iterator[Message]:
    """Names that kept code reads but only dropped statements bind."""
    have = {name for piece in draft.pieces for name in piece.binds}
    if not draft.dropped.keys() - have:
        return
    try:
        wanted = _global_names(symtable.symtable(text, file, "exec"))
    except (SyntaxError, RecursionError):  # a cell too long to be compiled here; the sandbox will report it
        return
    for name, (cell, line) in draft.dropped.items():
        if name in wanted and name not in have:
            params = {"file": excerpt(file), "name": name, "line": place(cell, line)}
            yield Message("notebook.dropped_name", params)


def _global_names(table: symtable.SymbolTable) -> set[str]:
    found, waiting = set(), [table]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        found |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return found
