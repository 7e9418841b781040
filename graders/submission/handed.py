"""What was handed in and by whom, before it is read: where it is, and what the platform and the roster say of it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from graders.messages.errors import SubmissionError
from graders.submission.naming import form_of_name, is_copy, name_key, readable
from graders.submission.platforms import owner_of

__all__ = ["Handed", "Owner", "Unpacked", "owner_key", "told_apart"]


@dataclass(frozen=True)
class Handed:
    """One student's work. ``id`` is the platform's number, ``number`` the school's.

    ``in_name_of``: an earlier submission has this student's name. ``fault``: it cannot be graded.
    """

    student: str
    path: Path
    id: str = ""
    number: str = ""
    email: str = ""
    late: bool = False
    submitted_at: str = ""  # as the platform writes it
    in_name_of: str = ""
    fault: SubmissionError | None = None

    def to_dict(self) -> dict[str, str | bool]:
        """What a report keeps about it, without unknown values."""
        named = ("id", "number", "email", "late", "submitted_at", "in_name_of")
        return {name: value for name in named if (value := getattr(self, name))}


Owner = tuple[str, str] | str


@dataclass
class Unpacked:
    """Where the submissions are; for the zip of a class, also damaged ones and files that belong to nobody."""

    path: Path
    faults: dict[Owner, SubmissionError] = field(default_factory=dict)
    nobodys: list[str] = field(default_factory=list)

    def fault_of(self, handed: Handed) -> SubmissionError | None:
        return self.faults.get(owner_key(handed.path.name))


def owner_key(top: str) -> Owner:
    """The owner of something, by the first part of its name: a folder, or a file of a platform."""
    return owner_of(Path(top)) or top


def told_apart(found: Iterable[tuple[str, Path]]) -> list[Handed]:
    """One name, one submission: a second ``kim`` is ``kim (2)``, even if only a file system would mix them up.

    Somebody else may have used that name: this is noted unless the platform says that it is the same person.
    """
    found = _by_rank(list(found))
    real = {name_key(readable(name)) for name, _ in found}  # somebody may really be called "kim (2)"
    taken: set[str] = set()
    first: dict[str, tuple[str, Path]] = {}
    handed = []
    for name, path in found:
        student, namesake = readable(name), ""
        key = name_key(student)
        if key in taken:
            other, other_path = first.get(key, ("", path))
            if owner_of(path) is None or owner_of(path) != owner_of(other_path):
                namesake = other
            others = (f"{student} ({number})" for number in itertools.count(2))
            student = next(other for other in others if name_key(other) not in real | taken)
        first.setdefault(key, (student, path))
        taken.add(name_key(student))
        handed.append(Handed(student, path, in_name_of=namesake))
    return handed


def _by_rank(found: list[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """By student; for each student, the likelier original first: not a copy, and named like most files here."""
    forms = Counter(form_of_name(path.name, student) for student, path in found)

    def rank(one: tuple[str, Path]) -> tuple[str, bool, int, str]:
        student, path = one
        return name_key(student), is_copy(path.name), -forms[form_of_name(path.name, student)], str(path)

    return sorted(found, key=rank)
