"""A lesson's cell to run: as IPython would, and in one kind sentence where what it needs is not written yet."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from graders.messages.message import Message

__all__ = ["run_cell", "unwritten"]

Exercises = Mapping[str, Iterable[str]]  # unit → its symbols


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


def unwritten(error: Exception, exercises: Exercises, own: str | None) -> Message | None:
    """Which exercise to write first, where the error says that one is missing; None for any other error.

    ``own``: the unit of the notebook, whose exercises are named without it.
    """
    if isinstance(error, NameError):
        found = _symbol(str(error.name), exercises.get(own or "", ()))
        return Message("magic.run_first", {"name": found}) if found else None
    if not isinstance(error, NotImplementedError):
        return None
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        module = str(frame.f_globals.get("__name__"))
        unit = module if module in exercises else own or ""
        found = _symbol(frame.f_code.co_qualname, exercises.get(unit, ()))
        if found:
            return Message("magic.write_first", {"name": found if unit == own else f"{unit}.{found}"})
    return None


def _symbol(name: str, symbols: Iterable[str]) -> str:
    """The exercise of a function: ``Net.predict`` itself, or the first of its class; "" if it is of none."""
    known = list(symbols)
    if name in known:
        return name
    owner = name.split(".")[0]
    return next((one for one in known if one.split(".")[0] == owner), "")
