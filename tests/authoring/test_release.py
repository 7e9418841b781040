"""From reference/ to assignments/: what is written, what counts as stale, and what a student's folder keeps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.authoring.release import release, stale
from graders.courses.course import Course
from graders.host.disk import write_file
from graders.messages.errors import CourseError, UsageError
from graders.practice.layout import lay_out
from tests.small_course import OTHER, UNIT, edit, lay_course, solution_of, spec_of

NAMES = {f"{UNIT}.py", f"{UNIT}.ko.ipynb", f"{UNIT}.en.ipynb", "expected.json", "expected.safetensors"}


def folder(course: Course) -> Path:
    return course.root / "assignments" / UNIT


def fresh(course: Course) -> Course:
    """The same course, read again."""
    return Course(course.root)


def names(paths: list[Path]) -> set[str]:
    return {path.name for path in paths}


# --- writing ---


def test_release_when_first_then_every_file_is_written(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course")
    assert names(release(course)) == NAMES | {"README.md"}
    assert {path.name for path in folder(course).iterdir()} == NAMES


def test_release_when_nothing_changed_then_nothing_is_written(course: Course) -> None:
    assert release(course) == []


def test_changed_lesson_rewrites_its_notebook_only(course: Course) -> None:
    edit(course.folder(UNIT) / "lesson.ko.md", "# 새 단원", "# 다른 단원")
    assert names(release(fresh(course))) == {f"{UNIT}.ko.ipynb"}


def test_changed_numbers_rewrite_the_tensor_file(course: Course) -> None:
    edit(solution_of(course), "return self.a * x", "return self.a * x + 1")
    assert names(release(fresh(course))) == {"expected.safetensors"}


def test_damaged_expected_file_is_replaced(course: Course) -> None:
    (folder(course) / "expected.safetensors").write_bytes(b"rubbish")
    assert names(release(course)) == {"expected.safetensors"}
    assert list(stale(course)) == []


def test_file_that_is_no_longer_made_is_removed(course: Course) -> None:
    (folder(course) / f"{UNIT}.fr.ipynb").write_text("{}")
    assert names(release(course)) == {f"{UNIT}.fr.ipynb"}
    assert {path.name for path in folder(course).iterdir()} == NAMES


def test_release_when_one_unit_is_asked_for_then_the_others_stay(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course", OTHER, UNIT)
    release(course, units=(UNIT,))
    assert [path.name for path in (course.root / "assignments").iterdir()] == [UNIT]


def test_release_when_there_is_no_reference_then_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no course\.toml"):
        release(Course(tmp_path))


def test_bundle_is_whole_and_leaves_the_course_untouched(course: Course, tmp_path: Path) -> None:
    shutil.rmtree(course.root / "assignments")
    release(course, tmp_path / "bundle")
    assert {path.name for path in (tmp_path / "bundle" / UNIT).iterdir()} == NAMES
    assert not (course.root / "assignments").exists()


def test_bundle_when_its_folder_holds_other_files_then_they_stay(course: Course) -> None:
    """``release --to reference`` is a slip that must not cost the staff their solutions."""
    release(course, course.root / "reference")
    left = {path.name for path in course.folder(UNIT).iterdir()}
    assert left == NAMES | {"solution.py", "docstrings.ko.toml", "misconceptions.toml", "lesson.ko.md", "lesson.en.md"}


def test_stub_says_what_to_do_in_both_languages(course: Course) -> None:
    text = (folder(course) / f"{UNIT}.py").read_text(encoding="utf-8")
    assert text.startswith(
        f'"""{UNIT}: A new unit / 새 단원.\n\nWrite the parts marked YOUR CODE HERE, then run: deepgrade'
    )
    assert "self.a * x" not in text


