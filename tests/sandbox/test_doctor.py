"""The doctor: what holds is found, what does not is found too, and nothing is graded without what is required."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.messages.errors import SandboxError
from graders.sandbox import bubblewrap_start as module
from graders.sandbox.backends import BACKENDS
from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.contract import Backend
from graders.sandbox.doctor import LIMITS, Trial, require, trials
from graders.sandbox.local import Local

ALLOW_ALL = struct.pack("<HBBI", 0x06, 0, 0, 0x7FFF0000)


def broken(found: list[Trial]) -> dict[str, str]:
    return {trial.name: trial.through for trial in found if not trial.held}


def test_bubblewrap_when_tried_then_every_required_limit_holds(bubblewrap: Bubblewrap) -> None:
    found = trials(bubblewrap)
    assert {trial.name for trial in found} == set(LIMITS)
    assert broken(found) == {}
    assert [trial.name for trial in found if not trial.required] == ["job_memory", "landlock"]


def test_none_when_tried_then_only_its_own_promises_are(backend: Backend) -> None:
    if not isinstance(backend, Local):
        pytest.skip("none only")
    assert {trial.name for trial in trials(backend)} <= {"wall", "output", "memory"}
    assert not broken([trial for trial in trials(backend) if trial.required])


def test_filter_when_left_out_then_the_doctor_sees_it(bubblewrap: Bubblewrap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "build_filter", lambda: ALLOW_ALL)
    found = broken(trials(bubblewrap))
    assert found.keys() >= {"network", "privileges", "neighbours", "memory", "supervisor"}
    for wire in ("a library's file is locked", "inotify", "asynchronous I/O", "sync", "wake each other"):
        assert wire in found["neighbours"]
    assert "internet" in found["network"]
    assert "a memory file" in found["memory"]


def test_files_when_the_host_is_mounted_then_the_doctor_sees_it(
    bubblewrap: Bubblewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module._options

    def leaky(*given: object) -> Iterator[str]:
        options = list(real(*given))  # type: ignore[arg-type]
        return iter(["--ro-bind", "/etc", "/etc", *(o for o in options if o not in ("--unshare-net",))])

    monkeypatch.setattr(module, "_options", leaky)
    assert "/etc/passwd is there" in broken(trials(bubblewrap))["files"]


def test_check_when_a_required_limit_is_broken_then_it_refuses(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    found = [Trial("network", True, False, "internet"), Trial("job_memory", False, False, "no cgroup")]
    with pytest.raises(SandboxError, match=r"does not enforce these limits here: network \(internet\)"):
        require(bubblewrap, tmp_path, lambda backend: found)
    assert not list(tmp_path.iterdir())


def test_check_when_it_held_once_then_it_is_not_tried_again(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    tried = []

    def run(backend: Backend) -> list[Trial]:
        tried.append(backend.name)
        return [Trial("network", True, True, ""), Trial("job_memory", False, False, "")]

    for _ in range(3):
        assert require(bubblewrap, tmp_path, run) == ("job_memory",)
    assert tried == ["bubblewrap"]


def test_check_answers_though_nothing_can_be_remembered(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    require(bubblewrap, tmp_path / "file" / "below", lambda backend: [])


def test_backends_are_those_of_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
    table = page.partition("\n## Backends\n")[2].strip().partition("\n\n")[0].splitlines()
    told = [tuple(cell.strip() for cell in row.split("|")[1:4]) for row in table[2:]]
    assert told == [(f"`{kind.name}`", kind.purpose, kind.needs) for kind in BACKENDS]
