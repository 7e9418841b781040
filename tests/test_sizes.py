"""Modules and functions stay small enough to be read top to bottom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import graders

ROOT = Path(graders.__file__).parent
LONGEST_MODULE, LONGEST_FUNCTION = 330, 40  # lines

DATA = {
    "exercises/*.py": "one entry after another, each read by itself",
    "catalogue.py": "one sentence after another",
}

FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and lines of every function, decorators not counted."""
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1


def lines(file: Path) -> int:
    return len((ROOT / file).read_text(encoding="utf-8").splitlines())


def test_modules_are_short() -> None:
    free = {file for file in FILES if any(file.match(one) for one in DATA)}
    assert {str(file): lines(file) for file in FILES if file not in free and lines(file) > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    found = {f"{file}: {name}": size for file in FILES for name, size in functions(file) if size > LONGEST_FUNCTION}
    assert found == {}


@pytest.mark.parametrize("pattern", DATA)
def test_exception_is_needed(pattern: str) -> None:
    assert any(file.match(pattern) and lines(file) > LONGEST_MODULE for file in FILES)
