"""Temporary folders for students' work, removed after use, or at the next start if their process was killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from graders.sandbox.process_owner import owner_here, started_at

__all__ = ["clear", "own_folder"]

FOREIGN_S = 86_400.0  # maximum age where the process, in another container, cannot be checked


@contextlib.contextmanager
def own_folder(kind: str, within: Path | None = None) -> Iterator[Path]:
    """A new folder whose name identifies its process, in ``within`` or else in the system's temporary folder."""
    space, pid, started = _here()
    with tempfile.TemporaryDirectory(prefix=f"deepgrade-{kind}-{space}-{pid}-{started}-", dir=within) as made:
        yield Path(made)


def clear(kind: str, within: Path | None = None) -> list[Path]:
    """Remove the folders of processes that no longer exist; returns what was removed."""
    cleared = []
    for folder in (within or Path(tempfile.gettempdir())).glob(f"deepgrade-{kind}-*-*-*-*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            if status.st_uid == os.getuid() and _is_left(folder.name[len(f"deepgrade-{kind}-") :], status.st_mtime):
                shutil.rmtree(folder)
                cleared.append(folder)
    return cleared


def _here() -> tuple[str, int, str]:
    here = owner_here()
    return "".join(filter(str.isdigit, here.namespace)), here.pid, here.started


def _is_left(name: str, changed_at: float) -> bool:
    space, pid, started, *_ = name.split("-")
    if space != _here()[0]:
        return time.time() - changed_at > FOREIGN_S
    return started_at(pid) != started
