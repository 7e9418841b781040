"""The path of a submission, top to bottom: files → sources → sandbox → reference → verdicts → report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graders.courses.course import Course
from graders.grading.annotate import advised, faulty, titled, unblamed
from graders.grading.bounds import bounded
from graders.grading.forbidden import forbidden_by_text
from graders.grading.intake import read_with_flags
from graders.grading.judging import judged
from graders.grading.numerical import flags_of
from graders.grading.plan import Plan, job_of, plans_of
from graders.grading.running import Runner
from graders.grading.secret import fresh_nonce
from graders.grading.setup import Setup
from graders.grading.told_once import told_once
from graders.grading.used_units import with_used_units
from graders.messages.errors import DeviceError, SubmissionError
from graders.messages.message import Message
from graders.reports.record import GradingRecord, RunRecord
from graders.reports.report import ExerciseReport, Report
from graders.reports.verdict import worst
from graders.sandbox.metered import Metered
from graders.spec import Exercise
from graders.submission import Submission

__all__ = ["grade_submission", "rejected"]


def grade_submission(
    setup: Setup, path: Path, *, student: str | None = None, unit: str | None = None, nonce: str | None = None
) -> Report:
    """Grade what lies at ``path``; student faults become a report, internal errors ``broken``.

    ``nonce``: an earlier report's, to ask about the same hidden inputs again ("" if it has none).
    """
    try:
        submission, flags = read_with_flags(
            path,
            setup.imports,
            units=setup.course.units,
            compatibility=setup.course.compatibility,
            unit=unit,
            student=student,
        )
    except SubmissionError as error:
        return rejected(student or path.stem, error)
    nonce = fresh_nonce() if nonce is None else nonce
    meter = Metered(setup.backend, setup.budget_s * max(1, len(setup.graded(submission.units))))
    ran = _ran(replace(setup, backend=meter), submission, list(plans_of(setup, submission, nonce)))
    flags += tuple(flags_of(ran.exercises))
    exercises = tuple(with_used_units(_explained(setup.course, ran.exercises), submission))
    report = Report(
        submission.student,
        exercises,
        worst([one.verdict for one in exercises] + (["flagged"] if flags else [])),
        notes=(*submission.notes, *_short(meter)),
        flags=flags,
        sha256=submission.sha256,
        course_version=setup.course.version,
        device=", ".join(sorted(ran.devices)) or setup.device,
        run=_record(ran, setup, nonce, meter),
        files=submission.files,
    )
    return bounded(report)


def rejected(student: str, error: SubmissionError) -> Report:
    """The report of an upload that cannot be read; the batch goes on."""
    return bounded(Report(student, (), "rejected", error.message))


def _record(ran: _Ran, setup: Setup, nonce: str, meter: Metered) -> GradingRecord:
    return {
        **ran.record,
        "key": setup.secret.key_id,
        "nonce": nonce,
        "device_asked": setup.device,
        "units_asked": list(setup.units),
        "course": str(setup.course.root),
        "used_s": round(meter.spent_s, 2),
    }


def _short(meter: Metered) -> Iterator[Message]:
    if meter.short:
        yield Message("budget.spent", {"seconds": f"{meter.budget_s:g}"})


def _explained(course: Course, exercises: Sequence[ExerciseReport]) -> tuple[ExerciseReport, ...]:
    """What one exercise says about another, and the unit's titles for its cases."""
    exercises = [titled(one, course.spec(one.unit).about) for one in exercises]
    exercises = told_once(exercises, lambda unit: course.spec(unit).exercises)
    exercises = unblamed(exercises, lambda unit: course.spec(unit).exercises)
    return tuple(advised(course.spec, exercises))


# --- running ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ran:
    """The exercises of a submission, run and judged, and the record of that. ``devices``: those that were used."""

    exercises: tuple[ExerciseReport, ...]
    record: RunRecord = field(default_factory=RunRecord)
    devices: frozenset[str] = frozenset()


def _ran(setup: Setup, submission: Submission, plans: Sequence[Plan]) -> _Ran:
    """Every plan's exercise by unit; one sandbox for all with the same needs."""
    reports = forbidden_by_text(submission, _exercises(plans))
    left = [plan for plan in plans if plan.name not in reports]
    record = RunRecord()
    devices: set[str] = set()
    for needs in dict.fromkeys(plan.needs for plan in left):
        group = [plan for plan in left if plan.needs == needs]
        one = _ran_together(setup, submission, group, needs)
        reports |= {plan.name: report for plan, report in zip(group, one.exercises, strict=True)}
        record = _merged(record, one.record)
        devices |= one.devices
    by_unit = sorted(plans, key=lambda plan: plan.unit)
    return _Ran(tuple(reports[plan.name] for plan in by_unit), record, frozenset(devices))


def _exercises(plans: Sequence[Plan]) -> dict[str, dict[str, Exercise]]:
    found: dict[str, dict[str, Exercise]] = {}
    for plan in plans:
        found.setdefault(plan.unit, {})[plan.exercise.symbol] = plan.exercise
    return found


def _ran_together(setup: Setup, submission: Submission, plans: Sequence[Plan], needs: tuple[str, ...]) -> _Ran:
    """These exercises in one sandbox; an absent device is neither wrong nor ever a pass."""
    runner = Runner(
        setup.backend,
        submission,
        {plan.unit: setup.course.spec(plan.unit).source for plan in plans},
        needs,
        setup.course.compatibility,
    )
    jobs = [job_of(plan, setup.answers) for plan in plans]
    try:
        outcomes, record = runner.run(jobs)
        reports = tuple(
            judged(setup.answers, submission, plan, outcome, runner.rerun(job, plan.placed))
            for plan, job, outcome in zip(plans, jobs, outcomes, strict=True)
        )
    except DeviceError as error:
        absent = Message("device.absent", {"text": error.message.to_dict()})
        return _Ran(tuple(faulty(plan.unit, plan.exercise, absent, "not_run") for plan in plans))
    return _Ran(reports, record, frozenset({"cuda" if "cuda" in needs else "cpu"}))


def _merged(one: RunRecord, two: RunRecord) -> RunRecord:
    """The record of a submission that needed two sandboxes (NumPy and torch)."""
    if not one or not two:
        return one or two
    wall, memory = one["wall_s"] + two["wall_s"], max(one["max_rss_mb"], two["max_rss_mb"])
    return {**one, **two, "wall_s": wall, "max_rss_mb": memory}
