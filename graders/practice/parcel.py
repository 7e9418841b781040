"""What is sent as a submission: the file itself, or a zip of it with the student's other files that it needs."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from graders.courses.course import Course
from graders.host.trust import course_to_practise
from graders.messages.errors import DeepgradeError, SubmissionError, UsageError
from graders.submission import Submission, load_submission
from graders.submission.naming import unit_of_folder, unit_of_name
from graders.submission.upload import MAX_TOTAL_MB, load_upload

__all__ = ["Parcel", "parcel_of"]

EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed time, so that the same files always make the same bytes


@dataclass(frozen=True)
class Parcel:
    """The bytes, their name and unit; ``files`` are the members of a zip made for sending."""

    unit: str
    name: str
    content: bytes
    files: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, as in the receipt."""
        return hashlib.sha256(self.content).hexdigest()


def parcel_of(path: Path, units: Sequence[str], unit: str | None = None) -> Parcel:
    """What to send of this file, notebook, folder or zip, and for which of these ``units``.

    UsageError if that is unclear or nothing is there, SubmissionError if grading would refuse to read it.
    """
    try:
        if not os.path.lexists(path):
            raise UsageError("usage.absent_file", path=str(path))
        named = _unit_named(path, unit, units)
        if path.suffix.lower() == ".zip" and path.is_file():
            return Parcel(_required(named, path, units), path.name, _bounded(path))
        packages = _packages(path)
        found = load_submission(path, units=units, packages=packages, unit=named)
        one = named or (found.units[0] if len(found.units) == 1 else None)
        return _packed(path, units, packages, _required(one, path, units), found)
    except OSError as error:
        raise SubmissionError("remote.unreadable", path=str(path), reason=str(error.strerror)) from None


def _unit_named(path: Path, asked: str | None, units: Sequence[str]) -> str | None:
    """The unit asked for, else the one in the path's name."""
    if asked is None:
        return unit_of_name(path.resolve().name, units)
    found = unit_of_folder(asked, units)
    if found is None:
        raise UsageError("remote.no_unit", unit=asked[:80], known=", ".join(units))
    return found


def _required(unit: str | None, path: Path, units: Sequence[str]) -> str:
    if unit is None:
        raise UsageError("remote.which_unit", file=path.name, known=", ".join(units))
    return unit


def _packed(path: Path, units: Sequence[str], packages: Collection[str], unit: str, found: Submission) -> Parcel:
    """A single file as it is; several as a zip of those that this unit's grading reads."""
    upload = load_upload(path, units, packages)
    names = sorted({one for one in found.files if one in upload.names} or upload.names)
    if len(names) == 1:
        content = upload.read(names[0])
        if not content:
            raise UsageError("server.empty", name=path.name)
        return Parcel(unit, PurePosixPath(names[0]).name, content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, upload.read(name))
    content = packed.getvalue()
    _require_small(path.name, len(content))
    return Parcel(unit, f"{unit}.zip", content, tuple(names))


def _packages(path: Path) -> Collection[str]:
    """The packages of the course practised here; empty if that is unknown."""
    try:
        return Course(course_to_practise(start=path.resolve().parent)).compatibility.packages
    except DeepgradeError:
        return ()


def _bounded(path: Path) -> bytes:
    _require_small(path.name, path.stat().st_size)
    content = path.read_bytes()
    if not content:
        raise UsageError("server.empty", name=path.name)
    return content


def _require_small(name: str, size: int) -> None:
    if size > MAX_TOTAL_MB << 20:
        raise UsageError("server.too_large", name=name, size_mb=-(-size >> 20), limit_mb=MAX_TOTAL_MB)
