"""The solution without its answers: the module a student starts from."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graders.messages.errors import CourseError
from graders.outline.interface import BEGIN, END

__all__ = [
    "BEGIN",
    "END",
    "Segment",
    "answer_spans",
    "docstrings_of",
    "make_stub",
    "public_lines",
    "segments",
    "solution_lines",
    "solution_subtrees",
    "telling_lines",
    "with_docstrings",
]


PLACE = ("# YOUR CODE HERE", "raise NotImplementedError")
SHORTEST_TELLING_LINE = 25  # a normalised line shorter than this many characters proves nothing (`return out`)
SMALLEST_TELLING_TREE = 12  # two expressions with fewer AST nodes than this agree by chance (`x.shape[0]`)

Function = ast.FunctionDef


@dataclass(frozen=True)
class Segment:
    """A top-level piece of a module: its text, and the symbol it defines ("" for imports and other code)."""

    kind: str  # "import" | "symbol" | "code"
    name: str
    text: str


def make_stub(source: str, symbols: Iterable[str], header: str) -> str:
    """Replace every answer by a placeholder.

    If a symbol has marked regions, these are replaced; otherwise the whole body after the docstring, of the function,
    of every method of the class, or of the one method for ``Class.method``. ``header`` becomes the module docstring.
    """
    lines = source.splitlines()
    holes = sorted(_holes(source, tuple(symbols)), reverse=True)
    for first, last, indent in holes:
        lines[first:last] = [indent + text for text in PLACE]
    tree = ast.parse(source)
    if tree.body and ast.get_docstring(tree) is not None:
        doc = tree.body[0]
        lines[doc.lineno - 1 : doc.end_lineno] = []
    return f'"""{header}"""\n\n' + "\n".join(lines).strip("\n") + "\n"


def _holes(source: str, symbols: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """(first line, line after the last, indent) of every answer, zero-based."""
    lines = source.splitlines()
    start = None
    marked: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if line.strip() == BEGIN:
            if start is not None:
                raise _unpaired(start, BEGIN, END)
            start = number
        elif line.strip() == END:
            if start is None:
                raise _unpaired(number, END, BEGIN)
            marked.append((start, number + 1))
            yield start, number + 1, _indent(lines[start])
            start = None
    if start is not None:
        raise _unpaired(start, BEGIN, END)
    for node in ast.parse(source).body:
        if not isinstance(node, Function | ast.ClassDef):
            continue
        wanted = [symbol for symbol in symbols if symbol.split(".")[0] == node.name]
        inside = any(node.lineno <= first + 1 <= (node.end_lineno or 0) for first, _ in marked)
        if wanted and not inside:
            for function in _functions(node, wanted):
                yield _body(function, lines)


def answer_spans(source: str, symbols: Iterable[str]) -> list[tuple[int, int]]:
    """(first line, last line), from 1, of what students write for these symbols; the rest is given to them."""
    return [(first + 1, last) for first, last, _ in _holes(source, tuple(symbols))]


def _unpaired(number: int, marker: str, other: str) -> CourseError:
    return CourseError.in_english(
        f"Line {number + 1} of the solution has {marker!r} without {other!r}.", "Pair the markers."
    )


def _functions(node: ast.stmt, wanted: list[str]) -> Iterator[Function]:
    if isinstance(node, Function):
        yield node
    elif isinstance(node, ast.ClassDef):
        methods = {symbol.split(".")[1] for symbol in wanted if "." in symbol}
        whole = any("." not in symbol for symbol in wanted)
        for member in node.body:
            if whole and isinstance(member, ast.ClassDef):
                yield from _functions(member, [member.name])
            elif isinstance(member, Function) and (whole or member.name in methods):
                yield member


def _body(function: Function, lines: list[str]) -> tuple[int, int, str]:
    """The body after the docstring: the statements, and the comments before, between and after them."""
    body = function.body
    node = body[1] if ast.get_docstring(function) is not None and len(body) > 1 else body[0]
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))]) - 1
    last = body[-1].end_lineno or 0
    if lines[first].encode()[: node.col_offset].strip(b" \t@"):
        raise CourseError.in_english(
            f"Line {first + 1} of the solution: {function.name} has its body on the line of its head or docstring.",
            "Give the body lines of its own.",
        )
    before, top = first, function.lineno if node is body[0] else body[0].end_lineno or 0
    while before > top and _is_remark(lines[before - 1]):
        before -= 1
        first = before if lines[before].strip() else first
    after, head = last, len(_indent(lines[function.lineno - 1]))
    while after < len(lines) and _is_remark(lines[after]):
        after += 1
        last = after if len(_indent(lines[after - 1])) > head and lines[after - 1].strip() else last
    return first, last, _indent(lines[body[0].lineno - 1])


def _is_remark(line: str) -> bool:
    return not line.strip() or line.strip().startswith("#")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def segments(source: str) -> list[Segment]:
    """A module's top-level pieces in order, each with the comments before it; without the module docstring."""
    lines, found, done = source.splitlines(), [], 0
    for position, node in enumerate(ast.parse(source).body):
        end = node.end_lineno or 0
        text = "\n".join(lines[done:end]).strip("\n")
        done = end
        if position == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                found.append(Segment("import", "", text))
        elif isinstance(node, Function | ast.ClassDef):
            found.append(Segment("symbol", node.name, text))
        else:
            found.append(Segment("code", "", text))
    return found


