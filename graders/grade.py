"""The path of a submission, top to bottom: files → sources → sandbox → reference → verdicts → report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from graders.answers import Answers, run_key
from graders.compare.judge import judge
from graders.compare.runs import Bench, Run
from graders.course import Course
from graders.errors import BrokenError, DeviceError, SubmissionError
from graders.inputs import Secret, draw_inputs, fresh_nonce, hidden_key, public_key
from graders.numerical import flags_of, weighed
from graders.policy import Finding, check_source
from graders.policy.apart import Exhausted, call_apart
from graders.probe import Trace
from graders.reports import advised, ending_of, faulty, forbidden, forbidden_by_text, located, titled
from graders.sandbox.contract import Backend, Batch, Job, Limits, Outcome
from graders.spec import Case, Exercise
from graders.submission import Submission, load_submission
from graders.verdict import ExerciseReport, Message, Report, worst

__all__ = ["Desk", "grade_submission", "rejected"]

Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """What grading needs and keeps from one submission to the next."""

    course: Course
    backend: Backend
    secret: Secret
    answers: Answers
    units: tuple[str, ...] = ()  # grade only these; all that were handed in when empty
    device: str = "cpu"


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
    """Grade what lies at ``path``; every fault of the student becomes a report, every fault of ours ``broken``.

    ``nonce``: that of an earlier report, to ask about the same hidden inputs again ("" where it has none).
    """
    nonce = fresh_nonce() if nonce is None else nonce
    try:
        submission = load_submission(path, units=desk.course.units, unit=unit, student=student)
        flags = tuple(_flags(desk, submission))
    except SubmissionError as error:
        return rejected(student or path.stem, error)
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
            absent = Message("device.absent", {"text": Message.of(error).to_dict()})
            reports, record = [faulty(plan.unit, plan.exercise, absent, "not_run") for plan in group], {}
        exercises += reports
        run = _merged(run, record)
    flags += tuple(flags_of(exercises))
    exercises.sort(key=lambda one: (one.unit, order.index((one.unit, one.name))))
    exercises = advised(desk.course, exercises)
    exercises = [titled(one, desk.course.spec(one.unit).about) for one in exercises]
    verdict = worst([one.verdict for one in exercises] + (["flagged"] if flags else []))
    return Report(
        submission.student,
        tuple(exercises),
        verdict,
        notes=submission.notes,
        flags=flags,
        sha256=submission.sha256,
        course_version=desk.course.version,
        device=", ".join(sorted(used)) or desk.device,
        run={**run, "key": desk.secret.key_id, "nonce": nonce, "device_asked": desk.device},
        files=submission.files,
    )


def rejected(student: str, error: SubmissionError) -> Report:
    """The report of an upload that cannot be read; the batch goes on."""
    return Report(student, (), "rejected", Message.of(error))


def _graded(desk: Desk, submission: Submission) -> tuple[str, ...]:
    return tuple(unit for unit in submission.units if not desk.units or unit in desk.units)


def _specs(desk: Desk, plans: Sequence[Plan]) -> dict[str, dict[str, Exercise]]:
    return {unit: dict(desk.course.spec(unit).exercises) for unit in dict.fromkeys(plan.unit for plan in plans)}


def _needs(desk: Desk, plan: Plan) -> tuple[str, ...]:
    """What the plan's sandbox must have: libraries, and a GPU for what asks for one or may use the one asked for."""
    gpu = plan.exercise.device == "cuda" or (plan.exercise.device == "any" and desk.device == "cuda")
    return desk.course.spec(plan.unit).about.needs + (("cuda",) if gpu else ())


def _flags(desk: Desk, submission: Submission) -> Iterator[Message]:
    """What the policy finds in the exact text that will run, read in a process of its own; advice, never a point."""
    try:
        found = call_apart(partial(_findings, desk, submission))
    except Exhausted:
        yield Message("policy.exhausted", {"student": submission.student})
        return
    for name, line, rule, what in found:
        source = submission.sources.get(name)
        place = source.place_of(line) if source is not None else line
        yield Message("policy.flag", {"unit": name, "line": place, "rule": rule, "what": what})


def _findings(desk: Desk, submission: Submission) -> list[tuple[str, int, str, str]]:
    """(unit or module, line, rule, what); helper modules of the upload may import what any of its units may."""
    allowed = {unit: _allowed(desk, unit) for unit in submission.sources}
    anywhere = {name for names in allowed.values() for name in names}
    texts = [(unit, source.text, source.file, allowed[unit]) for unit, source in submission.sources.items()]
    texts += [(name, text, name, anywhere) for name, text in submission.extra.items()]
    found = []
    for name, text, file, imports in texts:
        try:
            findings = check_source(text, imports, desk.course.units, own=submission.extra, file=file)
        except SubmissionError as error:
            findings = (Finding(1, "unreadable", str(error)),)
        found += [(name, one.line, one.rule, one.what) for one in findings]
    return found


