"""Containers of Docker and Podman, really run: every bomb is bounded, and every container here is removed again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.messages.errors import SandboxError
from graders.sandbox import oci, oci_options, session
from graders.sandbox.contract import Batch, Job, Limits, Outcome, Result
from graders.sandbox.doctor import LIMITS, require, trials
from graders.sandbox.oci import Oci, OciSandbox
from graders.sandbox.oci_engine import find_engine
from graders.sandbox.oci_leftovers import LABEL, owner_here
from graders.sandbox.outcome import KILLED

from .conftest import SPEC, UNIT, X, job

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("oci")]

DOCKER = Path(__file__).parents[2] / "docker"
# Where these are named (CI does), their absence is a failure.
REQUIRED = [name for name in os.environ.get("DEEPGRADE_TEST_ENGINES", "").split(",") if name]
ALLOW_ALL = "060000000000ff7f"


def call(*command: str | Path, timeout_s: float = 120, **given: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env=os.environ | given,
    )
    assert done.returncode == 0, (command, done.stderr[-2000:])
    return done.stdout.strip()


def answers(*command: str) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60).returncode == 0


@pytest.fixture(scope="session")
def daemon() -> Iterator[None]:
    """Docker's, started by hand if none answers, and then stopped again."""
    running = answers("docker", "version")
    if not running:
        call(DOCKER / "start")
    yield
    if not running:
        call(DOCKER / "stop")


def absence(name: str) -> str:
    """Why this engine cannot be used here, or ""."""
    if shutil.which(name) is None:
        return f"{name} is not installed"
    if name == "docker" and not answers("docker", "version") and (os.getuid() or shutil.which("dockerd") is None):
        return "no daemon of Docker's answers, and none can be started"
    return ""


