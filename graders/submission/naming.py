"""What a file name says: the unit it belongs to, its language, and whose work it is."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from graders.messages.near import close

__all__ = [
    "SUFFIXES",
    "Download",
    "form_of_name",
    "is_copy",
    "is_hushed",
    "is_junk",
    "language_of_name",
    "name_key",
    "near_units",
    "on_disk",
    "readable",
    "somebody",
    "student_of_download",
    "student_of_name",
    "unit_of_folder",
    "unit_of_name",
]

SUFFIXES = (".py", ".ipynb")
_JUNK = {"__macosx", "__pycache__", "node_modules", "site-packages", "venv", "env", "thumbs.db", "desktop.ini"}
_HUSHED = {"__macosx", "__pycache__", ".git", ".ipynb_checkpoints", ".idea", ".vscode", ".mypy_cache", ".ruff_cache"}
_COPY = re.compile(r"( ?\(\d+\)|[-_ ]copy\d*| ?-? ?(복사본|사본))+$", re.IGNORECASE)  # of a name with single spaces
_COPY_OF = re.compile(r"(copy of|복사본|사본)[ _-]", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_NUMBERED = re.compile(r"([a-z]+\d+)_")  # a unit's number, in courses that number theirs
_LANGUAGE = re.compile(r"\.(ko|en)$", re.IGNORECASE)
# Moodle: Name_12345_assignsubmission_file (a folder or, with another _, the start of a file's name). Canvas:
# name_LATE_12_34_file.py; anon_Ab3De_34_file.py for anonymous grading; name_12_text.html for a text or a link.
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
_CANVAS = re.compile(
    r"(?:(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)|(?P<anon_late>LATE_)?(?P<anon>anon_(?P<code>[A-Za-z0-9]{5})))"
    r"(?:_\d+_(?P<rest>.+)|_(?P<typed>(?:text|link)\.html))",
    re.DOTALL,
)


class Download(NamedTuple):
    """What a learning platform puts into a file name: whose it is, their number there, the file's own name."""

    student: str
    id: str
    rest: str
    late: bool = False


_AGAIN = re.compile(r"-\d{1,2}$")
_BETWEEN = " \t_–—.,+~-"
# Words beside a unit's name that name nobody: ``final_u06_backprop.py``, ``week 6 - u06_backprop_v2.py``.
_NOBODY = re.compile(
    r"[v#]?\d{1,3}|(ver|version|v|try|attempt|part|p|hw|homework|lab|week|assignment|exercise|ex|unit|ch|chapter|ps)\d*"
    r"|\d*(주차|장|과제|숙제|실습)\d*|my|our|the|a|of|for|and|to|final|last|latest|draft|old|new|copy|backup|bak|orig|original"
    r"|solutions?|sol|solved|answers?|submission|submit|submitted|late|fix|fixed|done|completed?|test|tests|tested|wip|tmp"
    r"|temp|stub|starter|template|reference|ref|student|course|notebook|colab|numpy|torch|pytorch|python|code|school"
    r"|최종|최종본|수정|수정본|제출|제출본|사본|복사본|답|정답|풀이|해답|내|연습|임시",
    re.IGNORECASE,
)


def unit_of_name(name: str, units: Iterable[str]) -> str | None:
    """The unit in a file name, or None: ``u06_backprop.ko.ipynb``, ``u06.py``, ``kim_u06_backprop (1).py``.

    In a platform's download, the file's own name counts, without the number that Canvas appends to later attempts.
    """
    download = student_of_download(name)
    stem = _AGAIN.sub("", _stem(download.rest)) if download and download.rest else _stem(name)
    folder = unit_of_folder(stem, units)
    if folder is not None:
        return folder
    inside = {unit for unit in units if re.search(rf"(?<![a-z0-9]){re.escape(unit.lower())}(?![a-z0-9])", stem)}
    longest = [unit for unit in inside if not any(unit != other and unit in other for other in inside)]
    return longest[0] if len(longest) == 1 else None


def unit_of_folder(name: str, units: Iterable[str]) -> str | None:
    """The unit with exactly this name or number: ``u06_backprop`` or ``u06``."""
    wanted, known = name_key(name), list(units)
    if wanted in known:
        return wanted
    numbers = {unit: _NUMBERED.match(unit) for unit in known}
    exact = [unit for unit, found in numbers.items() if found and wanted == found[1]]
    return exact[0] if len(exact) == 1 else None


