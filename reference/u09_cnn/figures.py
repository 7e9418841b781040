"""The figures of u09_cnn."""

import numpy as np
from matplotlib.patches import Polygon, Rectangle
from sklearn.datasets import load_digits
from solution import (
    AveragePooling,
    Convolution,
    L2Pooling,
    MaxPooling,
    col2im,
    conv1d,
    conv1d_multichannel,
    im2col,
    pad,
)

from graders.figures import BLUE, DIVERGING, GRAY, GREEN, HEAT, INK, ORANGE, PAPER, PURPLE, SHADE, canvas, caption, edge

IMAGE = np.array([[1.0, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]])
FILTER = np.array([[2.0, 0, 1], [0, 1, 2], [1, 0, 2]])


def _text(value):
    return f"{value:.3g}".replace("-", "−") if isinstance(value, float | int | np.floating) else str(value)


def _grid(axes, left, top, values, size=0.3, *, color=INK, marked=(), shade=SHADE, text=9.0):
    """A table of numbers with its upper left corner at (left, top); cells in ``marked`` are shaded."""
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            here = (left + j * size, top - (i + 1) * size)
            filled = (i, j) in marked
            axes.add_patch(
                Rectangle(here, size, size, facecolor=shade if filled else PAPER, edgecolor=GRAY, linewidth=0.7)
            )
            if value != "":
                axes.text(
                    here[0] + size / 2,
                    here[1] + size / 2,
                    _text(value),
                    ha="center",
                    va="center",
                    size=text,
                    color=color,
                )


def _frame(axes, left, top, rows, columns, size=0.3, color=ORANGE, style="-", inset=0.0):
    """A thick frame around rows × columns cells."""
    axes.add_patch(
        Rectangle(
            (left + inset, top - rows * size + inset),
            columns * size - 2 * inset,
            rows * size - 2 * inset,
            fill=False,
            edgecolor=color,
            linewidth=2,
            linestyle=style,
            zorder=5,
        )
    )


def _block(rows, columns, top=0, left=0):
    return {(top + i, left + j) for i in range(rows) for j in range(columns)}


def _picture(axes, values, colors, low, high):
    """An image, its first row on top; no value reaches ``low`` or ``high``, whose colours the theme may have."""
    return axes.pcolormesh(values[::-1], cmap=colors, vmin=low, vmax=high, edgecolors="face", linewidth=0.3)


def edges(say):
    """A digit, and where two small filters answer."""
    figure, axes = canvas(6.6, 2.4, columns=3)
    digit = load_digits().images[0]
    upright = np.array([[-1.0, 0, 1]] * 3) / 3
    filters = np.stack([upright, upright.T])[:, None]
    maps = Convolution(filters, np.zeros(2), 1, 1).forward(digit[None, None])[0]
    _picture(axes[0], digit, HEAT, 0, 16.4)
    axes[0].set_title(say(en="a digit, 8×8", ko="손글씨 숫자, 8×8"))
    names = (
        say(en="darker to the right (+)", ko="오른쪽이 진해지면 +"),
        say(en="darker downwards (+)", ko="아래쪽이 진해지면 +"),
    )
    for one, answer, name in zip(axes[1:], maps, names, strict=True):
        limit = 1.03 * abs(maps).max()
        mesh = _picture(one, answer, DIVERGING, -limit, limit)
        one.set_title(name)
    figure.colorbar(mesh, ax=axes[2], shrink=0.8)
    for one in axes:
        one.set(aspect="equal", xticks=(), yticks=())
    return figure


def places(say):
    """Where a filter of 3 can stand: plain, with padding, with stride 2."""
    figure, axes = canvas(6.8, 2.9, blank=True)
    size = 0.3
    rows = (
        (2.65, 5, 1, 0, say(en="stride 1, no padding", ko="스트라이드 1, 패딩 0")),
        (2.65, 5, 1, 1, say(en="stride 1, padding 1", ko="스트라이드 1, 패딩 1")),
        (2.65, 5, 2, 0, say(en="stride 2, no padding", ko="스트라이드 2, 패딩 0")),
    )
    for number, (top, length, stride, zeros, name) in enumerate(rows):
        left = 0.25 + number * 2.2
        caption(axes, left + 0.95, top + 0.08, name)
        start = left + 0.95 - (length + 2 * zeros) * size / 2
        values = ["0"] * zeros + [f"x{'₁₂₃₄₅'[k]}" for k in range(length)] + ["0"] * zeros
        marked = {(0, k) for k in range(len(values)) if zeros and k in (0, len(values) - 1)}
        _grid(axes, start, top - 0.15, [values], size, marked=marked)
        count = (length + 2 * zeros - 3) // stride + 1
        for place in range(count):
            y = top - 0.7 - 0.27 * place
            x = start + place * stride * size
            axes.add_patch(
                Rectangle((x + 0.02, y - 0.075), 3 * size - 0.04, 0.15, facecolor=SHADE, edgecolor=BLUE, linewidth=1.4)
            )
            caption(axes, x + 1.5 * size, y, str(place + 1), size=8)
        sum_ = f"({length} + 2·{zeros} − 3) / {stride} + 1 = {count}"
        caption(axes, left + 0.95, 0.3, sum_)
    return figure


