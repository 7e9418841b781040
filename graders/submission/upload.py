"""The code files of an upload, by name: a file with its neighbours, a folder, or a zip."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from graders.messages.errors import UsageError
from graders.submission.entries import holds_code
from graders.submission.naming import (
    SUFFIXES,
    is_hushed,
    is_junk,
    name_key,
    student_of_download,
    student_of_name,
    unit_of_folder,
)
from graders.submission.refusal import refusal

__all__ = ["MAX_ENTRIES", "MAX_FILE_KB", "MAX_TOTAL_MB", "Upload", "limit_kb", "load_upload", "read_file"]

MAX_FILE_KB = 2048
MAX_NOTEBOOK_KB = 16 * 1024  # pictures in the outputs, which count for nothing
MAX_TOTAL_MB = 32
MAX_ENTRIES = 5000
MAX_DEPTH = 16
MAX_NAME = 200

_STARTUP = {"sitecustomize.py", "usercustomize.py", "conftest.py"}
_LIBRARIES = ("numpy", "torch", "graders")


@dataclass
class Upload:
    """Names (relative, with ``/``) and how to read them; ``main`` is the file that was named, if one was."""

    name: str
    names: tuple[str, ...]
    open: Callable[[str], bytes]
    main: str | None = None
    links: tuple[str, ...] = ()  # left out
    others: tuple[str, ...] = ()  # files that are not code
    skipped: tuple[str, ...] = ()  # hidden folders and environments that contain code
    _read: dict[str, bytes] = field(default_factory=dict, repr=False)

    def read(self, name: str) -> bytes:
        """The bytes of one file, read once; all of them together are limited."""
        if name not in self._read:
            data = self.open(name)
            if sum(map(len, self._read.values())) + len(data) > MAX_TOTAL_MB << 20:
                raise refusal("upload.too_much", name=self.name, limit_mb=MAX_TOTAL_MB)
            self._read[name] = data
        return self._read[name]


def load_upload(path: Path, units: Iterable[str], packages: Collection[str] = ()) -> Upload:
    """What was handed in at ``path``; names that no homework needs are refused before anything is read.

    ``packages``: the course's; in folders of these names beside a file, there may be code of the student's.
    """
    path = Path(os.path.abspath(path))
    if not os.path.lexists(path):
        raise UsageError("usage.absent_file", path=str(path))
    path = path.resolve()
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise refusal("upload.not_a_file", name=path.name, kind="device or pipe")
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return _single(path, tuple(units), packages)
    if suffix == ".zip":
        return _archive(path)
    raise refusal("upload.wrong_type", name=path.name, suffix=suffix or "nameless")


def _single(path: Path, units: tuple[str, ...], packages: Collection[str]) -> Upload:
    """One file; what it imports may be beside it or in the folders of other units beside its own."""
    home = path.parent
    in_unit_folder = unit_of_folder(home.name, units) is not None
    root = home.parent if in_unit_folder else home
    folders = [home] if root == home else [home, root]
    for parent in list(folders):
        folders += [
            parent / name
            for name in _entries(parent)
            if (unit_of_folder(name, units) or name in packages)
            and (parent / name).is_dir()
            and not (parent / name).is_symlink()
        ]
    whose = _owner(path.name)  # a platform's download has the whole class's files side by side
    theirs = tuple(name for name in _entries(home) if name.lower().endswith(SUFFIXES) and _owner(name) == whose)
    if whose is not None and len(theirs) > 1:  # and one student's files are one submission
        return Upload(path.name, theirs, lambda name: read_file(home / name))
    named = student_of_name(path.name, units)  # and so do files with a student's name
    found = [
        folder / name
        for folder in folders
        for name in _entries(folder)
        if name.lower().endswith(SUFFIXES) and _owner(name) in (whose, None)
    ]
    others = {student: name_key(student) for file in found if (student := student_of_name(file.name, units))}
    if named is not None or len(set(others.values())) > 1:
        mine = name_key(named or "")
        found = [one for one in found if name_key(student_of_name(one.name, units) or "") in (mine, "")]
    names = {file.relative_to(root).as_posix() for file in found if not file.is_symlink() and file.is_file()}
    main = path.relative_to(root).as_posix()
    return Upload(path.name, tuple(sorted(names | {main})), lambda name: read_file(root / name), main)


def _owner(name: str) -> tuple[str, str] | None:
    download = student_of_download(name)
    return download[:2] if download else None


def _entries(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not is_junk(name))
    except OSError:
        return []


def _folder(root: Path) -> Upload:
    names, links, skipped = [], [], []
    for count, (name, kind) in enumerate(_walk(root)):
        if count >= MAX_ENTRIES:
            raise refusal("upload.too_many", name=root.name, limit=MAX_ENTRIES)
        if kind == "link":
            links.append(name)
        elif kind == "file":
            names.append(name)
        elif kind == "skipped":
            skipped.append(name)
    _refuse_names(root.name, names)
    codes = _code_files(names)
    zips = [name for name in names if name.lower().endswith(".zip")]
    if not codes and len(zips) == 1:
        return _archive(root / zips[0])
    others = tuple(sorted({*names} - {*codes}))
    return Upload(
        root.name,
        codes,
        lambda name: read_file(root / name),
        links=tuple(sorted(links)),
        others=others,
        skipped=tuple(sorted(skipped)),
    )


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    """Every entry below ``root`` as (relative name, "file" | "folder" | "link" | "skipped"); links are not followed."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise refusal("upload.unreadable", name=folder.name, reason=error.strerror or "") from error
        for entry in entries:
            name = Path(entry.path).relative_to(root).as_posix()
            if is_junk(entry.name):
                if not is_hushed(entry.name) and entry.is_dir(follow_symlinks=False) and holds_code(Path(entry), 1):
                    yield name, "skipped"
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
                yield name, "folder"
            else:
                yield name, "file" if entry.is_file(follow_symlinks=False) else "link"


