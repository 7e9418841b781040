"""The colours of a figure: the value drawn with, and what a light and a dark page show for it.

Blue, orange, green, purple and red keep apart for color-blind readers (after Okabe and Ito, *Color Universal
Design*, 2008), and have a contrast of 3 : 1 or more with the paper in both schemes; text is ``INK``.
"""

from __future__ import annotations

__all__ = ["BLUE", "GRAY", "GREEN", "INK", "ORANGE", "PAPER", "PURPLE", "RED", "SHADE", "THEME"]

# What is drawn with is the light page's colour; each is unique, so that it can be found again in the SVG.
INK = "#1f2328"
PAPER = "#fffffe"
GRAY = "#767d86"
SHADE = "#eceff3"  # a box's or a region's background
BLUE = "#0868ac"
ORANGE = "#c25b00"
GREEN = "#00795a"
PURPLE = "#9c4a86"
RED = "#c2271d"

# Drawn colour → (name of the CSS variable, its value on a dark page).
THEME = {
    INK: ("ink", "#e6e8eb"),
    PAPER: ("paper", "#16191d"),
    GRAY: ("gray", "#8f98a3"),
    SHADE: ("shade", "#2a3038"),
    BLUE: ("blue", "#6cb6ff"),
    ORANGE: ("orange", "#f0a050"),
    GREEN: ("green", "#4cc99f"),
    PURPLE: ("purple", "#dd9ccb"),
    RED: ("red", "#ff8a80"),
}
