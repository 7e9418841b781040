"""A zip is read in memory and refused whole at the first entry that no homework needs."""

from __future__ import annotations

import stat
import struct
import unicodedata
import warnings
import zipfile
from pathlib import Path

import pytest

from graders.messages.errors import SubmissionError
from graders.submission import load_submission
from tests.submission.samples import AFFINE, UNITS, write, zipped

GOOD: dict[str, str | bytes] = {"u06_backprop.py": AFFINE}


def refused(path: Path) -> SubmissionError:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(SubmissionError) as caught:
        load_submission(path, units=UNITS)
    assert sorted(path.parent.rglob("*")) == before  # nothing half-stored
    return caught.value


def test_zip_of_a_workspace_is_read_as_its_folder_would_be(tmp_path: Path) -> None:
    files = {"hw/u06_backprop/u06_backprop.py": "import tools\n", "hw/u06_backprop/tools.py": "x = 1\n"}
    junk = {
        "hw/": "",
        "__MACOSX/hw/._u06_backprop.py": b"\x00\x05",
        "hw/.DS_Store": b"x",
        "hw/mnist.pkl": b"\0" * 9_000_000,
    }
    submission = load_submission(zipped(tmp_path / "kim.zip", files | junk), units=UNITS)
    assert (submission.student, submission.units, set(submission.extra)) == ("kim", ("u06_backprop",), {"tools"})


def test_folder_with_nothing_but_a_zip_is_that_zip(tmp_path: Path) -> None:
    zipped(tmp_path / "homework.zip", GOOD)
    assert load_submission(tmp_path, units=UNITS).units == ("u06_backprop",)


@pytest.mark.parametrize(
    "name", ["../u06_backprop.py", "/etc/u06_backprop.py", "a/../../x.py", "C:/x.py", "..\\x.py", "a//x.py"]
)
def test_zip_with_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    error = refused(zipped(tmp_path / "a.zip", GOOD | {name: "x"}))
    assert error.message_id == "upload.slip"
    assert "which points outside its folder" in str(error)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_zip_with_links_or_devices_is_refused(tmp_path: Path, kind: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        entry = zipfile.ZipInfo("u06_backprop.py")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "a.zip contains u06_backprop.py, which is a link or a device" in str(refused(tmp_path / "a.zip"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Layers.py", "layers.py"),
        (unicodedata.normalize("NFC", "층.py"), unicodedata.normalize("NFD", "층.py")),
        ("tools.py", "tools.py/x.py"),
        ("Common/a.py", "common/b.py"),
    ],
)
def test_zip_with_names_that_collide_is_refused(tmp_path: Path, one: str, other: str) -> None:
    assert refused(zipped(tmp_path / "a.zip", GOOD | {one: "x", other: "x"})).message_id == "upload.collision"


def test_zip_with_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("u06_backprop.py", "x = 1")
        archive.writestr("u06_backprop.py", "x = 2")
    assert "u06_backprop.py and u06_backprop.py, which are the same name" in str(refused(tmp_path / "a.zip"))


@pytest.mark.parametrize("name", ["a\nb.py", "x" * 201 + ".py", "/".join("abcdefghijklmnopq") + ".py", "a\x1b[2J.py"])
def test_zip_with_an_unfit_name_is_refused(tmp_path: Path, name: str) -> None:
    error = refused(zipped(tmp_path / "a.zip", GOOD | {name: "x"}))
    assert error.message_id == "upload.name"
    assert str(error).isprintable()


def test_zip_with_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", GOOD | {"a_b.txt": "x"})
    data = (tmp_path / "a.zip").read_bytes().replace(b"a_b.txt", b"a\0b.txt")
    (tmp_path / "a.zip").write_bytes(data)
    assert r"the file name a\x00b.txt" in str(refused(tmp_path / "a.zip"))


@pytest.mark.parametrize("name", ["sitecustomize.py", "lib/usercustomize.py", "x.pth", "tests/conftest.py"])
def test_zip_with_startup_files_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(zipped(tmp_path / "a.zip", GOOD | {name: "x"})).message_id == "upload.startup"


def test_zip_with_a_shadow_of_numpy_is_refused(tmp_path: Path) -> None:
    error = refused(zipped(tmp_path / "a.zip", GOOD | {"numpy.py": "x"}))
    assert "contains numpy.py, which would be imported instead of the library numpy" in str(error)


def test_zip_bomb_is_counted_while_it_is_extracted(tmp_path: Path) -> None:
    error = refused(zipped(tmp_path / "a.zip", GOOD | {"bomb.py": b" " * (3 << 20)}))
    assert (error.message_id, error.params["size_kb"]) == ("upload.too_big", 3072)


def test_zip_bomb_whose_table_lies_about_its_size_is_counted_too(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"bomb.py": b" " * (3 << 20)})
    data = (tmp_path / "a.zip").read_bytes().replace(struct.pack("<L", 3 << 20), struct.pack("<L", 10))
    (tmp_path / "a.zip").write_bytes(data)
    assert refused(tmp_path / "a.zip").message_id in ("upload.too_big", "upload.damaged_zip")


