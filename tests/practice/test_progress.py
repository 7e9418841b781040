"""How far a student has come: recorded by every check, read again without running anything."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.practice.layout import lay_out
from graders.practice.progress import Progress, progress_of, record_checks
from graders.reports.report import CheckReport, ExerciseReport
from tests.small_course import UNIT

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def homework(course: Course, tmp_path: Path) -> Path:
    lay_out(course.root, tmp_path / "homework", "ko")
    return tmp_path / "homework"


def report(verdict: str, points: float = 0, name: str = "Scale", unit: str = UNIT) -> ExerciseReport:
    check = CheckReport("out", "core", verdict, points, 3)
    return ExerciseReport(unit, name, verdict, (check,))


def state(found: Progress) -> tuple[str, float, str | None]:
    (one,) = found.units[0].exercises
    return one.state, one.points, one.verdict


def lines(homework: Path) -> list[str]:
    return (homework / ".deepgrade" / "checks.jsonl").read_text(encoding="utf-8").splitlines()


def test_what_was_never_checked_is_untouched(course: Course, homework: Path) -> None:
    found = progress_of(homework / UNIT, course)
    assert (state(found), found.folder, found.language) == (("untouched", 0, None), homework, "ko")
    assert found.units[0].files == (f"{UNIT}/{UNIT}.ko.ipynb", f"{UNIT}/{UNIT}.py")


@pytest.mark.parametrize(
    ("verdict", "points", "expected"),
    [
        ("missing", 0, ("untouched", 0, "missing")),
        ("fail", 1, ("work", 1, "fail")),
        ("error", 0, ("work", 0, "error")),
        ("pass", 3, ("passed", None, "pass")),
    ],
)
def test_the_last_check_counts(
    course: Course, homework: Path, verdict: str, points: float, expected: tuple[str, float | None, str]
) -> None:
    record_checks(homework / UNIT / f"{UNIT}.py", [report("limit"), report(verdict, points)])
    found = progress_of(homework, course)
    whole = found.max_points  # a pass is worth what the course says today
    assert state(found) == (expected[0], whole if expected[1] is None else expected[1], expected[2])
    assert found.points == state(found)[1]


def test_what_could_not_run_here_changes_nothing(course: Course, homework: Path) -> None:
    record_checks(homework, [report("fail", 1)])
    record_checks(homework, [report("not_run"), report("broken")])
    assert state(progress_of(homework, course))[0] == "work"


def test_a_check_that_changes_nothing_takes_no_line(homework: Path) -> None:
    for points in (1, 1, 1, 2, 2, 1):
        record_checks(homework, [report("fail", points)], NOON)
    assert [json.loads(line)["points"] for line in lines(homework)] == [1, 2, 1]
    assert json.loads(lines(homework)[0]) == {
        "unit": UNIT,
        "name": "Scale",
        "verdict": "fail",
        "points": 1,
        "at": "2026-03-01T12:00:00+00:00",
    }


@pytest.mark.parametrize(
    "strange",
    ["", "\x00\x00", "[]", "7", '{"unit": 3}', '{"unit": "u', "[" * 100_000, '{"unit": [], "name": {}, "points": {}}'],
)
def test_a_damaged_line_costs_only_itself(course: Course, homework: Path, strange: str) -> None:
    record_checks(homework, [report("pass", 3)])
    path = homework / ".deepgrade" / "checks.jsonl"
    path.write_text(f"{strange}\n{path.read_text()}{strange}\n")
    assert state(progress_of(homework, course))[0] == "passed"


@pytest.mark.parametrize("points", ['"many"', "-4", "1e9", "null", "NaN"])
def test_points_that_cannot_be_are_bounded(course: Course, homework: Path, points: str) -> None:
    (homework / ".deepgrade").mkdir(exist_ok=True)
    line = f'{{"unit": "{UNIT}", "name": "Scale", "verdict": "fail", "points": {points}}}\n'
    (homework / ".deepgrade" / "checks.jsonl").write_text(line)
    assert 0 <= progress_of(homework, course).points <= progress_of(homework, course).max_points


def record_many(folder: str, number: int) -> None:
    for turn in range(40):
        one = replace(report("fail", turn % 2), name=f"E{number}")
        record_checks(Path(folder), [one])


def test_several_processes_may_write_at_once(homework: Path) -> None:
    processes = [get_context("spawn").Process(target=record_many, args=(str(homework), n)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert sorted(json.loads(line)["name"] for line in lines(homework)) == sorted(["E0", "E1", "E2"] * 40)


def test_where_nobody_may_write_a_check_goes_on(homework: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        record_checks(homework, [report("pass", 3)])
    assert not (homework / ".deepgrade" / "checks.jsonl").exists()


def test_outside_of_a_homework_the_user_s_own_folder_keeps_it(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    alone = tmp_path / "alone"
    alone.mkdir()
    record_checks(alone, [report("fail", 2)])
    found = progress_of(alone, course)
    assert (state(found)[0], found.folder, found.units[0].files) == ("work", None, ())
    assert os.listdir(tmp_path / "state") == ["deepgrade"]


def test_as_json_it_has_titles_in_every_language(course: Course, homework: Path) -> None:
    record_checks(homework, [report("fail", 2)])
    data = json.loads(json.dumps(progress_of(homework, course).to_dict()))
    (unit,) = data["units"]
    assert (data["schema"], data["points"], unit["points"]) == (1, 2, 2)
    assert {*unit["title"]} == {*unit["exercises"][0]["title"]} == {"ko", "en"}
