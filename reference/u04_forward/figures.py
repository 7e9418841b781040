"""The figures of u04_forward."""

import numpy as np
import solution as forward
from matplotlib.patches import Circle, Rectangle

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PAPER, PURPLE, RED, SHADE, canvas, caption


def straight_or_bent(say):
    """Three layers without and with an activation between them."""
    figure, axes = canvas(6.4, 2.5, columns=2)
    x = np.linspace(-3, 3, 241)[:, None]
    for ax, bend in zip(axes, (forward.identity_function, forward.relu), strict=True):
        for seed, color, style in ((3, BLUE, "-"), (8, ORANGE, "--"), (12, GREEN, "-.")):
            rng = np.random.default_rng(seed)
            y = x
            for before, after in ((1, 8), (8, 8), (8, 1)):
                y = forward.affine(y, rng.normal(size=(before, after)) / np.sqrt(before), rng.normal(size=after) * 0.6)
                y = bend(y) if after > 1 else y
            ax.plot(x[:, 0], y[:, 0], color=color, linestyle=style)
        ax.set(xlabel="$x$", xticks=[-3, 0, 3])
        ax.grid(True)
    axes[0].set_title(say(en="three layers, no activation", ko="세 계층, 활성화 함수 없음"))
    axes[1].set_title(say(en="the same weights with ReLU", ko="같은 가중치에 ReLU를 넣으면"))
    axes[0].set_ylabel("$y$")
    return figure


def _curve_and_slope(figure, axes, functions, titles, reach, say, marks):
    x = np.linspace(-reach, reach, 241)
    for column, (name, options) in enumerate(functions):
        value, slope = getattr(forward, name), getattr(forward, f"{name}_grad")
        top, low = axes[0, column], axes[1, column]
        top.plot(x, value(x, *options), color=BLUE)
        steep = slope(x, *options)
        jumps = np.where(np.abs(np.diff(steep)) > 0.2)[0] + 1
        low.plot(np.insert(x, jumps, x[jumps]), np.insert(steep, jumps, np.nan), color=ORANGE, linestyle="--")
        where, text = marks[column]
        if where is not None:
            height = slope(np.array([where]), *options)[0]
            low.plot([where], [height], "o", color=RED, markersize=5)
            low.annotate(text, (where, height), (7, 1), textcoords="offset points", color=RED, size=8.5)
            top.plot([where], [value(np.array([where]), *options)[0]], "o", color=RED, markersize=5)
        top.set_title(titles[column])
        for ax in (top, low):
            ax.axhline(0, color=GRAY, linewidth=0.6)
            ax.axvline(0, color=GRAY, linewidth=0.6)
        top.tick_params(labelbottom=False)
        low.set_ylim(-0.15, 1.25)
        low.set_xlabel("$x$")
    axes[0, 0].set_ylabel(say(en="value", ko="값"), color=BLUE)
    axes[1, 0].set_ylabel(say(en="slope", ko="기울기"), color=ORANGE)
    return figure


def hinges(say):
    """ReLU, leaky ReLU, ELU and the piecewise linear function with their slopes."""
    figure, axes = canvas(7.0, 3.2, columns=4, rows=2)
    functions = [("relu", ()), ("leaky_relu", (0.1,)), ("elu", (1.0,)), ("piecewise_linear", ())]
    titles = [
        "ReLU",
        say(en="leaky ReLU, α = 0.1", ko="Leaky ReLU, α = 0.1"),
        "ELU, α = 1",
        say(en="piecewise linear", ko="구간별 선형"),
    ]
    _curve_and_slope(figure, axes, functions, titles, 2.5, say, [(None, "")] * 4)
    for ax in axes[0]:
        ax.set_ylim(-1.2, 2.6)
    return figure


