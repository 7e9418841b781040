"""How the exercises of u04_forward are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from graders.spec import (
    Case,
    Exercise,
    Property,
    Unit,
    derived,
    drawn,
    literal,
    normal,
    uniform,
)

UNIT = Unit(
    title={"ko": "순전파: 입력에서 예측까지", "en": "The forward pass: from input to prediction"},
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    minutes=120,
    after=("u01_perceptron",),
    cases={
        "random": "무작위 값",
        "exactly zero": "정확히 0",
        "exactly at the corners": "정확히 꺾이는 점",
        "alpha 0.1": "α = 0.1",
        "alpha 1": "α = 1",
        "five points": "다섯 점",
        "known values": "알려진 값",
        "plus and minus 1000": "±1000",
        "around 1000": "1000 근처의 점수",
        "stable": "수치 안정성",
        "two lines": "두 직선",
        "first layer": "첫 계층",
        "network 2-3-2-2": "2-3-2-2 신경망",
        "one sample": "샘플 하나",
        "single": "샘플 하나",
        "three scores": "점수 세 개",
        "two inputs, two hidden nodes": "입력 둘, 은닉 노드 둘",
        "color image, 64 nodes": "컬러 이미지, 노드 64개",
        "15 inputs, 10 nodes": "입력 15개, 노드 10개",
        "784-50-10": "784-50-10",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "identity_function": {
        "en": "Begin with its name: what is identical to what? One line is enough.",
        "ko": "이름에서 시작하세요. 무엇이 무엇과 같다는 뜻일까요? 한 줄이면 됩니다.",
    },
    "identity_grad": {
        "en": "Begin with the picture: the line y = x. How much does y grow when x grows by 0.1? Give that answer "
        "for every entry of x.",
        "ko": "직선 y = x의 그래프에서 시작하세요. x가 0.1 커지면 y는 얼마나 커지나요? 그 답을 x의 모든 원소에 대해 "
        "돌려주세요.",
    },
    "relu": {
        "en": "Begin with three numbers on paper: −2, 0 and 3. Then look for the NumPy function that compares a "
        "whole array with 0 and keeps the larger.",
        "ko": "−2, 0, 3을 넣은 값을 먼저 적어 보세요. 그다음 배열 전체를 0과 비교해 큰 쪽을 남기는 NumPy 함수를 "
        "찾으세요.",
    },
    "relu_grad": {
        "en": "Begin with the two straight parts of the curve: what is the slope left of 0, and right of 0? Then "
        "choose between the two with a comparison.",
        "ko": "곡선의 곧은 두 부분에서 시작하세요. 0의 왼쪽과 오른쪽에서 기울기는 각각 얼마인가요? 그다음 비교식으로 "
        "둘 가운데 하나를 고르세요.",
    },
    "leaky_relu": {
        "en": "Begin with your relu: which side changes, and what stands there in place of 0?",
        "ko": "relu에서 시작하세요. 어느 쪽이 달라지고, 0 대신 무엇이 오나요?",
    },
    "leaky_relu_grad": {
        "en": "Begin with the two straight parts: which number multiplies x on each of them?",
        "ko": "곧은 두 부분에서 시작하세요. 각 부분에서 x에 곱하는 수는 무엇인가요?",
    },
    "elu": {
        "en": "Begin with the negative side alone and try x = −1 with alpha = 1: it must give −0.632. Then join "
        "both sides.",
        "ko": "음수 쪽만 먼저 쓰고 alpha = 1, x = −1을 넣어 보세요. −0.632가 나와야 합니다. 그다음 두 쪽을 합치세요.",
    },
    "elu_grad": {
        "en": "Begin with pencil and paper: differentiate alpha·(e^x − 1). What happens to the −1?",
        "ko": "종이에서 시작하세요. alpha·(e^x − 1)을 미분해 보세요. −1은 어떻게 되나요?",
    },
    "piecewise_linear": {
        "en": "Begin with the middle piece for all x, and see where it leaves the range from 0 to 1. NumPy has a "
        "function that limits values to a range.",
        "ko": "모든 x에 대해 가운데 식부터 쓰고, 어디에서 0과 1 사이를 벗어나는지 보세요. NumPy에는 값을 어떤 범위로 "
        "제한하는 함수가 있습니다.",
    },
    "piecewise_linear_grad": {
        "en": "Begin with a sketch of the curve: on which part is it not flat, and how steep is it there?",
        "ko": "곡선을 그려 보세요. 평평하지 않은 곳은 어디이고, 그곳은 얼마나 가파른가요?",
    },
    "sigmoid": {
        "en": "Begin with the formula for moderate x and check sigmoid(0) = 0.5. x = ±1000 comes last.",
        "ko": "크지 않은 x에 대한 식부터 쓰고 sigmoid(0) = 0.5를 확인하세요. x = ±1000은 마지막에 다루세요.",
    },
    "sigmoid_grad": {
        "en": "Begin with y = sigmoid(x): the slope can be written with y alone. At x = 0 it must be 0.25.",
        "ko": "y = sigmoid(x)에서 시작하세요. 기울기는 y만으로 쓸 수 있습니다. x = 0에서 0.25가 되어야 합니다.",
    },
    "tanh": {
        "en": "Begin with NumPy's list of mathematical functions; one of them is the answer, also at ±1000.",
        "ko": "NumPy의 수학 함수 목록에서 시작하세요. 그 가운데 하나가 답이며 ±1000에서도 맞습니다.",
    },
    "tanh_grad": {
        "en": "Begin with y = tanh(x): the slope can be written with y alone. At x = 0 it must be 1.",
        "ko": "y = tanh(x)에서 시작하세요. 기울기는 y만으로 쓸 수 있습니다. x = 0에서 1이 되어야 합니다.",
    },
    "softplus": {
        "en": "Begin with the formula for moderate x: softplus(0) is ln 2 = 0.693. Then ask what it is nearly equal "
        "to when x is large.",
        "ko": "크지 않은 x에 대한 식부터 쓰세요. softplus(0)은 ln 2 = 0.693입니다. 그다음 x가 클 때 무엇과 거의 같은지 "
        "생각해 보세요.",
    },
    "softplus_grad": {
        "en": "Begin with pencil and paper: differentiate ln(1 + e^x) with the chain rule and simplify. You have "
        "met the result already.",
        "ko": "종이에서 시작하세요. ln(1 + e^x)를 연쇄법칙으로 미분하고 정리해 보세요. 이미 만난 함수가 나옵니다.",
    },
    "affine": {
        "en": "Begin with shapes: which product of (N, D) and (D, M) gives (N, M)? Then add the bias to every row.",
        "ko": "형상에서 시작하세요. (N, D)와 (D, M)을 어떻게 곱해야 (N, M)이 되나요? 그다음 모든 행에 편향을 더하세요.",
    },
    "maxout": {
        "en": "Begin with the heights of all K lines for all N samples, an array (N, K): that is an affine map. "
        "Then keep the largest of each row.",
        "ko": "샘플 N개에 대한 직선 K개의 높이, 곧 (N, K) 배열부터 구하세요. 어파인 변환입니다. 그다음 행마다 가장 큰 "
        "값을 남기세요.",
    },
    "maxout_grad": {
        "en": "Begin with one sample: which line is the highest there? The slope is the slope of that line alone.",
        "ko": "샘플 하나에서 시작하세요. 그곳에서 어느 직선이 가장 높은가요? 기울기는 바로 그 직선의 기울기입니다.",
    },
    "three_layer_forward": {
        "en": "Begin with the first layer: affine, then sigmoid, and look at the shape of what comes out. The "
        "second layer takes that, not x.",
        "ko": "첫 계층부터 쓰세요. 어파인 변환, 그다음 시그모이드입니다. 나온 값의 형상을 확인하세요. 둘째 계층은 x가 "
        "아니라 그 값을 받습니다.",
    },
    "mlp_example": {
        "en": "Begin with the weighted sums of the hidden nodes: put the constant 1 before x, so that column 0 is "
        "the bias. The example must give 1.6 and 2.2.",
        "ko": "은닉 노드의 가중합부터 구하세요. x 앞에 상수 1을 붙이면 0열이 편향이 됩니다. 예에서 1.6과 2.2가 "
        "나와야 합니다.",
    },
    "softmax": {
        "en": "Begin with one row of moderate scores: powers of e, divided by their sum; the result must add up to "
        "1. Then several rows, then scores around 1000.",
        "ko": "크지 않은 점수 한 행에서 시작하세요. e의 거듭제곱을 그 합으로 나누고, 더해서 1이 되는지 확인하세요. "
        "그다음 여러 행, 마지막으로 1000 근처의 점수를 다루세요.",
    },
    "mlp_parameter_count": {
        "en": "Begin with a single layer, m inputs and n nodes: how many weights, and how many biases? Then go "
        "through the neighbouring pairs of the list.",
        "ko": "입력이 m개, 노드가 n개인 계층 하나에서 시작하세요. 가중치와 편향은 각각 몇 개인가요? 그다음 목록에서 "
        "이웃한 쌍을 차례로 보세요.",
    },
}

PAIR = ({"N": 7, "D": 5}, {"N": 5, "D": 11})
LAYER = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 11, "M": 3})


# --- activations -----------------------------------------------------------------------------------------------------


def identity_function(student: Any, x: Any) -> Outputs:
    """y = x."""
    yield "y", student.identity_function(x)


def identity_grad(student: Any, x: Any) -> Outputs:
    """The slope of y = x."""
    yield "slope", student.identity_grad(x)


def relu(student: Any, x: Any) -> Outputs:
    """max(0, x)."""
    yield "y", student.relu(x)


def relu_grad(student: Any, x: Any) -> Outputs:
    """The slope of max(0, x)."""
    yield "slope", student.relu_grad(x)


def leaky_relu(student: Any, x: Any, alpha: Any) -> Outputs:
    """x, or αx where x is negative."""
    yield "y", student.leaky_relu(x, alpha)


def leaky_relu_grad(student: Any, x: Any, alpha: Any) -> Outputs:
    """The slope of the leaky ReLU."""
    yield "slope", student.leaky_relu_grad(x, alpha)


def elu(student: Any, x: Any, alpha: Any) -> Outputs:
    """x, or α(e^x − 1) where x is negative."""
    yield "y", student.elu(x, alpha)


def elu_grad(student: Any, x: Any, alpha: Any) -> Outputs:
    """The slope of ELU."""
    yield "slope", student.elu_grad(x, alpha)


def piecewise_linear(student: Any, x: Any) -> Outputs:
    """x + ½, cut off at 0 and 1."""
    yield "y", student.piecewise_linear(x)


def piecewise_linear_grad(student: Any, x: Any) -> Outputs:
    """The slope of the three pieces."""
    yield "slope", student.piecewise_linear_grad(x)


def sigmoid(student: Any, x: Any) -> Outputs:
    """1 / (1 + e^(−x))."""
    yield "y", student.sigmoid(x)


def sigmoid_grad(student: Any, x: Any) -> Outputs:
    """The slope of the sigmoid."""
    yield "slope", student.sigmoid_grad(x)


def tanh(student: Any, x: Any) -> Outputs:
    """The hyperbolic tangent."""
    yield "y", student.tanh(x)


def tanh_grad(student: Any, x: Any) -> Outputs:
    """The slope of tanh."""
    yield "slope", student.tanh_grad(x)


def softplus(student: Any, x: Any) -> Outputs:
    """ln(1 + e^x)."""
    yield "y", student.softplus(x)


def softplus_grad(student: Any, x: Any) -> Outputs:
    """The slope of softplus."""
    yield "slope", student.softplus_grad(x)


Bounds = Callable[[np.ndarray, Mapping[str, Any]], tuple[Any, Any]]


def _between(bounds: Bounds) -> Property:
    """A slope that lies between those of the two pieces that meet there; elsewhere it is the expected one."""

    def holds(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
        low, high = bounds(np.asarray(inputs["x"]), inputs)
        return bool(np.all((actual >= low - 1e-6) & (actual <= high + 1e-6)))

    return Property(
        holds,
        says={
            "ko": "꺾이는 점에서는 왼쪽과 오른쪽 기울기 사이의 값이면 되고, 다른 곳에서는 그 조각의 기울기여야 합니다",
            "en": "at a corner any slope between the two sides is right; elsewhere it must be that of its piece",
        },
    )


_SAME = Property(
    lambda actual, expected, inputs: bool(np.allclose(actual, inputs["x"], rtol=1e-6, atol=0)),
    says={"ko": "y는 x와 같아야 합니다", "en": "y must equal x"},
)


def _corner_at_0(left: Callable[[np.ndarray, Mapping[str, Any]], Any]) -> Bounds:
    """Slope 1 right of 0, ``left`` on its left, anything between at 0."""

    def bounds(x: np.ndarray, inputs: Mapping[str, Any]) -> tuple[Any, Any]:
        other = left(x, inputs)
        at_0 = np.minimum(other, 1.0), np.maximum(other, 1.0)
        sides = np.where(x > 0, 1.0, other)
        return np.where(x == 0, at_0[0], sides), np.where(x == 0, at_0[1], sides)

    return bounds


def _corners_at_half(x: np.ndarray, inputs: Mapping[str, Any]) -> tuple[Any, Any]:
    return np.where(np.abs(x) < 0.5, 1.0, 0.0), np.where(np.abs(x) <= 0.5, 1.0, 0.0)


def _alpha(low: float, high: float) -> Any:
    return derived(lambda rng, dims, earlier: round(float(rng.uniform(low, high)), 3))


def _across_pieces(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """From −1.5 to 1.5, and nowhere nearer than 0.01 to a corner."""
    x = rng.uniform(-1.5, 1.5, (dims["N"], dims["D"]))
    near = np.abs(np.abs(x) - 0.5) < 0.01
    return np.where(near, x + 0.05, x)


def _with_extremes(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """Ordinary numbers, but one column at about +1000 and one at about −1000."""
    x = rng.standard_normal((dims["N"], dims["D"]))
    right, left = rng.permutation(dims["D"])[:2]
    x[:, right] += 1000
    x[:, left] -= 1000
    return x


GRID = normal("N", "D", scale=1.5, gap=1e-2)
EXTREME = drawn("plus and minus 1000", {"x": derived(_with_extremes)}, PAIR, group="stable")
CORNER = np.array([[0.0, 1.5, -2.0], [-0.5, 0.0, 3.0]])


def _function(probe: Any, en: str, ko: str, cases: tuple[Case, ...], **options: Any) -> Exercise:
    """An activation is one output, y."""
    name = probe.__name__
    title = {"en": en, "ko": ko}
    return Exercise(probe, title=title, start=START[name], outputs=("y",), curve=("x", "y"), cases=cases, **options)


def _slope(probe: Any, en: str, ko: str, cases: tuple[Case, ...], **options: Any) -> Exercise:
    """The derivative of an activation is one output, slope."""
    name = probe.__name__
    return Exercise(
        probe,
        title={"en": en, "ko": ko},
        start=START[name],
        outputs=("slope",),
        curve=("x", "slope"),
        cases=cases,
        **options,
    )


ACTIVATIONS = (
    _function(
        identity_function,
        "The identity",
        "항등 함수",
        (drawn("random", {"x": GRID}, PAIR),),
        aliases=("identity", "linear"),
        properties={"y": _SAME},  # a value that anybody can copy is no key to what is said afterwards
    ),
    _slope(
        identity_grad,
        "The slope of the identity",
        "항등 함수의 기울기",
        (drawn("random", {"x": GRID}, PAIR),),
        unhidden={"slope": "the slope is 1 wherever x lies"},
    ),
    _function(relu, "ReLU", "ReLU", (drawn("random", {"x": GRID}, PAIR),), aliases=("Relu", "ReLU")),
    _slope(
        relu_grad,
        "The slope of ReLU",
        "ReLU의 기울기",
        (drawn("random", {"x": GRID}, PAIR), literal("exactly zero", {"x": CORNER}, group="kink", note=True)),
        properties={"slope@kink": _between(_corner_at_0(lambda x, inputs: np.zeros_like(x)))},
    ),
    _function(
        leaky_relu,
        "Leaky ReLU",
        "Leaky ReLU",
        (
            literal(
                "alpha 0.1",
                {"x": np.array([[-2.0, 3.0, -0.5]]), "alpha": 0.1},
                source="S0, activation functions: max(0.1x, x)",
                expect={"y": [[-0.2, 3.0, -0.05]]},
            ),
            drawn("random", {"x": GRID, "alpha": _alpha(0.02, 0.4)}, PAIR),
        ),
    ),
    _slope(
        leaky_relu_grad,
        "The slope of leaky ReLU",
        "Leaky ReLU의 기울기",
        (
            drawn("random", {"x": GRID, "alpha": _alpha(0.02, 0.4)}, PAIR),
            literal("exactly zero", {"x": CORNER, "alpha": 0.1}, group="kink", note=True),
        ),
        properties={
            "slope@kink": _between(_corner_at_0(lambda x, inputs: np.full_like(x, inputs["alpha"]))),
        },
    ),
    _function(
        elu,
        "ELU",
        "ELU",
        (
            literal(
                "alpha 1",
                {"x": np.array([[-1.0, 2.0, -3.0]]), "alpha": 1.0},
                source="S0, activation functions: α(e^x − 1)",
                expect={"y": [[-0.632, 2.0, -0.950]]},
                digits=3,
            ),
            drawn("random", {"x": GRID, "alpha": _alpha(0.3, 0.8)}, PAIR),
        ),
    ),
    _slope(
        elu_grad,
        "The slope of ELU",
        "ELU의 기울기",
        (
            drawn("random", {"x": GRID, "alpha": _alpha(0.3, 0.8)}, PAIR),
            literal("exactly zero", {"x": CORNER, "alpha": 0.5}, group="kink", note=True),
        ),
        points={"slope": 2},
        properties={
            "slope@kink": _between(_corner_at_0(lambda x, inputs: inputs["alpha"] * np.exp(np.minimum(x, 0)))),
        },
    ),
    _function(
        piecewise_linear,
        "The piecewise linear function",
        "구간별 선형 함수",
        (
            literal(
                "five points",
                {"x": np.array([-2.0, -0.25, 0.0, 0.25, 2.0])},
                source="S1, table of activation functions",
                expect={"y": [0.0, 0.25, 0.5, 0.75, 1.0]},
            ),
            drawn("random", {"x": derived(_across_pieces)}, PAIR),
        ),
    ),
    _slope(
        piecewise_linear_grad,
        "The slope of the piecewise linear function",
        "구간별 선형 함수의 기울기",
        (
            drawn("random", {"x": derived(_across_pieces)}, PAIR),
            literal("exactly at the corners", {"x": np.array([-2.0, -0.5, 0.0, 0.5, 2.0])}, group="kink", note=True),
        ),
        properties={"slope@kink": _between(_corners_at_half)},
    ),
    _function(
        sigmoid,
        "The sigmoid",
        "시그모이드",
        (
            literal(
                "known values",
                {"x": np.array([[-6.0, 0.0, 1.6, 2.2]])},
                source="S2, g(−6); S0, multi-layer perceptron example (corrected)",
                expect={"y": [[0.002, 0.5, 0.832, 0.900]]},
                digits=3,
            ),
            drawn("random", {"x": GRID}, PAIR),
            EXTREME,
        ),
    ),
    _slope(
        sigmoid_grad,
        "The slope of the sigmoid",
        "시그모이드의 기울기",
        (
            literal(
                "known values",
                {"x": np.array([[0.0, 2.0, -6.0]])},
                source="S0 and S2: φ(1 − φ)",
                expect={"slope": [[0.25, 0.105, 0.002]]},
                digits=3,
            ),
            drawn("random", {"x": GRID}, PAIR),
            EXTREME,
        ),
        points={"slope": 2, "slope@stable": 1},
        after=("sigmoid",),
    ),
    _function(
        tanh,
        "tanh",
        "tanh",
        (
            literal(
                "known values",
                {"x": np.array([[0.0, 1.0, -2.0]])},
                source="S2 and S4, activation functions",
                expect={"y": [[0.0, 0.762, -0.964]]},
                digits=3,
            ),
            drawn("random", {"x": GRID}, PAIR),
            EXTREME,
        ),
    ),
    _slope(
        tanh_grad,
        "The slope of tanh",
        "tanh의 기울기",
        (
            literal(
                "known values",
                {"x": np.array([[0.0, 1.0, -2.0]])},
                source="S2: 1 − g²",
                expect={"slope": [[1.0, 0.420, 0.071]]},
                digits=3,
            ),
            drawn("random", {"x": GRID}, PAIR),
            EXTREME,
        ),
        after=("tanh",),
    ),
    _function(
        softplus,
        "Softplus",
        "소프트플러스",
        (
            literal(
                "known values",
                {"x": np.array([[0.0, 2.0, -3.0]])},
                source="S1, table of activation functions: ln(1 + e^z)",
                expect={"y": [[0.693, 2.127, 0.049]]},
                digits=3,
            ),
            drawn("random", {"x": GRID}, PAIR),
            EXTREME,
        ),
    ),
    _slope(
        softplus_grad,
        "The slope of softplus",
        "소프트플러스의 기울기",
        (drawn("random", {"x": GRID}, PAIR), EXTREME),
        after=("sigmoid",),
    ),
)


# --- layers and networks ---------------------------------------------------------------------------------------------


def affine(student: Any, x: Any, W: Any, b: Any) -> Outputs:
    """xW + b."""
    yield "y", student.affine(x, W, b)


def maxout(student: Any, x: Any, W: Any, b: Any) -> Outputs:
    """The largest of K lines."""
    yield "y", student.maxout(x, W, b)


def maxout_grad(student: Any, x: Any, W: Any, b: Any) -> Outputs:
    """The slope of the largest line."""
    yield "slope", student.maxout_grad(x, W, b)


def three_layer_forward(student: Any, x: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Outputs:
    """Two sigmoid layers and a linear one."""
    network = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
    yield "y", student.three_layer_forward(network, x)


def mlp_example(student: Any, x: Any, w_hidden: Any, w_output: Any) -> Outputs:
    """Every number of a network with one hidden layer, node by node."""
    net_hidden, h, net_output, o = student.mlp_example(x, w_hidden, w_output)
    yield "net_hidden", net_hidden
    yield "h", h
    yield "net_output", net_output
    yield "o", o


def mlp_parameter_count(student: Any, sizes: Any) -> Outputs:
    """Weights and biases of all layers."""
    yield "count", student.mlp_parameter_count(sizes)


def softmax(student: Any, x: Any) -> Outputs:
    """Scores into probabilities."""
    yield "y", student.softmax(x)


def _clear_winner(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Samples at which no two lines are nearly equally high at the top, and every line wins somewhere."""
    W, b = earlier["W"], earlier["b"]
    for _ in range(1000):
        x = rng.standard_normal((dims["N"], dims["D"]))
        heights = np.sort(x @ W + b, axis=1)
        if (heights[:, -1] - heights[:, -2]).min() > 0.05 and len(set((x @ W + b).argmax(axis=1))) >= 3:
            break
    return x


