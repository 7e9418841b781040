"""How the exercises of u05_loss_gradient are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from graders.probe import call, construct, put_parameters
from graders.spec import (
    Exercise,
    Property,
    Unit,
    derived,
    drawn,
    fixed,
    labels,
    literal,
    normal,
    one_hot,
    probabilities,
    uniform,
)

UNIT = Unit(
    title={"ko": "손실 함수와 수치 미분", "en": "Losses and numerical gradients"},
    uses=("u04_forward",),
    after=("u04_forward",),
    minutes=120,
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "random": "무작위 값",
        "five predictions": "예측 다섯 개",
        "digit 2, sure": "숫자 2, 확신",
        "digit 2, mistaken": "숫자 2, 틀림",
        "four rows": "네 행",
        "one-hot": "원핫 레이블",
        "labels": "정수 레이블",
        "single": "샘플 하나",
        "one sample": "샘플 하나",
        "a wrong class at 0": "틀린 클래스의 확률이 0",
        "stable": "수치 안정성",
        "sure and right": "확신하고 맞힌 예측",
        "0.01x² + 0.1x at 5": "x = 5에서 0.01x² + 0.1x",
        "at a corner": "꺾이는 점",
        "central": "중심 차분",
        "x₀² + x₁² at (3, 4)": "(3, 4)에서 x₀² + x₁²",
        "f looks at x itself": "x를 직접 보는 f",
        "closure": "x를 직접 보는 f",
        "three axes": "축이 셋인 배열",
        "shape": "여러 형상",
        "w⁴ from 2": "2에서 시작하는 w⁴",
        "w⁴ from 2, rate 0.02": "2에서 시작하는 w⁴, 학습률 0.02",
        "from (−3, 4)": "(−3, 4)에서 시작",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "sum_squared_error": {
        "en": "Begin with three differences on paper, y − t. Square each, add them up, and look for the ½ last.",
        "ko": "종이에 차 y − t 세 개를 적어 보세요. 저마다 제곱해 더하고, ½은 마지막에 붙이세요.",
    },
    "l1_loss": {
        "en": "Begin with the differences y − t: what must happen to their signs before you add them up?",
        "ko": "차 y − t에서 시작하세요. 더하기 전에 부호를 어떻게 해야 할까요?",
    },
    "l2_loss": {
        "en": "Begin with your sum_squared_error: the two differ by one factor.",
        "ko": "sum_squared_error에서 시작하세요. 두 함수는 배율 하나만 다릅니다.",
    },
    "cross_entropy_error": {
        "en": "Begin with one row: which of its probabilities belongs to the right class? Only its logarithm counts. "
        "Then the mean over the rows; labels come last.",
        "ko": "한 행에서 시작하세요. 정답 클래스의 확률은 어느 것인가요? 그 로그만 씁니다. 그다음 행들의 평균을 "
        "구하고, 레이블은 마지막에 다루세요.",
    },
    "binary_cross_entropy": {
        "en": "Begin with one sample and t = 1: which probability is that of the right answer? Then t = 0. Then the "
        "mean.",
        "ko": "t = 1인 샘플 하나에서 시작하세요. 맞는 답의 확률은 무엇인가요? 그다음 t = 0, 끝으로 평균을 구하세요.",
    },
    "numerical_diff": {
        "en": "Begin with the two points x + h and x − h: by how much does f change between them, and how far apart "
        "are they?",
        "ko": "두 점 x + h와 x − h에서 시작하세요. 그 사이에서 f는 얼마나 변하고, 두 점은 얼마나 떨어져 있나요?",
    },
    "numerical_gradient": {
        "en": "Begin with the first entry alone: keep its value, add h, call f; subtract h, call f; put the value "
        "back. Then a loop over all entries.",
        "ko": "첫 원소 하나에서 시작하세요. 값을 보관하고 h를 더해 f를 부르고, h를 빼고 f를 부른 다음, 값을 되돌려 "
        "놓으세요. 그다음 모든 원소에 대한 반복문을 쓰세요.",
    },
    "gradient_descent": {
        "en": "Begin with a single step: x minus lr times your numerical_gradient at x. Then repeat it.",
        "ko": "한 번의 갱신부터 쓰세요. x에서 lr과 numerical_gradient의 곱을 뺍니다. 그다음 되풀이하세요.",
    },
    "TwoLayerNet.predict": {
        "en": "Begin with the hidden layer: x, W1 and b1, then the sigmoid of u04. Look at the shape before you go on.",
        "ko": "은닉층부터 쓰세요. x와 W1, b1, 그다음 u04의 시그모이드입니다. 형상을 확인하고 넘어가세요.",
    },
    "TwoLayerNet.loss": {
        "en": "Begin with the predictions for x. You have a function that compares them with t.",
        "ko": "x에 대한 예측부터 구하세요. 그것을 t와 비교하는 함수는 이미 있습니다.",
    },
    "TwoLayerNet.accuracy": {
        "en": "Begin with the predictions: at which index is each row's largest? Convert t to the same form before "
        "you compare.",
        "ko": "예측에서 시작하세요. 행마다 가장 큰 값의 인덱스는 무엇인가요? t도 같은 꼴로 바꾼 다음 비교하세요.",
    },
    "TwoLayerNet.numerical_gradient": {
        "en": "Begin with W1 alone: which function of W1 gives the loss? Hand it, and the array itself, to your "
        "numerical_gradient.",
        "ko": "W1 하나에서 시작하세요. W1에 따라 손실을 돌려주는 함수는 무엇인가요? 그 함수와 배열 자체를 "
        "numerical_gradient에 넘기세요.",
    },
}

CLASSES = ({"N": 7, "M": 5}, {"N": 11, "M": 3})
LIST = ({"N": 7}, {"N": 11})


# --- losses ----------------------------------------------------------------------------------------------------------


def sum_squared_error(student: Any, y: Any, t: Any) -> Outputs:
    """½ Σ (y − t)²."""
    yield "loss", student.sum_squared_error(y, t)


def l1_loss(student: Any, y: Any, t: Any) -> Outputs:
    """Σ |y − t|."""
    yield "loss", student.l1_loss(y, t)


def l2_loss(student: Any, y: Any, t: Any) -> Outputs:
    """Σ (y − t)²."""
    yield "loss", student.l2_loss(y, t)


def cross_entropy_error(student: Any, y: Any, t: Any) -> Outputs:
    """The mean of −ln of the right class's probability."""
    yield "loss", student.cross_entropy_error(y, t)


