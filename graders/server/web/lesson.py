"""A unit as a page: the lesson from its published notebook, with cells for the answers.

It reads only ``assignments/``, which students have anyway: no reference is within this module's reach.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from graders.courses.course import Course
from graders.feedback.messages import printable

__all__ = ["Lesson", "Piece", "figure_of", "html_of", "lesson_of", "line_in_cells", "source_of"]

# a figure as the notebook contains it; no other HTML is let through
IMAGE = re.compile(r'<img alt="([^"<>]*)" src="data:image/svg\+xml;base64,([A-Za-z0-9+/=\s]+)"\s*/?>')
ALIGNED = re.compile(r'(?<=<t[hd]) style="text-align:(left|right|center)"')
EMPTY = re.compile(r"<th(?: class=\"[\w-]+\")?></th>")
CELL = "# cell: "  # precedes each answer in a module assembled from a page's cells
MARK = re.compile(r"dgfigure([0-9a-f]{64})x")


@dataclass(frozen=True)
class Piece:
    """``lesson`` (HTML), ``answer`` (a cell to write in), ``run`` or ``given`` (code to read), ``setup``."""

    kind: str
    text: str
    symbol: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """The pieces in order; ``figures`` by digest."""

    pieces: tuple[Piece, ...]
    figures: Mapping[str, bytes]

    @property
    def stubs(self) -> dict[str, str]:
        return {one.symbol: one.text for one in self.pieces if one.kind == "answer"}


def lesson_of(course: Course, unit: str, lang: str) -> Lesson | None:
    """The lesson in this language, else in another; None if the unit has no notebook."""
    folder = course.assignments / unit
    for wish in dict.fromkeys((lang, *course.languages)):
        path = folder / f"{unit}.{wish}.ipynb"
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    return None


def figure_of(course: Course, unit: str, digest: str) -> bytes | None:
    """A figure of the unit in any language."""
    for lang in course.languages:
        lesson = lesson_of(course, unit, lang)
        if lesson is not None and digest in lesson.figures:
            return lesson.figures[digest]
    return None


def source_of(lesson: Lesson, answers: Mapping[str, str]) -> str:
    """The module that is submitted: given code, and the answers in place of the stubs."""
    parts = []
    for piece in lesson.pieces:
        if piece.kind in ("setup", "given"):
            parts.append(piece.text)
        elif piece.kind == "answer":
            parts.append(f"{CELL}{piece.symbol}\n" + answers.get(piece.symbol, piece.text).lstrip("\n"))
    return "\n\n\n".join(part.replace("\r\n", "\n").strip("\n") for part in parts if part.strip()) + "\n"


def line_in_cells(module: str, home: tuple[str, ...]) -> Callable[[int], int | str]:
    """Map a line of such a module to its line in its cell; outside the ``home`` cells, with the cell's name."""
    marks = [(number, line.removeprefix(CELL)) for number, line in enumerate(module.split("\n"), 1) if _is_mark(line)]

    def line_of(line: int) -> int | str:
        before = [mark for mark in marks if mark[0] < line]
        if not before:
            return line
        start, symbol = before[-1]
        return line - start if symbol in home else f"{line - start} ({symbol})"

    return line_of


def _is_mark(line: str) -> bool:
    return line.startswith(CELL) and line[len(CELL) :].isidentifier()


def html_of(text: str) -> Markup:
    """Markdown as HTML: raw HTML is escaped, links go only to the web, formulas become TeX for the page's script."""
    return Markup(_plain_cells(_markdown().render(text)))


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Lesson:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    figures: dict[str, bytes] = {}
    pieces: list[Piece] = []
    for cell in cells:
        role = cell["metadata"].get("deepgrade", {}).get("role", "")
        symbol, text = cell["metadata"].get("deepgrade", {}).get("symbol", ""), "".join(cell["source"])
        if role == "check":
            _checked(pieces, symbol)
        elif role == "exercise":
            pieces.append(Piece("answer", text, symbol))
        elif role == "lesson":
            pieces.append(Piece("lesson", _lesson_html(text, figures)))
        elif role in ("run", "given", "setup"):
            unread = ("%", "#") if role == "setup" else ("%",)  # magics, and remarks about running the cell
            pieces.append(Piece(role, "\n".join(line for line in text.splitlines() if not line.startswith(unread))))
    return Lesson(tuple(pieces), figures)


def _checked(pieces: list[Piece], symbol: str) -> None:
    """Attach an exercise's check to the last answer cell before it."""
    for number in range(len(pieces) - 1, -1, -1):
        one = pieces[number]
        if one.kind == "answer":
            pieces[number] = Piece(one.kind, one.text, one.symbol, (*one.checks, symbol))
            return


def _lesson_html(text: str, figures: dict[str, bytes]) -> str:
    """Replace inline figures with files of this site; placeholders are words that Markdown does not escape."""
    shown: dict[str, str] = {}

    def kept(match: re.Match[str]) -> str:
        try:
            content = base64.b64decode(match[2])
        except binascii.Error:
            return ""
        digest = hashlib.sha256(content).hexdigest()
        figures[digest], shown[digest] = content, match[1]
        return f"dgfigure{digest}x"

    def drawn(match: re.Match[str]) -> str:
        alt = shown.get(match[1], "")  # already escaped, because it comes from an attribute
        return f'<img class="figure" loading="lazy" src="figures/{match[1]}.svg" alt="{alt}">'

    return MARK.sub(drawn, str(html_of(IMAGE.sub(kept, text))))


def _plain_cells(html: str) -> str:
    """Make empty table headers plain cells, and set alignment by class, because style attributes are blocked."""
    return EMPTY.sub("<td></td>", ALIGNED.sub(r' class="to-\1"', html))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    dollarmath_plugin(markdown, allow_labels=False, double_inline=True)
    for kind, block in (("math_inline", False), ("math_inline_double", True), ("math_block", True)):
        markdown.add_render_rule(kind, _formula(block))
    return markdown


def _formula(block: bool) -> Any:
    tag, named = ("div", "math math-block") if block else ("span", "math")

    def rule(self: RendererHTML, tokens: Any, index: int, options: Any, env: Any) -> str:
        return str(Markup('<{0} class="{1}">{2}</{0}>').format(tag, named, printable(tokens[index].content.strip())))

    return rule
