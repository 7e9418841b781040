"""Finds parts of the solutions in public files: lines as text, expressions as trees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath

from graders.authoring.after_texts import LABELS, load_after
from graders.authoring.stubs import (
    make_stub,
    public_lines,
    public_subtrees,
    solution_lines,
    solution_subtrees,
    telling_lines,
)
from graders.courses.course import Course

__all__ = ["Leak", "leaks", "leaks_in", "public_files"]

PUBLIC_FOLDERS = ("assignments", "graders", "docs", "docker")
PUBLIC_FILES = ("README.md",)
TEXT = (".py", ".ipynb", ".md", ".json", ".toml", ".html", ".j2", ".po", ".svg", ".txt")
_TAG = re.compile(r"<[^>]*>")  # of an SVG, so that only its words remain


@dataclass(frozen=True)
class Leak:
    """A piece of a solution in a public file."""

    file: str
    unit: str
    text: str


def public_files(root: Path, folders: Iterable[str] = ()) -> Iterator[Path]:
    """Every text that a student could be given; ``folders``: the course's own, besides the usual ones."""
    for folder in _outermost((*PUBLIC_FOLDERS, *folders)):
        yield from (path for path in sorted((root / folder).rglob("*")) if path.suffix in TEXT and path.is_file())
    yield from (root / name for name in PUBLIC_FILES if (root / name).is_file())


def _outermost(folders: Iterable[str]) -> list[str]:
    """Without folders nested in others, so that no file is read twice."""
    paths = list(dict.fromkeys(map(PurePosixPath, folders)))
    return [str(path) for path in paths if not any(parent in paths for parent in path.parents)]


def leaks(course: Course, units: tuple[str, ...]) -> Iterator[Leak]:
    """Telling lines and expressions that occur in an answer and in a public file, but in no stub or probe."""
    own = (course.manifest.assignments, course.manifest.exercises)
    files = ((path, path.read_text(encoding="utf-8", errors="replace")) for path in public_files(course.root, own))
    yield from leaks_in(course, units, ((str(path.relative_to(course.root)), text) for path, text in files))


def leaks_in(course: Course, units: tuple[str, ...], texts: Iterable[tuple[str, str]]) -> Iterator[Leak]:
    """Leaks in texts that are or will be public, each with its file name."""
    lines: dict[str, str] = {}
    trees: dict[str, tuple[str, str]] = {}
    for unit in units:
        source, spec = course.solution(unit), course.spec(unit)
        given = make_stub(source, spec.exercises, unit) + "\n" + spec.source
        shown, shown_trees = (
            set(public_lines(given)),
            public_subtrees(spec.source) | public_subtrees(make_stub(source, spec.exercises, unit)),
        )
        told = solution_lines(source, spec.exercises) | _explained(course, unit)
        lines |= {line: unit for line in told if line not in shown}
        found = solution_subtrees(source, spec.exercises)
        trees |= {dump: (unit, text) for dump, text in found.items() if dump not in shown_trees}
    for name, written in texts:
        text = unescape(_TAG.sub("\n", written)) if name.endswith(".svg") else written
        for line in sorted(set(public_lines(text)) & lines.keys()):
            yield Leak(name, lines[line], line)
        for source in _python(Path(name), text):
            for dump in sorted(public_subtrees(source) & trees.keys()):
                yield Leak(name, *trees[dump])


def _explained(course: Course, unit: str) -> frozenset[str]:
    """The lines of the text after the exercises, up to the closing invitation to go on."""
    if course.manifest.after == "open":
        return frozenset()
    blocks = [(lang, block) for lang in course.languages for block in load_after(course, unit, lang)]
    return frozenset().union(*(telling_lines(block.text.split(LABELS[lang][1])[0]) for lang, block in blocks))


def _python(path: Path, text: str) -> Iterator[str]:
    """The Python in a file: the file itself, or a notebook's code cells, where they parse."""
    if path.suffix == ".py":
        sources = [text]
    elif path.suffix == ".ipynb":
        sources = list(_cells(text))
    else:
        sources = []
    for source in sources:
        try:
            compile(source, path.name, "exec")
        except (SyntaxError, ValueError):
            continue
        yield source


def _cells(text: str) -> Iterator[str]:
    """A notebook's code cells without magics; empty if it is damaged (its lines are still searched)."""
    try:
        cells = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return
    for cell in cells:
        lines = "".join(cell).splitlines(keepends=True)
        yield "".join(line for line in lines if not line.startswith("%"))
