"""One control group per sandbox, on trees that are written here and on the real ones of this host."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graders.messages.errors import SandboxError
from graders.sandbox import cgroups
from graders.sandbox.bubblewrap import LOOKING, Bubblewrap
from graders.sandbox.cgroups import Group, Tree, find_trees, sweep
from graders.sandbox.contract import Batch, Job, Limits
from graders.sandbox.doctor import trials

from .conftest import SPEC, UNIT, Run, job

# --- where groups can be made ---


def host(folder: Path, mounts: list[tuple[str, str, str]], groups: str) -> Path:
    """A /proc/self that tells of these mounts: (folder, root, kind and options)."""
    lines = (f"30 20 0:1 {root} {folder / point} rw - {kind}" for point, root, kind in mounts)
    (folder / "proc").mkdir()
    (folder / "proc/mountinfo").write_text("20 1 8:1 / / rw - ext4 /dev/sda rw\n" + "\n".join(lines))
    (folder / "proc/cgroup").write_text(groups)
    return folder / "proc"


def group(folder: Path, controllers: str = "", granted: str = "") -> None:
    folder.mkdir(parents=True)
    for name, text in {
        "cgroup.procs": "",
        "cgroup.controllers": controllers,
        "cgroup.subtree_control": granted,
        "memory.use_hierarchy": "1",
    }.items():
        (folder / name).write_text(text)


def test_trees_when_version_1_then_groups_are_made_below_our_own(tmp_path: Path) -> None:
    group(tmp_path / "memory/jobs/7")
    group(tmp_path / "cpu,cpuacct")
    mounts = [("memory", "/", "cgroup cgroup rw,memory"), ("cpu,cpuacct", "/", "cgroup cgroup rw,cpu,cpuacct")]
    proc = host(
        tmp_path, [*mounts, ("freezer", "/", "cgroup c rw,freezer")], "4:memory:/jobs/7\n2:cpu,cpuacct:/\n0::/\n"
    )
    assert find_trees(proc) == (
        Tree(tmp_path / "memory/jobs/7", ("memory",), unified=False),
        Tree(tmp_path / "cpu,cpuacct", ("cpu",), unified=False),
    )


@pytest.mark.parametrize(("unified", "file", "weight"), [(True, "cpu.weight", "51"), (False, "cpu.shares", "524")])
def test_group_of_a_grader_that_stands_back_weighs_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unified: bool, file: str, weight: str
) -> None:
    written: dict[str, str] = {}
    monkeypatch.setattr(cgroups, "_write", lambda path, value: written.update({path.name: value}))
    for niceness, expected in ((0, {}), (3, {file: weight})):
        monkeypatch.setattr("graders.host.priority._niceness", lambda niceness=niceness: niceness)
        Group((Tree(tmp_path, ("cpu",), unified),))
        assert written == expected


def test_groups_are_made_beside_a_leaf_of_version_2(tmp_path: Path) -> None:
    group(tmp_path / "v2", "cpu memory pids", "cpu memory pids")
    group(tmp_path / "v2/user", "cpu memory pids", "cpu memory pids")
    group(tmp_path / "v2/user/scope", "memory pids")
    refuse(tmp_path / "v2/user/scope/cgroup.subtree_control")
    proc = host(tmp_path, [("v2", "/", "cgroup2 cgroup2 rw")], "0::/user/scope\n")
    (tree,) = find_trees(proc)
    assert tree == Tree(tmp_path / "v2/user", ("memory", "pids", "cpu"), unified=True)


def refuse(file: Path) -> None:
    """As the kernel refuses to give controllers below a group that holds processes."""
    file.unlink()
    file.mkdir()


def test_folder_of_ours_in_version_2_is_given_controllers(tmp_path: Path) -> None:
    group(tmp_path / "v2", "memory pids")
    proc = host(tmp_path, [("v2", "/", "cgroup2 cgroup2 rw")], "0::/\n")
    find_trees(proc)
    assert (tmp_path / "v2/cgroup.subtree_control").read_text().startswith("+")  # a real one would add each


@pytest.mark.parametrize(
    ("mounts", "groups"),
    [
        ([("memory", "/", "cgroup cgroup rw,memory")], "4:memory:/elsewhere\n"),  # not there
        ([("memory", "/jobs", "cgroup cgroup rw,memory")], "4:memory:/other\n"),  # not in this mount
        ([("memory", "/", "cgroup cgroup rw,memory")], "4:memory:/../host\n"),  # above our namespace
        ([("memory", "/", "cgroup2 cgroup2 rw")], "0::/\n"),  # without a memory controller
        ([], "0::/\n"),
    ],
)
def test_trees_when_not_ours_then_there_are_none(
    tmp_path: Path, mounts: list[tuple[str, str, str]], groups: str
) -> None:
    group(tmp_path / "memory", "cpuset")
    assert find_trees(host(tmp_path, mounts, groups)) == ()


def test_trees_when_no_linux_then_there_are_none(tmp_path: Path) -> None:
    assert find_trees(tmp_path) == ()


@pytest.mark.parametrize("unified", [False, True])
def test_group_when_bounded_then_every_controller_is_told(tmp_path: Path, unified: bool) -> None:
    one = Group((Tree(tmp_path, ("memory", "pids", "cpu"), unified),))
    (folder,) = one.folders
    names = {
        False: (
            "memory.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "pids.max",
            "cpu.cfs_quota_us",
            "cpu.cfs_period_us",
        ),
        True: ("memory.max", "memory.swap.max", "pids.max", "cpu.max"),
    }[unified]
    for name in names:
        (folder / name).touch()
    one.bound(1 << 20, 7, 1.5)
    told = {name: (folder / name).read_text() for name in names}
    assert told["pids.max"] == "7"
    assert told[names[0]] == "1048576"
    assert told["memory.swap.max" if unified else "memory.memsw.limit_in_bytes"] == ("0" if unified else "1048576")
    assert told["cpu.max" if unified else "cpu.cfs_quota_us"] == ("150000 100000" if unified else "150000")
    (folder / ("memory.events" if unified else "memory.oom_control")).write_text(
        "oom 5\noom_kill 3\noom_group_kill 0\n"
    )
    assert one.memory_kills() == 3


def test_group_when_one_tree_gives_none_then_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Group((Tree(tmp_path, ("pids",), False), Tree(tmp_path / "absent", ("memory",), False)))
    assert list(tmp_path.iterdir()) == []


def test_groups_when_their_graders_have_died_then_they_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(tmp_path, ("memory",), False)
    (ours,) = Group((tree,)).folders
    _, space, pid, started, _ = ours.name.split("-")
    dead = [tmp_path / f"deepgrade-{space}-{pid}-1-0", tmp_path / f"deepgrade-{space}-999999999-{started}-4"]
    foreign, forgotten = tmp_path / "deepgrade-1-2-3-4", tmp_path / "deepgrade-1-2-3-5"
    others = tmp_path / "docker"
    for folder in (*dead, foreign, forgotten, others):
        folder.mkdir()
    os.utime(forgotten, (0, 0))
    assert sorted(sweep((tree,))) == sorted([*dead, forgotten])
    assert sorted(tmp_path.iterdir()) == sorted([ours, foreign, others])


# --- on this host ---


@pytest.fixture
def trees() -> tuple[Tree, ...]:
    found = find_trees()
    if not any("memory" in tree.controllers for tree in found):
        pytest.skip("no control group of this host is ours to use")
    return found


@pytest.fixture(params=["grouped", "weighed"])
def counting(request: pytest.FixtureRequest, bubblewrap: Bubblewrap) -> Iterator[Bubblewrap]:
    """With the kernel's account of the whole sandbox, and with the guest's own."""
    backend = Bubblewrap()
    backend._found = bubblewrap.guest
    if request.param == "weighed":
        backend.trees = ()
    else:
        request.getfixturevalue("trees")
    yield backend
    assert left_here() == []


def left_here() -> list[Path]:
    return [folder for tree in find_trees() for folder in tree.folder.glob(f"{cgroups._signature()}-*")]


HEAD = """
import ctypes, mmap, os, socket, time
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
def twice(x):
    return x
