"""The inputs that seal a text: those of the drawn cases, with their own public seed.

They are not secret, but the right answers to them are published nowhere. They differ from the practice inputs, and
no hidden input of a grading is among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graders.grading.inputs import draw_inputs
from graders.grading.oracle import run_key
from graders.grading.secret import Secret
from graders.spec import Case, Exercise

__all__ = ["SealingRun", "sealing_runs"]

SEED = Secret(b"deepgrade: inputs that seal")


@dataclass(frozen=True)
class SealingRun:
    """One run of a probe whose outputs are part of a key."""

    key: str
    case: Case
    draw: int
    inputs: dict[str, Any]


def sealing_runs(unit: str, exercise: Exercise, repeats: int = 1) -> Iterator[SealingRun]:
    """Every draw of the drawn cases that count, repeated this often, each time with another seed."""
    for repeat in range(repeats):
        seed = SEED.derive(unit, exercise.symbol, str(repeat))
        for case in exercise.cases:
            for draw in range(len(case.dims) if case.hidden and not case.note else 0):
                inputs = draw_inputs(case, draw, seed)
                yield SealingRun(f"{run_key(case, draw)}.{repeat}", case, draw, inputs)
