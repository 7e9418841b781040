"""How the exercises of u16_gated are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graders.probe import construct, gradient_of, takes
from graders.spec import Exercise, Gradient, Inputs, Unit, derived, drawn, literal, normal, uniform
from graders.spec.draws import Dims

UNIT = Unit(
    title={"ko": "게이트가 있는 순환 신경망: LSTM과 GRU", "en": "Gated recurrent networks: LSTM and GRU"},
    minutes=180,
    after=("u06_backprop", "u15_rnn"),
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "remember everything": "모두 기억하기",
        "forget everything": "모두 잊기",
        "tables": "본문의 표",
        "by hand": "손으로 계산한 예",
        "random": "무작위 값",
        "second batch": "두 번째 배치",
        "again": "다시 호출",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "lstm_gates": {
        "en": "Begin with the wide sum A of shape (N, 4H) and print its shape. Then cut it into four blocks, and ask "
        "of each block which activation it needs.",
        "ko": "형상이 (N, 4H)인 합 A부터 구하고 형상을 출력해 보세요. 그다음 네 블록으로 나누고, 블록마다 어떤 활성화 "
        "함수가 필요한지 생각하세요.",
    },
    "lstm_state": {
        "en": "Take column 2 of the lesson's table and compute c by hand: two products and a sum. Write the same for "
        "arrays, then h.",
        "ko": "본문 표의 2열에서 c를 손으로 구해 보세요. 곱 두 개와 합 하나입니다. 배열에 대해 똑같이 쓰고, 그다음 "
        "h를 구하세요.",
    },
    "LSTM.forward": {
        "en": "Begin with the three arrays in self.params and your two functions: one gives the gates, the other h "
        "and c. Return them in the right order first; keep what backward needs afterwards.",
        "ko": "self.params의 배열 세 개와 앞에서 만든 두 함수에서 시작하세요. 하나는 게이트를, 다른 하나는 h와 c를 "
        "구합니다. 먼저 순서에 맞게 돌려주고, 그다음 backward에 필요한 값을 기억하세요.",
    },
    "lstm_sum_gradients": {
        "en": "Begin with dc, the whole gradient of c_next: on which two ways does c_next reach the loss? Then take "
        "one gate at a time.",
        "ko": "c_next의 전체 기울기 dc부터 구하세요. c_next는 어떤 두 길로 손실에 닿나요? 그다음 게이트를 하나씩 "
        "다루세요.",
    },
    "LSTM.backward": {
        "en": "Begin with the gradients of the four sums, from your own function, and join them to dA of shape (N, "
        "4H). What follows is an Affine layer with two inputs: start with dx.",
        "ko": "앞에서 만든 함수로 네 합의 기울기를 구하고, 이어 붙여 형상이 (N, 4H)인 dA를 만드세요. 그다음은 입력이 "
        "두 개인 Affine 계층입니다. dx부터 구하세요.",
    },
    "TimeLSTM.forward": {
        "en": "Begin with one time step: one cell, a state of zeros, xs[:, 0]. Then the loop over T. What stateful "
        "means comes last.",
        "ko": "한 시각부터 쓰세요. 셀 하나, 0으로 채운 상태, xs[:, 0]입니다. 그다음 T에 대한 반복문을 쓰고, "
        "stateful은 마지막에 다루세요.",
    },
    "TimeLSTM.set_state": {
        "en": "Where does your forward look for the state of the last call? The same two names get new values here.",
        "ko": "작성한 forward는 지난 호출의 상태를 어디에서 찾나요? 바로 그 두 변수에 새 값을 넣습니다.",
    },
    "TimeLSTM.reset_state": {
        "en": "What did __init__ put into the state, before the first call?",
        "ko": "첫 호출 전에 __init__은 상태에 무엇을 넣어 두었나요?",
    },
    "TimeLSTM.backward": {
        "en": "Begin with the last time step alone: which dh does its cell get, and which dc? Then the loop in "
        "reverse, and the sums of the gradients last.",
        "ko": "마지막 시각 하나부터 생각하세요. 그 셀은 어떤 dh와 dc를 받나요? 그다음 거꾸로 가는 반복문을 쓰고, "
        "가중치의 기울기를 더하는 일은 마지막에 하세요.",
    },
    "gru_gates": {
        "en": "Begin with z alone: the first H columns of Wx, of Wh and of b. r is the same with the next H columns.",
        "ko": "z부터 구하세요. Wx, Wh, b의 처음 H열을 씁니다. r은 그다음 H열로 똑같이 구합니다.",
    },
    "gru_candidate": {
        "en": "Begin with what the candidate may see of the old state. Then its sum, from the last block of Wx, Wh "
        "and b.",
        "ko": "후보가 이전 상태에서 볼 수 있는 값부터 구하세요. 그다음 Wx, Wh, b의 마지막 블록으로 합을 구합니다.",
    },
    "GRU.forward": {
        "en": "Begin with z, r and the candidate from your two functions. h lies between two of the values you have "
        "now: which two?",
        "ko": "앞에서 만든 두 함수로 z, r, 후보를 구하세요. h는 지금 가진 값 가운데 둘 사이에 있습니다. 어느 둘인가요?",
    },
    "GRU.backward": {
        "en": "Begin by writing down the four ways from h_prev to h. Then compute the gradients of the three sums, "
        "the candidate's first.",
        "ko": "h_prev에서 h로 가는 네 길을 먼저 적어 보세요. 그다음 세 합의 기울기를 구합니다. 후보의 합부터 하세요.",
    },
}


# --- probes ----------------------------------------------------------------------------------------------------------


def lstm_gates(student: Any, x: Any, h_prev: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """The four parts of one step."""
    f, g, i, o = student.lstm_gates(x, h_prev, Wx, Wh, b)
    yield "gates[f]", f
    yield "gates[g]", g
    yield "gates[i]", i
    yield "gates[o]", o


def lstm_state(student: Any, f: Any, g: Any, i: Any, o: Any, c_prev: Any) -> Outputs:
    """The memory, and what is shown of it."""
    h, c = student.lstm_state(f, g, i, o, c_prev)
    yield "c", c
    yield "h", h


def lstm_forward(student: Any, x: Any, h_prev: Any, c_prev: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """One step forward."""
    h, c = construct(student.LSTM, Wx, Wh, b).forward(x, h_prev, c_prev)
    yield "h", h
    yield "c", c


def lstm_sum_gradients(
    student: Any, dh_next: Any, dc_next: Any, f: Any, g: Any, i: Any, o: Any, c_prev: Any, c_next: Any
) -> Outputs:
    """The gradients of the four sums and of the old memory."""
    df, dg, di, do, dc_prev = student.lstm_sum_gradients(dh_next, dc_next, f, g, i, o, c_prev, c_next)
    yield "df", df
    yield "dg", dg
    yield "di", di
    yield "do", do
    yield "dc_prev", dc_prev


def lstm_backward(
    student: Any,
    x: Any,
    h_prev: Any,
    c_prev: Any,
    Wx: Any,
    Wh: Any,
    b: Any,
    dh_next: Any,
    dc_next: Any,
    x_before: Any = None,
    h_before: Any = None,
    dh_before: Any = None,
) -> Outputs:
    """One step forward and back; with ``x_before`` the cell has done one batch already."""
    cell = construct(student.LSTM, Wx, Wh, b)
    if x_before is not None:
        cell.forward(x_before, h_before, h_before)
        cell.backward(dh_before, dh_before)
    h, c = cell.forward(x, h_prev, c_prev)
    yield "h", h
    yield "c", c
    dx, dh_prev, dc_prev = cell.backward(dh_next, dc_next)
    yield "dx", dx
    yield "dh_prev", dh_prev
    yield "dc_prev", dc_prev
    yield from _gradients(cell)


def time_forward(student: Any, xs: Any, more: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """Two calls without state, and two with it.

    ``hs_default``: the second call of a layer that was not told whether to keep its state.
    """
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=False)
    yield "hs", layer.forward(xs)
    yield "hs_fresh", layer.forward(more)
    layer = construct(student.TimeLSTM, Wx, Wh, b)
    layer.forward(xs)
    yield "hs_default", layer.forward(more)
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=True)
    layer.forward(xs)
    yield "hs_carried", layer.forward(more)


def time_set_state(student: Any, xs: Any, Wx: Any, Wh: Any, b: Any, h: Any, c: Any) -> Outputs:
    """A state is put in after a call; then one without a memory cell."""
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=True)
    layer.forward(xs)
    layer.set_state(h, c)
    yield "hs_set", layer.forward(xs)
    layer.set_state(h)
    yield "hs_set_h", layer.forward(xs)


def time_reset_state(student: Any, xs: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """A call after the state was forgotten."""
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=True)
    layer.forward(xs)
    layer.reset_state()
    yield "hs_reset", layer.forward(xs)


def time_backward(student: Any, xs: Any, more: Any, Wx: Any, Wh: Any, b: Any, dhs: Any, dmore: Any) -> Outputs:
    """Back through one call, through the second of two with a state, and twice with one layer."""
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=False)
    yield "hs", layer.forward(xs)
    yield "dxs", layer.backward(dhs)
    yield from _gradients(layer)
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=True)
    layer.forward(xs)
    yield "hs_carried", layer.forward(more)
    yield "dxs_carried", layer.backward(dmore)
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=False)
    layer.forward(xs)
    layer.backward(dhs)
    yield "hs_fresh", layer.forward(more)
    layer.backward(dmore)
    yield from _gradients(layer, ending="_again")


def gru_gates(student: Any, x: Any, h_prev: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """The two gates of one step."""
    z, r = student.gru_gates(x, h_prev, Wx, Wh, b)
    yield "z", z
    yield "r", r


def gru_candidate(student: Any, x: Any, h_prev: Any, r: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """The candidate of one step."""
    yield "candidate", student.gru_candidate(x, h_prev, r, Wx, Wh, b)


def gru_forward(student: Any, x: Any, h_prev: Any, Wx: Any, Wh: Any, b: Any) -> Outputs:
    """One step forward with b, and with twice as much.

    A cell without a bias, as older printings of the book have it, is built without one and has no second result.
    """
    biased = takes(student.GRU, Wx, Wh, b)
    cell = construct(student.GRU, Wx, Wh, b) if biased else construct(student.GRU, Wx, Wh)
    yield "h[b]", cell.forward(x, h_prev)
    yield "h[2b]", construct(student.GRU, Wx, Wh, 2 * b).forward(x, h_prev) if biased else np.zeros(0)


def gru_backward(
    student: Any,
    x: Any,
    h_prev: Any,
    Wx: Any,
    Wh: Any,
    b: Any,
    dh_next: Any,
    x_before: Any = None,
    h_before: Any = None,
    dh_before: Any = None,
) -> Outputs:
    """One step forward and back; with ``x_before`` the cell has done one batch already.

    A cell without a bias has no db.
    """
    biased = takes(student.GRU, Wx, Wh, b)
    cell = construct(student.GRU, Wx, Wh, b) if biased else construct(student.GRU, Wx, Wh)
    if x_before is not None:
        cell.forward(x_before, h_before)
        cell.backward(dh_before)
    yield "h", cell.forward(x, h_prev)
    dx, dh_prev = cell.backward(dh_next)
    yield "dx", dx
    yield "dh_prev", dh_prev
    yield from _gradients(cell, ("Wx", "Wh", "b") if biased else ("Wx", "Wh"))
    if not biased:
        yield "db", np.zeros(0)


def _gradients(layer: Any, names: tuple[str, ...] = ("Wx", "Wh", "b"), ending: str = "") -> Outputs:
    for name in names:
        yield f"d{name}{ending}", gradient_of(layer, name)


# --- inputs ----------------------------------------------------------------------------------------------------------

# 4H and 3H: one block of H columns per gate. Weights are small enough that no gate is stuck at 0 or 1.
LSTM_DIMS = ({"N": 7, "D": 3, "H": 5, "4H": 20}, {"N": 5, "D": 11, "H": 3, "4H": 12})
GRU_DIMS = ({"N": 7, "D": 3, "H": 5, "3H": 15}, {"N": 5, "D": 11, "H": 3, "3H": 9})
TIME_DIMS = (  # fewer steps than D and H, then more
    {"N": 3, "T": 7, "S": 5, "D": 11, "H": 13, "4H": 52},
    {"N": 7, "T": 13, "S": 11, "D": 3, "H": 5, "4H": 20},
)
LSTM_WEIGHTS = {
    "Wx": normal("D", "4H", scale=0.5),
    "Wh": normal("H", "4H", scale=0.5),
    "b": normal("4H", scale=0.5, gap=0.2),
}
GRU_WEIGHTS = {
    "Wx": normal("D", "3H", scale=0.5),
    "Wh": normal("H", "3H", scale=0.5),
    "b": normal("3H", scale=0.5, gap=0.2),
}

# What a cell has seen before, of another batch size B; the old state serves as h and, in an LSTM, as c.
BEFORE = {"x_before": normal("B", "D"), "h_before": normal("B", "H", scale=0.7), "dh_before": normal("B", "H")}

# The tables of S0, "LSTM training process". Column 3 of the candidate is 0.6 (printed 6). h is what the table's o and c
# give; the slide rounds tanh(c) first. Column 8 is no cell's: its candidate 2.1 cannot come out of tanh.
F = [0, 0.2, 0.9, 0.1, 1, 0.2, 0.1, 0.9, 0.4, 0.1]
I = [0.1, 0, 0.8, 0.2, 0.8, 0.7, 1, 0.9, 0.2, 0.4]  # noqa: E741
O = [0.5, 0.4, 0.1, 0.9, 0.2, 0.3, 0.8, 0.7, 0.1, 0.9]  # noqa: E741
CANDIDATE = [-0.1, 0.3, 0.6, 0.2, 0.9, 0.1, 0.4, 2.1, 0.6, 0.9]
C_PREV = [-0.2, 0.1, 0.5, 0.7, 0.9, -0.3, -1.1, 2.0, 0.6, 0.7]
C = [-0.01, 0.02, 0.93, 0.11, 1.62, 0.01, 0.29, 3.69, 0.36, 0.43]
H = [-0.005, 0.008, 0.073, 0.099, 0.185, 0.003, 0.226, 0.699, 0.035, 0.365]
NOTHING, EVERYTHING = [0.0] * 10, [1.0] * 10


def _table(f: list[float], i: list[float]) -> dict[str, Any]:
    """The table's columns, with these gates."""
    return {"f": np.array([f]), "g": np.array([CANDIDATE]), "i": np.array([i]), "o": np.array([O])} | {
        "c_prev": np.array([C_PREV])
    }


