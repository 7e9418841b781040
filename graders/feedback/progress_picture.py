"""A student's progress as a picture: a row per unit with a piece per exercise, readable without its colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from graders.feedback.messages import printable, say
from graders.feedback.points import number, score_text

__all__ = ["STATES", "Piece", "Row", "progress_plain", "row_label", "row_svg", "sample_svg"]

STATES = ("passed", "work", "untouched")
_MARKS = {"passed": "█", "work": "▒", "untouched": "·"}
_WIDTH, _HEIGHT, _WIDEST = 260.0, 16.0, 26.0  # size of a row and of a piece


@dataclass(frozen=True)
class Piece:
    """An exercise: its name and its state, one of ``STATES``."""

    name: str
    state: str


@dataclass(frozen=True)
class Row:
    """A unit: its title in the reader's language, its exercises in order, its points."""

    unit: str
    title: str
    pieces: tuple[Piece, ...]
    points: float
    max_points: int

    def count(self, state: str) -> int:
        """How many exercises are in this state."""
        return sum(one.state == state for one in self.pieces)

    @property
    def passed(self) -> str:
        return f"{self.count('passed')}/{len(self.pieces)}"

    @property
    def score(self) -> str:
        return score_text(self.points, self.max_points)


def row_label(row: Row, lang: str) -> str:
    """The row in one sentence, for screen readers."""
    params = {"passed": row.count("passed"), "work": row.count("work"), "count": len(row.pieces)}
    points = {"points": number(row.points), "max_points": number(row.max_points)}
    return f"{row.title}: {say('progress.total', lang, **params, **points)}"


def row_svg(row: Row, lang: str) -> str:
    """Passed is full, in work is half full, not begun is empty; hovering shows each exercise's name."""
    room = min(_WIDEST, _WIDTH / max(len(row.pieces), 1))
    pieces = "".join(_piece(one, place * room, room, lang) for place, one in enumerate(row.pieces))
    return (
        f'<svg class="dg-steps" role="img" aria-label="{escape(printable(row_label(row, lang)))}" '
        f'width="{_WIDTH:g}" height="{_HEIGHT:g}" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}">{pieces}</svg>'
    )


def sample_svg(state: str) -> str:
    """A piece for the legend, whose meaning is written beside it."""
    return f'<svg aria-hidden="true" width="14" height="14" viewBox="0 0 14 16">{"".join(_shapes(state, 0, 14))}</svg>'


def _piece(piece: Piece, x: float, room: float, lang: str) -> str:
    title = f"<title>{escape(printable(piece.name))}: {say(f'progress.{piece.state}', lang)}</title>"
    return f"<g>{title}{''.join(_shapes(piece.state, x, room))}</g>"


def _shapes(state: str, x: float, room: float) -> Iterator[str]:
    wide = max(room - 2, 1.5)
    yield f'<rect class="dg-step dg-{state}" x="{x + 1:.2f}" y="1" width="{wide:.2f}" height="14" rx="2"/>'
    if state == "work":
        yield f'<rect class="dg-half" x="{x + 1:.2f}" y="8" width="{wide:.2f}" height="7" rx="1"/>'


def progress_plain(rows: Sequence[Row]) -> str:
    """The same in characters; titles come last, since some characters are twice as wide."""
    table = [
        (row.unit, "".join(_MARKS.get(one.state, "·") for one in row.pieces), row.passed, row.score, row.title)
        for row in rows
    ]
    wide = [max((len(row[place]) for row in table), default=0) for place in range(4)]
    return "\n".join(
        f"{unit:<{wide[0]}}  {bar:<{wide[1]}}  {passed:>{wide[2]}}  {score:>{wide[3]}}  {title}"
        for unit, bar, passed, score, title in table
    )