def padding(say):
    """The 4×4 image with no, one and two zeros on each side."""
    figure, axes = canvas(6.8, 2.75, blank=True)
    size = 0.27
    for width, left in ((0, 0.5), (1, 2.2), (2, 4.4)):
        values = pad(IMAGE[None, None], width)[0, 0]
        sides = len(values)
        inside = _block(4, 4, width, width)
        top = 1.5 + sides * size / 2
        frame = {(i, j) for i in range(sides) for j in range(sides)} - inside
        _grid(axes, left, top, values, size, marked=frame)
        _frame(axes, left + width * size, top - width * size, 4, 4, size, color=BLUE)
        name = say(en=f"padding {width}: {sides}×{sides}", ko=f"패딩 {width}: {sides}×{sides}")
        caption(axes, left + sides * size / 2, 0.18, name)
    return figure


def series(say):
    """A noisy series; a mean of five smooths it, a difference finds its steps."""
    figure, axes = canvas(6.8, 2.5, columns=3)
    rng = np.random.default_rng(1)
    t = np.arange(48)
    level = np.where((t > 14) & (t < 32), 2.0, 0.0)
    x = level + 0.25 * rng.standard_normal(t.size)
    smooth = conv1d(x, np.full(5, 0.2))
    step = conv1d(x, np.array([-0.5, -0.5, 0, 0.5, 0.5]))
    axes[0].plot(t, x, color=BLUE)
    axes[0].set_title(say(en="x: 48 numbers", ko="x: 수 48개"))
    axes[1].plot(t[2:-2], smooth, color=GREEN)
    axes[1].set_title(say(en="w = five times 0.2", ko="w: 0.2 다섯 개"))
    axes[2].plot(t[2:-2], step, color=ORANGE)
    axes[2].axhline(0, color=GRAY, linewidth=0.6)
    axes[2].set_title("w = (−½, −½, 0, ½, ½)")
    for one, low, high in zip(axes, (-0.9, -0.9, -2.7), (2.9, 2.9, 2.7), strict=True):
        one.set(ylim=(low, high), xlabel=say(en="time", ko="시각"), xlim=(-1, 48))
    return figure


def series_channels(say):
    """Three series, one filter with three rows, three results."""
    figure, axes = canvas(6.8, 2.2, blank=True)
    x = np.arange(1.0, 16).reshape(3, 5)
    w = np.array([[1.0, 0, -1], [0, 2, 0], [1, 1, 1]])
    out = conv1d_multichannel(x, w[None], np.zeros(1))[0]
    size = 0.36
    _grid(axes, 0.95, 1.75, x, size, marked=_block(3, 3))
    _frame(axes, 0.95, 1.75, 3, 3, size)
    _frame(axes, 0.95 + size, 1.75, 3, 3, size, color=BLUE, style="--", inset=0.04)
    for row in range(3):
        caption(axes, 0.5, 1.75 - size * (row + 0.5), say(en=f"channel {row}", ko=f"채널 {row}"), size=8.5)
    caption(axes, 1.85, 1.95, say(en="time →", ko="시각 →"), size=8.5)
    caption(axes, 3.05, 1.2, "⊛", size=14)
    _grid(axes, 3.35, 1.75, w, size, color=PURPLE)
    caption(axes, 3.9, 1.95, say(en="one filter", ko="필터 하나"), size=8.5, color=PURPLE)
    caption(axes, 4.75, 1.2, "=", size=14)
    _grid(axes, 5.05, 1.38, [out], size, marked={(0, 0)})
    _frame(axes, 5.05, 1.38, 1, 1, size)
    _frame(axes, 5.05 + size, 1.38, 1, 1, size, color=BLUE, style="--", inset=0.03)
    for k in range(3):
        caption(axes, 5.05 + size * (k + 0.5), 1.56, f"$r_{k + 1}$")
    caption(axes, 3.4, 0.35, "48 = (1 − 3) + (2·7) + (11 + 12 + 13)", color=ORANGE)
    return figure


