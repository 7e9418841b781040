"""Single-edit mutants: every small slip that can be made at one place of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from graders.mutation.edits import RULES
from graders.mutation.order import aliases, depend, own
from graders.mutation.source import Edit, Lines, Mutant

__all__ = ["VERSION", "mutants"]

VERSION = 1  # incremented when a text gets other mutants than before: all scores must then be computed again
TINY = 1e-3  # a smaller constant that is added to something is an ε


def mutants(source: str, spans: Sequence[tuple[int, int]] = ()) -> Iterator[Mutant]:
    """Every mutant whose edit lies in these lines (first and last, from 1); in the whole text if none are given.

    Docstrings, annotations and raise statements are left alone. Edits that certainly change nothing are not tried:
    reordering independent statements or iterations, ``t`` for the ``self.t`` just made from it. Some mutants may not be
    valid Python.
    """
    for top in ast.parse(source).body:
        if isinstance(top, ast.FunctionDef | ast.ClassDef):
            yield from _of(top, source, spans)


def _of(top: ast.FunctionDef | ast.ClassDef, source: str, spans: Sequence[tuple[int, int]]) -> Iterator[Mutant]:
    first = min([top.lineno, *(one.lineno for one in top.decorator_list)])
    text = "\n" * (first - 1) + "\n".join(source.split("\n")[first - 1 : top.end_lineno])
    lines, seen = Lines(text), {text}
    for symbol, function in _functions(top, top.name):
        for kind, node, new in _edits(function, lines):
            start, end = node.lineno, node.end_lineno  # type: ignore[attr-defined]
            if spans and not any(one <= start and end <= last for one, last in spans):
                continue
            mutated = lines.replaced(node, new)
            if mutated not in seen:
                seen.add(mutated)
                yield Mutant(kind, start, lines.text(node), new, top.name, symbol, mutated, _is_eps(node))


def _functions(node: ast.AST, symbol: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions of a definition, each once with its name; a nested function belongs to the outer one."""
    if isinstance(node, ast.FunctionDef):
        yield symbol, node
    elif isinstance(node, ast.ClassDef):
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef | ast.ClassDef):
                yield from _functions(inner, f"{symbol}.{inner.name}")


def _is_eps(node: ast.AST) -> bool:
    parts = (node.left, node.right) if isinstance(node, ast.BinOp) else (node,)
    return any(isinstance(one, ast.Constant) and isinstance(one.value, float) and one.value < TINY for one in parts)


def _edits(function: ast.FunctionDef, lines: Lines) -> Iterator[Edit]:
    names, same = _variables(function), aliases(function)
    for node in _touched(function):
        for rule in RULES:
            yield from rule(node, lines)
        yield from _other_names(node, names, same)
    for body in _bodies(function):
        yield from _statements(body, lines)


def _touched(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body that can contain a slip."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Global) or _is_words(node):
            continue
        yield node
        waiting += reversed(_inside(node))


def _inside(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        return list(node.body)
    if isinstance(node, ast.AnnAssign):
        return [child for child in (node.target, node.value) if child is not None]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return []  # one constant
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reshape":
        return [one for one in children if not isinstance(one, ast.UnaryOp)]  # -1: the remaining length
    if isinstance(node, ast.Call):
        return [one for one in children if not (isinstance(one, ast.keyword) and one.arg == "strict")]
    return children


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


# --- names -----------------------------------------------------------------------------------------------------------


def _variables(function: ast.FunctionDef) -> tuple[str, ...]:
    """What a name in this function may be confused with: its arguments, variables and attributes of self."""
    nodes = list(ast.walk(function))
    arguments = [one.arg for one in (*function.args.args, *function.args.kwonlyargs) if one.arg != "self"]
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    methods = {own(node.func) for node in nodes if isinstance(node, ast.Call)}
    kept = [own(node) for node in nodes if own(node) and own(node) not in methods]
    return tuple(dict.fromkeys([*arguments, *stored, *kept]))


def _other_names(node: ast.AST, names: Sequence[str], same: Mapping[frozenset[str], int]) -> Iterator[Edit]:
    if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return
    mine = node.id if isinstance(node, ast.Name) else own(node)
    if mine in names:
        for other in names:
            if other != mine and node.lineno <= same.get(frozenset((mine, other)), node.lineno):
                yield "name", node, other


# --- statements ------------------------------------------------------------------------------------------------------


def _bodies(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield [one for one in body if not _is_words(one)]


def _statements(body: list[ast.stmt], lines: Lines) -> Iterator[Edit]:
    for one in body:
        if isinstance(one, ast.Assign | ast.AugAssign | ast.Expr | ast.If | ast.For | ast.Return):
            yield "statement dropped", one, "pass"
        if isinstance(one, ast.If):
            yield "condition", one.test, "True"
    for first, second in pairwise(body):
        simple = all(isinstance(one, ast.Assign | ast.AugAssign | ast.Expr) for one in (first, second))
        if simple and depend(first, second):
            yield "statements exchanged", _Pair(first, second), _exchanged(first, second, lines)


class _Pair(ast.AST):
    """Two consecutive statements, as one place."""

    def __init__(self, first: ast.stmt, second: ast.stmt) -> None:
        super().__init__()
        self.lineno, self.col_offset = first.lineno, first.col_offset
        self.end_lineno, self.end_col_offset = second.end_lineno, second.end_col_offset


def _exchanged(first: ast.stmt, second: ast.stmt, lines: Lines) -> str:
    between = "; " if first.end_lineno == second.lineno else "\n" + " " * first.col_offset
    return f"{lines.text(second)}{between}{lines.text(first)}"
