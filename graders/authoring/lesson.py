"""A lesson's Markdown in pieces: text, exercises, and code to run; and the figures it places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graders.courses.course import Course
from graders.messages.errors import CourseError
from graders.messages.near import near

__all__ = ["HEAD", "PLACEHOLDER", "Placed", "lesson_text", "load_lesson", "placed_figures", "split_lines"]

PLACEHOLDER = re.compile(r"^<!--\s*exercise:\s*([\w.]+)\s*-->\s*$", re.MULTILINE)
HEAD = re.compile(r"^<!--\s*head\s*-->[ \t]*$", re.MULTILINE)
RUN = "```python run"
_FIGURE = re.compile(r"!\[(?P<alt>.*)\]\(figures/(?P<name>\w+)\.svg\)\s*")


@dataclass(frozen=True)
class Placed:
    """A figure in a lesson; ``name`` is "" unless the line is just an image of ``figures/NAME.svg``."""

    line: int
    name: str
    alt: str


def lesson_text(course: Course, unit: str, lang: str) -> str:
    """The Markdown as its author wrote it."""
    path = course.folder(unit) / f"lesson.{lang}.md"
    if not path.is_file():
        raise CourseError.in_english(
            f"There is no lesson {path}.", "Each unit has a lesson in each language of its course."
        )
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError.in_english(f"{path} is not UTF-8: {error}.", "Save it as UTF-8.") from error


def load_lesson(course: Course, unit: str, lang: str) -> list[tuple[str, str]]:
    """The lesson as ("text", Markdown), ("exercise", symbol) and ("run", code); each exercise exactly once."""
    path = course.folder(unit) / f"lesson.{lang}.md"
    parts = PLACEHOLDER.split(lesson_text(course, unit, lang))
    if not parts[0].strip():
        raise CourseError.in_english(f"{path} does not begin with text.", "Begin it with the unit's title: # …")
    pieces: list[tuple[str, str]] = []
    for position, part in enumerate(parts):
        pieces += [("exercise", part)] if position % 2 else list(_pieces(part))
    if pieces[0][0] != "text":
        raise CourseError.in_english(f"{path} does not begin with text.", "Begin it with the unit's title: # …")
    named = [part for kind, part in pieces if kind == "exercise"]
    known = course.spec(unit).exercises
    for symbol in named:
        if symbol not in known:
            raise CourseError.in_english(
                f"{path} places the exercise {symbol!r}, which {unit} does not have.", near(symbol, known)
            )
        if named.count(symbol) > 1:
            raise CourseError.in_english(
                f"{path} places {symbol!r} {named.count(symbol)} times.", "Place each exercise once."
            )
    for symbol in known:
        if symbol not in named:
            raise CourseError.in_english(
                f"{path} does not place {symbol!r}.", f"Add the line <!-- exercise: {symbol} -->."
            )
    return pieces


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """One piece per section and per block to run; a ``##`` inside a code block does not start one."""
    kind, lines = "text", list[str]()
    for _, line, where in split_lines(text):
        opens = where == "fence" and line.strip() == RUN
        closes = kind == "run" and where == "fence"
        if opens or closes or (where == "text" and line.startswith("## ")):
            yield from _piece(kind, lines)
            kind, lines = ("run" if opens else "text"), ([] if where == "fence" else [line])
        else:
            lines.append(line)
    yield from _piece(kind, lines)


def _piece(kind: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        yield kind, text


def split_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """(number from 1, line, kind): kind is "text", "code", "formula" (between lines of $$) or "fence" (a ```)."""
    where = "text"
    for number, line in enumerate(text.splitlines(), 1):
        if where != "formula" and line.startswith("```"):
            yield number, line, "fence"
            where = "text" if where == "code" else "code"
        elif where != "code" and line.strip() == "$$":
            yield number, line, "formula"
            where = "text" if where == "formula" else "formula"
        else:
            yield number, line, where


def placed_figures(text: str) -> Iterator[Placed]:
    """The figures of a lesson, in order."""
    for number, line, where in split_lines(text):
        if where != "text" or "](figures/" not in line:
            continue
        found = _FIGURE.fullmatch(line)
        yield Placed(number, found["name"], found["alt"].strip()) if found else Placed(number, "", line.strip())
