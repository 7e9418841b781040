"""``export``: a graded class as tables, with the totals of class.csv."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from graders import frames
from graders.courses.course import Course
from tests.cli.conftest import Deepgrade
from tests.small_course import OTHER, UNIT, lay_course, right, wrong

NAMES = ("submissions", "exercises", "checks", "diagnoses", "attempts")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out(course: Course, room: Path, deepgrade: Deepgrade) -> Path:
    """Four students graded, one of whom handed in what is no Python; the roster names a fifth."""
    (room / "=1+1").mkdir()
    (room / "=1+1" / f"{UNIT}.py").write_text(wrong(course), encoding="utf-8")
    (room / "park").mkdir()
    (room / "park" / f"{UNIT}.py").write_text("def (", encoding="utf-8")
    roster = room.parent / "roster.csv"
    roster.write_text("name,id,email\nkim,1,k@x\nlee,2,l@x\npark,3,p@x\n=1+1,4,f@x\nyoon,5,y@x\n", encoding="utf-8")
    out = room.parent / "out"
    assert deepgrade("grade", room, "--out", out, "--roster", roster, "--sandbox", "none").code == 1
    return out


def test_export_writes_a_file_per_table(out: Path, deepgrade: Deepgrade) -> None:
    done = deepgrade("export", out)
    assert (done.code, done.err) == (0, "")
    assert [Path(line.split(": rows: ")[0]).name for line in done.out.splitlines()] == [f"{name}.csv" for name in NAMES]
    assert len(rows(out / "tables" / "submissions.csv")) == 5
    (mistake,) = {row["diagnosis"] for row in rows(out / "tables" / "diagnoses.csv")}
    assert mistake == f"{UNIT}.Scale.da_averaged"


def test_totals_are_those_of_the_class_list(out: Path, deepgrade: Deepgrade) -> None:
    deepgrade("export", out)
    listed = {row["student"]: row for row in rows(out / "class.csv")}
    mine = {row["student"]: row for row in rows(out / "tables" / "submissions.csv") if row["counted"] == "True"}
    assert mine.keys() == listed.keys() == {"kim", "lee", "park", "yoon", "'=1+1"}
    for name in mine:
        assert [mine[name][key] for key in ("score", "max_score", "verdict", "id", "email")] == [
            listed[name][key] for key in ("score", "max_score", "verdict", "id", "email")
        ], name
    assert (mine["yoon"]["handed_in"], mine["park"]["handed_in"]) == ("False", "True")


def test_units_that_count_are_those_of_the_class_list(
    tmp_path: Path, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = lay_course(tmp_path / "two", OTHER, UNIT)
    monkeypatch.setenv("DEEPGRADE_COURSE", str(course.root))
    for student, units in {"kim": (OTHER, UNIT), "lee": (UNIT,), "park": (UNIT,)}.items():
        (tmp_path / "class" / student).mkdir(parents=True, exist_ok=True)
        for unit in units:
            (tmp_path / "class" / student / f"{unit}.py").write_text(right(course, unit), encoding="utf-8")
    for asked, counted in (((), {UNIT}), (("--unit", OTHER, "--unit", UNIT), {OTHER, UNIT})):
        out = tmp_path / f"out{len(asked)}"
        deepgrade("grade", tmp_path / "class", "--out", out, "--sandbox", "none", *asked)
        table = frames.load(out).submissions
        assert set(table[table.counted].unit) == counted
        listed = {row["student"]: row for row in rows(out / "class.csv")}
        totals = table[table.counted].groupby("student")[["score", "max_score"]].sum(skipna=False)
        worst = table[table.counted].groupby("student")["verdict"].min()
        for student, row in listed.items():
            assert (float(row["score"]), int(row["max_score"])) == tuple(totals.loc[student]), student
            assert row["verdict"] == worst[student]


def test_export_as_parquet_comes_back(out: Path, deepgrade: Deepgrade, tmp_path: Path) -> None:
    done = deepgrade("export", out, "--format", "parquet", "--to", tmp_path / "tables", "--json")
    assert done.code == 0
    assert {name: told["rows"] for name, told in done.json["tables"].items()}["submissions"] == 5
    assert frames.read(tmp_path / "tables").checks.equals(frames.load(out).checks)


def test_export_in_korean_says_so(out: Path, deepgrade: Deepgrade) -> None:
    assert ": 5행" in deepgrade("export", out, "--lang", "ko").out
    sentences = {row["message"] for row in rows(out / "tables" / "checks.csv") if row["message"]}
    assert sentences
    assert all(any("가" <= letter <= "힣" for letter in sentence) for sentence in sentences)


def test_damaged_report_is_named_and_the_exit_code_says_so(out: Path, deepgrade: Deepgrade) -> None:
    (out / "reports" / "kim.json").write_text("{")
    done = deepgrade("export", out)
    assert done.code == 2
    assert "Left out: " in done.err
    assert "kim.json is not a deepgrade report: it is not JSON. Grade this submission again" in done.err
    assert "'=1+1" in {row["student"] for row in rows(out / "tables" / "submissions.csv")}
    assert len(deepgrade("export", out, "--json", "--lang", "ko").json["damaged"]) == 1


def test_several_gradings_are_attempts(
    course: Course, out: Path, room: Path, deepgrade: Deepgrade, tmp_path: Path
) -> None:
    (room / "lee" / f"{UNIT}.py").write_text(right(course), encoding="utf-8")
    again = tmp_path / "again"
    deepgrade("grade", room, "--out", again, "--sandbox", "none")
    deepgrade("export", out, again, "--to", tmp_path / "tables")
    mine = [row for row in rows(tmp_path / "tables" / "attempts.csv") if row["student"] == "lee"]
    assert [(row["attempt"], row["score"], row["folder"]) for row in mine] == [("1", "2", "out"), ("2", "3", "again")]
    kim = [row for row in rows(tmp_path / "tables" / "attempts.csv") if row["student"] == "kim"]
    assert len(kim) == 1


def test_same_folder_graded_again_keeps_the_points_of_before(
    course: Course, out: Path, room: Path, deepgrade: Deepgrade
) -> None:
    (room / "lee" / f"{UNIT}.py").write_text(right(course), encoding="utf-8")
    deepgrade("grade", room, "--out", out, "--sandbox", "none")
    with pytest.warns(UserWarning, match="an earlier run: yoon"):  # no roster this time
        table = frames.load(out).attempts.query("student == 'lee'")
    assert list(table.score) == [2, 3]


def test_folder_that_grading_did_not_write_is_refused(deepgrade: Deepgrade, tmp_path: Path, mine: Path) -> None:
    for path, said in ((tmp_path / "no", "does not exist"), (tmp_path, "contains no reports"), (mine, "is a file")):
        done = deepgrade("export", path)
        assert done.code == 2
        assert said in done.err
        assert done.out == ""


def test_commands_of_the_document_work(out: Path, deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```\n(.*?)^```$", page, re.M | re.S)
    monkeypatch.chdir(out.parent)
    for command in block.splitlines():
        words = re.sub(r"\bOUT\d?\b", str(out), command).split()[1:]
        assert deepgrade(*words).code == 0, command