def window(say):
    """The filter on the first window of the 4×4 image, and all four results."""
    figure, axes = canvas(6.8, 2.1, blank=True)
    out = Convolution(FILTER[None, None], np.zeros(1)).forward(IMAGE[None, None])[0, 0]
    size = 0.36
    _grid(axes, 0.35, 1.85, IMAGE, size, marked=_block(3, 3))
    _frame(axes, 0.35, 1.85, 3, 3, size)
    _frame(axes, 0.35 + size, 1.85, 3, 3, size, color=BLUE, style="--", inset=0.04)
    caption(axes, 2.15, 1.15, "⊛", size=14)
    _grid(axes, 2.5, 1.7, FILTER, size, color=PURPLE)
    caption(axes, 3.95, 1.15, "=", size=14)
    _grid(axes, 4.25, 1.52, out, size, marked={(0, 0)})
    _frame(axes, 4.25, 1.52, 1, 1, size)
    _frame(axes, 4.25 + size, 1.52, 1, 1, size, color=BLUE, style="--", inset=0.03)
    caption(axes, 5.9, 1.45, say(en="upper left:", ko="왼쪽 위:"), color=ORANGE)
    caption(axes, 5.9, 1.22, "2 + 0 + 3", color=ORANGE)
    caption(axes, 5.9, 1.0, "+ 0 + 1 + 4", color=ORANGE)
    caption(axes, 5.9, 0.78, "+ 3 + 0 + 2 = 15", color=ORANGE)
    caption(
        axes, 3.4, 0.15, say(en="image 4×4, filter 3×3, output 2×2", ko="이미지 4×4, 필터 3×3, 출력 2×2"), color=GRAY
    )
    return figure


def windows_as_rows(say):
    """Each window of the image becomes a row; rows times the flattened filter gives the output."""
    figure, axes = canvas(6.9, 3.0, blank=True)
    col = im2col(IMAGE[None, None], 3, 3)
    size, left, top = 0.3, 0.2, 2.3
    _grid(axes, left, top, IMAGE, size, marked=_block(3, 3))
    _frame(axes, left, top, 3, 3, size)
    _frame(axes, left + size, top - size, 3, 3, size, color=BLUE, style="--", inset=0.04)
    caption(axes, left + 2 * size, top + 0.18, say(en="image", ko="이미지"))
    _grid(axes, 2.15, top, col, size, marked=_block(1, 9))
    _frame(axes, 2.15, top, 1, 9, size)
    _frame(axes, 2.15, top - 3 * size, 1, 9, size, color=BLUE, style="--", inset=0.02)
    caption(axes, 3.5, top + 0.18, say(en="col: one window per row", ko="col: 행마다 창 하나"))
    edge(axes, (1.42, top - 0.6), (2.12, top - 0.6), gap=1)
    caption(axes, 5.05, top - 0.6, "@", size=12)
    _grid(axes, 5.35, 2.75, FILTER.reshape(9, 1), size, color=PURPLE)
    caption(axes, 5.5, 2.88, "w", color=PURPLE)
    caption(axes, 5.88, top - 0.6, "=", size=12)
    _grid(axes, 6.2, top, col @ FILTER.reshape(9, 1), size, marked={(0, 0)})
    _frame(axes, 6.2, top, 1, 1, size)
    _frame(axes, 6.2, top - 3 * size, 1, 1, size, color=BLUE, style="--", inset=0.02)
    for part in range(3):
        caption(axes, 2.15 + size * (3 * part + 1.5), 0.93, say(en=f"row {part}", ko=f"{part}행"), size=8, color=GRAY)
    caption(axes, 3.5, 0.68, say(en="of the window", ko="(창 안에서)"), size=8, color=GRAY)
    caption(
        axes,
        2.2,
        0.25,
        say(en="(4, 9) @ (9, 1) = (4, 1): then reshaped to 2×2", ko="(4, 9) @ (9, 1) = (4, 1), 마지막에 2×2로"),
        color=INK,
    )
    return figure


