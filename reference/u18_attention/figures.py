"""The figures of u18_attention."""

import numpy as np
from matplotlib.patches import Rectangle
from solution import Attention, AttentionWeight, TimeAttention, WeightSum, concat, dot, general, scaled_dot, softmax

from graders.figures import BLUE, GRAY, GREEN, HEAT, INK, ORANGE, PURPLE, canvas, caption, edge, node

STATES = np.array([[[1.0, 0, 2, 1], [0, 4, 1, 0], [3, 1, 0, 2]]])
COLORS = (BLUE, ORANGE, GREEN)
HATCHES = ("", "//", "xx")


def _minus(value, digits=2):
    """A number with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def weighted_sum(say):
    """Three states as bars, their weights, and the context made of their shares."""
    figure, axes = canvas(6.8, 2.3, columns=4)
    a = np.array([[0.8, 0.1, 0.1]])
    c = WeightSum().forward(STATES, a)[0]
    place = np.arange(4)
    for t, one in enumerate(axes[:3]):
        one.bar(place, STATES[0, t], 0.65, color=COLORS[t], hatch=HATCHES[t], edgecolor=INK, linewidth=0.5)
        one.set(
            title=say(en=f"state {t + 1}: weight {a[0, t]}", ko=f"상태 {t + 1}: 가중치 {a[0, t]}"),
            ylim=(0, 4.4),
            xticks=[],
        )
        one.title.set_size(9)
    below = np.zeros(4)
    for t in range(3):
        share = a[0, t] * STATES[0, t]
        axes[3].bar(place, share, 0.65, bottom=below, color=COLORS[t], hatch=HATCHES[t], edgecolor=INK, linewidth=0.5)
        below += share
    for x, value in zip(place, c, strict=True):
        axes[3].text(x, value + 0.12, f"{value:.1f}", ha="center", size=9)
    axes[3].set(title=say(en="context", ko="맥락 벡터"), ylim=(0, 4.4), xticks=[])
    axes[3].title.set_size(9)
    return figure


def softmax_weights(say):
    """Scores, the weights made of them, and what happens to all weights when one score grows."""
    figure, axes = canvas(6.6, 2.3, columns=3)
    layer = AttentionWeight()
    first = layer.forward(STATES, np.array([[1.0, 0, 0, 1]]))[0]
    scores = dot(np.array([[1.0, 0, 0, 1]]), STATES)[0]
    raised = softmax(scores + np.array([2.0, 0, 0]))
    place = np.arange(3)
    for one, values, digits, title, top in (
        (axes[0], scores, 0, say(en="scores s", ko="점수 s"), 6.2),
        (axes[1], first, 3, say(en="weights a", ko="가중치 a"), 1.2),
        (axes[2], raised, 3, say(en="a, score 1 raised to 4", ko="점수 1이 4일 때의 a"), 1.2),
    ):
        one.bar(place, values, 0.6, color=COLORS, hatch=HATCHES, edgecolor=INK, linewidth=0.5)
        for x, value in zip(place, values, strict=True):
            one.text(x, value + 0.02 * top, f"{value:.{digits}f}", ha="center", size=9)
        one.set(title=title, ylim=(0, top))
        one.set_xticks(place, [say(en=f"state {t + 1}", ko=f"상태 {t + 1}") for t in range(3)])
        one.title.set_size(9.5)
    return figure


def attention_graph(say):
    """The attention layer as a graph: values forward, gradients back, and the fork of hs."""
    figure, axes = canvas(6.9, 3.25, blank=True)
    layer = Attention()
    out = layer.forward(STATES, np.array([[1.0, 0, 0, 1]]))[0]
    dout = np.array([[1.0, -2, 0.5, 3]])
    _, da = layer.weight_sum_layer.backward(dout)
    a = layer.attention_weight
    ds = a * (da - np.sum(a * da, axis=1, keepdims=True))
    _, dh = layer.backward(dout)

    def row(values, digits=2):
        return "(" + ", ".join(_minus(value, digits) for value in values) + ")"

    for left, bottom, width, height, name, y in (
        (1.35, 0.42, 3.15, 1.25, "AttentionWeight", 0.29),
        (4.85, 1.12, 0.95, 1.3, "WeightSum", 2.55),
    ):
        axes.add_patch(
            Rectangle((left, bottom), width, height, facecolor="none", edgecolor=GRAY, linewidth=1, linestyle=":")
        )
        caption(axes, left + width / 2, y, name, color=GRAY, size=9)
    hs, h, product, soft, total = (0.45, 2.75), (0.45, 1.0), (1.85, 1.0), (3.95, 1.0), (5.33, 1.75)
    node(axes, *hs, "hs", round_=False, color=GRAY)
    node(axes, *h, "h", round_=False, color=GRAY)
    node(axes, *product, "·")
    node(axes, *soft, "softmax", round_=False, size=9, color=PURPLE)
    node(axes, *total, "Σ")
    for start, end, bend, gap in (
        (hs, product, -0.1, 15),
        (h, product, -0.1, 15),
        (product, soft, -0.06, 22),
        (soft, total, -0.1, 21),
        (hs, total, -0.1, 15),
        (total, (6.85, 1.75), -0.1, 14),
    ):
        edge(axes, start, end, bend=bend, gap=gap)
        edge(axes, end, start, back=True, color=ORANGE, bend=bend, gap=gap)
    caption(axes, 2.83, 1.25, "s = (2, 0, 5)", size=8.5)
    caption(axes, 2.83, 0.75, "ds = " + row(ds[0]), color=ORANGE, size=8.5)
    caption(axes, 4.36, 1.47, "a = " + row(a[0]), size=8.5, align="right")
    caption(axes, 4.6, 0.85, "da = (5, −7.5, 7)", color=ORANGE, size=8.5, align="left")
    caption(axes, 6.28, 2.12, "c = " + row(out[:2])[:-1] + ",", size=8.5)
    caption(axes, 6.33, 1.95, row(out[2:])[1:], size=8.5)
    caption(axes, 6.3, 1.52, "dc = (1, −2,", color=ORANGE, size=8.5)
    caption(axes, 6.33, 1.35, "0.5, 3)", color=ORANGE, size=8.5)
    caption(axes, 0.1, 0.55, "dh = " + row(dh[0, :2])[:-1] + ",", color=ORANGE, size=8.5, align="left")
    caption(axes, 0.1, 0.38, "  " + row(dh[0, 2:])[1:], color=ORANGE, size=8.5, align="left")
    caption(
        axes,
        3.6,
        2.92,
        say(en="dhs = what comes back on both paths, added up", ko="dhs = 두 길로 돌아온 기울기의 합"),
        color=ORANGE,
    )
    return figure


def _dates():
    """States of "2/10/93" and "1993-02-10" made by hand: what a character belongs to, and its place there."""
    kinds = {"month": 0, "day": 1, "year": 2, "mark": 3}
    encoder = (("month", 1), ("mark", None), ("day", 0), ("day", 1), ("mark", None), ("year", 0), ("year", 1))
    decoder = (
        ("year", None),
        ("year", None),
        ("year", 0),
        ("year", 1),
        ("mark", None),
        ("month", 0),
        ("month", 1),
        ("mark", None),
        ("day", 0),
        ("day", 1),
    )

    def states(characters, rng):
        rows = np.zeros((1, len(characters), 6))
        for t, (kind, place) in enumerate(characters):
            rows[0, t, kinds[kind]] = 2.0
            if place is not None:
                rows[0, t, 4 + place] = 1.3
        return rows + 0.15 * rng.standard_normal(rows.shape)

    rng = np.random.default_rng(2)
    return states(encoder, rng), states(decoder, rng)


def alignment(say):
    """Attention weights of every output character of a date over the input's characters."""
    figure, axes = canvas(5.0, 3.6)
    layer = TimeAttention()
    layer.forward(*_dates())
    weights = np.array([each[0] for each in layer.attention_weights])
    axes.pcolormesh(weights, cmap=HEAT, vmin=0, vmax=1, edgecolors=GRAY, linewidth=0.4)
    axes.set_xticks(np.arange(7) + 0.5, list("2/10/93"))
    axes.set_yticks(np.arange(10) + 0.5, list("1993-02-10"))
    axes.invert_yaxis()
    axes.set(
        xlabel=say(en="encoder: what is read", ko="인코더: 읽은 글자"),
        ylabel=say(en="decoder: what is written ↓", ko="디코더: 쓰는 글자 ↓"),
        aspect="equal",
    )
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    scale = axes.inset_axes((1.12, 0.15, 0.07, 0.7))
    scale.pcolormesh(
        np.array([0, 0.25, 0.5, 0.75, 1.0]).reshape(5, 1), cmap=HEAT, vmin=0, vmax=1, edgecolors=GRAY, linewidth=0.4
    )
    scale.set_xticks([])
    scale.set_yticks(np.arange(5) + 0.5, ["0", "0.25", "0.5", "0.75", "1"])
    scale.yaxis.tick_right()
    scale.tick_params(length=0)
    scale.set_title(say(en="weight", ko="가중치"), size=9)
    return figure


