"""One digest of everything an exercise's mutation score depends on: while it is unchanged, nothing is tried again."""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graders.courses.course import Course, UnitSpec
from graders.grading.oracle import Answers
from graders.mutation.mutants import VERSION
from graders.mutation.source import Lines

__all__ = ["digest_of"]

WORDS = {"title", "start"}  # of an exercise: only people read these


def digest_of(course: Course, answers: Answers, unit: str, symbol: str, texts: Iterable[str]) -> str:
    """For one exercise: its probe, cases and points, the right texts, the units it uses, and how mutants are made."""
    digest = hashlib.sha256(f"{VERSION}\n{unit}.{symbol}\n".encode())
    spec = course.spec(unit)
    top = symbol.split(".")[0]
    pieces = list(_asked(spec, symbol))
    pieces += [piece for text in texts for piece in _needed(text, {top})]
    pieces += [top.text for one in spec.about.uses if one in course.units for top in _tops(course.solution(one))]
    pieces += [
        repr((one.model.id, one.model.groups, one.model.eps))
        for one in answers.alterations(unit, symbol)
        if one.model.kind == "variant"
    ]
    for piece in pieces:
        digest.update(piece.encode() + b"\0")
    return digest.hexdigest()[:16]


def _asked(spec: UnitSpec, symbol: str) -> Iterator[str]:
    """The text of one exercise in its unit's file, without its words; the whole file if it cannot be found there."""
    mine = [call for call in _exercises(spec.source) if _symbol_of(call) == symbol]
    if len(mine) != 1:
        yield spec.source
        return
    parts = [*mine[0].args, *(one.value for one in mine[0].keywords if one.arg not in WORDS)]
    lines = Lines(spec.source)
    yield from (lines.text(part) for part in parts)
    yield from _needed(spec.source, {name for part in parts for name in _names(part)})


@functools.lru_cache(maxsize=8)
def _exercises(source: str) -> tuple[ast.Call, ...]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return tuple(call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Exercise")


def _symbol_of(call: ast.Call) -> str:
    named = [one.value for one in call.keywords if one.arg == "symbol"]
    node = named[0] if named else call.args[0] if call.args else None
    if isinstance(node, ast.Constant):
        return str(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def _needed(text: str, names: set[str]) -> Iterator[str]:
    """The top-level statements of a text that define these names, and those that they need, in order."""
    tops = _tops(text)
    waiting, chosen = set(names), set()
    while waiting:
        name = waiting.pop()
        for place, top in enumerate(tops):
            if name in top.defined and place not in chosen:
                chosen.add(place)
                waiting |= top.named - {name}
    return (tops[place].text for place in sorted(chosen))


@dataclass(frozen=True)
class _Top:
    """A top-level statement: its lines without docstrings, the names it defines and those it uses."""

    text: str
    defined: frozenset[str]
    named: frozenset[str]


@functools.lru_cache(maxsize=32)
def _tops(text: str) -> tuple[_Top, ...]:
    lines, tops = text.splitlines(), []
    for node in ast.parse(text).body:
        words = {number for one in ast.walk(node) for number in _docstring_lines(one)}
        own = (
            lines[number - 1]
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if number not in words
        )
        tops.append(_Top("\n".join(own), frozenset(_defined(node)), frozenset(_names(node))))
    return tuple(tops)


def _docstring_lines(node: ast.AST) -> range:
    """The line numbers of its docstring, which is never executed."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
        return range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    return range(0)


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.split(".")[0] for one in node.names)
    else:
        yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))


def _names(node: ast.AST) -> Iterator[str]:
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name))
