"""The figures of u07_optimizers."""

import numpy as np
from solution import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSprop,
    TwoLayerNet,
    fit,
    lr_decay,
    minibatch_descent,
    spiral,
)

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, RED, SHADE, canvas, caption, edge, node

COLORS = (BLUE, ORANGE, GREEN, PURPLE, RED)
MARKS = ("o", "s", "^", "D", "v")


def learning_rates(say):
    """Descent on w⁴ from 2 with three rates."""
    figure, axes = canvas(6.9, 2.4, columns=3)
    curve = np.linspace(-2.4, 2.4, 97)
    words = (
        (0.001, say(en="η = 0.001: too small", ko="η = 0.001: 너무 작음"), 12),
        (0.03, say(en="η = 0.03: good", ko="η = 0.03: 알맞음"), 12),
        (0.13, say(en="η = 0.13: too large", ko="η = 0.13: 너무 큼"), 2),
    )
    for one, (rate, title, steps) in zip(axes, words, strict=True):
        params, path = {"w": np.array([2.0])}, [2.0]
        optimizer = SGD(lr=rate)
        for _ in range(steps):
            optimizer.update(params, {"w": 4 * params["w"] ** 3})
            path.append(float(params["w"][0]))
        path = np.clip(path, -2.4, 2.4)
        one.plot(curve, curve**4, color=GRAY, linewidth=1.2)
        one.plot(path, path**4, "o--", color=ORANGE, markersize=4, linewidth=1)
        one.set(title=title, xlabel="w", xticks=(-2, 0, 2), ylim=(-2, 36))
    axes[0].set_ylabel("L = w⁴")
    return figure


def three_ways_down(say):
    """The path of two weights with all rows, one row and five rows per step."""
    figure, axes = canvas(6.9, 2.7, columns=3)
    rng = np.random.default_rng(1)
    x = rng.standard_normal((40, 2)) * (1.0, 0.7)
    t = x @ np.array([2.0, -1.0]) + 0.7 * rng.standard_normal(40)
    w1, w2 = np.meshgrid(np.linspace(-0.5, 3.2, 25), np.linspace(-2.6, 1.6, 25))
    loss = ((x[:, :1] * w1.ravel() + x[:, 1:] * w2.ravel() - t[:, None]) ** 2).mean(axis=0).reshape(w1.shape)
    orders = [rng.permutation(40) for _ in range(20)]
    singles = [order[i : i + 1] for order in orders for i in range(40)]
    fives = [order[i : i + 5] for order in orders for i in range(0, 40, 5)]
    ways = (
        (say(en="all 40 rows", ko="40행 모두"), [np.arange(40)] * 40),
        (say(en="one row", ko="한 행씩"), singles[:40]),
        (say(en="5 rows", ko="5행씩"), fives[:40]),
    )
    for one, (title, batches) in zip(axes, ways, strict=True):
        path = minibatch_descent(np.array([0.0, 1.0]), x, t, 0.08, batches)
        one.contour(w1, w2, loss, levels=[0.6, 1, 2, 4, 7], colors=[GRAY], linewidths=0.7)
        one.plot(*path.T, ".-", color=BLUE, markersize=4, linewidth=1)
        one.plot(*path[0], "s", color=ORANGE, markersize=7)
        one.set(title=title + say(en=" a step", ko=""), xlabel="$w_1$")
    axes[0].set_ylabel("$w_2$", labelpad=0)
    return figure


def _bowl(optimizer, steps, start=(-7.0, 2.0)):
    """The path on L = x²/20 + y², an elongated bowl."""
    params, path = {"w": np.array(start)}, [np.array(start)]
    for _ in range(steps):
        optimizer.update(params, {"w": params["w"] * (0.1, 2.0)})
        path.append(params["w"].copy())
    return np.array(path)


def _contours(axes):
    x, y = np.meshgrid(np.linspace(-8, 8, 27), np.linspace(-3, 3, 21))
    axes.contour(x, y, x**2 / 20 + y**2, levels=[0.4, 2.5], colors=[GRAY], linewidths=0.6)
    axes.plot(0, 0, "+", color=INK, markersize=8)


