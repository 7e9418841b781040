"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from graders.errors import DiskError

__all__ = ["write_file"]


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
        raise DiskError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Free some space or name another folder, then repeat.",
            message_id="disk.unwritable",
            path=str(path),
            reason=str(error.strerror or error),
        ) from error
