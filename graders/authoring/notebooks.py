"""A unit's notebook, built from its lesson and stubs, with the metadata that nbgrader and deepgrade read."""

from __future__ import annotations

import base64
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from graders.authoring.lesson import HEAD, load_lesson, placed_figures
from graders.authoring.stubs import Segment, docstrings_of, make_stub, segments, with_docstrings
from graders.authoring.unit_head import unit_head
from graders.courses.course import Course, UnitSpec
from graders.messages.errors import CourseError
from graders.practice.renewed_notebook import source_digest

__all__ = ["build_notebook", "docstring_faults", "load_docstrings", "load_lesson"]

# Each cell carries its figure, so that a notebook is complete on its own. The sanitizer of JupyterLab 4 and Notebook 7
# (tried) keeps <img src="data:…">, removes <svg>, and shows only raster attachments; elsewhere markdown-it refuses
# ![](data:image/svg+xml…). As an image, an SVG runs no script and follows the page's light or dark scheme.
IMAGE = '<img alt="{alt}" src="data:image/svg+xml;base64,{data}">'

LABELS = {
    "ko": {
        "experiment": "예측한 다음에 실행하세요.",
        "setup": "먼저 이 셀을 실행하세요.",
        "given": "주어진 코드입니다. 그대로 두세요.",
        "check": "답을 확인합니다.",
        "hints": "막히면 %hint로 힌트를 하나씩 볼 수 있습니다.",
    },
    "en": {
        "experiment": "Predict first, then run.",
        "setup": "Run this cell first.",
        "given": "Given code: leave it as it is.",
        "check": "Checks your answer.",
        "hints": "Where you are stuck, %hint gives one hint at a time.",
    },
}


def load_docstrings(course: Course, unit: str, lang: str) -> dict[str, str]:
    """Name → docstring in this language, from ``docstrings.<lang>.toml``; empty if the solution's own are used."""
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
    """(name, complaint): every docstring that students see exists in each language and names the same shapes.

    The solution's own docstrings are in the course's first language.
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


def build_notebook(
    course: Course, unit: str, lang: str, stub: str, figures: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The notebook's JSON text, byte-identical for the same course; ``figures``: ``NAME.<lang>.svg`` → SVG."""
    spec = course.spec(unit)
    stub = with_docstrings(stub, load_docstrings(course, unit, lang))
    lesson = [
        (kind, _shown(course, spec, lang, part, figures) if kind == "text" else part)
        for kind, part in load_lesson(course, unit, lang)
    ]
    cells = list(_cells(spec, lesson, segments(stub), lang))
    for names in ([cell["id"] for cell in cells], [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells]):
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


def _shown(course: Course, spec: UnitSpec, lang: str, text: str, figures: Mapping[str, str]) -> str:
    """A lesson's text as students read it: with its head and figures."""
    lines = text.split("\n")
    for one in placed_figures(text):
        svg = figures.get(f"{one.name}.{lang}.svg")
        if svg is not None:
            data = base64.b64encode(svg.encode()).decode("ascii")
            lines[one.line - 1] = IMAGE.format(alt=escape(one.alt), data=data)
    return HEAD.sub(lambda _: unit_head(course, spec, lang), "\n".join(lines))


def _cells(spec: UnitSpec, lesson: list[tuple[str, str]], stub: list[Segment], lang: str) -> Iterator[dict[str, Any]]:
    imports = "\n".join(segment.text for segment in stub if segment.kind == "import")
    before, text_of, trailing = _grouped(stub, {symbol.split(".")[0] for symbol in spec.exercises})
    placed: set[str] = set()
    number = runs = 0
    for kind, part in lesson:
        if kind == "text":
            number += 1
            yield _locked(spec, "markdown", part, f"lesson-{number}", "lesson")
            if number == 1:
                setup = f"%load_ext graders\n%deepgrade {spec.unit} --lang {lang}\n{imports}"
                yield _locked(spec, "code", f"# {LABELS[lang]['setup']}\n{setup}", "setup", "setup")
            continue
        if kind == "run":
            runs += 1
            source = f"%%experiment\n# {LABELS[lang]['experiment']}\n{part}"
            yield _locked(spec, "code", source, f"run-{runs}", "run")
            continue
        owner, first = part.split(".")[0], not placed
        if owner not in placed:
            placed.add(owner)
            if before[owner]:
                yield _given(spec, before[owner], _slug(owner), lang)
            yield _solution_cell(spec, owner, text_of[owner])
        yield _check_cell(spec, part, lang, first)
    if trailing:
        yield _given(spec, trailing, "end", lang)


def _grouped(stub: list[Segment], owners: set[str]) -> tuple[dict[str, str], dict[str, str], str]:
    """The given code before each exercise's symbol, each symbol's stub, and what follows the last."""
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


def _cell(kind: str, source: str, name: str, ours: dict[str, str], nbgrader: dict[str, Any]) -> dict[str, Any]:
    ours = {**ours, "released": source_digest(source)}  # so that an update can tell what the student has changed
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": name[:64],
        "metadata": {"deepgrade": ours, "nbgrader": {**nbgrader, "cell_type": kind}},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def _locked(spec: UnitSpec, kind: str, source: str, name: str, role: str) -> dict[str, Any]:
    return _cell(kind, source, name, {"role": role}, _nbgrader(f"{spec.unit}-{name}", locked=True))


def _given(spec: UnitSpec, code: str, name: str, lang: str) -> dict[str, Any]:
    return _locked(spec, "code", f"# {LABELS[lang]['given']}\n{code}", f"given-{name}", "given")


def _solution_cell(spec: UnitSpec, owner: str, text: str) -> dict[str, Any]:
    ours = {"role": "exercise", "symbol": owner}
    return _cell("code", text, f"exercise-{_slug(owner)}", ours, _nbgrader(f"{spec.unit}-{owner}", solution=True))


def _check_cell(spec: UnitSpec, symbol: str, lang: str, first: bool) -> dict[str, Any]:
    # nbgrader allows letters, digits, _ and - in an id; no symbol has a hyphen, so `read_notebook` can restore the dot.
    nbgrader = _nbgrader(f"{spec.unit}-{symbol.replace('.', '-')}-check", grade=True, locked=True)
    nbgrader["points"] = spec.exercises[symbol].max_points
    says = f"{LABELS[lang]['check']} {LABELS[lang]['hints']}" if first else LABELS[lang]["check"]
    ours = {"role": "check", "symbol": symbol}
    return _cell("code", f"# {says}\n%check {symbol}", f"check-{_slug(symbol)}", ours, nbgrader)


def _nbgrader(grade_id: str, *, grade: bool = False, solution: bool = False, locked: bool = False) -> dict[str, Any]:
    return {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        "schema_version": 3,
    }


def _slug(symbol: str) -> str:
    """A cell id: letters, digits and hyphens; case is kept, so that ``relu`` and ``Relu`` differ."""
    return re.sub(r"[^A-Za-z0-9]+", "-", symbol)
