"""What judging is given: runs of a probe, counter-models, how the sandbox ended, and what it may request later."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from graders.compare.conventions import Convention, Relabelling
from graders.compare.sketches import Sketches
from graders.messages.message import Message
from graders.outline import Outline
from graders.outline.interface import Interface
from graders.probe import Trace
from graders.spec import Case, Inputs

__all__ = ["APART", "Cause", "Context", "CounterModel", "Ending", "Group", "Run"]


APART = "@apart"  # suffix of a borrowed model's id


@dataclass(frozen=True)
class Group:
    """What several misconceptions of an exercise have in common; reported if nothing tells them apart."""

    id: str
    title: Mapping[str, str]
    hints: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class CounterModel:
    """A known counter-model: a misconception (hints: where → which relation → a question) or a right variant (note).

    A variant with ``eps`` differs so little that misconceptions beside it are still recognised; with ``groups``, it is
    right only in these groups of cases. ``shared``: the group a misconception belongs to. A ``borrowed`` model belongs
    to another exercise, named in its id (``Sigmoid.slope``), whose code this one reaches through so many ``steps``.
    """

    id: str
    kind: str  # "misconception", "borrowed" or "variant"
    hints: Mapping[str, tuple[str, ...]]
    indistinguishable_from: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)  # the name of the mistake, per language
    eps: bool = False
    groups: tuple[str, ...] = ()
    shared: Group | None = None
    steps: int = 0
    called: str = ""  # the id to report, if not its own

    @property
    def note(self) -> Mapping[str, str]:
        """A right variant's note to the student, per language."""
        return {lang: texts[0] for lang, texts in self.hints.items() if texts}

    def is_like(self, other: CounterModel) -> bool:
        """Whether students are told the same: no case tells the two apart, or they share a title."""
        declared = self.id in other.indistinguishable_from or other.id in self.indistinguishable_from
        return declared or (bool(self.title) and self.title == other.title)

    def diagnosis(self, unit: str, symbol: str) -> str:
        """Its name in a report: a mistake borrowed from another exercise keeps its name there."""
        name = self.called or self.id
        return f"{unit}.{name}" if self.kind == "borrowed" else f"{unit}.{symbol}.{name}"

    def as_group(self) -> CounterModel:
        """The same numbers, reported under what the group has in common."""
        assert self.shared is not None
        return replace(self, called=self.shared.id, title=self.shared.title, hints=self.shared.hints)

    def lent(self, owner: str, steps: int, apart: bool = False) -> CounterModel:
        """This misconception, as borrowed by an exercise that reaches the code of ``owner`` in so many steps.

        ``apart``: only the probe runs into the mistake; the exercise's own method does not use that code.
        """
        twins = tuple(f"{owner}.{twin}" for twin in self.indistinguishable_from)
        shared = replace(self.shared, id=f"{owner}.{self.shared.id}") if self.shared is not None else None
        id = f"{owner}.{self.id}"
        lent = replace(self, id=id, kind="borrowed", indistinguishable_from=twins, shared=shared, steps=steps)
        return replace(lent, id=f"{id}{APART}", called=id) if apart else lent

    def crossed_with(self, mistake: str) -> str:
        """The key of the sketches for a misconception made in this variant."""
        return f"{self.id}+{mistake}"


@dataclass(frozen=True)
class Run:
    """One execution of the probe; ``actual`` is None if it never came back (a limit, a dead sandbox).

    ``convention``: the student's, used for inputs, expected and actual values; sketches are in the course's.
    """

    case: Case
    draw: int
    public: bool
    inputs: Inputs
    expected: Trace
    actual: Trace | None
    counterexample: bool = False
    convention: Convention | None = None

    @property
    def our_inputs(self) -> Inputs:
        """The inputs in the course's convention, on which counter-models run."""
        return self.inputs if self.convention is None else self.convention.inputs_to_ours(self.inputs)

    @property
    def shown(self) -> bool:
        """Whether a student may see its values."""
        return self.public or self.counterexample

    @property
    def dims(self) -> Mapping[str, int]:
        return self.case.dims[self.draw]


@dataclass(frozen=True)
class Ending:
    """How the exercise ended in the sandbox: ``pass`` if normally, else the verdict for whatever never came back."""

    verdict: str = "pass"
    message: Message | None = None
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True)
class Cause:
    """What the report says about one failing check beyond its verdict."""

    message: Message | None = None
    diagnosis: str | None = None
    hint: Mapping[str, tuple[str, ...]] | None = None
    title: Mapping[str, str] | None = None
    follow_through: bool = False
    model: str = ""  # the counter-model's id, if one is the cause


def _no_models(run: Run) -> Mapping[str, Sketches]:
    return {}


def _no_variant(name: str, run: Run) -> Trace | None:
    return None


def _no_model(id: str, inputs: Inputs) -> Trace | None:
    return None


def _no_outline() -> Outline | None:
    return None


@dataclass(frozen=True)
class Context:
    """What judging may request, and only when something differs.

    ``models``: counter-model id → its sketches on a run's inputs. ``rerun``: the student's probe on other inputs, in
    one batch; if it runs in this process, each on demand. ``expect``: the reference on them; ``wrong``: a counter-model
    on them, in full. ``fresh``: (case, draw, attempt) → other inputs that may be shown. ``variant``: all outputs of a
    right variant on a run's inputs, both in the course's convention. ``seed``: unknown to the student's code, for the
    directions of slopes. ``outline``: what the student defines; ``interface``: how the course calls it.
    """

    models: Callable[[Run], Mapping[str, Sketches]] = _no_models
    rerun: Callable[[list[Inputs]], Iterable[Trace]] | None = None
    expect: Callable[[Inputs], Trace] | None = None
    fresh: Callable[[Case, int, int], Inputs] | None = None
    relabellings: tuple[Relabelling, ...] = ()
    variant: Callable[[str, Run], Trace | None] = _no_variant
    wrong: Callable[[str, Inputs], Trace | None] = _no_model
    seed: bytes = field(default_factory=partial(secrets.token_bytes, 16), repr=False)
    outline: Callable[[], Outline | None] = _no_outline
    interface: Interface = field(default_factory=dict)
    convention: Convention | None = None  # convention of the inputs and outputs of ``expect``, ``wrong`` and ``rerun``

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose, the same on every call."""
        digest = hashlib.sha256(self.seed + purpose.encode()).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))
