"""Which single-edit mutants of a right answer keep all points: those are holes in an exercise's cases."""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import re
import resource
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np

from graders.authoring.harness import Bank
from graders.authoring.stubs import answer_spans
from graders.compare.context import Ending, Run
from graders.compare.run_results import mark_run
from graders.courses.course import Course
from graders.grading.counter_models import Alteration, alter, symbol_span
from graders.grading.oracle import Answers
from graders.messages.errors import CourseError
from graders.mutation.mutants import mutants
from graders.mutation.source import Mutant
from graders.probe import Trace, observe
from graders.spec import Case, Inputs

__all__ = ["Survivor", "Trial", "right_texts", "try_exercise", "written"]

SECONDS, PATIENCE = 2.0, 10  # of processor time for all runs of a mutant, plus a multiple of what the right text takes
MEMORY = 2 << 30  # bytes a mutant may allocate beyond what its process has

NUMBER = re.compile(r"\d[\d.e-]*")
Expected = Sequence[tuple[Case, int, bool, Inputs, Trace]]


@dataclass(frozen=True)
class Survivor:
    """A mutant that keeps all points; ``variant``: the right variant it was made from ("" for the solution)."""

    symbol: str
    number: int  # line number
    line: str
    edit: str
    variant: str = ""

    def __str__(self) -> str:
        beside = f" (variant {self.variant})" if self.variant else ""
        return f"{self.symbol}{beside}, line {self.number}: {self.line}\n    {self.edit}"


def right_texts(course: Course, answers: Answers, unit: str, symbol: str) -> dict[str, tuple[str, Alteration | None]]:
    """The solution ("") and the right variants of one exercise, by id; one of each family of ε."""
    solution = course.solution(unit)
    texts: dict[str, tuple[str, Alteration | None]] = {"": (solution, None)}
    families = set()
    for one in answers.alterations(unit, symbol):
        family = one.symbol, tuple((edit.old, NUMBER.sub("", edit.new)) for edit in one.edits)
        if one.model.kind == "variant" and not (one.model.eps and family in families):
            families.add(family)
            texts[one.model.id] = alter(solution, one), one
    return texts


def try_exercise(root: Path, unit: str, symbol: str) -> tuple[int, tuple[Survivor, ...]]:
    """(number of mutants tried, those that keep all points) for the lines that students write in one exercise."""
    course = Course(root)
    answers = Answers(course)
    bank = Bank.build(answers, unit, course.spec(unit).exercise(symbol))
    tried: dict[tuple[str, str, str], Survivor | None] = {}
    for variant, (text, alteration) in right_texts(course, answers, unit, symbol).items():
        trial = Trial(course, bank, text)
        expected = bank.runs if alteration is None else trial.own_runs()
        if not trial.is_right(expected):
            beside = f" in variant {variant}" if variant else ""
            remedy = "'deepgrade verify' says which."
            raise CourseError.in_english(f"The solution of {unit}.{symbol}{beside} loses points.", remedy)
        lines = text.splitlines()
        for mutant in mutants(text, written(text, symbol)):
            line = lines[mutant.line - 1].strip()
            key = mutant.symbol, line, mutant.name
            if key in tried or (alteration is not None and alteration.model.eps and mutant.eps):
                continue  # the family of ε leaves open whether there is an ε, and which
            passes = trial.passes(mutant, expected)
            if passes is not None:
                found = Survivor(mutant.symbol, mutant.line, line, mutant.name, variant)
                tried[key] = found if passes else None
    return len(tried), tuple(one for one in tried.values() if one is not None)


def written(text: str, symbol: str) -> list[tuple[int, int]]:
    """The lines that students write for this symbol; for a method's exercise, only those of the method."""
    start, end = (text.count("\n", 0, place) for place in symbol_span(text, symbol))
    return [(first, last) for first, last in answer_spans(text, [symbol]) if start < first <= end]


class Trial:
    """The runs of one exercise on mutants of one text, whose other definitions are compiled once."""

    def __init__(self, course: Course, bank: Bank, text: str) -> None:
        self._course, self._bank = course, bank
        self._parts = _compiled(text)
        self._seconds = SECONDS

    def own_runs(self) -> Expected:
        """The runs, with this text's own answers."""
        symbols = self._module("", None)
        with np.errstate(all="ignore"):
            return [
                (case, draw, public, inputs, observe(self._bank.exercise, symbols, inputs))
                for case, draw, public, inputs, _ in self._bank.runs
            ]

    def is_right(self, expected: Expected) -> bool:
        """Whether the text itself keeps all points; a mutant gets a multiple of the time it takes."""
        begun = time.process_time()
        with np.errstate(all="ignore"):
            kept = self._keeps_points(self._module("", None), expected)
        self._seconds = SECONDS + PATIENCE * (time.process_time() - begun)
        return kept

    def passes(self, mutant: Mutant, expected: Expected) -> bool | None:
        """Whether a mutant passes every check that is worth points; None if it is not valid Python."""
        return self.holds(mutant, lambda symbols: self._keeps_points(symbols, expected))

    def holds(self, mutant: Mutant, true_of: Callable[[Mapping[str, Any]], bool]) -> bool | None:
        """Whether a mutant's definitions satisfy this; False if it raises or is too slow, None if not valid Python."""
        try:
            changed = compile(mutant.text, (file := f"<mutant of {mutant.symbol}>"), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return None
        linecache.cache[file] = (0, None, mutant.text.splitlines(keepends=True), file)  # tracebacks quote from it
        with _limited(self._seconds), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                return true_of(self._module(mutant.top, changed))
            except (Exception, SystemExit):  # a mutant may raise anything
                return False
        return False  # ran too long

    def _module(self, top: str, changed: CodeType | None) -> Mapping[str, Any]:
        symbols = vars(self._course.execute(self._bank.unit, ""))
        for name, part in self._parts:
            exec(changed if changed is not None and name == top else part, symbols)
        return symbols

    def _keeps_points(self, symbols: Mapping[str, Any], expected: Expected) -> bool:
        exercise = self._bank.exercise
        for case, draw, public, inputs, wanted in expected:
            if case.note:
                continue
            run = Run(case, draw, public, inputs, wanted, observe(exercise, symbols, inputs))
            marks = mark_run(exercise, run, Ending()).marks
            if any(mark.verdict != "pass" and exercise.points_of(name, case.group) for name, mark in marks.items()):
                return False
        return True


def _compiled(text: str) -> list[tuple[str, CodeType]]:
    """(the name it defines, its code) for every top-level statement."""
    body = ast.parse(text).body
    return [
        (
            getattr(node, "name", ""),
            compile(ast.Module([node], []), f"<{getattr(node, 'name', 'module')}>", "exec", dont_inherit=True),
        )
        for node in body
    ]


class _Late(BaseException):
    """A mutant did not end in time."""


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Bounds endless loops and unbounded arrays; a mutant that runs too long loses its points.

    Limits processor time, so that a busy machine gives the same count.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGPROF, ring)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_size() + MEMORY, hard))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except _Late:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _size() -> int:
    """Bytes of address space in use by this process."""
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
