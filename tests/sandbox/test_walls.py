"""What stands around an exercise's process inside the sandbox: Landlock, and a second filter of system calls."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.contract import Batch, Job
from graders.sandbox.guest import landlock
from graders.sandbox.guest.calls import CHILD
from graders.sandbox.guest.landlock import GPU, PATHS, Reach, build_fence, landlock_version
from graders.sandbox.guest.limits import Walls, tidy

from .conftest import UNIT, X, spec_of

REFUSED = "PermissionError"
HEAD = "import ctypes, os, signal, socket, subprocess, sys, time\nimport numpy as np\n"

REACHES = {
    "root": ("return os.listdir('/')", REFUSED),
    "processes": ("return os.listdir('/proc')", REFUSED),
    "devices": ("return os.listdir('/dev')", REFUSED),
    "folder": ("return os.open('/usr', os.O_RDONLY | os.O_DIRECTORY)", REFUSED),
    "mounts": ("return open('/proc/self/mountinfo').read()", REFUSED),  # they name the host's paths
    "kernel": ("return open('/proc/version').read()", REFUSED),
    "groups": ("return open('/proc/self/cgroup').read()", REFUSED),
    "harness": ("return open('/guest/deepgrade/graders/probe/__init__.py', 'a')", (REFUSED, "OSError")),
    "node": ("return os.mknod('/tmp/null', 0o20666, os.makedev(1, 3))", REFUSED),
    "named_socket": ("return socket.socketpair()[0].bind('/tmp/socket')", REFUSED),
    "program": ("return subprocess.run([sys.executable, '-c', ''])", REFUSED),
    "linker": ("return os.execv('/lib64/ld-linux-x86-64.so.2', ['x', sys.executable])", REFUSED),
    "own_program": ("open('/tmp/x', 'w').write('#!/x')\nos.chmod('/tmp/x', 0o755)\nos.execv('/tmp/x', ['x'])", REFUSED),
    "shell": ("return os.system('id') != 0", True),
    "user": ("return os.setuid(os.getuid())", REFUSED),
    "first_process": ("return os.kill(1, 0)", REFUSED),
    "readable_again": ("return ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)", -1),
    "filter": ("return ctypes.CDLL(None).prctl(22, 2, 0, 0, 0)", -1),
    "rules": ("return ctypes.CDLL(None).syscall(444, None, 0, 1)", -1),
}
WORKS = {
    "nothing": ("open('/dev/null', 'w').write('x')\nreturn open('/dev/null').read()", ""),
    "files": (
        """
        os.makedirs('/tmp/a/b')
        open('/tmp/a/x', 'w').write('1')
        os.rename('/tmp/a/x', '/tmp/a/b/y')
        os.symlink('y', '/tmp/a/b/z')
        os.mkfifo('/tmp/a/pipe')
        os.truncate('/tmp/a/b/y', 0)
        import shutil, tempfile
        with tempfile.TemporaryDirectory() as folder: shutil.copy2('/tmp/a/b/y', folder)
        shutil.rmtree('/tmp/a')
        return os.listdir('/tmp')
        """,
        [],
    ),
    "locks": ("import multiprocessing\nwith multiprocessing.Lock(): return True", True),
    "workers": ("import multiprocessing\nwith multiprocessing.Pool(2) as pool: return pool.map(abs, [-1, 2])", [1, 2]),
    "pair": ("one, two = socket.socketpair()\none.send(b'x')\nreturn two.recv(1).decode()", "x"),
    "own_children": (
        "child = os.fork()\nif not child: time.sleep(9)\nos.kill(child, 9)\nreturn os.waitpid(child, 0)[1]",
        9,
    ),
    "late_module": ("import wave, zoneinfo, sqlite3\nimport numpy.polynomial\nreturn wave.__name__", "wave"),
    "library": ("return ctypes.CDLL('libm.so.6').abs(-3)", 3),
    "seeds": ("return len(os.urandom(4)) + len(open('/dev/urandom', 'rb').read(4))", 8),
    "traceback": ("import traceback\ntry: 1 / 0\nexcept ArithmeticError: return traceback.format_exc()[:9]",
                  "Traceback"),
    "lookup": ("import ctypes.util\nreturn ctypes.util.find_library('nowhere')", None),
    "machine": ("import platform\nreturn platform.uname().system", "Linux"),
}  # fmt: skip


def answers(backend: Bubblewrap, bodies: dict[str, Any], *, walled: bool = True) -> dict[str, Any]:
    """What each body returned or raised; one sandbox, an exercise for each."""
    functions = (
        f"def {name}(x):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n" for name, (body, _) in bodies.items()
    )
    jobs = tuple(Job(UNIT, name, (("a#0", {"x": X}),), walled=walled) for name in bodies)
    with backend.open() as sandbox:
        result = sandbox.run(Batch({UNIT: HEAD + "".join(functions)}, {UNIT: spec_of(list(bodies))}, jobs))
    found = {}
    for name, outcome in zip(bodies, result.outcomes, strict=True):
        trace = outcome.traces["a#0"]
        found[name] = trace.crash.kind if trace.crash else trace.outputs.get("out", outcome.ending)
    return found


@pytest.fixture
def needs_landlock() -> None:
    if landlock_version() < 6:
        pytest.skip("this kernel's Landlock knows no signals")


@pytest.mark.usefixtures("needs_landlock")
def test_exercise_when_it_reaches_out_then_the_walls_refuse(bubblewrap: Bubblewrap) -> None:
    found = answers(bubblewrap, REACHES)
    through = {
        name: found[name]
        for name, (_, expected) in REACHES.items()
        if not (found[name] in expected if isinstance(expected, tuple) else found[name] == expected)
    }
    assert through == {}


def test_exercise_when_honest_then_the_walls_are_not_noticed(bubblewrap: Bubblewrap) -> None:
    expected = {name: value for name, (_, value) in WORKS.items()}
    assert answers(bubblewrap, WORKS) == expected


def test_walls_when_left_out_then_what_they_refuse_gets_through(bubblewrap: Bubblewrap) -> None:
    found = answers(bubblewrap, REACHES, walled=False)
    refused = {"harness", "node", "named_socket"}  # the outer sandbox refuses these too
    assert {name for name, what in found.items() if what == REFUSED or name == "harness"} >= refused
    for name in ("processes", "mounts", "kernel", "program", "first_process", "rules"):
        assert found[name] != REFUSED, name


def test_record_when_walled_then_it_names_the_version(bubblewrap: Bubblewrap, run: Callable[..., Any]) -> None:
    assert run(bubblewrap, "def answer(x):\n    return x\n").record["landlock"] == landlock_version()


# --- the rules themselves ---


def in_child(code: str, *given: str) -> str:
    """What a process that has entered its walls says."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *given], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")
