"""The figures of u08_training."""

from itertools import pairwise

import numpy as np
from solution import BatchNormalization, Dropout, EarlyStopping, MultiLayerNet, activation_stds, sgd_step

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, RED, SHADE, canvas, caption, node


def _relu(a):
    return np.maximum(a, 0)


def init_spread(say):
    """Activations of five tanh layers under four kinds of initial weights."""
    rng, n = np.random.default_rng(0), 100
    x0 = rng.standard_normal((400, n))
    rows = (
        ("1", 1.0, RED),
        ("0.01", 0.01, ORANGE),
        ("1/√n", 1 / np.sqrt(n), BLUE),
        ("√(2/n)", np.sqrt(2 / n), GREEN),
    )
    figure, axes = canvas(6.8, 4.6, columns=5, rows=4)
    for line, (row, (name, scale, color)) in enumerate(zip(axes, rows, strict=True)):
        x = x0
        for i, one in enumerate(row):
            x = np.tanh(x @ (scale * rng.standard_normal((n, n))))
            counts, edges = np.histogram(x, bins=25, range=(-1, 1))
            one.stairs(counts / counts.max(), edges, fill=True, color=color)
            one.set(xlim=(-1, 1), ylim=(0, 1.4), yticks=[], xticks=[-1, 0, 1] if line == 3 else [])
            label = f"{x.std():.2f}" if x.std() > 0.05 else f"{x.std():.0e}"
            one.text(0.97, 0.93, label, transform=one.transAxes, ha="right", va="top", size=8, color=INK)
            if line == 0:
                one.set_title(say(en=f"layer {i + 1}", ko=f"{i + 1}번째 계층"))
        row[0].set_ylabel(name)
    return figure


def relu_spread(say):
    """The standard deviation after each of twenty ReLU layers, for four kinds of initial weights."""
    rng, n = np.random.default_rng(1), 100
    x, normal = rng.standard_normal((300, n)), [rng.standard_normal((n, n)) for _ in range(20)]
    figure, axes = canvas(6.2, 3.0)
    styles = (
        ("√(2/n) (He)", np.sqrt(2 / n), GREEN, "o-"),
        ("1/√n (Xavier)", 1 / np.sqrt(n), BLUE, "s--"),
        ("1", 1.0, RED, "^:"),
        ("0.01", 0.01, ORANGE, "v-."),
    )
    for name, scale, color, style in styles:
        stds = activation_stds(x, [scale * W for W in normal], _relu)
        axes.plot(range(1, 21), stds, style, color=color, label=name, markersize=3.5)
    axes.set(yscale="log", ylim=(1e-24, 1e18), xlim=(0.5, 20.5), xticks=[1, 5, 10, 15, 20])
    axes.set_xlabel(say(en="layer", ko="계층"))
    axes.set_ylabel(say(en="standard deviation", ko="표준편차"))
    axes.grid(axis="y")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


def batch_norm(say):
    """Three columns before and after batch normalization, and the running mean on its way."""
    rng = np.random.default_rng(3)
    means, stds = np.array([-4.0, 1.0, 5.0]), np.array([0.5, 2.0, 1.0])
    layer = BatchNormalization(np.ones(3), np.zeros(3))
    batches = [means + stds * rng.standard_normal((64, 3)) for _ in range(40)]
    running = [layer.running_mean]
    for x in batches:
        out = layer.forward(x)
        running.append(layer.running_mean)
    figure, axes = canvas(6.9, 2.7, columns=3)
    looks = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"))
    for i, (color, marker) in enumerate(looks):
        for one, values in ((axes[0], x), (axes[1], out)):
            spot = i + 0.25 * rng.uniform(-1, 1, 64)
            one.scatter(spot, values[:, i], s=9, color=color, marker=marker, linewidths=0)
        axes[2].plot([r[i] for r in running], color=color, linestyle=("-", "--", "-.")[i])
        axes[2].axhline(means[i], color=GRAY, linewidth=0.8)
    for one in axes[:2]:
        one.set(ylim=(-7, 8), xticks=[0, 1, 2], xticklabels=["1", "2", "3"])
        one.axhline(0, color=GRAY, linewidth=0.6)
        one.set_xlabel(say(en="column", ko="열"))
    axes[2].set_ylim(-7, 8)
    axes[2].set_xlabel(say(en="training batches", ko="학습 배치"))
    axes[0].set_title(say(en="before: x", ko="전: x"))
    axes[1].set_title(say(en="after: x̂", ko="후: x̂"))
    axes[2].set_title(say(en="running mean", ko="이동 평균"))
    return figure


