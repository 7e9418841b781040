"""How the exercises of u09_cnn are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.probe import construct, gradient_of
from graders.spec import Exercise, Gradient, Property, Unit, derived, drawn, fixed, literal, normal, side

UNIT = Unit(
    title={"ko": "합성곱 신경망: 합성곱과 풀링", "en": "Convolutional networks: convolution and pooling"},
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "sizes on the slides": "슬라이드의 크기",
        "random": "무작위 값",
        "no whole size → ValueError": "나누어떨어지지 않는 크기 → ValueError",
        "sizes that do not fit": "나누어떨어지지 않는 크기",
        "no whole size": "나누어떨어지지 않는 크기",
        "slide windows": "슬라이드의 창",
        "stride and pad": "스트라이드와 패딩",
        "counting windows": "창 수 세기",
        "slide": "슬라이드의 예",
        "slide with bias": "슬라이드의 예와 편향",
        "slide with padding": "슬라이드의 예와 패딩",
        "slide 3×3": "슬라이드 3×3",
        "slide 3×3, shifted": "슬라이드 3×3, 조금 옮긴 그림",
        "slide 2×2": "슬라이드 2×2",
        "slide 2×2, S1": "슬라이드 2×2, S1",
        "overlapping windows": "겹치는 창",
        "overlap": "겹침",
        "second batch": "두 번째 배치",
        "again": "다시 호출",
        "ties": "최댓값이 여럿일 때",
        "padding": "패딩",
    },
)

Outputs = Iterator[tuple[str, object]]
Dims = Mapping[str, int]


# --- probes ----------------------------------------------------------------------------------------------------------


def conv_output_size(student: Any, layouts: Any, floor_counts: bool = False) -> Outputs:
    """Row by row (input, filter, stride, pad): the size, or "refused" where a ValueError was raised.

    With ``floor_counts`` a size rounded down where it is not whole counts as refused: the books round, too.
    """
    for row, (input_size, filter_size, stride, pad) in enumerate(layouts):
        try:
            size = student.conv_output_size(input_size, filter_size, stride, pad)
        except (ValueError, AssertionError):
            size = "refused"
        steps, rest = divmod(input_size + 2 * pad - filter_size, stride)
        if floor_counts and rest and isinstance(size, int | float | np.number) and int(size) == steps + 1:
            size = "refused"
        yield f"size[{row}]", size


def im2col(student: Any, x: Any, filter_h: int, filter_w: int, stride: int, pad: int) -> Outputs:
    """Windows as rows."""
    yield "col", student.im2col(x, filter_h, filter_w, stride, pad)


def col2im(student: Any, col: Any, shape: Any, filter_h: int, filter_w: int, stride: int, pad: int) -> Outputs:
    """Rows back to an image."""
    yield "image", student.col2im(col, shape, filter_h, filter_w, stride, pad)


def Convolution(
    student: Any,
    x: Any,
    W: Any,
    b: Any,
    dout: Any,
    stride: int,
    pad: int,
    x_before: Any = None,
    dout_before: Any = None,
) -> Outputs:
    """Forward and back; with ``x_before`` the layer has done one batch already."""
    layer = construct(student.Convolution, W, b, stride, pad)
    if x_before is not None:
        layer.forward(x_before)
        layer.backward(dout_before)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)
    yield "dW", gradient_of(layer, "W")
    yield "db", gradient_of(layer, "b")


def MaxPooling(
    student: Any,
    x: Any,
    dout: Any,
    pool_h: int,
    pool_w: int,
    stride: int,
    pad: int,
    x_before: Any = None,
    dout_before: Any = None,
) -> Outputs:
    """Forward and back; with ``x_before`` the layer has done one batch already."""
    layer = construct(student.MaxPooling, pool_h, pool_w, stride, pad)
    if x_before is not None:
        layer.forward(x_before)
        layer.backward(dout_before)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)


# --- inputs ----------------------------------------------------------------------------------------------------------

# H = (OH-1) S + FH - 2P: every window fits. 2P is a multiple of S, so that a forgotten pad still gives whole sizes.
PLAIN = (
    {"N": 5, "C": 3, "FN": 7, "FH": 3, "FW": 5, "S": 1, "P": 0, "H": 5, "W": 11, "OH": 3, "OW": 7},
    {"N": 3, "C": 5, "FN": 11, "FH": 5, "FW": 3, "S": 1, "P": 0, "H": 9, "W": 5, "OH": 5, "OW": 3},
)
STRIDED = (
    {"N": 3, "C": 5, "FN": 13, "FH": 5, "FW": 7, "S": 2, "P": 3, "H": 11, "W": 9, "OH": 7, "OW": 5},
    {"N": 5, "C": 3, "FN": 11, "FH": 5, "FW": 3, "S": 4, "P": 2, "H": 9, "W": 15, "OH": 3, "OW": 5},
)
WINDOW = {"filter_h": fixed("FH"), "filter_w": fixed("FW"), "stride": fixed("S"), "pad": fixed("P")}
POOL = {"pool_h": fixed("FH"), "pool_w": fixed("FW"), "stride": fixed("S"), "pad": fixed("P")}

# Pooling is scored without padding (books differ there); adjacent windows first, then overlapping ones.
APART = (
    {"N": 5, "C": 3, "FH": 3, "FW": 3, "S": 3, "P": 0, "H": 9, "W": 15, "OH": 3, "OW": 5},
    {"N": 3, "C": 5, "FH": 5, "FW": 5, "S": 5, "P": 0, "H": 25, "W": 15, "OH": 5, "OW": 3},
)
OVERLAPPING = (
    {"N": 3, "C": 5, "FH": 3, "FW": 5, "S": 2, "P": 0, "H": 15, "W": 9, "OH": 7, "OW": 3},
    {"N": 5, "C": 3, "FH": 5, "FW": 3, "S": 2, "P": 0, "H": 9, "W": 11, "OH": 3, "OW": 5},
)


def _layouts(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> list[list[int]]:
    """Rows (input, filter, stride, pad) that fit; strides 1, 2, 3 in turn, and a forgotten pad still fits."""
    rows = []
    for row in range(dims["K"]):
        stride = 1 + row % 3
        pad = stride * int(rng.integers(0 if row == 0 else 1, 3))
        filter_size = int(rng.choice([3, 5, 7]))
        rows.append([stride * int(rng.integers(6, 15)) + filter_size - 2 * pad, filter_size, stride, pad])
    return rows


def _unfit_layouts(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> list[list[int]]:
    """Rows (input, filter, stride, pad): stride 1 first, then about half do not end at the border."""
    rows = []
    for row in range(dims["K"]):
        stride, pad, filter_size = int(rng.integers(2, 5)), int(rng.integers(0, 3)), int(rng.choice([3, 5, 7]))
        rest = int(rng.integers(1, stride)) * int(rng.integers(0, 2))
        if row == 0:  # only here can a 1 that is divided by the stride be told from a 1 that is missing
            stride, rest = 1, 0
        rows.append([stride * int(rng.integers(6, 15)) + rest + filter_size - 2 * pad, filter_size, stride, pad])
    return rows


def _rows(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> np.ndarray:
    """Random rows in the shape that im2col gives."""
    count, length = dims["N"] * dims["OH"] * dims["OW"], dims["C"] * dims["FH"] * dims["FW"]
    return rng.standard_normal((count, length))


def _image_shape(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> tuple[int, ...]:
    return dims["N"], dims["C"], dims["H"], dims["W"]


def _spaced_image(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> np.ndarray:
    """No ties, no near ties; most values are negative, so that a maximum that starts from 0 shows."""
    shape = _image_shape(rng, dims, earlier)
    size = int(np.prod(shape))
    return (0.1 * (rng.permutation(size) + 0.5) - 0.09 * size).reshape(shape)


def _positive_image(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> np.ndarray:
    """No ties, all positive: padding with 0 and with minus infinity give the same maxima."""
    shape = _image_shape(rng, dims, earlier)
    return (0.1 * (rng.permutation(int(np.prod(shape))) + 1)).reshape(shape)


def _image(*rows: list[float]) -> np.ndarray:
    """One image with one channel."""
    return np.array([[rows]], dtype=float)


SLIDE_SIZES = (  # (input, filter, stride, pad) and what the slide shows
    ([4, 3, 1, 0], 2),
    ([4, 3, 1, 1], 4),
    ([6, 3, 1, 0], 4),
    ([5, 3, 1, 0], 3),
    ([5, 3, 1, 1], 5),
    ([5, 3, 2, 0], 2),
    ([4, 2, 2, 0], 2),
)
SLIDE_IMAGE = _image([1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1])
SLIDE_FILTER = _image([2, 0, 1], [0, 1, 2], [1, 0, 2])
SLIDE_POOL = _image(
    [1, 2, 0, 7, 1, 0],
    [0, 9, 2, 3, 2, 3],
    [3, 0, 1, 2, 1, 2],
    [2, 4, 0, 1, 0, 1],
    [6, 0, 1, 2, 1, 2],
    [2, 4, 0, 1, 8, 1],
)
SLIDE_SHIFTED = _image(
    [1, 2, 0, 0, 7, 0],
    [3, 0, 9, 3, 2, 3],
    [2, 3, 1, 2, 1, 2],
    [2, 4, 0, 1, 0, 1],
    [2, 6, 1, 2, 1, 2],
    [2, 4, 0, 0, 1, 8],
)
S4_POOL = _image([2, 5, 7, 8], [8, 3, 10, 2], [4, 5, 1, 2], [7, 2, 3, 4])
CONVOLUTION = {
    "x": normal("N", "C", "H", "W"),
    "W": normal("FN", "C", "FH", "FW", scale=0.5),
    "b": normal("FN", gap=0.3),
    "dout": normal("N", "FN", "OH", "OW"),
    "stride": fixed("S"),
    "pad": fixed("P"),
}
# What the layer has seen before, of another batch size B.
CONVOLUTION_BEFORE = {"x_before": normal("B", "C", "H", "W"), "dout_before": normal("B", "FN", "OH", "OW")}
POOL_BEFORE = {"x_before": normal("B", "C", "H", "W"), "dout_before": normal("B", "C", "OH", "OW")}


def _slide_convolution(b: float, dout: np.ndarray, pad: int = 0) -> dict[str, Any]:
    """The 4×4 image and the 3×3 filter of S1."""
    return {"x": SLIDE_IMAGE, "W": SLIDE_FILTER, "b": np.array([b]), "dout": dout, "stride": 1, "pad": pad}


def _slide_pooling(x: np.ndarray, dout: np.ndarray, size: int) -> dict[str, Any]:
    """Square windows next to each other."""
    return {"x": x, "dout": dout, "pool_h": size, "pool_w": size, "stride": size, "pad": 0}


def _splits_ties(actual: Any, expected: Any, inputs: Mapping[str, Any]) -> bool:
    """Each window's dout goes to its largest entries only, in any shares (windows are adjacent)."""
    x, dout, h, w = inputs["x"], inputs["dout"], inputs["pool_h"], inputs["pool_w"]
    n, c, rows, columns = dout.shape
    windows = (n, c, rows, h, columns, w)
    values, given = x.reshape(windows), np.asarray(actual).reshape(windows)
    largest = values == values.max(axis=(3, 5), keepdims=True)
    return bool(np.allclose(given.sum(axis=(3, 5)), dout) and np.all(given[~largest] == 0))


