"""Whose submissions lie in a folder: one student's, a class's, or a learning platform's download."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.messages.errors import UsageError
from graders.submission import find_handed, find_submissions, load_submission, overlooked, skipped
from tests.submission.samples import AFFINE, BOOKS, UNITS, code, notebook, write, zipped


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
    files["Text Only_12347_assignsubmission_onlinetext_/onlinetext.html"] = "x"
    for folder in (tmp_path / "flat", tmp_path / "deep"):
        write(folder if folder.name == "flat" else folder / "CS101-Homework 1-12345", files)
        students = [student for student, _ in find_submissions(folder, UNITS)]
        assert students == ["Jo (1)", "Jo (2)", "Lee Ann", "Text Only", "김민준"]


def test_flat_downloads_of_moodle_and_canvas_are_a_class(tmp_path: Path) -> None:
    write(tmp_path / "moodle", {"Jo Kim_7_assignsubmission_file_u06_backprop.py": AFFINE})
    write(tmp_path / "canvas", {"jokim_7_99_u06_backprop.py": AFFINE, "annlee_LATE_8_98_u06_backprop-1.py": AFFINE})
    assert found(tmp_path / "moodle") == [("Jo Kim", "Jo Kim_7_assignsubmission_file_u06_backprop.py")]
    assert [student for student, _ in found(tmp_path / "canvas")] == ["annlee", "jokim"]
    path = tmp_path / "canvas" / "annlee_LATE_8_98_u06_backprop-1.py"
    submission = load_submission(path, units=UNITS)
    assert (submission.units, submission.student) == (("u06_backprop",), "annlee")


def test_two_files_of_a_student_are_one_submission(tmp_path: Path) -> None:
    names = ["kim_7_98_u06_backprop.py", "kim_LATE_7_99_u04_forward.ipynb", "kim_8_97_u06_backprop.py"]
    write(tmp_path, dict.fromkeys(names, AFFINE) | {names[1]: notebook(code("x = 1"), unit="u04_forward")})
    found = dict(find_submissions(tmp_path, UNITS))
    assert {student: path.name for student, path in found.items()} == {"kim (7)": names[0], "kim (8)": names[2]}
    units = {student: load_submission(path, units=UNITS, student=student).units for student, path in found.items()}
    assert units == {"kim (7)": ("u04_forward", "u06_backprop"), "kim (8)": ("u06_backprop",)}


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (
            ["kim_1_2_u06_backprop.py", "lee_3_4_u06_backprop.py", "eve_5_6_9_assignsubmission_file_u06_backprop.py"],
            ["eve", "kim", "lee"],
        ),
        (["eve_1_assignsubmission_file_/u06.py", "kim/u06.py", "lee.ipynb", "empty/x.txt"], ["eve", "kim", "lee"]),
        (["submitted/u06.py", "kim/u06.py", "lee/u06.py"], ["kim", "lee", "submitted"]),
    ],
)
def test_name_as_on_another_platform_hides_nobody(tmp_path: Path, files: list[str], students: list[str]) -> None:
    write(tmp_path, dict.fromkeys(files, AFFINE))
    assert [student for student, _ in find_submissions(tmp_path, UNITS)] == students


def test_borne_number_that_tells_others_apart_stays_theirs(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("Kim/u06.py", "kim/u06.py", "kim (2)/u06.py"), AFFINE))
    named = {student: path.name for student, path in find_submissions(tmp_path, UNITS)}
    assert named == {"Kim": "Kim", "kim (3)": "kim", "kim (2)": "kim (2)"}


def test_nbgrader_course_is_read_from_its_submitted_folder(tmp_path: Path) -> None:
    files = {
        "submitted/kim/ps1/u06_backprop.ipynb": "x",
        "submitted/lee/ps1/u06_backprop.ipynb": "x",
        "source/ps1/x.ipynb": "x",
    }
    write(tmp_path, files)
    assert found(tmp_path) == [("kim", "submitted/kim"), ("lee", "submitted/lee")]
    assert found(tmp_path / "submitted") == [("kim", "kim"), ("lee", "lee")]


def test_unlistable_folder_of_a_student_stays_a_submission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"kim/u06_backprop.py": AFFINE, "lee/u06_backprop.py": AFFINE})
    listed = Path.iterdir

    def denied(path: Path) -> object:
        if path.name == "lee":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", denied)
    assert [student for student, _ in found(tmp_path)] == ["kim", "lee"]


def test_names_that_a_file_system_mixes_up_are_told_apart(tmp_path: Path) -> None:
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
    with pytest.raises(UsageError, match=r"contains no submission\. Expected files such as u01_perceptron\.py"):
        find_submissions(tmp_path, UNITS)


def test_class_folder_when_absent_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing does not exist"):
        find_submissions(tmp_path / "nothing", UNITS)


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (["kim_u06_backprop.py", "lee_u06_backprop.py"], ["kim", "lee"]),
        (["김민지 - u06_backprop.py", "박서연 - u06_backprop.ko.ipynb"], ["김민지", "박서연"]),
        (["김민지_u06_backprop.ipynb", "Lee Ann_u06_backprop (1).ipynb"], ["Lee Ann", "김민지"]),
        (["20261234_u06_backprop.py", "20265678-u06_backprop.py"], ["20261234", "20265678"]),
        (["Copy of kim_u06_backprop.ipynb", "hw6_lee_u06_backprop_final.py"], ["kim", "lee"]),
        (["kim_u06_backprop.py", "lee_u06_backprop.zip", "park/u06_backprop.py"], ["kim", "lee", "park"]),
        (["kim_u06_backprop.py", "Kim_u06_backprop.ipynb", "lee_u06_backprop.py"], ["Kim", "kim (2)", "lee"]),
        (["kim_u06_backprop.py", "lee_u06_backprop.py", "park_u04_forward.py"], ["kim", "lee", "park"]),
        (["u06_backprop_kim.py", "u06_backprop_lee.py"], ["kim", "lee"]),
        (["u06_backprop - 김민지.ipynb", "hw6_u06_backprop_박서연_final (1).py"], ["김민지", "박서연"]),
        (["u06_backprop_kim.py", "lee_u06_backprop.py", "U06_Backprop-20261234.zip"], ["20261234", "kim", "lee"]),
    ],
)
def test_flat_folder_of_named_files_is_a_class(tmp_path: Path, files: list[str], students: list[str]) -> None:
    write(tmp_path, dict.fromkeys(files, AFFINE))
    assert [student for student, _ in find_submissions(tmp_path, UNITS)] == students


@pytest.mark.parametrize(
    "files",
    [
        ["kim_u04_forward.py", "kim_u06_backprop.py"],
        ["kim_u06_backprop.py", "u06_backprop.py"],
        ["week4_u04_forward.py", "week6_u06_backprop.py"],
        ["my_u06_backprop.py", "final_u06_backprop.py", "u04_forward.py"],
        ["u06_backprop_v1.py", "u06_backprop_v2.py"],
        ["u06_backprop_final.py", "u06_backprop_part2_old.py", "u06_backprop_제출.py"],
        ["u06_backprop_kim.py", "u04_forward_kim.py"],
        ["u06_backprop.py", "hw6.zip", "old/u06_backprop.py", "utils/helpers.py"],
        ["최종_u06_backprop.py", "수정 2 - u06_backprop.py"],
    ],
)
def test_flat_folder_of_one_student_stays_one_submission(tmp_path: Path, files: list[str]) -> None:
    write(tmp_path / "kim", dict.fromkeys(files, AFFINE))
    assert found(tmp_path / "kim") == [("kim", ".")]


@pytest.mark.parametrize(
    ("files", "text"),
    [
        (
            ["kim_u06_backprop.py", "kim_u04_forward.py", "lee_u06_backprop.py", "lee_u04_forward.py"],
            r"those of kim belong to more than one unit",
        ),
        (
            ["kim_u06_backprop.py", "lee_u04_forward.py"],
            r"start with different names.*such as kim/u06_backprop\.py; if",
        ),
    ],
)
def test_flat_folder_when_ambiguous_then_the_instructor_is_told(tmp_path: Path, files: list[str], text: str) -> None:
    write(tmp_path, dict.fromkeys(files, AFFINE))
    with pytest.raises(UsageError, match=text):
        find_submissions(tmp_path, UNITS)


@pytest.mark.parametrize(
    ("files", "students", "left"),
    [
        (["kim_u06_backprop.py", "lee_u06_backprop.py", "u06_backprop.py"], ["kim", "lee"], ("u06_backprop.py",)),
        (["kim_u06_backprop.py", "lee_u06_backprop.py", "solution_u06_backprop.py"], ["kim", "lee"], None),
        (["kim_u06_backprop.py", "lee_u06_backprop.py", "hw3/x.py"], ["kim", "lee"], ("hw3",)),
        (["u06_backprop.py", "kim.zip", "lee.zip"], ["kim", "lee"], ("u06_backprop.py",)),
        (["u06_backprop.py", "kim/u06.py", "lee/u06.ipynb"], ["kim", "lee"], ("u06_backprop.py",)),
        (["kim_u06_backprop.py", "lee_u06_backprop.py", "lee_u04_forward.py"], ["kim", "lee", "lee (2)"], ()),
    ],
)
def test_file_that_names_nobody_is_told_and_the_others_graded(
    tmp_path: Path, files: list[str], students: list[str], left: tuple[str, ...] | None
) -> None:
    write(tmp_path, dict.fromkeys(files, AFFINE))
    there = find_submissions(tmp_path, UNITS)
    assert sorted(student for student, _ in there) == students
    assert overlooked(tmp_path, there) == (tuple(files[2:]) if left is None else left)


@pytest.mark.parametrize(
    ("hers", "other"),
    [
        ("u06_backprop_kim.py", "u06_backprop_kim (1).py"),
        ("u06_backprop_kim.py", "Copy of u06_backprop_kim.py"),
        ("u06_backprop_kim.py", "u06_backprop_kim - 복사본.py"),
        ("u06_backprop_kim.py", "kim_u06_backprop.py"),
        ("u06_backprop_kim.py", "KIM_u06_backprop.py"),
        ("u06_backprop_kim.py", "!kim_u06_backprop.py"),
        ("u06_backprop_kim.py", "u06_backprop_kim copy.ipynb"),
        ("u06_backprop_kim.py", "hw_u06_backprop_kim.zip"),
    ],
)
def test_second_file_in_a_name_does_not_take_her_place(tmp_path: Path, hers: str, other: str) -> None:
    write(tmp_path, dict.fromkeys((hers, other, "u06_backprop_lee.py", "u06_backprop_park.py"), AFFINE))
    named = {one.student: (one.path.name, one.in_name_of) for one in find_handed(tmp_path, UNITS)}
    assert named["kim"] == (hers, "")
    second = [(path, whose) for student, (path, whose) in named.items() if whose]
    assert second in ([(other, "kim")], [])
    assert {path for path, _ in named.values()} >= {hers, other}


def test_person_known_to_the_platform_suspects_nobody(tmp_path: Path) -> None:
    write(tmp_path, {"kim_7_98_u06_backprop.py": AFFINE, "kim_7_99_more.zip": "x", "lee_8_97_u06.py": AFFINE})
    assert [(one.student, one.in_name_of) for one in find_handed(tmp_path, UNITS)] == [
        ("kim", ""),
        ("kim (2)", ""),
        ("lee", ""),
    ]


def test_lateness_and_number_of_a_download_are_kept(tmp_path: Path) -> None:
    names = [
        *("kim_7_98_u06_backprop.py", "kim_LATE_7_99_notes.txt", "lee_8_97_u06_backprop-1.py"),
        *("park_9_96_report.pdf", "jung_LATE_10_text.html", "anon_aB3xY_95_u06_backprop.py"),
        "LATE_anon_Zz9_q_94_x.py",
    ]
    write(tmp_path, dict.fromkeys(names[:-1], AFFINE))
    found = {one.student: (one.id, one.late) for one in find_handed(tmp_path, UNITS)}
    assert found == {
        "anon_aB3xY": ("aB3xY", False),
        "jung": ("10", True),
        "kim": ("7", True),
        "lee": ("8", False),
        "park": ("9", False),
    }


@pytest.mark.parametrize("name", ["env", "venv", ".hidden", "node_modules", "site-packages", "ENV"])
def test_passed_over_folder_of_a_class_is_told(tmp_path: Path, name: str) -> None:
    files = [f"{name}/u06_backprop.py", "kim/u06.py", "lee/u06.py", ".git/hook.py", "__pycache__/x.py", ".empty/x.txt"]
    write(tmp_path, dict.fromkeys([*files, "kim/.ipynb_checkpoints/u06.py"], AFFINE))
    there = find_submissions(tmp_path, UNITS)
    assert [student for student, _ in there] == ["kim", "lee"]
    assert skipped(tmp_path, there) == (name,)


@pytest.mark.parametrize("name", ["env", ".hidden"])
def test_passed_over_folder_of_a_student_leaves_a_note(tmp_path: Path, name: str) -> None:
    files = {
        "u06_backprop.py": AFFINE,
        f"hw/{name}/u06_backprop.py": AFFINE,
        "hw/.git/x.py": "x",
        "__MACOSX/._a.py": "x",
    }
    write(tmp_path / "kim", files)
    zipped(tmp_path / "kim.zip", files)
    for path in (tmp_path / "kim", tmp_path / "kim.zip"):
        notes = load_submission(path, units=UNITS).notes
        assert [(note.id, note.params["names"]) for note in notes] == [("upload.skipped", f"hw/{name}")]


def test_named_file_does_not_import_other_students_files(tmp_path: Path) -> None:
    own = "from u04_forward import f\n"
    files = {"kim_u06_backprop.py": own, "lee_u06_backprop.py": own, "Lee_u04_forward.py": "def f():\n    return 1\n"}
    write(tmp_path, files)
    for student, sources in (("kim", ["u06_backprop"]), ("lee", ["u04_forward", "u06_backprop"])):
        submission = load_submission(tmp_path / f"{student}_u06_backprop.py", units=UNITS)
        assert (submission.student, sorted(submission.sources)) == (student, sources)


@pytest.mark.parametrize(
    ("files", "students"),
    [
        (["2026-11/kim/hw3/u06_backprop.py"], ["kim"]),
        (["2026-2학기/kim/u06_backprop.py", "2026-2학기/lee/u06_backprop.py"], ["kim", "lee"]),
        (["section A/kim/u06_backprop.py", "section B/lee/u06_backprop.py"], ["kim", "lee"]),
        (
            ["1분반/kim_u06_backprop.py", "1분반/lee_u06_backprop.py", "2분반/park/u06_backprop.py"],
            ["kim", "lee", "park"],
        ),
        (["2026-10/kim/u06_backprop.py", "2026-11/kim/u06_backprop.py"], ["kim (2026-10)", "kim (2026-11)"]),
        (["2026/fall 2026/kim/u06_backprop.py"], ["kim"]),
        (["2026-10/hw1/u04_forward.py", "2026-11/u06_backprop.py"], ["class"]),
        (["20261101/u06_backprop.py", "20265678/u06_backprop.py"], ["20261101", "20265678"]),
    ],
)
def test_folders_of_terms_and_sections_are_no_students(tmp_path: Path, files: list[str], students: list[str]) -> None:
    write(tmp_path / "class", dict.fromkeys(files, AFFINE))
    assert [student for student, _ in find_submissions(tmp_path / "class", UNITS)] == students


def test_what_says_not_whose_it_is_is_named(tmp_path: Path) -> None:
    files = ["kim/u06.py", "lee/u06.py", "notes.py", "common/layers.py", "readme.txt", "empty/x.txt"]
    write(tmp_path, dict.fromkeys(files, AFFINE))
    assert overlooked(tmp_path, find_submissions(tmp_path, UNITS, BOOKS)) == ("common", "notes.py")
    download = write(tmp_path / "canvas", dict.fromkeys(("kim_1_2_u06.py", "kim_1_3_u04.py", "lee_4_5_u06.py"), AFFINE))
    assert overlooked(download, find_submissions(download, UNITS)) == ()
    assert overlooked(tmp_path / "kim", find_submissions(tmp_path / "kim", UNITS)) == ()
