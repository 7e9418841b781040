"""Optimizers along a fixed gradient sequence, a decaying learning rate, the training loop and the spiral."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.probe import backward_of_loss, construct, parameters_of, put_parameters, update
from graders.spec import (
    Case,
    Draw,
    Exercise,
    Gradient,
    Property,
    Unit,
    choice,
    derived,
    distinct,
    drawn,
    fixed,
    integers,
    literal,
    normal,
    one_hot,
    uniform,
)

UNIT = Unit(
    title={"ko": "옵티마이저와 학습 루프", "en": "Optimizers and the training loop"},
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    minutes=210,
    after=("u06_backprop",),
    cases={
        "w to the 4th": "w의 4제곱",
        "all rows at once": "모든 행을 한꺼번에",
        "one row at a time": "한 행씩",
        "mini-batches": "미니배치",
        "random": "무작위 값",
        "by hand": "손으로 계산한 예",
        "silent unit": "기울기가 늘 0인 노드",
        "gradients 1e-6": "기울기 1e-6",
        "gradients 1e-4": "기울기 1e-4",
        "gradients 1e-2": "기울기 1e-2",
        "small": "작은 기울기",
        "short memory": "β가 작을 때",
        "backward(dout)": "backward(dout)",
        "dout": "상류의 기울기",
        "without noise": "잡음 없음",
    },
)

Steps = Iterator[tuple[str, Any]]

# How to begin, while nothing is written.
START = {
    "SGD": {
        "en": "Begin with one array: which sign takes you downhill? Then do it for every key of names(params), in "
        "place.",
        "ko": "배열 하나에서 시작하세요. 내리막으로 가려면 어떤 부호여야 할까요? 그다음 names(params)의 모든 키에 대해 "
        "제자리에서 바꾸세요.",
    },
    "minibatch_descent": {
        "en": "Begin with a single batch: the predictions of its rows, their errors, then the gradient of the mean. "
        "Check its shape (D,) before you take the step.",
        "ko": "배치 하나부터 시작하세요. 그 행들의 예측, 오차, 그다음 평균의 기울기를 구합니다. 갱신하기 전에 형상이 "
        "(D,)인지 "
        "확인하세요.",
    },
    "Momentum": {
        "en": "Begin with the first call: make one array of zeros per parameter. Then write the new velocity, and "
        "only then the step.",
        "ko": "첫 호출부터 시작하세요. 매개변수마다 0으로 된 배열을 만듭니다. 그다음 새 속도를 구하고, 마지막에 "
        "매개변수를 "
        "옮기세요.",
    },
    "Nesterov": {
        "en": "Begin with your Momentum. Then write down what the look-ahead point is after the step, and subtract "
        "what it was before.",
        "ko": "Momentum에서 시작하세요. 갱신한 뒤의 미리 본 지점을 적고, 갱신하기 전의 지점을 빼 보세요.",
    },
    "AdaGrad": {
        "en": "Begin with h: zeros at first, then the squares of all gradients so far. The step divides by its root.",
        "ko": "h부터 시작하세요. 처음에는 0이고, 지금까지의 기울기의 제곱을 더해 갑니다. 갱신할 때는 그 제곱근으로 "
        "나눕니다.",
    },
    "RMSprop": {
        "en": "Begin with your AdaGrad: only the line that changes h is different. Which two weights must add up to 1?",
        "ko": "AdaGrad에서 시작하세요. h를 바꾸는 줄만 다릅니다. 더해서 1이 되어야 하는 두 가중치는 무엇인가요?",
    },
    "AdaDelta": {
        "en": "Begin with h as in RMSprop. Then the step with the old s, and only after it the new s.",
        "ko": "RMSprop처럼 h부터 구하세요. 그다음 이전의 s로 갱신량을 구하고, 그 뒤에 s를 갱신하세요.",
    },
    "Adam": {
        "en": "Begin with the two averages m and v. Check the very first step by hand: with which t are they "
        "corrected?",
        "ko": "두 평균 m과 v부터 구하세요. 맨 첫 갱신을 손으로 확인하세요. 어떤 t로 보정하나요?",
    },
    "lr_decay": {
        "en": "Begin with step 0: which value must come out? Then divide, and try step 1/k.",
        "ko": "0번째 갱신에서 시작하세요. 어떤 값이 나와야 하나요? 그다음 나눗셈을 쓰고 1/k번째를 확인하세요.",
    },
    "spiral": {
        "en": "Begin with one arm without noise: N radii, N angles, N points. Then the other arms, then the labels.",
        "ko": "잡음이 없는 팔 하나에서 시작하세요. 반지름 N개, 각 N개, 점 N개입니다. 그다음 다른 팔, 마지막에 "
        "레이블을 만드세요.",
    },
    "TwoLayerNet": {
        "en": "Begin with predict, and keep x and the hidden outputs. Then the loss, and backward from the scores "
        "to the first layer.",
        "ko": "predict부터 쓰고 x와 은닉층의 출력을 보관하세요. 그다음 손실을 구하고, 점수에서 첫 계층까지 거꾸로 "
        "가세요.",
    },
    "train_step": {
        "en": "Begin by taking the rows: x[batch] and t[batch]. Then three calls in the order of the steps 3 to 5.",
        "ko": "행을 고르는 것부터 시작하세요. x[batch]와 t[batch]입니다. 그다음 3~5단계의 순서대로 세 번 호출하세요.",
    },
    "fit": {
        "en": "Begin with one epoch: cut its order into pieces of batch_size and call train_step on each. Then the "
        "loop over the epochs, and the mean of the losses.",
        "ko": "에폭 하나부터 시작하세요. 순서를 batch_size개씩 잘라 조각마다 train_step을 부릅니다. 그다음 에폭 "
        "반복문과 손실의 "
        "평균을 쓰세요.",
    },
    "Trainer.fit": {
        "en": "Begin with the orders: one random permutation of the row numbers for each epoch. Your fit does the "
        "rest.",
        "ko": "순서부터 만드세요. 에폭마다 행 번호를 무작위로 섞은 순열이 하나씩 필요합니다. 나머지는 fit이 합니다.",
    },
}


def _follow(optimizer: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, held: bool = True) -> Steps:
    """Drive an optimizer with the gradients gW, gb in turn, whatever the parameters do (open loop).

    ``W[n]``, ``b[n]``: the parameters after step n. ``layer``: the array that a layer made with W holds in the end.
    """
    W, b = W.copy(), b.copy()
    params, kept = {"W": W, "b": b}, (gW.copy(), gb.copy())
    for step in range(1, steps + 1):
        place = (step - 1) % len(gW)
        gW[place], gb[place] = kept[0][place], kept[1][place]
        update(optimizer, params, {"W": gW[place], "b": gb[place]})
        if step <= 5 or step == steps:
            yield f"W[{step}]", params["W"]
            yield f"b[{step}]", params["b"]
    if held:
        yield "layer", W


def SGD(student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, lr: float) -> Steps:
    """Steps against the gradient."""
    yield from _follow(construct(student.SGD, lr=lr), W, b, gW, gb, steps)


def Momentum(student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, lr: float, momentum: float) -> Steps:
    """Steps along a velocity."""
    yield from _follow(construct(student.Momentum, lr=lr, momentum=momentum), W, b, gW, gb, steps)


def Nesterov(student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, lr: float, momentum: float) -> Steps:
    """Steps of the look-ahead point."""
    yield from _follow(construct(student.Nesterov, lr=lr, momentum=momentum), W, b, gW, gb, steps)


def AdaGrad(student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, lr: float, held: bool = True) -> Steps:
    """A step size for each entry."""
    yield from _follow(construct(student.AdaGrad, lr=lr), W, b, gW, gb, steps, held)


def RMSprop(
    student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, lr: float, decay_rate: float, held: bool = True
) -> Steps:
    """A step size for each entry from a moving average."""
    yield from _follow(construct(student.RMSprop, lr=lr, decay_rate=decay_rate), W, b, gW, gb, steps, held)


def AdaDelta(student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, decay_rate: float, held: bool = True) -> Steps:
    """Steps from the ratio of two moving averages."""
    yield from _follow(construct(student.AdaDelta, decay_rate=decay_rate), W, b, gW, gb, steps, held)


def Adam(
    student: Any, W: Any, b: Any, gW: Any, gb: Any, steps: int, lr: float, beta1: float, beta2: float, held: bool = True
) -> Steps:
    """Steps from two corrected moments."""
    yield from _follow(construct(student.Adam, lr=lr, beta1=beta1, beta2=beta2), W, b, gW, gb, steps, held)


def lr_decay(student: Any, lr: float, decay: float, step: Any) -> Steps:
    """The learning rate at these steps."""
    yield "out", student.lr_decay(lr, decay, step)


def spiral(student: Any, noise: Any) -> Steps:
    """Points and one-hot labels."""
    x, t = student.spiral(noise)
    yield "x", x
    yield "t", t


def TwoLayerNet(student: Any, x: Any, t: Any, W1: Any, b1: Any, W2: Any, b2: Any, dout: float) -> Steps:
    """Scores, loss, and the gradients after a second forward and backward; all in one row where dout is not 1."""
    net = student.TwoLayerNet(W1.shape[0], W1.shape[1], W2.shape[1])
    put_parameters(net, {"W1": W1, "b1": b1, "W2": W2, "b2": b2})
    if dout == 1:
        yield "score", net.predict(x)
        yield "loss", net.forward(x, t)
    for _ in range(2):
        net.forward(x, t)
        backward_of_loss(net, dout)
    named = isinstance(net.grads, dict)
    grads = {name: net.grads[name if named else place] for place, name in enumerate(("W1", "b1", "W2", "b2"))}
    if dout == 1:
        for name, grad in grads.items():
            yield f"d{name}", grad
    else:
        yield "grads", np.concatenate([np.ravel(grad) for grad in grads.values()])


def minibatch_descent(student: Any, w: Any, x: Any, t: Any, lr: float, batches: Any) -> Steps:
    """The path of the weights, from the start on."""
    path = student.minibatch_descent(w, x, t, lr, list(batches))
    yield "path", np.array(path) if isinstance(path, list | tuple) else path


class Waves:
    """A small model for the loop: its loss is the mean over the rows of sum(1 - cos(W x - t))."""

    def __init__(self, W: Any) -> None:
        self.params, self.grads = [W.copy()], [np.zeros_like(W)]

    def forward(self, x: Any, t: Any) -> float:
        self.x, self.angle = x, self.params[0] * x - t
        return float(np.mean(np.sum(1 - np.cos(self.angle), axis=1)))

    def backward(self, dout: float = 1.0) -> None:
        self.grads[0][...] = dout * np.mean(self.x * np.sin(self.angle), axis=0)


class TanhStep:
    """An optimizer for the loop that is none of the exercises: every entry moves by the tanh of its gradient."""

    def update(self, params: list[Any], grads: list[Any]) -> None:
        for param, grad in zip(params, grads, strict=True):
            np.subtract(param, np.tanh(grad), out=param)


class EitherStyle:
    """The student's optimizer, whether it takes dicts or lists, behind a model of either style."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer

    def update(self, params: Any, grads: Any) -> None:
        update(self.optimizer, self._named(params), self._named(grads))

    @staticmethod
    def _named(arrays: Any) -> dict[str, Any]:
        return dict(arrays) if isinstance(arrays, dict) else {str(place): each for place, each in enumerate(arrays)}