def test_solution_line_in_a_lesson_stops_the_release(course: Course) -> None:
    edit(solution_of(course), "        return self.a * x", "        return self.a * x + 0.0 * np.sum(self.a)")
    lesson = course.folder(UNIT) / "lesson.en.md"
    lesson.write_text(lesson.read_text() + "\n    return self.a * x + 0.0 * np.sum(self.a)\n")
    before = {path: path.read_bytes() for path in folder(course).iterdir()}
    with pytest.raises(CourseError, match=rf"{UNIT}\.en\.ipynb would hold a line of the solution of {UNIT}: 'return"):
        release(fresh(course))
    assert {path: path.read_bytes() for path in folder(course).iterdir()} == before


# --- staleness ---


def test_assignments_when_just_written_then_nothing_is_stale(course: Course) -> None:
    assert list(stale(course)) == []


CHANGES: dict[str, Callable[[Course], object]] = {
    f"{UNIT}.ko.ipynb is not what": lambda c: edit(c.folder(UNIT) / "lesson.ko.md", "# 새 단원", "# 옛 단원"),
    f"{UNIT}.py is not what": lambda c: (folder(c) / f"{UNIT}.py").write_text("edited by hand"),
    f"{UNIT}.en.ipynb is absent": lambda c: (folder(c) / f"{UNIT}.en.ipynb").unlink(),
    "expected.json is absent": lambda c: (folder(c) / "expected.json").unlink(),
    "expected.safetensors is absent": lambda c: (folder(c) / "expected.safetensors").unlink(),
    "the expected values are not what": lambda c: edit(
        c.folder(UNIT) / "misconceptions.toml", '"Look at da, not at dx."', '"Look at da."'
    ),
    f"{UNIT}: the expected values are not what": lambda c: edit(
        solution_of(c), "self.a * x", "self.a * x * (1 + 1e-9)"
    ),
    "an expected file is damaged: JSONDecodeError": lambda c: (folder(c) / "expected.json").write_text("{"),
    "an expected file is damaged: SafetensorError": lambda c: (folder(c) / "expected.safetensors").write_bytes(b"{}"),
    "notes.txt is not of this course": lambda c: (folder(c) / "notes.txt").write_text(""),
    "u97_gone/u97_gone.py is not of this course": lambda c: write_file(
        c.root / "assignments/u97_gone/u97_gone.py", b""
    ),
}


@pytest.mark.parametrize("sentence", CHANGES)
def test_assignments_when_something_changed_then_it_is_named(course: Course, sentence: str) -> None:
    CHANGES[sentence](course)
    found = list(stale(fresh(course)))
    assert any(sentence in one for one in found), found


@pytest.mark.parametrize("sentence", CHANGES)
def test_assignments_when_released_again_then_they_are_fresh(course: Course, sentence: str) -> None:
    CHANGES[sentence](course)
    release(fresh(course))
    assert list(stale(fresh(course))) == []


def test_every_file_is_absent_without_assignments(course: Course) -> None:
    shutil.rmtree(course.root / "assignments")
    assert len(list(stale(course))) == len(NAMES | {"README.md"})


def test_one_unit_asked_for_is_all_that_is_looked_at(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "course", OTHER, UNIT)
    release(course)
    (course.root / "assignments" / OTHER / f"{OTHER}.py").write_text("")
    assert list(stale(course, (UNIT,))) == []
    assert len(list(stale(course, (OTHER,)))) == 1


# --- a student's folder ---


@pytest.fixture
def bundle(course: Course) -> Path:
    return course.root / "assignments"


def laid(bundle: Path, to: Path, lang: str = "ko") -> dict[str, str]:
    return {name.removeprefix(f"{UNIT}/"): fate for name, fate in lay_out(bundle, to, lang).items()}


def test_start_lays_one_language_out_in_an_empty_folder(bundle: Path, tmp_path: Path) -> None:
    fates = laid(bundle, tmp_path / "mine")
    assert fates == dict.fromkeys(NAMES - {f"{UNIT}.en.ipynb"}, "new")
    assert not (tmp_path / "mine" / UNIT / f"{UNIT}.en.ipynb").exists()