def binary_cross_entropy(student: Any, y: Any, t: Any) -> Outputs:
    """The mean of −ln of the right answer's probability."""
    yield "loss", student.binary_cross_entropy(y, t)


def _a_zero_each(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Rows of probabilities in which one wrong class has exactly 0."""
    rows, classes = dims["N"], dims["M"]
    y: np.ndarray = rng.uniform(0.2, 1.0, (rows, classes))
    right = earlier["t"].argmax(axis=1)
    y[np.arange(rows), (right + rng.integers(1, classes, rows)) % classes] = 0.0
    return np.asarray(y / y.sum(axis=1, keepdims=True))


def _one_hot_row(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    return np.asarray(np.eye(dims["M"])[rng.integers(dims["M"])])


def _both_answers(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """Answers 0 and 1 in random order, nearly as many of each."""
    return np.asarray(rng.permutation(dims["N"]) % 2)


def _some_sure(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Ordinary probabilities, but two answers of each kind are sure and right: exactly 0 and exactly 1."""
    y: np.ndarray = rng.uniform(0.1, 0.9, dims["N"])
    for answer in (0, 1):
        y[np.flatnonzero(earlier["t"] == answer)[:2]] = answer
    return y


TABLE = {"y": np.array([11.0, 19.0, 30.0, 43.0, 47.0]), "t": np.array([10.0, 20.0, 30.0, 40.0, 50.0])}
TABLE_SOURCE = "S0, table of the mean squared error"
GAUSS = {"y": normal("N", "M"), "t": normal("N", "M")}
SURE = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
MISTAKEN = np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0])
TWO = np.eye(10)[2]
ROWS = np.array([[0.3, 0.2, 0.5], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2], [0.1, 0.5, 0.4]])
RIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
CHANCES = probabilities("N", "M", floor=2e-2)

