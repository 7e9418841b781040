"""A course small enough to read: scaffolded units in a folder of their own, and hands to change them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from graders.authoring.scaffold import scaffold
from graders.courses.course import Course, execute_source
from graders.grading import batch
from graders.grading.oracle import Answers
from graders.grading.secret import Secret
from graders.grading.setup import Setup
from graders.probe import Trace, crash_of, observe
from graders.reports.report import Report
from graders.sandbox.contract import Batch, Job, Outcome, Result

UNIT, OTHER = "u99_topic", "u98_other"
SECRET = Secret(b"a secret for the tests only")


def lay_manifest(root: Path, languages: str = '["en", "ko"]') -> Path:
    """A folder that is a course without units, with its folders where this repository has them."""
    for folder in ("reference", "graders/exercises"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    text = f"""format = 1
name = "deepgrade"
title = {{ en = "Paper", ko = "종이" }}
languages = {languages}

[folders]
exercises = "graders/exercises"
"""
    (root / "course.toml").write_text(text, encoding="utf-8")
    return root


def lay_course(root: Path, *units: str) -> Course:
    """A course of these units, as ``deepgrade new`` writes them, without what no exercise needs: quick to release."""
    lay_manifest(root)
    for unit in units or (UNIT,):
        scaffold(Course(root), unit)
        for path in (Course(root).folder(unit) / "figures.py", *Course(root).folder(unit).glob("after.*.md")):
            path.unlink()
        spec = Course(root).exercises / f"{unit}.py"
        spec.write_text(re.sub(r"(?m)^ +start=.*\n", "", spec.read_text(encoding="utf-8")), encoding="utf-8")
        for path in Course(root).folder(unit).glob("lesson.*.md"):
            text = re.sub(r"(?m)^!\[.*\n\n", "", path.read_text(encoding="utf-8"))
            path.write_text(text[: text.index("-->", text.index("<!-- exercise")) + 4], encoding="utf-8")
    return Course(root)


def edit(path: Path, old: str, new: str) -> None:
    """Replace what occurs exactly once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def spec_of(course: Course, unit: str = UNIT) -> Path:
    return course.exercises / f"{unit}.py"


def solution_of(course: Course, unit: str = UNIT) -> Path:
    return course.folder(unit) / "solution.py"


def right(course: Course, unit: str = UNIT) -> str:
    return course.solution(unit)


def wrong(course: Course, unit: str = UNIT) -> str:
    """The mistake ``da_averaged``."""
    return course.solution(unit).replace("da.sum(axis=0)", "da.mean(axis=0)")


class InProcess:
    """A backend without a sandbox: it runs in this process, and fails where a text says so."""

    name = "in-process"
    required: tuple[str, ...] = ()
    best_effort: tuple[str, ...] = ()

    def __init__(self, course: Course) -> None:
        self.course, self.batches = course, 0

    def open(self, needs: tuple[str, ...] = ()) -> InProcess:
        return self

    def check(self) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *_: object) -> None: ...

    def run(self, batch: Batch) -> Result:
        self.batches += 1
        text = "\n".join(batch.sources.values())
        if "FAULT OF OURS" in text:
            raise RuntimeError("the machine is on fire")
        lost = "LOST TWICE" in text or ("LOST ONCE" in text and self.batches == 1)
        outcomes = tuple(Outcome() if lost else self._outcome(batch, job) for job in batch.jobs)
        return Result(outcomes, {"backend": self.name, "wall_s": 0.01, "max_rss_mb": 1.0, "limits": {}})

    def _outcome(self, batch: Batch, job: Job) -> Outcome:
        exercise = self.course.spec(job.unit).exercise(job.exercise)

        def traces(runs: Any) -> Mapping[str, Trace]:
            try:
                module = execute_source(
                    job.unit, batch.sources[job.unit], "student.py", self.course.reference, self.course.units
                )
            except Exception as error:
                return {key: Trace(crash=crash_of(error, "student.py")) for key, _ in runs}
            return {key: observe(exercise, vars(module), inputs) for key, inputs in runs}

        return Outcome(traces(job.public), traces(job.hidden), "done")


def grade_class(
    setup: Setup,
    found: Sequence[tuple[str, Path]],
    *,
    done: Callable[[Report], None] = lambda report: None,
    **options: Any,
) -> list[Report]:
    """Every report in the order of ``found``, with the totals of the class."""
    reports = []
    with closing(batch.grade_class(setup, found, **options)) as each:
        for report in each:
            reports.append(report)
            done(report)
    order = [student for student, _ in found]
    reports.sort(key=lambda report: order.index(report.student))
    return batch.count_absent(setup.course, reports, setup.units, setup.exercises)


def setup_of(course: Course, units: tuple[str, ...] = (), secret: Secret = SECRET) -> Setup:
    return Setup(course, InProcess(course), secret, Answers(course), units)
