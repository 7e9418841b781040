"""The figures of u05_loss_gradient."""

import numpy as np
import solution as unit

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, RED, canvas


def distances(say):
    """L1, L2 and half the sum of squares for one difference, and what one outlier does to the sums."""
    figure, axes = canvas(6.6, 2.6, columns=2)
    e = np.linspace(-3, 3, 121)
    curves = (
        (np.array([unit.l2_loss(value, 0.0) for value in e]), ORANGE, "-", "L2: $e^2$", "L2: e²"),
        (np.array([unit.sum_squared_error(value, 0.0) for value in e]), GREEN, "-.", "$e^2/2$", "e²/2"),
        (np.array([unit.l1_loss(value, 0.0) for value in e]), BLUE, "--", "L1: $|e|$", "L1: |e|"),
    )
    for y, color, style, en, ko in curves:
        axes[0].plot(e, y, color=color, linestyle=style, label=say(en=en, ko=ko))
    axes[0].set(xlabel=say(en="difference e = y − t", ko="차 e = y − t"), ylabel=say(en="loss", ko="손실"))
    axes[0].legend(loc="upper center")
    axes[0].set_ylim(0, 9.5)
    t = np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    usual, outlier = t + np.array([1.0, -1.0, 0.0, 3.0, -3.0]), t + np.array([1.0, -1.0, 0.0, 3.0, -30.0])
    places, width = np.arange(2), 0.36
    for loss, color, hatch, side in ((unit.l1_loss, BLUE, "", -1), (unit.l2_loss, ORANGE, "///", 1)):
        values = [loss(usual, t), loss(outlier, t)]
        label = "L1" if side < 0 else "L2"
        axes[1].bar(places + side * width / 2, values, width, color=color, hatch=hatch, label=label)
        for place, value in zip(places, values, strict=True):
            at = place + side * width / 2, value
            axes[1].annotate(f"{value:.0f}", at, (0, 2), textcoords="offset points", ha="center", size=8.5)
    axes[1].set(
        xticks=places,
        xticklabels=[
            say(en="errors 1, −1, 0, 3, −3", ko="오차 1, −1, 0, 3, −3"),
            say(en="−30 for −3", ko="−3이 −30이면"),
        ],
        ylim=(0, 1050),
    )
    axes[1].legend(loc="upper left")
    return figure


def two_losses(say):
    """Squared error and cross entropy as functions of the probability of the right class, with slopes."""
    figure, axes = canvas(6.6, 2.7, columns=2)
    p = np.linspace(0.005, 1, 200)
    entropy = np.array([unit.cross_entropy_error(np.array([value, 1 - value]), np.array([1, 0])) for value in p])
    squared = np.array([unit.sum_squared_error(np.array([value, 1 - value]), np.array([1, 0])) for value in p])
    names = (say(en="cross entropy", ko="교차 엔트로피"), say(en="half the squares", ko="제곱합의 절반"))
    axes[0].plot(p, entropy, color=BLUE, label=names[0])
    axes[0].plot(p, squared, color=ORANGE, linestyle="--", label=names[1])
    axes[1].plot(p, -np.gradient(entropy, p), color=BLUE, label=names[0])
    axes[1].plot(p, -np.gradient(squared, p), color=ORANGE, linestyle="--", label=names[1])
    for place in (0.1, 0.5, 0.9):
        axes[0].plot([place], [-np.log(place)], "o", color=RED, markersize=4.5)
        axes[0].annotate(
            f"{-np.log(place):.2f}", (place, -np.log(place)), (5, 4), textcoords="offset points", size=8.5, color=RED
        )
    axes[0].set(ylim=(0, 5), ylabel=say(en="loss", ko="손실"))
    axes[1].set(ylim=(0, 12), ylabel=say(en="steepness", ko="가파른 정도"))
    for ax in axes:
        ax.set_xlabel(say(en="probability of the right class", ko="정답 클래스의 확률"))
        ax.set_xlim(0, 1.02)
        ax.grid(True)
    axes[0].legend(loc="upper right")
    return figure


