"""A matplotlib figure as SVG: text stays text, and colours follow the page's scheme."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from html import escape

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

from graders.figures.canvas import SETTINGS
from graders.figures.theme import THEME

__all__ = ["render_svg"]

# A reader's own sans serif, one with Hangul for Korean: the text is drawn by the page, not by matplotlib.
FONTS = (
    "'DejaVu Sans','Segoe UI','Helvetica Neue',Arial,"
    "'Apple SD Gothic Neo','Malgun Gothic','Noto Sans CJK KR','Noto Sans KR',sans-serif"
)

_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")

Make = Callable[[Callable[..., str]], Figure]


def render_svg(make: Make, lang: str, title: str) -> str:
    """What ``make(say)`` draws, the same text each time; ``title`` is what a screen reader says.

    ``say(en="…", ko="…")`` gives the words in ``lang``.
    """

    def say(**words: str) -> str:
        return words[lang]

    out = io.StringIO()
    with warnings.catch_warnings(), mpl.rc_context({**SETTINGS, "svg.fonttype": "none", "svg.hashsalt": "deepgrade"}):
        figure = make(say)
        for text in figure.findobj(Text):
            if "$" in text.get_text() and _HANGUL.search(text.get_text()):
                raise ValueError(
                    f"{text.get_text()!r} has Hangul beside a $formula$; write the formula in Unicode: x₁, ∂L/∂x"
                )
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # Hangul: the page has it
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _themed(out.getvalue(), title)


def _themed(svg: str, title: str) -> str:
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    for color, (name, _) in THEME.items():
        body = body.replace(color, f"var(--{name})")
    body = re.sub(r" font-family: [^;\"]*;?", "", body)
    body = re.sub(r"(\d\.\d{2})\d+", r"\1", body)  # hundredths of a point are enough
    body = re.sub(r"\s*\n\s*", "\n", body)
    light = "".join(f"--{name}:{color};" for color, (name, _) in THEME.items())
    dark = "".join(f"--{name}:{color};" for name, color in THEME.values())
    style = (
        f"<style>text{{font-family:{FONTS}}}svg{{{light}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    )
    head, rest = body.split(">", 1)
    return f'{head} role="img">\n<title>{escape(title)}</title>\n{style}{rest}'