LOSSES = (
    Exercise(
        sum_squared_error,
        title={"en": "Half the sum of squares", "ko": "오차제곱합의 절반"},
        start=START["sum_squared_error"],
        outputs=("loss",),
        points={"loss": 2},
        aliases=("mean_squared_error",),
        cases=(
            literal("five predictions", TABLE, source=TABLE_SOURCE, expect={"loss": 10.0}),
            literal(
                "digit 2, sure",
                {"y": SURE, "t": TWO},
                source="S1, loss functions; the numbers are the first book's",
                expect={"loss": 0.0975},
            ),
            literal(
                "digit 2, mistaken",
                {"y": MISTAKEN, "t": TWO},
                source="S1, loss functions; the numbers are the first book's",
                expect={"loss": 0.5975},
            ),
            drawn("random", GAUSS, CLASSES),
        ),
    ),
    Exercise(
        l1_loss,
        title={"en": "L1: the sum of distances", "ko": "L1: 거리의 합"},
        start=START["l1_loss"],
        outputs=("loss",),
        cases=(
            literal("five predictions", TABLE, source="S1, L1 loss, on the table of S0", expect={"loss": 8.0}),
            drawn("random", GAUSS, CLASSES),
        ),
    ),
    Exercise(
        l2_loss,
        title={"en": "L2: the sum of squares", "ko": "L2: 제곱의 합"},
        start=START["l2_loss"],
        outputs=("loss",),
        cases=(
            literal("five predictions", TABLE, source="S1, L2 loss, on the table of S0", expect={"loss": 20.0}),
            drawn("random", GAUSS, CLASSES),
        ),
    ),
    Exercise(
        cross_entropy_error,
        title={"en": "Cross entropy", "ko": "교차 엔트로피 오차"},
        start=START["cross_entropy_error"],
        outputs=("loss",),
        points={"loss": 3, "loss@labels": 2, "loss@single": 1, "loss@stable": 1},
        cases=(
            literal(
                "four rows",
                {"y": ROWS, "t": RIGHT},
                source="S0, cross entropy: 2.85 for four rows, 2.85 / 4 on average",
                expect={"loss": 0.71},
                digits=2,
            ),
            drawn("one-hot", {"y": CHANCES, "t": one_hot("N", "M")}, CLASSES),
            drawn("labels", {"y": CHANCES, "t": labels("N", classes="M")}, CLASSES, group="labels"),
            literal(
                "digit 2, sure",
                {"y": SURE, "t": TWO},
                group="single",
                source="S1, loss functions; the numbers are the first book's",
                expect={"loss": 0.5108},
            ),
            literal(
                "digit 2, mistaken",
                {"y": MISTAKEN, "t": TWO},
                group="single",
                source="S1, loss functions; the numbers are the first book's",
                expect={"loss": 2.3026},
            ),
            drawn(
                "one sample",
                {"y": probabilities("M", floor=2e-2), "t": derived(_one_hot_row)},
                ({"M": 7}, {"M": 11}),
                group="single",
            ),
            drawn("a wrong class at 0", {"t": one_hot("N", "M"), "y": derived(_a_zero_each)}, CLASSES, group="stable"),
        ),
    ),
    Exercise(
        binary_cross_entropy,
        title={"en": "Binary cross entropy", "ko": "이진 교차 엔트로피 오차"},
        start=START["binary_cross_entropy"],
        outputs=("loss",),
        points={"loss": 2, "loss@stable": 1},
        cases=(
            drawn("random", {"y": uniform("N", low=0.05, high=0.95), "t": derived(_both_answers)}, LIST),
            drawn("sure and right", {"t": derived(_both_answers), "y": derived(_some_sure)}, LIST, group="stable"),
        ),
    ),
)


# --- numerical gradients ---------------------------------------------------------------------------------------------


def numerical_diff(student: Any, x: Any, a: Any, b: Any, c: Any, corner: Any) -> Outputs:
    """The slope of ax² + bx + sin(cx), with a corner at x itself."""

    def f(z: Any) -> Any:
        return a * z**2 + b * z + np.sin(c * z) + corner * np.abs(z - x)

    yield "slope", student.numerical_diff(f, x)


