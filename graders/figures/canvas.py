"""An empty figure in the theme, and the nodes, edges and captions of a computation graph."""

from __future__ import annotations

from typing import Any

import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from graders.figures.theme import BLUE, GRAY, GREEN, INK, ORANGE, PAPER, PURPLE, RED, SHADE

__all__ = ["DIVERGING", "HEAT", "SETTINGS", "canvas", "caption", "edge", "node"]

# For images; the colours carry data and are the same on light and dark pages.
HEAT = LinearSegmentedColormap.from_list("heat", ["#f4f1e8", "#f0a151", "#c1281e", "#4a1030"])
DIVERGING = LinearSegmentedColormap.from_list("diverging", ["#0969ad", "#9cc4e4", "#f4f4f2", "#f2b38c", "#c1281e"])

SETTINGS: dict[Any, Any] = {
    "axes.edgecolor": GRAY,
    "axes.facecolor": PAPER,
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE, RED]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "figure.facecolor": PAPER,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "grid.color": GRAY,
    "grid.linewidth": 0.4,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "mathtext.fontset": "dejavusans",
    "patch.edgecolor": INK,
    "text.color": INK,
    "xtick.color": GRAY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.color": GRAY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
}


def canvas(width: float, height: float, *, columns: int = 1, rows: int = 1, blank: bool = False) -> tuple[Figure, Any]:
    """A figure of ``width`` × ``height`` inches and its axes: one, or an array of them.

    ``blank``: without ticks and frame, from (0, 0) to (width, height), for drawing by hand.
    """
    figure = Figure(figsize=(width, height), layout=None if blank else "constrained")
    axes = figure.subplots(rows, columns)
    if blank:
        for one in figure.axes:
            one.set_axis_off()
            one.set(xlim=(0, width / columns), ylim=(0, height / rows), aspect="equal")
        figure.subplots_adjust(0, 0, 1, 1, 0, 0)
    return figure, axes


def node(
    axes: Axes, x: float, y: float, text: str, *, color: str = BLUE, round_: bool = True, size: float = 10
) -> None:
    """A graph node: an operation (round) or a value (square) with its text in the middle."""
    style = "circle,pad=0.35" if round_ else "round,pad=0.35,rounding_size=0.08"
    axes.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        size=size,
        color=INK,
        zorder=3,
        bbox={"boxstyle": style, "facecolor": SHADE, "edgecolor": color, "linewidth": 1.4},
    )


def edge(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    text: str = "",
    *,
    color: str = INK,
    back: bool = False,
    bend: float = 0.0,
    gap: float = 13.0,
    lift: float = 8.0,
) -> None:
    """An arrow from node to node with a number above it; ``back``: dashed, with the number below.

    ``gap``: free points at both ends; ``lift``: points between the line and the text; ``bend``: curvature, to the
    right of its direction if positive.
    """
    axes.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": color,
            "linewidth": 1.2,
            "linestyle": "--" if back else "-",
            "shrinkA": gap,
            "shrinkB": gap,
            "connectionstyle": f"arc3,rad={bend}",
        },
        zorder=1,
    )
    if text:
        _say_beside(axes, start, end, text, color, bend, lift, down=back)


def _say_beside(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    text: str,
    color: str,
    bend: float,
    lift: float,
    *,
    down: bool,
) -> None:
    """Write ``lift`` points away from the middle of an edge, above or below it."""
    along = np.subtract(end, start)
    right = np.array([along[1], -along[0]])  # of the direction, as long as the edge
    middle = np.add(start, end) / 2 + bend / 2 * right  # where a curve of this kind has its middle
    away = right / np.hypot(*right) * (1 if (right[1] > 0) != down else -1)
    style: dict[str, Any] = {"ha": "center", "va": "center", "size": 9, "color": color, "zorder": 4}
    axes.annotate(text, tuple(middle), tuple(lift * away), textcoords="offset points", **style)


def caption(
    axes: Axes, x: float, y: float, text: str, *, color: str = INK, size: float = 9, align: str = "center"
) -> None:
    """A line of text at (x, y)."""
    axes.text(x, y, text, ha=align, va="center", size=size, color=color, zorder=4)
