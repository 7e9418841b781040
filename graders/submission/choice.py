"""Which of several files of one unit counts: the one that was worked on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from graders.submission.text import parse_tree

__all__ = ["worked_on"]

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def worked_on(files: Mapping[str, str | int]) -> tuple[str, ...]:
    """The names of the files that count, in the given order; more than one if it is unclear.

    A bundle contains a module and a notebook per language, and most students work in one of them. A file yields to
    another if it still has the stub wherever the two differ. Files are given as their texts; one that is not Python is
    given as its number of placeholders: the fewer are left, the more was worked on.
    """
    works = {name: _Work(file) for name, file in files.items()}
    left = list(files)
    for name in reversed(list(files)):
        others = [other for other in left if other != name]
        if any(_yields(works[name], works[other]) for other in others):
            left = others
    return tuple(left)


class _Work:
    """What one file contains: its functions, and how many placeholders are left in them."""

    def __init__(self, file: str | int) -> None:
        self.functions: dict[str, tuple[bytes, bool]] | None = None
        if isinstance(file, int):
            self.placeholders = file
            return
        try:
            self.functions = dict(_functions(parse_tree(file, "")))
            self.placeholders = sum(stub for _, stub in self.functions.values())
        except RecursionError:  # ``ast.dump`` recurses less deeply than Python
            self.placeholders = file.count("NotImplementedError")


def _yields(mine: _Work, other: _Work) -> bool:
    if mine.functions is None or other.functions is None:
        worse = mine.functions is None
        return mine.placeholders + worse > other.placeholders
    return all(other.functions.get(name, (b"",))[0] == body or stub for name, (body, stub) in mine.functions.items())


def _functions(tree: ast.Module) -> Iterator[tuple[str, tuple[bytes, bool]]]:
    """(qualified name, (what it does, whether it is still the stub))."""
    for node in tree.body:
        if isinstance(node, _FUNCTION):
            yield node.name, _content(node.body)
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, _FUNCTION):
                    yield f"{node.name}.{member.name}", _content(member.body)


def _content(body: Sequence[ast.stmt]) -> tuple[bytes, bool]:
    """A body without its docstring, and whether it ends in our placeholder."""
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        body = body[1:]
    content = sha256("\n".join(map(ast.dump, body)).encode()).digest()
    return content, any(_is_placeholder(node) for node in body)


def _is_placeholder(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
