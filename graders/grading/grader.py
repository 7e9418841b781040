"""The path of a submission, top to bottom: files → sources → sandbox → reference → verdicts → report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from graders.compare.context import Context, Run
from graders.compare.judge import judge
from graders.course import Course
from graders.errors import BrokenError, DeviceError, SubmissionError
from graders.grading.annotate import advised, ending_of, faulty, located, sourced, titled, unblamed
from graders.grading.bounds import bounded
from graders.grading.forbidden import forbidden, forbidden_by_text
from graders.grading.inputs import Secret, draw_inputs, fresh_nonce, hidden_key, public_key
from graders.grading.intake import read_with_flags
from graders.grading.numerical import flags_of, weighed
from graders.grading.oracle import Answers, run_key
from graders.grading.running import Rerun, Runner
from graders.message import Message
from graders.report import ExerciseReport, Report
from graders.sandbox.contract import Backend, Job, Limits, Outcome
from graders.sandbox.metered import Metered
from graders.spec import Case, Exercise
from graders.submission import Submission
from graders.verdict import worst

__all__ = ["Desk", "grade_submission", "rejected"]

Inputs = Mapping[str, Any]
UNIT_S = 60.0  # right answers to a whole unit take 0.1 to 0.5 s, ten that never end 50 s


@dataclass(frozen=True)
class Desk:
    """What grading needs and keeps from one submission to the next."""

    course: Course
    backend: Backend
    secret: Secret
    answers: Answers
    units: tuple[str, ...] = ()  # grade only these; all that were handed in when empty
    device: str = "cpu"
    exercises: tuple[str, ...] = ()  # ``unit.symbol``: grade only these; all when empty
    budget_s: float = UNIT_S  # for all runs of a unit together, whatever is run again

    def symbols(self, unit: str) -> tuple[str, ...]:
        """The exercises of a unit that are graded."""
        every = self.course.spec(unit).exercises
        return tuple(one for one in every if not self.exercises or f"{unit}.{one}" in self.exercises)


@dataclass(frozen=True)
class Plan:
    """One exercise of one submission: its hidden inputs, drawn, and how to judge it."""

    unit: str
    exercise: Exercise
    hidden: tuple[tuple[Case, int, Inputs], ...] = field(repr=False)
    key: bytes = field(default=b"", repr=False)
    nonce: str = field(default="", repr=False)


def grade_submission(
    desk: Desk, path: Path, *, student: str | None = None, unit: str | None = None, nonce: str | None = None
) -> Report:
    """Grade what lies at ``path``; every fault of the student becomes a report, every internal error ``broken``.

    ``nonce``: that of an earlier report, to ask about the same hidden inputs again ("" where it has none).
    """
    nonce = fresh_nonce() if nonce is None else nonce
    try:
        submission, flags = read_with_flags(
            path, partial(_allowed, desk), units=desk.course.units, unit=unit, student=student
        )
    except SubmissionError as error:
        return rejected(student or path.stem, error)
    meter = Metered(desk.backend, desk.budget_s * max(1, len(_graded(desk, submission))))
    desk = replace(desk, backend=meter)
    plans = [plan for unit in _graded(desk, submission) for plan in _plans(desk, submission, unit, nonce)]
    refused = forbidden_by_text(submission, _specs(desk, plans))
    exercises = list(refused.values())
    order = [(plan.unit, plan.exercise.symbol) for plan in plans]
    plans = [plan for plan in plans if (plan.unit, plan.exercise.symbol) not in refused]
    run: Mapping[str, Any] = {}
    used: set[str] = set()
    for needs in dict.fromkeys(_needs(desk, plan) for plan in plans):
        group = [plan for plan in plans if _needs(desk, plan) == needs]
        try:
            reports, record = _run(desk, submission, group, needs)
            used.add("cuda" if "cuda" in needs else "cpu")
        except DeviceError as error:  # absent is not wrong, and never a pass
            absent = Message("device.absent", {"text": error.message.to_dict()})
            reports, record = [faulty(plan.unit, plan.exercise, absent, "not_run") for plan in group], {}
        exercises += reports
        run = _merged(run, record)
    flags += tuple(flags_of(exercises))
    exercises.sort(key=lambda one: (one.unit, order.index((one.unit, one.name))))
    exercises = unblamed(exercises, lambda unit: desk.course.spec(unit).exercises)
    exercises = advised(desk.course.spec, exercises)
    exercises = [titled(one, desk.course.spec(one.unit).about) for one in exercises]
    verdict = worst([one.verdict for one in exercises] + (["flagged"] if flags else []))
    report = Report(
        submission.student,
        tuple(exercises),
        verdict,
        notes=(*submission.notes, *_short(meter)),
        flags=flags,
        sha256=submission.sha256,
        course_version=desk.course.version,
        device=", ".join(sorted(used)) or desk.device,
        run={
            **run,
            "key": desk.secret.key_id,
            "nonce": nonce,
            "device_asked": desk.device,
            "course": str(desk.course.root),
            "used_s": round(meter.spent_s, 2),
        },
        files=submission.files,
    )
    return bounded(report)


def _short(meter: Metered) -> Iterator[Message]:
    if meter.short:
        yield Message("budget.spent", {"seconds": f"{meter.budget_s:g}"})


def rejected(student: str, error: SubmissionError) -> Report:
    """The report of an upload that cannot be read; the batch goes on."""
    return bounded(Report(student, (), "rejected", error.message))


def _graded(desk: Desk, submission: Submission) -> tuple[str, ...]:
    return tuple(unit for unit in submission.units if not desk.units or unit in desk.units)


def _specs(desk: Desk, plans: Sequence[Plan]) -> dict[str, dict[str, Exercise]]:
    return {unit: dict(desk.course.spec(unit).exercises) for unit in dict.fromkeys(plan.unit for plan in plans)}


def _needs(desk: Desk, plan: Plan) -> tuple[str, ...]:
    """What the plan's sandbox must have: libraries, and a GPU for what asks for one or may use the one asked for."""
    gpu = plan.exercise.device == "cuda" or (plan.exercise.device == "any" and desk.device == "cuda")
    return desk.course.spec(plan.unit).about.needs + (("cuda",) if gpu else ())


