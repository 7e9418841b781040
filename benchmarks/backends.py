"""The cost of a sandbox: per backend, from submission to report, with and without a pool, and for a large class.

python benchmarks/backends.py [--backends bubblewrap,docker] [--rounds 40] [--class 500] [--torch 12]

Every submission is graded in its own sandbox. "pool" is the warm case: a sandbox was opened ahead, imports done.
Run it on an otherwise idle machine; compare figures only with those of the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from other_tools import HERE, module_of

from graders import Course, Grader
from graders.messages.errors import SandboxError
from graders.sandbox.backends import backend_by_name
from graders.sandbox.contract import Backend
from graders.sandbox.pool import Pool

ROOT = HERE.parent
TORCH = ROOT / "tests" / "torch_class" / "kim-minji" / "u19_transformer.py"


def numpy_class(folder: Path, count: int) -> list[tuple[str, Path]]:
    """This many different submissions, a third of them right."""
    found = []
    for number in range(count):
        student = folder / f"s{number:04}"
        student.mkdir(parents=True, exist_ok=True)
        (student / "u01_layers.py").write_text(module_of(number))
        found.append((student.name, student))
    return found


def torch_class(folder: Path, count: int) -> list[tuple[str, Path]]:
    found = []
    for number in range(count):
        student = folder / f"t{number:04}"
        student.mkdir(parents=True, exist_ok=True)
        (student / "u19_transformer.py").write_text(f"# {number}\n{TORCH.read_text()}")
        found.append((student.name, student))
    return found


def spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {1000 * statistics.median(ordered):7.0f} ms   p99 {1000 * ordered[int(0.99 * len(ordered))]:7.0f} ms"


def one_by_one(course: Course, backend: Backend, found: Sequence[tuple[str, Path]], warm: bool) -> Iterator[float]:
    """Seconds from submission to report; with ``warm``, a sandbox is waiting for each."""
    units = course.units if course.root != ROOT else ("u19_transformer",)
    needs = course.spec(units[0]).about.needs
    cold = Grader(course, backend)
    cold.grade(found[0][1])  # references and counter-models, once
    for student, path in found:
        with Pool(backend, ahead=1, expect=1) as pool:
            if warm:
                pool.prepare(needs)
                sandbox = pool._waiting[needs][0]
                sandbox._thread.join()
            grader = Grader(course, pool, answers=cold.setup.answers) if warm else cold
            began = time.perf_counter()
            grader.grade(path, student=student)
            yield time.perf_counter() - began


def whole_class(course: Course, backend: Backend, found: Sequence[tuple[str, Path]], jobs: int) -> tuple[float, float]:
    """Submissions per second with a pool, and the most memory that one sandbox used."""
    with Pool(backend, ahead=jobs, expect=len(found)) as pool:
        grader = Grader(course, pool)
        began = time.perf_counter()
        reports = list(grader.grade_class(found, jobs=jobs))
        took = time.perf_counter() - began
    assert not any(report.verdict == "broken" for report in reports)
    return len(found) / took, max(report.run["max_rss_mb"] for report in reports)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--backends", default="bubblewrap,docker")
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--class", type=int, default=500, dest="classroom")
    options.add_argument("--torch", type=int, default=12)
    chosen = options.parse_args()
    jobs = len(os.sched_getaffinity(0))
    bench, course = Course(HERE / "layers_course"), Course(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.setdefault("DEEPGRADE_SECRET_FILE", f"{scratch}/secret")
        numpy, torch = (
            numpy_class(Path(scratch) / "n", chosen.classroom),
            torch_class(Path(scratch) / "t", chosen.torch),
        )
        for name in chosen.backends.split(","):
            backend = backend_by_name(name)
            try:
                backend.check()
            except SandboxError as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            print(f"{name}, {jobs} cores")
            for label, where, found in (("NumPy", bench, numpy[: chosen.rounds]), ("torch", course, torch)):
                for warm in (False, True):
                    took = list(one_by_one(where, backend, found, warm))
                    print(f"  {label}, {'with' if warm else 'without'} pool      {spread(took)}")
            for size in (len(numpy) // 5, len(numpy)):
                rate, memory = whole_class(bench, backend, numpy[:size], jobs)
                print(f"  NumPy, class of {size:4}   {rate:6.1f} submissions/s   {memory:.0f} MB in a sandbox")
            rate, memory = whole_class(course, backend, torch, jobs)
            print(f"  torch, class of {len(torch):4}   {rate:6.1f} submissions/s   {memory:.0f} MB in a sandbox")


if __name__ == "__main__":
    main()