@pytest.fixture(scope="session", params=["docker", "podman"])
def engine(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    reason = absence(name)
    if reason and name in REQUIRED:
        pytest.fail(f"{name} is required here: {reason}")
    if reason:
        pytest.skip(reason)
    if name == "docker":
        request.getfixturevalue("daemon")
    if not answers(name, "image", "inspect", "deepgrade-cpu"):
        call(DOCKER / "build", "cpu", timeout_s=590, ENGINE=name)
    return name


@pytest.fixture(scope="session")
def shared(engine: str) -> Oci:
    return Oci(engine)


@pytest.fixture
def backend(shared: Oci) -> Iterator[Oci]:
    """After each test nothing of it may be left."""
    yield shared
    shared.settle()
    assert [held.name for held in shared.engine.held(LABEL) if held.owner == str(owner_here())] == []


def spec_of(names: list[str]) -> str:
    """A unit of these exercises, each a function of x."""
    probes = "".join(f"def {name}(student, x):\n    yield 'out', student.{name}(x)\n" for name in names)
    listed = ", ".join(f"Exercise({name}, T, ('out',), (literal('one', {{'x': 1.0}}),))" for name in names)
    head = 'from graders.spec import Exercise, Unit, literal\nT = {"ko": "t", "en": "t"}\nUNIT = Unit(title=T)\n'
    return f"{head}{probes}EXERCISES = ({listed},)\n"


def run_bodies(backend: Oci, bodies: Mapping[str, str], limits: Mapping[str, Limits] | None = None) -> Result:
    """One container for all of them: each body is a function's, and an exercise of its own."""
    head = "import ctypes, os, signal, socket, sys, threading, time\nimport numpy as np\n"
    source = head + "".join(f"def {name}(x):\n{textwrap.indent(body, '    ')}\n" for name, body in bodies.items())
    calm = Limits(wall_s=5.0, memory_mb=256, processes=16)
    jobs = tuple(Job(UNIT, name, (("a#0", {"x": X}),), limits=(limits or {}).get(name, calm)) for name in bodies)
    with backend.open() as sandbox:
        return sandbox.run(Batch({UNIT: source}, {UNIT: spec_of(list(bodies))}, jobs))


def run_one(backend: Oci, source: str, *jobs: Job, needs: tuple[str, ...] = ()) -> Result:
    with backend.open(needs) as sandbox:
        return sandbox.run(Batch({UNIT: source}, {UNIT: SPEC}, jobs or (job(),)))


def said(outcome: Outcome) -> Any:
    trace = outcome.traces.get("a#0")
    if trace is None:
        return outcome.ending
    return trace.crash.kind if trace.crash else trace.outputs.get("out", outcome.ending)


# --- what honest and hostile submissions get ---


def test_submission_when_right_then_every_run_comes_back(backend: Oci) -> None:
    result = run_one(backend, "def answer(x):\n    print('seen', x[0])\n    return x + 1\n", job(hidden=True))
    (outcome,) = result.outcomes
    assert (outcome.ending, outcome.detail, outcome.stdout) == ("done", "", "seen 0.0\nseen 1.0\n")
    assert outcome.traces["b#0"].outputs["out"].tolist() == [2, 3, 4]
    assert outcome.hidden["h#0"].outputs["out"].tolist() == [11, 12, 13]
    record = result.record
    assert (record["engine"], record["device"], record["out_of_memory"]) == (backend.name, "cpu", False)
    assert json.loads(json.dumps(record)) == record


GONE = ("FileNotFoundError", "PermissionError")
REACHING = {
    "left_behind": ("return os.listdir('/tmp') + os.listdir('/dev/shm')", []),
    "shadow": ("return open('/etc/shadow').read()", "FileNotFoundError"),
    "home": ("return os.listdir('/root')", "FileNotFoundError"),
    "platform": (f"return open({str(Path(__file__).resolve())!r}).read()", "FileNotFoundError"),
    "socket_of_docker": ("return os.listdir('/var/run')", "FileNotFoundError"),
    "names": ("return open('/etc/resolv.conf').read().strip()", ("nameserver 192.0.2.1", *GONE)),
    "packages": ("return open('/guest/site/numpy/__init__.py', 'w').close()", ("OSError", "PermissionError")),
    "harness": ("return open('/guest/deepgrade/graders/__init__.py', 'w').close()", ("OSError", "PermissionError")),
    "root": ("return os.mkdir('/x')", ("OSError", "PermissionError")),
    "device": ("return os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))", "PermissionError"),
    "supervisor": ("return open('/proc/1/mem', 'rb').read(1)", "PermissionError"),
    "tcp": ("return socket.socket().connect(('1.1.1.1', 53))", "PermissionError"),
    "unix": ("return socket.socket(socket.AF_UNIX).bind('\\0x')", "PermissionError"),
    "vsock": ("return socket.socket(40).fileno()", "PermissionError"),
    "resolving": ("return socket.getaddrinfo('example.org', 80)", "gaierror"),
    "become_root": ("return os.setuid(0)", "PermissionError"),
    "memfd": ("return os.memfd_create('x')", "PermissionError"),
    "namespaces": ("return ctypes.CDLL(None).unshare(0x10000000)", -1),
    "newer_calls": ("c = ctypes.CDLL(None, use_errno=True)\nc.syscall(457, 0, 0, 0, 0)\nreturn ctypes.get_errno()", 38),
    "run_from_tmp": ("os.close(os.open('/tmp/p', os.O_CREAT, 0o755))\nos.execv('/tmp/p', ['p'])", "PermissionError"),
    "shell": ("import subprocess\nreturn subprocess.run(['sh', '-c', 'id'])", GONE),
    "processes": ("return {n for n in os.listdir('/proc') if n.isdigit()} <= {'1', str(os.getpid())}", (True, *GONE)),
    "variables": ("return sorted(n for n in os.environ if n.startswith(('DEEP', 'DOCKER', 'HTTP', 'http')))", []),
    "shot_at": ("for number in range(1, 32): os.kill(1, number)\nreturn 'missed'", ("missed", "PermissionError")),
}  # fmt: skip


def test_guest_when_it_reaches_out_then_it_finds_nothing(backend: Oci, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://somebody:planted@example.org")
    monkeypatch.setenv("DEEPGRADE_SECRET_FILE", "planted")
    result = run_bodies(backend, {name: body for name, (body, _) in REACHING.items()})
    found = {name: said(outcome) for name, outcome in zip(REACHING, result.outcomes, strict=True)}
    expected = {name: one if isinstance(one, tuple) else (one,) for name, (_, one) in REACHING.items()}
    assert {name: was for name, was in found.items() if was not in expected[name]} == {}


TAKING = {
    "memory": ("return np.ones(1 << 28)", "memory"),
    "memory_of_many": ("for _ in range(6): os.fork() or (b'x' * 10 ** 8, time.sleep(9))\ntime.sleep(2)", "memory"),
    "endless": ("signal.signal(15, signal.SIG_IGN)\nwhile True: pass", "time"),
    "flood": ("while True: print('x' * 100_000)", "output"),
    "threads": ("for _ in range(99): threading.Thread(target=time.sleep, args=(9,)).start()", "processes"),
    "fork_bomb": ("while True:\n    try: os.fork()\n    except BlockingIOError: pass", "time"),
    "daemon": ("if os.fork() == 0:\n    os.setsid()\n    os.fork() or time.sleep(30)\nreturn 1", "done"),
    "native": ("return ctypes.string_at(0)", "crash"),
    "own_hand": ("os.kill(os.getpid(), signal.SIGKILL)", "crash"),  # and not memory: the engine knows
    "everybody_else": ("os.kill(-1, signal.SIGKILL)", "done"),
    "honest": ("return x", "done"),
}


def test_process_that_takes_too_much_has_its_ending_named(backend: Oci) -> None:
    short = Limits(wall_s=0.5, processes=16)
    began = time.monotonic()
    result = run_bodies(
        backend, {name: body for name, (body, _) in TAKING.items()}, {"endless": short, "fork_bomb": short}
    )
    found = {name: outcome.ending for name, outcome in zip(TAKING, result.outcomes, strict=True)}
    assert found == {name: ending for name, (_, ending) in TAKING.items()}
    assert time.monotonic() - began < 20


def test_full_container_is_ended_and_the_engine_says_so(backend: Oci, monkeypatch: pytest.MonkeyPatch) -> None:
    """The layers inside are told of far more than the container has."""
    monkeypatch.setattr(oci, "Limits", lambda: Limits(memory_mb=192))
    monkeypatch.setattr(OciSandbox, "_fit", lambda *_: None)
    body = "kept = [np.ones(1 << 22) for _ in range(40)]\nreturn len(kept)"  # 1.3 GB of 320 MB
    result = run_bodies(backend, {"greedy": body, "honest": "return x"}, {"greedy": Limits(20.0, memory_mb=8192)})
    greedy, honest = result.outcomes
    assert (greedy.ending, greedy.detail, honest.ending) == ("memory", KILLED, "done")
    assert result.record["out_of_memory"] is True


def test_files_that_fill_the_container_count_as_memory(backend: Oci, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oci, "LIBRARIES_MB", {"": 48})
    body = """
kept = b'x' * (24 << 20)
for place in ('/tmp', '/dev/shm'):
    for number in range(4):
        try: open(f'{place}/{number}', 'wb').write(bytes(15 << 20))
        except OSError: pass
return len(kept)
"""
    limits = Limits(wall_s=5.0, memory_mb=32)
    result = run_bodies(backend, {"filling": body, "honest": "return x"}, {"filling": limits, "honest": limits})
    assert [outcome.ending for outcome in result.outcomes] == ["memory", "done"]


def test_inputs_with_the_detach_keys_arrive(backend: Oci) -> None:
    keys = np.array([16, 17] * 50_000, dtype=np.uint8)
    batch = Batch(
        {UNIT: "def answer(x):\n    return x\n"}, {UNIT: SPEC}, (Job(UNIT, "answer", (("a#0", {"x": keys}),)),)
    )
    with backend.open() as sandbox:
        (outcome,) = sandbox.run(batch).outcomes
    assert np.array_equal(outcome.traces["a#0"].outputs["out"], keys)


def test_torch_when_needed_then_it_is_imported_ahead(backend: Oci) -> None:
    source = """
import torch
def answer(x):
    w = torch.ones(3, requires_grad=True)
    (w * w).sum().backward()
    return w.grad
"""
    (outcome,) = run_one(backend, source, needs=("torch",)).outcomes
    assert outcome.traces["a#0"].outputs["out"].tolist() == [2, 2, 2]


# --- what holds, and who says so ---


def test_limits_when_tried_then_every_one_holds(backend: Oci) -> None:
    found = trials(backend)
    assert {trial.name for trial in found} == set(LIMITS)
    assert {trial.name: trial.through for trial in found if not trial.held} == {}


@pytest.mark.parametrize("layer", ["profile", "filter"])
def test_system_calls_are_held_when_one_layer_is_gone(
    backend: Oci, layer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weaken(monkeypatch, tmp_path, layer)
    assert {trial.name: trial.through for trial in trials(backend) if not trial.held} == {}


def weaken(monkeypatch: pytest.MonkeyPatch, folder: Path, *layers: str) -> None:
    if "profile" in layers:
        (folder / "all.json").write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW"}))
        monkeypatch.setattr(oci_options, "write_profile", lambda rules: folder / "all.json")
    if "filter" in layers:
        monkeypatch.setattr(oci_options, "build_filter", lambda rules: bytes.fromhex(ALLOW_ALL))


def test_doctor_when_the_container_is_weakened_then_it_sees_it(
    backend: Oci, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weaken(monkeypatch, tmp_path, "profile", "filter")
    real = OciSandbox._options

    def options(self: OciSandbox) -> list[str]:
        given = list(real(self))
        given[given.index("--network") + 1] = "host"
        given.remove("--read-only")
        mount = f"type=bind,source={tmp_path},target=/home"
        return [*given, "--mount", mount, "--env", "TOKEN=1"]

    (tmp_path / "host").touch()
    monkeypatch.setattr(OciSandbox, "_options", options)
    found = {trial.name: trial.through for trial in trials(backend) if not trial.held}
    assert found.keys() >= {"network", "files", "environment", "privileges", "neighbours", "memory"}
    assert "/home is there" in found["files"]
    assert "TOKEN" in found["environment"]
    with pytest.raises(SandboxError, match="does not enforce these limits here"):
        require(backend, tmp_path)


def test_check_when_everything_holds_then_nothing_is_missing(backend: Oci, tmp_path: Path) -> None:
    assert require(backend, tmp_path) == ()
    assert require(backend, tmp_path, lambda _: pytest.fail("it was tried again")) == ()


def test_process_when_looked_at_from_the_host_then_it_is_nobody(backend: Oci) -> None:
    with backend.open() as first, backend.open() as second:
        assert first.slot.uid != second.slot.uid
        for sandbox in (first, second):
            pid = call(*sandbox.engine.command, "inspect", "--format", "{{.State.Pid}}", sandbox.name)
            status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
            uid = str(sandbox.slot.uid)
            assert status["Uid"].split() == status["Gid"].split() == [uid] * 4
            assert {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh", "CapBnd", "CapAmb")} == {0}
            assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


# --- the end of a container ---


def grader_of(engine: str) -> str:
    """A program that opens a sandbox, says its name and runs a submission that never ends."""
    return f"""
import sys
from graders.sandbox.contract import Batch, Job, Limits
from graders.sandbox.oci import Oci
sandbox = Oci({engine!r}).open()
print(sandbox.name, flush=True)
sandbox.run(Batch({{"{UNIT}": "def answer(x):\\n    while True: pass"}}, {{"{UNIT}": {SPEC!r}}},
            (Job("{UNIT}", "answer", (("a", {{"x": 1.0}}),), (), Limits(wall_s=60)),)))
"""


def test_container_of_a_killed_grader_ends_and_is_removed(backend: Oci) -> None:
    with subprocess.Popen([sys.executable, "-c", grader_of(backend.name)], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        name = grader.stdout.readline().strip()
        time.sleep(0.5)
        assert backend.engine.state(name).running
        other = Oci(backend.name)
        other.open().close()  # another grader, while the first is alive
        assert backend.engine.state(name).running
        grader.send_signal(signal.SIGKILL)
    assert waited_for(lambda: not backend.engine.state(name).running)
    assert name in {held.name for held in backend.engine.held(LABEL)}
    third = Oci(backend.name)
    with third.open():
        assert name not in {held.name for held in backend.engine.held(LABEL)}
    other.settle()
    third.settle()


def waited_for(fact: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.1)
    return False


def test_container_when_frozen_then_patience_ends(backend: Oci, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.Session, "_patience", lambda self, batch: 0.5)
    with backend.open() as sandbox:
        call(*sandbox.engine.command, "pause", sandbox.name)
        result = sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(limits=Limits(wall_s=0.1)),)))
    assert (result.record["exit"], result.outcomes[0].ending) == ("time", "lost")


def test_container_killed_from_outside_loses_the_rest(backend: Oci) -> None:
    with backend.open() as sandbox:
        call(*sandbox.engine.command, "kill", sandbox.name)
        result = sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(),)))
    assert (result.record["exit"], result.outcomes[0].ending, result.record["out_of_memory"]) == ("lost", "lost", False)