def _allowed(desk: Desk, unit: str) -> set[str]:
    spec = desk.course.spec(unit)
    return {*spec.about.imports, *(name for one in spec.exercises.values() for name in one.imports)}


def _plans(desk: Desk, submission: Submission, unit: str, nonce: str) -> Iterator[Plan]:
    for symbol in desk.symbols(unit):
        exercise = desk.course.spec(unit).exercise(symbol)
        key = hidden_key(desk.secret, desk.course.name, submission.student, submission.sha256, unit, symbol, nonce)
        hidden = tuple(
            (case, draw, draw_inputs(case, draw, key))
            for case in exercise.cases
            if case.hidden and not case.note
            for draw in range(len(case.dims))
        )
        yield Plan(unit, exercise, hidden, key, nonce)


# --- running ---


def _run(
    desk: Desk, submission: Submission, plans: Sequence[Plan], needs: tuple[str, ...]
) -> tuple[list[ExerciseReport], Mapping[str, Any]]:
    """The reports of these exercises, from one sandbox."""
    runner = Runner(desk.backend, submission, {plan.unit: desk.course.spec(plan.unit).source for plan in plans}, needs)
    jobs = [_job(desk, plan) for plan in plans]
    outcomes, record = runner.run(jobs)
    reports = []
    for plan, job, outcome in zip(plans, jobs, outcomes, strict=True):
        rerun = runner.rerun(job, partial(_placed, desk, plan))
        reports.append(_judged(desk, submission, plan, outcome, rerun))
    return reports, record


def _job(desk: Desk, plan: Plan) -> Job:
    known = desk.answers.public(plan.unit, plan.exercise.symbol)
    public = tuple((run_key(one.case, one.draw), _placed(desk, plan, one.inputs)) for one in known)
    hidden = tuple((run_key(case, draw), _placed(desk, plan, inputs)) for case, draw, inputs in plan.hidden)
    limits = Limits(wall_s=plan.exercise.wall_s, memory_mb=plan.exercise.memory_mb)
    return Job(plan.unit, plan.exercise.symbol, public, hidden, limits)


def _placed(desk: Desk, plan: Plan, inputs: Inputs) -> Inputs:
    """The inputs, and the GPU where the probe is to use it."""
    return {**inputs, "device": "cuda"} if "cuda" in _needs(desk, plan) else inputs


# --- judging ---


def _judged(desk: Desk, submission: Submission, plan: Plan, outcome: Outcome, rerun: Rerun) -> ExerciseReport:
    unit, symbol = plan.unit, plan.exercise.symbol
    source = submission.sources[unit]
    if source.fault is not None:
        return faulty(plan.unit, plan.exercise, source.fault)
    called = forbidden(unit, plan.exercise, [*outcome.traces.values(), *outcome.hidden.values()])
    if called is not None:
        return located(called, source.line_of)
    try:
        public = desk.answers.public(unit, symbol)
        runs = [
            Run(one.case, one.draw, True, one.inputs, one.trace, outcome.traces.get(run_key(one.case, one.draw)))
            for one in public
        ] + [
            Run(
                case,
                draw,
                False,
                inputs,
                desk.answers.trace(unit, symbol, inputs),
                outcome.hidden.get(run_key(case, draw)),
            )
            for case, draw, inputs in plan.hidden
        ]
        known = {run_key(one.case, one.draw): one.sketches for one in public}

        def models(run: Run) -> Mapping[str, Any]:
            if run.public and run.convention is None:
                return known[run_key(run.case, run.draw)]
            return desk.answers.sketches(unit, symbol, run.our_inputs)

        def fresh(case: Case, draw: int, attempt: int) -> Inputs:
            return draw_inputs(case, draw, public_key(unit, symbol, f"{submission.sha256}{plan.nonce}{attempt}"))

        context = Context(
            models,
            rerun,
            partial(desk.answers.trace, unit, symbol),
            fresh,
            desk.answers.relabellings(unit, symbol),
            lambda name, run: desk.answers.variant(unit, symbol, name, run.our_inputs),
            partial(desk.answers.wrong, unit, symbol),
            plan.key,
        )
        ending = ending_of(outcome, plan.exercise.wall_s)
        report = judge(unit, plan.exercise, runs, desk.answers.models(unit, symbol), context, ending)
        report = weighed(report, plan.exercise, runs, submission.texts)
    except BrokenError as error:
        return faulty(plan.unit, plan.exercise, Message("broken", {"text": error.message.to_dict()}), "broken")
    return located(sourced(report, plan.exercise, source.text), source.line_of)


def _merged(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a submission that needed two sandboxes (NumPy and torch)."""
    if not one or not two:
        return dict(one or two)
    wall, memory = one["wall_s"] + two["wall_s"], max(one["max_rss_mb"], two["max_rss_mb"])
    return {**one, **two, "wall_s": wall, "max_rss_mb": memory}