def numerical_gradient(student: Any, x: Any, a: Any, b: Any, c: Any, corner: Any, by_itself: bool = False) -> Outputs:
    """The slopes of Σ(ax² + bx) + sin(Σcx), with a corner at x itself; ``by_itself``: f ignores its argument.

    ``x`` is the array afterwards, what it has moved magnified: an entry left at x ± 1e-4 shows as x ± 1.
    """
    begun, calls = x.copy(), [0]

    def f(given: Any) -> float:
        calls[0] += 1
        z = x if by_itself else given
        return float(np.sum(a * z**2 + b * z) + np.sin(np.sum(c * z)) + corner * np.sum(np.abs(z - begun)))

    yield "grad", student.numerical_gradient(f, x)
    yield "x", begun + MAGNIFIED * (x - begun)
    yield "calls", calls[0]


def gradient_descent(student: Any, x: Any, p: Any, q: Any, lr: Any, steps: Any) -> Outputs:
    """Where one, two, three and all steps down Σ(px⁴ + qx²) lead; and the path, if it was returned."""

    def f(z: Any) -> float:
        return float(np.sum(p * z**4 + q * z**2))

    def end(step_num: int) -> tuple[Any, Any]:
        result = call(student.gradient_descent, f, x.copy(), lr=lr, step_num=step_num)
        pair = isinstance(result, tuple | list) and len(result) == 2
        return (result[0], result[1]) if pair else (result, None)

    for step_num in (1, 2, 3):
        yield f"step[{step_num}]", end(step_num)[0]
    x_end, history = end(steps)
    yield "x", x_end
    yield "history", history


MAGNIFIED = 1e4


