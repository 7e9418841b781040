"""The database: its tables are those of the models, and what it cannot do it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from graders.messages.errors import BrokenError, BusyError, UsageError
from graders.server.store import audit
from graders.server.store.engine import Store, open_store
from graders.server.store.migrate import differences, migrate, revision


def test_models_and_migrations_agree(store: Store) -> None:
    assert differences(store) == []


def test_migrations_when_run_again_then_nothing_changes(opened: Callable[..., Store]) -> None:
    store = opened()
    assert revision(store) == ""
    assert migrate(store) == migrate(store) == revision(store) == "0002"


def test_database_of_a_newer_version_is_left_alone(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError, match=r"revision 9999, which this version of deepgrade does not know\. Use the"):
        migrate(store)


def half_way(store: Store) -> None:
    with store.writing() as connection:
        audit.note(connection, 1.0, None, "tried")
        raise ZeroDivisionError


def test_transaction_when_it_raises_then_nothing_is_kept(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        half_way(store)
    assert audit.entries(store) == []


def test_writer_when_another_does_not_finish_then_is_told_so(opened: Callable[..., Store], store: Store) -> None:
    impatient = opened(wait_s=0.2)
    with store.writing() as connection:
        audit.note(connection, 1.0, None, "first")
        with (
            pytest.raises(BusyError, match=r"is busy: .* for 0\.2 s\. Nothing was changed\. Try again"),
            impatient.writing(),
        ):
            pass
        assert audit.entries(impatient) == []  # readers neither wait nor see what is not committed
    with impatient.writing() as connection:
        audit.note(connection, 2.0, None, "second")
    assert [one.what for one in audit.entries(store)] == ["second", "first"]


def test_reader_sees_one_moment(opened: Callable[..., Store], store: Store) -> None:
    other = opened()
    count = text("SELECT count(*) FROM audit")
    with store.reading() as connection:
        assert connection.execute(count).scalar() == 0
        with other.writing() as writing:
            audit.note(writing, 1.0, None, "meanwhile")
        assert connection.execute(count).scalar() == 0
    assert len(audit.entries(store)) == 1


def test_sqlite_flushes_what_it_has_committed(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/new/deepgrade.db")
    with store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_sqlite_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no database at all" * 100)
    with pytest.raises(BrokenError, match="file is not a database"):
        migrate(open_store(f"sqlite:///{tmp_path}/a.db"))
    assert sqlite3.sqlite_version_info > (3, 35)  # RETURNING


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "mysql://kim:geheim@host/db", "sqlite+x:///a.db"])
def test_database_url_that_is_none_is_told_without_its_password(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"The database cannot be opened: .*\. Give a URL such as") as caught:
        open_store(url)
    assert "geheim" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []  # and leaves no file


def test_name_of_a_database_holds_no_password() -> None:
    assert "geheim" not in open_store("postgresql+psycopg://kim:geheim@host/db").name


def test_sqlite_files_are_nobody_elses(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/deepgrade.db")
    migrate(store)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {
        f"deepgrade.db{ending}": "0o600" for ending in ("", "-wal", "-shm")
    }
    store.close()
