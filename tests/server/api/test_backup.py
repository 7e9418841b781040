"""Backups of a database that is being written to, and what is refused."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from graders.messages.errors import UsageError
from graders.server.operation.backup import NAME, SECRET, back_up, restore
from graders.server.store.courses import add_course
from graders.server.store.engine import open_store
from graders.server.store.migrate import migrate
from graders.server.store.people import add_user
from graders.server.store.queue import Work, hand_in
from graders.server.store.work import attempts, content_of


@pytest.mark.slow
def test_backup_when_made_under_load_then_every_receipt_from_before_is_in_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    url = f"sqlite:///{data / NAME}"
    store = open_store(url)
    migrate(store)
    course = add_course(store, "dl", "/nowhere")
    receipts: list[list[str]] = [[] for _ in range(3)]
    stopping = threading.Event()

    def load(number: int) -> None:
        user = add_user(store, f"student{number}@example.org", "Student")
        while not stopping.is_set():
            content = f"# {number} {len(receipts[number])}\n".encode() + b"#" * 20_000
            receipt = hand_in(store, Work(course.id, user.id, "u06_backprop", "u06_backprop.py", content))
            receipts[number].append(receipt.public_id)

    threads = [threading.Thread(target=load, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    (data / SECRET).write_bytes(b"s" * 32)
    try:
        for number in range(4):
            while any(len(one) < 5 * (number + 1) for one in receipts):
                pass
            before = [one for some in receipts for one in tuple(some)]
            back_up(url, data, tmp_path / f"copy{number}")
            copied = open_store(f"sqlite:///{tmp_path / f'copy{number}' / NAME}")
            found = {one.public_id for one in attempts(copied, course.id)}
            assert set(before) <= found
            assert all(content_of(copied, one) for one in before)
            copied.close()
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert (tmp_path / "copy0" / SECRET).read_bytes() == b"s" * 32
    assert stat.S_IMODE((tmp_path / "copy0" / NAME).stat().st_mode) == 0o600
    whole = {one.public_id for one in attempts(store, course.id)}
    kept = restore(tmp_path / "copy0", url, data)  # beneath a service that runs
    assert {one.public_id for one in attempts(store, course.id)} < whole
    assert kept is not None
    former = open_store(f"sqlite:///{kept / NAME}")
    assert {one.public_id for one in attempts(former, course.id)} == whole
    former.close()
    user = add_user(store, "later@example.org", "Later")
    assert hand_in(store, Work(course.id, user.id, "u06_backprop", "u06_backprop.py", b"later")).attempt == 1
    store.close()


def test_backup_when_it_cannot_be_made_then_a_sentence_and_nothing_is_left(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deepgrade.db"
    with pytest.raises(UsageError, match="no database"):
        back_up(url, tmp_path, tmp_path / "copy")
    store = open_store(url)
    migrate(store)
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match="already exists"):
        back_up(url, tmp_path, tmp_path / "there")
    with pytest.raises(UsageError, match="pg_dump"):
        back_up("postgresql+psycopg://host/name", tmp_path, tmp_path / "copy")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(UsageError, match="is damaged"):
        restore(tmp_path / "torn", url, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == []
    store.close()
