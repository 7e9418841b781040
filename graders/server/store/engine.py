"""The database: SQLite in a file or PostgreSQL by URL, with the same guarantees.

Both have one writer at a time: SQLite allows no more (BEGIN IMMEDIATE), PostgreSQL takes an advisory lock. So attempts,
turns and change numbers need no further care, and a smaller number was always committed earlier.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError

from graders.messages.errors import BrokenError, BusyError, DeepgradeError, DiskError, UsageError

__all__ = ["Store", "open_store"]

WAIT_S = 5.0  # for another writer
POOL = 20  # connections that one process keeps
WRITER = 0x64656570  # the advisory lock that every writer takes
WRITING = {"deepgrade_writing": True}
LOCKED = {"55P03", "57014", "40P01"}  # PostgreSQL: no lock in time, no answer in time, deadlock
FULL = {"53100"}
NONE_OF_OURS = {"22003", "22021"}  # a number too large, a NUL: nothing stored can match


@dataclass(frozen=True)
class Store:
    """A database and a clock. Changes use a connection from ``writing``, everything else one from ``reading``."""

    engine: Engine
    clock: Callable[[], float] = time.time
    wait_s: float = WAIT_S

    @property
    def name(self) -> str:
        """Its path or URL, without a password."""
        url = self.engine.url
        return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent, read-only view."""
        with self._explained(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: on exit, all of it is on disk, or an error says that none of it is.

        BusyError if another writer does not finish in time, DiskError if the disk is full.
        """
        with self._explained(), self.engine.connect().execution_options(**WRITING) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _fault(error, self.name, self.wait_s) from error
        except OverflowError:  # a number too large for any SQLite column: nothing stored can match
            raise UsageError("server.number") from None
        except TimeoutError as error:  # SQLAlchemy's: every connection is in use
            raise BusyError("server.unreachable", name=self.name, reason="all connections are in use") from error


def open_store(url: str | URL, *, wait_s: float = WAIT_S, clock: Callable[[], float] = time.time) -> Store:
    """The database at ``url``: ``sqlite:///file.db`` or ``postgresql+psycopg://…``; ``migrate`` makes its tables."""
    try:
        where = make_url(url)
        kind = where.get_backend_name()
        if kind == "sqlite" and not where.database:
            raise ValueError("a database in memory keeps nothing")
        made = {"sqlite": _sqlite, "postgresql": _postgresql}[kind](where, wait_s)
    except (KeyError, ValueError, ImportError, OSError) as error:
        raise UsageError("server.database", reason=str(error).rstrip(".")) from None
    except Exception as error:  # SQLAlchemy's ArgumentError and others; their text may hold the URL's password
        raise UsageError("server.database", reason=type(error).__name__) from None
    return Store(made, clock, wait_s)


def _sqlite(url: URL, wait_s: float) -> Engine:
    options = {"timeout": wait_s, "isolation_level": None}
    engine = create_engine(url, pool_size=POOL, max_overflow=POOL, pool_timeout=wait_s, connect_args=options)
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)  # the files that SQLite adds beside it get the same mode
    own = path.stat()

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not _is_there(path, own):  # SQLite would go on writing to the unlinked file, and its commits would be lost
            raise BusyError("server.moved", name=str(path))
        writing = connection.get_execution_options().get("deepgrade_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _is_there(path: Path, own: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), own)
    except OSError:
        return False


def _postgresql(url: URL, wait_s: float) -> Engine:
    options = {"connect_timeout": 10}
    engine = create_engine(url, pool_pre_ping=True, pool_size=POOL // 2, pool_timeout=wait_s, connect_args=options)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if connection.get_execution_options().get("deepgrade_writing"):
            connection.execute(text(f"SET LOCAL lock_timeout = {int(wait_s * 1000)}"))
            connection.execute(text("SET LOCAL synchronous_commit = on"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER})"))
        else:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))

    return engine


def _fault(error: DBAPIError, name: str, wait_s: float) -> DeepgradeError:
    """The exception to raise for a driver's error."""
    original = error.orig
    said, code = str(original), getattr(original, "sqlstate", None)
    short = getattr(original, "sqlite_errorcode", 0) & 0xFF
    if short in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or code in LOCKED:
        return BusyError("server.busy", name=name, seconds=f"{wait_s:g}")
    if short == sqlite3.SQLITE_FULL or code in FULL:
        return DiskError("server.full", name=name)
    if code in NONE_OF_OURS:
        return UsageError("server.number")
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return BusyError("server.unreachable", name=name, reason=said.splitlines()[0].rstrip(".") if said else "-")
    return BrokenError("broken.raised", kind=type(original).__name__, text=said)