def dropout(say):
    """A network with units crossed out, and the mean over many masks beside the answer at test time."""
    figure, axes = canvas(6.8, 2.9, columns=2)
    net, one = axes
    net.set_axis_off()
    net.set(xlim=(-0.4, 4.4), ylim=(-0.6, 4.6), aspect="equal")
    sizes, dropped = (4, 5, 5, 2), {(1, 1), (1, 3), (2, 0), (2, 2), (2, 4)}
    place = {(i, j): (1.33 * i, 2 + (j - (size - 1) / 2)) for i, size in enumerate(sizes) for j in range(size)}
    for (i, j), start in place.items():
        for (k, m), end in place.items():
            if k == i + 1 and not {(i, j), (k, m)} & dropped:
                net.plot(*zip(start, end, strict=True), color=GRAY, linewidth=0.8, zorder=1)
    for key, (x, y) in place.items():
        off = key in dropped
        net.scatter(x, y, s=110, facecolor=SHADE, edgecolor=GRAY if off else BLUE, linewidth=1.4, zorder=2)
        if off:
            net.scatter(x, y, s=70, marker="x", color=RED, linewidth=1.6, zorder=3)
    net.set_title(say(en="one training step", ko="학습의 한 단계"))
    np.random.seed(2)
    layer, x, w = Dropout(0.4), np.array([[2.0, -1.0, 3.0, 1.0, 2.5]]), np.array([0.7, 0.4, 0.5, -0.6, 0.8])
    sums = np.array([(layer.forward(x) @ w).item() for _ in range(3000)])
    test = (layer.forward(x, False) @ w).item()
    counts, edges = np.histogram(sums, bins=24)
    one.stairs(counts / len(sums), edges, fill=True, color=BLUE, alpha=0.55)
    one.axvline(
        sums.mean(),
        color=BLUE,
        label=say(en=f"mean of training {sums.mean():.2f}", ko=f"학습 때의 평균 {sums.mean():.2f}"),
    )
    one.axvline(test, color=ORANGE, linestyle="--", label=say(en=f"test {test:.2f}", ko=f"테스트 {test:.2f}"))
    whole = (x @ w).item()
    one.axvline(whole, color=RED, linestyle=":", label=say(en=f"not scaled {whole:.2f}", ko=f"배율 없음 {whole:.2f}"))
    one.set(ylim=(0, 0.16), yticks=[0, 0.05, 0.1, 0.15])
    one.set_xlabel(say(en="sum that reaches the next node", ko="다음 노드에 도착하는 합"))
    one.set_ylabel(say(en="share of 3,000 masks", ko="마스크 3,000개 중 비율"))
    one.legend(loc="upper left", fontsize=8)
    return figure


def penalties(say):
    """Contours of a loss with the paths to the minimum under L1 and L2, and how single weights shrink."""
    figure, axes = canvas(6.8, 3.0, columns=2)
    left, right = axes
    a, b = np.meshgrid(np.linspace(-0.4, 2.4, 60), np.linspace(-0.4, 2.4, 60))
    loss = 0.5 * ((a - 2) ** 2 + 2 * (b - 0.4) ** 2)
    left.contour(a, b, loss, levels=[0.05, 0.2, 0.5, 1, 1.8], colors=GRAY, linewidths=0.7)
    target, curve, lam = np.array([2.0, 0.4]), np.array([1.0, 2.0]), 0.9
    for name, color, style in (("L2", BLUE, "-"), ("L1", ORANGE, "--")):
        w = np.array([0.3, 1.4])
        path = [w]
        for _ in range(400):
            pull = curve * (w - target)
            if name == "L2":
                w = w - 0.02 * (pull + lam * w)
            else:
                w = w - 0.02 * pull
                w = np.sign(w) * np.maximum(np.abs(w) - 0.02 * lam, 0)
            path.append(w)
        path = np.array(path)
        left.plot(*path[::4].T, style, color=color)
        left.plot(
            *path[-1],
            "o" if name == "L2" else "s",
            color=color,
            label=f"{name}: ({path[-1][0]:.2f}, {path[-1][1]:.2f})",
        )
    left.plot(*target, "*", color=RED, markersize=9, label=say(en="no penalty: (2, 0.4)", ko="페널티 없음: (2, 0.4)"))
    left.axhline(0, color=GRAY, linewidth=0.6)
    left.axvline(0, color=GRAY, linewidth=0.6)
    left.set(xlim=(-0.4, 2.4), ylim=(-0.4, 2.4), xlabel="$w_1$", ylabel="$w_2$")
    left.legend(loc="upper right", fontsize=8)
    steps = np.arange(81)
    for begin, style in ((1.0, "-"), (0.5, "--"), (0.2, ":")):
        right.plot(steps, begin * 0.96**steps, style, color=BLUE)
        right.plot(steps, np.maximum(begin - 0.02 * steps, 0), style, color=ORANGE)
    right.text(64, 0.11, "L2", color=BLUE)
    right.text(17, 0.72, "L1", color=ORANGE)
    right.set_xlabel(say(en="steps with the penalty alone", ko="페널티만 있을 때의 갱신 횟수"))
    right.set_ylabel("w")
    return figure


