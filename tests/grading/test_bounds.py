"""A report stays small whatever a submission does, and says what it leaves out."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from graders.feedback.messages import render_message
from graders.feedback.selection import shown_case
from graders.grading.bounds import bounded
from graders.messages.message import Message
from graders.reports.evidence import Evidence
from graders.reports.report import CaseReport, CheckReport, ExerciseReport, Report

LARGE = np.random.default_rng(1).normal(size=(64, 64))


def wrong(case: str, size: int = 4096, *, counterexample: bool = False) -> CaseReport:
    evidence = Evidence({"x": LARGE}, LARGE.ravel()[:size], LARGE.ravel()[:size] + 1)
    return CaseReport(case, 0, True, "fail", Message("relation.offset", {"name": "y"}), evidence, counterexample)


def exercise(name: str, cases: int = 4, size: int = 4096) -> ExerciseReport:
    checks = tuple(
        CheckReport(output, "core", "fail", 0, 1, cases=tuple(wrong(str(place), size) for place in range(cases)))
        for output in ("out", "dx", "dW")
    )
    return ExerciseReport("u01", name, "fail", checks)


def size_of(report: Report) -> int:
    return len(json.dumps(report.to_dict()))


def test_report_of_large_parts_is_bounded_and_says_so() -> None:
    long = Message("compare.raised", {"name": "y" * 100_000, "kind": "x", "text": "z" * 100_000, "at": "y"})
    notes = tuple(Message("text", {"text": f"{place}"}) for place in range(5000))
    one = replace(exercise("a", 2), stdout="o" * 65_536, stderr="e" * 65_536, notes=notes)
    one = replace(one, checks=tuple(replace(check, message=long) for check in one.checks))
    report = Report("kim", tuple(replace(one, name=str(n)) for n in range(8)), "fail", notes=notes, flags=notes * 2)
    small = bounded(report)
    assert size_of(report) > 7_500_000
    assert size_of(small) < 1_500_000
    said = [note.id for note in small.notes]
    assert said[-3:] == ["report.more", "report.values_cut", "report.printed_cut"]
    assert (len(small.flags), small.flags[-1]) == (51, Message("report.more", {"count": 9950}))
    assert [(check.verdict, check.points) for check in small.exercises[0].checks] == [("fail", 0)] * 3
    assert "characters are left out" in render_message(small.notes[-1], "en")


def test_report_when_small_then_it_is_the_same() -> None:
    report = Report("kim", (exercise("a", 1, 3),), "fail", notes=(Message("text", {"text": "a"}),))
    assert bounded(report).to_dict() == report.to_dict()


def test_each_exercise_keeps_the_values_shown_first() -> None:
    report = Report("kim", (exercise("a", 9, 900), exercise("b", 9, 900)), "fail")
    small = bounded(report)
    assert [shown_case(one.checks[0]) is not None for one in small.exercises] == [True, True]
    assert small.notes == (Message("report.values_cut", {"count": 3}),)


def test_public_case_that_is_kept_is_the_one_shown() -> None:
    check = CheckReport("y", "core", "fail", 0, 1, cases=(wrong("h", counterexample=True), wrong("p")))
    filler = exercise("b", 1, 100).checks[:1]
    small = bounded(Report("kim", (ExerciseReport("u", "a", "fail", (check, *filler)),), "fail"))
    assert small.exercises[0].checks[0].cases[1].evidence is not None
