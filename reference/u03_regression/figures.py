"""The figures of u03_regression."""

import numpy as np
from matplotlib.patches import Rectangle
from sklearn.datasets import load_iris
from solution import (
    assign_clusters,
    bagging_vote,
    best_split,
    bootstrap_sample,
    correlation,
    cost_gradient,
    design_matrix,
    fit_stump,
    gradient_step,
    kmeans_step,
    knn_predict,
    linear_regression,
    logistic_regression,
    predict_line,
    predict_proba,
    simple_least_squares,
    split_gini,
    stump_predict,
)

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PAPER, PURPLE, RED, canvas

CLASS = (BLUE, ORANGE, GREEN)
MARKS = ("o", "s", "^")
CARS = np.array(
    [
        *([4.6986, 0.90, 2.0, 13.50], [1.9700, 1.92, 1.8, 21.50], [7.1138, 0.69, 1.9, 12.95]),
        *([3.1461, 1.92, 1.8, 20.95], [4.3610, 1.92, 1.8, 19.95], [2.1716, 1.10, 1.6, 17.95]),
        *([2.5563, 1.10, 1.6, 16.75], [6.4359, 1.10, 1.6, 16.95], [4.3905, 1.10, 1.6, 16.95]),
        *([5.6349, 1.10, 1.6, 15.95], [0.9750, 0.97, 1.4, 12.95], [2.7500, 0.97, 1.4, 14.75]),
        *([7.9375, 0.90, 2.0, 17.95], [7.9375, 0.97, 2.0, 15.80], [7.5048, 0.97, 1.4, 15.80]),
    ]
)


