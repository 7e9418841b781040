"""A tiny course of one unit, and sandboxes to run it in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.contract import Backend, Batch, Job, Limits, Outcome, Result
from graders.sandbox.local import Local
from graders.spec.profile import Compatibility

UNIT = "u98_trial"
SPEC = """
from graders.spec import Exercise, Unit, literal
UNIT = Unit(title={"ko": "t", "en": "t"})
CASE = (literal("one", {"x": 1.0}),)
def twice(student, x):
    y = student.twice(x)
    yield "out", y
    yield "again", student.twice(y)
def answer(student, x):
    yield "out", student.answer(x)
TITLE = {"ko": "t", "en": "t"}
EXERCISES = (Exercise(twice, TITLE, ("out", "again"), CASE), Exercise(answer, TITLE, ("out",), CASE))
"""
OLD = {"int": "int", "float": "float", "product": "np.prod"}
BOOKS = Compatibility(("common", "dataset"), {"GPU": False, "to_cpu": "np.asarray"}, OLD)
X = np.arange(3.0)
SHORT = Limits(wall_s=1.0)

Run = Callable[..., Result]
Once = Callable[..., Outcome]


def job(exercise: str = "answer", limits: Limits = SHORT, *, hidden: bool = False, walled: bool = True) -> Job:
    """Two public runs (``a#0`` of [0, 1, 2], ``b#0`` of [1, 2, 3]) and, if asked for, a hidden one of [10, 11, 12]."""
    runs = (("a#0", {"x": X}), ("b#0", {"x": X + 1}))
    return Job(UNIT, exercise, runs, (("h#0", {"x": X + 10}),) if hidden else (), limits, walled)


def spec_of(names: list[str]) -> str:
    """A unit of these exercises, each a function of x."""
    probes = "".join(f"def {name}(student, x):\n    yield 'out', student.{name}(x)\n" for name in names)
    listed = ", ".join(f"Exercise({name}, T, ('out',), (literal('one', {{'x': 1.0}}),))" for name in names)
    head = 'from graders.spec import Exercise, Unit, literal\nT = {"ko": "t", "en": "t"}\nUNIT = Unit(title=T)\n'
    return f"{head}{probes}EXERCISES = ({listed},)\n"


@pytest.fixture(scope="session")
def bubblewrap() -> Bubblewrap:
    if shutil.which("bwrap") is None:
        pytest.fail("bubblewrap is not installed: apt-get install bubblewrap")
    return Bubblewrap()


@pytest.fixture(scope="session", params=["bubblewrap", "forked", "in-process"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Every way a batch is run."""
    if request.param == "bubblewrap":
        found: Bubblewrap = request.getfixturevalue("bubblewrap")
        return found
    return Local(fork=request.param == "forked")


@pytest.fixture
def run() -> Run:
    def run_batch(
        backend: Backend,
        sources: str | Mapping[str, str],
        *jobs: Job,
        needs: tuple[str, ...] = (),
        spec: str = SPEC,
        compatibility: Compatibility = BOOKS,
    ) -> Result:
        given = {UNIT: sources} if isinstance(sources, str) else sources
        with backend.open(needs) as sandbox:
            told = compatibility.to_plain()
            return sandbox.run(Batch(given, {UNIT: spec}, jobs or (job(),), compatibility=told))

    return run_batch


@pytest.fixture
def once(run: Run) -> Once:
    def run_one(backend: Backend, sources: str | Mapping[str, str], *jobs: Job, **options: Any) -> Outcome:
        return run(backend, sources, *jobs, **options).outcomes[0]

    return run_one
