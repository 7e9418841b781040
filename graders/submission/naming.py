"""What a file name says: the unit it belongs to, its language, and whose work it is."""

from __future__ import annotations

import difflib
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

__all__ = [
    "SUFFIXES",
    "is_junk",
    "language_of_name",
    "name_key",
    "near_units",
    "readable",
    "student_of_download",
    "unit_of_folder",
    "unit_of_name",
]

SUFFIXES = (".py", ".ipynb")
_JUNK = {"__macosx", "__pycache__", "node_modules", "site-packages", "venv", "env", "thumbs.db", "desktop.ini"}
_COPY = re.compile(r"(\s*\(\d+\)|[-_ ]copy\d*|\s*-?\s*(복사본|사본))+$", re.IGNORECASE)
_LANGUAGE = re.compile(r"\.(ko|en)$", re.IGNORECASE)
# Moodle: Name_12345_assignsubmission_file_ (a folder, or the start of a file name); Canvas: name_LATE_12_34_file.py
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_(?P<rest>.+)", re.DOTALL)


def unit_of_name(name: str, units: Iterable[str]) -> str | None:
    """The unit that a file name names, or None: ``u06_backprop.ko.ipynb``, ``u06.py``, ``kim_u06_backprop (1).py``."""
    stem = _stem(name)
    folder = unit_of_folder(stem, units)
    if folder is not None:
        return folder
    inside = {unit for unit in units if re.search(rf"(?<![a-z0-9]){re.escape(unit.lower())}(?![a-z0-9])", stem)}
    longest = [unit for unit in inside if not any(unit != other and unit in other for other in inside)]
    return longest[0] if len(longest) == 1 else None


def unit_of_folder(name: str, units: Iterable[str]) -> str | None:
    """The unit with exactly this name or number: ``u06_backprop`` or ``u06``."""
    wanted = name_key(name)
    exact = [unit for unit in units if wanted in (unit.lower(), unit.lower().split("_")[0])]
    return exact[0] if len(exact) == 1 else None


def near_units(name: str, units: Iterable[str]) -> tuple[str, ...]:
    """Units whose names are close to this file name."""
    return tuple(difflib.get_close_matches(_stem(name), list(units), 3, 0.6))


def language_of_name(name: str) -> str | None:
    """``ko`` or ``en`` of ``u06_backprop.ko.ipynb``."""
    stem = _COPY.sub("", PurePosixPath(name).stem)
    found = _LANGUAGE.search(stem)
    return found[1].lower() if found else None


def _stem(name: str) -> str:
    stem = _COPY.sub("", name_key(PurePosixPath(name).stem if name.lower().endswith(SUFFIXES) else name))
    return _COPY.sub("", _LANGUAGE.sub("", stem))


def name_key(name: str) -> str:
    """The form under which two names are one on some computer: composed, case folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def student_of_download(name: str) -> tuple[str, str, str] | None:
    """(student, id, file name) of a Moodle or Canvas download's folder or file; None for another name."""
    found = _MOODLE.fullmatch(name) or _CANVAS.fullmatch(name)
    return (found["name"], found["id"], found["rest"]) if found else None


def readable(name: str) -> str:
    """A file's name as text; one that is not UTF-8 was most likely zipped on Korean Windows."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("cp949", "backslashreplace")
    return name


def is_junk(name: str) -> bool:
    """Names that systems and editors leave behind: hidden files, ``__MACOSX``, caches, environments."""
    return name.startswith(".") or name.lower() in _JUNK