def overlaps(say):
    """Four windows of ones go back to the image and add up."""
    figure, axes = canvas(6.8, 2.0, blank=True)
    size = 0.24
    for number in range(4):
        i, j = divmod(number, 2)
        left = 0.2 + number * 1.22
        values = [["1" if (r, c) in _block(3, 3, i, j) else "" for c in range(4)] for r in range(4)]
        _grid(axes, left, 1.5, values, size, marked=_block(3, 3, i, j))
        _frame(axes, left + j * size, 1.5 - i * size, 3, 3, size)
        caption(axes, left + 2 * size, 1.68, say(en=f"row {number} of col", ko=f"col의 {number}행"), size=8.5)
        caption(axes, left + 4.55 * size, 1.02, "+" if number < 3 else "=", size=12)
    image = col2im(np.ones((4, 9)), (1, 1, 4, 4), 3, 3)[0, 0]
    _grid(axes, 5.25, 1.62, image, 0.31, marked=_block(2, 2, 1, 1))
    caption(axes, 5.87, 1.78, say(en="image", ko="이미지"))
    caption(
        axes,
        3.4,
        0.17,
        say(
            en="a corner lies in one window, the middle in all four",
            ko="모서리는 창 하나에, 가운데는 네 창 모두에 들어 있습니다",
        ),
        color=ORANGE,
    )
    return figure


def _sheet(axes, x, y, width, height, color, count, step=0.11, shade=SHADE):
    """``count`` sheets behind each other, the first in front."""
    for k in reversed(range(count)):
        axes.add_patch(
            Rectangle((x + k * step, y + k * step), width, height, facecolor=shade, edgecolor=color, linewidth=1.2)
        )


def channels_and_filters(say):
    """Three channels, two filters with three slices each, two maps."""
    figure, axes = canvas(6.9, 2.5, blank=True)
    _sheet(axes, 0.35, 0.75, 1.1, 1.1, BLUE, 3)
    caption(axes, 0.95, 2.3, say(en="image: C = 3 channels", ko="이미지: 채널 C = 3"))
    caption(axes, 0.9, 0.5, "(C, H, W)")
    _frame(axes, 0.45, 1.75, 1, 1, 0.42)
    for number, (y, color) in enumerate(((1.45, GREEN), (0.55, PURPLE))):
        _sheet(axes, 2.75, y, 0.42, 0.42, color, 3)
        caption(axes, 3.75, y + 0.3, say(en=f"filter {number}", ko=f"필터 {number}"), color=color)
        caption(axes, 4.32, y + 0.3, f"+ b{'₀₁'[number]}", color=color)
        edge(axes, (1.75, 1.3), (2.75, y + 0.25), gap=3)
        edge(axes, (4.55, y + 0.3), (5.35, 1.3), gap=3)
    caption(axes, 3.1, 2.3, say(en="FN = 2 filters", ko="필터 FN = 2"))
    caption(axes, 3.1, 0.3, "(FN, C, FH, FW)")
    for k, color in ((1, PURPLE), (0, GREEN)):
        axes.add_patch(
            Rectangle((5.45 + 0.13 * k, 0.85 + 0.13 * k), 0.85, 0.85, facecolor=SHADE, edgecolor=color, linewidth=1.4)
        )
    caption(axes, 5.95, 2.3, say(en="one map per filter", ko="필터마다 특징 맵 하나"))
    caption(axes, 5.95, 0.5, "(FN, OH, OW)")
    return figure


def _cube(axes, x, y, counts, size, color, width=0.7, slant=0.42):
    """A block of cells seen from the front, its depth going up to the right."""
    depth, rows, columns = counts
    step = size * slant
    w, h = columns * size, rows * size
    d = depth * step
    axes.add_patch(
        Polygon(
            [(x, y), (x + w, y), (x + w, y + h), (x, y + h)],
            facecolor=PAPER,
            edgecolor=color,
            linewidth=width,
            zorder=2,
        )
    )
    axes.add_patch(
        Polygon(
            [(x, y + h), (x + w, y + h), (x + w + d, y + h + d), (x + d, y + h + d)],
            facecolor=SHADE,
            edgecolor=color,
            linewidth=width,
            zorder=2,
        )
    )
    axes.add_patch(
        Polygon(
            [(x + w, y), (x + w + d, y + d), (x + w + d, y + h + d), (x + w, y + h)],
            facecolor=SHADE,
            edgecolor=color,
            linewidth=width,
            zorder=2,
        )
    )
    thin = {"color": color, "linewidth": 0.5, "zorder": 3}
    for k in range(1, columns):
        axes.plot([x + k * size, x + k * size, x + k * size + d], [y, y + h, y + h + d], **thin)
    for k in range(1, rows):
        axes.plot([x, x + w, x + w + d], [y + k * size, y + k * size, y + k * size + d], **thin)
    for k in range(1, depth):
        axes.plot(
            [x + k * step, x + w + k * step, x + w + k * step],
            [y + h + k * step, y + h + k * step, y + k * step],
            **thin,
        )


