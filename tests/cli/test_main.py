"""The edge of the program: whatever goes wrong becomes one sentence and an exit code, on any terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

from graders import __version__, cli
from graders.courses.course import Course
from graders.messages.errors import (
    BrokenError,
    CourseError,
    DeepgradeError,
    DeviceError,
    DiskError,
    UsageError,
    WireError,
)
from tests.cli.conftest import Deepgrade
from tests.small_course import OTHER

COMMAND = [sys.executable, "-m", "graders.cli"]
ROOT = Path(__file__).parents[2]


def run(*words: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """A process of its own, as a shell starts it."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, **options)


# --- help ---


def test_help_when_nothing_is_asked_then_every_command_is_listed(deepgrade: Deepgrade) -> None:
    done = deepgrade("--help")
    assert done.code == 0
    assert all(f"  {name} " in done.out for name in cli.COMMANDS)


def test_no_command_shows_the_help_and_exits_2(deepgrade: Deepgrade) -> None:
    done = deepgrade()
    assert done.code == 2
    assert "Commands:" in done.out + done.err


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_when_of_a_command_then_exit_0(deepgrade: Deepgrade, name: str) -> None:
    done = deepgrade(name, "-h")
    assert done.code == 0
    assert done.out.startswith(f"Usage: deepgrade {name}")


def test_version_when_asked_then_it_is_told(deepgrade: Deepgrade) -> None:
    assert deepgrade("--version").out == f"deepgrade, version {__version__}\n"


def test_misspelt_command_exits_2_with_a_suggestion(deepgrade: Deepgrade) -> None:
    done = deepgrade("chekc")
    assert (done.code, done.out) == (2, "")
    assert "No such command 'chekc'" in done.err
    assert "Did you mean 'check'?" in done.err


# --- faults ---


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*words: object, **options: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("usage.not_empty", path="a"), 2, "deepgrade: a is not an empty folder. Name a new one.\n"),
        (CourseError.in_english("It is wrong.", "Fix it."), 3, "deepgrade: It is wrong. Fix it.\n"),
        (DiskError("text", text="It is full."), 3, "deepgrade: It is full.\n"),
        (DeviceError("device.none"), 3, "deepgrade: There is no GPU on this machine. Grade with `--device cpu`.\n"),
        (WireError.in_english("No frame."), 3, "deepgrade: No frame.\n"),
        (BrokenError("broken.raised", kind="OSError", text="odd"), 3, "deepgrade: Internal error: OSError: odd\n"),
        (DeepgradeError("no.such", path="a\x1b[31m"), 3, "deepgrade: no.such (path = a\ufffd[31m)\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (click.Abort(), 130, "Stopped.\n"),
        (MemoryError(), 3, "deepgrade: the machine ran out of memory. Grade fewer"),
        (ValueError("odd"), 3, "deepgrade: internal error: ValueError: odd. Nothing was lost. Please report it"),
    ],
)
def test_error_at_the_edge_is_one_sentence_and_a_code(
    deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    monkeypatch.setattr(cli.cli, "main", raising(error))
    done = deepgrade("check", "x")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(said)
    assert len(done.err.splitlines()) == 1


def test_interrupt_when_korean_is_asked_for_then_it_is_said_so(
    deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.cli, "main", raising(KeyboardInterrupt()))
    assert deepgrade("check", "x", "--lang", "ko").err == "멈췄습니다.\n"


def test_fault_when_debugging_then_the_traceback_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRADE_DEBUG", "1")
    monkeypatch.setattr(cli.cli, "main", raising(ValueError("odd")))
    with pytest.raises(ValueError, match="odd"):
        cli.main()


# --- streams ---


def test_output_when_its_reader_has_gone_then_nobody_complains(course: Course, flawed: Path) -> None:
    for words in (("check", flawed, "--course", "."), ("check", flawed, "--course", ".", "--json"), ("--help",)):
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [*COMMAND, *map(str, words)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "cp1252", "utf-8"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_terminal_with_few_letters_still_gets_its_output(
    course: Course, flawed: Path, encoding: str, lang: str
) -> None:
    done = run(
        "check",
        flawed,
        *("--course", ".", "--lang", lang, "--hints", 3),
        env={"PYTHONIOENCODING": encoding},
        encoding=encoding,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "2/3" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "utf-8"])
def test_json_is_whole_on_a_terminal_with_few_letters(course: Course, flawed: Path, encoding: str) -> None:
    words = ("check", flawed, "--course", ".", "--lang", "ko", "--json")
    done = run(*words, env={"PYTHONIOENCODING": encoding}, encoding=encoding)
    assert (done.returncode, done.stderr) == (1, "")
    (check,) = [one for one in json.loads(done.stdout)["exercises"][0]["checks"] if one["hint"]]
    assert "da가 아니라" in json.dumps(check["hint"], ensure_ascii=False) or "dx가 아니라" in str(check["hint"])


def test_name_that_is_no_unicode_is_still_printed(course: Course, mine: Path) -> None:
    strange = os.fsencode(mine.parent.parent) + b"/kim\xff"
    shutil.copytree(mine.parent, os.fsdecode(strange))
    for words in (("--json",), ()):
        done = run("grade", os.fsdecode(strange), "--sandbox", "none", *words)
        assert done.returncode == 0, done.stderr
    assert run("check", os.fsdecode(strange + b"/absent.py")).returncode == 2


def interrupted(mine: Path, running: Path, before: signal.Handlers, sleep_s: float) -> tuple[int, str, str]:
    """What ``check`` says to a Ctrl-C; ``before``: what its parent does with that signal, which a child inherits."""
    mine.write_text(f"import time\nopen({str(running)!r}, 'w').close()\ntime.sleep({sleep_s})\n", encoding="utf-8")
    command = [*COMMAND, "check", str(mine), "--course", "."]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, before),
    )
    for _ in range(400):
        if running.exists():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err.strip()


