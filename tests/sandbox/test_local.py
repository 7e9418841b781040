"""The backend ``none``: it keeps time, cleans up after itself, and needs nothing that only POSIX has."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from graders.messages.errors import SandboxError
from graders.sandbox.contract import Backend, Batch, Limits
from graders.sandbox.local import Local

from .conftest import SPEC, UNIT, Run, job


def test_modules_when_there_is_no_posix_then_they_import() -> None:
    code = """
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "pidfd_open", "setsid", "killpg", "wait4"):
    delattr(os, name)
import graders.sandbox.local, graders.sandbox.guest.supervisor
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_hanging_exercise_costs_only_itself() -> None:
    sources = {UNIT: "def twice(x):\n    return x\ndef answer(x):\n    while True: pass\n"}
    local = Local(fork=False)
    with local.open() as sandbox:
        jobs = (job("twice"), job("answer", Limits(wall_s=0.3)), job("twice"), job("answer", Limits(wall_s=0.3)))
        outcomes = sandbox.run(Batch(sources, {UNIT: SPEC}, jobs)).outcomes
    assert [outcome.ending for outcome in outcomes] == ["done", "time", "done", "time"]


def test_processes_when_left_behind_then_they_are_killed(run: Run, tmp_path: Path) -> None:
    note = tmp_path / "pids"
    source = f"""
import os, time
def answer(x):
    if os.fork() == 0:
        os.setsid()
        with open({str(note)!r}, "a") as file: file.write(f"{{os.getpid()}} ")
        time.sleep(20)
        os._exit(0)
    time.sleep(0.2)
    return x
"""
    if not Local().fork:
        pytest.skip("no fork here")
    assert run(Local(), source, job(limits=Limits(wall_s=5))).outcomes[0].ending == "done"
    left = [int(pid) for pid in note.read_text().split()]
    assert len(left) == 2
    end = time.monotonic() + 2
    while time.monotonic() < end and any(Path(f"/proc/{pid}").exists() for pid in left):
        time.sleep(0.02)
    assert not any(Path(f"/proc/{pid}").exists() for pid in left)


def test_guest_ends_when_its_grader_leaves_without_a_word(tmp_path: Path) -> None:
    code = """
import os
from graders.sandbox.local import Local
sandbox = Local().open()
print(sandbox._session.process.pid, flush=True)
os._exit(1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    pid = int(done.stdout)
    end = time.monotonic() + 5
    while time.monotonic() < end and Path(f"/proc/{pid}").exists():
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists()


def test_missing_library_shows_the_guests_last_line(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    if not isinstance(backend, Local):
        pytest.skip("none only")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxError, match=r"The sandbox did not start: it ended with status 1\."):
        backend.open()