def test_zip_with_much_code_in_all_is_refused(tmp_path: Path) -> None:
    files = {f"a{number}.py": b"#" * (2 << 20) for number in range(17)}
    assert "contains more than 32 MB of code" in str(refused(zipped(tmp_path / "a.zip", files)))


def test_zip_of_65_000_files_is_refused_before_reading_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zipped(tmp_path / "a.zip", GOOD)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[-14:-10] = struct.pack("<HH", 65000, 65000)
    (tmp_path / "a.zip").write_bytes(data)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "contains more than 5000 files and folders" in str(refused(tmp_path / "a.zip"))


def test_zip_with_a_huge_table_is_refused_before_it_is_read(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", GOOD)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[-10:-6] = struct.pack("<L", 1 << 30)
    (tmp_path / "a.zip").write_bytes(data)
    assert refused(tmp_path / "a.zip").message_id == "upload.too_many"


def test_zip_with_more_entries_than_it_says_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(tmp_path / "a.zip", {f"a{number}.txt": "x" for number in range(9)})
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[-14:-10] = struct.pack("<HH", 1, 1)
    (tmp_path / "a.zip").write_bytes(data)
    monkeypatch.setattr("graders.submission.upload.MAX_ENTRIES", 5)
    assert "contains more than 5 files and folders" in str(refused(tmp_path / "a.zip"))


def test_zip_when_cut_off_or_no_zip_at_all_is_damaged(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", GOOD).read_bytes()
    (tmp_path / "a.zip").write_bytes(data[:-30])
    assert "a.zip is a damaged zip file (it has no table of contents)" in str(refused(tmp_path / "a.zip"))
    (tmp_path / "a.zip").write_bytes(data[20:])
    assert refused(tmp_path / "a.zip").message_id == "upload.damaged_zip"


def test_zip_when_a_byte_is_wrong_is_damaged(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("u06_backprop.py", AFFINE)
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes().replace(b"return x", b"return y"))
    assert "Bad CRC-32" in str(refused(tmp_path / "a.zip"))


def test_zip_with_an_odd_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("u06_backprop.py", AFFINE)
    assert "compression method 14" in str(refused(tmp_path / "a.zip"))


def test_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", GOOD).read_bytes()
    at = data.index(b"PK\x01\x02") + 8
    (tmp_path / "a.zip").write_bytes(data[:at] + b"\x01\x00" + data[at + 2 :])
    assert "contains u06_backprop.py, which has a password" in str(refused(tmp_path / "a.zip"))


def test_zip_of_a_whole_class_says_to_unpack_it(tmp_path: Path) -> None:
    files = {
        f"{who}_{number}_assignsubmission_file_/u06_backprop.py": AFFINE for number, who in enumerate(("Kim", "Lee"))
    }
    assert "looks like the download of a whole class. Unpack it" in str(refused(zipped(tmp_path / "a.zip", files)))


def test_zip_when_larger_than_any_homework_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graders.submission.zipped.MAX_ZIP_KB", 0)
    assert refused(zipped(tmp_path / "a.zip", GOOD)).message_id == "upload.too_big"


def test_zip_that_cannot_be_opened_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(tmp_path / "a.zip", GOOD)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "a.zip cannot be read (Permission denied)" in str(refused(tmp_path / "a.zip"))


def test_zip_made_on_korean_windows_keeps_its_names(tmp_path: Path) -> None:
    name = "과제/u06_backprop.py"
    placeholder = "x" * len(name.encode("cp949"))
    zipped(tmp_path / "a.zip", {placeholder: AFFINE})
    data = (tmp_path / "a.zip").read_bytes().replace(placeholder.encode(), name.encode("cp949"))
    (tmp_path / "a.zip").write_bytes(data)
    assert load_submission(tmp_path / "a.zip", units=UNITS).files == (name,)


def test_folder_beside_a_zip_ignores_the_zip(tmp_path: Path) -> None:
    write(tmp_path, {"u06_backprop.py": AFFINE, "old.zip": b"no zip"})
    assert load_submission(tmp_path, units=UNITS).files == ("u06_backprop.py",)