def train_step(student: Any, x: Any, t: Any, W: Any, batches: Any) -> Steps:
    """A few steps of a small model on given mini-batches."""
    model, optimizer = Waves(W), TanhStep()
    for number, batch in enumerate(batches, 1):
        yield f"loss[{number}]", student.train_step(model, optimizer, x, t, batch)
        yield f"W[{number}]", model.params[0]


def fit(
    student: Any,
    x: Any,
    t: Any,
    W: Any,
    orders: Any,
    size: int,
    noise: Any,
    V1: Any,
    V2: Any,
    seed: int,
    turn: float,
    arms: Any,
) -> Steps:
    """The loop on a small model; then the student's own net, data and SGD for 150 epochs of the spiral.

    The spiral is rotated and the labels of its arms are permuted, so that nobody has trained on it before.
    ``spiral``: the parameters it ends with and the data; ``_learned`` finds out how good they are.
    """
    model = Waves(W)
    yield "losses", np.asarray(student.fit(model, TanhStep(), x, t, orders, size))
    yield "W", model.params[0]
    x, t = student.spiral(noise)
    x = np.asarray(x) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    t = np.asarray(t)[:, arms]
    net = student.TwoLayerNet(2, 10, 3)
    put_parameters(net, {"W1": V1, "b1": np.zeros(10), "W2": V2, "b2": np.zeros(3)})
    rng = np.random.default_rng(seed)
    epochs = np.array([rng.permutation(300) for _ in range(150)])
    student.fit(net, EitherStyle(construct(student.SGD, lr=1.0)), x, t, epochs, 30)
    learned = {np.shape(each): each for each in parameters_of(net)}  # four shapes, whatever their order
    yield "spiral", [x, *(learned[shape] for shape in ((2, 10), (10,), (10, 3), (3,)))]