def _without_eighth(row: list[float]) -> list[float]:
    return row[:7] + row[8:]


def _slide_cell() -> dict[str, Any]:
    """A cell whose gates have the table's values: x, h_prev and the weights are plain numbers, b makes up the rest."""

    def before_sigmoid(gate: list[float]) -> list[float]:
        values = _without_eighth(gate)
        return [-40.0 if p == 0 else 40.0 if p == 1 else float(np.log(p / (1 - p))) for p in values]

    gates = [*before_sigmoid(F), *np.arctanh(_without_eighth(CANDIDATE)), *before_sigmoid(I), *before_sigmoid(O)]
    x, h_prev = np.array([[1.0, -2.0]]), np.array([[0.5, -0.5, 1.0, 0.2, -0.1, 0.3, -0.8, 0.4, 0.6]])
    Wx, Wh = (0.1 * (np.arange(36 * rows).reshape(rows, 36) % 7 - 3) for rows in (2, 9))
    return {
        "x": x,
        "h_prev": h_prev,
        "c_prev": np.array([_without_eighth(C_PREV)]),
        "Wx": Wx,
        "Wh": Wh,
        "b": np.round(gates - np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]), 12)[0],
    }


# The worked example of the lesson: one number of each kind.
SMALL = {
    "x": np.array([[1.0]]),
    "h_prev": np.array([[0.5]]),
    "Wx": np.array([[1.0, 0.5, -1.0, 0.5]]),
    "Wh": np.array([[2.0, 1.0, 0.0, -1.0]]),
    "b": np.zeros(4),
}
SMALL_GRU = {
    "x": np.array([[1.0]]),
    "h_prev": np.array([[0.5]]),
    "Wx": np.array([[1.0, 0.5, 1.0]]),
    "Wh": np.array([[-2.0, 1.0, 2.0]]),
    "b": np.zeros(3),
}


