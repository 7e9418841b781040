"""Backup and restore of everything the service keeps, while it runs, with SQLite's own online backup.

A backup contains every receipt given before it began, because a receipt is given only after its commit.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from graders.host.disk import refused_write, require_writable
from graders.messages.errors import BusyError, DiskError, UsageError
from graders.server.leftovers import clear, own_folder
from graders.server.store.engine import open_store
from graders.server.store.migrate import migrate
from graders.server.store.succession import last_number, succeed

__all__ = ["NAME", "SECRET", "back_up", "restore"]

NAME, SECRET = "deepgrade.db", "secret"
WAIT_S = 30.0


def back_up(url: str, data: Path, to: Path) -> Path:
    """Copy the database at ``url`` and the secret of ``data`` into the new folder ``to``; leaves nothing half-made.

    UsageError if there is nothing to copy, ``to`` exists, or the database is PostgreSQL, which has its own tools.
    """
    source = _file_of(url)
    if not source.is_file():
        raise UsageError("server.no_database", path=str(source))
    if os.path.lexists(to):
        raise UsageError("server.backup_there", path=str(to))
    above = to.absolute().parent
    require_writable(above)
    try:
        above.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear("backup", above)
        with own_folder("backup", above) as half:
            _copy(source, half / NAME)
            _make_one_file(half / NAME)
            _require_whole(half / NAME, to)
            if (data / SECRET).is_file():
                shutil.copy2(data / SECRET, half / SECRET)
            for path in (*half.iterdir(), half):
                _to_disk(path)
            half.rename(to)
        _to_disk(above)
    except OSError as error:
        raise refused_write(to, error) from error
    return to / NAME


def restore(backup: Path, url: str, data: Path) -> Path | None:
    """Restore a backup in one transaction, atomic for a running service; returns where the former state is kept.

    The former state, if any, becomes a backup of its own beside the data. It is made while nothing else can write, so
    every receipt is in one of the two.
    """
    source, target = backup / NAME, _file_of(url)
    if not source.is_file():
        raise UsageError("server.no_database", path=str(source))
    _require_whole(source, backup)
    require_writable(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = data / f"before-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}" if target.is_file() else None
    try:
        clear("restore", data)
        if before is not None and not _is_whole(target):
            _put_aside(target, before)
        with own_folder("restore", data) as folder:
            _copy(source, folder / NAME)
            _prepare(folder / NAME, last_number(target))
            _copy(folder / NAME, target, partial(back_up, url, data, before) if before and target.is_file() else None)
            if (backup / SECRET).is_file():
                shutil.copy2(backup / SECRET, folder / SECRET)
                _to_disk(folder / SECRET)
                (folder / SECRET).replace(data / SECRET)
                _to_disk(data)
    except OSError as error:
        raise refused_write(data, error) from error
    return before


def _file_of(url: str) -> Path:
    found = make_url(url)
    if found.get_backend_name() != "sqlite" or not found.database:
        raise UsageError("server.backup_kind")
    return Path(found.database)


def _prepare(path: Path, number: int) -> None:
    """Turn a backup's copy into a database that can replace one in use."""
    store = open_store(f"sqlite:///{path}")
    try:
        migrate(store)
        succeed(store, number)
    finally:
        store.close()
    _make_one_file(path)


def _copy(source: Path, target: Path, locked: Callable[[], object] | None = None) -> None:
    """Copy between one read and one write transaction; calls ``locked`` once no other writer can interfere."""
    target.touch(mode=0o600)
    deadline, called = time.monotonic() + WAIT_S, locked is None

    def step(_: int, left: int, pages: int) -> None:
        nonlocal called
        if pages == 0 and time.monotonic() > deadline:  # not begun: another writer holds the lock
            raise BusyError("server.busy", name=str(target), seconds=f"{WAIT_S:g}")
        if pages and not called:
            called = True
            assert left, "a database has more than the one page that is copied by now"
            assert locked is not None
            locked()

    try:
        with (
            contextlib.closing(_opened(source)) as read,
            contextlib.closing(sqlite3.connect(target, timeout=WAIT_S)) as written,
        ):
            written.execute("PRAGMA synchronous=FULL")
            read.backup(written, pages=-1 if called else 1, progress=step)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise DiskError("server.full", name=str(target)) from None
        raise UsageError("server.backup_bad", path=str(source), reason=str(error).rstrip(".")) from None


def _opened(path: Path) -> sqlite3.Connection:
    """A read-only connection."""
    found = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    found.execute(f"PRAGMA busy_timeout={int(WAIT_S * 1000)}")
    return found


def _make_one_file(path: Path) -> None:
    """Drop the journal files, so that the database can be read from a read-only folder."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=DELETE")


def _put_aside(target: Path, before: Path) -> None:
    """Keep a database that cannot be copied as it is; processes that have it open must be restarted."""
    before.mkdir(mode=0o700)
    for path in (target, *(target.with_name(f"{target.name}-{name}") for name in ("wal", "shm"))):
        if path.exists():
            path.rename(before / path.name)


def _require_whole(path: Path, named: Path) -> None:
    said = _said_of(path)
    if said != "ok":
        raise UsageError("server.backup_bad", path=str(named), reason=said[:200].rstrip("."))


def _is_whole(path: Path) -> bool:
    return _said_of(path) == "ok"


def _said_of(path: Path) -> str:
    """ "ok", or what is wrong with the database."""
    try:
        with contextlib.closing(_opened(path)) as database:
            database.execute("SELECT count(*) FROM submission").fetchone()
            return str(database.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
