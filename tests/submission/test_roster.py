"""Whose submissions lie in a folder: one student's, a class's, or a learning platform's download."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.errors import UsageError
from graders.submission import find_submissions, load_submission
from tests.submission.samples import AFFINE, UNITS, code, notebook, write, zipped


def found(path: Path, root: Path | None = None) -> list[tuple[str, str]]:
    return [(student, one.relative_to(root or path).as_posix()) for student, one in find_submissions(path, UNITS)]


def test_class_folder_gives_one_submission_per_student_in_order(tmp_path: Path) -> None:
    files = {
        "lee/u06_backprop.py": AFFINE,
        "Kim/u06_backprop.ipynb": "damaged",
        "roster.csv": "x",
        "README.py": "x = 1",
    }
    write(tmp_path, files)
    (tmp_path / "park").mkdir()  # handed in nothing
    (tmp_path / ".git").mkdir()
    assert found(tmp_path) == [("Kim", "Kim"), ("lee", "lee"), ("park", "park")]


def test_class_of_one_is_that_student(tmp_path: Path) -> None:
    write(tmp_path, {"kim/u06_backprop/u06_backprop.py": AFFINE})
    assert found(tmp_path) == [("kim", "kim")]


def test_class_of_student_numbers_is_no_homework(tmp_path: Path) -> None:
    write(tmp_path, {"20261234/u06_backprop.py": AFFINE, "20265678/u06_backprop.py": AFFINE})
    assert found(tmp_path) == [("20261234", "20261234"), ("20265678", "20265678")]


def test_class_of_zips_or_of_notebooks_of_one_unit_is_a_class(tmp_path: Path) -> None:
    for name in ("kim", "lee"):
        write(tmp_path / "notebooks", {f"{name}.ipynb": notebook(code(AFFINE))})
        (tmp_path / "zips").mkdir(exist_ok=True)
        zipped(tmp_path / "zips" / f"{name}.zip", {"u06_backprop.py": AFFINE})
    write(tmp_path / "zips", {"park/u06_backprop.py": AFFINE})
    assert found(tmp_path / "notebooks") == [("kim", "kim.ipynb"), ("lee", "lee.ipynb")]
    assert found(tmp_path / "zips") == [("kim", "kim.zip"), ("lee", "lee.zip"), ("park", "park")]


@pytest.mark.parametrize(
    "files",
    [
        ["u06_backprop.py"],
        ["u04_forward.py", "u06_backprop.ko.ipynb", "helpers/tools.py"],
        ["u04_forward/u04_forward.py", "u06_backprop/u06_backprop.py", "common/layers.py"],
        ["u06/answer.py"],
        ["assignments/u06_backprop/u06_backprop.py"],
        ["hw1/u04_forward.py", "hw2/u06_backprop.py"],
        ["3주차/u04_forward.py", "과제 4/u06_backprop.py"],
        ["answer.ipynb", "tools.py"],
        ["a.zip"],
    ],
)
def test_folder_of_one_student_is_one_submission(tmp_path: Path, files: list[str]) -> None:
    write(tmp_path / "kim", dict.fromkeys(files, AFFINE))
    assert found(tmp_path / "kim") == [("kim", ".")]


def test_notebooks_of_different_units_are_of_one_student(tmp_path: Path) -> None:
    files = {"a.ipynb": notebook(code("x = 1"), unit="u04_forward"), "b.ipynb": notebook(code("x = 1")), "c.ipynb": "{"}
    assert found(write(tmp_path / "kim", files)) == [("kim", ".")]


def test_moodle_download_names_students_without_its_numbers(tmp_path: Path) -> None:
    files = {
        "김민준_12345_assignsubmission_file_/u06_backprop.ipynb": "x",
        "Lee Ann_12346_assignsubmission_file_/hw.zip": "x",
        "Lee Ann_12346_assignsubmission_onlinetext_/onlinetext.html": "x",
        "Jo_1_assignsubmission_file_/u06.py": "x",
        "Jo_2_assignsubmission_file_/u06.py": "x",
    }
    students = [student for student, _ in found(write(tmp_path, files))]
    assert students == ["Jo (1)", "Jo (2)", "Lee Ann", "김민준"]


def test_flat_downloads_of_moodle_and_canvas_are_a_class(tmp_path: Path) -> None:
    write(tmp_path / "moodle", {"Jo Kim_7_assignsubmission_file_u06_backprop.py": AFFINE})
    write(tmp_path / "canvas", {"jokim_7_99_u06_backprop.py": AFFINE, "annlee_LATE_8_98_u06_backprop-1.py": AFFINE})
    assert found(tmp_path / "moodle") == [("Jo Kim", "Jo Kim_7_assignsubmission_file_u06_backprop.py")]
    assert [student for student, _ in found(tmp_path / "canvas")] == ["annlee", "jokim"]
    path = tmp_path / "canvas" / "annlee_LATE_8_98_u06_backprop-1.py"
    submission = load_submission(path, units=UNITS)
    assert (submission.units, submission.student) == (("u06_backprop",), "annlee")


def test_nbgrader_course_is_read_from_its_submitted_folder(tmp_path: Path) -> None:
    files = {
        "submitted/kim/ps1/u06_backprop.ipynb": "x",
        "submitted/lee/ps1/u06_backprop.ipynb": "x",
        "source/ps1/x.ipynb": "x",
    }
    write(tmp_path, files)
    assert found(tmp_path) == [("kim", "submitted/kim"), ("lee", "submitted/lee")]
    assert found(tmp_path / "submitted") == [("kim", "kim"), ("lee", "lee")]


def test_folder_of_a_student_that_cannot_be_listed_stays_a_submission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"kim/u06_backprop.py": AFFINE, "lee/u06_backprop.py": AFFINE})
    listed = Path.iterdir

    def denied(path: Path) -> object:
        if path.name == "lee":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", denied)
    assert [student for student, _ in found(tmp_path)] == ["kim", "lee"]


def test_students_whose_names_a_file_system_mixes_up_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, {"kim/u06_backprop.py": AFFINE, "Kim/u06_backprop.py": AFFINE})
    assert sorted(student for student, _ in find_submissions(tmp_path, UNITS)) == ["Kim", "kim (2)"]


def test_links_in_a_class_folder_are_nobody(tmp_path: Path) -> None:
    write(tmp_path / "class", {"kim/u06_backprop.py": AFFINE})
    write(tmp_path / "elsewhere", {"u06_backprop.py": AFFINE})
    (tmp_path / "class" / "lee").symlink_to(tmp_path / "elsewhere")
    assert found(tmp_path / "class") == [("kim", "kim")]


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("kim/u06_backprop.py", "kim"),
        ("kim/u06_backprop/u06_backprop.py", "kim"),
        ("class/kim.ipynb", "kim"),
        ("kim.zip", "kim"),
    ],
)
def test_single_file_is_the_work_of_the_folder_around_it(tmp_path: Path, path: str, student: str) -> None:
    write(tmp_path, {path: AFFINE})
    assert [name for name, _ in find_submissions(tmp_path / path, UNITS)] == [student]


def test_folder_without_submissions_is_a_usage_error(tmp_path: Path) -> None:
    write(tmp_path, {"notes.txt": "x"})
    with pytest.raises(UsageError, match=r"holds no submission\. Expected files such as u01_perceptron\.py"):
        find_submissions(tmp_path, UNITS)


def test_class_folder_when_absent_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing does not exist"):
        find_submissions(tmp_path / "nothing", UNITS)
