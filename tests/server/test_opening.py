"""Keys of explanations: what opens them costs no sandbox of its own, and changes nothing of a result."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from graders.api import Grader
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.practice.file import check_file
from graders.reports.report import Report
from graders.sandbox.local import Local, LocalSandbox
from graders.server.store.leases import Leased
from graders.server.workers import grading
from graders.server.workers.opening import AlsoSealed, Keys
from tests.explained_course import with_after
from tests.practice.test_after import STOPS
from tests.small_course import SECRET, UNIT, right, wrong


class Counting(Local):
    """Local, and how many sandboxes were opened."""

    opened = 0

    def open(self, needs: tuple[str, ...] = ()) -> LocalSandbox:
        self.opened += 1
        return super().open(needs)


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Course:
    return with_after(Course(Path(shutil.copytree(template, tmp_path / "course"))))


@pytest.fixture
def keys(folder: Course) -> Keys:
    return Keys(folder, Answers(folder))


def checked(keys: Keys, tmp_path: Path, text: str, known: tuple[str, ...] = ()) -> tuple[Report, AlsoSealed, Counting]:
    path, sandboxes = tmp_path / f"{UNIT}.py", Counting()
    path.write_text(text, encoding="utf-8")
    backend = AlsoSealed(sandboxes, keys, UNIT, known)
    return check_file(backend, path, unit=UNIT, course=keys.course.root, apart=True), backend, sandboxes


def plain(keys: Keys, tmp_path: Path) -> Report:
    return check_file(Local(), tmp_path / f"{UNIT}.py", unit=UNIT, course=keys.course.root, apart=True)


def test_check_when_right_then_its_only_sandbox_opens_what_the_reference_opens(keys: Keys, tmp_path: Path) -> None:
    report, backend, sandboxes = checked(keys, tmp_path, right(keys.course))
    assert (report.verdict, sandboxes.opened) == ("pass", 1)
    key = keys.of_traces(UNIT, "Scale", backend.caught["Scale"])
    lock = keys.lock(UNIT)
    assert lock is not None
    assert lock.fits("Scale", key)
    assert key == keys.of_reference(UNIT, "Scale")
    assert report.to_dict() == plain(keys, tmp_path).to_dict()


def test_check_when_wrong_then_opens_nothing_and_says_what_it_said(keys: Keys, tmp_path: Path) -> None:
    report, backend, _ = checked(keys, tmp_path, wrong(keys.course))
    assert report.verdict == "fail"
    assert keys.of_traces(UNIT, "Scale", backend.caught.get("Scale", {})) is None
    assert report.to_dict() == plain(keys, tmp_path).to_dict()


def test_check_when_code_stops_on_the_sealing_inputs_then_the_result_is_that_of_the_public_cases(
    keys: Keys, tmp_path: Path
) -> None:
    seen = [float(one.inputs["x"][0, 0]) for one in keys.answers.public(UNIT, "Scale")]
    report, backend, _ = checked(keys, tmp_path, right(keys.course) + STOPS + repr(seen))
    assert report.to_dict() == plain(keys, tmp_path).to_dict()
    assert backend.caught == {}


def test_check_when_it_is_open_already_then_nothing_more_is_run(keys: Keys, tmp_path: Path) -> None:
    _, backend, _ = checked(keys, tmp_path, right(keys.course), ("Scale",))
    assert backend.caught == {}


def test_keys_when_nothing_is_locked_or_the_lock_is_broken_then_there_are_none(folder: Course) -> None:
    (folder.assignments / UNIT / "after.json").write_text("{", encoding="utf-8")
    assert Keys(folder, Answers(folder)).of_reference(UNIT, "Scale") is None
    (folder.assignments / UNIT / "after.json").unlink()
    assert Keys(folder, Answers(folder)).of_reference(UNIT, "Scale") is None


# --- as a worker does it ---


@pytest.fixture
def graders(folder: Course, monkeypatch: pytest.MonkeyPatch) -> grading.Grading:
    """A worker's, without a sandbox."""
    monkeypatch.setattr(grading, "backend_by_name", lambda name, root: Counting())
    monkeypatch.setattr(grading, "Grader", lambda found, pool: Grader(found, pool, secret=SECRET))
    return grading.Grading("auto")


def job(folder: Course, text: str, kind: str = "submission") -> Leased:
    exercise = "Scale" if kind == "check" else None
    name = f"{UNIT}.py"
    return Leased(1, 1, "id", kind, 1, str(folder.root), 1, "Kim", UNIT, exercise, name, text.encode(), "00", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["submission", "check"])
def test_graded_when_it_passes_then_has_the_key_once(
    folder: Course, keys: Keys, graders: grading.Grading, kind: str
) -> None:
    key = keys.of_reference(UNIT, "Scale")
    assert key is not None
    assert graders.grade(job(folder, right(folder), kind), {}).keys == {"Scale": key}
    assert graders.grade(job(folder, right(folder), kind), {"Scale": key}).keys == {}
    assert graders.grade(job(folder, right(folder), kind), {"Scale": b"of an earlier seal"}).keys == {"Scale": key}
    assert graders.grade(job(folder, wrong(folder), kind), {}).keys == {}
    graders.close()


def test_check_when_nothing_is_said_after_an_exercise_then_it_has_its_result(
    folder: Course, keys: Keys, graders: grading.Grading
) -> None:
    graders.open(str(folder.root))
    lock = keys.lock(UNIT)
    assert lock is not None
    graders._courses[str(folder.root)].keys._locks[UNIT] = replace(lock, seals={}, blocks=())
    graded = graders.grade(job(folder, right(folder), "check"), {})
    assert (graded.report.verdict, graded.keys) == ("pass", {})
    graders.close()


def test_graded_when_its_keys_cannot_be_found_then_it_has_its_result(
    folder: Course, graders: grading.Grading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keys, "of_reference", lambda *_: {}["an error of ours"])
    graded = graders.grade(job(folder, right(folder)), {})
    assert (graded.report.verdict, graded.keys) == ("pass", {})
    graders.close()


def test_warm_when_idle_then_the_reference_has_answered_before_anybody_hands_in(
    folder: Course, graders: grading.Grading
) -> None:
    answers = graders.open(str(folder.root)).setup.answers
    assert answers._public == {}
    while graders.warm():
        pass
    assert {*answers._public} == {(UNIT, "Scale")}
    graders.close()
