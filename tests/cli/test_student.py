"""What a student meets at the terminal: the right language, the way to a hint, a wrong name, a missing library."""

from __future__ import annotations

import io
import json
import os
import pty
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from graders.cli import cli
from graders.compare.hints import ladder_of
from graders.courses.course import Course
from graders.feedback.messages import render_message, say
from graders.feedback.text import render_report
from graders.grading.annotate import ending_of
from graders.messages.errors import UsageError
from graders.messages.message import Message
from graders.practice.file import language_beside, split_target
from graders.practice.keyboard import keyboard
from graders.practice.screen import Screen
from graders.reports.report import CheckReport, ExerciseReport, Report
from graders.sandbox.contract import Outcome
from tests.notebook_files import solved
from tests.notebook_files import write as write_notebook

ROOT = Path(__file__).parents[2]
HINT = {"en": ("Look at dx.", "It is halved.", "Why?"), "ko": ("dx를 보세요.", "절반입니다.", "왜일까요?")}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), standalone_mode=False, catch_exceptions=False)


@pytest.fixture
def homework(tmp_path: Path) -> Path:
    folder = tmp_path / "homework"
    said = run("start", str(folder), "--lang", "ko", "--from", str(ROOT / "assignments"))
    assert "파일부터 시작하고, 다음 명령으로 확인하세요: deepgrade check" in said.output
    return folder


def write(homework: Path, unit: str, old: str, new: str) -> Path:
    file = homework / unit / f"{unit}.py"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_start_tells_kept_files_in_the_language(homework: Path) -> None:
    write(homework, "u06_backprop", "class Affine", "class Affin")
    said = run("start", str(homework), "--lang", "en", "--from", str(ROOT / "assignments")).output
    assert "1 files kept, because you changed them:\n  u06_backprop/u06_backprop.py\n" in said


