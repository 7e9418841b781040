"""The figures of u10_convnets."""

from functools import cache

import numpy as np
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits
from solution import LeNet5, SimpleConvNet, feature_maps, filter_maximisation, grad_cam, train

from graders.figures import BLUE, DIVERGING, GRAY, GREEN, HEAT, INK, ORANGE, PURPLE, SHADE, canvas, caption, edge

SEVEN, THREE = 7, 3  # the digits that are looked at


def _digits():
    """Train and test images (N, 1, 8, 8) from 0 to 1, and their labels."""
    bunch = load_digits()
    order = np.random.default_rng(3).permutation(len(bunch.images))
    x, t = bunch.images[order, None] / 16, bunch.target[order]
    return x[:1400], t[:1400], x[1400:], t[1400:]


@cache
def _trained():
    """A SimpleConvNet on 1,400 digits for 12 epochs, and its losses and test accuracies."""
    np.random.seed(5)
    rng = np.random.default_rng(5)
    x, t, x_test, t_test = _digits()
    param = {"filter_num": 8, "filter_size": 3, "pad": 1, "stride": 1}
    net = SimpleConvNet((1, 8, 8), param, hidden_size=32, output_size=10, weight_init_std=0.15)
    losses, right = [], [net.accuracy(x_test, t_test)]
    for _ in range(12):
        losses += train(net, x, t, rng.permutation(1400).reshape(-1, 28), lr=0.2)
        right.append(net.accuracy(x_test, t_test))
    return net, losses, right


def _box(axes, x, y, width, height, text, color, below=""):
    axes.add_patch(Rectangle((x, y), width, height, facecolor=SHADE, edgecolor=color, linewidth=1.4))
    caption(axes, x + width / 2, y + height / 2, text, size=8.5)
    if below:
        caption(axes, x + width / 2, y - 0.2, below, size=8.5, color=color)


def _stack(axes, x, y, side, count, color):
    """Squares behind one another, as feature maps are drawn."""
    for k in reversed(range(count)):
        spot = (x + 0.09 * k, y + 0.09 * k)
        axes.add_patch(Rectangle(spot, side, side, facecolor=SHADE, edgecolor=color, linewidth=1.2))


def _image(axes, values, title="", cmap=HEAT, low=None, high=None):
    axes.imshow(np.kron(values, np.ones((6, 6))), cmap=cmap, vmin=low, vmax=high, interpolation="none")
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=8.5)
    for spine in axes.spines.values():
        spine.set_visible(False)


def pipeline(say):
    """SimpleConvNet from the image to the scores."""
    figure, axes = canvas(7.0, 2.5, blank=True)
    spots = ((0.15, 1.2, 1, GRAY), (1.55, 1.1, 4, BLUE), (3.0, 1.1, 4, GREEN), (4.5, 0.6, 4, ORANGE))
    for x, side, count, color in spots:
        _stack(axes, x, 1.35 - side / 2, side * 0.85, count, color)
    words = (
        (0.65, say(en="image", ko="이미지"), "1×28×28", GRAY),
        (2.1, "Conv1", "30×24×24", BLUE),
        (3.55, "Relu1", "30×24×24", GREEN),
        (4.85, "Pool1", "30×12×12", ORANGE),
        (5.75, "Affine1, Relu2", "100", PURPLE),
        (6.55, "Affine2", "10", INK),
    )
    for place, (x, name, shape, color) in enumerate(words):
        caption(axes, x, 2.32 if place != 4 else 2.05, name, size=8.5, color=color)
        caption(axes, x, 0.38, shape, size=8.5)
    for x, rows, color in ((5.75, 10, PURPLE), (6.55, 5, INK)):
        for k in range(rows):
            axes.add_patch(
                Rectangle((x - 0.09, 1.35 + 0.13 * (k - rows / 2)), 0.18, 0.11, facecolor=SHADE, edgecolor=color)
            )
    for start, end in ((1.22, 1.53), (2.74, 2.98), (4.2, 4.47), (5.33, 5.64), (5.86, 6.44)):
        edge(axes, (start, 1.35), (end, 1.35), gap=0)
    counts = ((1.38, "780"), (5.45, "432,100"), (6.2, "1,010"))
    for x, text in counts:
        caption(axes, x, 0.12, text, size=8, color=GRAY)
    caption(
        axes,
        3.4,
        0.12,
        say(en="parameters (gray): 433,890 in all", ko="매개변수(회색): 모두 433,890개"),
        size=8,
        color=GRAY,
    )
    return figure


