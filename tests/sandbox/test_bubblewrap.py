"""Submissions that attack: every bomb here is bounded, and only what a test started is ever killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.messages.errors import SandboxError
from graders.sandbox import session
from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.contract import Batch, Job, Limits, Outcome
from graders.sandbox.metered import Metered
from graders.sandbox.outcome import KILLED
from graders.sandbox.slots import end_orphans

from .conftest import SPEC, UNIT, Once, Run, X, job

FRAMES = "from graders.sandbox.guest.frames import chunk, frame\n"


def tell(body: str) -> str:
    """A submission whose answer is what ``body`` returns, or the error that stopped it."""
    lines = textwrap.indent(textwrap.dedent(body).strip(), "        ")
    head = "import ctypes, os, signal, socket, sys, time\ndef answer(x):\n    try:\n"
    return f"{head}{lines}\n    except OSError as error:\n        return type(error).__name__\n"


def said(outcome: Outcome) -> Any:
    assert outcome.ending == "done", (outcome.ending, outcome.detail, outcome.stderr)
    return outcome.traces["a#0"].outputs["out"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return open('/etc/shadow').read()", "FileNotFoundError"),
        ("return os.listdir('/root')", "FileNotFoundError"),
        (f"return open({str(Path(__file__).resolve())!r}).read()", "FileNotFoundError"),
        ("return open('/guest/site/numpy/__init__.py', 'w').close()", "OSError"),
        ("return open('/guest/deepgrade/graders/probe/__init__.py', 'w').close()", "OSError"),
        ("return os.mkdir('/usr/lib/x')", "OSError"),
        ("return os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))", "PermissionError"),
        ("return open('/proc/sys/kernel/core_pattern', 'w').close()", "PermissionError"),
        ("return open('/proc/sysrq-trigger', 'w').close()", ("FileNotFoundError", "OSError", "PermissionError")),
        ("return open('/proc/1/environ', 'rb').read()", "PermissionError"),
        ("return open('/proc/1/mem', 'rb').read(1)", "PermissionError"),
        ("return os.listdir('/proc/1/fd')", "PermissionError"),
        ("return socket.socket().connect(('1.1.1.1', 53))", "PermissionError"),
        ("return socket.socket(socket.AF_UNIX).bind('\\0x')", "PermissionError"),
        ("return socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)", "PermissionError"),
        ("return socket.getaddrinfo('example.org', 80)", "gaierror"),
        ("return os.setuid(0)", "PermissionError"),
        ("return os.setgroups([0])", "PermissionError"),
        ("return os.chroot('/tmp')", "PermissionError"),
        ("return os.nice(-5)", "PermissionError"),
        ("return os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))", "PermissionError"),
        ("import resource; return resource.prlimit(1, resource.RLIMIT_CPU, (1, 1))", "PermissionError"),
        ("return os.memfd_create('x')", "PermissionError"),
        ("import mmap; return len(mmap.mmap(-1, 4096))", "PermissionError"),
        ("return os.open('/dev/zero', os.O_RDWR)", "FileNotFoundError"),
        ("return [s.fileno() > 2 for s in socket.socketpair()]", [True, True]),
        ("return sorted(int(n) for n in os.listdir('/proc') if n.isdigit()) == [1, os.getpid()]", True),
        ("return sorted(os.listdir('/dev'))", ["null", "random", "shm", "urandom"]),
        ("return sorted(os.listdir('/'))", ["dev", "guest", "lib", "lib64", "proc", "tmp", "usr"]),
        ("return sorted(set(os.environ) - {n for n in os.environ if n.endswith('_THREADS')})",
         ["HOME", "LANG", "LD_LIBRARY_PATH", "PWD"]),
        ("return sorted(m for m in sys.modules if m.startswith('graders.') and m.count('.') == 1)",
         ["graders.probe", "graders.sandbox", "graders.spec"]),
        ("return ctypes.CDLL(None).unshare(0x10000000)", -1),
        ("return ctypes.CDLL(None).ptrace(16, 1, 0, 0)", -1),
        ("return ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None)", -1),
    ],
)  # fmt: skip
def test_guest_when_it_reaches_out_then_it_finds_nothing(
    bubblewrap: Bubblewrap, once: Once, body: str, expected: object
) -> None:
    found = said(once(bubblewrap, tell(body), job(walled=False)))  # the outer sandbox alone
    if isinstance(expected, list) and "LANG" in expected:
        found = sorted({*found, "LD_LIBRARY_PATH"} - {"LC_CTYPE"})
    assert found in expected if isinstance(expected, tuple) else found == expected


def test_no_secret_of_the_platforms_environment_is_inside(
    bubblewrap: Bubblewrap, once: Once, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRADE_SECRET_FILE", "planted-7f3a")
    body = """
        seen = repr(dict(os.environ))
        for pid in os.listdir('/proc'):
            if pid.isdigit():
                try: seen += repr(open(f'/proc/{pid}/environ', 'rb').read()) + open(f'/proc/{pid}/cmdline').read()
                except OSError: pass
        return seen
    """
    assert "planted" not in said(once(bubblewrap, tell(body)))


def test_supervisor_when_shot_at_then_it_goes_on(bubblewrap: Bubblewrap, run: Run) -> None:
    source = tell("""
        for number in range(1, 32):
            os.kill(1, number)
        return 'shot'
    """)
    first, second = run(bubblewrap, source, job(walled=False), job(walled=False)).outcomes
    assert (said(first), said(second)) == ("shot", "shot")


def test_group_when_everybody_is_killed_then_only_the_child_dies(bubblewrap: Bubblewrap, run: Run) -> None:
    source = "import os, signal\ndef twice(x):\n    return x\ndef answer(x):\n    os.kill(os.getpid(), 9)\n"
    result = run(bubblewrap, source, job("answer"), job("twice"))
    first, second = result.outcomes
    told_apart = "memory" in result.record["groups"]  # only then it is known that the kernel did not do it
    assert (first.ending, first.detail) == ("crash" if told_apart else "memory", KILLED)
    assert second.ending == "done"


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("return np.ones(1 << 28)", "memory"),
        ("return [bytearray(1 << 24) for _ in range(40)]", "memory"),
        ("x = 'x'\nwhile len(x) < 1 << 31: x += x\nreturn x", "memory"),
        ("import ctypes\nreturn ctypes.string_at(0)", "crash"),
        ("import os\nos.abort()", "crash"),
        ("import signal, os\nos.kill(os.getpid(), signal.SIGTERM)", "crash"),
        ("import sys\nsys.setrecursionlimit(10 ** 6)\nf = lambda n: f(n + 1)\nreturn f(0)",
         ("memory", "crash", "time")),
        ("import signal\nsignal.signal(15, signal.SIG_IGN)\nwhile True: pass", "time"),
        ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", "time"),
        ("import time\ntime.sleep(30)", "time"),
        ("import os\nos.closerange(0, 9)\nimport time\ntime.sleep(30)", "time"),
        ("import os, time\nif os.fork(): os._exit(0)\ntime.sleep(30)", "crash"),
        ("import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork(): return\n    time.sleep(9)\nreturn 1",
         "done"),
        ("import threading\nfor _ in range(99): threading.Thread(target=__import__('time').sleep, args=(9,)).start()",
         "processes"),
        ("import os, time\nfor _ in range(99): os.fork() or time.sleep(9)", "processes"),
    ],
)  # fmt: skip
def test_process_that_takes_too_much_has_its_ending_named(
    bubblewrap: Bubblewrap, run: Run, body: str, ending: str | tuple[str, ...]
) -> None:
    lines = textwrap.indent(body, "    ")
    source = f"import numpy as np\ndef twice(x):\n    return x\ndef answer(x):\n{lines}\n"
    limits = Limits(wall_s=0.6 if "time" in ending else 5.0, memory_mb=256, processes=16)
    began = time.monotonic()
    first, second = run(bubblewrap, source, job("answer", limits), job("twice")).outcomes
    assert first.ending in ending if isinstance(ending, tuple) else first.ending == ending
    assert second.ending == "done"
    assert time.monotonic() - began < 10


def test_fork_bomb_when_bounded_by_sixteen_then_nothing_is_left(bubblewrap: Bubblewrap, run: Run) -> None:
    source = """
