"""The map of a course: its units in order, as a page with a table and as a picture of their dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from graders.authoring.unit_figures import as_kept
from graders.authoring.unit_head import Load, first_units, load_of
from graders.courses.course import Course

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["course_map", "direct", "lanes"]

PAGE = "README.md"
MARK = "<!-- Written by `deepgrade release`; edit the units, not this page. -->"
WORDS = {
    "en": {
        "unit": "unit",
        "after": "comes after",
        "minutes": "minutes",
        "exercises": "exercises",
        "points": "points",
        "notebook": "notebook",
        "map": "The units as boxes, with an arrow from each unit to those that need it.",
        "box": "{exercises} exercises · {points} points",
        "time": "{minutes} min · {exercises} ex. · {points} pt",
    },
    "ko": {
        "unit": "단원",
        "after": "먼저 할 단원",
        "minutes": "분",
        "exercises": "문제",
        "points": "점수",
        "notebook": "노트북",
        "map": "단원이 상자로 그려져 있고, 각 단원에서 그 단원을 필요로 하는 단원으로 화살표가 이어집니다.",
        "box": "{exercises}문제 · {points}점",
        "time": "{minutes}분 · {exercises}문제 · {points}점",
    },
}
WIDTH, HEIGHT, SPACE, LANE = 5.4, 0.36, 0.2, 0.16  # inches: a box, between boxes, between the lines beside them
LONGEST = {"en": 40, "ko": 24}  # characters of a title per line


def course_map(course: Course, units: tuple[str, ...] = ()) -> dict[str, bytes]:
    """File → content, for the assignments folder: the page, and a picture per language if matplotlib is installed.

    Empty if that folder is the course's own, or holds a page that somebody else wrote.
    """
    folder, chosen = course.assignments, tuple(unit for unit in course.units if not units or unit in units)
    page = folder / PAGE
    if folder.resolve() == course.root.resolve() or not chosen:
        return {}
    if page.is_file() and MARK not in page.read_text(encoding="utf-8", errors="replace"):
        return {}
    pictures = _pictures(course, chosen, folder)
    text = "\n".join(_page(course, chosen, [*pictures]))
    return {PAGE: text.encode()} | {name: svg.encode() for name, svg in pictures.items()}


def _page(course: Course, units: Iterable[str], pictures: list[str]) -> Iterator[str]:
    langs = course.languages
    words = {key: " / ".join(WORDS[lang][key] for lang in langs) for key in WORDS["en"]}
    yield f"# {' / '.join(course.manifest.title[lang] for lang in langs)}\n"
    yield f"{MARK}\n"
    head = ("", *(WORDS[lang]["unit"] for lang in langs))
    head += tuple(words[key] for key in ("after", "minutes", "exercises", "points", "notebook"))
    yield _row(head)
    yield _row(("---", *["---"] * len(langs), "---", "--:", "--:", "--:", "---"))
    total = [0, 0, 0]
    for unit in units:
        spec = course.spec(unit)
        load = load_of(spec)
        numbers = (load.minutes, load.exercises, load.points)
        total = [a + b for a, b in zip(total, numbers, strict=True)]
        links = " · ".join(f"[{lang}]({unit}/{unit}.{lang}.ipynb)" for lang in langs)
        first = ", ".join(f"`{name}`" for name in first_units(course, spec)) or "–"
        titles = (_cell(spec.about.title[lang]) for lang in langs)
        yield _row((f"`{unit}`", *titles, first, *(str(number or "–") for number in numbers), links))
    yield _row(("", *[""] * len(langs), "", *(f"**{number or '–'}**" for number in total), ""))
    for name in pictures:
        lang = name.split(".")[1]
        yield f"\n![{WORDS[lang]['map']}]({name})"
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# --- the picture ---


def _pictures(course: Course, units: tuple[str, ...], folder: Path) -> dict[str, str]:
    """File → SVG; the existing ones if matplotlib is not installed."""
    names = {f"course_map.{lang}.svg": lang for lang in course.languages}
    if len(units) == 1:
        return {}
    try:
        from graders.figures import render_svg
    except ImportError:
        there = ((name, folder / name) for name in names)
        return {name: path.read_text(encoding="utf-8") for name, path in there if path.is_file()}
    return {
        name: as_kept(folder / name, render_svg(partial(_draw, course, units, lang), lang, WORDS[lang]["map"]))
        for name, lang in names.items()
    }


def direct(course: Course, units: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Unit → its direct prerequisites, without those that one of them already requires."""
    chosen = tuple(units)
    first = {unit: [one for one in first_units(course, course.spec(unit)) if one in chosen] for unit in chosen}

    def before(unit: str, seen: frozenset[str]) -> frozenset[str]:
        """All prerequisites at any distance; a cycle stops where it closes."""
        for one in first[unit]:
            if one not in seen:
                seen = before(one, seen | {one})
        return seen

    return {
        unit: tuple(
            one
            for one in found
            if not any(one in before(other, frozenset()) and other not in before(one, frozenset()) for other in found)
        )
        for unit, found in first.items()
    }


