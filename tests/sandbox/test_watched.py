"""Watching a run: gradients that are differences of the author's own forward are seen, honest ones never are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.courses.course import Course
from graders.grading.oracle import public_draws
from graders.probe import gradient_of
from graders.sandbox.guest.watched import numerical, worth_watching
from graders.spec import Exercise, Gradient, drawn, normal

ROOT = Path(__file__).parents[2]
DIMS = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 11, "M": 3})
INPUTS = {"x": normal("N", "D"), "W": normal("D", "M"), "b": normal("M"), "dout": normal("N", "M")}


def layer(student: Any, x: Any, W: Any, b: Any, dout: Any) -> Iterator[tuple[str, Any]]:
    made = student.Layer(W, b)
    yield "out", made.forward(x)
    yield "dx", made.backward(dout)
    yield "dW", gradient_of(made, "W")


EXERCISE = Exercise(
    layer,
    {"ko": "가", "en": "a"},
    ("out", "dx", "dW"),
    (drawn("random", INPUTS, DIMS),),
    symbol="Layer",
    gradients={f"d{name}": Gradient(of="out", wrt=name, upstream="dout") for name in ("x", "W")},
)
BEGIN = """
import numpy as np
class Layer:
    def __init__(self, W, b):
        self.W, self.b = W, b
    def forward(self, x):
        self.x = x
        return self.f(x, self.W)
    def f(self, x, W):
        return np.tanh(x @ W + self.b)
"""
NUMERICAL = {
    "book": """
    def backward(self, dout):
        def slope(f, x):
            grad = np.zeros_like(x)
            for i in np.ndindex(x.shape):
                kept = x[i]
                x[i] = kept + 1e-4
                above = f(x)
                x[i] = kept - 1e-4
                grad[i] = (above - f(x)) / 2e-4
                x[i] = kept
            return grad
        self.dW = slope(lambda W: np.sum(self.f(self.x, W) * dout), self.W)
        return slope(lambda x: np.sum(self.f(x, self.W) * dout), self.x)
""",
    "attributes": """
    def backward(self, dout):
        def slope(array):
            grad, x = np.zeros(array.shape), self.x
            for i in np.ndindex(array.shape):
                array[i] += 1e-6
                above = self.forward(x)
                array[i] -= 2e-6
                grad[i] = np.sum((above - self.forward(x)) * dout) / 2e-6
                array[i] += 1e-6
            return grad
        self.dW = slope(self.W)
        return slope(self.x)
""",
    "fourth order, flat": """
    def backward(self, dout):
        def slope(f, x, h=1e-3):
            def at(step):
                moved = x.ravel().copy()
                moved[i] += step
                return np.sum(f(moved.reshape(x.shape)) * dout)
            grad = np.zeros(x.size)
            for i in range(x.size):
                grad[i] = (8 * (at(h) - at(-h)) - at(2 * h) + at(-2 * h)) / (12 * h)
            return grad.reshape(x.shape)
        self.dW = slope(lambda W: self.f(self.x, W), self.W)
        return slope(lambda x: self.f(x, self.W), self.x)
""",
    "complex step": """
    def backward(self, dout):
        def slope(f, x):
            grad = np.zeros(x.shape)
            for i in np.ndindex(x.shape):
                moved = x.astype(complex)
                moved[i] += 1e-30j
                grad[i] = np.sum(f(moved).imag * dout) / 1e-30
            return grad
        self.dW = slope(lambda W: self.f(self.x, W), self.W)
        return slope(lambda x: self.f(x, self.W), self.x)
""",
    "all at once": """
    def backward(self, dout):
        moved = [self.g(self.x @ self.W + self.b + h) for h in (1e-5, -1e-5)]
        self.f(self.x + 1e-5, self.W), self.f(self.x - 1e-5, self.W)
        d = dout * (moved[0] - moved[1]) / 2e-5
        self.dW = self.x.T @ d
        return d @ self.W.T
    def g(self, s):
        return np.tanh(s)
""",
}
HONEST = {
    "formula": """
    def backward(self, dout):
        d = dout * (1 - self.f(self.x, self.W) ** 2)
        self.dW = self.x.T @ d
        return d @ self.W.T