def _few(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    return bool(actual <= expected + 1)


def _path_or_none(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """x alone is what older copies of the books return; a list of arrays is a path, too."""
    if actual is None:
        return True
    try:
        path = np.asarray(actual, dtype=float)
    except (TypeError, ValueError):
        return False
    return path.shape == np.shape(expected) and bool(np.allclose(path, expected, rtol=0, atol=1e-5))


# h from 1e-6 to 1e-3 is accepted: a central difference then misses the slope by less than 1e-6 (measured).
ANY_STEP = 1e-6
CURVE = {
    "x": derived(lambda rng, dims, earlier: float(rng.uniform(0.5, 2.0))),
    **{name: derived(lambda rng, dims, earlier: float(rng.uniform(0.5, 1.5))) for name in "abc"},
}
CORNERED = derived(lambda rng, dims, earlier: float(rng.uniform(1.0, 2.0)))
FLOOR = 1.0  # slopes may be near 0 where the numbers that they are made of are not


def _landscape(*shape: str) -> dict[str, Any]:
    return {
        "x": normal(*shape),
        "a": uniform(*shape, low=0.5, high=1.5),
        "b": normal(*shape),
        "c": normal(*shape, scale=0.5),
        "corner": fixed(0.0),
    }


VECTORS = ({"N": 5}, {"N": 7})
SLOPES = (
    Exercise(
        numerical_diff,
        title={"en": "The slope at one point", "ko": "한 점에서의 기울기"},
        start=START["numerical_diff"],
        outputs=("slope",),
        points={"slope": 2, "slope@central": 1},
        tolerance={"slope": ANY_STEP},
        numeric="allow",
        cases=(
            literal(
                "0.01x² + 0.1x at 5",
                {"x": 5.0, "a": 0.01, "b": 0.1, "c": 0.0, "corner": 0.0},
                source="S1, numerical differentiation (the first book's example)",
                expect={"slope": 0.2},
            ),
            drawn("random", CURVE | {"corner": fixed(0.0)}, ({}, {"again": 2})),
            drawn("at a corner", CURVE | {"corner": CORNERED}, ({}, {"again": 2}), group="central"),
        ),
    ),
    Exercise(
        numerical_gradient,
        title={"en": "The slope for every entry", "ko": "모든 원소의 기울기"},
        start=START["numerical_gradient"],
        outputs=("grad", "x", "calls"),
        points={"grad": 2, "x": 1, "calls": 0, "grad@closure": 2, "grad@shape": 1, "grad@central": 1}
        | {f"{name}@{group}": 0 for name in ("x", "calls") for group in ("closure", "shape", "central")},
        tolerance={"grad": ANY_STEP},
        scale={"grad": lambda inputs: FLOOR},
        properties={
            "calls": Property(
                _few,
                says={
                    "ko": "f는 원소마다 두 번이면 충분합니다",
                    "en": "two calls of f per entry are enough",
                },
            )
        },
        numeric="allow",
        cases=(
            literal(
                "x₀² + x₁² at (3, 4)",
                {
                    "x": np.array([3.0, 4.0]),
                    "a": np.ones(2),
                    "b": np.zeros(2),
                    "c": np.zeros(2),
                    "corner": 0.0,
                },
                source="S1, partial derivatives of x² + y²",
                expect={"grad": [6.0, 8.0]},
            ),
            drawn("random", _landscape("N"), VECTORS),
            drawn("f looks at x itself", _landscape("N") | {"by_itself": fixed(True)}, VECTORS, group="closure"),
            drawn(
                "three axes",
                _landscape("A", "B", "C"),
                ({"A": 3, "B": 2, "C": 4}, {"A": 2, "B": 5, "C": 3}),
                group="shape",
            ),
            drawn("at a corner", _landscape("N") | {"corner": CORNERED}, VECTORS, group="central"),
        ),
    ),
    Exercise(
        gradient_descent,
        title={"en": "Step by step downhill", "ko": "조금씩 아래로"},
        start=START["gradient_descent"],
        outputs=("step", "x", "history"),
        points={"step": 2, "x": 2},
        tolerance={"step": ANY_STEP, "x": ANY_STEP},
        scale={"x": lambda inputs: FLOOR},
        properties={
            "history": Property(
                _path_or_none,
                says={
                    "ko": "history에는 갱신하기 전의 x가 차례로 들어 있어야 합니다",
                    "en": "history holds x before each step, in order",
                },
                shaped=False,
            )
        },
        after=("numerical_gradient",),
        numeric="allow",
        cases=(
            literal(
                "w⁴ from 2",
                {"x": np.array([2.0]), "p": np.array([1.0]), "q": np.array([0.0]), "lr": 0.01, "steps": 200},
                source="S0, learning rate: w⁴ from w₀ = 2, α = 0.01",
                expect={"step[1]": [1.6800], "step[2]": [1.4903], "step[3]": [1.3579], "x": [0.2461]},
            ),
            literal(
                "w⁴ from 2, rate 0.02",
                {"x": np.array([2.0]), "p": np.array([1.0]), "q": np.array([0.0]), "lr": 0.02, "steps": 200},
                source="S0, learning rate: and with α = 0.02?",
                expect={"step[1]": [1.3600], "step[2]": [1.1588], "step[3]": [1.0343], "x": [0.1744]},
            ),
            literal(
                "from (−3, 4)",
                {"x": np.array([-3.0, 4.0]), "p": np.zeros(2), "q": np.ones(2), "lr": 0.1, "steps": 100},
                source="S1, gradient descent on x² + y² (the first book's example)",
                expect={"x": [0.0, 0.0]},
            ),
            drawn(
                "random",
                {
                    "x": uniform("N", low=0.5, high=1.5),
                    "p": uniform("N", low=0.2, high=0.6),
                    "q": uniform("N", low=0.2, high=0.6),
                    "lr": derived(lambda rng, dims, earlier: round(float(rng.uniform(0.02, 0.08)), 3)),
                    "steps": fixed("K"),
                },
                ({"N": 3, "K": 7}, {"N": 5, "K": 11}),
            ),
        ),
    ),
)


# --- a network -------------------------------------------------------------------------------------------------------


def _network(student: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """A TwoLayerNet with these weights written into its own arrays."""
    net = construct(student.TwoLayerNet, len(W1), len(W2), len(b2))
    put_parameters(net, {"W1": W1, "b1": b1, "W2": W2, "b2": b2})
    return net


def predict(student: Any, x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Outputs:
    """Probabilities of a batch."""
    yield "y", _network(student, W1, b1, W2, b2).predict(x)


def loss(student: Any, x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Outputs:
    """The loss of a batch."""
    yield "loss", _network(student, W1, b1, W2, b2).loss(x, t)


def accuracy(student: Any, x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Outputs:
    """The share of right answers in a batch, and the predictions that they come from."""
    net = _network(student, W1, b1, W2, b2)
    yield "accuracy", net.accuracy(x, t)
    yield "y", net.predict(x)


def net_gradient(student: Any, x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Outputs:
    """The numerical gradient of every parameter."""
    grads = _network(student, W1, b1, W2, b2).numerical_gradient(x, t)
    for name in ("W1", "b1", "W2", "b2"):
        yield f"d{name}", grads[name]


def _of_own_predictions(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> float | None:
    """The accuracy of a net that predicts this; nothing where it is the same for every row or class."""
    y, t, classes = np.asarray(outputs["y"]), inputs["t"], len(inputs["b2"])
    if y.shape != (len(t), classes) or not np.isfinite(y).all():
        return None
    highest = y == y.max(axis=1, keepdims=True)
    right = t if t.ndim == 2 else np.eye(classes)[t]
    varied = highest.sum() == len(t) and bool((y != y[0]).any())
    return float(np.sum(highest * right) / len(t)) if varied else None


def _free(says: Mapping[str, str]) -> Property:
    always: Callable[[Any, Any, Mapping[str, Any]], bool] = lambda actual, expected, inputs: True  # noqa: E731
    return Property(always, says=says, shaped=False)


NET_INPUTS = {
    "x": normal("N", "D"),
    "W1": normal("D", "H"),
    "b1": normal("H"),
    "W2": normal("H", "M", scale=0.7),
    "b2": normal("M", scale=0.5),
}
NET = ({"N": 7, "D": 5, "H": 11, "M": 3}, {"N": 11, "D": 3, "H": 7, "M": 5})
SMALL = ({"N": 5, "D": 3, "H": 4, "M": 3}, {"N": 7, "D": 2, "H": 3, "M": 5})
CROWD = ({"N": 31, "D": 5, "H": 11, "M": 3}, {"N": 29, "D": 3, "H": 7, "M": 5})
LOG_EPSILON = 1e-4  # 1e-7 inside the logarithm is right; it was mentioned at cross_entropy_error

NETWORKS = (
    Exercise(
        predict,
        symbol="TwoLayerNet.predict",
        title={"en": "A network predicts", "ko": "신경망의 예측"},
        start=START["TwoLayerNet.predict"],
        outputs=("y",),
        points={"y": 2},
        cases=(drawn("random", NET_INPUTS, NET),),
    ),
    Exercise(
        loss,
        symbol="TwoLayerNet.loss",
        title={"en": "The loss of a network", "ko": "신경망의 손실"},
        start=START["TwoLayerNet.loss"],
        outputs=("loss",),
        points={"loss": 2, "loss@labels": 1},
        tolerance={"loss": LOG_EPSILON},
        after=("cross_entropy_error", "TwoLayerNet.predict"),
        cases=(
            drawn("one-hot", NET_INPUTS | {"t": one_hot("N", "M")}, NET),
            drawn("labels", NET_INPUTS | {"t": labels("N", classes="M")}, NET, group="labels"),
        ),
    ),
    Exercise(
        accuracy,
        symbol="TwoLayerNet.accuracy",
        title={"en": "Accuracy", "ko": "정확도"},
        start=START["TwoLayerNet.accuracy"],
        outputs=("accuracy", "y"),
        points={"accuracy": 2, "accuracy@labels": 1, "y": 0, "y@labels": 0},
        follows={"accuracy": _of_own_predictions},
        properties={"y": _free({"ko": "predict에서 채점합니다", "en": "predict is where it is graded"})},
        after=("TwoLayerNet.predict",),
        cases=(
            drawn("one-hot", NET_INPUTS | {"t": one_hot("N", "M")}, CROWD),
            drawn("labels", NET_INPUTS | {"t": labels("N", classes="M")}, CROWD, group="labels"),
        ),
    ),
    Exercise(
        net_gradient,
        symbol="TwoLayerNet.numerical_gradient",
        title={"en": "The gradient of every weight", "ko": "모든 가중치의 기울기"},
        start=START["TwoLayerNet.numerical_gradient"],
        outputs=("dW1", "db1", "dW2", "db2"),
        points={"dW1": 2, "dW2": 2},
        tolerance={f"d{name}": LOG_EPSILON for name in ("W1", "b1", "W2", "b2")},
        after=("numerical_gradient", "TwoLayerNet.loss"),
        numeric="allow",
        cases=(drawn("one-hot", NET_INPUTS | {"t": one_hot("N", "M")}, SMALL),),
    ),
)

EXERCISES = (*LOSSES, *SLOPES, *NETWORKS)
