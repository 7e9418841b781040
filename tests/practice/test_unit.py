"""Practice: the expected file alone gives the verdicts that grading gives in public."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course, execute_source
from graders.messages.errors import UsageError
from graders.practice.unit import Practice, find_expected
from tests.small_course import UNIT, edit, right, spec_of, wrong


@pytest.fixture
def practice(course: Course) -> Practice:
    found = Practice.find(course.root, UNIT, course.root)
    shutil.rmtree(course.root / "reference")
    return found


def check(practice: Practice, text: str) -> tuple[str, float, set[str | None]]:
    module = execute_source(UNIT, text, "student.py", lambda unit: execute_source(unit, "", "", None))  # type: ignore
    report = practice.check("Scale", vars(module))
    return report.verdict, report.score, {one.diagnosis for one in report.checks}


def test_practice_when_the_answer_is_right_then_it_passes(course: Course, practice: Practice) -> None:
    assert (practice.unit, practice.symbols) == (UNIT, ("Scale",))


def test_practice_when_right_then_full_points(course: Course) -> None:
    assert check(Practice.find(course.root, UNIT, course.root), right(course)) == ("pass", 3, {None})


def test_practice_names_the_mistake_without_the_reference(course: Course) -> None:
    text = wrong(course)
    found = Practice.find(course.root, UNIT, course.root)
    shutil.rmtree(course.root / "reference")
    verdict, score, said = check(found, text)
    assert (verdict, score) == ("fail", 2)
    assert f"{UNIT}.Scale.da_averaged" in said


def test_practice_says_that_something_forbidden_is_called(course: Course) -> None:
    edit(spec_of(course), "gradients={", 'forbids=("numpy.einsum",),\n        gradients={')
    text = f"from numpy import einsum\n{right(course).replace('da.sum(axis=0)', 'einsum(chr(110) + chr(100), da)')}"
    practice = Practice.find(course.root, UNIT, course.root)
    module = execute_source(UNIT, text.replace("chr(110) + chr(100)", "'nd->d'"), "student.py", lambda unit: None)  # type: ignore
    report = practice.check("Scale", vars(module))
    assert (report.verdict, report.score) == ("fail", 0)
    assert {check.message.id for check in report.checks if check.message} == {"forbidden.called_line"}
    assert vars(module)["einsum"].__module__ == "numpy"


def test_practice_when_nothing_is_written_then_it_is_missing(practice: Practice) -> None:
    assert check(practice, "x = 1")[:2] == ("missing", 0)


def test_exercise_when_unknown_then_it_is_refused(practice: Practice) -> None:
    with pytest.raises(UsageError, match=r"has no exercise 'Skale'.*Did you mean Scale"):
        practice.check("Skale", {})


# --- where the expected file lies ---


def lay(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "expected.json").write_text("{}")
    return folder


@pytest.mark.parametrize("place", [UNIT, f"assignments/{UNIT}", f"../{UNIT}", f"../assignments/{UNIT}"])
def test_expected_when_beside_or_above_then_it_is_found(tmp_path: Path, place: str) -> None:
    start = tmp_path / "course" / "mine"
    start.mkdir(parents=True)
    there = lay((start / place).resolve())
    assert find_expected(start, UNIT) == there
    assert find_expected(start / "work.py", UNIT) == there


@pytest.mark.parametrize("name", ["hw6", "내 과제", "u98_other"])
def test_folder_with_an_expected_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    lay(tmp_path / UNIT)
    mine = lay(tmp_path / name)
    (mine / "expected.json").write_text(json.dumps({"schema": 1, "unit": UNIT}))
    assert find_expected(mine / "work.py", UNIT) == mine


@pytest.mark.parametrize("text", ["", "[]", '{"unit": "u98_other"}', "{" * 50_000, "\0"])
def test_expected_file_of_another_unit_does_not_count(tmp_path: Path, text: str) -> None:
    there = lay(tmp_path / UNIT)
    (tmp_path / "hw6").mkdir()
    (tmp_path / "hw6" / "expected.json").write_text(text)
    assert find_expected(tmp_path / "hw6" / "work.py", UNIT) == there


def test_spec_when_one_lies_beside_the_file_then_it_is_never_run(course: Course, tmp_path: Path) -> None:
    edit(spec_of(course), "from graders.spec", "raise SystemExit('run')\nfrom graders.spec")
    with pytest.raises(UsageError, match=f"There is no unit '{UNIT}'"):
        Practice.find(course.root, UNIT)


def test_expected_file_in_its_folder_counts(tmp_path: Path) -> None:
    mine = lay(tmp_path / "mine" / UNIT)
    lay(tmp_path / "mine" / "assignments" / UNIT)
    assert find_expected(mine / f"{UNIT}.py", UNIT) == mine


@pytest.mark.parametrize("place", [UNIT, f"assignments/{UNIT}"])
def test_named_course_counts_before_what_is_near(tmp_path: Path, place: str) -> None:
    lay(tmp_path / "near" / UNIT)
    there = lay(tmp_path / "named" / place)
    assert find_expected(tmp_path / "near" / "work.py", UNIT, tmp_path / "named") == there


def test_named_course_without_the_unit_is_not_replaced(tmp_path: Path) -> None:
    lay(tmp_path / "near" / UNIT)
    (tmp_path / "named").mkdir()
    with pytest.raises(UsageError, match=f"No expected values of {UNIT} were found in .*named"):
        find_expected(tmp_path / "near" / "work.py", UNIT, tmp_path / "named")


def test_expected_when_nowhere_then_the_next_step_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=rf"No expected values of {UNIT} were found beside .*--course DIR.*deepgrade start"
    ):
        find_expected(tmp_path, UNIT)


def test_backward_of_a_wrong_forward_keeps_half_its_points(course: Course) -> None:
    text = right(course).replace("return self.a * x", "return 2 * self.a * x")
    text = text.replace("return self.a * dout", "return 2 * self.a * dout")
    text = text.replace("da.sum(axis=0)", "2 * da.sum(axis=0)")
    assert check(Practice.find(course.root, UNIT, course.root), text)[:2] == ("fail", 1)
