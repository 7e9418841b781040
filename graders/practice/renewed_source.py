"""Updates a student's Python text to a new release: what they wrote stays, stubs and given code are replaced."""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Renewed", "renewed_source"]

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
MARK = "# YOUR CODE HERE"
_NEW = "\n\n\n"  # between definitions of a module


@dataclass(frozen=True)
class Renewed:
    """The text, and the names in it that were updated, added, kept as the student's, or differ from the release."""

    text: str
    updated: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()


@dataclass
class _Work:
    """The student's lines, and the replacements for some of them."""

    lines: list[str]
    edits: list[tuple[int, int, list[str]]] = field(default_factory=list)  # from line, to line, replacement
    updated: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)

    def replace(self, node: ast.stmt, text: str) -> None:
        self.edits.append((_first(node), node.end_lineno or 0, text.split("\n")))

    def insert(self, after: int, text: str) -> None:
        self.edits.append((after, after, text.split("\n")))

    def done(self) -> Renewed:
        lines = list(self.lines)
        ordered = sorted(enumerate(self.edits), key=lambda one: (*one[1][:2], one[0]), reverse=True)
        for _, (first, last, text) in ordered:  # from the end, so that earlier lines keep their numbers
            lines[first:last] = text
        named = (tuple(getattr(self, name)) for name in ("updated", "new", "kept", "differ"))
        return Renewed("\n".join(lines), *named)


def renewed_source(old: str, new: str, read_as: str | None = None) -> Renewed:
    """``old`` with what it lacks from ``new``, and with its stubs updated.

    ``read_as``: the old text, line for line, containing only Python (a cell may contain commands). SyntaxError if it is
    not valid Python, or if the new text does not fit in.
    """
    mine, theirs = ast.parse(old if read_as is None else read_as), ast.parse(new)
    work, source = _Work(old.split("\n")), new.split("\n")
    _imports(work, mine, theirs)
    there = {name: node for node in mine.body for name in _bound(node)}
    previous: ast.stmt | None = None
    waiting: list[str] = []
    for node in theirs.body:
        names = _names(node)
        if not names:
            continue
        same = next((there[name] for name in names if name in there), None)
        if same is None:
            work.new += names
            waiting.append(_with_remarks(source, node))
            continue
        _add(work, waiting, previous, same)
        waiting, previous = [], same
        if isinstance(node, ast.ClassDef) and isinstance(same, ast.ClassDef):
            _class(work, same, node, source)
        else:
            _piece(work, names[0], same, node, source)
    _add(work, waiting, previous, None)
    renewed = work.done()
    if read_as is None:
        ast.parse(renewed.text)  # a class with other indentation takes none of our methods
    return renewed


def _add(work: _Work, waiting: list[str], previous: ast.stmt | None, following: ast.stmt | None) -> None:
    """Insert new pieces after the piece they follow in the release, else before the one that follows them."""
    if not waiting:
        return
    text = _NEW.join(waiting)
    if previous is not None:
        work.insert(previous.end_lineno or 0, f"\n\n{text}")
    elif following is not None:
        work.insert(_first(following), f"{text}\n\n")
    else:
        last = len(work.lines)
        while last and not work.lines[last - 1].strip():
            last -= 1
        work.edits.append((last, len(work.lines), f"\n\n{text}\n".split("\n") if last else f"{text}\n".split("\n")))


def _class(work: _Work, mine: ast.ClassDef, theirs: ast.ClassDef, source: list[str]) -> None:
    old, new = _text(work.lines, mine), _text(source, theirs)
    if old == new:
        return
    if _is_replaceable(mine, theirs, old, new):
        work.replace(mine, new)
        work.updated.append(theirs.name)
        return
    methods = {name: one for one in mine.body for name in _bound(one)}
    inherits = [ast.dump(one) for one in mine.bases] != [ast.dump(one) for one in theirs.bases]
    previous: ast.stmt = mine.body[-1]
    for one in theirs.body:
        if not isinstance(one, Function):
            continue
        name = f"{theirs.name}.{one.name}"
        if one.name in methods:
            previous = methods[one.name]
            _piece(work, name, previous, one, source)
        elif _is_stub(one) and not inherits:  # a stub must not hide what it inherits
            work.insert(previous.end_lineno or 0, "\n" + _text(source, one))
            work.new.append(name)


