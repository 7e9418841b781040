"""Reports one cause once: an exercise that fails by a mistake in code it uses refers to where that is fixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from graders.grading.annotate import unblamed
from graders.messages.message import Message
from graders.reports.report import CheckReport, ExerciseReport
from graders.spec import Exercise

__all__ = ["told_once"]

Exercises = Mapping[str, Exercise]


def told_once(exercises: Sequence[ExerciseReport], spec: Callable[[str], Exercises]) -> list[ExerciseReport]:
    """Rewrites checks with another exercise's mistake: refer to it if it fails here too, else say it is known there.

    ``spec(unit)``: a unit's exercises. If no inputs are drawn, the mistake is believed only if it is found there as
    well: a table of four rows says too little.
    """
    failing = {
        (one.unit, one.name, check.diagnosis)
        for one in unblamed(exercises, spec)  # only diagnoses that are believed
        for check in one.checks
        if check.verdict in ("fail", "error") and check.diagnosis
    }

    def told(one: ExerciseReport, check: CheckReport) -> CheckReport:
        owner = _owner(one.unit, check.diagnosis or "", spec(one.unit))
        if owner in ("", one.name) or check.follow_through or check.follows or check.message is None:
            return check
        if (one.unit, owner, check.diagnosis) in failing:
            message = Message("borrowed.follows", {"first": owner, "then": one.name})
            return replace(check, message=message, hint=None, line=None, source="")
        if not any(case.hidden for case in spec(one.unit)[one.name].cases):
            return replace(check, diagnosis=None, hint=None, title=None, name_at=0)
        if check.message.id == "borrowed.known":
            return check
        said = {**check.message.params, "said": check.message.to_dict(), "first": owner}
        return replace(check, message=Message("borrowed.known", said))

    return [replace(one, checks=tuple(told(one, check) for check in one.checks)) for one in exercises]


def _owner(unit: str, diagnosis: str, exercises: Exercises) -> str:
    """The exercise that a misconception belongs to; "" for a relation."""
    owners = [name for name in exercises if diagnosis.startswith(f"{unit}.{name}.")]
    return max(owners, key=len, default="")
