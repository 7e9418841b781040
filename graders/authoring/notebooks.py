"""A unit's notebook from its lesson and its stub, with the metadata that nbgrader and deepgrade read."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from graders.authoring.stubs import Segment, docstrings_of, make_stub, segments, with_docstrings
from graders.courses.course import Course, UnitSpec
from graders.messages.errors import CourseError
from graders.messages.near import near

__all__ = ["build_notebook", "docstring_faults", "load_docstrings", "load_lesson"]

PLACEHOLDER = re.compile(r"^<!--\s*exercise:\s*([\w.]+)\s*-->\s*$", re.MULTILINE)


LABELS = {
    "ko": {
        "setup": "먼저 이 셀을 실행하세요.",
        "given": "주어진 코드입니다. 그대로 두세요.",
        "check": "답을 확인합니다.",
        "hints": "막히면 %hint로 힌트를 하나씩 볼 수 있습니다.",
    },
    "en": {
        "setup": "Run this cell first.",
        "given": "Given code: leave it as it is.",
        "check": "Checks your answer.",
        "hints": "Where you are stuck, %hint gives one hint at a time.",
    },
}


def load_lesson(course: Course, unit: str, lang: str) -> list[tuple[str, str]]:
    """The lesson as [("text", Markdown) | ("exercise", symbol)], each exercise of the unit exactly once."""
    path = course.folder(unit) / f"lesson.{lang}.md"
    if not path.is_file():
        raise CourseError.in_english(
            f"There is no lesson {path}.", "Each unit has a lesson in each language of its course."
        )
    try:
        parts = PLACEHOLDER.split(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CourseError.in_english(f"{path} is not UTF-8: {error}.", "Save it as UTF-8.") from error
    if not parts[0].strip():
        raise CourseError.in_english(f"{path} does not begin with text.", "Begin it with the unit's title: # …")
    pieces = []
    for position, part in enumerate(parts):
        if position % 2:
            pieces.append(("exercise", part))
        else:
            pieces += [("text", section.strip("\n")) for section in _sections(part) if section.strip()]
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


def load_docstrings(course: Course, unit: str, lang: str) -> dict[str, str]:
    """Name → docstring in this language, from ``docstrings.<lang>.toml``; empty if the solution's own serve."""
    path = course.folder(unit) / f"docstrings.{lang}.toml"
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError.in_english(f"{path} cannot be read: {error}.", "Write it as TOML, in UTF-8.") from error
    strange = next((name for name, text in found.items() if not isinstance(text, str) or not text.strip()), None)
    if strange is not None:
        raise CourseError.in_english(
            f"{path} gives {strange!r} no text.",
            'Write each name in quotes with its docstring: "Affine.forward" = "…".',
        )
    return found


_SHAPE = re.compile(r"\([A-Z]\w*(?:, ?[\w+*·]+)*,?\)")  # (N, D), (N, H, Tq, d)


def docstring_faults(course: Course, unit: str) -> Iterator[tuple[str, str]]:
    """(name, complaint): every docstring that students see is there in each language, and names the same shapes.

    The solution's own are in the course's first language.
    """
    own = docstrings_of(make_stub(course.solution(unit), course.spec(unit).exercises, unit))
    for lang in course.languages[1:]:
        there, file = load_docstrings(course, unit, lang), f"docstrings.{lang}.toml"
        for name, text in own.items():
            if name not in there:
                yield name, f'it has no docstring in {file}; add "{name}" = "…"'
                continue
            lost = {*_SHAPE.findall(text)} - {*_SHAPE.findall(there[name])}
            if lost:
                yield name, f"its docstring in {file} leaves out {', '.join(sorted(lost))}"
        for name in sorted(there.keys() - own.keys()):
            yield name, f"{file} names it, but the stub has no docstring there"


def _sections(text: str) -> list[str]:
    """A cell of its own for every section; a ``##`` in a block of code begins none."""
    sections, fenced = [""], False
    for line in text.splitlines(keepends=True):
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            sections.append("")
        sections[-1] += line
    return sections


