"""Hints for relations."""
from __future__ import annotations

from collections.abc import Mapping


def ladder_of(relation: str) -> Mapping[str, tuple[str, ...]] | None:
    return None