""",
    "second pass for each row": """
    def backward(self, dout):
        self.dW, dx = np.zeros_like(self.W), np.zeros_like(self.x)
        for n in range(len(self.x)):
            d = dout[n] * (1 - self.f(self.x[n : n + 1], self.W)[0] ** 2)
            self.dW += np.outer(self.x[n], d)
            dx[n] = self.W @ d
        return dx
""",
    "entry by entry": """
    def slope(self, y, d):
        return d * (1 - y * y)
    def backward(self, dout):
        y = self.f(self.x, self.W)
        d = np.array([[self.slope(a, b) for a, b in zip(*rows)] for rows in zip(y, dout)])
        self.dW = self.x.T @ d
        return d @ self.W.T
""",
    "a small number against zeros": """
    def safe(self, x):
        return x
    def backward(self, dout):
        y = self.f(self.safe(self.x + 1e-12), self.W)
        d = dout * (1 - y**2)
        self.dW = self.x.T @ d
        return d @ self.W.T
""",
    "in float32": """
    def low(self, a):
        return a.astype(np.float32)
    def backward(self, dout):
        d = self.low(dout) * (1 - self.low(self.f(self.low(self.x), self.low(self.W))) ** 2)
        self.dW = self.low(self.x).T @ d
        return self.again(d @ self.low(self.W).T)
    def again(self, a):
        return a
""",
}


def symbols(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(BEGIN + text, "u99_layer.py", "exec"), names)
    return names


def given(draw: int = 0) -> dict[str, Any]:
    return {name: value.sample(np.random.default_rng(3), DIMS[draw], {}) for name, value in INPUTS.items()}


@pytest.mark.parametrize("draw", [0, 1])
@pytest.mark.parametrize("text", NUMERICAL.values(), ids=NUMERICAL.keys())
def test_difference_of_the_forward_is_seen_as_a_gradient(text: str, draw: int) -> None:
    assert numerical(EXERCISE, symbols(text), given(draw)) == ("complex" if "30j" in text else "steps")


@pytest.mark.parametrize("draw", [0, 1])
@pytest.mark.parametrize("text", HONEST.values(), ids=HONEST.keys())
def test_gradient_when_it_is_a_formula_then_nothing_is_seen(text: str, draw: int) -> None:
    assert numerical(EXERCISE, symbols(text), given(draw)) == ""


@pytest.mark.parametrize(
    "text", ["    def backward(self, dout):\n        raise SystemExit\n", "    def backward(self):\n        pass\n"]
)
def test_run_when_it_fails_then_watching_it_fails_nothing(text: str) -> None:
    assert numerical(EXERCISE, symbols(text), given()) == ""


def test_run_when_it_prints_then_nothing_is_printed_twice(capsys: pytest.CaptureFixture[str]) -> None:
    numerical(EXERCISE, symbols(HONEST["formula"].replace("d = dout", "print('here')\n        d = dout")), given())
    assert capsys.readouterr().out == ""


def test_exercise_that_means_differences_is_not_watched() -> None:
    assert worth_watching(EXERCISE, given())
    assert not worth_watching(replace(EXERCISE, numeric="allow"), given())
    assert not worth_watching(replace(EXERCISE, gradients={}), given())
    assert not worth_watching(EXERCISE, dict.fromkeys(INPUTS, 2.0))


COURSE = Course(ROOT)
KEPT = [(path.parents[1].name, path) for path in sorted((ROOT / "reference").glob("*/answers/*.py"))]
KEPT += [(unit, ROOT / "reference" / unit / "solution.py") for unit in COURSE.units]
KEPT += [(path.stem, path) for path in sorted((ROOT / "tests" / "class").glob("[hkl]*/u06_backprop.py"))]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("unit", "path"), KEPT, ids=[f"{path.parents[1].name}-{path.stem}" for _, path in KEPT])
def test_honest_gradients_show_nothing(unit: str, path: Path) -> None:
    names = vars(COURSE.execute(unit, path.read_text(encoding="utf-8")))
    for symbol, exercise in COURSE.spec(unit).exercises.items():
        if {symbol.split(".")[0], *exercise.aliases} & names.keys():
            for _, _, inputs in public_draws(unit, exercise):
                assert not worth_watching(exercise, inputs) or numerical(exercise, names, inputs) == ""
