"""What was in order and has not changed is not verified again; whatever a unit depends on changes its state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders.authoring import verified, verify
from graders.authoring.release import release
from graders.authoring.verified import CACHE, load_verified, state_of, state_of_all
from graders.courses.course import Course
from tests.cli.conftest import Deepgrade
from tests.small_course import OTHER, UNIT, edit, lay_course, solution_of, spec_of


@pytest.fixture
def course(tmp_path: Path) -> Course:
    course = lay_course(tmp_path / "course", UNIT, OTHER)
    release(course)
    return Course(course.root)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is verified, which here takes no time: nothing is wrong unless a unit's lesson says WRONG."""
    found: list[str] = []

    def each(course: Course, units: list[str], jobs: int) -> list[tuple[str, list[verify.Complaint]]]:
        found.extend(units)
        wrong = [verify.Complaint("a lesson", "is wrong")]
        lessons = {unit: (course.folder(unit) / "lesson.en.md").read_text(encoding="utf-8") for unit in units}
        return [(unit, wrong if "WRONG" in lessons[unit] else []) for unit in units]

    def together(course: Course, units: tuple[str, ...]) -> list[verify.Complaint]:
        found.append("together")
        return []

    monkeypatch.setattr(verify, "verify_units", each)
    monkeypatch.setattr(verify, "verify_together", together)
    return found


def test_second_time_costs_nothing_and_says_the_same(deepgrade: Deepgrade, course: Course, asked: list[str]) -> None:
    first = deepgrade("verify", "--course", course.root)
    assert asked == [OTHER, UNIT, "together"]
    asked.clear()
    second = deepgrade("verify", "--course", course.root)
    assert asked == []
    assert (second.code, second.out) == (first.code, first.out) == (0, f"Everything holds: {OTHER}, {UNIT}.\n")


def test_changed_unit_is_verified_alone(deepgrade: Deepgrade, course: Course, asked: list[str]) -> None:
    deepgrade("verify", "--course", course.root)
    asked.clear()
    edit(course.folder(UNIT) / "lesson.ko.md", "# 새 단원", "# 다른 단원")
    deepgrade("verify", "--course", course.root)
    assert asked == [UNIT, "together"]


def test_again_verifies_what_has_not_changed(deepgrade: Deepgrade, course: Course, asked: list[str]) -> None:
    deepgrade("verify", "--course", course.root)
    asked.clear()
    deepgrade("verify", "--again", "--course", course.root)
    assert asked == [OTHER, UNIT, "together"]


def test_complaint_is_found_again_until_it_is_gone(deepgrade: Deepgrade, course: Course, asked: list[str]) -> None:
    deepgrade("verify", "--course", course.root)
    edit(course.folder(UNIT) / "lesson.en.md", "# A new unit", "# WRONG")
    for _ in range(2):
        asked.clear()
        done = deepgrade("verify", "--course", course.root)
        assert (done.code, done.out) == (1, "a lesson: is wrong\n")
        assert UNIT in asked
    edit(course.folder(UNIT) / "lesson.en.md", "# WRONG", "# A new unit")
    assert deepgrade("verify", "--course", course.root).code == 0


def test_one_unit_asked_for_leaves_the_others_known(deepgrade: Deepgrade, course: Course, asked: list[str]) -> None:
    deepgrade("verify", "--course", course.root)
    deepgrade("verify", "--unit", UNIT, "--course", course.root)
    assert {OTHER, UNIT} <= load_verified(course).keys()


@pytest.mark.parametrize("content", ["rubbish", "[]", '{"u99_topic": 3}', '{"u99_topic": "not its state"}'])
def test_cache_when_damaged_is_no_cache(deepgrade: Deepgrade, course: Course, asked: list[str], content: str) -> None:
    (course.root / CACHE).parent.mkdir()
    (course.root / CACHE).write_text(content, encoding="utf-8")
    deepgrade("verify", "--course", course.root)
    assert asked == [OTHER, UNIT, "together"]
    assert set(json.loads((course.root / CACHE).read_text(encoding="utf-8"))) == {OTHER, UNIT, "*"}


def test_state_is_the_same_where_nothing_changed(course: Course) -> None:
    assert state_of(course, UNIT) == state_of(Course(course.root), UNIT)
    assert state_of(course, UNIT) != state_of(course, OTHER)


@pytest.mark.parametrize(
    "path",
    [
        "course.toml",
        f"graders/exercises/{UNIT}.py",
        f"reference/{UNIT}/solution.py",
        f"reference/{UNIT}/misconceptions.toml",
        f"reference/{UNIT}/answers/new.py",
        f"assignments/{UNIT}/{UNIT}.ko.ipynb",
    ],
)
def test_every_file_of_a_unit_is_part_of_its_state(course: Course, path: str) -> None:
    before = state_of(course, UNIT)
    (course.root / path).parent.mkdir(exist_ok=True)
    with (course.root / path).open("a", encoding="utf-8") as file:
        file.write("\n# more\n")
    assert state_of(Course(course.root), UNIT) != before


def test_unit_that_is_named_is_part_of_the_state_and_no_other(course: Course) -> None:
    before = state_of(course, UNIT)
    edit(solution_of(course, OTHER), "import numpy as np", "import numpy as np\n\nmore = 1")
    assert state_of(Course(course.root), UNIT) == before
    edit(spec_of(course), ", minutes=30", f', minutes=30, after=("{OTHER}",)')
    named = state_of(Course(course.root), UNIT)
    edit(solution_of(course, OTHER), "more = 1", "more = 2")
    assert state_of(Course(course.root), UNIT) != named


def test_engine_and_libraries_are_part_of_every_state(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state_of(course, UNIT)
    verified._engine.cache_clear()
    monkeypatch.setattr(verified, "version", lambda library: "another")
    assert state_of(course, UNIT) != before
    verified._engine.cache_clear()


def test_public_file_is_part_of_the_state_of_all(course: Course) -> None:
    before = state_of_all(course, ["a"])
    (course.root / "README.md").write_text("a page", encoding="utf-8")
    assert state_of_all(course, ["a"]) != before
    assert state_of_all(course, ["a"]) != state_of_all(course, ["b"])
