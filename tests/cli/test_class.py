"""A class as it comes: downloads unpacked for the run, a roster, who is late, and what an earlier run has left."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from graders.courses.course import Course
from tests.cli.conftest import Deepgrade
from tests.small_course import UNIT, right, wrong
from tests.submission.samples import zipped

NONE = ("--sandbox", "none")


@pytest.fixture
def moodle(course: Course, tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        f"Kim Minji_11_assignsubmission_file/{UNIT}.py": right(course),
        f"Lee Jun_12_assignsubmission_file/hw/{UNIT}.py": wrong(course),
        f"Mal_13_assignsubmission_file/../{UNIT}.py": "x",
        "Text_14_assignsubmission_onlinetext/onlinetext.html": "hello",
    }
    return zipped(tmp_path / "CS101-HW6-55.zip", files)


def rows(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "class.csv").read_text(encoding="utf-8-sig")
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_moodle_s_zip_when_graded_then_everybody_has_a_row(deepgrade: Deepgrade, moodle: Path, tmp_path: Path) -> None:
    done = deepgrade("grade", moodle, *NONE, "--out", tmp_path / "out")
    assert done.code == 1
    found = {name: (row["id"], row["score"], row["verdict"]) for name, row in rows(tmp_path / "out").items()}
    assert found == {
        "Kim Minji": ("11", "3", "pass"),
        "Lee Jun": ("12", "2", "fail"),
        "Mal": ("13", "0", "rejected"),
        "Text": ("14", "0", "rejected"),
    }
    assert "Mal_13_assignsubmission_file" in deepgrade("grade", moodle, *NONE).out


def test_canvas_s_zip_when_graded_then_late_is_kept_and_shown(
    deepgrade: Deepgrade, course: Course, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {f"kim_LATE_7_91_{UNIT}-1.py": right(course), f"lee_8_92_{UNIT}.py": right(course)}
    done = deepgrade("grade", zipped(tmp_path / "submissions.zip", files), *NONE, "--out", tmp_path / "out")
    assert [" late" in line for line in done.out.splitlines() if "3/3" in line] == [True, False]
    assert {name: (row["id"], row["late"]) for name, row in rows(tmp_path / "out").items()} == {
        "kim": ("7", "yes"),
        "lee": ("8", ""),
    }
    report = json.loads((tmp_path / "out" / "reports" / "kim.json").read_text(encoding="utf-8"))
    assert report["handed_in"] == {"id": "7", "late": True}
    assert [note["id"] for note in report["notes"]] == ["grade.late"]


def test_zip_of_a_class_when_resumed_then_what_is_done_is_kept(
    deepgrade: Deepgrade, moodle: Path, tmp_path: Path
) -> None:
    words = ("grade", moodle, *NONE, "--out", tmp_path / "out")
    deepgrade(*words)
    kept = tmp_path / "out" / "reports" / "Kim Minji.json"
    before = kept.stat().st_mtime_ns
    deepgrade(*words, "--resume")
    assert kept.stat().st_mtime_ns == before


# --- the roster ---


def test_roster_puts_who_handed_in_nothing_in_every_list(deepgrade: Deepgrade, moodle: Path, tmp_path: Path) -> None:
    roster = tmp_path / "students.csv"
    roster.write_text(
        "Identifier,Full name,Email address,Status,Last modified (submission)\n"
        'Participant 11,Kim Minji,kim@x.kr,Submitted for grading - 1 day late,"Friday, 12 May"\n'
        "Participant 12,Lee Jun,lee@x.kr,Submitted for grading,\n"
        "Participant 15,=Ann,ann@x.kr,No submission,-\n"
        "Participant 12,Twin,twin@x.kr,,\n",
        encoding="utf-8-sig",
    )
    done = deepgrade("grade", moodle, *NONE, "--roster", roster, "--out", tmp_path / "out", "--json")
    assert done.code == 1
    reports = {one["student"]: one for one in done.json["submissions"]}
    ann = reports["=Ann"]
    assert (ann["score"], ann["max_score"], ann["verdict"], ann["message"]["text"]) == (
        0,
        3,
        "missing",
        "Nothing was handed in.",
    )
    assert reports["Kim Minji"]["handed_in"] == {
        "id": "11",
        "email": "kim@x.kr",
        "late": True,
        "submitted_at": "Friday, 12 May",
    }
    found = rows(tmp_path / "out")
    assert (found["'=Ann"]["id"], found["'=Ann"]["email"], found["'=Ann"]["score"]) == ("15", "ann@x.kr", "0")
    assert found["Kim Minji"]["submitted_at"] == "Friday, 12 May"
    assert "Ann" in (tmp_path / "out" / "class.html").read_text(encoding="utf-8")
    assert len(list((tmp_path / "out" / "reports").iterdir())) == 5
    assert f"{roster}: 3 students (name = Full name, id = Identifier," in done.err
    assert "2 handed in, 1 did not." in done.err
    assert f"{roster}, line 5 is left out: its number or address is already in an earlier line." in done.err
    assert "Nothing was handed in by: =Ann." in done.err
    assert "Not on the roster, or not clearly identified: Mal, Text." in done.err


def test_resume_grades_those_of_the_roster_who_come_later(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text("name\nkim\nlee\npark\n")
    words = ("grade", room, *NONE, "--roster", tmp_path / "students.csv", "--out", tmp_path / "out")
    deepgrade(*words)
    assert rows(tmp_path / "out")["park"]["verdict"] == "missing"
    shutil.copytree(room / "kim", room / "park")
    done = deepgrade(*words, "--resume")
    assert rows(tmp_path / "out")["park"]["verdict"] == "pass"
    assert "Nothing was handed in by" not in done.err


def test_roster_when_in_cp949_then_it_is_read_and_told(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_bytes("이름\nkim\nlee\n김민지\n".encode("cp949"))
    done = deepgrade("grade", room, *NONE, "--roster", tmp_path / "students.csv")
    assert "is CP949, not UTF-8, and was read as such; the first name in it is kim." in done.err
    assert "Nothing was handed in by: 김민지." in done.err


def test_roster_when_it_cannot_be_used_then_exit_2(
    deepgrade: Deepgrade, room: Path, mine: Path, tmp_path: Path
) -> None:
    for path, said in ((tmp_path / "absent.csv", "cannot be read"), (mine, "no column that identifies a student")):
        done = deepgrade("grade", room, *NONE, "--roster", path)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
    (tmp_path / "students.csv").write_text("name\nkim\n")
    done = deepgrade("grade", mine, *NONE, "--roster", tmp_path / "students.csv")
    assert (done.code, done.out) == (2, "")
    assert "--roster is for a class" in done.err


# --- somebody else's name, and what lies about ---


def test_second_file_in_a_name_leaves_her_the_points(deepgrade: Deepgrade, course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "flat"
    folder.mkdir()
    for name, text in ((f"{UNIT}_kim.py", right(course)), (f"{UNIT}_kim (1).py", "x = 1"), (f"{UNIT}_lee.py", "x = 1")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / f"{UNIT}.py").write_text("x = 1")
    (folder / "env").mkdir()
    (folder / "env" / f"{UNIT}.py").write_text("x = 1")
    done = deepgrade("grade", folder, *NONE, "--json")
    found = {one["student"]: (one["score"], one["verdict"]) for one in done.json["submissions"]}
    assert found == {"kim": (3, "pass"), "kim (2)": (0, "flagged"), "lee": (0, "missing")}
    (flag,) = next(one["flags"] for one in done.json["submissions"] if one["student"] == "kim (2)")
    assert flag["text"].startswith(f"{UNIT}_kim (1).py is also in kim's name.")
    assert f"Not graded, because it is not clear whose it is: {UNIT}.py." in done.err
    assert "Hidden folders and virtual environments were skipped: env." in done.err


def test_reports_when_a_student_is_gone_then_they_are_named(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> None:
    words = ("grade", room, *NONE, "--out", tmp_path / "out")
    assert "reports of an earlier run" not in deepgrade(*words).err
    shutil.rmtree(room / "lee")
    shutil.copytree(room / "kim", room / "park")
    done = deepgrade(*words)
    assert f"{tmp_path / 'out'} also holds reports of an earlier run: lee." in done.err
    assert rows(tmp_path / "out").keys() == {"kim", "park"}
    assert (tmp_path / "out" / "reports" / "lee.json").is_file()
