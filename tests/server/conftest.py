"""A store for each test: in an SQLite file, and again in a real PostgreSQL where one can be started."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graders.server.store.courses import Course, add_course, set_role
from graders.server.store.engine import Store, open_store
from graders.server.store.migrate import migrate
from graders.server.store.people import User, add_user

REQUIRED = bool(os.environ.get("DEEPGRADE_TEST_POSTGRES"))  # a missing server is a failure, not a skip
DATABASES = [  # the second by `make test-slow`: a database per test takes its time
    "sqlite",
    pytest.param("postgresql", marks=[pytest.mark.xdist_group("postgresql"), pytest.mark.slow]),
]


class Clock:
    """Time that stands still until it is told to go on."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def program(name: str) -> str | None:
    """One of PostgreSQL's, which Debian keeps out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server of our own on a socket in a folder of its own; it runs as somebody who is not root."""
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if initdb is None or pg_ctl is None:
        if REQUIRED:
            pytest.fail("PostgreSQL is not installed, and DEEPGRADE_TEST_POSTGRES is set")
        pytest.skip("PostgreSQL is not installed")
    owner = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="deepgrade-pg-"))
    if owner is not None:
        shutil.chown(folder, owner)
    try:
        options = {"user": owner, "cwd": folder, "check": True, "capture_output": True, "timeout": 60}
        subprocess.run([initdb, "-D", folder / "data", "-U", "deepgrade", "-A", "trust", "-N", "-E", "UTF8"], **options)
        # not flushed to disk: what happens when the machine stops is PostgreSQL's to test
        settings = f"-c fsync=off -c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=40"
        start = [pg_ctl, "-D", folder / "data", "-l", folder / "log", "-w", "-o", settings, "start"]
        subprocess.run(start, **{**options, "capture_output": False, "stdout": subprocess.DEVNULL})
        yield f"postgresql+psycopg://deepgrade@/postgres?host={folder}"
        subprocess.run([pg_ctl, "-D", folder / "data", "-m", "immediate", "-w", "stop"], **options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


NUMBERS = itertools.count()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty database is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/deepgrade.db"
        return
    from sqlalchemy import create_engine, text

    server = request.getfixturevalue("postgresql")
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.replace("/postgres?", f"/{name}?")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[Callable[..., Store]]:
    """Opens the same database once more."""
    stores: list[Store] = []

    def open_again(wait_s: float = 5.0) -> Store:
        stores.append(open_store(url, wait_s=wait_s, clock=clock))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    """A database with its tables."""
    store = opened()
    migrate(store)
    return store


@pytest.fixture
def course(store: Store) -> Course:
    return add_course(store, "dl-2026", "/srv/course", {"en": "Deep learning", "ko": "딥러닝"}, term="2026-2")


@pytest.fixture
def kim(store: Store, course: Course) -> User:
    """A student."""
    user = add_user(store, "kim@example.org", "Kim Minji")
    set_role(store, course.id, user.id, "student")
    return user
