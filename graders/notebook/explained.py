"""``%explain``: an exercise's explanation, as Markdown in the notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from IPython import display

from graders.feedback.messages import render_message
from graders.practice.after import explained
from graders.practice.unit import Practice

__all__ = ["show_after", "without_html"]

CODE = re.compile(r"(^```.*?^```$|`[^`\n]*`)", re.DOTALL | re.MULTILINE)


def show_after(chosen: Sequence[tuple[Practice, str]], lang: str, show: Callable[[object], object]) -> None:
    """Show the open explanations, each text once; say why if none is open, or if a single exercise was asked for."""
    said = explained([(practice.after(Path.cwd()), symbol) for practice, symbol in chosen], lang)
    for text in said.texts:
        show(_markdown(without_html(text)))
    for message in said.refused if not said.texts or len(chosen) == 1 else ():
        print(render_message(message, lang))


def _markdown(text: str) -> object:
    make: Callable[[str], object] = display.Markdown
    return make(text)


def without_html(text: str) -> str:
    """Markdown without tags outside of code: the text is only for reading and runs nothing in a page."""
    parts = CODE.split(text)
    return "".join(part if place % 2 else re.sub(r"<(?=[A-Za-z/!?])", "&lt;", part) for place, part in enumerate(parts))
