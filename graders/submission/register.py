"""The roster of a course, ``--roster students.csv``: exports of Moodle and Canvas, and lists made by hand.

Moodle: its participants, or the grading worksheet, which also has each submission's time. Canvas: the gradebook.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.messages.errors import UsageError
from graders.submission.naming import name_key
from graders.submission.refusal import excerpt

__all__ = ["Enrolled", "Register", "read_register"]

MAX_KB = 4096
MAX_ROWS = 20_000
# Names of columns, squeezed: lower case, without spaces and punctuation.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": (
        *("name", "fullname", "student", "studentname", "displayname", "sortablename"),
        *("성명", "이름", "학생", "학생이름", "학생명", "학생성명", "전체이름", "성함"),
    ),
    "first": ("firstname", "givenname", "first", "forename"),
    "last": ("lastname", "surname", "familyname", "last", "성"),
    "id": ("id", "identifier", "userid", "canvasid", "canvasuserid", "participant", "식별자", "식별번호"),
    "number": (
        *("idnumber", "studentid", "studentnumber", "studentno", "sisuserid", "sisid", "sid", "matriculationnumber"),
        *("학번", "학생번호", "id번호", "식별번호학번"),
    ),
    "login": ("username", "sisloginid", "loginid", "login", "아이디", "사용자아이디", "로그인아이디"),
    "email": ("email", "emailaddress", "mail", "이메일", "이메일주소", "전자우편", "메일", "메일주소"),
    "status": ("status", "submissionstatus", "상태", "제출상태"),
    "submitted_at": (
        *("lastmodifiedsubmission", "submittedat", "submissiondate", "submissiontime", "submitted"),
        *("최종수정제출물", "마지막수정제출물", "최종수정일제출물", "제출일시", "제출시각", "제출시간", "제출일"),
    ),
}
_LATE = re.compile(r"\blate\b|overdue|늦|지각|지연|기한 ?초과", re.IGNORECASE)
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Enrolled:
    """One row: who it is, under every name in the file."""

    row: int
    name: str
    id: str = ""
    number: str = ""
    login: str = ""
    email: str = ""
    late: bool = False
    submitted_at: str = ""

    @property
    def names(self) -> set[str]:
        """How the name may be written, squeezed: Canvas says ``Kim, Minji`` and writes ``kimminji``."""
        words = self.name.split()
        last, comma, first = self.name.partition(",")
        forms = {self.name, f"{first} {last}" if comma else self.name}
        if not comma and len(words) > 1:
            forms |= {" ".join([words[-1], *words[:-1]]), " ".join([*words[1:], words[0]])}
        return {squeezed(form) for form in forms} - {""}

    @property
    def codes(self) -> set[str]:
        """Other names that their submission may have: numbers, login, address and its first part."""
        found = {self.id, self.number, self.login, self.email, self.email.partition("@")[0]}
        return {name_key(one) for one in found if one}

    @property
    def keys(self) -> set[tuple[str, str]]:
        """Values that must not occur in a second row."""
        found = {"id": self.id, "number": self.number, "login": self.login, "email": self.email}
        return {(what, name_key(value)) for what, value in found.items() if value}


@dataclass(frozen=True)
class Register:
    """``columns``: what came from which column; ``bad``: rows that name nobody, and why; ``encoding``: the file's."""

    path: Path
    students: tuple[Enrolled, ...]
    columns: Mapping[str, str]
    bad: tuple[tuple[int, str], ...]
    encoding: str


def squeezed(name: str) -> str:
    """A name without case, spaces and punctuation, so that one person's exports agree."""
    return re.sub(r"[\W_]+", "", name_key(name))