def s_curves(say):
    """Sigmoid, tanh and softplus with their slopes; the steepest point is marked."""
    figure, axes = canvas(6.6, 3.4, columns=3, rows=2)
    functions = [("sigmoid", ()), ("tanh", ()), ("softplus", ())]
    titles = [say(en="sigmoid", ko="시그모이드"), "tanh", say(en="softplus", ko="소프트플러스")]
    _curve_and_slope(figure, axes, functions, titles, 5, say, [(0.0, "0.25"), (0.0, "1"), (0.0, "0.5")])
    axes[0, 0].set_ylim(-1.2, 1.2)
    axes[0, 1].set_ylim(-1.2, 1.2)
    axes[1, 2].annotate(
        say(en="towards 1", ko="1에 가까워짐"), (4.9, 1.0), (0, 4), textcoords="offset points", ha="right", size=8.5
    )
    return figure


def _table(ax, left, top, rows, size=0.52, color=INK, fill=SHADE):
    """Numbers in boxes, the upper left corner at (left, top)."""
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            corner = left + j * size, top - (i + 1) * size
            ax.add_patch(Rectangle(corner, size, size, facecolor=fill, edgecolor=color, linewidth=1.2, zorder=2))
            caption(ax, left + (j + 0.5) * size, top - (i + 0.5) * size, value, size=10)


def affine_shapes(say):
    """x W + b as boxes with numbers and shapes."""
    figure, ax = canvas(6.6, 2.3, blank=True)
    x, W, b = np.array([[2.0, 3.0]]), np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([0.5, 0.6])
    y = forward.affine(x, W, b)
    middle = 1.25
    parts = [(0.35, x, BLUE, "x"), (2.0, W, ORANGE, "W"), (3.65, b[None, :], GREEN, "b"), (5.25, y, PURPLE, "y")]
    shapes = ["(1, 2)", "(2, 2)", "(2,)", "(1, 2)"]
    for (left, array, color, name), shape in zip(parts, shapes, strict=True):
        _table(ax, left, middle + len(array) * 0.26, [[f"{value:g}" for value in row] for row in array], color=color)
        caption(ax, left + 0.52, middle + 0.78, f"${name}$", color=color, size=11)
        caption(ax, left + 0.52, middle - 0.78, shape, color=color)
    for at, sign in ((1.7, "@"), (3.35, "+"), (4.98, "=")):
        caption(ax, at, middle, sign, size=12)
    ax.annotate(
        "",
        (2.35, middle - 0.9),
        (1.0, middle - 0.9),
        arrowprops={"arrowstyle": "-", "color": GRAY, "connectionstyle": "arc3,rad=0.12"},
    )
    caption(
        ax,
        1.68,
        0.1,
        say(en="the inner sizes meet: 2 = 2", ko="안쪽 두 수가 만납니다: 2 = 2"),
        color=GRAY,
        size=8.5,
    )
    caption(ax, 5.25, 0.1, "2·0.1 + 3·0.3 + 0.5 = 1.6", size=8.5, color=PURPLE)
    return figure


def maxout_envelope(say):
    """Three lines and their upper envelope."""
    figure, ax = canvas(5.6, 2.9)
    W, b = np.array([[-1.0, 0.5, 2.0]]), np.array([0.0, 0.5, -2.0])
    x = np.linspace(-3, 4, 141)
    for k, (color, style) in enumerate(((BLUE, "--"), (GREEN, "-."), (PURPLE, ":"))):
        ax.plot(x, x * W[0, k] + b[k], color=color, linestyle=style, linewidth=1.3)
    ax.plot(x, forward.maxout(x[:, None], W, b), color=ORANGE, linewidth=3.2, label=say(en="maxout", ko="Maxout"))
    points = np.array([[-2.0], [0.0], [3.0]])
    heights, slopes = forward.maxout(points, W, b), forward.maxout_grad(points, W, b)
    for (at,), height, (slope,), shift in zip(points, heights, slopes, ((12, 8), (-4, 12), (-64, 6)), strict=True):
        ax.plot([at], [height], "o", color=RED, markersize=6, zorder=4)
        number = f"{slope:g}".replace("-", "−")
        text = say(en=f"slope {number}", ko=f"기울기 {number}")
        ax.annotate(text, (at, height), shift, textcoords="offset points", color=RED)
    ax.text(2.2, -1.95, "$-x$", color=BLUE)
    ax.text(3.0, 1.75, "$0.5x+0.5$", color=GREEN, va="top")
    ax.text(-0.3, -2.2, "$2x-2$", color=PURPLE, ha="right")
    ax.set(xlabel="$x$", ylabel="$y$", ylim=(-2.7, 5.2))
    ax.legend(loc="upper center")
    ax.grid(True)
    return figure


