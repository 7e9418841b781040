"""Makes seals: which outputs and entries count, in which conventions, and how many bits they hold.

Only the course's own answers are used, and only here; nothing that is written contains their values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graders.compare.context import CounterModel
from graders.compare.run_results import own
from graders.compare.tolerance import FLOOR, tolerance_for
from graders.grading.oracle import Answers, run_key
from graders.probe import Trace
from graders.sealing.inputs import SealingRun, sealing_runs
from graders.sealing.lock import Seal, Way
from graders.sealing.quantise import CLEAR, Grid, flattened, grid_of, material, rounded
from graders.sealing.vault import FEWEST_BITS, STRETCHED_BELOW, key_from, locked, proof_of
from graders.spec import Exercise, family

__all__ = ["Sealed", "Traces", "seal_of"]

ENOUGH_BITS = 80
REPEATS = (1, 2, 4, 8, 16)  # of every draw, if one holds few bits
FINENESS = (5, 8, 11)  # steps up to the largest entry, as powers of two: the coarsest that tells the mistakes apart

Traces = Mapping[str, Trace]  # by the run's key


@dataclass(frozen=True)
class Sealed:
    """An exercise's seal and key, or ``seal`` None if its answers hold nothing; ``bits`` of its weakest way."""

    symbol: str
    bits: int
    seal: Seal | None = None
    key: bytes = b""
    open_to: tuple[str, ...] = ()  # misconceptions that these inputs do not distinguish from a right answer
    ways: tuple[str, ...] = ()  # the conventions with their own way

    @property
    def strong(self) -> bool:
        """Whether its key suffices: there are too many answers to try, and no known mistake gives them.

        If properties judge what matters (random initial weights), a wrong answer may be right in the rest.
        """
        return self.seal is not None and self.bits >= FEWEST_BITS and not self.open_to


@dataclass(frozen=True)
class _Runs:
    """An exercise on its sealing inputs: what each piece of code answers there."""

    answers: Answers
    unit: str
    exercise: Exercise
    repeats: int

    @cached_property
    def runs(self) -> tuple[SealingRun, ...]:
        return tuple(sealing_runs(self.unit, self.exercise, self.repeats))

    @cached_property
    def right(self) -> Traces:
        return {run.key: self.answers.trace(self.unit, self.exercise.symbol, run.inputs) for run in self.runs}

    def altered(self, model: CounterModel) -> Traces:
        """The answers of a misconception or a variant; empty if it hangs."""
        found = {
            run.key: self.answers.wrong(self.unit, self.exercise.symbol, model.id, run.inputs) for run in self.runs
        }
        return {key: trace or Trace() for key, trace in found.items()}

    @cached_property
    def variants(self) -> list[tuple[CounterModel, Traces]]:
        """The right conventions in which the whole exercise passes."""
        paying = {check.group for check in self.exercise.checks if check.points}
        models = [one for one in self.answers.models(self.unit, self.exercise.symbol) if one.kind == "variant"]
        return [(one, self.altered(one)) for one in models if not one.groups or paying <= {*one.groups}]

    @cached_property
    def mistakes(self) -> list[tuple[CounterModel, Traces]]:
        models = self.answers.models(self.unit, self.exercise.symbol)
        return [(one, self.altered(one)) for one in models if one.kind == "misconception"]


def seal_of(answers: Answers, unit: str, exercise: Exercise) -> Sealed:
    """The seal of one exercise: with the fewest runs that hold enough bits, as coarse as mistakes allow."""
    found = Sealed(exercise.symbol, 0)
    if exercise.device == "cuda":
        return found  # a release has no GPU
    for repeats in REPEATS:
        runs = _Runs(answers, unit, exercise, repeats)
        if not runs.runs or any(trace.crash is not None for trace in runs.right.values()):
            return found
        made = _finest(runs)
        if made.bits <= found.bits:
            return found
        found = made
        if found.bits >= ENOUGH_BITS or exercise.wall_s > Exercise.wall_s:
            break  # a slow exercise is not run again and again
    return found


def _finest(runs: _Runs) -> Sealed:
    """As coarse as mistakes allow."""
    found = _sealed(runs, FINENESS[0])
    for fineness in FINENESS[1:]:
        if not found.open_to:
            break
        made = _sealed(runs, fineness)
        found = made if len(made.open_to) < len(found.open_to) else found
    return found


