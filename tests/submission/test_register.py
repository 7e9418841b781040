"""The roster: every export is understood or kindly refused, and compared with what was handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.feedback.messages import say
from graders.messages.errors import UsageError
from graders.submission.handed import Handed
from graders.submission.matching import match
from graders.submission.register import Enrolled, Register, read_register

MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Last modified (submission)"\r\n'
    '"Participant 1001","Kim Minji",kim@x.kr,"Submitted for grading - 2 hours late",,"Friday, 12 May, 3:05 PM"\r\n'
    '"Participant 1002",김민준,mj@x.kr,"Submitted for grading",,"Thursday, 11 May, 3:05 PM"\r\n'
    '"Participant 1003",Ann,ann@x.kr,"No submission",,-\r\n'
)
PARTICIPANTS = '\ufeff"First name","Last name","ID number","Email address"\nMinji,Kim,20261234,kim@x.kr\n'
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW6 (55)\n"
    "    Points Possible,,,,,60\n"
    '"Kim, Minji",7,20261234,mkim,A,3\n'
    '"Student, Test",99,,,A,\n'
)


def read(folder: Path, content: str | bytes) -> Register:
    path = folder / "students.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_register(path)


def test_moodle_s_worksheet_says_who_was_late_and_when(tmp_path: Path) -> None:
    students = {one.name: (one.id, one.email, one.late, one.submitted_at) for one in read(tmp_path, MOODLE).students}
    assert students == {
        "Kim Minji": ("1001", "kim@x.kr", True, "Friday, 12 May, 3:05 PM"),
        "김민준": ("1002", "mj@x.kr", False, "Thursday, 11 May, 3:05 PM"),
        "Ann": ("1003", "ann@x.kr", False, ""),
    }


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (PARTICIPANTS, ("Minji Kim", "", "20261234", "", "kim@x.kr")),
        (CANVAS, ("Kim, Minji", "7", "20261234", "mkim", "")),
        ("name,id,email\nkim,20261234,kim@x.kr\n", ("kim", "20261234", "", "", "kim@x.kr")),
        ("이름;학번;이메일\n김민지;20261234;kim@x.kr\n", ("김민지", "", "20261234", "", "kim@x.kr")),
        ("성\t이름\tID 번호\n김\t민지\t20261234\n", ("김민지", "", "20261234", "", "")),
        ("sep=;\nName;E-Mail\nKim;kim@x.kr\n", ("Kim", "", "", "", "kim@x.kr")),
        ("\n\nNAME , Student_ID\n Kim , 7 \n\n", ("Kim", "", "7", "", "")),
        ('name,id\n"Kim\nMinji",7\n', ("Kim\nMinji", "7", "", "", "")),
    ],
)
def test_export_when_of_any_kind_then_it_is_understood(tmp_path: Path, text: str, known: tuple[str, ...]) -> None:
    (one,) = read(tmp_path, text).students
    assert (one.name, one.id, one.number, one.login, one.email) == known


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp949", "CP949"), ("utf-16", "UTF-16")]
)
def test_file_when_in_another_encoding_then_it_is_read_and_told(tmp_path: Path, encoding: str, told: str) -> None:
    register = read(tmp_path, "이름,학번\n김민지,7\n".encode(encoding))
    assert (register.students[0].name, register.encoding) == ("김민지", told)


def test_row_when_bad_then_it_is_named_and_the_others_count(tmp_path: Path) -> None:
    register = read(
        tmp_path, "name,id,email\nkim,7,k@x.kr\n,,\n;,-,\nlee,7,l@x.kr\npark,8,p@x.kr,,more\njo,9,K@x.kr\nan,10\n"
    )
    assert [one.name for one in register.students] == ["kim", "an"]
    assert register.bad == (
        (4, "roster.bad_nobody"),
        (5, "roster.bad_twice"),
        (6, "roster.bad_long"),
        (7, "roster.bad_twice"),
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", r"no column that identifies a student; its first line is: -\."),
        (b"grade,section\n1,2\n", r"its first line is: grade, section\. Name the columns `name`, `id`, `email`"),
        (b"name,id\n", r"contains no student"),
        (b"PK\x03\x04rest", r"is a spreadsheet.*CSV UTF-8"),
        (b"name\nJos\xe9\n", r"neither UTF-8 nor CP949"),
        (b"name\n" + b"x\n" * 20_001, r"more than 20000 rows"),
        (b"name\n" + b"x" * 5_000_000, r"larger than 4096 KB"),
        (b'name\n"' + b"x" * 200_000, r"is damaged at line"),
    ],
)
def test_file_when_it_is_no_roster_then_the_next_step_is_told(tmp_path: Path, content: bytes, text: str) -> None:
    with pytest.raises(UsageError, match=text) as raised:
        read(tmp_path, content)
    assert say(raised.value.message_id, "en", **raised.value.params) == str(raised.value)


def test_file_when_absent_then_it_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(UsageError, match=r"cannot be read: .* Use a CSV file\."):
            read_register(path)


# --- against what was handed in ---


def handed(*names: str, **ids: str) -> list[Handed]:
    return [Handed(name, Path(name)) for name in names] + [Handed(name, Path(name), id) for name, id in ids.items()]


@pytest.mark.parametrize(
    "name", ["Kim Minji", "kimminji", "Minji Kim", "minjikim", "kim-minji", "20261234", "kim@x.kr"]
)
def test_student_when_called_in_another_way_then_it_is_them(name: str) -> None:
    for written in ("Kim Minji", "Kim, Minji", "Minji Kim"):
        matched = match(handed(name), [Enrolled(2, written, number="20261234", email="kim@x.kr")])
        assert (matched.absent, matched.strangers) == ((), ())
        assert matched.handed[0].email == "kim@x.kr"


def test_absent_students_and_strangers_are_named() -> None:
    matched = match(handed("lee", "eve"), [Enrolled(2, "kim", "7"), Enrolled(3, "lee", "8")])
    assert [(one.student, one.id) for one in matched.absent] == [("kim", "7")]
    assert matched.strangers == ("eve",)


def test_platforms_number_decides_between_two_of_a_name() -> None:
    two = [Enrolled(2, "Kim", "7"), Enrolled(3, "Kim", "8")]
    assert [one.id for one in match([Handed("Kim", Path(), "8")], two).absent] == ["7"]
    unknown = match(handed("Kim"), two)
    assert unknown.strangers == ("Kim",)
    assert [one.student for one in unknown.absent] == ["Kim (7)", "Kim (8)"]


def test_name_with_another_platform_number_is_not_them() -> None:
    matched = match(handed(lee="8", kim="9"), [Enrolled(2, "kim", "7"), Enrolled(3, "lee", "8")])
    assert ([one.student for one in matched.absent], matched.strangers) == (["kim (7)"], ("kim",))


def test_second_submission_in_a_name_is_nobodys() -> None:
    second = Handed("kim (2)", Path(), in_name_of="kim")
    matched = match([*handed("kim"), second], [Enrolled(2, "kim"), Enrolled(3, "Kim 2")])
    assert matched.strangers == ("kim (2)",)
