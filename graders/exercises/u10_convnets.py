"""Shapes and counts of convolutional nets, a small and a deep one, their training on digits, and what they see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from graders.probe import construct, put_parameters
from graders.spec import (
    Draw,
    Exercise,
    Gradient,
    Property,
    Unit,
    choice,
    derived,
    digits,
    distinct,
    drawn,
    fixed,
    integers,
    labels,
    literal,
    normal,
    one_hot,
    uniform,
)

UNIT = Unit(
    title={"ko": "합성곱 신경망의 학습과 시각화", "en": "Convolutional networks: training and visualization"},
    uses=("u06_backprop", "u09_cnn"),
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    minutes=150,
    after=("u07_optimizers",),
    cases={
        "random": "무작위 값",
        "stride 1": "스트라이드 1",
        "32×32 digits": "32×32 숫자 이미지",
        "other sizes": "다른 크기",
        "first block of VGG": "VGG의 첫 블록",
        "28×28 images": "28×28 이미지",
        "digits": "숫자 이미지",
        "before pooling": "풀링 전",
        "after pooling": "풀링 뒤",
        "pooled": "풀링 뒤",
    },
)

Outputs = Iterator[tuple[str, object]]
Dims = Mapping[str, int]
Earlier = Mapping[str, Any]

START = {
    "layer_shapes": {
        "en": "Begin with a list of one layer, a convolution: its output has as many channels as there are filters, "
        "and conv_output_size gives both sides. Then keep a variable for the current shape and update it in a loop.",
        "ko": "합성곱 하나만 있는 목록부터 시작하세요. 출력의 채널 수는 필터의 수이고, 두 변은 conv_output_size로 "
        "구합니다. 그다음 지금의 형상을 변수에 두고 반복문에서 갱신하세요.",
    },
    "parameter_counts": {
        "en": "Begin with one filter: how many weights does it need if the input has C channels, and how many biases?",
        "ko": "필터 하나부터 시작하세요. 입력의 채널이 C개이면 필터 하나에 가중치가 몇 개, 편향이 몇 개 필요한가요?",
    },
    "LeNet5": {
        "en": "Write the seven layers of the table as a list of tuples; the two functions above do the rest.",
        "ko": "표에 있는 일곱 계층을 튜플의 목록으로 쓰세요. 나머지는 위의 두 함수가 합니다.",
    },
    "receptive_field": {
        "en": "Begin with stride 1 only: by how many pixels does a 3×3 filter widen what one entry sees? Then think "
        "about what a stride of 2 does to the layers that follow.",
        "ko": "스트라이드가 1인 경우부터 생각하세요. 3×3 필터를 한 번 거치면 원소 하나가 보는 범위가 몇 픽셀 "
        "넓어지나요? 그다음 스트라이드 2가 뒤의 계층에 어떤 영향을 주는지 생각해 보세요.",
    },
    "SimpleConvNet.__init__": {
        "en": "Begin with W1: a convolution's filters have four axes. For W2, find the side of a feature map after the "
        "convolution, and then after the pooling.",
        "ko": "W1부터 쓰세요. 합성곱의 필터에는 축이 네 개 있습니다. W2를 만들려면 특징 맵의 한 변이 합성곱 뒤에 "
        "얼마인지, 풀링 뒤에 얼마인지 차례로 구하세요.",
    },
    "SimpleConvNet.predict": {
        "en": "Begin with the first layer's forward, and hand what it returns to the next.",
        "ko": "첫 계층의 forward부터 부르고, 돌려받은 값을 다음 계층에 넘기세요.",
    },
    "SimpleConvNet.gradient": {
        "en": "Begin with the loss, so that every layer remembers its input. Then go back from last_layer, and read dW "
        "and db of the three layers that have them.",
        "ko": "먼저 손실을 구하세요. 그래야 모든 계층이 입력을 기억합니다. 그다음 last_layer에서 시작해 거꾸로 가고, "
        "dW와 db가 있는 세 계층에서 값을 읽으세요.",
    },
    "train": {
        "en": "Begin with one mini-batch: its loss, its gradient, one update of every parameter. Then put a loop "
        "around it.",
        "ko": "미니배치 하나부터 쓰세요. 손실, 기울기, 모든 매개변수의 갱신 한 번입니다. 그다음 반복문으로 감싸세요.",
    },
    "DeepConvNet.__init__": {
        "en": "Begin with an empty dict and the first convolution with its ReLU. Then make a loop of it, and see after "
        "which of the six the pooling comes.",
        "ko": "빈 딕셔너리에 첫 합성곱과 그 ReLU를 넣는 것부터 시작하세요. 그다음 반복문으로 바꾸고, 여섯 개 가운데 "
        "어느 것 뒤에 풀링이 오는지 살펴보세요.",
    },
    "DeepConvNet.gradient": {
        "en": "The pass back is the one of SimpleConvNet. Begin with W1 and b1, which belong to Conv1; W7 "
        "belongs to Affine1.",
        "ko": "역전파는 SimpleConvNet과 같습니다. Conv1에 속한 W1과 b1부터 읽으세요. W7은 Affine1의 것입니다.",
    },
    "feature_maps": {
        "en": "Begin with the loop of predict over net.layers.items(), and write down each output that still has four "
        "axes.",
        "ko": "predict의 반복문을 net.layers.items()로 다시 쓰고, 축이 아직 네 개인 출력을 하나씩 적어 두세요.",
    },
    "filter_gradient": {
        "en": "Begin with the values: go forward up to the named layer and stop there. Then ask what the mean's slope "
        "is for one position of that channel.",
        "ko": "값부터 구하세요. 이름이 주어진 계층까지 순전파하고 멈춥니다. 그다음 그 채널의 위치 하나에 대한 평균의 "
        "기울기가 얼마인지 생각하세요.",
    },
    "filter_maximisation": {
        "en": "Begin with a single step on a copy of x: values and dx come from filter_gradient.",
        "ko": "x의 복사본에 대해 한 번만 갱신해 보세요. 값과 dx는 filter_gradient가 줍니다.",
    },
    "grad_cam": {
        "en": "Begin with the gradient of one class's score for the scores themselves: it is 1 at that class and 0 "
        "elsewhere. Send it back, layer by layer, until the next layer would be the named one.",
        "ko": "한 클래스의 점수를 점수 벡터로 미분한 것부터 쓰세요. 그 클래스에서 1이고 나머지는 0입니다. 이것을 한 "
        "계층씩 거꾸로 보내다가, 다음 차례가 이름이 주어진 계층이면 멈추세요.",
    },
}


# --- shapes and counts -----------------------------------------------------------------------------------------------


def layer_shapes(student: Any, input_dim: Any, layers: Any) -> Outputs:
    """The shape after each layer."""
    yield from _shapes(student.layer_shapes(input_dim, layers))


def parameter_counts(student: Any, input_dim: Any, layers: Any) -> Outputs:
    """The number of parameters of each layer."""
    yield from _counts(student.parameter_counts(input_dim, layers))


def LeNet5(student: Any, input_dim: Any, output_size: int) -> Outputs:
    """Shapes and counts of LeNet-5."""
    shapes, counts = student.LeNet5(input_dim, output_size)
    yield from _shapes(shapes)
    yield from _counts(counts)


def receptive_field(student: Any, layers: Any) -> Outputs:
    """The side of what one entry sees, after each layer."""
    for number, side in enumerate(student.receptive_field(layers), 1):
        yield f"side[layer {number}]", float(side)


def _shapes(shapes: Any) -> Outputs:
    """Layer by layer; 28.0 is as good a length as 28 (the first book's conv_output_size gives it)."""
    for number, shape in enumerate(shapes, 1):
        yield f"shape[layer {number}]", np.array([float(length) for length in shape])


def _counts(counts: Any) -> Outputs:
    for number, count in enumerate(counts, 1):
        yield f"count[layer {number}]", float(count)


# --- networks --------------------------------------------------------------------------------------------------------

_SIMPLE = ("W1", "b1", "W2", "b2", "W3", "b3")
_DEEP = tuple(f"{kind}{n}" for n in range(1, 9) for kind in "Wb")


def simple_init(
    student: Any,
    input_dim: Any,
    filter_num: int,
    filter_size: int,
    pad: int,
    stride: int,
    hidden_size: int,
    output_size: int,
    weight_init_std: float,
) -> Outputs:
    """The shapes of the parameters, and for the weights their standard deviation and mean."""
    np.random.seed(1)  # the reference's bytes are then the same every time; nobody's numbers are compared
    conv_param = {"filter_num": filter_num, "filter_size": filter_size, "pad": pad, "stride": stride}
    params = construct(
        student.SimpleConvNet, tuple(input_dim), conv_param, hidden_size, output_size, weight_init_std
    ).params
    for name in ("W1", "W2", "W3"):
        yield f"shape_{name}", np.array(np.shape(params[name]), dtype=float)
    yield "shape_b", np.array([float(len(params[name])) for name in ("b1", "b2", "b3")])
    weights = [np.asarray(params[name]) for name in ("W1", "W2", "W3")]
    yield "spread", np.array([[np.std(one), np.mean(one)] if one.size else [0, 0] for one in weights], dtype=float)
    yield "bias", max(float(np.abs(params[name]).max()) for name in ("b1", "b2", "b3"))


def _spread_as_asked(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Each weight has 500 entries or more: the spread is then off by 3 % or less and the mean by 0.045 (1 σ)."""
    return bool(np.all(np.abs(np.asarray(actual) / inputs["weight_init_std"] - [1, 0]) < 0.25))


def _simple(student: Any, params: Sequence[Any], side: int, pad: int) -> Any:
    """A SimpleConvNet with these parameters written into its own arrays."""
    W1, b3 = params[0], params[-1]
    conv_param = {"filter_num": len(W1), "filter_size": W1.shape[-1], "pad": pad, "stride": 1}
    net = construct(student.SimpleConvNet, (W1.shape[1], side, side), conv_param, params[2].shape[1], len(b3))
    put_parameters(net, dict(zip(_SIMPLE, params, strict=True)))
    return net


def predict(student: Any, x: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any, pad: int) -> Outputs:
    """Scores of a batch."""
    yield "scores", _simple(student, (W1, b1, W2, b2, W3, b3), x.shape[-1], pad).predict(x)


def gradient(
    student: Any,
    x: Any,
    t: Any,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    W3: Any,
    b3: Any,
    pad: int,
    x_before: Any,
    t_before: Any,
) -> Outputs:
    """The gradient of every parameter, after the loss of another batch."""
    net = _simple(student, (W1, b1, W2, b2, W3, b3), x.shape[-1], pad)
    yield "loss", net.loss(x, t)
    net.loss(x_before, t_before)
    grads = net.gradient(x, t)
    for name in _SIMPLE:
        yield f"d{name}", grads[name]


def _deep(student: Any, W: Sequence[Any], b: Sequence[Any], strides: Any, pads: Any, side: int) -> Any:
    """A DeepConvNet with these parameters; the dropout of the first book's, if it has one, drops nothing."""
    convs = {
        f"conv_param_{n}": {"filter_num": len(w), "filter_size": w.shape[-1], "pad": pad, "stride": stride}
        for n, (w, stride, pad) in enumerate(zip(W[:6], strides, pads, strict=True), 1)
    }
    net = construct(
        student.DeepConvNet, (W[0].shape[1], side, side), **convs, hidden_size=len(b[6]), output_size=len(b[7])
    )
    put_parameters(net, {f"W{n}": one for n, one in enumerate(W, 1)} | {f"b{n}": one for n, one in enumerate(b, 1)})
    layers = net.layers.values() if isinstance(net.layers, dict) else net.layers
    for layer in layers:
        if hasattr(layer, "dropout_ratio"):
            layer.dropout_ratio = 0.0
    return net


def deep_init(student: Any, x: Any, W: Any, b: Any, strides: Any, pads: Any) -> Outputs:
    """Scores of a batch."""
    yield "scores", _deep(student, W, b, strides, pads, x.shape[-1]).predict(x)


def deep_gradient(
    student: Any, x: Any, t: Any, W: Any, b: Any, strides: Any, pads: Any, x_before: Any, t_before: Any
) -> Outputs:
    """The gradient of every parameter, after the loss of another batch."""
    net = _deep(student, W, b, strides, pads, x.shape[-1])
    net.loss(x_before, t_before)
    grads = net.gradient(x, t)
    for n in range(1, 9):
        yield f"dW[{n}]", grads[f"W{n}"]
        yield f"db[{n}]", grads[f"b{n}"]


# --- training --------------------------------------------------------------------------------------------------------


class Waves:
    """A small model for the loop: its loss is the mean over the rows of sum(1 - cos(W x + b - t)).

    It computes with the arrays that it was made with, as a layer does.
    """

    def __init__(self, W: Any, b: Any) -> None:
        self.params = {"W": W.copy(), "b": b.copy()}
        self.W, self.b = self.params["W"], self.params["b"]

    def loss(self, x: Any, t: Any) -> float:
        return float(np.mean(np.sum(1 - np.cos(self._angle(x, t)), axis=1)))

    def gradient(self, x: Any, t: Any) -> dict[str, Any]:
        slope = np.sin(self._angle(x, t))
        return {"W": np.mean(x * slope, axis=0), "b": np.mean(slope, axis=0)}

    def _angle(self, x: Any, t: Any) -> Any:
        return self.W * x + self.b - t[:, None]


def train(
    student: Any,
    x: Any,
    t: Any,
    W: Any,
    b: Any,
    batches: Any,
    lr: float,
    images: Any,
    digit: Any,
    renamed: Any,
    orders: Any,
    start: Any,
    epoch: Any,
) -> Outputs:
    """The loop on a small model; then the student's own net on 500 digits for 8 epochs.

    The digits are classes in another order in each draw, so that nobody has trained on this before.
    ``curve``: the mean loss of each epoch. ``digits``: the parameters it ends with; ``_learned`` finds out how
    good they are.
    """
    model = Waves(W, b)
    yield "losses", np.asarray(student.train(model, x, t, batches, lr))
    yield "W", model.W
    yield "b", model.b
    net = _simple(student, start, 8, 0)
    losses = student.train(net, images[:500], renamed[digit[:500]], orders.reshape(-1, 20), 0.2)
    yield "curve", np.asarray(losses).reshape(len(epoch), -1).mean(axis=1)
    yield "digits", [np.asarray(net.params[name]) for name in _SIMPLE]


def _falls(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether the loss goes down: of 150 seeds of the reference the worst ended at 17 % of the first epoch's mean."""
    return bool(0 < actual[-1] <= 0.9 * actual[0])


def _learned(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether these parameters read the 300 digits that were not trained on; what the student's code says is not asked.

    The bars are absolute, or the reference's own result where a draw begins badly (dead units: 1 of 300). Of 300 seeds
    of the reference the median ended at an accuracy of 0.92; all but that one at 0.78 or more, with a loss of 0.71 or
    less, and every weight had moved by 0.35 of its size. Of 12 seeds each: with the gradient of one layer negated the
    best ended at 0.46, with all of them negated at NaN; a layer whose gradient is zero has moved by 0.
    """
    images, classes, start = inputs["images"][500:], inputs["renamed"][inputs["digit"][500:]], inputs["start"]
    if any(np.abs(now - then).mean() < 0.15 * np.abs(then).mean() for now, then in zip(actual, start, strict=True)):
        return False
    loss, right = _read(actual, images, classes)
    least, most = _read(expected, images, classes)
    return bool((loss <= 0.8 and right >= 0.75) or (loss <= least + 0.1 and right >= most - 0.05))


def _read(params: Sequence[Any], images: Any, classes: Any) -> tuple[float, float]:
    """Loss and accuracy of a net with these parameters."""
    W1, b1, W2, b2, W3, b3 = params
    windows = np.lib.stride_tricks.sliding_window_view(images[:, 0], (3, 3), axis=(1, 2))
    maps = np.maximum(np.einsum("nhwij,fij->nfhw", windows, W1[:, 0]) + b1[:, None, None], 0)
    pooled = maps.reshape(len(images), len(W1), 3, 2, 3, 2).max(axis=(3, 5)).reshape(len(images), -1)
    score = np.maximum(pooled @ W2 + b2, 0) @ W3 + b3
    loss = np.mean(np.logaddexp.reduce(score, axis=1) - score[np.arange(len(score)), classes])
    return float(loss), float(np.mean(score.argmax(axis=1) == classes))


# --- seeing ----------------------------------------------------------------------------------------------------------


def feature_maps(student: Any, x: Any, W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any, pad: int) -> Outputs:
    """Which layers have maps, and the maps."""
    maps = student.feature_maps(_simple(student, (W1, b1, W2, b2, W3, b3), x.shape[-1], pad), x)
    yield "names", list(maps)
    for name in ("Conv1", "Relu1", "Pool1"):
        yield f"maps[{name}]", maps[name]


def filter_gradient(
    student: Any,
    x: Any,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    W3: Any,
    b3: Any,
    pad: int,
    name: str,
    index: int,
    ones: Any,
) -> Outputs:
    """The answers of one filter, and their gradients for the images."""
    net = _simple(student, (W1, b1, W2, b2, W3, b3), x.shape[-1], pad)
    values, dx = student.filter_gradient(net, x, name, index)
    yield "values", values
    yield "dx", dx


def filter_maximisation(
    student: Any,
    x: Any,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    W3: Any,
    b3: Any,
    pad: int,
    name: str,
    index: int,
    steps: int,
    lr: float,
) -> Outputs:
    """The images that a few steps lead to, and the answers on the way."""
    net = _simple(student, (W1, b1, W2, b2, W3, b3), x.shape[-1], pad)
    images, values = student.filter_maximisation(net, x, name, index, steps, lr)
    yield "images", images
    yield "values", np.asarray(values)


def grad_cam(
    student: Any,
    x: Any,
    classes: Any,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    W3: Any,
    b3: Any,
    pad: int,
    name: str,
) -> Outputs:
    """Heat maps of a batch, one class for each image."""
    net = _simple(student, (W1, b1, W2, b2, W3, b3), x.shape[-1], pad)
    yield "heat", student.grad_cam(net, x, classes, name)


# --- inputs ----------------------------------------------------------------------------------------------------------


def _stack(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> list[list[Any]]:
    """K convolutions and poolings, each at least once, of stride T or less, then A affine layers."""
    kinds = ["conv", "pool", *rng.choice(["conv", "pool"], dims["K"] - 2, p=[0.7, 0.3]).tolist()]
    layers: list[list[Any]] = []
    for kind in rng.permutation(kinds).tolist():
        size, stride = int(rng.integers(3, 6)), int(rng.integers(1, dims["T"] + 1))
        if kind == "conv":
            pad = int(rng.integers(1, (size + 1) // 2))
            layers.append(["conv", int(rng.integers(5, 20)), size, stride, pad])
        else:
            layers.append(["pool", size, stride])
    layers += [["affine", int(rng.integers(20, 60))] for _ in range(dims["A"])]
    return layers


def _fitting(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> list[int]:
    """An input for ``layers``: channels and two different sides such that every one of them ends at the border."""
    sides = (rng.permutation(4)[:2] + 2).tolist()
    for kind, *sizes in reversed(earlier["layers"]):
        if kind != "affine":
            size, stride, pad = sizes[1:] if kind == "conv" else (*sizes, 0)
            sides = [(side - 1) * stride + size - 2 * pad for side in sides]
    return [int(rng.integers(2, 5)), *sides]


def _whole_lenet(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> list[int]:
    """Channels and two different sides that LeNet-5 divides without a rest, 36 or more."""
    high, wide = rng.permutation(4)[:2] * 4 + 36
    return [int(rng.integers(2, 5)), int(high), int(wide)]


_WINDOWS = {
    "layers": derived(lambda rng, dims, earlier: [one for one in _stack(rng, dims, earlier) if one[0] != "affine"])
}
_COUNTED = {"layers": derived(_stack), "input_dim": derived(_fitting)}
# Where every stride is 1, a wrong size is still a size.
_STEADY_DIMS = ({"K": 5, "A": 2, "T": 1}, {"K": 7, "A": 3, "T": 1})
_COUNTED_DIMS = ({"K": 5, "A": 2, "T": 3}, {"K": 7, "A": 3, "T": 3})
_SMALL_NET = [["conv", 30, 5, 1, 0], ["pool", 2, 2], ["affine", 100], ["affine", 10]]
_LENET = [[6, 28, 28], [6, 14, 14], [16, 10, 10], [16, 5, 5], [120, 1, 1], [84], [10]]
_LENET_COUNTS = [156, 0, 2416, 0, 48120, 10164, 850]

_INIT = {
    "filter_size": fixed("F"),
    "pad": fixed("P"),
    "stride": fixed("T"),
    "input_dim": derived(lambda rng, dims, earlier: _image_for(rng, dims)),
    "filter_num": integers(low=14, high=20),
    "hidden_size": integers(low=28, high=40),
    "output_size": integers(low=18, high=25),
    "weight_init_std": uniform(low=0.01, high=0.3),
}
_INIT_DIMS = (
    {"F": 3, "P": 1, "T": 2},
    {"F": 5, "P": 3, "T": 1},
    {"F": 7, "P": 2, "T": 3},
)  # every weight has 500 entries or more


def _image_for(rng: np.random.Generator, dims: Dims) -> list[int]:
    """Four to six channels and a side on which the filters leave an even number of places."""
    places = 2 * int(rng.integers(3, 7))
    side = (places - 1) * dims["T"] + dims["F"] - 2 * dims["P"]
    return [int(rng.integers(4, 7)), side, side]


def _net_inputs(*x_shape: int | str) -> dict[str, Draw | object]:
    """Images, and parameters for a net with filters F × F on them; L is the length of what pooling leaves."""
    return {
        "x": normal(*x_shape),
        "W1": normal("FN", "C", "F", "F", scale=0.3),
        "b1": normal("FN", scale=0.3),
        "W2": normal("L", "H", scale=0.25),
        "b2": normal("H", scale=0.3),
        "W3": normal("H", "M", scale=0.25),
        "b3": normal("M", scale=0.3),
        "pad": fixed("P"),
    }


# S: side of the image; (S + 2P - F + 1) / 2 is the side after pooling, L = FN · that².
_NET = (
    {"N": 5, "C": 3, "S": 7, "FN": 7, "F": 4, "P": 1, "L": 63, "H": 11, "M": 6, "B": 3},
    {"N": 7, "C": 2, "S": 6, "FN": 5, "F": 3, "P": 1, "L": 45, "H": 13, "M": 4, "B": 3},
)
_DIGIT_NET = (
    {"N": 7, "C": 1, "S": 8, "FN": 3, "F": 3, "P": 0, "L": 27, "H": 11, "M": 10, "I": 1},
    {"N": 5, "C": 1, "S": 8, "FN": 5, "F": 3, "P": 1, "L": 80, "H": 7, "M": 10, "I": 3},
)
_IMAGES = _net_inputs("N", "C", "S", "S")
# Larger weights behind the maps, so that heat maps are not faint.
_STRONG = {"W2": normal("L", "H", scale=0.8), "W3": normal("H", "M", scale=0.8)}
_DIGITS = {name: draw for name, draw in (_IMAGES | _STRONG).items() if name != "x"} | {**digits("N", labels="classes")}
_MAPS = {name: draw for name, draw in _DIGITS.items() if name != "classes"}
# The answers are summed, so that the slope of the sum holds each image's own gradient.
_ONE_FILTER = _IMAGES | {"index": fixed("I"), "ones": derived(lambda rng, dims, earlier: np.ones(dims["N"]))}
_FILTERS = tuple(dims | {"I": index} for dims, index in zip(_NET, (2, 1), strict=True))

# Two plans of six convolutions: (filters, size, stride, pad), the image's side and channels, and the side after Pool3.
_PLANS = (
    (8, 2, 1, ((3, 3, 1, 1), (5, 3, 1, 1), (7, 3, 1, 1), (3, 3, 1, 1), (5, 3, 1, 1), (7, 3, 1, 1))),
    (16, 3, 2, ((3, 2, 2, 0), (5, 3, 1, 2), (3, 3, 1, 1), (7, 2, 1, 1), (5, 3, 1, 1), (3, 2, 1, 1))),
)


def _deep_weights(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> list[np.ndarray]:
    """Six filters and two matrices, of variance 2/fan-in."""
    _, channels, last, plan = _PLANS[dims["plan"]]
    shapes: list[tuple[int, ...]] = []
    for filters, size, _, _ in plan:
        shapes.append((filters, channels, size, size))
        channels = filters
    shapes += [(channels * last * last, dims["H"]), (dims["H"], dims["M"])]
    fans = [int(np.prod(shape[1:])) if len(shape) == 4 else shape[0] for shape in shapes]
    return [rng.standard_normal(shape) * np.sqrt(2 / fan) for shape, fan in zip(shapes, fans, strict=True)]


def _deep_biases(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> list[np.ndarray]:
    lengths = [len(w) for w in earlier["W"][:6]] + [w.shape[1] for w in earlier["W"][6:]]
    return [rng.normal(0, 0.2, size=(length,)) for length in lengths]


def _deep_images(rows: str) -> Draw:
    """``rows`` names the size of the batch."""

    def sample(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
        side, channels, _, _ = _PLANS[dims["plan"]]
        return rng.standard_normal((dims[rows], channels, side, side))

    return derived(sample)


_DEEP_INPUTS = {
    "x": _deep_images("N"),
    "W": derived(_deep_weights),
    "b": derived(_deep_biases),
    "strides": derived(lambda rng, dims, earlier: [one[2] for one in _PLANS[dims["plan"]][3]]),
    "pads": derived(lambda rng, dims, earlier: [one[3] for one in _PLANS[dims["plan"]][3]]),
}
_DEEP_DIMS = ({"N": 5, "plan": 0, "H": 11, "M": 6, "B": 3}, {"N": 3, "plan": 1, "H": 7, "M": 5, "B": 4})
_TWO_BATCHES = {"x_before": _deep_images("B"), "t_before": one_hot("B", "M")}


def _start(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> list[np.ndarray]:
    """Parameters to begin with on the digits: 8 filters, 32 hidden units, variance 2/fan-in, biases small."""
    shapes = ((8, 1, 3, 3), (72, 32), (32, 10))
    params: list[np.ndarray] = []
    for shape, fan, length in zip(shapes, (9, 72, 32), (8, 32, 10), strict=True):
        params += [rng.standard_normal(shape) * np.sqrt(2 / fan), 0.01 * rng.standard_normal(length)]
    return params


_TRAINING = {
    "x": normal("N", "D"),
    "t": normal("N"),
    "W": normal("D"),
    "b": normal("D"),
    "batches": derived(lambda rng, dims, earlier: rng.integers(0, dims["N"], (dims["T"], dims["B"]))),
    "lr": choice(0.2, 0.3, 0.5),
    **digits(800, images="images", labels="digit"),
    "renamed": distinct(10, high=10),
    "orders": derived(lambda rng, dims, earlier: np.array([rng.permutation(500) for _ in range(8)])),
    "start": derived(_start),
    "epoch": fixed(np.arange(1, 9)),
}

# --- exercises -------------------------------------------------------------------------------------------------------


def _by_layer(name: str, values: Sequence[object]) -> dict[str, object]:
    return {f"{name}[layer {number}]": value for number, value in enumerate(values, 1)}


COUNTING = (
    Exercise(
        layer_shapes,
        title={"ko": "계층마다의 형상", "en": "The shape after each layer"},
        start=START["layer_shapes"],
        outputs=("shape",),
        points={"shape": 3},
        cases=(
            literal(
                "28×28 images",
                {"input_dim": [1, 28, 28], "layers": _SMALL_NET},
                expect=_by_layer("shape", [[30, 24, 24], [30, 12, 12], [100], [10]]),
            ),
            drawn("stride 1", _COUNTED, _STEADY_DIMS),
            drawn("random", _COUNTED, _COUNTED_DIMS),
        ),
    ),
    Exercise(
        parameter_counts,
        title={"ko": "계층마다의 매개변수 수", "en": "The parameters of each layer"},
        start=START["parameter_counts"],
        outputs=("count",),
        points={"count": 3},
        after=("layer_shapes",),
        cases=(
            literal(
                "28×28 images",
                {"input_dim": [1, 28, 28], "layers": _SMALL_NET},
                expect=_by_layer("count", [780, 0, 432100, 1010]),
            ),
            drawn("random", _COUNTED, _COUNTED_DIMS),
        ),
    ),
    Exercise(
        LeNet5,
        title={"ko": "LeNet-5의 형상과 매개변수", "en": "LeNet-5: shapes and parameters"},
        start=START["LeNet5"],
        outputs=("shape", "count"),
        after=("layer_shapes", "parameter_counts"),
        cases=(
            literal(
                "32×32 digits",
                {"input_dim": [1, 32, 32], "output_size": 10},
                expect=_by_layer("shape", _LENET) | _by_layer("count", _LENET_COUNTS),
            ),
            drawn(
                "other sizes",
                {"input_dim": derived(_whole_lenet), "output_size": fixed("M")},
                ({"M": 7}, {"M": 26}),
            ),
        ),
    ),
    Exercise(
        receptive_field,
        title={"ko": "수용 영역", "en": "The receptive field"},
        start=START["receptive_field"],
        outputs=("side",),
        points={"side": 2},
        cases=(
            literal(
                "first block of VGG",
                {"layers": [["conv", 16, 3, 1, 1], ["conv", 16, 3, 1, 1], ["pool", 2, 2], ["conv", 32, 3, 1, 1]]},
                expect=_by_layer("side", [3, 5, 6, 10]),
            ),
            drawn("random", _WINDOWS, ({"K": 5, "A": 1, "T": 3}, {"K": 7, "A": 1, "T": 3})),
        ),
    ),
)

SIMPLE = (
    Exercise(
        simple_init,
        symbol="SimpleConvNet.__init__",
        title={"ko": "작은 CNN: 매개변수", "en": "A small CNN: its parameters"},
        start=START["SimpleConvNet.__init__"],
        outputs=("shape_W1", "shape_W2", "shape_W3", "shape_b", "spread", "bias"),
        properties={
            "spread": Property(
                _spread_as_asked,
                says={
                    "ko": "W1, W2, W3의 표준편차는 weight_init_std, 평균은 0이어야 합니다 (행마다 표준편차와 평균)",
                    "en": "W1, W2 and W3 have the standard deviation weight_init_std and the mean 0 (in each row: "
                    "standard deviation, mean)",
                },
            )
        },
        unhidden={"bias": "every bias begins with 0"},
        cases=(
            literal(
                "28×28 images",
                {
                    "input_dim": [1, 28, 28],
                    "filter_num": 30,
                    "filter_size": 5,
                    "pad": 0,
                    "stride": 1,
                    "hidden_size": 50,
                    "output_size": 10,
                    "weight_init_std": 0.01,
                },
                expect={"shape_W1": [30, 1, 5, 5], "shape_W2": [4320, 50], "shape_W3": [50, 10]},
            ),
            drawn("random", _INIT, _INIT_DIMS),
        ),
    ),
    Exercise(
        predict,
        symbol="SimpleConvNet.predict",
        title={"ko": "작은 CNN: 순전파", "en": "A small CNN: the forward pass"},
        start=START["SimpleConvNet.predict"],
        outputs=("scores",),
        points={"scores": 2},
        after=("SimpleConvNet.__init__",),
        cases=(drawn("random", _IMAGES, _NET),),
    ),
    Exercise(
        gradient,
        symbol="SimpleConvNet.gradient",
        title={"ko": "작은 CNN: 기울기", "en": "A small CNN: the gradient"},
        start=START["SimpleConvNet.gradient"],
        outputs=("loss", *(f"d{name}" for name in _SIMPLE)),
        points={"loss": 0, "dW1": 2},
        tolerance={"loss": 1e-4},  # not scored here: 1e-7 inside the log need not be mentioned
        gradients={f"d{name}": Gradient(of="loss", wrt=name) for name in _SIMPLE},
        after=("SimpleConvNet.predict",),
        cases=(
            drawn(
                "random",
                {
                    **_IMAGES,
                    "t": labels("N", classes="M"),
                    "x_before": normal("B", "C", "S", "S"),
                    "t_before": labels("B", classes="M"),
                },
                _NET,
            ),
        ),
    ),
    Exercise(
        train,
        title={"ko": "숫자 이미지로 학습하기", "en": "Training on digits"},
        start=START["train"],
        outputs=("losses", "W", "b", "curve", "digits"),
        points={"W": 2, "digits": 2},
        properties={
            "curve": Property(
                _falls,
                says={
                    "ko": "마지막 에폭의 평균 손실은 첫 에폭의 90% 이하여야 합니다",
                    "en": "the mean loss of the last epoch is at most 90 % of the first epoch's",
                },
            ),
            "digits": Property(
                _learned,
                says={
                    "ko": "8에폭 뒤에 학습에 쓰지 않은 숫자 300개에서 손실은 0.8 이하, 정확도는 75% 이상이어야 하고, "
                    "모든 매개변수가 학습되어야 합니다",
                    "en": "after 8 epochs, on 300 digits it was not trained on, the loss is at most 0.8, at least 75 % "
                    "are right, and every parameter has been trained",
                },
            ),
        },
        curve=("epoch", "curve"),
        unhidden={"curve": "it is there to be looked at; what was learned from hidden digits is graded as digits"},
        after=("SimpleConvNet.gradient",),
        cases=(drawn("digits", _TRAINING, ({"N": 17, "D": 3, "B": 5, "T": 7}, {"N": 23, "D": 5, "B": 3, "T": 4})),),
        wall_s=20.0,
    ),
)

DEEP = (
    Exercise(
        deep_init,
        symbol="DeepConvNet.__init__",
        title={"ko": "깊은 CNN: 계층 쌓기", "en": "A deep CNN: stacking the layers"},
        start=START["DeepConvNet.__init__"],
        outputs=("scores",),
        points={"scores": 4},
        cases=(drawn("random", _DEEP_INPUTS, _DEEP_DIMS),),
    ),
    Exercise(
        deep_gradient,
        symbol="DeepConvNet.gradient",
        title={"ko": "깊은 CNN: 기울기", "en": "A deep CNN: the gradient"},
        start=START["DeepConvNet.gradient"],
        outputs=("dW", "db"),
        points={"dW": 3, "db": 2},
        after=("DeepConvNet.__init__",),
        cases=(drawn("random", _DEEP_INPUTS | {"t": one_hot("N", "M")} | _TWO_BATCHES, _DEEP_DIMS),),
    ),
)

SEEING = (
    Exercise(
        feature_maps,
        title={"ko": "특징 맵 보기", "en": "Seeing the feature maps"},
        start=START["feature_maps"],
        curve=("", "maps"),
        outputs=("names", "maps"),
        points={"maps": 2},
        unhidden={"names": "the net's layers have these names"},
        after=("SimpleConvNet.predict",),
        cases=(drawn("digits", _MAPS, _DIGIT_NET),),
    ),
    Exercise(
        filter_gradient,
        title={"ko": "필터 하나의 응답과 기울기", "en": "One filter's answer and its gradient"},
        start=START["filter_gradient"],
        outputs=("values", "dx"),
        points={"dx": 2, "values@pooled": 0},
        gradients={"dx": Gradient(of="values", wrt="x", upstream="ones")},
        after=("SimpleConvNet.predict",),
        cases=(
            drawn("before pooling", _ONE_FILTER | {"name": fixed("Relu1")}, _FILTERS),
            drawn("after pooling", _ONE_FILTER | {"name": fixed("Pool1")}, _FILTERS, group="pooled"),
        ),
    ),
    Exercise(
        filter_maximisation,
        title={"ko": "필터가 찾는 무늬", "en": "The pattern a filter looks for"},
        start=START["filter_maximisation"],
        curve=("", "images"),
        outputs=("images", "values"),
        points={"images": 2},
        after=("filter_gradient",),
        cases=(
            drawn(
                "random",
                _IMAGES
                | {"name": fixed("Relu1"), "index": fixed("I"), "steps": fixed("K"), "lr": choice(0.1, 0.2, 0.3)},
                (_FILTERS[0] | {"K": 4}, _FILTERS[1] | {"K": 3}),
            ),
        ),
    ),
    Exercise(
        grad_cam,
        title={"ko": "Grad-CAM 히트맵", "en": "Grad-CAM: a heat map for a class"},
        start=START["grad_cam"],
        curve=("", "heat"),
        outputs=("heat",),
        points={"heat": 4, "heat@pooled": 1},
        after=("feature_maps", "SimpleConvNet.gradient"),
        cases=(
            drawn("digits", _DIGITS | {"name": fixed("Relu1")}, _DIGIT_NET),
            drawn("after pooling", _DIGITS | {"name": fixed("Pool1")}, _DIGIT_NET, group="pooled"),
        ),
    ),
)

EXERCISES = (*COUNTING, *SIMPLE, *DEEP, *SEEING)