def rolling_ball(say):
    """SGD, momentum and Nesterov on a bowl that is steep in one direction only."""
    figure, axes = canvas(6.9, 2.2, columns=3)
    ways = (("SGD", SGD(lr=0.95)), ("Momentum", Momentum(lr=0.1)), ("Nesterov", Nesterov(lr=0.1)))
    for one, (name, optimizer) in zip(axes, ways, strict=True):
        _contours(one)
        one.plot(*_bowl(optimizer, 30).T, "o-", color=BLUE, markersize=2.5, linewidth=1)
        one.set(title=name, xlim=(-8.3, 8.3), ylim=(-3.2, 3.2), xlabel="x")
    axes[0].set_ylabel("y", labelpad=0)
    return figure


def look_ahead(say):
    """Where momentum and Nesterov ask for the gradient."""
    figure, axes = canvas(6.6, 2.2, blank=True)
    start, carried = np.array([0.7, 0.5]), np.array([3.0, 1.2])
    node(axes, *start, "W", size=9, color=GRAY)
    edge(axes, tuple(start), tuple(carried), "αv", color=BLUE, gap=12)
    axes.plot(*carried, "o", color=ORANGE, markersize=7)
    edge(axes, tuple(carried), (4.5, 0.75), color=ORANGE, gap=6)
    caption(axes, 4.55, 1.2, "− η ∇L(W + αv)", color=ORANGE)
    edge(axes, tuple(start), (1.7, 0.15), color=GRAY, gap=12, back=True)
    caption(
        axes,
        2.95,
        0.2,
        say(en="− η ∇L(W): momentum asks here", ko="− η ∇L(W): 모멘텀은 여기서"),
        color=GRAY,
        align="center",
    )
    caption(
        axes, 3.0, 1.85, say(en="θ = W + αv: Nesterov asks here", ko="θ = W + αv: 네스테로프는 여기서"), color=ORANGE
    )
    axes.plot(4.5, 0.75, "o", color=INK, markersize=6)
    caption(axes, 5.1, 0.75, say(en="new W", ko="새 W"))
    return figure


def shrinking_steps(say):
    """The length of each step when the gradient is always 1."""
    figure, axes = canvas(5.6, 2.6)
    ways = (
        ("AdaGrad (η = 0.1)", AdaGrad(lr=0.1), BLUE, "-"),
        ("RMSprop (η = 0.1, ρ = 0.9)", RMSprop(lr=0.1, decay_rate=0.9), ORANGE, "--"),
        ("AdaDelta (ρ = 0.95)", AdaDelta(), GREEN, "-."),
        ("Adam (η = 0.1)", Adam(lr=0.1), PURPLE, ":"),
    )
    for name, optimizer, color, style in ways:
        params, path = {"w": np.zeros(1)}, [0.0]
        for _ in range(60):
            optimizer.update(params, {"w": np.ones(1)})
            path.append(float(params["w"][0]))
        axes.plot(np.arange(1, 61), -np.diff(path), style, color=color, label=name)
    axes.set(xlabel=say(en="step", ko="갱신"), ylabel=say(en="length of the step", ko="갱신량"), ylim=(0, 0.33))
    axes.legend(loc="upper right")
    return figure


def six_paths(say):
    """Six optimizers on the same bowl, 30 steps each."""
    figure, axes = canvas(6.9, 3.6, columns=3, rows=2)
    ways = (
        ("SGD, η = 0.95", SGD(lr=0.95)),
        ("Momentum, η = 0.1", Momentum(lr=0.1)),
        ("AdaGrad, η = 1.5", AdaGrad(lr=1.5)),
        ("RMSprop, η = 0.3", RMSprop(lr=0.3, decay_rate=0.9)),
        ("AdaDelta, ρ = 0.95", AdaDelta()),
        ("Adam, η = 0.3", Adam(lr=0.3)),
    )
    for one, (name, optimizer) in zip(axes.ravel(), ways, strict=True):
        _contours(one)
        one.plot(*_bowl(optimizer, 30).T, "o-", color=BLUE, markersize=2.5, linewidth=1)
        one.set(title=name, xlim=(-8.3, 8.3), ylim=(-3.2, 3.2))
    return figure


