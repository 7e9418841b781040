"""Verifies the texts after a unit's exercises: their form, their code, and who can open them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from graders.authoring.after_lock import build_lock, needs_of, seals_of
from graders.authoring.after_texts import After, grafted, load_after, text_faults
from graders.authoring.complaint import Complaint
from graders.authoring.expectations import claims_of
from graders.authoring.harness import Bank
from graders.authoring.trivial import TRIVIAL, answered
from graders.courses.course import Course
from graders.grading.oracle import Answers
from graders.messages.errors import DeepgradeError
from graders.probe import Trace, observe
from graders.sealing.inputs import sealing_runs
from graders.sealing.lock import Lock
from graders.sealing.unlock import Runs, opened_by, prepared
from graders.sealing.vault import FEWEST_BITS
from graders.spec import Exercise

__all__ = ["verify_after"]


def verify_after(answers: Answers, unit: str, banks: Mapping[str, Bank]) -> Iterator[Complaint]:
    """Everything that must hold for the ``after.*.md`` of one unit; ``banks`` by exercise."""
    course = answers.course
    try:
        faults = [Complaint(*one) for one in text_faults(course, unit)]
        yield from faults
        if faults:
            return
        for lang in course.languages:
            for block in load_after(course, unit, lang):
                yield from _code(course, unit, f"reference/{unit}/after.{lang}.md", block, banks)
        if course.manifest.after == "sealed":
            yield from _seals(answers, unit)
    except DeepgradeError as error:
        yield Complaint(unit, str(error))


def _code(course: Course, unit: str, file: str, block: After, banks: Mapping[str, Bank]) -> Iterator[Complaint]:
    """Its code, put in place of the solution's, earns every point of its exercises."""
    names = ", ".join(block.exercises)
    try:
        module = course.execute(unit, grafted(course.solution(unit), block))
    except Exception as error:
        yield Complaint(file, f"the code of {names} does not run: {type(error).__name__}: {error}")
        return
    for name in block.exercises:
        if name in banks:
            report = banks[name].judge(vars(module))
            if report.verdict != "pass" or report.score != report.max_score:
                low = [f"{one.name}@{one.group} {one.verdict}" for one in report.checks if one.verdict != "pass"]
                said = f"the code of {names} gets {report.score} of {report.max_score} points for {name}"
                yield Complaint(file, f"{said}: {low}")


# --- who can open it ---


def _seals(answers: Answers, unit: str) -> Iterator[Complaint]:
    """No misconception and no trivial answer produces a key; every right answer does."""
    seals, exercises = seals_of(answers, unit), answers.course.spec(unit).exercises
    if not any(one.strong for one in seals.values()):
        what = f"no exercise of it has {FEWEST_BITS} bits to seal with: students do not get its explanation"
        yield Complaint(unit, f'{what}; or say after = "open" or "staff" under [lessons] in course.toml')
        return
    lock = build_lock(answers.course, unit, seals)
    for symbol in seals:
        if not needs_of(symbol, seals):
            yield Complaint(f"{unit}.{symbol}", "nothing seals its explanation")
    for symbol in (name for name in lock.seals if seals[name].strong):
        for kind in _trivially(answers, unit, lock, exercises[symbol]):
            yield Complaint(f"{unit}.{symbol}", f"answering {kind} everywhere opens its explanation")
    yield from _kept(answers, unit, lock, {name for name, one in seals.items() if one.strong})


def _trivially(answers: Answers, unit: str, lock: Lock, exercise: Exercise) -> Iterator[str]:
    runs = list(sealing_runs(unit, exercise, lock.seals[exercise.symbol].repeats))
    right = {run.key: answers.trace(unit, exercise.symbol, run.inputs) for run in runs}
    for kind, make in TRIVIAL.items():
        traces = {run.key: answered(make, run.inputs, right[run.key]) for run in runs}
        if lock.key_of(exercise.symbol, traces) is not None:
            yield kind


def _kept(answers: Answers, unit: str, lock: Lock, strong: Collection[str]) -> Iterator[Complaint]:
    """Of the answers recorded beside the reference, the right ones open what they pass, and no others do.

    A key that does not suffice alone may also come from a wrong answer.
    """
    course, exercises = answers.course, answers.course.spec(unit).exercises
    for path in sorted((course.folder(unit) / "answers").glob("*.py")):
        text, where = path.read_text(encoding="utf-8"), str(path.relative_to(course.root))
        try:
            symbols = vars(course.execute(unit, text))
        except Exception:
            continue  # reported where answers are verified
        for claim in claims_of(text, exercises)[0]:
            for symbol in lock.seals:
                defined = {symbol.split(".")[0], *exercises[symbol].aliases} & symbols.keys()
                if claim.symbol == symbol or (not claim.symbol and defined):
                    opens = _opens(answers, unit, lock, symbol, symbols)
                    if opens != (claim.verdict == "pass") and (symbol in strong or not opens):
                        does = "opens" if opens else "does not open"
                        yield Complaint(where, f"{symbol} {does} its explanation, and its verdict is {claim.verdict}")


def _opens(answers: Answers, unit: str, lock: Lock, symbol: str, symbols: Mapping[str, Any]) -> bool:
    exercise = answers.course.spec(unit).exercise(symbol)

    def observed(runs: Runs) -> dict[str, Trace]:
        with np.errstate(all="ignore"):
            return {key: observe(exercise, symbols, inputs) for key, inputs in runs}

    runs = prepared(lock, exercise)
    return opened_by(lock, symbol, runs, observed, lambda: answers.relabellings(unit, symbol)) is not None