def test_guest_ended_for_memory_is_the_exercises_doing(backend: Oci, monkeypatch: pytest.MonkeyPatch) -> None:
    state = OciSandbox._state
    monkeypatch.setattr(OciSandbox, "_state", lambda self: replace(state(self), out_of_memory=True))
    with backend.open() as sandbox:
        timer = threading.Timer(0.7, sandbox.engine.call, ["kill", sandbox.name])
        timer.start()
        source = "import time\ndef answer(x):\n    time.sleep(30)\n"
        result = sandbox.run(Batch({UNIT: source}, {UNIT: SPEC}, (job(limits=Limits(wall_s=20)), job())))
        timer.join()
    assert [outcome.ending for outcome in result.outcomes] == ["memory", "lost"]


def test_sandbox_when_used_twice_then_it_refuses(backend: Oci) -> None:
    with backend.open() as sandbox:
        sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(),)))
        with pytest.raises(SandboxError, match=r"has already been used\. Open another one"):
            sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(),)))


def test_sandbox_refuses_a_device_that_it_has_not(backend: Oci) -> None:
    with backend.open() as sandbox, pytest.raises(SandboxError, match=r"no device 'cuda'\. Open it with the need"):
        sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(),), "cuda"))


def test_image_without_a_guest_says_what_is_missing(backend: Oci, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oci_options, "PYTHON", "/guest/bin/absent")
    with pytest.raises(SandboxError, match=r"did not start: .*/guest/bin/absent.*(no such file|not found)"):
        backend.open()