def fill(megabytes):
    return b'x' * (megabytes << 20)
def answer(x):
"""
# (what it does, what becomes of it) with 128 MB; each is bounded to some 600 MB should nothing stop it
HOGS = {
    "children": ("for _ in range(6): os.fork() or (fill(100), time.sleep(9))\ntime.sleep(3)", "memory"),
    "burst": ("for _ in range(8): os.fork() or (fill(70), os._exit(0))\ntime.sleep(1)\nreturn 1", ("memory", "done")),
    "files_and_heap": ("for n in range(2): open(f'/tmp/{n}', 'wb').write(bytes(30 << 20))\n"
                       "for _ in range(3): os.fork() or (fill(100), time.sleep(9))\ntime.sleep(3)", "memory"),
    "made_read_only": ("size = 100 << 20\nfor _ in range(6):\n    at = libc.mmap(None, size, 3, 0x22, -1, 0)\n"
                       "    ctypes.memset(at, 1, size)\n    libc.mprotect(at, size, 1)\ntime.sleep(1)", "memory"),
    "downwards": ("return libc.mmap(None, 600 << 20, 3, 0x122, -1, 0) == 2 ** 64 - 1", "done"),
    "addresses": ("return libc.mmap(None, 1 << 44, 1, 0x4022, -1, 0) == 2 ** 64 - 1", "done"),
    "page_tables": ("size = 6 << 30\nfor _ in range(40):\n    if os.fork(): continue\n"
                    "    at = libc.mmap(None, size, 1, 0x4022, -1, 0)\n    libc.madvise(at, size, 15)\n"
                    "    for n in range(0, size, 1 << 21): ctypes.c_char.from_address(at + n).value\n"
                    "    time.sleep(9)\ntime.sleep(3)", "memory"),
    "inodes": ("for n in range(400_000): os.close(os.open(f'/tmp/{n}', os.O_CREAT))", ("memory", "done")),
    "own_limit_first": ("return np.ones(200 << 17)", "memory"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HOGS)
def test_memory_taken_any_way_ends_the_run_and_the_next_goes_on(counting: Bubblewrap, run: Run, name: str) -> None:
    body, ending = HOGS[name]
    source = HEAD + textwrap.indent(body, "    ") + "\n"
    limits = Limits(wall_s=8.0, memory_mb=128, processes=48)
    first, second = run(counting, source, job("answer", limits), job("twice", limits)).outcomes
    assert first.ending in ending if isinstance(ending, tuple) else first.ending == ending
    if ending == "done":
        assert first.traces["a#0"].outputs["out"] is True
    if name == "own_limit_first":
        crash = first.traces["a#0"].crash
        assert crash is not None
        assert crash.line == HEAD.count("\n") + 1
    assert second.ending == "done"


def test_burst_when_too_short_to_be_seen_then_the_kernel_sees_it(trees: tuple[Tree, ...], run: Run) -> None:
    """Ten milliseconds of too much memory, in a child of a child, and a right answer."""
    body = "    for _ in range(5): os.fork() or (fill(100), time.sleep(0.3), os._exit(0))\n    time.sleep(0.4)\n"
    assert trees
    outcome = run(Bubblewrap(), HEAD + body, job("answer", Limits(wall_s=5, memory_mb=128))).outcomes[0]
    assert (outcome.ending, outcome.detail) == ("memory", "all its processes together")


def test_sandbox_when_open_then_all_of_it_is_in_its_group(bubblewrap: Bubblewrap, trees: tuple[Tree, ...]) -> None:
    with bubblewrap.open() as sandbox:
        assert sandbox.group is not None
        folders = list(sandbox.group.folders)
        assert {name for tree in trees for name in tree.controllers} == set(sandbox.group.controllers)
        for folder in folders:
            assert len((folder / "cgroup.procs").read_text().split()) == 2  # bubblewrap and the guest
            assert str(sandbox.process.pid) in (folder / "cgroup.procs").read_text().split()
        result = sandbox.run(Batch({UNIT: "def answer(x):\n    return x\n"}, {UNIT: SPEC}, (job(),)))
        assert result.record["groups"] == list(sandbox.group.controllers)
        assert (result.record["weaker"], "job_memory" in bubblewrap.missing) == ({}, "job_memory" in bubblewrap.missing)
    assert not any(folder.exists() for folder in folders)


def test_processor_when_many_want_it_then_a_sandbox_has_one(trees: tuple[Tree, ...], run: Run) -> None:
    if not any("cpu" in tree.controllers for tree in trees) or (os.cpu_count() or 1) < 2:
        pytest.skip("no group bounds the processor here")
    source = HEAD + textwrap.indent(
        "started, children = time.monotonic(), []\n"
        "for _ in range(4):\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        while time.monotonic() < started + 1.5: pass\n"
        "        os._exit(0)\n"
        "    children.append(child)\n"
        "spent = sum(sum(os.wait4(child, 0)[2][:2]) for child in children)\n"
        "return spent / (time.monotonic() - started)",
        "    ",
    )
    outcome = run(Bubblewrap(), source, job("answer", Limits(wall_s=8))).outcomes[0]
    assert 0 < outcome.traces["a#0"].outputs["out"] < 1.3


def test_guest_ended_by_the_kernel_ran_out_of_memory(
    bubblewrap: Bubblewrap, trees: tuple[Tree, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first process too is in the group; here it is the one that the kernel chooses."""
    with bubblewrap.open() as sandbox:
        assert sandbox.group is not None
        bound = Group.bound
        monkeypatch.setattr(Group, "bound", lambda self, size, *rest: bound(self, 80 << 20, *rest))
        (inside,) = Path(f"/proc/{sandbox.process.pid}/task/{sandbox.process.pid}/children").read_text().split()
        Path(f"/proc/{inside}/oom_score_adj").write_text("1000")
        monkeypatch.setattr("graders.sandbox.bubblewrap._weight", lambda batch: 0)
        runs = (("a#0", {"x": np.ones(120 << 17)}),)
        result = sandbox.run(
            Batch({UNIT: "def answer(x):\n    return 1\n"}, {UNIT: SPEC}, (Job(UNIT, "answer", runs),))
        )
    assert result.record["exit"] == "memory"


