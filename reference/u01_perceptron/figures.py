"""The figures of u01_perceptron."""

import numpy as np
from solution import Perceptron, sign, step_function, two_layer_perceptron

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, SHADE, canvas, caption, edge, node

ROWS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
GATES = {  # name: (weights, bias, answers in the order of ROWS)
    "AND": ((0.5, 0.5), -0.6, (0, 0, 0, 1)),
    "OR": ((0.5, 0.5), -0.4, (0, 1, 1, 1)),
    "NAND": ((-0.5, -0.5), 0.7, (1, 1, 1, 0)),
    "NOR": ((-0.5, -0.5), 0.2, (1, 0, 0, 0)),
}


def _plane(axes, low=-0.5, high=1.5):
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", xticks=(0, 1), yticks=(0, 1))
    axes.set_xlabel("$x_1$", labelpad=1)
    axes.set_ylabel("$x_2$", labelpad=1)


def _points(axes, points, answers, size=60):
    """Filled circles for 1, empty squares for 0."""
    for point, answer in zip(points, answers, strict=True):
        style = {"marker": "o", "facecolor": ORANGE} if answer > 0 else {"marker": "s", "facecolor": SHADE}
        axes.scatter(*point, s=size, edgecolor=INK, linewidth=1.2, zorder=3, **style)


def _line(axes, w, b, low=-0.5, high=1.5, **style):
    """The points with w·x + b = 0 inside the square."""
    x = np.linspace(low, high, 2)
    if abs(w[1]) > abs(w[0]) * 1e-9:
        axes.plot(x, -(w[0] * x + b) / w[1], **style)
    else:
        axes.plot([-b / w[0]] * 2, x, **style)


def _side(axes, w, b, low=-0.5, high=1.5):
    """Shade where w·x + b > 0."""
    x1, x2 = np.meshgrid([low, high], [low, high])  # the score is linear: four corners are exact
    axes.contourf(x1, x2, w[0] * x1 + w[1] * x2 + b, levels=[0, 1e9], colors=[SHADE], zorder=0)


def one_unit(say):
    """A perceptron at (1, 0)."""
    figure, axes = canvas(6.4, 2.1, blank=True)
    node(axes, 0.7, 1.55, "$x_1$", round_=False, color=GRAY)
    node(axes, 0.7, 0.55, "$x_2$", round_=False, color=GRAY)
    node(axes, 2.6, 1.05, "Σ")
    node(axes, 4.4, 1.05, "h", color=ORANGE)
    edge(axes, (0.7, 1.55), (2.6, 1.05), "1 · 0.5", lift=12)
    edge(axes, (0.7, 0.55), (2.6, 1.05), "0 · 0.5", lift=-12)
    edge(axes, (2.6, 1.05), (4.4, 1.05), "0.5")
    edge(axes, (4.4, 1.05), (5.9, 1.05), "y = 0")
    caption(axes, 2.6, 0.35, say(en="weighted sum", ko="가중합"), color=BLUE)
    caption(axes, 4.4, 0.35, "0.5 > 0.6 ?", color=ORANGE)
    caption(axes, 4.4, 1.72, say(en="compare with θ = 0.6", ko="임계값 θ = 0.6과 비교"), color=ORANGE)
    caption(axes, 0.7, 2.0, say(en="inputs", ko="입력"), color=GRAY)
    return figure


def step_and_sign(say):
    """The two curves; the filled dot is the value at 0."""
    figure, axes = canvas(6.2, 2.2, columns=2)
    for one, function, levels in ((axes[0], step_function, (0, 1)), (axes[1], sign, (-1, 1))):
        one.plot([-3, 0], [levels[0]] * 2, color=BLUE)
        one.plot([0, 3], [levels[1]] * 2, color=BLUE)
        value = int(function(0.0))
        for level in {*levels, value}:
            filled = level == value
            one.scatter(0, level, s=38, facecolor=BLUE if filled else SHADE, edgecolor=BLUE, linewidth=1.3, zorder=3)
        one.set(ylim=(levels[0] - 0.4, levels[1] + 0.4), yticks=sorted({*levels, 0}))
        one.grid(axis="y")
        one.annotate(
            say(en=f"at 0: {value}", ko=f"0에서는 {value}"),
            (0, value),
            (1.0, levels[0] + 0.35 * (levels[1] - levels[0])),
            size=9,
            color=INK,
            va="center",
            arrowprops={"arrowstyle": "->", "color": GRAY, "shrinkB": 5},
        )
    axes[0].set_title(say(en="step function h(a)", ko="계단 함수 h(a)"))
    axes[1].set_title(say(en="sign(z)", ko="부호 함수 sign(z)"))
    axes[0].set_xlabel("a")
    axes[1].set_xlabel("z")
    return figure


