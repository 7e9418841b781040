"""How the exercises of u16_gated are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graders.probe import construct, gradient_of, takes
from graders.spec import Exercise, Gradient, Unit, drawn, literal, normal

UNIT = Unit(
    title={"ko": "게이트가 있는 순환 신경망: LSTM과 GRU", "en": "Gated recurrent networks: LSTM and GRU"},
    minutes=180,
    after=("u06_backprop", "u15_rnn"),
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "remember everything": "모두 기억하기",
        "forget everything": "모두 잊기",
        "tables": "본문의 표",
        "random": "무작위 값",
        "second batch": "두 번째 배치",
        "again": "다시 호출",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "LSTM": {
        "en": "Begin with forward and only the wide sum A of shape (N, 4H): print its shape. Then cut it into its "
        "four blocks, then c, then h. In backward go the same way in reverse, and begin with dc.",
        "ko": "forward에서 형상이 (N, 4H)인 합 A만 먼저 구하고 형상을 출력해 보세요. 그다음 네 블록으로 나누고, "
        "c와 h를 차례로 구하세요. backward는 같은 길을 거꾸로 가며 dc부터 구합니다.",
    },
    "TimeLSTM": {
        "en": "Begin with forward for one time step: one cell, a state of zeros, xs[:, 0]. Then the loop over T. "
        "stateful, set_state and reset_state come next, backward last.",
        "ko": "한 시각의 forward부터 쓰세요. 셀 하나, 0으로 채운 상태, xs[:, 0]입니다. 그다음 T에 대한 반복문을 쓰고, "
        "stateful과 set_state, reset_state를 더한 다음 backward를 마지막에 쓰세요.",
    },
    "GRU": {
        "en": "Begin with forward: cut Wx, Wh and b into three blocks each, and compute z alone. Then r, then the "
        "candidate, then h. For backward write down the four ways from h_prev to h.",
        "ko": "forward부터 쓰세요. Wx, Wh, b를 저마다 세 블록으로 나누고 z만 먼저 구하세요. 그다음 r, 후보, h "
        "차례입니다. backward에서는 h_prev에서 h로 가는 네 길을 먼저 적어 보세요.",
    },
}


# --- probes ----------------------------------------------------------------------------------------------------------


def LSTM(
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


def TimeLSTM(
    student: Any, xs: Any, more: Any, Wx: Any, Wh: Any, b: Any, dhs: Any, dmore: Any, h: Any, c: Any
) -> Outputs:
    """Two calls without state, two calls with state, reset, set; then back through one call and through a second.

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
    layer.reset_state()
    yield "hs_reset", layer.forward(xs)
    layer.set_state(h, c)
    yield "hs_set", layer.forward(xs)
    layer.set_state(h)
    yield "hs_set_h", layer.forward(xs)
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=False)
    layer.forward(xs)
    yield "dxs", layer.backward(dhs)
    yield from _gradients(layer)
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=True)
    layer.forward(xs)
    layer.forward(more)
    yield "dxs_carried", layer.backward(dmore)
    layer = construct(student.TimeLSTM, Wx, Wh, b, stateful=False)
    for batch, upstream in ((xs, dhs), (more, dmore)):
        layer.forward(batch)
        layer.backward(upstream)
    yield from _gradients(layer, ending="_again")


def GRU(
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

    A cell without a bias, as older printings of the book have it, has no db.
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
AGAIN_POINTS = {"dWx@again": 1, "dWh@again": 1, "db@again": 1}

# The tables of S0, "LSTM training process". Column 3 of the candidate is 0.6 (printed 6); column 8 is left out, as its
# candidate 2.1 cannot come out of tanh. h is what the table's o and c give; the slide rounds tanh(c) first.
F = [0, 0.2, 0.9, 0.1, 1, 0.2, 0.1, 0.4, 0.1]
I = [0.1, 0, 0.8, 0.2, 0.8, 0.7, 1, 0.2, 0.4]  # noqa: E741
O = [0.5, 0.4, 0.1, 0.9, 0.2, 0.3, 0.8, 0.1, 0.9]  # noqa: E741
CANDIDATE = [-0.1, 0.3, 0.6, 0.2, 0.9, 0.1, 0.4, 0.6, 0.9]
C_PREV = [-0.2, 0.1, 0.5, 0.7, 0.9, -0.3, -1.1, 0.6, 0.7]
C = [-0.01, 0.02, 0.93, 0.11, 1.62, 0.01, 0.29, 0.36, 0.43]
H = [-0.005, 0.008, 0.073, 0.099, 0.185, 0.003, 0.226, 0.035, 0.365]
NOTHING, EVERYTHING = [0.0] * 9, [1.0] * 9


def _slide_cell(f: list[float], i: list[float]) -> dict[str, Any]:
    """A cell whose gates have the table's values: x, h_prev and the weights are plain numbers, b makes up the rest."""

    def before_sigmoid(gate: list[float]) -> list[float]:
        return [-40.0 if p == 0 else 40.0 if p == 1 else float(np.log(p / (1 - p))) for p in gate]

    gates = [*before_sigmoid(f), *np.arctanh(CANDIDATE), *before_sigmoid(i), *before_sigmoid(O)]
    x, h_prev = np.array([[1.0, -2.0]]), np.array([[0.5, -0.5, 1.0, 0.2, -0.1, 0.3, -0.8, 0.4, 0.6]])
    Wx, Wh = (0.1 * (np.arange(36 * rows).reshape(rows, 36) % 7 - 3) for rows in (2, 9))
    return {
        "x": x,
        "h_prev": h_prev,
        "c_prev": np.array([C_PREV]),
        "Wx": Wx,
        "Wh": Wh,
        "b": np.round(gates - np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]), 12)[0],
        "dh_next": np.array([[0.3, -0.7, 1.1, 0.4, -0.2, 0.9, -1.3, 0.6, 0.8]]),
        "dc_next": np.array([[-0.5, 0.2, 0.7, -0.9, 1.2, 0.1, 0.4, -0.6, 0.3]]),
    }


