"""Released notebooks, and the same with the reference's answers in their solution cells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graders.authoring.stubs import segments
from graders.courses.course import Course

Notebook = dict[str, Any]


def released(course: Course, unit: str, lang: str) -> Notebook:
    found: Notebook = json.loads((course.assignments / unit / f"{unit}.{lang}.ipynb").read_text(encoding="utf-8"))
    return found


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    """The cell of this id."""
    found: dict[str, Any] = next(cell for cell in notebook["cells"] if cell["id"] == name)
    return found


def source_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def answers_of(course: Course, unit: str) -> dict[str, str]:
    """Each symbol's text in the solution."""
    return {one.name: one.text for one in segments(course.solution(unit)) if one.kind == "symbol"}


def solved(
    course: Course, unit: str, lang: str, head: Callable[[str], str] = lambda symbol: "", only: str | None = None
) -> Notebook:
    """With the reference's answers; ``head`` gives what stands above each."""
    notebook, answers = released(course, unit, lang), answers_of(course, unit)
    for cell in notebook["cells"]:
        symbol = cell["metadata"]["deepgrade"].get("symbol", "")
        if cell["metadata"]["deepgrade"]["role"] == "exercise" and only in (None, symbol):
            cell["source"] = f"{head(symbol)}{answers[symbol]}".splitlines(keepends=True)
    return notebook


def write(notebook: Notebook, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