def test_fence_without_privileges_leaves_only_its_paths_in_reach(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/file").write_text("x")
    (tmp_path / "out").write_text("x")
    code = """
        import ctypes, os, sys
        from graders.sandbox.guest.landlock import READ, CHANGE, Reach, build_fence
        folder = sys.argv[1]
        fence = build_fence([Reach("", (folder + "/in",), READ), Reach("", (folder + "/absent*",), CHANGE)])
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
        fence.enter()
        for path, flags in (("in/file", os.O_RDONLY), ("in/file", os.O_WRONLY), ("out", os.O_RDONLY)):
            try: print(os.close(os.open(f"{folder}/{path}", flags)))
            except OSError as error: print(type(error).__name__)
    """
    assert in_child(code, str(tmp_path)).split() == ["None", REFUSED, REFUSED]


@pytest.mark.skipif(landlock_version() < 4, reason="this kernel's Landlock knows no network")
def test_fence_when_entered_then_no_port_can_be_used() -> None:
    code = """
        import ctypes, socket
        from graders.sandbox.guest.landlock import build_fence
        fence = build_fence()
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
        fence.enter()
        for use in ("bind", "connect"):
            with socket.socket() as one:
                try: getattr(one, use)(("127.0.0.1", 9))
                except OSError as error: print(type(error).__name__)
    """
    assert in_child(code).split() == [REFUSED, REFUSED]


def test_filter_stands_alone_without_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "_call", lambda *given: -1)
    assert (landlock_version(), build_fence()) == (0, None)
    assert Walls(b"", None).landlock == 0