def _sealed(runs: _Runs, fineness: int) -> Sealed:
    """With grids for the course's own answers, and another way for every convention that these do not cover."""
    symbol, where = runs.exercise.symbol, f"{runs.unit}.{runs.exercise.symbol}"
    grids = tuple(_grids(runs, runs.right, fineness))
    grids = _agreed(grids, runs.right, [traces for model, traces in runs.variants if model.eps])
    bits, first = [_bits(runs, grids, runs.right)], material(grids, runs.right)
    if first is None or bits[0] < 1:
        return Sealed(symbol, 0)
    ways: dict[str, tuple[tuple[Grid, ...], bytes]] = {"": (grids, first)}
    for model, traces in runs.variants:
        if any(material(known, traces) == given for known, given in ways.values()):
            continue
        theirs = tuple(_grids(runs, traces, fineness))
        given = material(theirs, traces)
        if given is not None and (weight := _bits(runs, theirs, traces)):
            ways[model.id] = theirs, given
            bits.append(weight)
    stretched = min(bits) < STRETCHED_BELOW
    key = key_from(first, f"{where} itself", False)
    made = tuple(Way(kept, locked(key_from(given, where, stretched), key, where)) for kept, given in ways.values())
    relabelled = bool(runs.answers.relabellings(runs.unit, symbol))
    opened = [
        model.id
        for model, traces in runs.mistakes
        if any(material(kept, traces) == given for kept, given in ways.values())
    ]
    seal = Seal(made, proof_of(key), stretched, relabelled, runs.repeats, min(bits))
    return Sealed(symbol, min(bits), seal, key, tuple(opened), tuple(ways))


def _grids(runs: _Runs, traces: Traces, fineness: int) -> Iterator[Grid]:
    """The grids of the outputs that earn points by their values."""
    exercise = runs.exercise
    for run in runs.runs:
        for output, value in traces[run.key].outputs.items():
            name, group = family(output), run.case.group
            if name not in exercise.outputs or not exercise.points_of(name, group):
                continue
            if own(exercise.properties, name, group, None) is not None:
                continue
            scale, flat = own(exercise.scale, name, group, None), flattened(value)
            top = float(np.abs(flat[1]).max(initial=0.0)) if flat is not None else 0.0
            size = max(top, scale(run.inputs) if scale is not None else 0.0, FLOOR)
            tolerance = tolerance_for(np.float32(0), True, exercise, name, group)
            grid = grid_of(run.key, output, value, fineness, tolerance * size) if math.isfinite(size) else None
            if grid is not None:
                yield grid


def _agreed(grids: tuple[Grid, ...], right: Traces, others: Sequence[Traces]) -> tuple[Grid, ...]:
    """Drops entries that an ε moves across an edge, if most remain: one way for a whole family."""
    found = []
    for grid in grids:
        mine = _steps(grid, right)
        kept = grid.entries(mine.size) if mine is not None else None
        if mine is None or kept is None:
            found.append(grid)
            continue
        for traces in others:
            theirs = _steps(grid, traces)
            if theirs is not None and theirs.shape == mine.shape:
                same = kept & (np.abs(theirs - np.rint(mine)) <= 0.5 - CLEAR / 2)
                kept = same if 2 * same.sum() >= kept.sum() else kept
        found.append(Grid(grid.run, grid.output, grid.exponent, np.packbits(kept).tobytes()))
    return tuple(found)


def _steps(grid: Grid, traces: Traces) -> np.ndarray | None:
    """An output in units of its grid's steps."""
    value = traces[grid.run].outputs.get(grid.output)
    flat = flattened(value) if value is not None else None
    return flat[1] / 2.0**grid.exponent if flat is not None else None


def _bits(runs: _Runs, grids: Sequence[Grid], traces: Traces) -> int:
    """The min-entropy of the rounded answers for somebody who knows shapes and the practice values, not the inputs.

    Entries of one output are assumed to have the same distribution: each holds what its most frequent
    value leaves open, or less if the practice value in the same place is a better guess. Outputs of one run follow from
    the same inputs, so only the richest of them counts.
    """
    public = runs.answers.public(runs.unit, runs.exercise.symbol)
    practised = {run_key(one.case, one.draw): one.trace for one in public}
    richest: dict[str, float] = {}
    for grid in grids:
        found = rounded(grid, traces[grid.run].outputs[grid.output])
        if found is None or found[1].size < 2:
            continue
        steps = found[1]
        guess = float(np.unique(steps, return_counts=True)[1].max()) / steps.size
        known = practised[grid.run.rpartition(".")[0]].outputs.get(grid.output)
        seen = rounded(grid, known) if known is not None else None
        if seen is not None and seen[1].shape == steps.shape:
            guess = max(guess, float(np.mean(seen[1] == steps)))
        bits = (steps.size - 1) * -math.log2(guess)
        richest[grid.run] = max(richest.get(grid.run, 0.0), bits)
    return int(sum(richest.values()))
