"""Students' work in temporary folders is gone at the next start, whoever was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from graders.server.leftovers import clear, own_folder

KILLED = """
import os, signal
from graders.server.leftovers import own_folder
with own_folder("job") as folder:
    (folder / "u01_topic.py").write_text("x = 1")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_folder_of_a_killed_process_is_cleared_and_that_of_a_living_one_is_not(temporary: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False, timeout=60)
    (left,) = temporary.iterdir()
    with own_folder("job") as mine:
        assert clear("demo") == []
        assert clear("job") == [left]
        assert [*temporary.iterdir()] == [mine]
    assert [*temporary.iterdir()] == []


def test_folder_of_another_container_is_cleared_after_a_day_and_a_link_never(temporary: Path) -> None:
    foreign, other = temporary / "deepgrade-job-1-2-3-old", temporary / "kept"
    foreign.mkdir()
    (other / "below").mkdir(parents=True)
    (temporary / "deepgrade-job-1-2-4-link").symlink_to(other)
    assert clear("job") == []
    past = time.time() - 90_000
    os.utime(foreign, (past, past))
    os.utime(temporary / "deepgrade-job-1-2-4-link", (past, past), follow_symlinks=False)
    assert clear("job") == [foreign]
    assert (other / "below").is_dir()
