"""How the exercises of u18_attention are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.probe import construct
from graders.spec import Exercise, Gradient, Unit, derived, drawn, literal, normal, probabilities

UNIT = Unit(
    title={"ko": "어텐션", "en": "Attention"},
    minutes=150,
    after=("u06_backprop", "u17_seq2seq"),
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "a one selects": "가중치 1이 상태 하나를 고르는 경우",
        "mostly the first": "대부분 첫째",
        "random": "무작위 값",
        "scores 2, 0, 5": "점수 2, 0, 5",
        "scores near 1000": "1000 근처의 점수",
        "stable": "수치 안정성",
        "second batch": "두 번째 배치",
        "again": "다시 호출",
        "by hand": "손으로 계산한 예",
        "states of different length": "길이가 다른 상태",
        "states of the same length": "길이가 같은 상태",
        "square": "정사각 가중치",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "WeightSum": {
        "en": "Begin with forward for one sample and T = 3: multiply each state by its weight, then add the three. "
        "Then all samples at once. In backward write the shapes of dhs and da down first.",
        "ko": "샘플 하나, T = 3일 때의 forward부터 쓰세요. 상태마다 가중치를 곱하고 세 개를 더합니다. 그다음 모든 "
        "샘플을 한꺼번에 계산하세요. backward에서는 dhs와 da의 형상부터 적으세요.",
    },
    "AttentionWeight": {
        "en": "Begin with the scores and check their shape (N, T); then the given softmax. In backward find the "
        "gradient of the scores first, and check that each of its rows sums to 0.",
        "ko": "점수부터 구하고 형상이 (N, T)인지 확인한 다음, 주어진 softmax를 쓰세요. backward에서는 점수의 "
        "기울기를 먼저 구하고 행마다 합이 0인지 확인하세요.",
    },
    "Attention": {
        "en": "Begin with forward: which of the two layers needs the other one's result? In backward the one that "
        "came last comes first.",
        "ko": "forward부터 쓰세요. 두 계층 가운데 다른 계층의 결과가 필요한 것은 어느 쪽인가요? backward에서는 "
        "나중에 쓴 계층이 먼저입니다.",
    },
    "TimeAttention": {
        "en": "Begin with one decoder step: a new Attention, hs_enc and hs_dec[:, 0]. Then the loop over the "
        "decoder's steps, and keep layers and weights in lists that start empty.",
        "ko": "디코더의 한 시각부터 쓰세요. 새 Attention에 hs_enc와 hs_dec[:, 0]을 넣습니다. 그다음 디코더의 "
        "시각에 대한 반복문을 쓰고, 계층과 가중치를 빈 리스트에서 시작해 담으세요.",
    },
    "dot": {
        "en": "Begin with one sample: s of shape (H,) and hs of shape (T, H) give T numbers. Then add the batch.",
        "ko": "샘플 하나부터 시작하세요. 형상이 (H,)인 s와 (T, H)인 hs에서 수 T개가 나옵니다. 그다음 배치로 넓히세요.",
    },
    "scaled_dot": {
        "en": "Begin with your dot. Which axis of s tells how many products one score adds up?",
        "ko": "작성한 dot에서 시작하세요. 점수 하나가 곱 몇 개를 더한 것인지는 s의 어느 축에서 알 수 있나요?",
    },
    "general": {
        "en": "Begin with s and Wa: which product of the two has the shape (N, Hh), the length of the other states?",
        "ko": "s와 Wa부터 시작하세요. 둘을 어떻게 곱해야 다른 상태의 길이에 맞는 (N, Hh)가 될까요?",
    },
    "concat": {
        "en": "Begin with the two parts of Wb: its first rows belong to s, the others to hs. Write down the shape "
        "of each product before you add them.",
        "ko": "Wb의 두 부분부터 시작하세요. 앞쪽 행들은 s에, 나머지는 hs에 곱합니다. 더하기 전에 두 곱의 형상을 "
        "적으세요.",
    },
    "location": {
        "en": "Begin with one score for each position: which product of s and Wa has the shape (N, T)? Then make "
        "weights of the scores.",
        "ko": "위치마다 점수를 하나씩 구하세요. s와 Wa를 어떻게 곱해야 (N, T)가 될까요? 그다음 점수를 가중치로 "
        "바꾸세요.",
    },
}

DIMS = ({"N": 7, "T": 3, "H": 5}, {"N": 3, "T": 5, "H": 11})
TIME_DIMS = ({"N": 3, "E": 5, "D": 7, "H": 11}, {"N": 5, "E": 7, "D": 3, "H": 13})  # E, D: steps of encoder, decoder

# The example of the lesson: three states of four numbers.
STATES = np.array([[[1.0, 0.0, 2.0, 1.0], [0.0, 4.0, 1.0, 0.0], [3.0, 1.0, 0.0, 2.0]]])
UPSTREAM = np.array([[1.0, -2.0, 0.5, 3.0]])


# --- probes ----------------------------------------------------------------------------------------------------------


def WeightSum(student: Any, hs: Any, a: Any, dc: Any) -> Outputs:
    """The context, then back."""
    layer = construct(student.WeightSum)
    yield "c", layer.forward(hs, a)
    dhs, da = layer.backward(dc)
    yield "dhs", dhs
    yield "da", da


def AttentionWeight(student: Any, hs: Any, h: Any, da: Any) -> Outputs:
    """The weights, then back."""
    layer = construct(student.AttentionWeight)
    yield "a", layer.forward(hs, h)
    dhs, dh = layer.backward(da)
    yield "dhs", dhs
    yield "dh", dh


def Attention(student: Any, hs: Any, h: Any, dout: Any) -> Outputs:
    """The context of one decoder state, then back."""
    layer = construct(student.Attention)
    yield "out", layer.forward(hs, h)
    dhs, dh = layer.backward(dout)
    yield "dhs", dhs
    yield "dh", dh


def TimeAttention(
    student: Any, hs_enc: Any, hs_dec: Any, dout: Any, enc_before: Any = None, dec_before: Any = None
) -> Outputs:
    """All decoder steps, then back; optionally after an earlier batch has gone forward through the same layer."""
    layer = construct(student.TimeAttention)
    if enc_before is not None:
        layer.forward(enc_before, dec_before)
    yield "out", layer.forward(hs_enc, hs_dec)
    dhs_enc, dhs_dec = layer.backward(dout)
    yield "dhs_enc", dhs_enc
    yield "dhs_dec", dhs_dec
    weights = layer.attention_weights
    yield "weights", np.array(weights) if isinstance(weights, list | tuple) else weights


def dot(student: Any, s: Any, hs: Any) -> Outputs:
    """Scores of all pairs."""
    yield "score", student.dot(s, hs)


def scaled_dot(student: Any, s: Any, hs: Any) -> Outputs:
    """Scores of all pairs."""
    yield "score", student.scaled_dot(s, hs)


def general(student: Any, s: Any, hs: Any, Wa: Any) -> Outputs:
    """Scores of all pairs."""
    yield "score", student.general(s, hs, Wa)


def concat(student: Any, s: Any, hs: Any, Wb: Any, wa: Any) -> Outputs:
    """Scores of all pairs."""
    yield "score", student.concat(s, hs, Wb, wa)


def location(student: Any, s: Any, Wa: Any) -> Outputs:
    """Weights of all positions."""
    yield "a", student.location(s, Wa)


# --- inputs ----------------------------------------------------------------------------------------------------------


def _high_states(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Encoder states whose first number is near 1000: with ``_first_is_one`` the scores are near 1000 as well."""
    hs = rng.standard_normal((dims["N"], dims["T"], dims["H"]))
    hs[:, :, 0] += 1000.0
    return hs


