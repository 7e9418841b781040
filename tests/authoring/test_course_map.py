"""The map of a course: its units in order with what they ask, and a picture of what comes after what."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.authoring.course_map import MARK, course_map, direct, lanes
from graders.authoring.release import release, stale
from graders.courses.course import Course
from tests.small_course import edit, lay_course, spec_of

FIRST, SECOND, THIRD, FOURTH = UNITS = ("u01_one", "u02_two", "u03_three", "u04_four")


@pytest.fixture
def four(tmp_path: Path) -> Course:
    """01 → 02 → 03 → 04, and 04 names 01 and 02 as well."""
    course = lay_course(tmp_path / "course", *UNITS)
    for unit, first in ((SECOND, (FIRST,)), (THIRD, (SECOND, "u77_nowhere")), (FOURTH, (THIRD, SECOND, FIRST))):
        edit(spec_of(course, unit), ", minutes=30", f", minutes=45, after={first!r}")
    return Course(course.root)


def test_page_has_a_row_per_unit_in_order_and_the_sum(four: Course) -> None:
    page = course_map(four)["README.md"].decode()
    rows = [line for line in page.splitlines() if line.startswith("| `u")]
    assert [row.split("`")[1] for row in rows] == list(UNITS)
    links = f"[en]({THIRD}/{THIRD}.en.ipynb) · [ko]({THIRD}/{THIRD}.ko.ipynb)"
    assert rows[2] == f"| `{THIRD}` | A new unit | 새 단원 | `{SECOND}` | 45 | 1 | 3 | {links} |"
    assert "| **165** | **4** | **12** |" in page
    assert "](course_map.en.svg)" in page
    assert "](course_map.ko.svg)" in page


def test_links_of_the_page_are_there_once_it_is_released(four: Course) -> None:
    release(four)
    page = (four.assignments / "README.md").read_text(encoding="utf-8")
    links = [part.split(")")[0] for part in page.split("](")[1:]]
    assert len(links) == 10
    assert [link for link in links if not (four.assignments / link).is_file()] == []
    assert list(stale(Course(four.root))) == []


def test_picture_has_a_box_per_unit_in_each_language(four: Course) -> None:
    files = course_map(four)
    assert set(files) == {"README.md", "course_map.en.svg", "course_map.ko.svg"}
    for name, counts in (("course_map.en.svg", "45 min · 1 ex. · 3 pt"), ("course_map.ko.svg", "45분 · 1문제 · 3점")):
        assert files[name].decode().count(f">{counts}<") == 3
    assert files == course_map(Course(four.root))


def test_arrow_leads_from_the_nearest_only(four: Course) -> None:
    assert direct(four, UNITS) == {FIRST: (), SECOND: (FIRST,), THIRD: (SECOND,), FOURTH: (THIRD,)}
    assert direct(four, (FIRST, FOURTH)) == {FIRST: (), FOURTH: (FIRST,)}


def test_units_that_name_each_other_are_drawn_still(four: Course) -> None:
    edit(spec_of(four, FIRST), ", minutes=30", f', minutes=30, after=("{SECOND}",)')
    course = Course(four.root)
    assert direct(course, UNITS)[FIRST] == (SECOND,)
    assert "course_map.en.svg" in course_map(course)


def test_lines_beside_each_other_have_lanes_of_their_own() -> None:
    links: dict[str, tuple[str, ...]] = {"a": (), "b": ("a",), "c": ("a",), "d": ("b",), "e": (), "f": ("d",)}
    assert lanes(links) == {"a": 0, "b": 1, "d": 0}


def test_changed_unit_makes_the_map_stale_and_a_removed_language_is_taken_away(four: Course) -> None:
    release(four)
    edit(spec_of(four, FIRST), ", minutes=30", ", minutes=60")
    assert "assignments/README.md is not what graders/exercises/ gives" in list(stale(Course(four.root)))
    (four.assignments / "course_map.fr.svg").write_text("<svg/>", encoding="utf-8")
    assert four.assignments / "course_map.fr.svg" in release(Course(four.root))
    assert not (four.assignments / "course_map.fr.svg").exists()


def test_page_by_somebody_else_is_left_alone(four: Course) -> None:
    four.assignments.mkdir(exist_ok=True)
    page = four.assignments / "README.md"
    page.write_text("# My own\n", encoding="utf-8")
    release(four)
    assert page.read_text(encoding="utf-8") == "# My own\n"
    assert list(stale(Course(four.root))) == []


def test_bundle_of_some_units_has_a_map_of_these(four: Course, tmp_path: Path) -> None:
    release(four, tmp_path / "bundle", (FIRST, SECOND))
    page = (tmp_path / "bundle" / "README.md").read_text(encoding="utf-8")
    assert MARK in page
    assert SECOND in page
    assert THIRD not in page
