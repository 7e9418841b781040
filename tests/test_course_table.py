"""docs/course.md is what the course is now, and every exercise of it has a mutation score."""

from __future__ import annotations

from pathlib import Path

from graders.authoring.course_table import course_rows, course_table
from graders.courses.course import Course

ROOT = Path(__file__).parents[1]


def test_the_course_table_is_fresh() -> None:
    course = Course(ROOT)
    kept = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    assert course_table(course, course.units) == kept, "deepgrade verify --table > docs/course.md"


def test_every_exercise_has_been_tried() -> None:
    course = Course(ROOT)
    rows = [row for unit in course.units for row in course_rows(course, unit)]
    assert [row.name for row in rows if not row.tried] == []