def residual_squares(say):
    """The squares of the residuals under a guess and under the best line."""
    x = np.array([0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    y = np.array([1.6, 1.2, 3.1, 2.6, 4.4, 3.9])
    figure, axes = canvas(6.6, 3.0, columns=2)
    lines = (
        (1.0, 0.9, say(en="a guess", ko="어림한 직선")),
        (*simple_least_squares(x, y), say(en="the best line", ko="가장 좋은 직선")),
    )
    for ax, (w0, w1, name) in zip(axes, lines, strict=True):
        ends = np.array([-0.2, 6.6])
        ax.plot(ends, predict_line(ends, w0, w1), color=BLUE)
        for a, b, c in zip(x, y, predict_line(x, w0, w1), strict=True):
            side = abs(b - c)
            left = a if b <= c else a - side  # beside the line, not across it
            ax.add_patch(Rectangle((left, min(b, c)), side, side, facecolor=ORANGE, alpha=0.3, edgecolor=ORANGE))
            ax.plot([a, a], [b, c], color=ORANGE, linewidth=1.6)
        ax.plot(x, y, "o", color=INK, markersize=5)
        cost = cost_gradient(x, y, w0, w1)[0]
        ax.set_title(f"{name}: C = {cost:.2f}")
        ax.set(xlim=(-0.2, 7.3), ylim=(-0.2, 6.6), aspect="equal", xlabel="x", ylabel="y")
    return figure


def power_and_mileage(say):
    """Price against power and against mileage, with r."""
    figure, axes = canvas(6.6, 2.6, columns=2)
    price = CARS[:, 3]
    for ax, column, name in (
        (axes[0], 1, say(en="power (100 hp)", ko="마력 (100)")),
        (axes[1], 0, say(en="mileage (10,000 km)", ko="주행거리 (10,000 km)")),
    ):
        x = CARS[:, column]
        w0, w1 = simple_least_squares(x, price)
        ends = np.array([x.min(), x.max()])
        ax.plot(ends, predict_line(ends, w0, w1), color=BLUE)
        ax.plot(x, price, "o", color=ORANGE, markersize=4.5)
        ax.plot(x.mean(), price.mean(), "D", color=INK, markersize=6)
        ax.set_title(f"r = {correlation(x, price):.2f}".replace("-", "−"))
        ax.set(xlabel=name, ylim=(11, 23))
    axes[0].set_ylabel(say(en="price (1,000)", ko="가격 (1,000)"))
    axes[1].annotate(
        say(en="the means", ko="평균"),
        (CARS[:, 0].mean(), price.mean()),
        (5.4, 20),
        arrowprops={"arrowstyle": "-", "color": GRAY},
    )
    return figure


def cost_surface(say):
    """C over intercept and slope, with the steps of two learning rates."""
    x, y = np.arange(4.0), np.array([2.0, 4.0, 6.0, 8.0])
    figure, axes = canvas(6.6, 3.0, columns=2)
    W0, W1 = np.meshgrid(np.linspace(-1, 4, 70), np.linspace(-0.6, 4.4, 70))
    e = y - (W0[..., None] + W1[..., None] * x)
    C = (e**2).sum(axis=-1)
    for ax, lr, steps in ((axes[0], 0.01, 12), (axes[1], 0.05, 12)):
        ax.contour(W0, W1, C, levels=[0.5, 2, 6, 15, 30, 60, 120], colors=GRAY, linewidths=0.9)
        path = [(0.0, 0.0)]
        for _ in range(steps):
            path.append(gradient_step(x, y, *path[-1], lr))
        path = np.array(path)
        ax.plot(path[:, 0], path[:, 1], "-o", color=BLUE, markersize=3.5, linewidth=1.2)
        ax.plot(2, 2, "*", color=RED, markersize=13)
        ax.set_title(say(en=f"rate {lr}", ko=f"학습률 {lr}"))
        ax.set(xlabel="$w_0$", ylabel="$w_1$", xlim=(-1, 4), ylim=(-0.6, 4.4))
    return figure


def predicted_prices(say):
    """Prices of 15 cars against what three inputs predict."""
    Z, price = design_matrix(CARS[:, :3]), CARS[:, 3]
    guess = Z @ linear_regression(Z, price)
    figure, ax = canvas(4.6, 3.2)
    ax.plot([12, 22], [12, 22], "--", color=GRAY, linewidth=1)
    for a, b in zip(guess, price, strict=True):
        ax.plot([a, a], [a, b], color=ORANGE, linewidth=1.4)
    ax.plot(guess, price, "o", color=BLUE, markersize=5)
    ax.set(
        xlabel=say(en="predicted price (1,000)", ko="예측한 가격 (1,000)"),
        ylabel=say(en="actual price (1,000)", ko="실제 가격 (1,000)"),
        xlim=(11.5, 22.5),
        ylim=(11.5, 22.5),
    )
    ax.text(20.3, 19.3, say(en="exactly right", ko="정확한 예측"), color=INK, size=8.5)
    return figure


def _passed():
    rng = np.random.default_rng(4)
    hours = np.sort(rng.uniform(0, 6, 26))
    passed = (rng.random(26) < 1 / (1 + np.exp(-1.8 * (hours - 3)))).astype(int)
    return hours, passed


def _two_clouds():
    rng = np.random.default_rng(5)
    X = np.concatenate([rng.normal((-1, -0.5), 0.9, (25, 2)), rng.normal((1, 0.8), 0.9, (25, 2))])
    return X, np.repeat([0, 1], 25)


def logistic_curve(say):
    """The logistic curve against answers of 0 and 1, and the boundary in the plane."""
    figure, axes = canvas(6.8, 2.9, columns=2)
    hours, passed = _passed()
    Z = design_matrix(hours[:, None])
    w = logistic_regression(Z, passed, 0.5, 4000)
    line = np.linspace(-0.2, 6.2, 120)
    axes[0].plot(line, predict_proba(design_matrix(line[:, None]), w), color=BLUE)
    for label in (0, 1):
        axes[0].plot(
            hours[passed == label],
            passed[passed == label],
            MARKS[label],
            color=CLASS[label],
            markersize=4.5,
            clip_on=False,
        )
    edge = -w[0] / w[1]
    axes[0].plot([edge, edge], [0, 1], ":", color=RED)
    axes[0].axhline(0.5, color=GRAY, linewidth=0.7)
    axes[0].text(edge + 0.1, 0.12, f"x = {edge:.2f}", color=INK)
    axes[0].set(xlabel=say(en="hours of study", ko="공부한 시간"), ylabel="p", ylim=(-0.05, 1.05))
    X, y = _two_clouds()
    w = logistic_regression(design_matrix(X), y, 0.5, 4000)
    A, B = np.meshgrid(np.linspace(-3.4, 3.4, 40), np.linspace(-3, 3, 40))
    P = predict_proba(design_matrix(np.column_stack([A.ravel(), B.ravel()])), w).reshape(A.shape)
    for level, style in ((0.1, "--"), (0.5, "-"), (0.9, "--")):
        axes[1].contour(A, B, P, levels=[level], colors=RED if level == 0.5 else GRAY, linestyles=style, linewidths=1.4)
    for label in (0, 1):
        axes[1].plot(*X[y == label].T, MARKS[label], color=CLASS[label], markersize=4)
    for level in (0.1, 0.5, 0.9):
        a = (np.log(level / (1 - level)) - w[0] + 2.75 * w[2]) / w[1]
        axes[1].text(
            a, -2.75, f"{level}", size=8, ha="center", bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1}
        )
    axes[1].set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-3.4, 3.4), ylim=(-3, 3))
    return figure


