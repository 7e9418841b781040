"""Every attack of the library: it fails against the real grader, and it works where a layer is missing."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graders.commands.output import write_class
from graders.grading.grader import grade_submission
from graders.grading.setup import Setup
from graders.reports.report import Report
from graders.submission import find_submissions
from tests.small_course import grade_class

from .cases import BLOCKS, Case, chunks, load_cases, stage
from .conftest import COURSE_SECRET, HOST_SECRET, Setups
from .invariants import Host, hidden_values, seen_by_student, spelled
from .weakened import Weakened
from .world import COURSE, HONEST, VARIABLE, World

CASES = load_cases()
CHUNKS = chunks(CASES)
CAP_S = 90
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LARGEST_REPORT = 1_500_000  # characters: a class of 500 must not fill a disk
CHANCE = 12  # of some 260 hidden numbers, those whose first five digits stand in some 1,000 numbers of a report
RIGHT = f"import numpy as np\n\n\n{HONEST}"
WRONG = RIGHT.replace("dout.sum(axis=0)", "dout.mean(axis=0)")
WATERMARK = "watermark-of-the-reference-7f3a9c"


@dataclass(frozen=True)
class Step:
    """A case, or a control (``None``) before or after a chunk."""

    id: str
    case: Case | None


def steps() -> Iterator[Any]:
    for chunk, cases in CHUNKS.items():
        order = [Step(f"{chunk}-before", None), *(Step(case.id, case) for case in cases), Step(f"{chunk}-after", None)]
        for step in order:
            yield pytest.param(step, id=step.id, marks=pytest.mark.xdist_group(f"hostile-{chunk}"))


def weak_cases() -> Iterator[Any]:
    for chunk, cases in CHUNKS.items():
        for case in cases:
            yield pytest.param(case, id=case.id, marks=pytest.mark.xdist_group(f"weak-{chunk}"))


def test_library_when_counted_then_every_block_is_there() -> None:
    assert len(CASES) >= 80
    assert {case.block for case in CASES} == set(BLOCKS)
    assert [case.id for case in CASES if not case.weak or not case.what or not case.expect] == []


@pytest.mark.parametrize("step", [*steps()])
def test_attack_when_graded_for_real_then_nothing_is_gained(
    step: Step, setups: Setups, world: World, host: Host, place: Path
) -> None:
    with capped(CAP_S):
        if step.case is None:
            controls(setups.of(), place)
        else:
            attack(step.case, setups.of(**step.case.limits), world, place)
    assert host.leftovers() == set()


def controls(setup: Setup, place: Path) -> None:
    """A right submission is right and a wrong one is wrong, whatever was graded here before."""
    place.mkdir()
    verdicts = []
    for text in (RIGHT, WRONG):
        path = place / "u06_bench.py"
        path.write_text(text)
        report = grade_submission(setup, path, student="control")
        verdicts.append((report.verdict, report.score))
    assert verdicts == [("pass", 7), ("fail", 6)]


def attack(case: Case, setup: Setup, world: World, place: Path) -> None:
    world.forget()
    path = stage(case, place, {**world.words, "GRADER": "real"})
    if isinstance(case.expect, dict):
        out = place.parent / "out"
        found = find_submissions(path, setup.course.units, setup.course.compatibility.packages)
        reports = grade_class(setup, found, jobs=2, out=out)
        write_class(out, reports, "en")
        assert not any(line.startswith(FORMULA) for line in (out / "class.csv").read_text("utf-8-sig").splitlines())
        assert {report.student for report in reports} == set(case.expect)
        for report in reports:
            holds(case, setup, report, case.verdicts(report.student))
            low, high = case.earns if report.student == "mallory" else (7, 7)
            assert low <= (report.score or 0) <= high
    else:
        report = grade_submission(setup, path, student="mallory")
        holds(case, setup, report, case.verdicts())
        low, high = case.earns
        assert report.score is not None
        assert low <= report.score <= high
        flags = {flag.params["rule"] for flag in report.flags}
        assert set(case.flags) <= flags, flags
        endings = {exercise.name: exercise.verdict for exercise in report.exercises}
        assert all(endings[name] in verdicts for name, verdicts in case.endings.items()), endings
    assert not world.marker.exists()
    assert world.heard == []


def holds(case: Case, setup: Setup, report: Report, verdicts: tuple[str, ...]) -> None:
    """The verdict is the expected one and recorded, and no student-visible byte holds what is not theirs."""
    assert report.verdict in verdicts, [(one.name, one.verdict, one.checks[0].message) for one in report.exercises]
    assert report.exercises == () or {"exit", "wall_s", "missing"} <= set(report.run)
    assert report.exercises != () or report.message is not None
    assert len(json.dumps(report.to_dict())) < LARGEST_REPORT
    terminal, pages, data = seen_by_student(report)
    assert "\x1b" not in terminal + pages
    assert not any(tag in pages for tag in ("<script", "<img", "<b>"))  # markup is shown as text
    seen = terminal + pages + data
    secrets = [*spelled(HOST_SECRET), *spelled(COURSE_SECRET), *spelled(WATERMARK), *case.never]
    assert [text for text in secrets if text in seen] == []
    assert [text for text in hidden_values(setup, report) if text in seen] == []
    alike = [text for text in hidden_values(setup, report, 6) if text in seen]
    assert len(alike) < CHANCE, alike


@contextmanager
def capped(seconds: int) -> Iterator[None]:
    """An outer clock: a grader that hangs fails its test."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"not graded within {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- the same attacks where a layer is missing -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("case", [*weak_cases()])
def test_attack_when_a_layer_is_missing_then_it_succeeds(
    case: Case, weakened: Weakened, world: World, place: Path
) -> None:
    world.forget()
    options = {key: value for key, value in case.weak.items() if key not in ("shows", "over", "said", "file")}
    with capped(CAP_S):
        path = stage(case, place, {**world.words, "GRADER": "weak"})
        environ = {VARIABLE: HOST_SECRET}
        path = path / case.weak["file"] if "file" in case.weak else path
        facts = weakened.grade(path, secret=COURSE_SECRET, course=str(COURSE), environ=environ, **options)
    assert shown(case, facts, world), {**facts, "seen": facts["seen"][-3000:]}


def shown(case: Case, facts: dict[str, Any], world: World) -> bool:
    """Whether the attack has what it was after."""
    over = case.weak.get("over", 0)
    secrets = [*spelled(HOST_SECRET), *spelled(COURSE_SECRET), *spelled(WATERMARK)]
    succeeded = {
        "score": (facts["score"] or 0) > case.earns[1],
        "leak": any(text in facts["seen"] for text in secrets),
        "said": case.weak.get("said", "\0") in facts["seen"],
        "hidden": any(text in facts["seen"] for text in HIDDEN_WHEN_FIXED),
        "marker": world.marker.exists(),
        "left": world.take_back() > 0,
        "heard": any(world.token.encode() in heard for heard in world.heard),
        "time": facts["late"] or facts["elapsed_s"] > (over or 3),
        "memory": facts["peak_mb"] > (over or 250),
        "processes": facts["peak_processes"] > (over or 70),
        "output": facts.get("said_bytes", 0) + len(facts["seen"]) > (over or 1),
        "files": facts.get("files", 0) > (over or 1) or facts.get("bytes", 0) > (over or 1),
        "outside": bool(facts.get("outside")),
        "dies": facts["status"] not in (0, None) or "raised" in facts,
        "survive": facts["survivors"] > 0,
        "unseen": facts.get("hits") == [],
        "taken": facts.get("verdict") == "taken" and "raised" not in facts,
    }
    return succeeded[case.weak["shows"]]


def _fixed() -> set[str]:
    """Hidden inputs that are the same for everybody, as a grader with one fixed seed has them."""
    from graders.courses.course import Course
    from graders.grading.inputs import draw_inputs
    from graders.grading.secret import Secret, hidden_key

    spec = Course(COURSE).spec("u06_bench")
    found = set()
    for exercise in spec.exercises.values():
        key = hidden_key(Secret(COURSE_SECRET.encode()), "", "", "", "u06_bench", exercise.symbol)
        for case in exercise.cases:
            if case.hidden:
                for value in draw_inputs(case, 0, key).values():
                    found |= {text for n in value.ravel().tolist() for text in (repr(n), f"{abs(n):.6g}")}
    return found


HIDDEN_WHEN_FIXED = _fixed()
