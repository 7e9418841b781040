"""A class made by hand: right, wrong, half a mark, not graded, rejected, absent; and hostile names and words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graders.grading.report_store import write_report
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport, Report

U5, U6 = "u05_loss", "u06_backprop"
TITLE = {"en": "W not transposed in dx", "ko": "dx에서 W를 전치하지 않음"}


def check(name: str, verdict: str = "pass", points: float = 1, most: int = 1, **options: Any) -> CheckReport:
    return CheckReport(name, "core", verdict, points, most, "random", **options)


def wrong(name: str, most: int = 2, **options: Any) -> CheckReport:
    told = Message("compare.scalar", {"name": name, "actual": "1", "expected": "2"})
    return check(
        name, "fail", 0, most, **{"message": told, "diagnosis": f"{U6}.Affine.slip", "title": TITLE, **options}
    )


def exercise(unit: str, name: str, *checks: CheckReport, verdict: str | None = None) -> ExerciseReport:
    worst = verdict or next((one.verdict for one in checks if one.verdict != "pass"), "pass")
    return ExerciseReport(unit, name, worst, checks)


def right(student: str, **options: Any) -> Report:
    made = (
        exercise(U5, "mse", check("y", points=3, most=3)),
        exercise(U6, "Relu", check("out"), check("dx")),
        exercise(U6, "Affine", check("out"), check("dx", points=2, most=2), check("dW", points=2, most=2)),
    )
    return Report(student, made, "pass", sha256=f"{student}:1", course_version="c1", **options)


def flawed(student: str, **options: Any) -> Report:
    mse, relu, _ = right(student).exercises
    half = replace(wrong("dW"), points=1, follow_through=True)
    affine = exercise(U6, "Affine", check("out"), wrong("dx"), half)
    return replace(right(student), **{"exercises": (mse, relu, affine), "verdict": "fail", **options})


def ungraded(student: str) -> Report:
    """One exercise could not run here."""
    mse, relu, affine = right(student).exercises
    checks = tuple(replace(one, verdict="not_run", points=0) for one in affine.checks)
    return replace(
        right(student), exercises=(mse, relu, replace(affine, verdict="not_run", checks=checks)), verdict="not_run"
    )


def rejected(student: str) -> Report:
    return Report(
        student, (), "rejected", Message("source.syntax", {"file": "a", "line": 1, "reason": "b", "text": "c"})
    )


@pytest.fixture
def classroom() -> list[Report]:
    return [flawed("ben"), right("ann"), rejected("cho"), ungraded("dan")]


Write = Callable[[Path, Sequence[Report]], Path]


@pytest.fixture
def write() -> Write:
    """Lay reports as ``grade --out`` does."""

    def written(out: Path, reports: Sequence[Report]) -> Path:
        for report in reports:
            write_report(report, out)
        return out

    return written


def spoil(path: Path, **changes: Any) -> None:
    """Change values at the top of a report's file."""
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