def gate_lines(say):
    """Four gates, four lines; the shaded side answers 1."""
    figure, axes = canvas(6.9, 2.1, columns=4)
    for one, (name, (w, b, answers)) in zip(axes, GATES.items(), strict=True):
        _plane(one)
        known = name in ("AND", "OR")  # the other two are the reader's to find
        if known:
            _side(one, w, b)
            _line(one, w, b, color=BLUE)
        _points(one, ROWS, answers)
        one.set_title(name if known else name + say(en=" : your line?", ko=" : 직선은?"), size=9.5)
    axes[0].set_title("AND, θ = 0.6", size=9.5)
    axes[1].set_title("OR, θ = 0.4", size=9.5)
    return figure


def products(say):
    """Good and defective products on both sides of x1 − x2 − 0.5 = 0."""
    figure, axes = canvas(4.2, 2.9)
    _plane(axes, 0, 3)
    axes.set(xticks=(0, 1, 2, 3), yticks=(0, 1, 2, 3))
    _side(axes, (1, -1), -0.5, 0, 3)
    _line(axes, (1, -1), -0.5, 0, 3, color=BLUE)
    rng = np.random.default_rng(4)
    x = rng.uniform(0.1, 2.9, (40, 2))
    apart = abs(x[:, 0] - x[:, 1] - 0.5) > 0.15
    labels = (x[:, 1] < 0.75) | (x[:, 1] > 2.5) | ((x[:, 0] > 2) & (abs(x[:, 1] - 1.3) < 0.2))  # room for the words
    x = x[apart & ~labels]
    _points(axes, x, x[:, 0] - x[:, 1] - 0.5 > 0, size=28)
    _points(axes, [(1.5, 1.0)], [0], size=60)
    axes.annotate(
        say(en="(1.5, 1): on the line → 0", ko="(1.5, 1): 직선 위 → 0"),
        (1.5, 1.0),
        (1.15, 0.22),
        size=8.5,
        color=INK,
        arrowprops={"arrowstyle": "->", "color": GRAY, "shrinkB": 5},
    )
    axes.text(2.5, 1.3, say(en="good: 1", ko="양품: 1"), color=ORANGE, ha="center", weight="bold")
    axes.text(0.75, 2.72, say(en="defective: 0", ko="불량: 0"), color=INK, ha="center", weight="bold")
    return figure


def xor_lines(say):
    """A line that moves over XOR: it always has a point on the wrong side; two lines do it."""
    figure, axes = canvas(6.9, 2.3, columns=4)
    answers = np.array([0, 1, 1, 0])
    tries = (((0.5, 0.5), -0.4), ((-0.5, -0.5), 0.7), ((1.0, -1.0), -0.5))
    for one, (w, b) in zip(axes, tries, strict=False):
        _plane(one)
        _side(one, w, b)
        _line(one, w, b, color=BLUE)
        _points(one, ROWS, answers)
        wrong = (ROWS @ np.array(w) + b > 0) != answers
        one.scatter(*ROWS[wrong].T, s=210, facecolor="none", edgecolor=PURPLE, linewidth=1.8, zorder=4)
        count = int(wrong.sum())
        one.set_title(say(en=f"{count} wrong", ko=f"{count}개 틀림"), color=PURPLE)
    last = axes[3]
    _plane(last)
    x1 = np.linspace(-0.5, 1.5, 2)
    last.fill_between(x1, 0.8 - x1, 1.4 - x1, color=SHADE, zorder=0)
    _line(last, (0.5, 0.5), -0.4, color=BLUE)
    _line(last, (-0.5, -0.5), 0.7, color=GREEN, linestyle="--")
    _points(last, ROWS, answers)
    last.set_title(say(en="two lines: 0 wrong", ko="직선 두 개: 0개 틀림"))
    return figure


