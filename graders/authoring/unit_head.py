"""What a unit asks of its learner: minutes, exercises, points and prerequisite units."""

from __future__ import annotations

from dataclasses import dataclass

from graders.courses.course import Course, UnitSpec

__all__ = ["Load", "first_units", "load_of", "unit_head"]


@dataclass(frozen=True)
class Load:
    """What a unit contains; no minutes if it does not state them."""

    minutes: int
    exercises: int
    points: int


def load_of(spec: UnitSpec) -> Load:
    exercises = spec.exercises.values()
    return Load(spec.about.minutes, len(exercises), sum(one.max_points for one in exercises))


def first_units(course: Course, spec: UnitSpec) -> tuple[str, ...]:
    """The prerequisite units in this course, including those whose code is used, in course order."""
    named = {*spec.about.after, *spec.about.uses} - {spec.unit}
    return tuple(unit for unit in course.units if unit in named)


def unit_head(course: Course, spec: UnitSpec, lang: str) -> str:
    """The Markdown line that replaces ``<!-- head -->``."""
    load = load_of(spec)
    titles = [(course.spec(unit).about.title[lang], unit) for unit in first_units(course, spec)]
    if lang == "ko":
        told = [f"약 {load.minutes}분"] if load.minutes else []
        told += [f"문제 {load.exercises}개", f"{load.points}점"]
        first = ", ".join(f"**{title}**(`{unit}`)" for title, unit in titles)
        return f"> {' · '.join(told)}" + (f"  \n> 먼저 할 단원: {first}" if first else "")
    told = [f"About {load.minutes} minutes"] if load.minutes else []
    told += [_counted(load.exercises, "exercise"), _counted(load.points, "point")]
    first = ", ".join(f"**{title}** (`{unit}`)" for title, unit in titles)
    return f"> {' · '.join(told)}" + (f"  \n> Comes after: {first}" if first else "")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