def read_register(path: Path) -> Register:
    """Read the file; UsageError says what is wrong with it as a whole, ``bad`` with single rows."""
    text, encoding = _decoded(path)
    rows = _rows(path, text)
    top = next((at for at, (_, row) in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    header = rows[top][1] if rows else []
    columns = _columns(header)
    if not columns.keys() & {"name", "first", "last", "id", "number", "login", "email"}:
        raise _refusal(path, "roster.no_columns", found=", ".join(excerpt(cell, 40) for cell in header[:12]) or "-")
    students: list[Enrolled] = []
    bad: list[tuple[int, str]] = []
    seen: set[tuple[str, str]] = set()
    for number, row in rows[top + 1 :]:
        if not any(cell.strip() for cell in row) or _is_canvas_s(row):
            continue
        one = _enrolled(number, row, columns)
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            bad.append((number, "roster.bad_long"))
        elif not one.name and not one.codes:
            bad.append((number, "roster.bad_nobody"))
        elif one.keys & seen:
            bad.append((number, "roster.bad_twice"))
        else:
            seen |= one.keys
            students.append(one)
    if not students:
        raise _refusal(path, "roster.empty")
    named = {what: excerpt(header[at].strip(), 40) for what, at in columns.items()}
    return Register(path, tuple(students), named, tuple(bad), encoding)


def _decoded(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as file:
            data = file.read((MAX_KB << 10) + 1)
    except OSError as error:
        raise _refusal(path, "roster.unreadable", reason=error.strerror or type(error).__name__) from None
    if len(data) > MAX_KB << 10:
        raise _refusal(path, "roster.too_big", limit_kb=MAX_KB)
    if data.startswith(b"PK") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refusal(path, "roster.spreadsheet")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if encoding != "cp949" or _HANGUL.search(text):
            return text, encoding.removesuffix("-sig").upper()
    raise _refusal(path, "roster.encoding")


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """(line, cells), split at the separator with which the header has most known columns."""
    text = re.sub(r"\Asep=(.)\r?\n", "", text)  # Excel writes this for itself
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=lambda one: len(_columns(next(csv.reader([head], delimiter=one), []))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows = []
    try:
        for row in reader:
            rows.append((reader.line_num, row))
            if len(rows) > MAX_ROWS:
                raise _refusal(path, "roster.too_many", limit=MAX_ROWS)
    except csv.Error as error:
        raise _refusal(path, "roster.damaged", line=reader.line_num, reason=str(error)) from None
    return rows


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Known field → the first column with such a name. Beside ``성`` (the family name), ``이름`` is the given one."""
    names = [squeezed(unicodedata.normalize("NFKC", cell)) for cell in header]
    found = {what: at for what, known in HEADERS.items() if (at := _first(names, known)) is not None}
    if "last" in found and "first" not in found and "name" in found and names[found["name"]] == "이름":
        found["first"] = found.pop("name")
    return found


def _first(names: Sequence[str], known: Sequence[str]) -> int | None:
    return next((names.index(one) for one in known if one in names), None)


def _enrolled(number: int, row: Sequence[str], columns: Mapping[str, int]) -> Enrolled:
    cells = {what: row[at].strip() for what, at in columns.items() if at < len(row)}
    cells = {what: cell if re.search(r"\w", cell) else "" for what, cell in cells.items()}  # Moodle: - for nothing
    whole = cells.get("name", "")
    parts = [cells.get("last", ""), cells.get("first", "")]
    if not whole and any(parts):  # 김 민지 is written as one word, Minji Kim with the given name first
        whole = "".join(parts) if _HANGUL.search("".join(parts)) else " ".join(filter(None, reversed(parts)))
    id = re.sub(r"^\D+(?=\d+$)", "", cells.get("id", ""))  # Moodle: Participant 12345
    return Enrolled(
        number,
        whole,
        id,
        cells.get("number", ""),
        cells.get("login", ""),
        cells.get("email", ""),
        bool(_LATE.search(cells.get("status", ""))),
        cells.get("submitted_at", ""),
    )


def _is_canvas_s(row: Sequence[str]) -> bool:
    """Rows in Canvas's gradebook that are not students."""
    first = row[0].strip().casefold() if row else ""
    return first in ("points possible", "student, test", "test student")


def _refusal(path: Path, id: str, **params: str | int) -> UsageError:
    return UsageError(id, path=str(path), **params)