def _moons(rng, count, noise):
    side, angle = rng.integers(0, 2, count), np.pi * rng.random(count)
    x = np.stack(
        [
            np.where(side == 0, np.cos(angle), 1 - np.cos(angle)),
            np.where(side == 0, np.sin(angle), 0.5 - np.sin(angle)),
        ],
        axis=1,
    )
    return x + noise * rng.standard_normal((count, 2)), side


def early_stopping(say):
    """Training and validation loss of a real network, with the best epoch and the patience window."""
    rng = np.random.default_rng(7)
    x, t = _moons(rng, 60, 0.35)
    x_val, t_val = _moons(rng, 300, 0.35)
    np.random.seed(7)
    net, stopper = MultiLayerNet(2, [50, 50], 2), EarlyStopping(patience=15, min_delta=0.001)
    curves, stopped = [], None
    for epoch in range(140):
        for batch in rng.permutation(60).reshape(-1, 10):
            sgd_step(net, x[batch], t[batch], 0.1)
        curves.append((net.loss(x, t), net.loss(x_val, t_val)))
        if stopped is None and stopper.should_stop({"val_loss": curves[-1][1]}):
            stopped = epoch
    train, val = np.array(curves).T
    figure, axes = canvas(6.2, 2.9)
    axes.axvspan(stopper.best_epoch, stopped, color=SHADE, label=say(en="patience: 15 epochs", ko="patience: 15에폭"))
    axes.plot(train, "--", color=BLUE, label=say(en="training", ko="학습"))
    axes.plot(val, color=ORANGE, label=say(en="validation", ko="검증"))
    axes.plot(
        stopper.best_epoch,
        stopper.best,
        "o",
        color=GREEN,
        label=say(en=f"best: epoch {stopper.best_epoch}", ko=f"최고: 에폭 {stopper.best_epoch}"),
    )
    axes.axvline(stopped, color=RED, linestyle=":", label=say(en=f"stop: epoch {stopped}", ko=f"멈춤: 에폭 {stopped}"))
    axes.set_xlabel(say(en="epoch", ko="에폭"))
    axes.set_ylabel(say(en="loss", ko="손실"))
    axes.set_ylim(0, 0.7)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


def clipping(say):
    """Gradients as arrows: together shortened, the direction stays; entry by entry, it does not."""
    figure, axes = canvas(6.6, 3.0, columns=2)
    arrows = (((3.0, 4.0), BLUE), ((-4.0, 1.5), ORANGE), ((1.0, -1.2), GREEN))
    titles = (say(en="by the norm (graded)", ko="노름으로(채점 기준)"), say(en="entry by entry", ko="원소마다"))
    for one, title, together in zip(axes, titles, (True, False), strict=True):
        for (a, b), color in arrows:
            norm = np.hypot(a, b)
            c, d = np.array([a, b]) * min(1, 2 / norm) if together else np.clip([a, b], -2, 2)
            one.plot([0, a], [0, b], ":", color=color, linewidth=1.2)
            one.plot(a, b, "o", color=color, markersize=3)
            one.annotate(
                "",
                (c, d),
                (0, 0),
                arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2, "shrinkA": 0, "shrinkB": 0},
            )
        turn = np.linspace(0, 2 * np.pi, 80)
        edge = (2 * np.cos(turn), 2 * np.sin(turn)) if together else ([-2, 2, 2, -2, -2], [-2, -2, 2, 2, -2])
        one.plot(*edge, color=GRAY, linewidth=0.9)
        one.set(xlim=(-4.6, 4.6), ylim=(-2.6, 4.6), aspect="equal", xticks=[-4, -2, 0, 2, 4], yticks=[-2, 0, 2, 4])
        one.set_title(title)
    axes[0].text(2.1, -1.9, "max_norm = 2", size=8.5, color=INK)
    return figure