def _piece(work: _Work, name: str, mine: ast.stmt, theirs: ast.stmt, source: list[str]) -> None:
    """A function, or an assignment to a name."""
    old, new = _text(work.lines, mine), _text(source, theirs)
    if old == new:
        return
    if _is_replaceable(mine, theirs, old, new):
        work.replace(mine, new)
        work.updated.append(name)
    elif isinstance(mine, Function) and isinstance(theirs, Function) and _is_stub(theirs):
        work.kept.append(name)
        if ast.dump(mine.args) != ast.dump(theirs.args):
            work.differ.append(name)
    else:
        work.kept.append(name)
        work.differ.append(name)


def _is_replaceable(mine: ast.stmt, theirs: ast.stmt, old: str, new: str) -> bool:
    """Whether nothing in it is the student's: no code beyond the given, no comments of their own."""
    if type(mine) is not type(theirs) or mine.col_offset != theirs.col_offset:
        return False
    return _says_nothing(mine, theirs) and not _remarks(old) - _remarks(new) - {MARK}


def _says_nothing(mine: ast.stmt, theirs: ast.stmt | None) -> bool:
    if isinstance(mine, Function) and _is_stub(mine):
        return True
    if isinstance(mine, ast.ClassDef) and isinstance(theirs, ast.ClassDef):
        given = {name: one for one in theirs.body for name in _names(one)}
        return all(
            _says_nothing(one, next((given[name] for name in _names(one) if name in given), None))
            for one in _code(mine)
        )
    return theirs is not None and _plain(mine) == _plain(theirs)


def _is_stub(node: Function) -> bool:
    body = _code(node)
    return not body or (
        len(body) == 1
        and isinstance(body[0], ast.Raise)
        and any(isinstance(one, ast.Name) and one.id == "NotImplementedError" for one in ast.walk(body[0]))
    )


def _code(node: Definition) -> list[ast.stmt]:
    """The body without its docstring."""
    return node.body[1:] if ast.get_docstring(node) is not None else node.body


def _plain(node: ast.stmt) -> str:
    """What the code does, without docstrings."""
    copy = ast.parse(ast.unparse(node))
    for one in ast.walk(copy):
        if isinstance(one, Definition) and ast.get_docstring(one) is not None:
            one.body = one.body[1:] or [ast.Pass()]
    return ast.dump(copy)


def _remarks(text: str) -> set[str]:
    try:
        tokens = [*tokenize.generate_tokens(io.StringIO(textwrap.dedent(text)).readline)]
    except (tokenize.TokenError, SyntaxError):
        return {text}
    return {one.string.strip() for one in tokens if one.type == tokenize.COMMENT}


def _imports(work: _Work, mine: ast.Module, theirs: ast.Module) -> None:
    """Add the release's missing imports after the existing ones."""
    have = {name for node in ast.walk(mine) for name in _imported(node)}
    lacking = [ast.unparse(node) for node in theirs.body if any(name not in have for name in _imported(node))]
    if not lacking:
        return
    others = [node for node in mine.body if isinstance(node, ast.Import | ast.ImportFrom)]
    head = [mine.body[0]] if mine.body and ast.get_docstring(mine) is not None else []
    after = ([0] + [node.end_lineno or 0 for node in (others or head)])[-1]
    work.insert(after, "\n".join([*([""] if head and not others else []), *lacking]))
    work.new += lacking


def _imported(node: ast.AST) -> Iterator[tuple[str, ...]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, alias.asname or "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from ((node.module or "", alias.name, alias.asname or "") for alias in node.names)


def _names(node: ast.stmt) -> list[str]:
    """The names that a definition or an assignment binds."""
    if isinstance(node, Definition):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def _bound(node: ast.stmt) -> Iterator[str]:
    """All names that the student's statement binds, at any depth: no stub may follow it."""
    yield from _names(node)
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif not isinstance(node, Definition):
        yield from (name for one in ast.iter_child_nodes(node) if isinstance(one, ast.stmt) for name in _bound(one))


def _first(node: ast.stmt) -> int:
    """The line where it begins, decorators included, from 0."""
    first: int = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return first - 1


def _text(lines: list[str], node: ast.stmt) -> str:
    return "\n".join(lines[_first(node) : node.end_lineno])


def _with_remarks(lines: list[str], node: ast.stmt) -> str:
    """The text with the comments above it."""
    first = _first(node)
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno])