def _allowed(desk: Desk, unit: str) -> set[str]:
    spec = desk.course.spec(unit)
    return {*spec.about.imports, *(name for one in spec.exercises.values() for name in one.imports)}


def _plans(desk: Desk, submission: Submission, unit: str, nonce: str) -> Iterator[Plan]:
    for symbol, exercise in desk.course.spec(unit).exercises.items():
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
    """One sandbox for these exercises; what was lost when it died early is tried once more in a fresh one."""
    jobs = [_job(desk, plan) for plan in plans]
    outcomes, record = _sandboxed(desk, submission, jobs, needs)
    lost = [place for place, outcome in enumerate(outcomes) if outcome.ending == "lost"]
    for place in lost:
        (outcomes[place],), _ = _sandboxed(desk, submission, [jobs[place]], needs)
    return [_judged(desk, submission, plan, one, needs) for plan, one in zip(plans, outcomes, strict=True)], record


def _sandboxed(
    desk: Desk, submission: Submission, jobs: Sequence[Job], needs: tuple[str, ...]
) -> tuple[list[Outcome], Mapping[str, Any]]:
    sources = _texts(submission)
    specs = {job.unit: desk.course.spec(job.unit).source for job in jobs}
    with closing(desk.backend.open(needs)) as sandbox:
        result = sandbox.run(Batch(sources, specs, tuple(jobs), "cuda" if "cuda" in needs else "cpu"))
    return list(result.outcomes), result.record


def _texts(submission: Submission) -> dict[str, str]:
    return {unit: source.text for unit, source in submission.sources.items()} | dict(submission.extra)


def _job(desk: Desk, plan: Plan, extra: Sequence[tuple[str, Inputs]] = ()) -> Job:
    public = [(run_key(one.case, one.draw), one.inputs) for one in desk.answers.public(plan.unit, plan.exercise.symbol)]
    hidden = [(run_key(case, draw), inputs) for case, draw, inputs in plan.hidden]
    if "cuda" in _needs(desk, plan):
        public = [(key, {**inputs, "device": "cuda"}) for key, inputs in public]
        hidden = [(key, {**inputs, "device": "cuda"}) for key, inputs in hidden]
        extra = [(key, {**inputs, "device": "cuda"}) for key, inputs in extra]
    limits = Limits(wall_s=plan.exercise.wall_s, memory_mb=plan.exercise.memory_mb)
    return Job(plan.unit, plan.exercise.symbol, tuple(extra or public), () if extra else tuple(hidden), limits)


# --- judging ---


def _judged(desk: Desk, submission: Submission, plan: Plan, outcome: Outcome, needs: tuple[str, ...]) -> ExerciseReport:
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
            return known[run_key(run.case, run.draw)] if run.public else desk.answers.sketches(unit, symbol, run.inputs)

        def rerun(batch: list[Inputs]) -> list[Trace]:
            job = _job(desk, plan, [(str(place), inputs) for place, inputs in enumerate(batch)])
            (again,), _ = _sandboxed(desk, submission, [job], needs)
            return [again.traces.get(str(place), Trace()) for place in range(len(batch))]

        def fresh(case: Case, draw: int, attempt: int) -> Inputs:
            return draw_inputs(case, draw, public_key(unit, symbol, f"{submission.sha256}{plan.nonce}{attempt}"))

        bench = Bench(
            models,
            rerun,
            partial(desk.answers.trace, unit, symbol),
            fresh,
            partial(desk.answers.wrong, unit, symbol),
            plan.key,
        )
        ending = ending_of(outcome, plan.exercise.wall_s)
        report = judge(unit, plan.exercise, runs, desk.answers.models(unit, symbol), bench, ending)
        report = weighed(report, plan.exercise, runs, _texts(submission))
    except BrokenError as error:
        return faulty(plan.unit, plan.exercise, Message("broken", {"text": str(error)}), "broken")
    return located(report, source.line_of)


def _merged(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a submission that needed two sandboxes (NumPy and torch)."""
    if not one or not two:
        return dict(one or two)
    wall, memory = one["wall_s"] + two["wall_s"], max(one["max_rss_mb"], two["max_rss_mb"])
    return {**one, **two, "wall_s": wall, "max_rss_mb": memory}
