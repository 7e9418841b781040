"""The folder that grading wrote: what is wrong with it is named, and costs nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders import Report, frames
from graders.feedback.exports import class_csv
from graders.messages.errors import UsageError
from tests.frames.conftest import Write, right, spoil


@pytest.fixture
def out(tmp_path: Path, write: Write, classroom: list[Report]) -> Path:
    return write(tmp_path / "out", classroom)


def test_load_gives_the_same_as_reports_in_memory(out: Path, classroom: list[Report]) -> None:
    loaded, made = frames.load(out), frames.of(classroom)
    assert set(loaded.submissions.folder) == {"out"}
    for name in ("exercises", "checks", "diagnoses"):
        assert getattr(loaded, name).equals(getattr(made, name))


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:100]), "it is not JSON"),
    "empty": (lambda path: path.write_bytes(b""), "it is not JSON"),
    "bytes": (lambda path: path.write_bytes(b"\xff\xfe\x00{"), "it is not JSON"),
    "list": (lambda path: path.write_text("[]"), "JSON of another kind"),
    "deep": (lambda path: path.write_text("[" * 200_000), "cannot be read|not JSON"),
    "folder": (lambda path: (path.unlink(), path.mkdir()), "it is a folder"),
    "later": (lambda path: spoil(path, schema=9), "ben.json: The report has schema 9, but this version"),
    "verdict": (lambda path: spoil(path, verdict="splendid"), "JSON of another kind"),
    "student": (lambda path: spoil(path, student=["ben"]), "JSON of another kind"),
    "exercises": (lambda path: spoil(path, exercises=[{"unit": 3}]), "JSON of another kind"),
    "points": (lambda path: spoil(path, before={"a": "many"}), "JSON of another kind"),
    "nan": (lambda path: spoil(path, before={"a": float("nan")}), "JSON of another kind"),
    "handed_in": (lambda path: spoil(path, handed_in=["id"]), "JSON of another kind"),
    "flags": (lambda path: spoil(path, flags=[1]), "JSON of another kind"),
    "run": (lambda path: spoil(path, run={"units_asked": 5}), "JSON of another kind"),
    "notes": (lambda path: spoil(path, notes=[{"id": "grade.not_submitted", "params": 5}]), "JSON of another kind"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_report_is_named_and_the_others_are_there(out: Path, kind: str) -> None:
    damage, said = DAMAGE[kind]
    damage(out / "reports" / "ben.json")
    with pytest.warns(UserWarning, match=f"Left out: .*ben.json.*{said}" if kind != "later" else said):
        tables = frames.load(out)
    assert set(tables.submissions.student) == {"ann", "cho", "dan"}


def test_checks_points_that_are_no_numbers_are_damage(out: Path) -> None:
    path = out / "reports" / "ben.json"
    data = json.loads(path.read_text())
    data["exercises"][0]["checks"][0]["max_points"] = "3"
    path.write_text(json.dumps(data))
    with pytest.warns(UserWarning, match=r"ben\.json"):
        frames.load(out)


@pytest.mark.parametrize("name", ["a copy.json", "zz.json"])
def test_second_report_of_a_student_is_named_and_left_out(out: Path, name: str) -> None:
    copy = out / "reports" / name
    copy.write_bytes((out / "reports" / "ben.json").read_bytes())
    spoil(copy, sha256="another")
    with pytest.warns(UserWarning, match=f"{name} is a second report of ben; the one in .*ben.json counts"):
        tables = frames.load(out)
    assert set(tables.attempts.query("student == 'ben'").sha256) == {"ben:1"}


def test_folder_of_damaged_reports_only_is_refused(tmp_path: Path, write: Write) -> None:
    out = write(tmp_path / "out", [right("ann")])
    (out / "reports" / "ann.json").write_text("{}")
    with pytest.raises(UsageError, match=r"ann\.json is not a deepgrade report"):
        frames.load(out)


def test_what_is_no_output_folder_is_refused(tmp_path: Path, out: Path) -> None:
    for path, said in (
        (tmp_path / "nowhere", "does not exist. Give the folder that 'deepgrade grade PATH --out DIR' wrote"),
        (tmp_path, "contains no reports"),
        (out / "reports" / "ann.json", "is a file. Give the folder"),
        (out / "reports", f"is the reports/ folder of a run. Give the folder that contains it: {out}"),
    ):
        with pytest.raises(UsageError, match=said):
            frames.load(path)
    with pytest.raises(UsageError, match="No folder was given"):
        frames.load()


def test_run_that_is_not_finished_is_told(out: Path) -> None:
    (out / "in-hand").mkdir()
    (out / "in-hand" / "zoe").touch()
    with pytest.warns(UserWarning, match="is not finished; it was grading zoe"):
        assert len(frames.load(out).submissions) == 8


def test_reports_that_the_class_list_lacks_are_told(out: Path, classroom: list[Report], write: Write) -> None:
    formula = replace(right("=1"), sha256="x")
    (out / "class.csv").write_text(class_csv([*classroom[1:], formula]), encoding="utf-8-sig")
    with pytest.warns(UserWarning, match="an earlier run: ben. They are neither in class.csv nor in the tables"):
        assert "ben" not in set(frames.load(out).submissions.student)
    os.utime(out / "class.csv", (1, 1))
    with pytest.warns(UserWarning, match=r"not listed there: ben\. They are in the tables"):
        assert "ben" in set(frames.load(out).submissions.student)
    write(out, [formula])
    (out / "class.csv").write_text(class_csv([*classroom, formula]), encoding="utf-8-sig")
    assert "=1" in set(frames.load(out).submissions.student)


def test_damaged_class_list_stops_nothing(out: Path) -> None:
    (out / "class.csv").write_bytes(b"\xff\xff\xff")
    assert len(frames.load(out).submissions) == 8


def test_earlier_report_that_is_damaged_is_told(out: Path) -> None:
    (out / "earlier").mkdir()
    (out / "earlier" / "ann.json").write_text("{")
    with pytest.warns(UserWarning, match=r"earlier/ann\.json"):
        assert len(frames.load(out).submissions) == 8