import os, time
def twice(x):
    return x
def answer(x):
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try: os.fork()
        except BlockingIOError: pass
"""
    limits = Limits(wall_s=0.5, processes=16)
    with bubblewrap.open() as sandbox:
        result = sandbox.run(Batch({UNIT: source}, {UNIT: SPEC}, (job("answer", limits), job("twice"))))
        uid = result.record["uid"]
        assert [outcome.ending for outcome in result.outcomes] == ["time", "done"]
        assert os.getuid() != 0 or not processes_of(uid)


def processes_of(uid: int) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == uid:
                found.append(folder.name)
        except OSError:
            continue
    return found


def test_disk_when_filled_then_it_ends_at_its_size(bubblewrap: Bubblewrap, once: Once) -> None:
    body = """
        written = 0
        for place in ('/tmp', '/dev/shm'):
            for number in range(20):
                with open(f'{place}/{number}', 'wb', buffering=0) as file:
                    try:
                        while written < 1 << 28: written += file.write(bytes(1 << 20))
                    except OSError: pass
        return written >> 20
    """
    assert said(once(bubblewrap, tell(body), job(limits=Limits(wall_s=5)))) <= 80


# --- forging ---


def test_forged_frames_cost_only_the_forger(bubblewrap: Bubblewrap, run: Run) -> None:
    source = (
        FRAMES
        + """
