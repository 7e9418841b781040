"""The tables of a class: which rows there are, what their cells say, and of which type they are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from graders import Report, frames
from graders.frames.columns import TABLES
from graders.frames.moments import moment
from graders.messages.message import Message
from tests.frames.conftest import U5, U6, Write, check, exercise, flawed, rejected, right, wrong

DATA = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
TYPES = {"note": "text", "family": "kind"}
DTYPES = {
    "text": "string",
    "whole": "Int64",
    "number": "Float64",
    "truth": "boolean",
    "time": "datetime64[s]",
    "unit": "category",
    "kind": "category",
    "verdict": "category",
}


def row(table: pd.DataFrame, *key: str) -> pd.Series:
    """The one row whose first columns are these."""
    for column, value in zip(table.columns, key, strict=False):
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_document_has_every_column_with_its_type(classroom: list[Report]) -> None:
    tables = frames.of(classroom)
    for name in TABLES:
        section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", DATA, re.M | re.S)
        assert section is not None
        told = re.findall(r"^\| `(\w+)` \| (\w+) \| .+ \|$", section[1], re.M)
        assert told == [(column.name, TYPES.get(column.kind, column.kind)) for column in TABLES[name]]
        found = getattr(tables, name)
        assert list(found.columns) == [column for column, _ in told]
        assert {column: str(found[column].dtype) for column, _ in told} == {c: DTYPES[kind] for c, kind in told}


def test_submissions_have_a_row_per_student_and_counted_unit(classroom: list[Report]) -> None:
    table = frames.of(classroom).submissions
    assert list(zip(table.student, table.unit, strict=True)) == [
        (student, unit) for student in ("ann", "ben", "cho", "dan") for unit in (U5, U6)
    ]
    assert list(row(table, "ben", U6)[["verdict", "score", "max_score", "handed_in"]]) == ["fail", 4, 7, True]
    assert list(row(table, "cho", U6)[["verdict", "score", "max_score", "handed_in"]]) == ["rejected", 0, 7, True]
    assert row(table, "cho", U6)["attempts"] == 0


def test_what_could_not_be_graded_is_absent_and_never_zero(classroom: list[Report]) -> None:
    tables = frames.of([*classroom, Report("eve", (), "broken", Message("broken", {"text": "x"}))])
    assert row(tables.submissions, "dan", U6)["score"] is pd.NA
    assert row(tables.submissions, "dan", U5)["score"] == 3
    assert row(tables.submissions, "eve", U6)["score"] is pd.NA
    assert row(tables.exercises, "dan", U6, "Affine")["score"] is pd.NA
    assert row(tables.checks, "dan", U6, "Affine", "dW")["points"] is pd.NA
    totals = tables.submissions.groupby("student")["score"].sum(skipna=False)
    assert totals.isna().to_dict() == {"ann": False, "ben": False, "cho": False, "dan": True, "eve": True}


def test_verdicts_are_ordered_from_the_worst(classroom: list[Report]) -> None:
    table = frames.of(classroom).submissions
    assert table.groupby("student")["verdict"].min().astype(str).to_dict() == {
        "ann": "pass",
        "ben": "fail",
        "cho": "rejected",
        "dan": "not_run",
    }
    assert (table.verdict >= "not_run").sum() == 5


def test_flags_make_the_verdict_flagged() -> None:
    flags = (Message("grade.late"), Message("grade.late"))
    table = frames.of([right("ann", flags=flags), right("ben")]).submissions
    assert list(row(table, "ann", U5)[["verdict", "flag_count"]]) == ["flagged", 2]


def test_unit_of_one_student_is_not_counted_and_one_asked_for_is() -> None:
    short = [replace(right(name), exercises=right(name).exercises[:1]) for name in ("ben", "cho", "dan")]
    table = frames.of([right("ann"), *short]).submissions
    assert table.set_index(["student", "unit"]).counted.to_dict()["ann", U6] is False
    assert len(table) == 5
    asked = frames.of([replace(one, run={"units_asked": [U5, U6]}) for one in (right("ann"), *short)]).submissions
    assert asked.counted.all()
    assert list(row(asked, "ben", U6)[["verdict", "score", "max_score", "handed_in"]]) == ["missing", 0, 7, False]


def test_who_handed_in_nothing_lacks_every_counted_unit() -> None:
    notes = tuple(Message("grade.not_submitted", {"unit": unit}) for unit in (U5,))
    absent = Report("zoe", (), "missing", Message("grade.nothing"), notes, absent_points=3)
    table = frames.of([right("ann"), absent]).submissions
    assert list(row(table, "zoe", U5)[["verdict", "score", "max_score", "handed_in"]]) == ["missing", 0, 3, False]
    assert not row(table, "ann", U6)["counted"]


def test_class_without_any_unit_has_rows_without_one() -> None:
    table = frames.of([rejected("cho")]).submissions
    assert table.unit.isna().all()
    assert list(table.iloc[0][["verdict", "score", "max_score"]]) == ["rejected", 0, 0]


def test_diagnoses_have_a_row_per_mistake_with_the_points_it_costs(classroom: list[Report]) -> None:
    table = frames.of(classroom).diagnoses
    assert list(table.iloc[0][["student", "exercise", "kind", "title_en", "title_ko", "checks", "points_lost"]]) == [
        "ben",
        "Affine",
        "mistake",
        "W not transposed in dx",
        "dx에서 W를 전치하지 않음",
        2,
        3.0,
    ]
    assert len(table) == 1


def test_diagnosis_of_another_exercise_is_told_there_only() -> None:
    follows = Message("borrowed.follows", {"first": f"{U6}.Relu", "then": "Net"})
    net = exercise(U6, "Net", wrong("dx", message=follows), wrong("out", diagnosis="relation.sign", title=None))
    tables = frames.of([replace(right("ann"), exercises=(net,))])
    assert list(tables.diagnoses.diagnosis) == ["relation.sign"]
    assert list(tables.diagnoses.title_en) == ["sign flipped"]
    assert list(tables.checks.follows.fillna("")) == [f"{U6}.Relu", ""]


def test_messages_are_in_the_language_asked_for(classroom: list[Report]) -> None:
    said = {lang: frames.of(classroom, lang=lang).checks.message.dropna().iloc[0] for lang in ("en", "ko")}
    assert said["en"] == "dx is 1, expected 2."
    assert said["ko"] != said["en"]


def test_rows_are_in_the_same_order_whatever_the_order_of_reports(classroom: list[Report]) -> None:
    one, two = frames.of(classroom), frames.of(reversed(classroom))
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(two, name))
    assert list(one.checks.check[:6]) == ["y", "out", "dx", "out", "dx", "dW"]


def test_class_of_nobody_has_typed_columns() -> None:
    tables = frames.of([])
    assert [len(getattr(tables, name)) for name in TABLES] == [0] * 5
    assert str(tables.checks.points.dtype) == "Float64"


def test_attempts_of_several_gradings_are_in_their_order() -> None:
    again = replace(right("ben"), sha256="ben:2")
    tables = frames.of([flawed("ben")], [again])
    mine = tables.attempts.query("exercise == 'Affine'")
    assert list(mine.attempt) == [1, 2]
    assert list(mine.score) == [2, 5]
    assert list(mine.latest) == [False, True]
    assert list(mine.verdict) == ["fail", "pass"]
    assert set(tables.submissions.attempts) == {2}
    assert row(tables.submissions, "ben", U6)["score"] == 7


def test_grading_the_same_files_again_is_no_attempt() -> None:
    tables = frames.of([flawed("ben")], [replace(flawed("ben"), course_version="c2")])
    assert set(tables.attempts.attempt) == {1}
    assert set(tables.submissions.course_version) == {"c2"}


def test_last_round_with_the_unit_holds() -> None:
    first, second = right("ben").exercises[:1], right("ben").exercises[1:]
    tables = frames.of(
        [replace(flawed("ben"), exercises=first), right("ann")], [replace(right("ben"), exercises=second)]
    )
    assert list(tables.submissions.query("student == 'ben'").score) == [3, 4 + 3]
    assert len(tables.exercises.query("student == 'ben'")) == 3


def test_earlier_report_and_points_of_before_are_attempts(tmp_path: Path, write: Write) -> None:
    name = f"{U6}.Affine"
    now = replace(right("ben", before={name: 1.5}), sha256="ben:3", exercises=right("ben").exercises[2:])
    write(tmp_path / "out", [now])
    write(tmp_path / "kept", [flawed("ben")])
    (tmp_path / "kept" / "reports").rename(tmp_path / "out" / "earlier")
    tables = frames.load(tmp_path / "out")
    mine = tables.attempts.query("exercise == 'Affine'")
    assert list(mine.score) == [2, 1.5, 5]
    assert list(mine.verdict.astype("string").fillna("")) == ["fail", "", "pass"]
    assert list(mine.folder) == ["out"] * 3
    assert len(tables.exercises) == 1


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-09-21 10:30:05", "2026-09-21T10:30:05"),
        ("2026-09-21T10:30:05.123Z", "2026-09-21T10:30:05"),
        ("2026-09-21T10:30:00+09:00", "2026-09-21T01:30:00"),
        ("Monday, 21 September 2026, 10:30 PM", "2026-09-21T22:30:00"),
        ("21 Sep 2026 12:05 AM", "2026-09-21T00:05:00"),
        ("2026년 9월 21일 월요일 오후 3:02", "2026-09-21T15:02:00"),
        ("3/4/2026 10:00", None),
        ("2026-99-21", None),
        ("31 February 2026, 10:30", None),
        ("1 Foo 2026, 10:30", None),
        ("", None),
        ("=cmd()", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_moment_is_understood_or_absent(text: str, when: str | None) -> None:
    assert moment(text) == when


def test_moment_that_is_not_understood_stays_as_text() -> None:
    table = frames.of([right("ann", handed_in={"submitted_at": "3/4/2026", "id": "007", "late": True})]).submissions
    assert table.submitted_at.isna().all()
    assert list(table.iloc[0][["submitted_text", "id", "late"]]) == ["3/4/2026", "007", True]


def test_check_keeps_its_group_and_what_decided_it() -> None:
    one = replace(check("out"), group="stable", case="large", public=False)
    table = frames.of([replace(right("ann"), exercises=(exercise(U5, "mse", one),))]).checks
    assert list(table.iloc[0][["check", "group", "case", "public"]]) == ["out", "stable", "large", False]


def test_columns_can_be_asked_for_with_a_dot() -> None:
    assert [c.name for columns in TABLES.values() for c in columns if hasattr(pd.DataFrame, c.name)] == []


def test_example_of_the_document_gives_totals(classroom: list[Report]) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", DATA, re.M | re.S)
    found: dict[str, pd.DataFrame] = {"tables": frames.of(classroom)}
    exec(compile(example, "docs/data.md", "exec"), found)
    assert found["totals"].score.fillna(-1).to_dict() == {"ann": 10, "ben": 7, "cho": 0, "dan": -1}
    assert set(found["totals"].max_score) == {10}
