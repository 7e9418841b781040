"""What the container backend is made of, without a container: the profile, owners, devices, an engine's complaints."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from graders.messages.errors import DeviceError, SandboxError
from graders.sandbox import oci
from graders.sandbox.backends import backend_by_name, choices
from graders.sandbox.devices import Device, find_devices, lease_device
from graders.sandbox.guest.calls import GPU, GUEST, Rule
from graders.sandbox.guest.seccomp import MACHINES, build_filter
from graders.sandbox.oci import Oci
from graders.sandbox.oci_engine import Engine, Held, find_engine
from graders.sandbox.oci_leftovers import Owner, owner_here, reap
from graders.sandbox.oci_profile import build_profile, write_profile

from .test_seccomp import ALLOW, verdict

# --- one table, two forms ---


def answer(profile: Mapping[str, Any], name: str, arguments: tuple[int, ...]) -> int:
    """What libseccomp would answer: the entry for a call whose tests all hold."""
    for entry in profile["syscalls"]:
        held = (arguments[test["index"]] & test["value"] == test["valueTwo"] for test in entry["args"])
        if name in entry["names"] and all(held):
            return ALLOW if entry["action"] == "SCMP_ACT_ALLOW" else 0x00050000 | int(entry["errnoRet"])
    return 0x00050000 | errno.EPERM


TELLING = [
    *range(20),
    *(0x21, 0x22, 0x122, 0x40022, 0x80, 0x81, 0x89, 0x109, 0x123, 1024, 1026, 1030, 1031),
    *(0x4600, 0x5401, 0x5412, 0x541C, 0x5450, 0x802C542A, 0x10000011, 0x02000000, 0x3D0F00, 0x53564D41, 0xFFFFFFFF),
]


@pytest.mark.parametrize("rules", [GUEST, (*GUEST, *GPU)], ids=["guest", "gpu"])
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_profile_when_built_then_it_says_what_the_filter_says(machine: str, rules: tuple[Rule, ...]) -> None:
    profile, program = build_profile(rules, machine), build_filter(rules, machine)
    about = MACHINES[machine]
    for rule in rules:
        for name, numbers in rule.calls.items():
            number = numbers[about.column]
            for value in TELLING if number is not None else ():
                given = (value,) * 6
                said = verdict(program, about.audit, number or 0, *given)
                assert answer(profile, name, given) == said, (name, value)


def test_profile_allows_what_is_named_on_one_architecture_only() -> None:
    profile = build_profile(machine="aarch64")
    assert (profile["defaultAction"], profile["architectures"]) == ("SCMP_ACT_ERRNO", ["SCMP_ARCH_AARCH64"])
    assert not {"flock", "arch_prctl"} & {name for entry in profile["syscalls"] for name in entry["names"]}
    with pytest.raises(SandboxError, match="no system call filter for 'riscv64'"):
        build_profile(machine="riscv64")


def test_profile_when_written_twice_then_it_is_one_file(tmp_path: Path) -> None:
    assert write_profile(cache=tmp_path) == write_profile(cache=tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
    (tmp_path / "file").touch()
    with pytest.raises(SandboxError, match=r"profile cannot be written to .*XDG_CACHE_HOME"):
        write_profile(cache=tmp_path / "file" / "below")


# --- whose it is ---


class Shelf(Engine):
    """An engine that holds these containers."""

    def __init__(self, *held: Held) -> None:
        super().__init__("docker", ("docker",), {})
        self.__dict__["shelf"] = list(held)

    def held(self, label: str) -> list[Held]:
        return list(self.__dict__["shelf"])

    def remove(self, name: str) -> None:
        self.__dict__["shelf"] = [one for one in self.__dict__["shelf"] if one.name != name]


def test_containers_of_dead_graders_are_removed_and_no_others() -> None:
    here = owner_here()
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    shelf = Shelf(
        Held("mine", "running", str(here)),
        Held("dead", "running", str(Owner(here.boot, here.namespace, gone.pid, "1"))),
        Held("later-process-of-that-number", "created", str(Owner(here.boot, here.namespace, here.pid, "1"))),
        Held("elsewhere", "running", str(Owner(here.boot, "pid:[1]", 7, "1"))),
        Held("elsewhere-and-over", "exited", str(Owner(here.boot, "pid:[1]", 7, "1"))),
        Held("before-the-boot", "exited", str(Owner("other", here.namespace, here.pid, here.started))),
        Held("no-owner", "exited", "somebody"),
    )
    reap(shelf, here)
    assert [held.name for held in shelf.held("")] == ["mine", "elsewhere"]


# --- what an engine complains of ---


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH of which nothing is known."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    return tmp_path


def test_engine_when_none_is_installed_then_the_remedy_is_named(bare: Path) -> None:
    for name in ("docker", "podman"):
        with pytest.raises(SandboxError, match=rf"{name} is not installed\. Install it, .*apt-get install"):
            find_engine(name)
    with pytest.raises(SandboxError, match="docker is not installed"):
        Oci().open()


@pytest.mark.parametrize(
    ("complaint", "step"),
    [
        ("permission denied while trying to connect to the Docker daemon socket", "Join the group"),
        ("Cannot connect to the Docker daemon at unix:///x. Is it running?", "systemctl start docker"),
        ("Error response from daemon: No such image: deepgrade-cpu:latest", "docker/build cpu"),
        ("Error: deepgrade-cpu: image not known", "docker/build cpu"),
        ('Error: could not select device driver "" with capabilities: [[gpu]].', "container toolkit"),
        ("Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=0", "nvidia-ctk cdi generate"),
        ("Error: something new", "deepgrade doctor --sandbox oci"),
    ],
)
def test_engines_complaint_is_said_with_the_remedy(bare: Path, complaint: str, step: str) -> None:
    program(bare, "podman", f"sys.exit(sys.stderr.write('time=1 noise\\n' + {complaint!r} + '\\n\\nRun --help\\n'))")
    with pytest.raises(SandboxError) as caught:
        find_engine("podman")
    said = str(caught.value)
    assert said.startswith(f"`podman ps` failed: {complaint.rstrip('.?')}. ")
    assert step in said


def test_engine_that_does_not_answer_is_not_waited_for(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "podman", "import time; time.sleep(20)")
    monkeypatch.setattr("graders.sandbox.oci_engine.CALL_S", 0.2)
    with pytest.raises(SandboxError, match="`podman ps` did not answer within 0 s"):
        find_engine("podman")


def test_docker_on_another_machine_is_refused(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "docker", "")
    monkeypatch.setenv("DOCKER_HOST", "tcp://grader.example.org:2376")
    with pytest.raises(SandboxError, match=r"runs at tcp://grader\.example\.org:2376, not on this machine"):
        find_engine("docker")


def test_docker_contexts_socket_is_used_without_its_settings(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "docker", "print('unix:///run/user/7/docker.sock')")
    monkeypatch.setenv("HTTP_PROXY", "http://somebody:planted@example.org")
    engine = find_engine("docker")
    assert engine.command[1:] == ("--host", "unix:///run/user/7/docker.sock")
    assert "planted" not in repr(engine.environment)
    assert not Path(engine.environment["DOCKER_CONFIG"]).exists()


def test_second_engine_serves_when_the_first_does_not_answer(bare: Path) -> None:
    program(bare, "docker", "sys.exit('Cannot connect to the Docker daemon')")
    program(bare, "podman", "")
    assert find_engine().kind == "podman"


def test_backend_when_named_then_its_engine_is() -> None:
    for name in ("docker", "podman", "oci"):
        assert name in choices()
        assert backend_by_name(name).name == name


# --- devices ---

TWO = (Device("0", "GPU-a", "H200"), Device("1", "GPU-b", "H200"))


def test_devices_when_listed_then_each_has_its_number_and_name(bare: Path) -> None:
    program(bare, "nvidia-smi", "print('0, GPU-a, H200')\nprint('1, GPU-b, H200')")
    assert find_devices() == TWO
    for silent in ("sys.exit(9)", "print('No devices were found')"):
        program(bare, "nvidia-smi", silent)
        with pytest.raises(DeviceError, match=r"no GPU on this machine\. Grade with `--device cpu`"):
            find_devices()


def test_devices_when_all_are_taken_then_the_next_job_waits(tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    first, second = lease_device(TWO, folder), lease_device(TWO, folder)
    assert {first.device, second.device} == set(TWO)
    with pytest.raises(SandboxError, match="Every GPU was in use for 0 s"):
        lease_device(TWO, folder, wait_s=0.0)
    second.release()
    assert lease_device(TWO, folder).device == second.device
    with pytest.raises(SandboxError, match=r"locks in .* cannot be used"):
        lease_device(TWO, Path("/proc/locks-of-nobody"))


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What a sandbox with a device asks an engine for; the engine then refuses."""
    asked: list[str] = []

    def call(self: Engine, *arguments: str) -> str:
        asked.extend(arguments)
        if arguments[0] == "create":
            raise SandboxError("sandbox.used")
        return ""

    monkeypatch.setattr(Engine, "call", call)
    monkeypatch.setattr(oci, "lease_device", lambda devices: lease_device(TWO, tmp_path))
    monkeypatch.setattr(oci, "find_devices", lambda: TWO)
    return asked


