"""Reading apart: what exhausts its reader ends its own process and nobody else's."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import pytest

from graders.policy import apart
from graders.policy.apart import Exhausted, call_apart
from graders.submission import text


def test_value_when_it_comes_back_then_it_is_json_from_another_process() -> None:
    assert call_apart(lambda: [["u06", 3, "import", "os"]]) == [["u06", 3, "import", "os"]]
    assert call_apart(os.getpid) != os.getpid()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_loop_when_it_never_ends_then_its_process_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CPU_S", 1)

    def loop() -> Any:
        while True:
            pass

    with pytest.raises(Exhausted, match="without an answer"):
        call_apart(loop)


def test_memory_when_too_much_is_asked_for_then_nothing_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY_MB", 64)
    with pytest.raises(Exhausted, match="without an answer"):
        call_apart(lambda: len(bytearray(256 << 20)))


def test_death_when_the_reader_is_killed_then_the_caller_lives() -> None:
    with pytest.raises(Exhausted, match="without an answer"):
        call_apart(lambda: os.kill(os.getpid(), 9))


def test_answer_when_it_is_huge_then_it_is_refused() -> None:
    with pytest.raises(Exhausted, match="without an answer"):
        call_apart(lambda: "x" * (apart.LARGEST + 2))


def test_text_when_another_thread_is_parsing_then_the_child_does_not_wait_for_it() -> None:
    """A class is graded in threads: a lock that one of them holds while another forks is never let go in the child."""
    entered, done = threading.Event(), threading.Event()

    def hold() -> None:
        with text._QUIET:
            entered.set()
            done.wait(0.5)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    started = time.monotonic()
    assert call_apart(lambda: len(text.parse_tree("x = 1", "a.py").body)) == 1
    assert time.monotonic() - started < 10  # else it is ended after a minute, and the student is flagged
    done.set()
    thread.join()