def lanes(links: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Unit → the lane, from 0, of the line to the units that need it and are not directly below it."""
    order = list(links)
    ends = {unit: max((order.index(late) for late in order if unit in links[late]), default=0) for unit in order}
    found: dict[str, int] = {}
    for start, unit in enumerate(order):
        if ends[unit] <= start + 1:
            continue
        taken = {lane for one, lane in found.items() if ends[one] > start}
        found[unit] = next(lane for lane in count() if lane not in taken)
    return found


def _draw(course: Course, units: tuple[str, ...], lang: str, say: Any) -> Figure:
    from graders.figures import BLUE, GRAY, GREEN, ORANGE, PURPLE, canvas, caption

    links = direct(course, units)
    taken, colors = lanes(links), (ORANGE, GREEN, PURPLE, GRAY)
    left = 0.2 + LANE * (1 + max(taken.values(), default=-1))
    height = len(units) * (HEIGHT + SPACE) - SPACE + 0.2
    figure, axes = canvas(left + WIDTH + 0.1, height, blank=True)
    tops = {unit: height - 0.1 - place * (HEIGHT + SPACE) for place, unit in enumerate(units)}
    for unit, top in tops.items():
        _box(axes, left, top, BLUE)
        title, middle = course.spec(unit).about.title[lang], top - HEIGHT / 2
        caption(axes, left + 0.12, middle, unit.split("_")[0], color=BLUE, align="left")
        caption(axes, left + 0.5, middle, "\n".join(wrap(title, LONGEST[lang])), align="left")
        caption(axes, left + WIDTH - 0.1, middle, _counts(load_of(course.spec(unit)), lang), size=8, align="right")
    for unit, before in links.items():
        for one in before:
            if units.index(unit) == units.index(one) + 1:
                _down(axes, left + 0.2, tops[one] - HEIGHT, tops[unit])
    for unit, lane in taken.items():
        ends = [tops[late] for late in units if unit in links[late] and units.index(late) > units.index(unit) + 1]
        x, start = left - 0.12 - LANE * (lane + 0.5), tops[unit] - 0.7 * HEIGHT
        _line(axes, (left, x), start, [top - 0.3 * HEIGHT for top in ends], colors[lane % len(colors)])
    return figure


def _counts(load: Load, lang: str) -> str:
    words = WORDS[lang]["time" if load.minutes else "box"]
    return words.format(minutes=load.minutes, exercises=load.exercises, points=load.points)


def _box(axes: Axes, left: float, top: float, color: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    from graders.figures import SHADE

    style = "round,pad=0,rounding_size=0.06"
    place = (left, top - HEIGHT)
    axes.add_patch(FancyBboxPatch(place, WIDTH, HEIGHT, style, facecolor=SHADE, edgecolor=color, linewidth=1.2))


def _down(axes: Axes, x: float, top: float, bottom: float) -> None:
    """The arrow to the unit directly below."""
    from graders.figures import BLUE, edge

    edge(axes, (x, top), (x, bottom), color=BLUE, gap=0)


def _line(axes: Axes, sides: tuple[float, float], start: float, ends: list[float], color: str) -> None:
    """A line out of a box and down its lane, with an arrow into each unit that needs it."""
    from graders.figures import edge

    box, lane = sides
    axes.plot((box, lane, lane), (start, start, min(ends)), color=color, linewidth=1.2, solid_joinstyle="round")
    for end in ends:
        edge(axes, (lane, end), (box, end), color=color, gap=0)
