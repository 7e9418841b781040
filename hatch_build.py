"""The wheel's panel for JupyterLab: built by npm from labextension/ where that has changed, else as it was built.

``python hatch_build.py`` (``make labextension``) only builds. An editable installation needs neither panel nor node.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "labextension"
BUILT = SOURCES / "build" / "lab"
NOTE = SOURCES / "build" / "sources.sha256"  # of what BUILT was made from
INSTALLED = "share/jupyter/labextensions/deepgrade"
NO_NODE = (
    "The panel for JupyterLab is not built, and {program} is missing. Install Node.js 20 or newer with npm, then run: "
    "make labextension"
)


class NotBuiltError(RuntimeError):
    """The panel is not there and cannot be made here; says what to do."""


def build_panel() -> Path:
    """The folder with the built panel; npm is run only where its sources have changed since."""
    if is_fresh():
        return BUILT
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotBuiltError(NO_NODE.format(program=program))
    with _alone():
        if not is_fresh():
            if not _is_installed():
                _run("npm", "ci", "--no-audit", "--no-fund")
            _run("npm", "run", "--silent", "build")
            NOTE.write_text(_digest(), encoding="ascii")
    return BUILT


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One build at a time: two processes of a test run may want a wheel."""
    import fcntl

    NOTE.parent.mkdir(parents=True, exist_ok=True)
    with (NOTE.parent / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_fresh() -> bool:
    """Whether the built panel is that of these sources."""
    return (
        (BUILT / "package.json").is_file() and NOTE.is_file() and NOTE.read_text(encoding="ascii").strip() == _digest()
    )


def _digest() -> str:
    named = [SOURCES / name for name in ("package.json", "package-lock.json", "tsconfig.json")]
    digest = hashlib.sha256()
    for path in (*named, *sorted(p for part in ("src", "style", "scripts") for p in (SOURCES / part).rglob("*.*"))):
        digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_installed() -> bool:
    """Whether npm has installed exactly what the lock file names: it notes that in a hidden copy of it."""
    there, lock = SOURCES / "node_modules" / ".package-lock.json", SOURCES / "package-lock.json"
    return there.is_file() and there.stat().st_mtime >= lock.stat().st_mtime


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise NotBuiltError(f"{' '.join(command)} failed in {SOURCES}:\n{said}")


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # `make labextension` needs nothing but node
    pass
else:

    class PanelHook(BuildHookInterface):  # type: ignore[type-arg, unused-ignore]
        """Puts the built panel into the wheel, and into the sdist beside its sources."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            if version == "editable":
                return
            built = build_panel()
            if self.target_name == "wheel":
                build_data["shared_data"][str(built)] = INSTALLED
            else:
                build_data["force_include"][str(built)] = built.relative_to(ROOT).as_posix()
                build_data["force_include"][str(NOTE)] = NOTE.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    try:
        print(build_panel().relative_to(ROOT))
    except NotBuiltError as error:
        sys.exit(str(error))
