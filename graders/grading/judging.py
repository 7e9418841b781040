"""Judges one exercise after its run: compares what came back with the reference and builds the report."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from graders.compare.context import Context, Run
from graders.compare.judge import judge
from graders.compare.sketches import Sketches
from graders.grading.annotate import ending_of, faulty, located, placed_elsewhere, sourced
from graders.grading.forbidden import forbidden
from graders.grading.inputs import draw_inputs
from graders.grading.numerical import weighed
from graders.grading.oracle import Answers, run_key
from graders.grading.outlines import outline_apart
from graders.grading.plan import Plan
from graders.grading.running import Rerun
from graders.grading.secret import public_key
from graders.grading.unnamed import kept_for_authors
from graders.messages.errors import BrokenError
from graders.messages.message import Message
from graders.reports.report import ExerciseReport
from graders.sandbox.contract import Outcome
from graders.spec import Case, Inputs
from graders.submission import Submission

__all__ = ["judged"]


def judged(answers: Answers, submission: Submission, plan: Plan, outcome: Outcome, rerun: Rerun) -> ExerciseReport:
    """The report of one exercise, with the student's own line numbers; ``broken`` if the reference fails."""
    source = submission.sources[plan.unit]
    if source.fault is not None:
        return faulty(plan.unit, plan.exercise, source.fault)
    called = forbidden(plan.unit, plan.exercise, [*outcome.traces.values(), *outcome.hidden.values()])
    if called is not None:
        return located(called, source.line_of)
    try:
        runs = _runs(answers, plan, outcome)
        context = _context(answers, plan, submission, rerun)
        ending = ending_of(outcome, plan.wall_s)
        report = judge(plan.unit, plan.exercise, runs, answers.models(*plan.name), context, ending)
        report = weighed(report, plan.exercise, runs, submission.texts)
    except BrokenError as error:
        return faulty(plan.unit, plan.exercise, Message("broken", {"text": str(error)}), "broken")
    report = kept_for_authors(sourced(report, plan.exercise, source.text), runs, source.text)
    return placed_elsewhere(located(report, source.line_of), submission.sources)


def _runs(answers: Answers, plan: Plan, outcome: Outcome) -> list[Run]:
    """Public runs, then hidden ones, each with the reference's answers."""
    runs = [
        Run(one.case, one.draw, True, one.inputs, one.trace, outcome.traces.get(run_key(one.case, one.draw)))
        for one in answers.public(*plan.name)
    ]
    for case, draw, inputs in plan.hidden:
        expected = answers.trace(*plan.name, inputs)
        runs.append(Run(case, draw, False, inputs, expected, outcome.hidden.get(run_key(case, draw))))
    return runs


def _context(answers: Answers, plan: Plan, submission: Submission, rerun: Rerun) -> Context:
    """What judging may request when something differs."""
    sha256 = submission.sha256
    known = {run_key(one.case, one.draw): one.sketches for one in answers.public(*plan.name)}

    def models(run: Run) -> Mapping[str, Sketches]:
        if run.public and run.convention is None:
            return known[run_key(run.case, run.draw)]
        return answers.sketches(*plan.name, run.our_inputs)

    def fresh(case: Case, draw: int, attempt: int) -> Inputs:
        return draw_inputs(case, draw, public_key(*plan.name, f"{sha256}{plan.nonce}{attempt}"))

    return Context(
        models=models,
        rerun=rerun,
        expect=partial(answers.trace, *plan.name),
        fresh=fresh,
        relabellings=answers.relabellings(*plan.name),
        variant=lambda name, run: answers.variant(*plan.name, name, run.our_inputs),
        wrong=partial(answers.wrong, *plan.name),
        seed=plan.key,
        outline=partial(outline_apart, submission.sources[plan.unit].text),
        interface=answers.interface(plan.unit),
    )
