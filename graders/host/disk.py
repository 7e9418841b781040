"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from graders.messages.errors import DiskError

__all__ = ["refused_write", "require_writable", "touch_file", "write_file"]

# What helps where a file cannot be written, by message id: the numbers of the system's reasons.
REMEDIES = {
    "step.disk_full": (errno.ENOSPC, errno.EDQUOT),
    "step.disk_rights": (errno.EACCES, errno.EPERM, errno.EROFS),
    "step.disk_file": (errno.EEXIST, errno.ENOTDIR),
}
TRIAL = bytes(1 << 16)  # about a student's report and page


def write_file(path: Path, content: bytes) -> None:
    """Write whole or not at all: a file beside it, flushed to disk, then renamed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".writing.")  # a name of its own length
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
    """An empty file, created at once; it must outlive this process, not the machine."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
    except OSError as error:
        raise refused_write(path, error) from error


def require_writable(folder: Path) -> None:
    """Refuse where files could not be written into ``folder``, which need not be there yet; leaves nothing behind."""
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
    """The fault for a file that cannot be written, with what helps."""
    step = next((id for id, numbers in REMEDIES.items() if error.errno in numbers), "step.disk_other")
    return DiskError(
        "disk.unwritable", path=str(path), reason=str(error.strerror or error), step={"id": step, "params": {}}
    )