import os
def twice(x):
    return 2 * x
def answer(x):
    right = {"kind": "output", "key": "a#0", "output": "out", "tree": ["i", "42"]}
    for fd in range(3, 64):
        try: os.write(fd, frame(right) + chunk(3, 0, 1, frame(right)) + chunk(8))
        except OSError: pass
    os._exit(0)
"""
    )
    first, second = run(bubblewrap, source, job("answer"), job("twice", hidden=True)).outcomes
    assert first.ending == "rejected"
    assert second.ending == "done"
    assert second.hidden["h#0"].outputs["out"].tolist() == (2 * (X + 10)).tolist()


@pytest.mark.parametrize(
    "data",
    ["b'\\xff' * 100", "(1 << 62).to_bytes(8, 'little') + b'{}'", "b'\\x80\\x04pickle' * 50", "bytes(8) * 10"],
)
def test_bytes_when_no_frames_then_the_exercise_is_rejected(bubblewrap: Bubblewrap, once: Once, data: str) -> None:
    outcome = once(bubblewrap, f"import os\ndef answer(x):\n    os.write(3, {data})\n    return x\n")
    assert (outcome.ending, outcome.traces) == ("rejected", {})


def test_answers_when_they_flood_then_the_exercise_ends(bubblewrap: Bubblewrap, run: Run) -> None:
    source = "import os\ndef twice(x):\n    return x\ndef answer(x):\n    while True: os.write(3, FRAME)\n"
    meta = "{'kind': 'output', 'key': 'a#0', 'output': 'out', 'tree': ['s', 'x' * 10_000]}"
    source = FRAMES + f"FRAME = frame({meta})\n" + source
    limits = Limits(wall_s=5, answer_mb=2)
    first, second = run(bubblewrap, source, job("answer", limits), job("twice")).outcomes
    assert (first.ending, second.ending) == ("output", "done")


def test_patched_platform_modules_do_not_matter_outside(bubblewrap: Bubblewrap, once: Once) -> None:
    source = """
import numpy as np, sys
import graders.probe, graders.probe.values, graders.sandbox.guest.student as student
graders.probe.observe = student.observe = lambda *a: graders.probe.Trace()
student.encode = lambda value: (["b", True], [])
np.allclose = np.array_equal = lambda *a, **k: True
def answer(x):
    return 0
"""
    outcome = once(bubblewrap, source)
    assert outcome.traces["a#0"].outputs == {}


# --- hidden inputs ---


def test_hidden_inputs_are_nowhere_during_public_runs(bubblewrap: Bubblewrap, once: Once) -> None:
    """Public code scans all its memory for the bytes of a hidden input, which it is told (negated) as a public one."""
    source = """
import ctypes
def answer(x):
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # else it may not even look at itself
    sought, found = (-x).tobytes(), 0
    for line in open('/proc/self/maps'):
        low, high = (int(part, 16) for part in line.split()[0].split('-'))
        if 'r' in line.split()[1] and high - low < 1 << 28 and '[v' not in line:
            with open('/proc/self/mem', 'rb', buffering=0) as memory:
                try:
                    memory.seek(low)
                    found += memory.read(high - low).count(sought)
                except OSError: pass
    return found
"""
    secret = np.array([0.123456789, 9.87654321, 5.55])
    runs = (("a#0", {"x": -secret}),)
    one = job(limits=Limits(wall_s=10))
    plain = once(bubblewrap, source, type(one)(UNIT, "answer", runs, (), one.limits, walled=False))
    hidden = (("h#0", {"x": secret}),)
    beside = once(bubblewrap, source, type(one)(UNIT, "answer", runs, hidden, one.limits, walled=False))
    assert said(plain) == said(beside)  # only its own copies


def test_nothing_printed_or_raised_in_hidden_runs_comes_out(bubblewrap: Bubblewrap, once: Once) -> None:
    source = """
