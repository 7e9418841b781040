"""The figures of lessons: a canvas in the theme's colours, and SVG that fits light and dark pages.

A unit's ``figures.py`` draws with these and with matplotlib; nothing else imports matplotlib.
"""

from __future__ import annotations

from graders.figures.alike import alike
from graders.figures.canvas import DIVERGING, HEAT, canvas, caption, edge, node
from graders.figures.svg import render_svg
from graders.figures.theme import BLUE, GRAY, GREEN, INK, ORANGE, PAPER, PURPLE, RED, SHADE

__all__ = [
    "BLUE",
    "DIVERGING",
    "GRAY",
    "GREEN",
    "HEAT",
    "INK",
    "ORANGE",
    "PAPER",
    "PURPLE",
    "RED",
    "SHADE",
    "alike",
    "canvas",
    "caption",
    "edge",
    "node",
    "render_svg",
]
