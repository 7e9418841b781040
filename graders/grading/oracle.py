"""The answers of the reference and its counter-models, outside the sandbox; public inputs are answered once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from graders.compare.context import CounterModel
from graders.compare.conventions import Relabelling
from graders.compare.sketches import Sketches, sketch
from graders.courses.course import Course
from graders.grading.counter_models import Alteration, build_crossed, build_model, crossings, load_alterations
from graders.grading.inputs import draw_inputs
from graders.grading.limited import Late, within
from graders.grading.relabelling import load_relabellings
from graders.grading.secret import public_key
from graders.grading.uses import borrowed
from graders.lazy import Lazy
from graders.outline.interface import Interface, interface_of
from graders.probe import Crash, Trace, crash_of, observe
from graders.spec import Case, Exercise

__all__ = ["Answers", "PublicRun", "public_draws", "run_key"]

PATIENCE = 4  # times the limit for a student's code: a reference that takes longer has hung
Answer = TypeVar("Answer")


def run_key(case: Case, draw: int) -> str:
    """The name of one run on the wire and in files: ``random#1``."""
    return f"{case.name}#{draw}"


def public_draws(unit: str, exercise: Exercise) -> Iterator[tuple[Case, int, dict[str, Any]]]:
    """Every public run of an exercise with its inputs: literal cases, public twins of hidden ones, side cases."""
    key = public_key(unit, exercise.symbol)
    for case in exercise.cases:
        for draw in range(len(case.dims)):
            yield case, draw, draw_inputs(case, draw, key)


@dataclass(frozen=True)
class PublicRun:
    """A public run, the reference's answers, and the sketches of the counter-models (by model id).

    ``variants``: each right variant's answers in full, except those with ``eps``, which hardly differ.
    """

    case: Case
    draw: int
    inputs: Mapping[str, Any]
    trace: Trace
    sketches: Mapping[str, Sketches]
    variants: Mapping[str, Trace] = field(default_factory=dict)