def test_start_when_repeated_then_nothing_changes(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine")
    assert set(laid(bundle, tmp_path / "mine").values()) == {"same"}


def test_start_never_overwrites_a_changed_file(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine")
    mine = tmp_path / "mine" / UNIT / f"{UNIT}.py"
    mine.write_text("my own work")
    for old, new in (("A new unit", "Another"), ("Another", "A third")):
        edit(bundle / UNIT / f"{UNIT}.py", old, new)
        assert laid(bundle, tmp_path / "mine")[f"{UNIT}.py"] == "kept"
        assert mine.read_text() == "my own work"


def test_start_brings_an_untouched_file_up_to_date(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine")
    edit(bundle / UNIT / f"{UNIT}.py", "A new unit", "Another")
    fates = laid(bundle, tmp_path / "mine")
    assert fates[f"{UNIT}.py"] == "updated"
    assert "Another" in (tmp_path / "mine" / UNIT / f"{UNIT}.py").read_text(encoding="utf-8")
    assert laid(bundle, tmp_path / "mine")[f"{UNIT}.py"] == "same"


def test_start_when_a_file_was_there_before_then_it_is_kept(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "mine" / UNIT).mkdir(parents=True)
    (tmp_path / "mine" / UNIT / f"{UNIT}.py").write_text("from last year")
    assert laid(bundle, tmp_path / "mine")[f"{UNIT}.py"] == "kept"
    assert (tmp_path / "mine" / UNIT / f"{UNIT}.py").read_text() == "from last year"


def test_start_when_a_file_was_deleted_then_it_is_laid_out_again(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine")
    (tmp_path / "mine" / UNIT / f"{UNIT}.py").unlink()
    assert laid(bundle, tmp_path / "mine")[f"{UNIT}.py"] == "new"


def test_start_in_another_language_leaves_the_first(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine", "ko")
    assert laid(bundle, tmp_path / "mine", "en")[f"{UNIT}.en.ipynb"] == "new"
    assert (tmp_path / "mine" / UNIT / f"{UNIT}.ko.ipynb").is_file()


def test_start_keeps_changed_files_without_its_record(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine")
    (tmp_path / "mine" / ".deepgrade.json").unlink()
    edit(bundle / UNIT / f"{UNIT}.py", "A new unit", "Another")
    assert laid(bundle, tmp_path / "mine")[f"{UNIT}.py"] == "kept"


@pytest.mark.parametrize("data", [b"[]", b"{", b"\xff", b'"text"'])
def test_start_when_its_record_is_damaged_then_it_is_refused(bundle: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / ".deepgrade.json").write_bytes(data)
    with pytest.raises(UsageError, match=r"cannot be prepared: .* Choose another folder"):
        lay_out(bundle, tmp_path, "ko")


def test_start_when_the_folder_is_a_file_then_it_is_refused(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    with pytest.raises(UsageError, match=r"mine cannot be prepared: .*File exists"):
        lay_out(bundle, tmp_path / "mine", "ko")


@pytest.mark.parametrize("name", ["absent", "empty", "file"])
def test_start_tells_the_next_step_when_the_bundle_is_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(
        UsageError, match=r"contains no units \(folders with an expected\.json\)\. .*deepgrade start DIR --from"
    ):
        lay_out(tmp_path / name, tmp_path / "mine", "ko")


def test_start_records_what_it_wrote(bundle: Path, tmp_path: Path) -> None:
    laid(bundle, tmp_path / "mine")
    record = json.loads((tmp_path / "mine" / ".deepgrade.json").read_text())
    assert set(record) == {f"{UNIT}/{name}" for name in NAMES - {f"{UNIT}.en.ipynb"}}


def test_change_without_effect_leaves_assignments_fresh(course: Course) -> None:
    spec_of(course).write_text(spec_of(course).read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert list(stale(fresh(course))) == []
