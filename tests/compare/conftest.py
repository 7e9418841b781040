"""A small laboratory: an exercise, its reference as text, edits of it as students and as counter-models."""

from __future__ import annotations

import linecache
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from graders.compare.context import Group
from graders.compare.conventions import Relabelling
from graders.compare.judge import Context, CounterModel, Ending, Run, judge
from graders.compare.sketches import Sketches, sketch
from graders.outline import Outline
from graders.outline.interface import interface_of
from graders.probe import Trace, observe
from graders.reports.report import CheckReport, ExerciseReport
from graders.spec import Case, Draw, Exercise, Gradient, drawn, normal

AFFINE = """
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""


def _affine(student: Any, x: Any, W: Any, b: Any, dout: Any) -> Any:
    layer = student.Affine(W, b)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)
    yield "dW", layer.dW
    yield "db", layer.db


LAYER = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 11, "M": 3})
AFFINE_INPUTS = {"x": normal("N", "D"), "W": normal("D", "M"), "b": normal("M"), "dout": normal("N", "M")}
AFFINE_GRADIENTS = {name: Gradient(of="out", wrt=name[1:], upstream="dout") for name in ("dx", "dW", "db")}


def load(text: str) -> dict[str, Any]:
    """The names that a module's text defines; tracebacks find its lines."""
    name = f"student-{zlib.crc32(text.encode()):x}.py"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {}
    exec(compile(text, name, "exec"), namespace)
    return namespace


def inputs_of(case: Case, draw: int, key: str) -> dict[str, Any]:
    """Inputs of one run from a seed that is its own."""
    rng = np.random.default_rng(zlib.crc32(f"{key} {case.name} {draw}".encode()))
    given: dict[str, Any] = {}
    for name, value in case.inputs.items():
        given[name] = value.sample(rng, case.dims[draw], given) if isinstance(value, Draw) else value
    return given


@dataclass
class Lab:
    """One exercise with its reference; judges what students write."""

    exercise: Exercise
    reference: str
    models: dict[str, tuple[CounterModel, str]] = field(default_factory=dict)
    relabellings: tuple[Relabelling, ...] = ()
    reruns: list[int] = field(default_factory=list)
    outlined: Callable[[str, Mapping[str, Any]], Outline | None] | None = None  # of a text and what it defined

    def edited(self, *edits: tuple[str, str]) -> str:
        """The reference with text replaced; each old text must be there."""
        text = self.reference
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    def know(
        self,
        name: str,
        *edits: tuple[str, str],
        kind: str = "misconception",
        twins: Sequence[str] = (),
        eps: bool = False,
        groups: tuple[str, ...] = (),
        shared: Group | None = None,
    ) -> None:
        """Add a counter-model; one called ``variant+misconception`` is both at once."""
        hints = {"en": ("where", "relation", "question?"), "ko": ("어디", "관계", "질문?")}
        if kind == "variant":
            hints = {"en": (f"{name} is fine",), "ko": ("괜찮습니다",)}
        model = CounterModel(name, "crossed" if "+" in name else kind, hints, tuple(twins), {}, eps, groups, shared)
        self.models[name] = model, self.edited(*edits)

    def runs(self, answer: Callable[[Mapping[str, Any]], Trace | None], hidden: bool) -> list[Run]:
        plan = [(case, draw, True) for case in self.exercise.cases for draw in range(len(case.dims))]
        if hidden:
            plan += [(case, draw, False) for case, draw, _ in plan if case.hidden and not case.note]
        found = []
        for case, draw, public in plan:
            given = inputs_of(case, draw, "public" if public else "hidden")
            found.append(Run(case, draw, public, given, self.expect(given), answer(given)))
        return found

    def expect(self, inputs: Mapping[str, Any]) -> Trace:
        return observe(self.exercise, load(self.reference), inputs)

    def judge(self, text: str, hidden: bool = True, lazy: bool = False, practice: bool = False) -> ExerciseReport:
        """Judge a student's text; ``lazy``: without reruns; ``practice``: with them, and without the reference."""
        namespace = load(text)
        outline = partial(self.outlined, text, namespace) if self.outlined is not None else None
        return self.judge_answers(
            lambda given: observe(self.exercise, namespace, given), hidden, None, lazy, practice, outline
        )

    def judge_answers(
        self,
        answer: Callable[[Mapping[str, Any]], Trace | None],
        hidden: bool = True,
        ending: Ending | None = None,
        lazy: bool = False,
        practice: bool = False,
        outline: Callable[[], Outline | None] | None = None,
    ) -> ExerciseReport:
        def models(run: Run) -> dict[str, Sketches]:
            texts = {name: text for name, (_, text) in self.models.items()}
            return {name: sketch(observe(self.exercise, load(text), run.our_inputs)) for name, text in texts.items()}

        def variant(name: str, run: Run) -> Trace:
            return observe(self.exercise, load(self.models[name][1]), run.our_inputs)

        def rerun(batch: list[Mapping[str, Any]]) -> list[Trace]:
            self.reruns.append(len(batch))
            return [answer(given) or Trace() for given in batch]

        def fresh(case: Case, draw: int, attempt: int) -> dict[str, Any]:
            return inputs_of(case, draw, f"fresh {attempt}")

        def wrong(name: str, given: Mapping[str, Any]) -> Trace:
            return observe(self.exercise, load(self.models[name][1]), given)

        context = Context(models, relabellings=self.relabellings, variant=variant)
        if not lazy:
            context = replace(context, rerun=rerun, expect=self.expect, fresh=fresh, wrong=wrong)
        if practice:
            context = replace(context, expect=None, fresh=None)
        if outline is not None:
            context = replace(context, outline=outline, interface=interface_of(self.reference))
        known = [model for model, _ in self.models.values() if model.kind != "crossed"]
        return judge("u99_lab", self.exercise, self.runs(answer, hidden), known, context, ending)


def check_of(report: ExerciseReport, name: str, group: str = "core") -> CheckReport:
    return next(check for check in report.checks if (check.name, check.group) == (name, group))


TITLE = {"ko": "실험", "en": "lab"}


@pytest.fixture
def make_lab() -> Callable[..., Lab]:
    """``make_lab(probe, reference, outputs, cases, **words)``: a laboratory of its own."""

    def make(probe: Any, reference: str, outputs: tuple[str, ...], cases: tuple[Case, ...], **words: Any) -> Lab:
        return Lab(Exercise(probe, TITLE, outputs, cases, **words), reference)

    return make


@pytest.fixture
def affine() -> Lab:
    """y = xW + b, forward and back, on two draws."""
    exercise = Exercise(
        _affine,
        TITLE,
        ("out", "dx", "dW", "db"),
        (drawn("random", AFFINE_INPUTS, LAYER),),
        symbol="Affine",
        points={"out": 2},
        gradients=AFFINE_GRADIENTS,
    )
    return Lab(exercise, AFFINE)


@pytest.fixture
def check() -> Callable[..., CheckReport]:
    return check_of