# --- exercises -------------------------------------------------------------------------------------------------------

_STATES = {"of": ("h", "c"), "upstream": ("dh_next", "dc_next")}
_STEP = {"x": normal("N", "D"), "h_prev": normal("N", "H", scale=0.7)}
_LSTM_INPUTS = {**_STEP, "c_prev": normal("N", "H"), **LSTM_WEIGHTS}
_LSTM_BACK = {**_LSTM_INPUTS, "dh_next": normal("N", "H"), "dc_next": normal("N", "H")}
_GRU_BACK = {**_STEP, **GRU_WEIGHTS, "dh_next": normal("N", "H")}
_OPEN = uniform("N", "H", low=0.05, high=0.95)  # a gate
_GATES = {"f": _OPEN, "g": uniform("N", "H", low=-0.9, high=0.9), "i": _OPEN, "o": _OPEN, "c_prev": normal("N", "H")}
_SEQUENCES = {"xs": normal("N", "T", "D", scale=0.5), "more": normal("N", "S", "D", scale=0.5), **LSTM_WEIGHTS}


def _once_more(outputs: tuple[str, ...], free: tuple[str, ...]) -> dict[str, int]:
    """Nothing for what is graded elsewhere; for a second batch, only the gradients of the weights are checked."""
    again = {f"{name}@again": int(name in ("dWx", "dWh", "db")) for name in outputs}
    return dict.fromkeys(free, 0) | again


