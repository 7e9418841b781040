"""The tables of a class and their columns: docs/data.md describes them, and a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

__all__ = ["KINDS", "TABLES", "Cell", "Column", "Kind", "Rows"]

# text: never absent · note: text or nothing · unit, verdict, family: one of a few words · whole, number, truth, time
Kind = Literal["text", "note", "unit", "verdict", "family", "whole", "number", "truth", "time"]
Cell = str | int | float | bool | None
Rows = Sequence[tuple[Cell, ...]]

KINDS = ("mistake", "relation", "contract")  # families of diagnoses: the course's, those of values, those of form


class Column(NamedTuple):
    """One column; a cell without a value is None for every kind except ``text``."""

    name: str
    kind: Kind


def _columns(**kinds: Kind) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in kinds.items())


TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "submissions": _columns(
            student="text",
            unit="unit",
            counted="truth",
            handed_in="truth",
            verdict="verdict",
            score="number",
            max_score="whole",
            flag_count="whole",
            attempts="whole",
            late="truth",
            submitted_at="time",
            submitted_text="note",
            id="note",
            number="note",
            email="note",
            sha256="note",
            course_version="note",
            folder="note",
        ),
        "exercises": _columns(
            student="text",
            unit="unit",
            exercise="text",
            counted="truth",
            verdict="verdict",
            score="number",
            max_score="whole",
            attempts="whole",
        ),
        "checks": _columns(
            student="text",
            unit="unit",
            exercise="text",
            check="text",
            group="text",
            verdict="verdict",
            points="number",
            max_points="whole",
            public="truth",
            case="note",
            follow_through="truth",
            diagnosis="note",
            follows="note",
            message_id="note",
            message="note",
        ),
        "diagnoses": _columns(
            student="text",
            unit="unit",
            exercise="text",
            diagnosis="text",
            kind="family",
            title_en="text",
            title_ko="text",
            checks="whole",
            points_lost="number",
        ),
        "attempts": _columns(
            student="text",
            unit="unit",
            exercise="text",
            attempt="whole",
            latest="truth",
            verdict="verdict",
            score="number",
            max_score="whole",
            submitted_at="time",
            sha256="note",
            folder="note",
        ),
    }
)
