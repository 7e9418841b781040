"""What a kernel has run but the saved notebook lacks: reported with a receipt, because only the file is submitted."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from graders.messages.errors import DeepgradeError
from graders.submission import load_submission
from graders.submission.magics import plain_python
from graders.submission.notebook import Cell

__all__ = ["unsaved"]


def unsaved(ran: Sequence[str], path: Path, unit: str, exercises: Iterable[str]) -> list[str]:
    """The functions and classes of these exercises whose last run version differs from the one in ``path``.

    ``ran``: the text of every cell that was run, in order.
    """
    owners = list(dict.fromkeys(one.split(".")[0] for one in exercises))
    try:
        text = load_submission(path, units=(unit,), unit=unit).sources[unit].text
        saved = dict(_definitions(ast.parse(text)))
    except (DeepgradeError, SyntaxError, ValueError, RecursionError, OSError):
        return []  # the file's faults are reported elsewhere
    last: dict[str, str] = {}
    for cell in reversed(ran):
        if any(one in cell for one in owners):
            for name, written in _run(cell):
                last.setdefault(name, written)
    return [one for one in owners if one in last and last[one] != saved.get(one)]


def _run(cell: str) -> list[tuple[str, str]]:
    """What a cell defines, the last definition of each name first."""
    try:
        tree, _ = plain_python(Cell(0, "", "", cell), "cell")
    except (SyntaxError, ValueError, RecursionError, DeepgradeError):
        return []
    return [*_definitions(tree)][::-1]


def _definitions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name → its definition, independent of its position."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, ast.dump(node)
