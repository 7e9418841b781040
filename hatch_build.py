"""What npm builds for the wheel: JupyterLab's panel, and the editor and formulas of the service's pages.

Each is built where its sources have changed, else taken as it was built. ``python hatch_build.py webclient`` (``make
labextension``, ``make webclient``) only builds. An editable installation needs neither of them, nor node.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent
INSTALLED = "share/jupyter/labextensions/deepgrade"
NO_NODE = "{what} not built, and {program} is missing. Install Node.js 20 or newer with npm, then run: make {name}"
CONFIGURED = ("package.json", "package-lock.json", "tsconfig.json")
FOLDERS = ("src", "style", "scripts")


class NotBuiltError(RuntimeError):
    """What is to be packed is not there and cannot be made here; says what to do."""


class Package(NamedTuple):
    """Sources in the folder ``name``, of which npm makes the folder ``built``; ``sign`` is one of its files."""

    name: str
    what: str
    built: Path
    sign: str

    @property
    def sources(self) -> Path:
        return ROOT / self.name

    @property
    def note(self) -> Path:
        """Says which sources ``built`` was made from."""
        return self.sources / "build" / "sources.sha256"


PANEL = Package("labextension", "The panel for JupyterLab is", ROOT / "labextension" / "build" / "lab", "package.json")
PAGES = Package(
    "webclient", "The editor and the formulas of the pages are", ROOT / "graders/server/web/static/bundle", "editor.js"
)


def build(package: Package) -> Path:
    """The folder that npm has built; npm is run only where the sources have changed since."""
    if is_fresh(package):
        return package.built
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotBuiltError(NO_NODE.format(what=package.what, program=program, name=package.name))
    with _alone(package):
        if not is_fresh(package):
            if not is_installed(package):
                _run(package, "npm", "ci", "--no-audit", "--no-fund")
            shutil.rmtree(package.built, ignore_errors=True)
            _run(package, "npm", "run", "--silent", "build")
            package.note.write_text(_digest(package), encoding="ascii")
    return package.built


@contextlib.contextmanager
def _alone(package: Package) -> Iterator[None]:
    """One build at a time: two processes of a test run may want a wheel."""
    import fcntl

    package.note.parent.mkdir(parents=True, exist_ok=True)
    with (package.note.parent / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_fresh(package: Package) -> bool:
    """Whether what is built is that of these sources."""
    there = (package.built / package.sign).is_file() and package.note.is_file()
    return there and package.note.read_text(encoding="ascii").strip() == _digest(package)


def _digest(package: Package) -> str:
    root, digest = package.sources, hashlib.sha256()
    named = [path for path in (root / name for name in CONFIGURED) if path.is_file()]
    for path in (*named, *sorted(p for part in FOLDERS for p in (root / part).rglob("*.*"))):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_installed(package: Package) -> bool:
    """Whether npm has installed exactly what the lock file names: it notes that in a hidden copy of it."""
    there, lock = package.sources / "node_modules" / ".package-lock.json", package.sources / "package-lock.json"
    return there.is_file() and there.stat().st_mtime >= lock.stat().st_mtime


def _run(package: Package, *command: str) -> None:
    done = subprocess.run(command, cwd=package.sources, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise NotBuiltError(f"{' '.join(command)} failed in {package.sources}:\n{said}")


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # `make labextension` and `make webclient` need nothing but node
    pass
else:

    class NpmHook(BuildHookInterface):  # type: ignore[type-arg, unused-ignore]
        """Puts what is built into the wheel, and into the sdist beside its sources."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if version == "editable":
                return
            for package in (PANEL, PAGES):
                built, inside = build(package), package.built.relative_to(ROOT).as_posix()
                if self.target_name != "wheel":
                    note = package.note.relative_to(ROOT).as_posix()
                    build_data["force_include"].update({str(built): inside, str(package.note): note})
                elif package is PANEL:
                    build_data["shared_data"][str(built)] = INSTALLED
                else:
                    build_data["force_include"][str(built)] = inside


if __name__ == "__main__":
    try:
        for asked in sys.argv[1:] or [PANEL.name, PAGES.name]:
            print(build({one.name: one for one in (PANEL, PAGES)}[asked]).relative_to(ROOT))
    except NotBuiltError as error:
        sys.exit(str(error))