def _memory(rng: np.random.Generator, dims: Dims, earlier: Inputs) -> object:
    """The memory that belongs to the gates drawn before it."""
    return earlier["f"] * earlier["c_prev"] + earlier["i"] * earlier["g"]


LSTM_STEPS = (
    Exercise(
        lstm_gates,
        title={"ko": "LSTM의 게이트와 후보", "en": "The gates and the candidate of an LSTM"},
        start=START["lstm_gates"],
        outputs=("gates",),
        points={"gates": 3},
        cases=(
            literal(
                "by hand",
                SMALL,
                expect={"gates[f]": [[0.881]], "gates[g]": [[0.762]], "gates[i]": [[0.269]], "gates[o]": [[0.5]]},
                digits=3,
            ),
            drawn("random", {**_STEP, **LSTM_WEIGHTS}, LSTM_DIMS),
        ),
    ),
    Exercise(
        lstm_state,
        title={"ko": "기억 셀과 은닉 상태", "en": "Memory cell and hidden state"},
        start=START["lstm_state"],
        outputs=("c", "h"),
        cases=(
            literal(
                "remember everything",
                _table(EVERYTHING, NOTHING),
                source="S0, forget gate table with f = 1",
                expect={"c": [C_PREV]},
            ),
            literal(
                "forget everything",
                _table(NOTHING, NOTHING),
                source="S0, forget gate table with f = 0",
                expect={"c": [NOTHING]},
            ),
            literal(
                "tables",
                _table(F, I),
                source="S0, tables of f, i, c and h",
                expect={"c": [C], "h": [H]},
                digits=3,
            ),
            drawn("random", _GATES, LSTM_DIMS),
        ),
    ),
    Exercise(
        lstm_forward,
        symbol="LSTM.forward",
        title={"ko": "LSTM 셀: 순전파", "en": "LSTM cell: forward"},
        start=START["LSTM.forward"],
        outputs=("h", "c"),
        after=("lstm_gates", "lstm_state"),
        cases=(
            literal(
                "tables",
                _slide_cell(),
                source="S0, tables of f, i, c and h",
                expect={"c": [_without_eighth(C)], "h": [_without_eighth(H)]},
                digits=3,
            ),
            drawn("random", _LSTM_INPUTS, LSTM_DIMS),
        ),
    ),
    Exercise(
        lstm_sum_gradients,
        title={"ko": "네 합의 기울기", "en": "The gradients of the four sums"},
        start=START["lstm_sum_gradients"],
        outputs=("df", "dg", "di", "do", "dc_prev"),
        cases=(
            literal(
                "by hand",
                {
                    "dh_next": np.array([[1.0]]),
                    "dc_next": np.array([[0.5]]),
                    "f": np.array([[0.8808]]),
                    "g": np.array([[0.7616]]),
                    "i": np.array([[0.2689]]),
                    "o": np.array([[0.5]]),
                    "c_prev": np.array([[2.0]]),
                    "c_next": np.array([[1.9664]]),
                },
                expect={"df": [[0.113]], "dg": [[0.061]], "di": [[0.081]], "do": [[0.240]], "dc_prev": [[0.474]]},
                digits=3,
            ),
            drawn(
                "random",
                {"dh_next": normal("N", "H"), "dc_next": normal("N", "H"), **_GATES, "c_next": derived(_memory)},
                LSTM_DIMS,
            ),
        ),
    ),
    Exercise(
        lstm_backward,
        symbol="LSTM.backward",
        title={"ko": "LSTM 셀: 역전파", "en": "LSTM cell: backward"},
        start=START["LSTM.backward"],
        outputs=("h", "c", "dx", "dh_prev", "dc_prev", "dWx", "dWh", "db"),
        points=_once_more(("h", "c", "dx", "dh_prev", "dc_prev", "dWx", "dWh", "db"), ("h", "c")),
        gradients={
            "dx": Gradient(wrt="x", **_STATES),
            "dh_prev": Gradient(wrt="h_prev", **_STATES),
            "dc_prev": Gradient(wrt="c_prev", **_STATES),
            "dWx": Gradient(wrt="Wx", **_STATES),
            "dWh": Gradient(wrt="Wh", **_STATES),
            "db": Gradient(wrt="b", **_STATES),
        },
        blocks={"dWx": 4, "dWh": 4, "db": 4},
        after=("LSTM.forward", "lstm_sum_gradients"),
        cases=(
            literal(
                "by hand",
                SMALL | {"c_prev": np.array([[2.0]]), "dh_next": np.array([[1.0]]), "dc_next": np.array([[0.5]])},
                expect={"dx": [[0.183]], "dh_prev": [[0.046]], "dc_prev": [[0.474]]},
                digits=3,
            ),
            drawn("random", _LSTM_BACK, LSTM_DIMS),
            drawn(
                "second batch",
                _LSTM_BACK | BEFORE,
                (LSTM_DIMS[0] | {"B": 11}, LSTM_DIMS[1] | {"B": 7}),
                group="again",
            ),
        ),
    ),
)

