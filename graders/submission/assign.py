"""Which files of an upload belong to which unit: by metadata, else by name, else as the command line says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from graders.messages.errors import SubmissionError
from graders.messages.message import Message
from graders.submission.naming import near_units, unit_of_folder, unit_of_name
from graders.submission.reading import Reader
from graders.submission.refusal import excerpt, refusal
from graders.submission.upload import Upload

__all__ = ["Assignment", "assign_units"]


@dataclass
class Assignment:
    """Unit → its files, modules before notebooks; ``main`` is the unit of the file that was named."""

    candidates: dict[str, list[str]] = field(default_factory=dict)
    main: tuple[str, ...] = ()
    notes: list[Message] = field(default_factory=list)


def assign_units(upload: Upload, reader: Reader, units: tuple[str, ...], wanted: str | None) -> Assignment:
    """Sort the files into units; refuses an upload in which the unit to grade cannot be found."""
    assignment = Assignment()
    others = []
    names = [name for name in upload.names if name != upload.main]
    for name in sorted(names, key=lambda name: (name.lower().endswith(".ipynb"), name.count("/"), name)):
        unit = unit_of_name(PurePosixPath(name).name, units)
        if upload.main is None:
            unit = _unit_by_metadata(assignment, reader, name, units, unit)
        if unit is None:
            others.append(name)
        else:
            assignment.candidates.setdefault(unit, []).append(name)
    if upload.main is not None:
        _assign_main(assignment, upload.main, reader, units, wanted)
    else:
        _assign_by_folder(assignment, others, units)
        _assign_wanted(assignment, reader, others, units, wanted)
    return assignment


def _unit_by_metadata(
    assignment: Assignment, reader: Reader, name: str, units: tuple[str, ...], by_name: str | None
) -> str | None:
    """The unit that a notebook's metadata name, if they do; adds a note if the file name says another."""
    if not name.lower().endswith(".ipynb"):
        return by_name
    try:
        unit = reader.notebook(name).unit
    except SubmissionError:
        return by_name  # reported when it is opened
    if unit not in units:
        return by_name
    if by_name not in (unit, None):
        params = {"file": excerpt(name), "unit": unit}
        assignment.notes.append(Message("submission.unit_by_metadata", params))
    return unit


def _assign_main(assignment: Assignment, main: str, reader: Reader, units: tuple[str, ...], wanted: str | None) -> None:
    name = PurePosixPath(main)
    unit = _unit_by_metadata(assignment, reader, main, units, unit_of_name(name.name, units))
    unit = unit or wanted or unit_of_folder(name.parent.name, units)
    if unit is None:
        opened = reader.open(main)
        if opened.error is not None:
            raise opened.error  # that the notebook is damaged is the better message
        raise _unknown_unit(main, units)
    if wanted is not None and unit != wanted:
        raise refusal("submission.unit_absent", name=name.name, unit=wanted, found=unit)
    assignment.candidates[unit] = [main]
    assignment.main = (unit,)


def _assign_by_folder(assignment: Assignment, others: list[str], units: tuple[str, ...]) -> None:
    """The only code file in a folder named after a unit (``u06_backprop/answer.py``) is that unit."""
    taken = {PurePosixPath(name).parent for names in assignment.candidates.values() for name in names}
    by_folder: dict[PurePosixPath, list[str]] = {}
    for name in others:
        by_folder.setdefault(PurePosixPath(name).parent, []).append(name)
    for folder, names in by_folder.items():
        unit = unit_of_folder(folder.name, units)
        if unit is not None and folder not in taken and len(names) == 1:
            assignment.candidates.setdefault(unit, []).append(names[0])
            others.remove(names[0])


def _assign_wanted(
    assignment: Assignment, reader: Reader, others: list[str], units: tuple[str, ...], wanted: str | None
) -> None:
    """If nothing names the unit to grade: the one file that can be it, else a refusal that lists the files."""
    if wanted in assignment.candidates or (wanted is None and assignment.candidates):
        return
    loose = [name for name in others if not set(PurePosixPath(name).parts[:-1]) & reader.packages]
    loose = [name for name in loose if name.lower().endswith(".ipynb")] or loose
    if wanted is not None and len(loose) == 1:
        assignment.candidates[wanted] = loose
        return
    if wanted is not None and len(loose) > 1 and not assignment.candidates:
        raise refusal("submission.ambiguous", name=reader.upload.name, unit=wanted, files=", ".join(loose))
    if wanted is not None and assignment.candidates:
        found = ", ".join(sorted(assignment.candidates))
        raise refusal("submission.unit_absent", name=reader.upload.name, unit=wanted, found=found)
    for name in loose:
        if (error := reader.open(name).error) is not None:
            raise error
    if loose:
        raise _unknown_unit(max(loose, key=lambda name: bool(near_units(PurePosixPath(name).name, units))), units)
    name, example = reader.upload.name, wanted or (units[0] if units else "u01_topic")
    if reader.upload.others:
        shown = [excerpt(other) for other in reader.upload.others[:3]] + ["…"] * (len(reader.upload.others) > 3)
        raise refusal("submission.no_code", name=name, others=", ".join(shown), example=example)
    raise refusal("submission.no_units", name=name, example=example)


def _unknown_unit(file: str, units: tuple[str, ...]) -> SubmissionError:
    near = near_units(PurePosixPath(file).name, units)
    if near:
        return refusal("submission.near_unit", file=file, near=" / ".join(near))
    return refusal("submission.unknown_unit", file=file)
