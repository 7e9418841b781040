"""A unit's ``figures.py``: its figures, drawn in each language, with the lessons' alternative texts."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.authoring.lesson import lesson_text, placed_figures
from graders.courses.course import Course, execute_source
from graders.messages.errors import CourseError, DeepgradeError

__all__ = ["FIGURES", "as_kept", "draw_figures", "drawn_of", "figure_faults", "figure_names"]

FIGURES = "figures"  # the folder of a unit's SVGs, below assignments/<unit>/
LARGEST = 60_000  # bytes per SVG: a notebook embeds all of them
SOLUTION = "solution"  # the name under which figures.py imports its own unit


def figure_names(course: Course, unit: str) -> tuple[str, ...]:
    """The figures that a unit's ``figures.py`` draws, in file order."""
    return tuple(_makers(course, unit))


def draw_figures(course: Course, unit: str) -> dict[str, str]:
    """``NAME.<lang>.svg`` → SVG, for every figure and language of the course."""
    makers = _makers(course, unit)
    if not makers:
        return {}
    path, drawn = course.folder(unit) / "figures.py", {}
    for lang in course.languages:
        alts = {one.name: one.alt for one in placed_figures(lesson_text(course, unit, lang))}
        for name, make in makers.items():
            try:
                drawn[f"{name}.{lang}.svg"] = _render(make, lang, alts.get(name, ""))
            except DeepgradeError:
                raise
            except Exception as error:
                raise CourseError.in_english(
                    f"{path}{_line(path, error)} cannot draw {name} ({lang}): {type(error).__name__}: {error}.",
                    "Fix it.",
                ) from error
    return drawn


def figure_faults(course: Course, unit: str, drawn: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(file and line, complaint): faults in the figures and in how lessons place them."""
    names = {file.split(".")[0]: None for file in drawn}
    for lang in course.languages:
        file, text = f"{unit}/lesson.{lang}.md", lesson_text(course, unit, lang)
        placed = list(placed_figures(text))
        for one in placed:
            where = f"{file}:{one.line}"
            if not one.name:
                yield (
                    where,
                    f"{one.alt!r} is no figure; write ![alternative text](figures/NAME.svg) on a line of its own",
                )
            elif one.name not in names:
                known = ", ".join(names) or "none"
                yield where, f"places the figure {one.name!r}, which figures.py does not draw (it draws: {known})"
            elif not one.alt:
                yield where, f"the figure {one.name!r} has no alternative text; say in [...] what is to be seen"
        for name in names:
            if name not in {one.name for one in placed}:
                yield file, f"does not place the figure {name!r}; add ![…](figures/{name}.svg), or make it _{name}"
    for name, svg in drawn.items():
        if len(svg.encode()) > LARGEST:
            size = f"{len(svg.encode()) / 1000:.0f} kB"
            yield f"{unit}/figures.py", f"{name} has {size}, expected at most {LARGEST // 1000} kB; draw fewer points"


def as_kept(path: Path, svg: str) -> str:
    """The existing SVG if it shows the same: last-digit noise between machines does not count as a change."""
    from graders.figures import alike

    try:
        there = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return svg
    return there if alike(there, svg) else svg


def drawn_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SVGs among the files of an assignment."""
    prefix = f"{FIGURES}/"
    return {name.removeprefix(prefix): svg.decode() for name, svg in files.items() if name.startswith(prefix)}


def _makers(course: Course, unit: str) -> dict[str, Callable[..., Any]]:
    path = course.folder(unit) / "figures.py"
    if not path.is_file():
        return {}
    found = vars(_executed(course, unit, path)).items()
    return {
        name: make
        for name, make in found
        if not name.startswith("_") and inspect.isfunction(make) and "say" in inspect.signature(make).parameters
    }


def _executed(course: Course, unit: str, path: Path) -> ModuleType:
    """The module; its imports of units give this course's references, and none of them enters ``sys.modules``."""
    units = (*course.units, SOLUTION)

    def resolve(name: str) -> ModuleType:
        return course.reference(unit if name == SOLUTION else name)

    _matplotlib(path)
    try:
        return execute_source(FIGURES, path.read_text(encoding="utf-8"), str(path), resolve, units)
    except DeepgradeError:
        raise
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}"
        raise CourseError.in_english(f"{path}{_line(path, error)} does not run: {said}.", "Fix it.") from error


def _matplotlib(path: Path) -> None:
    try:
        import graders.figures  # noqa: F401
    except ImportError as error:
        raise CourseError.in_english(
            f"{path} cannot be drawn: {error}.", "Install what authors need: pip install 'deepgrade[author]'"
        ) from error


def _render(make: Callable[..., Any], lang: str, title: str) -> str:
    from graders.figures import render_svg

    return render_svg(make, lang, title)


def _line(path: Path, error: BaseException) -> str:
    frames = traceback.walk_tb(error.__traceback__)
    lines = [number for frame, number in frames if frame.f_code.co_filename == str(path)]
    return f", line {lines[-1]}," if lines else ""
