"""The figures of u06_backprop."""

import numpy as np
from matplotlib.patches import Rectangle
from solution import Relu, Sigmoid, SoftmaxWithLoss, Tanh, TwoLayerNet, chain_rule, mlp_deltas, mlp_train

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, SHADE, canvas, caption, edge, node


def square_graph(say):
    """z = (x + y)² with its numbers forward and back."""
    figure, axes = canvas(6.6, 2.4, blank=True)
    node(axes, 0.6, 2.05, "x", round_=False, color=GRAY)
    node(axes, 0.6, 0.25, "y", round_=False, color=GRAY)
    node(axes, 2.3, 1.15, "+")
    node(axes, 4.3, 1.15, "×")
    edge(axes, (0.6, 2.05), (2.3, 1.15), "3", bend=-0.14, lift=9)
    edge(axes, (2.3, 1.15), (0.6, 2.05), "16", back=True, color=ORANGE, bend=-0.14, lift=9)
    edge(axes, (0.6, 0.25), (2.3, 1.15), "5", bend=-0.14, lift=9)
    edge(axes, (2.3, 1.15), (0.6, 0.25), "16", back=True, color=ORANGE, bend=-0.14, lift=9)
    edge(axes, (2.3, 1.15), (4.3, 1.15), "t = 8", bend=-0.4)
    edge(axes, (2.3, 1.15), (4.3, 1.15), "8", bend=-0.1)
    edge(axes, (4.3, 1.15), (2.3, 1.15), "8", back=True, color=ORANGE, bend=-0.1)
    edge(axes, (4.3, 1.15), (2.3, 1.15), "8", back=True, color=ORANGE, bend=-0.4)
    edge(axes, (4.3, 1.15), (6.1, 1.15), "z = 64", bend=-0.1)
    edge(axes, (6.1, 1.15), (4.3, 1.15), "1", back=True, color=ORANGE, bend=-0.1)
    caption(axes, 5.6, 2.1, say(en="values →", ko="값 →"))
    caption(axes, 5.6, 0.3, say(en="← gradients", ko="← 기울기"), color=ORANGE)
    caption(axes, 3.3, 0.25, say(en="8 + 8 = 16 arrives here", ko="여기에 8 + 8 = 16이 모입니다"), color=ORANGE)
    return figure


def sigmoid_graph(say):
    """The sigmoid as four nodes, at x = 1."""
    figure, axes = canvas(6.8, 1.9, blank=True)
    x = 1.0
    values = [x, -x, np.exp(-x), 1 + np.exp(-x), 1 / (1 + np.exp(-x))]
    back = [1.0]
    back.append(-back[-1] * values[4] ** 2)  # through 1/x
    back.append(back[-1])  # through + 1
    back.append(back[-1] * values[2])  # through exp
    back.append(-back[-1])  # through × (−1)
    places = np.linspace(1.5, 5.3, 4)
    for place, text in zip(places, ("×(−1)", "exp", "+1", "1/x"), strict=True):
        node(axes, place, 1.0, text, size=9)
    stops = [0.35, *places, 6.45]
    for number in range(5):
        here, there = (stops[number], 1.0), (stops[number + 1], 1.0)
        forward, backward = f"{values[number]:.3g}", f"{back[4 - number]:.3g}"
        edge(axes, here, there, forward.replace("-", "−"), bend=-0.2, gap=15)
        edge(axes, there, here, backward.replace("-", "−"), back=True, color=ORANGE, bend=-0.2, gap=15)
    caption(axes, 0.3, 1.0, "x")
    caption(axes, 6.55, 1.0, "y")
    caption(axes, 1.2, 1.75, say(en="values →", ko="값 →"))
    caption(axes, 1.2, 0.25, say(en="← gradients", ko="← 기울기"), color=ORANGE)
    caption(
        axes,
        4.6,
        0.22,
        "0.197 = 0.731 · (1 − 0.731)",
        color=ORANGE,
    )
    return figure