def _archive(path: Path) -> Upload:
    from graders.submission.zipped import read_zip

    files = read_zip(path, MAX_ENTRIES, MAX_TOTAL_MB << 20, limit_kb)
    names = [name for name in files if not any(is_junk(part) for part in PurePosixPath(name).parts)]
    _refuse_names(path.name, names)
    held: Mapping[str, bytes] = {name: files[name] or b"" for name in names}
    codes = _code_files(names)
    others, skipped = tuple(sorted({*names} - {*codes})), _skipped(_code_files(files))
    return Upload(path.name, codes, lambda name: held[name], others=others, skipped=skipped)


def _skipped(names: Iterable[str]) -> tuple[str, ...]:
    """The hidden folders and environments among these names, except those that nobody works in."""
    found = set()
    for name in names:
        folders = PurePosixPath(name).parts[:-1]
        at = next((place for place, part in enumerate(folders) if is_junk(part)), None)
        if at is not None and not any(map(is_hushed, folders)):
            found.add("/".join(folders[: at + 1]))
    return tuple(sorted(found))


def _code_files(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name.lower().endswith(SUFFIXES)))


def _refuse_names(where: str, names: Iterable[str]) -> None:
    """Refuse names that run by themselves, replace a library, collide elsewhere or cannot be printed."""
    spelled: dict[str, str] = {}
    files = set()
    for name in names:
        parts = PurePosixPath(name).parts
        if len(parts) > MAX_DEPTH or len(name) > 4 * MAX_NAME or any(map(_is_unfit, parts)):
            raise refusal("upload.name", name=where, entry=name)
        if parts[-1].lower() in _STARTUP or parts[-1].lower().endswith(".pth"):
            raise refusal("upload.startup", name=where, entry=name)
        for library in _LIBRARIES:
            if parts[-1].lower() == f"{library}.py" or parts[-2:] == (library, "__init__.py"):
                raise refusal("upload.shadow", name=where, entry=name, library=library)
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            other = spelled.setdefault(name_key(path), path)
            if other != path or (path in files):
                raise refusal("upload.collision", name=where, entry=path, other=other)
        files.add(name)


def _is_unfit(part: str) -> bool:
    return len(part) > MAX_NAME or any(ord(char) < 32 or 127 <= ord(char) < 160 for char in part)


def limit_kb(name: str) -> int:
    """The size limit for a code file of this name."""
    return MAX_NOTEBOOK_KB if name.lower().endswith(".ipynb") else MAX_FILE_KB


def read_file(path: Path) -> bytes:
    """The bytes of a regular file within the size limit, opened without following a link or waiting for a pipe."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise refusal("upload.not_a_file", name=path.name, kind="device or pipe")
            most_kb = limit_kb(path.name)
            data = file.read((most_kb << 10) + 1)
    except OSError as error:
        raise refusal("upload.unreadable", name=path.name, reason=error.strerror or "") from error
    if len(data) > most_kb << 10:
        raise refusal("upload.too_big", name=path.name, size_kb=max(status.st_size, len(data)) >> 10, limit_kb=most_kb)
    return data
