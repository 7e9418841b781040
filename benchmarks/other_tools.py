"""deepgrade compared with nbgrader and Otter: the same assignment, the same ten submissions, one run.

python benchmarks/other_tools.py [--submissions 10] [--class 100]

Installs nbgrader and Otter into separate environments (benchmarks/.other-tools), gives all three the assignment sigmoid
and Affine (seven checks) and prints wall and CPU seconds per submission and peak memory, as ratios to deepgrade.
deepgrade's figures include starting the sandbox. Compare only figures of the same run.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = HERE / ".other-tools"
DEEPGRADE = Path(sys.executable).with_name("deepgrade")
VERSIONS = {"nbgrader": ["nbgrader==0.9.6"], "otter": ["otter-grader==7.0.0", "ipykernel"]}

SIGMOID = "def sigmoid(x):\n    return 1 / (1 + np.exp({sign}x))\n"
AFFINE = """class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W{bias}

    def backward(self, dout):
        self.dW = {dW}
        self.db = dout.{db}(axis=0)
        return dout @ self.W{T}
"""
RIGHT = {"sign": "-", "bias": " + self.b", "dW": "self.x.T @ dout", "db": "sum", "T": ".T"}
EDITS: Sequence[dict[str, str]] = (
    {},
    {"sign": "", "bias": " + self.b"},
    {"db": "mean"},
    {"T": ""},
    {"bias": ""},
    {"dW": "dout.T @ self.x"},
    {},
    {"sign": "-2 * "},
    {"db": "max"},
    {},
)

CHECKS = (
    ("sigmoid", "zero", "assert np.allclose(sigmoid(np.zeros(3)), 0.5)"),
    ("sigmoid", "tails", "assert np.allclose(sigmoid(np.array([-30.0, 30.0])), [9.357623e-14, 1.0], atol=1e-15)"),
    ("sigmoid", "random", "x = rng.standard_normal((7, 3)); assert np.allclose(sigmoid(x), 1 / (1 + np.exp(-x)))"),
    ("Affine", "out", "assert np.allclose(layer.forward(x), x @ W + b)"),
    ("Affine", "dx", "layer.forward(x); assert np.allclose(layer.backward(dout), dout @ W.T)"),
    ("Affine", "dW", "layer.forward(x); layer.backward(dout); assert np.allclose(layer.dW, x.T @ dout)"),
    ("Affine", "db", "layer.forward(x); layer.backward(dout); assert np.allclose(layer.db, dout.sum(axis=0))"),
)
BEFORE = """import numpy as np
rng = np.random.default_rng(0)
x, W, b, dout = (rng.standard_normal(s) for s in ((7, 3), (3, 5), 5, (7, 5)))
layer = Affine(W, b)
"""


@dataclass(frozen=True)
class Cost:
    """The cost of a command per submission."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def module_of(number: int) -> str:
    words = RIGHT | EDITS[number % len(EDITS)]
    # Each gets its own comment, so that a hundred submissions are a hundred different files.
    return f"# submission {number}\nimport numpy as np\n\n\n{SIGMOID.format(**words)}\n\n{AFFINE.format(**words)}"


def measure(command: Sequence[str], submissions: int, cwd: Path, env: dict[str, str] | None = None) -> Cost:
    """Run once; CPU time of the command and of every process it waited for, memory of the largest of them."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            sys.exit(
                f"{' '.join(command)} ended with {process.returncode}: {said.read()[-2000:].decode(errors='replace')}"
            )
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(wall / submissions, cpu / submissions, usage.ru_maxrss / 1024)


def environment(name: str) -> Path:
    """The tool's own environment, installed once."""
    folder = TOOLS / name
    if not (folder / "made").is_file():
        print(f"installing {name} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", *VERSIONS[name], "numpy==2.4.6"]
        subprocess.run(pip, check=True)
        (folder / "made").touch()
    return folder / "bin"


def notebook(cells: Sequence[tuple[str, dict[str, object]]], metadata: dict[str, object] | None = None) -> str:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, **(metadata or {})}
    made = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "execution_count": None,
            "outputs": [],
            "metadata": meta,
            "source": text,
        }
        for place, (text, meta) in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


# --- deepgrade -------------------------------------------------------------------------------------------------------


def ours(folder: Path, count: int) -> dict[str, Cost]:
    classroom = folder / "class"
    for number in range(count):
        student = classroom / f"s{number:03}"
        student.mkdir(parents=True)
        (student / "u01_layers.py").write_text(module_of(number))
    env = os.environ | {"DEEPGRADE_SECRET_FILE": str(folder / "secret")}
    course = ["--course", str(HERE / "layers_course"), "--json"]
    compileall.compile_dir(HERE.parent / "graders", quiet=1)  # as pip does for the other tools when it installs them
    one = [str(DEEPGRADE), "grade", str(classroom / "s000"), *course]
    measure(one, 1, folder, env)  # doctor tries the limits once per boot
    singles = [
        measure([str(DEEPGRADE), "grade", str(classroom / f"s{n:03}"), *course], 1, folder, env) for n in range(10)
    ]
    return {
        "deepgrade, one call": median(singles),
        f"deepgrade, class of {count}": measure([str(DEEPGRADE), "grade", str(classroom), *course], count, folder, env),
    }


