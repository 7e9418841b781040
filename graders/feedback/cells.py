"""CSV cells that no spreadsheet takes for a formula, and the text behind them."""

from __future__ import annotations

import re

__all__ = ["plain_cell", "safe_cell"]

# What a spreadsheet takes for a formula (OWASP, CSV injection), including full-width signs.
_SIGNS = re.escape("=+-@＝＋－＠")
_BLANK = "\u00a0\u200b\u3000\ufeff"  # what an import may trim first, with \s
_GAP = rf'[\s"{_BLANK}]*'

# A spreadsheet set to another separator splits cells there, quoted or not, and the rest becomes a cell of its own.
_SPLIT = re.compile(rf"""([;,|:\t\r\n]{_GAP})(?='*[{_SIGNS}])""")
_UNSPLIT = re.compile(rf"""([;,|:\t\r\n]{_GAP})'(?='*[{_SIGNS}])""")
_FORMULA = re.compile(rf"""'*(?:[\t\r\n]|[\s"'{_BLANK}]*[{_SIGNS}])""")


def safe_cell(text: str) -> str:
    """``text`` with an apostrophe wherever a formula would begin; different texts give different cells.

    A text that already looks protected gets one more, so that ``plain_cell`` can undo it.
    """
    text = _SPLIT.sub(r"\1'", text)
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The text from which ``safe_cell`` made this cell."""
    text = cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
    return _UNSPLIT.sub(r"\1", text)
