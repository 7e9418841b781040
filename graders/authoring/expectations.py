"""What an answer in ``reference/<unit>/answers/`` claims about itself in its leading comment lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graders.reports.verdict import VERDICTS

__all__ = ["Claim", "claims_of"]

FORMS = "'# right' (everything it defines passes) or '# Symbol: verdict diagnosis', such as '# Affine: fail db_mean'"


@dataclass(frozen=True)
class Claim:
    """``symbol`` gets this verdict, and this diagnosis if one is named; an empty symbol means everything it defines."""

    symbol: str
    verdict: str
    diagnosis: str = ""


def claims_of(text: str, exercises: Iterable[str]) -> tuple[list[Claim], list[str]]:
    """(claims, complaints): a file with no claim, or a claim about nothing, would protect nobody."""
    known, claims, complaints = tuple(exercises), [], []
    for symbol, rest in _lines(text):
        words = rest.split()
        if symbol == "right":
            claims.append(Claim("", "pass"))
        elif symbol in known and words and words[0] not in VERDICTS:
            complaints.append(f"claims the verdict {words[0]!r} of {symbol}, expected one of {', '.join(VERDICTS)}")
        elif symbol in known and words:
            claims.append(Claim(symbol, *words[:2]))
        elif len(words) in (1, 2) and words[0] in VERDICTS:
            complaints.append(f"claims something of {symbol!r}, which is no exercise; there are {', '.join(known)}")
    if not claims and not complaints:
        complaints.append(f"claims nothing; begin it with {FORMS}")
    return claims, complaints


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """(before the colon, after it) of the leading comment lines."""
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        symbol, _, rest = line.lstrip("# ").strip().partition(":")
        yield symbol.strip(), rest.strip()
