"""Where the guest's Python is found, what of the host it brings along, and whose uid it runs as."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from graders.messages.errors import SandboxError
from graders.sandbox import slots
from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.interpreter import arguments, build_tree, find_guest, system_mounts
from graders.sandbox.slots import count_others, lease_slot


def make_environment(home: Path, *, numpy: bool = True) -> Path:
    base = home.parent / "base"
    for folder in (
        home / "bin",
        home / "lib/python3.12/site-packages",
        base / "bin",
        base / "lib/python3.12/site-packages",
    ):
        folder.mkdir(parents=True)
    (base / "bin/python3.12").touch()
    (home / "bin/python").symlink_to(base / "bin/python3.12")
    if numpy:
        (home / "lib/python3.12/site-packages/numpy").mkdir()
    return home


def test_guest_when_in_the_course_then_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEEPGRADE_GUEST", raising=False)
    home = make_environment(tmp_path / ".guest")
    guest = find_guest(tmp_path)
    assert (guest.home, guest.version, guest.prefix) == (home, "3.12", tmp_path / "base")
    assert {mount.target: mount.kind for mount in guest.mounts()} == {
        "/guest/python/bin/python": "bind",
        "/guest/python/lib": "bind",
        "/guest/python/lib/python3.12/site-packages": "blank",
        "/guest/site": "bind",
    }


@pytest.mark.parametrize("where", [".", "a", "a/b"])
def test_guest_in_or_above_the_working_folder_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.delenv("DEEPGRADE_GUEST", raising=False)
    planted = make_environment(tmp_path / ".guest")
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / where)
    for course in (None, tmp_path / "a" / "b"):
        assert find_guest(course).home not in (planted, tmp_path / "a" / ".guest")


def test_guest_when_named_then_nothing_else_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRADE_GUEST", str(tmp_path / "absent"))
    with pytest.raises(SandboxError, match=rf"searched {tmp_path}/absent\. Run `make install`"):
        find_guest(tmp_path)


def test_guest_when_without_numpy_then_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPGRADE_GUEST", str(make_environment(tmp_path / "guest", numpy=False)))
    with pytest.raises(SandboxError, match=r"NumPy is not installed in .*guest/bin/pip install numpy"):
        find_guest()


def test_guest_when_its_version_cannot_be_told_then_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guest/bin").mkdir(parents=True)
    (tmp_path / "guest/bin/python").touch()
    monkeypatch.setenv("DEEPGRADE_GUEST", str(tmp_path / "guest"))
    with pytest.raises(SandboxError, match=r"The version of the Python in .*guest cannot be determined\."):
        find_guest()


def test_debian_libraries_are_mounted_for_this_architecture_only(tmp_path: Path) -> None:
    (tmp_path / "usr/lib/aarch64-linux-gnu").mkdir(parents=True)
    (tmp_path / "usr/lib/python3").mkdir()
    (tmp_path / "usr/lib/ld-linux-aarch64.so.1").touch()
    (tmp_path / "lib").symlink_to("usr/lib")
    found = {mount.target: (mount.kind, mount.source) for mount in system_mounts(tmp_path)}
    assert found.keys() == {"/lib", "/usr/lib/aarch64-linux-gnu", "/usr/lib/ld-linux-aarch64.so.1"}
    assert found["/lib"] == ("link", "usr/lib")


def test_libraries_elsewhere_are_mounted_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "usr/lib64").mkdir(parents=True)
    (tmp_path / "lib64").symlink_to("usr/lib64")
    assert list(arguments(system_mounts(tmp_path))) == [
        *("--symlink", "usr/lib64", "/lib64"),
        *("--dir", "/usr", "--ro-bind", str(tmp_path / "usr/lib64"), "/usr/lib64"),
    ]


def test_tree_holds_nothing_but_what_the_guest_reads(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    folder = build_tree(bubblewrap.guest, tmp_path)
    assert build_tree(bubblewrap.guest, tmp_path) == folder
    names = {str(path.relative_to(folder / "graders")) for path in (folder / "graders").rglob("*.py")}
    assert names == {
        *("__init__.py", "sandbox/__init__.py"),
        *(f"spec/{name}.py" for name in ("__init__", "cases", "draws", "profile")),
        *(f"probe/{name}.py" for name in ("__init__", "operations", "parameters", "values")),
        *(
            f"sandbox/guest/{name}.py"
            for name in ("__init__", "absent", "calls", "frames", "landlock", "inert", "limits", "phase")
        ),
        *(f"sandbox/guest/{name}.py" for name in ("in_process", "modules", "old_names")),
        *(f"sandbox/guest/{name}.py" for name in ("seccomp", "start", "student", "supervisor", "watched", "withheld")),
    }
    assert sum((folder / "graders" / name).stat().st_size > 200 for name in names) == 24  # docs/security.md says so
    assert len(list((folder / "graders").rglob("*.pyc"))) == len(names)
    assert not (folder / "graders/__init__.py").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_tree_when_it_cannot_be_written_then_the_remedy_is_named(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SandboxError, match=r"cannot be written to .*XDG_CACHE_HOME"):
        build_tree(bubblewrap.guest, tmp_path / "file")


def test_uids_when_leased_then_each_is_given_once_until_released(tmp_path: Path) -> None:
    first, second = lease_slot(tmp_path, 2), lease_slot(tmp_path, 2)
    assert first.uid != second.uid
    with pytest.raises(SandboxError, match="All 2 user ids for sandboxes are in use"):
        lease_slot(tmp_path, 2)
    first.release()
    first.release()
    assert lease_slot(tmp_path, 2).uid == first.uid
    second.release()


def test_uids_when_locks_cannot_be_kept_then_it_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SandboxError, match=r"The locks in .*file/locks cannot be used"):
        lease_slot(tmp_path / "file" / "locks")


def test_no_others_are_counted_where_linux_counts_per_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "6.1.0-amd64")
    assert count_others() == 0
    monkeypatch.setattr(platform, "release", lambda: "5.10.0-8-amd64")
    assert count_others() >= 1
    assert slots.FIRST_UID > 60_000
    assert os.getuid() < slots.FIRST_UID or os.getuid() >= slots.FIRST_UID + slots.SLOTS


def test_guest_that_anybody_may_write_is_passed_over(tmp_path: Path) -> None:
    planted = tmp_path / ".guest"
    (planted / "bin").mkdir(parents=True)
    (planted / "bin" / "python").write_text("#!/bin/sh\ntouch /tmp/owned\n")
    planted.chmod(0o777)
    assert find_guest(tmp_path).home != planted
    planted.chmod(0o755)
    (planted / "bin").chmod(0o777)
    assert find_guest(tmp_path).home != planted