def _large_scores(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """Rows around +1000 and −1000, one score of each far below; only a row's largest serves as its shift.

    Exact in float32, too.
    """
    rows = dims["N"]
    x = rng.uniform(-2, 2, (rows, dims["M"])) + np.where(rng.permutation(rows) % 2, 1000.0, -1000.0)[:, None]
    x[np.arange(rows), rng.integers(0, dims["M"], rows)] -= 4000
    return np.round(x * 1024) / 1024


def _sizes(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> list[int]:
    """L different layer sizes."""
    return [int(size) for size in 2 + rng.permutation(60)[: dims["L"]]]


NETWORK = {
    "W1": normal("D", "H"),
    "b1": normal("H"),
    "W2": normal("H", "P"),
    "b2": normal("P"),
    "W3": normal("P", "M"),
    "b3": normal("M"),
}
DEEP = ({"N": 7, "D": 3, "H": 5, "P": 11, "M": 13}, {"N": 5, "D": 7, "H": 11, "P": 3, "M": 13})
LINES = {"W": normal("D", "K"), "b": normal("K"), "x": derived(_clear_winner)}
KINDS = ({"N": 11, "D": 3, "K": 5}, {"N": 13, "D": 5, "K": 7})
CLASSES = ({"N": 7, "M": 5}, {"N": 11, "M": 3})

NETWORKS = (
    Exercise(
        affine,
        title={"en": "The affine map", "ko": "어파인 변환"},
        start=START["affine"],
        outputs=("y",),
        points={"y": 2},
        aliases=("affine_forward",),
        cases=(
            literal(
                "first layer",
                {"x": np.array([[2.0, 3.0]]), "W": np.array([[0.1, 0.2], [0.3, 0.4]]), "b": np.array([0.5, 0.6])},
                source="S0, multi-layer perceptron example",
                expect={"y": [[1.6, 2.2]]},
            ),
            drawn("random", {"x": normal("N", "D"), "W": normal("D", "M"), "b": normal("M")}, LAYER),
        ),
    ),
    Exercise(
        maxout,
        title={"en": "Maxout: the largest of K lines", "ko": "Maxout: 직선 K개 가운데 가장 큰 값"},
        start=START["maxout"],
        outputs=("y",),
        points={"y": 2},
        cases=(
            literal(
                "two lines",
                {
                    "x": np.array([[-2.0], [0.5], [3.0]]),
                    "W": np.array([[0.1, 1.0]]),
                    "b": np.array([0.0, 0.0]),
                },
                source="S0, activation functions: max(w₁ᵀx + b₁, w₂ᵀx + b₂); with these lines it is max(0.1x, x)",
                expect={"y": [-0.2, 0.5, 3.0]},
            ),
            drawn("random", LINES, KINDS),
        ),
    ),
    Exercise(
        maxout_grad,
        title={"en": "The slope of maxout", "ko": "Maxout의 기울기"},
        start=START["maxout_grad"],
        outputs=("slope",),
        points={"slope": 2},
        after=("maxout",),
        cases=(
            literal(
                "two lines",
                {
                    "x": np.array([[-2.0], [0.5], [3.0]]),
                    "W": np.array([[0.1, 1.0]]),
                    "b": np.array([0.0, 0.0]),
                },
                source="S0, activation functions",
                expect={"slope": [[0.1], [1.0], [1.0]]},
            ),
            drawn("random", LINES, KINDS),
        ),
    ),
    Exercise(
        three_layer_forward,
        title={"en": "Three layers, one after the other", "ko": "세 계층을 차례로"},
        start=START["three_layer_forward"],
        outputs=("y",),
        points={"y": 2, "y@single": 1},
        aliases=("forward",),
        after=("sigmoid", "affine", "identity_function"),
        cases=(
            drawn("random", NETWORK | {"x": normal("N", "D")}, DEEP),
            literal(
                "network 2-3-2-2",
                {
                    "x": np.array([1.0, 0.5]),
                    "W1": np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]),
                    "b1": np.array([0.1, 0.2, 0.3]),
                    "W2": np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]),
                    "b2": np.array([0.1, 0.2]),
                    "W3": np.array([[0.1, 0.3], [0.2, 0.4]]),
                    "b3": np.array([0.1, 0.2]),
                },
                group="single",
                source="S1, three-layer network of 2, 3, 2 and 2 nodes; the numbers are the first book's",
                expect={"y": [0.3168, 0.6963]},
            ),
            drawn("one sample", NETWORK | {"x": normal("D")}, DEEP, group="single"),
        ),
    ),
    Exercise(
        mlp_example,
        title={"en": "A network by hand, node by node", "ko": "손으로 따라가는 신경망"},
        start=START["mlp_example"],
        outputs=("net_hidden", "h", "net_output", "o"),
        after=("sigmoid",),
        cases=(
            literal(
                "two inputs, two hidden nodes",
                {
                    "x": np.array([2.0, 3.0]),
                    "w_hidden": np.array([[0.5, 0.1, 0.3], [0.6, 0.2, 0.4]]),
                    "w_output": np.array([[0.3, 0.1, 0.2]]),
                },
                source="S0, multi-layer perceptron example (corrected: h = 0.832, 0.900, Σ₃ = 0.563, h₃ = 0.637)",
                expect={"net_hidden": [1.6, 2.2], "h": [0.832, 0.900], "net_output": [0.563], "o": [0.637]},
                digits=3,
            ),
            drawn(
                "random",
                {
                    "x": normal("D"),
                    "w_hidden": normal("P", "D1", scale=0.7),
                    "w_output": normal("M", "P1", scale=0.7),
                },
                ({"D": 3, "D1": 4, "P": 5, "P1": 6, "M": 7}, {"D": 7, "D1": 8, "P": 11, "P1": 12, "M": 3}),
            ),
        ),
    ),
    Exercise(
        softmax,
        title={"en": "Softmax", "ko": "소프트맥스"},
        start=START["softmax"],
        outputs=("y",),
        points={"y": 2, "y@single": 1, "y@stable": 2},
        cases=(
            drawn("random", {"x": uniform("N", "M", low=-2, high=2)}, CLASSES),
            literal(
                "three scores",
                {"x": np.array([0.3, 2.9, 4.0])},
                group="single",
                source="S1, softmax; the numbers are the first book's",
                expect={"y": [0.0182, 0.2452, 0.7366]},
            ),
            drawn("one sample", {"x": uniform("M", low=-2, high=2)}, CLASSES, group="single"),
            drawn("around 1000", {"x": derived(_large_scores)}, CLASSES, group="stable"),
        ),
    ),
    Exercise(
        mlp_parameter_count,
        title={"en": "Counting parameters", "ko": "매개변수의 수"},
        start=START["mlp_parameter_count"],
        outputs=("count",),
        points={"count": 2},
        cases=(
            literal(
                "color image, 64 nodes",
                {"sizes": [2352, 64]},
                source="S4: (2352 + 1) × 64 for a 28 × 28 × 3 image and 64 nodes",
                expect={"count": 150592},
            ),
            literal(
                "15 inputs, 10 nodes",
                {"sizes": [15, 10]},
                source="S4: an MLP with 10 nodes needs 160 parameters",
                expect={"count": 160},
            ),
            literal("784-50-10", {"sizes": [784, 50, 10]}, expect={"count": 39760}),
            drawn("random", {"sizes": derived(_sizes)}, ({"L": 3}, {"L": 5})),
        ),
    ),
)

EXERCISES = (*ACTIVATIONS, *NETWORKS)
