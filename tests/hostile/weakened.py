"""Graders with a layer missing, as many real ones lack it: an attack that works there is proven to be one.

This file is also the process in which they run: started once, it forks a child per attack with limits and a
wall-clock cap, watches what the child and its descendants use, and kills whatever is left of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Weakened"]

CAP_S = 4.0
PR_SET_CHILD_SUBREAPER, CLONE_NEWNS, MS_PRIVATE_REC = 36, 0x20000, (1 << 18) | (1 << 14)
LARGEST_FILE, LARGEST_SPACE = 60 << 20, 3 << 30


class Weakened:
    """The process and the jobs sent to it."""

    def __init__(self, work: Path) -> None:
        self.work, self.count = work, 0
        self.process = subprocess.Popen(
            [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def grade(self, path: Path, **job: Any) -> dict[str, Any]:
        """What was observed: ``score``, ``seen`` (all text), ``status``, ``elapsed_s``, ``late``, ``peak_mb`` …"""
        self.count += 1
        work = self.work / str(self.count)
        work.mkdir(parents=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"path": str(path), "work": str(work), **job}), file=self.process.stdin, flush=True)
        facts: dict[str, Any] = json.loads(self.process.stdout.readline())
        return facts

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


# --- the process -----------------------------------------------------------------------------------------------------


def serve() -> None:
    """One attack after another, until there are no more."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if os.getuid() == 0:  # so that an attack's mounts stay private to it
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNS) == 0:
            libc.mount(b"none", b"/", None, MS_PRIVATE_REC, None)
    import graders.grading.batch
    import graders.sandbox.local  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(watched(json.loads(line))), flush=True)


def watched(job: dict[str, Any]) -> dict[str, Any]:
    """Run one attack in a child and record what can be observed from outside."""
    work, started = Path(job["work"]), time.monotonic()
    cap_s = job.get("cap_s", CAP_S)
    child = os.fork()
    if child == 0:
        _confined(job, work)
    peak_mb = peak_processes = 0
    status = None
    while time.monotonic() < started + cap_s:
        mine = list(descendants(os.getpid()))
        peak_processes = max(peak_processes, len(mine))
        peak_mb = max(peak_mb, sum(map(rss_mb, mine)))
        pid, code = os.waitpid(child, os.WNOHANG)
        if pid:
            status = os.waitstatus_to_exitcode(code)
            break
        time.sleep(0.01)
    elapsed_s = time.monotonic() - started
    survivors = [pid for pid in descendants(os.getpid()) if pid != child]
    time.sleep(job.get("linger_s", 0.0))
    end_all()
    return {
        "status": status,
        "late": status is None,
        "elapsed_s": elapsed_s,
        "peak_mb": peak_mb,
        "peak_processes": peak_processes,
        "survivors": len(survivors),
        **_evidence(work, status),
    }


def _confined(job: dict[str, Any], work: Path) -> None:
    """The child: limited, in its own session, its output in a file."""
    os.setsid()
    os.chdir(work)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_SPACE, LARGEST_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    said, null = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND), os.open("/dev/null", os.O_RDWR)
    for target, source in enumerate((null, said, said)):
        os.dup2(source, target)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    os.environ |= job.get("environ", {})
    evidence: dict[str, Any] = {}
    code = 0
    try:
        evidence = GRADERS[job["grader"]](job, work)
    except SystemExit as error:  # as an interpreter would exit
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:
        evidence, code = {"raised": f"{type(error).__name__}: {error}"}, 1
    if evidence:
        (work / "evidence.json").write_text(json.dumps(evidence))
    sys.stdout.flush()
    if not job.get("tidy"):
        os._exit(code)
    sys.exit(code)  # runs what was registered for exit


def _evidence(work: Path, status: int | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"score": None, "seen": ""}
    with contextlib.suppress(OSError, ValueError):
        facts |= json.loads((work / "evidence.json").read_text())
    if "verdict" not in facts and "raised" not in facts:  # if the grader trusts a file; else the exit code
        with contextlib.suppress(OSError, ValueError, AttributeError):
            facts["score"] = json.loads((work / "results.json").read_text()).get("score")
        if facts["score"] is None and status == 0:
            facts["score"] = FULL
    with contextlib.suppress(OSError):
        facts["seen"] += (work / "said.txt").read_bytes()[: 1 << 20].decode("utf-8", "replace")
        facts["said_bytes"] = (work / "said.txt").stat().st_size
    return facts