def median(costs: Sequence[Cost]) -> Cost:
    def middle(of: Callable[[Cost], float]) -> float:
        return sorted(map(of, costs))[len(costs) // 2]

    return Cost(middle(lambda c: c.wall_s), middle(lambda c: c.cpu_s), middle(lambda c: c.peak_mb))


# --- nbgrader ---


def nbgrader_cells(answer: str) -> str:
    def meta(name: str, **more: object) -> dict[str, object]:
        base = {
            "grade_id": name,
            "schema_version": 3,
            "task": False,
            "locked": False,
            "solution": False,
            "grade": False,
        }
        return {"nbgrader": base | more}

    cells = [(answer, meta("answer", solution=True))]
    for symbol, name, test in CHECKS:
        text = ("" if symbol == "sigmoid" else BEFORE) + test
        text = text if symbol != "sigmoid" else f"import numpy as np\nrng = np.random.default_rng(0)\n{test}"
        cells.append((text, meta(f"{symbol}-{name}", grade=True, locked=True, points=1)))
    return notebook(cells)


def nbgrader(folder: Path, count: int) -> dict[str, Cost]:
    bin_ = environment("nbgrader")
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    source = folder / "source" / "ps1"
    source.mkdir(parents=True)
    (source / "ps1.ipynb").write_text(nbgrader_cells(f"### BEGIN SOLUTION\n{module_of(0)}\n### END SOLUTION"))
    env = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}", "JUPYTER_PLATFORM_DIRS": "1"}
    measure([str(bin_ / "nbgrader"), "generate_assignment", "ps1"], 1, folder, env)
    for number in range(count):
        student = folder / "submitted" / f"s{number:03}" / "ps1"
        student.mkdir(parents=True)
        (student / "ps1.ipynb").write_text(nbgrader_cells(module_of(number)))
    command = [str(bin_ / "nbgrader"), "autograde", "ps1", "--force"]
    singles = [measure([*command, "--student", f"s{number:03}"], 1, folder, env) for number in range(min(count, 3))]
    return {"nbgrader, one call": median(singles), "nbgrader, batch": measure(command, count, folder, env)}


# --- Otter ---


def otter(folder: Path, count: int) -> dict[str, Cost]:
    bin_ = environment("otter")
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for symbol in ("sigmoid", "Affine"):
        cases = []
        for owner, name, test in CHECKS:
            if owner == symbol:
                before = BEFORE if symbol == "Affine" else "import numpy as np\nrng = np.random.default_rng(0)\n"
                lines = [line for line in (before + test).replace("; ", "\n").splitlines() if line]
                code = "".join(f">>> {line}\n" for line in lines)
                cases.append({"code": code, "hidden": False, "locked": False, "points": 1, "name": name})
        suite = {
            "name": symbol,
            "points": None,
            "suites": [{"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}],
        }
        (tests / f"{symbol}.py").write_text(f"OK_FORMAT = True\n\ntest = {suite!r}\n")
    (folder / "requirements.txt").write_text("numpy\n")
    (folder / "out").mkdir()
    env = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}"}
    measure(
        [str(bin_ / "otter"), "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], 1, folder, env
    )
    singles = []
    for number in range(count):
        name = f"s{number:03}.ipynb"
        cells = [
            ("import otter\ngrader = otter.Notebook()", {}),
            (module_of(number), {}),
            ('grader.check("sigmoid")', {}),
            ('grader.check("Affine")', {}),
        ]
        (folder / name).write_text(notebook(cells))
        singles.append(measure([str(bin_ / "otter"), "run", name, "-a", "autograder.zip", "-o", "out"], 1, folder, env))
    return {"Otter, otter run": median(singles)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--submissions", type=int, default=10, help="for the other tools")
    options.add_argument("--class", type=int, default=100, dest="classroom", help="for our class")
    chosen = options.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="other-tools-"))
    try:
        costs = ours(scratch / "ours", chosen.classroom)
        costs |= nbgrader(scratch / "nbgrader", chosen.submissions)
        costs |= otter(scratch / "otter", chosen.submissions)
    finally:
        shutil.rmtree(scratch)
    single, batch = costs["deepgrade, one call"], costs[f"deepgrade, class of {chosen.classroom}"]
    print(
        f"{'':28}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}{'wall, one call':>16}{'CPU':>7}{'wall, class':>13}{'CPU':>7}"
    )
    for name, cost in costs.items():
        ratios = f"{cost.wall_s / single.wall_s:>14.1f} ×{cost.cpu_s / single.cpu_s:>5.1f} ×"
        ratios += f"{cost.wall_s / batch.wall_s:>11.1f} ×{cost.cpu_s / batch.cpu_s:>5.1f} ×"
        print(f"{name:28}{cost.wall_s:9.3f}{cost.cpu_s:9.3f}{cost.peak_mb:9.0f}{ratios}")


if __name__ == "__main__":
    main()