class Counted:
    """A model for the loop that notes the rows it is shown; its loss is the mean of their numbers."""

    def __init__(self) -> None:
        self.params, self.grads = [np.zeros(1)], [np.zeros(1)]
        self.rows: list[Any] = []
        self.labels: list[Any] = []

    def forward(self, x: Any, t: Any) -> float:
        self.rows.append(np.array(x[:, 0]))
        self.labels.append(np.array(t[:, 0]))
        return float(np.mean(x[:, 0]))

    def backward(self, dout: float = 1.0) -> None:
        self.grads[0][...] = dout


class Count:
    """An optimizer that counts its updates in the parameter."""

    def update(self, params: list[Any], grads: list[Any]) -> None:
        params[0] += grads[0]


def trainer_fit(student: Any, numbers: Any, marks: Any, epochs: int, size: int) -> Steps:
    """Rows as they were shown, step by step; with their labels; the updates; the losses; and a second ``fit``.

    NumPy's global generator is seeded only so that a report can be repeated: the order itself is not compared.
    """
    model = Counted()
    trainer = construct(student.Trainer, model, Count())
    x, t = numbers[:, None].copy(), marks[:, None].copy()
    np.random.seed(int(abs(numbers[0]) * 1e6))
    trainer.fit(x, t, epochs, size)
    rows = np.array(model.rows)
    yield "rows", rows
    yield "labels", np.stack([rows, np.array(model.labels)])
    yield "updates", float(model.params[0][0])
    yield "losses", [np.asarray(trainer.loss_list, dtype=float), rows]
    lengths = [len(trainer.loss_list)]
    for more in (1, 2):
        trainer.fit(x, t, more, size)
        lengths.append(len(trainer.loss_list))
    yield "lengths", np.array(lengths)