def two_weights(say):
    """x → w₁ → σ → w₂ → ŷ → J at x = 2, t = 1, w₁ = 0.5, w₂ = 3."""
    figure, axes = canvas(6.9, 2.4, blank=True)
    loss, dw2, dw1 = chain_rule(np.array([2.0]), np.array([1.0]), 0.5, 3.0)
    z = 1 / (1 + np.exp(-1.0))
    dy = 2 * (3 * z - 1)
    node(axes, 1.5, 1.2, "×")
    node(axes, 3.0, 1.2, "σ")
    node(axes, 4.5, 1.2, "×")
    node(axes, 6.0, 1.2, "J")
    node(axes, 1.5, 2.15, "$w_1$", round_=False, color=BLUE)
    node(axes, 4.5, 2.15, "$w_2$", round_=False, color=BLUE)
    caption(axes, 0.3, 1.2, "x = 2")
    edge(axes, (0.45, 1.2), (1.5, 1.2), gap=13)
    steps = (
        ((1.5, 1.2), (3.0, 1.2), "1", dy * 3 * z * (1 - z)),
        ((3.0, 1.2), (4.5, 1.2), f"z = {z:.3f}", dy * 3),
        ((4.5, 1.2), (6.0, 1.2), f"ŷ = {3 * z:.3f}", dy),
    )
    for here, there, value, gradient in steps:
        edge(axes, here, there, value, bend=-0.15)
        edge(axes, there, here, f"{gradient:.3f}", back=True, color=ORANGE, bend=-0.15)
    for place, value, gradient in ((1.5, "0.5", dw1), (4.5, "3", dw2)):
        edge(axes, (place, 2.15), (place, 1.2))
        caption(axes, place - 0.28, 1.7, value)
        caption(axes, place + 0.42, 1.7, f"{gradient:.3f}", color=ORANGE)
    caption(axes, 6.0, 0.68, f"(ŷ − 1)² = {loss:.3f}")
    caption(
        axes,
        1.9,
        0.22,
        say(en="← each step multiplies by one local slope", ko="← 한 단계마다 국소 미분을 하나씩 곱합니다"),
        color=ORANGE,
    )
    return figure


def activation_slopes(say):
    """ReLU, sigmoid and tanh, each with its slope as the layer computes it."""
    figure, axes = canvas(6.8, 2.5, columns=3)
    x = np.linspace(-5, 5, 161)
    for one, (name, layer) in zip(axes, (("ReLU", Relu()), ("sigmoid", Sigmoid()), ("tanh", Tanh())), strict=True):
        y = layer.forward(x)
        slope = layer.backward(np.ones_like(x))
        one.plot(x, y, color=BLUE, label=say(en="value y", ko="값 y"))
        one.plot(x, slope, "--", color=ORANGE, label=say(en="slope dy/dx", ko="기울기 dy/dx"))
        one.axhline(0, color=GRAY, linewidth=0.5)
        one.set(title=name, ylim=(-1.2, 2.2), xticks=(-4, 0, 4))
        if name != "ReLU":
            top = slope.max()
            one.annotate(
                f"{top:.2f}",
                (0, top),
                (1.6, top + 0.75),
                size=8.5,
                color=ORANGE,
                arrowprops={"arrowstyle": "->", "color": GRAY},
            )
    axes[0].legend(loc="upper left", fontsize=8.5)
    return figure


def _matrix(axes, x, y, rows, columns, text, color, size=0.17):
    """A grid of rows × columns squares around (x, y)."""
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
    caption(axes, x, bottom - 0.15, text, size=8.5)


