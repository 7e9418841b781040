"""Watch mode: a save checks again, and each key does what the key line says."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from graders.authoring.release import release
from graders.courses.course import Course
from graders.practice.watch import watch_file
from graders.sandbox.local import Local, LocalSandbox
from tests.small_course import UNIT, edit, right, solution_of, spec_of, wrong

ROOT = Path(__file__).parents[2]
LIMIT = 300  # looks at the keyboard, of a tenth of a second each, before a test gives up
KEYS = "a again · h hint · n next · l list · q quit"


@pytest.fixture
def two(course: Course) -> Course:
    """The course with a second exercise, which inherits whatever is wrong with the first."""
    add = "\nfrom dataclasses import replace\nEXERCISES = (*EXERCISES, replace(EXERCISES[0], symbol='Shift'))\n"
    spec = spec_of(course).read_text(encoding="utf-8").replace("construct(student.Scale", "construct(student.SYMBOL")
    first, second = spec.split("EXERCISES = (")
    probe = first[first.index("def Scale") :]
    text = first.replace("SYMBOL", "Scale") + probe.replace("def Scale", "def Shift").replace("SYMBOL", "Shift")
    text += "EXERCISES = (" + second + add.replace("replace(EXERCISES[0],", "replace(EXERCISES[0], probe=Shift,")
    spec_of(course).write_text(text, encoding="utf-8")
    path = solution_of(course)
    path.write_text(path.read_text(encoding="utf-8") + "\n\nclass Shift(Scale):\n    pass\n", encoding="utf-8")
    for lang in ("ko", "en"):
        lesson = course.folder(UNIT) / f"lesson.{lang}.md"
        edit(lesson, "<!-- exercise: Scale -->", "<!-- exercise: Scale -->\n\n<!-- exercise: Shift -->")
    found = Course(course.root)
    release(found)
    return found


@pytest.fixture
def work(two: Course, tmp_path: Path) -> Path:
    path = tmp_path / "work" / f"{UNIT}.py"
    path.parent.mkdir()
    path.write_text(wrong(two), encoding="utf-8")
    return path


Step = Callable[[str], str | None]  # what is on the screen since the last step → the next keys, or None to wait


def shows(text: str, keys: str, then: Callable[[], object] = lambda: None) -> Step:
    """Wait until ``text`` is shown, do something, press ``keys``."""

    def step(screen: str) -> str | None:
        if text not in " ".join(screen.split()):
            return None
        then()
        return keys

    return step


def wait_for(holds: Callable[[], bool]) -> bool:
    """Whether it came to hold within a few seconds."""
    for _ in range(LIMIT):
        if holds():
            return True
        time.sleep(0.05)
    return False


def watch(path: Path, course: Course, *steps: Step, backend: Local | None = None, hints: int = 0) -> str:
    """Everything that was shown while these steps were gone through; each sees what was shown since the last."""
    output = io.StringIO()

    def keys() -> Iterator[str]:
        seen = 0
        for step in (*steps, shows("", "q")):
            for _ in range(LIMIT):
                pressed = step(output.getvalue()[seen:])
                if pressed is not None:
                    seen = len(output.getvalue())
                    yield from pressed
                    break
                yield ""
            else:
                raise AssertionError(f"not shown: {output.getvalue()[seen:]}")

    left = keys()
    code = watch_file(
        backend or Local(),
        path,
        None,
        unit=None,
        course=course.root,
        lang="en",
        console=Console(file=output, width=120),
        hints=hints,
        keys=lambda: next(left, "q"),
    )
    assert code == 0
    return output.getvalue()


def test_watch_begins_with_the_first_failing_exercise(two: Course, work: Path) -> None:
    shown = watch(work, two, shows(KEYS, ""))
    assert "Scale" in shown
    assert "Shift" not in shown
    assert "0 of 2 exercises pass. Save the file to check again." in shown


def test_key_when_h_then_one_more_rung_is_shown_each_time(two: Course, work: Path) -> None:
    watch(
        work,
        two,
        shows(KEYS, "h"),
        shows("Look at da, not at dx.", "h"),
        shows("adds its share to da", "h"),
        shows("What do you do with the shares", "h"),
        shows("What do you do with the shares", ""),
    )


def test_key_n_shows_the_next_failing_exercise_without_hints(two: Course, work: Path) -> None:
    watch(work, two, shows(KEYS, "hn"), shows("Shift", "n"), shows("Scale", ""))


def test_key_when_l_then_all_exercises_are_listed(two: Course, work: Path) -> None:
    shown = watch(work, two, shows(KEYS, "l"), shows("exercises passed: 0 of 2", ""))
    assert "Shift" in shown


def test_key_when_a_then_the_file_is_checked_again(two: Course, work: Path) -> None:
    watch(work, two, shows(KEYS, "a"), shows("Checking …", ""))


def test_key_when_it_means_nothing_then_nothing_happens(two: Course, work: Path) -> None:
    shown = watch(work, two, shows(KEYS, "xyz"))
    assert shown.count(KEYS) == 1


def test_file_when_saved_then_it_is_checked_again(two: Course, work: Path) -> None:
    def save() -> None:
        work.write_text(right(two), encoding="utf-8")

    shown = watch(work, two, shows(KEYS, "", save), shows("All 2 exercises pass. Well done.", "hnla"), shows(KEYS, ""))
    assert "Checking …" in shown


def test_file_that_an_editor_replaces_is_checked_again(two: Course, work: Path) -> None:
    def save() -> None:
        (work.parent / ".u99_topic.py.swp").write_text(right(two), encoding="utf-8")
        os.replace(work.parent / ".u99_topic.py.swp", work)

    watch(work, two, shows(KEYS, "", save), shows("All 2 exercises pass", ""))


def test_watch_goes_on_when_a_file_does_not_parse_or_is_gone(two: Course, work: Path) -> None:
    watch(
        work,
        two,
        shows(KEYS, "", lambda: work.write_text("def f(:\n")),
        shows("line 1", "", lambda: work.unlink()),
        shows("does not exist", "hnl", lambda: work.write_text(right(two), encoding="utf-8")),
        shows("All 2 exercises pass", ""),
    )


def test_neighbour_when_saved_then_nothing_is_checked(two: Course, work: Path) -> None:
    other = work.parent / "notes.py"
    shown = watch(work, two, shows(KEYS, "", lambda: other.write_text("x = 1")), *[lambda _: ""] * 5)
    assert shown.count("Checking …") == 1


def test_large_folder_below_is_not_watched(two: Course, work: Path) -> None:
    below = work.parent / "node_modules" / work.name
    below.parent.mkdir()
    shown = watch(work, two, shows(KEYS, "", lambda: below.write_text("x = 1")), *[lambda _: ""] * 5)
    assert shown.count("Checking …") == 1


def test_process_with_imports_done_waits_for_the_next_check(two: Course, work: Path) -> None:
    class Counting(Local):
        opened = 0

        def open(self, needs: tuple[str, ...] = ()) -> LocalSandbox:
            Counting.opened += 1
            return super().open(needs)

    before: list[int] = []
    steps = (shows(KEYS, "a", lambda: before.append(wait_for(lambda: Counting.opened == 2))), shows("Checking …", ""))
    watch(work, two, *steps, backend=Counting())
    assert before == [True]


def test_process_that_died_waiting_is_replaced(two: Course, work: Path) -> None:
    class Dying(Local):
        def open(self, needs: tuple[str, ...] = ()) -> LocalSandbox:
            sandbox = super().open(needs)
            assert sandbox._session is not None
            sandbox._session.process.kill()
            sandbox._session.process.wait()
            return sandbox

    shown = watch(work, two, shows(KEYS, "a"), shows(KEYS, ""), backend=Dying())
    assert "differ" in shown
    assert "sandbox" not in shown


def test_hints_asked_for_on_the_command_line_are_shown_at_once(two: Course, work: Path) -> None:
    shown = watch(work, two, shows("adds its share to da", ""), hints=2)
    assert "Look at da, not at dx." in shown


def test_absent_watch_library_is_told_with_how_to_get_it(
    two: Course, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graders.messages.errors import UsageError

    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(UsageError, match=r"--watch needs the library watchfiles, .*deepgrade-….whl\[watch,notebook\]"):
        watch(work, two)


# --- in a terminal ---

pexpect = pytest.importorskip("pexpect")


def test_keys_act_at_once_and_the_terminal_is_left_as_it_was(two: Course, work: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "120", "DEEPGRADE_LANG": "en"}
    words = ["-m", "graders.cli", "check", str(work), "--course", str(two.root), "--watch"]
    with pexpect.spawn(sys.executable, words, env=env, encoding="utf-8", timeout=20, dimensions=(40, 120)) as child:
        child.expect("0 of 2 exercises pass")
        child.expect("q quit")
        child.send("h")
        child.expect("Look at da, not at dx")
        child.send("\x1b[15~\x1bOQ")  # F5 and F2: no q, no letter
        child.send("\x1b[Bnl")  # an arrow and two keys at once: neither is lost
        child.expect("Shift")
        child.expect("exercises passed: 0 of 2")
        work.write_text(right(two), encoding="utf-8")
        child.expect("All 2 exercises pass")
        child.expect("q quit")
        child.send("q")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0


def test_terminal_when_interrupted_then_it_stops_with_one_word(two: Course, work: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "DEEPGRADE_LANG": "en"}
    words = ["-m", "graders.cli", "check", str(work), "--course", str(two.root), "--watch"]
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # tests in the background of a shell do not
    with pexpect.spawn(sys.executable, words, env=env, encoding="utf-8", timeout=20, preexec_fn=heed) as child:
        child.expect("q quit")
        child.sendintr()
        child.expect("Stopped.")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 130
