"""The checks after every attack see what they are there to see."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from graders.grading.grader import grade_submission
from graders.sandbox import slots

from .conftest import COURSE_SECRET, Setups
from .invariants import Host, hidden_values, seen_by_student, spelled
from .world import HONEST, World

pytestmark = pytest.mark.xdist_group("invariants")


def test_process_when_left_then_it_is_seen(host: Host) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert [text.split()[:2] for text in host.leftovers(0.2)] == [["process", str(process.pid)]]
    assert host.leftovers() == set()


@pytest.mark.skipif(os.getuid() != 0, reason="only root starts processes as others")
def test_process_of_a_sandbox_uid_is_seen_wherever_it_hangs(host: Host) -> None:
    program = f"import os, time\nos.setuid({slots.FIRST_UID + 3})\nif os.fork() == 0:\n    os.setsid()\n"
    program += "    print(os.getpid(), flush=True)\n    time.sleep(60)"
    done = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert done.stdout is not None
    orphan = int(done.stdout.readline())
    done.stdout.close()
    done.wait()
    assert any(str(orphan) in text for text in host.leftovers(0.2))
    os.kill(orphan, 9)
    assert host.leftovers() == set()


def test_files_when_left_then_they_are_seen(host: Host, world: World) -> None:
    left = [Path("/tmp") / f"{world.token}.left", Path("/dev/shm") / f"{world.token}.left"]
    for path in left:
        path.touch()
    assert len(host.leftovers(0.2)) == 2
    assert world.take_back() == 2
    assert host.leftovers() == set()


def test_descriptors_when_left_then_they_are_seen(host: Host) -> None:
    pairs = [socket.socketpair() for _ in range(3)]
    assert any("open files" in text for text in host.leftovers(0.2))
    for pair in pairs:
        for end in pair:
            end.close()
    assert host.leftovers() == set()


def test_secrets_that_a_student_could_read_are_found(setups: Setups, place: Path) -> None:
    place.mkdir()
    text = f"import numpy as np\n{HONEST}\nprint({COURSE_SECRET.encode().hex()!r})\n"
    (place / "u06_bench.py").write_text(text)
    report = grade_submission(setups.of(), place / "u06_bench.py")
    shown = "".join(seen_by_student(report))
    assert any(secret in shown for secret in spelled(COURSE_SECRET))
    assert len(hidden_values(setups.of(), report)) > 200