def lenet(say):
    """LeNet-5: shapes and parameters of its seven layers."""
    shapes, counts = LeNet5()
    names = ("C1", "S2", "C3", "S4", "C5", "F6", say(en="output", ko="출력"))
    figure, axes = canvas(7.0, 2.6, blank=True)
    caption(axes, 0.5, 2.3, say(en="image", ko="이미지"), size=8.5, color=GRAY)
    _stack(axes, 0.1, 0.85, 0.8, 1, GRAY)
    caption(axes, 0.5, 0.6, "1×32×32", size=8.5)
    sides, colors = (0.5, 0.38, 0.32, 0.24, 0.14), (BLUE, ORANGE, BLUE, ORANGE, BLUE, PURPLE, INK)
    for place, (name, shape, count) in enumerate(zip(names, shapes, counts, strict=True)):
        x = 1.55 + 0.87 * place
        caption(axes, x, 2.3, name, size=9, color=colors[place])
        if place < 5:
            _stack(axes, x - 0.3, 1.25 - sides[place] / 2, sides[place], 4, colors[place])
        else:
            for k in range(8 if place == 5 else 5):
                spot = (x - 0.08, 1.3 + 0.12 * (k - (8 if place == 5 else 5) / 2))
                axes.add_patch(Rectangle(spot, 0.16, 0.1, facecolor=SHADE, edgecolor=colors[place]))
        caption(axes, x, 0.6, "×".join(map(str, shape)), size=8.5)
        caption(axes, x, 0.33, f"{count:,}", size=8.5, color=colors[place])
    total = f"{sum(counts):,}"
    words = say(
        en=f"shape, and below it the parameters: {total} in all", ko=f"형상, 그 아래는 매개변수의 수: 모두 {total}개"
    )
    caption(axes, 3.5, 0.08, words, size=8.5, color=GRAY)
    return figure


def fields(say):
    """The receptive field of one entry after one, two and three layers."""
    figure, axes = canvas(7.0, 2.1, columns=4)
    titles = (
        say(en="3×3 conv: 3", ko="3×3 합성곱: 3"),
        say(en="3×3 conv: 5", ko="3×3 합성곱: 5"),
        say(en="2×2 pooling: 6", ko="2×2 풀링: 6"),
        say(en="3×3 conv: 10", ko="3×3 합성곱: 10"),
    )
    for one, side, title, color in zip(axes, (3, 5, 6, 10), titles, (BLUE, BLUE, ORANGE, BLUE), strict=True):
        low = (11 - side) // 2
        one.add_patch(Rectangle((low, low), side, side, facecolor=color, alpha=0.45))
        for k in range(12):
            one.plot([k, k], [0, 11], color=GRAY, lw=0.4)
            one.plot([0, 11], [k, k], color=GRAY, lw=0.4)
        one.add_patch(Rectangle((low, low), side, side, fill=False, edgecolor=color, linewidth=2))
        one.set(aspect="equal", xlim=(-0.2, 11.2), ylim=(-0.2, 11.2), xticks=[], yticks=[])
        one.set_title(title, fontsize=9)
        for spine in one.spines.values():
            spine.set_visible(False)
    return figure


def learning(say):
    """Loss and accuracy while SimpleConvNet learns the digits."""
    _, losses, right = _trained()
    figure, axes = canvas(6.6, 2.5, columns=2)
    steps = np.arange(1, len(losses) + 1) / 50
    axes[0].plot(steps, losses, color=GRAY, lw=0.7, label=say(en="each mini-batch", ko="미니배치마다"))
    epochs = np.arange(1, 13)
    means = np.array(losses).reshape(12, -1).mean(axis=1)
    axes[0].plot(
        epochs - 0.5, means, color=BLUE, marker="o", ms=3.5, label=say(en="mean of an epoch", ko="에폭의 평균")
    )
    axes[0].axhline(np.log(10), color=ORANGE, ls="--", lw=1, label=say(en="guessing: log 10", ko="무작위 예측: log 10"))
    axes[0].set(xlabel=say(en="epoch", ko="에폭"), ylabel=say(en="loss", ko="손실"), ylim=(0, 3.6))
    axes[0].legend(loc="upper right")
    axes[1].plot(range(13), 100 * np.array(right), color=GREEN, marker="s", ms=3.5)
    axes[1].set(xlabel=say(en="epoch", ko="에폭"), ylim=(0, 102))
    axes[1].set_ylabel(say(en="right on 397 new digits (%)", ko="새 숫자 397개의 정확도 (%)"))
    axes[1].annotate(
        f"{100 * right[-1]:.1f} %", (12, 100 * right[-1]), (9, 78), arrowprops={"arrowstyle": "-", "color": GRAY}
    )
    return figure