@pytest.mark.parametrize(("version", "size"), [(1, 8), (3, 8), (4, 16), (5, 16), (6, 24), (7, 24)])
def test_older_kernels_are_asked_for_what_they_know(monkeypatch: pytest.MonkeyPatch, version: int, size: int) -> None:
    asked: list[tuple[Any, ...]] = []

    def call(number: int, *given: Any) -> int:
        asked.append((number, *given))
        return version if given[-1] == 1 and number == landlock.CREATE_RULESET else 3 if number == 444 else 0

    monkeypatch.setattr(landlock, "_call", call)
    fence = build_fence([Reach("", ("/tmp",), landlock.CHANGE), Reach("", ("/dev/null",), landlock.DRIVE)])
    assert fence == landlock.Fence(3, version)
    made, added = asked[1], [one for one in asked if one[0] == landlock.ADD_RULE]
    assert made[2] == size
    handled = int.from_bytes(made[1][:8], "little")
    assert handled.bit_length() == {1: 13, 3: 15, 4: 15}.get(version, 16)
    assert all(int.from_bytes(rule[3][:8], "little") & ~handled == 0 for rule in added)
    assert int.from_bytes(added[1][3][:8], "little") & landlock.READ_DIR == 0  # a file is no folder


@pytest.mark.parametrize("refusing", [445, 446])
def test_rules_when_the_kernel_does_not_take_one_then_it_says_so(
    monkeypatch: pytest.MonkeyPatch, refusing: int
) -> None:
    monkeypatch.setattr(landlock, "_call", lambda number, *given: -1 if number == refusing else 7)
    with pytest.raises(PermissionError, match=r"Landlock does not take (a rule for /tmp|its rules)"):
        (build_fence([Reach("", ("/tmp",), landlock.READ)]) or landlock.Fence(0, 0)).enter()


def test_table_when_read_then_every_path_and_call_has_its_reason() -> None:
    assert all(one.why for one in (*PATHS, *GPU, *CHILD))
    writable = {path for one in PATHS if one.access & landlock.WRITE_FILE for path in one.paths}
    assert writable == {"/tmp", "/dev/shm", "/dev/null"}
    assert not any(one.access & (landlock.EXECUTE | landlock.MAKE_CHAR | landlock.MAKE_BLOCK) for one in (*PATHS, *GPU))


# --- what an exercise leaves behind ---


def test_scratch_when_left_full_then_it_is_emptied(tmp_path: Path) -> None:
    at = os.open(tmp_path, os.O_PATH)
    for _ in range(40):  # together longer than any path may be
        os.mkdir("d" * 200, dir_fd=at)
        below = os.open("d" * 200, os.O_PATH, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked/file").touch()
    (tmp_path / "locked").chmod(0)
    (tmp_path / "link").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe")
    tidy((str(tmp_path),))
    assert list(tmp_path.iterdir()) == []
    assert Path("/etc/passwd").exists()


def test_scratch_when_it_takes_too_long_then_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tidy((str(tmp_path),), within_s=-1.0)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_one_exercise_writes_is_gone_for_the_next(bubblewrap: Bubblewrap) -> None:
    body = """
        found = os.listdir('/tmp') + os.listdir('/dev/shm')
        for top in ('/tmp', '/dev/shm'): os.makedirs(f'{top}/a/b')
        return found
    """
    assert answers(bubblewrap, {name: (body, []) for name in ("one", "two", "three")}) == {
        "one": [],
        "two": [],
        "three": [],
    }
