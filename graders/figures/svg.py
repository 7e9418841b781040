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

# The reader's own sans serif, one with Hangul for Korean: the page draws the text, not matplotlib.
FONTS = (
    "'DejaVu Sans','Segoe UI','Helvetica Neue',Arial,"
    "'Apple SD Gothic Neo','Malgun Gothic','Noto Sans CJK KR','Noto Sans KR',sans-serif"
)

_LONG = re.compile(r"(\d\.\d{2})\d+")  # hundredths of a point are enough
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")

Make = Callable[[Callable[..., str]], Figure]


def render_svg(make: Make, lang: str, title: str) -> str:
    """The SVG that ``make(say)`` draws, always the same text; ``title`` is what a screen reader says.

    ``say(en="…", ko="…")`` returns the words in ``lang``.
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
    return _themed(_named(out.getvalue(), getattr(make, "__name__", "figure").strip("_")), title)


def _named(svg: str, name: str) -> str:
    """With numbered ids: matplotlib's are digests of coordinates, which change with a last digit."""
    used = dict.fromkeys(re.findall(r'[("]#([^)"]+)[)"]', svg))
    for number, id in enumerate(used, 1):
        svg = re.sub(rf'(["(#]){re.escape(id)}([")])', rf"\g<1>{name}-{number}\2", svg)
    return re.sub(rf' id="(?!{re.escape(name)}-\d+")[^"]*"', "", svg)


def _themed(svg: str, title: str) -> str:
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    for color, (name, _) in THEME.items():
        body = body.replace(color, f"var(--{name})")
    body = re.sub(r" font-family: [^;\"]*;?", "", body)
    body = re.sub(r'="[^"<>]*"', lambda value: _LONG.sub(r"\1", value[0]), body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    light = "".join(f"--{name}:{color};" for color, (name, _) in THEME.items())
    dark = "".join(f"--{name}:{color};" for name, color in THEME.values())
    style = (
        f"<style>text{{font-family:{FONTS}}}svg{{{light}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    )
    head, rest = body.split(">", 1)
    return f'{head} role="img">\n<title>{escape(title)}</title>\n{style}{rest}'
