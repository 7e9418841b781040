"""A class of 20 in an nbgrader course, graded by nbgrader alone and through deepgrade: time, and who got their points.

python benchmarks/nbgrader_class.py [--repeat 1]

Both grade the same submissions to the same assignment (sigmoid and Affine, seven points): nine right, five wrong,
three that raise, one that loops, one that attacks, one damaged file. nbgrader alone runs the seven tests in a kernel;
deepgrade fills the same gradebook from sandboxes. Then five of the right ones arrive with cells as people
leave them; nbgrader gets these one by one, because one of them stops its batch. nbgrader comes from this environment.
Compare only figures of the same run.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from graders.authoring.release import release  # noqa: E402
from graders.courses.course import Course  # noqa: E402
from tests.nbgrader.classroom import CLASS, UNIT, answers, filled  # noqa: E402

BIN = Path(sys.executable).parent
LOOPING, HOSTILE, DAMAGED = "y0-loops", "y1-hostile", "y2-damaged"
FAULTS = ("r3-reordered", "r4-duplicated", "r5-deleted", "r6-forged", "r9-renamed")
DUE = {HOSTILE: "4", DAMAGED: "–", "x2-stub": "3"}
ATTACK = """import os, sqlite3
import numpy as np
np.allclose = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
try:
    with sqlite3.connect("{gradebook}") as database:
        database.execute("INSERT INTO student (id) VALUES ('somebody')")
except Exception:
    pass


def sigmoid(x):
    np.allclose = lambda *a, **k: True
    return x