def test_guest_counts_itself_where_nobody_may_be_moved(
    bubblewrap: Bubblewrap, trees: tuple[Tree, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(self: Group, pid: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Group, "add", add)
    backend = Bubblewrap()
    with backend.open() as sandbox:
        assert (sandbox.group, backend.trees) == (None, ())
        result = sandbox.run(Batch({UNIT: "def answer(x):\n    return x\n"}, {UNIT: SPEC}, (job(),)))
    assert result.outcomes[0].ending == "done"
    assert result.record["weaker"] == {"job_memory": LOOKING}
    assert "job_memory" in result.record["missing"]
    assert left_here() == []


def test_group_without_its_bounds_grades_nothing(
    bubblewrap: Bubblewrap, trees: tuple[Tree, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def bound(self: Group, *given: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(Group, "bound", bound)
    with (
        bubblewrap.open() as sandbox,
        pytest.raises(SandboxError, match=r"control group does not accept its limits: Device or resource"),
    ):
        sandbox.run(Batch({UNIT: ""}, {UNIT: SPEC}, (job(),)))
    assert left_here() == []


def test_doctor_says_what_is_weaker_without_a_group(bubblewrap: Bubblewrap) -> None:
    backend = Bubblewrap()
    backend.trees = ()
    found = {trial.name: trial for trial in trials(backend)}
    assert not found["job_memory"].held
    assert found["job_memory"].through == LOOKING
    assert all(trial.held for trial in found.values() if trial.required)


def test_groups_of_a_killed_grader_are_swept_at_the_next_start(trees: tuple[Tree, ...]) -> None:
    code = (
        "import time\nfrom graders.sandbox.bubblewrap import Bubblewrap\nsandbox = Bubblewrap().open()\n"
        "print(*sandbox.group.folders, flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        folders = [Path(name) for name in grader.stdout.readline().split()]
        grader.send_signal(signal.SIGKILL)
    assert folders
    deadline = time.monotonic() + 5
    while any(folder.exists() for folder in folders) and time.monotonic() < deadline:
        sweep(trees)
    assert not any(folder.exists() for folder in folders)


# --- as somebody who is not root ---

AS_NOBODY = """
set -e
prefix=$(dirname "$(dirname "$(readlink -f "$1")")")
held=$(mktemp -d); mount --bind "$prefix" "$held"
case "$prefix" in /root/*)
  mount -t tmpfs -o mode=755 none /root
  mkdir -p "$prefix"; mount --bind "$held" "$prefix";;
esac
umount "$held"; rmdir "$held"
exec setpriv --reuid 65534 --regid 65534 --clear-groups env -i PATH="$PATH" XDG_CACHE_HOME="$2" PYTHONPATH="$4" \
  PYTHONDONTWRITEBYTECODE=1 "$1" -c "$3"
"""
TRIALS = """
import json
from graders.sandbox.bubblewrap import Bubblewrap
from graders.sandbox.doctor import trials
backend = Bubblewrap()
print(json.dumps([[t.name, t.held, t.required] for t in trials(backend)]))
print(json.dumps([list(tree.controllers) for tree in backend.trees]))
"""


@pytest.fixture
def cache() -> Iterator[Path]:
    """A folder that everybody may enter, which pytest's are not."""
    folder = Path("/tmp") / f"deepgrade-test-{os.getpid()}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def as_nobody(cache: Path, code: str, first: str = "") -> list[str]:
    """What ``code`` prints when an unprivileged user runs it, in a namespace in which our Python is readable."""
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become somebody else")
    given = (sys.executable, str(cache), code, str(Path(__file__).parents[2]))
    command = [
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        f"{first}\n{AS_NOBODY}",
        "as-nobody",
        *given,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_sandbox_of_somebody_else_holds_all_that_is_required(cache: Path) -> None:
    said, trees = as_nobody(cache, TRIALS)
    held = {name: holds for name, holds, _ in json.loads(said)}
    assert {name for name, holds in held.items() if not holds} <= {"job_memory", "landlock"}
    if not json.loads(trees):
        assert not held["job_memory"]


def test_group_given_to_somebody_needs_no_root(cache: Path, trees: tuple[Tree, ...]) -> None:
    """As systemd gives each person a folder of the tree."""
    given = [tree.folder / f"given-{os.getpid()}" for tree in trees]
    leaves = [folder / "leaf" if tree.unified else folder for folder, tree in zip(given, trees, strict=True)]
    join = "\n".join(f"echo $$ > {leaf}/cgroup.procs" for leaf in leaves)
    try:
        for folder in dict.fromkeys((*given, *leaves)):
            folder.mkdir()
            for path in (folder, folder / "cgroup.procs", folder / "cgroup.subtree_control"):
                if path.exists():
                    os.chown(path, 65534, 65534)
        said, named = as_nobody(cache, TRIALS, join)
    finally:
        for folder in dict.fromkeys((*leaves, *given)):
            folder.rmdir()
    assert {name for held in json.loads(named) for name in held} == {
        name for tree in trees for name in tree.controllers
    }
    assert {name: holds for name, holds, _ in json.loads(said)}["job_memory"]