def build_notebook(course: Course, unit: str, lang: str, stub: str) -> str:
    """The notebook's JSON text, the same bytes for the same course."""
    spec = course.spec(unit)
    stub = with_docstrings(stub, load_docstrings(course, unit, lang))
    cells = list(_cells(spec, load_lesson(course, unit, lang), segments(stub), lang))
    names = [cell["id"] for cell in cells]
    if len(set(names)) != len(names):
        raise CourseError.in_english(
            f"The notebook of {unit} has cells of the same id: {names}.", "Rename an exercise."
        )
    notebook = {
        "cells": cells,
        "metadata": {
            "deepgrade": {"unit": unit, "language": lang},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cells(spec: UnitSpec, lesson: list[tuple[str, str]], stub: list[Segment], lang: str) -> Iterator[dict[str, Any]]:
    imports = "\n".join(segment.text for segment in stub if segment.kind == "import")
    before, text_of, trailing = _grouped(stub, {symbol.split(".")[0] for symbol in spec.exercises})
    placed: set[str] = set()
    number = 0
    for kind, part in lesson:
        if kind == "text":
            number += 1
            yield _cell("markdown", part, f"lesson-{number}", "lesson")
            if number == 1:
                setup = f"%load_ext graders\n%deepgrade {spec.unit} --lang {lang}\n{imports}"
                yield _cell("code", f"# {LABELS[lang]['setup']}\n{setup}", "setup", "setup")
            continue
        owner, first = part.split(".")[0], not placed
        if owner not in placed:
            placed.add(owner)
            if before[owner]:
                yield _cell("code", f"# {LABELS[lang]['given']}\n{before[owner]}", f"given-{_slug(owner)}", "given")
            yield _solution_cell(spec, owner, text_of[owner])
        yield _check_cell(spec, part, lang, first)
    if trailing:
        yield _cell("code", f"# {LABELS[lang]['given']}\n{trailing}", "given-end", "given")


def _grouped(stub: list[Segment], owners: set[str]) -> tuple[dict[str, str], dict[str, str], str]:
    """Given code before each exercise's symbol, each symbol's stub, and what follows the last."""
    before: dict[str, str] = {}
    text_of: dict[str, str] = {}
    waiting: list[str] = []
    for segment in stub:
        if segment.kind == "import":
            continue
        if segment.name in owners:
            before[segment.name], text_of[segment.name] = "\n\n\n".join(waiting), segment.text
            waiting = []
        else:
            waiting.append(segment.text)
    absent = owners - text_of.keys()
    if absent:
        raise CourseError.in_english(
            f"The solution does not define {', '.join(sorted(absent))}.", "Define each exercise's symbol."
        )
    return before, text_of, "\n\n\n".join(waiting)


def _cell(kind: str, source: str, name: str, role: str, **metadata: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": name[:64],
        "metadata": {"deepgrade": {"role": role}, **metadata},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def _solution_cell(spec: UnitSpec, owner: str, text: str) -> dict[str, Any]:
    nbgrader = _nbgrader(f"{spec.unit}-{owner}", grade=False, solution=True, locked=False)
    cell = _cell("code", text, f"exercise-{_slug(owner)}", "exercise", nbgrader=nbgrader)
    cell["metadata"]["deepgrade"]["symbol"] = owner
    return cell


def _check_cell(spec: UnitSpec, symbol: str, lang: str, first: bool) -> dict[str, Any]:
    nbgrader = _nbgrader(f"{spec.unit}-{symbol}-check", grade=True, solution=False, locked=True)
    nbgrader["points"] = spec.exercises[symbol].max_points
    says = f"{LABELS[lang]['check']} {LABELS[lang]['hints']}" if first else LABELS[lang]["check"]
    source = f"# {says}\n%check {symbol}"
    cell = _cell("code", source, f"check-{_slug(symbol)}", "check", nbgrader=nbgrader)
    cell["metadata"]["deepgrade"]["symbol"] = symbol
    return cell


def _nbgrader(grade_id: str, *, grade: bool, solution: bool, locked: bool) -> dict[str, Any]:
    return {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        "cell_type": "code",
        "schema_version": 3,
    }


def _slug(symbol: str) -> str:
    """A cell id: letters, digits and hyphens; case kept, so that ``relu`` and ``Relu`` differ."""
    return re.sub(r"[^A-Za-z0-9]+", "-", symbol)