# --- exercises -------------------------------------------------------------------------------------------------------

_STATES = {"of": ("h", "c"), "upstream": ("dh_next", "dc_next")}
_LSTM_INPUTS = {
    "x": normal("N", "D"),
    "h_prev": normal("N", "H", scale=0.7),
    "c_prev": normal("N", "H"),
    **LSTM_WEIGHTS,
    "dh_next": normal("N", "H"),
    "dc_next": normal("N", "H"),
}
_GRU_INPUTS = {
    "x": normal("N", "D"),
    "h_prev": normal("N", "H", scale=0.7),
    **GRU_WEIGHTS,
    "dh_next": normal("N", "H"),
}


def _only_gradients_again(outputs: tuple[str, ...]) -> dict[str, int]:
    """For a second batch, only the gradients of the weights are checked."""
    return {f"{name}@again": 0 for name in outputs} | AGAIN_POINTS


EXERCISES = (
    Exercise(
        LSTM,
        title={"ko": "LSTM 셀", "en": "LSTM cell"},
        start=START["LSTM"],
        outputs=("h", "c", "dx", "dh_prev", "dc_prev", "dWx", "dWh", "db"),
        points={"h": 2, "c": 2} | _only_gradients_again(("h", "c", "dx", "dh_prev", "dc_prev")),
        gradients={
            "dx": Gradient(wrt="x", **_STATES),
            "dh_prev": Gradient(wrt="h_prev", **_STATES),
            "dc_prev": Gradient(wrt="c_prev", **_STATES),
            "dWx": Gradient(wrt="Wx", **_STATES),
            "dWh": Gradient(wrt="Wh", **_STATES),
            "db": Gradient(wrt="b", **_STATES),
        },
        blocks={"dWx": 4, "dWh": 4, "db": 4},
        cases=(
            literal(
                "remember everything",
                _slide_cell(EVERYTHING, NOTHING),
                source="S0, forget gate table with f = 1",
                expect={"c": [C_PREV]},
            ),
            literal(
                "forget everything",
                _slide_cell(NOTHING, NOTHING),
                source="S0, forget gate table with f = 0",
                expect={"c": [NOTHING]},
            ),
            literal(
                "tables",
                _slide_cell(F, I),
                source="S0, tables of f, i, c and h",
                expect={"c": [C], "h": [H]},
                digits=3,
            ),
            drawn("random", _LSTM_INPUTS, LSTM_DIMS),
            drawn(
                "second batch",
                _LSTM_INPUTS | BEFORE,
                (LSTM_DIMS[0] | {"B": 11}, LSTM_DIMS[1] | {"B": 7}),
                group="again",
            ),
        ),
    ),
    Exercise(
        TimeLSTM,
        title={"ko": "시간 방향으로 펼친 LSTM", "en": "LSTM over time"},
        start=START["TimeLSTM"],
        outputs=(
            "hs",
            "hs_fresh",
            "hs_default",
            "hs_carried",
            "hs_reset",
            "hs_set",
            "hs_set_h",
            "dxs",
            "dWx",
            "dWh",
            "db",
            "dxs_carried",
            "dWx_again",
            "dWh_again",
            "db_again",
        ),
        points={"hs": 2, "hs_carried": 2, "dxs": 2},
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
        after=("LSTM",),
        cases=(
            drawn(
                "random",
                {
                    "xs": normal("N", "T", "D", scale=0.5),
                    "more": normal("N", "S", "D", scale=0.5),
                    **LSTM_WEIGHTS,
                    "dhs": normal("N", "T", "H"),
                    "dmore": normal("N", "S", "H"),
                    "h": normal("N", "H", scale=0.5),
                    "c": normal("N", "H"),
                },
                TIME_DIMS,
            ),
        ),
    ),
    Exercise(
        GRU,
        title={"ko": "GRU 셀", "en": "GRU cell"},
        start=START["GRU"],
        outputs=("h", "dx", "dh_prev", "dWx", "dWh", "db"),
        points={"h": 2, "dh_prev": 2} | _only_gradients_again(("h", "dx", "dh_prev")),
        gradients={
            "dx": Gradient(of="h", wrt="x", upstream="dh_next"),
            "dh_prev": Gradient(of="h", wrt="h_prev", upstream="dh_next"),
            "dWx": Gradient(of="h", wrt="Wx", upstream="dh_next"),
            "dWh": Gradient(of="h", wrt="Wh", upstream="dh_next"),
            "db": Gradient(of="h", wrt="b", upstream="dh_next"),
        },
        blocks={"dWx": 3, "dWh": 3, "db": 3},
        cases=(
            drawn("random", _GRU_INPUTS, GRU_DIMS),
            drawn(
                "second batch",
                _GRU_INPUTS | BEFORE,
                (GRU_DIMS[0] | {"B": 11}, GRU_DIMS[1] | {"B": 7}),
                group="again",
            ),
        ),
    ),
)
