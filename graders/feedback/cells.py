"""Cells of a CSV file that no spreadsheet takes for a formula, and the text that they came from."""

from __future__ import annotations

import re

__all__ = ["plain_cell", "safe_cell"]

# What a spreadsheet takes for a formula (OWASP, CSV injection), the full-width signs included.
_SIGNS = re.escape("=+-@＝＋－＠")
_BLANK = "\u00a0\u200b\u3000\ufeff"  # what an import may trim before it looks, with \s
_GAP = rf'[\s"{_BLANK}]*'

# A spreadsheet set to another separator splits a cell there, quoted or not, and the rest of it begins a cell.
_SPLIT = re.compile(rf"""([;,|:\t\r\n]{_GAP})(?='*[{_SIGNS}])""")
_UNSPLIT = re.compile(rf"""([;,|:\t\r\n]{_GAP})'(?='*[{_SIGNS}])""")
_FORMULA = re.compile(rf"""'*(?:[\t\r\n]|[\s"'{_BLANK}]*[{_SIGNS}])""")


def safe_cell(text: str) -> str:
    """``text`` with an apostrophe wherever a formula would begin; no two texts give the same cell.

    A text that looks protected already gets one more, which is why ``plain_cell`` finds the way back.
    """
    text = _SPLIT.sub(r"\1'", text)
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The text that ``safe_cell`` made this cell of."""
    text = cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
    return _UNSPLIT.sub(r"\1", text)
