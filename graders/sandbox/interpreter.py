"""The guest's Python: an environment with NumPy (and torch) but nothing of the platform, and what it needs to start.

It is found without being started. Its files appear in the sandbox under ``/guest``; of the system, only shared
libraries do.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.host.trust import installation, is_ours
from graders.messages.errors import SandboxError

__all__ = ["GuestPython", "Mount", "build_tree", "cache_folder", "find_guest", "system_mounts"]

VARIABLE = "DEEPGRADE_GUEST"
# The platform files that a guest reads besides ``sandbox/guest/``; no others are inside.
SHARED = (
    "spec/__init__.py",
    "spec/cases.py",
    "spec/draws.py",
    "spec/profile.py",
    "probe/__init__.py",
    "probe/operations.py",
    "probe/parameters.py",
    "probe/values.py",
)


@dataclass(frozen=True)
class Mount:
    """``source`` appears read-only at ``target``; kind ``link``: as a symbolic link, ``blank``: an empty folder."""

    source: str
    target: str
    kind: str = "bind"  # bind, link or blank


@dataclass(frozen=True)
class GuestPython:
    """``executable`` and ``prefix`` belong to the interpreter itself, ``site`` to the environment's packages."""

    home: Path
    executable: Path
    prefix: Path
    version: str
    site: Path

    @property
    def inside(self) -> str:
        """The interpreter's path in the sandbox."""
        return str(self.executable) if self._is_system else "/guest/python/bin/python"

    @property
    def environment(self) -> dict[str, str]:
        return {} if self._is_system else {"LD_LIBRARY_PATH": "/guest/python/lib"}

    @property
    def _is_system(self) -> bool:
        return str(self.prefix) == "/usr"

    def mounts(self) -> Iterator[Mount]:
        """Interpreter, standard library without its own site-packages, and the environment's packages."""
        if self._is_system:
            yield Mount(str(self.executable), str(self.executable))
            library = f"/usr/lib/python{self.version}"
            yield Mount(library, library)
        else:
            yield Mount(str(self.executable), self.inside)
            yield Mount(str(self.prefix / "lib"), "/guest/python/lib")
            if (self.prefix / f"lib/python{self.version}/site-packages").is_dir():
                yield Mount("", f"/guest/python/lib/python{self.version}/site-packages", "blank")
        yield Mount(str(self.site), "/guest/site")


def find_guest(course: Path | None = None) -> GuestPython:
    """The environment named by ``DEEPGRADE_GUEST``, else the course's ``.guest``, else the installation's.

    The working folder is not searched: it may be somebody's upload, and this Python also runs outside the sandbox.
    Raises ``SandboxError`` with the places searched.
    """
    named = os.environ.get(VARIABLE)
    places = [Path(named)] if named else list(_places(course))
    for place in places:
        if (place / "bin" / "python").exists() and (named or _is_ours(place)):
            return _read_environment(place)
    searched = ", ".join(map(str, places))
    raise SandboxError("sandbox.no_guest", places=searched)


def _is_ours(place: Path) -> bool:
    return is_ours(place) and is_ours(place / "bin")


def _places(course: Path | None) -> Iterator[Path]:
    import sys

    folders = ([] if course is None else [course.resolve()]) + [installation(), Path(sys.prefix).parent]
    yield from (folder / ".guest" for folder in dict.fromkeys(folders))


def _read_environment(home: Path) -> GuestPython:
    executable = (home / "bin" / "python").resolve()
    found = next((match for name in (executable.name, *_libraries(home)) if (match := _VERSION.search(name))), None)
    if found is None:
        raise SandboxError("sandbox.no_version", home=str(home))
    version = found[1]
    site = home / "lib" / f"python{version}" / "site-packages"
    if not (site / "numpy").is_dir():
        raise SandboxError("sandbox.no_numpy", path=str(site), home=str(home))
    return GuestPython(home, executable, executable.parents[1], version, site.resolve())


_VERSION = re.compile(r"python(3\.\d+)$")


def _libraries(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "lib").glob("python3.*"))


def system_mounts(root: Path = Path("/")) -> Iterator[Mount]:
    """Shared libraries and the dynamic linker, where this system keeps them."""
    for name in ("lib", "lib64"):
        top = root / name
        if top.is_symlink():
            yield Mount(os.readlink(top), f"/{name}", "link")
        elif top.is_dir():
            yield from _library_folder(root, name)
    for name in ("usr/lib", "usr/lib64"):
        if (root / name).is_dir() and not (root / name).is_symlink():
            yield from _library_folder(root, name)


def _library_folder(root: Path, name: str) -> Iterator[Mount]:
    """Debian's folder for this architecture (and its linker), not the rest of /usr/lib; elsewhere the whole folder."""
    folder = root / name
    narrow = sorted(folder.glob("*-linux-gnu*"))
    for path in narrow or [folder]:
        yield Mount(str(path), "/" + str(path.relative_to(root)))
    if narrow:
        for linker in sorted(folder.glob("ld-linux*")):
            yield Mount(str(linker), "/" + str(linker.relative_to(root)))


# --- the platform files that a guest reads ---------------------------------------------------------------------------


def build_tree(guest: GuestPython, cache: Path | None = None) -> Path:
    """A folder with those files, compiled by the guest's Python; built once per content and version.

    Without compiled files, every start would compile them again, because the sandbox is read-only.
    """
    package = Path(__file__).resolve().parents[1]
    own = sorted(path.relative_to(package).as_posix() for path in (package / "sandbox" / "guest").glob("*.py"))
    texts = {name: (package / name).read_bytes() for name in (*SHARED, *own)}
    digest = hashlib.sha256(repr((guest.version, sorted(texts.items()))).encode()).hexdigest()[:20]
    folder = (cache or cache_folder()) / f"guest-{digest}"
    if not (folder / "complete").exists():
        _write_tree(folder, texts, guest.executable)
    return folder


def cache_folder() -> Path:
    """The user's cache for deepgrade."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "deepgrade"


def _write_tree(folder: Path, texts: dict[str, bytes], executable: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    except OSError as error:
        raise SandboxError("sandbox.guest_unwritable", folder=str(folder.parent), reason=error.strerror) from None
    for name, text in {"__init__.py": b"", "sandbox/__init__.py": b"", **texts}.items():
        path = made / "graders" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    _compile(executable, made)
    (made / "complete").touch()
    for path in (made, *made.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    try:
        made.rename(folder)
    except OSError:  # somebody else was faster
        shutil.rmtree(made, ignore_errors=True)


def _compile(executable: Path, folder: Path) -> None:
    command: Sequence[str] = (
        str(executable), "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(folder)
    )  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=_library_path(executable)
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise SandboxError("sandbox.not_compiled", python=str(executable), reason=last[-1].rstrip("."))


def _library_path(executable: Path) -> dict[str, str]:
    return {"LD_LIBRARY_PATH": str(executable.parents[1] / "lib")}


def arguments(mounts: Iterable[Mount]) -> Iterator[str]:
    """The mounts as bubblewrap's options; parent folders of a target come first: bubblewrap would make them private."""
    made = {Path("/")}
    for mount in mounts:
        for folder in reversed(Path(mount.target).parents):
            if folder not in made:
                made.add(folder)
                yield from ("--dir", str(folder))
        if mount.kind == "link":
            yield from ("--symlink", mount.source, mount.target)
        elif mount.kind == "blank":
            yield from ("--tmpfs", mount.target, "--remount-ro", mount.target)
        else:
            yield from ("--ro-bind", mount.source, mount.target)
