"""How the exercises of u09_cnn are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.probe import construct, gradient_of
from graders.spec import Exercise, Gradient, Property, Unit, derived, drawn, fixed, literal, normal, side, spaced

UNIT = Unit(
    title={"ko": "합성곱 계층과 풀링 계층", "en": "Convolution and pooling layers"},
    minutes=240,
    after=("u06_backprop",),
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
    cases={
        "sizes of the lesson": "본문의 크기",
        "random": "무작위 값",
        "no whole size → ValueError": "나누어떨어지지 않는 크기 → ValueError",
        "sizes that do not fit": "나누어떨어지지 않는 크기",
        "no whole size": "나누어떨어지지 않는 크기",
        "windows of the lesson": "본문의 창",
        "stride and pad": "스트라이드와 패딩",
        "counting windows": "창 수 세기",
        "4×4 image, 3×3 filter": "4×4 이미지, 3×3 필터",
        "4×4 image, bias 3": "4×4 이미지, 편향 3",
        "4×4 image, padding 1": "4×4 이미지, 패딩 1",
        "6×6 image, 3×3 windows": "6×6 이미지, 3×3 창",
        "6×6 image, shifted": "6×6 이미지, 조금 옮긴 그림",
        "4×4 image, 2×2 windows": "4×4 이미지, 2×2 창",
        "4×4 image with ties, 2×2 windows": "최댓값이 겹치는 4×4 이미지, 2×2 창",
        "overlapping windows": "겹치는 창",
        "overlap": "겹침",
        "second batch": "두 번째 배치",
        "again": "다시 호출",
        "ties": "최댓값이 여럿일 때",
        "padding": "패딩",
        "4×4 image, one zero on each side": "4×4 이미지, 변마다 0 하나",
        "4×4 image, two zeros on each side": "4×4 이미지, 변마다 0 두 개",
        "six numbers": "수 여섯 개",
        "six numbers, stride 3": "수 여섯 개, 스트라이드 3",
        "six numbers, padding 1": "수 여섯 개, 패딩 1",
        "three series": "시계열 세 개",
        "5×5×5 volume": "5×5×5 입체",
        "stride": "스트라이드",
        "layers of the lesson": "본문의 계층",
        "without bias": "편향이 없는 계층",
        "windows with whole norms": "노름이 정수인 창",
        "a window of zeros": "모두 0인 창",
        "four time steps": "시각 네 개",
        "two small images": "작은 이미지 두 장",
        "vectors and volumes": "벡터와 입체",
    },
)

Outputs = Iterator[tuple[str, object]]
Dims = Mapping[str, int]

# How to begin, while nothing is written.
START = {
    "conv_output_size": {
        "en": "Begin with stride 1 and no padding: at how many places does a filter of 3 fit on 4 pixels? Then ask how "
        "padding changes the length, and how many steps of size S fit into the way.",
        "ko": "스트라이드 1, 패딩 0부터 시작하세요. 픽셀 4개에 크기 3인 필터를 놓을 자리는 몇 곳인가요? 그다음 패딩이 "
        "길이를 얼마나 늘리는지, 그 거리를 S칸씩 몇 번에 갈 수 있는지 생각하세요.",
    },
    "pad": {
        "en": "Begin with an array of zeros in the new shape. At which row and column does the old image begin in it?",
        "ko": "새 형상의 0 배열부터 만드세요. 원래 이미지는 그 안의 몇 번째 행, 몇 번째 열에서 시작하나요?",
    },
    "conv1d": {
        "en": "Begin with one output: take the first len(w) numbers of x, multiply them by w and add up. Then put a "
        "loop "
        "over the starting places around it; conv_output_size says how many there are.",
        "ko": "출력 하나부터 구하세요. x의 처음 len(w)개를 w와 곱해 더하면 됩니다. 그다음 시작 위치를 도는 반복문으로 "
        "감싸세요. 자리의 수는 conv_output_size가 알려 줍니다.",
    },
    "conv1d_multichannel": {
        "en": "Begin with one filter at the first place: a window of all channels has the shape (C, K), the same as "
        "W[0]. "
        "What is done with these two arrays to get one number?",
        "ko": "필터 하나를 첫 자리에 놓는 것부터 시작하세요. 모든 채널에 걸친 창의 형상은 W[0]과 같은 (C, K)입니다. "
        "이 두 "
        "배열로 수 하나를 만들려면 무엇을 해야 하나요?",
    },
    "im2col": {
        "en": "Begin with one image, one channel, stride 1 and no padding: write down the four rows of the example. "
        "Two "
        "loops over the starting places that collect flattened windows are a fine first version.",
        "ko": "이미지 한 장, 채널 하나, 스트라이드 1, 패딩 0부터 시작해 예의 네 행을 만들어 보세요. 시작 위치를 도는 "
        "두 "
        "겹 반복문으로 펼친 창을 모으면 첫 답으로 충분합니다.",
    },
    "col2im": {
        "en": "Begin with an image of zeros, as large as the padded one. Which pixels did the first row of col come "
        "from? "
        "Add it there, then go on with the next row.",
        "ko": "패딩을 붙인 크기의 0 이미지를 만드는 것부터 시작하세요. col의 첫 행은 어떤 픽셀에서 왔나요? 그 자리에 "
        "더하고 "
        "다음 행으로 가세요.",
    },
    "Convolution": {
        "en": "Begin with forward: call im2col, flatten each filter to one row of W, and look at the shapes. Which "
        "product gives one row per window and one column per filter? Put the axes back in order last.",
        "ko": "forward부터 쓰세요. im2col을 부르고 필터마다 W의 한 행으로 펼친 다음 형상을 보세요. 행이 창이고 열이 "
        "필터인 "
        "결과는 어떤 곱으로 나오나요? 축의 순서는 마지막에 되돌리세요.",
    },
    "conv3d": {
        "en": "Begin with the three output sizes and an array of zeros in that shape. Then fill its first entry: which "
        "block of x lies under the filter?",
        "ko": "세 축의 출력 크기를 구해 그 형상의 0 배열을 만드세요. 그다음 첫 원소를 채우세요. x의 어떤 덩어리가 "
        "필터 아래에 "
        "있나요?",
    },
    "conv_parameter_count": {
        "en": "Begin with one filter: how many numbers does a 3×3 filter on 3 channels have? Add its bias, then count "
        "the filters.",
        "ko": "필터 하나부터 세어 보세요. 채널 3개에 쓰는 3×3 필터에는 수가 몇 개 있나요? 편향을 더하고, 필터의 수를 "
        "곱하세요.",
    },
    "MaxPooling": {
        "en": "Begin with forward. im2col gives rows of C·FH·FW numbers; regroup them so that each row is one window "
        "of "
        "one channel. Keep the largest value of each row, and remember where it was.",
        "ko": "forward부터 쓰세요. im2col이 주는 행은 수 C·FH·FW개입니다. 한 행이 채널 하나의 창 하나가 되도록 다시 "
        "묶으세요. "
        "행마다 가장 큰 값을 남기고 그 위치를 기억하세요.",
    },
    "AveragePooling": {
        "en": "Begin with the forward of your MaxPooling and change what is taken from each row. In backward ask: if "
        "one "
        "pixel grows by 0.1, by how much does the mean of its window grow?",
        "ko": "MaxPooling의 forward에서 시작해 행마다 꺼내는 값을 바꾸세요. backward에서는 픽셀 하나가 0.1 커질 때 "
        "창의 "
        "평균이 얼마나 커지는지 생각하세요.",
    },
    "L2Pooling": {
        "en": "Begin with forward: square, add up each window, take the root. For backward, differentiate √(x₁² + "
        "x₂²) by "
        "x₁ on paper.",
        "ko": "forward부터 쓰세요. 제곱하고, 창마다 더하고, 제곱근을 구합니다. backward는 √(x₁² + x₂²)를 x₁로 "
        "미분하는 것부터 "
        "종이에 해 보세요.",
    },
    "GlobalMaxPooling1D": {
        "en": "Begin with forward: which of the three axes (N, T, C) disappears? For backward you need the time step "
        "at "
        "which each channel was largest.",
        "ko": "forward부터 쓰세요. 세 축 (N, T, C) 가운데 어느 축이 사라지나요? backward에는 채널마다 값이 가장 컸던 "
        "시각이 "
        "필요합니다.",
    },
    "GlobalAveragePooling1D": {
        "en": "Begin with forward: the mean over the time steps. For backward: every step had the same part in the "
        "mean.",
        "ko": "forward부터 쓰세요. 시각에 대한 평균입니다. backward에서는 모든 시각이 평균에 똑같이 기여했다는 점을 "
        "생각하세요.",
    },
    "Flatten": {
        "en": "Begin with forward: keep the first axis, put all others into one. What must backward know to undo it?",
        "ko": "forward부터 쓰세요. 첫 축은 두고 나머지를 한 축으로 합칩니다. 되돌리려면 backward가 무엇을 알아야 "
        "하나요?",
    },
}


# --- probes ----------------------------------------------------------------------------------------------------------


def conv_output_size(student: Any, layouts: Any, floor_counts: bool = False) -> Outputs:
    """Row by row (input, filter, stride, pad): the size, or "refused" where a ValueError was raised.

    With ``floor_counts`` a size rounded down where it is not whole counts as refused: the books round, too.
    """
    for row, (input_size, filter_size, stride, pad) in enumerate(layouts, 1):
        try:
            size = student.conv_output_size(input_size, filter_size, stride, pad)
        except (ValueError, AssertionError):
            size = "refused"
        steps, rest = divmod(input_size + 2 * pad - filter_size, stride)
        if floor_counts and rest and isinstance(size, int | float | np.number) and int(size) == steps + 1:
            size = "refused"
        yield f"size[row {row}]", size


def pad(student: Any, x: Any, width: int) -> Outputs:
    """Zeros around the images."""
    yield "padded", student.pad(x, width)


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


def conv1d(student: Any, x: Any, w: Any, b: Any, stride: int, pad: int) -> Outputs:
    """One filter along one series."""
    yield "out", student.conv1d(x, w, b, stride, pad)


def conv1d_multichannel(student: Any, x: Any, W: Any, b: Any, stride: int, pad: int) -> Outputs:
    """Several filters along several series."""
    yield "out", student.conv1d_multichannel(x, W, b, stride, pad)


def conv3d(student: Any, x: Any, w: Any, b: Any, stride: int) -> Outputs:
    """One filter through a volume."""
    yield "out", student.conv3d(x, w, b, stride)


def conv_parameter_count(student: Any, layouts: Any) -> Outputs:
    """Row by row (channels, filters, three lengths of the kernel, bias); a length of 0 stands for no axis."""
    for row, (channels, filters, *lengths, bias) in enumerate(layouts, 1):
        kernel_size = tuple(int(length) for length in lengths if length)
        yield f"count[row {row}]", student.conv_parameter_count(int(channels), int(filters), kernel_size, bool(bias))


def AveragePooling(student: Any, x: Any, dout: Any, pool_h: int, pool_w: int, stride: int) -> Outputs:
    """Forward and back."""
    layer = construct(student.AveragePooling, pool_h, pool_w, stride)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)


def L2Pooling(student: Any, x: Any, dout: Any, pool_h: int, pool_w: int, stride: int) -> Outputs:
    """Forward and back."""
    layer = construct(student.L2Pooling, pool_h, pool_w, stride)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)


def GlobalMaxPooling1D(student: Any, x: Any, dout: Any) -> Outputs:
    """Forward and back."""
    layer = construct(student.GlobalMaxPooling1D)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)


def GlobalAveragePooling1D(student: Any, x: Any, dout: Any) -> Outputs:
    """Forward and back."""
    layer = construct(student.GlobalAveragePooling1D)
    yield "out", layer.forward(x)
    yield "dx", layer.backward(dout)


def Flatten(student: Any, x: Any, dout: Any) -> Outputs:
    """Forward and back."""
    layer = construct(student.Flatten)
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


# One-dimensional: T = (OT-1) S + K - 2P.
SERIES = {
    "x": normal("T"),
    "w": normal("K"),
    "b": derived(lambda rng, dims, earlier: float(rng.uniform(0.5, 2.5))),
    "stride": fixed("S"),
    "pad": fixed("P"),
}
SERIES_PLAIN = ({"T": 11, "K": 5, "S": 1, "P": 0}, {"T": 13, "K": 3, "S": 1, "P": 0})
SERIES_STRIDED = ({"T": 17, "K": 5, "S": 3, "P": 3}, {"T": 19, "K": 7, "S": 2, "P": 2})
CHANNELS = {
    "x": normal("C", "T"),
    "W": normal("FN", "C", "K"),
    "b": normal("FN", gap=0.3),
    "stride": fixed("S"),
    "pad": fixed("P"),
}
VOLUME = {
    "x": normal("D", "H", "W"),
    "w": normal("KD", "KH", "KW"),
    "b": derived(lambda rng, dims, earlier: float(rng.uniform(0.5, 2.5))),
    "stride": fixed("S"),
}
WINDOWS = {"pool_h": fixed("FH"), "pool_w": fixed("FW"), "stride": fixed("S")}
STEPS = ({"N": 5, "T": 7, "C": 3}, {"N": 3, "T": 11, "C": 5})


def _parameter_layouts(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> list[list[int]]:
    """Rows (channels, filters, three lengths, bias) with one, two and three axes in turn."""
    rows = []
    for row in range(dims["K"]):
        lengths = [int(size) if axis <= row % 3 else 0 for axis, size in enumerate(rng.permutation([3, 5, 7]))]
        rows.append([int(rng.integers(3, 60)), int(rng.integers(3, 60)), *lengths, 1])
    return rows


def _mixed_layouts(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> list[list[int]]:
    """The same, every second row without biases."""
    return [[*row[:-1], place % 2] for place, row in enumerate(_parameter_layouts(rng, dims, earlier))]


def _with_a_zero_window(rng: np.random.Generator, dims: Dims, earlier: Mapping[str, Any]) -> np.ndarray:
    """Small numbers, so that norms are below 1, too; the first window of every map is zero."""
    image = 0.1 * rng.standard_normal(_image_shape(rng, dims, earlier))
    image[:, :, : dims["FH"], : dims["FW"]] = 0
    return image


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
NORM_POOL = _image([3, 4, 1, 2], [0, 0, -2, 4], [6, 0, 2, -1], [0, -8, 0, 2])
FIVE_CUBE = np.arange(125.0).reshape(5, 5, 5)
TWO_CORNERS = np.array([[[1.0, 0], [0, 0]], [[0, 0], [0, 1]]])
FOUR_STEPS = np.array([[[1.0, 5], [3, 2], [0, 7], [2, 6]]])
SLIDE_COUNTS = (  # (channels, filters, three lengths, bias) and what is on the slide
    ([3, 32, 3, 3, 0, 1], 896),
    ([32, 1, 3, 3, 0, 1], 289),
    ([12, 1, 3, 1, 0, 1], 37),
    ([3, 10, 3, 3, 0, 1], 280),
    ([1, 10, 3, 3, 0, 1], 100),
    ([3, 10, 3, 0, 0, 1], 100),
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


def _framed(width: int) -> list[list[float]]:
    """The 4×4 image with zeros around it, written out."""
    side = [0.0] * width
    rows = [[*side, *row, *side] for row in SLIDE_IMAGE[0, 0].tolist()]
    frame = [[0.0] * (4 + 2 * width)] * width
    return [*frame, *rows, *frame]


def _six(stride: int, pad: int) -> dict[str, Any]:
    """Six numbers and a filter that takes differences."""
    return {
        "x": np.array([2.0, 1, 4, 3, 5, 0]),
        "w": np.array([1.0, 0, -1]),
        "b": 0.0,
        "stride": stride,
        "pad": pad,
    }


def _slide_convolution(b: float, dout: np.ndarray, pad: int = 0) -> dict[str, Any]:
    """The 4×4 image and the 3×3 filter of S1."""
    return {"x": SLIDE_IMAGE, "W": SLIDE_FILTER, "b": np.array([b]), "dout": dout, "stride": 1, "pad": pad}


def _pooling(x: np.ndarray, dout: np.ndarray, size: int) -> dict[str, Any]:
    """Square windows next to each other, for layers without padding."""
    return {"x": x, "dout": dout, "pool_h": size, "pool_w": size, "stride": size}


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
        start=START["conv_output_size"],
        outputs=("size",),
        points={"size": 2, "size@no whole size": 1},
        cases=(
            literal(
                "sizes of the lesson",
                {"layouts": [layout for layout, _ in SLIDE_SIZES]},
                source="S1, padding slide; S0, 6×6 image; S4, 2D convolution and pooling",
                expect={f"size[row {row}]": size for row, (_, size) in enumerate(SLIDE_SIZES, 1)},
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
        pad,
        title={"ko": "패딩", "en": "Padding"},
        outputs=("padded",),
        points={"padded": 2},
        start=START["pad"],
        cases=(
            literal(
                "4×4 image, one zero on each side",
                {"x": SLIDE_IMAGE, "width": 1},
                source="S1, padding slide: 6×6",
                expect={"padded": [[_framed(1)]]},
            ),
            literal(
                "4×4 image, two zeros on each side",
                {"x": SLIDE_IMAGE, "width": 2},
                source="S1, padding slide: 8×8",
                expect={"padded": [[_framed(2)]]},
            ),
            drawn(
                "random",
                {"x": normal("N", "C", "H", "W"), "width": fixed("P")},
                ({"N": 5, "C": 3, "H": 7, "W": 4, "P": 2}, {"N": 3, "C": 7, "H": 4, "W": 5, "P": 3}),
            ),
        ),
    ),
    Exercise(
        conv1d,
        title={"ko": "1차원 합성곱", "en": "Convolution of a series"},
        outputs=("out",),
        points={"out": 2, "out@stride and pad": 1},
        forbids=("numpy.convolve", "numpy.correlate"),
        after=("conv_output_size",),
        start=START["conv1d"],
        cases=(
            literal(
                "six numbers",
                _six(1, 0),
                source="S4, 1D convolution: 6 inputs, 3 weights, 4 outputs",
                expect={"out": [-2, -2, -1, 3]},
            ),
            drawn("random", SERIES, SERIES_PLAIN),
            literal(
                "six numbers, stride 3",
                _six(3, 0),
                group="stride and pad",
                source="S4, stride: 2 outputs",
                expect={"out": [-2, 3]},
            ),
            literal(
                "six numbers, padding 1",
                _six(1, 1),
                group="stride and pad",
                source="S4, padding: 6 outputs",
                expect={"out": [-1, -2, -2, -1, 3, 5]},
            ),
            drawn("stride and pad", SERIES, SERIES_STRIDED, group="stride and pad"),
        ),
    ),
    Exercise(
        conv1d_multichannel,
        title={"ko": "여러 채널의 1차원 합성곱", "en": "Convolution of several series"},
        outputs=("out",),
        points={"out": 3, "out@stride and pad": 1},
        forbids=("numpy.convolve", "numpy.correlate"),
        after=("conv_output_size",),
        start=START["conv1d_multichannel"],
        cases=(
            literal(
                "three series",
                {
                    "x": np.arange(1.0, 16).reshape(3, 5),
                    "W": np.array([[[1.0, 0, -1], [0, 2, 0], [1, 1, 1]]]),
                    "b": np.zeros(1),
                    "stride": 1,
                    "pad": 0,
                },
                source="S4, 1D convolution of a 2D tensor: r1, r2, r3",
                expect={"out": [[48, 53, 58]]},
            ),
            drawn(
                "random",
                CHANNELS,
                tuple(dims | {"C": c, "FN": fn} for dims, c, fn in zip(SERIES_PLAIN, (3, 5), (7, 11), strict=True)),
            ),
            drawn(
                "stride and pad",
                CHANNELS,
                tuple(dims | {"C": c, "FN": fn} for dims, c, fn in zip(SERIES_STRIDED, (3, 5), (11, 13), strict=True)),
                group="stride and pad",
            ),
        ),
    ),
    Exercise(
        im2col,
        title={"ko": "창을 행으로 펼치기", "en": "Windows as rows"},
        start=START["im2col"],
        outputs=("col",),
        points={"col": 2},
        cases=(
            literal(
                "windows of the lesson",
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
        start=START["col2im"],
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
        start=START["Convolution"],
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
                "4×4 image, 3×3 filter",
                _slide_convolution(0.0, _image([0.7, -1.1], [0.3, 0.5])),
                source="S1, convolution slide",
                expect={"out": [[[[15, 16], [6, 15]]]]},
            ),
            literal(
                "4×4 image, bias 3",
                _slide_convolution(3.0, _image([-0.4, 0.9], [1.3, 0.2])),
                source="S1, bias slide",
                expect={"out": [[[[18, 19], [9, 18]]]]},
            ),
            drawn("random", CONVOLUTION, PLAIN),
            literal(
                "4×4 image, padding 1",
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
        conv3d,
        title={"ko": "3차원 합성곱", "en": "Convolution of a volume"},
        outputs=("out",),
        points={"out": 2, "out@stride": 1},
        after=("conv_output_size",),
        start=START["conv3d"],
        cases=(
            literal(
                "5×5×5 volume",
                {"x": FIVE_CUBE, "w": TWO_CORNERS, "b": 0.0, "stride": 1},
                source="S4, 3D convolution: (5, 5, 5) with (2, 2, 2) gives (4, 4, 4)",
                expect={"out": (2 * FIVE_CUBE[:4, :4, :4] + 31).tolist()},
            ),
            drawn(
                "random",
                VOLUME,
                (
                    {"D": 5, "H": 7, "W": 6, "KD": 3, "KH": 2, "KW": 5, "S": 1},
                    {"D": 7, "H": 5, "W": 8, "KD": 2, "KH": 3, "KW": 4, "S": 1},
                ),
            ),
            drawn(
                "stride",
                VOLUME,
                (
                    {"D": 7, "H": 8, "W": 11, "KD": 3, "KH": 2, "KW": 5, "S": 2},
                    {"D": 11, "H": 9, "W": 7, "KD": 5, "KH": 3, "KW": 4, "S": 3},
                ),
                group="stride",
            ),
        ),
    ),
    Exercise(
        conv_parameter_count,
        title={"ko": "매개변수의 개수", "en": "Number of parameters"},
        outputs=("count",),
        points={"count": 2, "count@without bias": 1},
        start=START["conv_parameter_count"],
        cases=(
            literal(
                "layers of the lesson",
                {"layouts": [layout for layout, _ in SLIDE_COUNTS]},
                source="S4, 1D and 2D convolution, and the CNN with four hidden layers",
                expect={f"count[row {row}]": count for row, (_, count) in enumerate(SLIDE_COUNTS, 1)},
            ),
            drawn("random", {"layouts": derived(_parameter_layouts)}, ({"K": 7}, {"K": 11})),
            drawn("without bias", {"layouts": derived(_mixed_layouts)}, ({"K": 7}, {"K": 11}), group="without bias"),
        ),
    ),
    Exercise(
        MaxPooling,
        title={"ko": "최대 풀링 계층", "en": "Max pooling layer"},
        start=START["MaxPooling"],
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
                "6×6 image, 3×3 windows",
                _slide_pooling(SLIDE_POOL, _image([0.5, -1.2], [0.8, 0.3]), 3),
                source="S1, pooling slide",
                expect={"out": [[[[9, 7], [6, 8]]]]},
            ),
            literal(
                "6×6 image, shifted",
                _slide_pooling(SLIDE_SHIFTED, _image([0.9, 0.4], [-0.7, 1.6]), 3),
                source="S1, pooling: a small shift changes nothing",
                expect={"out": [[[[9, 7], [6, 8]]]]},
            ),
            literal(
                "4×4 image, 2×2 windows",
                _slide_pooling(S4_POOL, _image([1.1, 0.2], [-0.5, 0.6]), 2),
                source="S4, pooling slide",
                expect={"out": [[[[8, 10], [7, 4]]]]},
            ),
            literal(
                # Its two windows with ties get dout 0, so that every way to split it is the same.
                "4×4 image with ties, 2×2 windows",
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
    Exercise(
        AveragePooling,
        title={"ko": "평균 풀링 계층", "en": "Average pooling layer"},
        outputs=("out", "dx"),
        points={"out": 1, "dx": 1, "out@overlap": 1, "dx@overlap": 1},
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        after=("im2col", "col2im"),
        start=START["AveragePooling"],
        cases=(
            literal(
                "4×4 image, 2×2 windows",
                _pooling(S4_POOL, _image([1.2, -0.4], [2.0, 0.8]), 2),
                source="the image of S4's pooling slide",
                expect={"out": [[[[4.5, 6.75], [4.5, 2.5]]]]},
            ),
            drawn("random", {"x": normal("N", "C", "H", "W"), "dout": normal("N", "C", "OH", "OW"), **WINDOWS}, APART),
            drawn(
                "overlapping windows",
                {"x": normal("N", "C", "H", "W"), "dout": normal("N", "C", "OH", "OW"), **WINDOWS},
                OVERLAPPING,
                group="overlap",
            ),
        ),
    ),
    Exercise(
        L2Pooling,
        title={"ko": "L2 풀링 계층", "en": "L2 pooling layer"},
        outputs=("out", "dx"),
        points={"out": 1, "dx": 2, "out@a window of zeros": 0, "dx@a window of zeros": 1},
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        after=("im2col", "col2im"),
        start=START["L2Pooling"],
        cases=(
            literal(
                "windows with whole norms",
                _pooling(NORM_POOL, _image([1.0, -2.0], [0.5, 3.0]), 2),
                expect={"out": [[[[5, 5], [10, 3]]]]},
            ),
            drawn("random", {"x": normal("N", "C", "H", "W"), "dout": normal("N", "C", "OH", "OW"), **WINDOWS}, APART),
            drawn(
                "overlapping windows",
                {"x": normal("N", "C", "H", "W"), "dout": normal("N", "C", "OH", "OW"), **WINDOWS},
                OVERLAPPING,
            ),
            drawn(
                "a window of zeros",
                {"x": derived(_with_a_zero_window), "dout": normal("N", "C", "OH", "OW"), **WINDOWS},
                APART,
                group="a window of zeros",
            ),
        ),
    ),
    Exercise(
        GlobalMaxPooling1D,
        title={"ko": "전역 최대 풀링", "en": "Global max pooling"},
        outputs=("out", "dx"),
        points={"out": 1, "dx": 2},
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        start=START["GlobalMaxPooling1D"],
        cases=(
            literal("four time steps", {"x": FOUR_STEPS, "dout": np.array([[0.5, -1.0]])}, expect={"out": [[3, 7]]}),
            drawn("random", {"x": spaced("N", "T", "C"), "dout": normal("N", "C")}, STEPS),
        ),
    ),
    Exercise(
        GlobalAveragePooling1D,
        title={"ko": "전역 평균 풀링", "en": "Global average pooling"},
        outputs=("out", "dx"),
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        start=START["GlobalAveragePooling1D"],
        cases=(
            literal("four time steps", {"x": FOUR_STEPS, "dout": np.array([[2.0, -4.0]])}, expect={"out": [[1.5, 5]]}),
            drawn("random", {"x": normal("N", "T", "C"), "dout": normal("N", "C")}, STEPS),
        ),
    ),
    Exercise(
        Flatten,
        title={"ko": "한 행으로 펼치기", "en": "Flatten"},
        outputs=("out", "dx"),
        gradients={"dx": Gradient(of="out", wrt="x", upstream="dout")},
        start=START["Flatten"],
        cases=(
            literal(
                "two small images",
                {"x": np.arange(1.0, 17).reshape(2, 2, 2, 2), "dout": np.arange(16.0, 0, -1).reshape(2, 8)},
                expect={"out": [[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15, 16]]},
            ),
            drawn(
                "random",
                {
                    "x": normal("N", "C", "H", "W"),
                    "dout": derived(lambda rng, dims, _: rng.standard_normal((dims["N"], dims["D"]))),
                },
                ({"N": 5, "C": 3, "H": 2, "W": 7, "D": 42}, {"N": 3, "C": 2, "H": 5, "W": 11, "D": 110}),
            ),
            drawn(
                "vectors and volumes",
                {
                    "x": normal("N", "C", "T"),
                    "dout": derived(lambda rng, dims, _: rng.standard_normal((dims["N"], dims["D"]))),
                },
                ({"N": 7, "C": 3, "T": 5, "D": 15}, {"N": 2, "C": 5, "T": 3, "D": 15}),
            ),
        ),
    ),
)