def volume(say):
    """A 2×2×2 filter in a 5×5×5 volume gives 4×4×4."""
    figure, axes = canvas(6.6, 2.3, blank=True)
    size = 0.24
    _cube(axes, 0.4, 0.45, (5, 5, 5), size, BLUE)
    _frame(axes, 0.4, 0.45 + 5 * size, 2, 2, size)
    caption(axes, 1.2, 0.2, say(en="volume (5, 5, 5)", ko="입체 (5, 5, 5)"))
    caption(axes, 2.55, 1.05, "⊛", size=14)
    _cube(axes, 2.95, 0.8, (2, 2, 2), size, ORANGE, 1.2)
    caption(axes, 3.3, 0.2, say(en="filter (2, 2, 2)", ko="필터 (2, 2, 2)"), color=ORANGE)
    caption(axes, 4.05, 1.05, "=", size=14)
    _cube(axes, 4.5, 0.55, (4, 4, 4), size, GREEN)
    caption(axes, 5.2, 0.2, say(en="output (4, 4, 4)", ko="출력 (4, 4, 4)"), color=GREEN)
    return figure


def counts(say):
    """Parameters of a dense layer and of convolutions, on a log scale."""
    figure, axes = canvas(6.4, 2.3)
    rows = (
        (say(en="dense, 64 units on 28×28×3", ko="완전연결, 28×28×3에 노드 64개"), 150592, GRAY),
        (say(en="32 filters 3×3, 3 channels", ko="3×3 필터 32개, 채널 3개"), 896, BLUE),
        (say(en="1 filter 3×3, 32 channels", ko="3×3 필터 1개, 채널 32개"), 289, BLUE),
        (say(en="10 filters 3×3, 3 channels", ko="3×3 필터 10개, 채널 3개"), 280, BLUE),
        (say(en="1 filter 3×1, 12 channels", ko="3×1 필터 1개, 채널 12개"), 37, BLUE),
    )
    for place, (_, count, color) in enumerate(rows):
        axes.barh(-place, count, 0.6, color=color)
        axes.text(count * 1.15, -place, f"{count:,}", va="center", size=9)
    axes.set_yticks([-place for place in range(len(rows))], [name for name, *_ in rows])
    axes.set(xscale="log", xlim=(10, 1e6), xlabel=say(en="numbers to learn", ko="학습할 수의 개수"))
    return figure


def receptive_field(say):
    """Three layers of width 3: one output sees seven inputs."""
    figure, axes = canvas(6.6, 2.5, blank=True)
    words = (
        say(en="input", ko="입력"),
        say(en="layer 1", ko="1번 계층"),
        say(en="layer 2", ko="2번 계층"),
        say(en="layer 3", ko="3번 계층"),
    )
    seen = {3: {4}, 2: {3, 4, 5}, 1: {2, 3, 4, 5, 6}, 0: set(range(1, 8))}
    for level in range(4):
        y = 0.35 + 0.58 * level
        caption(axes, 0.6, y, words[level])
        for k in range(level, 9 - level):
            x = 1.5 + 0.48 * k
            if level:
                for j in (k - 1, k, k + 1):
                    strong = k in seen[level]
                    axes.plot(
                        [x, 1.5 + 0.48 * j],
                        [y, y - 0.58],
                        color=ORANGE if strong else GRAY,
                        linewidth=1.2 if strong else 0.5,
                        zorder=1,
                    )
            axes.scatter(
                [x],
                [y],
                s=110,
                facecolor=SHADE if k in seen[level] else PAPER,
                edgecolor=ORANGE if k in seen[level] else GRAY,
                linewidth=1.6,
                zorder=3,
            )
        caption(
            axes, 6.1, y, say(en=f"sees {2 * level + 1}", ko=f"{2 * level + 1}개를 봄") if level else "", color=ORANGE
        )
    return figure


