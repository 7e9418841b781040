"""Control groups, version 1 or 2: one per sandbox, so that the kernel bounds everything in it together.

They are created below our own group or, if that may not have groups below it (version 2: a group holds either
processes or groups), beside it, so that whatever bounds us also bounds them. This does not need root if a folder of
the tree was delegated to us (systemd does so for each user's services: ``systemd-run --user --scope deepgrade …``).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graders.host.priority import share
from graders.sandbox.process_owner import owner_here, started_at

__all__ = ["CONTROLLERS", "Group", "Tree", "find_trees", "sweep"]

CONTROLLERS = ("memory", "pids", "cpu")
PREFIX = "deepgrade-"
REMOVAL_S = 1.0  # the last process of a group may still be exiting
FOREIGN_S = 86_400.0  # if a group of a grader that we cannot see has been empty this long, its grader is gone


@dataclass(frozen=True)
class Tree:
    """A folder in which groups can be created, with these controllers; ``unified``: version 2."""

    folder: Path
    controllers: tuple[str, ...]
    unified: bool


def find_trees(proc: Path = Path("/proc/self")) -> tuple[Tree, ...]:
    """Where we may create groups; empty if nowhere."""
    try:
        mounts = list(_mounts((proc / "mountinfo").read_text()))
        groups = dict(_groups((proc / "cgroup").read_text()))
    except OSError:  # not Linux, or no control groups
        return ()
    found: list[Tree] = []
    for names, root, point in mounts:
        wanted = tuple(name for name in CONTROLLERS if name in names or not names)
        own = _inside(point, root, groups.get(next(iter(names), "")))
        if not wanted or own is None:
            continue
        tree = _version_2(own, point) if not names else _version_1(own, wanted)
        taken = {name for one in found for name in one.controllers}
        if tree is not None and not taken & set(tree.controllers):
            found.append(tree)
    return tuple(found)


def _mounts(text: str) -> Iterator[tuple[tuple[str, ...], str, Path]]:
    """(controllers, root, mount point) of each tree; version 2 lists none."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            root, point = (field.encode().decode("unicode_escape") for field in before.split(" ")[3:5])
            yield tuple(options.split(",")[1:] if kind == "cgroup" else ()), root, Path(point)


def _groups(text: str) -> Iterator[tuple[str, str]]:
    """Our own group by controller; "" for version 2."""
    for line in text.splitlines():
        _, names, path = line.split(":", 2)
        yield from ((name, path) for name in names.split(","))


def _inside(point: Path, root: str, path: str | None) -> Path | None:
    """The folder of a group under a mount that shows the tree from ``root``."""
    if path is None or "/.." in path or not f"{path}/".startswith(root.rstrip("/") + "/"):
        return None
    return point / path[len(root.rstrip("/")) :].lstrip("/")


def _version_1(own: Path, wanted: tuple[str, ...]) -> Tree | None:
    if not _ours(own) or ("memory" in wanted and _read(own / "memory.use_hierarchy") == "0"):
        return None
    return Tree(own, wanted, unified=False)


def _version_2(own: Path, top: Path) -> Tree | None:
    for folder in (own, own.parent) if own != top else (own,):
        if not _ours(folder) or "memory" not in _read(folder / "cgroup.controllers").split():
            continue
        for name in CONTROLLERS:
            with contextlib.suppress(OSError):  # it holds processes, or lacks that controller
                if name not in _read(folder / "cgroup.subtree_control").split():
                    _write(folder / "cgroup.subtree_control", f"+{name}")
        granted = _read(folder / "cgroup.subtree_control").split()
        if "memory" in granted:
            return Tree(folder, tuple(name for name in CONTROLLERS if name in granted), unified=True)
    return None


