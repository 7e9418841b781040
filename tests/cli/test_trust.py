"""A submission is never trusted: no upload's course or guest is run, wherever a command is typed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.feedback.messages import say
from graders.host import trust
from graders.host.trust import course_to_grade, course_to_practise
from graders.messages.errors import UsageError
from tests.cli.conftest import Deepgrade
from tests.small_course import UNIT, edit, spec_of

NONE = ("--sandbox", "none")


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "run-outside"


@pytest.fixture
def mallory(course: Course, room: Path, marker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An upload that is itself a course; the staff's course is the installation's."""
    monkeypatch.delenv(trust.VARIABLE)
    monkeypatch.setattr(trust, "installation", lambda: course.root.resolve())
    folder = room / "mallory"
    for part in ("graders", "reference", "assignments"):
        shutil.copytree(course.root / part, folder / part)
    shutil.copy(course.root / "course.toml", folder)
    shutil.copy(room / "kim" / f"{UNIT}.py", folder)
    planted = f"open({str(marker)!r}, 'w').close()\nfrom graders.spec"
    edit(spec_of(Course(folder)), "from graders.spec", planted)
    for name in ("python", "python3"):
        (folder / ".guest" / "bin").mkdir(parents=True, exist_ok=True)
        (folder / ".guest" / "bin" / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (folder / ".guest" / "bin" / name).chmod(0o755)
    (folder / "deep" / "er").mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("where", "graded", "code"),
    [
        (".", ".", 1),
        ("deep/er", "../..", 1),
        (".", "..", 1),
        ("deep", "../..", 1),
        (".", f"{UNIT}.py", 2),
        ("deep/er", f"../../{UNIT}.py", 2),
        (".", "../kim", 2),
        ("deep/er", f"../../../kim/{UNIT}.py", 2),
        ("..", "mallory", 1),
    ],
)
def test_course_when_it_was_handed_in_then_it_is_never_run(
    deepgrade: Deepgrade,
    mallory: Path,
    marker: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    graded: str,
    code: int,
) -> None:
    monkeypatch.chdir(mallory / where)
    done = deepgrade("grade", graded, *NONE)
    assert not marker.exists()
    assert done.code in (code, 0)
    assert (done.code == 2) == (code == 2)
    if code == 2:
        assert "it was not chosen with --course" in done.err
        assert f"--course {mallory}" in done.err


def test_course_reached_through_a_link_is_still_the_upload(
    deepgrade: Deepgrade, mallory: Path, marker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(mallory)
    for where, graded in ((tmp_path / "link", "."), (mallory, tmp_path / "link"), (tmp_path, "link")):
        monkeypatch.chdir(where)
        deepgrade("grade", graded, *NONE)
    assert not marker.exists()


def test_course_inside_what_is_graded_is_refused(
    deepgrade: Deepgrade, mallory: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for graded in (mallory, mallory.parent):
        done = deepgrade("grade", graded, "--course", mallory, *NONE)
        assert (done.code, done.out) == (2, "")
        assert "which is to be graded. Use a course outside it." in done.err
    monkeypatch.setenv(trust.VARIABLE, str(mallory))
    assert deepgrade("grade", mallory.parent, *NONE).code == 2
    assert not marker.exists()


@pytest.mark.parametrize("words", [("check", "."), ("check", f"{UNIT}.py"), ("check", "../kim")])
def test_practice_does_not_run_a_spec_that_was_handed_in(
    deepgrade: Deepgrade, mallory: Path, marker: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(mallory)
    assert deepgrade(*words).code in (0, 1, 2)
    assert not marker.exists()


def test_demo_and_replay_do_not_run_an_uploads_course(
    deepgrade: Deepgrade, mallory: Path, marker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deepgrade("grade", mallory.parent, *NONE, "--out", tmp_path / "out")
    monkeypatch.chdir(mallory)
    assert deepgrade("demo", *NONE).code == 2
    words = ("replay", tmp_path / "out" / "reports" / "kim.json", "../kim", *NONE)
    assert deepgrade(*words).code == 2
    monkeypatch.chdir(mallory.parent)
    assert deepgrade(*words[:2], "kim", *NONE).code == 0
    assert not marker.exists()


def test_guest_when_it_was_handed_in_then_another_is_started(mallory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from graders.sandbox.interpreter import find_guest

    monkeypatch.delenv("DEEPGRADE_GUEST", raising=False)
    monkeypatch.chdir(mallory)
    assert mallory not in find_guest(course_to_grade(Path(), None, mallory)).home.parents


# --- which it is ---


def test_grading_names_its_course_on_screen_and_in_the_report(deepgrade: Deepgrade, course: Course, room: Path) -> None:
    done = deepgrade("grade", room, *NONE, "--json")
    assert f"Course: {course.root.resolve()}" in done.err.splitlines()
    assert {one["run"]["course"] for one in done.json["submissions"]} == {str(course.root.resolve())}


def test_installations_course_may_be_graded(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(trust.VARIABLE)
    root = course.root.resolve()
    monkeypatch.setattr(trust, "installation", lambda: root)
    inside = root / "tests" / "class"
    inside.mkdir(parents=True)
    for start in (root, inside, Path("/")):
        for graded in (inside, inside / "kim" / f"{UNIT}.py", None):
            assert course_to_grade(start, None, graded) == root
    assert course_to_practise() == root


def test_link_to_the_installations_course_is_that_course(tmp_path: Path) -> None:
    for name in ("reference", "graders"):
        (tmp_path / name).symlink_to(trust.installation() / name)
    assert course_to_grade(tmp_path) == trust.installation()


def test_course_when_only_named_alike_then_it_is_none(tmp_path: Path) -> None:
    for name in ("reference/papers", "assignments/u01_perceptron"):
        (tmp_path / "kim" / name).mkdir(parents=True)
    assert course_to_grade(tmp_path / "kim", None, tmp_path / "lee") == trust.installation()


def test_unnamed_course_is_refused_with_how_to_name_it(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(trust.VARIABLE)
    with pytest.raises(UsageError, match=rf"course in {course.root}, .* use --course {course.root}") as raised:
        course_to_grade(course.root)
    with pytest.raises(UsageError) as named:
        course_to_grade(course.root, course.root, course.root.parent)
    for error in (raised.value, named.value):
        assert say(error.message_id, "en", **error.params) == str(error)
    monkeypatch.setenv(trust.VARIABLE, str(course.root))
    assert course_to_grade(Path("/")) == course.root.resolve()
