"""A new unit verifies as it is, and nothing that is there is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.authoring.release import release
from graders.authoring.scaffold import scaffold
from graders.authoring.verify import verify_unit, verify_whole
from graders.courses.course import Course
from graders.messages.errors import UsageError
from tests.small_course import UNIT, lay_course, lay_manifest


def test_unit_when_scaffolded_then_it_verifies_as_it_is(tmp_path: Path) -> None:
    course = Course(lay_manifest(tmp_path / "course"))
    scaffold(course, "u05_fresh")
    release(course)
    assert (course.assignments / "u05_fresh" / "figures" / "two_columns.ko.svg").is_file()
    assert list(map(str, verify_unit(course, "u05_fresh"))) == []
    assert list(map(str, verify_whole(course, course.units))) == []


def test_scaffolded_unit_names_its_files_without_the_template(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course")
    written = scaffold(course, "u05_fresh")
    assert {path.name for path in written} == {
        "u05_fresh.py",
        "docstrings.ko.toml",
        "figures.py",
        "lesson.ko.md",
        "lesson.en.md",
        "after.ko.md",
        "after.en.md",
        "misconceptions.toml",
        "solution.py",
    }
    assert not any("uNN" in path.read_text(encoding="utf-8") for path in written)


def test_unit_when_nobody_can_draw_has_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    course = Course(lay_manifest(tmp_path / "course"))
    scaffold(course, "u05_fresh")
    monkeypatch.undo()
    assert not (course.folder("u05_fresh") / "figures.py").exists()
    release(course)
    assert [*verify_unit(course, "u05_fresh"), *verify_whole(course, course.units)] == []


@pytest.mark.parametrize(
    "name",
    ["5_topic", "_topic", "u05-topic", "u05_Topic", "u05_", "../u05_topic", "", "u05_a.py", "json", "numpy", "class"],
)
def test_name_when_it_is_no_units_then_the_form_is_told(course: Course, name: str) -> None:
    with pytest.raises(UsageError, match=r"is not a unit name\. Expected a module name.*such as u23_diffusion"):
        scaffold(course, name)


def test_number_when_taken_then_it_is_refused(course: Course) -> None:
    with pytest.raises(UsageError, match=rf"The number of u99_else is already used by {UNIT}\. Choose a free number"):
        scaffold(course, "u99_else")


def test_unit_when_it_is_there_already_then_that_is_said(course: Course) -> None:
    with pytest.raises(UsageError, match=rf"The unit {UNIT} already exists\. Edit it, or give the new one another"):
        scaffold(course, UNIT)


def test_number_when_only_a_reference_has_it_then_it_is_taken(course: Course) -> None:
    (course.root / "reference" / "u50_draft").mkdir()
    with pytest.raises(UsageError, match="The unit u50_draft already exists"):
        scaffold(course, "u50_draft")
    with pytest.raises(UsageError, match="The number of u50_other is already used by u50_draft"):
        scaffold(course, "u50_other")
    assert list((course.root / "reference" / "u50_draft").iterdir()) == []


def test_folder_when_it_is_no_course_then_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no course\.toml"):
        scaffold(Course(tmp_path), UNIT)
    lay_manifest(tmp_path)
    (tmp_path / "graders" / "exercises").rmdir()
    with pytest.raises(UsageError, match=r"has no graders/exercises/ folder\. Run this in the course repository"):
        scaffold(Course(tmp_path), UNIT)
    assert list((tmp_path / "reference").iterdir()) == []