import sys
def answer(x):
    if x[0] >= 10:
        print('secret', x); print('secret', x, file=sys.stderr)
        raise type(f'Secret{int(x[0])}', (Exception,), {})(f'secret {x}')
    return x
"""
    outcome = once(bubblewrap, source, job(hidden=True))
    assert "ecret" not in repr(outcome)
    assert outcome.hidden["h#0"].crash is not None


def test_files_of_one_submission_are_gone_for_the_next(bubblewrap: Bubblewrap, once: Once) -> None:
    body = "found = os.listdir('/tmp') + os.listdir('/dev/shm'); open('/tmp/x', 'w').close(); return found"
    assert [said(once(bubblewrap, tell(body))) for _ in range(2)] == [[], []]


# --- our own side ---


def test_each_open_sandbox_of_root_has_a_uid_of_its_own(bubblewrap: Bubblewrap) -> None:
    if os.getuid() != 0:
        pytest.skip("not root")
    with bubblewrap.open() as first, bubblewrap.open() as second:
        assert first.slot is not None
        assert second.slot is not None
        assert first.slot.uid != second.slot.uid
        for sandbox in (first, second):
            assert sandbox.slot is not None
            (pid,) = processes_of(sandbox.slot.uid)
            status = Path(f"/proc/{pid}/status").read_text()
            assert f"Uid:\t{sandbox.slot.uid}\t{sandbox.slot.uid}\t{sandbox.slot.uid}" in status
            assert "CapPrm:\t0000000000000000" in status
            assert "CapBnd:\t0000000000000000" in status


def test_grader_when_killed_then_its_sandboxes_die_with_it(bubblewrap: Bubblewrap) -> None:
    code = f"""
import time
from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.contract import Batch, Job, Limits
SPEC = {SPEC!r}
sandbox = Bubblewrap().open()
print(sandbox.process.pid, flush=True)
sandbox.run(Batch({{"{UNIT}": "def answer(x):\\n    while True: pass"}}, {{"{UNIT}": SPEC}},
            (Job("{UNIT}", "answer", (("a", {{"x": 1.0}}),), (), Limits(wall_s=30)),)))
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        pid = int(grader.stdout.readline())
        time.sleep(0.3)
        inside = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        assert inside
        grader.send_signal(signal.SIGKILL)
    end = time.monotonic() + 5
    while time.monotonic() < end and any(Path(f"/proc/{number}").exists() for number in (pid, *inside)):
        time.sleep(0.02)
    assert not any(Path(f"/proc/{number}").exists() for number in (pid, *inside))


def test_guest_when_stopped_from_outside_then_patience_ends(
    bubblewrap: Bubblewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.Session, "_patience", lambda self, batch: 0.5)
    with bubblewrap.open() as sandbox:
        (inside,) = Path(f"/proc/{sandbox.process.pid}/task/{sandbox.process.pid}/children").read_text().split()
        os.kill(int(inside), signal.SIGSTOP)
        batch = Batch({UNIT: ""}, {UNIT: SPEC}, (job(limits=Limits(wall_s=0.1)),))
        result = sandbox.run(batch)
    assert (result.record["exit"], result.outcomes[0].ending) == ("time", "lost")


def test_time_of_others_is_not_counted_for_the_student(bubblewrap: Bubblewrap) -> None:
    """Half a second of work, of 0.9 s, on a processor that two others use as well."""
    core = max(os.sched_getaffinity(0))
    burn = f"import os, time\nos.sched_setaffinity(0, {{{core}}})\nend = time.monotonic() + 8\n"
    burn += "while time.monotonic() < end: pass"
    work = "import time\ndef answer(x):\n    end = time.process_time() + 0.25\n"
    work += "    while time.process_time() < end: pass\n    return x\n"
    others = [subprocess.Popen([sys.executable, "-c", burn]) for _ in range(2)]
    try:
        with bubblewrap.open() as sandbox:
            (inside,) = Path(f"/proc/{sandbox.process.pid}/task/{sandbox.process.pid}/children").read_text().split()
            os.sched_setaffinity(int(inside), {core})
            batch = Batch({UNIT: work}, {UNIT: SPEC}, (job(limits=Limits(wall_s=0.9)),))
            (outcome,) = sandbox.run(batch).outcomes
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert (outcome.ending, outcome.wall_s > 0.9) == ("done", True)