def _first_is_one(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    h = rng.standard_normal((dims["N"], dims["H"]))
    h[:, 0] = 1.0
    return h


def _pair_matrix(rng: np.random.Generator, dims: Mapping[str, int], earlier: Mapping[str, Any]) -> np.ndarray:
    """Wb of ``concat``: (Hs + Hh, A), small enough that tanh is not flat."""
    return 0.4 * rng.standard_normal((dims["Hs"] + dims["Hh"], dims["A"]))


# --- exercises -------------------------------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        WeightSum,
        title={"ko": "가중합: 맥락 벡터", "en": "Weighted sum: the context"},
        start=START["WeightSum"],
        outputs=("c", "dhs", "da"),
        cases=(
            literal(
                "a one selects",
                {"hs": STATES, "a": np.array([[0.0, 1.0, 0.0]]), "dc": UPSTREAM},
                source="S3, choosing as weighting",
                expect={"c": [[0, 4, 1, 0]]},
            ),
            literal(
                "mostly the first",
                {"hs": STATES, "a": np.array([[0.8, 0.1, 0.1]]), "dc": UPSTREAM},
                expect={"c": [[1.1, 0.5, 1.7, 1.0]]},
            ),
            drawn(
                "random",
                {"hs": normal("N", "T", "H"), "a": probabilities("N", "T"), "dc": normal("N", "H")},
                DIMS,
            ),
        ),
        gradients={"dhs": Gradient(of="c", wrt="hs", upstream="dc"), "da": Gradient(of="c", wrt="a", upstream="dc")},
    ),
    Exercise(
        AttentionWeight,
        title={"ko": "어텐션 가중치", "en": "Attention weights"},
        start=START["AttentionWeight"],
        outputs=("a", "dhs", "dh"),
        cases=(
            literal(
                "scores 2, 0, 5",
                {"hs": STATES, "h": np.array([[1.0, 0.0, 0.0, 1.0]]), "da": np.array([[1.0, -2.0, 0.5]])},
                expect={"a": [[0.0471, 0.0064, 0.9465]]},
            ),
            drawn("random", {"hs": normal("N", "T", "H"), "h": normal("N", "H"), "da": normal("N", "T")}, DIMS),
            drawn(
                "scores near 1000",
                {"hs": derived(_high_states), "h": derived(_first_is_one), "da": normal("N", "T")},
                DIMS,
                group="stable",
            ),
        ),
        points={"dhs@stable": 0, "dh@stable": 0},
        # one weight near 1 cancels; scores near 1000 lose three digits more (a third of this in 300 draws)
        float32={"dhs": 5e-5, "dh": 5e-5, "a@stable": 2e-4, "dhs@stable": 1e-3, "dh@stable": 5e-3},
        gradients={"dhs": Gradient(of="a", wrt="hs", upstream="da"), "dh": Gradient(of="a", wrt="h", upstream="da")},
    ),
    Exercise(
        Attention,
        title={"ko": "어텐션 계층", "en": "The attention layer"},
        start=START["Attention"],
        outputs=("out", "dhs", "dh"),
        cases=(drawn("random", {"hs": normal("N", "T", "H"), "h": normal("N", "H"), "dout": normal("N", "H")}, DIMS),),
        gradients={
            "dhs": Gradient(of="out", wrt="hs", upstream="dout"),
            "dh": Gradient(of="out", wrt="h", upstream="dout"),
        },
        float32={"dh": 1e-4},  # as of AttentionWeight
        after=("WeightSum", "AttentionWeight"),
    ),
    Exercise(
        TimeAttention,
        title={"ko": "시각마다의 어텐션", "en": "Attention at every step"},
        start=START["TimeAttention"],
        outputs=("out", "dhs_enc", "dhs_dec", "weights"),
        cases=(
            drawn(
                "random",
                {"hs_enc": normal("N", "E", "H"), "hs_dec": normal("N", "D", "H"), "dout": normal("N", "D", "H")},
                TIME_DIMS,
            ),
            drawn(
                "second batch",
                {
                    "enc_before": normal("N", "E", "H"),
                    "dec_before": normal("N", "D", "H"),
                    "hs_enc": normal("N", "E", "H"),
                    "hs_dec": normal("N", "D", "H"),
                    "dout": normal("N", "D", "H"),
                },
                TIME_DIMS,
                group="again",
            ),
        ),
        gradients={
            "dhs_enc": Gradient(of="out", wrt="hs_enc", upstream="dout"),
            "dhs_dec": Gradient(of="out", wrt="hs_dec", upstream="dout"),
        },
        after=("Attention",),
    ),
    Exercise(
        dot,
        title={"ko": "점수: 내적", "en": "Score: dot"},
        start=START["dot"],
        outputs=("score",),
        cases=(
            literal("by hand", {"s": np.array([[1.0, 0.0, 0.0, 1.0]]), "hs": STATES}, expect={"score": [[2, 0, 5]]}),
            drawn("random", {"s": normal("N", "H"), "hs": normal("N", "T", "H")}, DIMS),
        ),
    ),
    Exercise(
        scaled_dot,
        title={"ko": "점수: 크기를 맞춘 내적", "en": "Score: scaled dot"},
        start=START["scaled_dot"],
        outputs=("score",),
        cases=(
            literal("by hand", {"s": np.array([[1.0, 0.0, 0.0, 1.0]]), "hs": STATES}, expect={"score": [[1, 0, 2.5]]}),
            drawn("random", {"s": normal("N", "H"), "hs": normal("N", "T", "H")}, DIMS),
        ),
        after=("dot",),
    ),
    Exercise(
        general,
        title={"ko": "점수: 일반형", "en": "Score: general"},
        start=START["general"],
        outputs=("score",),
        cases=(
            drawn(
                "states of different length",
                {"s": normal("N", "Hs"), "hs": normal("N", "T", "Hh"), "Wa": normal("Hs", "Hh")},
                ({"N": 7, "T": 3, "Hs": 5, "Hh": 11}, {"N": 3, "T": 5, "Hs": 13, "Hh": 7}),
            ),
            drawn(
                "states of the same length",
                {"s": normal("N", "H"), "hs": normal("N", "T", "H"), "Wa": normal("H", "H")},
                DIMS,
                group="square",  # here a transposed matrix gives numbers, not an exception
            ),
        ),
        after=("dot",),
    ),
    Exercise(
        concat,
        title={"ko": "점수: 이어 붙이기", "en": "Score: concat"},
        start=START["concat"],
        outputs=("score",),
        cases=(
            drawn(
                "random",
                {"s": normal("N", "Hs"), "hs": normal("N", "T", "Hh"), "Wb": derived(_pair_matrix), "wa": normal("A")},
                (
                    {"N": 7, "T": 3, "Hs": 5, "Hh": 11, "A": 13},
                    {"N": 3, "T": 5, "Hs": 13, "Hh": 7, "A": 11},
                ),
            ),
        ),
    ),
    Exercise(
        location,
        title={"ko": "위치 기반 가중치", "en": "Location-based weights"},
        start=START["location"],
        outputs=("a",),
        cases=(
            drawn(
                "random",
                {"s": normal("N", "Hs"), "Wa": normal("Hs", "T", scale=0.5)},
                ({"N": 7, "T": 3, "Hs": 5}, {"N": 3, "T": 5, "Hs": 11}),
            ),
        ),
    ),
)
