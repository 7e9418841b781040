"""The figures of u19_transformer: real numbers, computed with NumPy."""

import numpy as np
from matplotlib.patches import Rectangle

from graders.figures import BLUE, GRAY, GREEN, HEAT, INK, ORANGE, PURPLE, RED, SHADE, canvas, caption, edge, node


def _softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def autograd_path(say):
    """Torch operations keep a path for the gradient; a step outside torch cuts it."""
    figure, axes = canvas(6.9, 2.3, blank=True)
    stops = (("q, k", 0.5, GRAY), ("@", 1.7, BLUE), ("softmax", 3.1, PURPLE), ("@ v", 4.6, BLUE), ("out", 6.0, GRAY))
    for row, (y, cut) in enumerate(((1.75, False), (0.65, True))):
        for number, (name, x, color) in enumerate(stops):
            if cut and number == 2:
                node(axes, x, y, "detach()", size=9, round_=False, color=RED)
            else:
                node(axes, x, y, name, size=9, round_=False, color=color)
            if number:
                left, right = stops[number - 1][1] + 0.4, x - 0.42
                edge(axes, (left, y + 0.08), (right, y + 0.08), gap=0)
                if not cut or number > 3:
                    edge(axes, (right, y - 0.08), (left, y - 0.08), back=True, color=ORANGE, gap=0)
                else:
                    caption(axes, (left + right) / 2, y - 0.14, "✕", color=RED)
        words = (
            say(en="all torch: dq, dk arrive", ko="모두 torch: dq, dk가 도착함"),
            say(en="cut: dq = dk = 0", ko="끊김: dq = dk = 0"),
        )
        caption(axes, 1.7, y + 0.38, words[row], color=RED if cut else INK)
    caption(axes, 5.3, 2.17, say(en="values →", ko="값 →"))
    caption(axes, 5.3, 1.3, say(en="← gradients", ko="← 기울기"), color=ORANGE)
    return figure


def _grid(axes, x, y, rows, columns, color, text, size=0.16):
    """A grid of rows × columns squares around (x, y), with its name below."""
    left, bottom = x - columns * size / 2, y - rows * size / 2
    for row in range(rows):
        for column in range(columns):
            axes.add_patch(
                Rectangle(
                    (left + column * size, bottom + row * size),
                    size,
                    size,
                    facecolor=SHADE,
                    edgecolor=color,
                    linewidth=0.9,
                )
            )
    caption(axes, x, bottom - 0.16, text, size=8.5)


def qkv_shapes(say):
    """Which shapes meet, for one sample and one head: 4 queries, 5 keys, d = 3."""
    figure, axes = canvas(6.9, 2.5, blank=True)
    y = 1.35
    _grid(axes, 0.55, y, 4, 3, BLUE, say(en="Q: Tq × d", ko="Q: Tq × d"))
    caption(axes, 1.02, y, "@")
    _grid(axes, 1.62, y, 3, 5, GREEN, say(en="Kᵀ: d × Tk", ko="Kᵀ: d × Tk"))
    caption(axes, 2.3, y, "/√d", size=9.5)
    caption(axes, 2.62, y, "=")
    _grid(axes, 3.2, y, 4, 5, PURPLE, say(en="scores: Tq × Tk", ko="점수: Tq × Tk"))
    edge(axes, (3.65, y), (4.25, y), gap=1)
    caption(axes, 3.96, y + 0.15, "softmax", size=8.5)
    _grid(axes, 4.72, y, 4, 5, ORANGE, say(en="weights", ko="가중치"))
    caption(axes, 5.28, y, "@")
    _grid(axes, 5.68, y, 5, 3, GREEN, say(en="V: Tk × d", ko="V: Tk × d"))
    caption(axes, 6.07, y, "=")
    _grid(axes, 6.45, y, 4, 3, INK, say(en="out: Tq × d", ko="출력: Tq × d"))
    edge(axes, (4.32, 2.03), (5.12, 2.03), color=ORANGE, gap=0)
    caption(axes, 4.72, 2.18, say(en="each row sums to 1", ko="행마다 합이 1"), color=ORANGE, size=8.5)
    caption(
        axes,
        3.45,
        0.25,
        say(
            en="the same for every sample n and every head h: the axes before the last two are a batch",
            ko="샘플 n, 헤드 h마다 똑같이 계산합니다. 마지막 두 축 앞의 축은 배치입니다",
        ),
        size=8.5,
    )
    return figure