def near_units(name: str, units: Iterable[str]) -> tuple[str, ...]:
    """Units whose names are close to this file name."""
    return tuple(close(_stem(name), units, 0.6))


def language_of_name(name: str) -> str | None:
    """``ko`` or ``en`` of ``u06_backprop.ko.ipynb``."""
    stem = _COPY.sub("", _SPACES.sub(" ", PurePosixPath(name).stem))
    found = _LANGUAGE.search(stem)
    return found[1].lower() if found else None


def student_of_name(name: str, units: Iterable[str]) -> str | None:
    """Whose a file is, if its name says so: ``김민지 - u06_backprop.ipynb``, ``u06_backprop_kim.py``."""
    unit = unit_of_name(name, units)
    if unit is None or unit_of_folder(_stem(name), units) is not None:
        return None
    around = re.split(rf"(?<![a-z0-9]){re.escape(unit)}(?![a-z0-9])", _bare(name), maxsplit=1, flags=re.IGNORECASE)
    return next(filter(None, map(somebody, around)), None)


def somebody(text: str) -> str | None:
    """The rest of these words, without those at either end that name nobody."""
    words = re.findall(rf"[^{_BETWEEN}]+[{_BETWEEN}]*", text.strip(_BETWEEN))
    while words and _NOBODY.fullmatch(words[0].rstrip(_BETWEEN)):
        del words[0]
    while words and _NOBODY.fullmatch(words[-1].rstrip(_BETWEEN)):
        del words[-1]
    return "".join(words).strip(_BETWEEN) or None


def _stem(name: str) -> str:
    return name_key(_bare(name))


@lru_cache(maxsize=10_000)
def _bare(name: str) -> str:
    """Without extension, language and copy marks."""
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", name))
    stem = _COPY.sub("", PurePosixPath(name).stem if name.lower().endswith((*SUFFIXES, ".zip")) else name)
    return _COPY.sub("", _LANGUAGE.sub("", stem))


def name_key(name: str) -> str:
    """A form in which two names are equal if any computer treats them so: composed, case folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def student_of_download(name: str) -> Download | None:
    """What the name of a folder or file in a Moodle or Canvas download says; None for another name."""
    canvas = _CANVAS.fullmatch(name)
    if canvas is not None:
        student, id = canvas["name"] or canvas["anon"], canvas["id"] or canvas["code"]
        late = bool(canvas["late"] or canvas["anon_late"])
        return Download(student, id, canvas["rest"] or canvas["typed"], late)
    moodle = _MOODLE.fullmatch(name)  # second: a student may have named a file as Moodle does
    return Download(moodle["name"], moodle["id"], moodle["rest"]) if moodle else None


def is_copy(name: str) -> bool:
    """Whether a file's name is marked as a copy or second file of that name: ``… (1).py``."""
    stem = PurePosixPath(_SPACES.sub(" ", unicodedata.normalize("NFC", name))).stem
    return bool(_COPY.search(stem) or _COPY.search(_LANGUAGE.sub("", stem)) or _COPY_OF.match(stem))


def form_of_name(name: str, student: str) -> str:
    """A file's name without its owner: ``*_u06_backprop``."""
    return _stem(name).replace(name_key(student), "*", 1)


def readable(name: str) -> str:
    """A file's name as text; a name that is not UTF-8 was most likely zipped on Korean Windows."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("cp949", "backslashreplace")
    return name


def on_disk(name: str) -> str:
    """The name under which an uploaded file can be stored in a folder; its extension is kept."""
    return re.sub(r"[^\w.@+ -]", "_", name)[-100:].lstrip(". ") or "file"


def is_junk(name: str) -> bool:
    """Names that systems and editors leave behind: hidden files, ``__MACOSX``, caches, environments."""
    return name.startswith(".") or name.lower() in _JUNK


def is_hushed(name: str) -> bool:
    """Junk that is certainly nobody's work, so it is skipped without a message."""
    return name.lower() in _HUSHED or name.startswith("._")
