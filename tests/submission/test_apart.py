"""A call apart: what exhausts or crashes it ends its own process and nobody else's, and it is known how."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.host import apart
from graders.host.apart import Answer, call_apart
from graders.submission import text

Call = Callable[[], Iterator[Any]]


def yielding(function: Callable[[], Any]) -> Call:
    """A call with one value: what the function returns."""

    def call() -> Iterator[Any]:
        yield function()

    return call


def test_value_comes_back_as_json_from_another_process() -> None:
    value = [["u06", 3, "import", "os"], {"글": "\udcff\n"}]
    assert call_apart(yielding(lambda: value)) == Answer((value,))
    assert call_apart(yielding(os.getpid)).values[0] != os.getpid()


def endless() -> Any:
    while True:
        pass


def raising() -> Any:
    raise KeyError("ours")


ENDINGS: dict[str, tuple[Callable[[], Any], str]] = {
    "endless": (endless, "time"),
    "memory": (lambda: len(bytearray(256 << 20)), "memory"),
    "output": (lambda: "x" * (apart.LARGEST + 2), "output"),
    "crash": (lambda: ctypes.string_at(0), "crash"),
    "raised": (raising, "raised"),
    "killed": (lambda: os.kill(os.getpid(), signal.SIGKILL), "lost"),
    "waits": (lambda: time.sleep(30), "lost"),
    "exits": (lambda: os._exit(0), "done"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_call_that_ends_early_keeps_what_came_and_the_reason(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "CPU_S", 1)
    monkeypatch.setattr(apart, "MEMORY_MB", 64)
    monkeypatch.setattr(apart, "WALL_S", 3 if name == "waits" else 60)
    function, ending = ENDINGS[name]

    def call() -> Iterator[Any]:
        yield "first"
        yield function()

    answer = call_apart(call)
    assert (answer.values, answer.ending) == (("first",), ending)
    assert answer.detail == ("KeyError: 'ours'" if name == "raised" else "")


@pytest.mark.parametrize("said", [b'{"value": 1}\n[2\n', b'{"value": 1}\n3\n', b'{"value": 1}\n\xff\n'])
def test_answer_when_it_is_no_answer_then_it_is_lost(said: bytes) -> None:
    assert apart._understood(bytearray(said), "done") == Answer((1,), "lost")


def test_line_when_it_was_cut_then_it_is_no_value() -> None:
    assert apart._understood(bytearray(b'{"value": 1}\n{"value": 2'), "memory") == Answer((1,), "memory")


def test_call_holds_no_descriptor_of_ours_but_its_own() -> None:
    """A pipe of another submission, kept open here, would let its reader wait for this one."""
    reading, writing = os.pipe()
    answer = call_apart(yielding(lambda: sorted(int(name) for name in os.listdir("/proc/self/fd"))))
    assert {reading, writing}.isdisjoint(answer.values[0])
    assert len(answer.values[0]) <= 5  # three that lead nowhere, its pipe, the listing
    assert fcntl.fcntl(reading, fcntl.F_GETFD) >= 0
    os.close(reading)
    os.close(writing)


def test_interrupt_when_a_call_runs_then_it_goes_on() -> None:
    def interrupted() -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return "whole"

    assert call_apart(yielding(interrupted)) == Answer(("whole",))


def test_call_when_made_in_a_thread_then_it_is_as_in_the_first() -> None:
    found: list[Answer] = []
    thread = threading.Thread(target=lambda: found.append(call_apart(yielding(lambda: 1))))
    thread.start()
    thread.join()
    assert found == [Answer((1,))]


def test_file_when_a_call_writes_one_then_it_cannot(tmp_path: Path) -> None:
    answer = call_apart(yielding(lambda: (tmp_path / "left.txt").write_text("x")))
    assert answer.ending in ("raised", "lost")
    assert not (tmp_path / "left.txt").is_file() or (tmp_path / "left.txt").stat().st_size == 0


def test_system_when_it_cannot_fork_then_the_call_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert call_apart(yielding(os.getpid)) == Answer((os.getpid(),))


def test_no_descriptor_is_left_when_no_process_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    before = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", full)
    with pytest.raises(BlockingIOError):
        call_apart(yielding(os.getpid))
    assert len(os.listdir("/proc/self/fd")) == before


def test_child_does_not_wait_for_a_thread_that_parses() -> None:
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
    assert call_apart(yielding(lambda: len(text.parse_tree("x = 1", "a.py").body))).values == (1,)
    assert time.monotonic() - started < 10  # else it is ended after a minute
    done.set()
    thread.join()
