"""How much a student writes for an exercise."""

from __future__ import annotations

import ast

from graders.authoring.stubs import answer_spans

__all__ = ["lines_to_write"]


def lines_to_write(source: str, symbol: str, symbols: tuple[str, ...]) -> int:
    """Lines of the solution that contain code and belong to this exercise: its function, class or method."""
    first, last = _place(source, symbol)
    methods = [_place(source, one) for one in symbols if one.startswith(f"{symbol}.")]
    lines = source.splitlines()
    docs = {number for start, end in _docstrings(source) for number in range(start, end + 1)}
    return sum(
        1
        for begin, end in answer_spans(source, symbols)
        for number in range(begin, end + 1)
        if first <= number <= last
        and not any(start <= number <= stop for start, stop in methods)
        and lines[number - 1].strip()
        and not lines[number - 1].strip().startswith("#")
        and number not in docs
    )


def _place(source: str, symbol: str) -> tuple[int, int]:
    body: list[ast.stmt] = ast.parse(source).body
    found: ast.stmt | None = None
    for name in symbol.split("."):
        found = next((one for one in body if getattr(one, "name", None) == name), None)
        body = getattr(found, "body", [])
    return (found.lineno, found.end_lineno or 0) if found is not None else (0, -1)


def _docstrings(source: str) -> list[tuple[int, int]]:
    found = [node.body[0] for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [
        (one.lineno, one.end_lineno or 0)
        for one in found
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
    ]