def test_image_when_missing_then_the_remedy_is_named(engine: str) -> None:
    bare = Oci(engine, images={"cpu": "deepgrade-nowhere"})
    with pytest.raises(SandboxError, match=r"create` failed: .*Build it: `docker/build cpu`"):
        bare.open()
    bare.settle()


def test_image_when_searched_then_there_is_no_program_but_python(engine: str) -> None:
    listing = """
import os
for folder, _, files in os.walk('/'):
    for path in (os.path.join(folder, file) for file in files):
        if not folder.startswith(('/proc', '/sys', '/dev')):
            print(path, os.lstat(path).st_mode)
"""
    command = find_engine(engine).command
    ulimits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=256:256")
    rows = call(*command, "run", "--rm", "--network", "none", *ulimits, "--entrypoint", "/guest/bin/python",
                "deepgrade-cpu", "-I", "-S", "-c", listing).splitlines()  # fmt: skip
    files = {path: int(mode) for path, mode in (row.rsplit(" ", 1) for row in rows)}
    programs = {path for path in files if path.startswith(("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local"))}
    assert programs == {"/usr/bin/python3.11"}
    names = {Path(path).name for path in files}
    assert not names & {"sh", "bash", "gcc", "cc", "ld", "pip", "apt", "dpkg", "shadow", ".netrc", "pip.conf", "id_rsa"}
    assert not [path for path in files if path.endswith((".pth", ".h", ".pem", ".key")) or "deepgrade" in path]
    assert not [path for path, mode in files.items() if stat.S_ISREG(mode) and mode & 0o6022]  # lent rights, writable