def softmax_scale(say):
    """Weights of eight random keys for d = 4, 64, 512, with and without 1/√d: means of 2,000 draws."""
    figure, axes = canvas(6.8, 2.7, columns=3)
    rng = np.random.default_rng(0)
    place = np.arange(8)
    for one, d in zip(axes, (4, 64, 512), strict=True):
        q, k = rng.standard_normal((2000, d)), rng.standard_normal((2000, 8, d))
        scores = -np.sort(-np.einsum("nd,nkd->nk", q, k))
        plain, scaled = _softmax(scores).mean(axis=0), _softmax(scores / np.sqrt(d)).mean(axis=0)
        style = {"edgecolor": INK, "linewidth": 0.5}
        one.bar(place - 0.2, plain, 0.38, color=ORANGE, hatch="//", label=say(en="from q·k", ko="q·k"), **style)
        one.bar(place + 0.2, scaled, 0.38, color=BLUE, label=say(en="from q·k / √d", ko="q·k / √d"), **style)
        one.text(0.35, plain[0] + 0.02, f"{plain[0]:.2f}", size=9, color=ORANGE)
        one.text(0.55, scaled[0] + 0.02, f"{scaled[0]:.2f}", size=9, color=BLUE)
        one.set(
            title=f"d = {d}", ylim=(0, 1.12), xticks=[], xlabel=say(en="keys, best first", ko="점수가 높은 순서의 키")
        )
        one.xaxis.label.set_size(8.5)
        if d > 4:
            one.set_yticks([])
    axes[0].set_ylabel(say(en="weight", ko="가중치"))
    axes[0].legend(loc="upper right")
    return figure


def look_ahead(say):
    """The look-ahead mask as a triangle, and the weights it leaves."""
    figure, axes = canvas(6.6, 2.9, columns=3)
    rng = np.random.default_rng(5)
    length, d = 6, 8
    x = rng.standard_normal((length, d))
    scores = x @ rng.standard_normal((length, d)).T / np.sqrt(d)
    mask = np.tril(np.ones((length, length), dtype=bool))
    weights = _softmax(np.where(mask, scores, -np.inf))
    pictures = (
        (_softmax(scores), say(en="weights without a mask", ko="마스크가 없을 때의 가중치")),
        (None, say(en="mask: ● keeps", ko="마스크: ●를 남김")),
        (weights, say(en="weights with it", ko="마스크를 쓴 가중치")),
    )
    for one, (values, title) in zip(axes, pictures, strict=True):
        shown = np.zeros((length, length)) if values is None else values
        one.pcolormesh(shown, cmap=HEAT, vmin=0, vmax=1, edgecolors=GRAY, linewidth=0.4)
        if values is None:
            rows, columns = np.nonzero(mask)
            one.plot(columns + 0.5, rows + 0.5, "o", color=BLUE, markersize=5)
        one.invert_yaxis()
        one.set_aspect("equal")
        one.set_title(title, size=9)
        one.set_xticks(np.arange(length) + 0.5, range(length))
        one.set_yticks(np.arange(length) + 0.5, range(length))
        one.tick_params(length=0)
        one.set_xlabel(say(en="key j", ko="키 j"))
        for side in one.spines.values():
            side.set_visible(False)
    axes[0].set_ylabel(say(en="query i", ko="쿼리 i"))
    return figure
