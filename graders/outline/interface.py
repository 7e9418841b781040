"""How a course's own definitions are called: their positional arguments, as in the text given to students."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

__all__ = ["BEGIN", "END", "Interface", "interface_of"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

Interface = Mapping[str, tuple[str, ...]]  # ``LSTM.forward`` → ("x", "h_prev", "c_prev"); ``stride=2`` with a default


def interface_of(solution: str) -> Interface:
    """``Class.method`` or ``function`` → its arguments, without ``self``; leaves out definitions inside an answer."""
    try:
        tree = ast.parse(_without_answers(solution))
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = _arguments(node, 0)
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and not member.decorator_list:
                    found[f"{node.name}.{member.name}"] = _arguments(member, 1)
    return found


def _without_answers(solution: str) -> str:
    """The text with ``pass`` in place of each marked answer, at its indentation."""
    marked = re.compile(rf"^([ \t]*){BEGIN}[ \t]*$.*?^[ \t]*{END}[ \t]*$", re.MULTILINE | re.DOTALL)
    return marked.sub(r"\1pass", solution)


def _arguments(node: ast.FunctionDef, without: int) -> tuple[str, ...]:
    by_place = [*node.args.posonlyargs, *node.args.args]
    bare = len(by_place) - len(node.args.defaults)
    values = [""] * bare + [f"={ast.unparse(one)}" for one in node.args.defaults]
    return tuple(f"{one.arg}{value}" for one, value in zip(by_place, values, strict=True))[without:]
