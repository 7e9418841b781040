"""One finding from proving a course."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Complaint"]


@dataclass(frozen=True)
class Complaint:
    """One thing that does not hold: where, and what was expected."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