def first_step(say):
    """The length of Adam's first step by the size of the gradient, and the averages with and without correction."""
    figure, axes = canvas(6.6, 2.6, columns=2)
    sizes = np.logspace(-8, 0, 60)
    lengths = []
    for size in sizes:
        params = {"w": np.zeros(1)}
        Adam(lr=1.0).update(params, {"w": np.full(1, size)})
        lengths.append(-float(params["w"][0]))
    axes[0].semilogx(sizes, lengths, color=BLUE)
    for size in (1e-4, 1e-6):
        length = size / (size + 1e-7 / np.sqrt(0.001))
        axes[0].plot(size, length, "o", color=ORANGE)
        axes[0].annotate(f"{length:.2f} η", (size, length), (size * 1.8, length - 0.13), size=9, color=ORANGE)
    axes[0].set(
        title=say(en="first step ÷ η", ko="첫 갱신량 ÷ η"), xlabel=say(en="gradient g", ko="기울기 g"), ylim=(0, 1.08)
    )
    steps = np.arange(1, 41)
    axes[1].plot(steps, 1 - 0.9**steps, "--", color=ORANGE, label="m")
    axes[1].plot(steps, 1 - 0.999**steps, "-.", color=PURPLE, label="v")
    axes[1].plot(steps, np.ones(40), color=BLUE, label=say(en="both, corrected", ko="보정한 두 값"))
    axes[1].set(title=say(en="averages of the constant 1", ko="늘 1인 값의 평균"), xlabel="t", ylim=(0, 1.15))
    axes[1].legend(loc="center right")
    return figure


def decaying_rate(say):
    """Inverse-time decay for two k."""
    figure, axes = canvas(5.0, 2.3)
    steps = np.arange(0, 401, 4)
    for decay, color, style in ((0.01, BLUE, "-"), (0.05, ORANGE, "--")):
        axes.plot(steps, lr_decay(0.1, decay, steps), style, color=color, label=f"k = {decay}")
    axes.plot(100, 0.05, "o", color=BLUE)
    axes.annotate(
        say(en="half at t = 1/k", ko="t = 1/k에서 절반"),
        (100, 0.05),
        (150, 0.065),
        size=9,
        arrowprops={"arrowstyle": "->", "color": GRAY},
    )
    axes.set(xlabel="t", ylabel="ηₜ", ylim=(0, 0.105))
    axes.legend(loc="upper right")
    return figure


def _arms(axes, x, t, size=9):
    for arm, (color, mark) in enumerate(zip(COLORS[:3], MARKS[:3], strict=True)):
        axes.scatter(*x[t[:, arm] == 1].T, s=size, color=color, marker=mark, linewidth=0, zorder=3)
    axes.set(aspect="equal", xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), xticks=(-1, 0, 1), yticks=(-1, 0, 1))


def spiral_arms(say):
    """The spiral without and with noise."""
    figure, axes = canvas(5.4, 2.7, columns=2)
    rng = np.random.default_rng(1984)
    _arms(axes[0], *spiral(np.zeros((3, 60))))
    _arms(axes[1], *spiral(rng.standard_normal((3, 60))))
    axes[0].set_title(say(en="without noise", ko="잡음 없음"))
    axes[1].set_title(say(en="with noise", ko="잡음 있음"))
    return figure


def net_shapes(say):
    """The net from the input to the loss."""
    figure, axes = canvas(6.9, 1.7, blank=True)
    places = (0.75, 2.1, 3.45, 4.8, 6.2)
    words = ("x", "Affine", "sigmoid", "Affine", "softmax\nloss")
    for place, word in zip(places, words, strict=True):
        node(axes, place, 0.95, word, round_=False, size=9, color=GREEN if word == "Affine" else BLUE)
    shapes = ("(N, I)", "(N, H)", "(N, H)", "(N, C)")
    for number, shape in enumerate(shapes):
        edge(axes, (places[number], 0.95), (places[number + 1], 0.95), shape, gap=24, lift=20)
    caption(axes, 2.1, 0.4, "W₁ (I, H), b₁ (H,)", color=GREEN)
    caption(axes, 4.8, 0.4, "W₂ (H, C), b₂ (C,)", color=GREEN)
    caption(axes, 5.5, 1.55, say(en="scores", ko="점수"))
    return figure


