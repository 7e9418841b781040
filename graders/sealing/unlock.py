"""Gets an exercise's key from somebody's own code, in whichever right convention it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graders.compare.conventions import Relabelling, conventions_of
from graders.probe import Trace
from graders.sealing.inputs import sealing_runs
from graders.sealing.lock import Lock
from graders.spec import Exercise

__all__ = ["Observe", "Runs", "opened_by", "prepared"]

Runs = Sequence[tuple[str, Mapping[str, Any]]]  # (key, inputs)
Observe = Callable[[Runs], Mapping[str, Trace]]


def prepared(lock: Lock, exercise: Exercise) -> Runs:
    """The sealing runs from which an exercise's key is derived, with their inputs."""
    wanted = lock.runs_of(exercise.symbol)
    runs = sealing_runs(lock.unit, exercise, lock.seals[exercise.symbol].repeats)
    return [(run.key, run.inputs) for run in runs if run.key in wanted]


def opened_by(
    lock: Lock,
    symbol: str,
    runs: Runs,
    observe: Observe,
    relabellings: Callable[[], Sequence[Relabelling]] = tuple,
) -> bytes | None:
    """The exercise's key from what ``observe`` gives on its sealing runs; None if that is not a right answer.

    ``relabellings``: the conventions in which weights may be packed; called only if the course's own does not fit.
    """
    key = lock.key_of(symbol, observe(runs))
    if key is not None or not lock.seals[symbol].relabelled:
        return key
    for convention in conventions_of(relabellings()):
        given = [(name, convention.inputs_to_theirs(inputs)) for name, inputs in runs]
        traces = {name: convention.trace_to_ours(trace) for name, trace in observe(given).items()}
        key = lock.key_of(symbol, traces)
        if key is not None:
            return key
    return None
