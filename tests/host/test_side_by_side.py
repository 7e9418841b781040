"""Processes that compute side by side end with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graders.host.side_by_side import processes

BUSY = """
import os, sys, time
from graders.host.side_by_side import processes

def begin(path):
    open(path, "w").write(str(os.getpid()))
    while True:
        pass

if __name__ == "__main__":
    with processes(2) as pool:
        for path in sys.argv[1:]:
            pool.submit(begin, path)
"""


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_processes_when_whoever_started_them_is_killed_then_compute_no_longer(tmp_path: Path, number: int) -> None:
    program, said = tmp_path / "busy.py", [tmp_path / "one", tmp_path / "two"]
    program.write_text(BUSY)
    with subprocess.Popen([sys.executable, program, *said], stderr=subprocess.DEVNULL) as parent:
        deadline = time.monotonic() + 60
        while not all(path.exists() and path.read_text() for path in said):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        parent.send_signal(number)
        parent.wait(10)
    children = [int(path.read_text()) for path in said]
    deadline = time.monotonic() + 10
    while left := [pid for pid in children if alive(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


def test_processes_when_all_is_done_then_answer_and_end() -> None:
    with processes(2) as pool:
        pids = set(pool.map(os_pid, range(4)))
    assert os.getpid() not in pids
    assert not any(map(alive, pids))


def os_pid(_: int) -> int:
    return os.getpid()
