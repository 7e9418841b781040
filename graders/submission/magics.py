"""Notebook commands (``%…``, ``!…``, ``…?``) in a cell: left out, or refused if an answer is expected.

Our own commands ask about an answer and change nothing in it, so they may be in its cell.
"""

from __future__ import annotations

import ast
import re

from graders.submission.notebook import Cell
from graders.submission.text import parse

__all__ = ["plain_python"]

# Matched against a stripped line: the pattern must be unambiguous, or a long line takes quadratic time.
_COMMAND = re.compile(
    r"%\w"  # %matplotlib inline
    r"|!"  # !pip install x
    r"|\w[\w, ]*=\s*(?:!|%\w)"  # files = !ls
    r"|\?{1,2}[\w.*]+$|[\w.*\[\]]+\?{1,2}$"  # help
)
_OUR_LINE = re.compile(r"%(?:check|hint|explain|progress|submit|login|deepgrade|(?:re)?load_ext +graders)\b(?![\w.])")
_OUR_CELL = {"check", "experiment"}  # these run the cell
_OVER_PYTHON = {*_OUR_CELL, "time", "timeit", "capture", "prun", "debug", "memit", "snakeviz", "python", "python3"}
MAX_REPARSED = 1 << 20  # characters; every command means reading its cell once more


def plain_python(cell: Cell, file: str) -> tuple[ast.Module, str]:
    """The cell's tree and the text it was read from, line for line; commands have become ``pass``.

    SyntaxError for a cell that is not Python, and for a command in an exercise's cell.
    """
    lines = cell.text.split("\n")
    found = _take_cell_commands(lines)
    read = len(found)
    while True:
        try:
            tree = parse("\n".join(lines), file)
            break
        except SyntaxError as error:
            line = error.lineno or 0
            if not 0 < line <= len(lines) or not _COMMAND.match(lines[line - 1].strip()):
                raise
            read += 1
            if not _OUR_LINE.match(lines[line - 1].strip()):
                found.append(line)
            if read * len(cell.text) > MAX_REPARSED:
                raise
            _mask(lines, line)
    if found and cell.role == "exercise":
        raise _refused(min(found))
    return tree, "\n".join(lines)


def _take_cell_commands(lines: list[str]) -> list[int]:
    """Removes ``%%time`` and keeps the code; ``%%bash`` and the like are removed whole, as they are not Python.

    Returns the lines of commands that are not ours.
    """
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        command = re.match(r"%%(\w*)", line)
        if not command:
            break
        if command[1] not in _OUR_CELL:
            found.append(number)
        last = number if command[1] in _OVER_PYTHON else len(lines)
        lines[number - 1 : last] = [""] * (last - number + 1)
    return found


def _mask(lines: list[str], line: int) -> None:
    """Put ``pass`` in place of a command and blank its continuation lines."""
    text = lines[line - 1]
    lines[line - 1] = text[: len(text) - len(text.lstrip())] + "pass"
    while text.endswith("\\") and line < len(lines):
        line += 1
        text, lines[line - 1] = lines[line - 1], ""


def _refused(line: int) -> SyntaxError:
    error = SyntaxError("a notebook command (% or !) cannot stand in the cell of an exercise")
    error.lineno = line
    return error
