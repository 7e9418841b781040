"""The grader killed, the disk full, the sandbox gone, the reference broken: nothing lost, nothing twice, nothing 0."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.grading.report_store import load_report
from graders.reports.report import Report

from .invariants import descendants
from .world import COURSE, HONEST

RIGHT = f"import numpy as np\n\n\n{HONEST}"
EDITS = {
    "right": ("", ""),
    "mean": ("dout.sum(axis=0)", "dout.mean(axis=0)"),
    "sign": ("np.exp(-x)", "np.exp(x)"),
    "crash": ("return x @ self.W", "return x @ self.Q"),
    "slow": ("return x @ self.W", "__import__('time').sleep(0.02)\n        return x @ self.W"),
    "stub": ("return 1 / (1 + np.exp(-x))", "raise NotImplementedError"),
}
SCORES = {"right": 7.0, "mean": 6.0, "sign": 5.0, "crash": 3.0, "slow": 7.0, "stub": 4.0}
KILLS = 26  # per seed
LONGEST_S = 60.0


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """Twelve students, two of every sort."""
    for number in range(12):
        sort = list(EDITS)[number % len(EDITS)]
        folder = tmp_path / "class" / f"{sort}-{number:02}"
        folder.mkdir(parents=True)
        old, new = EDITS[sort]
        text = RIGHT.replace(old, new) if old else RIGHT
        (folder / "u06_bench.py").write_text(f"{text}\n# {folder.name}\n")
    return tmp_path / "class"


class Grader:
    """``deepgrade grade`` as a process of its own."""

    def __init__(self, classroom: Path, out: Path, course: Path = COURSE, *words: str, **options: Any) -> None:
        state = classroom.parent / "state"
        environ = {**os.environ, "DEEPGRADE_SECRET_FILE": str(state / "secret"), **options.pop("environ", {})}
        command = [sys.executable, "-m", "graders.cli", "grade", str(classroom), "--course", str(course)]
        self.process = subprocess.Popen(
            [*command, "--out", str(out), "--jobs", "2", "--lang", "en", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environ,
            cwd=classroom.parent,
            **options,
        )

    def wait(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=LONGEST_S)
        return self.process.returncode, said

    def kill(self) -> list[int]:
        """Kill it, and nothing but it; the processes it had started until then."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGSTOP)  # so that none is started meanwhile
        started = list(descendants(self.process.pid))
        self.process.kill()
        self.process.communicate(timeout=LONGEST_S)
        return started


def reports(out: Path) -> dict[str, Report]:
    """Every report on disk; one that is not whole raises."""
    return {path.stem: load_report(path) for path in sorted((out / "reports").glob("*.json"))}


def stamps(out: Path) -> dict[str, tuple[int, int]]:
    found = {path.stem: path.stat() for path in (out / "reports").glob("*.json")}
    return {name: (status.st_ino, status.st_mtime_ns) for name, status in found.items()}