def two_losses(say):
    """Log loss and squared error of one row of class 1, and their slopes, over the score."""
    z = np.linspace(-6, 6, 120)
    p = 1 / (1 + np.exp(-z))
    figure, axes = canvas(6.6, 2.6, columns=2)
    log, square = say(en="log loss", ko="로그 손실"), say(en="squared error", ko="제곱 오차")
    axes[0].plot(z, -np.log(p), color=BLUE, label=log)
    axes[0].plot(z, (1 - p) ** 2, "--", color=ORANGE, label=square)
    axes[1].plot(z, p - 1, color=BLUE, label=log)
    axes[1].plot(z, 2 * (p - 1) * p * (1 - p), "--", color=ORANGE, label=square)
    axes[0].set_title(say(en="loss when y = 1", ko="y = 1일 때의 손실"))
    axes[1].set_title(say(en="its slope", ko="그 기울기"))
    for ax in axes:
        ax.set_xlabel(say(en="score z", ko="점수 z"))
        ax.axhline(0, color=GRAY, linewidth=0.7)
    axes[0].legend()
    return figure


def _regions(ax, A, B, labels):
    ax.contourf(A, B, labels.reshape(A.shape), levels=[-0.5, 0.5, 1.5], colors=CLASS[:2], alpha=0.25)


def knn_regions(say):
    """The regions of k = 1 and k = 7 on two overlapping clouds."""
    rng = np.random.default_rng(8)
    X = np.concatenate([rng.normal((-0.8, -0.3), 0.9, (40, 2)), rng.normal((0.8, 0.3), 0.9, (40, 2))])
    y = np.repeat([0, 1], 40)
    A, B = np.meshgrid(np.linspace(-3.2, 3.2, 66), np.linspace(-2.6, 2.6, 54))
    grid = np.column_stack([A.ravel(), B.ravel()])
    figure, axes = canvas(6.8, 2.9, columns=2)
    for ax, k in zip(axes, (1, 7), strict=True):
        _regions(ax, A, B, knn_predict(X, y, grid, k))
        for label in range(2):
            ax.plot(*X[y == label].T, MARKS[label], color=CLASS[label], markersize=3)
        ax.set_title(f"k = {k}")
        ax.set(xlabel=say(en="feature 0", ko="특징 0"), xlim=(-3.2, 3.2), ylim=(-2.6, 2.6))
    axes[0].set_ylabel(say(en="feature 1", ko="특징 1"))
    return figure