def test_check_when_the_files_are_korean_then_so_is_the_answer(homework: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGRADE_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    file = homework / "u01_perceptron" / "u01_perceptron.py"
    assert "아직 작성 전" in run("check", str(file)).output
    assert "not written yet" in run("check", str(file), "--lang", "en").output


def test_language_is_unknown_with_both_or_no_notebooks(homework: Path, tmp_path: Path) -> None:
    assert language_beside(homework) == "ko"
    assert language_beside(ROOT / "assignments" / "u06_backprop" / "u06_backprop.en.ipynb") == "en"
    assert language_beside(ROOT / "assignments" / "u06_backprop" / "u06_backprop.py") is None
    assert language_beside(tmp_path / "absent.py") is None


def test_check_when_the_name_is_nearly_right_then_it_asks(homework: Path) -> None:
    file = write(homework, "u06_backprop", "class Affine:", "class AffineLayer:")
    assert (
        "Your module does not define Affine; it defines AffineLayer."
        in run("check", f"{file}::Affine", "--lang", "en").output
    )


def test_class_of_several_exercises_is_checked_by_its_name(homework: Path) -> None:
    file = homework / "u06_backprop" / "u06_backprop.py"
    said = run("check", f"{file}::TwoLayerNet", "--lang", "en").output
    assert all(f"TwoLayerNet.{method} " in said for method in ("predict", "accuracy", "gradient"))


def test_target_when_one_colon_is_typed_then_two_are_proposed(homework: Path) -> None:
    file = homework / "u06_backprop" / "u06_backprop.py"
    with pytest.raises(UsageError, match=r"u06_backprop\.py::Affine\?"):
        split_target(f"{file}:Affine")


def test_way_to_a_hint_is_told_once(homework: Path) -> None:
    body = "        # YOUR CODE HERE\n        raise NotImplementedError"
    file = write(homework, "u06_backprop", body, "        self.x, self.y = x, y\n        return x * y")
    write(homework, "u06_backprop", body, "        return dout * self.x, dout * self.y")
    how = "For hints, repeat the command with --hints 1, then 2, then 3."
    assert how in run("check", f"{file}::MulLayer", "--lang", "en").output
    assert how not in run("check", f"{file}::MulLayer", "--lang", "en", "--hints", "1").output
    assert how not in run("check", f"{file}::MulLayer", "--lang", "en", "--json").output


def test_absent_library_leaves_the_other_units_checked(homework: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find(name, *rest))
    for unit in ("u07_optimizers", "u09_cnn", "u16_gated", "u18_attention"):
        shutil.rmtree(homework / unit)
    said = run("check", str(homework), "--lang", "en").output
    assert "Not run: u19_transformer needs torch, which is not installed here." in " ".join(said.split())
    assert "MulLayer" in said


def test_ending_when_time_is_up_then_the_limit_is_told() -> None:
    message = ending_of(Outcome(ending="time"), 2.5).message
    assert message is not None
    assert render_message(message, "en").startswith("It ran longer than its time limit (2.5 s).")
    assert render_message(message, "ko").startswith("제한 시간을 넘겼습니다(2.5초).")


def shown(report: Report, hints: int = 0) -> str:
    console = Console(file=io.StringIO(), width=80)
    render_report(report, "en", console, hints=hints)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_report_when_nothing_was_graded_then_no_score_is_told() -> None:
    text = shown(Report("kim", (), "rejected", Message("text", {"text": "kim.docx is no code."})))
    assert "kim.docx is no code." in text
    assert "Score" not in text


def test_exception_everywhere_is_not_repeated_by_side_cases() -> None:
    raised = Message("compare.raised", {"name": "out", "kind": "NameError", "text": "name 'np' is not defined"})
    side = Message("note.side_error", {**raised.params, "case": "ties"})
    other = Message("note.side_error", {**raised.params, "case": "ties", "kind": "ValueError"})
    checks = tuple(CheckReport(name, "core", "error", 0, 1, message=raised) for name in ("out", "dx"))
    text = shown(Report("", (ExerciseReport("u06", "A", "error", checks, (side, other, other)),), "error"))
    assert text.count("NameError") == 1
    assert text.count("ValueError") == 1


def test_exception_without_a_text_leaves_no_colon() -> None:
    message = Message("compare.raised_line", {"name": "out", "kind": "MemoryError", "line": 8, "text": ""})
    assert render_message(message, "en") == "out was not computed: MemoryError at line 8"


def test_hint_on_nan_does_not_ask_for_a_forgotten_assignment() -> None:
    assert "division by 0" in ladder_of("relation.all_nan")["en"][0]
    assert "0으로 나누기" in ladder_of("relation.all_nan")["ko"][0]


# --- watch ---


def exercise(name: str, verdict: str, hint: dict[str, tuple[str, ...]] | None = None) -> ExerciseReport:
    check = CheckReport("dx", "core", verdict, int(verdict == "pass"), 1, hint=hint or {})
    return ExerciseReport("u06_backprop", name, verdict, (check,))


def desk(**verdicts: str) -> Screen:
    one = Screen("en", Console(file=io.StringIO(), width=80), 0)
    see(one, **verdicts)
    return one


def see(one: Screen, **verdicts: str) -> None:
    exercises = tuple(exercise(name, verdict, HINT if name != "C" else None) for name, verdict in verdicts.items())
    one.show(Report("", exercises, "fail"))


def screen(one: Screen) -> str:
    assert isinstance(one.console.file, io.StringIO)
    text = one.console.file.getvalue()
    one.console.file = io.StringIO()
    return text


def test_fixing_another_exercise_leaves_the_one_on_screen() -> None:
    one = desk(A="fail", B="fail", C="fail")
    one.press("n")
    one.press("h")
    assert "B, hint 1 of 3: Look at dx." in screen(one)
    see(one, A="pass", B="fail", C="fail")
    assert "✗ B" in screen(one).replace("x B", "✗ B")
    assert one.hints == 1


def test_passing_exercise_gives_way_to_the_next_without_hints() -> None:
    one = desk(A="fail", B="fail")
    one.press("h")
    screen(one)
    see(one, A="pass", B="fail")
    assert one.current == "B"
    assert "Hint 1" not in screen(one)


def test_watch_when_there_is_no_hint_then_it_says_so() -> None:
    one = desk(A="pass", C="fail")
    one.press("h")
    assert say("magic.no_hint", "en", name="C") in " ".join(screen(one).split())


@pytest.mark.skipif(sys.platform != "linux", reason="needs a pseudo-terminal")
def test_keys_that_come_at_once_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with keyboard() as pressed:
            os.write(ours, b"hHq")
            keys: list[Any] = [pressed() for _ in range(4)]
    os.close(ours)
    assert keys == ["h", "h", "q", ""]


# --- start --update ---


def aged(homework: Path) -> Path:
    """The Korean u06 as if an older release had been laid out, with an answer in it."""
    path = homework / "u06_backprop" / "u06_backprop.ko.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    by_id["exercise-Affine"]["source"] = ["class Affine(Mine):\n", "    mine = True\n"]
    by_id["lesson-1"]["source"] = ["an older head"]
    by_id["lesson-1"]["metadata"]["deepgrade"].pop("released")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_start_without_update_keeps_and_says_how_to_update(homework: Path) -> None:
    path = aged(homework)
    before = path.read_bytes()
    said = run("start", str(homework), "--lang", "ko", "--from", str(ROOT / "assignments")).output
    assert "직접 고친 파일 1개는 그대로 두었습니다:\n  u06_backprop/u06_backprop.ko.ipynb\n" in said
    assert f"deepgrade start {homework} --update" in said
    assert path.read_bytes() == before


def test_update_tells_what_changed_in_the_homeworks_language(homework: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRADE_LANG", "en")
    assert "1 updated" in run("start", str(aged(homework).parents[1]), "--update").output
    assert not list(homework.glob("*/*.en.ipynb"))
    monkeypatch.delenv("DEEPGRADE_LANG")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    path = aged(homework)
    (homework / "u01_perceptron" / "u01_perceptron.ko.ipynb").write_text("{", encoding="utf-8")
    broken = write(homework, "u07_optimizers", "class ", "class (")
    said = run("start", str(homework), "--update", "--from", str(ROOT / "assignments")).output
    assert "작성한 내용을 그대로 두고 새 버전으로 바꾼 파일 1개:\n" in said
    assert "  u06_backprop/u06_backprop.ko.ipynb: 바뀐 것 1개, 새로 생긴 것 0개, 그대로 둔 내 것 1개\n" in said
    assert "읽을 수 없어 그대로 둔 파일 2개:\n" in said
    assert "바꾸기 전 파일: " in said
    assert "mine = True" in path.read_text(encoding="utf-8")
    assert "an older head" not in path.read_text(encoding="utf-8")
    assert not list(homework.glob("*/*.en.ipynb"))
    assert "class (" in broken.read_text(encoding="utf-8")
    assert "\n2 files left alone" in run("start", str(homework), "--update", "--lang", "en").output


def test_update_as_json_names_the_changes(homework: Path) -> None:
    aged(homework)
    said = run("start", str(homework), "--update", "--json", "--from", str(ROOT / "assignments")).output
    found = json.loads(said)
    assert found["files"]["u06_backprop/u06_backprop.ko.ipynb"] == "merged"
    change = found["changes"]["u06_backprop/u06_backprop.ko.ipynb"]
    assert (change["updated"], change["kept"], change["refused"]) == (["lesson-1"], ["Affine"], None)
    assert Path(found["earlier"]).is_dir()


# --- notebooks whose answers begin with %%check ---


@pytest.mark.parametrize("command", [("check",), ("grade", "--sandbox", "none", "--course", str(ROOT))])
@pytest.mark.parametrize("head", ["%%check {}\n", "%load_ext graders\n", "%%check --lang ko\n%%experiment\n"])
def test_notebook_with_our_commands_in_its_answers_is_judged_as_without(
    homework: Path, command: tuple[str, ...], head: str
) -> None:
    notebook = solved(Course(ROOT), "u06_backprop", "ko", head=head.format)
    path = write_notebook(notebook, homework / "u06_backprop" / "u06_backprop.ko.ipynb")
    for symbol in ("Affine", "TwoLayerNet.gradient"):
        found = json.loads(run(*command, f"{path}::{symbol}", "--json", "--exit-zero").stdout)
        assert [(one["name"], one["verdict"]) for one in found["exercises"]] == [(symbol, "pass")]
        assert not [note for note in found["notes"] if note["id"].startswith("notebook.")]
