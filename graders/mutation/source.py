"""A Python text addressed by its nodes' positions, and one edit of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

__all__ = ["Edit", "Lines", "Mutant", "operand"]

Edit = tuple[str, ast.AST, str]  # kind, the node removed, the text inserted


@dataclass(frozen=True)
class Mutant:
    """One edit inside the definition of ``top``: ``kind`` names it, ``line`` is its line (from 1).

    ``text`` is that definition with the edit made; it starts on the same line as before. ``eps``: the edit changes
    whether, or how much, a tiny constant is added.
    """

    kind: str
    line: int
    old: str
    new: str
    top: str
    symbol: str  # the ``Class.method`` or function around it
    text: str
    eps: bool = False

    @property
    def name(self) -> str:
        """What distinguishes it from the others on one line."""
        return f"{self.kind}: {self.old} → {self.new}"


class Lines:
    """A text addressed by nodes' positions: lines, and bytes within a line."""

    def __init__(self, source: str) -> None:
        self._bytes = source.encode()
        self._starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        where: tuple[int, int, int, int] = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
        return self._starts[where[0] - 1] + where[1], self._starts[where[2] - 1] + where[3]

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)
        return self._bytes[start:end].decode()

    def replaced(self, node: ast.AST, new: str) -> str:
        """The whole text with ``new`` in place of a node."""
        start, end = self.span(node)
        return (self._bytes[:start] + new.encode() + self._bytes[end:]).decode()


def operand(node: ast.expr, lines: Lines) -> str:
    """The text of a node as part of an expression, in parentheses if it needs them."""
    text = lines.text(node)
    atom = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant)
    return text if atom else f"({text})"