def residual_gradients(say):
    """The size of the gradient at each of twenty tanh layers, plain and with residual connections."""
    rng, n, depth = np.random.default_rng(0), 32, 20
    weights = [rng.standard_normal((n, n)) * 0.5 / np.sqrt(n) for _ in range(depth)]
    x0, dout = rng.standard_normal((50, n)), rng.standard_normal((50, n))
    figure, axes = canvas(6.2, 2.8)
    for skip, color, style, label in (
        (True, GREEN, "o-", say(en="x + f(x)", ko="x + f(x)")),
        (False, RED, "s--", say(en="f(x) alone", ko="f(x)만")),
    ):
        x, kept = x0, []
        for W in weights:
            y = np.tanh(x @ W)
            kept.append(y)
            x = x + y if skip else y
        d, sizes = dout, []
        for W, y in zip(weights[::-1], kept[::-1], strict=True):
            through = (d * (1 - y**2)) @ W.T
            d = d + through if skip else through
            sizes.append(np.sqrt(np.mean(d**2)))
        axes.plot(range(1, depth + 1), sizes[::-1], style, color=color, label=label, markersize=3.5)
    axes.set(yscale="log", xticks=[1, 5, 10, 15, 20])
    axes.set_xlabel(say(en="layer (the loss is at the right)", ko="계층(오른쪽이 손실 쪽)"))
    axes.set_ylabel(say(en="size of the gradient", ko="기울기의 크기"))
    axes.grid(axis="y")
    axes.legend()
    return figure


def ensemble(say):
    """Decision boundaries of five networks and of their average, with accuracies."""
    rng = np.random.default_rng(11)
    x, t = _moons(rng, 60, 0.3)
    x_test, t_test = _moons(rng, 2000, 0.3)
    a, b = np.meshgrid(np.linspace(-1.8, 2.8, 50), np.linspace(-1.4, 1.9, 40))
    grid = np.stack([a.ravel(), b.ravel()], axis=1)
    shown, tested = [], []
    for seed in range(5):
        np.random.seed(seed)
        net = MultiLayerNet(2, [30, 30], 2)
        own = rng.integers(0, 60, 60)
        for _ in range(150):
            for batch in rng.permutation(60).reshape(-1, 20):
                sgd_step(net, x[own[batch]], t[own[batch]], 0.2)
        for kept, points in ((shown, grid), (tested, x_test)):
            scores = net.predict(points)
            kept.append(1 / (1 + np.exp(scores[:, 0] - scores[:, 1])))
    figure, axes = canvas(6.4, 3.0, columns=2)
    for one in axes:
        for side, color, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
            one.scatter(*x[t == side].T, s=14, color=color, marker=marker, linewidths=0)
        one.set(xticks=[], yticks=[])
    for p in shown:
        axes[0].contour(a, b, p.reshape(a.shape), levels=[0.5], colors=PURPLE, linewidths=1)
    axes[1].contour(a, b, np.mean(shown, axis=0).reshape(a.shape), levels=[0.5], colors=INK, linewidths=2)
    single = [100 * np.mean((p > 0.5) == t_test) for p in tested]
    together = 100 * np.mean((np.mean(tested, axis=0) > 0.5) == t_test)
    axes[0].set_title(
        say(
            en=f"five networks: {min(single):.1f} to {max(single):.1f} %",
            ko=f"신경망 다섯 개: {min(single):.1f}~{max(single):.1f}%",
        )
    )
    axes[1].set_title(say(en=f"their average: {together:.1f} %", ko=f"다섯의 평균: {together:.1f}%"))
    return figure


