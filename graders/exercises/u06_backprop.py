"""How the exercises of u06_backprop are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.probe import backward_of_loss, construct, gradient_of, put_parameters
from graders.spec import (
    Case,
    Exercise,
    Gradient,
    Property,
    Unit,
    derived,
    drawn,
    fixed,
    labels,
    literal,
    normal,
    one_hot,
    side,
    uniform,
)

UNIT = Unit(
    title={"ko": "오차역전파법", "en": "Backpropagation"},
    imports=("numpy", "collections"),
    minutes=240,
    after=("u04_forward", "u05_loss_gradient"),
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "random": "무작위 값",
        "t squared": "t의 제곱",
        "x plus y": "x 더하기 y",
        "e to the 0": "e의 0제곱",
        "one quarter": "4분의 1",
        "one example": "샘플 하나",
        "the network above, three epochs": "위의 신경망, 3에폭",
        "exactly zero": "정확히 0",
        "values of the lesson": "본문의 값",
        "plus and minus 1000": "±1000",
        "stable": "수치 안정성",
        "first layer of the network": "신경망의 첫 계층",
        "images": "이미지 여러 장",
        "image": "이미지 입력",
        "second batch": "두 번째 배치",
        "again": "다시 호출",
        "table of the lesson": "본문의 표",
        "one-hot": "원핫 레이블",
        "labels": "정수 레이블",
        "around 1000": "1000 근처의 값",
        "backward(2.5), which the first book ignores": "첫 번째 책에서 무시하는 backward(2.5)",
        "sure and right": "확신하고 맞힌 예측",
        "network of the lesson": "본문의 신경망",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "MulLayer": {
        "en": "Begin with forward: return the product and keep both inputs. For backward: how much does z "
        "change when only x changes a little?",
        "ko": "forward부터 쓰세요. 곱을 돌려주고 두 입력을 보관하세요. backward에서는 x만 조금 바뀔 때 z가 "
        "얼마나 바뀌는지 생각해 보세요.",
    },
    "AddLayer": {
        "en": "Begin with forward. For backward: when x grows a little, how much does z grow?",
        "ko": "forward부터 쓰세요. backward에서는 x가 조금 커질 때 z가 얼마나 커지는지 생각해 보세요.",
    },
    "ExpLayer": {
        "en": "Begin with forward. For backward: which function is its own derivative, and did you keep its value?",
        "ko": "forward부터 쓰세요. backward에서는 미분해도 자기 자신인 함수가 무엇인지, 그 값을 보관했는지 "
        "생각해 보세요.",
    },
    "ReciprocalLayer": {
        "en": "Begin with forward. For backward: does 1/x grow or shrink when x grows? Look for a slope that can "
        "be written with the output alone.",
        "ko": "forward부터 쓰세요. backward에서는 x가 커질 때 1/x가 커지는지 작아지는지 생각하고, 출력만으로 쓸 수 "
        "있는 국소 미분을 찾아보세요.",
    },
    "chain_rule": {
        "en": "Begin with z, ŷ and J, in this order. For the gradients go back the same way: first how J changes "
        "with ŷ, then one factor for each step further back.",
        "ko": "z, ŷ, J를 이 순서로 구하세요. 기울기는 같은 길을 거꾸로 갑니다. 먼저 J가 ŷ에 따라 어떻게 바뀌는지 "
        "구하고, 한 단계 뒤로 갈 때마다 인수를 하나씩 곱하세요.",
    },
    "Relu": {
        "en": "Begin with forward, and keep an array of True and False that says which entries were "
        "positive: backward needs only that.",
        "ko": "forward부터 쓰세요. 양수였던 자리를 True와 False의 배열로 보관하세요. backward에는 그것만 "
        "있으면 됩니다.",
    },
    "Sigmoid": {
        "en": "Begin with forward for moderate x, and keep the output: the slope can be written with it alone. "
        "x = ±1000 comes last.",
        "ko": "크지 않은 x의 forward부터 쓰고 출력을 보관하세요. 국소 미분은 그 출력만으로 쓸 수 있습니다. x = "
        "±1000은 마지막에 다루세요.",
    },
    "Tanh": {
        "en": "Begin with forward: NumPy has the function. Keep the output, since the slope can be written "
        "with it alone.",
        "ko": "forward부터 쓰세요. NumPy에 함수가 있습니다. 출력을 보관하세요. 국소 미분은 그 출력만으로 쓸 수 "
        "있습니다.",
    },
    "Affine": {
        "en": "Begin with forward for x (N, D): which product of x and W has the shape (N, M)? Keep x. In "
        "backward, write the shape of each gradient down before its formula.",
        "ko": "x가 (N, D)일 때의 forward부터 쓰세요. x와 W를 어떻게 곱해야 형상이 (N, M)이 될까요? x를 "
        "보관하세요. backward에서는 식보다 먼저 각 기울기의 형상을 적으세요.",
    },
    "SoftmaxWithLoss": {
        "en": "Begin with the softmax of one row and check that it sums to 1. Then the loss of one row, then "
        "the mean over the batch. Class labels come last.",
        "ko": "한 행의 소프트맥스부터 구하고 합이 1인지 확인하세요. 그다음 한 행의 손실, 그다음 배치 평균 "
        "차례입니다. 클래스 레이블은 마지막에 다루세요.",
    },
    "SigmoidWithLoss": {
        "en": "Begin with the loss of one example with t = 1, then with t = 0, and only then join the two in "
        "one formula.",
        "ko": "t = 1인 샘플 하나의 손실, 그다음 t = 0일 때의 손실을 구하고, 마지막에 두 경우를 한 식으로 합치세요.",
    },
    "MeanSquaredError": {
        "en": "Begin with forward for three numbers, by hand: the squares, then their mean. For backward: how "
        "does that mean change when one entry of y changes?",
        "ko": "숫자 세 개로 forward를 손으로 계산해 보세요. 제곱한 다음 평균을 구합니다. backward에서는 y의 "
        "원소 하나가 바뀔 때 그 평균이 어떻게 바뀌는지 생각해 보세요.",
    },
    "mlp_deltas": {
        "en": "Begin with the outputs o alone: put the constant 1 before x, then before the hidden outputs. "
        "When o is right, go back one layer at a time.",
        "ko": "출력 o만 먼저 구하세요. x 앞에, 그다음 은닉층 출력 앞에 상수 1을 붙입니다. o가 맞으면 한 계층씩 "
        "거꾸로 가세요.",
    },
    "mlp_train": {
        "en": "Begin with one example of one epoch: call mlp_deltas and add both changes to the weights. Then the "
        "loop over the examples, then the loop over the epochs, and the errors last.",
        "ko": "한 에폭의 샘플 하나부터 시작하세요. mlp_deltas를 부르고 두 변화량을 가중치에 더합니다. 그다음 샘플 "
        "반복문, "
        "그다음 에폭 반복문을 쓰고 오차는 마지막에 기록하세요.",
    },
    "TwoLayerNet.predict": {
        "en": "Begin with the layers in their order: x goes into the first, and what comes out of one goes "
        "into the next.",
        "ko": "계층을 순서대로 따라가세요. x는 첫 계층에 들어가고, 한 계층에서 나온 값이 다음 계층에 들어갑니다.",
    },
    "TwoLayerNet.accuracy": {
        "en": "Begin with the scores of predict: at which index is each row's largest? Convert t to the same "
        "form before you compare.",
        "ko": "predict의 점수에서 시작하세요. 행마다 가장 큰 값의 인덱스는 무엇인가요? t도 같은 꼴로 바꾼 다음 "
        "비교하세요.",
    },
    "TwoLayerNet.gradient": {
        "en": "Begin with a forward pass of the loss, so that every layer has what it must remember. Then "
        "start at the last layer's backward and go through the others in reverse.",
        "ko": "손실의 순전파부터 하세요. 그래야 모든 계층이 필요한 값을 보관합니다. 그다음 마지막 계층의 "
        "backward에서 시작해 나머지를 거꾸로 지나가세요.",
    },
}

PAIR = ({"N": 7, "D": 3}, {"N": 5, "D": 11})
LAYER = ({"N": 7, "D": 3, "M": 5}, {"N": 5, "D": 11, "M": 3})
CLASSES = ({"N": 7, "M": 5}, {"N": 11, "M": 3})
LIST = ({"N": 7}, {"N": 11})


# --- nodes of a graph ------------------------------------------------------------------------------------------------


# In every probe another layer of the class goes forward in between: what a layer keeps is its own.


def MulLayer(student: Any, x: Any, y: Any, dout: Any) -> Outputs:
    """z = x·y, forward and back."""
    layer = construct(student.MulLayer)
    yield "out", layer.forward(x, y)
    construct(student.MulLayer).forward(0.5 * y, 0.5 * x)
    dx, dy = layer.backward(dout)
    yield "dx", dx
    yield "dy", dy


def AddLayer(student: Any, x: Any, y: Any, dout: Any) -> Outputs:
    """z = x + y, forward and back."""
    layer = construct(student.AddLayer)
    yield "out", layer.forward(x, y)
    dx, dy = layer.backward(dout)
    yield "dx", dx
    yield "dy", dy


def ExpLayer(student: Any, x: Any, dout: Any) -> Outputs:
    """y = e^x, forward and back."""
    layer = construct(student.ExpLayer)
    yield "out", layer.forward(x)
    construct(student.ExpLayer).forward(0.5 * x)
    yield "dx", layer.backward(dout)


def ReciprocalLayer(student: Any, x: Any, dout: Any) -> Outputs:
    """y = 1/x, forward and back."""
    layer = construct(student.ReciprocalLayer)
    yield "out", layer.forward(x)
    construct(student.ReciprocalLayer).forward(0.5 * x)
    yield "dx", layer.backward(dout)


def chain_rule(student: Any, x: Any, t: Any, w1: Any, w2: Any) -> Outputs:
    """The loss, and the gradients of both weights."""
    loss, dw2, dw1 = student.chain_rule(x, t, w1, w2)
    yield "loss", loss
    yield "dw2", dw2
    yield "dw1", dw1


def _weight(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """A number of either sign that is not small; as an array, so that its gradient can be certified."""
    return np.array(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5))


NODE_GRADIENTS = {
    "dx": Gradient(of="out", wrt="x", upstream="dout"),
    "dy": Gradient(of="out", wrt="y", upstream="dout"),
}
NODE_INPUTS = {"x": normal("N", "D", gap=0.1), "y": normal("N", "D", gap=0.1), "dout": normal("N", "D")}

NODES = (
    Exercise(
        MulLayer,
        title={"ko": "곱셈 노드", "en": "The multiplication node"},
        start=START["MulLayer"],
        outputs=("out", "dx", "dy"),
        gradients=NODE_GRADIENTS,
        cases=(
            literal(
                "t squared",
                {"x": 8.0, "y": 8.0, "dout": 1.0},
                source="S1, chain rule slide: z = t², t = 3 + 5",
                expect={"out": 64.0, "dx": 8.0, "dy": 8.0},
            ),
            drawn("random", NODE_INPUTS, PAIR),
        ),
    ),
    Exercise(
        AddLayer,
        title={"ko": "덧셈 노드", "en": "The addition node"},
        start=START["AddLayer"],
        outputs=("out", "dx", "dy"),
        gradients=NODE_GRADIENTS,
        cases=(
            literal(
                "x plus y",
                {"x": 3.0, "y": 5.0, "dout": 16.0},
                source="S1, chain rule slide: t = x + y inside z = (x + y)²",
                expect={"out": 8.0, "dx": 16.0, "dy": 16.0},
            ),
            drawn("random", NODE_INPUTS, PAIR),
        ),
    ),
    Exercise(
        ExpLayer,
        title={"ko": "지수 노드", "en": "The exponential node"},
        start=START["ExpLayer"],
        outputs=("out", "dx"),
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        cases=(
            literal("e to the 0", {"x": 0.0, "dout": 2.0}, expect={"out": 1.0, "dx": 2.0}),
            drawn("random", {"x": normal("N", "D"), "dout": normal("N", "D")}, PAIR),
        ),
    ),
    Exercise(
        ReciprocalLayer,
        title={"ko": "역수 노드", "en": "The reciprocal node"},
        start=START["ReciprocalLayer"],
        outputs=("out", "dx"),
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        cases=(
            literal(
                "one quarter",
                {"x": 4.0, "dout": 8.0},
                source="S1, sigmoid slide: y = 1/x, dy/dx = −1/x²",
                expect={"out": 0.25, "dx": -0.5},
            ),
            drawn("random", {"x": normal("N", "D", gap=0.3), "dout": normal("N", "D")}, PAIR),
        ),
    ),
    Exercise(
        chain_rule,
        title={"ko": "가중치 두 개와 연쇄법칙", "en": "Two weights and the chain rule"},
        start=START["chain_rule"],
        outputs=("loss", "dw2", "dw1"),
        points={"dw1": 2},
        gradients={"dw2": Gradient(of="loss", wrt="w2"), "dw1": Gradient(of="loss", wrt="w1")},
        cases=(
            literal(
                "one example",
                {"x": np.array([2.0]), "t": np.array([1.0]), "w1": 0.5, "w2": 3.0},
                source="S2, ∂J/∂w₂ and ∂J/∂w₁ by the chain rule; the numbers are ours",
                expect={"loss": 1.424, "dw2": 1.745, "dw1": 2.815},
                digits=3,
            ),
            drawn(
                "random",
                {"x": normal("N"), "t": normal("N"), "w1": derived(_weight), "w2": derived(_weight)},
                LIST,
            ),
        ),
    ),
)


# --- activations -----------------------------------------------------------------------------------------------------


def Relu(student: Any, x: Any, dout: Any) -> Outputs:
    """max(0, x), forward and back."""
    layer = construct(student.Relu)
    yield "out", layer.forward(x)
    construct(student.Relu).forward(np.roll(x, 1))
    yield "dx", layer.backward(dout)


def Sigmoid(student: Any, x: Any, dout: Any) -> Outputs:
    """1 / (1 + e^(−x)), forward and back."""
    layer = construct(student.Sigmoid)
    yield "out", layer.forward(x)
    construct(student.Sigmoid).forward(0.5 * x)
    yield "dx", layer.backward(dout)


def Tanh(student: Any, x: Any, dout: Any) -> Outputs:
    """tanh, forward and back."""
    layer = construct(student.Tanh)
    yield "out", layer.forward(x)
    construct(student.Tanh).forward(0.5 * x)
    yield "dx", layer.backward(dout)


def _between_slopes(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """ReLU's gradient: 0 left of 0, dout right of it, and from 0 to dout at exactly 0."""
    x, dout = np.broadcast_arrays(np.asarray(inputs["x"]), np.asarray(inputs["dout"]))
    low, high = np.where(x > 0, dout, np.minimum(dout, 0)), np.where(x > 0, dout, np.maximum(dout, 0))
    low, high = np.where(x < 0, 0, low), np.where(x < 0, 0, high)
    return bool(np.all((actual >= low - 1e-6) & (actual <= high + 1e-6)))


