"""A copy of all that the service keeps, made and put back while it runs: SQLite's own way of copying a live database.

In the copy is every receipt that was given before it began: a receipt is given after its commit.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from pathlib import Path

from sqlalchemy import make_url

from graders.host.disk import refused_write, require_writable
from graders.messages.errors import UsageError

__all__ = ["NAME", "SECRET", "back_up", "restore"]

NAME, SECRET = "deepgrade.db", "secret"
WAIT_S = 30.0


def back_up(url: str, data: Path, to: Path) -> Path:
    """Copy the database at ``url`` and the secret of ``data`` into the new folder ``to``; nothing half-made is left.

    UsageError where there is nothing to copy, ``to`` exists, or the database is PostgreSQL's, which has its own tools.
    """
    source = _file_of(url)
    if not source.is_file():
        raise UsageError("server.no_database", path=str(source))
    if os.path.lexists(to):
        raise UsageError("server.backup_there", path=str(to))
    require_writable(to.absolute().parent)
    half = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        half.mkdir(mode=0o700, parents=True)
        _copy(source, half / NAME)
        _require_whole(half / NAME, to)
        if (data / SECRET).is_file():
            shutil.copy2(data / SECRET, half / SECRET)
        for path in (*half.iterdir(), half):
            _to_disk(path)
        half.rename(to)
        _to_disk(to.absolute().parent)
    except OSError as error:
        raise refused_write(to, error) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return to / NAME


def restore(backup: Path, url: str, data: Path) -> Path | None:
    """Put a backup back, in one transaction that a running service sees as a whole; where the former state is kept.

    Its former state, if there was one, is a backup of its own beside the data.
    """
    source, target = backup / NAME, _file_of(url)
    if not source.is_file():
        raise UsageError("server.no_database", path=str(source))
    _require_whole(source, backup)
    require_writable(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = None
    if target.is_file():
        before = data / f"before-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
        back_up(url, data, before)
    _copy(source, target)
    if (backup / SECRET).is_file():
        shutil.copy2(backup / SECRET, data / SECRET)
    return before


def _file_of(url: str) -> Path:
    found = make_url(url)
    if found.get_backend_name() != "sqlite" or not found.database:
        raise UsageError("server.backup_kind")
    return Path(found.database)


def _copy(source: Path, target: Path) -> None:
    """One read transaction there, one write transaction here."""
    target.touch(mode=0o600)
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as read,
            contextlib.closing(sqlite3.connect(target, timeout=WAIT_S)) as written,
        ):
            read.execute(f"PRAGMA busy_timeout={int(WAIT_S * 1000)}")
            written.execute("PRAGMA synchronous=FULL")
            read.backup(written)
    except sqlite3.Error as error:
        raise UsageError("server.backup_bad", path=str(source), reason=str(error).rstrip(".")) from None


def _require_whole(path: Path, named: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            said = database.execute("PRAGMA integrity_check").fetchone()[0]
            database.execute("SELECT count(*) FROM submission").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise UsageError("server.backup_bad", path=str(named), reason=str(said)[:200].rstrip("."))


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
