"""Tables in files: nothing a spreadsheet would run, and back again as they were, whatever is in them."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from graders import Report, frames
from graders.frames.columns import TABLES
from graders.messages.errors import DiskError, UsageError
from graders.messages.message import Message
from tests.frames.conftest import U5, check, exercise, flawed, right

Format = Literal["csv", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "parquet")
HOSTILE = [
    "=cmd|'/c calc'!A1",
    "'=1",
    "''=1",
    "+1;=2",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "two\r\nlines\nand\rmore",
    "a\x00b\x1b[31m",
    'quo"te,"',
    "NA",
    "nan",
    "None",
    "007",
    "True",
    " ",
    "",
    "김민지",
    unicodedata.normalize("NFD", "김민지"),
    "ab\udcff",
    "<script>",
    "＝1",
    "\u202e\ufeff=1",
    "x" * 10_000,
]


def same(one: frames.Frames, two: frames.Frames) -> None:
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(two, name))


def hostile(text: str) -> Report:
    """A report with this text in every place that a student or a platform can fill."""
    told = Message("compare.raised", {"name": text, "kind": text, "text": text})
    made = check(text, "error", 0, message=told, diagnosis="relation.sign", title={"en": text, "ko": text})
    made = replace(made, group=text, case=text)
    handed = dict.fromkeys(("id", "number", "email", "submitted_at"), text)
    return Report(
        text, (exercise(text or "u", text, made),), "error", sha256="0", course_version=text, handed_in=handed
    )


@pytest.mark.parametrize("format", FORMATS)
def test_tables_come_back_as_they_were(classroom: list[Report], tmp_path: Path, format: Format) -> None:
    late = right("eve", handed_in={"submitted_at": "2026-09-21T10:30:00", "id": "007", "late": True})
    tables = frames.of([*classroom, late], [flawed("ann")])
    paths = tables.write(tmp_path / "a", format)
    assert sorted(path.name for path in paths.values()) == sorted(f"{name}.{format}" for name in TABLES)
    same(frames.read(tmp_path / "a"), tables)


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_texts_come_back_as_text(tmp_path: Path, format: Format) -> None:
    tables = frames.of([hostile(text) for text in HOSTILE])
    tables.write(tmp_path, format)
    same(frames.read(tmp_path), tables)
    assert set(tables.submissions.student) == {text.encode("utf-8", "backslashreplace").decode() for text in HOSTILE}


@given(st.lists(st.text(max_size=8) | st.text(st.sampled_from("=+@'\"\r\n;,\t a"), max_size=8), max_size=3))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_name_comes_back(tmp_path: Path, names: list[str]) -> None:
    tables = frames.of([hostile(name) for name in dict.fromkeys(names)])
    tables.write(tmp_path, "csv")
    same(frames.read(tmp_path), tables)


def test_csv_has_no_cell_that_is_a_formula(tmp_path: Path) -> None:
    for path in frames.of([hostile(text) for text in HOSTILE]).write(tmp_path, "csv").values():
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if re.match(r'[\s"\ufeff\u200b]*[=+@＝＋－＠-]', cell)] == []
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_names_composed_and_decomposed_are_two_until_they_are_normalised() -> None:
    tables = frames.of([right("김민지"), right(unicodedata.normalize("NFD", "김민지"))])
    assert tables.submissions.student.nunique() == 2
    assert tables.submissions.student.str.normalize("NFC").nunique() == 1


def test_csv_without_points_has_an_empty_cell(tmp_path: Path, classroom: list[Report]) -> None:
    frames.of(classroom).write(tmp_path, "csv")
    with (tmp_path / "exercises.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["student"], row["exercise"]): row for row in csv.DictReader(file)}
    assert rows["dan", "Affine"]["score"] == ""
    assert rows["ann", "Affine"]["score"] == "5"


@pytest.mark.parametrize("format", FORMATS)
def test_table_of_other_columns_is_refused(classroom: list[Report], tmp_path: Path, format: Format) -> None:
    frames.of(classroom).write(tmp_path, format)
    other = pd.DataFrame({"student": ["ann"], "grade": ["A"]})
    path = tmp_path / f"checks.{format}"
    other.to_csv(path, index=False) if format == "csv" else other.to_parquet(path)
    with pytest.raises(UsageError, match=rf"checks.{format} has the columns student, grade; expected student, unit"):
        frames.read(tmp_path)


@pytest.mark.parametrize("format", FORMATS)
def test_table_that_is_damaged_or_gone_is_named(classroom: list[Report], tmp_path: Path, format: Format) -> None:
    frames.of(classroom).write(tmp_path, format)
    path = tmp_path / f"checks.{format}"
    path.write_bytes(b"\xff\xfe\xfd" + path.read_bytes()[:50])
    with pytest.raises(UsageError, match=rf"checks.{format}"):
        frames.read(tmp_path)
    path.unlink()
    with pytest.raises(UsageError, match=rf"checks.{format} cannot be read as a table: No such file"):
        frames.read(tmp_path)


def test_parquet_with_values_of_another_type_is_refused(classroom: list[Report], tmp_path: Path) -> None:
    tables = frames.of(classroom)
    tables.write(tmp_path, "parquet")
    tables.exercises.assign(score="many").to_parquet(tmp_path / "exercises.parquet")
    with pytest.raises(UsageError, match=r"exercises.parquet cannot be read as a table"):
        frames.read(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pass,3,3", "pass,three,3", "line 2: 'three' is not a valid value for the column score"),
        ("pass,3,3", "pass,nan,3", "line 2: 'nan' is not a valid value for the column score"),
        ("pass,3,3", "splendid,3,3", "line 2: 'splendid' is not a valid value for the column verdict"),
        ("True,True,pass", "yes,True,pass", "line 2: 'yes' is not a valid value for the column counted"),
        ("pass,3,3", "pass,3,3,9", "line 2, has 19 cells; 18 were expected"),
    ],
)
def test_cell_that_is_no_value_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    frames.of([right("ann"), right("ben")]).write(tmp_path, "csv")
    path = tmp_path / "submissions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        frames.read(tmp_path)


def test_folder_without_tables_or_with_both_kinds_is_refused(tmp_path: Path, classroom: list[Report]) -> None:
    with pytest.raises(UsageError, match="contains no tables"):
        frames.read(tmp_path)
    for format in FORMATS:
        frames.of(classroom).write(tmp_path, format)
    with pytest.raises(UsageError, match="as CSV and as Parquet"):
        frames.read(tmp_path)
    same(frames.read(tmp_path, "csv"), frames.read(tmp_path, "parquet"))


@pytest.mark.parametrize("format", FORMATS)
def test_folder_that_cannot_be_written_is_named(tmp_path: Path, format: Format) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskError, match="cannot be written"):
        frames.of([right("ann")]).write(tmp_path / "file" / "tables", format)


def test_unit_with_a_formula_for_a_name_is_text(tmp_path: Path) -> None:
    table = frames.of([hostile("=1")])
    table.write(tmp_path, "csv")
    assert list(frames.read(tmp_path).checks.unit) == ["=1"]
    assert U5 not in set(table.checks.unit)