def max_routes(say):
    """Forward the largest of each window; back its gradient to that place only."""
    figure, axes = canvas(6.8, 2.2, blank=True)
    x = np.array([[2.0, 5, 7, 8], [8, 3, 10, 2], [4, 5, 1, 2], [7, 2, 3, 4]])
    dout = np.array([[1.1, 0.2], [-0.5, 0.6]])
    layer = MaxPooling(2, 2, 2)
    out = layer.forward(x[None, None])[0, 0]
    dx = layer.backward(dout[None, None])[0, 0]
    winners = {(1, 0), (1, 2), (3, 0), (3, 3)}
    size = 0.36
    for left, values, name, color in (
        (0.3, x, "x", INK),
        (5.1, [["0" if value == 0 else value for value in row] for row in dx], "dx", ORANGE),
    ):
        _grid(axes, left, 1.8, values, size, marked=winners, color=color, text=8.5)
        for i in (0, 2):
            for j in (0, 2):
                _frame(axes, left + j * size, 1.8 - i * size, 2, 2, size, color=BLUE)
        caption(axes, left + 2 * size, 1.98, name, color=color)
    _grid(axes, 2.35, 1.44, out, size)
    caption(axes, 2.71, 1.62, "out")
    _grid(axes, 3.75, 1.44, dout, size, color=ORANGE)
    caption(axes, 4.11, 1.62, "dout", color=ORANGE)
    edge(axes, (1.78, 1.08), (2.32, 1.08), gap=1)
    edge(axes, (4.5, 1.08), (5.07, 1.08), gap=1, color=ORANGE, back=True)
    caption(axes, 1.9, 0.15, say(en="the largest goes forward …", ko="가장 큰 값이 앞으로 가고,"))
    caption(axes, 4.9, 0.15, say(en="… and only its place gets dout", ko="그 자리만 dout을 받습니다"), color=ORANGE)
    return figure


def pooling_kinds(say):
    """A digit and what three kinds of pooling make of it."""
    figure, axes = canvas(6.8, 2.3, columns=4)
    digit = load_digits().images[0]
    names = (say(en="max", ko="최대"), say(en="average", ko="평균"), "L2")
    pictures = [digit] + [
        kind(2, 2, 2).forward(digit[None, None])[0, 0] for kind in (MaxPooling, AveragePooling, L2Pooling)
    ]
    titles = [say(en="a digit, 8×8", ko="손글씨 숫자, 8×8"), *names]
    for one, picture, title in zip(axes, pictures, titles, strict=True):
        _picture(one, picture, HEAT, 0, 1.025 * picture.max())
        one.set(aspect="equal", xticks=(), yticks=(), title=title)
        if picture.shape[0] == 4:
            for (i, j), value in np.ndenumerate(picture):
                dark = value > 0.55 * picture.max()
                one.text(
                    j + 0.5,
                    3.5 - i,
                    f"{value:.3g}" if value < 10 else f"{value:.0f}",
                    ha="center",
                    va="center",
                    size=8.5,
                    color="#ffffff" if dark else "#222222",
                )
    return figure


def to_a_vector(say):
    """Four time steps with two channels become one row: largest, mean, or all in order."""
    figure, axes = canvas(6.8, 2.2, blank=True)
    x = np.array([[1.0, 5], [3, 2], [0, 7], [2, 6]])
    size = 0.34
    _grid(axes, 0.75, 1.75, x, size, marked={(1, 0), (2, 1)})
    for row in range(4):
        caption(axes, 0.45, 1.75 - size * (row + 0.5), f"t = {row}", size=8.5)
    caption(axes, 0.75 + size, 1.95, "x (T, C)")
    ways = (
        (
            1.66,
            say(en="global max", ko="전역 최대"),
            [[3.0, 7.0]],
            say(en="(C,): any length T", ko="(C,): T가 얼마든 같은 형상"),
        ),
        (
            1.1,
            say(en="global average", ko="전역 평균"),
            [[1.5, 5.0]],
            say(en="(C,): any length T", ko="(C,): T가 얼마든 같은 형상"),
        ),
        (0.54, "Flatten", [list(x.ravel())], say(en="(T·C,)", ko="(T·C,)")),
    )
    for y, name, values, note in ways:
        edge(axes, (1.5, 1.07), (2.1, y), gap=3)
        caption(axes, 2.7, y, name)
        _grid(axes, 3.3, y + size / 2, values, size)
        caption(axes, 3.3 + size * len(values[0]) + 0.1, y, note, size=8.5, color=GRAY, align="left")
    return figure
