"""What judging is given: runs of a probe, counter-models, how the sandbox ended, and what may be asked for later."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from graders.compare.sketches import Sketches
from graders.probe import Trace
from graders.spec import Case
from graders.verdict import Message

__all__ = ["Bench", "Ending", "Finding", "Model", "Run"]


@dataclass(frozen=True)
class Model:
    """A known counter-model: a misconception (hints: where → which relation → a question) or a right variant (note)."""

    id: str
    kind: str  # "misconception" or "variant"
    hints: Mapping[str, tuple[str, ...]]
    indistinguishable_from: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)  # the name of the mistake, per language


@dataclass(frozen=True)
class Run:
    """One execution of the probe; ``actual`` is None where it never came back (a limit, a dead sandbox)."""

    case: Case
    draw: int
    public: bool
    inputs: Mapping[str, Any]
    expected: Trace
    actual: Trace | None
    counterexample: bool = False

    @property
    def shown(self) -> bool:
        """Whether a student may see its values."""
        return self.public or self.counterexample

    @property
    def dims(self) -> Mapping[str, int]:
        return self.case.dims[self.draw]


@dataclass(frozen=True)
class Ending:
    """How the sandbox says the exercise ended: ``pass`` when normally, else the verdict of what never came back."""

    verdict: str = "pass"
    message: Message | None = None
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True)
class Finding:
    """What is said of one failing check beyond its verdict."""

    message: Message | None = None
    diagnosis: str | None = None
    hint: Mapping[str, tuple[str, ...]] | None = None
    title: Mapping[str, str] | None = None
    follow_through: bool = False


def _no_models(run: Run) -> Mapping[str, Sketches]:
    return {}


def _no_model(id: str, inputs: Mapping[str, Any]) -> Trace | None:
    return None


@dataclass(frozen=True)
class Bench:
    """What judging may ask for, only when something differs.

    ``models``: counter-model id → its sketches on a run's inputs. ``rerun``: the student's probe on other inputs, in
    one batch. ``expect``: the reference on them; ``wrong``: a counter-model on them, in full. ``fresh``: (case, draw,
    attempt) → other inputs that may be shown. ``seed``: what no student's code can know, for directions of slopes.
    """

    models: Callable[[Run], Mapping[str, Sketches]] = _no_models
    rerun: Callable[[list[Mapping[str, Any]]], list[Trace]] | None = None
    expect: Callable[[Mapping[str, Any]], Trace] | None = None
    fresh: Callable[[Case, int, int], Mapping[str, Any]] | None = None
    wrong: Callable[[str, Mapping[str, Any]], Trace | None] = _no_model
    seed: bytes = field(default_factory=partial(secrets.token_bytes, 16), repr=False)

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose, the same on every call."""
        digest = hashlib.sha256(self.seed + purpose.encode()).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))
