"""A zip read into memory: counted while it is extracted, and refused whole at the first odd entry."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from graders.submission.naming import SUFFIXES, is_junk, student_of_download
from graders.submission.refusal import refusal

__all__ = ["DAMAGE", "MAX_ZIP_KB", "check_directory", "check_entry", "entry_name", "read_zip"]

MAX_ZIP_KB = 128 * 1024  # a data set in the upload is not read, but counts here
MAX_DIRECTORY_KB = 2048
_END = struct.Struct("<4s4H2LH")
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, OSError)
_END_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"


def read_zip(path: Path, max_entries: int, max_bytes: int, limit_kb: Callable[[str], int]) -> dict[str, bytes | None]:
    """File name → bytes for code files, None for others; folders are left out."""
    if path.stat().st_size > MAX_ZIP_KB << 10:
        raise refusal("upload.too_big", name=path.name, size_kb=path.stat().st_size >> 10, limit_kb=MAX_ZIP_KB)
    try:
        file = path.open("rb")
    except OSError as error:
        raise refusal("upload.unreadable", name=path.name, reason=error.strerror or "") from error
    with file:
        try:
            check_directory(file, path.name, max_entries)
            with zipfile.ZipFile(file) as archive:
                entries = [(entry_name(info), info) for info in archive.infolist()]
                _refuse_entries(entries, path.name, max_entries)
                return _extract(archive, entries, path.name, max_bytes, limit_kb)
        except DAMAGE as error:
            raise refusal("upload.damaged_zip", name=path.name, reason=str(error)) from error


def check_directory(file: BinaryIO, where: str, max_entries: int, max_directory_kb: int = MAX_DIRECTORY_KB) -> None:
    """Check the size of the table of contents before ``zipfile`` builds an object for every line of it."""
    size = file.seek(0, 2)
    start = max(0, size - _END.size - 65535)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise refusal("upload.damaged_zip", name=where, reason="it has no table of contents")
    _, _, _, _, entries, directory_bytes, _, _ = _END.unpack_from(tail, at)
    if tail[max(0, at - 20) : at].startswith(_ZIP64_MARK) or entries > max_entries:
        raise refusal("upload.too_many", name=where, limit=max_entries)
    if directory_bytes > max_directory_kb << 10:
        raise refusal("upload.too_many", name=where, limit=max_entries)


def entry_name(info: zipfile.ZipInfo) -> str:
    """The name as its author wrote it: zips made on Korean Windows contain CP949, which ``zipfile`` reads as CP437."""
    original = name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        for encoding in ("utf-8", "cp949"):
            try:
                name = original.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _refuse_entries(entries: list[tuple[str, zipfile.ZipInfo]], where: str, max_entries: int) -> None:
    if len(entries) > max_entries:
        raise refusal("upload.too_many", name=where, limit=max_entries)
    students, seen = set(), set()
    for name, info in entries:
        check_entry(name, info, where)
        if name in seen:
            raise refusal("upload.collision", name=where, entry=name, other=name)
        seen.add(name)
        top = name.split("/")[0]
        download = student_of_download(top)
        if download and "_assignsubmission_" in top:
            students.add(download[:2])
    if len(students) > 1:
        raise refusal("upload.class_zip", name=where)


def check_entry(name: str, info: zipfile.ZipInfo, where: str) -> None:
    """Refuse what leads out of its folder, is not a plain file or folder, has a password or cannot be read."""
    parts = name.rstrip("/").split("/")
    if "\0" in name:
        raise refusal("upload.name", name=where, entry=name)
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or any(part in ("", ".", "..") for part in parts):
        raise refusal("upload.slip", name=where, entry=name)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise refusal("upload.link", name=where, entry=name)
    if info.flag_bits & 0x1:
        raise refusal("upload.locked", name=where, entry=name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal("upload.damaged_zip", name=where, reason=f"compression method {info.compress_type}")


def _extract(
    archive: zipfile.ZipFile,
    entries: list[tuple[str, zipfile.ZipInfo]],
    where: str,
    max_bytes: int,
    limit_kb: Callable[[str], int],
) -> dict[str, bytes | None]:
    files: dict[str, bytes | None] = {}
    total = 0
    for name, info in entries:
        if name.endswith("/"):
            continue
        files[name] = None
        if not name.lower().endswith(SUFFIXES) or any(is_junk(part) for part in name.split("/")):
            continue
        limit = limit_kb(name) << 10
        with archive.open(info) as member:
            data = member.read(limit + 1)
        if len(data) > limit:
            size_kb = max(info.file_size, len(data)) >> 10
            raise refusal("upload.too_big", name=name, size_kb=size_kb, limit_kb=limit >> 10)
        total += len(data)
        if total > max_bytes:
            raise refusal("upload.too_much", name=where, limit_mb=max_bytes >> 20)
        files[name] = data
    return files