def hidden_plane(say):
    """What the hidden layer does to the four points of XOR."""
    figure, axes = canvas(6.4, 2.7, columns=2)
    answers = (0, 1, 1, 0)
    W1, b1 = np.array([[-0.5, 0.5], [-0.5, 0.5]]), np.array([0.7, -0.4])
    s, y = two_layer_perceptron(ROWS, W1, b1, np.array([0.5, 0.5]), -0.6)
    assert tuple(y) == answers
    left, right = axes
    _plane(left)
    _line(left, W1[:, 0], b1[0], color=GREEN, linestyle="--")
    _line(left, W1[:, 1], b1[1], color=BLUE)
    _points(left, ROWS, answers)
    left.text(0.02, -0.38, "$s_2$: OR", color=BLUE)
    left.text(1.02, 0.62, "$s_1$: NAND", color=GREEN)
    left.set_title(say(en="inputs: no single line", ko="입력: 직선 하나로는 안 됨"))
    _plane(right)
    right.set_xlabel("$s_1$", labelpad=1)
    right.set_ylabel("$s_2$", labelpad=1)
    _side(right, (0.5, 0.5), -0.6)
    _line(right, (0.5, 0.5), -0.6, color=ORANGE)
    _points(right, s, answers)
    for (s1, s2), names in (((1, 0), "(0,0)"), ((0, 1), "(1,1)"), ((1, 1), "(1,0) (0,1)")):
        right.text(s1, s2 - 0.27, names, ha="center", size=8.5)
    right.set_title(say(en="hidden answers: one line is enough", ko="은닉층의 답: 직선 하나면 충분"))
    return figure


def score_and_sigmoid(say):
    """z = 1 + 3x1 − 2x2 over the plane, and the sigmoid of z."""
    figure, axes = canvas(6.6, 2.8, columns=2)
    left, right = axes
    x1, x2 = np.meshgrid(np.linspace(-3, 3, 13), np.linspace(-3, 3, 13))
    z = 1 + 3 * x1 - 2 * x2
    left.contourf(x1, x2, z, levels=[0, 1e9], colors=[SHADE], zorder=0)
    lines = left.contour(x1, x2, z, levels=[-6, -3, 3, 6], colors=[GRAY], linewidths=0.8, linestyles="-")
    left.clabel(lines, fmt=lambda value: f"z={value:.0f}", fontsize=8, colors=[INK])
    left.contour(x1, x2, z, levels=[0], colors=[BLUE], linewidths=2)
    left.scatter(-1, 2, s=50, color=ORANGE, edgecolor=INK, zorder=3)
    left.text(-1.15, 2.35, "(−1, 2)", ha="center", size=8.5)
    left.set(aspect="equal", xlim=(-3, 3), ylim=(-3, 3), xticks=(-2, 0, 2), yticks=(-2, 0, 2))
    left.set_xlabel("$x_1$", labelpad=1)
    left.set_ylabel("$x_2$", labelpad=1)
    left.set_title(say(en="score z; blue line: z = 0", ko="점수 z, 파란 직선: z = 0"))
    score = np.linspace(-8, 8, 121)
    right.plot(score, 1 / (1 + np.exp(-score)), color=BLUE)
    right.axhline(0.5, color=GRAY, linewidth=0.7, linestyle=":")
    right.axvline(0, color=GRAY, linewidth=0.7, linestyle=":")
    right.scatter(-6, 1 / (1 + np.exp(6)), s=50, color=ORANGE, edgecolor=INK, zorder=3)
    right.annotate("g(−6) = 0.002", (-6, 0.0025), (-7.6, 0.26), size=9, arrowprops={"arrowstyle": "->", "color": GRAY})
    right.set(yticks=(0, 0.5, 1), xlabel="z")
    right.set_title(say(en="the sigmoid g(z)", ko="시그모이드 g(z)"))
    return figure


def learning_and(say):
    """The line after some of the eleven updates on the AND table."""
    figure, axes = canvas(6.9, 2.3, columns=4)
    answers = np.array([-1, -1, -1, 1])
    history = Perceptron(2).fit(ROWS.astype(float), answers)
    assert len(history) == 11
    for one, number in zip(axes, (2, 5, 8, 11), strict=True):
        w = history[number - 1]
        _plane(one)
        _side(one, w[1:], w[0])
        _line(one, w[1:], w[0], color=BLUE)
        _points(one, ROWS, answers)
        wrong = np.where(ROWS @ w[1:] + w[0] >= 0, 1, -1) != answers
        one.scatter(*ROWS[wrong].T, s=210, facecolor="none", edgecolor=PURPLE, linewidth=1.8, zorder=4)
        numbers = ", ".join(f"{value:.0f}".replace("-", "−") for value in w)
        one.set_title(say(en=f"update {number}", ko=f"갱신 {number}회") + f"\n({numbers})", size=9)
    return figure