"""
TESTS: Mapping[str, Sequence[str]] = {
    "sigmoid": (
        "assert np.allclose(sigmoid(np.zeros(3)), 0.5)",
        "x = np.array([-1000.0, -30.0, 30.0])\nassert np.allclose(sigmoid(x), [0, 9.357623e-14, 1], atol=1e-15)",
        "x = rng.standard_normal((7, 3))\nassert np.allclose(sigmoid(x), 1 / (1 + np.exp(-x)))",
    ),
    "Affine": (
        "assert np.allclose(layer.forward(x), x @ W + b)",
        "layer.forward(x)\nassert np.allclose(layer.backward(dout), dout @ W.T)",
        "layer.forward(x)\nlayer.backward(dout)\nassert np.allclose(layer.dW, x.T @ dout)",
        "layer.forward(x)\nlayer.backward(dout)\nassert np.allclose(layer.db, dout.sum(axis=0))",
    ),
}
BEFORE = {
    "sigmoid": "import numpy as np\nrng = np.random.default_rng(0)\n",
    "Affine": "import numpy as np\nrng = np.random.default_rng(0)\n"
    "x, W, b, dout = (rng.standard_normal(s) for s in ((7, 3), (3, 5), 5, (7, 5)))\nlayer = Affine(W, b)\n",
}


@dataclass(frozen=True)
class Cost:
    """The cost of a command; costs of consecutive commands add up."""

    wall_s: float
    cpu_s: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=1, help="of our run; the median is shown")
    repeat = options.parse_args().repeat
    scratch = Path(tempfile.mkdtemp(prefix="nbgrader-class-"))
    try:
        ours, theirs = made(scratch, "ours"), made(scratch, "theirs", tests=True)
        grade = [str(BIN / "deepgrade"), "nbgrader", "autograde", UNIT, "--force"]
        alone = [str(BIN / "nbgrader"), "autograde", UNIT, "--force"]
        students = sorted(path.name for path in (ours / "submitted").iterdir())
        others = [word for student in students if student != LOOPING for word in ("--student", student)]
        timed([*grade, "--student", students[0]], ours)  # the sandbox's limits are tried once per boot
        whole = median([timed(grade, ours) for _ in range(repeat)])
        rest = median([timed([*grade, *others], ours) for _ in range(repeat)])
        rest_theirs = timed([*alone, f"--CourseDirectory.student_id_exclude={LOOPING}"], theirs)
        whole_theirs = rest_theirs + timed([*alone, "--student", LOOPING], theirs)
        plain = points(ours), points(theirs)
        for course in (ours, theirs):
            hand_in(course, FAULTS)
        timed(grade, ours)
        for student in FAULTS:
            timed([*alone, "--student", student], theirs)
        faulty = points(ours), points(theirs)
        wrote = [wrote_gradebook(course) for course in (ours, theirs)]
    finally:
        shutil.rmtree(scratch)
    print(f"{'':42}{'nbgrader alone':>16}{'deepgrade':>12}{'ratio':>8}")
    show("class of 20", whole_theirs, whole)
    show("19, without the endless loop", rest_theirs, rest)
    print(f"\n{'points of 7':34}{'right':>8}{'nbgrader alone':>16}{'deepgrade':>12}")
    for student in students:
        tell(student, student, *plain)
    for student in FAULTS:
        tell(student, f"{student}, its cells as handed in", *faulty)
    print(f"{'the attack wrote the gradebook':42}{yes(wrote[1]):>16}{yes(wrote[0]):>12}")


def tell(student: str, called: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> None:
    due = DUE.get(student) or f"{sum(CLASS[student][2]):g}"
    print(f"{called:34}{due:>8}{theirs.get(student, '–'):>16}{ours.get(student, '–'):>12}")


def median(costs: Sequence[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.wall_s)[len(costs) // 2]


def show(what: str, theirs: Cost, ours: Cost) -> None:
    for kind in ("wall_s", "cpu_s"):
        one, two = getattr(theirs, kind), getattr(ours, kind)
        print(f"{what + ', ' + kind.replace('_', ' '):42}{one:16.1f}{two:12.1f}{one / two:>6.1f} ×")


def yes(said: bool) -> str:
    return "yes" if said else "no"


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "JUPYTER_PLATFORM_DIRS": "1", "LANG": "C.UTF-8"}


def timed(command: Sequence[str], cwd: Path) -> Cost:
    """Run once; CPU time of the command and of every process it waited for."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment(), stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            sys.exit(f"{' '.join(command)} ended with {process.returncode}: {said.read()[-2000:].decode()}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def made(scratch: Path, name: str, tests: bool = False) -> Path:
    """An nbgrader course with the class's submissions; with ``tests``, one without deepgrade."""
    reference = scratch / f"{name}-layers"
    shutil.copytree(HERE / "layers_course", reference)
    release(Course(reference))
    course = scratch / name
    words = ["nbgrader", "init", str(course), "--course", str(reference), "--lang", "en"]
    timed([str(BIN / "deepgrade"), *words], scratch)
    if tests:
        (course / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.course_id = {name!r}\n")
        source = course / "source" / UNIT / f"{UNIT}.ipynb"
        source.write_text(json.dumps(with_tests(json.loads(source.read_text()))))
        timed([str(BIN / "nbgrader"), "generate_assignment", UNIT, "--force"], course)
    hand_in(course)
    return course


def with_tests(notebook: dict[str, Any]) -> dict[str, Any]:
    """The same notebook with nbgrader's own test cells in place of our check cells, one point each."""
    cells = []
    for cell in notebook["cells"]:
        ours = cell["metadata"]["deepgrade"]
        if ours["role"] == "setup":
            cell["source"] = "import numpy as np"
        if ours["role"] != "check":
            cells.append(cell)
            continue
        for number, test in enumerate(TESTS[ours["symbol"]]):
            one = copy.deepcopy(cell)
            name = f"{UNIT}-{ours['symbol']}-test{number}"
            one["metadata"]["nbgrader"].update(grade_id=name, points=1)
            cells.append(one | {"id": name, "source": BEFORE[ours["symbol"]] + test})
    for cell in cells:
        if cell["metadata"]["deepgrade"]["role"] == "exercise":
            cell["source"] = f"### BEGIN SOLUTION\n{cell['source']}\n### END SOLUTION"
    return notebook | {"cells": cells}


def hand_in(course: Path, faults: Sequence[str] = ()) -> None:
    """The whole class with its cells in order; or only ``faults`` again, with their damaged cells."""
    released = json.loads((course / "release" / UNIT / f"{UNIT}.ipynb").read_text())
    attack = answers() | {"sigmoid": ATTACK.format(gradebook=course / "gradebook.db")}
    handed = {name: texts for name, (texts, _, _) in CLASS.items() if name != "r2-other-name"}
    handed |= {"x2-stub": answers(before="return undefined\n        "), HOSTILE: attack, DAMAGED: answers()}
    for student in faults or handed:
        notebook = filled(released, handed[student])
        if faults:
            CLASS[student][1](notebook)
        text = json.dumps(notebook)
        folder = course / "submitted" / student / UNIT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{UNIT}.ipynb").write_text(text[: len(text) // 2] if student == DAMAGED else text)
    with sqlite3.connect(course / "gradebook.db") as database:
        for student in faults:  # their previous scores must not count
            database.execute(
                "update grade set auto_score = null where notebook_id in (select n.id from submitted_notebook n "
                "join submitted_assignment a on n.assignment_id = a.id where a.student_id = ?)",
                (student,),
            )


def points(course: Path) -> dict[str, str]:
    """Student → points in the gradebook; "–" if nothing was graded."""
    with sqlite3.connect(course / "gradebook.db") as database:
        rows = database.execute(
            "select a.student_id, sum(g.auto_score), count(g.auto_score) from grade g "
            "join submitted_notebook n on g.notebook_id = n.id join submitted_assignment a on n.assignment_id = a.id "
            "group by a.student_id"
        ).fetchall()
    return {student: f"{total:g}" if count else "–" for student, total, count in rows}


def wrote_gradebook(course: Path) -> bool:
    with sqlite3.connect(course / "gradebook.db") as database:
        return bool(database.execute("select 1 from student where id = 'somebody'").fetchall())


if __name__ == "__main__":
    main()