def _with_extremes(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """Ordinary numbers, but one column at about +1000 and one at about −1000."""
    x = rng.standard_normal((dims["N"], dims["D"]))
    right, left = rng.permutation(dims["D"])[:2]
    x[:, right] += 1000
    x[:, left] -= 1000
    return x


SLOPE = {"dx": Gradient(of="out", wrt="x", upstream="dout")}
EXTREME = drawn("plus and minus 1000", {"x": derived(_with_extremes), "dout": normal("N", "D")}, PAIR, group="stable")


def _bent(activation: Any, title: dict[str, str], worked: tuple[Case, ...]) -> Exercise:
    """Sigmoid and Tanh are judged alike."""
    return Exercise(
        activation,
        title=title,
        start=START[activation.__name__],
        outputs=("out", "dx"),
        points={"dx": 2, "out@stable": 1, "dx@stable": 1},
        gradients=SLOPE,
        curve=("x", "out"),
        cases=(*worked, drawn("random", {"x": normal("N", "D", scale=1.5), "dout": normal("N", "D")}, PAIR), EXTREME),
    )


ACTIVATIONS = (
    Exercise(
        Relu,
        title={"ko": "ReLU 계층", "en": "The ReLU layer"},
        start=START["Relu"],
        outputs=("out", "dx"),
        aliases=("ReLU",),
        points={"dx": 2},
        gradients=SLOPE,
        properties={
            "dx@kink": Property(
                _between_slopes,
                says={
                    "ko": "x<0이면 0, x>0이면 dout이어야 하고, x=0에서는 기울기가 0과 1 사이이면 됩니다",
                    "en": "it must be 0 where x < 0, dout where x > 0; where x = 0 any slope from 0 to 1 is right",
                },
            )
        },
        curve=("x", "out"),
        cases=(
            drawn("random", {"x": normal("N", "D", gap=1e-2), "dout": normal("N", "D")}, PAIR),
            literal(
                "exactly zero",
                {
                    "x": np.array([[0.0, 1.5, -2.0], [-0.5, 0.0, 3.0], [2.5, -1.0, 0.0]]),
                    "dout": np.array([[1.2, -0.7, 0.4], [0.9, -1.1, 2.0], [-0.3, 0.8, 0.6]]),
                },
                group="kink",
                source="S1, ReLU slide",
                note=True,
            ),
        ),
    ),
    _bent(
        Sigmoid,
        {"ko": "시그모이드 계층", "en": "The sigmoid layer"},
        (
            literal(
                "values of the lesson",
                {"x": np.array([[-6.0, 1.6, 2.2]]), "dout": np.array([[1.0, -2.0, 0.5]])},
                source="S2, g(−6); S0, multi-layer perceptron (corrected)",
                expect={"out": [[0.002, 0.832, 0.900]]},
                digits=3,
            ),
        ),
    ),
    _bent(Tanh, {"ko": "tanh 계층", "en": "The tanh layer"}, ()),
)


# --- affine ----------------------------------------------------------------------------------------------------------


def Affine(student: Any, x: Any, W: Any, b: Any, dout: Any, x_before: Any = None, dout_before: Any = None) -> Outputs:
    """y = xW + b, forward and back; with ``x_before`` the layer has done one batch already."""
    layer = construct(student.Affine, W, b)
    if x_before is not None:
        layer.forward(x_before)
        layer.backward(dout_before)
    yield "out", layer.forward(x)
    construct(student.Affine, W, b).forward(0.5 * x)
    yield "dx", layer.backward(dout)
    yield "dW", gradient_of(layer, "W")
    yield "db", gradient_of(layer, "b")


AFFINE_INPUTS = {"x": normal("N", "D"), "W": normal("D", "M"), "b": normal("M"), "dout": normal("N", "M")}
AGAIN = {"x_before": normal("B", "D"), "dout_before": normal("B", "M")}

AFFINE = Exercise(
    Affine,
    title={"ko": "Affine 계층", "en": "The affine layer"},
    start=START["Affine"],
    outputs=("out", "dx", "dW", "db"),
    points={"dx": 2, "dW": 2, "db": 2, "dW@image": 1, "dx@image": 1, "db@image": 1}
    | {"out@again": 0, "dx@again": 0, "dW@again": 1, "db@again": 1},
    gradients={
        "dx": Gradient(of="out", wrt="x", upstream="dout"),
        "dW": Gradient(of="out", wrt="W", upstream="dout"),
        "db": Gradient(of="out", wrt="b", upstream="dout"),
    },
    cases=(
        literal(
            "first layer of the network",
            {
                "x": np.array([[2.0, 3.0]]),
                "W": np.array([[0.1, 0.2], [0.3, 0.4]]),
                "b": np.array([0.5, 0.6]),
                "dout": np.array([[1.0, -2.0]]),
            },
            source="S0, multi-layer perceptron example",
            expect={"out": [[1.6, 2.2]], "dx": [[-0.3, -0.5]], "dW": [[2.0, -4.0], [3.0, -6.0]], "db": [1.0, -2.0]},
        ),
        drawn("random", AFFINE_INPUTS, LAYER),
        drawn(
            "images",
            AFFINE_INPUTS | {"x": normal("N", "C", "H", "L")},
            (
                {"N": 7, "C": 3, "H": 5, "L": 11, "D": 165, "M": 13},
                {"N": 5, "C": 7, "H": 3, "L": 13, "D": 273, "M": 11},
            ),
            group="image",
        ),
        drawn("second batch", AFFINE_INPUTS | AGAIN, (LAYER[0] | {"B": 11}, LAYER[1] | {"B": 7}), group="again"),
    ),
)


# --- losses ----------------------------------------------------------------------------------------------------------


def SoftmaxWithLoss(student: Any, x: Any, t: Any, dout: Any) -> Outputs:
    """Softmax and cross entropy, forward and back."""
    layer = construct(student.SoftmaxWithLoss)
    yield "loss", layer.forward(x, t)
    construct(student.SoftmaxWithLoss).forward(0.5 * x, t)
    yield "dx", backward_of_loss(layer, dout)


def SigmoidWithLoss(student: Any, x: Any, t: Any, dout: Any) -> Outputs:
    """Sigmoid and binary cross entropy, forward and back."""
    layer = construct(student.SigmoidWithLoss)
    yield "loss", layer.forward(x, t)
    construct(student.SigmoidWithLoss).forward(0.5 * x, t)
    yield "dx", backward_of_loss(layer, dout)


def MeanSquaredError(student: Any, y: Any, t: Any, dout: Any) -> Outputs:
    """The mean of (y − t)², forward and back."""
    layer = construct(student.MeanSquaredError)
    yield "loss", layer.forward(y, t)
    construct(student.MeanSquaredError).forward(0.5 * y, t)
    yield "dy", backward_of_loss(layer, dout)


def _shifted_scores(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Rows around +1000 or −1000; one wrong class of each lies much lower (its probability is exactly 0).

    So much lower in the rows around −1000 that their mean is far from their largest score, too.
    """
    t = earlier["t"]
    answer = t.argmax(axis=1) if t.ndim == 2 else t
    rows, classes = dims["N"], dims["M"]
    x: np.ndarray = rng.uniform(-1, 1, (rows, classes)) + rng.choice([-1000.0, 1000.0], (rows, 1))
    x[0] += 1000 - x[0].mean()  # at least one row of each kind
    x[1] -= 1000 + x[1].mean()
    lower = np.where(x[:, 0] > 0, 1000, 4000)
    x[np.arange(rows), (answer + rng.integers(1, classes, rows)) % classes] -= lower
    return np.round(x * 1024) / 1024  # exact in float32, too


def _sure_scores(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Ordinary scores, but a few are ±1000 on the side of the right answer."""
    x = rng.uniform(-2, 2, dims["N"])
    sure = rng.permutation(dims["N"])[:3]
    x[sure] = np.where(earlier["t"][sure] == 1, 1000.0, -1000.0)
    return x


def _both_answers(rng: np.random.Generator, dims: Mapping[str, int], _: Mapping[str, Any]) -> np.ndarray:
    """Labels 0 and 1 in random order, nearly as many of each."""
    return np.asarray(rng.permutation(dims["N"]) % 2)


def _upstream(inputs: Mapping[str, object], dims: tuple[Mapping[str, int], ...]) -> Case:
    """A side case: the first book's losses ignore dout, which is right while they end the graph."""
    return Case(
        "backward(2.5), which the first book ignores", {**inputs, "dout": fixed(2.5)}, dims, group="dout", note=True
    )


ONCE = fixed(1.0)
LOG_EPSILON = {"loss@dout": 1e-4}  # 1e-7 inside the log is right; a side case need not mention it again
SCORES = uniform("N", "M", low=-1, high=1)  # every probability ≥ 1e-2, so 1e-7 inside the log hardly matters
SLIDE_P = np.array([[0.3, 0.2, 0.5], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2], [0.1, 0.5, 0.4]])
SLIDE_T = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

LOSSES = (
    Exercise(
        SoftmaxWithLoss,
        title={"ko": "소프트맥스와 교차 엔트로피", "en": "Softmax with cross entropy"},
        start=START["SoftmaxWithLoss"],
        outputs=("loss", "dx"),
        points={"loss": 2, "dx": 2}
        | {f"{name}@{group}": 1 for name in ("loss", "dx") for group in ("labels", "stable")},
        gradients={"dx": Gradient(of="loss", wrt="x", upstream="dout")},
        tolerance=LOG_EPSILON,
        cases=(
            literal(
                "table of the lesson",
                {"x": np.log(SLIDE_P), "t": SLIDE_T, "dout": 1.0},
                source="S0, cross entropy slide: 2.85 for four rows, 2.85 / 4 on average",
                expect={"loss": 0.71},
                digits=2,
            ),
            drawn("one-hot", {"x": SCORES, "t": one_hot("N", "M"), "dout": ONCE}, CLASSES),
            drawn("labels", {"x": SCORES, "t": labels("N", classes="M"), "dout": ONCE}, CLASSES, group="labels"),
            drawn(
                "around 1000",
                {"t": one_hot("N", "M"), "x": derived(_shifted_scores), "dout": ONCE},
                CLASSES,
                group="stable",
            ),
            _upstream({"x": SCORES, "t": one_hot("N", "M")}, CLASSES[:1]),
        ),
    ),
    Exercise(
        SigmoidWithLoss,
        title={"ko": "시그모이드와 이진 교차 엔트로피", "en": "Sigmoid with binary cross entropy"},
        start=START["SigmoidWithLoss"],
        outputs=("loss", "dx"),
        points={"loss": 2, "dx": 2, "loss@stable": 1, "dx@stable": 1},
        gradients={"dx": Gradient(of="loss", wrt="x", upstream="dout")},
        tolerance=LOG_EPSILON,
        cases=(
            drawn("random", {"x": uniform("N", low=-2, high=2), "t": derived(_both_answers), "dout": ONCE}, LIST),
            drawn(
                "sure and right",
                {"t": derived(_both_answers), "x": derived(_sure_scores), "dout": ONCE},
                LIST,
                group="stable",
            ),
            _upstream({"x": uniform("N", low=-2, high=2), "t": derived(_both_answers)}, LIST[:1]),
        ),
    ),
    Exercise(
        MeanSquaredError,
        title={"ko": "평균 제곱 오차", "en": "Mean squared error"},
        start=START["MeanSquaredError"],
        outputs=("loss", "dy"),
        gradients={"dy": Gradient(of="loss", wrt="y", upstream="dout")},
        cases=(
            literal(
                "table of the lesson",
                {
                    "y": np.array([11.0, 19.0, 30.0, 43.0, 47.0]),
                    "t": np.array([10.0, 20.0, 30.0, 40.0, 50.0]),
                    "dout": 1.0,
                },
                source="S0, mean squared error slide",
                expect={"loss": 4.0, "dy": [0.4, -0.4, 0.0, 1.2, -1.2]},
            ),
            drawn("random", {"y": normal("N", "M"), "t": normal("N", "M"), "dout": ONCE}, CLASSES),
            _upstream({"y": normal("N", "M"), "t": normal("N", "M")}, CLASSES[:1]),
        ),
    ),
)


# --- a network -------------------------------------------------------------------------------------------------------


def mlp_deltas(student: Any, x: Any, t: Any, w_hidden: Any, w_output: Any, alpha: Any) -> Outputs:
    """One example through one hidden layer: outputs and both weight changes."""
    o, delta_output, delta_hidden = student.mlp_deltas(x, t, w_hidden, w_output, alpha)
    yield "o", o
    yield "delta_output", delta_output
    yield "delta_hidden", delta_hidden


def mlp_train(student: Any, x: Any, t: Any, w_hidden: Any, w_output: Any, alpha: Any, epochs: int) -> Outputs:
    """The error of each epoch, and the weights at the end."""
    w_hidden, w_output, errors = student.mlp_train(x, t, w_hidden, w_output, alpha, epochs)
    yield "errors", np.array(errors) if isinstance(errors, list | tuple) else errors
    yield "w_output", w_output
    yield "w_hidden", w_hidden


def _network(student: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    """A TwoLayerNet with these weights written into its own arrays."""
    net = construct(student.TwoLayerNet, len(W1), len(W2), len(b2))
    put_parameters(net, {"W1": W1, "b1": b1, "W2": W2, "b2": b2})
    return net


def predict(student: Any, x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Outputs:
    """Scores of a batch."""
    yield "scores", _network(student, W1, b1, W2, b2).predict(x)


def accuracy(student: Any, x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Outputs:
    """The share of right answers in a batch, and the scores that they come from."""
    net = _network(student, W1, b1, W2, b2)
    yield "accuracy", net.accuracy(x, t)
    yield "scores", net.predict(x)


def gradient(
    student: Any,
    x: Any,
    t: Any,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    x_before: Any,
    t_before: Any,
    once_more: bool = False,
) -> Outputs:
    """The gradient of every parameter, after the loss of another batch; with ``once_more`` after its gradient."""
    net = _network(student, W1, b1, W2, b2)
    if once_more:
        net.gradient(x_before, t_before)
        yield "dW1", net.gradient(x, t)["W1"]
        yield "loss", net.loss(x, t)
        return
    yield "loss", net.loss(x, t)
    net.loss(x_before, t_before)
    grads = net.gradient(x, t)
    for name in ("W1", "b1", "W2", "b2"):
        yield f"d{name}", grads[name]


def _of_own_scores(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> float | None:
    """The accuracy of a net whose scores are these; nothing where they are the same for every row or class."""
    scores, t, classes = np.asarray(outputs["scores"]), inputs["t"], len(inputs["b2"])
    if scores.shape != (len(t), classes) or not np.isfinite(scores).all():
        return None
    highest = scores == scores.max(axis=1, keepdims=True)
    right = t if t.ndim == 2 else np.eye(classes)[t]
    varied = highest.sum() == len(t) and bool((scores != scores[0]).any())
    return float(np.sum(highest * right) / len(t)) if varied else None


NET_INPUTS = {
    "x": normal("N", "D"),
    "W1": normal("D", "H"),
    "b1": normal("H"),
    "W2": normal("H", "M", scale=0.5),
    "b2": normal("M", scale=0.5),
}
TWO_BATCHES = {"t": one_hot("N", "M"), "x_before": normal("B", "D"), "t_before": one_hot("B", "M")}
NET = ({"N": 7, "D": 5, "H": 11, "M": 3, "B": 13}, {"N": 11, "D": 3, "H": 7, "M": 5, "B": 13})
CROWD = ({"N": 31, "D": 5, "H": 11, "M": 3}, {"N": 29, "D": 3, "H": 7, "M": 5})

NETWORKS = (
    Exercise(
        mlp_deltas,
        title={
            "ko": "은닉층이 하나인 신경망의 가중치 변화",
            "en": "The weight changes of a network with one hidden layer",
        },
        start=START["mlp_deltas"],
        outputs=("o", "delta_output", "delta_hidden"),
        points={"delta_output": 2, "delta_hidden": 2},
        cases=(
            literal(
                "network of the lesson",
                {
                    "x": np.array([2.0, 3.0]),
                    "t": np.array([1.0]),
                    "w_hidden": np.array([[0.5, 0.1, 0.3], [0.6, 0.2, 0.4]]),
                    "w_output": np.array([[0.3, 0.1, 0.2]]),
                    "alpha": 1.0,
                },
                source="S0, multi-layer perceptron example (corrected: h = 0.832, 0.900 and o = 0.637)",
                expect={"o": [0.637]},
                digits=3,
            ),
            drawn(
                "random",
                {
                    "x": normal("D"),
                    "t": uniform("M"),
                    "w_hidden": normal("P", "D1", scale=0.7),
                    "w_output": normal("M", "P1", scale=0.7),
                    "alpha": derived(lambda rng, dims, earlier: float(rng.uniform(0.2, 0.8))),
                },
                ({"D": 3, "D1": 4, "P": 5, "P1": 6, "M": 7}, {"D": 7, "D1": 8, "P": 11, "P1": 12, "M": 3}),
            ),
        ),
    ),
    Exercise(
        mlp_train,
        title={"ko": "오차역전파 알고리즘", "en": "The error backpropagation algorithm"},
        start=START["mlp_train"],
        outputs=("errors", "w_output", "w_hidden"),
        points={"w_hidden": 2},
        after=("mlp_deltas",),
        cases=(
            literal(
                "the network above, three epochs",
                {
                    "x": np.array([[2.0, 3.0]]),
                    "t": np.array([[1.0]]),
                    "w_hidden": np.array([[0.5, 0.1, 0.3], [0.6, 0.2, 0.4]]),
                    "w_output": np.array([[0.3, 0.1, 0.2]]),
                    "alpha": 0.5,
                    "epochs": 3,
                },
                source="S0, EBPA, with the network of its multi-layer perceptron example",
                expect={"errors": [0.066, 0.057, 0.050]},
                digits=3,
            ),
            drawn(
                "random",
                {
                    "x": normal("N", "D"),
                    "t": uniform("N", "M"),
                    "w_hidden": normal("P", "D1", scale=0.7),
                    "w_output": normal("M", "P1", scale=0.7),
                    "alpha": derived(lambda rng, dims, earlier: float(rng.uniform(0.5, 1.0))),
                    "epochs": fixed("E"),
                },
                (
                    {"N": 5, "D": 3, "D1": 4, "P": 7, "P1": 8, "M": 2, "E": 3},
                    {"N": 3, "D": 7, "D1": 8, "P": 5, "P1": 6, "M": 4, "E": 2},
                ),
            ),
        ),
    ),
    Exercise(
        predict,
        symbol="TwoLayerNet.predict",
        title={"ko": "계층을 차례로: 예측", "en": "Layers in order: prediction"},
        start=START["TwoLayerNet.predict"],
        outputs=("scores",),
        after=("Affine", "Relu"),
        cases=(drawn("random", NET_INPUTS, NET),),
    ),
    Exercise(
        accuracy,
        symbol="TwoLayerNet.accuracy",
        title={"ko": "정확도", "en": "Accuracy"},
        start=START["TwoLayerNet.accuracy"],
        outputs=("accuracy", "scores"),
        points={"scores": 0},
        follows={"accuracy": _of_own_scores},
        properties={
            "scores": Property(
                lambda actual, expected, inputs: True,
                says={"ko": "predict에서 채점합니다", "en": "predict is where it is graded"},
                shaped=False,
            )
        },
        after=("TwoLayerNet.predict",),
        cases=(
            drawn("one-hot", NET_INPUTS | {"t": one_hot("N", "M")}, CROWD),
            drawn("labels", NET_INPUTS | {"t": labels("N", classes="M")}, CROWD, group="labels"),
        ),
    ),
    Exercise(
        gradient,
        symbol="TwoLayerNet.gradient",
        title={"ko": "계층을 거꾸로: 기울기", "en": "Layers in reverse: the gradient"},
        start=START["TwoLayerNet.gradient"],
        outputs=("loss", "dW1", "db1", "dW2", "db2"),
        points={"loss": 0} | {f"{name}@again": 0 for name in ("db1", "dW2", "db2")},
        tolerance={"loss": 1e-4},  # not scored here: 1e-7 inside the log need not be mentioned
        gradients={f"d{name}": Gradient(of="loss", wrt=name) for name in ("W1", "b1", "W2", "b2")},
        after=("Affine", "Relu", "SoftmaxWithLoss", "TwoLayerNet.predict"),
        cases=(
            drawn("random", NET_INPUTS | TWO_BATCHES, NET),
            drawn("second batch", NET_INPUTS | TWO_BATCHES | {"once_more": fixed(True)}, NET, group="again"),
            side(
                "labels",
                NET_INPUTS
                | TWO_BATCHES
                | {"t": labels("N", classes="M"), "t_before": labels("B", classes="M"), "once_more": fixed(True)},
                NET[:1],
            ),
        ),
    ),
)

EXERCISES = (*NODES, *ACTIVATIONS, AFFINE, *LOSSES, *NETWORKS)