def _column(ax, x, ys, color, texts, radius=0.27):
    for y, text in zip(ys, texts, strict=True):
        ax.add_patch(Circle((x, y), radius, facecolor=SHADE, edgecolor=color, linewidth=1.4, zorder=3))
        caption(ax, x, y, text, size=8.5)


def _wires(ax, left, ys, right, others, weights, radius=0.27):
    """Lines from column to column with the weight near the start of each."""
    for i, y in enumerate(ys):
        for j, other in enumerate(others):
            ax.plot([left + radius, right - radius], [y, other], color=GRAY, linewidth=0.9, zorder=1)
            part = 0.24 + 0.2 * (i % 2) if len(ys) < 3 else 0.2 + 0.14 * i
            at = left + radius + part * (right - left - 2 * radius)
            height = y + part * (other - y)
            ax.text(
                at,
                height,
                f"{weights[i, j]:g}",
                size=8,
                ha="center",
                va="center",
                zorder=2,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
            )


def network_2322(say):
    """The network 2-3-2-2 with its numbers."""
    figure, ax = canvas(7.0, 3.15, blank=True)
    x = np.array([1.0, 0.5])
    W = [np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]), np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])]
    W.append(np.array([[0.1, 0.3], [0.2, 0.4]]))
    b = [np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2]), np.array([0.1, 0.2])]
    columns, heights = [0.55, 2.45, 4.45, 6.35], {2: [2.2, 0.9], 3: [2.45, 1.5, 0.55]}
    values, colors = x, (BLUE, ORANGE, ORANGE, GREEN)
    _column(ax, columns[0], heights[2], BLUE, [f"{value:g}" for value in x])
    for k in range(3):
        sums = forward.affine(values, W[k], b[k])
        result = forward.sigmoid(sums) if k < 2 else sums
        ys = heights[len(result)]
        _wires(ax, columns[k], heights[len(values)], columns[k + 1], ys, W[k])
        _column(ax, columns[k + 1], ys, colors[k + 1], [f"{value:.3f}" for value in result])
        for y, total, bias in zip(ys, sums, b[k], strict=True):
            words = f"Σ {total:.3g} (b {bias:g})" if k < 2 else f"(b {bias:g})"
            caption(ax, columns[k + 1], y - 0.38, words, color=GRAY, size=8)
        values = result
    names = (
        say(en="input", ko="입력"),
        say(en="layer 1, sigmoid", ko="첫 계층, 시그모이드"),
        say(en="layer 2, sigmoid", ko="둘째 계층, 시그모이드"),
        say(en="output, identity", ko="출력, 항등"),
    )
    for at, name in zip((0.55, 2.45, 4.45, 6.25), names, strict=True):
        caption(ax, at, 2.98, name)
    return figure


