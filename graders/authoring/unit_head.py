"""What a unit asks of its learner: minutes, exercises, points, and the units that come first."""

from __future__ import annotations

from dataclasses import dataclass

from graders.courses.course import Course, UnitSpec

__all__ = ["Load", "first_units", "load_of", "unit_head"]


@dataclass(frozen=True)
class Load:
    """What a unit holds; no minutes where it does not say."""

    minutes: int
    exercises: int
    points: int


def load_of(spec: UnitSpec) -> Load:
    exercises = spec.exercises.values()
    return Load(spec.about.minutes, len(exercises), sum(one.max_points for one in exercises))


def first_units(course: Course, spec: UnitSpec) -> tuple[str, ...]:
    """The units of this course that come before, those whose code is used among them, in the course's order."""
    named = {*spec.about.after, *spec.about.uses} - {spec.unit}
    return tuple(unit for unit in course.units if unit in named)


def unit_head(course: Course, spec: UnitSpec, lang: str) -> str:
    """The line of Markdown in place of ``<!-- head -->``."""
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