def affine_shapes(say):
    """Which shapes meet in the affine layer: N = 4, D = 3, M = 2."""
    figure, axes = canvas(6.8, 2.6, blank=True)
    top, bottom = 1.9, 0.65
    caption(axes, 0.55, top, say(en="forward", ko="순전파"))
    _matrix(axes, 1.6, top, 4, 3, "X (N, D)", BLUE)
    caption(axes, 2.05, top, "@")
    _matrix(axes, 2.5, top, 3, 2, "W (D, M)", GREEN)
    caption(axes, 2.95, top, "+")
    _matrix(axes, 3.4, top, 1, 2, "b (M,)", PURPLE)
    caption(axes, 3.85, top, "=")
    _matrix(axes, 4.3, top, 4, 2, "Y (N, M)", INK)
    caption(axes, 0.55, bottom, say(en="backward", ko="역전파"), color=ORANGE)
    _matrix(axes, 1.6, bottom, 4, 3, "dx (N, D)", BLUE)
    caption(axes, 2.05, bottom, "?")
    _matrix(axes, 2.5, bottom, 3, 2, "dW (D, M)", GREEN)
    caption(axes, 2.95, bottom, "?")
    _matrix(axes, 3.4, bottom, 1, 2, "db (M,)", PURPLE)
    caption(axes, 3.85, bottom, "⇐", color=ORANGE, size=13)
    _matrix(axes, 4.3, bottom, 4, 2, "dout (N, M)", ORANGE)
    caption(axes, 5.75, top, say(en="N = 4 rows,", ko="행 N = 4개,"), size=8.5)
    caption(axes, 5.75, top - 0.2, "D = 3, M = 2", size=8.5)
    caption(axes, 5.75, bottom + 0.1, say(en="every gradient has", ko="기울기의 형상은"), size=8.5)
    caption(axes, 5.75, bottom - 0.1, say(en="its variable's shape", ko="변수의 형상과 같습니다"), size=8.5)
    return figure


def prediction_minus_answer(say):
    """Probabilities and the gradient of the scores for the first row of the table."""
    figure, axes = canvas(6.4, 2.4, columns=2)
    p, t = np.array([[0.3, 0.2, 0.5]]), np.array([[1.0, 0.0, 0.0]])
    layer = SoftmaxWithLoss()
    layer.forward(np.log(p), t)
    dx = layer.backward()[0]
    places = np.arange(3)
    axes[0].bar(places - 0.19, p[0], 0.36, color=BLUE, label=say(en="prediction y", ko="출력 y"))
    axes[0].bar(places + 0.19, t[0], 0.36, color=SHADE, edgecolor=INK, label=say(en="answer t", ko="정답 t"))
    axes[0].legend(loc="upper right")
    axes[1].bar(places, dx, 0.5, color=ORANGE)
    axes[1].axhline(0, color=GRAY, linewidth=0.7)
    for place, value in zip(places, dx, strict=True):
        axes[1].text(
            place,
            value + (0.05 if value > 0 else -0.05),
            f"{value:+.1f}".replace("-", "−"),
            ha="center",
            va="bottom" if value > 0 else "top",
        )
    axes[0].set(title=say(en="probabilities", ko="확률"), ylim=(0, 1.25))
    axes[1].set(title=say(en="gradient y − t: adds up to 0", ko="기울기 y − t: 합은 0"), ylim=(-1.0, 0.8))
    for one in axes:
        one.set_xticks(places, [say(en=f"class {k}", ko=f"클래스 {k}") for k in (0, 1, 2)])
    return figure


def yes_or_no(say):
    """The loss of one score for both answers, and the squared error beside it."""
    figure, axes = canvas(6.4, 2.4, columns=2)
    x = np.linspace(-6, 6, 121)
    y = 1 / (1 + np.exp(-x))
    axes[0].plot(x, np.logaddexp(0, -x), color=BLUE, label="t = 1")
    axes[0].plot(x, np.logaddexp(0, x), "--", color=ORANGE, label="t = 0")
    axes[0].set(
        title=say(en="cross entropy", ko="교차 엔트로피"), xlabel=say(en="score x", ko="점수 x"), ylim=(-0.2, 6.2)
    )
    axes[0].legend(loc="upper center")
    axes[1].plot(x, y - 1, color=BLUE, label="t = 1")
    axes[1].plot(x, y, "--", color=ORANGE, label="t = 0")
    axes[1].axhline(0, color=GRAY, linewidth=0.6)
    axes[1].set(
        title=say(en="its slope y − t", ko="그 기울기 y − t"), xlabel=say(en="score x", ko="점수 x"), ylim=(-1.15, 1.15)
    )
    return figure