def four_scores(say):
    """One decoder state and three encoder states in the plane, and what four ways of scoring say."""
    figure, axes = canvas(6.9, 2.9, columns=2)
    axes[0].get_gridspec().set_width_ratios([1, 2])
    s, hs = np.array([[1.0, -1.0]]), np.array([[[1.0, 0], [0, 2], [-1, 1]]])
    arrows = (
        (s[0], INK, "s", (0.12, -0.12)),
        *((state, COLORS[t], f"$h_{t + 1}$", (0.12, 0.1)) for t, state in enumerate(hs[0])),
    )
    for end, color, name, (dx, dy) in arrows:
        axes[0].annotate(
            "",
            end,
            (0, 0),
            arrowprops={
                "arrowstyle": "-|>",
                "color": color,
                "linewidth": 1.8,
                "linestyle": "--" if name == "s" else "-",
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        axes[0].text(end[0] + dx, end[1] + dy, name, size=11)
    axes[0].axhline(0, color=GRAY, linewidth=0.5)
    axes[0].axvline(0, color=GRAY, linewidth=0.5)
    axes[0].set(
        xlim=(-2, 2),
        ylim=(-1.6, 2.5),
        aspect="equal",
        xticks=(-1, 0, 1),
        yticks=(-1, 0, 1, 2),
        title=say(en="decoder: s, encoder: h", ko="디코더: s, 인코더: h"),
    )
    axes[0].title.set_size(9.5)
    Wa = np.array([[1.0, 0], [2, 1]])
    Wb, wa = np.array([[1.0, 0], [0, 1], [1, 0], [0, 1]]), np.array([1.0, -1.0])
    ways = (
        ("dot", dot(s, hs)),
        ("scaled dot", scaled_dot(s, hs)),
        ("general", general(s, hs, Wa)),
        ("concat", concat(s, hs, Wb, wa)),
    )
    place = np.arange(4)
    for t in range(3):
        values = np.array([score[0, t] for _, score in ways])
        axes[1].bar(
            place + 0.3 * (t - 1),
            values,
            0.26,
            color=COLORS[t],
            hatch=HATCHES[t],
            edgecolor=INK,
            linewidth=0.5,
            label=f"$h_{t + 1}$",
        )
        for x, value in zip(place + 0.3 * (t - 1), values, strict=True):
            axes[1].text(
                x,
                value + (0.07 if value >= 0 else -0.07),
                _minus(value, 1),
                ha="center",
                va="bottom" if value >= 0 else "top",
                size=8,
            )
    axes[1].axhline(0, color=GRAY, linewidth=0.7)
    axes[1].set(ylim=(-2.6, 2.9), title=say(en="scores before the softmax", ko="소프트맥스 전의 점수"))
    axes[1].title.set_size(9.5)
    axes[1].set_xticks(place, [name for name, _ in ways])
    axes[1].tick_params(axis="x", length=0)
    axes[1].legend(ncols=3, loc="upper center")
    return figure