def descendants(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield int(child)
                yield from descendants(int(child))


def rss_mb(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) >> 8
    return 0


def end_all() -> None:
    """Kill every process that this one started, until there are none."""
    for _ in range(1000):
        for pid in list(descendants(os.getpid())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


# --- the student's tests in the student's process --------------------------------------------------------------------

FULL = 7.0
Evidence = dict[str, Any]


def same_process(job: Mapping[str, Any], work: Path) -> Evidence:
    """Reference, expected values, hidden inputs and the score in one process with the student's code."""
    if "alarm_s" in job:
        signal.signal(signal.SIGALRM, _ring)
        signal.setitimer(signal.ITIMER_REAL, job["alarm_s"])
    began = time.monotonic()
    score = run_tests(Path(job["path"]), job)
    if time.monotonic() - began > job.get("budget_s", CAP_S):
        score = 0.0
    (work / "results.json").write_text(json.dumps({"score": score}))
    return {}


def _ring(*_: object) -> None:
    raise TimeoutError("too slow")


def run_tests(path: Path, job: Mapping[str, Any]) -> float:
    """The points of a file, as a test script counts them; prints a traceback for the reader."""
    import traceback
    import types

    import numpy as np

    from graders.courses.course import Course
    from graders.grading.inputs import draw_inputs
    from graders.grading.secret import Secret, hidden_key, public_key
    from graders.probe import Student

    secret = Secret(job["secret"].encode())
    course = Course(Path(job["course"]))
    unit = course.units[0]
    reference = sys.modules["reference"] = course.reference(unit)
    exercises = sys.modules["exercises"] = types.SimpleNamespace(all=course.spec(unit).exercises)  # type: ignore[assignment]
    module = sys.modules[unit] = types.ModuleType(unit)
    module.__file__ = str(path)
    sys.path.insert(0, str(path.parent))
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
    score = 0.0
    for exercise in exercises.all.values():
        right = {(check.output, check.group): True for check in exercise.checks}
        keys = [
            (True, public_key(unit, exercise.symbol)),
            (False, hidden_key(secret, "", "", "", unit, exercise.symbol)),
        ]
        for case in exercise.cases:
            for public, key in keys if case.hidden else keys[:1]:
                if job.get("public_only") and not public:
                    continue
                for draw in range(len(case.dims)):
                    inputs = draw_inputs(case, draw, key)
                    try:
                        actual = dict(exercise.probe(Student(vars(module)), **inputs))
                        expected = dict(exercise.probe(Student(vars(reference)), **inputs))
                        for name, wanted in expected.items():
                            holds = STYLES[job.get("style", "allclose")](np, actual[name], wanted)
                            right[name, case.group] &= bool(holds)
                    except Exception:
                        traceback.print_exc()
                        for name in exercise.outputs:
                            right[name, case.group] = False
        score += sum(exercise.points_of(*check) for check, holds in right.items() if holds)
    return score


def _shown(np: Any, actual: Any, expected: Any) -> bool:
    """With the size of the error, as a help."""
    error = float(np.abs(actual - expected).max())
    print(f"error {error:.6g}")
    return error < 1e-6


STYLES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "allclose": lambda np, actual, expected: np.allclose(actual, expected),
    "equal": lambda np, actual, expected: np.all(actual == expected),
    "difference": lambda np, actual, expected: not (np.abs(actual - expected) > 1e-6).any(),
    "shown": _shown,
    "lowest_precision": lambda np, actual, expected: np.allclose(actual, expected, rtol=1e-3),
}


# --- the tests in a child, whose report is trusted -------------------------------------------------------------------


def child_process(job: Mapping[str, Any], work: Path) -> Evidence:
    """A child runs the tests and reports the result; ``how`` selects the channel."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 3)
        with open("said.child", "w") as said:
            os.dup2(said.fileno(), 1)
        code = 1
        try:
            score = run_tests(Path(job["path"]), job)
            if job["how"] != "frames":
                os.write(3, json.dumps({"score": score}).encode() + b"\n")
            code = 0 if score == FULL else 1
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.close(write)
    answers = b"".join(iter(lambda: os.read(read, 1 << 16), b""))
    _, status = os.waitpid(child, 0)
    score, seen = BELIEFS[job["how"]](answers, os.waitstatus_to_exitcode(status))
    return {"score": score, "seen": seen, "verdict": "told"}


def _believe_exit_code(answers: bytes, code: int) -> tuple[float, str]:
    return (FULL if code == 0 else 0.0), ""


def _believe_stdout(answers: bytes, code: int) -> tuple[float, str]:
    lines = Path("said.child").read_text().splitlines()
    return next((json.loads(line)["score"] for line in lines if line.startswith("{")), 0.0), ""


def _believe_pipe(answers: bytes, code: int) -> tuple[float, str]:
    return json.loads(answers.splitlines()[0])["score"], ""


def _believe_output_file(answers: bytes, code: int) -> tuple[float, str]:
    return 0.0, Path("output.txt").read_text()  # wherever it leads


def _believe_pickle(answers: bytes, code: int) -> tuple[float, str]:
    import pickle

    return float(len(str(pickle.loads(Path("output.pkl").read_bytes())))), ""


def _believe_frames(answers: bytes, code: int) -> tuple[float, str]:
    """Trusts headers: allocates what they announce, then reads the bytes."""
    import numpy as np

    position, score = 0, 0.0
    while position + 8 <= len(answers):
        size = int.from_bytes(answers[position : position + 8], "little")
        blob = answers[position + 8 : position + 8 + size]
        position += 8 + size
        header = json.loads(blob[8 : 8 + int.from_bytes(blob[:8], "little")])
        meta = json.loads(header.pop("__metadata__")["deepgrade"])
        score = meta.get("score", score)
        for entry in header.values():
            room = np.empty(entry["shape"], np.float64)
            data = np.frombuffer(blob[8 + int.from_bytes(blob[:8], "little") :], np.float64)
            room.ravel()[: len(data)] = data
    return score, ""


BELIEFS: dict[str, Callable[[bytes, int], tuple[float, str]]] = {
    "exit": _believe_exit_code,
    "stdout": _believe_stdout,
    "pipe": _believe_pipe,
    "output": _believe_output_file,
    "pickle": _believe_pickle,
    "frames": _believe_frames,
}


# --- the platform itself, without its sandbox ------------------------------------------------------------------------


def no_sandbox(job: Mapping[str, Any], work: Path) -> Evidence:
    """The real pipeline with ``--sandbox none`` and no limits; what staff would see counts as seen."""
    from dataclasses import replace

    from graders.courses.course import Course
    from graders.grading.grader import grade_submission
    from graders.grading.oracle import Answers
    from graders.grading.secret import Secret
    from graders.grading.setup import Setup
    from graders.sandbox.local import Local

    course = Course(Path(job["course"]))
    for unit in course.units:
        spec = course.spec(unit)
        free = {name: replace(one, wall_s=60.0, memory_mb=4096) for name, one in spec.exercises.items()}
        course._specs[unit] = replace(spec, exercises=free)
    setup = Setup(course, Local(), Secret(job["secret"].encode()), Answers(course))
    report = grade_submission(setup, Path(job["path"]))
    return {"score": report.score, "verdict": report.verdict, "seen": json.dumps(report.to_dict(), ensure_ascii=False)}


# --- uploads and notebooks taken as they come ------------------------------------------------------------------------


def extracted(job: Mapping[str, Any], work: Path) -> Evidence:
    """A zip extracted name by name, unchecked."""
    import zipfile

    into = work / "a" / "b" / "c" / "into"
    into.mkdir(parents=True)
    written = 0
    with zipfile.ZipFile(job["path"]) as archive:
        for info in archive.infolist():
            target = os.path.normpath(os.path.join(into, info.orig_filename.replace("\\", "/")))
            if info.orig_filename.endswith("/"):
                os.makedirs(target, exist_ok=True)
                continue
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if info.external_attr >> 28 == 0xA:
                os.symlink(archive.read(info).decode(), target)
                continue
            with archive.open(info) as source, open(target, "ab") as file:
                while piece := source.read(1 << 20):
                    written += file.write(piece)
    paths = [path for path in (work / "a").rglob("*") if not path.is_dir()]
    outside = [str(path) for path in paths if into not in path.parents]
    seen = "".join(path.read_text("utf-8", "replace")[:1000] for path in paths[:20])
    return {"verdict": "taken", "files": len(paths), "bytes": written, "outside": outside, "seen": seen}


def opened(job: Mapping[str, Any], work: Path) -> Evidence:
    """A folder or file read as it is, following links."""
    path = Path(job["path"])
    paths = (
        [path]
        if not path.is_dir()
        else [Path(top) / name for top, _, names in os.walk(path, followlinks=True) for name in names]
    )
    seen = ""
    for one in paths:
        seen += f"\n{one.name}\n{one.read_bytes()[: 1 << 20].decode('utf-8', 'replace')}"
        json.dumps({"file": one.name}, ensure_ascii=False).encode()
    return {"verdict": "taken", "files": len(paths), "seen": seen}


def run_there(job: Mapping[str, Any], work: Path) -> Evidence:
    """A fresh Python started in the upload's folder, as test runners do."""
    path = Path(job["path"])
    folder = path if path.is_dir() else path.parent
    program = "import site, sys; site.addsitedir('.'); import numpy; import u06_bench"
    if (folder / "conftest.py").is_file():
        program = "import conftest; " + program
    environ = {"PYTHONPATH": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, env=environ, capture_output=True, text=True)
    return {"verdict": "taken", "seen": done.stdout + done.stderr, "status": done.returncode}


def all_cells(job: Mapping[str, Any], work: Path) -> Evidence:
    """Every cell in order, including tests; the student's notebook itself decides its points."""
    path = Path(job["path"])
    notebook = json.loads(path.read_bytes())
    space: dict[str, Any] = {"__name__": "__main__"}
    score = 0.0
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        points = cell["metadata"].get("nbgrader", {}).get("points", 0)
        if cell["cell_type"] != "code":
            continue
        for line in source.splitlines():
            if line.startswith("!"):
                subprocess.run(line[1:], shell=True, check=False)
        code = "\n".join("pass" if line.startswith(("!", "%")) else line for line in source.splitlines())
        try:
            exec(code, space)
            score += points
        except Exception as error:
            print(type(error).__name__, error)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            score = max(score, float(output.get("data", {}).get("score", 0)))
    return {"verdict": "taken", "score": score, "seen": ""}


def whole_class(job: Mapping[str, Any], work: Path) -> Evidence:
    """One student after another; the first unreadable submission ends it."""
    graded = []
    path = Path(job["path"])
    for folder in sorted((path if path.is_dir() else path.parent.parent).iterdir()):
        for file in sorted(folder.iterdir()):
            text = file.read_text()
            source = (
                text if file.suffix == ".py" else "\n".join("".join(c["source"]) for c in json.loads(text)["cells"])
            )
            compile(source, str(file), "exec")
            json.dumps({"student": folder.name, "file": file.name}, ensure_ascii=False).encode()
            graded.append(folder.name)
    return {"verdict": "taken", "seen": ", ".join(graded)}


def quick_look(job: Mapping[str, Any], work: Path) -> Evidence:
    """A search for forbidden words, then the file as Python reads it."""
    path = Path(job["path"])
    text = (path / "u06_bench.py" if path.is_dir() else path).read_bytes().decode("utf-8", "replace")
    words = ("eval(", "exec(", "__import__(", "import os", "import sys", "import torch", "subprocess", "open(")
    code = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
    hits = [word for word in words if any(word in line for line in code)]
    if job.get("unparse"):
        import ast

        hits += [ast.unparse(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assign)]
    if not hits and job.get("run"):
        exec(compile(path.read_bytes(), str(path), "exec"), {"__name__": "student"})
    return {"verdict": "taken", "hits": hits}


GRADERS: dict[str, Callable[[Mapping[str, Any], Path], Evidence]] = {
    "same_process": same_process,
    "child_process": child_process,
    "no_sandbox": no_sandbox,
    "extracted": extracted,
    "opened": opened,
    "run_there": run_there,
    "all_cells": all_cells,
    "whole_class": whole_class,
    "quick_look": quick_look,
}

if __name__ == "__main__":
    serve()