def gone(pids: list[int]) -> bool:
    """Whether these processes end within a moment."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if not any(_runs(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def whole(out: Path) -> None:
    """Everybody has one report, with the points that are theirs."""
    found = reports(out)
    assert {name: report.score for name, report in found.items()} == {name: SCORES[name[:-3]] for name in found}
    assert len(found) == 12


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.xdist_group(f"kills-{seed}")) for seed in (1, 2)]
)
def test_killed_grader_loses_nothing_and_grades_nothing_twice(classroom: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kills = rounds = 0
    while kills < KILLS:
        out = tmp_path / f"out{rounds}"
        rounds += 1
        kept: dict[str, tuple[int, int]] = {}
        while True:
            grader = Grader(classroom, out, COURSE, "--resume")
            with contextlib.suppress(subprocess.TimeoutExpired):
                grader.process.wait(chance.uniform(0.2, 1.6) if kills < KILLS else LONGEST_S)
            finished = grader.process.poll() is not None
            assert gone(grader.kill())
            kills += not finished
            reports(out)
            now = stamps(out)
            assert {name: now[name] for name in kept} == kept  # nothing lost, nothing graded twice
            kept = now
            if finished:
                break
        assert grader.process.returncode == 1
        whole(out)
        assert (out / "class.csv").read_text("utf-8-sig").count("\n") == 13


def until(found: Callable[[], Any], seconds: float = 30) -> Any:
    """What it finds, once it finds something."""
    end = time.monotonic() + seconds
    while not (something := found()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.002)
    return something


def alone_below(pid: int) -> list[int]:
    """The grader that a grader started for one submission."""
    found = []
    for child in descendants(pid):
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            found += [child] if b"graders.commands.alone" in command and b"mallory" in command else []
    return found


@pytest.mark.slow
@pytest.mark.xdist_group("faults")
def test_resume_reports_the_submission_that_kills_its_grader(tmp_path: Path) -> None:
    for student in ("kim", "lee", "mallory", "park", "yoon"):
        (tmp_path / "class" / student).mkdir(parents=True)
        wait = "import time\ntime.sleep(0.2)\n" if student in ("lee", "mallory") else ""  # both are in hand
        (tmp_path / "class" / student / "u06_bench.py").write_text(f"{RIGHT}\n# {student}\n{wait}")
    out, room = tmp_path / "out", tmp_path / "class"
    grader = Grader(room, out)
    until((out / "in-hand" / "mallory").exists)
    assert gone(grader.kill())
    for _ in range(2):  # and a second time
        grader = Grader(room, out, COURSE, "--resume")
        os.kill(until(lambda pid=grader.process.pid: alone_below(pid))[0], signal.SIGKILL)
        code, said = grader.wait()
        assert code == 3, said
        assert "mallory" in said.partition("Being graded when the grader was killed: ")[2].partition(".")[0]
        found = reports(out)
        assert {name: report.score for name, report in found.items()} == {
            **dict.fromkeys(("kim", "lee", "park", "yoon"), 7.0),
            "mallory": None,
        }
        assert "grade.killed" in json.dumps(found["mallory"].to_dict())
        assert "grade.killed" not in json.dumps(found["mallory"].for_student().to_dict())
        assert (out / "class.csv").read_text("utf-8-sig").count("\n") == 6
    code, said = Grader(room, out, COURSE, "--resume").wait()  # it was not mallory after all
    assert code == 0, said
    assert reports(out)["mallory"].score == 7
    assert not (out / "in-hand").exists()


# --- disk ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path | None]]:
    """A disk of a size that can be changed; None where nothing may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted: list[bool] = []

    def resize(size: str) -> Path | None:
        options = f"{'remount,' if mounted else ''}size={size}"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(place)], capture_output=True)
        if done.returncode == 0:
            mounted.append(True)
        return place if mounted else None

    yield resize
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.xdist_group("faults")
def test_disk_when_full_then_it_is_said_and_what_was_there_stays(
    classroom: Path, tmp_path: Path, small_disk: Callable[[str], Path | None]
) -> None:
    disk = small_disk("96k")
    options: dict[str, Any] = {} if disk is not None else {"preexec_fn": _small_files}
    out = (disk or tmp_path) / "out"
    code, said = Grader(classroom, out, **options).wait()
    assert code == 3
    assert "cannot be written" in said
    assert "Free some space or choose another folder" in said
    assert "Traceback" not in said
    before, kept = reports(out), stamps(out)
    assert len(before) < 12
    assert all(report.verdict != "broken" for report in before.values())
    small_disk("64m")
    code, said = Grader(classroom, out, COURSE, "--resume").wait()
    assert code == 1, said
    assert {name: stamps(out)[name] for name in kept} == kept
    whole(out)


def _small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