# --- exercises -------------------------------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        conv_output_size,
        title={"ko": "출력 크기", "en": "Output size"},
        outputs=("size",),
        points={"size": 2, "size@no whole size": 1},
        cases=(
            literal(
                "sizes on the slides",
                {"layouts": [layout for layout, _ in SLIDE_SIZES]},
                source="S1, padding slide; S0, 6×6 image; S4, 2D convolution and pooling",
                expect={f"size[{row}]": size for row, (_, size) in enumerate(SLIDE_SIZES)},
            ),
            drawn("random", {"layouts": derived(_layouts)}, ({"K": 7}, {"K": 11})),
            drawn(
                "sizes that do not fit",
                {"layouts": derived(_unfit_layouts), "floor_counts": True},
                ({"K": 7}, {"K": 11}),
                group="no whole size",
            ),
            literal("no whole size → ValueError", {"layouts": [[7, 2, 2, 0], [5, 3, 3, 1], [2, 5, 1, 0]]}, note=True),
        ),
    ),
    Exercise(
        im2col,
        title={"ko": "창을 행으로 펼치기", "en": "Windows as rows"},
        outputs=("col",),
        points={"col": 2},
        cases=(
            literal(
                "slide windows",
                {"x": SLIDE_IMAGE, "filter_h": 3, "filter_w": 3, "stride": 1, "pad": 0},
                source="S1, convolution slide",
            ),
            drawn("random", {"x": normal("N", "C", "H", "W"), **WINDOW}, PLAIN),
            drawn("stride and pad", {"x": normal("N", "C", "H", "W"), **WINDOW}, STRIDED, group="stride and pad"),
        ),
    ),
    Exercise(
        col2im,
        title={"ko": "행을 이미지로 되돌리기", "en": "Rows back to an image"},
        outputs=("image",),
        points={"image": 2},
        after=("im2col",),
        cases=(
            literal(
                "counting windows",
                {"col": np.ones((4, 9)), "shape": (1, 1, 4, 4), "filter_h": 3, "filter_w": 3, "stride": 1, "pad": 0},
                expect={"image": [[[[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]]]},
            ),
            drawn("random", {"col": derived(_rows), "shape": derived(_image_shape), **WINDOW}, PLAIN),
            drawn(
                "stride and pad",
                {"col": derived(_rows), "shape": derived(_image_shape), **WINDOW},
                STRIDED,
                group="stride and pad",
            ),
        ),
    ),
    Exercise(
        Convolution,
        title={"ko": "합성곱 계층", "en": "Convolution layer"},
        outputs=("out", "dx", "dW", "db"),
        points={"out": 2, "dx": 2} | {"out@again": 0, "dx@again": 0, "dW@again": 1, "db@again": 1},
        gradients={
            "dx": Gradient(of="out", wrt="x", upstream="dout"),
            "dW": Gradient(of="out", wrt="W", upstream="dout"),
            "db": Gradient(of="out", wrt="b", upstream="dout"),
        },
        forbids=("numpy.convolve", "numpy.correlate"),
        after=("im2col", "col2im"),
        cases=(
            literal(
                "slide",
                _slide_convolution(0.0, _image([0.7, -1.1], [0.3, 0.5])),
                source="S1, convolution slide",
                expect={"out": [[[[15, 16], [6, 15]]]]},
            ),
            literal(
                "slide with bias",
                _slide_convolution(3.0, _image([-0.4, 0.9], [1.3, 0.2])),
                source="S1, bias slide",
                expect={"out": [[[[18, 19], [9, 18]]]]},
            ),
            drawn("random", CONVOLUTION, PLAIN),
            literal(
                "slide with padding",
                _slide_convolution(0.0, _image([1, -6, 8, 2], [5, 4, -3, 9], [-1, 7, 2, -8], [6, -2, 3, 3]), pad=1),
                group="stride and pad",
                source="S1, padding slide",
                expect={"out": [[[[7, 12, 10, 2], [4, 15, 16, 10], [10, 6, 15, 6], [8, 10, 4, 3]]]]},
            ),
            drawn("stride and pad", CONVOLUTION, STRIDED, group="stride and pad"),
            drawn(
                "second batch",
                CONVOLUTION | CONVOLUTION_BEFORE,
                (PLAIN[0] | {"B": 7}, PLAIN[1] | {"B": 5}),
                group="again",
            ),
        ),
    ),
    Exercise(
        MaxPooling,
        title={"ko": "최대 풀링 계층", "en": "Max pooling layer"},
        outputs=("out", "dx"),
        points={"out": 2, "dx": 2, "out@overlap": 1, "dx@overlap": 1, "out@again": 0, "dx@again": 1},
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        properties={
            "dx@ties": Property(
                _splits_ties,
                says={
                    "ko": "최댓값이 여러 개인 창에서는 그 자리에만 dout을 나누고, 나눈 값의 합은 dout이어야 합니다.",
                    "en": "Where the largest value occurs twice, dout goes to those places only; its shares sum to it.",
                },
            )
        },
        aliases=("Pooling",),
        after=("im2col", "col2im"),
        cases=(
            literal(
                "slide 3×3",
                _slide_pooling(SLIDE_POOL, _image([0.5, -1.2], [0.8, 0.3]), 3),
                source="S1, pooling slide",
                expect={"out": [[[[9, 7], [6, 8]]]]},
            ),
            literal(
                "slide 3×3, shifted",
                _slide_pooling(SLIDE_SHIFTED, _image([0.9, 0.4], [-0.7, 1.6]), 3),
                source="S1, pooling slide: a small shift changes nothing",
                expect={"out": [[[[9, 7], [6, 8]]]]},
            ),
            literal(
                "slide 2×2",
                _slide_pooling(S4_POOL, _image([1.1, 0.2], [-0.5, 0.6]), 2),
                source="S4, pooling slide",
                expect={"out": [[[[8, 10], [7, 4]]]]},
            ),
            literal(
                "slide 2×2, S1",  # its two windows with ties get dout 0, so that every way to split it is the same
                _slide_pooling(SLIDE_IMAGE, _image([0.7, 0.0], [0.0, -1.3]), 2),
                source="S1, pooling slide",
                expect={"out": [[[[2, 3], [3, 2]]]]},
            ),
            drawn("random", {"x": derived(_spaced_image), "dout": normal("N", "C", "OH", "OW"), **POOL}, APART),
            drawn(
                "overlapping windows",
                {"x": derived(_spaced_image), "dout": normal("N", "C", "OH", "OW"), **POOL},
                OVERLAPPING,
                group="overlap",
            ),
            drawn(
                "second batch",
                {"x": derived(_spaced_image), "dout": normal("N", "C", "OH", "OW"), **POOL, **POOL_BEFORE},
                (OVERLAPPING[0] | {"B": 7}, OVERLAPPING[1] | {"B": 3}),
                group="again",
            ),
            literal(
                "ties",
                _slide_pooling(SLIDE_IMAGE, _image([0.7, 1.9], [-0.4, -1.3]), 2),
                group="ties",
                note=True,
            ),
            side(
                "padding",
                {"x": derived(_positive_image), "dout": normal("N", "C", "OH", "OW"), **POOL},
                ({"N": 3, "C": 5, "FH": 3, "FW": 3, "S": 3, "P": 1, "H": 13, "W": 7, "OH": 5, "OW": 3},),
            ),
        ),
    ),
)
