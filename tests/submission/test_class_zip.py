"""The zip of a class is graded as it comes: each student within their own limits, and nothing is left behind."""

from __future__ import annotations

import os
import stat
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

import pytest

from graders.submission import find_handed, load_submission
from graders.submission.class_zip import unpacked
from graders.submission.handed import Unpacked
from tests.submission.samples import AFFINE, UNITS, zipped

MOODLE = "Kim Minji_1001_assignsubmission_file"
CANVAS = "kimminji_7_901_u06_backprop.py"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where zips are unpacked: empty again after every one."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def students(path: Path) -> dict[str, str]:
    """Student → "read", or the id of what is wrong."""
    with unpacked(path, UNITS) as found:
        return {one.student: fate(found, one.path, one.student) for one in find_handed(found.path, UNITS)}


def fate(found: Unpacked, path: Path, student: str) -> str:
    (handed,) = [one for one in find_handed(found.path, UNITS) if one.student == student]
    fault = found.fault_of(handed)
    if fault is not None:
        return fault.message_id
    return "read" if load_submission(path, units=UNITS).sources else ""


def test_moodle_s_zip_is_a_class(tmp_path: Path, temporary: Path) -> None:
    files = {
        f"{MOODLE}/u06_backprop.py": AFFINE,
        "김민준_1002_assignsubmission_file/hw6/deep/u06_backprop.py": AFFINE,
        "Jo_1003_assignsubmission_file/homework.zip": zipped(tmp_path / "hw.zip", {"u06.py": AFFINE}).read_bytes(),
        "Jo_1004_assignsubmission_file_/u06_backprop.py": AFFINE,
    }
    everybody = {"Kim Minji": "read", "김민준": "read", "Jo (1003)": "read", "Jo (1004)": "read"}
    for below in ("", "CS101-HW6-55/", "a/b/"):
        path = zipped(tmp_path / "class.zip", {below + name: content for name, content in files.items()})
        assert students(path) == everybody
    flat = {name.replace("/", "_"): content for name, content in files.items() if "deep" not in name}
    assert students(zipped(tmp_path / "flat.zip", flat)).keys() == everybody.keys() - {"김민준"}
    assert list(temporary.iterdir()) == []


def test_folder_when_a_grader_was_killed_long_ago_then_it_goes(tmp_path: Path, temporary: Path) -> None:
    for name, age_s in (("deepgrade-class-old", 8 * 86400), ("deepgrade-class-new", 60), ("other", 8 * 86400)):
        (temporary / name / "deep").mkdir(parents=True)
        os.utime(temporary / name, (time.time() - age_s,) * 2)
    students(zipped(tmp_path / "class.zip", {CANVAS: AFFINE}))
    assert sorted(one.name for one in temporary.iterdir()) == ["deepgrade-class-new", "other"]


def test_canvas_s_zip_is_a_class(tmp_path: Path) -> None:
    files = {CANVAS: AFFINE, "lee_LATE_8_902_u06_backprop-1.py": AFFINE, "park_9_903_notes.pdf": "%PDF"}
    path = zipped(tmp_path / "submissions.zip", files)
    with unpacked(path, UNITS) as found:
        handed = {one.student: (one.id, one.late) for one in find_handed(found.path, UNITS)}
    assert handed == {"kimminji": ("7", False), "lee": ("8", True), "park": ("9", False)}


def test_zip_made_by_hand_is_a_class_if_several_lie_in_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"class/{name}/u06_backprop.py": AFFINE for name in ("kim", "lee")}
    assert students(zipped(tmp_path / "class.zip", files)) == {"kim": "read", "lee": "read"}


