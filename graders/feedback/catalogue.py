"""Every sentence of the platform in English, by id; Korean is in ``graders/locale``."""

from __future__ import annotations

__all__ = ["MESSAGES", "N_"]


def N_(text: str) -> str:
    """Mark a sentence for Babel's extractor."""
    return text


MESSAGES: dict[str, str] = {
    "after": N_("{then} builds on {first}, which fails its own checks: mend that first."),
    "broken": N_("Our side failed while grading this: {text} It does not count against you; the staff have been told."),
    "ending.crash": N_("The Python process ended before the exercise was done ({detail})."),
    "ending.lost": N_("The sandbox ended before this exercise ran, twice ({detail}). The staff have been told."),
    "ending.memory": N_("It needed more memory than allowed ({detail})."),
    "ending.output": N_("It printed more than allowed ({detail})."),
    "ending.processes": N_("It started more processes than allowed ({detail})."),
    "ending.rejected": N_("What came back was not a well-formed answer ({detail})."),
    "ending.time": N_("It ran longer than its time limit ({detail}). Is there a loop that never ends?"),
    "grade.not_submitted": N_("{unit}: not submitted."),
    "policy.flag": N_("{unit}, line {line}: {what} ({rule}). For staff to look at; no points were taken."),
    "text": N_("{text}"),
    "ui.actual": N_("yours"),
    "ui.case": N_("Case {case}:"),
    "ui.common": N_("What the class gets wrong, by number of students"),
    "ui.counterexample": N_("Case {case}: a hidden input failed. This fresh one fails the same way:"),
    "ui.exercises_passed": N_("exercises passed: {passed} of {count}"),
    "ui.expected": N_("expected"),
    "ui.follow_through": N_("Part of the points are kept: this gradient fits your own forward."),
    "ui.hint": N_("Hint {number} of {count}:"),
    "ui.hints_left": N_("More hints on request: {count}"),
    "ui.looks": N_("need a look: {count}"),
    "ui.median": N_("median: {percent}"),
    "ui.more_diagnoses": N_("(further mistakes not shown: {count})"),
    "ui.more_lines": N_("(lines not shown: {count})"),
    "ui.no_score": N_("No score: the grader failed, not you. It will be graded again."),
    "ui.nothing": N_("nothing"),
    "ui.printed": N_("Your code printed:"),
    "ui.printed_errors": N_("Your code printed to stderr:"),
    "ui.recognised": N_("Recognised mistake: {title}"),
    "ui.score": N_("score"),
    "ui.student": N_("student"),
    "ui.submissions": N_("submissions: {count}"),
    "ui.total": N_("Score {score} of {max_score}"),
    "ui.verdict": N_("result"),
    "ui.worst": N_("Furthest off at {at}: {actual} instead of {expected}."),
    "verdict.broken": N_("grader fault"),
    "verdict.error": N_("raised an error"),
    "verdict.fail": N_("not right yet"),
    "verdict.flagged": N_("needs a look"),
    "verdict.limit": N_("over a limit"),
    "verdict.missing": N_("not written yet"),
    "verdict.not_run": N_("not run here"),
    "verdict.pass": N_("passed"),
    "verdict.rejected": N_("could not be graded"),
}