def vgg(say):
    """The three blocks of DeepConvNet."""
    figure, axes = canvas(7.0, 2.1, blank=True)
    x = 0.12
    for block, (filters, side) in enumerate(((16, 28), (32, 14), (64, 8)), 1):
        for name, color, width in (("Conv", BLUE, 0.46), ("Relu", GREEN, 0.32)) * 2:
            axes.add_patch(Rectangle((x, 0.75), width - 0.06, 0.75, facecolor=SHADE, edgecolor=color, linewidth=1.3))
            axes.text(x + width / 2 - 0.03, 1.12, name, rotation=90, ha="center", va="center", size=8.5, color=INK)
            x += width
        axes.add_patch(Rectangle((x, 0.88), 0.22, 0.5, facecolor=SHADE, edgecolor=ORANGE, linewidth=1.3))
        axes.text(x + 0.11, 1.12, "Pool", rotation=90, ha="center", va="center", size=8.5, color=INK)
        caption(
            axes,
            x - 0.8,
            1.75,
            say(en=f"block {block}: {filters} filters", ko=f"블록 {block}: 필터 {filters}개"),
            size=8.5,
        )
        caption(axes, x - 0.8, 0.5, f"{filters}×{side}×{side}", size=8.5)
        caption(axes, x + 0.12, 0.25, f"→ {(14, 8, 4)[block - 1]}×{(14, 8, 4)[block - 1]}", size=8, color=ORANGE)
        x += 0.34
    for name, color in (("Affine", PURPLE), ("Relu", GREEN), ("Affine", PURPLE)):
        axes.add_patch(Rectangle((x, 0.85), 0.26, 0.55, facecolor=SHADE, edgecolor=color, linewidth=1.3))
        axes.text(x + 0.13, 1.12, name, rotation=90, ha="center", va="center", size=8.5, color=INK)
        x += 0.3
    caption(axes, x - 0.42, 0.5, "50 → 10", size=8.5)
    return figure


def maps(say):
    """A digit and its eight feature maps after convolution, ReLU and pooling."""
    net = _trained()[0]
    _, _, x, t = _digits()
    image = x[t == SEVEN][:1]
    seen = feature_maps(net, image)
    figure, axes = canvas(7.0, 3.3, columns=9, rows=3)
    limit = np.abs(seen["Conv1"]).max()
    rows = (("Conv1", DIVERGING, -limit), ("Relu1", HEAT, 0), ("Pool1", HEAT, 0))
    for row, (name, cmap, low) in enumerate(rows):
        if row == 0:
            _image(axes[0][0], image[0, 0], say(en="image", ko="이미지"), HEAT, 0, 1)
        else:
            axes[row][0].set_axis_off()
        for k in range(8):
            _image(axes[row][k + 1], seen[name][0, k], f"{name}[{k}]", cmap, low, limit)
    return figure


def wishes(say):
    """Noise, and what it becomes when the answer of one of the eight filters grows for 30 steps."""
    net = _trained()[0]
    noise = 0.5 * np.random.default_rng(1).standard_normal((1, 1, 8, 8))
    figure, axes = canvas(7.0, 2.3, columns=9, rows=2)
    limit = 3.0
    _image(axes[0][0], noise[0, 0], say(en="start", ko="시작"), DIVERGING, -limit, limit)
    axes[1][0].set_axis_off()
    for k in range(8):
        filters = net.params["W1"][k, 0]
        _image(
            axes[0][k + 1],
            filters,
            say(en=f"filter {k}", ko=f"필터 {k}"),
            DIVERGING,
            -np.abs(filters).max(),
            np.abs(filters).max(),
        )
        image, values = filter_maximisation(net, noise, "Relu1", k, steps=30, lr=0.1)
        _image(axes[1][k + 1], image[0, 0], f"{values[0, 0]:.2f} → {values[-1, 0]:.1f}", DIVERGING, -limit, limit)
    return figure


def cams(say):
    """Grad-CAM over digits: where each speaks for its class, and for another."""
    net = _trained()[0]
    _, _, x, t = _digits()
    chosen = np.array([np.flatnonzero(t == digit)[2] for digit in (0, 3, 4, 7, 8)])
    asked = (t[chosen], np.full(5, THREE))
    figure, axes = canvas(6.6, 3.6, columns=5, rows=3)
    maps_of = [grad_cam(net, x[chosen], labels) for labels in asked]
    for k in range(5):
        _image(axes[0][k], x[chosen[k], 0], say(en=f"digit {t[chosen[k]]}", ko=f"숫자 {t[chosen[k]]}"), "gray_r", 0, 1)
        for row, (labels, heat) in enumerate(zip(asked, maps_of, strict=True), 1):
            title = say(en=f"for {labels[k]}", ko=f"{labels[k]}에 대해")
            _image(axes[row][k], heat[k], title, HEAT, 0, max(one.max() for one in maps_of))
    return figure