# --- sandbox ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def failing_bwrap(tmp_path: Path) -> Callable[[int], dict[str, str]]:
    """An environment in which bubblewrap starts so many times and then no more."""

    def after(starts: int) -> dict[str, str]:
        folder, seen = tmp_path / f"bin{starts}", tmp_path / f"seen{starts}"
        folder.mkdir()
        seen.mkdir()
        program = folder / "bwrap"
        program.write_text(
            "#!/bin/sh\n"
            f"/bin/mkdir {seen}/$$\n"
            "count() { echo $#; }\n"
            f'if [ "$(count {seen}/*)" -gt {starts} ]; then\n'
            '  echo "bwrap: Creating new namespace failed: Operation not permitted" >&2; exit 1\nfi\n'
            f'exec {shutil.which("bwrap")} "$@"\n'
        )
        program.chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(tmp_path / "cache")}

    return after


@pytest.mark.xdist_group("faults")
def test_sandbox_when_it_never_starts_then_nothing_is_graded(
    classroom: Path, tmp_path: Path, failing_bwrap: Callable[[int], dict[str, str]]
) -> None:
    out = tmp_path / "out"
    code, said = Grader(classroom, out, environ=failing_bwrap(0)).wait()
    assert code == 3
    assert "The sandbox did not start" in said
    assert "run as root, or allow them" in said
    assert not (out / "reports").exists()


@pytest.mark.slow
@pytest.mark.xdist_group("faults")
def test_sandbox_that_starts_no_more_zeroes_nobody(
    classroom: Path, tmp_path: Path, failing_bwrap: Callable[[int], dict[str, str]]
) -> None:
    out = tmp_path / "out"
    code, said = Grader(classroom, out, environ=failing_bwrap(8)).wait()
    assert code == 3, said
    found, kept = reports(out), stamps(out)
    broken = {name for name, report in found.items() if report.verdict == "broken"}
    assert 0 < len(broken) < 12
    for name, report in found.items():
        assert report.score == (None if name in broken else SCORES[name[:-3]])
    code, said = Grader(classroom, out, COURSE, "--resume").wait()
    assert code == 1, said
    assert {name: stamp for name, stamp in kept.items() if name not in broken}.items() <= stamps(out).items()
    whole(out)


# --- reference -------------------------------------------------------------------------------------------------------

REFERENCES = {
    "ZeroDivisionError": "raise ZeroDivisionError('ours')",
    "TimeoutError": "while True:\n        pass",
    "TimeoutError in C": "__import__('time').sleep(600)",
    "SystemExit": "raise SystemExit(0)",
}


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("fault", REFERENCES)
def test_failing_reference_breaks_its_exercise_and_tells_staff(classroom: Path, tmp_path: Path, fault: str) -> None:
    course = tmp_path / "course"
    shutil.copytree(COURSE, course)
    solution, spec = course / "reference/u06_bench/solution.py", course / "graders/exercises/u06_bench.py"
    solution.write_text(solution.read_text().replace("return 1 / (1 + np.exp(-x))", REFERENCES[fault]))
    spec.write_text(spec.read_text().replace("WALL_S, MEMORY_MB = 1.0", "WALL_S, MEMORY_MB = 0.3"))
    for folder in sorted(classroom.iterdir())[2:]:
        shutil.rmtree(folder)
    kind, out, started = fault.split()[0], tmp_path / "out", time.monotonic()
    code, said = Grader(classroom, out, course).wait()
    assert code == 3, said
    assert time.monotonic() - started < 20
    for name, report in reports(out).items():
        assert (report.verdict, report.score) == ("broken", None)
        verdicts = {exercise.name: exercise.verdict for exercise in report.exercises}
        assert verdicts["sigmoid"] == "broken"
        assert verdicts["Affine"] in ("pass", "error")
        page = (out / "feedback" / f"{name}.html").read_text()
        assert kind not in page + json.dumps(report.for_student().to_dict())
        assert f"The reference of sigmoid raises {kind}" in json.dumps(report.to_dict())
    assert said.count("internal error") == 2