OVER_TIME = (
    Exercise(
        time_forward,
        symbol="TimeLSTM.forward",
        title={"ko": "시간 방향으로 펼친 LSTM: 순전파", "en": "LSTM over time: forward"},
        start=START["TimeLSTM.forward"],
        outputs=("hs", "hs_fresh", "hs_default", "hs_carried"),
        after=("LSTM.forward",),
        cases=(drawn("random", _SEQUENCES, TIME_DIMS),),
    ),
    Exercise(
        time_set_state,
        symbol="TimeLSTM.set_state",
        title={"ko": "상태 넣기", "en": "Set the state"},
        start=START["TimeLSTM.set_state"],
        outputs=("hs_set", "hs_set_h"),
        after=("TimeLSTM.forward",),
        cases=(
            drawn(
                "random",
                {name: draw for name, draw in _SEQUENCES.items() if name != "more"}
                | {"h": normal("N", "H", scale=0.5), "c": normal("N", "H")},
                TIME_DIMS,
            ),
        ),
    ),
    Exercise(
        time_reset_state,
        symbol="TimeLSTM.reset_state",
        title={"ko": "상태 잊기", "en": "Forget the state"},
        start=START["TimeLSTM.reset_state"],
        outputs=("hs_reset",),
        after=("TimeLSTM.forward",),
        cases=(drawn("random", {k: v for k, v in _SEQUENCES.items() if k != "more"}, TIME_DIMS),),
    ),
    Exercise(
        time_backward,
        symbol="TimeLSTM.backward",
        title={"ko": "시간 방향으로 펼친 LSTM: 역전파", "en": "LSTM over time: backward"},
        start=START["TimeLSTM.backward"],
        outputs=(
            "hs",
            "dxs",
            "dWx",
            "dWh",
            "db",
            "hs_carried",
            "dxs_carried",
            "hs_fresh",
            "dWx_again",
            "dWh_again",
            "db_again",
        ),
        points={"hs": 0, "hs_carried": 0, "hs_fresh": 0, "dxs": 2},
        gradients={
            "dxs": Gradient(of="hs", wrt="xs", upstream="dhs"),
            "dWx": Gradient(of="hs", wrt="Wx", upstream="dhs"),
            "dWh": Gradient(of="hs", wrt="Wh", upstream="dhs"),
            "db": Gradient(of="hs", wrt="b", upstream="dhs"),
            "dxs_carried": Gradient(of="hs_carried", wrt="more", upstream="dmore"),
            "dWx_again": Gradient(of="hs_fresh", wrt="Wx", upstream="dmore"),
            "dWh_again": Gradient(of="hs_fresh", wrt="Wh", upstream="dmore"),
            "db_again": Gradient(of="hs_fresh", wrt="b", upstream="dmore"),
        },
        blocks={"dWx": 4, "dWh": 4, "db": 4, "dWx_again": 4, "dWh_again": 4, "db_again": 4},
        after=("TimeLSTM.forward", "LSTM.backward"),
        cases=(
            drawn(
                "random",
                _SEQUENCES | {"dhs": normal("N", "T", "H"), "dmore": normal("N", "S", "H")},
                TIME_DIMS,
            ),
        ),
    ),
)

