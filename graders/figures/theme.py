"""The colours of a figure: the value drawn with, and how it appears on light and dark pages.

Blue, orange, green, purple and red are distinguishable for color-blind readers (after Okabe and Ito, *Color Universal
Design*, 2008) and have a contrast of at least 3 : 1 with the page in both schemes; text is ``INK``.
"""

from __future__ import annotations

__all__ = ["BLUE", "GRAY", "GREEN", "INK", "ORANGE", "PAPER", "PURPLE", "RED", "SHADE", "THEME"]

# Figures are drawn in the light page's colours; each is unique, so that it can be found in the SVG.
INK = "#1f2328"
PAPER = "#fffffe"
GRAY = "#767d86"
SHADE = "#eceff3"  # background of a box or a region
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