def secants(say):
    """Forward and central difference as secants, beside the tangent."""
    figure, axes = canvas(6.6, 2.7, columns=2)
    h, x0 = 0.5, 1.0

    def f(z):
        return z**3 / 3

    z = np.linspace(0.1, 1.9, 121)
    kinds = (
        (axes[0], x0, x0 + h, say(en="forward: x and x + h", ko="전진 차분: x와 x + h")),
        (axes[1], x0 - h, x0 + h, say(en="central: x − h and x + h", ko="중심 차분: x − h와 x + h")),
    )
    for ax, left, right, title in kinds:
        slope = (f(right) - f(left)) / (right - left)
        ax.plot(z, f(z), color=BLUE)
        ax.plot(z, f(x0) + (z - x0), color=GRAY, linestyle=":", label=say(en="tangent, slope 1", ko="접선, 기울기 1"))
        label = say(en=f"secant, slope {slope:.2f}", ko=f"할선, 기울기 {slope:.2f}")
        ax.plot(z, f(left) + slope * (z - left), color=ORANGE, linestyle="--", label=label)
        ax.plot([left, right], [f(left), f(right)], "o", color=RED, markersize=5)
        ax.plot([x0], [f(x0)], "s", color=INK, markersize=4)
        ax.set_title(title)
        ax.set(xticks=[x0 - h, x0, x0 + h], ylim=(-0.6, 2.1), yticks=[0, 1, 2])
        ax.set_xticklabels(["x − h", "x", "x + h"])
        ax.legend(loc="upper left")
    return figure


def step_size(say):
    """The error of both differences against h, on logarithmic axes."""
    figure, ax = canvas(5.8, 3.0)
    h = 10.0 ** np.linspace(-15, -0.5, 59)
    right = np.cos(1.0)
    forward = np.abs((np.sin(1.0 + h) - np.sin(1.0)) / h - right)
    central = np.abs((np.sin(1.0 + h) - np.sin(1.0 - h)) / (2 * h) - right)
    ax.loglog(h, np.maximum(forward, 1e-14), "s--", color=ORANGE, markersize=3, label=say(en="forward", ko="전진 차분"))
    ax.loglog(h, np.maximum(central, 1e-14), "o-", color=BLUE, markersize=3, label=say(en="central", ko="중심 차분"))
    ax.axvline(1e-4, color=GREEN, linestyle=":")
    ax.annotate("h = 1e−4", (1e-4, 3e-13), (5, 0), textcoords="offset points", color=GREEN)
    ax.text(3e-15, 3e-7, say(en="rounding", ko="반올림 오차"), color=RED)
    ax.text(1.2e-2, 1.5e-10, say(en="curvature", ko="휘어짐"), color=RED)
    ax.set(xlabel="h", ylabel=say(en="error of the slope", ko="기울기의 오차"), ylim=(1e-13, 3))
    ax.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1])
    ax.grid(True)
    ax.legend(loc="upper center")
    return figure


def gradient_field(say):
    """Minus the numerical gradient of x₀² + x₁² on a grid, over the level lines."""
    figure, ax = canvas(4.2, 3.7)

    def f(v):
        return float(np.sum(v**2))

    side = np.linspace(-2, 2, 9)
    points = np.array([[a, b] for a in side for b in side])
    arrows = -np.array([unit.numerical_gradient(f, point) for point in points])
    around = np.linspace(0, 2 * np.pi, 73)
    for radius in (0.5, 1.0, 1.5, 2.0, 2.5):
        ax.plot(radius * np.cos(around), radius * np.sin(around), color=GRAY, linewidth=0.7)
    ax.quiver(*points.T, *arrows.T, color=BLUE, angles="xy", scale=50, width=0.006)
    ax.plot([0], [0], "*", color=RED, markersize=11)
    ax.annotate(say(en="minimum", ko="최솟값"), (0, 0), (7, 5), textcoords="offset points", color=RED)
    ax.set(xlim=(-2.4, 2.4), ylim=(-2.4, 2.4), aspect="equal", xlabel="$x_0$", ylabel="$x_1$", xticks=[-2, 0, 2])
    ax.set_yticks([-2, 0, 2])
    return figure


