"""The vocabulary of exercises: units, exercises, gradients, properties; re-exports cases and draws.

Read by the platform and, inside the sandbox, by the guest: NumPy and the standard library only, and no secrets.
A unit's file in ``graders/exercises/`` defines ``UNIT`` and ``EXERCISES`` in these terms and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.spec.cases import Case, drawn, literal, side
from graders.spec.draws import (
    Draw,
    choice,
    derived,
    digits,
    distinct,
    fixed,
    integers,
    labels,
    normal,
    one_hot,
    ones_and_zeros,
    probabilities,
    spaced,
    uniform,
)
from graders.spec.profile import Profile

__all__ = [
    "Case",
    "Check",
    "Draw",
    "Exercise",
    "Gradient",
    "Inputs",
    "Outputs",
    "Property",
    "SpecError",
    "Text",
    "Unit",
    "at_least",
    "at_most",
    "choice",
    "derived",
    "digits",
    "distinct",
    "drawn",
    "fixed",
    "integers",
    "labels",
    "literal",
    "normal",
    "one_hot",
    "ones_and_zeros",
    "probabilities",
    "side",
    "spaced",
    "uniform",
]

Inputs = Mapping[str, Any]  # of one run of a probe, by name
Outputs = Mapping[str, Any]  # of one run, by name
Text = Mapping[str, str]  # {"ko": …, "en": …}, in the languages of the course
Probe = Callable[..., Iterator[tuple[str, object]]]
LANGUAGES = ("ko", "en")
PRECISIONS = ("float64", "float32", "tf32", "float16", "bfloat16")


class SpecError(Exception):
    """An exercise declares something that cannot be graded fairly."""


@dataclass(frozen=True)
class Unit:
    """Settings for every exercise of one file.

    ``uses`` names earlier units whose student code may be imported; ``imports`` the libraries a student may import;
    ``needs`` the libraries the guest must have besides NumPy (``("torch",)``).
    ``forbids``: what no exercise of the unit may call (``"torch.*"``).
    ``cases``: Korean names of cases and groups; their own names are English.
    ``minutes``: how long a learner needs for the whole unit; ``after``: the units to do first (those of ``uses`` are
    always among them).
    """

    title: Text
    uses: tuple[str, ...] = ()
    imports: tuple[str, ...] = ("numpy",)
    needs: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    cases: Mapping[str, str] = field(default_factory=dict)
    minutes: int = 0
    after: tuple[str, ...] = ()


# --- outputs ---


@dataclass(frozen=True)
class Gradient:
    """This output is d sum(of · upstream) / d wrt; ``upstream=None`` for a scalar ``of`` (a loss).

    ``of`` names an output, ``wrt`` and ``upstream`` inputs. Several outputs may be summed: ``of=("h", "c")`` with
    ``upstream=("dh", "dc")``.
    """

    of: str | tuple[str, ...]
    wrt: str
    upstream: str | tuple[str, ...] | None = None

    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """(output, upstream) pairs."""
        outs = (self.of,) if isinstance(self.of, str) else self.of
        ups = (self.upstream,) * len(outs) if isinstance(self.upstream, str | None) else self.upstream
        return tuple(zip(outs, ups, strict=True))


@dataclass(frozen=True)
class Property:
    """A rule that replaces the comparison of values: ``holds(actual, expected, inputs)``, run outside the sandbox.

    For randomness (dropout), trained outcomes, and values with an honest choice (ReLU's slope at 0, ties). ``actual``
    already has the expected shape and kind unless ``shaped`` is false.
    """

    holds: Callable[[Any, Any, Inputs], bool]
    says: Text
    shaped: bool = True


def at_most(bound: float, says: Text) -> Property:
    """The output is a number ≤ bound."""
    return Property(lambda actual, expected, inputs: bool(np.all(np.asarray(actual) <= bound)), says)


def at_least(bound: float, says: Text) -> Property:
    """The output is a number ≥ bound."""
    return Property(lambda actual, expected, inputs: bool(np.all(np.asarray(actual) >= bound)), says)


@dataclass(frozen=True)
class Check:
    """One line of a report: an output in a group of cases, and its points."""

    output: str
    group: str
    points: int

    @property
    def name(self) -> str:
        return self.output if self.group == "core" else f"{self.output}@{self.group}"


_FAMILY = re.compile(r"\[[^\]]*\]$")


def family(output: str) -> str:
    """The check an output belongs to: ``W[3]`` (step 3 of a script) belongs to ``W``."""
    return _FAMILY.sub("", output)


# --- exercises ---


@dataclass(frozen=True)
class Exercise:
    """One symbol that a student writes, and how it is judged.

    ``probe(student, **inputs)`` yields ``(output name, value)`` one at a time; a name with an index (``W[2]``) is a
    step of a script and shares the check of its family. ``outputs`` lists the families in the order yielded.
    ``points`` gives points per output or ``output@group``; default 1, and 0 turns it into a note.
    ``symbol`` is the exact name graded (default: the probe's name). ``aliases`` are accepted spellings.
    ``follows``: per output, ``rule(outputs, inputs)`` gives its value for the student's *other* outputs, or None.
    An output that differs from the reference and equals this passes with a note: the mistake is graded elsewhere.
    ``blocks`` splits an output's last axis into equal blocks (gates), each of which must be right.
    ``scale(inputs)`` per output is the natural size of a result whose entries may cancel.
    Set ``tolerance``, ``float32`` (the tolerance if a student computes in float32 and cancellation adds more noise
    than usual) and ``precision`` (the lowest in use: one of ``PRECISIONS``) only if the defaults of
    ``graders/compare/tolerance.py`` do not suffice.
    ``unhidden``: output or ``output@group`` → why it may earn points although hidden inputs ask nothing new (a truth
    table is the whole domain); ``verify`` requires a hidden draw that memory cannot answer for everything else with
    points.
    ``forbids``: what the student must write and therefore may not call, by full name, with ``*`` for any part:
    ``"torch.nn.functional.softmax"``, ``"torch.nn.*LSTM*"``.
    ``numeric``: how to treat gradients that are differences of the student's own forward: ``"flag"`` (staff and
    student are told, points stay), ``"refuse"`` (no points for them) or ``"allow"`` (nothing is said).
    ``curve``: (input, output) to draw as a curve in the feedback; ("", output) shows an output that is right as a
    picture: the last two axes of its first few entries.
    ``start``: the first hint while nothing is written yet (default: made from the outputs and the title).
    ``wall_s``: seconds its public runs may take together, and its hidden ones again, without waiting for a processor.
    ``device``: "cpu"; "any" (CPU, or the GPU that staff request); "cuda". A probe with one of the latter two takes
    ``device="cpu"`` as a keyword.
    """

    probe: Probe
    title: Text
    outputs: tuple[str, ...]
    cases: tuple[Case, ...]
    symbol: str = ""
    points: Mapping[str, int] = field(default_factory=dict)
    gradients: Mapping[str, Gradient] = field(default_factory=dict)
    properties: Mapping[str, Property] = field(default_factory=dict)
    follows: Mapping[str, Callable[[Outputs, Inputs], Any]] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    blocks: Mapping[str, int] = field(default_factory=dict)
    scale: Mapping[str, Callable[[Inputs], float]] = field(default_factory=dict)
    tolerance: Mapping[str, float] = field(default_factory=dict)
    float32: Mapping[str, float] = field(default_factory=dict)
    precision: str | None = None
    numeric: str = "flag"
    unhidden: Mapping[str, str] = field(default_factory=dict)
    device: str = "cpu"  # "cpu", "any" (cpu or cuda) or "cuda"
    wall_s: float = 2.0  # the slowest right answers we know, plain loops, take 0.1 s
    memory_mb: int = 1024
    curve: tuple[str, str] | None = None
    start: Text = field(default_factory=dict)
    profile: Profile = field(default_factory=Profile)  # the course's, set when the unit is loaded

    def __post_init__(self) -> None:
        if not self.symbol:
            object.__setattr__(self, "symbol", self.probe.__name__)
        for problem in _problems(self):
            raise SpecError(f"Exercise {self.symbol}: {problem}")

    @property
    def groups(self) -> tuple[str, ...]:
        """Scored groups in order of first use."""
        return tuple(dict.fromkeys(case.group for case in self.cases if not case.note))

    @property
    def checks(self) -> tuple[Check, ...]:
        """The lines of the report, in order: every output in every scored group."""
        found = []
        for group in self.groups:
            for output in self.outputs:
                found.append(Check(output, group, self.points_of(output, group)))
        return tuple(found)

    def points_of(self, output: str, group: str) -> int:
        return self.points.get(f"{output}@{group}", self.points.get(output, 1))

    @property
    def max_points(self) -> int:
        return sum(check.points for check in self.checks)


def _problems(exercise: Exercise) -> Iterator[str]:
    """What makes a spec unfair or ambiguous, one sentence each."""
    yield from _language_problems(exercise)
    if not exercise.outputs:
        yield "outputs is empty; list what the probe yields, in order."
    yield from _case_problems(exercise.cases)
    yield from _output_problems(exercise)
    choices = {"numeric": ("flag", "refuse", "allow"), "device": ("cpu", "any", "cuda")}
    for name, known in choices.items():
        value = getattr(exercise, name)
        if value not in known:
            yield f"{name} is {value!r}, expected {', '.join(known[:-1])} or {known[-1]}."
    if exercise.precision not in (None, *PRECISIONS):
        yield f"precision is {exercise.precision!r}, expected one of {PRECISIONS}."


def _language_problems(exercise: Exercise) -> Iterator[str]:
    if not exercise.title or not set(exercise.title) <= set(LANGUAGES):
        yield f"title has languages {sorted(exercise.title)}, expected those of the course."
    if not set(exercise.start) <= set(LANGUAGES):
        yield f"start has languages {sorted(exercise.start)}, expected those of the course."


def _case_problems(cases: Sequence[Case]) -> Iterator[str]:
    if not any(not case.note for case in cases):
        yield "it has no scored case."
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        yield f"case names repeat: {names}."
    for case in cases:
        draws = [name for name, value in case.inputs.items() if isinstance(value, Draw)]
        if draws and not case.hidden and not case.note:
            yield f"case {case.name!r} draws {draws} but is literal; write the numbers out or use drawn()."
        if case.hidden and not draws:
            yield f"case {case.name!r} would hide literal values; hidden cases come from draws only."
        if case.hidden and len({tuple(sorted(d.items())) for d in case.dims}) < 2:
            yield f"case {case.name!r} has {len(case.dims)} set of dims; give two with different primes."


def _output_problems(exercise: Exercise) -> Iterator[str]:
    """Declarations for an output that does not exist, or that make no sense for it."""
    groups = tuple(dict.fromkeys(case.group for case in exercise.cases))
    checks = {*exercise.outputs, *(f"{output}@{group}" for output in exercise.outputs for group in groups)}
    e = exercise
    told = (e.points, e.properties, e.follows, e.blocks, e.gradients, e.tolerance, e.float32, e.scale, e.unhidden)
    for words in (*told, (e.curve or ())[1:]):
        for name in words:
            if name not in checks:
                yield f"{name!r} is not one of its outputs {e.outputs} in the groups {groups}."
    for name, reason in e.unhidden.items():
        if not reason.strip():
            yield f"unhidden says no reason for {name!r}."
    for name, points in e.points.items():
        if points < 0:
            yield f"points for {name!r} are {points}, expected 0 or more."