def network_by_hand(say):
    """The 2-2-1 network with its sums, outputs and blame."""
    figure, axes = canvas(6.9, 2.7, blank=True)
    x, t = np.array([2.0, 3.0]), np.array([1.0])
    hidden, output = np.array([[0.5, 0.1, 0.3], [0.6, 0.2, 0.4]]), np.array([[0.3, 0.1, 0.2]])
    o, _, change = mlp_deltas(x, t, hidden, output, 1.0)
    h = 1 / (1 + np.exp(-(hidden[:, 0] + hidden[:, 1:] @ x)))
    delta_k, delta_j = (t - o) * o * (1 - o), change[:, 0]
    for y, text in ((2.0, "$x_1$"), (0.7, "$x_2$")):
        node(axes, 0.7, y, text, round_=False, color=GRAY)
    for y, text in ((2.0, "$h_1$"), (0.7, "$h_2$")):
        node(axes, 3.0, y, text)
    node(axes, 5.2, 1.35, "o")
    weights = (((0.7, 2.0), (3.0, 2.0), "0.1", 7), ((0.7, 0.7), (3.0, 0.7), "0.4", -8))
    for here, there, text, lift in weights:
        edge(axes, here, there, text, lift=lift)
    edge(axes, (0.7, 2.0), (3.0, 0.7))
    edge(axes, (0.7, 0.7), (3.0, 2.0))
    caption(axes, 1.35, 1.82, "0.2", size=9)
    caption(axes, 1.35, 0.88, "0.3", size=9)
    edge(axes, (3.0, 2.0), (5.2, 1.35), "0.1", lift=9)
    edge(axes, (3.0, 0.7), (5.2, 1.35), "0.2", lift=-10)
    edge(axes, (5.2, 1.35), (6.5, 1.35), gap=14)
    caption(axes, 0.7, 2.42, "2")
    caption(axes, 0.7, 0.28, "3")
    caption(axes, 3.0, 2.42, f"σ(1.6) = {h[0]:.3f}")
    caption(axes, 3.0, 0.28, f"σ(2.2) = {h[1]:.3f}")
    caption(axes, 5.2, 1.85, f"σ(0.563) = {o[0]:.3f}")
    caption(axes, 6.35, 1.6, "t = 1")
    caption(axes, 5.2, 0.85, f"δ = {delta_k[0]:.3f}", color=ORANGE)
    caption(axes, 3.95, 2.3, f"δ₁ = {delta_j[0]:.4f}", color=ORANGE)
    caption(axes, 3.95, 0.4, f"δ₂ = {delta_j[1]:.4f}", color=ORANGE)
    caption(axes, 5.75, 0.3, say(en="biases: 0.5, 0.6, 0.3", ko="편향: 0.5, 0.6, 0.3"), color=GRAY)
    return figure


def learning_xor(say):
    """The error of a 2-3-1 network on XOR, epoch by epoch, and what it answers at the end."""
    figure, axes = canvas(6.4, 2.5, columns=2)
    x, t = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    rng = np.random.default_rng(3)
    hidden, output, epochs = rng.standard_normal((3, 3)), rng.standard_normal((1, 4)), 1500
    hidden, output, errors = mlp_train(x, t, hidden, output, 0.8, epochs)
    shown = np.arange(0, epochs, 10)
    axes[0].plot(shown, errors[shown], color=BLUE)
    axes[0].set(
        title=say(en="E, summed over the four rows", ko="네 행의 E를 더한 값"),
        xlabel=say(en="epoch", ko="에폭"),
        ylim=(0, None),
    )
    grid = np.linspace(-0.4, 1.4, 31)
    x1, x2 = np.meshgrid(grid, grid)
    points = np.stack([np.ones(x1.size), x1.ravel(), x2.ravel()])
    h = 1 / (1 + np.exp(-(hidden @ points)))
    o = (1 / (1 + np.exp(-(output @ np.vstack([np.ones(x1.size), h]))))).reshape(x1.shape)
    axes[1].contourf(x1, x2, o, levels=[0.5, 1], colors=[SHADE], zorder=0)
    axes[1].contour(x1, x2, o, levels=[0.5], colors=[BLUE], linewidths=1.6)
    for row, answer in zip(x, t[:, 0], strict=True):
        style = {"marker": "o", "facecolor": ORANGE} if answer else {"marker": "s", "facecolor": SHADE}
        axes[1].scatter(*row, s=60, edgecolor=INK, zorder=3, **style)
    axes[1].set(
        aspect="equal",
        xticks=(0, 1),
        yticks=(0, 1),
        title=say(en="o > 0.5 after 1,500 epochs", ko="1,500에폭 뒤 o > 0.5인 곳"),
    )
    axes[1].set_xlabel("$x_1$", labelpad=1)
    axes[1].set_ylabel("$x_2$", labelpad=1)
    return figure


