"""One exercise of one submission before it runs: its drawn hidden inputs, and what its sandbox needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graders.grading.inputs import draw_inputs
from graders.grading.oracle import Answers, run_key
from graders.grading.secret import hidden_key
from graders.grading.setup import Setup
from graders.sandbox.contract import Job, Limits
from graders.spec import Case, Exercise, Inputs
from graders.submission import Submission

__all__ = ["Plan", "job_of", "plans_of"]

CUDA_START_S = 3.0  # every child makes a CUDA context of its own


@dataclass(frozen=True)
class Plan:
    """``needs``: libraries, and ``cuda``; ``key`` drew the hidden inputs; ``nonce`` belongs to this grading."""

    unit: str
    exercise: Exercise
    needs: tuple[str, ...] = ()
    hidden: tuple[tuple[Case, int, Inputs], ...] = field(default=(), repr=False)
    key: bytes = field(default=b"", repr=False)
    nonce: str = field(default="", repr=False)

    @property
    def name(self) -> tuple[str, str]:
        return self.unit, self.exercise.symbol

    @property
    def wall_s(self) -> float:
        """Seconds that its public runs may take, and its hidden ones again."""
        return self.exercise.wall_s + (CUDA_START_S if "cuda" in self.needs else 0.0)

    def placed(self, inputs: Inputs) -> Inputs:
        """The inputs, and the GPU if the probe is to use it."""
        return {**inputs, "device": "cuda"} if "cuda" in self.needs else inputs


def plans_of(setup: Setup, submission: Submission, nonce: str) -> Iterator[Plan]:
    """A plan for each exercise to grade, in the order of the units and of their exercises."""
    for unit in setup.graded(submission.units):
        for symbol in setup.symbols(unit):
            exercise = setup.course.spec(unit).exercise(symbol)
            who = (setup.course.name, submission.student, submission.sha256)
            key = hidden_key(setup.secret, *who, unit, symbol, nonce)
            hidden = tuple(
                (case, draw, draw_inputs(case, draw, key))
                for case in exercise.cases
                if case.hidden and not case.note
                for draw in range(len(case.dims))
            )
            yield Plan(unit, exercise, _needs(setup, unit, exercise), hidden, key, nonce)


def _needs(setup: Setup, unit: str, exercise: Exercise) -> tuple[str, ...]:
    """What the sandbox needs: libraries, and a GPU for an exercise that requires one or may use a requested one."""
    gpu = exercise.device == "cuda" or (exercise.device == "any" and setup.device == "cuda")
    return setup.course.spec(unit).about.needs + (("cuda",) if gpu else ())


def job_of(plan: Plan, answers: Answers) -> Job:
    """The job for the sandbox: every public and every hidden run."""
    known = answers.public(*plan.name)
    public = tuple((run_key(one.case, one.draw), plan.placed(one.inputs)) for one in known)
    hidden = tuple((run_key(case, draw), plan.placed(inputs)) for case, draw, inputs in plan.hidden)
    limits = Limits(wall_s=plan.wall_s, memory_mb=plan.exercise.memory_mb)
    return Job(plan.unit, plan.exercise.symbol, public, hidden, limits)