def mlp_by_hand(say):
    """Two inputs, two hidden nodes, one output, the biases as weights of a constant 1."""
    figure, ax = canvas(6.2, 3.1, blank=True)
    w_hidden, w_output = np.array([[0.5, 0.1, 0.3], [0.6, 0.2, 0.4]]), np.array([[0.3, 0.1, 0.2]])
    net_hidden, h, net_output, o = forward.mlp_example(np.array([2.0, 3.0]), w_hidden, w_output)
    rows = [2.45, 1.55, 0.65]
    _wires(ax, 0.6, rows, 3.0, rows[1:], w_hidden.T)
    _wires(ax, 3.0, rows, 5.4, [1.55], w_output.T)
    _column(ax, 0.6, rows[:1], GRAY, ["1"])
    _column(ax, 0.6, rows[1:], BLUE, ["2", "3"])
    _column(ax, 3.0, rows[:1], GRAY, ["1"])
    _column(ax, 3.0, rows[1:], ORANGE, [f"{value:.3f}" for value in h])
    _column(ax, 5.4, [1.55], GREEN, [f"{o[0]:.3f}"])
    for y, total in zip(rows[1:], net_hidden, strict=True):
        caption(ax, 3.0, y - 0.38, f"Σ {total:.1f}", color=GRAY, size=8.5)
    caption(ax, 5.4, 1.17, f"Σ {net_output[0]:.3f}", color=GRAY, size=8.5)
    caption(ax, 0.6, 2.92, say(en="input", ko="입력"))
    caption(ax, 3.0, 2.92, say(en="hidden layer", ko="은닉층"))
    caption(ax, 5.4, 2.92, say(en="output", ko="출력"))
    return figure


def softmax_shift(say):
    """Scores, their powers of e and the probabilities, also after a shift by −4."""
    figure, axes = canvas(6.8, 2.6, columns=3)
    scores = np.array([0.3, 2.9, 4.0])
    places, width = np.arange(3), 0.38
    labels = (say(en="scores", ko="점수 x"), say(en="scores − 4", ko="x − 4"))
    for shift, color, hatch, side, label in ((0.0, BLUE, "", -1, labels[0]), (4.0, ORANGE, "///", 1, labels[1])):
        x = scores - shift
        for ax, heights in zip(axes, (x, np.exp(x), forward.softmax(x)), strict=True):
            at = places + side * width / 2
            ax.bar(at, heights, width, color=color, hatch=hatch, edgecolor=SHADE, linewidth=0.5, label=label)
            for place, height in zip(at, heights, strict=True):
                text = f"{height:.3f}" if ax is axes[2] or abs(height) < 1 else f"{height:.1f}"
                ax.annotate(
                    (text if ax is not axes[0] else f"{height:.1f}").replace("-", "−"),
                    (place, height),
                    (0, 3 if height >= 0 else -3),
                    textcoords="offset points",
                    ha="center",
                    va="bottom" if height >= 0 else "top",
                    size=8,
                    rotation=90,
                )
    titles = (say(en="scores", ko="점수"), "$e^{x}$", say(en="probabilities", ko="확률"))
    for ax, title, limits in zip(axes, titles, ((-6, 6.4), (0, 72), (0, 1.05)), strict=True):
        ax.set_title(title)
        ax.set(xticks=places, xticklabels=["1", "2", "3"], xlabel=say(en="class", ko="클래스"), ylim=limits)
    axes[0].axhline(0, color=GRAY, linewidth=0.8)
    axes[1].legend(loc="upper left")
    return figure


def parameter_counts(say):
    """Parameters per layer of two networks."""
    figure, ax = canvas(6.2, 2.2)
    layers = [(2352, 64), (784, 50), (50, 10)]
    names = ["2352 → 64", "784 → 50", "50 → 10"]
    totals = [forward.mlp_parameter_count([before, after]) for before, after in layers]
    ax.barh(names, totals, color=[ORANGE, BLUE, BLUE])
    for place, ((before, after), total) in enumerate(zip(layers, totals, strict=True)):
        ax.annotate(
            f"{after} · ({before} + 1) = {total:,}", (total, place), (6, 0), textcoords="offset points", va="center"
        )
    ax.invert_yaxis()
    ax.set(xlim=(0, 230_000), xticks=[0, 50_000, 100_000, 150_000], xlabel=say(en="parameters", ko="매개변수의 수"))
    ax.set_xticklabels(["0", "50,000", "100,000", "150,000"])
    return figure