def rates(say):
    """Gradient descent on w⁴ from 2 with a rate too small, right and too large."""
    figure, axes = canvas(7.0, 2.7, columns=3)

    def f(w):
        return float(w[0] ** 4)

    w = np.linspace(-2.4, 2.4, 121)
    titles = (say(en="too small", ko="너무 작음"), say(en="right", ko="알맞음"), say(en="too large", ko="너무 큼"))
    for ax, rate, title in zip(axes, (0.001, 0.01, 0.13), titles, strict=True):
        _, path = unit.gradient_descent(f, np.array([2.0]), lr=rate, step_num=4 if rate > 0.1 else 11)
        path = path[:, 0]
        ax.plot(w, w**4, color=GRAY, linewidth=1.2)
        inside = np.abs(path) < 4
        ax.plot(path[inside], path[inside] ** 4, "o-", color=RED if rate > 0.1 else BLUE, markersize=4, linewidth=1)
        ax.set_title(f"{title}: α = {rate:g}")
        ax.set(xlim=(-2.6, 3.4) if rate > 0.1 else (-2.4, 2.4), ylim=(-4, 95) if rate > 0.1 else (-1, 18), xlabel="w")
        if rate > 0.1:
            ax.plot(np.linspace(2.4, 3.1, 31), np.linspace(2.4, 3.1, 31) ** 4, color=GRAY, linewidth=1.2)
        else:
            ax.annotate(
                say(en=f"10 steps: {path[10]:.2f}", ko=f"10번 뒤: {path[10]:.2f}"),
                (path[10], path[10] ** 4),
                (-34, 62),
                textcoords="offset points",
                ha="center",
                size=8.5,
                arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.7},
            )
    axes[0].set_ylabel(say(en="loss w⁴", ko="손실 w⁴"))
    return figure


def small_net(say):
    """A 2-4-2 net learns XOR with numerical gradients: loss, accuracy and the boundary."""
    figure, axes = canvas(6.8, 2.8, columns=2)
    x, t = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    np.random.seed(3)
    net = unit.TwoLayerNet(2, 4, 2, weight_init_std=1.0)
    losses, right = [], []
    for _ in range(300):
        losses.append(net.loss(x, t))
        right.append(net.accuracy(x, t))
        for name, grad in net.numerical_gradient(x, t).items():
            net.params[name] -= 1.0 * grad
    axes[0].plot(losses, color=BLUE, label=say(en="loss", ko="손실"))
    axes[0].plot(right, color=ORANGE, linestyle="--", label=say(en="accuracy", ko="정확도"))
    axes[0].axhline(np.log(2), color=GRAY, linestyle=":", linewidth=1)
    axes[0].annotate("ln 2", (300, np.log(2)), (-2, 3), textcoords="offset points", ha="right", size=8.5)
    axes[0].set(xlabel=say(en="step", ko="갱신"), ylim=(0, 1.08))
    axes[0].legend(loc="center right")
    side = np.linspace(-0.4, 1.4, 61)
    a, b = np.meshgrid(side, side)
    chance = net.predict(np.column_stack([a.ravel(), b.ravel()]))[:, 1].reshape(a.shape)
    lines = axes[1].contour(a, b, chance, levels=[0.1, 0.5, 0.9], colors=[GRAY, INK, GRAY], linestyles=["--", "-", ":"])
    axes[1].clabel(lines, fmt="%.1f", fontsize=8.5, colors=[INK])
    for answer, marker, color in ((0, "o", BLUE), (1, "^", PURPLE)):
        axes[1].plot(*x[t == answer].T, marker, color=color, markersize=9, linestyle="none", label=f"XOR = {answer}")
    axes[1].set(aspect="equal", xlim=(-0.4, 1.4), ylim=(-0.4, 1.4), xticks=[0, 1], yticks=[0, 1])
    axes[1].set(xlabel="$x_1$", ylabel="$x_2$")
    axes[1].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