def _ours(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and os.access(folder / "cgroup.procs", os.W_OK)


# --- one group -------------------------------------------------------------------------------------------------------


class Group:
    """A group for one sandbox, in each tree; ``remove`` it when everything in it is dead."""

    _numbers = itertools.count()

    def __init__(self, trees: tuple[Tree, ...]) -> None:
        """Raises ``OSError`` if the kernel does not create it."""
        name = f"{_signature()}-{next(self._numbers)}"
        self.folders: dict[Path, Tree] = {}
        try:
            for tree in trees:
                folder = tree.folder / name
                folder.mkdir(mode=0o700)
                self.folders[folder] = tree
                _weigh(folder, tree)
        except OSError:
            self.remove()
            raise

    @property
    def controllers(self) -> tuple[str, ...]:
        return tuple(name for tree in self.folders.values() for name in tree.controllers)

    def add(self, pid: int) -> None:
        """Add a process, and with it everything it will start. Raises ``OSError`` if it may not be moved."""
        for folder in self.folders:
            _write(folder / "cgroup.procs", str(pid))

    def bound(self, memory_bytes: int, processes: int, cpus: float) -> None:
        """Set what all of it together may use. Raises ``OSError`` if that is less than already in use."""
        for folder, tree in self.folders.items():
            for name in tree.controllers:
                for file, value in _settings(name, tree.unified, memory_bytes, processes, cpus).items():
                    if name != "memory" or (folder / file).exists():  # swap accounting may be off
                        _write(folder / file, value)

    def open_events(self) -> int:
        """The file in which the kernel counts processes ended because memory ran out; -1 without a memory bound."""
        return next((os.open(file, os.O_RDONLY | os.O_CLOEXEC) for file in self._events()), -1)

    def memory_kills(self) -> int:
        from graders.sandbox.guest.limits import memory_kills

        events = self.open_events()
        if events < 0:
            return 0
        try:
            return memory_kills(events)
        finally:
            os.close(events)

    def _events(self) -> Iterator[Path]:
        for folder, tree in self.folders.items():
            if "memory" in tree.controllers:
                yield folder / ("memory.events" if tree.unified else "memory.oom_control")

    def remove(self) -> None:
        """May be called more than once; a group that cannot be removed now is removed at the next start."""
        deadline = time.monotonic() + REMOVAL_S
        for folder in list(self.folders):
            while not _removed(folder) and time.monotonic() < deadline:
                time.sleep(0.005)
        self.folders = {}


def _weigh(folder: Path, tree: Tree) -> None:
    """It gets as low a priority as we have: niceness counts only within a group."""
    if "cpu" in tree.controllers and share() < 1:
        file, whole = ("cpu.weight", 100) if tree.unified else ("cpu.shares", 1024)
        with contextlib.suppress(OSError):  # a limit must hold or there is no group; this is not a limit
            _write(folder / file, str(max(2, int(share() * whole))))


def _settings(name: str, unified: bool, memory_bytes: int, processes: int, cpus: float) -> Mapping[str, str]:
    """Files and values; swap would count as memory too, so there is none."""
    period = 100_000
    quota = str(int(cpus * period))
    if name == "pids":
        return {"pids.max": str(processes)}
    if name == "cpu":
        if unified:
            return {"cpu.max": f"{quota} {period}"}
        return {"cpu.cfs_period_us": str(period), "cpu.cfs_quota_us": quota}
    if unified:
        return {"memory.max": str(memory_bytes), "memory.swap.max": "0"}
    return {"memory.limit_in_bytes": str(memory_bytes), "memory.memsw.limit_in_bytes": str(memory_bytes)}


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


# --- what dead graders left ------------------------------------------------------------------------------------------


def _signature() -> str:
    """Distinguishes this very process from every later one; a group does not outlive the boot."""
    here = owner_here()
    return f"{PREFIX}{''.join(filter(str.isdigit, here.namespace))}-{here.pid}-{here.started}"


def sweep(trees: tuple[Tree, ...]) -> list[Path]:
    """Remove the groups of dead graders and end what is left in them; returns the folders."""
    namespace = _signature().split("-")[1]
    swept = []
    for tree in trees:
        for folder in tree.folder.glob(f"{PREFIX}*-*-*-*"):
            if not _abandoned(folder, namespace):
                continue
            for pid in _read(folder / "cgroup.procs").split():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(int(pid), signal.SIGKILL)
            deadline = time.monotonic() + REMOVAL_S
            while not (gone := _removed(folder)) and time.monotonic() < deadline:
                time.sleep(0.005)
            swept += [folder] if gone else []
    return swept


def _abandoned(folder: Path, namespace: str) -> bool:
    _, space, pid, started, *_ = folder.name.split("-")
    if space == namespace:
        return started_at(pid) != started
    with contextlib.suppress(OSError):  # we cannot see the grader of another pid namespace
        return not _read(folder / "cgroup.procs") and time.time() - folder.stat().st_mtime > FOREIGN_S
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)
