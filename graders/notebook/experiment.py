"""A lesson's cell to run: as IPython would, and in one kind sentence where what it needs is not written yet."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterable
from typing import Any

from graders.messages.message import Message

__all__ = ["run_cell", "undefined", "unwritten"]


def run_cell(shell: Any, cell: str) -> None:
    """Run the cell in the kernel's names; the value of a last expression is displayed."""
    __tracebackhide__ = True  # a reader's traceback begins with the cell's own line
    name = shell.compile.cache(cell, shell.execution_count, cell)
    tree = ast.parse(shell.transform_cell(cell), name)
    tree = shell.transform_ast(tree)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), shell.user_ns)
    if last is not None:
        exec(compile(ast.Interactive([last]), name, "single"), shell.user_ns)  # by way of IPython's displayhook


def unwritten(error: Exception) -> Message | None:
    """Which function to write first, where the error comes from a stub; None for any other error."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    name = frames[-1].f_code.co_qualname.split(".<locals>")[0] if frames else "<module>"
    if not isinstance(error, NotImplementedError) or name.startswith("<"):
        return None
    module = str(frames[-1].f_globals.get("__name__"))
    return Message("magic.write_first", {"name": name if module == "__main__" else f"{module}.{name}"})


def undefined(error: NameError, symbols: Iterable[str]) -> Message | None:
    """Which exercise's cell to run first; None where the missing name is none of these exercises'."""
    owners = {symbol.split(".")[0] for symbol in symbols}
    return Message("magic.run_first", {"name": error.name}) if error.name in owners else None
