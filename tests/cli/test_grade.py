"""``grade``, ``replay``, ``demo`` and ``doctor``: a class in, tables, files and exit codes out."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.courses.course import Course
from graders.messages.errors import DeviceError
from tests.cli.conftest import Deepgrade
from tests.small_course import OTHER, UNIT, edit, right, solution_of, spec_of, wrong

NONE = ("--sandbox", "none")

# --- grade ---


def test_grade_when_all_pass_then_exit_0(deepgrade: Deepgrade, mine: Path) -> None:
    done = deepgrade("grade", mine, *NONE)
    assert done.code == 0
    assert "3/3" in done.out


def test_grade_when_something_fails_then_exit_1(deepgrade: Deepgrade, room: Path) -> None:
    assert deepgrade("grade", room, *NONE).code == 1
    assert deepgrade("grade", room, *NONE, "--exit-zero").code == 0


def test_grade_when_our_side_breaks_then_exit_3(deepgrade: Deepgrade, mine: Path, course: Course) -> None:
    edit(solution_of(course), "return self.a * dout", "raise ValueError('ours')")
    done = deepgrade("grade", mine, *NONE, "--json")
    assert done.code == 3
    assert (done.json["score"], done.json["verdict"]) == (None, "broken")


def test_absent_device_means_no_score_and_exit_3(
    deepgrade: Deepgrade, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object) -> None:
        raise DeviceError("device.none")

    monkeypatch.setattr("graders.sandbox.local.Local.open", absent)
    done = deepgrade("grade", room, *NONE, "--device", "cuda", "--out", tmp_path / "out")
    assert done.code == 3
    assert "need a look: 2" in done.out
    assert "median" not in done.out
    assert "There is no GPU on this machine." in done.out
    table = list(csv.DictReader(io.StringIO((tmp_path / "out" / "class.csv").read_text("utf-8-sig"))))
    assert {(row["score"], row["verdict"], row["ungraded"]) for row in table} == {("", "not_run", f"{UNIT}.Scale")}


def test_grade_puts_nothing_but_json_on_stdout(deepgrade: Deepgrade, room: Path) -> None:
    done = deepgrade("grade", room, *NONE, "--json")
    assert done.json["schema"] == 2
    assert [(one["student"], one["score"]) for one in done.json["submissions"]] == [("kim", 3), ("lee", 2)]
    assert "WARNING: --sandbox none runs students' code with your rights" in done.err


def test_json_of_one_submission_has_the_contracts_words(deepgrade: Deepgrade, flawed: Path) -> None:
    report = deepgrade("grade", flawed, *NONE, "--json", "--student", "이준호").json
    assert (report["schema"], report["student"], report["verdict"]) == (2, "이준호", "fail")
    (exercise,) = report["exercises"]
    assert {"unit", "name", "score", "max_score", "verdict", "checks"} <= exercise.keys()
    words = {"name", "case", "public", "verdict", "points", "max_points", "message", "diagnosis", "hint"}
    assert all(words <= check.keys() for check in exercise["checks"])
    assert {"backend", "wall_s", "max_rss_mb", "limits"} <= report["run"].keys()


def test_grading_without_a_sandbox_says_so_loudly(deepgrade: Deepgrade, mine: Path) -> None:
    assert deepgrade("grade", mine, *NONE).err.startswith("WARNING: ")


def test_format_json_is_what_json_prints(deepgrade: Deepgrade, mine: Path) -> None:
    asked, short = (deepgrade("grade", mine, *NONE, *words).json for words in (("--format", "json"), ("--json",)))
    assert asked.keys() == short.keys()
    assert asked["exercises"] == short["exercises"]


@pytest.mark.parametrize("form", ["csv", "gradescope"])
def test_grade_when_a_format_is_asked_for_then_it_is_printed(deepgrade: Deepgrade, room: Path, form: str) -> None:
    out = deepgrade("grade", room, *NONE, "--format", form).out
    if form == "csv":
        rows = list(csv.reader(io.StringIO(out)))
        assert [row[0] for row in rows[1:3]] == ["kim", "lee"]
    else:
        listed = [(one["student"], one["results"]["score"]) for one in json.loads(out)]
        assert listed == [("kim", 3), ("lee", 2)]


def test_gradescope_format_of_one_submission_is_its_results(deepgrade: Deepgrade, mine: Path) -> None:
    assert json.loads(deepgrade("grade", mine, *NONE, "--format", "gradescope").out)["score"] == 3


def test_grade_when_json_and_a_format_are_asked_for_then_exit_2(deepgrade: Deepgrade, mine: Path) -> None:
    for form in ("text", "csv", "gradescope"):
        done = deepgrade("grade", mine, *NONE, "--json", "--format", form)
        assert (done.code, done.out) == (2, "")
        assert f"--json was given with --format {form}. Leave one of them out" in done.err


def test_file_may_have_any_name_when_one_unit_is_asked_for(
    deepgrade: Deepgrade, tmp_path: Path, course: Course
) -> None:
    (tmp_path / "homework.py").write_text(right(course), encoding="utf-8")
    for unit in (UNIT, UNIT[:3], UNIT[:3].upper()):
        assert deepgrade("grade", tmp_path / "homework.py", *NONE, "--unit", unit).code == 0


# --- files ---


def test_out_when_named_then_pages_tables_and_reports_are_there(
    deepgrade: Deepgrade, room: Path, tmp_path: Path
) -> None:
    assert deepgrade("grade", room, *NONE, "--out", tmp_path / "out").code == 1
    names = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert names == [
        "class.csv",
        "class.html",
        "feedback/kim.html",
        "feedback/lee.html",
        "gradescope/kim.json",
        "gradescope/lee.json",
        "reports/kim.json",
        "reports/lee.json",
    ]


def test_students_page_holds_no_hidden_value(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> None:
    deepgrade("grade", room, *NONE, "--out", tmp_path / "out")
    report = json.loads((tmp_path / "out" / "reports" / "lee.json").read_text(encoding="utf-8"))
    assert report["run"]["key"]
    shown = (tmp_path / "out" / "feedback" / "lee.html").read_text(encoding="utf-8")
    assert report["run"]["key"] not in shown
    assert "random#0" not in json.dumps(json.loads((tmp_path / "out" / "gradescope" / "lee.json").read_text()))


def test_out_when_names_are_hostile_then_every_file_stays_inside(
    deepgrade: Deepgrade, room: Path, tmp_path: Path, course: Course
) -> None:
    names = ["=cmd|'!A0", "a\nb", "김민지", "가" * 85, "<b>&", os.fsdecode(b"kim\xff")]
    for name in names:
        shutil.copytree(room / "kim", room / name)
    done = deepgrade("grade", room, *NONE, "--out", tmp_path / "deep" / "out", "--json")
    assert done.code == 1
    assert len(done.json["submissions"]) == 2 + len(names)
    for folder in ("reports", "feedback", "gradescope"):
        assert len(list((tmp_path / "deep" / "out" / folder).iterdir())) == 2 + len(names)
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}
    rows = list(csv.reader(io.StringIO((tmp_path / "deep" / "out" / "class.csv").read_text(encoding="utf-8-sig"))))
    assert not any(row and row[0].startswith(("=", "+", "-", "@")) for row in rows)


def test_hostile_names_do_not_stop_the_table(deepgrade: Deepgrade, room: Path, course: Course) -> None:
    for name in ("a\nb", "[bold]x[/nonsense]", os.fsdecode(b"kim\xff"), "\x1b[31mred"):
        shutil.copytree(room / "kim", room / name)
    for form in ("text", "csv", "gradescope"):
        done = deepgrade("grade", room, *NONE, "--format", form)
        assert done.code == 1
        assert "\x1b[31m" not in done.out


def test_out_when_it_lies_in_the_class_then_it_is_no_student(deepgrade: Deepgrade, room: Path) -> None:
    for _ in range(2):
        done = deepgrade("grade", room, *NONE, "--out", room / "out", "--json")
        assert [one["student"] for one in done.json["submissions"]] == ["kim", "lee"]
    done = deepgrade("grade", room, *NONE, "--out", room / "kim" / "pages", "--json")
    assert [one["student"] for one in done.json["submissions"]] == ["kim", "lee", "out"]


def test_resume_when_nothing_changed_then_nothing_is_graded(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> None:
    words = ("grade", room, *NONE, "--out", tmp_path / "out")
    deepgrade(*words)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "reports").iterdir()}
    assert deepgrade(*words, "--resume").code == 1
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_grade_when_interrupted_then_it_says_how_to_go_on(
    deepgrade: Deepgrade, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*words: object, stopping: Callable[[], None], **options: object) -> None:
        stopping()
        raise KeyboardInterrupt

    monkeypatch.setattr("graders.api.grade_class", stop)
    done = deepgrade("grade", room, *NONE, "--out", tmp_path / "out")
    assert (done.code, done.out) == (130, "")
    assert "Stopping after the submissions being graded now; finished reports are kept." in done.err
    assert "--resume" in done.err
    assert deepgrade("grade", room, *NONE).err.splitlines()[-1] == "Stopped."


def test_progress_bar_is_on_stderr_only(deepgrade: Deepgrade, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TTY_INTERACTIVE", "1")
    done = deepgrade("grade", room, *NONE, "--json")
    assert [one["student"] for one in done.json["submissions"]] == ["kim", "lee"]
    assert "grading" in done.err


# --- replay ---


@pytest.fixture
def graded(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> Path:
    deepgrade("grade", room, *NONE, "--out", tmp_path / "out")
    return tmp_path / "out" / "reports"


def test_replay_when_nothing_changed_then_exit_0(deepgrade: Deepgrade, graded: Path, room: Path) -> None:
    done = deepgrade("replay", graded / "lee.json", room / "lee", *NONE, "--json")
    assert done.code == 0
    assert done.json["student"] == "lee"
    assert "Replayed: the verdicts agree." in done.err


def test_replay_for_an_unused_device_exits_0(deepgrade: Deepgrade, room: Path, tmp_path: Path) -> None:
    deepgrade("grade", room, *NONE, "--out", tmp_path / "out", "--device", "cuda")
    report = tmp_path / "out" / "reports" / "lee.json"
    assert json.loads(report.read_text(encoding="utf-8"))["device"] == "cpu"
    assert deepgrade("replay", report, room / "lee", *NONE).code == 0


def test_replay_with_a_changed_course_exits_1_and_says_so(
    deepgrade: Deepgrade, graded: Path, room: Path, course: Course
) -> None:
    edit(spec_of(course), 'outputs=("out"', 'points={"da": 2},\n        outputs=("out"')
    done = deepgrade("replay", graded / "kim.json", room / "kim", *NONE)
    assert done.code == 1
    assert "the verdicts differ. The course has changed since." in done.err


def test_replay_takes_the_unit_from_the_report(deepgrade: Deepgrade, tmp_path: Path, course: Course) -> None:
    (tmp_path / "homework.py").write_text(wrong(course), encoding="utf-8")
    words = (tmp_path / "homework.py", *NONE)
    deepgrade("grade", *words, "--unit", UNIT, "--out", tmp_path / "out", "--student", "kim")
    assert deepgrade("replay", tmp_path / "out" / "reports" / "kim.json", *words).code == 0


@pytest.mark.parametrize("asked", [(), ("--unit", UNIT), ("--unit", UNIT, "--unit", "u97_third")])
def test_replay_of_some_units_is_the_same_submission(
    deepgrade: Deepgrade, room: Path, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    for unit in (OTHER, "u97_third"):
        deepgrade("new", unit)
    shutil.copy(room / "lee" / f"{UNIT}.py", room / "lee" / f"{OTHER}.py")
    deepgrade("grade", room / "lee", *NONE, *asked, "--out", tmp_path / "out")
    done = deepgrade("replay", tmp_path / "out" / "reports" / "lee.json", room / "lee", *NONE)
    assert (done.code, done.err.splitlines()[-1]) == (0, "Replayed: the verdicts agree.")


def refused(done: object, *sentences: str) -> None:
    assert done.code == 2  # type: ignore[attr-defined]
    assert done.out == ""  # type: ignore[attr-defined]
    for sentence in sentences:
        assert sentence in " ".join(done.err.split())  # type: ignore[attr-defined]


def test_replay_when_the_files_are_others_then_exit_2(deepgrade: Deepgrade, graded: Path, room: Path) -> None:
    done = deepgrade("replay", graded / "lee.json", room / "kim", *NONE)
    refused(done, "kim is not the submission of", "its digest differs", "Give the files that were graded")


def test_replay_when_the_secret_is_another_then_exit_2(
    deepgrade: Deepgrade, graded: Path, room: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEEPGRADE_SECRET_FILE", str(tmp_path / "other"))
    done = deepgrade("replay", graded / "lee.json", room / "lee", *NONE)
    refused(done, "was made with the secret", "DEEPGRADE_SECRET_FILE")


def test_replay_when_the_report_is_of_a_rejected_one_then_exit_2(
    deepgrade: Deepgrade, room: Path, tmp_path: Path
) -> None:
    (room / "lee" / f"{UNIT}.py").write_bytes(b"\xff\xff")
    deepgrade("grade", room, *NONE, "--out", tmp_path / "out")
    done = deepgrade("replay", tmp_path / "out" / "reports" / "lee.json", room / "lee", *NONE)
    refused(done, "contains no run to replay: its verdict is rejected", "Grade it again")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("absent.json", "cannot be read as a deepgrade report: No such file or directory"),
        ("", "is not a deepgrade report: it is a folder"),
        ("u99_topic.py", "is not a deepgrade report: it is not JSON"),
        ("other.json", "is not a deepgrade report: it is JSON of another kind"),
    ],
)
def test_replay_of_what_is_no_report_exits_2_and_says_what_it_is(
    deepgrade: Deepgrade, room: Path, name: str, what: str
) -> None:
    (room / "lee" / "other.json").write_text('{"student": "lee"}')
    done = deepgrade("replay", room / "lee" / name, room / "lee", *NONE)
    refused(done, f"{what}. Give a file from the reports/ folder")


# --- questions that cannot be answered ---


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (("grade",), ("Missing argument 'PATH[::EXERCISE]'",)),
        (("grade", "absent"), ("absent does not exist", "Give a submission")),
        (("grade", "x" * 300), ("does not exist",)),
        (("grade", "{empty}"), ("contains no submission", "Expected files such as")),
        (("grade", "{room}", "--unit", "u99_topik"), ("no unit 'u99_topik'", f"Did you mean {UNIT}")),
        (("grade", "{room}", "--unit", "u98"), ("no unit 'u98'",)),
        (("grade", "{room}", "--course", "absent"), ("course folder absent does not exist",)),
        (("grade", "{room}", "--course", "{empty}"), ("has no course.toml", "deepgrade new course DIR")),
        (("grade", "{room}", "--resume"), ("--resume was given without --out", "--out DIR")),
        (("grade", "{room}", "--student", "kim"), ("--student names one submission", "contains 2")),
        (("grade", "{room}", "--sandbox", "chroot"), ("no sandbox 'chroot'", "Choose one of auto")),
        (("grade", "{room}", "--jobs", "0"), ("0 is not in the range",)),
        (("grade", "{room}", "--format", "pdf"), ("'pdf' is not one of",)),
        (("grade", "{room}", "--device", "tpu"), ("'tpu' is not one of",)),
        (("grade", "{room}", "--lang", "fr"), ("'fr' is not one of",)),
        (("replay", "a.json"), ("Missing argument 'PATH'",)),
        (("doctor", "--sandbox", "chroot"), ("no sandbox 'chroot'",)),
        (("demo",), ("no sample class", "inside the course repository")),
    ],
)
def test_unknown_names_exit_2_with_the_next_step(
    deepgrade: Deepgrade, room: Path, tmp_path: Path, words: tuple[str, ...], sentences: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    given = [word.format(room=room, empty=tmp_path / "empty") for word in words]
    if words[0] in ("grade", "demo") and "--sandbox" not in words:
        given += NONE
    refused(deepgrade(*given), *sentences)


def test_grade_without_a_sandbox_exits_3_with_the_remedy(
    deepgrade: Deepgrade, mine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    done = deepgrade("grade", mine)
    assert (done.code, done.out) == (3, "")
    assert "bubblewrap" in done.err


def test_short_secret_exits_2_and_is_not_printed(deepgrade: Deepgrade, mine: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"hunter2")
    done = deepgrade("grade", mine, *NONE)
    assert done.code == 2
    assert "has 7 bytes" in done.err
    assert "hunter2" not in done.err


def test_out_that_is_a_file_is_refused_before_grading(
    deepgrade: Deepgrade, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graders.commands.grading.pool_of", None)
    (tmp_path / "out").write_text("")
    words = ("grade", mine, *NONE, "--out", tmp_path / "out")
    assert deepgrade(*words).code == 3
    assert "cannot be written: Not a directory. There is a file where" in deepgrade(*words).err
    assert "폴더가 있어야 할 자리에 파일이 있습니다" in deepgrade(*words, "--lang", "ko").err


# --- demo, doctor ---


def test_demo_shows_the_class_and_one_students_feedback(
    deepgrade: Deepgrade, course: Course, room: Path, tmp_path: Path
) -> None:
    shutil.copytree(room, course.root / "tests" / "class")
    done = deepgrade("demo", *NONE, "--out", tmp_path / "demo")
    assert done.code == 0
    assert "da averaged instead of summed" in done.out
    assert (tmp_path / "demo" / "class.html").is_file()


def test_doctor_has_a_json_row_for_every_limit(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("doctor", *NONE, "--json")
    assert done.code == 0
    assert done.json["holds"] is True
    assert {row["name"] for row in done.json["backends"]["none"]} >= {"wall", "output"}


def test_doctor_when_run_then_each_limit_is_on_a_line(deepgrade: Deepgrade, course: Course) -> None:
    done = deepgrade("doctor", *NONE)
    assert done.code == 0
    assert "wall" in done.out


def test_doctor_when_nothing_is_installed_then_exit_3(
    deepgrade: Deepgrade, course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    done = deepgrade("doctor", "--json")
    assert done.code == 3
    assert done.json["holds"] is False
