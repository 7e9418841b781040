"""Compares the roster with what was handed in: whose each submission is, and who handed in nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graders.submission.handed import Handed
from graders.submission.naming import name_key
from graders.submission.register import Enrolled, squeezed

__all__ = ["Matched", "match"]


@dataclass(frozen=True)
class Matched:
    """``handed`` with what the roster knows; ``absent`` handed in nothing; ``strangers`` are not on the roster."""

    handed: tuple[Handed, ...]
    absent: tuple[Handed, ...]
    strangers: tuple[str, ...]


def match(handed: Sequence[Handed], students: Iterable[Enrolled]) -> Matched:
    """By the platform's number if both have one, else by a number or address, else by a name that only one has.

    A further submission under the same name is assigned to nobody, as is one that could be two students'.
    """
    left = list(students)
    known: list[Handed] = []
    strangers = []
    found = {one.student: whose for one in handed if (whose := _by_id(one, left)) is not None}
    numbered = bool(found)  # the roster has the platform's numbers, so a name does not override a different number
    for one in handed:
        taken = {id(whose) for whose in found.values()}
        free = [student for student in left if id(student) not in taken]
        free = [student for student in free if not (numbered and one.id and student.id)]
        whose = found.get(one.student) or (None if one.in_name_of else _by_code(one, free) or _by_name(one, free))
        if whose is None:
            strangers.append(one.student)
            known.append(one)
        else:
            found[one.student] = whose
            known.append(_with(one, whose))
    here = {id(whose) for whose in found.values()}
    absent = [student for student in left if id(student) not in here]
    return Matched(tuple(known), _named(absent, {name_key(one.student) for one in handed}), tuple(strangers))


def _by_id(one: Handed, students: Sequence[Enrolled]) -> Enrolled | None:
    return _only([student for student in students if one.id and student.id == one.id])


def _by_code(one: Handed, students: Sequence[Enrolled]) -> Enrolled | None:
    return _only([student for student in students if name_key(one.student) in student.codes])


def _by_name(one: Handed, students: Sequence[Enrolled]) -> Enrolled | None:
    name = squeezed(one.student)
    return _only([student for student in students if name in student.names])


def _only(found: Sequence[Enrolled]) -> Enrolled | None:
    return found[0] if len(found) == 1 else None


def _with(one: Handed, whose: Enrolled) -> Handed:
    return replace(
        one,
        id=one.id or whose.id,
        number=whose.number or (whose.id if one.id not in ("", whose.id) else ""),
        email=whose.email,
        late=one.late or whose.late,
        submitted_at=whose.submitted_at,
    )


def _named(absent: Iterable[Enrolled], taken: set[str]) -> tuple[Handed, ...]:
    """Students who handed in nothing, under names that nobody else in the class has."""
    named = []
    for one in absent:
        name = one.name or one.number or one.id or one.login or one.email
        if name_key(name) in taken:
            name = f"{name} ({one.number or one.id or one.login or one.email or one.row})"
        taken.add(name_key(name))
        named.append(Handed(name, Path(), one.id, one.number, one.email))
    return tuple(named)
