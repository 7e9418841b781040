"""The figures of u16_gated."""

import numpy as np
from matplotlib.patches import Rectangle
from solution import GRU, LSTM, TimeLSTM, sigmoid

from graders.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, RED, canvas, caption, edge, node


def _minus(value, digits=3):
    """A number with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def sigmoid_gate(say):
    """A gate as a function of its sum, and a signal before and after a gate that opens and closes."""
    figure, axes = canvas(6.6, 2.5, columns=2)
    a = np.linspace(-6, 6, 121)
    axes[0].plot(a, sigmoid(a), color=BLUE)
    for place, word, spot, side in (
        (-4, say(en="closed", ko="닫힘"), (-6.2, 0.22), "left"),
        (0, say(en="half open", ko="반쯤 열림"), (0.6, 0.45), "left"),
        (4, say(en="open", ko="열림"), (6.3, 0.8), "right"),
    ):
        axes[0].plot(place, sigmoid(place), "o", color=ORANGE, markersize=6)
        axes[0].text(*spot, f"{word}: {sigmoid(place):.3f}", ha=side, va="center", size=9)
    axes[0].set(
        title=say(en="gate = σ(sum)", ko="게이트 = σ(합)"),
        xlabel=say(en="sum a", ko="합 a"),
        ylim=(-0.05, 1.12),
        xticks=(-6, -4, 0, 4, 6),
    )
    time = np.linspace(0, 12, 181)
    gate = sigmoid(7 * np.sin(2 * np.pi * time / 12))
    signal = 0.8 * np.sin(2 * np.pi * time / 1.5)
    axes[1].plot(time, signal, color=GRAY, linewidth=0.9, label=say(en="signal", ko="신호"))
    axes[1].plot(time, gate, "--", color=ORANGE, label=say(en="gate", ko="게이트"))
    axes[1].plot(time, gate * signal, color=BLUE, label=say(en="gate × signal", ko="게이트 × 신호"))
    axes[1].set(
        title=say(en="open, then closed", ko="열렸다가 닫힘"), xlabel=say(en="time", ko="시간"), ylim=(-1.0, 1.85)
    )
    axes[1].legend(loc="upper right", ncols=1, fontsize=8.5, labelspacing=0.2)
    return figure


def _example():
    """The cell of the worked example, after forward and backward: H = D = 1."""
    cell = LSTM(np.array([[1.0, 0.5, -1.0, 0.5]]), np.array([[2.0, 1.0, 0.0, -1.0]]), np.zeros(4))
    h, c = cell.forward(np.array([[1.0]]), np.array([[0.5]]), np.array([[2.0]]))
    back = cell.backward(np.array([[1.0]]), np.array([[0.5]]))
    f, g, i, o = (float(each[0, 0]) for each in cell.cache[3:7])
    return (f, g, i, o, float(c[0, 0]), float(h[0, 0])), cell.grads[2], [float(each[0, 0]) for each in back]


def _cell(axes, forward, backward):
    """The cell as a graph: values on solid edges, or gradients on dashed ones."""
    times_f, plus, times_i, tanh, times_o = (1.6, 2.75), (3.4, 2.75), (3.4, 1.75), (4.7, 2.1), (5.8, 1.55)
    gates = {"f": (1.6, 0.95), "g": (2.75, 0.95), "i": (4.05, 0.95), "o": (5.8, 0.6)}
    for name, place in gates.items():
        node(
            axes,
            *place,
            f"{name}: tanh" if name == "g" else f"{name}: σ",
            round_=False,
            size=9,
            color=GREEN if name == "g" else PURPLE,
        )
    for place, text in ((times_f, "×"), (plus, "+"), (times_i, "×"), (times_o, "×")):
        node(axes, *place, text)
    node(axes, *tanh, "tanh", size=9, round_=False)
    paths = (
        ("c_prev", (0.25, 2.75), times_f, 0),
        ("f", gates["f"], times_f, 0),
        ("kept", times_f, plus, 0),
        ("g", gates["g"], times_i, 0),
        ("i", gates["i"], times_i, 0),
        ("new", times_i, plus, 0),
        ("c", plus, (6.65, 2.75), 0),
        ("tanh", plus, tanh, 0),
        ("squeezed", tanh, times_o, 0),
        ("o", gates["o"], times_o, 0),
        ("h", times_o, (6.75, 1.55), 0),
    )
    side = {"f": -0.36, "g": -0.42, "i": 0.44, "new": 0.4, "o": -0.42, "tanh": -0.22, "squeezed": 0.36}
    words, color = (forward, INK) if forward else (backward, ORANGE)
    for name, start, end, bend in paths:
        here, there = (start, end) if forward else (end, start)
        edge(axes, here, there, back=not forward, color=color, bend=bend, gap=14)
        if name in words:
            x, y = np.add(start, end) / 2
            level = name in ("c_prev", "kept", "c", "h")
            if name == "tanh":
                axes.text(x + 0.1, y + 0.12, words[name], ha="left", va="center", size=9, color=color)
            elif name == "squeezed":
                axes.text(x + 0.06, y + 0.17, words[name], ha="left", va="center", size=9, color=color)
            else:
                caption(axes, x + (0 if level else side[name]), y + (0.16 if level else 0), words[name], color=color)


def lstm_cell(say):
    """One step of an LSTM with its numbers: x = 1, h₋₁ = 0.5, c₋₁ = 2."""
    figure, axes = canvas(6.9, 3.15, blank=True)
    (f, g, i, o, c, h), _, _ = _example()
    words = {
        "c_prev": "c₋₁ = 2",
        "f": f"{f:.3f}",
        "kept": f"{f * 2:.3f}",
        "g": f"{g:.3f}",
        "i": f"{i:.3f}",
        "new": f"{i * g:.3f}",
        "c": f"c = {c:.3f}",
        "tanh": f"{c:.3f}",
        "squeezed": f"{np.tanh(c):.3f}",
        "o": f"{o:.3f}",
        "h": f"h = {h:.3f}",
    }
    _cell(axes, words, None)
    sums = {1.6: "2", 2.75: "1", 4.05: "−1"}
    for place, text in sums.items():
        edge(axes, (place, 0.38), (place, 0.95), gap=11)
        caption(axes, place + 0.14, 0.55, text, align="left")
    edge(axes, (4.75, 0.6), (5.8, 0.6), gap=15)
    caption(axes, 5.05, 0.75, "0")
    caption(
        axes,
        2.85,
        0.24,
        say(en="sums a of x = 1 and h₋₁ = 0.5, one for each block", ko="x = 1과 h₋₁ = 0.5로 만든 블록마다의 합 a"),
    )
    return figure


def lstm_backward(say):
    """The same step backward, for dh = 1 and dc = 0.5."""
    figure, axes = canvas(6.9, 3.15, blank=True)
    (_, g, i, o, c, _), sums, (_, _, dc_prev) = _example()
    slope = 1 - np.tanh(c) ** 2
    dc = 0.5 + o * slope
    words = {
        "c_prev": _minus(dc_prev),
        "f": _minus(dc * 2),
        "kept": _minus(dc),
        "g": _minus(dc * i),
        "i": _minus(dc * g),
        "new": _minus(dc),
        "c": "dc = 0.5",
        "tanh": _minus(o * slope),
        "squeezed": _minus(o),
        "o": _minus(np.tanh(c)),
        "h": "dh = 1",
    }
    _cell(axes, None, words)
    for place, value in ((1.6, sums[0]), (2.75, sums[1]), (4.05, sums[2])):
        edge(axes, (place, 0.95), (place, 0.38), back=True, color=ORANGE, gap=11)
        caption(axes, place + 0.14, 0.55, _minus(value), color=ORANGE, align="left")
    edge(axes, (5.8, 0.6), (4.75, 0.6), back=True, color=ORANGE, gap=15)
    caption(axes, 5.02, 0.75, _minus(sums[3]), color=ORANGE)
    caption(axes, 2.85, 0.24, say(en="gradients of the four sums", ko="네 합의 기울기"), color=ORANGE)
    caption(axes, 3.4, 3.08, f"0.5 + {o * slope:.3f} = {dc:.3f}", color=ORANGE)
    return figure


def memory_over_time(say):
    """A cell of one number that writes at two moments, keeps what it has, and shows it at three."""
    figure, axes = canvas(6.6, 3.7, rows=3)
    steps = 24
    rng = np.random.default_rng(4)
    value = rng.uniform(-1, 1, steps)
    value[3], value[13] = 0.8, -0.7
    write, read = np.zeros(steps), np.zeros(steps)
    write[[3, 13]] = 1
    read[[7, 8, 19]] = 1
    xs = np.stack([value, write, read], axis=1)[None]
    #               f    g    i   o
    Wx = np.array([[0.0, 2.0, 0, 0], [-10, 0, 10, 0], [0, 0, 0, 10]])
    layer = TimeLSTM(Wx, np.zeros((1, 4)), np.array([5.0, 0, -5, -5]))
    h = layer.forward(xs)[0, :, 0]
    f, _, i, o, c = (np.array([float(cell.cache[place][0, 0]) for cell in layer.layers]) for place in (3, 4, 5, 6, 7))
    place = np.arange(steps)
    axes[0].bar(place, value, 0.6, color=[BLUE if one else GRAY for one in write], edgecolor="none")
    for one in (3, 13):
        axes[0].annotate(
            say(en="write", ko="쓰기"),
            (one, value[one]),
            (one + 0.9, 1.0 if value[one] > 0 else -0.95),
            size=8.5,
            va="center",
            arrowprops={"arrowstyle": "->", "color": INK},
        )
    axes[0].set(ylabel=say(en="input", ko="입력"), ylim=(-1.25, 1.25))
    for values, name, style, color in ((f, "f", "-", BLUE), (i, "i", "--", ORANGE), (o, "o", ":", PURPLE)):
        axes[1].step(place, values, style, where="mid", color=color, label=name)
    axes[1].set(ylabel=say(en="gates", ko="게이트"), ylim=(-0.1, 1.15))
    axes[1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    axes[2].step(place, c, where="mid", color=GREEN, label="c")
    axes[2].step(place, h, "--", where="mid", color=RED, label="h")
    axes[2].axhline(0, color=GRAY, linewidth=0.5)
    axes[2].set(ylabel="c, h", ylim=(-1.1, 1.1), xlabel=say(en="time step t", ko="시각 t"))
    axes[2].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    for one in axes:
        one.set_xlim(-0.7, steps - 0.3)
    for one in axes[:2]:
        one.set_xticks([])
    return figure


def unrolled(say):
    """Three steps of the worked example: values to the right, gradients to the left."""
    figure, axes = canvas(6.9, 3.0, blank=True)
    layer = TimeLSTM(np.array([[1.0, 0.5, -1.0, 0.5]]), np.array([[2.0, 1.0, 0.0, -1.0]]), np.zeros(4))
    xs = np.array([[[1.0], [0.0], [-1.0]]])
    hs = layer.forward(xs)[0, :, 0]
    cs = [float(cell.cache[-1][0, 0]) for cell in layer.layers]
    dh, dc, back = np.array([[1.0]]), np.array([[0.0]]), {}
    for t in (2, 1, 0):
        dx, dh, dc = layer.layers[t].backward(dh, dc)
        back[t] = float(dx[0, 0]), float(dh[0, 0]), float(dc[0, 0])
    places = (1.35, 3.45, 5.55)
    for t, place in enumerate(places):
        node(axes, place, 1.5, f"LSTM  t = {t}", round_=False, size=9.5)
        edge(axes, (place - 0.16, 0.42), (place - 0.16, 1.5), gap=12)
        edge(axes, (place + 0.16, 1.5), (place + 0.16, 0.42), back=True, color=ORANGE, gap=12)
        caption(axes, place - 0.22, 0.78, _minus(xs[0, t, 0], 0), align="right")
        caption(axes, place + 0.22, 0.78, f"dx {_minus(back[t][0])}", color=ORANGE, align="left")
        edge(axes, (place - 0.16, 1.5), (place - 0.16, 2.6), gap=12)
        edge(axes, (place + 0.16, 2.6), (place + 0.16, 1.5), back=True, color=ORANGE, gap=12)
        caption(axes, place - 0.22, 2.22, _minus(hs[t]), align="right")
        caption(axes, place + 0.22, 2.22, f"dhs {int(t == 2)}", color=ORANGE, align="left")
        caption(axes, place, 2.75, f"hs[:, {t}]")
        caption(axes, place, 0.3, f"xs[:, {t}]")
    for t in (0, 1):
        left, right = places[t] + 0.52, places[t + 1] - 0.52
        edge(axes, (left, 1.6), (right, 1.6), gap=1)
        edge(axes, (right, 1.4), (left, 1.4), back=True, color=ORANGE, gap=1)
        middle = (left + right) / 2
        caption(axes, middle, 1.91, f"h {_minus(hs[t])}", size=8.5)
        caption(axes, middle, 1.74, f"c {_minus(cs[t])}", size=8.5)
        caption(axes, middle, 1.26, f"dh {_minus(back[t + 1][1])}", color=ORANGE, size=8.5)
        caption(axes, middle, 1.09, f"dc {_minus(back[t + 1][2])}", color=ORANGE, size=8.5)
    edge(axes, (0.12, 1.6), (places[0] - 0.52, 1.6), gap=1)
    caption(axes, 0.42, 1.74, "0, 0", size=8.5)
    return figure


def gradient_survival(say):
    """How large the gradient of the last step is, further and further back: a plain RNN and LSTMs."""
    figure, axes = canvas(6.4, 2.8)
    rng = np.random.default_rng(1)
    H, D, T = 24, 8, 61
    xs = rng.standard_normal((1, T, D))
    recurrent = rng.standard_normal((H, H))
    recurrent *= 0.95 / np.abs(np.linalg.eigvals(recurrent)).max()
    Wx = 0.3 * rng.standard_normal((D, H))
    h, states = np.zeros((1, H)), []
    for t in range(T):
        h = np.tanh(xs[:, t] @ Wx + h @ recurrent)
        states.append(h)
    upstream = rng.standard_normal((1, H))
    upstream /= np.linalg.norm(upstream)
    dh, plain = upstream, [1.0]
    for t in range(T - 1, 0, -1):
        dh = (dh * (1 - states[t] ** 2)) @ recurrent.T
        plain.append(np.linalg.norm(dh))
    back = np.arange(T)
    axes.semilogy(back, plain, "-.", color=RED, label=say(en="h of a plain RNN", ko="기본 RNN의 h"))
    lstm = (0.3 * rng.standard_normal((D, 4 * H)), 0.1 * rng.standard_normal((H, 4 * H)))
    for bias, style, color in ((0.0, "--", ORANGE), (3.0, "-", BLUE)):
        b = np.zeros(4 * H)
        b[:H] = bias
        layer = TimeLSTM(*lstm, b)
        layer.forward(xs)
        share = np.mean([cell.cache[3] for cell in layer.layers])
        dh, dc, norms = np.zeros((1, H)), upstream, [1.0]
        for t in range(T - 1, 0, -1):
            _, dh, dc = layer.layers[t].backward(dh, dc)
            norms.append(np.linalg.norm(dc))
        label = say(en=f"c of an LSTM, f ≈ {share:.2f}", ko=f"LSTM의 c, f ≈ {share:.2f}")
        axes.semilogy(back, norms, style, color=color, label=label)
    axes.set(
        xlabel=say(en="steps back", ko="거슬러 간 시각의 수"),
        ylabel=say(en="length of the gradient", ko="기울기의 길이"),
        xlim=(0, 62),
        ylim=(1e-13, 10),
    )
    axes.set_yticks([1, 1e-4, 1e-8, 1e-12])
    axes.legend(loc="lower left")
    return figure


def gru_cell(say):
    """One step of a GRU with its numbers: x = 1, h₋₁ = 0.5."""
    figure, axes = canvas(6.9, 3.0, blank=True)
    cell = GRU(np.array([[1.0, 0.5, 1.0]]), np.array([[-2.0, 1.0, 2.0]]), np.zeros(3))
    h = float(cell.forward(np.array([[1.0]]), np.array([[0.5]]))[0, 0])
    z, r, new = (float(each[0, 0]) for each in cell.cache[2:])
    keep, plus, take, tanh, reset = (3.5, 2.65), (5.2, 2.65), (5.2, 1.5), (3.5, 0.6), (1.9, 0.6)
    gate_z, gate_r, start = (3.5, 1.6), (1.9, 1.6), (0.3, 2.65)
    for place, text in ((keep, "×"), (plus, "+"), (take, "×"), (reset, "×")):
        node(axes, *place, text)
    node(axes, *gate_z, "z: σ", round_=False, size=9, color=PURPLE)
    node(axes, *gate_r, "r: σ", round_=False, size=9, color=PURPLE)
    node(axes, *tanh, "tanh", round_=False, size=9, color=GREEN)
    edge(axes, (0.75, 2.65), keep, gap=13)
    edge(axes, keep, plus)
    edge(axes, plus, (6.7, 2.65), gap=13)
    edge(axes, (0.35, 2.5), reset, gap=13)
    edge(axes, gate_r, reset)
    edge(axes, reset, tanh, gap=16)
    edge(axes, gate_z, keep)
    edge(axes, gate_z, take, gap=16)
    edge(axes, tanh, take, gap=20)
    edge(axes, take, plus)
    caption(axes, *start, "h₋₁ = 0.5", align="left")
    caption(axes, 4.35, 2.82, f"{(1 - z) * 0.5:.3f}")
    caption(axes, 6.05, 2.82, f"h = {h:.3f}")
    caption(axes, 3.42, 2.13, f"1 − z = {1 - z:.3f}", align="right")
    caption(axes, 4.35, 1.72, f"z = {z:.3f}")
    caption(axes, 5.28, 2.08, f"{z * new:.3f}", align="left")
    caption(axes, 4.52, 0.9, f"{new:.3f}", align="left")
    caption(axes, 2.0, 1.12, f"r = {r:.3f}", align="left")
    caption(axes, 2.62, 0.76, f"{r * 0.5:.3f}")
    for (x, y), (dx, dy), text in (
        (gate_r, (0, 0.62), "x, h₋₁"),
        (gate_z, (-0.85, 0), "x, h₋₁"),
        (tanh, (0, -0.47), "x"),
    ):
        edge(axes, (x + dx, y + dy), (x, y), color=GRAY, gap=12)
        if dx:
            caption(axes, x + dx - 0.1, y + dy, text, color=GRAY)
        else:
            caption(axes, x + (0.3 if dy > 0 else 0.15), y + dy + (0.04 if dy > 0 else 0.03), text, color=GRAY)
    caption(axes, 5.9, 0.42, say(en="keep a share 1 − z of the old,", ko="이전 상태를 1 − z만큼 남기고"), size=8.5)
    caption(axes, 5.9, 0.2, say(en="take a share z of the new", ko="후보를 z만큼 받아들입니다"), size=8.5)
    return figure


def packed_weights(say):
    """Four affine maps as one: the blocks of Wx, Wh, b and of their sum."""
    figure, axes = canvas(6.4, 3.0, blank=True)
    colors = {"f": BLUE, "g": GREEN, "i": ORANGE, "o": PURPLE}
    width = 0.36

    def blocks(left, bottom, height, rows, columns, name):
        for place, (block, color) in enumerate(colors.items()):
            axes.add_patch(
                Rectangle(
                    (left + place * width, bottom), width, height, facecolor="none", edgecolor=color, linewidth=1.4
                )
            )
            caption(axes, left + (place + 0.5) * width, bottom + height / 2, block, color=color, size=10)
        caption(axes, left + 2 * width, bottom + height + 0.14, name, size=9.5)
        caption(axes, left + 2 * width, bottom - 0.14, f"{rows} × {columns}" if rows else columns, size=8.5)

    def whole(left, bottom, wide, height, name, size):
        axes.add_patch(Rectangle((left, bottom), wide, height, facecolor="none", edgecolor=INK, linewidth=1.2))
        caption(axes, left + wide / 2, bottom + height / 2, name, size=9.5)
        caption(axes, left + wide / 2, bottom - 0.14, size, size=8.5)

    whole(0.2, 2.0, 0.5, 0.6, "x", "N × D")
    caption(axes, 0.85, 2.3, "·", size=14)
    blocks(1.02, 2.05, 0.5, "D", "4H", "Wx")
    caption(axes, 1.3, 1.47, "+", size=12)
    whole(0.27, 0.48, 0.36, 0.6, "h₋₁", "N × H")
    caption(axes, 0.85, 0.78, "·", size=14)
    blocks(1.02, 0.6, 0.36, "H", "4H", "Wh")
    caption(axes, 2.67, 1.47, "+", size=12)
    blocks(2.85, 1.36, 0.22, "", "4H", "b")
    caption(axes, 4.5, 1.47, "=", size=12)
    blocks(4.72, 1.18, 0.6, "N", "4H", "A")
    for place, (name, color) in enumerate((("σ", BLUE), ("tanh", GREEN), ("σ", ORANGE), ("σ", PURPLE))):
        x = 4.72 + (place + 0.5) * width
        edge(axes, (x, 0.98), (x, 0.52), color=color, gap=1)
        caption(axes, x, 0.4, name, color=color, size=8.5)
        caption(axes, x, 0.2, f"{list(colors)[place]}", color=color, size=10)
    caption(axes, 5.44, 2.2, say(en="each block: H columns", ko="블록마다 H열"), size=8.5)
    return figure


def gru_ways(say):
    """The four ways on which a gradient comes back to the old state, added up: the worked example."""
    figure, axes = canvas(6.2, 2.5)
    x, h, Wx, Wh, b = (
        np.array([[1.0]]),
        np.array([[0.5]]),
        np.array([[1.0, 0.5, 1.0]]),
        np.array([[-2.0, 1, 2]]),
        np.zeros(3),
    )
    cell = GRU(Wx, Wh, b)
    cell.forward(x, h)
    _, total = cell.backward(np.ones((1, 1)))
    z, r = (float(each[0, 0]) for each in cell.cache[2:4])
    dz, dr, dn = cell.grads[2]
    ways = [1 - z, dn * Wh[0, 2] * r, dz * Wh[0, 0], dr * Wh[0, 1]]
    names = [
        say(en="directly", ko="직접"),
        say(en="through the candidate", ko="후보를 거쳐"),
        say(en="through z", ko="z를 거쳐"),
        say(en="through r", ko="r을 거쳐"),
        "dh_prev",
    ]
    start = 0.0
    for place, way in enumerate(ways):
        axes.bar(place, way, 0.55, bottom=start, color=BLUE if way > 0 else ORANGE, edgecolor="none")
        axes.plot([place - 0.28, place + 1.28], [start + way] * 2, color=GRAY, linewidth=0.8)
        axes.text(place, max(start, start + way) + 0.02, _minus(way), ha="center", size=9)
        start += way
    axes.bar(len(ways), start, 0.55, color=GREEN, edgecolor="none")
    axes.text(len(ways), start + 0.02, _minus(float(total[0, 0])), ha="center", size=9)
    axes.set_xticks(range(5), names)
    axes.set(ylim=(0, 0.72), xlim=(-0.5, 4.5), ylabel=say(en="gradient", ko="기울기"))
    return figure
