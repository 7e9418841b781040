"""The zip of a whole class from Moodle or Canvas, unpacked for one run, with separate limits for each student.

A problem with one student's files (a link, a bomb, a damaged entry) affects only that student.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.host.disk import refused_write
from graders.messages.errors import SubmissionError, UsageError
from graders.submission.entries import UPLOADS
from graders.submission.handed import Owner, Unpacked, owner_key
from graders.submission.naming import is_hushed, student_of_download
from graders.submission.refusal import refusal
from graders.submission.roster import find_handed
from graders.submission.upload import MAX_ENTRIES, MAX_TOTAL_MB, limit_kb
from graders.submission.zipped import DAMAGE, MAX_ZIP_KB, check_directory, check_entry, entry_name

__all__ = ["unpacked"]

MAX_CLASS_ENTRIES = 65_000  # a larger zip is something else; 500 students with 100 files each are 50,000
MAX_CLASS_DIRECTORY_KB = 16 * 1024
CHUNK = 1 << 20
PREFIX = "deepgrade-class-"
LEFT_S = 7 * 24 * 3600.0  # no grading takes a week


@contextmanager
def unpacked(path: Path, units: tuple[str, ...], packages: Collection[str] = ()) -> Iterator[Unpacked]:
    """``path`` as it is or, if it is the zip of a class, a folder of its files that is deleted afterwards."""
    if path.suffix.lower() != ".zip" or not path.is_file() or not _looks_like_class(path):
        yield Unpacked(path)
        return
    _sweep()
    with tempfile.TemporaryDirectory(prefix=PREFIX) as made:
        found = _extract(path, Path(made) / (path.stem.strip(". ") or "class"))
        platform = any(student_of_download(one.name) for one in found.path.iterdir())
        yield found if platform or _has_several(found.path, units, packages) else Unpacked(path)


def _sweep() -> None:
    """Remove what a killed grader left behind, since it is students' work."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            status = folder.lstat()
        except OSError:
            continue
        if hasattr(os, "getuid") and status.st_uid == os.getuid() and time.time() - status.st_mtime > LEFT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _has_several(folder: Path, units: tuple[str, ...], packages: Collection[str]) -> bool:
    try:
        return len(find_handed(folder, units, packages)) > 1
    except UsageError:
        return False


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, list[tuple[list[str], zipfile.ZipInfo]]]]:
    """The zip and its files as (parts of the name, entry), without folders that contain all of them."""
    with path.open("rb") as file:
        check_directory(file, path.name, MAX_CLASS_ENTRIES, MAX_CLASS_DIRECTORY_KB)
        with zipfile.ZipFile(file) as archive:
            entries = [(_parts(info), info) for info in archive.infolist()]
            entries = [(parts, info) for parts, info in entries if not any(map(is_hushed, parts))]
            while len({parts[0] for parts, _ in entries}) == 1 and not student_of_download(entries[0][0][0]):
                below = [(parts[1:], info) for parts, info in entries if parts[1:]]
                if not below or any(not parts[1:] and not info.is_dir() for parts, info in entries):
                    break
                entries = below
            yield archive, entries


def _parts(info: zipfile.ZipInfo) -> list[str]:
    name = entry_name(info).split("\0")[0]
    return name.removesuffix("/").split("/")


def _looks_like_class(path: Path) -> bool:
    """Whether a platform wrote it, or several things with code lie side by side in it."""
    try:
        with _opened(path) as (_, entries):
            tops = {parts[0] for parts, _ in entries}
            coded = {parts[0] for parts, _ in entries if parts[-1].lower().endswith(UPLOADS)}
    except (SubmissionError, *DAMAGE):
        return False  # reported when it is read
    return any(map(student_of_download, tops)) or len(coded) > 1


def _extract(path: Path, to: Path) -> Unpacked:
    """Every file of the zip below ``to``: code and zips with their contents, other files as names only."""
    found, counts, sizes = Unpacked(to), dict[Owner, int](), dict[Owner, int]()
    with _opened(path) as (archive, entries):
        for parts, info in entries:
            if parts[0] in ("", ".", "..") or parts[0][1:2] == ":" or (info.is_dir() and not parts[1:]):
                if not info.is_dir():
                    found.nobodys.append("/".join(parts))
                continue
            owner = owner_key(parts[0])
            if owner in found.faults:
                continue
            try:
                counts[owner] = counts.get(owner, 0) + 1
                if counts[owner] > MAX_ENTRIES:
                    raise refusal("upload.too_many", name=parts[0], limit=MAX_ENTRIES)
                check_entry(entry_name(info), info, parts[0])
                if not info.is_dir():
                    _write(archive, info, to.joinpath(*parts), parts[0], owner, sizes)
            except SubmissionError as error:
                found.faults[owner] = error
                _stand_in(to / parts[0], is_folder=len(parts) > 1)
    return found


def _write(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: Path, whose: str, owner: Owner, sizes: dict[Owner, int]
) -> None:
    """One file, counted while it is extracted."""
    wanted = file.name.lower().endswith(UPLOADS)
    limit = (MAX_ZIP_KB if file.suffix.lower() == ".zip" else limit_kb(file.name)) << 10
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as target:
            if not wanted:
                return
            with archive.open(info) as member:
                size = 0
                while data := member.read(CHUNK):
                    size += len(data)
                    sizes[owner] = sizes.get(owner, 0) + len(data)
                    if size > limit:
                        size_kb = max(info.file_size, size) >> 10
                        raise refusal("upload.too_big", name=file.name, size_kb=size_kb, limit_kb=limit >> 10)
                    if sizes[owner] > (MAX_ZIP_KB << 10) + (MAX_TOTAL_MB << 20):
                        raise refusal("upload.too_much", name=whose, limit_mb=MAX_TOTAL_MB)
                    target.write(data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise refusal("upload.collision", name=whose, entry=file.name, other=file.name) from None
    except OSError as error:
        raise _of_the_name(error, whose, file) from error
    except DAMAGE as error:
        raise refusal("upload.damaged_zip", name=whose, reason=str(error)) from error


def _of_the_name(error: OSError, whose: str, file: Path) -> Exception:
    """A name that no file can have is the student's fault; a full disk is not."""
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ELOOP):
        return refusal("upload.name", name=whose, entry=file.name)
    return refused_write(file, error)


def _stand_in(top: Path, *, is_folder: bool) -> None:
    """An entry with this name, so that the student appears in the class even if the files are damaged."""
    try:
        if is_folder:
            top.mkdir(parents=True, exist_ok=True)
        else:
            top.parent.mkdir(parents=True, exist_ok=True)
            top.touch()
    except OSError:
        return
