"""The policy has nothing to say about honest work: no flag on any right or wrong sample of this repository."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.policy import Flag, check_source
from graders.submission import find_submissions, load_submission

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
BOOKS = COURSE.compatibility
BENCH = Course(ROOT / "benchmarks" / "layers_course")
ATTACKERS = {"eve-marlow"}


def texts() -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """(name, text, allowed imports, own modules) of every sample that is meant to be looked at as it lies there."""
    for path in sorted((ROOT / "reference").glob("*/answers/*.py")):
        yield (
            f"answers/{path.parents[1].name}/{path.stem}",
            path.read_text(encoding="utf-8"),
            *_allowed(COURSE, path.parents[1].name),
        )
    for course in (COURSE, BENCH):
        for unit in course.units:
            allowed = _allowed(course, unit)
            yield f"reference/{unit}", course.solution(unit), *allowed
            for place, edited in enumerate(_altered(course, unit)):
                yield f"misconception/{unit}/{place}", edited, *allowed
    for path in sorted((ROOT / "assignments").glob("*/*.py")):
        yield f"stub/{path.stem}", path.read_text(encoding="utf-8"), *_allowed(COURSE, path.stem)
    for path in sorted((ROOT / "tests" / "policy" / "honest").glob("*.txt")):
        yield f"honest/{path.stem}", path.read_text(encoding="utf-8"), ("numpy",), ("trainer", "util", "u04_forward")


def flagged(text: str, allowed: tuple[str, ...], own: Iterable[str]) -> tuple[Flag, ...]:
    return check_source(text, allowed, COURSE.units, own=own, compatibility=BOOKS)


def _allowed(course: Course, unit: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    spec = course.spec(unit)
    extra = [name for exercise in spec.exercises.values() for name in exercise.imports]
    return (*spec.about.imports, *extra), ()


def _altered(course: Course, unit: str) -> Iterator[str]:
    """The solution with every misconception and variant written into it."""
    import tomllib

    for name, key in (("misconceptions", "misconception"), ("variants", "variant")):
        path = course.folder(unit) / f"{name}.toml"
        for one in tomllib.loads(path.read_text(encoding="utf-8")).get(key, []) if path.is_file() else []:
            text = course.solution(unit)
            for edit in one.get("edits", ()):  # a relabelling has none
                text = text.replace(edit["old"], edit["new"])
            yield text


SAMPLES = [pytest.param(*sample[1:], id=sample[0]) for sample in texts()]


def test_samples_when_counted_then_they_are_many() -> None:
    assert len(SAMPLES) >= 150


@pytest.mark.parametrize(("text", "allowed", "own"), SAMPLES)
def test_text_when_honest_then_nothing_is_flagged(text: str, allowed: tuple[str, ...], own: tuple[str, ...]) -> None:
    assert flagged(text, allowed, own) == ()


def submissions() -> Iterator[tuple[str, Path]]:
    for name in ("class", "torch_class"):
        if (ROOT / "tests" / name).is_dir():
            yield from find_submissions(ROOT / "tests" / name, COURSE.units)


@pytest.mark.parametrize(("student", "path"), [pytest.param(*one, id=one[0]) for one in submissions()])
def test_class_when_looked_at_then_only_the_attacker_is_flagged(student: str, path: Path) -> None:
    """As it is graded: every module that runs, those of notebooks included."""
    from graders.messages.errors import SubmissionError

    try:
        submission = load_submission(path, units=COURSE.units, packages=BOOKS.packages, student=student)
    except SubmissionError:
        return  # refused: nothing of it runs
    found = [
        finding
        for unit, source in submission.sources.items()
        for finding in flagged(source.text, _allowed(COURSE, unit)[0], submission.extra)
    ]
    found += [one for text in submission.extra.values() for one in flagged(text, ("numpy",), submission.extra)]
    assert bool(found) == (student in ATTACKERS)


def test_notebooks_as_they_are_have_no_flag(tmp_path: Path) -> None:
    for path in sorted((ROOT / "assignments").glob("*/*.ipynb")):
        json.loads(path.read_text(encoding="utf-8"))
        submission = load_submission(path, units=COURSE.units, packages=BOOKS.packages, student="kim")
        for unit, source in submission.sources.items():
            assert flagged(source.text, _allowed(COURSE, unit)[0], submission.extra) == ()
