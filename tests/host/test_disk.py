"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from graders.host.disk import require_writable, write_file
from graders.messages.errors import DiskError


def test_file_when_written_then_folders_above_are_made(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b" / "file", b"text")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"text"
    assert stat.S_IMODE((tmp_path / "a" / "b" / "file").stat().st_mode) == 0o644


def test_failing_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match=r"file cannot be written: No space left on device\. Free some space"):
        write_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_file_when_its_place_is_a_folder_then_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(DiskError, match="cannot be written: Is a directory"):
        write_file(tmp_path / "file", b"text")
    assert os.listdir(tmp_path) == ["file"]


def test_file_when_a_file_stands_in_its_way_then_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for act in (require_writable, lambda folder: write_file(folder / "more", b"text")):
        with pytest.raises(DiskError, match=r"cannot be written: .*There is a file where a folder is needed"):
            act(tmp_path / "file" / "below")


def test_longest_possible_name_is_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("가" * 83 + ".json"), b"text")
    assert os.listdir(tmp_path) == ["가" * 83 + ".json"]


def test_file_when_its_name_is_too_long_then_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="cannot be written: File name too long"):
        write_file(tmp_path / ("x" * 300), b"text")


def test_trial_of_a_folder_leaves_nothing(tmp_path: Path) -> None:
    require_writable(tmp_path / "a" / "b")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "step"),
    [
        (errno.ENOSPC, "Free some space or choose another folder, then try again."),
        (errno.EROFS, "Choose a folder that you can write to."),
        (errno.EIO, "Choose another place, then try again."),
    ],
)
def test_folder_that_cannot_be_written_has_a_fitting_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskError) as raised:
        require_writable(tmp_path / "out")
    assert str(raised.value) == f"{tmp_path / 'out'} cannot be written: {os.strerror(number)}. {step}"
    assert os.listdir(tmp_path) == []
