"""Opening after a check: run once, only after a pass, in one sandbox, in whichever right convention."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graders.authoring.release import release
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.practice.after import after_of, explained
from graders.practice.after_file import Opener
from graders.practice.file import check_file
from graders.practice.opened import Keyring, keyring_for
from graders.reports.report import ExerciseReport
from graders.sandbox.local import Local, LocalSandbox
from tests.explained_course import SECRET_WORDS, with_after
from tests.small_course import UNIT, right, wrong


class Counting(Local):
    """Local, and how many sandboxes were opened."""

    opened = 0

    def open(self, needs: tuple[str, ...] = ()) -> LocalSandbox:
        self.opened += 1
        return super().open(needs)


@pytest.fixture
def course(course: Course) -> Course:
    return with_after(course)


@pytest.fixture
def path(course: Course, tmp_path: Path) -> Path:
    found = tmp_path / "work" / f"{UNIT}.py"
    found.parent.mkdir()
    found.write_text(right(course), encoding="utf-8")
    return found


def told(opener: Opener) -> list[str]:
    report = check_file(Local(), opener.path, course=opener.course)
    return [message.id for message in opener(report)]


def test_what_was_opened_is_not_run_again(course: Course, path: Path) -> None:
    opener = Opener(Counting(), path, course=course.root)
    assert (told(opener), opener.backend.opened) == (["after.opened"], 1)  # type: ignore[attr-defined]
    another = Opener(Counting(), path, course=course.root)
    assert (told(another), another.backend.opened) == ([], 0)  # type: ignore[attr-defined]


def test_what_fails_is_not_run(course: Course, path: Path) -> None:
    path.write_text(wrong(course), encoding="utf-8")
    opener = Opener(Counting(), path, course=course.root)
    assert (told(opener), opener.backend.opened) == ([], 0)  # type: ignore[attr-defined]


def test_what_passes_and_does_not_open_is_tried_again_after_a_failure(course: Course, path: Path) -> None:
    opener = Opener(Counting(), path, course=course.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("graders.practice.after_file.opened_by", lambda *_: None)
        assert [told(opener), told(opener)] == [[], []]
    assert opener.backend.opened == 1  # type: ignore[attr-defined]
    path.write_text(wrong(course), encoding="utf-8")
    told(opener)
    path.write_text(right(course), encoding="utf-8")
    assert told(opener) == ["after.opened"]


def test_new_words_open_with_the_key_that_is_kept(course: Course, path: Path) -> None:
    told(Opener(Local(), path, course=course.root))
    text = course.folder(UNIT) / "after.en.md"
    text.write_text(text.read_text(encoding="utf-8").replace("A book", "Two books"), encoding="utf-8")
    release(Course(course.root))
    after = after_of(course.assignments / UNIT, course.spec(UNIT), path)
    (said,) = explained([(after, "Scale")], "en").texts
    assert "Two books" in said
    assert SECRET_WORDS["en"] in said


STOPS = """
import os
class Scale(Scale):
    def forward(self, x):
        if float(x[0, 0]) not in SEEN:
            os._exit(3)
        return super().forward(x)
SEEN = """


def test_code_that_stops_in_the_sealing_runs_opens_nothing(course: Course, path: Path) -> None:
    seen = [float(one.inputs["x"][0, 0]) for one in Answers(course).public(UNIT, "Scale")]
    path.write_text(right(course) + STOPS + repr(seen), encoding="utf-8")
    report = check_file(Local(), path, course=course.root)
    passed = replace(report, exercises=tuple(map(passing, report.exercises)))
    assert Opener(Local(), path, course=course.root)(passed) == []


def passing(one: ExerciseReport) -> ExerciseReport:
    """As if it had passed: how its gradients are computed may be looked at with inputs of its own."""
    return replace(one, verdict="pass")


def test_keys_lie_in_the_homework_folder_else_with_the_user(tmp_path: Path) -> None:
    (tmp_path / "home" / UNIT).mkdir(parents=True)
    assert keyring_for(tmp_path / "home" / UNIT).path.name == "opened.json"
    assert tmp_path not in keyring_for(tmp_path / "home" / UNIT).path.parents
    (tmp_path / "home" / ".deepgrade.json").write_text("{}")
    assert keyring_for(tmp_path / "home" / UNIT).path == tmp_path / "home" / ".deepgrade" / "opened.json"


def test_keys_of_other_exercises_are_kept(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys.json")
    ring.add("u1", {"f": bytes(32)})
    ring.add("u1", {"g": bytes(32)})
    ring.add("u2", {"f": bytes(31)})  # no key
    assert (ring.of("u1").keys(), ring.of("u2")) == ({"f", "g"}, {})