@pytest.mark.parametrize(
    ("kind", "expected", "unexpected"),
    [
        ("docker", ["--gpus", "device=GPU-a"], "/sys:ro,size=4k"),
        ("podman", ["--device", "nvidia.com/gpu=0"], "mask=/sys"),
    ],
)
def test_one_gpu_is_asked_for_and_given_back(
    created: list[str], monkeypatch: pytest.MonkeyPatch, kind: str, expected: list[str], unexpected: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(oci, "find_engine", lambda name: Engine(kind, (kind,), {}))
    backend = Oci(kind)
    with pytest.raises(SandboxError, match="already been used"):
        backend.open(("torch", "cuda"))
    backend.settle()
    assert any(created[place : place + 2] == expected for place in range(len(created)))
    assert unexpected not in created
    assert "deepgrade-gpu" in created
    assert "rm" in created
    lease_device(TWO[:1], tmp_path, wait_s=0.0)  # it is free again


def test_options_when_asked_for_then_every_promise_is_among_them(
    created: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oci, "find_engine", lambda name: Engine("docker", ("docker",), {}))
    with pytest.raises(SandboxError, match="already been used"):
        Oci("docker").open()
    said = " ".join(created)
    for option in (
        *("--network none", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--pull never"),
        *("--security-opt seccomp=", "--log-driver none", "--pids-limit", "--memory 1152m --memory-swap 1152m"),
        *("--tmpfs /tmp:rw,nosuid,nodev,noexec,size=", "--shm-size", "--ulimit=core=0:0", "--cpus 1"),
    ):
        assert option in said
    uid = created[created.index("--user") + 1].split(":")
    assert len(set(uid)) == 1
    assert int(uid[0]) >= 1000
    assert "privileged" not in said
