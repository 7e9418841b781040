"""Cells under ``%%check`` or ``%%experiment``: runs them as IPython would and explains missing names."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterable
from typing import Any

from graders.messages.message import Message

__all__ = ["defined_in", "run_cell", "undefined", "unwritten"]


def run_cell(shell: Any, cell: str) -> None:
    """Run the cell below the magic, in the kernel's namespace; the value of a last expression is displayed."""
    __tracebackhide__ = True  # a reader's traceback begins with the cell's own line
    cell = f"\n{cell}"  # stands for the magic's line, so that line numbers match what the reader sees
    name = shell.compile.cache(cell, shell.execution_count, cell)
    tree = shell.transform_ast(ast.parse(_transformed(shell, cell), name))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), shell.user_ns)
    if last is None:
        return
    if shell.displayhook.semicolon_at_end_of_expression(cell):
        exec(compile(ast.Module([last], []), name, "exec"), shell.user_ns)
    else:
        exec(compile(ast.Interactive([last]), name, "single"), shell.user_ns)  # through IPython's displayhook


def _transformed(shell: Any, cell: str) -> str:
    """Transform the cell; IPython drops leading empty lines, so they are put back."""
    empty = len(cell) - len(cell.lstrip("\n"))
    text: str = shell.transform_cell(cell)
    return "\n" * empty + text


def defined_in(shell: Any, cell: str) -> set[str]:
    """The top-level functions and classes of a cell that was run."""
    body = ast.parse(_transformed(shell, cell)).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def unwritten(error: Exception) -> Message | None:
    """Which function to write first, if the error comes from a stub; None for any other error."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    name = frames[-1].f_code.co_qualname.split(".<locals>")[0] if frames else "<module>"
    if not isinstance(error, NotImplementedError) or name.startswith("<"):
        return None
    module = str(frames[-1].f_globals.get("__name__"))
    return Message("magic.write_first", {"name": name if module == "__main__" else f"{module}.{name}"})


def undefined(error: NameError, symbols: Iterable[str]) -> Message | None:
    """Which exercise's cell to run first; None if the missing name belongs to none of these exercises."""
    owners = {symbol.split(".")[0] for symbol in symbols}
    return Message("magic.run_first", {"name": error.name}) if error.name in owners else None