def test_guest_when_killed_from_outside_then_the_rest_is_lost(bubblewrap: Bubblewrap) -> None:
    with bubblewrap.open() as sandbox:
        (inside,) = Path(f"/proc/{sandbox.process.pid}/task/{sandbox.process.pid}/children").read_text().split()
        os.kill(int(inside), signal.SIGKILL)
        result = sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(),)))
    assert (result.record["exit"], result.outcomes[0].ending) == ("lost", "lost")


def below(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("whom", ["guest", "exercise"])
def test_exercise_that_somebody_kills_from_outside_is_tried_again(bubblewrap: Bubblewrap, whom: str) -> None:
    begun: list[str] = []

    def kill(found: Job) -> None:
        begun.append(found.exercise)
        if len(begun) > 1:
            return
        (guest,) = below(sandbox.sandbox.process.pid)
        while not below(guest):
            time.sleep(0.005)
        os.kill(guest if whom == "guest" else below(guest)[0], signal.SIGKILL)

    slow = "import time\ntime.sleep(0.4)\ndef answer(x):\n    return x\n"
    with Metered(bubblewrap, 60.0).open() as sandbox:
        batch = Batch({UNIT: slow}, {UNIT: SPEC}, (job(limits=Limits(wall_s=9.0)),), begun=kill)
        (outcome,) = sandbox.run(batch).outcomes
    assert (begun, outcome.ending, len(outcome.traces)) == (["answer"] * 2, "done", len(batch.jobs[0].public))


def test_exercise_that_kills_itself_is_told_so_after_a_second_try(bubblewrap: Bubblewrap) -> None:
    begun: list[str] = []
    text = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    with Metered(bubblewrap, 60.0).open() as sandbox:
        batch = Batch({UNIT: text}, {UNIT: SPEC}, (job(),), begun=lambda one: begun.append(one.exercise))
        (outcome,) = sandbox.run(batch).outcomes
    assert (len(begun), outcome.traces) == (2, {})
    assert outcome.ending in ("crash", "memory")  # without a control group nobody knows which


def test_spec_when_it_does_not_load_then_the_record_says_why(bubblewrap: Bubblewrap, run: Run) -> None:
    result = run(bubblewrap, "", job(), spec="raise RuntimeError('a course mistake')")
    assert result.outcomes[0].ending == "lost"
    assert result.record["said"] == "RuntimeError: a course mistake"


def test_bubblewrap_when_not_installed_then_it_says_so() -> None:
    with pytest.raises(SandboxError, match=r"bubblewrap is not installed\. Install it"):
        Bubblewrap(program="bwrap-that-is-not-there").open()


def test_library_that_the_guest_lacks_is_named_with_the_remedy(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    home = tmp_path / ".guest"
    (home / "bin").mkdir(parents=True)
    (home / "lib").mkdir()
    site = home / "lib" / f"python{bubblewrap.guest.version}" / "site-packages"
    site.mkdir(parents=True)
    (home / "bin" / "python").symlink_to(bubblewrap.guest.executable)
    for path in bubblewrap.guest.site.glob("numpy*"):
        (site / path.name).symlink_to(path)
    (site / "numpy").unlink()
    (site / "numpy").mkdir()
    with pytest.raises(SandboxError, match=r"The sandbox did not start: .*numpy"):
        Bubblewrap(tmp_path).open()


def test_namespaces_when_forbidden_then_the_remedy_is_named(bubblewrap: Bubblewrap, tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    with pytest.raises(SandboxError, match=r"kernel\.apparmor_restrict_unprivileged_userns=0"):
        Bubblewrap(program=str(fake)).open()


def test_next_start_ends_a_dead_graders_orphan_and_no_other(tmp_path: Path) -> None:
    def stand_in(parent: int, name: str, arguments: str) -> int:
        sleeper = subprocess.Popen(["sleep", "60"])
        folder = tmp_path / str(sleeper.pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{sleeper.pid} ({name}) S {parent} 0 0")
        (folder / "cmdline").write_text(arguments)
        sleepers.append(sleeper)
        return sleeper.pid

    sleepers: list[subprocess.Popen[bytes]] = []
    ours = "bwrap\0/guest/deepgrade/graders/sandbox/guest/start.py"
    orphan = stand_in(1, "bwrap", ours)
    stand_in(os.getpid(), "bwrap", ours)
    stand_in(1, "bwrap", "bwrap\0/somebody/else")
    stand_in(1, "python", ours)
    try:
        assert end_orphans(proc=tmp_path) == [orphan]
        assert sleepers[0].wait(5) == -9
        assert [sleeper.poll() for sleeper in sleepers[1:]] == [None] * 3
    finally:
        for sleeper in sleepers:
            sleeper.kill()
            sleeper.wait()