def _digits_run(decay=0.0, ratio=0.0, epochs=150):
    """Accuracy on 200 training digits, a quarter of them with wrong labels, and on 800 others, every fifth epoch."""
    from sklearn.datasets import load_digits

    x, t = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, t = x[order] / 16, t[order]
    t[:50] = (t[:50] + np.random.default_rng(1).integers(1, 10, 50)) % 10
    np.random.seed(1)
    net = MultiLayerNet(64, [100, 100], 10, weight_decay_lambda=decay)
    plain = dict(net.layers)
    if ratio:
        layers = {}
        for name, layer in plain.items():
            layers[name] = layer
            if name.startswith("Activation"):
                layers[f"Dropout{name}"] = Dropout(ratio)
        net.layers = layers
    rng, history = np.random.default_rng(2), []

    def right(rows):
        h = x[rows]
        for layer in net.layers.values():
            h = layer.forward(h, False) if isinstance(layer, Dropout) else layer.forward(h)
        return 100 * np.mean(h.argmax(axis=1) == t[rows])

    for epoch in range(epochs):
        for batch in rng.permutation(200).reshape(-1, 20):
            sgd_step(net, x[batch], t[batch], 0.1)
        if epoch % 5 == 4:
            history.append((epoch + 1, right(np.arange(200)), right(np.arange(200, 1000))))
    return np.array(history).T


def learning_curves(say):
    """Digits learned from 200 examples with wrong labels among them: plain, with weight decay, with dropout."""
    figure, axes = canvas(6.9, 2.8, columns=3)
    runs = (
        (say(en="plain", ko="그대로"), {}),
        (say(en="weight decay 0.03", ko="가중치 감소 0.03"), {"decay": 0.03}),
        (say(en="dropout 0.5", ko="드롭아웃 0.5"), {"ratio": 0.5}),
    )
    for one, (title, options) in zip(axes, runs, strict=True):
        epochs, train, test = _digits_run(**options)
        one.plot(epochs, train, "--", color=BLUE, label=say(en="training", ko="학습"))
        one.plot(epochs, test, color=ORANGE, label=say(en="test", ko="테스트"))
        one.set(ylim=(40, 103), xticks=[0, 50, 100, 150])
        one.set_title(title)
        one.set_xlabel(say(en="epoch", ko="에폭"))
        one.text(148, 58, f"{test[-1]:.1f} %", ha="right", color=ORANGE, size=9)
    axes[0].set_ylabel(say(en="right answers, %", ko="정답률, %"))
    axes[0].legend(loc="lower center", fontsize=8)
    return figure


def layers(say):
    """The layers of a MultiLayerNet in a row, with where the penalty enters."""
    figure, axes = canvas(6.8, 1.7, blank=True)
    names = ("x", "Affine1", "ReLU", "Affine2", "ReLU", "Affine3", "Softmax\n+ CE", "+", "L")
    spots = (0.25, 1.0, 1.85, 2.65, 3.5, 4.3, 5.2, 6.0, 6.55)
    for spot, name in zip(spots, names, strict=True):
        if name in "xL":
            caption(axes, spot, 1.05, name, size=11)
        else:
            node(axes, spot, 1.05, name, color=ORANGE if name == "+" else BLUE, round_=name == "+", size=8.5)
    for start, end in pairwise(spots):
        gap = 0.13 if start in (0.25, 6.0) else 0.36
        axes.annotate(
            "",
            (end - (0.14 if end > 5.9 else 0.37), 1.05),
            (start + gap, 1.05),
            arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0},
        )
    for spot in (1.0, 2.65, 4.3):
        axes.plot([spot, spot], [0.8, 0.35], color=ORANGE, linewidth=1, linestyle="--")
    axes.plot([1.0, 6.0], [0.35, 0.35], color=ORANGE, linewidth=1, linestyle="--")
    axes.annotate(
        "",
        (6.0, 0.88),
        (6.0, 0.35),
        arrowprops={"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1, "shrinkA": 0, "shrinkB": 0},
    )
    caption(axes, 3.4, 0.18, say(en="½·λ·Σw² of every W", ko="모든 W의 ½·λ·Σw²"), color=ORANGE)
    return figure
