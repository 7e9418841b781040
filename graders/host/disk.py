"""Files written completely or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from graders.messages.errors import DiskError

__all__ = ["refused_write", "require_writable", "touch_file", "write_file"]

# Advice for a file that cannot be written, by message id: the system's error numbers.
REMEDIES = {
    "step.disk_full": (errno.ENOSPC, errno.EDQUOT),
    "step.disk_rights": (errno.EACCES, errno.EPERM, errno.EROFS),
    "step.disk_file": (errno.EEXIST, errno.ENOTDIR),
}
TRIAL = bytes(1 << 16)  # about the size of a student's report and page


def write_file(path: Path, content: bytes) -> None:
    """Write the file completely or not at all: to a temporary file beside it, flushed to disk, then renamed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".writing.")  # its length never depends on the path
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise refused_write(path, error) from error


def touch_file(path: Path) -> None:
    """Create an empty file at once; it must survive this process, not the machine."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
    except OSError as error:
        raise refused_write(path, error) from error


def require_writable(folder: Path) -> None:
    """DiskError if files cannot be written into ``folder``, which need not exist yet; leaves nothing behind."""
    there = next(one for one in (folder, *folder.absolute().parents) if os.path.lexists(one))
    try:
        descriptor, name = tempfile.mkstemp(dir=there, prefix=".writing.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(TRIAL)
                file.flush()
                os.fsync(file.fileno())
        finally:
            os.unlink(name)
    except OSError as error:
        raise refused_write(folder, error) from error


def refused_write(path: Path, error: OSError) -> DiskError:
    """The error for a file that cannot be written, with advice."""
    step = next((id for id, numbers in REMEDIES.items() if error.errno in numbers), "step.disk_other")
    return DiskError(
        "disk.unwritable", path=str(path), reason=str(error.strerror or error), step={"id": step, "params": {}}
    )