def test_interrupt_when_pressed_then_it_stops_with_one_word(course: Course, mine: Path, tmp_path: Path) -> None:
    assert interrupted(mine, tmp_path / "running", signal.SIG_DFL, 60) == (130, "", "Stopped.")


def test_ignored_interrupt_of_the_parent_is_ignored(course: Course, mine: Path, tmp_path: Path) -> None:
    code, out, err = interrupted(mine, tmp_path / "running", signal.SIG_IGN, 0.5)
    assert (code, err) == (1, "")
    assert "0/3" in out or "0 of" in out


# --- permissions ---


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's rights, where the tests have them; what is needed must be imported before."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def open_up(folder: Path) -> None:
    """Let everybody through to a folder of these tests."""
    for one in (folder, *folder.parents):
        if one.is_relative_to(Path(tempfile.gettempdir())) and one.stat().st_uid == os.getuid():
            one.chmod(one.stat().st_mode | 0o055)


def test_file_when_it_may_not_be_read_then_it_is_named(deepgrade: Deepgrade, mine: Path, course: Course) -> None:
    words = ("check", mine, "--course", course.root, "--json")
    deepgrade(*words)
    open_up(mine.parent)
    open_up(course.root)
    mine.chmod(0o000)
    with nobody():
        done = deepgrade(*words)
    assert done.code == 1
    assert "cannot be read (Permission denied)" in done.out


@pytest.mark.parametrize("command", ["check", "grade"])
def test_folder_when_it_may_not_be_read_then_it_is_told(
    deepgrade: Deepgrade, mine: Path, course: Course, command: str
) -> None:
    words = (command, mine.parent, "--course", course.root, *(("--sandbox", "none") if command == "grade" else ()))
    deepgrade(*words)
    open_up(course.root)
    (course.root.parent / "secret").write_bytes(b"x" * 32)
    (course.root.parent / "secret").chmod(0o644)
    mine.parent.chmod(0o000)
    with nobody():
        done = deepgrade(*words)
    mine.parent.chmod(0o700)
    assert done.code in (1, 2)
    assert "kim" in done.out + done.err


def test_folder_when_it_may_not_be_written_then_it_is_told(
    deepgrade: Deepgrade, course: Course, tmp_path: Path
) -> None:
    deepgrade("start", tmp_path / "mine")
    open_up(course.root)
    for path in course.root.rglob("*"):
        path.chmod(path.stat().st_mode | 0o055)
    (tmp_path / "locked").mkdir(mode=0o555)
    with nobody():
        done = deepgrade("start", tmp_path / "locked" / "mine")
    assert done.code in (2, 3)
    assert "locked" in done.err


def test_command_when_typed_then_only_its_module_is_imported() -> None:
    code = "import sys, graders.cli; print(*(name for name in sys.modules if name.startswith(('graders', 'numpy'))))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert set(done.stdout.split()) <= {
        "graders",
        "graders.cli",
        "graders.commands",
        "graders.commands.options",
        "graders.messages",
        "graders.messages.errors",
        "graders.sandbox",
        "graders.sandbox.backends",
    }


def test_module_and_script_make_the_same_unit(course: Course) -> None:
    assert run("new", OTHER, "--course", ".").returncode == 0


def test_reader_that_leaves_during_a_table_is_no_error(deepgrade: Deepgrade, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich and click answer a broken pipe with an exit of their own."""

    def fail(*words: object, **options: object) -> None:
        try:
            raise BrokenPipeError
        except BrokenPipeError:
            sys.exit(1)

    monkeypatch.setattr(cli.cli, "main", fail)
    assert deepgrade("check", "x").code == 0
    monkeypatch.setattr(cli.cli, "main", raising(SystemExit(7)))
    assert deepgrade("check", "x").code == 7


def test_terminal_commands_in_a_name_are_not_printed(deepgrade: Deepgrade) -> None:
    for lang in ("en", "ko"):
        done = deepgrade("grade", "no\x1b]0;pwned\x07such", "--sandbox", "none", "--lang", lang)
        assert done.code == 2
        assert "such" in done.err
        assert not {"\x1b", "\x07"} & set(done.err + done.out)