def layers_in_order(say):
    """TwoLayerNet: values go right, gradients left."""
    figure, axes = canvas(6.9, 1.9, blank=True)
    names = ("Affine1", "Relu1", "Affine2", "SoftmaxWithLoss")
    places = (1.35, 2.75, 4.1, 5.75)
    for place, name in zip(places, names, strict=True):
        node(axes, place, 1.0, name, round_=False, size=9, color=GREEN if "Affine" in name else BLUE)
    stops = (0.1, *places, 6.85)
    halves = (0.0, 0.42, 0.33, 0.42, 0.72, 0.0)
    words = ("x", "", "", say(en="scores", ko="점수"), "L")
    backs = ("", "", "", "(y − t)/N", "1")
    for number, (word, back) in enumerate(zip(words, backs, strict=True)):
        left, right = stops[number] + halves[number], stops[number + 1] - halves[number + 1]
        edge(axes, (left, 1.13), (right, 1.13), word, gap=2)
        if number:
            edge(axes, (right, 0.87), (left, 0.87), back, back=True, color=ORANGE, gap=2)
    caption(axes, 1.35, 0.62, "dW1, db1", color=ORANGE)
    caption(axes, 4.1, 0.62, "dW2, db2", color=ORANGE)
    caption(axes, 2.05, 1.6, say(en="forward: values →", ko="순전파: 값 →"))
    caption(axes, 2.05, 0.25, say(en="← backward: gradients", ko="← 역전파: 기울기"), color=ORANGE)
    return figure


def gradient_check(say):
    """Every gradient of a small network by both methods; and once with the mean forgotten."""
    figure, axes = canvas(6.4, 2.6, columns=2)
    rng = np.random.default_rng(0)
    np.random.seed(0)
    net = TwoLayerNet(4, 5, 3, weight_init_std=0.6)
    x, t = rng.standard_normal((6, 4)), np.array([0, 2, 1, 1, 0, 2])
    slow, fast = net.numerical_gradient(x, t), net.gradient(x, t)
    a = np.concatenate([slow[name].ravel() for name in fast])
    b = np.concatenate([fast[name].ravel() for name in fast])
    limit = 1.15 * abs(a).max()
    for one, factor, title in (
        (axes[0], 1, say(en="right: on the line", ko="맞음: 직선 위")),
        (axes[1], 6, say(en="1/N forgotten: N = 6 times as steep", ko="1/N을 빠뜨림: N = 6배로 가파름")),
    ):
        one.plot([-limit, limit], [-limit, limit], color=GRAY, linewidth=0.8)
        one.scatter(
            a, factor * b, s=16, color=BLUE if factor == 1 else ORANGE, marker="o" if factor == 1 else "^", zorder=3
        )
        one.set(xlim=(-limit, limit), ylim=(-6 * limit if factor > 1 else -limit, 6 * limit if factor > 1 else limit))
        one.set_title(title, size=9.5)
        one.set_xlabel(say(en="numerical gradient", ko="수치 미분"))
    axes[0].set_ylabel(say(en="backpropagation", ko="오차역전파"))
    return figure