def _shuffled(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Every epoch shows rows of the data without repeating one, in an order of its own."""
    epochs = np.asarray(actual).reshape(inputs["epochs"], -1)
    known = all(np.isin(epoch, inputs["numbers"]).all() and len(set(epoch)) == len(epoch) for epoch in epochs)
    return known and len({tuple(epoch) for epoch in epochs}) == len(epochs)


def _own_labels(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Every row was shown with its own label."""
    mark = dict(zip(inputs["numbers"].tolist(), inputs["marks"].tolist(), strict=True))
    return all(mark.get(row) == label for row, label in zip(*(each.ravel().tolist() for each in actual), strict=True))


def _own_losses(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Each epoch's loss is the mean over the rows shown in it, and they were rows of the data."""
    losses, rows = actual
    means = np.asarray(rows).reshape(inputs["epochs"], -1).mean(axis=1)
    return bool(np.isin(rows, inputs["numbers"]).all() and np.allclose(losses, means, rtol=1e-5, atol=1e-6))


def _learned(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether these parameters fit the true spiral: what the student's code says about itself does not count.

    Of 1,000 seeds of the reference the worst ended at a loss of 0.36 and 86 % right, the best at 0.14 and 98 %.
    """
    _, W1, b1, W2, b2 = actual
    score = 0.5 * (1 + np.tanh((expected[0] @ W1 + b1) / 2)) @ W2 + b2
    arm = np.argmax(np.repeat(np.eye(3), 100, axis=0)[:, inputs["arms"]], axis=1)
    loss = np.mean(np.logaddexp.reduce(score, axis=1) - score[np.arange(300), arm])
    return bool(loss <= 0.5 and np.mean(np.argmax(score, axis=1) == arm) >= 0.75)


# --- inputs ----------------------------------------------------------------------------------------------------------

_DIMS = ({"K": 7, "D": 5, "M": 3}, {"K": 11, "D": 3, "M": 7})
_HAND = {
    "W": np.array([[1.0]]),
    "b": np.array([-1.0]),
    "gW": np.ones((3, 1, 1)),
    "gb": np.full((3, 1), -1.0),
    "steps": 3,
}  # worked by hand: a gradient of 1, three times


def _sequence(scale: float, steps: int) -> dict[str, Any]:
    """Two parameters of different shape and K gradients for each, of this size and never near 0."""
    return {
        "W": normal("D", "M"),
        "b": normal("M"),
        "gW": normal("K", "D", "M", scale=scale, gap=0.5),
        "gb": normal("K", "M", scale=scale, gap=0.5),
        "steps": fixed(steps),
    }


def _silent(*shape: str) -> Draw:
    """Gradients whose first column is exactly 0, as for a ReLU unit that never fires."""
    full = normal(*shape, scale=1e-6, gap=0.5)
    return derived(lambda rng, dims, earlier: full.sample(rng, dims, earlier) * (np.arange(dims["M"]) > 0))


def _linear(**options: Any) -> tuple[Case, ...]:
    """Rules that scale with the gradient: one size is enough."""
    return (drawn("random", {**_sequence(1.0, 200), **options}, _DIMS),)


def _adaptive(**options: Any) -> tuple[Case, ...]:
    """Rules that divide by the gradient's size: ε shows only where gradients are small, most clearly first."""
    small = {**options, "held": fixed(False)}
    silent = {**_sequence(1e-6, 5), "gW": _silent("K", "D", "M"), "gb": _silent("K", "M")}
    return (
        drawn("random", {**_sequence(1.0, 200), **options}, _DIMS),
        drawn("silent unit", {**silent, **small}, _DIMS, group="small"),
        drawn("gradients 1e-6", {**_sequence(1e-6, 200), **small}, _DIMS, group="small"),
        drawn("gradients 1e-4", {**_sequence(1e-4, 5), **small}, _DIMS, group="small"),
        drawn("gradients 1e-2", {**_sequence(1e-2, 5), **small}, _DIMS, group="small"),
    )


def _hand(W: list[float], **options: Any) -> Case:
    return literal("by hand", {**_HAND, **options}, expect={f"W[{n}]": [[w]] for n, w in enumerate(W, 1)})


def _permutations(count: str, size: str | None = None) -> Draw:
    """``count`` orders of the N rows, or the first ``size`` of each."""
    return derived(
        lambda rng, dims, earlier: np.array(
            [rng.permutation(dims["N"])[: dims[size] if size else None] for _ in range(dims[count])]
        )
    )


_NET = {
    "x": normal("N", "D"),
    "t": one_hot("N", "C"),
    "W1": normal("D", "H", scale=0.7),
    "b1": normal("H"),
    "W2": normal("H", "C", scale=0.4),
    "b2": normal("C", scale=0.4),  # no probability is tiny: 1e-5 inside the log hardly matters
}
_NET_OUTPUTS = ("score", "loss", "dW1", "db1", "dW2", "db2")
_NET_DIMS = ({"N": 7, "D": 3, "H": 11, "C": 5}, {"N": 5, "D": 7, "H": 3, "C": 11})
_OUTPUTS = ("W", "b", "layer")
_POINTS = {"W": 2, "b": 1, "layer": 1}
_POINTS_ADAPTIVE = {**_POINTS, "layer@small": 0}
# Where gradients are about 1, ε from 1e-10 to 1e-6 moves the parameters by up to 1.1e-4 (measured), inside the root or
# outside: whatever it is, it is right there, and only `small` asks. Wrong rules are 1e-3 and more away.
_ANY_EPSILON = {f"{name}@core": 2e-4 for name in _OUTPUTS}
_LR = choice(0.03, 0.1, 0.3)
_LINE = {
    "w": np.array([0.0, 0.0]),
    "x": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    "t": np.array([1.0, 3.0, 5.0]),
    "lr": 0.2,
}
_MOMENTUM = choice(0.6, 0.8, 0.9)

EXERCISES = (
    Exercise(
        SGD,
        title={"ko": "SGD", "en": "SGD"},
        start=START["SGD"],
        outputs=_OUTPUTS,
        points=_POINTS,
        cases=(
            literal(
                "w to the 4th",
                {
                    "W": np.array([[2.0]]),
                    "b": np.array([2.0]),
                    "gW": np.array([[[32.0]], [[18.966528]], [[13.2407216]]]),
                    "gb": np.array([[32.0], [18.966528], [13.2407216]]),
                    "steps": 3,
                    "lr": 0.01,
                },
                source="S0, learning-rate slide: w⁴ from w = 2",
                expect={"W[1]": [[1.6800]], "W[2]": [[1.4903]], "W[3]": [[1.3579]]},
            ),
            *_linear(lr=_LR),
        ),
    ),
    Exercise(
        minibatch_descent,
        title={"ko": "전체, 하나, 미니배치로 하는 경사 하강법", "en": "Descent on all rows, on one, on mini-batches"},
        start=START["minibatch_descent"],
        outputs=("path",),
        points={"path": 3},
        cases=(
            literal(
                "all rows at once",
                {**_LINE, "batches": [np.array([0, 1, 2])] * 2},
                expect={"path": [[0.0, 0.0], [0.8, 1.0667], [1.2444, 1.7422]]},
                source="S2, gradient descent; the numbers are ours",
            ),
            literal(
                "one row at a time",
                {**_LINE, "batches": [np.array([0]), np.array([1]), np.array([2])]},
                expect={"path": [[0.0, 0.0], [0.4, 0.0], [0.4, 1.2], [1.76, 2.56]]},
                source="S2, stochastic gradient descent; the numbers are ours",
            ),
            drawn(
                "mini-batches",
                {
                    "w": normal("D"),
                    "x": normal("N", "D"),
                    "t": normal("N"),
                    "lr": choice(0.05, 0.1, 0.2),
                    "batches": _permutations("S", "B"),
                },
                ({"N": 13, "D": 3, "B": 5, "S": 7}, {"N": 17, "D": 5, "B": 7, "S": 3}),
            ),
        ),
        after=("SGD",),
    ),
    Exercise(
        Momentum,
        title={"ko": "모멘텀", "en": "Momentum"},
        start=START["Momentum"],
        outputs=_OUTPUTS,
        points=_POINTS,
        cases=(_hand([0.9, 0.71, 0.439], lr=0.1, momentum=0.9), *_linear(lr=_LR, momentum=_MOMENTUM)),
        after=("SGD",),
    ),
    Exercise(
        Nesterov,
        title={"ko": "네스테로프 가속 기울기", "en": "Nesterov's accelerated gradient"},
        start=START["Nesterov"],
        outputs=_OUTPUTS,
        points=_POINTS,
        aliases=("NAG",),
        cases=(_hand([0.81, 0.539, 0.1951], lr=0.1, momentum=0.9), *_linear(lr=_LR, momentum=_MOMENTUM)),
        after=("Momentum",),
    ),
    Exercise(
        AdaGrad,
        title={"ko": "AdaGrad", "en": "AdaGrad"},
        start=START["AdaGrad"],
        outputs=_OUTPUTS,
        points=_POINTS_ADAPTIVE,
        tolerance=_ANY_EPSILON,
        aliases=("Adagrad",),
        cases=(_hand([0.9, 0.8293, 0.7716], lr=0.1), *_adaptive(lr=_LR)),
        after=("SGD",),
    ),
    Exercise(
        RMSprop,
        title={"ko": "RMSprop", "en": "RMSprop"},
        start=START["RMSprop"],
        outputs=_OUTPUTS,
        points=_POINTS_ADAPTIVE,
        tolerance=_ANY_EPSILON,
        aliases=("RMSProp",),
        cases=(
            _hand([0.6838, 0.4544, 0.2623], lr=0.1, decay_rate=0.9),
            *_adaptive(lr=_LR, decay_rate=choice(0.9, 0.95, 0.99)),
        ),
        after=("AdaGrad",),
    ),
    Exercise(
        AdaDelta,
        title={"ko": "AdaDelta", "en": "AdaDelta"},
        start=START["AdaDelta"],
        outputs=_OUTPUTS,
        points=_POINTS_ADAPTIVE,
        aliases=("Adadelta", "ADADELTA"),
        cases=(_hand([0.9955, 0.9910, 0.9864], decay_rate=0.95), *_adaptive(decay_rate=choice(0.9, 0.95, 0.99))),
        after=("RMSprop",),
    ),
    Exercise(
        Adam,
        title={"ko": "Adam", "en": "Adam"},
        start=START["Adam"],
        outputs=_OUTPUTS,
        points=_POINTS_ADAPTIVE,
        tolerance=_ANY_EPSILON,
        cases=(
            _hand([0.9, 0.8, 0.7], lr=0.1, beta1=0.9, beta2=0.999),
            drawn(
                "short memory",
                {**_sequence(1.0, 5), "lr": _LR, "beta1": choice(0.15, 0.18), "beta2": choice(0.1, 0.19)},
                _DIMS,
            ),  # 1 − β·t stays positive: a product in place of the power is a number here, not NaN
            *_adaptive(lr=choice(0.01, 0.03, 0.1), beta1=choice(0.8, 0.9), beta2=choice(0.99, 0.999)),
        ),
        after=("Momentum", "RMSprop"),
    ),
    Exercise(
        lr_decay,
        title={"ko": "학습률 감소", "en": "Learning-rate decay"},
        start=START["lr_decay"],
        outputs=("out",),
        points={"out": 2},
        cases=(
            literal(
                "by hand",
                {"lr": 0.1, "decay": 0.01, "step": np.array([0, 1, 100, 900])},
                expect={"out": [0.1, 0.0990, 0.05, 0.01]},
            ),
            drawn(
                "random",
                {
                    "lr": uniform(low=0.01, high=1.0),
                    "decay": uniform(low=0.01, high=0.5),
                    "step": integers("N", high=50),
                },
                ({"N": 7}, {"N": 11}),
            ),
        ),
        curve=("step", "out"),
    ),
    Exercise(
        spiral,
        title={"ko": "스파이럴 데이터", "en": "The spiral data"},
        start=START["spiral"],
        outputs=("x", "t"),
        points={"x": 2, "t": 1},
        unhidden={"t": "it follows from the numbers of arms and points alone"},
        cases=(
            literal("without noise", {"noise": np.zeros((3, 5))}),
            drawn("random", {"noise": normal("C", "N")}, ({"C": 3, "N": 7}, {"C": 5, "N": 11})),
        ),
    ),
    Exercise(
        TwoLayerNet,
        title={"ko": "2층 신경망", "en": "A two-layer net"},
        start=START["TwoLayerNet"],
        outputs=(*_NET_OUTPUTS, "grads"),
        points={"loss": 2, "dW1": 2, "grads": 0} | {f"{name}@dout": 0 for name in _NET_OUTPUTS} | {"grads@dout": 1},
        gradients={f"d{name}": Gradient(of="loss", wrt=name) for name in ("W1", "b1", "W2", "b2")},
        cases=(
            drawn("random", {**_NET, "dout": fixed(1.0)}, _NET_DIMS),
            drawn("backward(dout)", {**_NET, "dout": choice(0.4, 2.5, -1.5)}, _NET_DIMS, group="dout"),
        ),
    ),
    Exercise(
        train_step,
        title={"ko": "매개변수를 한 번 갱신하기", "en": "One step of training"},
        start=START["train_step"],
        outputs=("loss", "W"),
        points={"loss": 1, "W": 2},
        cases=(
            drawn(
                "random",
                {"x": normal("N", "D"), "t": normal("N", "D"), "W": normal("D"), "batches": _permutations("S", "B")},
                ({"N": 13, "D": 3, "B": 5, "S": 7}, {"N": 17, "D": 5, "B": 7, "S": 3}),
            ),
        ),
    ),
    Exercise(
        fit,
        title={"ko": "학습 루프와 스파이럴", "en": "The loop, and the spiral learned"},
        start=START["fit"],
        outputs=("losses", "W", "spiral"),
        points={"losses": 2, "W": 1, "spiral": 2},
        properties={
            "spiral": Property(
                _learned,
                says={
                    "ko": "150에폭 뒤의 손실은 0.5 이하, 정확도는 75% 이상이어야 합니다.",
                    "en": "after 150 epochs the loss is at most 0.5 and at least 75 % of the points are right.",
                },
            )
        },
        cases=(
            drawn(
                "random",
                {
                    "x": normal("N", "D"),
                    "t": normal("N", "D"),
                    "W": normal("D"),
                    "orders": _permutations("E"),
                    "size": fixed("B"),
                    "noise": normal(3, 100),
                    "V1": normal(2, 10),
                    "V2": normal(10, 3),
                    "seed": derived(lambda rng, dims, earlier: int(rng.integers(1 << 31))),
                    "turn": uniform(high=2 * np.pi),
                    "arms": distinct(3, high=3),
                },
                (
                    {"N": 17, "D": 3, "B": 5, "E": 7},
                    {"N": 27, "D": 5, "B": 7, "E": 3},  # one row short of another mini-batch
                    {"N": 21, "D": 5, "B": 7, "E": 2},  # no row is left over
                ),
            ),
        ),
        after=("SGD", "spiral", "TwoLayerNet", "train_step"),
        wall_s=10.0,
    ),
    Exercise(
        trainer_fit,
        symbol="Trainer.fit",
        title={"ko": "Trainer", "en": "The trainer"},
        start=START["Trainer.fit"],
        outputs=("rows", "labels", "updates", "losses", "lengths"),
        points={"rows": 2, "updates": 1},
        unhidden={"updates": "it follows from the sizes alone", "lengths": "it follows from the sizes alone"},
        properties={
            "rows": Property(
                _shuffled,
                says={
                    "ko": "에폭마다 새로운 순서로, 같은 행을 되풀이하지 않고 보여 주어야 합니다",
                    "en": "each epoch must show rows in a new order, and none of them twice",
                },
            ),
            "labels": Property(
                _own_labels,
                says={"ko": "행마다 자기 레이블이 붙어 있어야 합니다", "en": "each row must come with its own label"},
            ),
            "losses": Property(
                _own_losses,
                says={
                    "ko": "에폭마다 미니배치 손실의 평균이 있어야 합니다",
                    "en": "it must hold the mean of the mini-batch losses of each epoch",
                },
            ),
        },
        cases=(
            drawn(
                "random",
                {"numbers": normal("N"), "marks": normal("N"), "epochs": fixed("E"), "size": fixed("B")},
                ({"N": 23, "B": 5, "E": 3}, {"N": 21, "B": 7, "E": 4}),
            ),
        ),
        after=("fit",),
    ),
)