def kmeans_steps(say):
    """Two steps of k-means on three clouds."""
    rng = np.random.default_rng(2)
    X = np.concatenate([rng.normal(mean, 0.55, (22, 2)) for mean in ((0, 0), (3, 0.5), (1.4, 2.6))])
    centers = np.array([[-0.6, 2.6], [0.6, 1.6], [3.6, 2.4]])
    figure, axes = canvas(6.9, 2.7, columns=3)
    names = (
        say(en="assign", ko="배정"),
        say(en="move, assign again", ko="옮기고 다시 배정"),
        say(en="and once more", ko="한 번 더"),
    )
    before = None
    for ax, name in zip(axes, names, strict=True):
        labels = assign_clusters(X, centers)
        for j in range(3):
            ax.plot(*X[labels == j].T, MARKS[j], color=CLASS[j], markersize=3.2, alpha=0.8)
            if before is not None:
                ax.annotate("", centers[j], before[j], arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.1})
            ax.plot(*centers[j], MARKS[j], color=CLASS[j], markeredgecolor=INK, markersize=10, markeredgewidth=1.4)
        ax.set_title(name)
        ax.set(xlim=(-1.6, 4.8), ylim=(-1.6, 4.2), xticks=[], yticks=[])
        before = centers
        centers = kmeans_step(X, centers)[1]
    return figure


def gini_thresholds(say):
    """The impurity after every possible split of one measurement."""
    iris = load_iris()
    x, y = iris.data[50:, 3], iris.target[50:] - 1
    values = np.unique(x)
    middles = (values[:-1] + values[1:]) / 2
    impurities = [split_gini(x, y, t) for t in middles]
    threshold, impurity = best_split(x, y)
    figure, axes = canvas(5.6, 3.4, rows=2)
    rng = np.random.default_rng(0)
    for label in (0, 1):
        mine = x[y == label]
        axes[0].plot(
            mine, label + rng.uniform(-0.22, 0.22, mine.size), MARKS[label], color=CLASS[label], markersize=3.5
        )
    axes[0].set(yticks=[0, 1], yticklabels=["versicolor", "virginica"], ylim=(-0.5, 1.5), xlim=(0.9, 2.6))
    axes[0].axvline(threshold, color=RED, linestyle="--", linewidth=1.2)
    axes[1].plot(middles, impurities, "-o", color=BLUE, markersize=3.5)
    axes[1].plot(threshold, impurity, "*", color=RED, markersize=13)
    axes[1].axvline(threshold, color=RED, linestyle="--", linewidth=1.2)
    axes[1].text(threshold + 0.05, impurity + 0.01, f"{threshold:.2f}: {impurity:.3f}")
    axes[1].set(
        xlim=(0.9, 2.6),
        ylim=(0.05, 0.55),
        xlabel=say(en="threshold on the petal width (cm)", ko="꽃잎 너비의 임계값 (cm)"),
        ylabel=say(en="impurity", ko="불순도"),
    )
    return figure


def _moons():
    rng = np.random.default_rng(11)
    X = rng.uniform(-2, 2, (90, 2))
    y = (X[:, 0] + X[:, 1] + rng.normal(0, 0.35, 90) > 0).astype(int)
    return X, y


def stumps_vote(say):
    """One stump, the thresholds of 25 stumps, and their vote."""
    X, y = _moons()
    rng = np.random.default_rng(1)
    stumps = [fit_stump(*bootstrap_sample(X, y, rng)) for _ in range(25)]
    A, B = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-2, 2, 41))
    grid = np.column_stack([A.ravel(), B.ravel()])
    figure, axes = canvas(6.9, 2.75, columns=3)
    votes = np.array([stump_predict(stump, grid) for stump in stumps])
    titles = (
        say(en="one stump", ko="그루터기 하나"),
        say(en="25 stumps", ko="그루터기 25개"),
        say(en="their vote", ko="다수결"),
    )
    _regions(axes[0], A, B, votes[0])
    for feature, threshold, _, _ in stumps:
        (axes[1].axvline if feature == 0 else axes[1].axhline)(threshold, color=PURPLE, alpha=0.55, linewidth=1)
    _regions(axes[2], A, B, bagging_vote(votes))
    for ax, title in zip(axes, titles, strict=True):
        for label in (0, 1):
            ax.plot(*X[y == label].T, MARKS[label], color=CLASS[label], markersize=2.8)
        ax.set_title(title)
        ax.set(xlim=(-2, 2), ylim=(-2, 2), xticks=[], yticks=[], aspect="equal")
    return figure