@pytest.mark.parametrize(
    "files",
    [
        ["u06_backprop.py"],
        ["hw/u06_backprop.py", "hw/tools.py"],
        ["u04_forward/u04_forward.py", "u06_backprop/u06_backprop.py", "common/layers.py"],
        ["hw1/u04_forward.py", "hw2/u06_backprop.py"],
    ],
)
def test_zip_of_one_student_stays_as_it_is(tmp_path: Path, files: list[str]) -> None:
    path = zipped(tmp_path / "kim.zip", dict.fromkeys(files, AFFINE))
    with unpacked(path, UNITS) as found:
        assert found.path == path


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"x" * 1000])
def test_zip_that_is_none_stays_as_it_is(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with unpacked(tmp_path / "a.zip", UNITS) as found:
        assert found.path == tmp_path / "a.zip"


def entry(name: str, kind: int = stat.S_IFREG, flags: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = (kind | 0o644) << 16
    made.flag_bits |= flags
    return made


BAD = "Mallory_66_assignsubmission_file"


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ([(f"{BAD}/../{MOODLE}/u06_backprop.py", "evil")], "upload.slip"),
        ([(f"{BAD}//etc/passwd", "evil")], "upload.slip"),
        ([(f"{BAD}/..\\..\\u06_backprop.py", "evil")], "upload.slip"),
        ([(entry(f"{BAD}/u06_backprop.py", stat.S_IFLNK), "/etc/passwd")], "upload.link"),
        ([(entry(f"{BAD}/pipe", stat.S_IFIFO), "")], "upload.link"),
        ([(f"{BAD}/u06_backprop.py", "0" * 3_000_000)], "upload.too_big"),
        ([(f"{BAD}/{n}.py", "0" * 2_000_000) for n in range(90)], "upload.too_much"),
        ([(f"{BAD}/{n}.txt", "") for n in range(5001)], "upload.too_many"),
        ([(f"{BAD}/{'x' * 300}.py", AFFINE)], "upload.name"),
        ([(f"{BAD}/a.py", AFFINE), (f"{BAD}/a.py", AFFINE)], "upload.collision"),
        ([(f"{BAD}/a.py", AFFINE), (f"{BAD}/a.py/b.py", AFFINE)], "upload.collision"),
    ],
)
def test_wrong_student_does_not_stop_the_others(
    tmp_path: Path, temporary: Path, entries: list[tuple[str | zipfile.ZipInfo, str]], fault: str
) -> None:
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(f"{MOODLE}/u06_backprop.py", AFFINE)
        for name, content in entries:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        archive.writestr("Zoe_67_assignsubmission_file/u06_backprop.py", AFFINE)
    assert students(path) == {"Kim Minji": "read", "Mallory": fault, "Zoe": "read"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["class.zip", "temporary"]


def test_damaged_or_locked_entry_does_not_stop_the_others(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "class.zip", {CANVAS: AFFINE, "mal_66_9_u06.py": "y = 22222\n" * 50, "zoe_67_8_u06-1.py": AFFINE}
    )
    data = bytearray(path.read_bytes())
    data[data.index(b"mal_66_9_u06.py") + 20] ^= 0xFF
    path.write_bytes(data)
    assert students(path) == {"kimminji": "read", "mal": "upload.damaged_zip", "zoe": "read"}
    data = bytearray(zipped(tmp_path / "class.zip", {CANVAS: AFFINE, "mal_66_9_u06.py": AFFINE}).read_bytes())
    data[data.rindex(b"mal_66_9_u06.py") - 38] |= 1
    path.write_bytes(data)
    assert students(path) == {"kimminji": "read", "mal": "upload.locked"}


def test_entry_that_is_nobody_s_is_named_and_written_nowhere(tmp_path: Path) -> None:
    names = ["../../evil.py", "/etc/evil.py", "C:/evil.py", "./evil.py"]
    path = zipped(tmp_path / "class.zip", {f"{MOODLE}/u06.py": AFFINE} | dict.fromkeys(names, "evil"))
    with unpacked(path, UNITS) as found:
        assert sorted(found.nobodys) == sorted(names)
        assert [one.name for one in found.path.iterdir()] == [MOODLE]
    assert not list(tmp_path.rglob("evil.py"))