def spiral_learned(say):
    """The loss on the spiral, epoch by epoch, and the regions that the net has learned."""
    figure, axes = canvas(6.8, 2.8, columns=2)
    rng = np.random.default_rng(1984)
    x, t = spiral(rng.standard_normal((3, 100)))
    np.random.seed(1)
    net = TwoLayerNet(2, 10, 3)
    epochs = 300
    losses = fit(net, SGD(lr=1.0), x, t, [rng.permutation(300) for _ in range(epochs)], 30)
    axes[0].plot(np.arange(1, epochs + 1), losses, color=BLUE, linewidth=1.2)
    axes[0].set(
        title=say(en="mean loss of each epoch", ko="에폭마다 평균 손실"),
        xlabel=say(en="epoch", ko="에폭"),
        ylim=(0, 1.2),
    )
    x1, x2 = np.meshgrid(np.linspace(-1.15, 1.15, 61), np.linspace(-1.15, 1.15, 61))
    arm = net.predict(np.stack([x1.ravel(), x2.ravel()], axis=1)).argmax(axis=1).reshape(x1.shape)
    axes[1].contourf(x1, x2, arm == 1, levels=[0.5, 1.5], colors=[SHADE], zorder=0)
    for one in (0, 1, 2):
        axes[1].contour(x1, x2, arm == one, levels=[0.5], colors=[INK], linewidths=0.8)
    _arms(axes[1], x, t, size=7)
    axes[1].set_title(say(en="what it answers", ko="신경망의 답"))
    return figure


def forgetting(say):
    """h of AdaGrad and of RMSprop: the gradient is 3 for 30 steps, then 0.5."""
    figure, axes = canvas(6.4, 2.4, columns=2)
    gradients = np.where(np.arange(90) < 30, 3.0, 0.5)
    ways = (
        ("AdaGrad", AdaGrad(lr=0.1), BLUE, "-"),
        ("RMSprop, ρ = 0.9", RMSprop(lr=0.1, decay_rate=0.9), ORANGE, "--"),
    )
    for name, optimizer, color, style in ways:
        params, path, squares = {"w": np.zeros(1)}, [0.0], []
        for gradient in gradients:
            optimizer.update(params, {"w": np.full(1, gradient)})
            path.append(float(params["w"][0]))
            squares.append(float(optimizer.h["w"][0]))
        axes[0].semilogy(np.arange(1, 91), squares, style, color=color, label=name)
        axes[1].plot(np.arange(1, 91), -np.diff(path), style, color=color)
    axes[0].axvline(30, color=GRAY, linewidth=0.7, linestyle=":")
    axes[1].axvline(30, color=GRAY, linewidth=0.7, linestyle=":")
    axes[0].set(title="h", xlabel=say(en="step", ko="갱신"))
    axes[1].set(title=say(en="length of the step", ko="갱신량"), xlabel=say(en="step", ko="갱신"), ylim=(0, 0.2))
    axes[0].legend(loc="upper right", bbox_to_anchor=(1.0, 0.8))
    return figure


def from_nothing(say):
    """The steps of AdaDelta, whose second average starts at 0, for three ε."""
    figure, axes = canvas(5.6, 2.4)
    shown = np.arange(0, 400, 4)
    for exponent, color, style in ((-4, BLUE, "-"), (-6, ORANGE, "--"), (-8, GREEN, "-.")):
        epsilon, h, s, steps = 10.0**exponent, 0.0, 0.0, []
        for _ in range(400):
            h = 0.95 * h + 0.05
            step = np.sqrt(s + epsilon) / np.sqrt(h + epsilon)
            s = 0.95 * s + 0.05 * step**2
            steps.append(step)
        axes.semilogy(shown + 1, np.array(steps)[shown], style, color=color)
        axes.text(200, steps[200] * 1.25, f"ε = 1e{exponent}".replace("-", "−"), color=color, ha="center")
    axes.set(xlabel=say(en="step", ko="갱신"), ylabel=say(en="length of the step", ko="갱신량"), ylim=(2e-4, 0.2))
    return figure


def orders_of_epochs(say):
    """Three epochs of 14 rows in mini-batches of 4: a new order each time, two rows left out."""
    figure, axes = canvas(6.6, 1.9, blank=True)
    rng = np.random.default_rng(7)
    for epoch in range(3):
        y = 1.45 - 0.5 * epoch
        caption(axes, 0.55, y, say(en=f"epoch {epoch + 1}", ko=f"에폭 {epoch + 1}"))
        for place, row in enumerate(rng.permutation(14)):
            batch = place // 4
            x = 1.3 + 0.33 * place + 0.16 * batch
            color = (BLUE, ORANGE, GREEN, GRAY)[batch]
            axes.text(
                x,
                y,
                str(row),
                ha="center",
                va="center",
                size=8.5,
                color=GRAY if batch == 3 else INK,
                bbox={"boxstyle": "square,pad=0.3", "facecolor": SHADE, "edgecolor": color, "linewidth": 1.2},
            )
    caption(axes, 6.05, 0.12, say(en="left out", ko="쓰지 않음"), color=GRAY)
    return figure