GRU_STEPS = (
    Exercise(
        gru_gates,
        title={"ko": "GRU의 두 게이트", "en": "The two gates of a GRU"},
        start=START["gru_gates"],
        outputs=("z", "r"),
        cases=(
            literal("by hand", SMALL_GRU, expect={"z": [[0.5]], "r": [[0.731]]}, digits=3),
            drawn("random", {**_STEP, **GRU_WEIGHTS}, GRU_DIMS),
        ),
    ),
    Exercise(
        gru_candidate,
        title={"ko": "GRU의 후보", "en": "The candidate of a GRU"},
        start=START["gru_candidate"],
        outputs=("candidate",),
        cases=(
            literal("by hand", SMALL_GRU | {"r": np.array([[0.7311]])}, expect={"candidate": [[0.939]]}, digits=3),
            drawn("random", {**_STEP, "r": _OPEN, **GRU_WEIGHTS}, GRU_DIMS),
        ),
    ),
    Exercise(
        gru_forward,
        symbol="GRU.forward",
        title={"ko": "GRU 셀: 순전파", "en": "GRU cell: forward"},
        start=START["GRU.forward"],
        outputs=("h",),
        after=("gru_gates", "gru_candidate"),
        cases=(
            literal("by hand", SMALL_GRU, expect={"h[b]": [[0.720]]}, digits=3),
            drawn("random", {**_STEP, **GRU_WEIGHTS}, GRU_DIMS),
        ),
    ),
    Exercise(
        gru_backward,
        symbol="GRU.backward",
        title={"ko": "GRU 셀: 역전파", "en": "GRU cell: backward"},
        start=START["GRU.backward"],
        outputs=("h", "dx", "dh_prev", "dWx", "dWh", "db"),
        points={"dh_prev": 2} | _once_more(("h", "dx", "dh_prev", "dWx", "dWh", "db"), ("h",)),
        gradients={
            "dx": Gradient(of="h", wrt="x", upstream="dh_next"),
            "dh_prev": Gradient(of="h", wrt="h_prev", upstream="dh_next"),
            "dWx": Gradient(of="h", wrt="Wx", upstream="dh_next"),
            "dWh": Gradient(of="h", wrt="Wh", upstream="dh_next"),
            "db": Gradient(of="h", wrt="b", upstream="dh_next"),
        },
        blocks={"dWx": 3, "dWh": 3, "db": 3},
        after=("GRU.forward",),
        cases=(
            literal(
                "by hand",
                SMALL_GRU | {"dh_next": np.array([[1.0]])},
                expect={"dx": [[0.175]], "dh_prev": [[0.378]], "db": [0.110, 0.012, 0.059]},
                digits=3,
            ),
            drawn("random", _GRU_BACK, GRU_DIMS),
            drawn(
                "second batch",
                _GRU_BACK | BEFORE,
                (GRU_DIMS[0] | {"B": 11}, GRU_DIMS[1] | {"B": 7}),
                group="again",
            ),
        ),
    ),
)

EXERCISES = (*LSTM_STEPS, *OVER_TIME, *GRU_STEPS)
