"""A class: no submission stops another, valid reports are kept, changed work is graded again, no name gets outside."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.grading.batch import _written, common_units, count_absent
from graders.grading.grader import grade_submission
from graders.grading.in_hand import left_in_hand
from graders.grading.report_store import load_report, report_path, write_report
from graders.grading.secret import Secret
from graders.grading.setup import Setup
from graders.host.disk import touch_file
from graders.messages.errors import DiskError, UsageError
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.submission import find_submissions
from tests.small_course import OTHER, UNIT, InProcess, grade_class, lay_course, right, setup_of, solution_of, wrong


@pytest.fixture
def room(course: Course, tmp_path: Path) -> Path:
    """A class in which only the last student did well."""
    texts = {
        "empty": "",
        "syntax": "def f(:",
        "ours": "# FAULT OF OURS\n",
        "lost": right(course) + "\n# LOST TWICE\n",
        "wrong": wrong(course),
        "zoe": right(course),
    }
    for student, text in texts.items():
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / f"{UNIT}.py").write_text(text, encoding="utf-8")
    (tmp_path / "class" / "binary").mkdir()
    (tmp_path / "class" / "binary" / f"{UNIT}.py").write_bytes(bytes(range(256)))
    return tmp_path / "class"


def grade(setup: Setup, room: Path, out: Path | None = None, **options: bool) -> dict[str, Report]:
    found = find_submissions(room, setup.course.units)
    return {report.student: report for report in grade_class(setup, found, jobs=2, out=out, **options)}  # type: ignore


# --- everybody is graded ---


def test_bad_submissions_do_not_stop_the_others(course: Course, room: Path) -> None:
    verdicts = {student: report.verdict for student, report in grade(setup_of(course), room).items()}
    assert verdicts == {
        "binary": "rejected",
        "empty": "rejected",
        "lost": "broken",
        "ours": "broken",
        "syntax": verdicts["syntax"],
        "wrong": "fail",
        "zoe": "pass",
    }
    assert verdicts["syntax"] in ("rejected", "error")


def test_our_failure_keeps_its_reason_for_staff(course: Course, room: Path) -> None:
    report = grade(setup_of(course), room)["ours"]
    assert report.score is None
    assert report.message == Message("broken", {"text": "RuntimeError: the machine is on fire (attempt 2)"})


def test_submission_that_vanishes_does_not_stop_the_others(course: Course, room: Path) -> None:
    found = [("gone", room / "gone"), *find_submissions(room, course.units)]
    reports = grade_class(setup_of(course), found, jobs=2)
    assert (reports[0].student, reports[0].verdict, reports[-1].verdict) == ("gone", "broken", "pass")


def test_lone_submission_that_is_not_there_is_a_usage_error(course: Course, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        grade_class(setup_of(course), [("gone", tmp_path / "gone")], jobs=1)


@pytest.mark.parametrize("jobs", [1, 3])
def test_side_by_side_grading_keeps_the_lists_order(course: Course, room: Path, jobs: int) -> None:
    found = find_submissions(room, course.units)
    seen: list[str] = []
    reports = grade_class(setup_of(course), found, jobs=jobs, done=lambda report: seen.append(report.student))
    assert [report.student for report in reports] == [student for student, _ in found]
    assert sorted(seen) == sorted(student for student, _ in found)


def test_class_when_interrupted_then_what_is_done_is_on_disk(course: Course, room: Path, tmp_path: Path) -> None:
    def stop(report: Report) -> None:
        raise KeyboardInterrupt

    found = find_submissions(room, course.units)
    with pytest.raises(KeyboardInterrupt):
        grade_class(setup_of(course), found, jobs=1, out=tmp_path / "out", done=stop)
    kept = list((tmp_path / "out" / "reports").iterdir())
    assert 1 <= len(kept) < len(found)


def test_interrupt_is_said_at_once_and_keeps_those_in_hand(
    course: Course, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, both = threading.Event(), threading.Barrier(2, timeout=20)

    def slow(setup: Setup, path: Path, *, student: str, unit: str | None) -> Report:
        if student in ("first", "second"):
            both.wait()
        if student != "first":
            assert told.wait(20)
        return Report(student, (), "pass")

    def stop(report: Report) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("graders.grading.batch.grade_submission", slow)
    found = [(student, room / "zoe") for student in ("first", "second", "third", "fourth", "fifth")]
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        grade_class(setup_of(course), found, jobs=2, out=out, done=stop, stopping=told.set)
    assert {"first.json", "second.json"} <= set(os.listdir(out / "reports"))
    assert not (out / "reports" / "fifth.json").exists()


def test_full_disk_stops_the_class_with_the_reason(
    course: Course, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match="No space left"):
        grade(setup_of(course), room, tmp_path / "out")


def test_class_when_empty_then_there_are_no_reports(course: Course) -> None:
    assert grade_class(setup_of(course), [], jobs=2) == []


# --- absent units ---


def test_unit_that_others_handed_in_counts_as_zero(course: Course, room: Path) -> None:
    reports = grade(setup_of(course), room)
    assert (reports["empty"].score, reports["empty"].max_score) == (0, 3)
    assert reports["empty"].notes[-1] == Message("grade.not_submitted", {"unit": UNIT})
    assert (reports["zoe"].score, reports["zoe"].max_score, reports["zoe"].notes) == (3, 3, ())


def test_absent_unit_that_was_asked_for_counts(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "two", OTHER, UNIT)
    (report,) = count_absent(course, [Report("kim", (), "pass")], (OTHER, UNIT))
    assert (report.verdict, report.max_score, report.absent_points) == ("missing", 6, 6)


def test_absent_unit_when_counted_again_then_it_is_said_once(course: Course) -> None:
    once = count_absent(course, [Report("kim", (), "pass")], (UNIT,))
    (twice,) = count_absent(course, once, (UNIT,))
    assert [note.id for note in twice.notes] == ["grade.not_submitted"]


def test_absent_unit_when_our_side_broke_then_it_stays_broken(course: Course) -> None:
    (report,) = count_absent(course, [Report("kim", (), "broken")], (UNIT,))
    assert report.verdict == "broken"


# --- which units count ---


def handed_in(student: str, *units: str, verdict: str = "pass") -> Report:
    exercises = [
        ExerciseReport(unit, "scale", verdict, (CheckReport("y", "core", verdict, verdict == "pass", 3),))
        for unit in units
    ]
    return Report(student, tuple(exercises), verdict if units else "rejected")


@pytest.fixture
def pair(tmp_path: Path) -> Course:
    return lay_course(tmp_path / "two", OTHER, UNIT)


@pytest.mark.parametrize(
    ("units", "common"),
    [
        ([(UNIT,), (UNIT,), (UNIT, OTHER)], {UNIT}),
        ([(UNIT,), (UNIT, OTHER)], {UNIT}),
        ([(UNIT, OTHER), (UNIT, OTHER), (UNIT,), (UNIT,)], {UNIT, OTHER}),
        ([(UNIT, OTHER), (UNIT, OTHER), (UNIT,), (UNIT,), (UNIT,)], {UNIT}),
        ([(UNIT, OTHER), (UNIT, OTHER), (), (), ()], {UNIT, OTHER}),
        ([(UNIT, OTHER)], {UNIT, OTHER}),
        ([(UNIT,), (OTHER,)], {UNIT, OTHER}),
        ([(), ()], set()),
    ],
)
def test_unit_of_half_of_those_who_handed_in_counts(units: list[tuple[str, ...]], common: set[str]) -> None:
    assert set(common_units([handed_in(str(place), *one) for place, one in enumerate(units)])) == common


def test_extra_unit_of_one_student_changes_no_total_and_is_said(pair: Course) -> None:
    reports = [handed_in("a", UNIT), handed_in("b", UNIT), handed_in("c", UNIT, OTHER), handed_in("d")]
    counted = {report.student: report for report in count_absent(pair, reports)}
    assert {student: (one.score, one.max_score) for student, one in counted.items()} == {
        "a": (1, 3),
        "b": (1, 3),
        "c": (1, 3),
        "d": (0, 3),
    }
    assert counted["c"].uncounted == (OTHER,)
    assert counted["c"].notes == (Message("grade.not_counted", {"unit": OTHER}),)
    assert [one.unit for one in counted["c"].exercises] == [UNIT, OTHER]


def test_extra_unit_when_the_units_are_named_then_it_counts(pair: Course) -> None:
    reports = [handed_in("a", UNIT), handed_in("b", UNIT), handed_in("c", UNIT, OTHER)]
    assert [(one.max_score, one.uncounted) for one in count_absent(pair, reports, (UNIT, OTHER))] == [(6, ())] * 3


def test_failed_extra_unit_leaves_the_verdict(pair: Course) -> None:
    extra = handed_in("c", OTHER, verdict="fail").exercises
    mixed = Report("c", (*handed_in("c", UNIT).exercises, *extra), "fail")
    counted = count_absent(pair, [handed_in("a", UNIT), handed_in("b", UNIT), mixed])
    assert counted[2].verdict == "pass"
    flagged = replace(mixed, verdict="flagged", flags=(Message("policy.flag"),))
    assert count_absent(pair, [*counted[:2], flagged])[2].verdict == "flagged"


def test_extra_unit_that_did_not_run_leaves_the_score(pair: Course) -> None:
    extra = handed_in("c", OTHER, verdict="not_run").exercises
    mixed = Report("c", (*handed_in("c", UNIT).exercises, *extra), "not_run")
    counted = count_absent(pair, [handed_in("a", UNIT), handed_in("b", UNIT), mixed])[2]
    assert (counted.score, counted.ungraded) == (1, (f"{OTHER}.scale",))


# --- resume ---


def stamps(out: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_mtime_ns for path in (out / "reports").iterdir()}


def regraded(setup: Setup, room: Path, out: Path) -> set[str]:
    before = stamps(out)
    grade(setup, room, out, resume=True)
    after = stamps(out)
    return {student for student in after if after[student] != before.get(student)}


UNFINISHED = {"binary", "empty", "lost", "ours"}  # nothing that a digest stands for, or our fault


def final(room: Path, course: Course, tmp_path: Path) -> Path:
    out = tmp_path / "out"
    grade(setup_of(course), room, out)
    return out


def test_resume_when_nothing_changed_then_what_is_final_is_kept(course: Course, room: Path, tmp_path: Path) -> None:
    again = regraded(setup_of(course), room, final(room, course, tmp_path))
    assert again - {"syntax"} == UNFINISHED


def test_resume_when_nothing_is_there_yet_then_all_are_graded(course: Course, room: Path, tmp_path: Path) -> None:
    assert len(grade(setup_of(course), room, tmp_path / "out", resume=True)) == len(stamps(tmp_path / "out")) == 7


def test_resume_when_a_report_is_kept_then_it_is_the_report(course: Course, room: Path, tmp_path: Path) -> None:
    out = final(room, course, tmp_path)
    first, second = grade(setup_of(course), room), grade(setup_of(course), room, out, resume=True)
    assert second["wrong"].to_dict()["exercises"] == first["wrong"].to_dict()["exercises"]


def change_source(course: Course, room: Path) -> Setup:
    path = room / "zoe" / f"{UNIT}.py"
    path.write_text(path.read_text(encoding="utf-8") + "\nx = 1\n", encoding="utf-8")
    return setup_of(course)


def change_course(course: Course, room: Path) -> Setup:
    path = solution_of(course)
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    return setup_of(Course(course.root))


def change_secret(course: Course, room: Path) -> Setup:
    return setup_of(course, secret=Secret(b"another secret of sixteen"))


@pytest.mark.parametrize(
    ("change", "again"),
    [(change_source, {"zoe"}), (change_course, {"zoe", "wrong"}), (change_secret, {"zoe", "wrong"})],
)
def test_resume_grades_again_whom_a_change_concerns(
    course: Course, room: Path, tmp_path: Path, change: Callable[[Course, Path], Setup], again: set[str]
) -> None:
    out = final(room, course, tmp_path)
    found = regraded(change(course, room), room, out) - UNFINISHED - {"syntax"}
    assert found == again


def test_resume_grades_all_again_when_the_units_changed(tmp_path: Path) -> None:
    course = lay_course(tmp_path / "two", OTHER, UNIT)
    for unit in (OTHER, UNIT):
        (tmp_path / "class" / "kim").mkdir(parents=True, exist_ok=True)
        (tmp_path / "class" / "kim" / f"{unit}.py").write_text(right(course), encoding="utf-8")
    grade(setup_of(course, (OTHER,)), tmp_path / "class", tmp_path / "out")
    report = grade(setup_of(course), tmp_path / "class", tmp_path / "out", resume=True)["kim"]
    assert {one.unit for one in report.exercises} == {OTHER, UNIT}


def test_resume_grades_all_again_when_the_device_changed(course: Course, room: Path, tmp_path: Path) -> None:
    out = final(room, course, tmp_path)
    setup = replace(setup_of(course), device="cuda")
    assert {"zoe", "wrong"} <= regraded(setup, room, out)
    assert not {"zoe", "wrong"} & regraded(setup, room, out)  # though none of them needed it


class Other(InProcess):
    name = "another"


def test_resume_grades_all_again_when_the_backend_changed(course: Course, room: Path, tmp_path: Path) -> None:
    out = final(room, course, tmp_path)
    assert {"zoe", "wrong"} <= regraded(replace(setup_of(course), backend=Other(course)), room, out)


@pytest.mark.parametrize("verdict", ["broken", "not_run"])
def test_resume_grades_again_what_was_not_judged(course: Course, room: Path, tmp_path: Path, verdict: str) -> None:
    out = final(room, course, tmp_path)
    data = json.loads((out / "reports" / "wrong.json").read_text(encoding="utf-8"))
    data["exercises"][0]["verdict"] = verdict
    (out / "reports" / "wrong.json").write_text(json.dumps(data))
    assert "wrong" in regraded(setup_of(course), room, out)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"student": 3}', '"zoe"', "\0"])
def test_resume_when_a_report_is_damaged_then_it_is_graded_again(
    course: Course, room: Path, tmp_path: Path, text: str
) -> None:
    out = final(room, course, tmp_path)
    (out / "reports" / "zoe.json").write_text(text)
    assert "zoe" in regraded(setup_of(course), room, out)
    assert load_report(out / "reports" / "zoe.json").verdict == "pass"


def test_resume_grades_again_over_another_students_report(course: Course, room: Path, tmp_path: Path) -> None:
    out = final(room, course, tmp_path)
    data = json.loads((out / "reports" / "zoe.json").read_text(encoding="utf-8"))
    (out / "reports" / "zoe.json").write_text(json.dumps(data | {"student": "someone"}))
    assert "zoe" in regraded(setup_of(course), room, out)


# --- reports on disk ---

NAMES = [
    "kim",
    "김민지",
    "Kim Min-ji",
    "../x",
    "..",
    ".",
    "",
    "/etc/passwd",
    "=cmd|' /C calc'!A0",
    "a\nb",
    "a b",
    "a\tb",
    "x" * 300,
    "가" * 85,
    "𠀀" * 80,
    "CON",
    "a/b",
    "a\\b",
    "a:b",
    "-rf",
    " kim",
    "kim ",
    "kim.",
    ".hidden",
    "kim (2)",
    os.fsdecode(b"kim\xff"),
    os.fsdecode(b"kim\xfe"),
    "kim\u202e",
    "e\u0301",
    "\u00e9",
]


def test_report_of_a_strange_name_stays_inside_the_folder(tmp_path: Path) -> None:
    for name in NAMES:
        path = write_report(Report(name, (), "rejected"), tmp_path)
        assert path.resolve().parent == (tmp_path / "reports").resolve(), name
        assert not path.name.startswith((".", "-", "=")), name
        assert len(os.fsencode(path.name)) < 250
        assert path.name.isprintable()
        assert load_report(path).student == name


def test_reports_of_strange_names_have_files_of_their_own(tmp_path: Path) -> None:
    paths = [report_path(tmp_path, name).name for name in NAMES]
    assert len({path.lower() for path in paths}) == len(NAMES)


def test_name_that_another_is_written_as_has_its_own_file(tmp_path: Path) -> None:
    written = report_path(tmp_path, "O'Brien")
    assert report_path(tmp_path, written.stem) != written


def test_plain_name_is_the_files_name(tmp_path: Path) -> None:
    for name in ("kim", "김민지", "Kim Min-ji", "kim@example.org"):
        assert report_path(tmp_path, name) == tmp_path / "reports" / f"{name}.json"


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", "null", '{"student": "kim"}', "\0"])
def test_report_when_it_is_none_then_the_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(UsageError, match=r"report\.json is not a deepgrade report: .* reports/ folder"):
        load_report(tmp_path / "report.json")


def test_report_when_a_folder_or_absent_then_it_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.json"):
        with pytest.raises(UsageError, match="deepgrade report: "):
            load_report(path)


def test_folder_that_is_no_unicode_stops_nobody(course: Course, room: Path, tmp_path: Path) -> None:
    strange = os.fsencode(room) + b"/kim\xff"
    os.mkdir(strange)
    with open(strange + f"/{UNIT}.py".encode(), "w", encoding="utf-8") as file:
        file.write(right(course))
    reports = grade(setup_of(course), room, tmp_path / "out")
    assert len(reports) == 8
    assert sorted(report.verdict for report in reports.values()).count("pass") == 2
    assert len(list((tmp_path / "out" / "reports").iterdir())) == 8


def test_report_that_cannot_be_put_into_words_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Report.to_dict

    def to_dict(report: Report) -> dict[str, object]:
        if report.verdict != "broken":
            raise MemoryError
        return whole(report)

    monkeypatch.setattr(Report, "to_dict", to_dict)
    report = _written(Report("eve", (), "fail"), tmp_path)
    assert (report.verdict, report.score) == ("broken", None)
    assert load_report(report_path(tmp_path, "eve")).verdict == "broken"


# --- in hand when a grader was killed ---


def killed_with(out: Path, *students: str) -> None:
    """What a killed grader leaves: who was in its hands."""
    for student in students:
        touch_file(out / "in-hand" / report_path(out, student).stem)


def test_submission_being_graded_is_noted_on_disk(
    course: Course, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, seen = tmp_path / "out", []

    def look(setup: Setup, path: Path, *, student: str, unit: str | None) -> Report:
        seen.append(student in os.listdir(out / "in-hand"))
        if student == "ours":
            raise RuntimeError
        return Report(student, (), "pass")

    monkeypatch.setattr("graders.grading.batch.grade_submission", look)
    grade(setup_of(course), room, out)
    assert seen == [True] * 8  # one of them twice
    assert not (out / "in-hand").exists()


def test_interrupt_when_it_comes_then_nobody_is_suspect(
    course: Course, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(setup: Setup, path: Path, *, student: str, unit: str | None) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr("graders.grading.batch.grade_submission", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade_class(setup_of(course), find_submissions(room, course.units), jobs=1, out=tmp_path / "out")
    assert left_in_hand(tmp_path / "out") == frozenset()


def test_resumed_suspects_come_last_and_alone(
    course: Course, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, order, told = tmp_path / "out", [], []
    setup, found = setup_of(course), find_submissions(room, course.units)
    killed_with(out, "wrong", "zoe")
    whole = grade_submission

    def never(setup: Setup, path: Path, *, student: str, unit: str | None) -> Report:
        assert student not in ("wrong", "zoe")
        order.append(student)
        return whole(setup, path, student=student, unit=unit)

    def alone(student: str, path: Path) -> Report:
        assert len(order) >= 5  # all others are done
        order.append(student)
        if student == "wrong":
            return Report(student, (), "broken", Message("broken", {"text": "killed"}))
        return Report(student, (), "pass")

    monkeypatch.setattr("graders.grading.batch.grade_submission", never)
    for _ in range(2):  # who was blamed is tried again, but never by us
        reports = grade_class(setup, found, jobs=2, out=out, resume=True, suspecting=told.extend, alone=alone)
        verdicts = {one.student: (one.verdict, one.score) for one in reports}
        assert verdicts["wrong"] == ("broken", None)
        assert load_report(report_path(out, "wrong")).verdict == "broken"
        assert left_in_hand(out) == {"wrong"}
        monkeypatch.setattr("graders.grading.batch.grade_submission", whole)
    assert told == ["wrong", "zoe", "wrong"]


def test_suspects_when_a_run_begins_anew_then_there_are_none(course: Course, room: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    killed_with(out, "zoe")

    def alone(student: str, path: Path) -> Report:
        raise AssertionError(student)

    found = find_submissions(room, course.units)
    reports = grade_class(setup_of(course), found, jobs=2, out=out, alone=alone)
    assert reports[-1].verdict == "pass"
    assert not (out / "in-hand").exists()


def test_suspect_when_its_report_was_whole_then_it_is_kept(course: Course, room: Path, tmp_path: Path) -> None:
    out = final(room, course, tmp_path)
    killed_with(out, "zoe")
    assert "zoe" not in regraded(setup_of(course), room, out)
    assert not (out / "in-hand").exists()