@dataclass
class Answers:
    """The answers of one course; safe to share between threads."""

    course: Course
    _alterations: dict[str, tuple[Alteration, ...]] = field(default_factory=dict, repr=False)
    _borrowed: dict[tuple[str, str], tuple[Alteration, ...]] = field(default_factory=dict, repr=False)
    _relabellings: dict[str, Mapping[str, tuple[Relabelling, ...]]] = field(default_factory=dict, repr=False)
    _interfaces: dict[str, Interface] = field(default_factory=dict, repr=False)
    _modules: dict[str, ModuleType | None] = field(default_factory=dict, repr=False)
    _public: dict[tuple[str, str], tuple[PublicRun, ...]] = field(default_factory=dict, repr=False)
    _late: set[tuple[str, str]] = field(default_factory=set, repr=False)  # what hung once is not run again
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def alterations(self, unit: str, symbol: str) -> tuple[Alteration, ...]:
        """The misconceptions and variants of one exercise."""
        with self._lock:
            if unit not in self._alterations:
                self._alterations[unit] = load_alterations(self.course, unit)
        return tuple(one for one in self._alterations[unit] if one.exercise == symbol)

    def borrowed(self, unit: str, symbol: str) -> tuple[Alteration, ...]:
        """The misconceptions of earlier exercises whose code this one uses."""
        self.alterations(unit, symbol)
        with self._lock:
            if (unit, symbol) not in self._borrowed:
                exercises, source = self.course.spec(unit).exercises, self.course.solution(unit)
                self._borrowed[unit, symbol] = borrowed(source, exercises[symbol], exercises, self._alterations[unit])
        return self._borrowed[unit, symbol]

    def models(self, unit: str, symbol: str) -> tuple[CounterModel, ...]:
        """What a wrong answer is compared with: its own misconceptions and variants, then borrowed misconceptions."""
        return tuple(one.model for one in (*self.alterations(unit, symbol), *self.borrowed(unit, symbol)))

    def relabellings(self, unit: str, symbol: str) -> tuple[Relabelling, ...]:
        """The right conventions of one exercise that only relabel its weights."""
        with self._lock:
            if unit not in self._relabellings:
                self._relabellings[unit] = load_relabellings(self.course, unit)
        return self._relabellings[unit].get(symbol, ())

    def interface(self, unit: str) -> Interface:
        """The call signatures of the definitions given to students."""
        with self._lock:
            if unit not in self._interfaces:
                path = self.course.folder(unit) / "solution.py"
                self._interfaces[unit] = interface_of(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return self._interfaces[unit]

    def trace(self, unit: str, symbol: str, inputs: Mapping[str, Any]) -> Trace:
        """The reference's outputs on these inputs; one that hangs counts as crashed with TimeoutError."""
        exercise = self.course.spec(unit).exercise(symbol)

        def answer() -> Trace:
            file = str(module.__file__)
            try:
                with np.errstate(all="ignore"):
                    return observe(exercise, vars(module), inputs, author_file=file)
            except SystemExit as error:  # it must not end the grader
                return Trace(crash=crash_of(error, file))

        limit_s = PATIENCE * exercise.wall_s
        late = Trace(crash=Crash("TimeoutError", f"no answer within {limit_s:g} s"))
        if (unit, symbol) in self._late:
            return late
        try:
            with self._lock:
                module = within(limit_s, partial(self.course.reference, unit))
            return within(limit_s, answer)
        except Late:
            self._late.add((unit, symbol))
            return late

    def altered(self, alteration: Alteration) -> ModuleType:
        """A counter-model's module, built once; for a borrowed one, its own exercise's."""
        lent = alteration.model.kind == "borrowed" and not alteration.apart
        name = f"{alteration.unit}.{alteration.model.id}" if lent else alteration.name
        with self._lock:
            if name not in self._modules:
                self._modules[name] = build_model(self.course, alteration)
            module = self._modules[name]
        assert module is not None
        return module

    def crossed(self, variant: Alteration, mistake: Alteration) -> ModuleType | None:
        """A misconception made in a right variant, built once; None if the two cannot be combined."""
        name = f"{variant.name}+{mistake.model.id}"
        with self._lock:
            if name not in self._modules:
                self._modules[name] = build_crossed(self.course, variant, mistake)
        return self._modules[name]

    def sketches(self, unit: str, symbol: str, inputs: Mapping[str, Any]) -> Mapping[str, Sketches]:
        """Each counter-model's sketches on these inputs, made on demand, including crossed ones."""
        exercise, known = self.course.spec(unit).exercise(symbol), self.alterations(unit, symbol)

        def made(name: str, build: Callable[[], ModuleType | None]) -> Sketches:
            trace = self._observed(exercise, f"{unit}.{symbol}.{name}", build, inputs)
            return sketch(trace) if trace is not None else Sketches()  # agrees with nothing

        altered = (*known, *self.borrowed(unit, symbol))
        makers = {one.model.id: partial(made, one.model.id, partial(self.altered, one)) for one in altered}
        for variant, mistake in crossings(known):
            key = variant.model.crossed_with(mistake.model.id)
            makers[key] = partial(made, key, partial(self.crossed, variant, mistake))
        return Lazy(makers)

    def variant(self, unit: str, symbol: str, name: str, inputs: Mapping[str, Any]) -> Trace | None:
        """All outputs of a right variant on these inputs."""
        exercise = self.course.spec(unit).exercise(symbol)
        (found,) = (one for one in self.alterations(unit, symbol) if one.model.id == name)
        return self._observed(exercise, f"{unit}.{symbol}.{name}", partial(self.altered, found), inputs)

    def _observed(
        self, exercise: Exercise, key: str, build: Callable[[], ModuleType | None], inputs: Mapping[str, Any]
    ) -> Trace | None:
        """The outputs of one of our modules; None if there is none, or it hangs."""
        if ("", key) in self._late:
            return None

        def work() -> Trace | None:
            module = build()
            with np.errstate(all="ignore"):  # a wrong model may well divide by zero
                return observe(exercise, vars(module), inputs) if module is not None else None

        try:
            return within(PATIENCE * exercise.wall_s, work)
        except Late:
            self._late.add(("", key))
            return None

    def wrong(self, unit: str, symbol: str, key: str, inputs: Mapping[str, Any]) -> Trace | None:
        """All outputs of a misconception (or of one made in a variant) on these inputs; None if there is none."""
        known = self.alterations(unit, symbol)
        builds: dict[str, Callable[[], ModuleType | None]] = {
            one.model.id: partial(self.altered, one) for one in (*known, *self.borrowed(unit, symbol))
        }
        for variant, mistake in crossings(known):
            builds[variant.model.crossed_with(mistake.model.id)] = partial(self.crossed, variant, mistake)
        if key not in builds:
            return None
        exercise = self.course.spec(unit).exercise(symbol)
        return self._observed(exercise, f"{unit}.{symbol}.{key}", builds[key], inputs)

    def public(self, unit: str, symbol: str) -> tuple[PublicRun, ...]:
        """The public runs of an exercise, answered once."""
        with self._lock:
            if (unit, symbol) not in self._public:
                exercise = self.course.spec(unit).exercise(symbol)
                self._public[unit, symbol] = tuple(
                    PublicRun(
                        case,
                        draw,
                        inputs,
                        self.trace(unit, symbol, inputs),
                        self.sketches(unit, symbol, inputs),
                        self._variants(unit, symbol, inputs),
                    )
                    for case, draw, inputs in public_draws(unit, exercise)
                )
        return self._public[unit, symbol]

    def _variants(self, unit: str, symbol: str, inputs: Mapping[str, Any]) -> Mapping[str, Trace]:
        def made(name: str) -> Trace:
            return self.variant(unit, symbol, name, inputs) or Trace()

        known = (model for model in self.models(unit, symbol) if model.kind == "variant" and not model.eps)
        return Lazy({model.id: partial(made, model.id) for model in known})