# --- docstrings in another language ---


def docstrings_of(source: str) -> dict[str, str]:
    """``Affine``, ``Affine.forward`` … → the docstring; the module's own is not included."""
    return {name: inspect.cleandoc(str(node.value.value)) for name, node in _docstrings(ast.parse(source), "")}


def with_docstrings(source: str, docstrings: Mapping[str, str]) -> str:
    """The same code, with these docstrings (by name) in place of its own."""
    lines = source.split("\n")
    found = [(name, node) for name, node in _docstrings(ast.parse(source), "") if name in docstrings]
    for name, node in sorted(found, key=lambda pair: -pair[1].lineno):
        text = docstrings[name].strip().replace("\\", "\\\\").replace('"""', r"\"\"\"")
        text = text + "\n" if "\n" in text else re.sub(r'"$', r"\"", text)
        indent = " " * node.col_offset
        written = f'"""{text}"""'.split("\n")
        lines[node.lineno - 1 : node.end_lineno] = [indent + line if line else "" for line in written]
    return "\n".join(lines)


def _docstrings(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, Any]]:
    """(name, its docstring's expression) for every class, function and method."""
    for member in node.body:
        if isinstance(member, Function | ast.ClassDef):
            if ast.get_docstring(member) is not None:
                yield prefix + member.name, member.body[0]
            if isinstance(member, ast.ClassDef):
                yield from _docstrings(member, f"{prefix}{member.name}.")


# --- which parts of a solution must not be in a public file ---


def solution_lines(source: str, symbols: Iterable[str]) -> frozenset[str]:
    """Normalised lines of the answers that are long enough to be telling."""
    lines = source.splitlines()
    told = set()
    for first, last, _ in _holes(source, tuple(symbols)):
        for line in lines[first:last]:
            plain = _normalised(line)
            if len(plain) >= SHORTEST_TELLING_LINE and plain not in (_normalised(BEGIN), _normalised(END)):
                told.add(plain)
    return frozenset(told)


def telling_lines(text: str) -> frozenset[str]:
    """Normalised lines of a secret text that are long enough to be telling."""
    return frozenset(line for line in map(_normalised, text.splitlines()) if len(line) >= SHORTEST_TELLING_LINE)


def public_lines(text: str) -> Iterator[str]:
    """The normalised lines of a public text (including a notebook's JSON, whose lines are quoted)."""
    for line in text.splitlines():
        plain = line.strip().rstrip(",")
        if plain.startswith('"'):
            plain = plain.strip('"').removesuffix("\\n").replace('\\"', '"')
        yield _normalised(plain)


def _normalised(line: str) -> str:
    return re.sub(r"\s+", "", line.split("  #")[0]).rstrip(",")


def solution_subtrees(source: str, symbols: Iterable[str]) -> dict[str, str]:
    """AST dump → text, for every expression of the answers too large to agree by chance."""
    holes = [(first, last) for first, last, _ in _holes(source, tuple(symbols))]
    return {dump: text for dump, text, line in _subtrees(source) if any(first < line <= last for first, last in holes)}


def _subtrees(source: str) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.expr) and sum(1 for _ in ast.walk(node)) >= SMALLEST_TELLING_TREE:
            yield ast.dump(node), ast.unparse(node), node.lineno


def public_subtrees(source: str) -> frozenset[str]:
    """AST dumps of the same size in a public Python text."""
    return frozenset(dump for dump, _, _ in _subtrees(source))
